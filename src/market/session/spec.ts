/** Sessions of a venue as its data file has them: times are ns since local midnight of the trading day, negative before it. */

import type { ImbalanceWindow } from '../auction/imbalance.ts';
import type { AuctionKind, InterruptPhase } from '../breakers/contract.ts';
import type { AnswerName } from './answers.ts';
import type { Calendar } from './calendar.ts';
import type { MatrixOverride } from './instruction-matrix.ts';
import type { InstructionName } from './instructions.ts';
import type { SessionStateName } from './states.ts';

export const DAY_NS = 86_400_000_000_000;

export interface WindowSpec {
  readonly name: string;
  readonly fromNs: number;
  /** Null: to the end of the phase, however late that is. */
  readonly untilNs: number | null;
  readonly instructions: readonly InstructionName[];
  readonly answer: AnswerName;
}

/** A phase lasts until the next one starts, the last one until the end of the schedule. */
export interface PhaseSpec {
  readonly name: string;
  readonly state: SessionStateName;
  readonly fromNs: number;
  readonly randomEndNsMax: number;
  readonly uncross: AuctionKind | null;
  readonly lengthNsMin: number;
  readonly expiresDay: boolean;
  readonly windows: readonly WindowSpec[];
  readonly imbalances: readonly ImbalanceWindow[];
}

/** The phases of the days of some weekdays and kinds. */
export interface DayScheduleSpec {
  /** 0 = Sunday. */
  readonly weekdays: readonly number[];
  readonly dayKinds: readonly string[];
  readonly phases: readonly PhaseSpec[];
  readonly endNs: number;
  readonly marks: readonly { readonly name: string; readonly atNs: number }[];
}

/** Instruments with the same schedule. */
export interface SessionGroupSpec {
  readonly name: string;
  readonly schedules: readonly DayScheduleSpec[];
}

export interface InterruptionSpec {
  readonly state: SessionStateName;
  readonly uncross: boolean;
  readonly imbalanceEveryNs: number | null;
}

export interface SessionSpec {
  readonly venue: string;
  /** First day that the rules hold for, as YYYY-MM-DD. */
  readonly validFrom: string;
  readonly timeZone: string;
  readonly calendar: Calendar;
  readonly unsupported: readonly InstructionName[];
  readonly overrides: readonly MatrixOverride[];
  readonly interruptions: Readonly<Record<InterruptPhase, InterruptionSpec>>;
  readonly reopening: (InterruptionSpec & { readonly callNs: number; readonly randomNsMax: number }) | null;
  readonly groups: readonly SessionGroupSpec[];
}

/** Keys of the interruptions a venue has a plan for. */
export const INTERRUPT_PHASES = [
  'pause',
  'auctionCall',
  'preOpen',
  'reserved',
  'halt',
  'closed',
] as const satisfies readonly InterruptPhase[];
