/** What the journal says of one order itself: terms, answer, steps, fills, fees, how it ended, and where its lots went. */

import {
  ACTION_KINDS,
  CANCEL_REASON_NAMES,
  CMD_REPLACE,
  EV_ACCEPTED,
  EV_ADJUSTED,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_EXPIRED,
  EV_REDUCED,
  EV_REFRESHED,
  EV_REPLACE_REJECTED,
  EV_REPLACED,
  EV_RESTATED,
  EV_RESTED,
  EV_ROUTED,
  EV_TRIGGERED,
  REJECT_TEXTS,
  RETURN_FILLED,
  UNDEF_INT32,
} from '../../domain/index.ts';
import type {
  Answer,
  Entry,
  Fill,
  LotsAccount,
  MarketAtArrival,
  Move,
  Owner,
  Place,
  RouteEvent,
  SentOrder,
  Step,
  TakenPlace,
} from './explanation.ts';
import type { Stand, StopWait } from './reach.ts';
import { type EndingName, endingOfCancel } from './reasons.ts';
import type { Said } from './said.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

export class OrderLife {
  readonly entries: Entry[] = [];
  readonly steps: Step[] = [];
  readonly moves: Move[] = [];
  readonly fills: Writable<Fill>[] = [];
  readonly routes: RouteEvent[] = [];
  readonly lots: Writable<LotsAccount> = {
    sent: 0,
    changedByReplace: 0,
    filled: 0,
    cancelled: 0,
    expired: 0,
    rejected: 0,
    open: 0,
  };
  /** Sum of its fees, 1e-6 currency units; null when none is recorded. */
  feeMicro: number | null = null;
  sent: SentOrder | null = null;
  answer: Answer | null = null;
  market: MarketAtArrival | null = null;
  ending: EndingName | null = null;
  endNs: number | null = null;
  /** Where it stood when its life ended, null if it did not rest then. */
  lastPlace: TakenPlace | null = null;
  /** Order of its own group because of which it ended. */
  metOrderId: number | null = null;
  /** Price word of its command, whatever its type; null without one. */
  askedTicks: number | null = null;
  /** Price that the venue put in the place of its limit as it came, null = none. */
  boundTicks: number | null = null;
  /** Worst price that it may trade at now; null: any. */
  limitTicks: number | null = null;
  /** Its stand at one price, the last one when its life is over; null if it did not rest then. */
  stand: Stand | null = null;
  /** Its wait as a stop, the last one when its life is over; null if it did not wait then. */
  wait: StopWait | null = null;
  /** Whether orders matched as they came at any moment of its life. */
  hasSeenMatching = false;
  /** Its venue routes it: it passed the book once, and orders under other ids stand for it since. */
  isRouted = false;
  /** The last request for a change that named it, of its owner or of a corporate action. */
  #request: Said | null = null;

  /** From its acceptance to its end. */
  get isLive(): boolean {
    return this.answer?.isAccepted === true && this.ending === null;
  }

  /** Whether its life is over and took more than the instant at which it came. */
  get hasLasted(): boolean {
    return this.endNs !== null && this.endNs > this.sent!.timeNs;
  }

  /** What was sent counts as open until it is answered. An id that comes a second time is another order's mistake. */
  send(sent: SentOrder): void {
    if (this.answer !== null) return;
    this.sent = sent;
    this.lots.sent = sent.qtyLots;
    this.lots.open = sent.qtyLots;
  }

  /** Whether this is its answer: a second one is that to the mistake. */
  takeAnswer({ kind, moment, code, qty, price }: Said, market: MarketAtArrival): boolean {
    if (this.answer !== null) return false;
    const isAccepted = kind === EV_ACCEPTED;
    this.answer = { ...moment, isAccepted, code, rule: isAccepted ? null : REJECT_TEXTS[code]! };
    this.market = market;
    const { type, priceTicks } = this.sent!;
    this.limitTicks = priceTicks;
    if (isAccepted) {
      // Better quotes elsewhere, or the price of the close, bound an order as it comes.
      const isBounded = this.askedTicks !== null && price !== this.askedTicks;
      if (isBounded && (type === 'limit' || type === 'market')) this.boundTicks = price;
      this.limitTicks = this.boundTicks ?? priceTicks;
      return true;
    }
    this.lots.rejected = qty;
    this.#end('rejected', moment.timeNs);
    return true;
  }

  noteRequest(said: Said): void {
    this.#request = said;
  }

  refused(said: Said): void {
    this.#step(said, { lots: 0, leavesLots: this.lots.open, reason: REJECT_TEXTS[said.code]! });
  }

  tookPlace(said: Said, place: TakenPlace): void {
    const { kind, qty, leaves } = said;
    this.#step(said, { lots: qty, leavesLots: leaves, losesPlace: kind === EV_REFRESHED, place });
  }

  triggered(said: Said): void {
    this.wait = null;
    this.#step(said, { lots: said.qty, leavesLots: said.qty });
  }

  /** Of a waiting stop the record has the stop price; its limit is in the request. */
  replaced(said: Said, losesPlace: boolean): void {
    const { qty, leaves, price } = said;
    this.lots.changedByReplace += qty - leaves;
    this.lots.open = qty;
    const asked = this.#request?.kind === CMD_REPLACE ? this.#request.price : UNDEF_INT32;
    if (this.wait === null) this.limitTicks = price;
    else if (asked !== UNDEF_INT32 && this.limitTicks !== null) this.limitTicks = asked;
    const reason = this.#request?.kind === EV_ADJUSTED ? ACTION_KINDS[this.#request.code]! : null;
    this.#step(said, { lots: qty, leavesLots: qty, losesPlace, reason });
  }

