/** What each state of a session (market-rules §2.1) means for matching and for the next auction. */

import {
  AUCTION_KIND_NAMES,
  CANCEL_ONLY,
  CLOSED,
  CLOSING_AUCTION,
  CLOSING_CALL,
  CONTINUOUS,
  HALTED,
  INTRADAY_AUCTION,
  LIMIT_ONLY,
  NO_CANCEL,
  OPENING_AUCTION,
  POST_ONLY,
  POST_TRADE,
  PRE_OPEN,
  SESSION_STATE_NAMES,
  type SessionState,
  VOLATILITY_AUCTION,
} from '../../domain/index.ts';
import type { AuctionKind } from '../breakers/contract.ts';

export {
  CANCEL_ONLY,
  CLOSE_CROSSING,
  CLOSED,
  CLOSING_AUCTION,
  CLOSING_CALL,
  CONTINUOUS,
  HALTED,
  INTRADAY_AUCTION,
  LIMIT_ONLY,
  NO_CANCEL,
  OPENING_AUCTION,
  PAUSED,
  POST_ONLY,
  POST_TRADE,
  PRE_OPEN,
  SESSION_STATE_NAMES,
  type SessionState,
  type SessionStateName,
  VOLATILITY_AUCTION,
} from '../../domain/index.ts';

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
