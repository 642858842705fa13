/** A venue's trading day in ns since the run's epoch: phases, the windows inside them, and what happens at set times. */

import type { ImbalanceWindow } from '../auction/imbalance.ts';
import type { AuctionKind, InterruptPhase } from '../breakers/contract.ts';
import { type Answer, isPlain, isRefusal, type RequestFacts, rejectCodeOf } from './answers.ts';
import type { InstructionMatrix } from './instruction-matrix.ts';
import { INSTRUCTION_COUNT, type Instruction } from './instructions.ts';
import type { SessionState } from './states.ts';

/** A span inside a phase in which some instructions are answered in another way: cutoffs, no-cancel windows. Half-open. */
export interface InstructionWindow {
  /** Name in actions: venues note reference prices when a window opens. */
  readonly name: string;
  readonly fromNs: number;
  readonly untilNs: number;
  readonly instructions: readonly Instruction[];
  readonly answer: Answer;
}

/** A part of a day with one state. Half-open: it ends where the next one starts. */
export interface SessionPhase {
  readonly name: string;
  readonly state: SessionState;
  readonly fromNs: number;
  readonly untilNs: number;
  /** Largest random prolongation of its end. */
  readonly randomEndNsMax: number;
  /** Auction that uncrosses at its end. */
  readonly uncross: AuctionKind | null;
  /** It lasts this long even if it starts late: a closing price crossing after an extended closing call. */
  readonly lengthNsMin: number;
  /** DAY orders expire when it starts (CME Close-Final); without such a phase at the end of the day. */
  readonly expiresDay: boolean;
  /** Where windows overlap in an instruction, the first one listed counts. A window that ends with its phase lasts as long. */
  readonly windows: readonly InstructionWindow[];
  /** Publication of imbalances, absolute times. */
  readonly imbalances: readonly ImbalanceWindow[];
}

/** A daily event that is no phase: funding of perpetuals, roll of the value date. */
export interface SessionMark {
  readonly name: string;
  readonly atNs: number;
}

/** One trading day; the state outside of its phases is CLOSED. */
export interface SessionDay {
  /** As YYYY-MM-DD; it may start on the evening before. */
  readonly tradingDay: string;
  /** In order, without gaps, at least one. */
  readonly phases: readonly SessionPhase[];
  /** In order. */
  readonly marks: readonly SessionMark[];
}

/** What a venue does with an interruption that a breaker asks for. */
export interface InterruptionPlan {
  readonly state: SessionState;
  /** Ends with a reopening auction. */
  readonly uncross: boolean;
  /** Distance of imbalance publications while it lasts; null = none. */
  readonly imbalanceEveryNs: number | null;
}

/** Call that follows a halt. */
export interface ReopeningPlan extends InterruptionPlan {
  readonly callNs: number;
  readonly randomNsMax: number;
}

/** How a venue treats instructions, interruptions and the time after a halt. */
export interface SessionRules {
  readonly matrix: InstructionMatrix;
  readonly interruptions: Readonly<Record<InterruptPhase, InterruptionPlan>>;
  /** Null: trading goes on at once. */
  readonly reopening: ReopeningPlan | null;
}

export const dayStartNs = (day: SessionDay): number => day.phases[0]!.fromNs;
export const dayEndNs = (day: SessionDay): number => day.phases.at(-1)!.untilNs;

/** Whether a window is open. */
export function isWindowOpen(window: InstructionWindow, phase: SessionPhase, nowNs: number): boolean {
  return nowNs >= window.fromNs && (nowNs < window.untilNs || window.untilNs === phase.untilNs);
}

/**
 * Answer to an instruction at a time. In the phase's own state its windows go before the matrix. In another one (a halt,
 * an interruption) both have a say: a refusal of either stands, and so does a condition of the window.
 */
export function answerAt(
  matrix: InstructionMatrix,
  phase: SessionPhase | null,
  state: SessionState,
  instruction: Instruction,
  nowNs: number,
): Answer {
  const generic = matrix[state * INSTRUCTION_COUNT + instruction]!;
  const window = phase?.windows.find(
    (one) => one.instructions.includes(instruction) && isWindowOpen(one, phase, nowNs),
  );
  if (window === undefined) return generic;
  if (state === phase!.state) return window.answer;
  return isRefusal(generic) || isPlain(window.answer) ? generic : window.answer;
}

/** Where a request meets the session. */
export interface SessionMoment {
  readonly matrix: InstructionMatrix;
  /** Phase that the schedule has now; null outside of the day. */
  readonly phase: SessionPhase | null;
  /** State that counts, which is not the phase's during a halt. */
  readonly state: SessionState;
}

/** 0, or the code of the reject (text in REJECT_TEXTS, FIX numbers in FIX_REASONS). `SessionMachine.check` is the fast way. */
export function checkInstruction(
  { matrix, phase, state }: SessionMoment,
  instruction: Instruction,
  nowNs: number,
  facts: RequestFacts,
): number {
  return rejectCodeOf(answerAt(matrix, phase, state, instruction, nowNs), facts);
}

/**
 * When an order that is good till a date expires: with the last trading day up to that date. -Infinity when all days are
 * later (vector T1.15-c: refuse it), Infinity when the date lies beyond the days known.
 */
export function gtdExpiryNs(days: readonly SessionDay[], date: string): number {
  const last = days.at(-1);
  if (last !== undefined && date > last.tradingDay) return Number.POSITIVE_INFINITY;
  const day = days.findLast(({ tradingDay }) => tradingDay <= date);
  return day === undefined ? Number.NEGATIVE_INFINITY : expiryNs(day);
}

/** Scheduled expiry of the DAY orders of a day. */
export function expiryNs(day: SessionDay): number {
  return day.phases.find(({ expiresDay }) => expiresDay)?.fromNs ?? dayEndNs(day);
}
