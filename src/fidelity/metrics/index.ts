/** The metrics that compare distributions, in the order of their numbers. */

import { FLOW_METRICS } from './flow-metrics.ts';
import type { DistributionMetric } from './metric.ts';
import { PLACEMENT_METRICS } from './placement-metrics.ts';
import { QUOTE_METRICS } from './quote-metrics.ts';
import { TIMING_METRICS } from './timing-metrics.ts';

export type { DistributionMetric } from './metric.ts';

export const DISTRIBUTION_METRICS: readonly DistributionMetric[] = [
  ...QUOTE_METRICS,
  ...TIMING_METRICS,
  ...PLACEMENT_METRICS,
  ...FLOW_METRICS,
].sort((a, b) => a.id - b.id);
