/**
 * Order flow in columns: what the scorer reads, of a recording and of a simulation alike. Row r is one message and the
 * book right after it; the book of one side stands level by level, best first:
 *
 *   askTicks  [ r0L0 r0L1 … | r1L0 r1L1 … | … ]   index = row * levels + level
 *
 * An absent level has 0 lots and FLOW_NO_PRICE. Whoever fills a stream decides what a tick and a lot are, and says it in
 * `tickSize` and `lotSize`; real and simulated windows that are compared have to agree on both.
 */

import { BUY, type Side } from '../domain/index.ts';

/** No message: the row only holds the book that the next row starts from. A window does not begin with one. */
export const FLOW_OPENING = 0;
/** A displayed order enters the book. */
export const FLOW_LIMIT = 1;
/** A displayed order gets smaller by its owner's wish and keeps its place. */
export const FLOW_REDUCE = 2;
/** What is left of a displayed order leaves by its owner's wish. */
export const FLOW_CANCEL = 3;
/** A displayed order trades. */
export const FLOW_TRADE = 4;
/** A trade with an order that was not displayed; order id 0, and the book stays as it is. */
export const FLOW_HIDDEN_TRADE = 5;
/** Trading stops or goes on: no order, side, price or size. */
export const FLOW_HALT = 7;

export const FLOW_KIND_NAMES = [
  'opening',
  'limit',
  'reduce',
  'cancel',
  'trade',
  'hiddenTrade',
  '',
  'halt',
] as const;

/** Price of a level that is not there. */
export const FLOW_NO_PRICE = -(2 ** 31);

export interface FlowStreamInfo {
  readonly symbol: string;
  /** Currency units per tick and instrument units per lot, as decimal text. */
  readonly tickSize: string;
  readonly lotSize: string;
  /** Levels of book per side in each row, at least 1. */
  readonly levels: number;
  /** Local time of day at time 0 of the stream, ns since midnight. */
  readonly dayOffsetNs: number;
}

/** One message, with its book passed beside it. */
export interface FlowMessage {
  /** Time since the stream's time 0, whole ns; never less than that of the row before. */
  timeNs: number;
  /** FLOW_*. */
  kind: number;
  /** Of the resting order, BUY or SELL: a trade with side SELL was initiated by a buyer. */
  side: Side;
  /** Any number above 0 that tells orders of one stream apart; 0 for a hidden trade. */
  orderId: number;
  /** Ticks; of a hidden trade it may have a fraction. */
  priceTicks: number;
  /** Lots that entered, left or traded. */
  sizeLots: number;
}

/** Where a book's levels are copied from: best first, FLOW_NO_PRICE and 0 behind the last. */
export interface FlowLevels {
  readonly askTicks: ArrayLike<number>;
  readonly askLots: ArrayLike<number>;
  readonly bidTicks: ArrayLike<number>;
  readonly bidLots: ArrayLike<number>;
}

/** Messages with the book after each; grows as it is filled. Memory: 33 + 24 x levels bytes a row. */
export class FlowStream implements FlowStreamInfo {
  readonly symbol: string;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly levels: number;
  readonly dayOffsetNs: number;
  /** Rows filled. */
  count = 0;
  timeNs: Float64Array;
  kind: Uint8Array;
  side: Uint8Array;
  orderId: Float64Array;
  priceTicks: Float64Array;
  sizeLots: Float64Array;
  askTicks: Int32Array;
  askLots: Float64Array;
  bidTicks: Int32Array;
  bidLots: Float64Array;

  constructor(info: FlowStreamInfo, capacity = 1024) {
    this.symbol = info.symbol;
    this.tickSize = info.tickSize;
    this.lotSize = info.lotSize;
    this.levels = info.levels;
    this.dayOffsetNs = info.dayOffsetNs;
    const cells = capacity * info.levels;
    this.timeNs = new Float64Array(capacity);
    this.kind = new Uint8Array(capacity);
    this.side = new Uint8Array(capacity);
    this.orderId = new Float64Array(capacity);
    this.priceTicks = new Float64Array(capacity);
    this.sizeLots = new Float64Array(capacity);
    this.askTicks = new Int32Array(cells);
    this.askLots = new Float64Array(cells);
    this.bidTicks = new Int32Array(cells);
    this.bidLots = new Float64Array(cells);
  }

  /** Appends a message and the book after it. */
  append(message: FlowMessage, book: FlowLevels): void {
    this.appendMessage(message);
    const at = (this.count - 1) * this.levels;
    for (let level = 0; level < this.levels; level++) {
      const hasAsk = level < book.askLots.length && book.askLots[level]! > 0;
      const hasBid = level < book.bidLots.length && book.bidLots[level]! > 0;
      this.askTicks[at + level] = hasAsk ? book.askTicks[level]! : FLOW_NO_PRICE;
      this.askLots[at + level] = hasAsk ? book.askLots[level]! : 0;
      this.bidTicks[at + level] = hasBid ? book.bidTicks[level]! : FLOW_NO_PRICE;
      this.bidLots[at + level] = hasBid ? book.bidLots[level]! : 0;
    }
  }

  /** Appends the book that the next message starts from. */
  appendOpening(timeNs: number, book: FlowLevels): void {
    this.append({ timeNs, kind: FLOW_OPENING, side: BUY, orderId: 0, priceTicks: 0, sizeLots: 0 }, book);
  }

  /**
   * Appends a message whose book the caller writes itself, into the `levels` cells of each book column from index
   * `(count - 1) * levels` on. They hold whatever was there before, so all have to be written.
   */
  appendMessage(message: FlowMessage): void {
    if (this.count === this.kind.length) this.#grow();
    const row = this.count++;
    this.timeNs[row] = message.timeNs;
    this.kind[row] = message.kind;
    this.side[row] = message.side;
    this.orderId[row] = message.orderId;
    this.priceTicks[row] = message.priceTicks;
    this.sizeLots[row] = message.sizeLots;
  }

  /** Empties the stream and keeps its memory. */
  clear(): void {
    this.count = 0;
  }

  #grow(): void {
    const capacity = Math.max(64, 2 * this.kind.length);
    const cells = capacity * this.levels;
    this.timeNs = withRoom(this.timeNs, new Float64Array(capacity));
    this.kind = withRoom(this.kind, new Uint8Array(capacity));
    this.side = withRoom(this.side, new Uint8Array(capacity));
    this.orderId = withRoom(this.orderId, new Float64Array(capacity));
    this.priceTicks = withRoom(this.priceTicks, new Float64Array(capacity));
    this.sizeLots = withRoom(this.sizeLots, new Float64Array(capacity));
    this.askTicks = withRoom(this.askTicks, new Int32Array(cells));
    this.askLots = withRoom(this.askLots, new Float64Array(cells));
    this.bidTicks = withRoom(this.bidTicks, new Int32Array(cells));
    this.bidLots = withRoom(this.bidLots, new Float64Array(cells));
  }
}

/** `to` with the values of `from` at its start. */
export function withRoom<T extends Float64Array | Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/**
 * Rows `from` (included) to `to` (excluded) of a stream. Row `from - 1`, where there is one, is only looked at for the book
 * and the time before the first message: a generator that forks a book appends it with `appendOpening` and begins the window behind it.
 */
export interface FlowWindow {
  readonly stream: FlowStream;
  readonly from: number;
  readonly to: number;
}
