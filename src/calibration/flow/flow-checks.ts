/** What order flow has to have before anything can be fitted to it: told at once, instead of a model of nothing. */

import { TwinError } from '../../base/index.ts';
import { BUY, SELL } from '../../domain/index.ts';
import {
  FLOW_CANCEL,
  FLOW_HIDDEN_TRADE,
  FLOW_LIMIT,
  FLOW_REDUCE,
  FLOW_TRADE,
  type FlowStream,
} from '../../fidelity/index.ts';
import { FLOW_EVENTS_MIN } from './fit-flow.ts';

/** Messages of each kind that a side has at least. */
const OF_A_KIND_MIN = 20;
/** Changes of a best price. */
const MOVES_MIN = 20;

const KINDS = [
  ['limit orders', [FLOW_LIMIT]],
  ['cancels', [FLOW_CANCEL, FLOW_REDUCE]],
  ['trades', [FLOW_TRADE, FLOW_HIDDEN_TRADE]],
] as const;

/** Raises CALIBRATION_DATA with everything that the rows taken lack. */
export function requireFlow(stream: FlowStream, isTakenRow: (row: number) => boolean): void {
  const problems: string[] = [];
  const counts = [new Float64Array(8), new Float64Array(8)];
  const moves = [0, 0];
  const { kind, side, levels, bidTicks, askTicks, bidLots, askLots, timeNs } = stream;
  let messages = 0;
  let twoSided = 0;
  let firstNs = Number.POSITIVE_INFINITY;
  let lastNs = Number.NEGATIVE_INFINITY;
  for (let row = 1; row < stream.count; row++) {
    if (!isTakenRow(row)) continue;
    messages++;
    counts[side[row]!]![kind[row]!]!++;
    firstNs = Math.min(firstNs, timeNs[row]!);
    lastNs = Math.max(lastNs, timeNs[row]!);
    const at = row * levels;
    if (bidLots[at]! > 0 && askLots[at]! > 0) twoSided++;
    if (bidTicks[at] !== bidTicks[at - levels]) moves[BUY]!++;
    if (askTicks[at] !== askTicks[at - levels]) moves[SELL]!++;
  }
  if (messages < FLOW_EVENTS_MIN)
    problems.push(`${messages} messages, at least ${FLOW_EVENTS_MIN} are needed`);
  if (messages > 0 && !(lastNs > firstNs)) problems.push('no time passes from the first message to the last');
  if (twoSided < messages / 2)
    problems.push(`${twoSided} of ${messages} books have two sides, at least half are needed`);
  for (const one of [BUY, SELL] as const) {
    const name = one === BUY ? 'bid' : 'ask';
    for (const [what, kinds] of KINDS) {
      const found = kinds.reduce((sum, of) => sum + counts[one]![of]!, 0);
      if (found < OF_A_KIND_MIN)
        problems.push(`${found} ${what} on the ${name} side, at least ${OF_A_KIND_MIN} are needed`);
    }
    if (moves[one]! < MOVES_MIN)
      problems.push(`the best ${name} changes ${moves[one]} times, at least ${MOVES_MIN} are needed`);
  }
  if (problems.length === 0) return;
  const list = problems.map((problem) => `\n  - ${problem}`).join('');
  throw new TwinError(
    'CALIBRATION_DATA',
    `${stream.symbol} has too little order flow to be fitted to:${list}`,
  );
}
