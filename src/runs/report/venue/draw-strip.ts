/**
 * The states of a session as a drawing: one row per day on the same clock, one block per state, a diamond below where an
 * auction had a price. Two letters name a block, above it where it is too narrow.
 *
 * ```
 *              PO   CT                        CC  TC
 * day 1       ▂▂▂▂▂██████████████████████████▂▂▂▂▁▁▁
 *                  ◆                             ◆
 *            08:00      10:00      12:00      14:00
 * ```
 */

import { type Html, type HtmlPart, html } from '../html.ts';
import { timeAxis } from '../time-axis.ts';
import { clockText, dateOfDay, dayOf, type RunClock } from './run-clock.ts';
import type { ReportedState } from './session-summary.ts';
import { lookOf, type StateShape } from './state-looks.ts';
import { type DayRow, isOpen, type Segment } from './state-segments.ts';

export interface StripParts {
  /** At least one, each with an open state. */
  readonly days: readonly DayRow[];
  /** Rising. */
  readonly auctionTimesNs: readonly number[];
  readonly clock: RunClock;
  /** The drawing in words. */
  readonly label: string;
}

export interface StripSize {
  readonly width: number;
  /** Room for the names of days, where there are several. */
  readonly gutter: number;
  readonly hasDates: boolean;
  /** About how many labels fit along the axis. */
  readonly ticks: number;
}

export const LARGE_STRIP: StripSize = { width: 1080, gutter: 152, hasDates: true, ticks: 12 };
export const SMALL_STRIP: StripSize = { width: 344, gutter: 46, hasDates: false, ticks: 5 };

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
/** Of narrow blocks these come over others. */
const DRAWN_LAST: readonly StateShape[] = ['line', 'thin', 'tall', 'low', 'striped'];
/** Width of two letters with some air, in pixels. */
const MARK_WIDTH = 19;
/** A state that lasts a moment is still seen. */
const BLOCK_WIDTH_MIN = 1.5;
const DIAMOND_DISTANCE = 5;
const NS_PER_DAY = 86_400e9;
const NS_PER_HOUR = 3_600e9;

export function drawStrip(parts: StripParts, size: StripSize): Html {
  const { days, auctionTimesNs, clock, label } = parts;
  const axis = clockAxis(days, size, clock.hasDays);
  const rows: HtmlPart[] = days.map(({ day, segments }, i) => {
    const y = i * ROW_HEIGHT + MARK_HEIGHT;
    const blocks = segments
      .map((segment) => ({
        ...segment,
        x: axis.x(segment.fromNs, day),
        width: axis.x(segment.untilNs, day) - axis.x(segment.fromNs, day),
      }))
      .filter(({ width }) => width > 0);
    const auctions = auctionTimesNs.filter((ns) => dayOf(ns) === day).map((ns) => axis.x(ns, day));
    return html`${clock.hasDays ? dayLabel(day, y, clock, size) : null}${inDrawingOrder(blocks).map((block) =>
      drawBlock(block, y, clock),
    )}${drawMarks(blocks, y)}${apart(auctions, DIAMOND_DISTANCE).map((x) => diamond(x, y + BAR_HEIGHT + 6))}`;
  });
  const bottom = days.length * ROW_HEIGHT;
  return html`<svg viewBox="0 0 ${size.width} ${bottom + AXIS_HEIGHT}" role="img" aria-label="${label}">${rows}${drawAxis(axis, bottom, size.ticks)}</svg>`;
}

/** A part of the day, the same for every row. */
interface ClockAxis {
  readonly fromNs: number;
  readonly toNs: number;
  /** Place of a time that lies on a day, cut off at the ends. */
  readonly x: (ns: number, day: number) => number;
}

/** From the whole hour before anything is on to the one after everything is over. */
function clockAxis(days: readonly DayRow[], { width, gutter }: StripSize, hasDays: boolean): ClockAxis {
  let fromNs = NS_PER_DAY;
  let toNs = 0;
  for (const { day, segments } of days) {
    for (const segment of segments) {
      if (!isOpen(segment)) continue;
      fromNs = Math.min(fromNs, segment.fromNs - (day - 1) * NS_PER_DAY);
      toNs = Math.max(toNs, segment.untilNs - (day - 1) * NS_PER_DAY);
    }
  }
  fromNs = Math.floor(fromNs / NS_PER_HOUR) * NS_PER_HOUR;
  toNs = Math.ceil(toNs / NS_PER_HOUR) * NS_PER_HOUR;
  const left = hasDays ? gutter : 16;
  const right = width - 16;
  const x = (ns: number, day: number): number => {
    const ofDay = Math.min(Math.max(ns - (day - 1) * NS_PER_DAY, fromNs), toNs);
    return left + ((ofDay - fromNs) / (toNs - fromNs)) * (right - left);
  };
  return { fromNs, toNs, x };
}

