/**
 * One instrument as it trades at a venue with sessions (market-rules §1.18, §2 to §4): its session says what may come in,
 * its book matches or collects, orders for auctions wait outside, breakers bound prices and interrupt. It owns no clock and
 * no randomness: the venue runs `onTime` whenever `nextTimeNs` is due, before anything else at that time.
 *
 * A command goes: session, entry checks, book (matching inside the breakers' bounds, rest, stops), breakers' actions.
 */

import { type BinaryReader, type BinaryWriter, invariant } from '../../base/index.ts';
import {
  CANCEL_AUCTION_MISSED,
  DAY,
  EV_TRADE,
  type EventBuffer,
  GTC,
  GTD,
  LIMIT,
  MARKET,
  OrderTicket,
  RECORD_WORDS,
  type ReplaceTicket,
  type Side,
  type Stateful,
  UNDEF_INT32,
} from '../../domain/index.ts';
import type { OrderBook, PriceGuard, PriceGuardRest } from '../book/contract.ts';
import { BreakerSet } from '../breakers/breaker-set.ts';
import type { AuctionKind, BreakerAction } from '../breakers/contract.ts';
import type { SessionAction } from '../session/actions.ts';
import { answerOf, type RequestFacts } from '../session/answers.ts';
import type { HaltScope } from '../session/halts.ts';
import { isForOneAuction, takesPartIn } from '../session/instructions.ts';
import { dayStartNs } from '../session/schedule.ts';
import { type InterruptRequest, SessionMachine } from '../session/session-machine.ts';
import { CLOSE_CROSSING, isMatching } from '../session/states.ts';
import { CallDesk } from './call-desk.ts';
import {
  boundedLimit,
  changeInstruction,
  checkAtClosingPrice,
  instructionOfTicket,
  termsForAnswer,
} from './entry.ts';
import type { EntryMarket } from './entry-checks.ts';
import { EntryDesk } from './entry-desk.ts';
import { cancelHeld, expireHeld, reduceHeld, refuse, refuseChange, replaceHeld } from './held-changes.ts';
import { HELD_AFTER_AUCTION, HELD_FOR_AUCTION, type HeldOrder, HeldOrders } from './held-orders.ts';
import { type ListingConfig, regularHours } from './listing-config.ts';
import { moveInside } from './move-inside.ts';
import { noteRequeued } from './restate.ts';
import { sayBreaker, sayPhase } from './session-records.ts';

/** No price: differs from every quote, also from an empty side. */
const NO_QUOTE = Number.NaN;
/** Actions of sessions and breakers that may follow from one another before something must be wrong. */
const ACTIONS_MAX = 1_000;
const ENTER = answerOf('enter');
const REST = answerOf('rest');
const HOLD = answerOf('hold');
const AFTER_AUCTION = answerOf('afterAuction');
const REPRICE = answerOf('reprice');
const IMBALANCE_ONLY = answerOf('imbalanceOnly');
const CONTRA_IMBALANCE = answerOf('contraImbalance');

export class Listing implements PriceGuard, EntryMarket, Stateful {
  readonly book: OrderBook;
  readonly config: ListingConfig;
  readonly session: SessionMachine;
  readonly held = new HeldOrders();
  readonly breakers: BreakerSet;
  /** Calls of auctions, and the prices that outlive them. */
  readonly desk: CallDesk;
  /** Interruptions that breakers ask for beyond this instrument: the venue takes and clears them. */
  readonly wideRequests: InterruptRequest[] = [];
  /** Called before DAY orders expire: what the venue keeps outside of the book expires first. */
  beforeDayExpiry: (() => void) | null = null;
  readonly #entry: EntryDesk | null;
  readonly #events: EventBuffer;
  readonly #sessionActions: SessionAction[] = [];
  readonly #breakerActions: BreakerAction[] = [];
  #arrivals = 0;
  /** The command at hand has traded, so that breakers hear of its end. */
  #hasTraded = false;
  /** Quote that breakers were told last; none after trading began anew. */
  #toldBid: number = NO_QUOTE;
  #toldAsk: number = NO_QUOTE;
  #nowNs = 0;

