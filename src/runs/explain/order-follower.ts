/**
 * One order through the records of its instrument: what was sent and answered, the places that it took in the queue, what
 * moved ahead of it, its fills, and how near the market came. Memory: live orders of the instrument, and what it collects.
 *
 * Per record: note what the record is about to change (places and owners as they are before it), let the book take it, then
 * note what it says of the order.
 */

import {
  BUY,
  CANCEL_REASON_NAMES,
  CANCEL_SELF_TRADE,
  CMD_CANCEL,
  CMD_NEW,
  CMD_NEW_TERMS,
  CMD_REDUCE,
  CMD_REPLACE,
  DOUBLE_TIME,
  EV_ACCEPTED,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_EXPIRED,
  EV_FEE,
  EV_REDUCED,
  EV_REFRESHED,
  EV_REJECTED,
  EV_REPLACE_REJECTED,
  EV_REPLACED,
  EV_RESTATED,
  EV_RESTED,
  EV_TRADE,
  EV_TRIGGERED,
  RECORD_WORDS,
  REJECT_TEXTS,
  SELL,
  type Side,
  UNDEF_INT32,
  WORD_ORDER,
  WORD_QTY,
} from '../../domain/index.ts';
import type { JournalBatch } from '../journal-reader.ts';
import type {
  Answer,
  Entry,
  Fill,
  LotsAccount,
  MarketAtArrival,
  Moment,
  Move,
  Owner,
  SentOrder,
  Step,
  TakenPlace,
} from './explanation.ts';
import { availableTo, firstOwn, type Incoming, type MatchRules } from './fillable.ts';
import { QueueAhead } from './queue-ahead.ts';
import { QueueBook } from './queue-book.ts';
import type { QueueSide } from './queue-order.ts';
import { Stand, StopWait } from './reach.ts';
import { type EndingName, endingOfCancel } from './reasons.ts';
import { isOfOneOrder, readSaid, type Said } from './said.ts';
import { readAnswered, readCommand, withFurtherTerms } from './sent-order.ts';
import { SessionHistory } from './session-history.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Who owns an account: the group of its agent, where the run knows groups. */
export type GroupOfAccount = (accountId: number) => string | null;

export class OrderFollower {
  readonly orderId: number;
  readonly rules: MatchRules;
  readonly session = new SessionHistory();
  readonly entries: Entry[] = [];
  readonly steps: Step[] = [];
  readonly moves: Move[] = [];
  readonly fills: Writable<Fill>[] = [];
  readonly lots: Writable<LotsAccount> = {
    sent: 0,
    changedByReplace: 0,
    filled: 0,
    cancelled: 0,
    expired: 0,
    rejected: 0,
    open: 0,
  };
  feeMicro: number | null = null;
  sent: SentOrder | null = null;
  answer: Answer | null = null;
  market: MarketAtArrival | null = null;
  ending: EndingName | null = null;
  endNs: number | null = null;
  /** Worst price that it may trade at now; null: any. */
  limitTicks: number | null = null;
  /** Its stand at one price, the last one when its life is over; null if it did not rest then. */
  stand: Stand | null = null;
  /** Its wait as a stop, the last one when its life is over; null if it did not wait then. */
  wait: StopWait | null = null;
  /** Whether orders matched as they came at any moment of its life. */
  hasSeenMatching = false;
  /** Order of its own group because of which it ended. */
  metOrderId: number | null = null;
  #placeAtEnd: TakenPlace | null = null;
  readonly #groupOf: GroupOfAccount;
  readonly #book: QueueBook;
  readonly #ahead: QueueAhead;
  #lastTradeTicks: number | null = null;
  /** The owner's last request for a change. */
  #request: Said | null = null;
  /** The last record that tells of self-trade prevention of another order. */
  #selfTrade: Said | null = null;

