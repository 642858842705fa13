/** Metrics 3 and 4: time between messages, and from entry to cancel. */

import { FLOW_CANCEL, FLOW_LIMIT, FLOW_REDUCE, type FlowWindow } from '../flow-stream.ts';
import type { Sample } from '../sample.ts';
import { timingMetric } from './metric.ts';

const NS_PER_MS = 1e6;
const NS_PER_S = 1e9;
/** What a time of zero counts as before its logarithm, in the metric's unit. */
const ZERO_TIME = 1e-9;

export const TIMING_METRICS = [
  timingMetric({ id: 3, name: 'log_inter_arrival_time', unit: 'ln ms' }, ({ stream, from, to }, sample) => {
    for (let row = from + 1; row < to; row++) {
      const elapsed = stream.timeNs[row]! - stream.timeNs[row - 1]!;
      sample.push(Math.log(elapsed > 0 ? elapsed / NS_PER_MS : ZERO_TIME));
    }
  }),
  timingMetric({ id: 4, name: 'log_time_to_cancel', unit: 'ln s' }, pushTimesToCancel),
];

/** Of orders that entered in the window: to the first message that takes something off by the owner's wish. Trades between are passed over. */
function pushTimesToCancel({ stream, from, to }: FlowWindow, sample: Sample): void {
  const bornNs = new Map<number, number>();
  for (let row = from; row < to; row++) {
    const id = stream.orderId[row]!;
    const kind = stream.kind[row]!;
    if (kind === FLOW_LIMIT) bornNs.set(id, stream.timeNs[row]!);
    if (kind !== FLOW_CANCEL && kind !== FLOW_REDUCE) continue;
    const born = bornNs.get(id);
    if (born === undefined) continue;
    bornNs.delete(id);
    const elapsed = stream.timeNs[row]! - born;
    sample.push(Math.log(elapsed > 0 ? elapsed / NS_PER_S : ZERO_TIME));
  }
}
