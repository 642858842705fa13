/**
 * Events of the record with what was around them: what reactions and the marks of arrivals (prices, sizes) are drawn from.
 * Drawing from what happened keeps round sizes, joined levels and everything else that a formula would smooth away.
 */

import type { Xoshiro128 } from '../../base/index.ts';
import { groupOf, logDistance } from '../../math/index.ts';
import { ACTIONS, actionOf, FLOW_TYPES } from './actions.ts';
import { binOf } from './features.ts';

/** In order of time, one entry an event. */
export interface FlowHistory {
  readonly count: number;
  /** Time 0 of the entries, ns since midnight. */
  readonly dayOffsetNs: number;
  /** Time since the first, ns. */
  readonly timeNs: Float64Array;
  /** Of the event, and of the one before it; FLOW_TYPES: there was none. */
  readonly type: Uint8Array;
  readonly typeBefore: Uint8Array;
  /** Time since the event before, ns. */
  readonly delayNs: Float64Array;
  /** FOLLOWS_* of the event before. */
  readonly before: Uint8Array;
  /** Book before the event: spread, gap behind the best of its side, lots at that best. */
  readonly spreadTicks: Int32Array;
  readonly gapTicks: Int32Array;
  /** Gap behind the best on the side of the event before. */
  readonly lastGapTicks: Int32Array;
  readonly touchLots: Int32Array;
  /** Limit orders: distance from the best of the side; hidden: distance from the bid in thousandths of the spread. */
  readonly offsetTicks: Int32Array;
  /** Ticks from the best of the side to the better one that it has lost last; 0: none. */
  readonly lostTicks: Int32Array;
  /** Limit orders behind the best: 1 where there was a level at the price. */
  readonly joins: Uint8Array;
  /** Of a limit order, of all fills of a market order, of a hidden trade. */
  readonly lots: Int32Array;
  /** Market orders: displayed orders hit; lots of the last, and 1 where it was taken whole. */
  readonly fills: Uint8Array;
  readonly lastLots: Int32Array;
  readonly isLastWhole: Uint8Array;
  /** Market orders: lots that came from orders which nobody saw, below 0 where they came after the others. */
  readonly hiddenLots: Int32Array;
  /** 1 where the entry behind it is the event that came next: nothing between them is left out. */
  readonly goesOn: Uint8Array;
  /** Cancels: entry at which the order came, -1 where none tells of it; its level, from 0 for the best; its age. */
  readonly bornAt: Int32Array;
  readonly rank: Int32Array;
  readonly ageNs: Float64Array;
  /** Book after the event: spread, and by side the lots at the best, the gap behind it, and the lots of all levels looked at. */
  readonly spreadAfter: Int32Array;
  readonly bidLotsAfter: Int32Array;
  readonly askLotsAfter: Int32Array;
  readonly bidGapAfter: Int32Array;
  readonly askGapAfter: Int32Array;
  readonly bidDepthAfter: Int32Array;
  readonly askDepthAfter: Int32Array;
}

/** The event before was itself a reaction. */
export const FOLLOWS_REACTION = 1;
/** The event before moved a best price. */
export const FOLLOWS_MOVE = 2;

/** Entries of a context below this number say too little: a wider one is taken. */
const CONTEXT_MIN = 40;
/** Latest entries of a list that count as recent. */
const RECENT = 300;
const RECENT_SHARE = 0.7;
/** Events that the follower of another is the nearest of where queues tell them apart. */
const TRIES_QUEUE = 8;
const WIDTHS = 6;

/** Entries of a history by what they were and what they followed. Twins of one history share it: it never changes. */
class HistoryIndex {
  readonly #spreadEdges: ArrayLike<number>;
  readonly #gapEdges: ArrayLike<number>;
  readonly byType: readonly Int32Array[];
  readonly #byContext = new Map<number, Int32Array>();

  constructor(history: FlowHistory, spreadEdges: ArrayLike<number>, gapEdges: ArrayLike<number>) {
    this.#spreadEdges = spreadEdges;
    this.#gapEdges = gapEdges;
    this.byType = listsOf(history.count, (entry) => [history.type[entry]!], FLOW_TYPES);
    const contexts = new Map<number, number[]>();
    for (let entry = 0; entry < history.count; entry++) {
      const before = history.typeBefore[entry]!;
      if (before === FLOW_TYPES) continue;
      for (let width = 0; width < WIDTHS; width++) {
        const key = this.#contextOf(
          actionOf(before),
          history.before[entry]!,
          history.spreadTicks[entry]!,
          history.lastGapTicks[entry]!,
          width,
        );
        const list = contexts.get(key);
        if (list === undefined) contexts.set(key, [entry]);
        else list.push(entry);
      }
    }
    for (const [key, list] of contexts) this.#byContext.set(key, Int32Array.from(list));
  }

  /** Entries of the narrowest context that has enough of them; null: there is none like it. */
  followers(action: number, before: number, spreadTicks: number, gapTicks: number): Int32Array | null {
    for (let width = 0; width < WIDTHS; width++) {
      const list = this.#byContext.get(this.#contextOf(action, before, spreadTicks, gapTicks, width));
      if (list !== undefined && (list.length >= CONTEXT_MIN || width === WIDTHS - 1)) return list;
    }
    return null;
  }

  /** From the narrowest (0) to the widest context of an event; all but the widest know whether an order fits into the spread. */
  #contextOf(action: number, before: number, spreadTicks: number, gapTicks: number, width: number): number {
    const spreads = this.#spreadEdges.length + 1;
    const gaps = this.#gapEdges.length + 1;
    const base = width * ACTIONS * 4 * Math.max(2, spreads) * gaps;
    const bySpread = (action * 4 + before) * spreads + binOf(this.#spreadEdges, spreadTicks);
    const room = spreadTicks > 1 ? 1 : 0;
    if (width === 0) return base + bySpread * gaps + binOf(this.#gapEdges, gapTicks);
    if (width === 1) return base + bySpread;
    if (width === 2) return base + (action * 4 + before) * 2 + room;
    if (width === 3) return base + (action * 4 + (before & FOLLOWS_REACTION)) * 2 + room;
    return width === 4 ? base + action * 2 + room : base + action;
  }
}

