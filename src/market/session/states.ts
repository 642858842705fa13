/** States of a session (market-rules §2.1) as small integers, and what each means for matching and for the next auction. */

import { AUCTION_KIND_NAMES } from '../../domain/index.ts';
import type { AuctionKind } from '../breakers/contract.ts';

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

/** Number of states. */
export const SESSION_STATE_COUNT = SESSION_STATE_NAMES.length;

/** Kinds of auction, in the order of their numbers in snapshots and records. */
export const AUCTION_KINDS = AUCTION_KIND_NAMES;

/** Whether orders match as they come, at prices of their own. */
export function isMatching(state: SessionState): boolean {
  return state === CONTINUOUS || state === LIMIT_ONLY || state === POST_ONLY;
}

/** Whether orders are collected without a match, so that the book may cross and needs an auction to leave the state. */
export function isCollecting(state: SessionState): boolean {
  return (
    state === PRE_OPEN ||
    state === NO_CANCEL ||
    state === OPENING_AUCTION ||
    state === INTRADAY_AUCTION ||
    state === VOLATILITY_AUCTION ||
    state === HALTED ||
    state === CLOSING_CALL ||
    state === CLOSING_AUCTION
  );
}

/** Whether a halt changes anything: where nothing trades and nothing is collected for trading, it does not show. */
export function isStoppable(state: SessionState): boolean {
  return state !== CLOSED && state !== POST_TRADE && state !== CANCEL_ONLY;
}

/** State while the venue works out the price of an auction. */
export function frozenState(auction: AuctionKind): SessionState {
  if (auction === 'opening') return OPENING_AUCTION;
  if (auction === 'closing') return CLOSING_AUCTION;
  return auction === 'intraday' ? INTRADAY_AUCTION : VOLATILITY_AUCTION;
}
