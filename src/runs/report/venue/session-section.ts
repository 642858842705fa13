/** The part of a report on the sessions of one instrument: states over time, auctions and their calls, bands, halts. */

import { formatCount } from '../format.ts';
import { type Html, html } from '../html.ts';
import { renderChart } from '../render-chart.ts';
import type { InstrumentSummary } from '../run-summary.ts';
import { bandChart } from './band-chart.ts';
import { callCharts } from './call-chart.ts';
import { CALLS_MAX, REOPENING_CALLS_MAX } from './call-courses.ts';
import type { RunClock } from './run-clock.ts';
import { sessionTables } from './session-tables.ts';
import { stateStrip } from './state-strip.ts';

/** Null where the journal tells of no session. `place` tells instruments apart in the page. */
export async function sessionSection(
  summary: InstrumentSummary,
  clock: RunClock,
  place: number,
): Promise<Html | null> {
  const { sessions, spec } = summary;
  if (sessions === null) return null;
  const bands = bandChart(summary);
  const charts: Html[] = [];
  for (const chart of [...(bands === null ? [] : [bands]), ...callCharts(spec, sessions, clock)])
    charts.push(await renderChart(chart));
  const { leftOut } = sessions.calls;
  const note =
    leftOut === 0
      ? null
      : html`<p class="lead">Calls are drawn for the first ${CALLS_MAX} auctions of the schedule and the first ${REOPENING_CALLS_MAX} reopenings that publish one. Not drawn here: ${formatCount(leftOut)}.</p>`;
  return html`<section class="part" id="sessions-${place}"><h4>Sessions and auctions</h4>
${stateStrip(sessions, clock)}
${charts.length === 0 ? null : html`<div class="charts">${charts}</div>`}${note}
${sessionTables(spec, sessions, clock)}</section>`;
}
