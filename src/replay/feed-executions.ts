// hot: runs for every record of a replay
/** Executions of a feed that tells of every order: matched by the engine, excused or missed. */

import { BrokenInvariant } from '../base/index.ts';
import type { Side } from '../domain/index.ts';
import { openLots } from '../market/index.ts';
import { Aggressor } from './aggressor.ts';
import type { ExecutionCauseName } from './causes.ts';
import type { FeedBooks, FeedInstrument } from './feed-books.ts';
import type { RunJournal } from './run-journal.ts';
import type { MissDetails, Tally } from './tally.ts';

/** What a feed says of one execution, beyond the order and the quantity. */
export interface ExecutionFacts {
  /** Why the engine need not agree, null if it must. */
  excuse: ExecutionCauseName | null;
  tsEventNs: number;
  /** Position of the record in its source. */
  row: number;
  /** External id in decimal. */
  orderIdText: string;
}

export class FeedExecutions {
  readonly #books: FeedBooks;
  readonly #tally: Tally;
  readonly #aggressor: Aggressor;

  constructor(books: FeedBooks, tally: Tally, journal: RunJournal) {
    this.#books = books;
    this.#tally = tally;
    this.#aggressor = new Aggressor(books.ids, journal.events, books.pool);
  }

  /** Whether an aggressive order at `price` for `qty` can only hit this live order. */
  willHit(instrument: FeedInstrument, orderId: number, price: number, qty: number): boolean {
    if (this.#books.priceOf(instrument, orderId) !== price) return false;
    const side = this.#books.sideOf(instrument, orderId);
    return this.#aggressor.willHit(instrument.book, side, price, qty, orderId);
  }

  /**
   * Sends the aggressive order that must have executed `qty` of a live order at its own price. True: the engine hit
   * exactly that and has applied it. False: the book is as before, and the execution is counted. `isTrial` leaves the
   * book as it is in any case.
   */
  match(
    instrument: FeedInstrument,
    orderId: number,
    qty: number,
    facts: ExecutionFacts,
    isTrial = false,
  ): boolean {
    const { book } = instrument;
    const side = this.#books.sideOf(instrument, orderId);
    const price = this.#books.priceOf(instrument, orderId);
    if (!isTrial && this.#aggressor.willHit(book, side, price, qty, orderId)) {
      if (!this.#aggressor.send(book, side, price, qty, orderId)) {
        throw new BrokenInvariant('the engine hits the head of the best level first');
      }
      this.#tally.executionsMatched++;
      return true;
    }
    const head = this.#books.bestHead(instrument, side);
    if (this.#aggressor.trySend(book, side, price, qty, orderId)) {
      this.#tally.executionsMatched++;
      return false;
    }
    if (facts.excuse !== null) {
      this.#tally.excuse(facts.excuse);
      return false;
    }
    const cause = this.#causeOf(instrument, side, price, qty, orderId);
    const hit = this.#aggressor.firstMaker;
    const hitText = hit === 0 ? null : this.#books.ids.text(hit);
    this.#tally.miss(cause, cause === 'out-of-priority' ? head : 0, () => {
      return this.describe(instrument, price, qty, hitText, facts);
    });
    return false;
  }

  /** An execution that names no order our book holds. */
  missUnknown(instrument: FeedInstrument, price: number, qty: number, facts: ExecutionFacts): void {
    if (facts.excuse !== null) this.#tally.excuse(facts.excuse);
    else this.#tally.miss('unknown-order', 0, () => this.describe(instrument, price, qty, null, facts));
  }

  /** `price` in ticks, NaN where none is known. */
  describe(
    instrument: FeedInstrument,
    price: number,
    qtyLots: number,
    hitOrderId: string | null,
    facts: ExecutionFacts,
  ): MissDetails {
    return {
      row: facts.row,
      tsEventNs: facts.tsEventNs,
      symbol: instrument.symbol,
      orderId: facts.orderIdText,
      hitOrderId,
      price: Number.isNaN(price) ? 'unknown' : instrument.scale.text(price),
      qtyLots,
    };
  }

  #causeOf(
    instrument: FeedInstrument,
    side: Side,
    price: number,
    qty: number,
    orderId: number,
  ): ExecutionCauseName {
    const ladder = side === 0 ? instrument.book.bids : instrument.book.asks;
    if (ladder.bestPrice !== price) return 'not-best-price';
    return openLots(instrument.book, orderId) < qty ? 'over-filled' : 'out-of-priority';
  }
}
