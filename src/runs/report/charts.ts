/** The charts of one instrument, as specifications for the chart library and as words. */

import { barSpec, chartSpec, regroup, sumOf, timeX } from './chart-spec.ts';
import {
  decimalsOf,
  formatCount,
  formatDuration,
  formatMeanPrice,
  formatPercent,
  formatShort,
} from './format.ts';
import { type Chart, type ChartSize, COLOURS } from './render-chart.ts';
import type { InstrumentSummary } from './run-summary.ts';
import { bandLayer, bandLines, bandNote, fitsPriceChart } from './venue/band-chart.ts';

const VOLUME_BARS_MAX = 60;
const RATE_POINTS_MAX = 120;
/** Bars of the spread histogram; wider spreads share the last one. */
const SPREAD_BARS_MAX = 24;

/** Every chart of an instrument, in reading order. */
export function chartsOf(summary: InstrumentSummary): Chart[] {
  return [
    priceChart(summary),
    spreadChart(summary),
    spreadShareChart(summary),
    volumeChart(summary),
    rateChart(summary),
    depthChart(summary),
    sizeChart(summary),
  ];
}

function priceChart(summary: InstrumentSummary): Chart {
  const { spec, series, trading, quotes, sessions } = summary;
  const tick = Number(spec.tickSize);
  const centre = series.widthNs / 2e9;
  const price = (ticks: number | null): number | null => (ticks === null ? null : ticks * tick);
  const rows = series.rows.map((row) => ({
    t: row.startNs / 1e9 + centre,
    mid: price(row.midTicks),
    low: price(row.midLowTicks),
    high: price(row.midHighTicks),
    buy: price(row.buyVwapTicks),
    sell: price(row.sellVwapTicks),
  }));
  const mids = series.rows.map((row) => row.midTicks).filter((mid) => mid !== null);
  const range =
    mids.length === 0
      ? 'No moment with both sides quoted.'
      : `Mid price from ${formatMeanPrice(spec, Math.min(...mids))} to ${formatMeanPrice(spec, Math.max(...mids))} ${spec.currency}.`;
  const trades = trading === null ? 'No trades.' : `${formatCount(trading.trades)} trades.`;
  const auctions = [...(sessions?.auctions.list ?? []), ...(sessions?.reopenings.list ?? [])]
    .filter(({ priceTicks }) => priceTicks !== null)
    .map(({ timeNs, priceTicks }) => ({ t: timeNs / 1e9, auction: price(priceTicks) }));
  const lines =
    rows.length > 0 && fitsPriceChart(summary) ? bandLines(summary, rows[0]!.t, rows.at(-1)!.t) : [];
  const bands = lines.length > 0 ? ` ${bandNote(sessions!)}` : '';
  return {
    title: 'Price',
    note: `Mid price: mean and range per ${formatDuration(series.widthNs)}. Dots: mean trade price by the aggressor's side.${bands}`,
    label: `${range} ${trades}${bands}`,
    legend: [
      { name: 'Mid price', colour: COLOURS.accent },
      { name: 'Bought by aggressor', colour: COLOURS.buy },
      { name: 'Sold by aggressor', colour: COLOURS.sell },
      ...(auctions.length > 0
        ? [{ name: 'Auction', colour: COLOURS.auction, mark: 'diamond' as const }]
        : []),
      ...(lines.length > 0 ? [{ name: 'Bands', colour: COLOURS.bands, mark: 'dashed' as const }] : []),
    ],
    isWide: true,
    empty: 'No trades, and no moment at which both sides were quoted.',
    spec:
      trading === null && quotes === null
        ? null
        : (size) =>
            chartSpec(size, rows, {
              encoding: { x: timeX(rows, size) },
              layer: [
                ...midLayers(spec),
                dotLayer('buy', COLOURS.buy, size),
                dotLayer('sell', COLOURS.sell, size),
                ...(lines.length > 0 ? [bandLayer(lines)] : []),
                ...(auctions.length > 0 ? [auctionLayer(auctions)] : []),
              ],
            }),
  };
}