  constructor(book: OrderBook, config: ListingConfig) {
    this.book = book;
    this.config = config;
    this.#events = book.events;
    this.session = new SessionMachine(config.days, config.session);
    this.breakers = new BreakerSet(config.breakers.map(({ breaker }) => breaker));
    this.desk = new CallDesk(book, this.held, config);
    this.#entry = config.entryChecks.length === 0 ? null : new EntryDesk(config.entryChecks, book, this);
    this.#takeState();
  }

  /** When `onTime` is due next. */
  get nextTimeNs(): number {
    return Math.min(this.session.nextTimeNs, this.breakers.nextTimeNs);
  }

  // What checks at entry ask (EntryMarket).

  get lastTradeTicks(): number {
    return this.book.lastTradeTicks;
  }

  get previousCloseTicks(): number {
    return this.desk.previousCloseTicks;
  }

  get isTrading(): boolean {
    return isMatching(this.session.state);
  }

  bestTicks(side: Side): number {
    return this.book.bestTicks(side);
  }

  restBound(side: Side): number {
    return this.breakers.restBound(side);
  }

  // What the book asks while it matches (PriceGuard).

  get lowTicks(): number {
    return this.breakers.lowTicks;
  }

  get highTicks(): number {
    return this.breakers.highTicks;
  }

