/** What is tried in the forks of an impact test (fidelity.md §1.7), and the day that sizes and moves are measured by. */

import { actionOf, MARKET_HIT } from '../../agents/index.ts';
import { TwinError } from '../../base/index.ts';
import type { FlowEvents } from '../../calibration/index.ts';
import { FLOW_HIDDEN_TRADE, FLOW_TRADE, type FlowStream, midTicks } from '../../fidelity/index.ts';

export type Schedule = 'twap' | 'pov';

export interface ImpactGrid {
  /** Sizes over the day's volume. */
  readonly participations: readonly number[];
  readonly horizonsS: readonly number[];
  readonly schedules: readonly Schedule[];
  /** Forks take the schedules in turn; else each fork takes all of them. */
  readonly takesTurns: boolean;
  /** Orders from this size on are followed for five durations after their end, smaller ones up to it. */
  readonly followedFrom: number;
}

export const IMPACT_GRIDS: Readonly<Record<'default' | 'full', ImpactGrid>> = {
  default: {
    participations: [0.0003, 0.001, 0.003, 0.01, 0.03],
    horizonsS: [300],
    schedules: ['twap', 'pov'],
    takesTurns: true,
    followedFrom: 0.01,
  },
  full: {
    participations: [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03],
    horizonsS: [300, 900, 3_600],
    schedules: ['twap', 'pov'],
    takesTurns: false,
    followedFrom: 0,
  },
};

export interface DayMeasures {
  /** Lots that trade in a day, and standard deviation of a day's move of the mid, as the record has them per time. */
  readonly volumeLots: number;
  readonly volatilityTicks: number;
  /** Mean lots of a market order. */
  readonly orderLots: number;
  readonly daySeconds: number;
}

const MOVE_S = 60;
const MOVES_MIN = 10;
const NS_PER_S = 1e9;

/** Scales the record to a day of `dayMinutes`. Raises FIDELITY_INPUT. */
export function dayMeasures(stream: FlowStream, events: FlowEvents, dayMinutes: number): DayMeasures {
  const { count, timeNs, kind, sizeLots } = stream;
  const daySeconds = 60 * dayMinutes;
  const spanS = (timeNs[count - 1]! - timeNs[0]!) / NS_PER_S;
  let traded = 0;
  for (let row = 0; row < count; row++)
    if (kind[row] === FLOW_TRADE || kind[row] === FLOW_HIDDEN_TRADE) traded += sizeLots[row]!;
  let orders = 0;
  let orderLots = 0;
  for (let event = 0; event < events.count; event++) {
    if (actionOf(events.type[event]!) !== MARKET_HIT) continue;
    orders++;
    orderLots += events.lots[event]!;
  }
  const moves = movesOf(stream);
  const square = moves.reduce((sum, move) => sum + move * move, 0) / moves.length;
  if (moves.length < MOVES_MIN || !(square > 0) || orders === 0) {
    throw new TwinError(
      'FIDELITY_INPUT',
      `impact is measured on a record of ${MOVES_MIN} minutes or more that trades and moves`,
      {
        symbol: stream.symbol,
        minutes: moves.length,
        marketOrders: orders,
      },
    );
  }
  return {
    volumeLots: (traded * daySeconds) / spanS,
    volatilityTicks: Math.sqrt((square * daySeconds) / MOVE_S),
    orderLots: Math.max(1, Math.round(orderLots / orders)),
    daySeconds,
  };
}

/** Moves of the mid from minute to minute. */
function movesOf(stream: FlowStream): number[] {
  const { count, timeNs } = stream;
  const moves: number[] = [];
  let last = Number.NaN;
  let nextNs = timeNs[0]!;
  for (let row = 0; row < count; row++) {
    if (timeNs[row]! < nextNs) continue;
    const mid = midTicks(stream, row);
    if (Number.isNaN(mid)) continue;
    if (!Number.isNaN(last)) moves.push(mid - last);
    last = mid;
    while (nextNs <= timeNs[row]!) nextNs += MOVE_S * NS_PER_S;
  }
  return moves;
}
