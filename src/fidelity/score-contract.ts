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
  /** Whether each metric keeps shares of its values for a picture. */
  readonly hasProfiles: boolean;
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

/** One statistic of a paired metric on each side; NaN where a side has too few observations. */
export interface ComponentScore {
  readonly name: string;
  readonly real: number;
  readonly sim: number;
  readonly floor: number | null;
  readonly baseline: number | null;
}

/** Shares of the values in bins of a picture: equal steps over the middle 99 percent, with what is beyond in the outer bins. */
export interface MetricProfile {
  /** Edges of the bins, one more than there are bins. */
  readonly edges: readonly number[];
  readonly real: readonly number[];
  readonly sim: readonly number[];
  readonly baseline: readonly number[] | null;
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
  /** The same of W1; null for what has none. */
  readonly w1Interval: Interval | null;
  /** Standard error of `distance` from leaving out half hours; null below two of them. */
  readonly jackknifeError: number | null;
  readonly distances: Distances | null;
  readonly floorDistances: Distances | null;
  readonly baselineDistances: Distances | null;
  /** Observations in the real and in the simulated windows; windows for a paired metric. */
  readonly realCount: number;
  readonly simCount: number;
  /** `clip((baseline - distance) / (baseline - floor), -1, 1.25)`, null where one is missing or the baseline is not worse than the floor. */
  readonly fidelity: number | null;
  /**
   * Probability of a difference as large if `distance` were 1.25 x the floor, adjusted by Holm for the number of metrics; null
   * without floor or draws.
   */
  readonly worseThanFloorP: number | null;
  /** Of a paired metric. */
  readonly components: readonly ComponentScore[];
  /** Null where it was not asked for, and of paired metrics. */
  readonly profile: MetricProfile | null;
}

/** How one regime of a conditional score came out. */
export interface RegimeScore {
  /** Condition from here (included) on; null: from the lowest. */
  readonly from: number | null;
  readonly share: number;
  readonly l1: number;
  readonly w1: number;
}

/** Mean, median and interquartile mean over scores 1 to 21, as LOB-Bench gives them. */
export interface Triple {
  readonly mean: number;
  readonly median: number;
  readonly interquartileMean: number;
}

export interface SideSummary {
  readonly l1: Triple;
  readonly w1: Triple;
}

export interface FamilyScore {
  readonly family: Family;
  /** Median fidelity of its metrics x 100, null where none has one. */
  readonly score: number | null;
  readonly metrics: readonly string[];
}

/** Score of the simulation by distance from its start: fidelity.md §1.1. */
export interface DriftCurve {
  readonly blockMessages: number;
  /** Mean L1 of each block of the simulated windows against all of the real ones, and the same of the windows before. */
  readonly sim: readonly number[];
  readonly floor: readonly number[] | null;
  /** Standard deviation of the floor's first block over draws of windows; null without a floor. */
  readonly floorSd: number | null;
  /** Last block less first. */
  readonly rise: number;
  /** Whether it rises by no more than `floorSd`; null without a floor. */
  readonly isStable: boolean | null;
}

/** What the windows of one side hold that a score should not be read without. */
export interface FlowHealth {
  readonly windows: number;
  readonly messages: number;
  readonly trades: number;
  /** Rows whose best bid is at or above the best ask, and rows without one of the sides: left out of what needs a mid. */
  readonly crossedRows: number;
  readonly oneSidedRows: number;
  readonly halts: number;
  /** Windows in which the mid never moves. */
  readonly constantWindows: number;
  /** Rows before which the clock went back. */
  readonly clockResets: number;
}

export interface Score {
  readonly symbol: string;
  readonly windows: number;
  /** Metrics 1 to 26 and the three conditional scores. */
  readonly metrics: readonly MetricScore[];
  /** Lagged and regime scores, which the Fidelity Index leaves out. */
  readonly further: readonly MetricScore[];
  readonly regimes: readonly RegimeScore[];
  readonly sim: SideSummary;
  readonly floor: SideSummary | null;
  readonly baseline: SideSummary | null;
  /** Of the mean L1 and the mean W1 over scores 1 to 21; null without draws. */
  readonly meanL1Interval: Interval | null;
  readonly meanW1Interval: Interval | null;
  readonly meanL1JackknifeError: number | null;
  readonly families: readonly FamilyScore[];
  /** 100 x mean of the families' scores, null without floor and baseline. Families without a score are left out. */
  readonly fidelityIndex: number | null;
  readonly fidelityIndexInterval: Interval | null;
  readonly worstFamily: Family | null;
  /** Metrics at or below 1.25 x their floor, and how many have a floor. */
  readonly withinFloor: number | null;
  readonly withFloor: number;
  readonly drift: DriftCurve | null;
  /** Seeds scored, and the standard deviation of the mean L1 between them (null with one). */
  readonly seeds: number;
  readonly seedSd: number | null;
  readonly realHealth: FlowHealth;
  readonly simHealth: FlowHealth;
  readonly untestable: readonly { readonly name: string; readonly reason: string }[];
}
