/**
 * The fills of one trade of a DBN event. The feed lists them in no order that could be relied on, so they are matched as
 * a set: the engine takes them as its queue has them.
 */

import { MBO_FLAG_MAYBE_BAD_BOOK, SIDE_UNKNOWN } from '../data/index.ts';
import { EV_TRADE, HEAD_SIDE_SHIFT, QTY_LOTS_MAX } from '../domain/index.ts';
import { openLots, recordTrade } from '../market/index.ts';
import type { ExecutionCauseName } from './causes.ts';
import type { ReplayMode } from './contract.ts';
import { type DbnEventRecord, hasEffect, lotsCancelledUnfilled } from './dbn-event.ts';
import type { FeedBooks, FeedInstrument } from './feed-books.ts';
import { type ExecutionFacts, FeedExecutions } from './feed-executions.ts';
import { emitHiddenTrade } from './hidden-trade.ts';
import { externalIdText } from './order-ids.ts';
import type { RunJournal } from './run-journal.ts';
import type { Tally } from './tally.ts';

/** The event that fills belong to. */
export interface DbnTradeEvent {
  readonly records: readonly DbnEventRecord[];
  /** The T record, null if the event has none before its fills. */
  readonly aggressor: DbnEventRecord | null;
  /** The book was crossed before the event. */
  readonly isAuction: boolean;
  /** From the file's day to the replay's first day, ns. */
  readonly timeShiftNs: number;
}

export class DbnFills {
  readonly #books: FeedBooks;
  readonly #tally: Tally;
  readonly #journal: RunJournal;
  readonly #executions: FeedExecutions;
  /** By dense id: lots taken off early, that C and M still account for. */
  readonly #pending: Map<number, number>;
  readonly #isMatch: boolean;
  readonly #facts: ExecutionFacts = { excuse: null, tsEventNs: 0, row: 0, orderIdText: '' };

  constructor(
    books: FeedBooks,
    tally: Tally,
    journal: RunJournal,
    pending: Map<number, number>,
    mode: ReplayMode,
  ) {
    this.#books = books;
    this.#tally = tally;
    this.#journal = journal;
    this.#executions = new FeedExecutions(books, tally, journal);
    this.#pending = pending;
    this.#isMatch = mode === 'match';
  }

  /** Applies the fills `from` to `to` (exclusive) of an event. */
  apply(instrument: FeedInstrument, event: DbnTradeEvent, from: number, to: number): void {
    const left: DbnEventRecord[] = [];
    for (const fill of event.records.slice(from, to)) {
      this.#tally.countExecution(fill.tsEventNs + event.timeShiftNs);
      const cause = this.#causeOutsideQueue(instrument, event, fill);
      if (cause === 'not-displayed') this.#causeOutsideTrading(instrument, event, fill);
      if (cause === null) left.push(fill);
      else this.#applyOutsideQueue(instrument, event, fill, cause);
    }
    while (left.length > 0) {
      const next = this.#isMatch ? this.#nextInQueue(instrument, left) : 0;
      const [fill] = left.splice(next, 1);
      this.#applyInQueue(instrument, event, fill!);
    }
  }

