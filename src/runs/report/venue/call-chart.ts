/**
 * What was published of an auction before it took place: prices in the upper part of the picture, and below them the
 * imbalance, upwards where there is more to buy. Both parts share the axis of time, and their scales are chosen so that they
 * do not overlap.
 */

import type { TopLevelSpec } from 'vega-lite';
import { formatTicks, type InstrumentSpec } from '../../../domain/index.ts';
import { chartSpec, timeX } from '../chart-spec.ts';
import { decimalsOf, formatCount, formatPrice } from '../format.ts';
import { type Chart, type ChartSize, COLOURS, type LegendEntry } from '../render-chart.ts';
import { clockText, type RunClock } from './run-clock.ts';
import type { AuctionResult, CallCourse, SessionSummary } from './session-summary.ts';
import { AUCTION_WORDS, noPriceWords } from './words.ts';

/** Part of the height for the imbalance, and the gap above it. */
const IMBALANCE_SHARE = 0.3;
const GAP_SHARE = 0.08;

/** One chart per call that was kept. */
export function callCharts(spec: InstrumentSpec, { calls }: SessionSummary, clock: RunClock): Chart[] {
  return calls.list.map((course) => callChart(spec, course, clock));
}

interface CallRow {
  readonly t: number;
  readonly price: number | null;
  readonly far: number | null;
  readonly reference: number | null;
  readonly buy: number;
  readonly sell: number;
  readonly zero: 0;
}

function callChart(spec: InstrumentSpec, course: CallCourse, clock: RunClock): Chart {
  const { kind, points, auction, publications } = course;
  const rows = rowsOf(spec, course);
  const last = points.at(-1)!;
  const came =
    auction === null
      ? 'No auction came of it.'
      : auction.priceTicks === null
        ? `No price at ${clockText(clock, auction.timeNs)}: ${noPriceWords(auction.noPrice)}.`
        : `Price ${formatPrice(spec, auction.priceTicks)} at ${clockText(clock, auction.timeNs)}.`;
  return {
    title: `${AUCTION_WORDS[kind]} auction, from ${clockText(clock, points[0]!.timeNs)}`,
    note: `${came} Published ${formatCount(publications)} times${auction === null ? '' : ' before'}.`,
    label: `${came} Before it, at ${clockText(clock, last.timeNs)}: ${
      last.priceTicks === null
        ? 'no indicative price'
        : `indicative price ${formatPrice(spec, last.priceTicks)}`
    }, ${formatCount(last.pairedLots)} lots paired, imbalance ${imbalanceWords(last.imbalanceLots)}.`,
    legend: legendOf(rows, auction),
    isWide: false,
    empty: 'Published once.',
    spec: rows.at(-1)!.t > rows[0]!.t ? (size) => callSpec(spec, course, rows, size) : null,
  };
}

/** Of what there is. */
function legendOf(rows: readonly CallRow[], auction: AuctionResult | null): LegendEntry[] {
  const entries: readonly (readonly [isThere: boolean, entry: LegendEntry])[] = [
    [rows.some(({ price }) => price !== null), { name: 'Indicative price', colour: COLOURS.accent }],
    [rows.some(({ far }) => far !== null), { name: 'Far price', colour: COLOURS.bands, mark: 'dashed' }],
    [
      rows.some(({ reference }) => reference !== null),
      { name: 'Reference price', colour: COLOURS.muted, mark: 'dotted' },
    ],
    [
      auction !== null && auction.priceTicks !== null,
      { name: 'Auction', colour: COLOURS.auction, mark: 'diamond' },
    ],
    [rows.some(({ buy }) => buy > 0), { name: 'More to buy, lots', colour: COLOURS.buy }],
    [rows.some(({ sell }) => sell < 0), { name: 'More to sell, lots', colour: COLOURS.sell }],
  ];
  return entries.filter(([isThere]) => isThere).map(([, entry]) => entry);
}

function callSpec(
  spec: InstrumentSpec,
  { auction }: CallCourse,
  rows: readonly CallRow[],
  size: ChartSize,
): TopLevelSpec {
  const auctions =
    auction === null || auction.priceTicks === null
      ? []
      : [{ t: auction.timeNs / 1e9, auction: priceOf(spec, auction.priceTicks) }];
  const prices = priceLayers(spec, rows, auctions, size);
  return chartSpec(size, rows, {
    encoding: { x: timeX(rows, size) },
    resolve: { scale: { y: 'independent' } },
    layer: [{ layer: imbalanceLayers(rows) }, ...(prices.length === 0 ? [] : [{ layer: prices }])],
  });
}

