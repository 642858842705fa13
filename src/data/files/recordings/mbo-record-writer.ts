// hot: bench/normalise.ts
/**
 * Rows of a `MboBatch` as canonical mbo records, and the trades that are in them. Every column is kept, so that
 * `MboFromRecords` makes the same batch of the records again.
 */

import type { RecordSink } from '../../ingest/adapter.ts';
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
  MBO_REDUCE,
  MBO_REPLACE,
  MBO_TRADE,
  type MboBatch,
  SIDE_UNKNOWN,
  UNDEF_PRICE,
  UNDEF_TS,
} from '../../mbo-batch.ts';
import { qualityMask, type SchemaOf, TRADE } from '../../registry.ts';
import { type RecordBatch, UNDEF_INT32_VALUE, UNDEF_UINT8 } from '../../schema/record-batch.ts';
import { OrderPrices } from './order-prices.ts';

/** Symbol of what is about every instrument of a feed. */
export const ALL_SYMBOLS = '*';
/** Prices above are not exact in a double when written in steps of 1e-9. */
const STEPS_MAX = 2 ** 53;
const NS_PER_S = 1_000_000_000n;
/** Quality of a record by the flags of its row. */
const QUALITY_BY_FLAGS = new Int32Array(256);
for (let flags = 0; flags < 256; flags++) {
  if ((flags & MBO_FLAG_BAD_TS_RECV) !== 0) QUALITY_BY_FLAGS[flags]! |= qualityMask('badReceiveTime');
  if ((flags & MBO_FLAG_MAYBE_BAD_BOOK) !== 0) QUALITY_BY_FLAGS[flags]! |= qualityMask('maybeBadBook');
  if ((flags & MBO_FLAG_SNAPSHOT) !== 0) QUALITY_BY_FLAGS[flags]! |= qualityMask('snapshot');
}

const KINDS = TRADE.fields.kind.values;
const REGULAR = KINDS.indexOf('regular');
const AUCTION = KINDS.indexOf('auction');
const HIDDEN = KINDS.indexOf('hidden');

export interface MboWriterOptions {
  /** Steps of 1e-9 in one unit of the feed's prices: 100,000 for prices in 1e-4. */
  readonly priceSteps: number;
  /** Name of an instrument number of the feed, null where it is not known. */
  readonly symbolOf: (instrument: number) => string | null;
  /** Symbols that are wanted, null for all. */
  readonly symbols: ReadonlySet<string> | null;
  /** Whether executions leave out the price of their order (ITCH), so that live orders are followed. */
  readonly isPriceOfOrder: boolean;
}

export class MboRecordWriter {
  readonly #sink: RecordSink;
  readonly #options: MboWriterOptions;
  readonly #orders: OrderPrices | null;
  #epochS = 0;
  #recvEpochS = 0;

  constructor(sink: RecordSink, options: MboWriterOptions) {
    this.#sink = sink;
    this.#options = options;
    this.#orders = options.isPriceOfOrder ? new OrderPrices() : null;
  }

  /** Where the times of the batches count from, whole seconds as ns since 1970 UTC; the clock of the receiver may have its own. */
  setEpoch(epochNs: bigint, recvEpochNs = epochNs): void {
    this.#epochS = Number(epochNs / NS_PER_S);
    this.#recvEpochS = Number(recvEpochNs / NS_PER_S);
  }

  write(rows: MboBatch): void {
    for (let from = 0; from < rows.count; ) {
      const records = this.#sink.batch('mbo');
      const to = Math.min(rows.count, from + records.capacity - records.count);
      this.#copy(rows, from, to, records);
      from = to;
    }
    for (let row = 0; row < rows.count; row++) this.#follow(rows, row);
  }

  #copy(rows: MboBatch, from: number, to: number, records: RecordBatch<SchemaOf<'mbo'>>): void {
    const { symbol, tsEvent, tsRecv, sequence, quality, source, sourceIndex } = records.columns;
    const { action, side, orderId, newOrderId, price, qty, flags, code } = records.columns;
    const { priceSteps } = this.#options;
    let at = records.count;
    let others = 0;
    for (let row = from; row < to; row++) {
      const name = this.#symbol(rows.instrument[row]!);
      if (!this.#isWanted(name)) {
        others++;
        continue;
      }
      const units = rows.price[row]!;
      if (units !== UNDEF_PRICE && Math.abs(units) * priceSteps >= STEPS_MAX) {
        this.#sink.reject('price-range', rows.sourceIndex[row]!, `price ${units}`);
        continue;
      }
      symbol.set(at, name);
      tsEvent.setSeconds(at, this.#epochS, rows.tsEventNs[row]!);
      if (rows.tsRecvNs[row] === UNDEF_TS) tsRecv.setAbsent(at);
      else tsRecv.setSeconds(at, this.#recvEpochS, rows.tsRecvNs[row]!);
      if (rows.sequence[row] === 0) sequence.setAbsent(at);
      else sequence.setNumber(at, rows.sequence[row]!);
      quality[at] = QUALITY_BY_FLAGS[rows.flags[row]!]!;
      source[at] = 0;
      sourceIndex.setNumber(at, rows.sourceIndex[row]!);
      action[at] = rows.action[row]!;
      side[at] = rows.side[row] === SIDE_UNKNOWN ? UNDEF_UINT8 : rows.side[row]!;
      if (rows.orderIdHi[row] === 0 && rows.orderIdLo[row] === 0) orderId.setAbsent(at);
      else orderId.setWords(at, rows.orderIdHi[row]!, rows.orderIdLo[row]!);
      if (rows.newOrderIdHi[row] === 0 && rows.newOrderIdLo[row] === 0) newOrderId.setAbsent(at);
      else newOrderId.setWords(at, rows.newOrderIdHi[row]!, rows.newOrderIdLo[row]!);
      if (units === UNDEF_PRICE) price.setAbsent(at);
      else price.setNumber(at, units * priceSteps);
      qty[at] = rows.qty[row]!;
      flags[at] = rows.flags[row]!;
      code[at] = rows.code[row] === 0 ? UNDEF_INT32_VALUE : rows.code[row]!;
      at++;
    }
    records.count = at;
    if (others > 0) this.#sink.remark('other-symbol', others);
  }

  #isWanted(symbol: string): boolean {
    const { symbols } = this.#options;
    return symbols === null || symbols.has(symbol) || symbol === ALL_SYMBOLS;
  }

