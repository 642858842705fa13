/** What impact is measured from (fidelity.md §1.7): paths of the mid with and without an order, on the same random numbers. */

/** Mids at equal distances of time; NaN: there is none. */
export interface MidPath {
  readonly fromNs: number;
  readonly stepNs: number;
  readonly midTicks: Float64Array;
}

/** One parent order in one forked market. */
export interface ImpactTrial {
  /** Number of the fork: trials of one fork are drawn together. */
  readonly fork: number;
  /** 1 bought, -1 sold. */
  readonly sign: 1 | -1;
  /** How it was worked, such as `twap`. */
  readonly schedule: string;
  /** Size that was wanted, and that was traded, over the day's volume. */
  readonly participation: number;
  readonly traded: number;
  /** Seconds over which it was worked. */
  readonly horizonS: number;
  /** Impact over the day's volatility at each of RELAXATION_DURATIONS (`impactsOf`). */
  readonly impacts: readonly number[];
}

/** Bought and sold again, or sold and bought again, in one forked market. */
export interface RoundTrip {
  readonly fork: number;
  readonly schedule: string;
  readonly participation: number;
  readonly horizonS: number;
  /** What it cost per lot against the mids of the path without it, ticks. */
  readonly costTicks: number;
}

/** Times after the end of an order at which its impact is read, in durations of the order; 0 is the peak. */
export const RELAXATION_DURATIONS = [0, 0.25, 0.5, 1, 2, 3, 5];

/** Mid at an instant: the last one at or before it; NaN outside of the path. */
export function midAt({ fromNs, stepNs, midTicks }: MidPath, timeNs: number): number {
  return midTicks[Math.floor((timeNs - fromNs) / stepNs)] ?? Number.NaN;
}

/** Signed difference of both paths over the day's volatility, at RELAXATION_DURATIONS after the end; NaN beyond a path's end. */
export function impactsOf(
  order: { readonly sign: 1 | -1; readonly startNs: number; readonly endNs: number },
  withOrder: MidPath,
  withoutOrder: MidPath,
  dayVolatilityTicks: number,
): number[] {
  const { sign, startNs, endNs } = order;
  return RELAXATION_DURATIONS.map((durations) => {
    const atNs = endNs + durations * (endNs - startNs);
    return (sign * (midAt(withOrder, atNs) - midAt(withoutOrder, atNs))) / dayVolatilityTicks;
  });
}
