/** Every cell of the matrix of instructions and states against a table written by hand from market-rules §2.1. */

import { describe, expect, it } from 'vitest';
import {
  BUY,
  DAY,
  FLAG_POST_ONLY_REJECT,
  FOK,
  GTC,
  GTD,
  IOC,
  LIMIT,
  MARKET,
  REJECT_CANCEL_NOT_IN_STATE,
  REJECT_CLOSED,
  REJECT_ENTRY_TOO_LATE,
  REJECT_ERROR_ONLY,
  REJECT_NO_CANCEL_PERIOD,
  REJECT_NO_IMBALANCE,
  REJECT_NOT_IN_STATE,
  REJECT_NOT_SUPPORTED,
  REJECT_TEXTS,
  SELL,
  STOP,
  STOP_LIMIT,
} from '../../domain/index.ts';
import { ANSWER_NAMES, answerOf, FIX_REASONS, isRefusal, PLAIN_FACTS, rejectCodeOf } from './answers.ts';
import { instructionMatrix } from './instruction-matrix.ts';
import {
  INSTRUCTION_COUNT,
  INSTRUCTION_NAMES,
  type InstructionName,
  instructionOf,
  instructionOfOrder,
  isChange,
  restAfterAuction,
  takesPartIn,
} from './instructions.ts';
import { checkInstruction } from './schedule.ts';
import { SESSION_STATE_NAMES } from './states.ts';

/**
 * Columns are the states in the order of their numbers. E enters, R rests, H held, c closed (103=2), L too late (103=4),
 * n not now (103=99), N no-cancel period (102=2), x no change now (102=99).
 */
const TABLE: Readonly<Record<InstructionName, string>> = {
  limitDay: 'c R R n E R R R n R n n c n E n',
  limitGtc: 'c R R n E R R R n R n n R n E n',
  postOnly: 'c R R n E R R R n R n n c n E E',
  market: 'c R R n E R R R n R n n c n n n',
  ioc: 'c n n n E n n n n n n n c n E n',
  fok: 'c n n n E n n n n n n n c n E n',
  marketIoc: 'c n n n E n n n n n n n c n n n',
  stop: 'c H H n H H H H n H n n c n H n',
  stopGtc: 'c H H n H H H H n H n n H n H n',
  pegged: 'c n n n E H H H n H n n c n n n',
  massQuote: 'c n n n E n n n n n n n c n n n',
  moo: 'c H H n L L L n n L n L c n n n',
  loo: 'c H H n L L L n n L n L c n n n',
  imbalanceOnlyOpen: 'c H H n L L L n n L n L c n n n',
  moc: 'c H H n H H H H n R n L c n n n',
  loc: 'c H H n H H H H n R n L c n n n',
  imbalanceOnlyClose: 'c H H n H H H H n R n L c n n n',
  closingOffset: 'c H H n H H H H n R n L c n n n',
  closingD: 'c H H n H H H H n R n L c n n n',
  nextAuction: 'c R R n H R R R n R n n c n n n',
  intradayAuction: 'c H H n H R H H n L n n c n n n',
  closingPrice: 'c n n n n n n n n n n E c n n n',
  cancelDay: 'x E N N E E E E E E N E x E E E',
  cancelGtc: 'E E N N E E E E E E N E E E E E',
  cancelOnOpen: 'x E N N E E E E E E N E x E E E',
  cancelOnClose: 'x E N N E E E E E E N E x E E E',
  replaceDay: 'x E N N E E E E x E N x x x E x',
  replaceGtc: 'x E N N E E E E x E N x E x E x',
  replaceOnOpen: 'x E N N E E E E x E N x x x E x',
  replaceOnClose: 'x E N N E E E E x E N x x x E x',
};
const CODES: Readonly<Record<string, readonly [answer: string, code: number]>> = {
  E: ['enter', 0],
  R: ['rest', 0],
  H: ['hold', 0],
  c: ['closed', REJECT_CLOSED],
  L: ['tooLate', REJECT_ENTRY_TOO_LATE],
  n: ['notNow', REJECT_NOT_IN_STATE],
  N: ['noCancel', REJECT_NO_CANCEL_PERIOD],
  x: ['cancelNotNow', REJECT_CANCEL_NOT_IN_STATE],
};
/** FIX numbers of market-rules §2.1 by letter. */
const FIX: Readonly<Record<string, string>> = {
  c: '103=2',
  L: '103=4',
  n: '103=99',
  N: '102=2',
  x: '102=99',
};

const cells = INSTRUCTION_NAMES.flatMap((instruction) =>
  TABLE[instruction].split(' ').map((letter, state) => ({
    instruction,
    state: SESSION_STATE_NAMES[state]!,
    number: state,
    letter,
    answer: CODES[letter]![0],
  })),
);