  constructor(orderId: number, rules: MatchRules, groupOf: GroupOfAccount) {
    this.orderId = orderId;
    this.rules = rules;
    this.#groupOf = groupOf;
    this.#ahead = new QueueAhead(
      orderId,
      rules.isRoundRobin,
      (order) => this.#book.sideOf(order.side).at(order.priceTicks),
      (kind, otherId, lots) => {
        const { timeNs, record } = this.#book;
        this.moves.push({ timeNs, record, kind, orderId: otherId, lots, ...this.#ahead.place! });
      },
    );
    this.#book = new QueueBook(rules.isRoundRobin, this.#ahead);
  }

  /** From its acceptance to its end. */
  get isLive(): boolean {
    return this.answer?.isAccepted === true && this.ending === null;
  }

  /** Where it stands now, or stood at its end; null if it did not rest. */
  get place(): TakenPlace | null {
    const place = this.#ahead.place;
    if (place === null) return this.#placeAtEnd;
    const { priceTicks } = this.#book.orders.get(this.orderId)!;
    const betterLots = this.#ownSide().betterLots(priceTicks);
    return { ...place, priceTicks, betterLots, bestOppositeTicks: this.#oppositeSide().bestTicks };
  }

  /** Takes record `r` of the batch: of its instrument, or a refusal that names it. Raises RUNS_DAMAGED. */
  take(batch: JournalBatch, r: number, index: number): void {
    const at = r * RECORD_WORDS;
    const kind = batch.words[at]! & 0xff;
    const isAtEnd = this.endNs !== null && batch.doubles[(at >> 1) + DOUBLE_TIME] === this.endNs;
    this.session.take(batch, r, index, this.isLive || isAtEnd);
    if (kind === EV_TRADE) {
      this.#trade(batch, r, index);
    } else if (batch.words[at + WORD_ORDER] === this.orderId && isOfOneOrder(kind)) {
      this.#own(batch, r, index);
    } else {
      if (isSelfTrade(batch.words[at]!)) this.#selfTrade = readSaid(batch, r, index);
      this.#book.take(batch, r, index);
    }
    if (!this.isLive || !this.session.isMatching) return;
    this.hasSeenMatching = true;
    this.stand?.faceOpposite(this.#oppositeSide().bestTicks);
  }

  /** Behind the last record of a command: a replace in place may wait for a record that does not come. */
  settle(): void {
    this.#book.settle();
  }

  #own(batch: JournalBatch, r: number, index: number): void {
    const said = readSaid(batch, r, index);
    const { moment, kind, qty, leaves } = said;
    const at = r * RECORD_WORDS;
    const placeBefore = this.place;
    this.#book.take(batch, r, index);
    switch (kind) {
      case CMD_NEW:
        this.sent ??= readCommand(batch.words, at, moment, this.#ownerOf(said.other));
        if (this.answer === null) this.#count(this.sent.qtyLots);
        return;
      case CMD_NEW_TERMS:
        if (this.answer === null && this.sent !== null)
          this.sent = withFurtherTerms(this.sent, batch.words, at);
        return;
      case CMD_CANCEL:
      case CMD_REDUCE:
      case CMD_REPLACE:
        this.#request = said;
        return;
      case EV_ACCEPTED:
      case EV_REJECTED:
        this.sent ??= readAnswered(batch.words, at, moment, this.#ownerOf(said.other));
        this.#answered(said);
        return;
      case EV_CANCEL_REJECTED:
      case EV_REPLACE_REJECTED:
        this.#step(said, {
          lots: 0,
          leavesLots: this.lots.open,
          reason: REJECT_TEXTS[said.code]!,
        });
        return;
      case EV_RESTED:
      case EV_REFRESHED:
        this.#rested(said);
        return;
      case EV_TRIGGERED:
        this.wait = null;
        this.#step(said, { lots: qty, leavesLots: qty });
        this.#enter('triggered', moment, qty);
        return;
      case EV_REPLACED:
        this.#replaced(said, placeBefore !== null);
        return;
      case EV_REDUCED:
      case EV_RESTATED:
        this.lots.cancelled += qty;
        this.lots.open = leaves;
        this.#step(said, { lots: qty, leavesLots: leaves });
        return;
      case EV_CANCELED:
      case EV_EXPIRED:
        this.#placeAtEnd = placeBefore;
        this.#ended(said);
        return;
      case EV_FEE:
        this.#charged(batch.doubles[(at + WORD_QTY) >> 1]!, said.extra);
    }
  }

  /** What was sent counts as open until it is answered. */
  #count(lots: number): void {
    this.lots.sent = lots;
    this.lots.open = lots;
  }

  #answered({ kind, moment, code, leaves, qty }: Said): void {
    // An id that is used a second time is refused; the first order of that id lives on.
    if (this.answer !== null) return;
    const sent = this.sent!;
    const isAccepted = kind === EV_ACCEPTED;
    this.answer = { ...moment, isAccepted, code, rule: isAccepted ? null : REJECT_TEXTS[code]! };
    this.market = {
      bestOwnTicks: this.#ownSide().bestTicks,
      bestOppositeTicks: this.#oppositeSide().bestTicks,
      lastTradeTicks: this.#lastTradeTicks,
      session: this.session.state,
    };
    this.#count(sent.qtyLots);
    if (!isAccepted) {
      this.lots.open = 0;
      this.lots.rejected = qty;
      this.ending = 'rejected';
      this.endNs = moment.timeNs;
      return;
    }
    this.limitTicks = sent.priceTicks;
    if (sent.stopPriceTicks !== null) this.#wait(sent.stopPriceTicks);
    else {
      if (sent.type === 'marketToLimit') this.limitTicks = this.#oppositeSide().pricesFromBest()[0] ?? null;
      if (sent.postOnly === null) this.#enter('new', moment, leaves);
    }
  }

