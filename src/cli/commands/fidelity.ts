import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Discrimination, Fact, MetricScore, Score } from '../../fidelity/index.ts';
import { writeFileAtomic } from '../../runs/index.ts';
import {
  discriminateFidelity,
  type EvaluatedDesign,
  evaluateFidelity,
  type FidelityRequest,
  factsFidelity,
  floorFidelity,
  type LongRunSide,
  type LongRuns,
  metricJson,
  renderScore,
  type ScoreOutcome,
  scoreFidelity,
  scoreJson,
  transferFidelity,
} from '../../services/index.ts';
import { withInterrupt } from '../interrupt.ts';
import { createProgressView } from '../progress.ts';
import { formatTable } from '../table.ts';

interface SharedOptions {
  readonly real: string[];
  readonly symbol?: string;
  readonly levels: number;
  readonly window: number;
  readonly from?: number;
  readonly to?: number;
  readonly lake: string;
  readonly runs: string;
  readonly json?: boolean;
  readonly draws?: number;
  readonly seed?: number;
}

interface ScoreOptions extends SharedOptions {
  readonly sim: string[];
  readonly baseline?: string[];
  readonly report?: string;
}

/** twin fidelity score */
export async function score(options: ScoreOptions): Promise<void> {
  const view = createProgressView('fidelity', options.json === true);
  const outcome = await withInterrupt((signal) =>
    scoreFidelity(
      {
        ...requestOf(options),
        sim: options.sim,
        baseline: options.baseline ?? null,
        hasProfiles: options.report !== undefined,
      },
      { signal, onProgress: view.show },
    ),
  ).finally(() => view.end());
  showScore(outcome, options, {});
}

interface EvaluateOptions extends SharedOptions {
  readonly design: EvaluatedDesign;
  readonly windows?: number;
  readonly split?: number;
  readonly report?: string;
}

/** twin fidelity evaluate */
export async function evaluate(options: EvaluateOptions): Promise<void> {
  const view = createProgressView('fidelity', options.json === true);
  const outcome = await withInterrupt((signal) =>
    evaluateFidelity(
      {
        ...requestOf(options),
        design: options.design,
        windows: options.windows ?? null,
        splitMinute: options.split ?? null,
        hasProfiles: options.report !== undefined,
      },
      { signal, onProgress: view.show },
    ),
  ).finally(() => view.end());
  const { fit, design, longRuns } = outcome;
  if (options.json !== true) {
    console.log(
      `design ${design}: fitted to ${fit.taken} events, ${fit.explained} of them arrivals, spectral radius ${digits(fit.spectralRadius)}\n`,
    );
    if (longRuns !== null) console.log(`${describeLongRuns(longRuns).join('\n')}\n`);
  }
  showScore(outcome, options, { design, fit, longRuns }, longRuns);
}

function describeLongRuns({ minutes, real, sim, baseline }: LongRuns): string[] {
  const row = (name: string, { health, facts: of }: LongRunSide): (string | number)[] => [
    ...[name, health.messages, health.trades, health.oneSidedRows, health.crossedRows],
    `${of.holding} of ${of.testable}`,
  ];
  const known = real.facts.facts.map((fact, i) => [
    ...[fact.number ?? '', fact.name, maybe(fact.value), maybe(sim.facts.facts[i]!.value)],
    ...[maybe(baseline.facts.facts[i]!.value), bandText(fact.band)],
  ]);
  return [
    formatTable(
      [
        `${minutes.toFixed(0)} minutes`,
        'messages',
        'trades',
        'one-sided rows',
        'crossed rows',
        'facts that hold',
      ],
      [row('real', real), row('twin', sim), row('baseline', baseline)],
    ),
    '',
    formatTable(['', 'fact', 'real', 'twin', 'baseline', 'band'], known),
  ];
}

