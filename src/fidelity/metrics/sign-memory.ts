/** Metric 22: autocorrelation of the signs of market orders. */

import { marketOrders } from './market-orders.ts';
import { addPair, correlationOf, MOMENT_SUMS, type PairedMetric } from './paired-metric.ts';

export const SIGN_LAGS = [1, 2, 3, 5, 10, 20, 50, 100];
const PAIRS_MIN = 50;

export const SIGN_MEMORY: PairedMetric = {
  id: 22,
  name: 'trade_sign_memory',
  family: 'trades',
  unit: 'autocorrelation',
  components: SIGN_LAGS.map((lag) => ({ name: `C(${lag})`, weight: 1 })),
  size: SIGN_LAGS.length * MOMENT_SUMS,
  accumulate(window, sums, at) {
    const orders = marketOrders(window);
    SIGN_LAGS.forEach((lag, i) => {
      for (let n = lag; n < orders.length; n++) {
        addPair(sums, at + i * MOMENT_SUMS, orders[n - lag]!.sign, orders[n]!.sign);
      }
    });
  },
  statistics: (sums) =>
    Float64Array.from(SIGN_LAGS, (_, i) => correlationOf(sums, i * MOMENT_SUMS, PAIRS_MIN)),
};
