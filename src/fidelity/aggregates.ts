/** From the metrics to few numbers: fidelity.md §1.4. */

import { interquartileMean, mean, median } from '../math/index.ts';
import {
  type Distances,
  FAMILIES,
  type Family,
  type FamilyScore,
  type SideSummary,
  type Triple,
} from './score-contract.ts';

const FIDELITY_MAX = 1.25;
const FIDELITY_MIN = -1;
/** Metrics above this number are not among those that LOB-Bench averages. */
const LOB_BENCH_LAST = 21;

/** Families as fidelity.md §1.4 assigns the numbers of metrics; conditional is 27 to 29. */
export const FAMILY_OF_ID: Readonly<Record<Family, readonly number[]>> = {
  quotes: [1, 2, 5, 6, 7, 8],
  timing: [3, 4, 26],
  placement: [9, 10, 11, 12, 13, 14, 15, 16],
  trades: [17, 22],
  price: [25],
  coupling: [18, 19, 20, 21, 23, 24],
  conditional: [27, 28, 29],
};

/**
 * 0 as far off as the baseline, 1 as near as copying what was before. Null where the baseline is not worse than the copy: then
 * there is nothing to measure by.
 */
export function fidelityOf(distance: number, floor: number | null, baseline: number | null): number | null {
  if (floor === null || baseline === null) return null;
  if (!(baseline > floor) || Number.isNaN(distance)) return null;
  return Math.max(FIDELITY_MIN, Math.min(FIDELITY_MAX, (baseline - distance) / (baseline - floor)));
}

/** Mean, median and interquartile mean over the distances of scores 1 to 21 that there are. */
export function summaryOf<M extends { readonly id: number }>(
  metrics: readonly M[],
  side: (metric: M) => Distances | null,
): SideSummary {
  const found = metrics
    .filter(({ id }) => id <= LOB_BENCH_LAST)
    .map(side)
    .filter((distances) => distances !== null);
  return { l1: tripleOf(found.map(({ l1 }) => l1)), w1: tripleOf(found.map(({ w1 }) => w1)) };
}

function tripleOf(values: readonly number[]): Triple {
  return { mean: mean(values), median: median(values), interquartileMean: interquartileMean(values) };
}

export interface IndexScore {
  readonly families: readonly FamilyScore[];
  readonly index: number | null;
  readonly worst: Family | null;
}

/** The Fidelity Index of metrics given by number. Families without a score are left out of the mean. */
export function indexOf(
  metrics: readonly { readonly id: number; readonly name: string; readonly fidelity: number | null }[],
): IndexScore {
  const families = FAMILIES.map((family): FamilyScore => {
    const members = metrics.filter(({ id }) => FAMILY_OF_ID[family].includes(id));
    const scored = members.flatMap(({ fidelity }) => (fidelity === null ? [] : [fidelity]));
    return {
      family,
      score: scored.length === 0 ? null : 100 * median(scored),
      metrics: members.map(({ name }) => name),
    };
  });
  const scored = families.flatMap(({ score }) => (score === null ? [] : [score]));
  const least = Math.min(...scored);
  return {
    families,
    index: scored.length === 0 ? null : mean(scored),
    worst: families.find(({ score }) => score === least)?.family ?? null,
  };
}
