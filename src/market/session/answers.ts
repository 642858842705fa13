/** How a session answers an instruction: what is done with the order, or why it is refused. */

import {
  BUY,
  REJECT_CANCEL_NOT_IN_STATE,
  REJECT_CANCEL_TOO_LATE,
  REJECT_CLOSED,
  REJECT_ENTRY_TOO_LATE,
  REJECT_ERROR_ONLY,
  REJECT_NO_CANCEL_PERIOD,
  REJECT_NO_IMBALANCE,
  REJECT_NOT_IN_STATE,
  REJECT_NOT_SUPPORTED,
  SELL,
  type Side,
} from '../../domain/index.ts';

/** Index = answer. Those before 'reprice' take the order as it is, those from 'closed' on refuse it. */
export const ANSWER_NAMES = [
  /** Goes to the matching engine. */
  'enter',
  /** Rests for the next auction, without a match. */
  'rest',
  /** Kept aside, inactive, until its auction, its stop price or its quote comes. */
  'hold',
  /** Kept aside until after the coming auction, in which it has no part (Nasdaq market orders from 09:28). */
  'afterAuction',
  /** Kept for the auction at a limit that the venue's reference prices bound (Nasdaq late LOO and LOC). */
  'reprice',
  /** Kept for the auction as an imbalance-only order (Nasdaq late LOO). */
  'imbalanceOnly',
  /** Kept for the auction if it offsets a published imbalance (NYSE). */
  'contraImbalance',
  /** A cancel or replace that is done only to correct a legitimate error. */
  'errorOnly',
  'closed',
  'tooLate',
  'notNow',
  'unsupported',
  'noCancel',
  'cancelTooLate',
  'cancelNotNow',
] as const;
export type AnswerName = (typeof ANSWER_NAMES)[number];
export type Answer = number;

const NUMBERS = Object.fromEntries(ANSWER_NAMES.map((name, index) => [name, index])) as Readonly<
  Record<AnswerName, Answer>
>;
const FIRST_CONDITION = NUMBERS.reprice;
const FIRST_REFUSAL = NUMBERS.closed;

/** Number of an answer. */
export function answerOf(name: AnswerName): Answer {
  return NUMBERS[name];
}

/** Whether an answer refuses whoever asks. */
export function isRefusal(answer: Answer): boolean {
  return answer >= FIRST_REFUSAL;
}

/** Whether an answer takes the order as it is. */
export function isPlain(answer: Answer): boolean {
  return answer < FIRST_CONDITION;
}

const CONTRA_IMBALANCE = NUMBERS.contraImbalance;
const ERROR_ONLY = NUMBERS.errorOnly;
const REFUSAL_CODES: readonly number[] = [
  REJECT_CLOSED,
  REJECT_ENTRY_TOO_LATE,
  REJECT_NOT_IN_STATE,
  REJECT_NOT_SUPPORTED,
  REJECT_NO_CANCEL_PERIOD,
  REJECT_CANCEL_TOO_LATE,
  REJECT_CANCEL_NOT_IN_STATE,
];

/** What an answer may depend on besides state and time. */
export interface RequestFacts {
  readonly side: Side;
  /** Side of the published imbalance that late orders may offset; null when none is published. */
  readonly imbalanceSide: Side | null;
  /** Whether a cancel or replace corrects a legitimate error. */
  readonly isErrorCorrection: boolean;
}

/** Facts of a request to which no condition applies. */
export const PLAIN_FACTS: RequestFacts = { side: BUY, imbalanceSide: null, isErrorCorrection: false };

/** 0, or the reject code of an answer under the facts of a request. */
export function rejectCodeOf(answer: Answer, facts: RequestFacts): number {
  if (answer >= FIRST_REFUSAL) return REFUSAL_CODES[answer - FIRST_REFUSAL]!;
  if (answer === CONTRA_IMBALANCE) {
    return facts.imbalanceSide === (facts.side === BUY ? SELL : BUY) ? 0 : REJECT_NO_IMBALANCE;
  }
  return answer === ERROR_ONLY && !facts.isErrorCorrection ? REJECT_ERROR_ONLY : 0;
}

/** A reason in FIX: tag 103 (OrdRejReason) for new orders, 102 (CxlRejReason) for changes. */
export interface FixReason {
  readonly tag: 102 | 103;
  readonly value: number;
}

/** FIX reasons of the reject codes of sessions (market-rules §2.1). */
export const FIX_REASONS: Readonly<Record<number, FixReason>> = {
  [REJECT_CLOSED]: { tag: 103, value: 2 },
  [REJECT_ENTRY_TOO_LATE]: { tag: 103, value: 4 },
  [REJECT_NOT_IN_STATE]: { tag: 103, value: 99 },
  [REJECT_NOT_SUPPORTED]: { tag: 103, value: 11 },
  [REJECT_NO_IMBALANCE]: { tag: 103, value: 4 },
  [REJECT_NO_CANCEL_PERIOD]: { tag: 102, value: 2 },
  [REJECT_CANCEL_TOO_LATE]: { tag: 102, value: 0 },
  [REJECT_ERROR_ONLY]: { tag: 102, value: 0 },
  [REJECT_CANCEL_NOT_IN_STATE]: { tag: 102, value: 99 },
};
