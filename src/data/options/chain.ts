/**
 * The options of an underlying on a day: what was listed, and what was known of each. Contracts come from definitions, the last one of
 * each up to that day; where a dataset has none, from symbols in the form of the OCC that have records by then.
 */

import { TwinError } from '../../base/index.ts';
import type { Lake } from '../lake/lake.ts';
import type { RecordSource } from '../lake/record-source.ts';
import type { CanonicalRecord, SchemaName } from '../registry.ts';
import { dayOfText, NS_PER_DAY } from '../schema/day.ts';
import { parseOccSymbol } from '../symbols/occ.ts';

export interface ChainRequest {
  readonly dataset: string;
  /** Symbol of the underlying; of options on futures also the code of their product. */
  readonly underlying: string;
  /** YYYY-MM-DD. */
  readonly day: string;
  /** Only this one. */
  readonly expiry: string | null;
}

export interface ChainContract {
  readonly symbol: string;
  readonly expiry: string;
  readonly right: 'call' | 'put';
  readonly strike: number;
  readonly multiplier: number | null;
  readonly style: CanonicalRecord<'definition'>['style'];
  /** Last of the day, where there are any: best bid and ask, trade, volume, figures by the name of their kind. */
  readonly bid: number | null;
  readonly ask: number | null;
  readonly last: number | null;
  readonly volume: number | null;
  readonly figures: Readonly<Record<string, number>>;
}

export interface ChainExpiry {
  readonly expiry: string;
  /** By strike, call before put. */
  readonly contracts: readonly ChainContract[];
}

export interface OptionChain {
  readonly underlying: string;
  readonly day: string;
  /** In order. */
  readonly expiries: readonly ChainExpiry[];
}

type Listed = Pick<ChainContract, 'symbol' | 'expiry' | 'right' | 'strike' | 'multiplier' | 'style'>;

interface Figures {
  bid: number | null;
  ask: number | null;
  last: number | null;
  volume: number | null;
  readonly figures: Record<string, number>;
}

/** Reads a chain. Raises DATA_NOT_FOUND, and DATA_REQUEST for a day that is none and an underlying without options then. */
export async function optionChain(lake: Lake, request: ChainRequest): Promise<OptionChain> {
  const { dataset, underlying, day, expiry } = request;
  const number = dayOfText(day);
  if (number === null || (expiry !== null && dayOfText(expiry) === null))
    throw new TwinError('DATA_REQUEST', 'a day is written YYYY-MM-DD', { day, expiry });
  const fromNs = BigInt(number) * NS_PER_DAY;
  const toNs = fromNs + NS_PER_DAY;
  const source = lake.source([dataset]);
  const underlyings = new Set<string>();
  const listed = await definedContracts(source, request, toNs, underlyings);
  for (const [symbol, contract] of namedContracts(lake, request, toNs, underlyings))
    if (!listed.has(symbol)) listed.set(symbol, contract);
  const alive = [...listed.values()].filter(
    (one) => one.expiry >= day && (expiry === null || one.expiry === expiry),
  );
  if (alive.length === 0) {
    throw new TwinError('DATA_REQUEST', 'a chain is of an underlying with options on that day', {
      dataset,
      underlying,
      day,
      ...(expiry === null ? {} : { expiry }),
      expiries: [...new Set([...listed.values()].map((one) => one.expiry))].sort(),
      underlyings: [...underlyings].sort(),
    });
  }
  const known = await figuresOf(source, new Set(alive.map(({ symbol }) => symbol)), fromNs, toNs);
  const contracts = alive.map((one) => ({ ...one, ...(known.get(one.symbol) ?? noFigures()) }));
  return { underlying, day, expiries: byExpiry(contracts) };
}

function byExpiry(contracts: readonly ChainContract[]): ChainExpiry[] {
  const expiries = new Map<string, ChainContract[]>();
  for (const contract of contracts) {
    const of = expiries.get(contract.expiry);
    if (of === undefined) expiries.set(contract.expiry, [contract]);
    else of.push(contract);
  }
  return [...expiries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([expiry, ones]) => ({
      expiry,
      contracts: ones.sort(
        (a, b) => a.strike - b.strike || Number(a.right === 'put') - Number(b.right === 'put'),
      ),
    }));
}

/** What definitions tell up to a day; the last one of a symbol counts, also where it says that it is gone. */
async function definedContracts(
  source: RecordSource,
  { underlying, day }: ChainRequest,
  toNs: bigint,
  underlyings: Set<string>,
): Promise<Map<string, Listed>> {
  const listed = new Map<string, Listed>();
  for await (const batch of source.read({ schema: 'definition', toNs })) {
    for (const one of batch.rows()) {
      const { symbol, expiry, right, strike, multiplier, style } = one;
      if (right === null || strike === null || expiry === null) continue;
      if (one.underlying !== null) underlyings.add(one.underlying);
      if (one.underlying !== underlying && one.productCode !== underlying) continue;
      const isListed = one.isActive !== false && (one.listed ?? day) <= day && (one.delisted ?? day) >= day;
      if (isListed) listed.set(symbol, { symbol, expiry, right, strike, multiplier, style });
      else listed.delete(symbol);
    }
  }
  return listed;
}

/** Contracts that symbols tell, of records up to a day. */
function* namedContracts(
  lake: Lake,
  { dataset, underlying }: ChainRequest,
  toNs: bigint,
  underlyings: Set<string>,
): Generator<readonly [symbol: string, contract: Listed]> {
  for (const { symbol, schema, firstNs } of lake.dataset(dataset).parts) {
    if (schema === 'definition' || BigInt(firstNs) >= toNs) continue;
    const contract = parseOccSymbol(symbol);
    if (contract === null) continue;
    underlyings.add(contract.root);
    if (contract.root !== underlying) continue;
    const { expiry, right, strike } = contract;
    yield [symbol, { symbol, expiry, right, strike, multiplier: null, style: null }];
  }
}

/** The last figures of a day by symbol. */
async function figuresOf(
  source: RecordSource,
  symbols: ReadonlySet<string>,
  fromNs: bigint,
  toNs: bigint,
): Promise<Map<string, Figures>> {
  const known = new Map<string, Figures>();
  const of = (symbol: string): Figures => {
    let figures = known.get(symbol);
    if (figures === undefined) {
      figures = noFigures();
      known.set(symbol, figures);
    }
    return figures;
  };
  const has = await source.schemas();
  async function* rowsOf<N extends SchemaName>(schema: N): AsyncGenerator<CanonicalRecord<N>> {
    if (!has.includes(schema)) return;
    for await (const batch of source.read({ schema, fromNs, toNs }))
      for (const row of batch.rows()) if (symbols.has(row.symbol as string)) yield row as CanonicalRecord<N>;
  }
  for await (const { symbol, kind, value, price } of rowsOf('statistics')) {
    const figure = value ?? price;
    if (figure !== null) of(symbol).figures[kind] = figure;
  }
  for await (const { symbol, basis, close, volume } of rowsOf('bar')) {
    const figures = of(symbol);
    if (basis === 'trade') {
      figures.last = close;
      if (volume !== null) figures.volume = (figures.volume ?? 0) + volume;
    } else if (basis === 'bid') figures.bid = close;
    else if (basis === 'ask') figures.ask = close;
  }
  for await (const { symbol, bidPrice, askPrice } of rowsOf('bbo')) {
    const figures = of(symbol);
    figures.bid = bidPrice;
    figures.ask = askPrice;
  }
  return known;
}

function noFigures(): Figures {
  return { bid: null, ask: null, last: null, volume: null, figures: {} };
}
