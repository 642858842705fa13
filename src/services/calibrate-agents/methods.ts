/** The estimators by their names, and what they need at least. */

import { cmaEsPopulation } from '../../calibration/index.ts';
import { ESTIMATORS, type Estimator } from '../../scenarios/index.ts';

export const METHOD_NAMES: Readonly<Record<Estimator, string>> = {
  cmaes: 'CMA-ES',
  bayesian: 'Bayesian optimisation',
  abc: 'Regression ABC',
};

/** Points of the prior that regression ABC keeps at least. */
const ABC_POINTS_MIN = 100;

export function methodsOf(method: Estimator | 'all'): readonly Estimator[] {
  return method === 'all' ? ESTIMATORS : [method];
}

/** Points below which an estimator says nothing: a population, a first design, a posterior's worth. */
export function budgetMin(method: Estimator, parameters: number): number {
  switch (method) {
    case 'cmaes':
      return cmaEsPopulation(parameters);
    case 'bayesian':
      return 2 * (2 * parameters + 4);
    case 'abc':
      return ABC_POINTS_MIN;
  }
}
