/** The metrics of fidelity.md §1.2, in the order of their numbers. */

import { FLOW_METRICS } from './flow-metrics.ts';
import { FLOW_SLOPE } from './flow-slope.ts';
import { LIFECYCLE } from './lifecycle.ts';
import type { DistributionMetric } from './metric.ts';
import type { PairedMetric } from './paired-metric.ts';
import { PLACEMENT_METRICS } from './placement-metrics.ts';
import { QUOTE_METRICS } from './quote-metrics.ts';
import { RESPONSE } from './response.ts';
import { SIGN_MEMORY } from './sign-memory.ts';
import { TIMING_METRICS } from './timing-metrics.ts';
import { VOLATILITY } from './volatility.ts';

export type { DistributionMetric } from './metric.ts';
export * from './paired-metric.ts';

/** 1 to 21: distributions of values. */
export const DISTRIBUTION_METRICS: readonly DistributionMetric[] = [
  ...QUOTE_METRICS,
  ...TIMING_METRICS,
  ...PLACEMENT_METRICS,
  ...FLOW_METRICS,
].sort((a, b) => a.id - b.id);

/** 22 to 26: statistics of windows. */
export const PAIRED_METRICS: readonly PairedMetric[] = [
  SIGN_MEMORY,
  RESPONSE,
  FLOW_SLOPE,
  VOLATILITY,
  LIFECYCLE,
];