  #rested(said: Said): void {
    const { price, qty, leaves, kind } = said;
    if (kind === EV_RESTED) {
      this.limitTicks = price;
      this.stand = new Stand(this.#ownSide(), price, this.#minQtyLots);
    }
    this.#step(said, { lots: qty, leavesLots: leaves, losesPlace: kind === EV_REFRESHED, place: this.place });
  }

  #replaced(said: Said, wasQueued: boolean): void {
    const { qty, leaves, price, keepsPlace } = said;
    this.lots.changedByReplace += qty - leaves;
    this.lots.open = qty;
    const asked = this.#request?.kind === CMD_REPLACE ? this.#request.price : UNDEF_INT32;
    if (this.wait !== null) {
      if (asked !== UNDEF_INT32 && this.limitTicks !== null) this.limitTicks = asked;
      if (price !== this.wait.stopPriceTicks) this.#wait(price);
    } else this.limitTicks = price;
    const losesPlace = wasQueued && !keepsPlace;
    this.#step(said, { lots: qty, leavesLots: qty, losesPlace });
    if (!losesPlace) return;
    this.stand = null;
    if (this.sent!.postOnly === null) this.#enter('replaced', said.moment, qty);
  }

  #ended(said: Said): void {
    const { kind, code, qty, moment } = said;
    const isByOwner = this.#request?.moment.timeNs === moment.timeNs && this.#request.other !== 0;
    if (kind === EV_EXPIRED) {
      const { timeInForce } = this.sent!;
      this.lots.expired += qty;
      this.ending =
        timeInForce === 'day' ? 'expiredAtDayEnd' : timeInForce === 'gtd' ? 'expiredAtItsTime' : 'expired';
    } else {
      this.lots.cancelled += qty;
      this.ending = endingOfCancel(code, isByOwner);
      if (code === CANCEL_SELF_TRADE) this.metOrderId = this.#metOrder(said);
    }
    this.lots.open = 0;
    this.endNs = moment.timeNs;
    this.#step(said, {
      lots: qty,
      leavesLots: 0,
      ...(kind === EV_CANCELED ? { reason: CANCEL_REASON_NAMES[code]! } : {}),
    });
  }

  #trade(batch: JournalBatch, r: number, index: number): void {
    const said = readSaid(batch, r, index);
    const isTaker = said.orderId === this.orderId;
    if (isTaker || said.other === this.orderId) {
      this.#filled(said, isTaker);
      this.#book.take(batch, r, index);
    } else {
      this.#seeTrade(said);
      this.#book.take(batch, r, index);
    }
    this.#lastTradeTicks = said.price;
    this.wait?.seeTrade(said.price);
  }

  /** A trade of its own, before the book takes it. */
  #filled({ moment, isAuction, isMakerHidden, ...said }: Said, isTaker: boolean): void {
    const counterId = isTaker ? said.other : said.orderId;
    const place = this.#ahead.place;
    const leavesLots = isTaker ? said.leaves : said.otherLeaves;
    this.fills.push({
      ...moment,
      tradeId: said.extra,
      priceTicks: said.price,
      lots: said.qty,
      leavesLots,
      role: isAuction ? 'auction' : isTaker ? 'taker' : isMakerHidden ? 'hiddenMaker' : 'maker',
      counterOrderId: counterId || null,
      counterparty: this.#ownerOf(this.#book.orders.get(counterId)?.accountId ?? 0),
      place,
      feeMicro: null,
    });
    this.lots.filled += said.qty;
    this.lots.open = leavesLots;
    // In an auction nobody comes to anybody's price.
    if (this.stand !== null && !isAuction) this.stand.filledLots += said.qty;
    if (leavesLots > 0) return;
    this.#placeAtEnd = this.place;
    this.ending = 'filled';
    this.endNs = moment.timeNs;
  }

  /** A trade of others, before the book takes it. */
  #seeTrade({ other, price, qty, isAuction }: Said): void {
    const maker = this.#book.orders.get(other);
    if (this.stand === null || !this.isLive || isAuction || !this.session.isMatching) return;
    if (maker === undefined || maker.side !== this.#side()) return;
    this.stand.seeTrade(price, maker.priceTicks, qty, this.#ahead.isAhead(maker));
  }

  #charged(chargeMicro: number, tradeId: number): void {
    this.feeMicro = (this.feeMicro ?? 0) + chargeMicro;
    const fill = this.fills.findLast((one) => one.tradeId === tradeId);
    if (fill !== undefined) fill.feeMicro = (fill.feeMicro ?? 0) + chargeMicro;
  }

  /** What the other side has for it now that it enters the match; where nothing matches it only rests. */
  #enter(cause: Entry['cause'], moment: Moment, neededLots: number): void {
    if (!this.session.isMatching) return;
    const opposite = this.#oppositeSide();
    this.entries.push({
      ...moment,
      cause,
      limitTicks: this.limitTicks,
      bestOppositeTicks: opposite.bestTicks,
      neededLots,
      minQtyLots: this.#minQtyLots || null,
      ...availableTo(this.#incoming(neededLots), opposite, this.rules),
    });
  }

  #wait(stopPriceTicks: number): void {
    this.wait = new StopWait(this.#side() === BUY, stopPriceTicks);
    if (this.#lastTradeTicks !== null) this.wait.seeTrade(this.#lastTradeTicks);
  }

  /** The order of its own group that ended it: one that came in, or the one that it met. */
  #metOrder({ qty, moment }: Said): number | null {
    if (this.stand !== null) return this.#book.enteringId;
    const { stpMode } = this.sent!;
    const before = this.#selfTrade?.moment.record === moment.record - 1 ? this.#selfTrade : null;
    if (before !== null && (stpMode !== 'cancelSmallest' || before.qty === qty)) return before.orderId;
    return firstOwn(this.#incoming(qty), this.#oppositeSide())?.orderId ?? null;
  }

  /** Least execution that it takes now, 0 for any. */
  get #minQtyLots(): number {
    return this.#book.orders.get(this.orderId)?.minQtyLots ?? 0;
  }

  #incoming(lots: number): Incoming {
    const { stpGroup, stpMode } = this.sent!;
    return { limitTicks: this.limitTicks, lots, stpGroup, stpMode };
  }

  #step({ kind, moment, price }: Said, fields: Pick<Step, 'lots' | 'leavesLots'> & Partial<Step>): void {
    this.steps.push({
      ...moment,
      kind: STEP_OF_KIND[kind]!,
      priceTicks: this.limitTicks,
      stopPriceTicks: kind === EV_TRIGGERED ? price : (this.wait?.stopPriceTicks ?? null),
      losesPlace: false,
      place: null,
      reason: null,
      ...fields,
    });
  }

  #ownerOf(accountId: number): Owner {
    return accountId === 0
      ? { accountId: null, group: null }
      : { accountId, group: this.#groupOf(accountId) };
  }

  #side(): Side {
    return this.sent!.side === 'buy' ? BUY : SELL;
  }

  #ownSide(): QueueSide {
    return this.#book.sideOf(this.#side());
  }

  #oppositeSide(): QueueSide {
    return this.#book.sideOf((this.#side() ^ 1) as Side);
  }
}

const STEP_OF_KIND: Readonly<Record<number, Step['kind']>> = {
  [EV_RESTED]: 'rested',
  [EV_REFRESHED]: 'refreshed',
  [EV_TRIGGERED]: 'triggered',
  [EV_REPLACED]: 'replaced',
  [EV_REDUCED]: 'reduced',
  [EV_RESTATED]: 'restated',
  [EV_CANCEL_REJECTED]: 'cancelRejected',
  [EV_REPLACE_REJECTED]: 'replaceRejected',
  [EV_CANCELED]: 'canceled',
  [EV_EXPIRED]: 'expired',
};

function isSelfTrade(head: number): boolean {
  const kind = head & 0xff;
  return kind === EV_RESTATED || (kind === EV_CANCELED && head >>> 16 === CANCEL_SELF_TRADE);
}
