/** What the records of one instrument say of its sessions, in bounded memory: lists keep their first entries. */

import {
  AUCTION_KIND_NAMES,
  CLOSED,
  DOUBLE_TIME,
  EV_AUCTION,
  EV_BANDS,
  EV_INDICATIVE,
  EV_LIMIT_STATE,
  EV_SESSION,
  HEAD_CODE_SHIFT,
  HEAD_SIDE_SHIFT,
  LIMIT_STATE_NAMES,
  NO_PRICE_NAMES,
  RECORD_WORDS,
  SELL,
  SESSION_CAUSE_NAMES,
  SESSION_RULE_NAMES,
  SESSION_STATE_NAMES,
  SIDE_NAMES,
  UNDEF_INT32,
  UNKNOWN_SESSION_STATE,
  WORD_EXTRA,
  WORD_ORDER,
  WORD_OTHER,
  WORD_PRICE,
  WORD_QTY,
} from '../../../domain/index.ts';
import { isMatching } from '../../../market/index.ts';
import { boundOrNull } from '../../band-bound.ts';
import type { JournalBatch } from '../../journal-reader.ts';
import { CallCourses } from './call-courses.ts';
import { HaltHistory } from './halt-history.ts';
import { KeptList } from './kept-list.ts';
import type {
  AuctionResult,
  BandChange,
  LimitStateChange,
  ReportedState,
  SessionSummary,
  StateChange,
} from './session-summary.ts';

/** Entries kept per instrument: about a year of quiet days, or one with a thousand interruptions. */
export const CHANGES_MAX = 4096;
/** Of each of both kinds. */
export const AUCTIONS_MAX = 1024;
export const BANDS_MAX = 512;
export const LIMIT_STATES_MAX = 256;

export class SessionTally {
  readonly #changes = new KeptList<StateChange>(CHANGES_MAX);
  readonly #auctions = new KeptList<AuctionResult>(AUCTIONS_MAX);
  readonly #reopenings = new KeptList<AuctionResult>(AUCTIONS_MAX);
  readonly #bands = new KeptList<BandChange>(BANDS_MAX);
  readonly #limitStates = new KeptList<LimitStateChange>(LIMIT_STATES_MAX);
  readonly #halts = new HaltHistory();
  readonly #calls = new CallCourses();
  readonly #stateNs = new Float64Array(SESSION_STATE_NAMES.length);
  /** State that holds, UNKNOWN_SESSION_STATE before the first change. */
  #state = UNKNOWN_SESSION_STATE;
  #sinceNs = 0;

  /** Whether orders match as they come; so it is taken to be where no state is known. */
  get isMatching(): boolean {
    return this.#state < 0 || isMatching(this.#state);
  }

  /** Takes record `r` if it is of a session; others are passed over. */
  take({ words, doubles }: JournalBatch, r: number): void {
    const at = r * RECORD_WORDS;
    const head = words[at]!;
    const timeNs = doubles[(at >> 1) + DOUBLE_TIME]!;
    const low = (head >>> HEAD_CODE_SHIFT) & 255;
    const high = head >>> (HEAD_CODE_SHIFT + 8);
    const side = (head >> HEAD_SIDE_SHIFT) & 1;
    switch (head & 0xff) {
      case EV_SESSION:
        this.#change(timeNs, words[at + WORD_ORDER]!, words[at + WORD_PRICE]!, low, high);
        return;
      case EV_INDICATIVE: {
        const imbalanceLots = doubles[(at + WORD_OTHER) >> 1]!;
        this.#calls.publish(AUCTION_KIND_NAMES[low] ?? 'reopening', {
          timeNs,
          priceTicks: ticksOrNull(words[at + WORD_PRICE]!),
          farTicks: ticksOrNull(words[at + WORD_ORDER]!),
          referenceTicks: ticksOrNull(words[at + WORD_EXTRA]!),
          pairedLots: doubles[(at + WORD_QTY) >> 1]!,
          imbalanceLots: side === SELL && imbalanceLots !== 0 ? -imbalanceLots : imbalanceLots,
        });
        return;
      }
      case EV_AUCTION: {
        const imbalanceLots = doubles[(at + WORD_OTHER) >> 1]!;
        const auction: AuctionResult = {
          timeNs,
          kind: AUCTION_KIND_NAMES[low] ?? 'reopening',
          priceTicks: ticksOrNull(words[at + WORD_PRICE]!),
          noPrice: NO_PRICE_NAMES[high] ?? '',
          volumeLots: doubles[(at + WORD_QTY) >> 1]!,
          imbalanceLots,
          imbalanceSide: imbalanceLots === 0 ? null : SIDE_NAMES[side]!,
          trades: words[at + WORD_EXTRA]!,
        };
        (auction.kind === 'reopening' ? this.#reopenings : this.#auctions).add(auction);
        this.#calls.end(auction);
        return;
      }
      case EV_BANDS:
        this.#bands.add({
          timeNs,
          rule: ruleName(head >>> HEAD_CODE_SHIFT),
          lowTicks: boundOrNull(words[at + WORD_PRICE]!),
          highTicks: boundOrNull(words[at + WORD_QTY]!),
        });
        return;
      case EV_LIMIT_STATE: {
        const limitTicks = ticksOrNull(words[at + WORD_PRICE]!);
        this.#limitStates.add({
          timeNs,
          rule: ruleName(low),
          what: LIMIT_STATE_NAMES[high] ?? `limit state ${high}`,
          limitTicks,
          side: limitTicks === null ? null : SIDE_NAMES[side]!,
        });
        return;
      }
      default:
        return;
    }
  }

  /** Lets the last state hold until the end of the run. */
  end(timeNs: number): void {
    this.#passTo(timeNs);
    this.#calls.endDay();
  }

  summary(): SessionSummary {
    return {
      stateNs: SESSION_STATE_NAMES.map((state, i) => ({ state, ns: this.#stateNs[i]! })).filter(
        ({ ns }) => ns > 0,
      ),
      changes: this.#changes.kept(),
      halts: this.#halts.kept(),
      auctions: this.#auctions.kept(),
      reopenings: this.#reopenings.kept(),
      calls: this.#calls.kept(),
      bands: this.#bands.kept(),
      limitStates: this.#limitStates.kept(),
      endNs: this.#sinceNs,
    };
  }

  #change(timeNs: number, state: number, stateBefore: number, cause: number, rule: number): void {
    this.#passTo(timeNs);
    this.#state = state;
    const change: StateChange = {
      timeNs,
      state: stateName(state),
      stateBefore: stateName(stateBefore),
      cause: SESSION_CAUSE_NAMES[cause] ?? 'schedule',
      rule: ruleName(rule),
    };
    this.#changes.add(change);
    this.#halts.take(change);
    if (state === CLOSED) this.#calls.endDay();
  }

  #passTo(timeNs: number): void {
    if (this.#state >= 0) this.#stateNs[this.#state]! += timeNs - this.#sinceNs;
    this.#sinceNs = timeNs;
  }
}

function stateName(state: number): ReportedState {
  return SESSION_STATE_NAMES[state] ?? 'UNKNOWN';
}

function ruleName(rule: number): string {
  return SESSION_RULE_NAMES[rule] ?? 'other';
}

function ticksOrNull(ticks: number): number | null {
  return ticks === UNDEF_INT32 ? null : ticks;
}
