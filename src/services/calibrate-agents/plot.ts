/** A frame with two scales for the small drawings of a calibration's page. */

import { formatShort, type Html, type HtmlPart, html } from '../../runs/index.ts';

export const PLOT_WIDTH = 360;
/** Of a drawing that takes the room of two. */
export const PLOT_WIDTH_WIDE = 740;
export const PLOT_HEIGHT = 200;
const LEFT = 44;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 34;

export interface Scale {
  /** Place of a value on the drawing; values outside are kept at the ends. */
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

export interface Extent {
  readonly low: number;
  readonly high: number;
  readonly isLog?: boolean;
}

const STEPS = [1, 2, 5, 10];

export function xScale(extent: Extent, width = PLOT_WIDTH): Scale {
  return scaleOf(extent, LEFT, width - RIGHT);
}

/** Upwards. */
export function yScale(extent: Extent): Scale {
  return scaleOf(extent, PLOT_HEIGHT - BOTTOM, TOP);
}

/** Least and greatest of what is finite, with some room; 0 to 1 where there is nothing. */
export function extentOf(values: readonly number[], isLog = false): Extent {
  const seen = values.filter((value) => Number.isFinite(value) && (!isLog || value > 0));
  if (seen.length === 0) return { low: isLog ? 0.1 : 0, high: 1, isLog };
  const [low, high] = [Math.min(...seen), Math.max(...seen)];
  if (isLog) return { low: low / 1.15, high: high * 1.15, isLog };
  const room = high > low ? 0.05 * (high - low) : Math.abs(high) || 1;
  return { low: low - room, high: high + room };
}

function scaleOf({ low, high, isLog = false }: Extent, from: number, to: number): Scale {
  const place = (value: number): number => (isLog ? Math.log(value) : value);
  const [a, b] = [place(low), place(high)];
  return {
    at: (value) => {
      const share = Math.min(1, Math.max(0, (place(value) - a) / (b - a)));
      return round(from + (Number.isNaN(share) ? 0 : share) * (to - from));
    },
    ticks: isLog ? logTicks(low, high) : linearTicks(low, high),
  };
}

function linearTicks(low: number, high: number): number[] {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * STEPS.find((one) => one * power >= rough)!;
  const first = Math.ceil(low / step);
  return Array.from(
    { length: Math.max(0, Math.floor(high / step) - first + 1) },
    (_, i) => (first + i) * step,
  );
}

function logTicks(low: number, high: number): number[] {
  const decades = Math.log10(high / low);
  const within = decades > 2.5 ? [1] : decades > 1 ? [1, 3] : [1, 2, 5];
  const ticks: number[] = [];
  const every = Math.max(1, Math.ceil(decades / 6));
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += every) {
    for (const digit of within) {
      const tick = digit * 10 ** power;
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks.length >= 2 ? ticks : linearTicks(low, high);
}

export interface Frame {
  readonly label: string;
  readonly x: Scale;
  readonly y: Scale | null;
  readonly xName: string;
  readonly yName: string;
  readonly width?: number;
}

/** Axes with their ticks and names, and what is drawn between them. */
export function plot({ label, x, y, xName, yName, width = PLOT_WIDTH }: Frame, marks: HtmlPart): Html {
  const bottom = PLOT_HEIGHT - BOTTOM;
  const right = width - RIGHT;
  return html`<svg viewBox="0 0 ${width} ${PLOT_HEIGHT}" role="img" aria-label="${label}">
<g stroke="var(--line)">${(y?.ticks ?? []).map((tick) => html`<line x1="${LEFT}" x2="${right}" y1="${y!.at(tick)}" y2="${y!.at(tick)}"/>`)}<line x1="${LEFT}" x2="${right}" y1="${bottom}" y2="${bottom}"/></g>
${marks}
<g font-size="10.5" fill="var(--muted)">${x.ticks.map((tick) => html`<text x="${x.at(tick)}" y="${bottom + 13}" text-anchor="middle">${tickText(tick)}</text>`)}${(y?.ticks ?? []).map((tick) => html`<text x="${LEFT - 5}" y="${y!.at(tick) + 3.5}" text-anchor="end">${tickText(tick)}</text>`)}<text x="${(LEFT + right) / 2}" y="${PLOT_HEIGHT - 5}" text-anchor="middle">${xName}</text>${yName === '' ? null : html`<text x="10" y="${(TOP + bottom) / 2}" text-anchor="middle" transform="rotate(-90 10 ${(TOP + bottom) / 2})">${yName}</text>`}</g></svg>`;
}

/** As short as it can be: 1k, 20k, 3M. */
function tickText(tick: number): string {
  const size = Math.abs(tick);
  const sign = tick < 0 ? '-' : '';
  if (size >= 1e6) return `${sign}${formatShort(size / 1e6)}M`;
  return size >= 1e3 ? `${sign}${formatShort(size / 1e3)}k` : `${sign}${formatShort(size)}`;
}

export function polyline(points: readonly (readonly [number, number])[], style: Html): Html {
  return html`<polyline points="${points.map(([x, y]) => `${x},${y}`).join(' ')}" fill="none" ${style}/>`;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export function figure(title: string, note: string, drawing: Html): Html {
  return html`<figure class="chart"><figcaption><h4>${title}</h4><p class="note">${note}</p></figcaption>${drawing}</figure>`;
}