/** Range and mean of the mid price; they bring the y axis. */
function midLayers({ currency, tickSize }: InstrumentSummary['spec']): object[] {
  const axis = { title: currency, format: `,.${decimalsOf(tickSize)}f`, tickCount: 5 };
  const y = { field: 'low', type: 'quantitative', scale: { zero: false, nice: true }, axis };
  return [
    {
      mark: { type: 'area', color: COLOURS.accent, opacity: 0.18, interpolate: 'monotone' },
      encoding: { y, y2: { field: 'high' } },
    },
    {
      mark: { type: 'line', color: COLOURS.accent, strokeWidth: 1.6, interpolate: 'monotone' },
      encoding: { y: { field: 'mid', type: 'quantitative' } },
    },
  ];
}

function dotLayer(field: string, color: string, { width }: ChartSize): object {
  return {
    mark: { type: 'point', filled: true, size: width / 60, color, opacity: 0.75 },
    encoding: { y: { field, type: 'quantitative' } },
  };
}

/** Prices of auctions over a chart whose x is time in seconds and whose y is a price. */
function auctionLayer(auctions: readonly object[]): object {
  return {
    data: { values: auctions },
    mark: { type: 'point', shape: 'diamond', filled: true, size: 70, color: COLOURS.auction, opacity: 1 },
    encoding: { y: { field: 'auction', type: 'quantitative' } },
  };
}

function spreadChart({ series, quotes }: InstrumentSummary): Chart {
  const centre = series.widthNs / 2e9;
  const rows = series.rows.map((row) => ({ t: row.startNs / 1e9 + centre, spread: row.spreadTicks }));
  return {
    title: 'Spread over time',
    note: `Time-weighted mean per ${formatDuration(series.widthNs)}, in ticks.`,
    label:
      quotes === null
        ? 'No spread.'
        : `Time-weighted mean spread ${formatShort(quotes.spreadMeanTicks)} ticks, median ${quotes.spreadMedianTicks}.`,
    legend: [],
    isWide: false,
    empty: 'No moment at which both sides were quoted.',
    spec:
      quotes === null
        ? null
        : (size) =>
            chartSpec(size, rows, {
              encoding: {
                x: timeX(rows, size),
                y: { field: 'spread', type: 'quantitative', axis: { title: 'ticks', tickCount: 5 } },
              },
              mark: {
                type: 'area',
                color: COLOURS.accent,
                fillOpacity: 0.16,
                line: { color: COLOURS.accent, strokeWidth: 1.4 },
              },
            }),
  };
}

function spreadShareChart({ quotes }: InstrumentSummary): Chart {
  const bars = quotes === null ? [] : spreadBars(quotes.spreadShares);
  const widest = [...bars].sort((x, y) => y.share - x.share).slice(0, 4);
  return {
    title: 'How wide the spread was',
    note: 'Share of the two-sided time at each spread, in ticks.',
    label:
      bars.length === 0
        ? 'No spread.'
        : `Most frequent spreads: ${widest.map(({ name, share }) => `${name} ticks ${formatPercent(share)}`).join(', ')} of the time.`,
    legend: [],
    isWide: false,
    empty: 'No moment at which both sides were quoted.',
    spec:
      bars.length === 0
        ? null
        : (size) => barSpec(size, bars, { x: 'ticks', y: 'of the time', format: '.0%' }),
  };
}

/** Bars of equal width in ticks from the narrowest spread on; the last one is open and holds at most a fiftieth of the time. */
function spreadBars(
  shares: readonly { readonly ticks: number; readonly share: number; readonly isOpen: boolean }[],
): { name: string; share: number }[] {
  const from = shares[0]!.ticks;
  let covered = 0;
  const core = shares.find(({ share }) => {
    covered += share;
    return covered >= 0.98;
  })!.ticks;
  const width = [1, 2, 5, 10, 20, 50].find((step) => (core - from + 1) / step <= SPREAD_BARS_MAX) ?? 100;
  const first = Math.floor(from / width) * width;
  const bars: { name: string; share: number }[] = [];
  for (const { ticks, share, isOpen } of shares) {
    const place = isOpen ? SPREAD_BARS_MAX : Math.min(SPREAD_BARS_MAX, Math.floor((ticks - first) / width));
    while (bars.length <= place) {
      const start = first + bars.length * width;
      const name = width === 1 ? String(start) : `${start}–${start + width - 1}`;
      bars.push({ name: bars.length === SPREAD_BARS_MAX ? `${start}+` : name, share: 0 });
    }
    bars[place]!.share += share;
  }
  return bars;
}

