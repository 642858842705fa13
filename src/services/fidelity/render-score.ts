/** A score as one page: the verdict, families worst first, every metric with both distributions, and what could not be tested. */

import type { MetricScore, Score } from '../../fidelity/index.ts';
import {
  formatCount,
  formatShort,
  type Html,
  type HtmlPart,
  html,
  LOGO,
  packageVersion,
  page,
  table,
  tiles,
} from '../../runs/index.ts';
import type { LongRuns } from './long-run.ts';
import { runsSection } from './render-runs.ts';
import { driftChart, PROFILE_LEGEND, profileChart, scoreBar } from './score-charts.ts';
import type { ScoreOutcome } from './score-fidelity.ts';
import { discriminatorAuc } from './score-json.ts';

/** `longRuns`: those of designs B and D. */
export function renderScore(outcome: ScoreOutcome, longRuns: LongRuns | null = null): string {
  const { score, real, sim } = outcome;
  return page({
    title: `${score.symbol} – fidelity`,
    header: html`<header class="top"><p class="brand">${LOGO}Market Twin</p><h1>Fidelity of ${score.symbol}</h1>
<p class="sub"><span>${formatCount(score.windows)} pairs of windows</span><span>${nameOf(sim.source)} against ${nameOf(real.source)}</span></p></header>`,
    jump: html`<nav class="jump" aria-label="Sections"><a href="#overview">Overview</a>${longRuns === null ? null : html`<a href="#runs">Runs</a>`}<a href="#families">Families</a><a href="#metrics">Metrics</a><a href="#statistics">Statistics</a><a href="#drift">Drift</a><a href="#discriminator">Discriminator</a><a href="#data">Data</a></nav>`,
    main: html`${overview(outcome)}${longRuns === null ? null : runsSection(longRuns)}${families(score)}${metrics(score)}${statistics(score)}${drift(score)}${discriminator(outcome)}${data(outcome)}`,
    footer: html`Market Twin ${packageVersion()}. Distances, floor and index as in docs/fidelity.md.`,
  });
}

/** Files without their folders. */
function nameOf(source: string): string {
  return source
    .split(' ')
    .map((name) => name.slice(name.lastIndexOf('/') + 1))
    .join(' ');
}

function overview({ score, discrimination }: ScoreOutcome): Html {
  const { sim, floor, baseline, fidelityIndex, fidelityIndexInterval, worstFamily } = score;
  const auc = discriminatorAuc(discrimination);
  const against = (name: string, value: number | undefined): string =>
    value === undefined ? `no ${name}` : `${name} ${digits(value)}`;
  return html`<section id="overview"><h2>Overview</h2>${tiles([
    {
      name: 'Fidelity Index',
      value: fidelityIndex === null ? 'none' : fidelityIndex.toFixed(1),
      note:
        fidelityIndex === null
          ? 'needs a floor and a baseline'
          : `95 % ${span(fidelityIndexInterval, 1)}; 100 is as good as copying`,
    },
    { name: 'Worst family', value: worstFamily ?? 'none' },
    {
      name: 'Mean L1',
      value: digits(sim.l1.mean),
      note: `${against('floor', floor?.l1.mean)}, ${against('baseline', baseline?.l1.mean)}; 95 % ${span(score.meanL1Interval)}`,
    },
    {
      name: 'Mean W1',
      value: digits(sim.w1.mean),
      note: `${against('floor', floor?.w1.mean)}, ${against('baseline', baseline?.w1.mean)}; 95 % ${span(score.meanW1Interval)}`,
    },
    { name: 'Discriminator', value: auc === null ? 'none' : digits(auc), note: '0.5: cannot be told apart' },
    {
      name: 'Near the floor',
      value: score.withinFloor === null ? 'none' : `${score.withinFloor} of ${score.withFloor}`,
      note: 'metrics within 1.25 x floor',
    },
  ])}</section>`;
}

/** Worst first; what has no score last. */
function families(score: Score): Html {
  const sorted = [...score.families].sort((a, b) => (a.score ?? 1e9) - (b.score ?? 1e9));
  const rows = sorted.map(({ family, score: value, metrics: names }): HtmlPart[] => [
    family,
    value === null ? '' : value.toFixed(1),
    scoreBar(value),
    names.join(', '),
  ]);
  return html`<section id="families"><h2>Families</h2><p class="lead">Median fidelity of the metrics of each family: 0 is as far off as the baseline, 100 as near as copying the window before.</p>${table(
    'Families, worst first',
    ['Family', 'Score', '', 'Metrics'],
    rows,
    [1],
  )}</section>`;
}

function metrics(score: Score): Html {
  const distributions = [...score.metrics, ...score.further].filter(({ kind }) => kind === 'distribution');
  const sorted = distributions
    .filter(({ untestable }) => untestable === null)
    .sort((a, b) => excess(b) - excess(a));
  const rows = sorted.map((metric): HtmlPart[] => {
    const { name, distances, floorDistances, baselineDistances, interval, fidelity } = metric;
    return [
      name,
      ...[distances?.l1, floorDistances?.l1, baselineDistances?.l1].map(maybe),
      span(interval),
      ...[distances?.w1, floorDistances?.w1, baselineDistances?.w1].map(maybe),
      ...[distances?.robustL1, distances?.ks, fidelity, metric.worseThanFloorP].map(maybe),
    ];
  });
  const charts = sorted.flatMap(({ name, unit, profile, distances }) =>
    profile === null
      ? []
      : [
          html`<figure class="chart"><figcaption><h4>${name}</h4><p class="note">L1 ${maybe(distances?.l1)}, W1 ${maybe(distances?.w1)}</p></figcaption>${profileChart(name, unit, profile)}</figure>`,
        ],
  );
  return html`<section id="metrics"><h2>Metrics</h2><p class="lead">Furthest above their floor first.</p>${table(
    'Distances',
    [
      'Metric',
      'L1',
      'floor',
      'baseline',
      '95 %',
      'W1',
      'floor',
      'baseline',
      'robust L1',
      'KS',
      'fidelity',
      'p worse',
    ],
    rows,
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  )}${charts.length === 0 ? null : html`${PROFILE_LEGEND}<div class="charts">${charts}</div>`}</section>`;
}

