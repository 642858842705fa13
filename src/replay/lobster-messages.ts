// hot: runs for every record of a replay
/** Applies LOBSTER messages to the book, by plain rebuild or by sending what must have caused each execution. */

import { BrokenInvariant } from '../base/index.ts';
import {
  MBO_ADD,
  MBO_CROSS,
  MBO_DELETE,
  MBO_EXECUTE,
  MBO_HIDDEN_TRADE,
  MBO_REDUCE,
  MBO_STATUS,
  type MboBatch,
  type Quarantine,
} from '../data/index.ts';
import { EV_TRADE, HEAD_SIDE_SHIFT, QTY_LOTS_MAX, type Side } from '../domain/index.ts';
import { headOrder, levelOfOrder, levelPriceTicks, openLots, recordTrade } from '../market/index.ts';
import { Aggressor } from './aggressor.ts';
import type { ExecutionCauseName } from './causes.ts';
import type { ReplayMode } from './contract.ts';
import type { FeedSessions, SessionInstrument } from './feed-sessions.ts';
import { emitHiddenTrade } from './hidden-trade.ts';
import { type LobsterQueues, ORIGIN_BEFORE_FILE } from './lobster-queues.ts';
import { externalIdText } from './order-ids.ts';
import { CoarserTickNeeded, type PriceScale } from './price-scale.ts';
import type { RunJournal } from './run-journal.ts';
import type { Tally } from './tally.ts';

export interface LobsterContext {
  readonly queues: LobsterQueues;
  readonly scale: PriceScale;
  readonly tally: Tally;
  readonly journal: RunJournal;
  readonly quarantine: Quarantine;
  readonly mode: ReplayMode;
  readonly sessions: FeedSessions;
  readonly instrument: SessionInstrument;
  /** Whether an orderbook file tells what the level totals are. */
  readonly hasRows: boolean;
}

export class LobsterMessages {
  readonly #context: LobsterContext;
  readonly #queues: LobsterQueues;
  readonly #aggressor: Aggressor;
  /** Levels, as price * 2 + side, where a record was set aside: who stands in their queues is not certain. */
  readonly #doubtfulLevels = new Set<number>();
  /** A record was set aside whose level is not known. */
  #isAllDoubtful = false;

  constructor(context: LobsterContext) {
    this.#context = context;
    this.#queues = context.queues;
    this.#aggressor = new Aggressor(context.queues.ids, context.journal.events, null);
  }

  /** Applies record `r`; false if it was set aside. */
  apply(batch: MboBatch, r: number): boolean {
    const { tally, journal, scale, quarantine } = this.#context;
    const action = batch.action[r]!;
    tally.byAction[action]!++;
    journal.events.timeNs = batch.tsEventNs[r]!;
    if (action === MBO_STATUS || action === MBO_CROSS) return true;
    const price = scale.ticks(batch.price[r]!);
    const qty = batch.qty[r]!;
    if (Number.isNaN(price) && journal.mayRestart) throw new CoarserTickNeeded();
    if (Number.isNaN(price)) {
      quarantine.add('price-range', batch.sourceIndex[r]!, `price=${batch.price[r]}`);
      return false;
    }
    if (qty > QTY_LOTS_MAX) {
      quarantine.add('field-value', batch.sourceIndex[r]!, `size=${qty}`);
      this.#doubtfulLevels.add(price * 2 + batch.side[r]!);
      return false;
    }
    const side = batch.side[r]!;
    if (action === MBO_HIDDEN_TRADE) {
      this.#causeOutsideTrading(batch, r, price);
      emitHiddenTrade(journal.events, side, price, qty);
      return true;
    }
    const isGood =
      action === MBO_ADD
        ? this.#add(batch, r, side as Side, price, qty)
        : this.#change(batch, r, side as Side, price, qty);
    if (!isGood) this.#doubtfulLevels.add(price * 2 + side);
    return isGood;
  }

  /** A record was set aside before anything was known of it. */
  noteUnreadable(): void {
    this.#isAllDoubtful = true;
  }

  #add(batch: MboBatch, r: number, side: Side, price: number, qty: number): boolean {
    const { queues, quarantine } = this.#context;
    const hi = batch.orderIdHi[r]!;
    const lo = batch.orderIdLo[r]!;
    const known = queues.ids.find(hi, lo);
    if ((hi | lo) === 0) {
      quarantine.add('field-value', batch.sourceIndex[r]!, 'orderId=0 of a new order');
      return false;
    }
    if (known !== 0 && queues.book.has(known)) {
      quarantine.add('duplicate-order', batch.sourceIndex[r]!, `orderId=${externalIdText(hi, lo)}`);
      return false;
    }
    if (!this.#context.hasRows) queues.removeThrough((side ^ 1) as Side, price, true);
    queues.addOrder(side, price, qty, hi, lo);
    return true;
  }

