/**
 * Writes what venues say into the columns of canonical records. One per raw object: it numbers the elements (levels, orders,
 * trades) as they come, good or bad, which is the `sourceIndex` of their records.
 */

import type { RecordSink } from '../ingest/adapter.ts';
import {
  MBO,
  MBP,
  type NewRecord,
  type QualityBit,
  qualityMask,
  type SchemaName,
  TRADE,
} from '../registry.ts';
import { UNDEF_FLOAT64, UNDEF_INT32_VALUE, UNDEF_UINT8 } from '../schema/record-batch.ts';
import { Xxh64 } from '../xxh64.ts';
import { type Instant, nsOfInstant, setInstant } from './instant.ts';
import { priceOf } from './messages.ts';
import { qtyOf, setPrice, stepsOf } from './price-steps.ts';

export const BUY = 0;
export const SELL = 1;
export type SideCode = typeof BUY | typeof SELL;

/** What the records of one message share. */
export interface MessageHead {
  readonly symbol: string;
  readonly tsEvent: Instant;
  readonly tsRecv: Instant | null;
  readonly sequence: number | null;
  /** Bits of `quality`. */
  readonly quality: number;
}

/** Id of an order: the halves of an unsigned 64-bit number. */
export interface OrderId {
  readonly high: number;
  readonly low: number;
}

/** Levels as most venues send them: price, quantity, sometimes more behind. */
export type Level = readonly unknown[];

export const FLAG_LAST = 1;
export const FLAG_SNAPSHOT = 2;

const MBP_SET = MBP.fields.action.values.indexOf('set');
const MBP_CLEAR = MBP.fields.action.values.indexOf('clear');
const TRADE_REGULAR = TRADE.fields.kind.values.indexOf('regular');
const TRADE_AUCTION = TRADE.fields.kind.values.indexOf('auction');
const QUALITY_SNAPSHOT = qualityMask('snapshot');

export type MboAction = (typeof MBO.fields.action.values)[number];
const MBO_CODES = Object.fromEntries(MBO.fields.action.values.map((word, code) => [word, code])) as Readonly<
  Record<MboAction, number>
>;

export interface MboChange {
  readonly action: MboAction;
  readonly side: SideCode | null;
  readonly orderId: OrderId | null;
  readonly price: unknown;
  readonly qty: unknown;
  readonly flags: number;
}

export interface TradePrint {
  readonly price: unknown;
  readonly qty: unknown;
  readonly aggressor: SideCode | null;
  readonly tradeId: string | null;
  readonly buyOrderId?: OrderId | null;
  readonly sellOrderId?: OrderId | null;
  readonly conditions?: string | null;
  readonly isAuction?: boolean;
}

type LooseRecord<N extends SchemaName> = Omit<
  NewRecord<N>,
  'symbol' | 'tsEvent' | 'tsRecv' | 'sequence' | 'quality' | 'sourceIndex'
>;

export class FeedWriter {
  readonly sink: RecordSink;
  readonly #wanted: ReadonlySet<SchemaName> | null;
  #index = 0;

  /** `wanted`: messages that make records of several kinds make only these; null makes all. */
  constructor(sink: RecordSink, wanted: ReadonlySet<SchemaName> | null = null) {
    this.sink = sink;
    this.#wanted = wanted;
  }

  /** `sourceIndex` of the next element. */
  get index(): number {
    return this.#index;
  }

  /** Numbers of elements that will be written later, or elsewhere: returns the first of them. */
  reserve(count: number): number {
    const first = this.#index;
    this.#index += count;
    return first;
  }

  /** Writes with the numbers from `index` on that were reserved for it. */
  writeAt(index: number, write: () => void): void {
    const next = this.#index;
    this.#index = index;
    write();
    this.#index = next;
  }

  /** Passes an element over: it is no fault and makes no record. */
  skip(why: string): void {
    this.#index++;
    this.sink.remark(why);
  }

