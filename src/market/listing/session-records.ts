/** Writes what a session and its breakers say as records (domain/events.ts, codes of domain/session-codes.ts). */

import {
  AUCTION_KIND_NAMES,
  EV_AUCTION,
  EV_BANDS,
  EV_INDICATIVE,
  EV_LIMIT_STATE,
  EV_SESSION,
  type EventBuffer,
  HEAD_CODE_SHIFT,
  HEAD_SIDE_SHIFT,
  LIMIT_STATE_NAMES,
  NO_PRICE_NAMES,
  RECORD_WORDS,
  SESSION_CAUSE_NAMES,
  type SessionCauseName,
  type Side,
  sessionRuleCode,
  UNDEF_INT32,
} from '../../domain/index.ts';
import type { AuctionKind, BreakerAction } from '../breakers/contract.ts';
import type { SessionAction } from '../session/actions.ts';
import type { Call, CrossOutcome, Indicative } from './call.ts';

export function sayPhase(
  events: EventBuffer,
  action: Extract<SessionAction, { kind: 'phaseChanged' }>,
): void {
  const code = SESSION_CAUSE_NAMES.indexOf(action.cause as SessionCauseName) | (ruleCode(action.reason) << 8);
  events.emit(EV_SESSION | (code << HEAD_CODE_SHIFT), action.state, action.stateBefore, 0, 0, 0, 0, 0);
}

export function sayIndicative(events: EventBuffer, kind: AuctionKind, indicative: Indicative): void {
  const code = AUCTION_KIND_NAMES.indexOf(kind) | (indicative.direction << 8);
  events.emit(
    EV_INDICATIVE | sideBit(indicative.side) | (code << HEAD_CODE_SHIFT),
    indicative.farTicks,
    indicative.priceTicks,
    0,
    0,
    0,
    0,
    indicative.referenceTicks,
  );
  setDoubles(events, indicative.pairedLots, indicative.imbalanceLots);
}

export function sayAuction(events: EventBuffer, call: Call, outcome: CrossOutcome): void {
  const { price, kind } = call;
  const code = AUCTION_KIND_NAMES.indexOf(kind) | (NO_PRICE_NAMES.indexOf(price.noPrice ?? '') << 8);
  events.emit(
    EV_AUCTION | sideBit(price.imbalanceSide) | (code << HEAD_CODE_SHIFT),
    0,
    price.priceTicks ?? UNDEF_INT32,
    0,
    0,
    0,
    0,
    outcome.tradeCount,
  );
  setDoubles(events, outcome.volumeLots, price.imbalanceLots);
}

/** Bands and limit states; other actions of breakers show in what the session does. */
export function sayBreaker(events: EventBuffer, action: BreakerAction): void {
  const rule = ruleCode(action.rule);
  if (action.kind === 'bandsChanged') {
    const { lowTicks, highTicks } = action;
    events.emit(EV_BANDS | (rule << HEAD_CODE_SHIFT), 0, lowTicks, highTicks, 0, 0, 0, 0);
    return;
  }
  const what = (LIMIT_STATE_NAMES as readonly string[]).indexOf(action.kind);
  if (what < 0) return;
  const isEntered = action.kind === 'limitStateEntered';
  const code = rule | (what << 8);
  events.emit(
    EV_LIMIT_STATE | sideBit(isEntered ? action.side : null) | (code << HEAD_CODE_SHIFT),
    0,
    isEntered ? action.limitTicks : UNDEF_INT32,
    0,
    0,
    0,
    0,
    0,
  );
}

function ruleCode(rule: string): number {
  return rule === '' ? 0 : sessionRuleCode(rule);
}

function sideBit(side: Side | null): number {
  return (side ?? 0) << HEAD_SIDE_SHIFT;
}

/** Both halves of words 6-7 and 8-9 of the record that was said last. */
function setDoubles(events: EventBuffer, first: number, second: number): void {
  const at = ((events.count - 1) * RECORD_WORDS) / 2;
  events.doubles[at + 3] = first;
  events.doubles[at + 4] = second;
}
