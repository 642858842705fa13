/**
 * The session of one instrument as a recording tells it. Several sources lie one over the other, and the first of them that
 * says anything decides, as in `market/session` (market-rules §2):
 *
 * ```
 * 1 the schedule, where it says that the venue is closed: a halt does not show then
 * 2 a market-wide halt         until the instrument is released for quotation or trading
 * 3 an outage of the venue     until it is over
 * 4 a halt or quotation period of the instrument
 * 5 the schedule
 * ```
 * A session whose state the recording never told is taken for trading.
 */

import type { SessionRuleName, StatusMessage, SystemEventName, VenueStatus } from '../data/index.ts';
import { type SessionCauseName, UNKNOWN_SESSION_STATE } from '../domain/index.ts';
import {
  CLOSED,
  CLOSING_AUCTION,
  CLOSING_CALL,
  CONTINUOUS,
  HALTED,
  INTRADAY_AUCTION,
  isMatching,
  isStoppable,
  NO_CANCEL,
  OPENING_AUCTION,
  PAUSED,
  POST_TRADE,
  PRE_OPEN,
  SESSION_STATE_NAMES,
  type SessionState,
  VOLATILITY_AUCTION,
} from '../market/index.ts';

/** Of a source that has said nothing. */
const NOTHING = -2;

/** State that the schedule has by a status; the other statuses stop it. */
const SCHEDULED: Readonly<Partial<Record<VenueStatus, SessionState>>> = {
  closed: CLOSED,
  preOpen: PRE_OPEN,
  noCancel: NO_CANCEL,
  opening: OPENING_AUCTION,
  trading: CONTINUOUS,
  auction: INTRADAY_AUCTION,
  preClose: CLOSING_CALL,
  postClose: POST_TRADE,
};
const STOPS: Readonly<Partial<Record<VenueStatus, SessionState>>> = {
  halted: HALTED,
  paused: PAUSED,
  quoting: VOLATILITY_AUCTION,
  unknown: UNKNOWN_SESSION_STATE,
};

/** Nasdaq trades from the start to the end of its system hours (market-rules §2.2). */
const STATE_OF_EVENT: Readonly<Record<SystemEventName, SessionState>> = {
  startOfMessages: CLOSED,
  startOfSystemHours: CONTINUOUS,
  startOfMarketHours: CONTINUOUS,
  endOfMarketHours: CONTINUOUS,
  endOfSystemHours: CLOSED,
  endOfMessages: CLOSED,
  unknown: UNKNOWN_SESSION_STATE,
};

/** What changed. */
export interface SessionChange {
  readonly state: SessionState;
  readonly stateBefore: SessionState;
  readonly cause: SessionCauseName;
  readonly rule: SessionRuleName;
  readonly reason: string;
}

export class RecordedSession {
  /** State now, UNKNOWN_SESSION_STATE as long as nothing was said. */
  state: SessionState = UNKNOWN_SESSION_STATE;
  /** Time of the status heard last, ns since the replay's epoch; -Infinity before one. */
  statusNs = Number.NEGATIVE_INFINITY;
  /** Rule of what stops the session, '' for nothing. */
  #rule: SessionRuleName = '';
  #schedule: SessionState = NOTHING;
  /** The market tells the parts of its day, so a status of an instrument only stops it or lets it go on. */
  #hasMarketDay = false;
  /** State that a halt of the instrument puts on the session. */
  #halt: SessionState = NOTHING;
  #haltRule: SessionRuleName = '';
  /** What the venue's own system allows: NOTHING is in the way, or HALTED, or it is not known. */
  #service: SessionState = NOTHING;
  #isMarketHalted = false;

  /** Begins as `market` is now: what was said to all before the instrument appeared. */
  constructor(market: RecordedSession | null) {
    if (market === null) return;
    this.#schedule = market.#schedule;
    this.#hasMarketDay = market.#hasMarketDay;
    this.#isMarketHalted = market.#isMarketHalted;
    this.state = this.#stateNow();
    this.#rule = this.#ruleNow();
  }

  /** Whether orders match as they come. */
  get isMatching(): boolean {
    return this.state === UNKNOWN_SESSION_STATE || isMatching(this.state);
  }