const INDEX_OF = new WeakMap<FlowHistory, HistoryIndex>();

/** Draws of a history, all of it or with a preference for what came last before an instant. */
export class HistoryDraws {
  readonly #history: FlowHistory;
  readonly #index: HistoryIndex;
  readonly #triesFollower: number;
  /** Entries from here on are not recent; those before are drawn with preference. */
  #present: number;

  /** `present`: number of entries that lie before now; 0: there is no now. `hasQueues`: the lots at a best tell events apart. */
  constructor(
    history: FlowHistory,
    spreadEdges: ArrayLike<number>,
    gapEdges: ArrayLike<number>,
    present: number,
    hasQueues: boolean,
  ) {
    this.#history = history;
    this.#triesFollower = hasQueues ? TRIES_QUEUE : 1;
    this.#present = present;
    const index = INDEX_OF.get(history) ?? new HistoryIndex(history, spreadEdges, gapEdges);
    INDEX_OF.set(history, index);
    this.#index = index;
  }

  set present(entries: number) {
    this.#present = entries;
  }

  /**
   * What came after an event like this one. Where queues tell events apart it is of several the one that found most nearly so many
   * lots at the best of its side: that of the event before (`touchSame`) or the other one. -1 where the record has nothing like it.
   */
  follower(
    random: Xoshiro128,
    action: number,
    before: number,
    spreadTicks: number,
    gapTicks: number,
    touchSame: number,
    touchOther: number,
  ): number {
    const list = this.#index.followers(action, before, spreadTicks, gapTicks);
    if (list === null) return -1;
    return this.#nearestOf(random, list, this.#triesFollower, (entry) =>
      logDistance(this.#history.touchLots[entry]!, this.#isSameSide(entry) ? touchSame : touchOther),
    );
  }

  #isSameSide(entry: number): boolean {
    const { type, typeBefore } = this.#history;
    return type[entry]! < ACTIONS === typeBefore[entry]! < ACTIONS;
  }

  /** An event of the type; of several the one whose spread and gap are most like these. -1: the record has none. */
  like(random: Xoshiro128, type: number, spreadTicks: number, gapTicks: number, tries: number): number {
    const { spreadTicks: spreads, gapTicks: gaps } = this.#history;
    return this.#nearest(
      random,
      type,
      tries,
      (entry) => logDistance(spreads[entry]!, spreadTicks) + logDistance(gaps[entry]!, gapTicks),
    );
  }

  /** An event of the type; of several the one whose spread and lost ticks are most like these. -1: the record has none. */
  improving(random: Xoshiro128, type: number, spreadTicks: number, lostTicks: number, tries: number): number {
    const { spreadTicks: spreads, lostTicks: lost } = this.#history;
    return this.#nearest(
      random,
      type,
      tries,
      (entry) => logDistance(spreads[entry]!, spreadTicks) + logDistance(1 + lost[entry]!, 1 + lostTicks),
    );
  }

  /** An event of the type; of several the one whose best level was most like this. -1: the record has none. */
  likeTouch(random: Xoshiro128, type: number, touchLots: number, tries: number): number {
    const { touchLots: touches } = this.#history;
    return this.#nearest(random, type, tries, (entry) => logDistance(touches[entry]!, touchLots));
  }

  any(random: Xoshiro128, type: number): number {
    const list = this.#index.byType[type]!;
    return list.length === 0 ? -1 : this.#draw(random, list);
  }

  #nearest(random: Xoshiro128, type: number, tries: number, distanceOf: (entry: number) => number): number {
    const list = this.#index.byType[type]!;
    return list.length === 0 ? -1 : this.#nearestOf(random, list, tries, distanceOf);
  }

  #nearestOf(
    random: Xoshiro128,
    list: Int32Array,
    tries: number,
    distanceOf: (entry: number) => number,
  ): number {
    let found = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < tries && least > 0; i++) {
      const entry = this.#draw(random, list);
      const distance = distanceOf(entry);
      if (distance >= least) continue;
      least = distance;
      found = entry;
    }
    return found;
  }

  #draw(random: Xoshiro128, list: Int32Array): number {
    const past = this.#present === 0 ? 0 : groupOf(list, this.#present - 1);
    if (past > 0 && random.nextDouble() < RECENT_SHARE)
      return list[past - 1 - random.nextBelow(Math.min(past, RECENT))]!;
    return list[random.nextBelow(list.length)]!;
  }
}

function listsOf(count: number, keysOf: (entry: number) => readonly number[], lists: number): Int32Array[] {
  const found: number[][] = Array.from({ length: lists }, () => []);
  for (let entry = 0; entry < count; entry++) for (const key of keysOf(entry)) found[key]!.push(entry);
  return found.map((list) => Int32Array.from(list));
}
