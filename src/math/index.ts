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
export { exponential, normal } from './ziggurat.ts';
