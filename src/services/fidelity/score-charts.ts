/** Small drawings of a score as SVG: two distributions in one frame, a line of blocks, a row of bars. */

import type { DriftCurve, MetricProfile } from '../../fidelity/index.ts';
import { formatShort, Html, html } from '../../runs/index.ts';

const WIDTH = 340;
const HEIGHT = 150;
const LEFT = 4;
const BOTTOM = 20;
const TOP = 6;
const PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;

/** Real as an area, simulated as a line, the baseline as a dashed line. */
export function profileChart(name: string, unit: string, profile: MetricProfile): Html {
  const { edges, real, sim, baseline } = profile;
  const first = edges[0]!;
  const last = edges[edges.length - 1]!;
  const x = (value: number): number => LEFT + ((value - first) / (last - first)) * (WIDTH - 2 * LEFT);
  const top = Math.max(...real, ...sim, ...(baseline ?? []));
  const y = (share: number): number => TOP + PLOT_HEIGHT * (1 - share / top);
  const steps = (shares: readonly number[]): string =>
    shares
      .map((share, i) => `${point(x(edges[i]!), y(share))} ${point(x(edges[i + 1]!), y(share))}`)
      .join(' ');
  const base = `${point(x(last), y(0))} ${point(x(first), y(0))}`;
  const label = `${name}: shares of values from ${formatShort(first)} to ${formatShort(last)} ${unit}`;
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
<polygon points="${steps(real)} ${base}" fill="var(--s2)" fill-opacity=".45"/>
${baseline === null ? null : html`<polyline points="${steps(baseline)}" fill="none" stroke="var(--warn)" stroke-width="1.2" stroke-dasharray="4 3"/>`}
<polyline points="${steps(sim)}" fill="none" stroke="var(--accent)" stroke-width="1.8"/>
${axis(formatShort(first), formatShort(last), unit)}</svg>`;
}

/** Mean L1 by block of the windows, with that of the floor. */
export function driftChart({ sim, floor, blockMessages }: DriftCurve): Html {
  const top = 1.1 * Math.max(...sim, ...(floor ?? []));
  const x = (block: number): number => 24 + (block / Math.max(1, sim.length - 1)) * (WIDTH - 48);
  const y = (value: number): number => TOP + PLOT_HEIGHT * (1 - value / top);
  const line = (values: readonly number[]): string =>
    values.map((value, i) => point(x(i), y(value))).join(' ');
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Mean L1 by block of ${blockMessages} messages">
${floor === null ? null : html`<polyline points="${line(floor)}" fill="none" stroke="var(--s2)" stroke-width="2"/>`}
<polyline points="${line(sim)}" fill="none" stroke="var(--accent)" stroke-width="2"/>
${sim.map((value, i) => html`<circle cx="${round(x(i))}" cy="${round(y(value))}" r="3" fill="var(--accent)"><title>${formatShort(value)}</title></circle>`)}
${axis('first', 'last', `block of ${blockMessages}`)}</svg>`;
}

/** One bar from 0 to 100; below 0 it is empty. */
export function scoreBar(score: number | null): Html {
  if (score === null) return html`<span class="note">not testable</span>`;
  const filled = Math.max(0, Math.min(100, score));
  const kind = score >= 80 ? 'good' : score >= 60 ? 'warn' : 'bad';
  return html`<div class="bar" style="min-width:9rem" aria-hidden="true"><i class="${kind}" style="width:${round(filled)}%"></i></div>`;
}

function axis(from: string, to: string, unit: string): Html {
  const y = HEIGHT - 5;
  return html`<line x1="0" x2="${WIDTH}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM}" stroke="var(--line)"/>
<g font-size="11" fill="var(--muted)"><text x="${LEFT}" y="${y}">${from}</text><text x="${WIDTH / 2}" y="${y}" text-anchor="middle">${unit}</text><text x="${WIDTH - LEFT}" y="${y}" text-anchor="end">${to}</text></g>`;
}

function point(x: number, y: number): string {
  return `${round(x)},${round(y)}`;
}

function round(value: number): string {
  return (Math.round(value * 10) / 10).toString();
}

/** What the marks of the distributions mean. */
export const PROFILE_LEGEND = new Html(
  '<p class="lead">Grey area: real. Line: simulated. Dashed: baseline. The outermost bins hold everything beyond.</p>',
);
