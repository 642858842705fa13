/**
 * Metric 23: how the mid moves after an event of a kind, `R(l) = E[(m(n + l - 1) - m(n - 1)) sign(n)]`, over the messages that change
 * the best level.
 * Source: Eisler, Bouchaud and Kockelkoren, "The price impact of order book events" (2012).
 */

import { BUY } from '../../domain/index.ts';
import {
  FLOW_CANCEL,
  FLOW_LIMIT,
  FLOW_REDUCE,
  FLOW_TRADE,
  type FlowStream,
  type FlowWindow,
} from '../flow-stream.ts';
import type { PairedMetric } from './paired-metric.ts';
import { midTicks } from './rows.ts';

/** Kinds with and without a move of the best prices. */
export const RESPONSE_KINDS = ['MO0', 'MO1', 'LO0', 'LO1', 'CA0', 'CA1'];
const LAG_EXPONENTS = 21;
export const RESPONSE_LAGS = Array.from({ length: LAG_EXPONENTS }, (_, i) =>
  Math.floor(10 ** ((i + 3) / 10)),
);
const EVENTS_MIN = 20;
const CELLS = RESPONSE_KINDS.length * RESPONSE_LAGS.length;

export const RESPONSE: PairedMetric = {
  id: 23,
  name: 'response',
  family: 'coupling',
  unit: 'ticks per lag',
  components: RESPONSE_KINDS.flatMap((kind) =>
    RESPONSE_LAGS.map((lag) => ({ name: `${kind} R(${lag})`, weight: 1 })),
  ),
  size: 2 * CELLS,
  accumulate(window, sums, at) {
    const events = levelOneEvents(window);
    const count = events.kinds.length;
    for (let n = 0; n < count; n++) {
      const base = at + 2 * events.kinds[n]! * RESPONSE_LAGS.length;
      for (let l = 0; l < RESPONSE_LAGS.length; l++) {
        const later = n + RESPONSE_LAGS[l]! - 1;
        if (later >= count) break;
        sums[base + 2 * l]! += (events.midAfter[later]! - events.midBefore[n]!) * events.signs[n]!;
        sums[base + 2 * l + 1]!++;
      }
    }
  },
  statistics(sums) {
    const out = new Float64Array(CELLS);
    for (let cell = 0; cell < CELLS; cell++) {
      const count = sums[2 * cell + 1]!;
      out[cell] = count < EVENTS_MIN ? Number.NaN : sums[2 * cell]! / count;
    }
    return out;
  },
};

interface Events {
  readonly kinds: number[];
  readonly signs: number[];
  readonly midBefore: number[];
  readonly midAfter: number[];
}

function levelOneEvents({ stream, from, to }: FlowWindow): Events {
  const events: Events = { kinds: [], signs: [], midBefore: [], midAfter: [] };
  for (let row = from + 1; row < to; row++) {
    const base = kindBase(stream.kind[row]!);
    if (base < 0 || !changesTouch(stream, row)) continue;
    const before = midTicks(stream, row - 1);
    const after = midTicks(stream, row);
    if (Number.isNaN(before) || Number.isNaN(after)) continue;
    const resting = stream.side[row] === BUY ? 1 : -1;
    events.kinds.push(base + (after === before ? 0 : 1));
    events.signs.push(stream.kind[row] === FLOW_LIMIT ? resting : -resting);
    events.midBefore.push(before);
    events.midAfter.push(after);
  }
  return events;
}

function kindBase(kind: number): number {
  if (kind === FLOW_TRADE) return 0;
  if (kind === FLOW_LIMIT) return 2;
  return kind === FLOW_CANCEL || kind === FLOW_REDUCE ? 4 : -1;
}

function changesTouch(stream: FlowStream, row: number): boolean {
  const at = row * stream.levels;
  const before = at - stream.levels;
  return (
    stream.askTicks[at] !== stream.askTicks[before] ||
    stream.bidTicks[at] !== stream.bidTicks[before] ||
    stream.askLots[at] !== stream.askLots[before] ||
    stream.bidLots[at] !== stream.bidLots[before]
  );
}
