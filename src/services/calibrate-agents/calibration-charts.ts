/** Drawings of a calibration: searches, what is known of each parameter, checks. */

import type { MomentCheck, MorrisEffect, SbcRanks, SobolIndex } from '../../calibration/index.ts';
import { Html, html } from '../../runs/index.ts';
import type { Estimator, SoughtParameter } from '../../scenarios/index.ts';
import type { RankedEstimate } from './agents-outcome.ts';
import { METHOD_NAMES } from './methods.ts';
import { extentOf, figure, PLOT_WIDTH_WIDE, plot, polyline, round, xScale, yScale } from './plot.ts';

const COLOURS: Readonly<Record<Estimator, string>> = {
  cmaes: 'var(--s1)',
  bayesian: 'var(--s4)',
  abc: 'var(--s3)',
};
const BINS = 24;

/** Distances of all points of each search as dots, and the best so far as a line. */
export function searchChart(estimates: readonly RankedEstimate[]): Html {
  const losses = estimates.flatMap(({ evaluated }) => evaluated.map(({ outcome }) => outcome.loss));
  const x = xScale(
    { low: 0, high: Math.max(...estimates.map(({ evaluated }) => evaluated.length)) },
    PLOT_WIDTH_WIDE,
  );
  const y = yScale(extentOf(losses, true));
  const marks = estimates.map(({ method, evaluated }) => {
    let best = Number.POSITIVE_INFINITY;
    const line: [number, number][] = [];
    const dots = evaluated.flatMap(({ outcome: { loss } }, i) => {
      if (!Number.isFinite(loss)) return [];
      best = Math.min(best, loss);
      line.push([x.at(i + 1), y.at(best)]);
      return [html`<circle cx="${x.at(i + 1)}" cy="${y.at(loss)}" r="1.3"/>`];
    });
    const colour = COLOURS[method];
    return html`<g fill="${colour}" fill-opacity=".35">${dots}</g>${polyline(line, html`stroke="${colour}" stroke-width="1.8"`)}`;
  });
  return plot(
    {
      label: 'Distance by point',
      x,
      y,
      xName: 'points simulated',
      yName: 'distance',
      width: PLOT_WIDTH_WIDE,
    },
    marks,
  );
}

/** Which colour is which method. */
export function methodLegend(estimates: readonly RankedEstimate[], hasTruth: boolean): Html {
  const entry = (colour: string, text: string): Html =>
    html`<li><i class="key" style="background:${colour}"></i>${text}</li>`;
  return html`<ul class="legend">${estimates.map(({ method }) => entry(COLOURS[method], METHOD_NAMES[method]))}${hasTruth ? entry('var(--bad)', 'true value') : null}</ul>`;
}

/** One parameter: histogram of the posterior and of the eligible points, and below it the interval of each estimator. */
export function parameterChart(
  parameter: SoughtParameter,
  index: number,
  estimates: readonly RankedEstimate[],
  truth: number | null,
): Html {
  const { name, low, high, scale } = parameter;
  const x = xScale({ low, high, isLog: scale === 'log' });
  const base = 128;
  const histograms = estimates.flatMap(({ method, posterior, eligibility }) => {
    const points = posterior?.draws ?? eligibility?.eligible.map(({ point }) => point) ?? [];
    return points.length === 0
      ? []
      : [
          bars(
            points.map((point) => point[index]!),
            x.at(low),
            x.at(high),
            base,
            COLOURS[method],
          ),
        ];
  });
  const intervals = estimates.map(({ method, values, intervals: all }, row) => {
    const y = base + 10 + 9 * row;
    const one = all?.[index];
    const line =
      one === undefined
        ? null
        : html`<line x1="${x.at(one.low)}" x2="${x.at(one.high)}" y1="${y}" y2="${y}" stroke="${COLOURS[method]}" stroke-width="2.5" stroke-opacity=".55"/>`;
    return html`${line}<circle cx="${x.at(values[index]!)}" cy="${y}" r="3.4" fill="${COLOURS[method]}"><title>${METHOD_NAMES[method]}: ${values[index]!}</title></circle>`;
  });
  const line =
    truth === null
      ? null
      : html`<line x1="${x.at(truth)}" x2="${x.at(truth)}" y1="8" y2="166" stroke="var(--bad)" stroke-width="1.4" stroke-dasharray="4 3"/>`;
  const unit = parameter.as === 'factor' ? 'factor' : parameter.path;
  return figure(
    name,
    parameter.path,
    plot({ label: `What is known of ${name}`, x, y: null, xName: unit, yName: '' }, [
      histograms,
      intervals,
      line,
    ]),
  );
}

