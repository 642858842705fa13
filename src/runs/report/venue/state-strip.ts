/**
 * The states of a session over the days of a run: one row per day on the same clock, one block per state, a mark below where
 * an auction took place. Blocks too narrow for their two letters have them above.
 *
 * ```
 * day 1   PO   CT                        CC  TC
 *        ▂▂▂▂▂██████████████████████████▂▂▂▂▁▁▁
 *             ◆                             ◆
 * ```
 */

import { formatDuration } from '../format.ts';
import { type Html, type HtmlPart, html } from '../html.ts';
import { timeAxis } from '../time-axis.ts';
import { clockText, dateOfDay, dayOf, type RunClock } from './run-clock.ts';
import type { SessionSummary } from './session-summary.ts';
import { lookOf } from './state-looks.ts';
import { dayRows, type Segment } from './state-segments.ts';

/** Days drawn; the table of changes goes on. */
const DAYS_MAX = 31;

interface StripSize {
  readonly width: number;
  /** Room for the names of days, where there are several. */
  readonly gutter: number;
  readonly hasDates: boolean;
  readonly ticks: number;
}

const LARGE: StripSize = { width: 1080, gutter: 148, hasDates: true, ticks: 12 };
const SMALL: StripSize = { width: 344, gutter: 44, hasDates: false, ticks: 5 };

const MARK_HEIGHT = 13;
const BAR_HEIGHT = 24;
const AUCTION_HEIGHT = 12;
const ROW_HEIGHT = MARK_HEIGHT + BAR_HEIGHT + AUCTION_HEIGHT;
const AXIS_HEIGHT = 20;
const SHAPE_HEIGHTS = {
  tall: BAR_HEIGHT,
  low: BAR_HEIGHT * 0.62,
  striped: BAR_HEIGHT,
  thin: BAR_HEIGHT * 0.25,
  line: 1.5,
} as const;
/** Width of two letters with some air, in pixels. */
const MARK_WIDTH = 19;
/** A state that lasts a moment is still seen. */
const BLOCK_WIDTH_MIN = 1.5;
const NS_PER_DAY = 86_400e9;
const NS_PER_HOUR = 3_600e9;

/** The figure with its legend; null for a session that never left one state for another that lasts. */
export function stateStrip(sessions: SessionSummary, clock: RunClock): Html | null {
  const rows = dayRows(sessions);
  if (rows.length === 0) return null;
  const shown = rows.slice(0, DAYS_MAX);
  const states = sessions.stateNs.map(({ state, ns }) => ({ ...lookOf(state), time: formatDuration(ns) }));
  const label = `States over time: ${states.map(({ name, time }) => `${name} ${time}`).join(', ')}. Every change is in the table of state changes.`;
  const legend = states.map(
    ({ name, mark, colour, shape, time }) =>
      html`<li><span class="key state ${shape}" style="--tint:${colour}">${mark}</span>${name}, ${time}</li>`,
  );
  const auctions = sessions.auctions.list.some(({ priceTicks }) => priceTicks !== null)
    ? html`<li><span class="key state auction">◆</span>Auction with a price</li>`
    : null;
  const left =
    rows.length > shown.length || sessions.changes.leftOut > 0
      ? ` Drawn up to ${clockText(clock, shown.at(-1)!.segments.at(-1)!.untilNs)}.`
      : '';
  return html`<figure class="chart wide strip"><figcaption><h4>States of the session</h4><p>What the venue did with orders when, on the venue's clock.${left}</p><ul class="legend">${legend}${auctions}</ul></figcaption>
<div class="large">${drawStrip(shown, { sessions, clock, label, size: LARGE })}</div><div class="small">${drawStrip(shown, { sessions, clock, label, size: SMALL })}</div></figure>`;
}

interface Drawing {
  readonly sessions: SessionSummary;
  readonly clock: RunClock;
  readonly label: string;
  readonly size: StripSize;
}

