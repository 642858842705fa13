export { findParameter, parameterPaths } from './parameter-path.ts';
export {
  type CheckedProblem,
  checkProblem,
  nameOfParameter,
  problemValue,
  type SoughtParameter,
  scenarioAt,
} from './problem.ts';
export {
  type CalibrationProblem,
  ESTIMATORS,
  type Estimator,
  problemSchema,
  REAL_WINDOWS_MIN,
} from './problem-schema.ts';