/** The scoreboard, or its JSON with what else there is. */
function showScore(
  outcome: ScoreOutcome,
  options: { readonly report?: string; readonly json?: boolean },
  further: Readonly<Record<string, unknown>>,
  longRuns: LongRuns | null = null,
): void {
  if (options.report !== undefined) writeFileAtomic(options.report, renderScore(outcome, longRuns));
  if (options.json === true) {
    console.log(JSON.stringify({ ...scoreJson(outcome), ...further, report: options.report ?? null }));
    return;
  }
  for (const line of describeScore(outcome.score)) console.log(line);
  console.log('');
  for (const line of describeDiscrimination(outcome.discrimination)) console.log(line);
  if (options.report !== undefined)
    console.log(`\nreport     ${pathToFileURL(resolve(options.report)).href}`);
}

/** twin fidelity floor */
export async function floor(options: SharedOptions): Promise<void> {
  const view = createProgressView('floor', options.json === true);
  const { real, floor: found } = await withInterrupt((signal) =>
    floorFidelity(requestOf(options), { signal, onProgress: view.show }),
  ).finally(() => view.end());
  const { persistence, halves, random, metrics, untestable } = found;
  if (options.json === true) {
    const head = { real: real.source, symbol: found.symbol, windows: found.windows };
    const means = { meanL1: persistence.l1.mean, meanW1: persistence.w1.mean };
    console.log(
      JSON.stringify({
        ...{ ...head, ...means, halfL1: halves.l1.mean, halfW1: halves.w1.mean, random },
        ...{ metrics: metrics.map(metricJson), health: found.health, excludedWindows: found.excluded },
        ...{ remarks: real.remarks, setAside: real.setAside, untestable },
      }),
    );
    return;
  }
  console.log(`${found.symbol}, ${found.windows} pairs of windows\n`);
  console.log(formatTable(METRIC_HEAD, metrics.map(metricRow)));
  console.log('');
  console.log(
    formatTable(
      ['real against real', 'mean L1', 'mean W1'],
      [
        ['window before (persistence)', digits(persistence.l1.mean), digits(persistence.w1.mean)],
        ['first half, second half', digits(halves.l1.mean), digits(halves.w1.mean)],
        ...random.map(({ windowsPerSide, meanL1, meanW1 }) => [
          `${windowsPerSide} random windows a side`,
          digits(meanL1),
          digits(meanW1),
        ]),
      ],
    ),
  );
  for (const line of describeUntestable(untestable)) console.log(line);
}

/** twin fidelity facts */
export async function facts(options: SharedOptions & { readonly days?: boolean }): Promise<void> {
  const { facts: report } = await factsFidelity(requestOf(options), options.days === true);
  if (options.json === true) {
    console.log(JSON.stringify(report));
    return;
  }
  console.log(
    formatTable(['', 'fact', 'statistic', 'value', '95 %', 'band', 'holds'], report.facts.map(factRow)),
  );
  console.log(`\n${report.holding} of ${report.testable} testable facts of Cont's eleven hold`);
}

/** twin fidelity discriminate */
export async function discriminate(options: SharedOptions & { readonly sim: string[] }): Promise<void> {
  const outcome = await discriminateFidelity({ ...requestOf(options), sim: options.sim });
  if (options.json === true) {
    const { windows, discrimination } = outcome;
    console.log(
      JSON.stringify({ real: outcome.real.source, sim: outcome.sim.source, windows, discrimination }),
    );
    return;
  }
  for (const line of describeDiscrimination(outcome.discrimination)) console.log(line);
}

/** twin fidelity transfer */
export async function transfer(options: SharedOptions & { readonly sim?: string[] }): Promise<void> {
  const { real, sim, results } = await transferFidelity({ ...requestOf(options), sim: options.sim ?? null });
  if (options.json === true) {
    console.log(JSON.stringify({ real: real.source, sim: sim?.source ?? null, results }));
    return;
  }
  console.log(
    formatTable(
      ['horizon', 'real to real', 'accuracy', 'sim to real', 'sim to sim', 'transfer', 'too predictable'],
      results.map((one) => [
        one.horizon,
        digits(one.realReal.auc),
        digits(one.realReal.accuracy),
        maybe(one.simReal?.auc),
        maybe(one.simSim?.auc),
        maybe(one.transfer),
        one.isTooPredictable === null ? '' : one.isTooPredictable ? 'yes' : 'no',
      ]),
    ),
  );
}

