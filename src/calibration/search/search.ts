/**
 * A search asks for points and is told their losses; it calls nothing itself, so that the points of a batch may be simulated in
 * parallel and anywhere. What it asks depends on its options and on what it was told alone: a broken-off search is resumed by asking
 * a new one again and answering from the log of evaluations.
 *
 *   const search = cmaEsSearch(options);
 *   for (let points = search.ask(); points !== null; points = search.ask()) search.tell(points.map(evaluate));
 */

import { TwinError } from '../../base/index.ts';

/** What a simulation at a point gave. */
export interface PointOutcome {
  /** Less is better; Infinity where the simulation failed. */
  readonly loss: number;
  /** Mean moments of the simulated windows, in the order of `MOMENTS`; null where the simulation failed or a loss is all there is. */
  readonly moments: Float64Array | null;
}

export interface EvaluatedPoint {
  /** Point of the unit cube. */
  readonly point: Float64Array;
  readonly outcome: PointOutcome;
}

export interface Search {
  /** The next points of the unit cube, null when the search is over. Each batch is told before the next is asked for. */
  ask(): readonly Float64Array[] | null;
  /** Outcomes of the points of the last `ask`, in their order. Raises CALIBRATION_SEARCH for a loss of NaN. */
  tell(outcomes: readonly PointOutcome[]): void;
}

/** Runs a search to its end with an evaluation at hand; gives every point in the order it was asked for. */
export function runSearch(search: Search, evaluate: (point: Float64Array) => PointOutcome): EvaluatedPoint[] {
  const evaluated: EvaluatedPoint[] = [];
  for (let points = search.ask(); points !== null; points = search.ask()) {
    const outcomes = points.map(evaluate);
    search.tell(outcomes);
    for (const [i, point] of points.entries()) evaluated.push({ point, outcome: outcomes[i]! });
  }
  return evaluated;
}

/** The point of the least loss, the first of equals. Raises CALIBRATION_SEARCH when every point failed. */
export function bestOf(evaluated: readonly EvaluatedPoint[]): EvaluatedPoint {
  let best: EvaluatedPoint | null = null;
  for (const one of evaluated) {
    if (one.outcome.loss < (best?.outcome.loss ?? Number.POSITIVE_INFINITY)) best = one;
  }
  if (best === null)
    throw new TwinError('CALIBRATION_SEARCH', 'at least one point of a search has a finite loss', {
      points: evaluated.length,
    });
  return best;
}

/** Raises CALIBRATION_SEARCH unless an option is a whole number of at least `least`. */
export function requireWhole(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least)
    throw new TwinError('CALIBRATION_SEARCH', `${name} is a whole number of at least ${least}`, {
      [name]: value,
    });
}

/** Raises CALIBRATION_SEARCH unless there is one outcome a point asked for, each with a loss that can be compared. */
export function requireOutcomes(asked: number, outcomes: readonly PointOutcome[]): void {
  if (outcomes.length !== asked)
    throw new TwinError('CALIBRATION_SEARCH', 'a search is told one outcome for each point it asked for', {
      asked,
      told: outcomes.length,
    });
  const at = outcomes.findIndex(({ loss }) => Number.isNaN(loss) || loss === Number.NEGATIVE_INFINITY);
  if (at >= 0)
    throw new TwinError('CALIBRATION_SEARCH', 'a loss is a number, or Infinity where the point failed', {
      outcome: at,
      loss: outcomes[at]!.loss,
    });
}

/** What a search is made of: its next points, and what it learns from their outcomes. */
export interface SearchSteps {
  /** Null when the search is over. */
  next(): readonly Float64Array[] | null;
  learn(points: readonly Float64Array[], outcomes: readonly PointOutcome[]): void;
}

/** A search out of its steps, which are called in turn and with outcomes that were looked at. */
export function searchOf(steps: SearchSteps): Search {
  let pending: readonly Float64Array[] | null = null;
  return {
    ask() {
      // Asked twice, it says the same: who lost the first answer has not lost the search.
      pending ??= steps.next();
      return pending;
    },
    tell(outcomes) {
      requireOutcomes(pending?.length ?? 0, outcomes);
      if (pending !== null) steps.learn(pending, outcomes);
      pending = null;
    },
  };
}