/** The last publication holds until the auction. */
function rowsOf(spec: InstrumentSpec, { points, auction }: CallCourse): CallRow[] {
  const rows = points.map(({ timeNs, priceTicks, farTicks, referenceTicks, imbalanceLots }) => ({
    t: timeNs / 1e9,
    price: priceOf(spec, priceTicks),
    far: priceOf(spec, farTicks),
    reference: priceOf(spec, referenceTicks),
    buy: Math.max(0, imbalanceLots),
    sell: Math.min(0, imbalanceLots),
    zero: 0 as const,
  }));
  const last = rows.at(-1)!;
  const endS = auction === null ? last.t : auction.timeNs / 1e9;
  return endS > last.t ? [...rows, { ...last, t: endS }] : rows;
}

function imbalanceLayers(rows: readonly CallRow[]): object[] {
  const largest = Math.max(...rows.map(({ buy, sell }) => Math.max(buy, -sell)));
  const most = roundUp(Math.max(1, largest));
  const domain = [-most, (2 * most) / IMBALANCE_SHARE - most];
  const area = (field: 'buy' | 'sell', colour: string): object => ({
    mark: { type: 'area', color: colour, opacity: 0.85, interpolate: 'step-after' },
    encoding: {
      y: {
        field,
        type: 'quantitative',
        scale: { domain, nice: false },
        axis: {
          title: null,
          orient: 'right',
          values: largest === 0 ? [0] : [-most, 0, most],
          labelExpr: "format(abs(datum.value), '~s')",
          grid: false,
        },
      },
      y2: { field: 'zero' },
    },
  });
  return [area('buy', COLOURS.buy), area('sell', COLOURS.sell)];
}

function priceLayers(
  spec: InstrumentSpec,
  rows: readonly CallRow[],
  auctions: readonly { readonly t: number; readonly auction: number | null }[],
  size: ChartSize,
): object[] {
  const prices = [
    ...rows.flatMap(({ price, far, reference }) => [price, far, reference]),
    ...auctions.map(({ auction }) => auction),
  ].filter((price) => price !== null);
  if (prices.length === 0) return [];
  const tick = Number(spec.tickSize);
  const low = Math.min(...prices) - tick;
  const high = Math.max(...prices) + tick;
  const share = 1 - IMBALANCE_SHARE - GAP_SHARE;
  const y = {
    type: 'quantitative',
    scale: { domain: [high - (high - low) / share, high], nice: false, zero: false },
    axis: {
      title: spec.currency,
      format: `,.${decimalsOf(spec.tickSize)}f`,
      values: roundSteps(low, high, tick, size.height > 240 ? 5 : 4),
    },
  };
  const line = (field: string, colour: string, strokeDash: readonly number[] = []): object => ({
    mark: {
      type: 'line',
      color: colour,
      strokeWidth: strokeDash.length === 0 ? 1.8 : 1.3,
      strokeDash,
      interpolate: 'step-after',
    },
    encoding: { y: { field, ...y } },
  });
  return [
    line('reference', COLOURS.muted, [2, 3]),
    line('far', COLOURS.bands, [6, 3]),
    line('price', COLOURS.accent),
    {
      data: { values: auctions },
      mark: { type: 'point', shape: 'diamond', filled: true, size: 90, color: COLOURS.auction, opacity: 1 },
      encoding: { y: { field: 'auction', ...y } },
    },
  ];
}

function priceOf(spec: InstrumentSpec, ticks: number | null): number | null {
  return ticks === null ? null : Number(formatTicks(spec, ticks));
}

function imbalanceWords(lots: number): string {
  return lots === 0 ? 'none' : `${formatCount(Math.abs(lots))} lots to ${lots > 0 ? 'buy' : 'sell'}`;
}

/** The next of 1, 2 or 5 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= value)!;
}

/** Round prices between two, at most `count` and whole ticks apart. */
function roundSteps(low: number, high: number, tick: number, count: number): number[] {
  const step = Math.max(tick, Math.ceil(roundUp((high - low) / count) / tick) * tick);
  const steps: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) steps.push(i * step);
  return steps;
}
