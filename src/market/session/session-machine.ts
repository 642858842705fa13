/**
 * The session of one instrument (market-rules §2): its schedule, and halts and interruptions on top of it. It owns no clock
 * and no randomness. The caller runs `onTime` while `nextTimeNs` is due, before anything else at that time; one call does one
 * thing, so that its draw decides at most one random end.
 */

import { type BinaryReader, type BinaryWriter, invariant } from '../../base/index.ts';
import type { Stateful } from '../../domain/index.ts';
import { nextImbalance } from '../auction/imbalance.ts';
import type { AuctionKind, InterruptPhase } from '../breakers/contract.ts';
import type { PhaseCause, SessionAction } from './actions.ts';
import { type Answer, PLAIN_FACTS, type RequestFacts, rejectCodeOf } from './answers.ts';
import { HALT_INSTRUMENT, HALT_MARKET, type HaltScope, Halts, UNTIL_DAY_END } from './halts.ts';
import { INSTRUCTION_COUNT, type Instruction } from './instructions.ts';
import { Interruption } from './interruption.ts';
import {
  answerAt,
  dayStartNs,
  isWindowOpen,
  type SessionDay,
  type SessionPhase,
  type SessionRules,
} from './schedule.ts';
import {
  AUCTION_KINDS,
  CLOSED,
  frozenState,
  isCollecting,
  isMatching,
  isStoppable,
  OPENING_AUCTION,
  type SessionState,
  VOLATILITY_AUCTION,
} from './states.ts';

const NEVER = Number.POSITIVE_INFINITY;
const ALWAYS = Number.NEGATIVE_INFINITY;
/** A volatility call, pause or reserved state, as breakers ask for it. */
export interface InterruptRequest {
  readonly rule: string;
  readonly phase: InterruptPhase;
  readonly scope: 'instrument' | 'group' | 'market';
  /** Earliest end; Infinity: until `endCall`, or the end of the day. */
  readonly untilNs: number;
  readonly randomNsMax: number;
}

export class SessionMachine implements Stateful {
  readonly days: readonly SessionDay[];
  readonly rules: SessionRules;
  state: SessionState = CLOSED;
  /** When the next `onTime` is due; Infinity after the last day. */
  nextTimeNs: number;
  /** Answers to every instruction as of now. */
  readonly answers = new Uint8Array(INSTRUCTION_COUNT);
  #nowNs = ALWAYS;
  #dayIndex = 0;
  /** -1 before the day starts. */
  #phaseIndex = -1;
  #hasExpired = false;
  #phaseEndNs = NEVER;
  #isEndDrawn = false;
  /** Orders were collected since the last auction: the book may be crossed, so that no matching state comes before one. */
  #hasCollected = false;
  #nextMark = 0;
  #lastPublishedNs = ALWAYS;
  #windowsAtNs = ALWAYS;
  readonly #halts = new Halts();
  readonly #interruption = new Interruption();
  #phaseRandomNsMax = 0;
  /** Auction that waits for the venue's word; null = none. */
  #pending: AuctionKind | null = null;

  /** `days` in order, without overlap (`buildSessionDays` makes them). */
  constructor(days: readonly SessionDay[], rules: SessionRules) {
    this.days = days;
    this.rules = rules;
    this.nextTimeNs = days.length === 0 ? NEVER : dayStartNs(days[0]!);
    this.#refreshAnswers();
  }

