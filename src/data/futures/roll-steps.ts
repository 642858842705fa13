/** The prices of two contracts right before a series goes from one to the other. */

import { TwinError } from '../../base/index.ts';
import type { RecordSource } from '../lake/record-source.ts';
import type { Roll } from './rolls.ts';
import type { TradingDays } from './trading-days.ts';

const NS_PER_DAY = 86_400_000_000_000n;
/** Days before a roll in which both contracts have to have traded: a week with holidays. */
const LOOK_BACK_DAYS = 7n;

export interface RollStep extends Roll {
  /** First instant of the new contract, ns since 1970 UTC. */
  readonly atNs: bigint;
  readonly fromPrice: number;
  readonly toPrice: number;
}

interface Priced {
  readonly ns: bigint;
  readonly price: number;
}

/**
 * The last closes of bars that both have at the same instant; where there are none, the last prices of the same trading day, of bars or
 * else of trades. Raises DATA_REQUEST where there are none either.
 */
export async function stepOf(source: RecordSource, days: TradingDays, roll: Roll): Promise<RollStep> {
  const atNs = days.startOf(roll.day);
  const names = [roll.from.symbol, roll.to.symbol];
  const last = new Map<string, Priced>();
  let pair: readonly [number, number] | null = null;
  for await (const [symbol, priced] of pricesBefore(source, names, atNs)) {
    last.set(symbol, priced);
    const [from, to] = names.map((name) => last.get(name));
    if (from !== undefined && to !== undefined && from.ns === to.ns) pair = [from.price, to.price];
  }
  const [from, to] = names.map((name) => last.get(name));
  if (pair === null && from !== undefined && to !== undefined && days.dayOf(from.ns) === days.dayOf(to.ns))
    pair = [from.price, to.price];
  if (pair !== null) return { ...roll, atNs, fromPrice: pair[0], toPrice: pair[1] };
  throw new TwinError('DATA_REQUEST', 'both contracts have a price on one day of the week before a roll', {
    day: roll.day,
    from: roll.from.symbol,
    to: roll.to.symbol,
    lastFrom: from === undefined ? 'none' : days.dayOf(from.ns),
    lastTo: to === undefined ? 'none' : days.dayOf(to.ns),
  });
}

/** Closes of bars of trades; without any of them prices of trades; in order of time. */
async function* pricesBefore(
  source: RecordSource,
  symbols: readonly string[],
  toNs: bigint,
): AsyncGenerator<readonly [symbol: string, priced: Priced]> {
  const span = { symbols, fromNs: toNs - LOOK_BACK_DAYS * NS_PER_DAY, toNs };
  const has = await source.schemas();
  let found = 0;
  if (has.includes('bar')) {
    for await (const batch of source.read({ schema: 'bar', ...span })) {
      for (const { symbol, tsEvent, basis, close } of batch.rows()) {
        if (basis !== 'trade') continue;
        found++;
        yield [symbol, { ns: tsEvent, price: close }];
      }
    }
  }
  if (found > 0 || !has.includes('trade')) return;
  for await (const batch of source.read({ schema: 'trade', ...span })) {
    const { symbol, tsEvent, price } = batch.columns;
    for (let row = 0; row < batch.count; row++)
      yield [symbol.name(row), { ns: tsEvent.values[row]!, price: price.number(row) / 1e9 }];
  }
}