function excess({ distance, floorDistance }: MetricScore): number {
  return floorDistance === null ? distance : distance / floorDistance;
}

/** Metrics 22 to 26 with their components. */
function statistics(score: Score): Html {
  const paired = score.metrics.filter(({ kind }) => kind === 'paired');
  const summary = paired.map((metric): HtmlPart[] => [
    metric.name,
    metric.unit,
    metric.untestable ?? digits(metric.distance),
    ...[metric.floorDistance, metric.baselineDistance].map(maybe),
    span(metric.interval),
    maybe(metric.fidelity),
  ]);
  const details = paired.map(({ name, components }) => {
    const rows = components
      .filter(({ real, sim }) => Number.isFinite(real) || Number.isFinite(sim))
      .map((one): HtmlPart[] => [one.name, ...[one.real, one.sim, one.floor, one.baseline].map(maybe)]);
    return html`<details class="plain card"><summary>${name}</summary>${table(
      name,
      ['Statistic', 'real', 'simulated', 'floor', 'baseline'],
      rows,
      [1, 2, 3, 4],
    )}</details>`;
  });
  return html`<section id="statistics"><h2>Statistics</h2>${table(
    'Metrics that compare statistics',
    ['Metric', 'Unit', 'distance', 'floor', 'baseline', '95 %', 'fidelity'],
    summary,
    [2, 3, 4, 5, 6],
  )}${details}</section>`;
}

function drift({ drift: curve }: Score): Html {
  const words =
    curve === null
      ? 'The windows are too short for blocks.'
      : curve.isStable === null
        ? `From first to last block the mean L1 changes by ${digits(curve.rise)}.`
        : `From first to last block the mean L1 changes by ${digits(curve.rise)}; the floor's standard deviation is ${digits(curve.floorSd!)}: ${curve.isStable ? 'no drift' : 'it drifts'}.`;
  return html`<section id="drift"><h2>Drift</h2><p class="lead">${words}</p>${
    curve === null
      ? null
      : html`<div class="charts"><figure class="chart">${driftChart(curve)}</figure></div>`
  }</section>`;
}

function discriminator({ discrimination }: ScoreOutcome): Html {
  const rows = discrimination.flatMap(({ messages, windowsPerSide, results }) =>
    results.map(({ model, auc, interval, nullAuc }): HtmlPart[] => [
      `${model}, ${messages} messages`,
      formatCount(windowsPerSide),
      digits(auc),
      span(interval),
      maybe(nullAuc),
    ]),
  );
  const importances = discrimination.at(-1)?.importances ?? [];
  return html`<section id="discriminator"><h2>Discriminator</h2><p class="lead">Five folds, both windows of a pair in the same one. The null is real against real.</p>${table(
    'Area under the curve',
    ['Model', 'windows a side', 'AUC', '95 %', 'null'],
    rows,
    [1, 2, 3, 4],
  )}${table(
    'What tells them apart',
    ['Feature', 'share of the gain'],
    importances.map(({ feature, share }): HtmlPart[] => [feature, digits(share)]),
    [1],
  )}</section>`;
}

const PAIRED_BY: Record<ScoreOutcome['alignedBy'], string> = {
  clock: 'the time of day',
  start: 'the time since the start',
  fork: 'the book that they went on from',
};

function data({ score, real, sim, excluded, unmatched, alignedBy }: ScoreOutcome): Html {
  const counts = (name: string, of: Readonly<Record<string, number>>): HtmlPart[][] =>
    Object.entries(of).map(([what, count]) => [`${name}: ${what}`, formatCount(count)]);
  const rows = [
    ...counts('real', { ...score.realHealth }),
    ...counts('simulated', { ...score.simHealth }),
    ...counts('reading real', { ...real.remarks, ...real.setAside }),
    ...counts('reading simulated', { ...sim.remarks, ...sim.setAside }),
    ...counts('windows left out', excluded),
    ['windows without a counterpart', formatCount(unmatched)],
  ];
  return html`<section id="data"><h2>Data</h2><p class="lead">Windows were paired by ${PAIRED_BY[alignedBy]}.</p>${table('Counts', ['What', 'Count'], rows, [1])}${table(
    'What could not be tested',
    ['What', 'Why'],
    score.untestable.map(({ name, reason }): HtmlPart[] => [name, reason]),
  )}</section>`;
}

function digits(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : '';
}

function maybe(value: number | null | undefined): string {
  return value == null ? '' : Math.abs(value) >= 100 ? formatShort(value) : digits(value);
}

function span(interval: { readonly low: number; readonly high: number } | null, places = 3): string {
  return interval === null ? '' : `${interval.low.toFixed(places)} to ${interval.high.toFixed(places)}`;
}
