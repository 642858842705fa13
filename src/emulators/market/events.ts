/**
 * What happens in an emulated market, read from canonical records in the order of time. Prices are whole steps of 1e-9 as the
 * nearest double, as in `FeedBook`.
 *
 *   mbp ──► levels (all rows of one message)      bbo ──► quote
 *   mbo ──► order                                 bar ──► bar, when its interval is over
 *   trade ► trade                                statistics ► figure
 */

import type { CanonicalRecord, RecordBatch, RecordSource, SchemaName, SchemaOf } from '../../data/index.ts';

export type Side = 0 | 1;
export const BID: Side = 0;
export const ASK: Side = 1;

interface Happened {
  readonly symbol: string;
  readonly tsNs: bigint;
}

/** Quantity that stands at a price from now on; 0 removes the level. */
export interface LevelChange {
  readonly side: Side;
  readonly priceSteps: number;
  readonly qty: number;
}

export interface LevelsEvent extends Happened {
  readonly kind: 'levels';
  /** Sides that are emptied before the changes. */
  readonly clears: readonly Side[];
  readonly changes: readonly LevelChange[];
}

export interface OrderEvent extends Happened {
  readonly kind: 'order';
  readonly action: CanonicalRecord<'mbo'>['action'];
  readonly side: Side | null;
  readonly orderId: bigint | null;
  readonly newOrderId: bigint | null;
  readonly priceSteps: number | null;
  readonly qty: number | null;
}

export interface TradeEvent extends Happened {
  readonly kind: 'trade';
  readonly priceSteps: number;
  readonly qty: number;
  /** Side of whoever took liquidity. */
  readonly aggressor: Side | null;
  readonly tradeId: string | null;
  readonly buyOrderId: bigint | null;
  readonly sellOrderId: bigint | null;
}

export interface QuoteEvent extends Happened {
  readonly kind: 'quote';
  readonly bid: { readonly priceSteps: number; readonly qty: number } | null;
  readonly ask: { readonly priceSteps: number; readonly qty: number } | null;
}

export interface BarEvent extends Happened {
  readonly kind: 'bar';
  /** Begin of the interval; `tsNs` is its end. */
  readonly startS: number;
  readonly intervalS: number;
  readonly openSteps: number;
  readonly highSteps: number;
  readonly lowSteps: number;
  readonly closeSteps: number;
  readonly volume: number;
  readonly turnover: number;
  readonly trades: number;
}

/** What a venue states about an instrument: a settlement price, open interest, … */
export interface FigureEvent extends Happened {
  readonly kind: 'figure';
  readonly record: CanonicalRecord<'statistics'>;
}

export type MarketEvent = LevelsEvent | OrderEvent | TradeEvent | QuoteEvent | FigureEvent | BarEvent;

const NS_PER_S = 1_000_000_000n;
/** Kinds of trades that were executions of the moment, not corrections of earlier ones. */
const CORRECTIONS: ReadonlySet<string> = new Set(['correction', 'bust']);

/** Events of a source, all schemas merged by time; at equal times orders and levels come before trades, and bars last. */
export async function* marketEvents(
  source: RecordSource,
  symbols: readonly string[] | null,
): AsyncGenerator<MarketEvent> {
  const there = new Set(await source.schemas());
  const readers: AsyncGenerator<MarketEvent>[] = [];
  const query = symbols === null ? {} : { symbols };
  if (there.has('mbo')) readers.push(ordersOf(source.read({ schema: 'mbo', ...query })));
  if (there.has('mbp')) readers.push(levelsOf(source.read({ schema: 'mbp', ...query })));
  if (there.has('trade')) readers.push(tradesOf(source.read({ schema: 'trade', ...query })));
  if (there.has('bbo')) readers.push(quotesOf(source.read({ schema: 'bbo', ...query })));
  if (there.has('statistics')) readers.push(figuresOf(source.read({ schema: 'statistics', ...query })));
  if (there.has('bar')) readers.push(barsOf(source.read({ schema: 'bar', ...query })));
  yield* merged(readers);
}

/** The same of sources that follow each other in time. */
export async function* slicedEvents(
  slices: AsyncIterable<RecordSource>,
  symbols: readonly string[] | null,
): AsyncGenerator<MarketEvent> {
  for await (const slice of slices) yield* marketEvents(slice, symbols);
}

async function* merged(readers: readonly AsyncGenerator<MarketEvent>[]): AsyncGenerator<MarketEvent> {
  const heads: (MarketEvent | null)[] = [];
  for (const reader of readers) heads.push(await nextOf(reader));
  try {
    for (;;) {
      let first = -1;
      for (let i = 0; i < heads.length; i++) {
        const head = heads[i];
        if (head != null && (first < 0 || head.tsNs < heads[first]!.tsNs)) first = i;
      }
      if (first < 0) return;
      yield heads[first]!;
      heads[first] = await nextOf(readers[first]!);
    }
  } finally {
    for (const reader of readers) await reader.return(undefined);
  }
}

async function nextOf(reader: AsyncGenerator<MarketEvent>): Promise<MarketEvent | null> {
  const { value, done } = await reader.next();
  return done === true ? null : value;
}

type Batches<N extends SchemaName> = AsyncIterable<RecordBatch<SchemaOf<N>>>;

async function* ordersOf(batches: Batches<'mbo'>): AsyncGenerator<OrderEvent> {
  for await (const batch of batches) {
    for (let row = 0; row < batch.count; row++) {
      const record = batch.row(row);
      const { price } = batch.columns;
      yield {
        kind: 'order',
        symbol: record.symbol,
        tsNs: record.tsEvent,
        action: record.action,
        side: sideOf(record.side),
        orderId: record.orderId,
        newOrderId: record.newOrderId,
        priceSteps: price.isAbsent(row) ? null : price.number(row),
        qty: record.qty,
      };
    }
  }
}

