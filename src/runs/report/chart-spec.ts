/** What the charts have in common: frames, bars, the axis of time, rows in wider intervals. */

import type { TopLevelSpec } from 'vega-lite';
import { type ChartSize, COLOURS } from './render-chart.ts';
import type { SeriesRow } from './run-summary.ts';
import { timeAxis } from './time-axis.ts';
import { roundWidthNs } from './time-buckets.ts';

/** About the width of a character of an axis label, in pixels. */
const LABEL_CHAR_WIDTH = 6.2;

export function barSpec(
  size: ChartSize,
  bars: readonly { readonly name: string; readonly share: number }[],
  axes: { x: string; y: string; format: string },
): TopLevelSpec {
  const labelsEvery = Math.ceil(bars.length / (size.ticks * 1.5));
  const lastPlace = bars.length - 1;
  const labels = bars
    .filter((_, i) => i === lastPlace || (i % labelsEvery === 0 && i + labelsEvery / 2 <= lastPlace))
    .map(({ name }) => name);
  const chars = labels.reduce((sum, name) => sum + name.length + 2, 0);
  return chartSpec(size, bars, {
    mark: {
      type: 'bar',
      color: COLOURS.accent,
      opacity: 0.9,
      cornerRadiusTopLeft: 2,
      cornerRadiusTopRight: 2,
    },
    encoding: {
      x: {
        field: 'name',
        type: 'ordinal',
        sort: null,
        scale: { paddingInner: 0.18, paddingOuter: 0.1 },
        axis: {
          title: axes.x,
          labelAngle: chars * LABEL_CHAR_WIDTH > size.width * 0.85 ? -45 : 0,
          values: labels,
        },
      },
      y: { field: 'share', type: 'quantitative', axis: { title: axes.y, tickCount: 5, format: axes.format } },
    },
  });
}

/** A specification with its data and size filled in. The library's types of nested layers are looser than its checks. */
export function chartSpec(size: ChartSize, values: readonly object[], rest: object): TopLevelSpec {
  return {
    width: size.width,
    height: size.height,
    autosize: { type: 'fit', contains: 'padding' },
    padding: { left: 4, right: 10, top: 18, bottom: 4 },
    data: { values },
    ...rest,
  } as TopLevelSpec;
}

export function timeX(
  rows: readonly { readonly t: number; readonly end?: number }[],
  size: ChartSize,
): object {
  const from = rows[0]?.t ?? 0;
  const last = rows.at(-1);
  const to = last?.end ?? last?.t ?? 1;
  const { values, labelExpr } = timeAxis(from, to, size.ticks);
  return {
    field: 't',
    type: 'quantitative',
    scale: { domain: [from, to], nice: false, zero: false },
    axis: { title: null, values, labelExpr },
  };
}

interface Regrouped {
  readonly fromS: number;
  readonly toS: number;
  readonly rows: readonly SeriesRow[];
}

/** Rows in fewer and wider intervals, at most `countMax` of them and one for a border. */
export function regroup(
  rows: readonly SeriesRow[],
  countMax: number,
  widthNs: number,
): { widthNs: number; bars: Regrouped[] } {
  const wider = Math.max(widthNs, roundWidthNs(rows.length * widthNs, countMax));
  const groups = new Map<number, SeriesRow[]>();
  for (const row of rows) {
    const key = Math.floor(row.startNs / wider);
    const group = groups.get(key) ?? [];
    group.push(row);
    groups.set(key, group);
  }
  const bars = [...groups].map(([key, group]) => ({
    fromS: (key * wider) / 1e9,
    toS: ((key + 1) * wider) / 1e9,
    rows: group,
  }));
  return { widthNs: wider, bars };
}

type SummedField =
  | 'buyLots'
  | 'sellLots'
  | 'auctionLots'
  | 'newOrders'
  | 'cancels'
  | 'changes'
  | 'trades'
  | 'rejects';

export function sumOf(rows: readonly SeriesRow[], field: SummedField): number {
  return rows.reduce((sum, row) => sum + row[field], 0);
}
