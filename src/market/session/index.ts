/** Sessions: states, calendars, schedules, halts (market-rules §2, §1.15). */

export type { PhaseCause, SessionAction } from './actions.ts';
export {
  ANSWER_NAMES,
  type Answer,
  type AnswerName,
  answerOf,
  FIX_REASONS,
  type FixReason,
  isRefusal,
  PLAIN_FACTS,
  type RequestFacts,
  rejectCodeOf,
} from './answers.ts';
export {
  buildSessionDays,
  buildSessionRules,
  type LocalToNs,
} from './build-days.ts';
export {
  type Calendar,
  type CalendarRule,
  DAY_CLOSED,
  DAY_REGULAR,
  type DayRule,
  dayKindOf,
  dayKindsOf,
  easterSunday,
  nthWeekday,
  plusDays,
  SHIFT_RULES,
  type ShiftRule,
  tradingDays,
  weekdayOfDate,
} from './calendar.ts';
export { sessionSpecProblems } from './check-spec.ts';
export { HALT_INSTRUMENT, HALT_MARKET, type HaltScope } from './halts.ts';
export {
  genericAnswer,
  type InstructionMatrix,
  instructionMatrix,
  type MatrixOverride,
} from './instruction-matrix.ts';
export {
  INSTRUCTION_COUNT,
  INSTRUCTION_NAMES,
  type Instruction,
  type InstructionName,
  instructionOf,
  instructionOfOrder,
  isChange,
  isOnClose,
  isOnOpen,
  restAfterAuction,
  takesPartIn,
} from './instructions.ts';
export {
  answerAt,
  checkInstruction,
  dayEndNs,
  dayStartNs,
  expiryNs,
  gtdExpiryNs,
  type InstructionWindow,
  type InterruptionPlan,
  type ReopeningPlan,
  type SessionDay,
  type SessionMark,
  type SessionMoment,
  type SessionPhase,
  type SessionRules,
} from './schedule.ts';
export { type InterruptRequest, SessionMachine } from './session-machine.ts';
export {
  DAY_NS,
  type DayScheduleSpec,
  INTERRUPT_PHASES,
  type InterruptionSpec,
  type PhaseSpec,
  type SessionGroupSpec,
  type SessionSpec,
  type WindowSpec,
} from './spec.ts';
export * from './states.ts';
