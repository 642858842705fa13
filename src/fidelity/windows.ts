/**
 * Which rows are compared with which: the designs of fidelity.md §1.1.
 *
 *   A  |cond 0|real 0|cond 1|real 1| …     the twin is forked behind each cond and goes on for as many messages
 *   B  |--- fitted ---|--- tested ---|     by time of day
 *   C  each symbol once left out of the fit
 *   D  |real 0|real 1|real 2| …            against a run that goes its own way from the start
 *
 * Windows with a halt, a crossed or one-sided book, a clock that goes back, or a snapshot inside are left out and counted by reason.
 */

import { invariant, TwinError } from '../base/index.ts';
import { FLOW_HALT, FLOW_OPENING, type FlowStream, type FlowWindow } from './flow-stream.ts';
import { isTwoSided } from './metrics/rows.ts';

export const WINDOW_MESSAGES = 500;
/** Fewest pairs that anything is said about. */
export const PAIRS_MIN = 5;
const NS_PER_MINUTE = 6e10;

/** Windows left out, by the first reason found in each. */
export type Excluded = Readonly<Record<string, number>>;

export interface PairPlan {
  /** What the twin is given: also the copy that the persistence floor is made of. */
  readonly before: readonly FlowWindow[];
  /** What happened then. */
  readonly real: readonly FlowWindow[];
  readonly excluded: Excluded;
}

/** A part of the day, ns since midnight. */
export interface DayPart {
  readonly fromDayNs: number;
  readonly toDayNs: number;
}

const DAY_NS = 86_400e9;

/** Time of day of a row, ns since midnight: a recording may go over several days. */
export function dayTimeNs({ timeNs, dayOffsetNs }: FlowStream, row: number): number {
  return (timeNs[row]! + dayOffsetNs) % DAY_NS;
}

function isWithin(stream: FlowStream, row: number, part: DayPart | null): boolean {
  if (part === null) return true;
  const ns = dayTimeNs(stream, row);
  return ns >= part.fromDayNs && ns < part.toDayNs;
}

/** First row from `row` on that lies in the part of the day; the number of rows where none does. */
function nextWithin(stream: FlowStream, row: number, part: DayPart | null): number {
  let next = row;
  while (next < stream.count && !isWithin(stream, next, part)) next++;
  return next;
}

/** First of the rows that lies outside the part of the day; -1 where none does. */
function firstOutside(stream: FlowStream, from: number, to: number, part: DayPart | null): number {
  for (let row = from; part !== null && row < to; row++) if (!isWithin(stream, row, part)) return row;
  return -1;
}

/** Design A, of a part of the day or of all of it, or of some rows. Raises FIDELITY_INPUT when fewer than PAIRS_MIN pairs are left. */
export function continuationPairs(
  stream: FlowStream,
  windowMessages = WINDOW_MESSAGES,
  within: DayPart | null = null,
  rows: { readonly from: number; readonly to: number } | null = null,
): PairPlan {
  const before: FlowWindow[] = [];
  const real: FlowWindow[] = [];
  const excluded: Record<string, number> = {};
  const end = rows?.to ?? stream.count;
  let from = nextWithin(stream, Math.max(firstMessage(stream), rows?.from ?? 0), within);
  for (; from + 2 * windowMessages <= end; from += 2 * windowMessages) {
    const middle = from + windowMessages;
    const outside = firstOutside(stream, from, middle + windowMessages, within);
    if (outside >= 0) {
      from = nextWithin(stream, outside, within) - 2 * windowMessages;
      continue;
    }
    const reason = faultOf(stream, from, middle + windowMessages);
    if (reason !== null) {
      excluded[reason] = (excluded[reason] ?? 0) + 1;
      continue;
    }
    before.push({ stream, from, to: middle });
    real.push({ stream, from: middle, to: middle + windowMessages });
  }
  if (real.length < PAIRS_MIN) throw tooFewPairs(stream, windowMessages, real.length, excluded);
  return { before, real, excluded };
}

