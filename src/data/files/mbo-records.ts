// hot: bench/lake.ts
/**
 * Order-by-order batches of the decoders as canonical records: `mbo` row by row, `trade` out of executions, and what the venue
 * said as `status` and `imbalance`. Columns go from typed array to typed array; only messages of the venue become objects.
 */

import { IdMap } from '../../base/index.ts';
import type { RecordSink } from '../ingest/adapter.ts';
import {
  MBO_ADD,
  MBO_CROSS,
  MBO_DELETE,
  MBO_EXECUTE,
  MBO_FLAG_BAD_TS_RECV,
  MBO_FLAG_MAYBE_BAD_BOOK,
  MBO_FLAG_NOT_PRINTABLE,
  MBO_FLAG_SNAPSHOT,
  MBO_HIDDEN_TRADE,
  MBO_MODIFY,
  MBO_REPLACE,
  MBO_TRADE,
  type MboBatch,
  SIDE_UNKNOWN,
  UNDEF_PRICE,
  UNDEF_TS,
} from '../mbo-batch.ts';
import { qualityMask, type SchemaName, TRADE } from '../registry.ts';
import { PRICE_STEPS } from '../schema/decimal.ts';
import { type RecordBatch, UNDEF_UINT8 } from '../schema/record-batch.ts';
import type { VenueMessage } from '../venue-message.ts';

const NS_PER_S = 1_000_000_000n;
const SAFE = Number.MAX_SAFE_INTEGER;
const KIND_REGULAR = TRADE.fields.kind.values.indexOf('regular');
const KIND_AUCTION = TRADE.fields.kind.values.indexOf('auction');
const KIND_HIDDEN = TRADE.fields.kind.values.indexOf('hidden');

/** Kinds of records that may be left out, and are made by default. */
export const MBO_RECORDS = ['mbo', 'trade', 'status', 'imbalance'] as const satisfies readonly SchemaName[];
export type MboRecordKind = (typeof MBO_RECORDS)[number];

export interface MboRecordOptions {
  readonly kinds: ReadonlySet<MboRecordKind>;
  /** Only these symbols; null for all. */
  readonly symbols: ReadonlySet<string> | null;
  /** Value of one price unit in steps of 1e-9: 100000 for a unit of 0.0001. */
  readonly stepsPerUnit: number;
  /** Time 0 of the batches, ns since 1970 UTC. */
  readonly epochNs: bigint;
  /** Whether executions come without the price of their order (ITCH E), which is then looked up. */
  readonly needsOrderPrices: boolean;
}

export class MboRecords {
  readonly #sink: RecordSink;
  readonly #options: MboRecordOptions;
  readonly #epochSeconds: number;
  readonly #epochRestNs: number;
  /** Price of live orders, in units, by an index from 1. */
  readonly #orders = new IdMap(1 << 12);
  #prices = new Float64Array(1 << 12);
  readonly #free: number[] = [];
  #used = 0;

  constructor(sink: RecordSink, options: MboRecordOptions) {
    this.#sink = sink;
    this.#options = options;
    const seconds = options.epochNs / NS_PER_S;
    this.#epochSeconds = Number(seconds);
    this.#epochRestNs = Number(options.epochNs - seconds * NS_PER_S);
  }

  /** Makes the records of a batch. `symbols` names the feed's instruments. */
  add(batch: MboBatch, symbols: ReadonlyMap<number, string>, sourceIndexBase: number): void {
    let said = 0;
    const { venue } = batch;
    for (let row = 0; row <= batch.count; row++) {
      while (said < venue.length && venue[said]!.row === row)
        this.#say(venue[said++]!, symbols, sourceIndexBase);
      if (row < batch.count) this.#row(batch, row, symbols, sourceIndexBase);
    }
  }

