/**
 * Whether posteriors are as wide as they should be: a point is drawn from the prior, simulated, and calibrated as if it were real. Its
 * rank among the draws of its own posterior is then any number with equal chance. Ranks at both ends: too narrow; in the middle: too
 * wide; at one end: biased.
 * Source: Talts et al., "Validating Bayesian inference algorithms with simulation-based calibration" (arXiv 1804.06788, 2018).
 */

import { TwinError } from '../../base/index.ts';
import { chiSquareTail, mean, normalTail, standardDeviation } from '../../math/index.ts';
import { requireNames } from './requirements.ts';

const BINS_DEFAULT = 20;
/** Runs a bin is expected to have, for the chi-square law to hold. */
const PER_BIN_MIN = 5;
const P_MIN = 0.05;

/** One calibration of a point that is known. */
export interface SbcRun {
  /** The point of the cube that was simulated. */
  readonly truth: ArrayLike<number>;
  /** Draws of its posterior, points of the cube; as many in every run. */
  readonly draws: readonly ArrayLike<number>[];
}

export interface SbcRanks {
  readonly name: string;
  /** Draws below the truth in each run, 0 to the number of draws. */
  readonly ranks: readonly number[];
  readonly histogram: readonly number[];
  readonly chiSquare: number;
  /** Chance of ranks as uneven as these from exact posteriors. */
  readonly p: number;
  /** What the ranks look like: uniform while p is at least 0.05. */
  readonly shape: 'uniform' | 'too narrow' | 'too wide' | 'too low' | 'too high' | 'uneven';
}

/** Ranks of each parameter. Raises CALIBRATION_SEARCH below five runs a bin, or when the runs have different numbers of draws. */
export function ranksOfSbc(
  runs: readonly SbcRun[],
  names: readonly string[],
  bins = BINS_DEFAULT,
): SbcRanks[] {
  if (runs.length < PER_BIN_MIN * bins)
    throw new TwinError(
      'CALIBRATION_SEARCH',
      `ranks in ${bins} bins need at least ${PER_BIN_MIN * bins} runs`,
      {
        runs: runs.length,
      },
    );
  const draws = runs[0]!.draws.length;
  const odd = runs.findIndex((run) => run.draws.length !== draws);
  if (odd >= 0 || draws + 1 < bins)
    throw new TwinError(
      'CALIBRATION_SEARCH',
      'every run has the same number of draws, at least one less than bins',
      {
        draws: runs[Math.max(0, odd)]!.draws.length,
        bins,
      },
    );
  requireNames(runs[0]!.truth.length, names);
  return names.map((name, d) => {
    const ranks = runs.map(
      ({ truth, draws: points }) => points.filter((point) => point[d]! < truth[d]!).length,
    );
    return { name, ranks, ...testOf(ranks, draws, bins) };
  });
}

function testOf(ranks: readonly number[], draws: number, bins: number): Omit<SbcRanks, 'name' | 'ranks'> {
  const histogram = new Array<number>(bins).fill(0);
  const expected = new Array<number>(bins).fill(0);
  const binOf = (rank: number): number => Math.floor((rank * bins) / (draws + 1));
  for (const rank of ranks) histogram[binOf(rank)]!++;
  // Where the ranks cannot be shared out evenly, a bin with more of them expects more.
  for (let rank = 0; rank <= draws; rank++) expected[binOf(rank)]! += ranks.length / (draws + 1);
  const chiSquare = histogram.reduce(
    (sum, count, bin) => sum + (count - expected[bin]!) ** 2 / expected[bin]!,
    0,
  );
  const p = chiSquareTail(chiSquare, bins - 1);
  return { histogram, chiSquare, p, shape: p >= P_MIN ? 'uniform' : shapeOf(ranks, draws) };
}

/** Mean and spread of the ranks against those of an even distribution. */
function shapeOf(ranks: readonly number[], draws: number): SbcRanks['shape'] {
  const places = ranks.map((rank) => (rank + 0.5) / (draws + 1));
  const count = ranks.length;
  const shift = (mean(places) - 0.5) / Math.sqrt(1 / 12 / count);
  // The variance of the square of an even variable around its mean is 1/180.
  const spread = (standardDeviation(places) ** 2 - 1 / 12) / Math.sqrt(1 / 180 / count);
  const isSure = (z: number): boolean => 2 * normalTail(Math.abs(z)) < P_MIN;
  if (isSure(shift) && Math.abs(shift) >= Math.abs(spread)) return shift > 0 ? 'too low' : 'too high';
  if (isSure(spread)) return spread > 0 ? 'too narrow' : 'too wide';
  return 'uneven';
}