function volumeChart({ series, trading }: InstrumentSummary): Chart {
  const { widthNs, bars } = regroup(series.rows, VOLUME_BARS_MAX, series.widthNs);
  const rows = bars.map(({ fromS, toS, rows: part }) => ({
    t: fromS,
    end: toS,
    buy: sumOf(part, 'buyLots'),
    sell: -sumOf(part, 'sellLots'),
    auction: sumOf(part, 'buyLots') + sumOf(part, 'auctionLots'),
    zero: 0,
  }));
  const auctionLots = trading?.auctionLots ?? 0;
  const rect = (field: string, colour: string, from = 'zero'): object => ({
    mark: { type: 'rect', color: colour, opacity: 0.9, stroke: 'var(--card)', strokeWidth: 0.8 },
    encoding: {
      y: {
        field,
        type: 'quantitative',
        axis: { title: 'lots', tickCount: 5, labelExpr: "format(abs(datum.value), '~s')" },
      },
      y2: { field: from },
    },
  });
  return {
    title: 'Traded volume',
    note: `Lots per ${formatDuration(widthNs)}: bought by the aggressor upwards, sold downwards${auctionLots > 0 ? ', auctions on top' : ''}.`,
    label:
      trading === null
        ? 'No trades.'
        : `${formatCount(trading.lots)} lots: ${formatCount(sumOf(series.rows, 'buyLots'))} bought and ${formatCount(sumOf(series.rows, 'sellLots'))} sold by the aggressor${auctionLots > 0 ? `, ${formatCount(auctionLots)} in auctions` : ''}.`,
    legend: [
      { name: 'Bought', colour: COLOURS.buy },
      { name: 'Sold', colour: COLOURS.sell },
      ...(auctionLots > 0 ? [{ name: 'In auctions', colour: COLOURS.auction }] : []),
    ],
    isWide: false,
    empty: 'No trades.',
    spec:
      trading === null
        ? null
        : (size) =>
            chartSpec(size, rows, {
              encoding: { x: timeX(rows, size), x2: { field: 'end' } },
              layer: [
                rect('buy', COLOURS.buy),
                rect('sell', COLOURS.sell),
                ...(auctionLots > 0 ? [rect('auction', COLOURS.auction, 'buy')] : []),
              ],
            }),
  };
}

const RATES = [
  ['New orders', 'newOrders'],
  ['Cancels and expiries', 'cancels'],
  ['Changes', 'changes'],
  ['Trades', 'trades'],
  ['Rejects', 'rejects'],
] as const;

function rateChart({ series }: InstrumentSummary): Chart {
  const { widthNs, bars } = regroup(series.rows, RATE_POINTS_MAX, series.widthNs);
  const present = RATES.filter(([, field]) => sumOf(series.rows, field) > 0);
  const rows = bars.flatMap(({ fromS, toS, rows: part }) =>
    present.map(([name, field], order) => ({
      t: (fromS + toS) / 2,
      name,
      order,
      rate: sumOf(part, field) / (toS - fromS),
    })),
  );
  const colourOf = (name: string): string => COLOURS.series[RATES.findIndex(([known]) => known === name)]!;
  const names = present.map(([name]) => name as string);
  return {
    title: 'Messages',
    note: `Per second, mean over ${formatDuration(widthNs)}, by type.`,
    label: `Messages by type: ${present.map(([name, field]) => `${name} ${formatCount(sumOf(series.rows, field))}`).join(', ')}.`,
    legend: names.map((name) => ({ name, colour: colourOf(name) })),
    isWide: false,
    empty: 'No orders, cancels or trades.',
    spec:
      present.length === 0
        ? null
        : (size) =>
            chartSpec(size, rows, {
              mark: { type: 'area', opacity: 0.85, interpolate: 'monotone' },
              encoding: {
                x: timeX(rows, size),
                y: {
                  field: 'rate',
                  type: 'quantitative',
                  stack: 'zero',
                  axis: { title: 'per second', tickCount: 5, format: '~s' },
                },
                color: {
                  field: 'name',
                  type: 'nominal',
                  legend: null,
                  scale: { domain: names, range: names.map(colourOf) },
                },
                order: { field: 'order', type: 'quantitative' },
              },
            }),
  };
}

