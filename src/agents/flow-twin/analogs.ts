// hot: bench/flow.ts
/**
 * Moments of the record at which the market was as it is now (analogs, after Lorenz, 1969): the flow twin goes on as the record
 * went on from one of them, for as long as its own book stays like the recorded one.
 */

import type { Xoshiro128 } from '../../base/index.ts';
import { BUY, SELL } from '../../domain/index.ts';
import { groupOf, logScale } from '../../math/index.ts';
import { actionOf, FLOW_TYPES, MARKET_HIT, meanSignAfter } from './actions.ts';
import { FEATURE_LEVELS } from './features.ts';
import type { FlowHistory } from './history.ts';
import type { SeenBook } from './seen-book.ts';

/**
 * What a moment is told by, in logarithms but for the sign: spread, lots at the bests, gaps behind them, depth of both sides, mean
 * delay between events, mean sign of market orders. The first `NEAR` of them tell whether two books are still alike.
 */
export const STATE_NAMES = [
  'spread',
  'bidLots',
  'askLots',
  'bidGap',
  'askGap',
  'bidDepth',
  'askDepth',
  'tempo',
  'sign',
] as const;
export const STATES = STATE_NAMES.length;
const NEAR = 5;
/** Weight of each squared difference. A spread that is off by a third counts as much as depths that are off by e. */
const WEIGHTS = [12, 0.5, 0.5, 0.3, 0.3, 1, 1, 0.1, 0.3];
/** A moment behind an event of another type is as far as one whose depth is off by e^1.4. */
const OTHER_TYPE = 2;
/** Distance of the near states up to which a twin goes on with a moment, and of all up to which one may be begun with. */
const ALIKE = 4;
const BEGIN_MAX = 12;
/** Moments looked at for one to begin with, which is drawn from the best of them. */
const TRIES = 150;
const BEST = 3;
/** Latest entries that count as recent, and how often one of them is looked at. */
const RECENT = 6_000;
const RECENT_SHARE = 0.9;
const DAY_NS = 86_400e9;
/** Share of the past that is kept at each event in the mean of log delays. */
const TEMPO_KEPT = 0.9;
/** Tempo of a market of which nothing is known: some 20 ms between events. */
export const TEMPO_NONE = 10;

/** The mean of log delays (microseconds) after one more event. */
export function tempoAfter(tempo: number, delayNs: number): number {
  return TEMPO_KEPT * tempo + (1 - TEMPO_KEPT) * logScale(delayNs / 1e3);
}

/** Writes the state of a market. */
export function stateOf(book: SeenBook, tempo: number, meanSign: number, out: Float64Array): void {
  let bidDepth = 0;
  let askDepth = 0;
  for (let level = 0; level < FEATURE_LEVELS; level++) {
    bidDepth += book.bidLots[level]!;
    askDepth += book.askLots[level]!;
  }
  out[0] = logScale(book.spreadTicks);
  out[1] = logScale(book.touchOf(BUY));
  out[2] = logScale(book.touchOf(SELL));
  out[3] = logScale(book.gapOf(BUY));
  out[4] = logScale(book.gapOf(SELL));
  out[5] = logScale(bidDepth);
  out[6] = logScale(askDepth);
  out[7] = tempo;
  out[8] = meanSign;
}

const STATES_OF = new WeakMap<FlowHistory, Float64Array>();

export class Analogs {
  readonly #history: FlowHistory;
  /** Of the entries, one after another. */
  readonly #states: Float64Array;
  readonly #present: number;
  readonly #best = new Int32Array(BEST);
  readonly #bestDistance = new Float64Array(BEST);

  /** `signMemory`: share of the mean sign that is kept at a market order. `present`: number of entries that lie before now; 0: the twin lives at no instant of the record. */
  constructor(history: FlowHistory, signMemory: number, present: number) {
    this.#history = history;
    this.#present = present;
    const states = STATES_OF.get(history) ?? statesOf(history, signMemory);
    STATES_OF.set(history, states);
    this.#states = states;
  }