function drawStrip(rows: readonly ReturnType<typeof dayRows>[number][], drawing: Drawing): Html {
  const { size, clock, label, sessions } = drawing;
  const hasDays = clock.hasDays;
  const left = hasDays ? size.gutter : 6;
  const right = size.width - 14;
  const ofDay = (ns: number, day: number): number => ns - (day - 1) * NS_PER_DAY;
  const open = rows.flatMap(({ day, segments }) =>
    segments.filter(({ state }) => state !== 'CLOSED').map((one) => ({ day, ...one })),
  );
  const fromNs = floorTo(Math.min(...open.map(({ day, fromNs: ns }) => ofDay(ns, day))), NS_PER_HOUR);
  const toNs = ceilTo(Math.max(...open.map(({ day, untilNs: ns }) => ofDay(ns, day))), NS_PER_HOUR);
  const x = (ns: number, day: number): number =>
    left + ((Math.min(Math.max(ofDay(ns, day), fromNs), toNs) - fromNs) / (toNs - fromNs)) * (right - left);
  const parts: HtmlPart[] = [];
  for (const [i, { day, segments }] of rows.entries()) {
    const y = i * ROW_HEIGHT + MARK_HEIGHT;
    if (hasDays) parts.push(dayLabel(day, y, drawing));
    const blocks = segments.map((segment) => ({
      ...segment,
      x: x(segment.fromNs, day),
      width: x(segment.untilNs, day) - x(segment.fromNs, day),
    }));
    parts.push(blocks.filter(({ width }) => width > 0).map((block) => drawBlock(block, y, clock)));
    parts.push(drawMarks(blocks, y));
    for (const { timeNs, priceTicks } of sessions.auctions.list)
      if (priceTicks !== null && dayOf(timeNs) === day)
        parts.push(diamond(x(timeNs, day), y + BAR_HEIGHT + 6));
  }
  const bottom = rows.length * ROW_HEIGHT;
  const { values, labels } = timeAxis(fromNs / 1e9, toNs / 1e9, size.ticks);
  for (const [i, value] of values.entries()) {
    const at = round(x(value * 1e9, 1));
    parts.push(
      html`<path d="M${at} ${bottom - 4}v4" stroke="var(--line)" fill="none"/><text x="${at}" y="${bottom + 14}" text-anchor="middle" font-size="11" fill="var(--muted)">${labels[i]!}</text>`,
    );
  }
  return html`<svg viewBox="0 0 ${size.width} ${bottom + AXIS_HEIGHT}" role="img" aria-label="${label}">${parts}</svg>`;
}

interface Block extends Segment {
  readonly x: number;
  readonly width: number;
}

function drawBlock({ state, fromNs, untilNs, x, width }: Block, y: number, clock: RunClock): Html {
  const { name, colour, shape } = lookOf(state);
  const height = SHAPE_HEIGHTS[shape];
  const top = round(y + BAR_HEIGHT - height);
  const wide = round(Math.max(width, BLOCK_WIDTH_MIN));
  const title = html`<title>${name}, ${clockText(clock, fromNs)} to ${clockText(clock, untilNs)}</title>`;
  if (shape !== 'striped')
    return html`<rect x="${round(x)}" y="${top}" width="${wide}" height="${round(height)}" fill="${colour}">${title}</rect>`;
  const stripes: string[] = [];
  for (let at = 1; at < wide; at += 4) stripes.push(`M${round(x + at)} ${top}v${height}`);
  return html`<g><rect x="${round(x)}" y="${top}" width="${wide}" height="${height}" fill="transparent"/><path d="${stripes.join('')}" stroke="${colour}" stroke-width="2" fill="none"/>${title}</g>`;
}

/** Two letters in each block that has room for them, above it otherwise; none where they would cover the one before. */
function drawMarks(blocks: readonly Block[], y: number): Html[] {
  const marks: Html[] = [];
  let freeFrom = Number.NEGATIVE_INFINITY;
  for (const { state, x, width } of blocks) {
    const { mark, shape } = lookOf(state);
    if (mark === '' || width <= 0) continue;
    const centre = x + width / 2;
    const isInside = width >= MARK_WIDTH && (shape === 'tall' || shape === 'low');
    if (!isInside && centre - MARK_WIDTH / 2 < freeFrom) continue;
    if (!isInside) freeFrom = centre + MARK_WIDTH / 2;
    const baseline = isInside
      ? y + BAR_HEIGHT - SHAPE_HEIGHTS[shape] / 2 + 3.5
      : y - 3 + (shape === 'thin' ? BAR_HEIGHT - SHAPE_HEIGHTS.thin : 0);
    marks.push(
      html`<text x="${round(centre)}" y="${round(baseline)}" text-anchor="middle" font-size="10" fill="var(--ink)">${mark}</text>`,
    );
  }
  return marks;
}

function diamond(x: number, y: number): Html {
  return html`<path d="M${round(x)} ${y - 4.5}l4 4.5l-4 4.5l-4 -4.5z" fill="var(--s3)"/>`;
}

function dayLabel(day: number, y: number, { clock, size }: Drawing): Html {
  const date = size.hasDates ? dateOfDay(clock, day) : null;
  return html`<text x="0" y="${y + BAR_HEIGHT / 2 + 4}" font-size="12" fill="var(--ink)">day ${day}</text>${
    date === null
      ? null
      : html`<text x="46" y="${y + BAR_HEIGHT / 2 + 4}" font-size="12" fill="var(--muted)">${date}</text>`
  }`;
}

/** Tenths of a pixel are enough. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}

function ceilTo(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
