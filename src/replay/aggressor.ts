// hot: runs for every record of a replay
/** Turns an execution back into the aggressive order that must have caused it, and reads what the engine hit. */

import { BinaryReader, BinaryWriter } from '../base/index.ts';
import {
  EV_TRADE,
  type EventBuffer,
  IOC,
  LIMIT,
  OrderTicket,
  RECORD_WORDS,
  type Side,
  WORD_HEAD,
  WORD_OTHER,
  WORD_QTY,
} from '../domain/index.ts';
import { type FastBook, headOrder, type OrderPool, openLots } from '../market/index.ts';
import type { OrderIds } from './order-ids.ts';

export class Aggressor {
  /** First resting order that the engine hit with the order sent last, 0 if none. */
  firstMaker = 0;
  /** Trades of the order sent last. */
  trades = 0;
  #firstQty = 0;
  readonly #ids: OrderIds;
  readonly #events: EventBuffer;
  /** The venue's order pool where books share one, else null. */
  readonly #pool: OrderPool | null;
  readonly #ticket = new OrderTicket();

  constructor(ids: OrderIds, events: EventBuffer, pool: OrderPool | null) {
    this.#ids = ids;
    this.#events = events;
    this.#pool = pool;
  }

  /** Whether an aggressive order at `price` for `qty` can only hit `orderId`, a resting order of `side`. */
  willHit(book: FastBook, side: Side, price: number, qty: number, orderId: number): boolean {
    const ladder = side === 0 ? book.bids : book.asks;
    if (ladder.best === 0 || ladder.bestPrice !== price) return false;
    return headOrder(book, ladder.best) === orderId && openLots(book, orderId) >= qty;
  }

  /** Sends the order; true if the engine hit exactly `orderId` for `qty`. `side` is that of the resting order. */
  send(book: FastBook, side: Side, price: number, qty: number, orderId: number): boolean {
    const ticket = this.#ticket;
    ticket.orderId = this.#ids.issueUnnamed();
    ticket.side = (side ^ 1) as Side;
    ticket.type = LIMIT;
    ticket.timeInForce = IOC;
    ticket.priceTicks = price;
    ticket.qtyLots = qty;
    const from = this.#events.count;
    book.submit(ticket);
    this.#readTrades(from);
    return this.trades === 1 && this.firstMaker === orderId && this.#firstQty === qty;
  }

  /** Sends the order to see what it hits, then puts the book back as it was. True as for `send`. */
  trySend(book: FastBook, side: Side, price: number, qty: number, orderId: number): boolean {
    const writer = new BinaryWriter();
    this.#pool?.writeState(writer);
    book.writeState(writer);
    const eventsBefore = this.#events.count;
    const isHit = this.send(book, side, price, qty, orderId);
    const reader = new BinaryReader(writer.finish());
    this.#pool?.readState(reader);
    book.readState(reader);
    this.#events.count = eventsBefore;
    return isHit;
  }

  #readTrades(from: number): void {
    this.firstMaker = 0;
    this.#firstQty = 0;
    this.trades = 0;
    const words = this.#events.words;
    const end = this.#events.count * RECORD_WORDS;
    for (let at = from * RECORD_WORDS; at < end; at += RECORD_WORDS) {
      if ((words[at + WORD_HEAD]! & 0xff) !== EV_TRADE) continue;
      if (this.trades++ > 0) continue;
      this.firstMaker = words[at + WORD_OTHER]!;
      this.#firstQty = words[at + WORD_QTY]!;
    }
  }
}