  /** Trading day that is on, or comes next; '' after the last one. */
  get tradingDay(): string {
    return this.days[this.#dayIndex]?.tradingDay ?? '';
  }

  /** Phase of the schedule, whatever halts lie on top; null outside of the day. */
  get phase(): SessionPhase | null {
    return this.days[this.#dayIndex]?.phases[this.#phaseIndex] ?? null;
  }

  get isHalted(): boolean {
    return this.#halts.isHalted;
  }

  get isInterrupted(): boolean {
    return this.#interruption.isOn;
  }

  /** Auction whose price the venue is working out: it calls `completeCall` or `extendCall` next. */
  get pendingAuction(): AuctionKind | null {
    return this.#pending;
  }

  /** Earliest end of the running interruption, Infinity if it ends by hand or there is none. */
  get interruptionEndNs(): number {
    return this.#interruption.isOn ? this.#interruption.endNs : NEVER;
  }

  /** Answer to an instruction now: what to do with an order, or the refusal. */
  answerTo(instruction: Instruction): Answer {
    return this.answers[instruction]!;
  }

  /** 0, or the reject code. */
  check(instruction: Instruction, facts: RequestFacts = PLAIN_FACTS): number {
    return rejectCodeOf(this.answers[instruction]!, facts);
  }

  /**
   * Does the next thing that is due at or before `timeNs`. `draw` is from [0, 1): it decides a random end if one is reached,
   * uniformly over the whole ns from 0 to the largest prolongation. Rounding: floor.
   */
  onTime(timeNs: number, draw: number, actions: SessionAction[]): void {
    invariant(this.nextTimeNs <= timeNs, 'a session is woken when something is due');
    invariant(this.#pending === null, 'an auction that ends is completed or extended before time goes on');
    invariant(draw >= 0 && draw < 1, 'a draw lies in [0, 1)');
    const dueNs = this.nextTimeNs;
    this.#nowNs = dueNs;
    if (this.#phaseIndex < 0 && this.#nextDayNs() <= dueNs) this.#startDay(actions);
    else if (this.#phaseEndNs <= dueNs) this.#reachPhaseEnd(draw, actions);
    else if (this.#halts.liftNs(HALT_MARKET) <= dueNs) this.#lift(HALT_MARKET, actions);
    else if (this.#halts.liftNs(HALT_INSTRUMENT) <= dueNs) this.#lift(HALT_INSTRUMENT, actions);
    else if (this.#interruption.isOn && this.#interruption.endNs <= dueNs)
      this.#reachInterruptionEnd(draw, actions);
    else if (this.#nextWindowNs() <= dueNs) this.#openWindows(dueNs, actions);
    else if (this.#nextMarkNs() <= dueNs) {
      const mark = this.days[this.#dayIndex]!.marks[this.#nextMark++]!;
      actions.push({ kind: 'mark', timeNs: dueNs, name: mark.name });
    } else this.#publish(dueNs, actions);
    this.#settle();
  }

  /**
   * Halts trading: `untilNs` Infinity lasts until `resume`. A second halt of the same scope takes the place of the first.
   * A running call is dropped; if it was about to uncross, its auction is missed.
   */
  halt(timeNs: number, scope: HaltScope, reason: string, actions: SessionAction[], untilNs = NEVER): void {
    this.#halt(timeNs, scope, reason, this.rules.interruptions.halt.state, untilNs, actions);
  }

  /** Lifts a halt; without one of that scope nothing happens. What follows is the venue's reopening plan. */
  resume(timeNs: number, scope: HaltScope, actions: SessionAction[]): void {
    this.#advance(timeNs);
    if (!this.#halts.has(scope)) return;
    this.#lift(scope, actions);
    this.#settle();
  }

  /**
   * Interrupts continuous trading as a breaker asks; false if there is nothing to interrupt: trading stands still already,
   * or an auction is on. Halts of the market are taken at any time.
   */
  interrupt(timeNs: number, request: InterruptRequest, actions: SessionAction[]): boolean {
    const plan = this.rules.interruptions[request.phase];
    if (request.phase === 'halt' || request.phase === 'closed') {
      const scope = request.scope === 'market' ? HALT_MARKET : HALT_INSTRUMENT;
      const isForDay = request.phase === 'closed' && request.untilNs === NEVER;
      this.#halt(
        timeNs,
        scope,
        request.rule,
        plan.state,
        isForDay ? UNTIL_DAY_END : request.untilNs,
        actions,
      );
      return true;
    }
    this.#advance(timeNs);
    if (!isMatching(this.state) || this.#pending !== null) return false;
    this.#interruption.begin(this.#nowNs, plan, request.untilNs, request.randomNsMax);
    this.#show('interrupt', request.rule, actions);
    this.#settle();
    return true;
  }

  /**
   * Puts the product into a state of its own (§2.7: cancel only, limit only, post only, auction) until `untilNs`, or until
   * `endCall`. False while halted, outside of continuous trading, or during a call, which is ended first.
   */
  setStatus(timeNs: number, state: SessionState, untilNs: number, actions: SessionAction[]): boolean {
    this.#advance(timeNs);
    const isCalling = this.#pending !== null || (this.#interruption.isOn && this.#interruption.uncrosses);
    if (this.isHalted || isCalling || this.phase === null || !isMatching(this.phase.state)) return false;
    this.#interruption.begin(
      this.#nowNs,
      { state, uncross: isCollecting(state), imbalanceEveryNs: null },
      untilNs,
      0,
    );
    this.#show('interrupt', 'status', actions);
    this.#settle();
    return true;
  }

  /** The pending auction has uncrossed, or was given up: the session goes on. */
  completeCall(timeNs: number, actions: SessionAction[]): void {
    invariant(this.#pending !== null, 'only a call that has ended is completed');
    this.#advance(timeNs);
    this.#pending = null;
    this.#hasCollected = false;
    if (this.#interruption.isOn) this.#stopInterruption(actions);
    else this.#nextPhase(actions);
    this.#settle();
  }

  /** The pending call goes on instead of uncrossing, at least until `untilNs` (Infinity: until `endCall`). */
  extendCall(timeNs: number, untilNs: number, randomNsMax: number, actions: SessionAction[]): void {
    invariant(this.#pending !== null, 'only a call that has ended is extended');
    invariant(untilNs > timeNs, 'an extension ends later');
    this.#advance(timeNs);
    this.#pending = null;
    if (this.#interruption.isOn) {
      this.#interruption.endNs = untilNs;
      this.#interruption.randomNsMax = randomNsMax;
    } else {
      this.#isEndDrawn = false;
      this.#phaseEndNs = untilNs;
      this.#phaseRandomNsMax = randomNsMax;
    }
    this.#show('extended', '', actions);
    this.#settle();
  }

  /** Ends the running interruption, or a scheduled call, by hand; false if there is none or trading is halted. */
  endCall(timeNs: number, actions: SessionAction[]): boolean {
    this.#advance(timeNs);
    if (this.isHalted || this.#pending !== null) return false;
    if (this.#interruption.isOn) this.#endInterruption(actions);
    else if (this.phase !== null && this.phase.uncross !== null && isCollecting(this.phase.state))
      this.#endPhase(actions);
    else return false;
    this.#settle();
    return true;
  }

  /** Moves to a time without telling anybody: the start of a run within a day. Auctions on the way count as done. */
  startAt(timeNs: number): void {
    const unheard: SessionAction[] = [];
    while (this.nextTimeNs <= timeNs) {
      this.onTime(this.nextTimeNs, 0, unheard);
      if (this.#pending !== null) this.completeCall(this.#nowNs, unheard);
      unheard.length = 0;
    }
    this.#nowNs = Math.max(this.#nowNs, timeNs);
  }

  writeState(writer: BinaryWriter): void {
    writer.section('session');
    for (const value of [this.state, this.#dayIndex, this.#phaseIndex, this.#nextMark]) writer.int32(value);
    for (const flag of [this.#hasExpired, this.#isEndDrawn, this.#hasCollected]) writer.uint8(flag ? 1 : 0);
    writer.int32(this.#pending === null ? -1 : AUCTION_KINDS.indexOf(this.#pending));
    for (const timeNs of [this.nextTimeNs, this.#nowNs, this.#phaseEndNs]) {
      writer.float64(timeNs);
    }
    for (const timeNs of [this.#phaseRandomNsMax, this.#lastPublishedNs, this.#windowsAtNs]) {
      writer.float64(timeNs);
    }
    this.#halts.writeState(writer);
    this.#interruption.writeState(writer);
  }

  /** Into a machine of the same days and rules. */
  readState(reader: BinaryReader): void {
    reader.section('session');
    this.state = reader.int32();
    this.#dayIndex = reader.int32();
    this.#phaseIndex = reader.int32();
    this.#nextMark = reader.int32();
    this.#hasExpired = reader.uint8() === 1;
    this.#isEndDrawn = reader.uint8() === 1;
    this.#hasCollected = reader.uint8() === 1;
    this.#pending = AUCTION_KINDS[reader.int32()] ?? null;
    this.nextTimeNs = reader.float64();
    this.#nowNs = reader.float64();
    this.#phaseEndNs = reader.float64();
    this.#phaseRandomNsMax = reader.float64();
    this.#lastPublishedNs = reader.float64();
    this.#windowsAtNs = reader.float64();
    this.#halts.readState(reader);
    this.#interruption.readState(reader);
    this.#refreshAnswers();
  }

  #advance(timeNs: number): void {
    invariant(timeNs >= this.#nowNs, 'time does not go back');
    invariant(this.nextTimeNs >= timeNs, 'what is due comes first');
    this.#nowNs = timeNs;
  }

  #startDay(actions: SessionAction[]): void {
    this.#hasExpired = false;
    this.#nextMark = 0;
    actions.push({ kind: 'dayStarted', timeNs: this.#nowNs, tradingDay: this.tradingDay });
    this.#nextPhase(actions);
  }

  /** Enters the first phase after the present one that is not over already, or ends the day. */
  #nextPhase(actions: SessionAction[]): void {
    const { phases } = this.days[this.#dayIndex]!;
    for (;;) {
      this.#phaseIndex++;
      const phase = phases[this.#phaseIndex];
      if (phase === undefined) {
        this.#endDay(actions);
        return;
      }
      if (phase.expiresDay) this.#expire(actions);
      this.#phaseEndNs = Math.max(phase.untilNs, this.#nowNs + phase.lengthNsMin);
      if (this.#phaseEndNs > this.#nowNs) break;
      if (phase.uncross !== null) this.#miss(phase.uncross, actions);
    }
    const phase = phases[this.#phaseIndex]!;
    this.#phaseRandomNsMax = phase.randomEndNsMax;
    this.#isEndDrawn = false;
    this.#windowsAtNs = ALWAYS;
    this.#skipPublications();
    // A change between two parts of continuous trading leaves an interruption alone.
    const isPreempted = this.#interruption.isOn && !isMatching(phase.state);
    if (isPreempted) this.#dropInterruption(phase.state, actions);
    this.#show(isPreempted ? 'preempted' : 'schedule', '', actions);
    this.#openWindows(this.#nowNs, actions);
  }

  #endDay(actions: SessionAction[]): void {
    this.#expire(actions);
    this.#halts.endDay();
    this.#dayIndex++;
    this.#phaseIndex = -1;
    this.#phaseEndNs = NEVER;
    const next = this.days[this.#dayIndex];
    // A day that follows at once takes over the state; it is started by the next call, at the same time.
    if (next !== undefined && dayStartNs(next) <= this.#nowNs) return;
    this.#dropInterruption(CLOSED, actions);
    this.#show('schedule', '', actions);
  }

  /** Another state takes over; the reopening is missed unless it is a call that goes on collecting. */
  #dropInterruption(state: SessionState, actions: SessionAction[]): void {
    if (this.#interruption.isOn && this.#interruption.uncrosses && !isCollecting(state))
      this.#miss('reopening', actions);
    this.#clearInterruption();
  }

  #expire(actions: SessionAction[]): void {
    if (this.#hasExpired) return;
    this.#hasExpired = true;
    actions.push({ kind: 'dayExpired', timeNs: this.#nowNs, tradingDay: this.tradingDay });
  }

  #miss(auction: AuctionKind, actions: SessionAction[]): void {
    actions.push({ kind: 'auctionMissed', timeNs: this.#nowNs, auction });
  }

  #reachPhaseEnd(draw: number, actions: SessionAction[]): void {
    if (!this.#isEndDrawn && this.#phaseRandomNsMax > 0) {
      this.#isEndDrawn = true;
      this.#phaseEndNs += Math.floor(draw * (this.#phaseRandomNsMax + 1));
      if (this.#phaseEndNs > this.#nowNs) return;
    }
    this.#endPhase(actions);
  }

  #endPhase(actions: SessionAction[]): void {
    const { uncross } = this.phase!;
    if (uncross === null) this.#nextPhase(actions);
    else if (this.isHalted) {
      this.#miss(uncross, actions);
      this.#nextPhase(actions);
    } else {
      // A scheduled auction takes over an interruption (market-rules §2.5).
      this.#clearInterruption();
      this.#freeze(uncross, actions);
    }
  }

  #freeze(auction: AuctionKind, actions: SessionAction[]): void {
    this.#pending = auction;
    this.#show('frozen', '', actions);
    actions.push({ kind: 'uncross', timeNs: this.#nowNs, auction });
  }

  #reachInterruptionEnd(draw: number, actions: SessionAction[]): void {
    if (this.#interruption.randomNsMax > 0) {
      this.#interruption.endNs += Math.floor(draw * (this.#interruption.randomNsMax + 1));
      this.#interruption.randomNsMax = 0;
      if (this.#interruption.endNs > this.#nowNs) return;
    }
    this.#endInterruption(actions);
  }

  #endInterruption(actions: SessionAction[]): void {
    if (this.#interruption.uncrosses) this.#freeze('reopening', actions);
    else this.#stopInterruption(actions);
  }

  #stopInterruption(actions: SessionAction[]): void {
    this.#clearInterruption();
    this.#show('interruptionOver', '', actions);
  }

  #clearInterruption(): void {
    if (!this.#interruption.isOn) return;
    this.#interruption.isOn = false;
    this.#skipPublications();
  }

  /** What was due before now, in another phase or under an interruption, is not made up for. */
  #skipPublications(): void {
    this.#lastPublishedNs = Math.max(this.#lastPublishedNs, this.#nowNs - 1);
  }

  #halt(
    timeNs: number,
    scope: HaltScope,
    reason: string,
    state: SessionState,
    untilNs: number,
    actions: SessionAction[],
  ): void {
    this.#advance(timeNs);
    this.#halts.set(scope, state, untilNs);
    const wasPending = this.#pending;
    const wasScheduled = wasPending !== null && !this.#interruption.isOn;
    if (wasPending !== null) {
      this.#pending = null;
      this.#miss(wasPending, actions);
    }
    this.#clearInterruption();
    this.#show('halt', reason, actions);
    // The halt came between the end of a scheduled call and its cross: the schedule goes on below it.
    if (wasScheduled) this.#nextPhase(actions);
    this.#settle();
  }

  #nextDayNs(): number {
    const day = this.days[this.#dayIndex];
    return day === undefined ? NEVER : dayStartNs(day);
  }

  #lift(scope: HaltScope, actions: SessionAction[]): void {
    this.#halts.clear(scope);
    const { reopening } = this.rules;
    if (!this.isHalted && reopening !== null && this.phase !== null && isMatching(this.phase.state)) {
      this.#interruption.begin(this.#nowNs, reopening, this.#nowNs + reopening.callNs, reopening.randomNsMax);
    }
    this.#show('resume', '', actions);
  }

  /** Takes on the state that follows from schedule, halts and interruption; tells if it, or the phase, is another one. */
  #show(cause: PhaseCause, reason: string, actions: SessionAction[]): void {
    const stateBefore = this.state;
    this.state = this.#stateNow();
    if (this.#hasCollected && this.#pending === null && isMatching(this.state)) {
      // An auction was missed: orders may cross, so one of no length comes first.
      this.#interruption.begin(
        this.#nowNs,
        { state: VOLATILITY_AUCTION, uncross: true, imbalanceEveryNs: null },
        this.#nowNs,
        0,
      );
      this.state = VOLATILITY_AUCTION;
    }
    if (isCollecting(this.state)) this.#hasCollected = true;
    this.#refreshAnswers();
    if (this.state === stateBefore && cause !== 'schedule' && cause !== 'extended') return;
    const phase = this.phase?.name ?? '';
    actions.push({
      kind: 'phaseChanged',
      timeNs: this.#nowNs,
      phase,
      state: this.state,
      stateBefore,
      cause,
      reason,
    });
  }

  #stateNow(): SessionState {
    const scheduled = this.phase?.state ?? CLOSED;
    if (!isStoppable(scheduled)) return scheduled;
    if (this.#halts.isHalted) return this.#halts.state;
    if (this.#pending !== null) return frozenState(this.#pending);
    return this.#interruption.isOn ? this.#interruption.state : scheduled;
  }

  #refreshAnswers(): void {
    const { matrix } = this.rules;
    const { phase } = this;
    const isFrozen = this.#pending !== null;
    for (let instruction = 0; instruction < INSTRUCTION_COUNT; instruction++) {
      this.answers[instruction] = isFrozen
        ? answerAt(matrix, null, OPENING_AUCTION, instruction, this.#nowNs)
        : answerAt(matrix, phase, this.state, instruction, this.#nowNs);
    }
  }

  #openWindows(dueNs: number, actions: SessionAction[]): void {
    const { phase } = this;
    const beforeNs = this.#windowsAtNs;
    this.#windowsAtNs = dueNs;
    this.#refreshAnswers();
    if (phase === null) return;
    for (const window of phase.windows) {
      if (window.fromNs > beforeNs && isWindowOpen(window, phase, dueNs))
        actions.push({ kind: 'windowOpened', timeNs: dueNs, window: window.name });
    }
  }

  #nextWindowNs(): number {
    const { phase } = this;
    let next = NEVER;
    for (const { fromNs, untilNs } of phase?.windows ?? []) {
      if (fromNs > this.#windowsAtNs) next = Math.min(next, fromNs);
      if (untilNs > this.#windowsAtNs && untilNs !== phase!.untilNs) next = Math.min(next, untilNs);
    }
    return next;
  }

  #nextMarkNs(): number {
    if (this.#phaseIndex < 0) return NEVER;
    return this.days[this.#dayIndex]?.marks[this.#nextMark]?.atNs ?? NEVER;
  }

  /** Publications: those of the schedule, and those of an interruption in its own rhythm. */
  #nextPublication(): {
    readonly atNs: number;
    readonly isEarly: boolean;
    readonly auction: AuctionKind;
  } | null {
    const { phase } = this;
    if (this.#interruption.isOn) {
      const atNs = this.#interruption.publicationAfter(this.#lastPublishedNs);
      return { atNs, isEarly: false, auction: 'reopening' };
    }
    const auction = phase === null ? null : this.#auctionAhead();
    if (phase === null || auction === null) return null;
    const lasting = phase.imbalances.map((window) =>
      window.untilNs === phase.untilNs ? { ...window, untilNs: NEVER } : window,
    );
    const next = nextImbalance(lasting, this.#lastPublishedNs);
    return next === null ? null : { ...next, auction };
  }

  /** The auction that the imbalances of a phase are about: its own, or the first one after it. */
  #auctionAhead(): AuctionKind | null {
    const { phases } = this.days[this.#dayIndex]!;
    for (let i = this.#phaseIndex; i < phases.length; i++) {
      const { uncross } = phases[i]!;
      if (uncross !== null) return uncross;
    }
    return null;
  }

  #publish(dueNs: number, actions: SessionAction[]): void {
    const next = this.#nextPublication();
    invariant(next !== null && next.atNs <= dueNs, 'a session is woken for a reason');
    this.#lastPublishedNs = dueNs;
    actions.push({ kind: 'publishImbalance', timeNs: dueNs, auction: next.auction, isEarly: next.isEarly });
  }

  /** Works out when the next thing is due. */
  #settle(): void {
    if (this.#pending !== null) {
      this.nextTimeNs = this.#nowNs;
      return;
    }
    this.nextTimeNs = this.#nextTime();
  }

  #nextTime(): number {
    let next = Math.min(this.#halts.liftNs(HALT_MARKET), this.#halts.liftNs(HALT_INSTRUMENT));
    if (this.#phaseIndex < 0) next = Math.min(next, this.#nextDayNs());
    else {
      next = Math.min(next, this.#phaseEndNs, this.#nextWindowNs(), this.#nextMarkNs());
      next = Math.min(next, this.#nextPublication()?.atNs ?? NEVER);
      if (this.#interruption.isOn) next = Math.min(next, this.#interruption.endNs);
    }
    return Math.max(next, this.#nowNs);
  }
}