function requestOf(options: SharedOptions): FidelityRequest {
  return {
    real: options.real,
    symbol: options.symbol ?? null,
    levels: options.levels,
    windowMessages: options.window,
    fromMinute: options.from ?? null,
    toMinute: options.to ?? null,
    lake: options.lake,
    runs: options.runs,
    draws: options.draws ?? 0,
    seed: options.seed ?? 1,
  };
}

const METRIC_HEAD = [
  '',
  'metric',
  'L1',
  'robust',
  'W1',
  'KS',
  'distance',
  '95 %',
  'floor',
  'baseline',
  'fidelity',
];

function metricRow(metric: MetricScore): (string | number)[] {
  const { distances } = metric;
  return [
    metric.id,
    metric.name,
    ...[distances?.l1, distances?.robustL1, distances?.w1, distances?.ks].map(maybe),
    metric.kind === 'paired' ? maybe(metric.distance) : '',
    metric.interval === null ? '' : `${digits(metric.interval.low)} to ${digits(metric.interval.high)}`,
    ...[metric.floorDistance, metric.baselineDistance, metric.fidelity].map(maybe),
  ];
}

function describeScore(found: Score): string[] {
  const { sim, floor: copied, baseline, fidelityIndex, families, drift } = found;
  const line = (name: string, text: string): string => `${name.padEnd(11)}${text}`;
  const both = (l1: string, w1: string): string => `L1 ${l1}, W1 ${w1}`;
  return [
    formatTable(METRIC_HEAD, [...found.metrics, ...found.further].map(metricRow)),
    '',
    line('windows', `${found.windows} pairs of ${found.symbol}`),
    line('mean', both(digits(sim.l1.mean), digits(sim.w1.mean))),
    ...(copied === null ? [] : [line('floor', both(digits(copied.l1.mean), digits(copied.w1.mean)))]),
    ...(baseline === null
      ? []
      : [line('baseline', both(digits(baseline.l1.mean), digits(baseline.w1.mean)))]),
    line(
      'index',
      fidelityIndex === null
        ? 'none: needs --baseline'
        : `${fidelityIndex.toFixed(1)}; worst family ${found.worstFamily}; ${families
            .map(
              ({ family, score: value }) => `${family} ${value === null ? 'untestable' : value.toFixed(0)}`,
            )
            .join(', ')}`,
    ),
    ...(found.withinFloor === null
      ? []
      : [line('near floor', `${found.withinFloor} of ${found.withFloor} metrics within 1.25 x floor`)]),
    ...(drift === null
      ? []
      : [line('drift', `${drift.sim.map(digits).join(' ')} per ${drift.blockMessages} messages`)]),
    ...describeUntestable(found.untestable),
  ];
}

function describeUntestable(untestable: Score['untestable']): string[] {
  return untestable.map(({ name, reason }) => `untested   ${name}: ${reason}`);
}

function describeDiscrimination(discrimination: readonly Discrimination[]): string[] {
  if (discrimination.length === 0) return ['the windows are too short for the classifier test'];
  const rows = discrimination.flatMap(({ messages, windowsPerSide, results }) =>
    results.map(({ model, auc, interval, nullAuc }) => [
      `${model}, ${messages} messages`,
      windowsPerSide,
      digits(auc),
      `${digits(interval.low)} to ${digits(interval.high)}`,
      maybe(nullAuc),
    ]),
  );
  const told = discrimination.at(-1)!.importances.map(({ feature, share }) => `${feature} ${digits(share)}`);
  return [
    formatTable(['told apart by', 'windows a side', 'AUC', '95 %', 'null'], rows),
    `features   ${told.slice(0, 5).join(', ')}`,
  ];
}

function factRow(fact: Fact): (string | number)[] {
  const { number, name, statistic, value, interval, band, holds, untestable } = fact;
  return [
    number ?? '',
    name,
    statistic,
    maybe(value),
    bandText(interval),
    bandText(band),
    untestable ?? (holds === true ? 'yes' : 'no'),
  ];
}

function bandText(band: { readonly low: number; readonly high: number } | null): string {
  if (band === null) return '';
  return band.high === Infinity ? `from ${band.low}` : `${short(band.low)} to ${short(band.high)}`;
}

function short(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

function digits(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : '';
}

function maybe(value: number | null | undefined): string {
  return value == null ? '' : digits(value);
}