/** Shares of places in [0, 1] by equal bins, drawn from `left` to `right` above `base`. */
function bars(places: readonly number[], left: number, right: number, base: number, colour: string): Html {
  const counts = new Array<number>(BINS).fill(0);
  for (const place of places) counts[Math.min(BINS - 1, Math.floor(place * BINS))]!++;
  const top = Math.max(...counts);
  const width = (right - left) / BINS;
  return html`<g fill="${colour}" fill-opacity=".38">${counts.map((count, i) =>
    count === 0
      ? null
      : html`<rect x="${round(left + i * width)}" y="${round(base - (112 * count) / top)}" width="${round(width)}" height="${round((112 * count) / top)}"/>`,
  )}</g>`;
}

/** Importance against deviation: straight ones lie at the bottom, those that bend or depend above the line. */
export function morrisChart(effects: readonly MorrisEffect[]): Html {
  const top = 1.1 * Math.max(...effects.flatMap(({ muStar, sigma }) => [muStar, sigma]), 1e-9);
  const x = xScale({ low: 0, high: top });
  const y = yScale({ low: 0, high: top });
  const marks = [
    polyline(
      [
        [x.at(0), y.at(0)],
        [x.at(top), y.at(top)],
      ],
      html`stroke="var(--line)" stroke-dasharray="4 3"`,
    ),
    ...effects.map(({ name, muStar, sigma }) => {
      const isRight = muStar > 0.6 * top;
      return html`<circle cx="${x.at(muStar)}" cy="${y.at(sigma)}" r="4" fill="var(--accent)"/><text x="${x.at(muStar) + (isRight ? -7 : 7)}" y="${y.at(sigma) - 6}" font-size="11" fill="var(--ink)" text-anchor="${isRight ? 'end' : 'start'}">${name}</text>`;
    }),
  ];
  return plot({ label: 'Morris effects', x, y, xName: 'mu* (importance)', yName: 'sigma' }, marks);
}

/** First order as a full bar, total as a pale one, with their intervals. */
export function sobolChart(indices: readonly SobolIndex[]): Html {
  const rows = indices.length;
  const height = 24 * rows + 30;
  const at = (share: number): number => round(110 + 230 * Math.min(1, Math.max(0, share)));
  const bar = (y: number, share: number, low: number, high: number, opacity: string): Html =>
    html`<rect x="110" y="${y}" width="${round(at(share) - 110)}" height="8" fill="var(--accent)" fill-opacity="${opacity}"/><line x1="${at(low)}" x2="${at(high)}" y1="${y + 4}" y2="${y + 4}" stroke="var(--ink)" stroke-width="1"/>`;
  return html`<svg viewBox="0 0 360 ${height}" role="img" aria-label="Sobol indices">
<g stroke="var(--line)">${[0, 0.25, 0.5, 0.75, 1].map((share) => html`<line x1="${at(share)}" x2="${at(share)}" y1="4" y2="${height - 22}"/>`)}</g>
${indices.map(({ name, first, total, ...ends }, i) => {
  const y = 8 + 24 * i;
  return html`<text x="104" y="${y + 11}" font-size="11" text-anchor="end" fill="var(--ink)">${name}</text>${bar(y, first, ends.firstLow, ends.firstHigh, '.9')}${bar(y + 9, total, ends.totalLow, ends.totalHigh, '.4')}`;
})}
<g font-size="10.5" fill="var(--muted)" text-anchor="middle">${[0, 0.5, 1].map((share) => html`<text x="${at(share)}" y="${height - 8}">${String(share)}</text>`)}</g></svg>`;
}

