/**
 * Lots up to which the impact of an order is linear (fidelity.md §1.7): where a line as steep as the record's moves on its market
 * orders meets the square root law, I = sigma (Q / V)^(1/2) with the record's volatility and volume:
 *
 *   2 slope (latentLots Q)^(1/2) = sigma (Q / V)^(1/2)
 *
 * Volatility over the root of volume does not depend on the time that both are taken over, so that no day is needed. The slope is per
 * lot of a mean order, by signs alone: large orders wait for large levels, and their lots say less (the record's R² is lower).
 */

import { actionOf, MARKET_HIT, signOf } from '../../agents/index.ts';
import { type FlowStream, midTicks } from '../../fidelity/index.ts';
import type { FlowEvents } from './flow-events.ts';

/** Market orders of a window. */
const WINDOW_ORDERS = 10;
/** Fewest windows that a slope is taken from, and how many of its standard errors it is above 0. */
const WINDOWS_MIN = 20;
const ERRORS_MIN = 2;

/** Null where the record's moves do not go with the signs of its market orders. */
export function fitLatentLots(stream: FlowStream, events: FlowEvents, isTaken: Uint8Array): number | null {
  let [windows, volume, xx, xy, yy] = [0, 0, 0, 0, 0];
  let orders = 0;
  let signed = 0;
  let traded = 0;
  let first = -1;
  for (let event = 0; event < events.count; event++) {
    if (isTaken[event] === 0) {
      orders = 0;
      continue;
    }
    if (actionOf(events.type[event]!) !== MARKET_HIT) continue;
    if (orders === 0) [signed, traded, first] = [0, 0, event];
    signed += signOf(events.type[event]!);
    traded += events.lots[event]!;
    if (++orders < WINDOW_ORDERS) continue;
    const move = midTicks(stream, events.lastRow[event]!) - midTicks(stream, events.firstRow[first]! - 1);
    orders = 0;
    if (Number.isNaN(move)) continue;
    windows++;
    volume += traded;
    xx += signed ** 2;
    xy += signed * move;
    yy += move ** 2;
  }
  if (windows < WINDOWS_MIN || !(xy > 0)) return null;
  const lots = volume / (windows * WINDOW_ORDERS);
  const slope = xy / xx;
  const error = Math.sqrt((yy - slope * xy) / (windows - 1) / xx);
  return slope > ERRORS_MIN * error ? yy / volume / (4 * (slope / lots) ** 2) : null;
}