  /** Why a fill is none of a displayed resting order by an aggressive one; null if it is. */
  #causeOutsideQueue(
    instrument: FeedInstrument,
    event: DbnTradeEvent,
    fill: DbnEventRecord,
  ): ExecutionCauseName | null {
    const { aggressor } = event;
    if (fill.side === SIDE_UNKNOWN) return event.isAuction ? 'auction' : 'side-unknown';
    if (aggressor !== null && aggressor.hi === fill.hi && aggressor.lo === fill.lo)
      return 'aggressor-in-book';
    const isHeld = this.#books.findLive(instrument, fill.hi, fill.lo) !== 0;
    if (!hasEffect(event.records, fill.hi, fill.lo)) return 'not-displayed';
    return isHeld ? null : 'unknown-order';
  }

  #applyOutsideQueue(
    instrument: FeedInstrument,
    event: DbnTradeEvent,
    fill: DbnEventRecord,
    cause: ExecutionCauseName,
  ): void {
    const price = instrument.scale.ticks(fill.price);
    if (this.#isMatch) {
      this.#setFacts(event, fill);
      if (cause === 'unknown-order') this.#executions.missUnknown(instrument, price, fill.qty, this.#facts);
      else this.#tally.excuse(cause);
    }
    // The other side of the trade has told of it, or the T did.
    if (cause !== 'not-displayed' && cause !== 'unknown-order') return;
    if (isQty(fill.qty) && !Number.isNaN(price)) {
      emitHiddenTrade(this.#journal.events, fill.side, price, fill.qty);
    }
  }

  /** Why a fill is none of continuous trading, null if it may be; one at a time when nothing trades is counted. */
  #causeOutsideTrading(
    instrument: FeedInstrument,
    event: DbnTradeEvent,
    fill: DbnEventRecord,
  ): ExecutionCauseName | null {
    const { sessions } = this.#books;
    const price = instrument.scale.ticks(fill.price);
    const cause = sessions.causeOutsideTrading(instrument, event.isAuction);
    if (cause !== 'not-continuous' || Number.isNaN(price)) return cause;
    // The message that let trading go on may be among those that were lost.
    if ((fill.flags & MBO_FLAG_MAYBE_BAD_BOOK) !== 0) return 'after-bad-record';
    sessions.addTradeOutside(instrument, {
      row: fill.row,
      tsEventNs: fill.tsEventNs + event.timeShiftNs,
      orderId: externalIdText(fill.hi, fill.lo),
      price: instrument.scale.text(price),
      qtyLots: fill.qty,
    });
    return cause;
  }

  #applyInQueue(instrument: FeedInstrument, event: DbnTradeEvent, fill: DbnEventRecord): void {
    const { book } = instrument;
    const orderId = this.#books.findLive(instrument, fill.hi, fill.lo);
    const price = instrument.scale.ticks(fill.price);
    if (!isQty(fill.qty) || Number.isNaN(price)) return;
    const outside = this.#causeOutsideTrading(instrument, event, fill);
    if (orderId === 0) {
      // An iceberg that was filled in full by the fill before: what follows is of its reserve.
      if (this.#isMatch) this.#tally.excuse(outside ?? 'iceberg');
      this.#emitTrade(instrument, fill, price, fill.qty);
      return;
    }
    this.#tally.noteNamed(orderId);
    const open = openLots(book, orderId);
    if (this.#isMatch && outside !== null) this.#tally.excuse(outside);
    else if (this.#isMatch) {
      const isOwnPrice = this.#books.priceOf(instrument, orderId) === price;
      this.#setFacts(event, fill);
      const blocker = this.#blockerToBeCancelled(instrument, event, orderId);
      this.#facts.excuse = excuseOf(event, fill, isOwnPrice, fill.qty > open, blocker !== 0);
      if (this.#executions.match(instrument, orderId, fill.qty, this.#facts, !isOwnPrice)) {
        this.#addPending(orderId, fill.qty);
        return;
      }
      if (blocker !== 0) this.#cancelEarly(instrument, event, blocker);
    }
    const taken = Math.min(open, fill.qty);
    recordTrade(book, orderId, taken, price);
    this.#addPending(orderId, taken);
    if (taken < fill.qty) this.#emitTrade(instrument, fill, price, fill.qty - taken);
  }

  /**
   * Which of the fills the queue has first. An iceberg at its head is filled for more than it displays: what it displays
   * goes first, its reserve after the orders behind it, but the feed gives one number for both.
   */
  #nextInQueue(instrument: FeedInstrument, fills: readonly DbnEventRecord[]): number {
    let head = 0;
    for (const [at, fill] of fills.entries()) {
      const orderId = this.#books.findLive(instrument, fill.hi, fill.lo);
      if (orderId === 0) continue;
      const price = instrument.scale.ticks(fill.price);
      if (this.#executions.willHit(instrument, orderId, price, fill.qty)) return at;
      const side = this.#books.sideOf(instrument, orderId);
      if (this.#books.bestHead(instrument, side) === orderId) head = at;
    }
    return head;
  }

  /** The order in the way of a fill, if the event cancels it unfilled; else 0. */
  #blockerToBeCancelled(instrument: FeedInstrument, event: DbnTradeEvent, orderId: number): number {
    const head = this.#books.bestHead(instrument, this.#books.sideOf(instrument, orderId));
    if (head === 0 || head === orderId) return 0;
    const { hi, lo } = this.#books.ids;
    return lotsCancelledUnfilled(event.records, hi[head]!, lo[head]!) > 0 ? head : 0;
  }

  /** Takes the order off now that the event will take off anyway, so that it is in nobody's way any more. */
  #cancelEarly(instrument: FeedInstrument, event: DbnTradeEvent, orderId: number): void {
    const { hi, lo } = this.#books.ids;
    const open = openLots(instrument.book, orderId);
    const lots = Math.min(open, lotsCancelledUnfilled(event.records, hi[orderId]!, lo[orderId]!));
    instrument.book.reduce(orderId, 0, lots);
    this.#addPending(orderId, lots);
  }

  /** The part of a fill that no displayed quantity can be named for. */
  #emitTrade(instrument: FeedInstrument, fill: DbnEventRecord, price: number, qty: number): void {
    const side = (fill.side ^ 1) << HEAD_SIDE_SHIFT;
    this.#journal.events.emit(EV_TRADE | side, 0, price, qty, 0, 0, 0, ++instrument.book.tradeCount);
  }

  #setFacts(event: DbnTradeEvent, fill: DbnEventRecord): void {
    const facts = this.#facts;
    facts.excuse = null;
    facts.tsEventNs = fill.tsEventNs + event.timeShiftNs;
    facts.row = fill.row;
    facts.orderIdText = externalIdText(fill.hi, fill.lo);
  }

  #addPending(orderId: number, lots: number): void {
    this.#pending.set(orderId, (this.#pending.get(orderId) ?? 0) + lots);
  }
}

function isQty(qty: number): boolean {
  return qty >= 1 && qty <= QTY_LOTS_MAX;
}

/** Why the engine need not agree with a fill. */
function excuseOf(
  event: DbnTradeEvent,
  fill: DbnEventRecord,
  isOwnPrice: boolean,
  isMoreThanShown: boolean,
  isBlockerCancelled: boolean,
): ExecutionCauseName | null {
  if (event.isAuction) return 'auction';
  if ((fill.flags & MBO_FLAG_MAYBE_BAD_BOOK) !== 0) return 'after-bad-record';
  if (!isOwnPrice) return 'executed-at-other-price';
  if (isBlockerCancelled) return 'self-trade-prevention';
  return isMoreThanShown ? 'iceberg' : null;
}