/** Whole windows one behind another whose messages lie between two times of day, ns since midnight (design B and D). */
export function windowsBetween(
  stream: FlowStream,
  fromDayNs: number,
  toDayNs: number,
  windowMessages = WINDOW_MESSAGES,
): { readonly windows: FlowWindow[]; readonly excluded: Excluded } {
  const windows: FlowWindow[] = [];
  const excluded: Record<string, number> = {};
  const within = { fromDayNs, toDayNs };
  let from = nextWithin(stream, firstMessage(stream), within);
  for (; from + windowMessages <= stream.count; from += windowMessages) {
    const to = from + windowMessages;
    const outside = firstOutside(stream, from, to, within);
    if (outside >= 0) {
      from = nextWithin(stream, outside, within) - windowMessages;
      continue;
    }
    const reason = faultOf(stream, from, to);
    if (reason === null) windows.push({ stream, from, to });
    else excluded[reason] = (excluded[reason] ?? 0) + 1;
  }
  return { windows, excluded };
}

/**
 * The first whole windows of a simulation from an instant of its stream on, one behind another, at most so many. As in design D they
 * stay whatever became of the book; what they are compared with says whether that is right.
 */
export function windowsFrom(
  stream: FlowStream,
  fromNs: number,
  windows: number,
  windowMessages = WINDOW_MESSAGES,
): FlowWindow[] {
  const found: FlowWindow[] = [];
  let from = firstMessage(stream);
  while (from < stream.count && stream.timeNs[from]! < fromNs) from++;
  for (; found.length < windows && from + windowMessages <= stream.count; from += windowMessages) {
    const to = from + windowMessages;
    if (breakOf(stream, from, to) === null) found.push({ stream, from, to });
  }
  return found;
}

/** Minutes since midnight: a twin is fitted on the first part and tested on the second, both without the edges of the day. */
export const DAY_PARTS = { fitFrom: 575, fitTo: 765, testFrom: 765, testTo: 955 };

/** Design B: windows to fit on and windows to test on. */
export function dayPartWindows(
  stream: FlowStream,
  parts = DAY_PARTS,
  windowMessages = WINDOW_MESSAGES,
): { readonly fit: FlowWindow[]; readonly test: FlowWindow[]; readonly excluded: Excluded } {
  const part = (from: number, to: number) =>
    windowsBetween(stream, from * NS_PER_MINUTE, to * NS_PER_MINUTE, windowMessages);
  const fit = part(parts.fitFrom, parts.fitTo);
  const test = part(parts.testFrom, parts.testTo);
  const excluded: Record<string, number> = { ...fit.excluded };
  for (const [reason, count] of Object.entries(test.excluded)) {
    excluded[reason] = (excluded[reason] ?? 0) + count;
  }
  return { fit: fit.windows, test: test.windows, excluded };
}

/** At most `most` of `found` places, evenly from the first to the last. */
export function evenPlaces(found: number, most: number): number[] {
  const count = Math.min(found, most);
  return Array.from({ length: count }, (_, i) => Math.round((i * (found - 1)) / Math.max(1, count - 1)));
}

export interface Fold {
  readonly test: FlowStream;
  /** Streams whose shape may be fitted. */
  readonly fit: readonly FlowStream[];
  /** Rows of `test` that its scale may be fitted on; what is tested begins behind them. */
  readonly scale: FlowWindow;
  readonly pairs: PairPlan;
}

/** Design C: each symbol is left out once; of it only the first quarter of an hour is known. */
export function leaveOneOut(
  streams: readonly FlowStream[],
  windowMessages = WINDOW_MESSAGES,
  scaleMinutes = 15,
): Fold[] {
  invariant(streams.length >= 2, 'a symbol is left out of at least two');
  return streams.map((test) => {
    const from = firstMessage(test);
    const untilNs = test.timeNs[from]! + scaleMinutes * NS_PER_MINUTE;
    let to = from;
    while (to < test.count && test.timeNs[to]! < untilNs) to++;
    const pairs = continuationPairs(test, windowMessages);
    const kept = pairs.before.map((window) => window.from >= to);
    return {
      test,
      fit: streams.filter((stream) => stream !== test),
      scale: { stream: test, from, to },
      pairs: {
        before: pairs.before.filter((_, i) => kept[i]),
        real: pairs.real.filter((_, i) => kept[i]),
        excluded: pairs.excluded,
      },
    };
  });
}

