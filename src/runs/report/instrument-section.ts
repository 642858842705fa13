/** The part of a report on one instrument: figures, charts, tables. */

import type { InstrumentSpec } from '../../domain/index.ts';
import { chartsOf } from './charts.ts';
import {
  formatCount,
  formatDecimal,
  formatDuration,
  formatMeanPrice,
  formatPercent,
  formatPrice,
  formatShort,
} from './format.ts';
import { type Html, html } from './html.ts';
import { countTable, type Tile, table, tiles } from './parts.ts';
import { renderChart } from './render-chart.ts';
import type { InstrumentSummary } from './run-summary.ts';
import type { RunClock } from './venue/run-clock.ts';
import { sessionSection } from './venue/session-section.ts';

/** Instruments with charts, the busiest ones; all stand in the table. */
export const CHARTED_INSTRUMENTS_MAX = 12;

/** Every instrument in one table, then the busiest with their charts, each to be folded open. */
export async function instrumentsSection(
  instruments: readonly InstrumentSummary[],
  clock: RunClock,
): Promise<Html> {
  const busiest = busiestFirst(instruments).slice(0, CHARTED_INSTRUMENTS_MAX);
  const details: Html[] = [];
  // One after the other: each drawing takes the whole processor anyway.
  for (const [i, summary] of busiest.entries()) details.push(await instrumentDetails(summary, clock, i));
  const left = instruments.length - busiest.length;
  const note =
    left > 0
      ? html`<p class="lead">Charts are drawn for the ${CHARTED_INSTRUMENTS_MAX} busiest instruments that have records; without charts here: ${formatCount(left)}. Their records are in the journal.</p>`
      : null;
  return html`<section id="instruments"><h2>${instruments.length === 1 ? 'Instrument' : 'Instruments'}</h2>
${instruments.length === 0 ? html`<p class="lead">The run has no instruments.</p>` : null}
${instruments.length > 1 ? overviewTable(instruments) : null}${note}${details}</section>`;
}

/** Instruments with records, in the order of the page. */
export function busiestFirst(instruments: readonly InstrumentSummary[]): InstrumentSummary[] {
  return instruments.filter(({ records }) => records > 0).sort((a, b) => b.records - a.records);
}

function overviewTable(instruments: readonly InstrumentSummary[]): Html {
  const rows = instruments.map(({ spec, records, trading, quotes }) => [
    spec.symbol,
    formatCount(records),
    trading === null ? 'no trades' : formatCount(trading.trades),
    trading === null ? '–' : formatCount(trading.lots),
    trading === null ? '–' : formatPrice(spec, trading.closeTicks),
    quotes === null ? '–' : formatShort(quotes.spreadMeanTicks),
  ]);
  const columns = ['Symbol', 'Records', 'Trades', 'Lots', 'Last price', 'Mean spread, ticks'];
  return table('All instruments', columns, rows, [1, 2, 3, 4, 5]);
}

async function instrumentDetails(summary: InstrumentSummary, clock: RunClock, place: number): Promise<Html> {
  const { spec, records, byKind, cancelReasons, rejectReasons } = summary;
  const figures: Html[] = [];
  for (const chart of chartsOf(summary)) figures.push(await renderChart(chart));
  const about = `${formatCount(records)} records · tick ${spec.tickSize} ${spec.currency} · lot ${spec.lotSize}`;
  return html`<details class="instrument"${place === 0 ? html` open` : null}><summary><h3>${spec.symbol}</h3><span class="about">${about}</span></summary>
<div class="inside">${tiles(figureTiles(summary))}
<div class="charts">${figures}</div>
${await sessionSection(summary, clock, place + 1)}
<div class="tables">
${countTable('Records by kind', 'Kind', byKind, 'No records.')}
${countTable('Why orders were cancelled', 'Reason', cancelReasons, 'No order was cancelled.')}
${countTable('Why commands were refused', 'Rule', rejectReasons, 'No command was refused.')}
</div></div></details>`;
}

function figureTiles({ spec, trading, quotes, depth, series }: InstrumentSummary): Tile[] {
  const none: Tile = { name: 'Trades', value: 'no trades' };
  const orders = series.rows.reduce((sum, { newOrders }) => sum + newOrders, 0);
  return [
    trading === null
      ? { name: 'New orders', value: formatCount(orders) }
      : {
          name: 'New orders',
          value: formatCount(orders),
          note: `${formatShort(orders / trading.trades)} per trade`,
        },
    ...(trading === null
      ? [none]
      : [
          {
            name: 'Trades',
            value: formatCount(trading.trades),
            note: `mean ${formatShort(trading.lots / trading.trades)} lots`,
          },
          {
            name: 'Volume',
            value: html`${formatCount(trading.lots)} <small>lots</small>`,
            note: `${formatPercent(trading.hiddenLots / trading.lots)} against hidden orders`,
          },
          {
            name: 'Turnover',
            value: html`${turnover(spec, trading.tickLots)} <small>${spec.currency}</small>`,
          },
          {
            name: 'Last price',
            value: formatPrice(spec, trading.closeTicks),
            note: `first ${formatPrice(spec, trading.openTicks)}`,
          },
          {
            name: 'Price range',
            value: html`${formatPrice(spec, trading.lowTicks)} <small>to</small> ${formatPrice(spec, trading.highTicks)}`,
            note: `volume-weighted ${formatMeanPrice(spec, trading.vwapTicks)}`,
          },
        ]),
    quotes === null
      ? { name: 'Spread', value: 'no quotes' }
      : {
          name: 'Mean spread',
          value: html`${formatShort(quotes.spreadMeanTicks)} <small>ticks</small>`,
          note: `median ${quotes.spreadMedianTicks}, by time`,
        },
    ...(depth === null
      ? []
      : [
          {
            name: 'Depth at best',
            value: html`${formatShort(depth.bidLots[0]!)} <small>bid</small> ${formatShort(depth.askLots[0]!)} <small>ask</small>`,
            note: 'mean displayed lots',
          },
        ]),
    ...(quotes !== null && quotes.crossedNs > 0
      ? [
          {
            name: 'Locked or crossed',
            value: formatDuration(quotes.crossedNs),
            note: 'not in the spread figures',
          },
        ]
      : []),
  ];
}

/** Turnover in currency units, rounded to whole ones when it is large. The exact sum is in the journal. */
function turnover(spec: InstrumentSpec, tickLots: string): string {
  const value = Number(tickLots) * Number(spec.tickSize) * Number(spec.lotSize);
  const size = Math.abs(value);
  if (size >= 1e9) return `${formatDecimal(value / 1e9, 2)} bn`;
  if (size >= 1e6) return `${formatDecimal(value / 1e6, 2)} m`;
  return formatDecimal(value, size >= 1000 ? 0 : 2);
}
