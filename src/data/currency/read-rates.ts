/**
 * Rates out of records: those of `fx_rate`, closes of bars, and middles of quotes. A bar is known at its end. Which currencies an
 * instrument is of is said by its definition, else by its name.
 */

import { TwinError } from '../../base/index.ts';
import type { RecordSource } from '../lake/record-source.ts';
import { type CurrencyPair, parsePair } from './pairs.ts';
import { RateBook } from './rate-book.ts';

const NS_PER_S = 1_000_000_000n;

interface Known {
  readonly pair: string;
  readonly ns: bigint;
  readonly rate: number;
}

/** All rates of a source. Raises DATA_REQUEST where it has none. */
export async function readRates(source: RecordSource): Promise<RateBook> {
  const pairOf = await pairsBySymbol(source);
  const has = await source.schemas();
  const known: Known[] = [];
  const note = ({ base, quote }: CurrencyPair, ns: bigint, rate: number): void => {
    if (rate > 0) known.push({ pair: `${base}/${quote}`, ns, rate });
  };
  if (has.includes('fx_rate')) {
    for await (const batch of source.read({ schema: 'fx_rate' }))
      for (const { base, quote, tsEvent, rate } of batch.rows()) note({ base, quote }, tsEvent, rate);
  }
  if (has.includes('bar')) await readBars(source, pairOf, note);
  if (has.includes('bbo')) {
    for await (const batch of source.read({ schema: 'bbo' })) {
      const { symbol, tsEvent, bidPrice, askPrice } = batch.columns;
      for (let row = 0; row < batch.count; row++) {
        const pair = pairOf(symbol.name(row));
        if (pair === null || bidPrice.isAbsent(row) || askPrice.isAbsent(row)) continue;
        note(pair, tsEvent.values[row]!, (bidPrice.number(row) + askPrice.number(row)) / 2e9);
      }
    }
  }
  if (known.length === 0)
    throw new TwinError(
      'DATA_REQUEST',
      'rates are records of fx_rate, or bars and quotes of pairs of currencies',
      {
        schemas: has,
        symbols: (await Promise.all(has.map((schema) => source.symbols(schema)))).flat().slice(0, 20),
      },
    );
  // Each schema is in order of time; together they are not. Equal times stay as they came.
  known.sort((a, b) => (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0));
  const book = new RateBook();
  for (const { pair, ns, rate } of known) {
    const [base, quote] = pair.split('/') as [string, string];
    book.add(base, quote, ns, rate);
  }
  return book;
}

/** Bars of bids and asks are worth their middle, once both are there. */
async function readBars(
  source: RecordSource,
  pairOf: (symbol: string) => CurrencyPair | null,
  note: (pair: CurrencyPair, ns: bigint, rate: number) => void,
): Promise<void> {
  const sides = new Map<string, { readonly basis: string; readonly close: number }>();
  for await (const batch of source.read({ schema: 'bar' })) {
    for (const { symbol, tsEvent, intervalS, basis, close } of batch.rows()) {
      const pair = pairOf(symbol);
      if (pair === null) continue;
      const endNs = tsEvent + BigInt(intervalS) * NS_PER_S;
      if (basis !== 'bid' && basis !== 'ask') {
        note(pair, endNs, close);
        continue;
      }
      const name = `${symbol}/${intervalS}/${tsEvent}`;
      const other = sides.get(name);
      if (other === undefined || other.basis === basis) sides.set(name, { basis, close });
      else {
        note(pair, endNs, (close + other.close) / 2);
        sides.delete(name);
      }
    }
  }
}

async function pairsBySymbol(source: RecordSource): Promise<(symbol: string) => CurrencyPair | null> {
  const pairs = new Map<string, CurrencyPair | null>();
  if ((await source.schemas()).includes('definition')) {
    for await (const batch of source.read({ schema: 'definition' })) {
      for (const { symbol, baseCurrency, currency } of batch.rows())
        if (baseCurrency !== null && currency !== null)
          pairs.set(symbol, { base: baseCurrency, quote: currency });
    }
  }
  return (symbol) => {
    let pair = pairs.get(symbol);
    if (pair === undefined) {
      pair = parsePair(symbol);
      pairs.set(symbol, pair);
    }
    return pair;
  };
}
