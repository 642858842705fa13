/** The part of a replay's report that says what the venue told of its sessions, and what traded when nothing should. */

import { formatClock, formatCount } from './format.ts';
import { type Html, html } from './html.ts';
import { table } from './parts.ts';
import type { SessionLine } from './report-input.ts';

/** Instruments in the table: those with trades outside of trading first, then those with the most changes. */
export const SESSION_LINES_MAX = 40;
/** Changes and crosses that are told per instrument. */
const ENTRIES_MAX = 12;

/** Null where the recording says nothing of sessions. */
export function recordedSessions(lines: readonly SessionLine[]): Html | null {
  if (lines.length === 0) return null;
  const outside = lines.reduce((sum, { tradesOutside }) => sum + tradesOutside, 0);
  const shown = [...lines]
    .sort((a, b) => b.tradesOutside - a.tradesOutside || b.changeCount - a.changeCount)
    .slice(0, SESSION_LINES_MAX);
  const left = lines.length - shown.length;
  const finding =
    outside === 0
      ? 'No trade contradicts them.'
      : `Trades at times when nothing trades, of no auction: ${formatCount(outside)}.`;
  const note = left > 0 ? ` ${formatCount(left)} more instruments are in replay.json.` : '';
  const rows = shown.map((line) => [
    line.symbol,
    line.state,
    entries(line.changes.map(changeText), line.changeCount),
    entries(line.crosses.map(crossText), line.crossCount),
    formatCount(line.imbalanceCount),
    formatCount(line.tradesOutside),
  ]);
  const columns = ['Symbol', 'State at the end', 'Changes', 'Crosses', 'Imbalances', 'Trades outside'];
  return html`<h3>Sessions</h3><p class="lead">As the recording tells them. ${finding}${note}</p>
${table('Sessions of the recording', columns, rows, [4, 5])}`;
}

function entries(texts: readonly string[], count: number): Html {
  const shown = texts.slice(0, ENTRIES_MAX).map((text) => html`<div>${text}</div>`);
  const left = count - shown.length;
  return html`${shown}${left > 0 ? html`<div>and ${formatCount(left)} more</div>` : null}`;
}

function changeText({ time, from, to, why }: SessionLine['changes'][number]): string {
  return `${formatClock(time)} ${from} → ${to} (${why})`;
}

function crossText({ time, auction, price, lots }: SessionLine['crosses'][number]): string {
  return `${formatClock(time)} ${auction}: ${price === null ? 'no price' : `${formatCount(lots)} at ${price}`}`;
}
