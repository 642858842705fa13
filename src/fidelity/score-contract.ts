/** What `scoreWindows` takes and gives: windows of flow in pairs, and the scoreboard of fidelity.md §1. */

import type { FlowWindow } from './flow-stream.ts';

/** Families of metrics, as the Fidelity Index averages them. */
export const FAMILIES = [
  'quotes',
  'timing',
  'placement',
  'trades',
  'price',
  'coupling',
  'conditional',
] as const;
export type Family = (typeof FAMILIES)[number];

export interface ScoreOptions {
  /** Draws of the bootstrap over pairs of windows; 0 leaves the intervals out. */
  readonly draws: number;
  /** Seed of those draws. */
  readonly seed: number;
}

/** Lists of windows of equal length: windows with the same index belong together, and are drawn together. */
export interface ScoreInput {
  /** What happened. */
  readonly real: readonly FlowWindow[];
  /** What the twin made of the same starting points. */
  readonly sim: readonly FlowWindow[];
  /** The same with other seeds: adds the variance between seeds to the intervals. */
  readonly otherSeeds?: readonly (readonly FlowWindow[])[];
  /** The conditioning windows before the real ones: "copy the previous window". Null: no floor, and no Fidelity Index. */
  readonly floor: readonly FlowWindow[] | null;
  /** What the baseline (Cont, Stoikov and Talreja) made of the same starting points. Null: no Fidelity Index. */
  readonly baseline: readonly FlowWindow[] | null;
  /** Windows that the quantile bins of the robust L1 are learnt on; the floor's, else the real ones, where absent. */
  readonly calibration?: readonly FlowWindow[];
  readonly options?: Partial<ScoreOptions>;
}

/** Distances between two samples of one metric. */
export interface Distances {
  /** Total variation, 0 to 1: over the values of discrete metrics, over Freedman-Diaconis bins of the others. */
  readonly l1: number;
  /** Total variation over 50 quantile bins learnt on the calibration windows. */
  readonly robustL1: number;
  /** Wasserstein-1 of the values less the pooled mean, over the pooled standard deviation. */
  readonly w1: number;
  /** Largest difference of the distribution functions. */
  readonly ks: number;
}

/** An interval of 95 percent. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface MetricScore {
  /** 1 to 26 as in fidelity.md §1.2; the conditional scores follow. */
  readonly id: number;
  readonly name: string;
  readonly family: Family;
  readonly unit: string;
  /**
   * 'distribution': `distances` compare two samples. 'paired': one number, `distance`, compares two statistics (22 to 26), and
   * there are no `distances`.
   */
  readonly kind: 'distribution' | 'paired';
  /** Why there is no score, null if there is one. */
  readonly untestable: string | null;
  /** L1 of a distribution, the statistic's own distance of a paired metric; NaN where untestable. */
  readonly distance: number;
  readonly floorDistance: number | null;
  readonly baselineDistance: number | null;
  /** Of `distance`, over pairs of windows, bias-corrected; null without draws. */
  readonly interval: Interval | null;
  readonly distances: Distances | null;
  readonly floorDistances: Distances | null;
  readonly baselineDistances: Distances | null;
  /** Observations in the real and in the simulated windows. */
  readonly realCount: number;
  readonly simCount: number;
  /** `clip((baseline - distance) / (baseline - floor), -1, 1.25)`, null where one of them is missing. */
  readonly fidelity: number | null;
}