  /** Whether the venue works out an auction at this moment, so that what trades is of that. */
  get isUncrossing(): boolean {
    return (
      this.state === OPENING_AUCTION || this.state === INTRADAY_AUCTION || this.state === CLOSING_AUCTION
    );
  }

  /** What somebody has to be told who knows nothing of it yet; null if there is nothing to tell. */
  introduction(): SessionChange | null {
    const { state } = this;
    if (state === UNKNOWN_SESSION_STATE) return null;
    const stateBefore = UNKNOWN_SESSION_STATE;
    return { state, stateBefore, cause: causeOf(stateBefore, state), rule: this.#rule, reason: '' };
  }

  hearSystemEvent(event: SystemEventName): SessionChange | null {
    this.#schedule = STATE_OF_EVENT[event];
    this.#hasMarketDay = true;
    if (event === 'startOfMessages') {
      // A new day: what is halted will be said again.
      this.#isMarketHalted = false;
      this.#service = NOTHING;
      this.#halt = NOTHING;
    }
    return this.#show('', '');
  }

  hearMarketBreach(): SessionChange | null {
    this.#isMarketHalted = true;
    return this.#show('', '');
  }

  hearStatus({ status, layer, rule, reason }: StatusMessage, timeNs: number): SessionChange | null {
    this.statusNs = timeNs;
    if (layer === 'service') {
      this.#service = STOPS[status] ?? NOTHING;
      return this.#show('', reason);
    }
    this.#halt = STOPS[status] ?? NOTHING;
    this.#haltRule = rule;
    if (!isStop(this.#halt)) this.#isMarketHalted = false;
    if (!this.#hasMarketDay || status !== 'trading') this.#schedule = SCHEDULED[status] ?? this.#schedule;
    return this.#show(rule, reason);
  }

  /** Takes on the state that follows from all sources; null if that changes nothing. */
  #show(ruleOfMessage: SessionRuleName, reason: string): SessionChange | null {
    const stateBefore = this.state;
    const ruleBefore = this.#rule;
    this.state = this.#stateNow();
    this.#rule = this.#ruleNow();
    const isOtherStop = isStop(this.state) && this.#rule !== ruleBefore;
    if (this.state === stateBefore && !isOtherStop) return null;
    const rule = this.#rule === '' ? ruleOfMessage : this.#rule;
    return { state: this.state, stateBefore, cause: causeOf(stateBefore, this.state), rule, reason };
  }

  #stateNow(): SessionState {
    if (this.#schedule === UNKNOWN_SESSION_STATE) return UNKNOWN_SESSION_STATE;
    if (this.#schedule !== NOTHING && !isStoppable(this.#schedule)) return this.#schedule;
    if (this.#isMarketHalted) return HALTED;
    if (this.#service !== NOTHING) return this.#service;
    if (this.#halt !== NOTHING) return this.#halt;
    return this.#schedule === NOTHING ? UNKNOWN_SESSION_STATE : this.#schedule;
  }

  #ruleNow(): SessionRuleName {
    if (!isStop(this.state) && this.state !== VOLATILITY_AUCTION) return '';
    if (this.#isMarketHalted) return 'marketWide';
    return this.#service === NOTHING ? this.#haltRule : 'outage';
  }
}

/** Name of a state, also of one that is not known. */
export function sessionStateName(state: SessionState): string {
  return SESSION_STATE_NAMES[state] ?? 'UNKNOWN';
}

function isStop(state: SessionState): boolean {
  return state === HALTED || state === PAUSED;
}

/** Why a session went from one state to another, in the words of the sessions of a venue of our own. */
function causeOf(before: SessionState, after: SessionState): SessionCauseName {
  if (after === UNKNOWN_SESSION_STATE) return 'lost';
  if (isStop(after)) return 'halt';
  if (after === VOLATILITY_AUCTION) return isStop(before) ? 'resume' : 'interrupt';
  if (!isStoppable(after)) return 'schedule';
  if (after === OPENING_AUCTION || after === CLOSING_AUCTION) return 'frozen';
  if (isStop(before)) return 'resume';
  return before === VOLATILITY_AUCTION ? 'interruptionOver' : 'schedule';
}
