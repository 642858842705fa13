/**
 * Records in the place of missing ones, of one venue. Bars are missing by the calendar; quotes where none came for `everyS`. What is
 * made has the bit of its policy, no number and no time of receipt, and names the place in the raw object of the record before it.
 *
 *   previous     the record before again; a bar stands at its close and traded nothing
 *   linear       prices on the line between the records before and after; a bar says nothing of volume
 *   fromTrades   bars out of the trades of their interval; without trades a bar stays missing
 */

import type { RecordSource } from '../lake/record-source.ts';
import { BAR, BBO, qualityMask } from '../registry.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import { RecordBatch, UNDEF_FLOAT64 } from '../schema/record-batch.ts';
import { missingStarts, type SessionCalendar } from './calendar.ts';
import { addTrade, type TradeInterval, tradeInterval } from './trade-intervals.ts';

export const FILL_POLICIES = ['none', 'previous', 'linear', 'fromTrades'] as const;
export type FillPolicy = (typeof FILL_POLICIES)[number];

const BITS = {
  previous: qualityMask('filledPrevious'),
  linear: qualityMask('filledLinear'),
  fromTrades: qualityMask('filledFromTrades'),
};
const BAR_PRICES = ['open', 'high', 'low', 'close'] as const;

type Bars = RecordBatch<typeof BAR>;
type Quotes = RecordBatch<typeof BBO>;
/** Takes a batch that may be filled anew afterwards. */
export type TakeBatch = (batch: RecordBatch) => Promise<void>;

/** Gathers records in a batch and gives it away when it is full. */
class Output<S extends typeof BAR | typeof BBO> {
  readonly batch: RecordBatch<S>;
  readonly #take: TakeBatch;

  constructor(schema: S, take: TakeBatch) {
    this.batch = new RecordBatch(schema);
    this.#take = take;
  }

  /** Appends a copy of a row; returns its place. */
  async copy(from: RecordBatch<S>, row: number): Promise<number> {
    if (this.batch.isFull) await this.flush();
    this.batch.copyRow(from as never, row);
    return this.batch.count - 1;
  }

  /** Appends a copy at another time, as a record that was made. */
  async make(from: RecordBatch<S>, row: number, ns: bigint, bit: number): Promise<number> {
    const made = await this.copy(from, row);
    const { batch } = this;
    (batch.column('tsEvent') as Int64Column).values[made] = ns;
    (batch.column('tsRecv') as Int64Column).setAbsent(made);
    (batch.column('sequence') as Int64Column).setAbsent(made);
    (batch.column('quality') as Int32Array)[made] = bit;
    return made;
  }

  async flush(): Promise<void> {
    if (this.batch.count > 0) await this.#take(this.batch as unknown as RecordBatch);
    this.batch.clear();
  }
}

/** Copies all bars and adds those that are missing. Returns how many were added. */
export async function fillBars(
  source: RecordSource,
  policy: Exclude<FillPolicy, 'none'>,
  calendar: SessionCalendar | null,
  take: TakeBatch,
): Promise<number> {
  const output = new Output(BAR, take);
  const last = new Map<string, Bars>();
  const open = new TradedBars();
  let added = 0;
  for await (const batch of source.read({ schema: 'bar' })) {
    const { symbol, tsEvent, intervalS, basis, adjusted } = batch.columns;
    for (let row = 0; row < batch.count; row++) {
      const series = `${symbol.name(row)}/${intervalS[row]!}/${basis[row]!}/${adjusted[row]!}`;
      const before = last.get(series) ?? new RecordBatch(BAR, 1);
      if (before.count === 1) {
        const beforeNs = before.columns.tsEvent.values[0]!;
        const starts = [...missingStarts(beforeNs, tsEvent.values[row]!, intervalS[row]!, calendar)];
        if (policy === 'fromTrades') open.add(before, starts);
        else {
          for (const start of starts) await addBar(output, before, batch, row, start, policy);
          added += starts.length;
        }
      }
      await output.copy(batch, row);
      before.clear();
      before.copyRow(batch as never, row);
      last.set(series, before);
    }
  }
  if (policy === 'fromTrades') added += await open.fill(source, output);
  await output.flush();
  return added;
}

async function addBar(
  output: Output<typeof BAR>,
  before: Bars,
  after: Bars,
  afterRow: number,
  startNs: bigint,
  policy: 'previous' | 'linear',
): Promise<void> {
  const made = await output.make(before, 0, startNs, BITS[policy]);
  const { columns } = output.batch;
  const close = before.columns.close.number(0);
  const lengthNs = Number(after.columns.tsEvent.values[afterRow]! - before.columns.tsEvent.values[0]!);
  const share = Number(startNs - before.columns.tsEvent.values[0]!) / lengthNs;
  const price =
    policy === 'previous' ? close : Math.round(close + share * (after.columns.open.number(afterRow) - close));
  for (const name of BAR_PRICES) columns[name].setNumber(made, price);
  const isStill = policy === 'previous';
  columns.volume[made] = isStill ? 0 : UNDEF_FLOAT64;
  columns.turnover[made] = isStill ? 0 : UNDEF_FLOAT64;
  columns.vwap[made] = UNDEF_FLOAT64;
  if (isStill) columns.trades.setNumber(made, 0);
  else columns.trades.setAbsent(made);
}

