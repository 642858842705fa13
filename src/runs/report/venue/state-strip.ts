/** The figure of a session's states over time: legend with the time in each state, and the strip in two sizes. */

import { formatCount, formatDuration } from '../format.ts';
import { type Html, html } from '../html.ts';
import { drawStrip, LARGE_STRIP, SMALL_STRIP, type StripParts } from './draw-strip.ts';
import { clockText, type RunClock } from './run-clock.ts';
import type { SessionSummary } from './session-summary.ts';
import { lookOf } from './state-looks.ts';
import { dayRows } from './state-segments.ts';

/** Days drawn; the table of changes goes on. */
const DAYS_MAX = 31;

/** Null for a session that never left CLOSED for longer than a moment. */
export function stateStrip(sessions: SessionSummary, clock: RunClock): Html | null {
  const days = dayRows(sessions);
  const last = days.slice(0, DAYS_MAX).at(-1);
  if (last === undefined) return null;
  const states = sessions.stateNs.map(({ state, ns }) => ({ ...lookOf(state), time: formatDuration(ns) }));
  const auctionTimesNs = [...sessions.auctions.list, ...sessions.reopenings.list]
    .filter(({ priceTicks }) => priceTicks !== null)
    .map(({ timeNs }) => timeNs)
    .sort((a, b) => a - b);
  const legend = states.map(
    ({ name, mark, colour, shape, time }) =>
      html`<li><span class="key state ${shape}" style="--tint:${colour}">${mark}</span>${name}, ${time}</li>`,
  );
  const auctions = html`<li><span class="key state auction">◆</span>Auction with a price</li>`;
  const isCut = days.length > DAYS_MAX || sessions.changes.leftOut > 0;
  const unmarked = sessions.auctions.leftOut + sessions.reopenings.leftOut;
  const marks = unmarked > 0 ? ` ${formatCount(unmarked)} later auctions have no mark.` : '';
  const until = isCut ? ` Drawn up to ${clockText(clock, last.segments.at(-1)!.untilNs)}.` : '';
  const parts: StripParts = {
    days: days.slice(0, DAYS_MAX),
    auctionTimesNs,
    clock,
    label: `States over time: ${states.map(({ name, time }) => `${name} ${time}`).join(', ')}. Every change is in the table of state changes.`,
  };
  return html`<figure class="chart wide strip"><figcaption><h4>States of the session</h4><p>What the venue did with orders when, by its clock, and for how long.${until}${marks}</p><ul class="legend">${legend}${auctionTimesNs.length === 0 ? null : auctions}</ul></figcaption>
<div class="large">${drawStrip(parts, LARGE_STRIP)}</div><div class="small">${drawStrip(parts, SMALL_STRIP)}</div></figure>`;
}