  /** Types 2, 3 and 4. */
  #change(batch: MboBatch, r: number, side: Side, price: number, qty: number): boolean {
    const queues = this.#queues;
    const { book } = queues;
    const { tally, hasRows } = this.#context;
    const orderId = queues.ids.find(batch.orderIdHi[r]!, batch.orderIdLo[r]!);
    let level = 0;
    if (orderId !== 0 && book.has(orderId)) {
      level = levelOfOrder(book, orderId);
      if (levelPriceTicks(book, level) !== price || queues.ladder(side).find(price) !== level) level = 0;
    }
    const total = queues.lotsAt(side, price);
    const fault =
      level === 0 ? this.#faultOfUnknown(side, price, qty) : this.#faultOfKnown(batch, r, orderId, level);
    if (fault !== null) {
      const detail = `orderId=${externalIdText(batch.orderIdHi[r]!, batch.orderIdLo[r]!)} size=${qty} ${fault.detail}`;
      if (batch.action[r] === MBO_EXECUTE) tally.countExecution(batch.tsEventNs[r]!);
      if (fault.reason === 'unknown-order') tally.unknownOrders++;
      this.#context.quarantine.add(fault.reason, batch.sourceIndex[r]!, detail);
      if (batch.action[r] === MBO_EXECUTE) this.#countLost(batch, r);
      return false;
    }
    if (orderId !== 0) tally.noteNamed(orderId);
    let isDone = false;
    if (batch.action[r] === MBO_EXECUTE) {
      if (!hasRows) queues.removeThrough(side, price, false);
      tally.countExecution(batch.tsEventNs[r]!);
      const outside = this.#causeOutsideTrading(batch, r, price);
      if (this.#context.mode === 'match' && outside !== null) tally.excuse(outside);
      else if (this.#context.mode === 'match')
        isDone = this.#match(batch, r, side, price, level === 0 ? 0 : orderId);
    }
    if (level !== 0) {
      this.#applyKnown(batch.action[r]!, side, price, qty, orderId, level, isDone);
    } else {
      tally.unknownOrders++;
      this.#applyUnknown(batch, r, side, price, qty);
    }
    if (hasRows) queues.settle(side, price, Math.max(0, total - qty));
    return true;
  }

  /** Why a trade is none of continuous trading, null if it may be; one at a time when nothing trades is counted. */
  #causeOutsideTrading(batch: MboBatch, r: number, price: number): 'auction' | 'not-continuous' | null {
    const { sessions, instrument, scale } = this.#context;
    const cause = sessions.causeOutsideTrading(instrument, false);
    if (cause !== 'not-continuous') return cause;
    const isHidden = batch.action[r] === MBO_HIDDEN_TRADE;
    sessions.addTradeOutside(instrument, {
      row: batch.sourceIndex[r]!,
      tsEventNs: batch.tsEventNs[r]!,
      orderId: isHidden ? null : externalIdText(batch.orderIdHi[r]!, batch.orderIdLo[r]!),
      price: scale.text(price),
      qtyLots: batch.qty[r]!,
    });
    return cause;
  }

  /** A record set aside in lenient mode was not matched either. */
  #countLost(batch: MboBatch, r: number): void {
    if (this.#context.mode !== 'match') return;
    this.#context.tally.miss('unknown-order', 0, () => this.#describe(batch, r, null));
  }