  reject(reason: Parameters<RecordSink['reject']>[0], detail: string): void {
    this.sink.reject(reason, this.#index++, detail);
  }

  /** All levels of a message, bids first. The last good one ends the message. Returns how many records were made. */
  levels(head: MessageHead, bids: readonly Level[], asks: readonly Level[], flags = 0): number {
    const lastAsk = lastGood(asks);
    const lastBid = lastAsk < 0 ? lastGood(bids) : -1;
    let made = 0;
    for (let i = 0; i < bids.length; i++) {
      const level = bids[i]!;
      if (this.level(head, BUY, level[0], level[1], i === lastBid ? flags | FLAG_LAST : flags)) made++;
    }
    for (let i = 0; i < asks.length; i++) {
      const level = asks[i]!;
      if (this.level(head, SELL, level[0], level[1], i === lastAsk ? flags | FLAG_LAST : flags)) made++;
    }
    return made;
  }

  /** A whole book: a record that clears what was known, then its levels. */
  snapshot(head: MessageHead, bids: readonly Level[], asks: readonly Level[]): number {
    const isEmpty = lastGood(bids) < 0 && lastGood(asks) < 0;
    this.clearLevels(head, isEmpty ? FLAG_SNAPSHOT | FLAG_LAST : FLAG_SNAPSHOT);
    const marked = { ...head, quality: head.quality | QUALITY_SNAPSHOT };
    return 1 + this.levels(marked, bids, asks, FLAG_SNAPSHOT);
  }

  /** Empties the book, or one side of it. */
  clearLevels(head: MessageHead, flags: number, side: SideCode | null = null): void {
    const batch = this.sink.batch('mbp');
    const row = batch.count;
    batch.blank(row);
    this.#head(batch.columns, row, head);
    batch.columns.action[row] = MBP_CLEAR;
    if (side !== null) batch.columns.side[row] = side;
    batch.columns.flags[row] = flags;
    batch.count++;
  }

  /** One level; false when it is none and was set aside. `orders`: how many stand there. */
  level(
    head: MessageHead,
    side: SideCode,
    price: unknown,
    qty: unknown,
    flags: number,
    orders?: number,
  ): boolean {
    const amount = qtyOf(qty);
    const batch = this.sink.batch('mbp');
    const row = batch.count;
    const columns = batch.columns;
    if (!(amount >= 0) || !setPrice(columns.price, row, price)) {
      this.#rejectNumbers('level', price, qty, amount);
      return false;
    }
    this.#head(columns, row, head);
    columns.action[row] = MBP_SET;
    columns.side[row] = side;
    columns.qty[row] = amount;
    columns.orders[row] = orders ?? UNDEF_INT32_VALUE;
    columns.level[row] = UNDEF_INT32_VALUE;
    columns.flags[row] = flags;
    batch.count++;
    return true;
  }

  trade(head: MessageHead, print: TradePrint): boolean {
    if (!this.#wants('trade')) return false;
    const amount = qtyOf(print.qty);
    const batch = this.sink.batch('trade');
    const row = batch.count;
    const columns = batch.columns;
    if (!(amount >= 0) || !setPrice(columns.price, row, print.price)) {
      this.#rejectNumbers('trade', print.price, print.qty, amount);
      return false;
    }
    this.#head(columns, row, head);
    columns.qty[row] = amount;
    columns.aggressor[row] = print.aggressor ?? UNDEF_UINT8;
    columns.kind[row] = print.isAuction === true ? TRADE_AUCTION : TRADE_REGULAR;
    columns.isPrintable[row] = UNDEF_UINT8;
    columns.tradeId[row] = print.tradeId;
    setOrderId(columns.buyOrderId, row, print.buyOrderId ?? null);
    setOrderId(columns.sellOrderId, row, print.sellOrderId ?? null);
    columns.exchange[row] = null;
    columns.conditions[row] = print.conditions ?? null;
    columns.tsPublished.setAbsent(row);
    batch.count++;
    return true;
  }

  /** One change of an order. Price and quantity may be absent (null or undefined), not wrong. */
  order(head: MessageHead, change: MboChange): boolean {
    const { price, qty } = change;
    const amount = qty === null || qty === undefined ? UNDEF_FLOAT64 : qtyOf(qty);
    const batch = this.sink.batch('mbo');
    const row = batch.count;
    const columns = batch.columns;
    if (price === null || price === undefined) columns.price.setAbsent(row);
    const isPrice = price === null || price === undefined || setPrice(columns.price, row, price);
    if (!isPrice || !(amount >= 0 || amount === UNDEF_FLOAT64)) {
      this.#rejectNumbers(change.action, price, qty, amount);
      return false;
    }
    this.#head(columns, row, head);
    columns.action[row] = MBO_CODES[change.action];
    columns.side[row] = change.side ?? UNDEF_UINT8;
    setOrderId(columns.orderId, row, change.orderId);
    columns.newOrderId.setAbsent(row);
    columns.qty[row] = amount;
    columns.flags[row] = change.flags;
    columns.code[row] = UNDEF_INT32_VALUE;
    batch.count++;
    return true;
  }

  /** The best bid and ask. A side without price or with quantity 0 is empty. */
  quote(head: MessageHead, bid: Level | null, ask: Level | null): boolean {
    if (!this.#wants('bbo')) return false;
    const batch = this.sink.batch('bbo');
    const row = batch.count;
    const columns = batch.columns;
    batch.blank(row);
    for (const [level, prices, qtys] of [
      [bid, columns.bidPrice, columns.bidQty],
      [ask, columns.askPrice, columns.askQty],
    ] as const) {
      if (level === null) continue;
      const amount = level[1] === undefined ? UNDEF_FLOAT64 : qtyOf(level[1]);
      if (amount === 0) continue;
      if (Number.isNaN(amount) || !setPrice(prices, row, level[0])) {
        this.#rejectNumbers('quote', level[0], level[1], amount);
        return false;
      }
      qtys[row] = amount;
    }
    this.#head(columns, row, head);
    batch.count++;
    return true;
  }

  /** The step of an instrument's price; null, and counted, where it is finer than records can tell (1e-9). */
  tick(step: unknown): string | number | null {
    const price = priceOf(step);
    if (price === null || !Number.isNaN(stepsOf(price))) return price;
    this.sink.remark('tick-finer-than-1e-9');
    return null;
  }

  /** A record of any other kind, given as an object. */
  record<N extends 'bar' | 'statistics' | 'definition' | 'status'>(
    schema: N,
    head: MessageHead,
    fields: LooseRecord<N>,
  ): void {
    if (!this.#wants(schema)) return;
    this.sink.push(schema, {
      symbol: head.symbol,
      tsEvent: nsOfInstant(head.tsEvent),
      tsRecv: head.tsRecv === null ? null : nsOfInstant(head.tsRecv),
      sequence: head.sequence,
      quality: head.quality,
      sourceIndex: this.#index++,
      ...fields,
    } as unknown as NewRecord<N>);
  }

  #wants(schema: SchemaName): boolean {
    if (this.#wanted === null || this.#wanted.has(schema)) return true;
    this.skip(`${schema}-not-asked-for`);
    return false;
  }

  #head(columns: HeadColumns, row: number, head: MessageHead): void {
    columns.symbol.set(row, head.symbol);
    setInstant(columns.tsEvent, row, head.tsEvent);
    setInstant(columns.tsRecv, row, head.tsRecv);
    if (head.sequence === null) columns.sequence.setAbsent(row);
    else columns.sequence.setNumber(row, head.sequence);
    columns.quality[row] = head.quality;
    columns.source[row] = 0;
    columns.sourceIndex.setNumber(row, this.#index++);
  }

  #rejectNumbers(what: string, price: unknown, qty: unknown, amount: number): void {
    const isQtyFault = Number.isNaN(amount) || amount < 0;
    const isPriceText =
      typeof price === 'number' ||
      (typeof price === 'string' && price.trim() !== '' && Number.isFinite(Number(price)));
    const reason = isQtyFault ? 'not-a-number' : isPriceText ? 'price-range' : 'not-a-number';
    this.reject(reason, `${what}: price=${String(price)} qty=${String(qty)}`);
  }
}

type HeadColumns = Pick<
  ReturnType<RecordSink['batch']>['columns'],
  'symbol' | 'tsEvent' | 'tsRecv' | 'sequence' | 'quality' | 'source' | 'sourceIndex'
>;

export function quality(...bits: readonly QualityBit[]): number {
  return bits.reduce((mask, bit) => mask | qualityMask(bit), 0);
}

/** Rank of the last level that makes a record; -1 when none does. */
function lastGood(levels: readonly Level[]): number {
  for (let i = levels.length - 1; i >= 0; i--) {
    const level = levels[i]!;
    if (qtyOf(level[1]) >= 0 && !Number.isNaN(stepsOf(level[0]))) return i;
  }
  return -1;
}

function setOrderId(
  column: { setAbsent(row: number): void; setWords(row: number, high: number, low: number): void },
  row: number,
  id: OrderId | null,
): void {
  if (id === null) column.setAbsent(row);
  else column.setWords(row, id.high, id.low);
}

const WORD = 4_294_967_296;

/** An id that is a whole number below 2^53, or its text (up to 64 bits). Null for anything else. */
export function orderIdOfNumber(id: unknown): OrderId | null {
  if (typeof id === 'string' && /^\d{1,20}$/.test(id)) {
    const whole = BigInt.asUintN(64, BigInt(id));
    return { high: Number(whole >> 32n) | 0, low: Number(whole & 0xffffffffn) | 0 };
  }
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) return null;
  const high = Math.floor(id / WORD);
  return { high, low: (id - high * WORD) | 0 };
}

/** The first 64 bits of a UUID. Null for what is none. */
export function orderIdOfUuid(id: unknown): OrderId | null {
  if (typeof id !== 'string' || id.length !== 36) return null;
  const high = Number.parseInt(id.slice(0, 8), 16);
  const low = Number.parseInt(id.slice(9, 13) + id.slice(14, 18), 16);
  return Number.isNaN(high) || Number.isNaN(low) ? null : { high: high | 0, low: low | 0 };
}

/** 64 bits that stand for an id that is any text: its XXH64. Null for none. */
export function orderIdOfText(id: string | null): OrderId | null {
  if (id === null) return null;
  const hash = new Xxh64();
  hash.update(Buffer.from(id, 'utf8'));
  const { hi, lo } = hash.digest();
  return { high: hi | 0, low: lo | 0 };
}

/** 'buy' or 'sell' in the words of venues; null for anything else. */
export function sideOf(word: unknown): SideCode | null {
  switch (word) {
    case 'buy':
    case 'BUY':
    case 'bid':
    case 'b':
      return BUY;
    case 'sell':
    case 'SELL':
    case 'ask':
    case 'offer':
    case 's':
    case 'a':
      return SELL;
    default:
      return null;
  }
}