function depthChart({ depth }: InstrumentSummary): Chart {
  const rows =
    depth === null
      ? []
      : [
          ...depth.bidLots.map((lots, d) => ({ x: -d - 1, end: -d, lots, zero: 0, side: 'bid' })),
          ...depth.askLots.map((lots, d) => ({ x: d, end: d + 1, lots, zero: 0, side: 'ask' })),
        ];
  const range = depth?.bidLots.length ?? 1;
  return {
    title: 'Depth profile',
    note:
      depth === null
        ? 'Mean displayed lots by distance from the best price.'
        : `Mean displayed lots by distance from the best price in ticks, ${formatCount(depth.samples)} samples ${formatDuration(depth.intervalNs)} apart.`,
    label:
      depth === null
        ? 'No quotes.'
        : `Mean lots at the best price: bid ${formatShort(depth.bidLots[0]!)}, ask ${formatShort(depth.askLots[0]!)}.`,
    legend: [
      { name: 'Bid', colour: COLOURS.buy },
      { name: 'Ask', colour: COLOURS.sell },
    ],
    isWide: false,
    empty: 'No quotes.',
    spec:
      depth === null
        ? null
        : (size) =>
            chartSpec(size, rows, {
              mark: { type: 'rect', opacity: 0.9, stroke: 'var(--card)', strokeWidth: 1 },
              encoding: {
                x: {
                  field: 'x',
                  type: 'quantitative',
                  scale: { domain: [-range, range], nice: false },
                  axis: {
                    title: null,
                    values: distanceTicks(range, size),
                    labelExpr: "datum.value == 0 ? 'best' : format(abs(datum.value), 'd')",
                  },
                },
                x2: { field: 'end' },
                y: {
                  field: 'lots',
                  type: 'quantitative',
                  axis: { title: 'lots', tickCount: 5, format: '~s' },
                },
                y2: { field: 'zero' },
                color: {
                  field: 'side',
                  type: 'nominal',
                  legend: null,
                  scale: { domain: ['bid', 'ask'], range: [COLOURS.buy, COLOURS.sell] },
                },
              },
            }),
  };
}

function distanceTicks(range: number, size: ChartSize): number[] {
  const step =
    [1, 2, 5, 10, 20, 50, 100].find((candidate) => (2 * range) / candidate <= size.ticks * 1.5) ?? range;
  const values = [0];
  for (let at = step; at <= range; at += step) values.push(at, -at);
  return values;
}

function sizeChart({ tradeSizes, trading }: InstrumentSummary): Chart {
  const bars = tradeSizes.map(({ fromLots, toLots, count }) => ({
    name:
      fromLots === toLots
        ? formatShortSize(fromLots)
        : `${formatShortSize(fromLots)}–${formatShortSize(toLots)}`,
    share: count,
  }));
  const most = [...bars].sort((a, b) => b.share - a.share)[0];
  return {
    title: 'Trade sizes',
    note: 'Number of trades by size in lots; sizes double from bar to bar.',
    label:
      trading === null || most === undefined
        ? 'No trades.'
        : `Most trades (${formatCount(most.share)} of ${formatCount(trading.trades)}) have a size of ${most.name} lots.`,
    legend: [],
    isWide: false,
    empty: 'No trades.',
    spec: trading === null ? null : (size) => barSpec(size, bars, { x: 'lots', y: 'trades', format: '~s' }),
  };
}

function formatShortSize(lots: number): string {
  return lots < 10_000 ? String(lots) : `${formatShort(lots / 1000)}k`;
}