/** Simulations of the posterior as bars, and the real value as a line. */
export function predictiveChart({ name, real, p }: MomentCheck, simulated: readonly number[]): Html {
  const seen = simulated.filter((value) => Number.isFinite(value));
  const extent = extentOf([...seen, real]);
  const x = xScale(extent);
  const places = seen.map((value) => (value - extent.low) / (extent.high - extent.low));
  return figure(
    name,
    `p ${p < 0.001 ? '< 0.001' : p.toFixed(3)}`,
    plot({ label: `${name}, simulated and real`, x, y: null, xName: 'mean over the windows', yName: '' }, [
      bars(places, x.at(extent.low), x.at(extent.high), 160, 'var(--s1)'),
      html`<line x1="${x.at(real)}" x2="${x.at(real)}" y1="8" y2="166" stroke="var(--bad)" stroke-width="2"/>`,
    ]),
  );
}

/** Known values against what was found for them. */
export function recoveryChart(
  { name, low, high, scale }: SoughtParameter,
  method: Estimator,
  pairs: readonly (readonly [number, number])[],
  note: string,
): Html {
  const extent = { low, high, isLog: scale === 'log' };
  const [x, y] = [xScale(extent), yScale(extent)];
  return figure(
    `${name}, ${METHOD_NAMES[method]}`,
    note,
    plot({ label: `Recovery of ${name}`, x, y, xName: 'true', yName: 'found' }, [
      polyline(
        [
          [x.at(low), y.at(low)],
          [x.at(high), y.at(high)],
        ],
        html`stroke="var(--s2)" stroke-dasharray="4 3"`,
      ),
      html`<g fill="${COLOURS[method]}" fill-opacity=".7">${pairs.map(([truth, found]) => html`<circle cx="${x.at(truth)}" cy="${y.at(found)}" r="2.8"/>`)}</g>`,
    ]),
  );
}

/** Ranks of the true values in their posteriors: flat where those are right. */
export function rankChart({ name, histogram, p, shape }: SbcRanks): Html {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  const expected = total / histogram.length;
  const sd = Math.sqrt(expected * (1 - 1 / histogram.length));
  const x = xScale({ low: 0, high: 1 });
  const y = yScale({ low: 0, high: Math.max(...histogram, expected + 3 * sd) });
  const width = (x.at(1) - x.at(0)) / histogram.length;
  const band = [y.at(expected + 1.96 * sd), y.at(Math.max(0, expected - 1.96 * sd))] as const;
  return figure(
    name,
    `${shape}, p ${p.toFixed(3)}`,
    plot({ label: `Ranks of ${name}`, x, y, xName: 'rank of the true value', yName: 'runs' }, [
      html`<rect x="${x.at(0)}" y="${band[0]}" width="${round(x.at(1) - x.at(0))}" height="${round(band[1] - band[0])}" fill="var(--s2)" fill-opacity=".3"/>`,
      html`<g fill="var(--s3)" fill-opacity=".75">${histogram.map((count, i) => html`<rect x="${round(x.at(0) + i * width + 0.5)}" y="${y.at(count)}" width="${round(width - 1)}" height="${round(y.at(0) - y.at(count))}"/>`)}</g>`,
    ]),
  );
}

/** A cell of the table of slopes: its colour says the direction, its strength how much. */
export function slopeCell(value: number, largest: number): Html {
  const share = Math.round(100 * Math.min(1, Math.abs(value) / largest));
  const colour = value > 0 ? 'var(--buy)' : 'var(--sell)';
  return new Html(
    `<span style="display:block;margin:-4px -8px;padding:4px 8px;border-radius:6px;background:color-mix(in srgb, ${colour} ${Math.round(share * 0.55)}%, transparent)">${value.toFixed(1)}</span>`,
  );
}