  onTrades(from: number): void {
    this.#hasTraded = true;
    const { words, count } = this.#events;
    for (let at = from * RECORD_WORDS; at < count * RECORD_WORDS; at += RECORD_WORDS) {
      if ((words[at]! & 255) === EV_TRADE)
        this.breakers.onTrade(this.#nowNs, words[at + 5]!, words[at + 6]!, this.#breakerActions);
    }
  }

  onBreach(priceTicks: number, side: Side, isMomentary: boolean): boolean {
    const actions = this.#breakerActions;
    const isEliminated = this.breakers.onBreach(this.#nowNs, priceTicks, side, isMomentary, actions);
    // Trading ends here, not after the stops that this command triggers.
    if (actions.some(({ kind }) => kind === 'interrupt')) this.book.isCollecting = true;
    return isEliminated;
  }

  restTicks(side: Side, priceTicks: number): number {
    const { limits } = this.config.bounds;
    if (limits === 'rest') return priceTicks;
    const bound = this.breakers.restBound(side);
    const isBeyond = side === 0 ? priceTicks > bound : priceTicks < bound;
    if (!isBeyond) return priceTicks;
    return limits === 'cancel' ? UNDEF_INT32 : bound;
  }

  keepsRest(rest: PriceGuardRest): boolean {
    if (this.config.bounds.marketRest === 'cancel' || rest.timeInForce !== DAY) return false;
    const ticket = new OrderTicket();
    ticket.orderId = rest.orderId;
    ticket.accountId = rest.accountId;
    ticket.side = rest.side;
    ticket.type = MARKET;
    ticket.qtyLots = rest.leavesLots;
    this.held.add(ticket, instructionOfTicket(ticket), HELD_FOR_AUCTION, this.#arrivals, rest.filledLots);
    return true;
  }

  // Time.

  /** Does everything that is due at or before `nowNs`. `draw` gives numbers from [0, 1) for random ends. */
  onTime(nowNs: number, draw: () => number): void {
    for (let steps = 0; this.nextTimeNs <= nowNs; steps++) {
      invariant(steps < ACTIONS_MAX * ACTIONS_MAX, 'time goes on');
      this.#begin(Math.max(this.#nowNs, this.nextTimeNs));
      if (this.breakers.nextTimeNs <= this.#nowNs) this.breakers.onTime(this.#nowNs, this.#breakerActions);
      else if (this.session.nextTimeNs <= this.#nowNs) {
        this.session.onTime(this.#nowNs, draw(), this.#sessionActions);
      }
      this.#act();
    }
    this.#nowNs = Math.max(this.#nowNs, nowNs);
  }

  // Commands. The caller has let all time pass first.

  /** Enters an order that has its id. `arrival` grows with every order and change of the venue. */
  submit(nowNs: number, ticket: OrderTicket, arrival: number): void {
    this.#begin(nowNs);
    this.#arrivals = arrival;
    const instruction = instructionOfTicket(ticket);
    const answer = this.session.answerTo(instruction);
    const code =
      (answer === ENTER ? 0 : this.session.check(instruction, this.#factsOf(ticket.side))) ||
      (this.#entry === null ? 0 : this.#entry.checkNew(nowNs, ticket));
    if (code !== 0) {
      refuse(this.#events, ticket, code);
      return;
    }
    const waits = answer === ENTER ? null : this.#waitsOutside(ticket, answer, instruction);
    if (waits === null) this.#enterBook(ticket);
    else if (this.book.accept(ticket)) this.#hold(ticket, answer, instruction, waits, arrival);
    this.#afterMatch();
  }

  cancel(nowNs: number, orderId: number, accountId: number): void {
    this.#begin(nowNs);
    const held = this.#heldOf(orderId);
    const code = this.#checkChange('cancel', orderId, held);
    if (code !== 0) refuseChange(this.#events, 'cancel', orderId, accountId, code);
    else if (held === null) this.book.cancel(orderId, accountId);
    else cancelHeld(this.#events, this.held, held, accountId);
    this.#afterMatch();
  }

  reduce(nowNs: number, orderId: number, accountId: number, qtyLots: number): void {
    this.#begin(nowNs);
    const held = this.#heldOf(orderId);
    const code = this.#checkChange('cancel', orderId, held);
    if (code !== 0) refuseChange(this.#events, 'cancel', orderId, accountId, code);
    else if (held !== null) reduceHeld(this, held, accountId, qtyLots);
    else this.book.reduce(orderId, accountId, qtyLots);
    this.#afterMatch();
  }

  replace(nowNs: number, ticket: ReplaceTicket, arrival: number): void {
    this.#begin(nowNs);
    this.#arrivals = arrival;
    const { orderId, accountId } = ticket;
    const held = this.#heldOf(orderId);
    const code =
      this.#checkChange('replace', orderId, held) ||
      (this.#entry === null ? 0 : this.#entry.checkChange(nowNs, ticket, held));
    if (code !== 0) refuseChange(this.#events, 'replace', orderId, accountId, code);
    else if (held !== null) replaceHeld(this, held, ticket, arrival);
    else {
      const from = this.#events.count;
      this.book.replace(ticket);
      noteRequeued(this, from, orderId, arrival);
    }
    this.#afterMatch();
  }

  /**
   * Cancels all orders of an account (0 = everybody's); refused as a whole where the session takes no cancels. Orders for an
   * auction whose cutoff has passed stay, each with its own refusal.
   */
  massCancel(nowNs: number, accountId: number, reason: number): void {
    this.#begin(nowNs);
    const code = this.session.check(changeInstruction('cancel', DAY, 0));
    if (code !== 0 && this.session.check(changeInstruction('cancel', GTC, 0)) !== 0) {
      refuseChange(this.#events, 'cancel', 0, accountId, code);
      return;
    }
    this.book.massCancel(accountId, reason);
    for (const order of this.held.inTime()) {
      const { orderId, accountId: owner } = order.ticket;
      if (accountId !== 0 && owner !== accountId) continue;
      const refusal = this.#checkChange('cancel', orderId, order);
      if (refusal !== 0) refuseChange(this.#events, 'cancel', orderId, owner, refusal);
      else cancelHeld(this.#events, this.held, order, accountId, reason);
    }
    this.#afterMatch();
  }

  /** Expires an order good till a date. */
  expire(nowNs: number, orderId: number): void {
    this.#begin(nowNs);
    const held = this.held.get(orderId);
    if (held === null) this.book.expire(orderId);
    else expireHeld(this.#events, this.held, held);
    this.#afterMatch();
  }

  // By hand, and by the venue on behalf of others.

  halt(nowNs: number, scope: HaltScope, reason: string, untilNs: number): void {
    this.#begin(nowNs);
    this.session.halt(nowNs, scope, reason, this.#sessionActions, untilNs);
    this.#act();
  }

  resume(nowNs: number, scope: HaltScope): void {
    this.#begin(nowNs);
    this.session.resume(nowNs, scope, this.#sessionActions);
    this.#act();
  }

  /** False if there was nothing to interrupt. */
  interrupt(nowNs: number, request: InterruptRequest): boolean {
    this.#begin(nowNs);
    const isTaken = this.session.interrupt(nowNs, request, this.#sessionActions);
    this.#act();
    return isTaken;
  }

  /** Ends a running call or interruption by hand; false if there is none. */
  endCall(nowNs: number): boolean {
    this.#begin(nowNs);
    this.desk.holdUntilNs = 0;
    const isEnded = this.session.endCall(nowNs, this.#sessionActions);
    this.#act();
    return isEnded;
  }

  /** Keeps the next call open until a time, whatever its schedule says. */
  holdCall(untilNs: number): void {
    this.desk.holdUntilNs = untilNs;
  }

  /** Puts the product into a state of its own (§2.7); false where the session does not take it. */
  setStatus(nowNs: number, state: number, untilNs: number): boolean {
    this.#begin(nowNs);
    const isTaken = this.session.setStatus(nowNs, state, untilNs, this.#sessionActions);
    this.#act();
    return isTaken;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('listing');
    this.session.writeState(writer);
    this.breakers.writeState(writer);
    this.held.writeState(writer);
    writer.float64(this.#nowNs);
    writer.float64(this.#arrivals);
    writer.float64(this.#toldBid);
    writer.float64(this.#toldAsk);
    this.desk.writeState(writer);
  }

  /** Into a listing of the same config; the book's own state is read by whoever owns it. */
  readState(reader: BinaryReader): void {
    reader.section('listing');
    this.session.readState(reader);
    this.breakers.readState(reader);
    this.held.readState(reader);
    this.#nowNs = reader.float64();
    this.#arrivals = reader.float64();
    const [toldBid, toldAsk] = [reader.float64(), reader.float64()];
    this.desk.readState(reader);
    this.#takeState();
    this.#toldBid = toldBid;
    this.#toldAsk = toldAsk;
  }

  #begin(nowNs: number): void {
    this.#nowNs = nowNs;
    this.#events.timeNs = nowNs;
    if (nowNs >= this.breakers.validUntilNs) this.breakers.onTime(nowNs, this.#breakerActions);
  }

  #factsOf(side: Side): RequestFacts {
    return { side, imbalanceSide: this.desk.imbalanceSide, isErrorCorrection: false };
  }

  /** What an order waits for outside of the book, null if it goes in. Stops wait in the book. */
  #waitsOutside(ticket: OrderTicket, answer: number, instruction: number): HeldOrder['waitsFor'] | null {
    if (answer === AFTER_AUCTION) return HELD_AFTER_AUCTION;
    const isForAuction = isForOneAuction(instruction);
    if (answer === REPRICE || answer === IMBALANCE_ONLY || answer === CONTRA_IMBALANCE)
      return HELD_FOR_AUCTION;
    if (answer !== REST && answer !== HOLD) return null;
    return isForAuction || ticket.type === MARKET ? HELD_FOR_AUCTION : null;
  }

  #hold(
    ticket: OrderTicket,
    answer: number,
    instruction: number,
    waitsFor: HeldOrder['waitsFor'],
    arrival: number,
  ): void {
    const terms = answer === IMBALANCE_ONLY ? termsForAnswer(ticket, instruction) : { ticket, instruction };
    const held = this.held.add(terms.ticket, terms.instruction, waitsFor, arrival);
    if (answer === REPRICE) {
      held.ticket.priceTicks = boundedLimit(held, this.desk.references, this.desk.previousCloseTicks);
    }
  }

  /** Trading at the closing price takes orders that allow it, at that price only (market-rules §2.5, §3.7). */
  #enterBook(ticket: OrderTicket): void {
    if (this.session.state !== CLOSE_CROSSING) {
      this.book.submit(ticket);
      return;
    }
    const { closingTicks } = this.desk;
    const code = checkAtClosingPrice(ticket, closingTicks);
    if (code !== 0) {
      refuse(this.#events, ticket, code);
      return;
    }
    ticket.priceTicks = closingTicks;
    ticket.type = LIMIT;
    this.book.isCollecting = false;
    this.book.submit(ticket);
    this.book.isCollecting = true;
  }

  #heldOf(orderId: number): HeldOrder | null {
    return this.held.count === 0 ? null : this.held.get(orderId);
  }

  /** 0, or the code that refuses a cancel or replace now. */
  #checkChange(change: 'cancel' | 'replace', orderId: number, held: HeldOrder | null): number {
    const { session } = this;
    if (held !== null) {
      const { timeInForce, auctionTerm, side } = held.ticket;
      return session.check(changeInstruction(change, timeInForce, auctionTerm), this.#factsOf(side));
    }
    const day = changeInstruction(change, DAY, 0);
    const gtc = changeInstruction(change, GTC, 0);
    const answer = session.answerTo(day);
    // Most states treat both alike; only where they differ the order's own term is looked up.
    if (answer === session.answerTo(gtc)) return answer === ENTER ? 0 : session.check(day);
    const timeInForce = this.book.order(orderId)?.timeInForce ?? DAY;
    return session.check(timeInForce === GTC || timeInForce === GTD ? gtc : day);
  }

  /** Breakers hear of the quotes that the command left, and what they ask for is done. */
  #afterMatch(): void {
    if (this.breakers.isEmpty) return;
    if (this.#hasTraded) {
      this.#hasTraded = false;
      this.breakers.onOrderEnd(this.#nowNs, this.#breakerActions);
    }
    if (isMatching(this.session.state)) this.#tellQuote(this.book.bestTicks(0), this.book.bestTicks(1));
    if (this.#breakerActions.length > 0) this.#act();
  }

  #tellQuote(bidTicks: number, askTicks: number): void {
    if (bidTicks === this.#toldBid && askTicks === this.#toldAsk) return;
    this.#toldBid = bidTicks;
    this.#toldAsk = askTicks;
    this.breakers.onQuote(this.#nowNs, bidTicks, askTicks, this.#breakerActions);
  }

  // Actions of session and breakers, one after another, with those that follow from them.

  #act(): void {
    for (let done = 0; ; done++) {
      invariant(done < ACTIONS_MAX, 'actions of a session come to an end');
      const sessionAction = this.#sessionActions.shift();
      if (sessionAction !== undefined) {
        this.#onSession(sessionAction);
        continue;
      }
      const breakerAction = this.#breakerActions.shift();
      if (breakerAction === undefined) return;
      this.#onBreaker(breakerAction);
    }
  }

  #onSession(action: SessionAction): void {
    switch (action.kind) {
      case 'dayStarted':
        this.#startDay(action.tradingDay);
        return;
      case 'phaseChanged': {
        sayPhase(this.#events, action);
        const wasMatching = isMatching(action.stateBefore);
        if (wasMatching && !isMatching(action.state))
          this.breakers.onSuspend(this.#nowNs, this.#breakerActions);
        this.#takeState();
        if (!wasMatching && isMatching(action.state)) this.#beginTrading();
        return;
      }
      case 'uncross':
        this.#endCall(action.auction);
        return;
      case 'auctionMissed':
        this.#missAuction(action.auction);
        return;
      case 'publishImbalance': {
        const priceTicks = this.desk.publish(action.auction, action.isEarly, this.session.isHalted);
        if (action.auction === 'reopening')
          this.breakers.onIndicative(this.#nowNs, priceTicks, this.#breakerActions);
        return;
      }
      case 'windowOpened':
        this.desk.noteReference(this.session.phase?.uncross ?? 'opening');
        return;
      case 'dayExpired':
        this.#expireDay();
        return;
      case 'mark':
        return;
    }
  }

  #onBreaker(action: BreakerAction): void {
    sayBreaker(this.#events, action);
    switch (action.kind) {
      case 'interrupt': {
        const { rule, phase, scope, untilNs, randomNsMax } = action;
        const request: InterruptRequest = { rule, phase, scope, untilNs, randomNsMax };
        if (scope === 'instrument') this.session.interrupt(this.#nowNs, request, this.#sessionActions);
        else this.wideRequests.push(request);
        return;
      }
      case 'extensionOver':
        this.session.endCall(this.#nowNs, this.#sessionActions);
        return;
      case 'bandsChanged':
        this.#moveInside();
        return;
      default:
        return;
    }
  }

  #startDay(tradingDay: string): void {
    const day = this.config.days.find((one) => one.tradingDay === tradingDay)!;
    this.desk.startDay();
    for (const { startDay } of this.config.breakers) {
      startDay(
        {
          tradingDay,
          startNs: dayStartNs(day),
          ...regularHours(day),
          previousCloseTicks: this.desk.previousCloseTicks,
        },
        this.#breakerActions,
      );
    }
    this.breakers.refresh();
  }

  #takeState(): void {
    const { state } = this.session;
    this.book.isCollecting = !isMatching(state);
    this.book.guard = this.breakers.isEmpty || !isMatching(state) ? null : this;
    this.#toldBid = NO_QUOTE;
  }

  /** Continuous trading begins: what waited for it comes in, in time order, then stops that the auction reached. */
  #beginTrading(): void {
    this.desk.clearCrossed();
    for (const order of this.held.inTime()) {
      if (order.waitsFor !== HELD_AFTER_AUCTION) continue;
      this.held.remove(order.ticket.orderId);
      this.book.activate(order.ticket, order.filledLots);
    }
    this.book.releaseStops();
    this.#afterMatch();
  }

  /** A call has run its time: it goes on, or uncrosses and the session goes on. */
  #endCall(kind: AuctionKind): void {
    const prolonged = this.desk.endCall(this.#nowNs, kind, this.breakers, this.#breakerActions);
    if (prolonged !== null) {
      this.session.extendCall(this.#nowNs, prolonged.untilNs, prolonged.randomNsMax, this.#sessionActions);
      return;
    }
    this.session.completeCall(this.#nowNs, this.#sessionActions);
  }

  #missAuction(kind: AuctionKind): void {
    this.desk.drop();
    for (const order of this.held.inTime()) {
      if (isForOneAuction(order.instruction) && takesPartIn(order.instruction, kind))
        cancelHeld(this.#events, this.held, order, 0, CANCEL_AUCTION_MISSED);
    }
  }

  #expireDay(): void {
    this.beforeDayExpiry?.();
    this.book.expireDay();
    for (const order of this.held.inTime()) {
      const { timeInForce } = order.ticket;
      if (timeInForce !== GTC && timeInForce !== GTD) expireHeld(this.#events, this.held, order);
    }
    this.desk.endDay();
  }

  /** Resting orders that new bands leave outside come to the band, or go (market-rules §4.2, §4.8). */
  #moveInside(): void {
    const { limits } = this.config.bounds;
    if (limits === 'rest' || (limits === 'reprice' && !isMatching(this.session.state))) return;
    moveInside(this.book, (side, priceTicks) => this.restTicks(side, priceTicks));
  }
}