  reduced(said: Said): void {
    const { qty, leaves } = said;
    this.lots.cancelled += qty;
    this.lots.open = leaves;
    this.#step(said, { lots: qty, leavesLots: leaves });
  }

  /** Cancelled or expired at a place, if it had one. */
  ended(said: Said, place: TakenPlace | null): void {
    const { kind, code, qty, moment } = said;
    this.lastPlace = place;
    const isExpired = kind === EV_EXPIRED;
    if (isExpired) this.lots.expired += qty;
    else this.lots.cancelled += qty;
    this.#end(isExpired ? this.#expiry() : endingOfCancel(code, this.#isAsked(said)), moment.timeNs);
    this.#step(said, { lots: qty, leavesLots: 0, reason: isExpired ? null : CANCEL_REASON_NAMES[code]! });
  }

  /** A trade of its own, at the place that it had before. */
  filled(said: Said, isTaker: boolean, counterparty: Owner, place: TakenPlace | null): void {
    const { moment, isAuction, isMakerHidden, qty } = said;
    const leavesLots = isTaker ? said.leaves : said.otherLeaves;
    this.fills.push({
      ...moment,
      tradeId: said.extra,
      priceTicks: said.price,
      lots: qty,
      leavesLots,
      standIn: null,
      role: isAuction ? 'auction' : isTaker ? 'taker' : isMakerHidden ? 'hiddenMaker' : 'maker',
      counterOrderId: (isTaker ? said.other : said.orderId) || null,
      counterparty,
      place: place === null ? null : placeOf(place),
      feeMicro: null,
    });
    this.lots.filled += qty;
    this.lots.open = leavesLots;
    // In an auction nobody comes to anybody's price.
    if (this.stand !== null && !isAuction) this.stand.filledLots += qty;
    if (leavesLots > 0) return;
    this.lastPlace = place;
    this.#end('filled', moment.timeNs);
  }

  /** What it did not find in the book goes on. */
  passedOn(said: Said): void {
    this.isRouted = true;
    this.#step(said, { lots: said.qty, leavesLots: this.lots.open, reason: CANCEL_REASON_NAMES[said.code]! });
  }

  /** A part left for another venue, or is heard of. */
  routed({ kind, code, moment, price, qty, leaves, extra }: Said, symbol: string): void {
    const isSent = kind === EV_ROUTED;
    const isFilled = !isSent && code === RETURN_FILLED;
    this.routes.push({
      ...moment,
      kind: isSent ? 'routed' : isFilled ? 'filled' : 'unfilled',
      symbol,
      orderId: isSent ? null : extra,
      priceTicks: price,
      lots: qty,
      openLots: leaves,
    });
    if (!isFilled) return;
    const fill = { ...moment, priceTicks: price, lots: qty, standIn: { orderId: extra, symbol } };
    this.filledFor({
      ...fill,
      role: 'routed',
      tradeId: 0,
      counterOrderId: null,
      counterparty: { accountId: null, group: null },
    });
  }

  /** A trade of an order that stands for it. */
  filledFor(fill: Omit<Fill, 'leavesLots' | 'place' | 'feeMicro'>): void {
    this.lots.filled += fill.lots;
    this.lots.open -= fill.lots;
    this.fills.push({ ...fill, leavesLots: this.lots.open, place: null, feeMicro: null });
    if (this.lots.open === 0) this.#end('filled', fill.timeNs);
  }

  /** Lots of an order that stands for it were cancelled or expired. */
  endedFor(said: Said): void {
    const isExpired = said.kind === EV_EXPIRED;
    if (isExpired) this.lots.expired += said.qty;
    else this.lots.cancelled += said.qty;
    this.lots.open -= said.qty;
    const reason = isExpired ? null : (CANCEL_REASON_NAMES[said.code] ?? null);
    this.#step(said, { lots: said.qty, leavesLots: this.lots.open, reason });
    if (this.lots.open > 0) return;
    this.#end(
      isExpired ? this.#expiry() : endingOfCancel(said.code, this.#isAsked(said)),
      said.moment.timeNs,
    );
  }

  charged(chargeMicro: number, tradeId: number): void {
    this.feeMicro = (this.feeMicro ?? 0) + chargeMicro;
    const fill = this.fills.findLast((one) => one.tradeId === tradeId);
    if (fill !== undefined) fill.feeMicro = (fill.feeMicro ?? 0) + chargeMicro;
  }

  #end(ending: EndingName, timeNs: number): void {
    this.ending = ending;
    this.endNs = timeNs;
    this.lots.open = 0;
  }

  #expiry(): EndingName {
    const { timeInForce } = this.sent!;
    return timeInForce === 'day' ? 'expiredAtDayEnd' : timeInForce === 'gtd' ? 'expiredAtItsTime' : 'expired';
  }

  /** Whether its owner asked for what happened now. */
  #isAsked({ moment }: Said): boolean {
    const request = this.#request;
    if (request === null || request.moment.timeNs !== moment.timeNs) return false;
    return request.other !== 0 && request.other === this.sent!.accountId;
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

function placeOf({ ordersAhead, displayedLotsAhead, hiddenLotsAhead }: TakenPlace): Place {
  return { ordersAhead, displayedLotsAhead, hiddenLotsAhead };
}
