/** A metric whose values are compared as distributions: 1 to 21 of fidelity.md §1.2. */

import type { FlowWindow } from '../flow-stream.ts';
import type { Sample } from '../sample.ts';
import type { Family } from '../score-contract.ts';

export interface DistributionMetric {
  readonly id: number;
  readonly name: string;
  readonly family: Family;
  readonly unit: string;
  /** Compared value by value, not in bins. */
  readonly isDiscrete: boolean;
  /** Levels of book per side that it looks at: with fewer it is untestable. */
  readonly levels: number;
  /** Messages that a window needs for it to have a value at all. */
  readonly windowMessages: number;
  /** Appends the window's values. */
  extract(window: FlowWindow, sample: Sample): void;
}

type Traits = Pick<DistributionMetric, 'id' | 'name' | 'unit'> &
  Partial<Pick<DistributionMetric, 'isDiscrete' | 'levels' | 'windowMessages'>>;

/** A maker of metrics of one family. */
function metricOf(
  family: Family,
): (traits: Traits, extract: DistributionMetric['extract']) => DistributionMetric {
  return (traits, extract) => ({
    family,
    isDiscrete: false,
    levels: 1,
    windowMessages: 2,
    ...traits,
    extract,
  });
}

export const quoteMetric = metricOf('quotes');
export const timingMetric = metricOf('timing');
export const placementMetric = metricOf('placement');
export const tradeMetric = metricOf('trades');
export const couplingMetric = metricOf('coupling');
