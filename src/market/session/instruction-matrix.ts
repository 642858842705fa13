/**
 * Which instruction each state takes (market-rules §2.1, generic venue), and how a venue differs from it. Cells that the rules
 * leave open ('-') refuse; columns that the rules do not print are conventions, stated beside them.
 */

import { type AnswerName, answerOf } from './answers.ts';
import {
  INSTRUCTION_COUNT,
  INSTRUCTION_NAMES,
  type InstructionName,
  instructionOf,
  isChange,
} from './instructions.ts';
import { SESSION_STATE_COUNT, SESSION_STATE_NAMES, type SessionStateName } from './states.ts';

/** Answers by state, then instruction: `matrix[state * INSTRUCTION_COUNT + instruction]`. */
export type InstructionMatrix = Uint8Array;

/** A venue's difference from the generic matrix. */
export interface MatrixOverride {
  readonly states: readonly SessionStateName[];
  readonly instructions: readonly InstructionName[];
  readonly answer: AnswerName;
}

type Column = Readonly<Partial<Record<InstructionName, AnswerName>>> & {
  /** Answer to new orders and to changes that the column does not name. */
  readonly others: readonly [entry: AnswerName, change: AnswerName];
};

const CANCELS = {
  cancelDay: 'enter',
  cancelGtc: 'enter',
  cancelOnOpen: 'enter',
  cancelOnClose: 'enter',
} as const;
const REPLACES = {
  replaceDay: 'enter',
  replaceGtc: 'enter',
  replaceOnOpen: 'enter',
  replaceOnClose: 'enter',
} as const;
const ON_CLOSE_HELD = {
  moc: 'hold',
  loc: 'hold',
  imbalanceOnlyClose: 'hold',
  closingOffset: 'hold',
  closingD: 'hold',
} as const;
const ON_OPEN_LATE = { moo: 'tooLate', loo: 'tooLate', imbalanceOnlyOpen: 'tooLate' } as const;
const RESTING = { limitDay: 'rest', limitGtc: 'rest', postOnly: 'rest', market: 'rest' } as const;
const STOPS_HELD = { stop: 'hold', stopGtc: 'hold' } as const;

/** Before the opening, cancels open: all that waits for an auction is taken; a mass quote needs a market to quote. */
const COLLECT = {
  ...RESTING,
  ...STOPS_HELD,
  ...ON_CLOSE_HELD,
  moo: 'hold',
  loo: 'hold',
  imbalanceOnlyOpen: 'hold',
  nextAuction: 'rest',
  intradayAuction: 'hold',
} as const;
/** A call within the day: the opening has passed, pegs are parked. */
const CALL = {
  ...RESTING,
  ...STOPS_HELD,
  ...ON_CLOSE_HELD,
  ...ON_OPEN_LATE,
  pegged: 'hold',
  nextAuction: 'rest',
  intradayAuction: 'hold',
  ...CANCELS,
  ...REPLACES,
} as const;
const FROZEN: Column = { others: ['notNow', 'noCancel'] };
const TRADING = {
  limitDay: 'enter',
  limitGtc: 'enter',
  postOnly: 'enter',
  ioc: 'enter',
  fok: 'enter',
  stop: 'hold',
  stopGtc: 'hold',
  ...CANCELS,
} as const;

const GENERIC: Readonly<Record<SessionStateName, Column>> = {
  CLOSED: { others: ['closed', 'cancelNotNow'], cancelGtc: 'enter' },
  PRE_OPEN: { ...COLLECT, ...CANCELS, ...REPLACES, others: ['notNow', 'cancelNotNow'] },
  NO_CANCEL: { ...COLLECT, others: ['notNow', 'noCancel'] },
  OPENING_AUCTION: FROZEN,
  CONTINUOUS: {
    ...TRADING,
    ...ON_CLOSE_HELD,
    ...ON_OPEN_LATE,
    ...REPLACES,
    market: 'enter',
    marketIoc: 'enter',
    pegged: 'enter',
    massQuote: 'enter',
    nextAuction: 'hold',
    intradayAuction: 'hold',
    others: ['notNow', 'cancelNotNow'],
  },
  INTRADAY_AUCTION: { ...CALL, intradayAuction: 'rest', others: ['notNow', 'cancelNotNow'] },
  VOLATILITY_AUCTION: { ...CALL, others: ['notNow', 'cancelNotNow'] },
  HALTED: {
    ...CALL,
    moo: 'notNow',
    loo: 'notNow',
    imbalanceOnlyOpen: 'notNow',
    others: ['notNow', 'cancelNotNow'],
  },
  PAUSED: { ...CANCELS, others: ['notNow', 'cancelNotNow'] },
  CLOSING_CALL: {
    ...CALL,
    moc: 'rest',
    loc: 'rest',
    imbalanceOnlyClose: 'rest',
    closingOffset: 'rest',
    closingD: 'rest',
    // No intraday auction follows the closing call.
    intradayAuction: 'tooLate',
    others: ['notNow', 'cancelNotNow'],
  },
  CLOSING_AUCTION: FROZEN,
  CLOSE_CROSSING: {
    ...CANCELS,
    ...ON_OPEN_LATE,
    moc: 'tooLate',
    loc: 'tooLate',
    imbalanceOnlyClose: 'tooLate',
    closingOffset: 'tooLate',
    closingD: 'tooLate',
    closingPrice: 'enter',
    others: ['notNow', 'cancelNotNow'],
  },
  POST_TRADE: {
    others: ['closed', 'cancelNotNow'],
    limitGtc: 'rest',
    stopGtc: 'hold',
    cancelGtc: 'enter',
    replaceGtc: 'enter',
  },
  CANCEL_ONLY: { ...CANCELS, others: ['notNow', 'cancelNotNow'] },
  LIMIT_ONLY: { ...TRADING, ...REPLACES, others: ['notNow', 'cancelNotNow'] },
  // A replaced order might take, which is what the state is there to prevent.
  POST_ONLY: { ...CANCELS, postOnly: 'enter', others: ['notNow', 'cancelNotNow'] },
};

/** Answer of the generic venue. */
export function genericAnswer(state: SessionStateName, instruction: InstructionName): AnswerName {
  const column = GENERIC[state];
  return column[instruction] ?? column.others[isChange(instructionOf(instruction)) ? 1 : 0];
}

/** The matrix of a venue: generic, then its differences in their order; what it does not offer is refused in every state. */
export function instructionMatrix(
  overrides: readonly MatrixOverride[] = [],
  unsupported: readonly InstructionName[] = [],
): InstructionMatrix {
  const matrix = new Uint8Array(SESSION_STATE_COUNT * INSTRUCTION_COUNT);
  SESSION_STATE_NAMES.forEach((state, row) => {
    INSTRUCTION_NAMES.forEach((instruction, column) => {
      matrix[row * INSTRUCTION_COUNT + column] = answerOf(genericAnswer(state, instruction));
    });
  });
  const set = (state: SessionStateName, instruction: InstructionName, answer: AnswerName): void => {
    const row = SESSION_STATE_NAMES.indexOf(state);
    matrix[row * INSTRUCTION_COUNT + instructionOf(instruction)] = answerOf(answer);
  };
  for (const { states, instructions, answer } of overrides) {
    for (const state of states) for (const instruction of instructions) set(state, instruction, answer);
  }
  for (const instruction of unsupported) {
    for (const state of SESSION_STATE_NAMES) set(state, instruction, 'unsupported');
  }
  return matrix;
}
