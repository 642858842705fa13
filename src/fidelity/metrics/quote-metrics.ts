/** Metrics 1, 2 and 5 to 8: the state of the book after each message. */

import { quoteMetric } from './metric.ts';
import { eachTwoSided, spreadTicks, touchImbalance } from './rows.ts';

export const DEPTH_LEVELS = 10;

export const QUOTE_METRICS = [
  quoteMetric({ id: 1, name: 'spread', unit: 'ticks', isDiscrete: true }, (window, sample) =>
    eachTwoSided(window, (row) => sample.push(spreadTicks(window.stream, row))),
  ),
  quoteMetric({ id: 2, name: 'orderbook_imbalance', unit: 'share' }, (window, sample) =>
    eachTwoSided(window, (row) => sample.push(touchImbalance(window.stream, row))),
  ),
  quoteMetric({ id: 5, name: 'ask_volume_touch', unit: 'lots' }, ({ stream, from, to }, sample) => {
    pushDepth(stream.askLots, stream.levels, 1, from, to, sample);
  }),
  quoteMetric({ id: 6, name: 'bid_volume_touch', unit: 'lots' }, ({ stream, from, to }, sample) => {
    pushDepth(stream.bidLots, stream.levels, 1, from, to, sample);
  }),
  quoteMetric(
    { id: 7, name: 'ask_volume', unit: 'lots', levels: DEPTH_LEVELS },
    ({ stream, from, to }, sample) => {
      pushDepth(stream.askLots, stream.levels, DEPTH_LEVELS, from, to, sample);
    },
  ),
  quoteMetric(
    { id: 8, name: 'bid_volume', unit: 'lots', levels: DEPTH_LEVELS },
    ({ stream, from, to }, sample) => {
      pushDepth(stream.bidLots, stream.levels, DEPTH_LEVELS, from, to, sample);
    },
  ),
];

/** Lots on the best `depth` levels of a side, row by row; rows whose side is empty are left out. */
function pushDepth(
  lots: Float64Array,
  levels: number,
  depth: number,
  from: number,
  to: number,
  sample: { push(value: number): void },
): void {
  for (let row = from; row < to; row++) {
    const at = row * levels;
    if (!(lots[at]! > 0)) continue;
    let sum = 0;
    for (let level = 0; level < depth; level++) sum += lots[at + level]!;
    sample.push(sum);
  }
}
