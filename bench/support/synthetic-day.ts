/**
 * A day of order-by-order records as a feed publishes it, made from a book flow: adds, executions of resting orders,
 * deletions, some of them after a reduction, and a deletion with a new add for each replace.
 */

import { MBO_ADD, MBO_DELETE, MBO_EXECUTE, MBO_REDUCE, MboBatch } from '../../src/data/index.ts';
import {
  BUY,
  EV_CANCELED,
  EV_REPLACED,
  EV_RESTED,
  EV_TRADE,
  EventBuffer,
  HEAD_SIDE_SHIFT,
  OrderTicket,
  RECORD_WORDS,
  ReplaceTicket,
  readFloat64,
} from '../../src/domain/index.ts';
import { DEFAULT_BOOK_RULES, FastBook, OrderPool } from '../../src/market/index.ts';
import { applyMessage, type BookFlow, FLOW_WORDS, symbolOf } from './book-flow.ts';

/** Prices come in 1e-4 currency units, 100 of them per tick. */
export const PRICE_UNITS_PER_TICK = 100;
const START_NS = 34_200_000_000_000;
const STEP_NS = 7_919;
/** One deletion in this many follows a reduction by one lot. */
const REDUCED_EVERY = 8;

/** Rows of a whole day in one batch; the instrument is the symbol's number from 1. */
export function createDay(flow: BookFlow): MboBatch {
  return new DayWriter(flow).batch;
}

class DayWriter {
  readonly batch: MboBatch;
  readonly #events = new EventBuffer();
  #matches = 0;

  constructor(flow: BookFlow) {
    this.batch = new MboBatch(flow.count * 3);
    const pool = new OrderPool();
    const rules = { ...DEFAULT_BOOK_RULES, replaceQty: 'open' as const, publishLevels: false };
    const books = Array.from(
      { length: flow.symbols },
      (_, index) => new FastBook(rules, this.#events, { pool, index }),
    );
    const ticket = new OrderTicket();
    const change = new ReplaceTicket();
    for (let message = 0; message < flow.count; message++) {
      const at = message * FLOW_WORDS;
      const symbol = symbolOf(flow.words[at]!);
      this.#events.timeNs = START_NS + message * STEP_NS;
      this.#events.instrument = symbol + 1;
      applyMessage(books[symbol]!, flow.words, at, ticket, change);
      for (let record = 0; record < this.#events.count; record++) this.#take(record * RECORD_WORDS);
      this.#events.clear();
    }
  }

  /** Writes what the public sees of one event. */
  #take(at: number): void {
    const words = this.#events.words;
    const kind = words[at]! & 255;
    const side = (words[at]! >> HEAD_SIDE_SHIFT) & 1;
    const orderId = words[at + 4]!;
    const price = words[at + 5]!;
    const qty = words[at + 6]!;
    if (kind === EV_RESTED) this.#put(at, MBO_ADD, side, orderId, price, qty);
    else if (kind === EV_TRADE) this.#put(at, MBO_EXECUTE, side ^ 1, words[at + 8]!, price, qty);
    else if (kind === EV_REPLACED) this.#put(at, MBO_DELETE, side, orderId, words[at + 9]!, words[at + 7]!);
    else if (kind === EV_CANCELED && price > 0) {
      if (orderId % REDUCED_EVERY === 0 && qty > 1) {
        this.#put(at, MBO_REDUCE, side, orderId, price, 1);
        this.#put(at, MBO_DELETE, side, orderId, price, qty - 1);
      } else this.#put(at, MBO_DELETE, side, orderId, price, qty);
    }
  }

  #put(at: number, action: number, side: number, orderId: number, price: number, qty: number): void {
    const batch = this.batch;
    const row = batch.count++;
    batch.sourceIndex[row] = row;
    batch.tsEventNs[row] = readFloat64(this.#events.words, at + 2);
    batch.instrument[row] = this.#events.words[at + 1]!;
    batch.action[row] = action;
    batch.side[row] = side === BUY ? 0 : 1;
    batch.price[row] = price * PRICE_UNITS_PER_TICK;
    batch.qty[row] = qty;
    batch.orderIdHi[row] = 0;
    batch.orderIdLo[row] = orderId;
    batch.sequence[row] = action === MBO_EXECUTE ? ++this.#matches : 0;
  }
}