describe('the matrix of instructions', () => {
  const matrix = instructionMatrix();

  it('has a cell for every instruction in every state', () => {
    expect(cells).toHaveLength(INSTRUCTION_NAMES.length * SESSION_STATE_NAMES.length);
    expect(matrix).toHaveLength(cells.length);
  });

  it.each(cells)('$instruction in $state: $answer', ({ instruction, number, letter }) => {
    const answer = matrix[number * INSTRUCTION_COUNT + instructionOf(instruction)]!;
    const [name, code] = CODES[letter]!;
    expect(ANSWER_NAMES[answer]).toBe(name);
    const moment = { matrix, phase: null, state: number };
    expect(checkInstruction(moment, instructionOf(instruction), 0, PLAIN_FACTS)).toBe(code);
    if (code === 0) return;
    expect(`${FIX_REASONS[code]!.tag}=${FIX_REASONS[code]!.value}`).toBe(FIX[letter]);
    expect(REJECT_TEXTS[code]!.length).toBeGreaterThan(20);
  });

  it('refuses changes with tag 102 and new orders with tag 103', () => {
    for (const { instruction, letter } of cells) {
      if (FIX[letter] === undefined) continue;
      expect(FIX[letter]!.startsWith('102')).toBe(isChange(instructionOf(instruction)));
    }
  });

  it('a venue overrides single cells, and what it does not offer is refused everywhere', () => {
    const own = instructionMatrix(
      [{ states: ['HALTED', 'PAUSED'], instructions: ['limitDay', 'moo'], answer: 'hold' }],
      ['closingPrice'],
    );
    cells.forEach(({ instruction, state, number }) => {
      const index = number * INSTRUCTION_COUNT + instructionOf(instruction);
      const isOverridden = ['HALTED', 'PAUSED'].includes(state) && ['limitDay', 'moo'].includes(instruction);
      const expected =
        instruction === 'closingPrice'
          ? answerOf('unsupported')
          : isOverridden
            ? answerOf('hold')
            : matrix[index];
      expect(own[index]).toBe(expected);
    });
    expect(rejectCodeOf(answerOf('unsupported'), PLAIN_FACTS)).toBe(REJECT_NOT_SUPPORTED);
    expect(FIX_REASONS[REJECT_NOT_SUPPORTED]).toEqual({ tag: 103, value: 11 });
  });
});

describe('answers with a condition', () => {
  it('a late order must offset the published imbalance', () => {
    const answer = answerOf('contraImbalance');
    const code = (side: typeof BUY | typeof SELL, imbalanceSide: typeof BUY | typeof SELL | null) =>
      rejectCodeOf(answer, { side, imbalanceSide, isErrorCorrection: false });
    expect(code(BUY, SELL)).toBe(0);
    expect(code(SELL, BUY)).toBe(0);
    for (const [side, imbalance] of [
      [BUY, BUY],
      [SELL, SELL],
      [BUY, null],
      [SELL, null],
    ] as const) {
      expect(code(side, imbalance)).toBe(REJECT_NO_IMBALANCE);
    }
  });

  it('a late cancel must correct an error', () => {
    const answer = answerOf('errorOnly');
    expect(rejectCodeOf(answer, PLAIN_FACTS)).toBe(REJECT_ERROR_ONLY);
    expect(rejectCodeOf(answer, { ...PLAIN_FACTS, isErrorCorrection: true })).toBe(0);
  });

  it('every refusal has a code with a FIX reason, every other answer may be taken', () => {
    ANSWER_NAMES.forEach((_, answer) => {
      const code = rejectCodeOf(answer, { side: BUY, imbalanceSide: SELL, isErrorCorrection: true });
      expect(code > 0).toBe(isRefusal(answer));
      if (code > 0) expect(FIX_REASONS[code]).toBeDefined();
    });
  });
});

describe('instructions', () => {
  it.each([
    [LIMIT, DAY, 0, 'limitDay'],
    [LIMIT, GTC, 0, 'limitGtc'],
    [LIMIT, GTD, 0, 'limitGtc'],
    [LIMIT, GTC, FLAG_POST_ONLY_REJECT, 'postOnly'],
    [LIMIT, IOC, 0, 'ioc'],
    [LIMIT, FOK, 0, 'fok'],
    [MARKET, DAY, 0, 'market'],
    [MARKET, IOC, 0, 'marketIoc'],
    [STOP, DAY, 0, 'stop'],
    [STOP_LIMIT, GTC, 0, 'stopGtc'],
  ] as const)('order type %i with time in force %i and flags %i is %s', (type, timeInForce, flags, name) => {
    expect(INSTRUCTION_NAMES[instructionOfOrder(type, timeInForce, flags)]).toBe(name);
  });

  it('T2.9-g: after the opening cross OPG ends; a market DAY order goes on at Nasdaq and ends at LSE', () => {
    for (const name of ['moo', 'loo', 'imbalanceOnlyOpen'] as const) {
      expect(restAfterAuction(instructionOf(name), 'opening', 'continuous')).toBe('cancel');
    }
    expect(restAfterAuction(instructionOf('market'), 'opening', 'continuous')).toBe('continue');
    expect(restAfterAuction(instructionOf('market'), 'opening', 'cancel')).toBe('cancel');
    expect(restAfterAuction(instructionOf('limitDay'), 'opening', 'cancel')).toBe('continue');
    expect(restAfterAuction(instructionOf('moc'), 'opening', 'cancel')).toBe('keep');
  });

  it('orders for one auction take part in it alone, inactive ones in none', () => {
    const auctionsOf = (name: InstructionName): string[] =>
      (['opening', 'intraday', 'closing', 'reopening'] as const).filter((auction) =>
        takesPartIn(instructionOf(name), auction),
      );
    expect(auctionsOf('moo')).toEqual(['opening']);
    expect(auctionsOf('closingOffset')).toEqual(['closing']);
    expect(auctionsOf('intradayAuction')).toEqual(['intraday']);
    expect(auctionsOf('nextAuction')).toHaveLength(4);
    expect(auctionsOf('limitGtc')).toHaveLength(4);
    for (const name of ['stop', 'pegged', 'ioc', 'closingPrice', 'cancelDay'] as const) {
      expect(auctionsOf(name)).toEqual([]);
    }
  });
});
