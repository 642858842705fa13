/** The session of one instrument as its records tell it: the state now, and what happened while an order lived. */

import {
  AUCTION_KIND_NAMES,
  DOUBLE_TIME,
  EV_AUCTION,
  EV_BANDS,
  EV_LIMIT_STATE,
  EV_SESSION,
  HEAD_CODE_SHIFT,
  HEAD_SIDE_SHIFT,
  LIMIT_STATE_NAMES,
  NO_PRICE_NAMES,
  RECORD_WORDS,
  SESSION_CAUSE_NAMES,
  SESSION_RULE_NAMES,
  SIDE_NAMES,
  UNDEF_INT32,
  WORD_ORDER,
  WORD_OTHER,
  WORD_PRICE,
  WORD_QTY,
} from '../../domain/index.ts';
import { isMatching, SESSION_STATE_NAMES, type SessionStateName } from '../../market/index.ts';
import { boundOrNull } from '../band-bound.ts';
import type { JournalBatch } from '../journal-reader.ts';
import type { SessionEvent } from './explanation.ts';

export class SessionHistory {
  /** Null until the journal tells of a state. */
  state: SessionStateName | null = null;
  /** When the state began. */
  stateSinceNs = 0;
  /** The state that held before the instant at which the present one began, and since when. */
  #stateBefore: SessionStateName | null = null;
  #stateBeforeSinceNs = 0;
  /** Whether orders match as they come; so it is taken to be where the journal tells of no session. */
  isMatching = true;
  /** Price bands in force; null where there are none. */
  lowTicks: number | null = null;
  highTicks: number | null = null;
  readonly events: SessionEvent[] = [];

  /** The state just before `timeNs`, which is the time of the last record or later, and since when. */
  stateUntil(timeNs: number): { state: SessionStateName | null; sinceNs: number } {
    return this.stateSinceNs < timeNs || this.#stateBefore === null
      ? { state: this.state, sinceNs: this.stateSinceNs }
      : { state: this.#stateBefore, sinceNs: this.#stateBeforeSinceNs };
  }

  /** Takes record `r`; keeps it if `isKept`. Other kinds are passed over. */
  take({ words, doubles }: JournalBatch, r: number, index: number, isKept: boolean): void {
    const at = r * RECORD_WORDS;
    const head = words[at]!;
    const moment = { timeNs: doubles[(at >> 1) + DOUBLE_TIME]!, record: index };
    const low = (head >>> HEAD_CODE_SHIFT) & 255;
    const high = head >>> (HEAD_CODE_SHIFT + 8);
    let event: SessionEvent;
    switch (head & 0xff) {
      case EV_SESSION: {
        const state = words[at + WORD_ORDER]!;
        if (moment.timeNs > this.stateSinceNs) {
          this.#stateBefore = this.state;
          this.#stateBeforeSinceNs = this.stateSinceNs;
        }
        this.state = SESSION_STATE_NAMES[state] ?? null;
        this.stateSinceNs = moment.timeNs;
        this.isMatching = isMatching(state);
        event = {
          ...moment,
          kind: 'session',
          state: SESSION_STATE_NAMES[state]!,
          stateBefore: SESSION_STATE_NAMES[words[at + WORD_PRICE]!]!,
          cause: SESSION_CAUSE_NAMES[low]!,
          rule: SESSION_RULE_NAMES[high]!,
        };
        break;
      }
      case EV_AUCTION:
        event = {
          ...moment,
          kind: 'auction',
          auction: AUCTION_KIND_NAMES[low]!,
          priceTicks: ticksOrNull(words[at + WORD_PRICE]!),
          noPrice: NO_PRICE_NAMES[high]!,
          volumeLots: doubles[(at + WORD_QTY) >> 1]!,
          imbalanceSide: SIDE_NAMES[(head >> HEAD_SIDE_SHIFT) & 1]!,
          imbalanceLots: doubles[(at + WORD_OTHER) >> 1]!,
        };
        break;
      case EV_BANDS:
        this.lowTicks = boundOrNull(words[at + WORD_PRICE]!);
        this.highTicks = boundOrNull(words[at + WORD_QTY]!);
        event = {
          ...moment,
          kind: 'bands',
          rule: SESSION_RULE_NAMES[head >>> HEAD_CODE_SHIFT]!,
          lowTicks: this.lowTicks,
          highTicks: this.highTicks,
        };
        break;
      case EV_LIMIT_STATE:
        event = {
          ...moment,
          kind: 'limitState',
          rule: SESSION_RULE_NAMES[low]!,
          what: LIMIT_STATE_NAMES[high]!,
          limitTicks: ticksOrNull(words[at + WORD_PRICE]!),
        };
        break;
      default:
        return;
    }
    if (isKept) this.events.push(event);
  }
}

function ticksOrNull(ticks: number): number | null {
  return ticks === UNDEF_INT32 ? null : ticks;
}
