export * from './bins.ts';
export * from './distances.ts';
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
export * from './order-statistics.ts';
export * from './resampling.ts';
export { exponential, normal } from './ziggurat.ts';