export interface Alignment {
  readonly pairs: PairPlan;
  readonly sim: readonly FlowWindow[];
  /** 'clock': windows begin at the same time of day. 'start': at the same time since the first message. */
  readonly by: 'clock' | 'start';
  /** Pairs without enough of the simulation behind the start of their window. */
  readonly unmatched: number;
}

/**
 * Design D: for each real window the messages of another stream from the same instant on, as many. By the time of day where both
 * have half of the real span in common, else by time since the start. A simulation that empties a side of its book or stops trading keeps
 * its windows: that is for the score to say. Raises FIDELITY_INPUT below PAIRS_MIN pairs.
 */
export function alignedWindows(plan: PairPlan, sim: FlowStream, windowMessages = WINDOW_MESSAGES): Alignment {
  const real = plan.real[0]!.stream;
  const by = shareOfSpan(real, sim) >= 0.5 ? 'clock' : 'start';
  const shiftNs =
    by === 'clock'
      ? real.dayOffsetNs - sim.dayOffsetNs
      : sim.timeNs[firstMessage(sim)]! - real.timeNs[firstMessage(real)]!;
  const matched: { readonly i: number; readonly window: FlowWindow }[] = [];
  let from = firstMessage(sim);
  plan.real.forEach((window, i) => {
    const startNs = real.timeNs[window.from]! + shiftNs;
    while (from < sim.count && sim.timeNs[from]! < startNs) from++;
    const to = from + windowMessages;
    if (to <= sim.count && breakOf(sim, from, to) === null)
      matched.push({ i, window: { stream: sim, from, to } });
  });
  if (matched.length < PAIRS_MIN) throw tooFewPairs(sim, windowMessages, matched.length, {});
  return {
    pairs: {
      before: matched.map(({ i }) => plan.before[i]!),
      real: matched.map(({ i }) => plan.real[i]!),
      excluded: plan.excluded,
    },
    sim: matched.map(({ window }) => window),
    by,
    unmatched: plan.real.length - matched.length,
  };
}

/** Share of the real span of the day that the other stream has too. */
function shareOfSpan(real: FlowStream, sim: FlowStream): number {
  const [a, b] = [spanOf(real), spanOf(sim)];
  return Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from)) / (a.to - a.from);
}

function spanOf(stream: FlowStream): { from: number; to: number } {
  return {
    from: stream.timeNs[firstMessage(stream)]! + stream.dayOffsetNs,
    to: stream.timeNs[stream.count - 1]! + stream.dayOffsetNs,
  };
}

/** First row that is a message. */
export function firstMessage(stream: FlowStream): number {
  let row = 0;
  while (row < stream.count && stream.kind[row] === FLOW_OPENING) row++;
  return Math.min(row, Math.max(0, stream.count - 1));
}

/** Why rows are no stretch of real trading, null if they are. */
function faultOf(stream: FlowStream, from: number, to: number): string | null {
  for (let row = from; row < to; row++) {
    const at = row * stream.levels;
    if (stream.kind[row] === FLOW_HALT) return 'halt';
    if (!(stream.askLots[at]! > 0 && stream.bidLots[at]! > 0)) return 'one-sided book';
    if (!isTwoSided(stream, row)) return 'crossed book';
  }
  return breakOf(stream, from, to);
}

/** Why rows do not follow one another, null if they do. */
function breakOf(stream: FlowStream, from: number, to: number): string | null {
  for (let row = from; row < to; row++) {
    if (stream.kind[row] === FLOW_OPENING) return 'snapshot';
    if (row > from && stream.timeNs[row]! < stream.timeNs[row - 1]!) return 'clock reset';
  }
  return null;
}

function tooFewPairs(
  stream: FlowStream,
  windowMessages: number,
  pairs: number,
  excluded: Excluded,
): TwinError {
  return new TwinError('FIDELITY_INPUT', `a score needs at least ${PAIRS_MIN} pairs of windows`, {
    symbol: stream.symbol,
    messages: stream.count,
    windowMessages,
    pairs,
    ...(Object.keys(excluded).length === 0 ? {} : { excluded: JSON.stringify(excluded) }),
  });
}