/** Bars that are missing, and the trades that will make them. */
class TradedBars {
  /** By symbol, then by series: intervals, and the record before each. */
  readonly #bySymbol = new Map<string, Map<string, { interval: TradeInterval; before: Bars }[]>>();

  add(before: Bars, starts: readonly bigint[]): void {
    if (starts.length === 0) return;
    const { symbol, intervalS, basis, adjusted } = before.columns;
    const kept = new RecordBatch(BAR, 1);
    kept.copyRow(before as never, 0);
    const ofSymbol = this.#bySymbol.get(symbol.name(0)) ?? new Map();
    this.#bySymbol.set(symbol.name(0), ofSymbol);
    const series = `${intervalS[0]!}/${basis[0]!}/${adjusted[0]!}`;
    const known = ofSymbol.get(series) ?? [];
    ofSymbol.set(series, known);
    for (const start of starts) known.push({ interval: tradeInterval(start, intervalS[0]!), before: kept });
  }

  /** Reads the trades once and appends the bars they make. */
  async fill(source: RecordSource, output: Output<typeof BAR>): Promise<number> {
    const symbols = [...this.#bySymbol.keys()];
    if (symbols.length === 0) return 0;
    const all = new Map(
      [...this.#bySymbol].map(([symbol, series]) => [
        symbol,
        [...series.values()].map((ones) => ones.map(({ interval }) => interval)),
      ]),
    );
    for await (const batch of source.read({ schema: 'trade', symbols })) {
      const { symbol } = batch.columns;
      const byCode = symbol.names.map((name) => all.get(name) ?? []);
      for (let row = 0; row < batch.count; row++)
        addTrade(byCode[symbol.codes[row]!]!, batch as unknown as RecordBatch, row);
    }
    let added = 0;
    for (const series of this.#bySymbol.values()) {
      for (const { interval, before } of [...series.values()].flat()) {
        if (Number.isNaN(interval.open)) continue;
        await writeTraded(output, before, interval);
        added++;
      }
    }
    return added;
  }
}

async function writeTraded(output: Output<typeof BAR>, before: Bars, interval: TradeInterval): Promise<void> {
  const made = await output.make(before, 0, interval.startNs, BITS.fromTrades);
  const { columns } = output.batch;
  for (const name of BAR_PRICES) columns[name].setNumber(made, interval[name]);
  columns.volume[made] = interval.qty;
  columns.turnover[made] = UNDEF_FLOAT64;
  columns.vwap[made] = UNDEF_FLOAT64;
  columns.trades.setNumber(made, interval.trades);
}

/** Copies all quotes and adds one every `everyS` where none came. Returns how many were added. */
export async function fillQuotes(
  source: RecordSource,
  policy: 'previous' | 'linear',
  everyS: number,
  calendar: SessionCalendar | null,
  take: TakeBatch,
): Promise<number> {
  const output = new Output(BBO, take);
  const last = new Map<string, Quotes>();
  let added = 0;
  for await (const batch of source.read({ schema: 'bbo' })) {
    const { symbol, tsEvent } = batch.columns;
    for (let row = 0; row < batch.count; row++) {
      const before = last.get(symbol.name(row)) ?? new RecordBatch(BBO, 1);
      if (before.count === 1) {
        const beforeNs = before.columns.tsEvent.values[0]!;
        for (const ns of missingStarts(beforeNs, tsEvent.values[row]!, everyS, calendar)) {
          const made = await output.make(before, 0, ns, BITS[policy]);
          if (policy === 'linear') placeOnLine(output.batch, made, before, batch, row);
          added++;
        }
      }
      await output.copy(batch, row);
      before.clear();
      before.copyRow(batch as never, row);
      last.set(symbol.name(row), before);
    }
  }
  await output.flush();
  return added;
}

/** Prices between two quotes; a side that one of them lacks stays that of the quote before. */
function placeOnLine(batch: Quotes, made: number, before: Quotes, after: Quotes, afterRow: number): void {
  const beforeNs = before.columns.tsEvent.values[0]!;
  const lengthNs = Number(after.columns.tsEvent.values[afterRow]! - beforeNs);
  const share = Number(batch.columns.tsEvent.values[made]! - beforeNs) / lengthNs;
  for (const name of ['bidPrice', 'askPrice'] as const) {
    const from = before.columns[name];
    const to = after.columns[name];
    if (from.isAbsent(0) || to.isAbsent(afterRow)) continue;
    const price = from.number(0) + share * (to.number(afterRow) - from.number(0));
    batch.columns[name].setNumber(made, Math.round(price));
  }
}
