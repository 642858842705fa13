import {
  type ChainContract,
  type OptionChain,
  optionChain,
  type RollAdjustment,
  type RollRule,
} from '../../data/index.ts';
import { rollFutures } from '../../services/index.ts';
import { withInterrupt } from '../interrupt.ts';
import { type LakeOptions, toJson, withLake } from '../lake-output.ts';
import { formatTable } from '../table.ts';

const MS_PER_DAY = 86_400_000;

interface RollOptions extends LakeOptions {
  readonly product: string;
  readonly rule: RollRule;
  readonly days?: number;
  readonly adjust: RollAdjustment;
  readonly rank: number;
  readonly months?: string;
  readonly facts?: string;
  readonly products?: string;
  readonly name?: string;
}

/** twin data roll */
export function roll(id: string, options: RollOptions): Promise<void> {
  return withLake(options, async (lake) => {
    const { product, rule, days, adjust, rank, months, facts, products, name } = options;
    const order = {
      dataset: id,
      root: product,
      rule,
      days: days ?? null,
      adjust,
      rank,
      months: months ?? null,
      facts: facts ?? null,
      products: products ?? null,
      name: name ?? null,
    };
    const result = await withInterrupt((signal) => rollFutures(lake, order, signal));
    if (options.json === true) {
      console.log(toJson(result));
      return;
    }
    console.log(`dataset    ${result.dataset}${result.isOld ? ' (was there already)' : ''}`);
    console.log(`records    ${result.records} of ${result.symbol}`);
    const rows = result.rolls.map(({ day, from, to, fromPrice, toPrice }) => [
      day,
      from,
      to,
      fromPrice,
      toPrice,
    ]);
    console.log(
      rows.length === 0
        ? 'rolls      none'
        : formatTable(['roll on', 'from', 'to', 'last', 'last of new'], rows),
    );
  });
}

interface ChainOptions extends LakeOptions {
  readonly underlying: string;
  readonly day: string;
  readonly expiry?: string;
}

/** twin data chain */
export function chain(id: string, options: ChainOptions): Promise<void> {
  return withLake(options, async (lake) => {
    const { underlying, day, expiry } = options;
    const found = await optionChain(lake, { dataset: id, underlying, day, expiry: expiry ?? null });
    if (options.json === true) console.log(toJson(found));
    else console.log(expiry === undefined ? expiryTable(found) : strikeTable(found));
  });
}

function expiryTable({ expiries, day }: OptionChain): string {
  const rows = expiries.map(({ expiry, contracts }) => {
    const strikes = contracts.map(({ strike }) => strike);
    return [
      expiry,
      (Date.parse(expiry) - Date.parse(day)) / MS_PER_DAY,
      contracts.filter(({ right }) => right === 'call').length,
      contracts.filter(({ right }) => right === 'put').length,
      new Set(strikes).size,
      strikes[0]!,
      strikes.at(-1)!,
      contracts.reduce((sum, { figures }) => sum + (figures.openInterest ?? 0), 0),
    ];
  });
  return formatTable(
    ['expiry', 'days', 'calls', 'puts', 'strikes', 'lowest', 'highest', 'open interest'],
    rows,
  );
}

function strikeTable({ expiries }: OptionChain): string {
  const rows = expiries.flatMap(({ contracts }) =>
    contracts.map(({ symbol, right, strike, bid, ask, last, volume, figures }: ChainContract) => [
      strike,
      right,
      symbol,
      bid ?? '',
      ask ?? '',
      last ?? '',
      volume ?? '',
      figures.openInterest ?? '',
      figures.impliedVolatility ?? '',
      figures.delta ?? '',
    ]),
  );
  const head = [
    'strike',
    'right',
    'symbol',
    'bid',
    'ask',
    'last',
    'volume',
    'open interest',
    'volatility',
    'delta',
  ];
  return formatTable(head, rows);
}