  #row(batch: MboBatch, row: number, symbols: ReadonlyMap<number, string>, base: number): void {
    const { needsOrderPrices, kinds } = this.#options;
    const price = needsOrderPrices ? this.#priceOf(batch, row) : batch.price[row]!;
    const symbol = this.#symbol(batch.instrument[row]!, symbols);
    if (symbol === null) return;
    if (kinds.has('mbo')) this.#mbo(batch, row, symbol, base);
    if (kinds.has('trade')) this.#trade(batch, row, symbol, price, base);
  }

  #mbo(batch: MboBatch, row: number, symbol: string, base: number): void {
    const target = this.#sink.batch('mbo');
    const to = target.count;
    const c = target.columns;
    this.#head(target as unknown as RecordBatch, to, batch, row, symbol, base);
    c.action[to] = batch.action[row]!;
    c.side[to] = sideCode(batch.side[row]!);
    setId(c.orderId, to, batch.orderIdHi[row]!, batch.orderIdLo[row]!);
    setId(c.newOrderId, to, batch.newOrderIdHi[row]!, batch.newOrderIdLo[row]!);
    this.#setPrice(c.price, to, batch.price[row]!);
    c.qty[to] = batch.qty[row]!;
    c.flags[to] = batch.flags[row]!;
    c.code[to] = batch.code[row]!;
    target.count = to + 1;
  }

  #trade(batch: MboBatch, row: number, symbol: string, price: number, base: number): void {
    const action = batch.action[row]!;
    if (action !== MBO_EXECUTE && action !== MBO_HIDDEN_TRADE && action !== MBO_CROSS && action !== MBO_TRADE)
      return;
    // A cross that did not trade is an auction without a price.
    if (batch.qty[row] === 0 || price === UNDEF_PRICE) return;
    const target = this.#sink.batch('trade');
    const to = target.count;
    const c = target.columns;
    target.blank(to);
    this.#head(target as unknown as RecordBatch, to, batch, row, symbol, base);
    this.#setPrice(c.price, to, price);
    c.qty[to] = batch.qty[row]!;
    c.kind[to] =
      action === MBO_CROSS ? KIND_AUCTION : action === MBO_HIDDEN_TRADE ? KIND_HIDDEN : KIND_REGULAR;
    c.isPrintable[to] = (batch.flags[row]! & MBO_FLAG_NOT_PRINTABLE) === 0 ? 1 : 0;
    const side = sideCode(batch.side[row]!);
    // The side is that of the resting order, save in a summary of the aggressor.
    c.aggressor[to] =
      action === MBO_CROSS || side === UNDEF_UINT8 ? UNDEF_UINT8 : action === MBO_TRADE ? side : side ^ 1;
    if (action === MBO_EXECUTE)
      setId(side === 0 ? c.buyOrderId : c.sellOrderId, to, batch.orderIdHi[row]!, batch.orderIdLo[row]!);
    target.count = to + 1;
  }

  #head(target: RecordBatch, to: number, batch: MboBatch, row: number, symbol: string, base: number): void {
    const c = target.columns as unknown as ReturnType<RecordSink['batch']>['columns'];
    c.symbol.set(to, symbol);
    c.tsEvent.setSeconds(to, this.#epochSeconds, this.#epochRestNs + batch.tsEventNs[row]!);
    const received = batch.tsRecvNs[row]!;
    if (received === UNDEF_TS) c.tsRecv.setAbsent(to);
    else c.tsRecv.setSeconds(to, this.#epochSeconds, this.#epochRestNs + received);
    const sequence = batch.sequence[row]!;
    if (sequence === 0) c.sequence.setAbsent(to);
    else c.sequence.setNumber(to, sequence);
    c.quality[to] = qualityOf(batch.flags[row]!);
    c.sourceIndex.setNumber(to, base + batch.sourceIndex[row]!);
  }

  #setPrice(
    column: {
      setNumber(row: number, value: number): void;
      setAbsent(row: number): void;
      readonly values: BigInt64Array;
    },
    to: number,
    price: number,
  ): void {
    if (price === UNDEF_PRICE) {
      column.setAbsent(to);
      return;
    }
    const steps = price * this.#options.stepsPerUnit;
    if (Math.abs(steps) <= SAFE) column.setNumber(to, steps);
    else column.values[to] = BigInt(price) * BigInt(this.#options.stepsPerUnit);
  }

  /** Keeps the prices of orders, and finds that of the order that a record is about. */
  #priceOf(batch: MboBatch, row: number): number {
    const action = batch.action[row]!;
    const hi = batch.orderIdHi[row]!;
    const lo = batch.orderIdLo[row]!;
    const price = batch.price[row]!;
    if (action === MBO_ADD || action === MBO_MODIFY) this.#keep(hi, lo, price);
    else if (action === MBO_DELETE) this.#forget(hi, lo);
    else if (action === MBO_REPLACE) {
      this.#forget(hi, lo);
      this.#keep(batch.newOrderIdHi[row]!, batch.newOrderIdLo[row]!, price);
    } else if (action === MBO_EXECUTE && price === UNDEF_PRICE) {
      const index = this.#orders.get(hi, lo);
      return index === 0 ? UNDEF_PRICE : this.#prices[index]!;
    }
    return price;
  }

  #keep(hi: number, lo: number, price: number): void {
    let index = this.#orders.get(hi, lo);
    if (index === 0) {
      index = this.#free.pop() ?? ++this.#used;
      if (index >= this.#prices.length) {
        const larger = new Float64Array(this.#prices.length * 2);
        larger.set(this.#prices);
        this.#prices = larger;
      }
      this.#orders.set(hi, lo, index);
    }
    this.#prices[index] = price;
  }

  #forget(hi: number, lo: number): void {
    const index = this.#orders.delete(hi, lo);
    if (index !== 0) this.#free.push(index);
  }

  #symbol(instrument: number, symbols: ReadonlyMap<number, string>): string | null {
    const symbol = symbols.get(instrument) ?? `#${instrument}`;
    return this.#options.symbols === null || this.#options.symbols.has(symbol) ? symbol : null;
  }

  #say(message: VenueMessage, symbols: ReadonlyMap<number, string>, base: number): void {
    const { kinds, epochNs } = this.#options;
    const symbol = message.instrument === null ? '*' : this.#symbol(message.instrument, symbols);
    if (symbol === null) return;
    const head = {
      symbol,
      tsEvent: epochNs + BigInt(message.tsEventNs),
      sourceIndex: base + message.sourceIndex,
    };
    if (message.kind === 'status' && kinds.has('status')) {
      const { status, rule, reason, group } = message;
      const named = symbol === '*' && group !== '' ? { ...head, symbol: group } : head;
      this.#sink.push('status', {
        ...named,
        status,
        rule: rule === '' ? null : rule,
        reason: reason === '' ? null : reason,
      });
    } else if (message.kind === 'imbalance' && kinds.has('imbalance')) {
      const { auction, pairedQty, imbalanceQty, direction, farPrice, nearPrice, referencePrice } = message;
      this.#sink.push('imbalance', {
        ...head,
        auction: auction ?? 'unknown',
        pairedQty,
        imbalanceQty,
        direction: DIRECTIONS[direction],
        farPrice: this.#price(farPrice),
        nearPrice: this.#price(nearPrice),
        referencePrice: this.#price(referencePrice),
      });
    } else this.#sink.remark(`venue message: ${message.kind}`);
  }

  #price(units: number): number | null {
    return units === UNDEF_PRICE ? null : (units * this.#options.stepsPerUnit) / PRICE_STEPS;
  }
}

/** Letters of the feeds to words of the registry; 'P' (paused) has no side either. */
const DIRECTIONS = { B: 'buy', S: 'sell', N: 'none', O: 'insufficient', P: 'none' } as const;

function sideCode(side: number): number {
  return side === SIDE_UNKNOWN ? UNDEF_UINT8 : side;
}

function setId(
  column: { setWords(row: number, high: number, low: number): void; setAbsent(row: number): void },
  to: number,
  hi: number,
  lo: number,
): void {
  if (hi === 0 && lo === 0) column.setAbsent(to);
  else column.setWords(to, hi, lo);
}

const BAD_RECEIVE_TIME = qualityMask('badReceiveTime');
const MAYBE_BAD_BOOK = qualityMask('maybeBadBook');
const SNAPSHOT = qualityMask('snapshot');

function qualityOf(flags: number): number {
  return (
    ((flags & MBO_FLAG_BAD_TS_RECV) === 0 ? 0 : BAD_RECEIVE_TIME) |
    ((flags & MBO_FLAG_MAYBE_BAD_BOOK) === 0 ? 0 : MAYBE_BAD_BOOK) |
    ((flags & MBO_FLAG_SNAPSHOT) === 0 ? 0 : SNAPSHOT)
  );
}
