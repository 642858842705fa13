/**
 * The baseline: Poisson flow by distance from the opposite best, as Cont, Stoikov and Talreja fit it ("A stochastic model for order
 * book dynamics", 2010; fidelity.md §3.1). All orders have the mean size of limit orders; rates of market orders and cancels are
 * scaled so that as many lots trade and leave as in the record.
 */

import type { RandomFlowParameters } from '../../agents/index.ts';
import { TwinError } from '../../base/index.ts';
import { BUY } from '../../domain/index.ts';
import { FLOW_CANCEL, FLOW_LIMIT, FLOW_REDUCE, FLOW_TRADE, type FlowStream } from '../../fidelity/index.ts';

/** Distances beyond this count as this one. */
export const BASELINE_TICKS_MAX = 400;

export type BaselineRates = Pick<RandomFlowParameters, 'limitRates' | 'marketRate' | 'cancelRates' | 'lots'>;

interface Sums {
  count: number;
  lots: number;
}

/** Fits to the rows for which `isTakenRow` holds. Raises CALIBRATION_DATA. */
export function fitBaseline(stream: FlowStream, isTakenRow: (row: number) => boolean): BaselineRates {
  const limits: Sums = { count: 0, lots: 0 };
  const markets: Sums = { count: 0, lots: 0 };
  const cancels: Sums = { count: 0, lots: 0 };
  const arrivals = new Float64Array(BASELINE_TICKS_MAX);
  const departures = new Float64Array(BASELINE_TICKS_MAX);
  /** Lot-seconds that stood at each distance, both sides together. */
  const standing = new Float64Array(BASELINE_TICKS_MAX);
  let seconds = 0;
  for (let row = 1; row < stream.count; row++) {
    if (!isTakenRow(row) || !isTwoSided(stream, row - 1)) continue;
    const waited = isTakenRow(row - 1) ? (stream.timeNs[row]! - stream.timeNs[row - 1]!) / 1e9 : 0;
    seconds += waited;
    addStanding(stream, row - 1, waited, standing);
    const kind = stream.kind[row]!;
    const lots = stream.sizeLots[row]!;
    const at = distanceOf(stream, row) - 1;
    if (kind === FLOW_LIMIT) {
      add(limits, lots);
      arrivals[at]!++;
    } else if (kind === FLOW_CANCEL || kind === FLOW_REDUCE) {
      add(cancels, lots);
      departures[at]!++;
    } else if (kind === FLOW_TRADE) {
      if (isNewMarketOrder(stream, row)) markets.count++;
      markets.lots += lots;
    }
  }
  for (const [name, { count }] of Object.entries({ limits, markets, cancels })) {
    if (count === 0 || seconds <= 0)
      throw new TwinError(
        'CALIBRATION_DATA',
        'a baseline is fitted to limit orders, market orders and cancels',
        {
          symbol: stream.symbol,
          missing: name,
          seconds,
        },
      );
  }
  const unit = limits.lots / limits.count;
  const marketScale = markets.lots / markets.count / unit;
  const cancelScale = cancels.lots / cancels.count / unit;
  const last = arrivals.findLastIndex((count) => count > 0);
  return {
    limitRates: Array.from(arrivals.subarray(0, last + 1), (count) => count / seconds / 2),
    marketRate: (markets.count / seconds / 2) * marketScale,
    cancelRates: cancelRatesOf(departures, standing, unit, cancelScale),
    lots: [Math.max(1, Math.round(unit))],
  };
}

/**
 * Per order and second; where hardly anything stood, as at the nearest distance where something did. Of what stands beyond all that
 * is shown nothing is known: it stays.
 */
function cancelRatesOf(
  departures: Float64Array,
  standing: Float64Array,
  unit: number,
  scale: number,
): number[] {
  const rates: number[] = [];
  let known = 0;
  const last = Math.min(
    departures.findLastIndex((count) => count > 0),
    standing.findLastIndex((lotSeconds) => lotSeconds > unit),
  );
  for (let at = 0; at <= last; at++) {
    const orderSeconds = standing[at]! / unit;
    if (orderSeconds > 1) known = (departures[at]! / orderSeconds) * scale;
    rates.push(known);
  }
  const first = rates.find((rate) => rate > 0) ?? 0;
  return [...rates.map((rate) => (rate > 0 ? rate : first)), 0];
}

function add(sums: Sums, lots: number): void {
  sums.count++;
  sums.lots += lots;
}

function addStanding(stream: FlowStream, row: number, seconds: number, standing: Float64Array): void {
  if (seconds <= 0) return;
  const { levels, bidTicks, bidLots, askTicks, askLots } = stream;
  const from = row * levels;
  const bid = bidTicks[from]!;
  const ask = askTicks[from]!;
  for (let at = from; at < from + levels; at++) {
    if (bidLots[at]! > 0) standing[placeOf(ask - bidTicks[at]!)]! += bidLots[at]! * seconds;
    if (askLots[at]! > 0) standing[placeOf(askTicks[at]! - bid)]! += askLots[at]! * seconds;
  }
}

/** Ticks from the opposite best before the row, at least 1. */
function distanceOf(stream: FlowStream, row: number): number {
  const before = (row - 1) * stream.levels;
  const price = stream.priceTicks[row]!;
  const distance =
    stream.side[row] === BUY ? stream.askTicks[before]! - price : price - stream.bidTicks[before]!;
  return placeOf(distance) + 1;
}

function placeOf(distance: number): number {
  return Math.min(BASELINE_TICKS_MAX, Math.max(1, Math.round(distance))) - 1;
}

function isNewMarketOrder({ kind, timeNs, side }: FlowStream, row: number): boolean {
  return kind[row - 1] !== FLOW_TRADE || timeNs[row] !== timeNs[row - 1] || side[row] !== side[row - 1];
}

function isTwoSided({ levels, bidLots, askLots }: FlowStream, row: number): boolean {
  return bidLots[row * levels]! > 0 && askLots[row * levels]! > 0;
}