  #faultOfUnknown(side: Side, price: number, qty: number): Fault | null {
    const { queues, hasRows } = this.#context;
    if (!hasRows || !queues.isKnown(side, price)) return null;
    const doubtful = queues.doubtfulLots(side, price);
    return qty > doubtful ? { reason: 'unknown-order', detail: `lotsWithoutKnownOrder=${doubtful}` } : null;
  }

  #faultOfKnown(batch: MboBatch, r: number, orderId: number, level: number): Fault | null {
    const { queues, hasRows } = this.#context;
    const qty = batch.qty[r]!;
    const open = openLots(queues.book, orderId);
    if (qty === open) return null;
    // Of an order that was out of view nobody knows what is left.
    const isExact =
      queues.isFirm(orderId, level, batch.side[r] as Side) && queues.wasAddedInView(orderId, level);
    if (hasRows && !isExact) return null;
    if (qty > open) return { reason: 'over-reduced', detail: `left=${open}` };
    // Without rows nobody tells what was taken off the order out of view.
    return batch.action[r] === MBO_DELETE && hasRows
      ? { reason: 'delete-qty', detail: `left=${open}` }
      : null;
  }

  #applyKnown(
    action: number,
    side: Side,
    price: number,
    qty: number,
    orderId: number,
    level: number,
    isDone: boolean,
  ): void {
    const queues = this.#queues;
    const { book } = queues;
    queues.nameOrder(orderId);
    if (isDone) return;
    if (action === MBO_EXECUTE && this.#context.hasRows) queues.dropDoubtfulAhead(orderId, level, side);
    const taken = Math.min(openLots(book, orderId), qty);
    if (action === MBO_EXECUTE) {
      recordTrade(book, orderId, taken, price);
      if (qty > taken) this.#tradeUnnamed(side, price, qty - taken);
    } else if (action === MBO_REDUCE) {
      book.reduce(orderId, 0, taken);
    } else {
      book.cancel(orderId, 0);
    }
  }

  #applyUnknown(batch: MboBatch, r: number, side: Side, price: number, qty: number): void {
    const queues = this.#queues;
    const { book } = queues;
    const isExecution = batch.action[r] === MBO_EXECUTE;
    if (isExecution && this.#context.hasRows) {
      queues.dropRememberedBelow(side, price, batch.orderIdHi[r]!, batch.orderIdLo[r]!);
    }
    let rest = qty;
    while (rest > 0) {
      const anonymous = queues.firstAnonymous(side, price);
      if (anonymous === 0) break;
      const taken = Math.min(openLots(book, anonymous), rest);
      if (isExecution) recordTrade(book, anonymous, taken, price);
      else book.reduce(anonymous, 0, taken);
      rest -= taken;
    }
    if (isExecution && rest > 0) this.#tradeUnnamed(side, price, rest);
  }

  /** A trade against quantity that no entry of our book can be named for. */
  #tradeUnnamed(side: Side, price: number, qty: number): void {
    const { events } = this.#context.journal;
    this.#queues.book.lastTradeTicks = price;
    events.emit(
      EV_TRADE | ((side ^ 1) << HEAD_SIDE_SHIFT),
      0,
      price,
      qty,
      0,
      0,
      0,
      ++this.#queues.book.tradeCount,
    );
  }

  /** Sends the aggressive order; true if the engine hit what the message says and so applied it. */
  #match(batch: MboBatch, r: number, side: Side, price: number, orderId: number): boolean {
    const queues = this.#queues;
    const { book } = queues;
    const { tally } = this.#context;
    const qty = batch.qty[r]!;
    if (orderId !== 0 && this.#aggressor.willHit(book, side, price, qty, orderId)) {
      if (!this.#aggressor.send(book, side, price, qty, orderId)) {
        throw new BrokenInvariant('the engine hits the head of the best level first');
      }
      tally.executionsMatched++;
      return true;
    }
    const cause = this.#causeOf(side, price, orderId);
    if (cause === 'view-unknown') {
      // A book with orders that left long ago: what the engine hits in it says nothing.
      tally.excuse(cause);
      return false;
    }
    const head = queues.ladder(side).best === 0 ? 0 : headOrder(book, queues.ladder(side).best);
    this.#aggressor.trySend(book, side, price, qty, orderId);
    if (cause === 'out-of-priority' || cause === 'not-best-price') {
      const hit = this.#aggressor.trades === 0 ? null : queues.ids.text(this.#aggressor.firstMaker);
      tally.miss(cause, cause === 'out-of-priority' ? head : 0, () => this.#describe(batch, r, hit));
    } else {
      tally.excuse(cause);
    }
    return false;
  }

  /** Why an execution will not hit its order; `orderId` 0 is an order that our book does not hold at that price. */
  #causeOf(side: Side, price: number, orderId: number): ExecutionCauseName {
    const queues = this.#queues;
    const { book } = queues;
    if (!this.#context.hasRows) return 'view-unknown';
    const ladder = queues.ladder(side);
    if (ladder.best === 0 || ladder.bestPrice !== price) {
      const isDoubtful = this.#isAllDoubtful || this.#doubtfulLevels.size > 0;
      return isDoubtful ? 'after-bad-record' : 'not-best-price';
    }
    const level = ladder.best;
    const head = headOrder(book, level);
    const isFirmOrder = orderId !== 0 && queues.isFirm(orderId, level, side);
    if (head !== orderId && isFirmOrder && queues.wasAddedInView(orderId, level))
      return this.#passedOver(side, price);
    // It is hit, but for less than was executed: what we remembered of it was a guess.
    if (head === orderId) return 'changed-out-of-view';
    if (!queues.ids.isNamed(head)) {
      return queues.originOf(head) === ORIGIN_BEFORE_FILE ? 'before-file' : 'entered-out-of-view';
    }
    return queues.isFirm(head, level, side) ? this.#passedOver(side, price) : 'changed-out-of-view';
  }

  #passedOver(side: Side, price: number): ExecutionCauseName {
    return this.#isAllDoubtful || this.#doubtfulLevels.has(price * 2 + side)
      ? 'after-bad-record'
      : 'out-of-priority';
  }

  #describe(batch: MboBatch, r: number, hitOrderId: string | null) {
    return {
      row: batch.sourceIndex[r]!,
      tsEventNs: batch.tsEventNs[r]!,
      symbol: this.#context.instrument.symbol,
      orderId: externalIdText(batch.orderIdHi[r]!, batch.orderIdLo[r]!),
      hitOrderId,
      price: this.#context.scale.text(this.#context.scale.ticks(batch.price[r]!)),
      qtyLots: batch.qty[r]!,
    };
  }
}

interface Fault {
  readonly reason: 'unknown-order' | 'over-reduced' | 'delete-qty';
  readonly detail: string;
}