  /** Whether the book is still like that of the record behind an entry, and the record goes on there. */
  goesOn(entry: number, state: Float64Array): boolean {
    return this.#history.goesOn[entry] === 1 && this.#distance(entry, state, NEAR, ALIKE) <= ALIKE;
  }

  /** An entry behind which the market was like this, so that the twin can go on with the one after it; -1: there is none. */
  find(random: Xoshiro128, state: Float64Array, lastType: number, nowNs: number): number {
    const { type, goesOn, count } = this.#history;
    const [from, to] = this.#recent(nowNs);
    let found = 0;
    for (let tried = 0; tried < TRIES; tried++) {
      const isRecent = to > from && random.nextDouble() < RECENT_SHARE;
      const entry = isRecent ? from + random.nextBelow(to - from) : random.nextBelow(count);
      if (goesOn[entry] === 0) continue;
      const byType = type[entry] === lastType || lastType === FLOW_TYPES ? 0 : OTHER_TYPE;
      const most = found < BEST ? BEGIN_MAX : this.#bestDistance[BEST - 1]!;
      const distance = byType + this.#distance(entry, state, STATES, most - byType);
      if (distance <= most) found = this.#insert(entry, distance, found);
    }
    return found === 0 ? -1 : this.#best[random.nextBelow(found)]!;
  }

  /** Keeps an entry among the best, nearest first; returns how many there are. */
  #insert(entry: number, distance: number, found: number): number {
    const best = this.#best;
    const distances = this.#bestDistance;
    for (let i = 0; i < found; i++) if (best[i] === entry) return found;
    let at = Math.min(found, BEST - 1);
    if (found === BEST && distance >= distances[at]!) return found;
    for (; at > 0 && distances[at - 1]! > distance; at--) {
      best[at] = best[at - 1]!;
      distances[at] = distances[at - 1]!;
    }
    best[at] = entry;
    distances[at] = distance;
    return Math.min(found + 1, BEST);
  }

  /** Squared differences of the first `count` states, weighted; where they come to more than `most`, only some of them. */
  #distance(entry: number, state: Float64Array, count: number, most: number): number {
    const states = this.#states;
    const at = entry * STATES;
    let sum = 0;
    for (let i = 0; i < count && sum <= most; i++) {
      const difference = states[at + i]! - state[i]!;
      sum += WEIGHTS[i]! * difference * difference;
    }
    return sum;
  }

  /** Entries before now; where there is no now, those around this time of day; none outside of the record's hours. */
  #recent(nowNs: number): readonly [from: number, to: number] {
    if (this.#present > 0) return [Math.max(0, this.#present - RECENT), this.#present];
    const { timeNs, dayOffsetNs, count } = this.#history;
    const here = groupOf(timeNs, (nowNs % DAY_NS) - dayOffsetNs - 1);
    if (here === 0 || here === count) return [0, 0];
    const half = RECENT >> 1;
    return [Math.max(0, here - half), Math.min(count, here + half)];
  }
}

function statesOf(history: FlowHistory, signMemory: number): Float64Array {
  const states = new Float64Array(history.count * STATES);
  const { spreadAfter, bidLotsAfter, askLotsAfter, bidGapAfter, askGapAfter } = history;
  const columns = [spreadAfter, bidLotsAfter, askLotsAfter, bidGapAfter, askGapAfter];
  const { bidDepthAfter, askDepthAfter, delayNs, type } = history;
  let tempo = TEMPO_NONE;
  let meanSign = 0;
  for (let entry = 0; entry < history.count; entry++) {
    tempo = tempoAfter(tempo, delayNs[entry]!);
    if (actionOf(type[entry]!) === MARKET_HIT) meanSign = meanSignAfter(meanSign, type[entry]!, signMemory);
    const at = entry * STATES;
    columns.forEach((column, i) => {
      states[at + i] = logScale(column[entry]!);
    });
    states[at + 5] = logScale(bidDepthAfter[entry]!);
    states[at + 6] = logScale(askDepthAfter[entry]!);
    states[at + 7] = tempo;
    states[at + 8] = meanSign;
  }
  return states;
}
