/** Why a row or an execution of a recording may differ from ours, in words. */

/** Causes of rows that differ, as bits, because one row may have several. */
export const ROW_FIRST_SEEN = 1;
export const ROW_CHANGED_ON_RETURN = 2;
export const ROW_GONE_ON_RETURN = 4;
export const ROW_MESSAGE_SET_ASIDE = 8;
export const ROW_AFTER_BAD_ROW = 16;
export const ROW_UNEXPLAINED = 32;

export const ROW_CAUSES: readonly (readonly [bit: number, name: string, explanation: string])[] = [
  [
    ROW_CHANGED_ON_RETURN,
    'changed-on-return',
    'The level was out of the view of the file, changed there without a message, and came back into view.',
  ],
  [ROW_FIRST_SEEN, 'first-seen', 'The level came into view with orders that no message had told of.'],
  [
    ROW_GONE_ON_RETURN,
    'gone-on-return',
    'The level was out of the view of the file and its orders were gone when its price came back into view.',
  ],
  [
    ROW_MESSAGE_SET_ASIDE,
    'message-set-aside',
    'The message of this row was set aside as a bad record, so its effect is missing in our book.',
  ],
  [
    ROW_AFTER_BAD_ROW,
    'after-bad-row',
    'The row before was set aside as a bad record, so it is not known what was in view.',
  ],
  [
    ROW_UNEXPLAINED,
    'unexplained',
    'The level was in view before and after the message, and the message does not account for the difference.',
  ],
];

export interface ExecutionCause {
  readonly isExcused: boolean;
  readonly explanation: string;
}

/** Causes of executions that did not hit the recorded order. Excused: the recording could not tell us the queue. */
export const EXECUTION_CAUSES = {
  'before-file': {
    isExcused: true,
    explanation:
      'The engine hit quantity that stood in the book when the file begins, whose orders have no ids.',
  },
  'entered-out-of-view': {
    isExcused: true,
    explanation:
      'The engine hit quantity that entered while the level was out of view, whose orders have no ids.',
  },
  'changed-out-of-view': {
    isExcused: true,
    explanation:
      'The engine hit an order that may have been cancelled or moved while its level was out of view.',
  },
  'view-unknown': {
    isExcused: true,
    explanation: 'Without the orderbook file it is not known which orders were still in the queue.',
  },
  'after-bad-record': {
    isExcused: true,
    explanation:
      'Records were set aside or lost before, so our book may lack orders or hold orders that are gone.',
  },
  auction: {
    isExcused: true,
    explanation: 'The trade is of an auction, which matches at one price and not in the order of the queue.',
  },
  'not-continuous': {
    isExcused: true,
    explanation:
      'The session was not matching, and the trade is of no auction: it cannot have come from an order that matched.',
  },
  'side-unknown': {
    isExcused: true,
    explanation:
      'The feed does not say which side was the aggressor, so no order can have caused the fill alone.',
  },
  'aggressor-in-book': {
    isExcused: true,
    explanation:
      'The fill is of the aggressor itself: an order of the book that was moved to a price at which it trades.',
  },
  'not-displayed': {
    isExcused: true,
    explanation: 'The fill changes no displayed order: what was filled was not displayed.',
  },
  iceberg: {
    isExcused: true,
    explanation:
      'More was filled than the order displayed: it has a reserve, which the recording does not tell.',
  },
  'self-trade-prevention': {
    isExcused: true,
    explanation:
      'The order ahead was cancelled unfilled in the same event, as self-trade prevention does; owners are not told.',
  },
  'executed-at-other-price': {
    isExcused: true,
    explanation: 'The order was executed at another price than it stood in the book at, as crosses do.',
  },
  'out-of-priority': {
    isExcused: false,
    explanation:
      'The recording passes over an older displayed order at the same price, which lives on: the record names it later.',
  },
  'out-of-priority-unconfirmed': {
    isExcused: false,
    explanation:
      'The recording passes over an older displayed order at the same price, and never names it again.',
  },
  'not-best-price': {
    isExcused: false,
    explanation: 'Displayed orders at a better price were passed over.',
  },
  'over-filled': {
    isExcused: false,
    explanation: 'More was executed than the order displayed.',
  },
  'unknown-order': {
    isExcused: false,
    explanation: 'The recording fills an order that our book does not hold.',
  },
} as const satisfies Record<string, ExecutionCause>;

export type ExecutionCauseName = keyof typeof EXECUTION_CAUSES;

/** Names of the causes in a mask, joined with '+'. */
export function rowCauseNames(mask: number): string {
  return ROW_CAUSES.filter(([bit]) => (mask & bit) !== 0)
    .map(([, name]) => name)
    .join('+');
}
