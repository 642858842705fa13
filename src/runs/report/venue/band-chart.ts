/** Price bands as lines: over the price chart where they lie near enough to the price, in a chart of their own otherwise. */

import { formatTicks } from '../../../domain/index.ts';
import { chartSpec, timeX } from '../chart-spec.ts';
import { decimalsOf, formatCount, formatPrice } from '../format.ts';
import { type Chart, COLOURS } from '../render-chart.ts';
import type { InstrumentSummary } from '../run-summary.ts';
import type { BandChange, SessionSummary } from './session-summary.ts';
import { ruleWords } from './words.ts';

/** Bands are drawn over a price whose own range is at least this part of the whole picture. */
const PRICE_SHARE_MIN = 1 / 3;

/** A horizontal piece of a bound. Times in seconds, price in currency units. */
export interface BandLine {
  readonly t: number;
  readonly end: number;
  readonly bound: number;
}

/** Bounds between two times, each until the next change by the same rule. */
export function bandLines({ sessions, spec }: InstrumentSummary, fromS: number, toS: number): BandLine[] {
  if (sessions === null) return [];
  const { list, leftOut } = sessions.bands;
  const lines: BandLine[] = [];
  for (const [i, band] of list.entries()) {
    const next = list.find((other, j) => j > i && other.rule === band.rule);
    // Behind the last change that was kept nothing is known.
    const untilNs = next?.timeNs ?? (leftOut === 0 ? sessions.endNs : band.timeNs);
    const t = Math.max(fromS, band.timeNs / 1e9);
    const end = Math.min(toS, untilNs / 1e9);
    if (end <= t) continue;
    for (const ticks of boundsOf(band)) lines.push({ t, end, bound: Number(formatTicks(spec, ticks)) });
  }
  return lines;
}

/** Whether the bands leave the price enough of a common picture. */
export function fitsPriceChart({ sessions, series }: InstrumentSummary): boolean {
  const bounds = sessions?.bands.list.flatMap(boundsOf) ?? [];
  if (bounds.length === 0) return false;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { midLowTicks, midHighTicks } of series.rows) {
    if (midLowTicks !== null) low = Math.min(low, midLowTicks);
    if (midHighTicks !== null) high = Math.max(high, midHighTicks);
  }
  if (high <= low) return false;
  const whole = Math.max(high, ...bounds) - Math.min(low, ...bounds);
  return (high - low) / whole >= PRICE_SHARE_MIN;
}

/** The price between its bands, if the price chart does not show them; null without bands or prices. */
export function bandChart(summary: InstrumentSummary): Chart | null {
  const { sessions, spec, series, quotes } = summary;
  const bounds = sessions?.bands.list.flatMap(boundsOf) ?? [];
  if (sessions === null || bounds.length === 0 || quotes === null || fitsPriceChart(summary)) return null;
  const tick = Number(spec.tickSize);
  const rows = series.rows.map(({ startNs, midTicks }) => ({
    t: (startNs + series.widthNs / 2) / 1e9,
    mid: midTicks === null ? null : midTicks * tick,
  }));
  const lines = bandLines(summary, rows[0]!.t, rows.at(-1)!.t);
  const yAxis = { title: spec.currency, format: `,.${decimalsOf(spec.tickSize)}f`, tickCount: 5 };
  return {
    title: 'Price and bands',
    note: bandNote(sessions),
    label: `Bands from ${formatPrice(spec, Math.min(...bounds))} to ${formatPrice(spec, Math.max(...bounds))} ${spec.currency}, changed ${formatCount(sessions.bands.list.length + sessions.bands.leftOut)} times.`,
    legend: [
      { name: 'Mid price', colour: COLOURS.accent },
      { name: 'Bands', colour: COLOURS.bands, mark: 'dashed' as const },
    ],
    isWide: true,
    empty: '',
    spec: (size) =>
      chartSpec({ ...size, height: Math.min(size.height, 220) }, rows, {
        encoding: { x: timeX(rows, size) },
        layer: [
          {
            mark: { type: 'line', color: COLOURS.accent, strokeWidth: 1.6 },
            encoding: {
              y: {
                field: 'mid',
                type: 'quantitative',
                scale: { zero: false, nice: true },
                axis: yAxis,
              },
            },
          },
          bandLayer(lines),
        ],
      }),
  };
}

/** Lines over a chart whose x is time in seconds and whose y is a price. */
export function bandLayer(lines: readonly BandLine[]): object {
  return {
    data: { values: lines },
    mark: { type: 'rule', color: COLOURS.bands, strokeWidth: 1.4, strokeDash: [6, 3] },
    encoding: { x2: { field: 'end' }, y: { field: 'bound', type: 'quantitative' } },
  };
}

/** Whose bands they are. */
export function bandNote({ bands }: SessionSummary): string {
  const rules = [...new Set(bands.list.map(({ rule }) => ruleWords(rule)))];
  const left = bands.leftOut === 0 ? '' : ` ${formatCount(bands.leftOut)} later changes are not drawn.`;
  return `Bands: prices that may trade by ${rules.join(' and ')}.${left}`;
}

function boundsOf({ lowTicks, highTicks }: BandChange): number[] {
  return [lowTicks, highTicks].filter((ticks) => ticks !== null);
}
