export * from './bins.ts';
export * from './boosted-trees.ts';
export * from './cholesky.ts';
export * from './classifiers.ts';
export * from './distances.ts';
export { drawOf } from './draw-of.ts';
export * from './gaussian-process.ts';
export { halvedBy } from './halved-by.ts';
export * from './hawkes.ts';
export { type HawkesEnd, simulateHawkes } from './hawkes-simulation.ts';
export {
  checkLatency,
  gamma,
  LatencySampler,
  type LatencySpec,
  lognormalMean,
  lognormalMu,
  lognormalQuantile,
  mg1Wait,
  propagationNs,
  truncatedPareto,
} from './latency.ts';
export { logDistance, logScale } from './log-distance.ts';
export * from './matrix.ts';
export * from './order-statistics.ts';
export * from './probability.ts';
export * from './resampling.ts';
export * from './ridge.ts';
export * from './sobol-sequence.ts';
export * from './symmetric-eigen.ts';
export * from './time-series.ts';
export { exponential, normal } from './ziggurat.ts';
