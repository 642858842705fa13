/** The impact test as one flat object for scripts, with its verdict. Names are stable; further ones may be added. */

import type { ImpactOutcome } from './impact-fidelity.ts';

/** Exponents that count as a square root, and the least share of the sizes' variance that the law explains. */
const EXPONENT_MIN = 0.4;
const EXPONENT_MAX = 0.6;
const R2_MIN = 0.9;
/** Standard errors within which what is left of an order that never traded is nothing. */
const ERRORS_MAX = 2;

export interface ImpactVerdict {
  readonly isSquareRoot: boolean;
  readonly isExplained: boolean;
  readonly isSymmetric: boolean;
  /** No cell of round trips has an interval below 0. */
  readonly isFreeOfProfit: boolean;
  /** Nothing lasts of an order that never traded; while it stands, agents that read the book may answer to it. */
  readonly isCanceledForgotten: boolean;
}

export function impactVerdict({ law, roundTrips, canceled }: ImpactOutcome): ImpactVerdict {
  return {
    isSquareRoot: law.exponent >= EXPONENT_MIN && law.exponent <= EXPONENT_MAX,
    isExplained: law.r2 > R2_MIN,
    isSymmetric: law.isSymmetric,
    isFreeOfProfit: roundTrips.every(({ interval }) => !(interval.high < 0)),
    isCanceledForgotten: Math.abs(canceled.later.impact) <= ERRORS_MAX * canceled.later.error,
  };
}

export function impactJson(outcome: ImpactOutcome) {
  const { symbol, source, forks, seed, grid, paths, day, latentLots, law, roundTrips, canceled } = outcome;
  return {
    ...{ symbol, real: source, forks, seed, grid, paths },
    dayVolumeLots: day.volumeLots,
    dayVolatilityTicks: day.volatilityTicks,
    childLots: day.orderLots,
    latentLots,
    ...law,
    permanentShare: law.relaxation.at(-1)!.share,
    roundTrips,
    roundTripsWithoutCost: roundTrips.filter(({ costTicks }) => costTicks <= 0).length,
    canceled,
    verdict: impactVerdict(outcome),
  };
}
