export {
  criticalErrors,
  type EligibilityOptions,
  type EligibilitySet,
  eligibilitySet,
  type JudgedPoint,
  ksThreshold,
  worstErrorsOf,
} from './diagnostics/eligibility.ts';
export { type Direction, jacobianOf, type MomentJacobian } from './diagnostics/jacobian.ts';
export { type MorrisEffect, morrisOf } from './diagnostics/morris.ts';
export type { ParameterPosterior } from './diagnostics/posterior.ts';
export {
  type MomentCheck,
  type PosteriorPredictive,
  PREDICTIVE_P_MIN,
  posteriorPredictive,
} from './diagnostics/posterior-predictive.ts';
export { type ParameterRecovery, type RecoveryCase, recoveryOf } from './diagnostics/recovery.ts';
export { type AbcPosterior, type RegressionAbcOptions, regressionAbc } from './diagnostics/regression-abc.ts';
export { inflationOf, type RepeatDistance, repeatDistance } from './diagnostics/repeat-distance.ts';
export { ranksOfSbc, type SbcRanks, type SbcRun } from './diagnostics/simulation-based-calibration.ts';
export { type SobolIndex, type SobolIndices, sobolOf } from './diagnostics/sobol-indices.ts';
export { BASELINE_TICKS_MAX, type BaselineRates, fitBaseline } from './flow/baseline-fit.ts';
export { FLOW_EVENTS_MIN, type FlowFit, type FlowForked, FlowForks, fitFlow } from './flow/fit-flow.ts';
export { type FlowQuality, qualityOf } from './flow/fit-quality.ts';
export { requireFlow } from './flow/flow-checks.ts';
export { eventsOfFlow, type FlowEvents } from './flow/flow-events.ts';
export { type FlowSummary, flowSummary } from './flow/flow-summary.ts';
export { INTENSITY_DEFAULTS, type IntensityOptions } from './flow/intensity-fit.ts';
export {
  type FlowCalibration,
  type FlowProvenance,
  flowFileText,
} from './flow/model-file.ts';
export { readFlowFile } from './flow/read-model-file.ts';
export { fitHawkes, HAWKES_DEFAULTS, type HawkesFit, type HawkesFitOptions } from './hawkes-em.ts';
export {
  MISSING_ERRORS,
  type MomentWeights,
  type MomentWeightsOptions,
  meanMoments,
  momentDistance,
  momentWeights,
} from './moments/moment-weights.ts';
export { MOMENTS, type Moment, momentsOf } from './moments/moments.ts';
export { type BayesianOptions, bayesianSearch } from './search/bayesian-search.ts';
export {
  type CmaEsOptions,
  type CmaEsRunSummary,
  type CmaEsSearch,
  cmaEsPopulation,
  cmaEsSearch,
} from './search/cma-es-search.ts';
export {
  type Design,
  designSearch,
  type JacobianDesign,
  jacobianDesign,
  type MorrisDesign,
  morrisDesign,
  priorDesign,
  type SaltelliDesign,
  saltelliDesign,
} from './search/designs.ts';
export {
  PARAMETERS_MAX,
  type ParameterRange,
  pointOf,
  requireRanges,
  valuesOf,
} from './search/parameter-space.ts';
export {
  bestOf,
  type EvaluatedPoint,
  type PointOutcome,
  requireOutcomes,
  runSearch,
  type Search,
} from './search/search.ts';
