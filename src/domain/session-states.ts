/** States of a session (market-rules §2.1) as small integers. */

export const CLOSED = 0;
/** Orders are collected, nothing matches. */
export const PRE_OPEN = 1;
export const NO_CANCEL = 2;
/** Frozen while the opening auction uncrosses. */
export const OPENING_AUCTION = 3;
export const CONTINUOUS = 4;
export const INTRADAY_AUCTION = 5;
/** Call of a volatility interruption or of a reopening. */
export const VOLATILITY_AUCTION = 6;
/** Nothing matches; orders are collected for the reopening (US). */
export const HALTED = 7;
/** Nothing matches; only cancels (CME). */
export const PAUSED = 8;
export const CLOSING_CALL = 9;
/** Frozen while the closing auction uncrosses. */
export const CLOSING_AUCTION = 10;
/** Trading at the closing price. */
export const CLOSE_CROSSING = 11;
/** Only what lives beyond the day is looked after. */
export const POST_TRADE = 12;
export const CANCEL_ONLY = 13;
export const LIMIT_ONLY = 14;
export const POST_ONLY = 15;
export type SessionState = number;

/** Index = state. */
export const SESSION_STATE_NAMES = [
  'CLOSED',
  'PRE_OPEN',
  'NO_CANCEL',
  'OPENING_AUCTION',
  'CONTINUOUS',
  'INTRADAY_AUCTION',
  'VOLATILITY_AUCTION',
  'HALTED',
  'PAUSED',
  'CLOSING_CALL',
  'CLOSING_AUCTION',
  'CLOSE_CROSSING',
  'POST_TRADE',
  'CANCEL_ONLY',
  'LIMIT_ONLY',
  'POST_ONLY',
] as const;
export type SessionStateName = (typeof SESSION_STATE_NAMES)[number];