function drawAxis({ fromNs, toNs, x }: ClockAxis, y: number, ticks: number): Html[] {
  const { values, labels } = timeAxis(fromNs / 1e9, toNs / 1e9, ticks);
  return values.map((value, i) => {
    const at = round(x(value * 1e9, 1));
    return html`<path d="M${at} ${y - 3}v4" stroke="var(--line)" fill="none"/><text x="${at}" y="${y + 15}" text-anchor="middle" font-size="11" fill="var(--muted)">${labels[i]!}</text>`;
  });
}

interface Block extends Segment {
  readonly x: number;
  readonly width: number;
}

/** Narrow blocks come over wide ones, stopped trading last; of one state no two lie upon each other. */
function inDrawingOrder(blocks: readonly Block[]): Block[] {
  const wide = blocks.filter(({ width }) => width >= BLOCK_WIDTH_MIN);
  const freeFrom = new Map<ReportedState, number>();
  const narrow = blocks.filter(({ state, x, width }) => {
    if (width >= BLOCK_WIDTH_MIN || x < (freeFrom.get(state) ?? 0)) return false;
    freeFrom.set(state, x + BLOCK_WIDTH_MIN);
    return true;
  });
  const rank = ({ state }: Block): number => DRAWN_LAST.indexOf(lookOf(state).shape);
  return [...wide, ...narrow.sort((a, b) => rank(a) - rank(b))];
}

function drawBlock({ state, fromNs, untilNs, x, width }: Block, y: number, clock: RunClock): Html {
  const { name, colour, shape } = lookOf(state);
  const height = SHAPE_HEIGHTS[shape];
  const top = round(y + BAR_HEIGHT - height);
  // Neighbours of one shape are told apart by a gap.
  const wide = round(Math.max(width - (width > 5 ? 1 : 0), BLOCK_WIDTH_MIN));
  const title = html`<title>${name}, ${clockText(clock, fromNs)} to ${clockText(clock, untilNs)}</title>`;
  const rect = (fill: string): Html =>
    html`<rect x="${round(x)}" y="${top}" width="${wide}" height="${round(height)}" fill="${fill}">${title}</rect>`;
  if (shape !== 'striped' || wide < 4) return rect(colour);
  const stripes: string[] = [];
  for (let at = 1; at < wide; at += 4) stripes.push(`M${round(x + at)} ${top}v${height}`);
  return html`<path d="${stripes.join('')}" stroke="${colour}" stroke-width="2" fill="none"/>${rect('transparent')}`;
}

/** Two letters in each block that has room for them, above it otherwise; none where they would cover the ones before. */
function drawMarks(blocks: readonly Block[], y: number): Html[] {
  const marks: Html[] = [];
  let freeFrom = Number.NEGATIVE_INFINITY;
  for (const { state, x, width } of blocks) {
    const { mark, shape } = lookOf(state);
    if (mark === '') continue;
    const centre = x + width / 2;
    const isInside = width >= MARK_WIDTH && (shape === 'tall' || shape === 'low');
    if (!isInside && centre - MARK_WIDTH / 2 < freeFrom) continue;
    if (!isInside) freeFrom = centre + MARK_WIDTH / 2;
    const top = y + BAR_HEIGHT - SHAPE_HEIGHTS[shape];
    const baseline = isInside ? top + SHAPE_HEIGHTS[shape] / 2 + 3.5 : (shape === 'thin' ? top : y) - 3;
    marks.push(
      html`<text x="${round(centre)}" y="${round(baseline)}" text-anchor="middle" font-size="10" fill="var(--ink)">${mark}</text>`,
    );
  }
  return marks;
}

function diamond(x: number, y: number): Html {
  return html`<path d="M${round(x)} ${y - 4.5}l4 4.5l-4 4.5l-4 -4.5z" fill="var(--s3)"/>`;
}

function dayLabel(day: number, top: number, clock: RunClock, { hasDates }: StripSize): Html {
  const y = top + BAR_HEIGHT / 2 + 4;
  const date = hasDates ? dateOfDay(clock, day) : null;
  return html`<text x="0" y="${y}" font-size="12" fill="var(--ink)">day ${day}</text>${
    date === null ? null : html`<text x="46" y="${y}" font-size="12" fill="var(--muted)">${date}</text>`
  }`;
}

/** Those of rising places that are so far apart. */
function apart(places: readonly number[], distance: number): number[] {
  let last = Number.NEGATIVE_INFINITY;
  return places.filter((place) => {
    if (place - last < distance) return false;
    last = place;
    return true;
  });
}

/** Tenths of a pixel are enough. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