const FLAG_LAST = 1;

/** Rows up to the one that is marked last, or up to another symbol, time or number, are one message. */
async function* levelsOf(batches: Batches<'mbp'>): AsyncGenerator<LevelsEvent> {
  let open: {
    symbol: string;
    tsNs: bigint;
    sequence: bigint;
    clears: Side[];
    changes: LevelChange[];
  } | null = null;
  for await (const { columns, count } of batches) {
    for (let row = 0; row < count; row++) {
      const symbol = columns.symbol.name(row);
      const tsNs = columns.tsEvent.values[row]!;
      const sequence = columns.sequence.values[row]!;
      if (open !== null && (open.symbol !== symbol || open.tsNs !== tsNs || open.sequence !== sequence)) {
        yield { kind: 'levels', ...open };
        open = null;
      }
      open ??= { symbol, tsNs, sequence, clears: [], changes: [] };
      const side = columns.side[row]!;
      if (columns.action[row] === 0) {
        const qty = columns.qty[row]!;
        open.changes.push({ side: side as Side, priceSteps: columns.price.number(row), qty });
      } else {
        // What a message said of a side before it emptied it does not stand.
        const cleared: Side[] = side === 0 || side === 1 ? [side] : [BID, ASK];
        open.clears.push(...cleared);
        open.changes = open.changes.filter((change) => !cleared.includes(change.side));
      }
      if ((columns.flags[row]! & FLAG_LAST) === 0) continue;
      yield { kind: 'levels', ...open };
      open = null;
    }
  }
  if (open !== null) yield { kind: 'levels', ...open };
}

async function* tradesOf(batches: Batches<'trade'>): AsyncGenerator<TradeEvent> {
  for await (const batch of batches) {
    for (let row = 0; row < batch.count; row++) {
      const record = batch.row(row);
      if (CORRECTIONS.has(record.kind)) continue;
      yield {
        kind: 'trade',
        symbol: record.symbol,
        tsNs: record.tsEvent,
        priceSteps: batch.columns.price.number(row),
        qty: record.qty,
        aggressor: sideOf(record.aggressor),
        tradeId: record.tradeId,
        buyOrderId: record.buyOrderId,
        sellOrderId: record.sellOrderId,
      };
    }
  }
}

async function* quotesOf(batches: Batches<'bbo'>): AsyncGenerator<QuoteEvent> {
  for await (const batch of batches) {
    const { bidPrice, askPrice } = batch.columns;
    for (let row = 0; row < batch.count; row++) {
      const { symbol, tsEvent, bidQty, askQty } = batch.row(row);
      yield {
        kind: 'quote',
        symbol,
        tsNs: tsEvent,
        bid: bidPrice.isAbsent(row) ? null : { priceSteps: bidPrice.number(row), qty: bidQty ?? 0 },
        ask: askPrice.isAbsent(row) ? null : { priceSteps: askPrice.number(row), qty: askQty ?? 0 },
      };
    }
  }
}

async function* figuresOf(batches: Batches<'statistics'>): AsyncGenerator<FigureEvent> {
  for await (const batch of batches) {
    for (const record of batch.rows()) {
      yield { kind: 'figure', symbol: record.symbol, tsNs: record.tsEvent, record };
    }
  }
}

/**
 * Bars at the end of their interval: who hears of one earlier knows the future. Those of trades; of currencies, which have no tape,
 * those of the middle between bid and ask.
 */
async function* barsOf(batches: Batches<'bar'>): AsyncGenerator<BarEvent> {
  const open: BarEvent[] = [];
  /** What the bars of a symbol are of: the first kind that is told. */
  const basisOf = new Map<string, 'trade' | 'mid'>();
  for await (const batch of batches) {
    for (let row = 0; row < batch.count; row++) {
      const startNs = batch.columns.tsEvent.values[row]!;
      while (open.length > 0 && open[0]!.tsNs <= startNs) yield open.shift()!;
      const record = batch.row(row);
      if (record.basis !== (basisOf.get(record.symbol) ?? record.basis)) continue;
      if (record.basis !== 'trade' && record.basis !== 'mid') continue;
      basisOf.set(record.symbol, record.basis);
      const bar = barOf(record, batch.columns, row);
      let at = open.length;
      while (at > 0 && open[at - 1]!.tsNs > bar.tsNs) at--;
      open.splice(at, 0, bar);
    }
  }
  yield* open;
}

function barOf(
  record: CanonicalRecord<'bar'>,
  columns: RecordBatch<SchemaOf<'bar'>>['columns'],
  row: number,
): BarEvent {
  const volume = record.volume ?? 0;
  return {
    kind: 'bar',
    symbol: record.symbol,
    tsNs: record.tsEvent + BigInt(record.intervalS) * NS_PER_S,
    startS: Number(record.tsEvent / NS_PER_S),
    intervalS: record.intervalS,
    openSteps: columns.open.number(row),
    highSteps: columns.high.number(row),
    lowSteps: columns.low.number(row),
    closeSteps: columns.close.number(row),
    volume,
    turnover: record.turnover ?? volume * (record.vwap ?? record.close),
    trades: record.trades ?? 0,
  };
}

function sideOf(word: 'buy' | 'sell' | null): Side | null {
  return word === null ? null : word === 'buy' ? BID : ASK;
}
