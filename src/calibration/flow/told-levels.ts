/** How deep a record tells of a book: as deep as it shows levels, or of every order wherever it stands. */

import { LEVELS_ALL } from '../../agents/index.ts';
import { BUY } from '../../domain/index.ts';
import { FLOW_LIMIT, type FlowStream } from '../../fidelity/index.ts';

/** Share of limit orders behind the last level shown that does not come from levels which were rebuilt and are stale. */
const BEHIND_SHARE = 0.01;

/** Levels of a side within which the messages lie; LEVELS_ALL where they go beyond those that are shown. */
export function levelsTold(stream: FlowStream): number {
  const { levels, count, kind, side, priceTicks, bidTicks, askTicks, bidLots, askLots } = stream;
  let most = 1;
  let limits = 0;
  let behind = 0;
  for (let row = 1; row < count; row++) {
    const at = row * levels;
    for (const lots of [bidLots, askLots]) {
      let shown = 0;
      while (shown < levels && lots[at + shown]! > 0) shown++;
      most = Math.max(most, shown);
    }
    if (kind[row] !== FLOW_LIMIT) continue;
    limits++;
    const last = at + levels - 1;
    const isBehind =
      side[row] === BUY
        ? bidLots[last]! > 0 && priceTicks[row]! < bidTicks[last]!
        : askLots[last]! > 0 && priceTicks[row]! > askTicks[last]!;
    if (isBehind) behind++;
  }
  return behind > BEHIND_SHARE * limits ? LEVELS_ALL : most;
}