  #symbol(instrument: number): string {
    return this.#options.symbolOf(instrument) ?? (instrument === 0 ? ALL_SYMBOLS : `#${instrument}`);
  }

  /** Keeps the prices of live orders and makes the trades. */
  #follow(rows: MboBatch, row: number): void {
    const action = rows.action[row]!;
    const hi = rows.orderIdHi[row]!;
    const lo = rows.orderIdLo[row]!;
    const orders = this.#orders;
    if (action === MBO_ADD) {
      orders?.add(hi, lo, rows.price[row]!, rows.side[row]!, rows.qty[row]!);
    } else if (action === MBO_DELETE) {
      orders?.remove(hi, lo);
    } else if (action === MBO_REDUCE) {
      orders?.reduce(hi, lo, rows.qty[row]!);
    } else if (action === MBO_REPLACE && orders !== null) {
      const side = orders.remove(hi, lo);
      if (side >= 0)
        orders.add(rows.newOrderIdHi[row]!, rows.newOrderIdLo[row]!, rows.price[row]!, side, rows.qty[row]!);
    } else if (action === MBO_EXECUTE) {
      this.#execution(rows, row, hi, lo);
    } else if (action === MBO_HIDDEN_TRADE) {
      this.#trade(rows, row, HIDDEN, rows.price[row]!, rows.side[row]!);
    } else if (action === MBO_CROSS) {
      // An auction without a price or a quantity did not trade.
      if (rows.qty[row]! > 0 && rows.price[row]! > 0)
        this.#trade(rows, row, AUCTION, rows.price[row]!, SIDE_UNKNOWN);
    } else if (action === MBO_TRADE) {
      const side = rows.side[row]!;
      this.#trade(rows, row, REGULAR, rows.price[row]!, side === SIDE_UNKNOWN ? side : 1 - side);
    }
  }

  #execution(rows: MboBatch, row: number, hi: number, lo: number): void {
    const orders = this.#orders;
    const isPrintable = (rows.flags[row]! & MBO_FLAG_NOT_PRINTABLE) === 0;
    const kind = isPrintable ? REGULAR : AUCTION;
    if (orders === null) {
      this.#trade(rows, row, kind, rows.price[row]!, rows.side[row]!);
      return;
    }
    const slot = orders.find(hi, lo);
    const price = rows.price[row] === UNDEF_PRICE && slot !== 0 ? orders.price(slot) : rows.price[row]!;
    if (price === UNDEF_PRICE) this.#sink.remark('execution-of-unknown-order');
    else this.#trade(rows, row, kind, price, slot === 0 ? SIDE_UNKNOWN : orders.side(slot));
    orders.reduce(hi, lo, rows.qty[row]!);
  }

  /** `restingSide` is the side of the order that was there. */
  #trade(rows: MboBatch, row: number, kind: number, units: number, restingSide: number): void {
    if (units === UNDEF_PRICE || Math.abs(units) * this.#options.priceSteps >= STEPS_MAX) {
      this.#sink.reject('price-range', rows.sourceIndex[row]!, `price ${units} of a trade`);
      return;
    }
    const symbol = this.#symbol(rows.instrument[row]!);
    if (!this.#isWanted(symbol)) return;
    const records = this.#sink.batch('trade');
    const at = records.count;
    const columns = records.columns;
    records.blank(at);
    columns.symbol.set(at, symbol);
    columns.tsEvent.setSeconds(at, this.#epochS, rows.tsEventNs[row]!);
    if (rows.tsRecvNs[row] !== UNDEF_TS) columns.tsRecv.setSeconds(at, this.#recvEpochS, rows.tsRecvNs[row]!);
    columns.quality[at] = QUALITY_BY_FLAGS[rows.flags[row]!]!;
    columns.source[at] = 0;
    columns.sourceIndex.setNumber(at, rows.sourceIndex[row]!);
    columns.price.setNumber(at, units * this.#options.priceSteps);
    columns.qty[at] = rows.qty[row]!;
    columns.kind[at] = kind;
    if ((rows.flags[row]! & MBO_FLAG_NOT_PRINTABLE) !== 0) columns.isPrintable[at] = 0;
    if (rows.sequence[row] !== 0) {
      columns.sequence.setNumber(at, rows.sequence[row]!);
      if (this.#orders !== null) columns.tradeId[at] = String(rows.sequence[row]);
    }
    if (restingSide !== SIDE_UNKNOWN) {
      columns.aggressor[at] = 1 - restingSide;
      const ids = restingSide === 0 ? columns.buyOrderId : columns.sellOrderId;
      if (rows.action[row] === MBO_EXECUTE) ids.setWords(at, rows.orderIdHi[row]!, rows.orderIdLo[row]!);
    }
    records.count = at + 1;
  }
}
