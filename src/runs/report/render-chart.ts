/** Charts as SVG text. The chart library is large, so it is loaded when the first chart is drawn. */

import type { TopLevelSpec } from 'vega-lite';
import { Html, html } from './html.ts';

/** What a chart shows, apart from its size. */
export interface Chart {
  readonly title: string;
  /** One line under the title: what exactly is shown. */
  readonly note: string;
  /** The chart in words, for those who do not see it. */
  readonly label: string;
  readonly legend: readonly LegendEntry[];
  /** Null when there is nothing to show; `empty` then says why. */
  readonly spec: ((size: ChartSize) => TopLevelSpec) | null;
  readonly empty: string;
  readonly isWide: boolean;
}

export interface LegendEntry {
  readonly name: string;
  readonly colour: string;
  /** How it is drawn, where it is no plain line or area. */
  readonly mark?: 'dashed' | 'dotted' | 'diamond';
}

export interface ChartSize {
  readonly width: number;
  readonly height: number;
  /** About how many labels fit along the horizontal axis. */
  readonly ticks: number;
}

const WIDE: ChartSize = { width: 1080, height: 300, ticks: 10 };
const HALF: ChartSize = { width: 520, height: 250, ticks: 8 };
const NARROW: ChartSize = { width: 344, height: 230, ticks: 4 };

/** Colours are variables of the page, so one drawing serves the light and the dark theme. */
export const COLOURS = {
  ink: 'var(--ink)',
  muted: 'var(--muted)',
  line: 'var(--line)',
  accent: 'var(--accent)',
  buy: 'var(--buy)',
  sell: 'var(--sell)',
  bands: 'var(--warn)',
  auction: 'var(--s3)',
  series: ['var(--s1)', 'var(--s2)', 'var(--s3)', 'var(--s4)', 'var(--s5)'],
} as const;

const CONFIG: TopLevelSpec['config'] = {
  aria: false,
  font: 'inherit',
  view: { stroke: null },
  axis: {
    domainColor: COLOURS.line,
    tickColor: COLOURS.line,
    gridColor: COLOURS.line,
    gridOpacity: 0.7,
    labelColor: COLOURS.muted,
    titleColor: COLOURS.muted,
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    labelPadding: 6,
    titlePadding: 8,
  },
  axisX: { grid: false, tickSize: 4 },
  axisY: {
    domain: false,
    ticks: false,
    titleAlign: 'left',
    titleAngle: 0,
    titleAnchor: 'start',
    titleX: 0,
    titleY: -10,
  },
};

/** A figure with the chart in the size of a screen and in that of a phone; the page shows one of them. */
export async function renderChart(chart: Chart): Promise<Html> {
  const legend = chart.legend.map(
    ({ name, colour, mark }) =>
      html`<li><span class="key${mark === undefined ? '' : ` ${mark}`}" style="color:${colour}"></span>${name}</li>`,
  );
  const head = html`<figcaption><h4>${chart.title}</h4><p>${chart.note}</p>${
    chart.legend.length > 0 && chart.spec !== null ? html`<ul class="legend">${legend}</ul>` : null
  }</figcaption>`;
  const kind = chart.isWide ? 'chart wide' : 'chart';
  if (chart.spec === null)
    return html`<figure class="${kind}">${head}<p class="empty">${chart.empty}</p></figure>`;
  const large = await drawSvg(chart.spec(chart.isWide ? WIDE : HALF), chart.label);
  const small = await drawSvg(chart.spec(NARROW), chart.label);
  return html`<figure class="${kind}">${head}<div class="large">${large}</div><div class="small">${small}</div></figure>`;
}

let drawn = 0;

async function drawSvg(spec: TopLevelSpec, label: string): Promise<Html> {
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const compiled = compile({ background: 'transparent', ...spec, config: { ...CONFIG, ...spec.config } });
  const view = new View(parse(compiled.spec), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  return new Html(adaptSvg(svg, label));
}

/** Makes the drawing scale with the page, speak, and stand beside others: ids are unique, no address is named. */
function adaptSvg(svg: string, label: string): string {
  const prefix = `c${++drawn}-`;
  const size = /viewBox="([^"]+)"/.exec(svg)?.[1] ?? '';
  const named = html`<svg viewBox="${size}" role="img" aria-label="${label}" preserveAspectRatio="xMidYMid meet">`;
  return svg
    .replace(/<svg[^>]*>/, () => named.text)
    .replace(/ id="/g, ` id="${prefix}`)
    .replace(/url\(#/g, `url(#${prefix}`);
}
