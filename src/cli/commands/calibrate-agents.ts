import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Estimator } from '../../scenarios/index.ts';
import {
  type AgentsOutcome,
  type AgentsResult,
  calibrateAgents,
  calibrationRecord,
  METHOD_NAMES,
  WORKERS_DEFAULT,
} from '../../services/index.ts';
import { EXIT_INTERRUPTED, withInterrupt } from '../interrupt.ts';
import { createProgressView } from '../progress.ts';
import { formatTable } from '../table.ts';

interface AgentsOptions {
  readonly out?: string;
  readonly method?: Estimator | 'all';
  readonly budget?: number;
  readonly workers?: number;
  readonly sensitivity: readonly ('morris' | 'sobol')[];
  readonly recovery?: number;
  readonly sbc?: number;
  readonly fresh?: boolean;
  readonly lake: string;
  readonly runs: string;
  readonly json?: boolean;
}

/** twin calibrate agents */
export async function calibrateAgentsCommand(problem: string, options: AgentsOptions): Promise<void> {
  const view = createProgressView('calibrate', options.json === true);
  const began = performance.now();
  const result = await withInterrupt((signal) => stoppable(signal, problem, options, view.show)).finally(() =>
    view.end(),
  );
  if (result === null) {
    process.exitCode = EXIT_INTERRUPTED;
    console.error('stopped: the same command goes on from the points that were simulated');
    return;
  }
  const { outcome, paths, simulated, known } = result;
  const seconds = Math.round(performance.now() - began) / 1000;
  if (options.json === true) {
    console.log(JSON.stringify({ ...calibrationRecord(outcome), seconds, simulated, known, files: paths }));
    return;
  }
  for (const line of describe(outcome)) console.log(line);
  console.log(
    `\npoints     ${outcome.evaluations}, ${simulated} of them simulated now, in ${seconds.toFixed(1)} s`,
  );
  console.log(`written    ${paths.calibration}`);
  console.log(`scenario   ${paths.scenario}`);
  console.log(`report     ${pathToFileURL(resolve(paths.report)).href}`);
}

/** Null where it was stopped. */
async function stoppable(
  signal: AbortSignal,
  problem: string,
  options: AgentsOptions,
  onProgress: (progress: { readonly share: number; readonly text: string }) => void,
): Promise<AgentsResult | null> {
  const { out, method, budget, workers, sensitivity, recovery, sbc, fresh, lake, runs } = options;
  try {
    return await calibrateAgents(
      {
        ...{
          problem,
          out: out ?? null,
          method: method ?? null,
          budget: budget ?? null,
          workers: workers ?? WORKERS_DEFAULT,
          sensitivity,
        },
        ...{ recovery: recovery ?? null, sbc: sbc ?? null, isFresh: fresh === true, lake, runs },
      },
      { signal, onProgress },
    );
  } catch (error) {
    if (signal.aborted && error === signal.reason) return null;
    throw error;
  }
}

function describe(outcome: AgentsOutcome): string[] {
  const { loaded, target, weights, estimates } = outcome;
  return [
    `${loaded.problem.name}: ${loaded.parameters.length} parameters, ${weights.used.length} moments of ${target.windows.length} windows of ${target.source}`,
    '',
    formatTable(
      ['estimator', 'distance on unseen seeds', 'on its seeds', 'points', 'failed'],
      estimates.map(({ method, heldOutLoss, loss, evaluated }) => [
        METHOD_NAMES[method],
        digits(heldOutLoss),
        digits(loss),
        evaluated.length,
        evaluated.filter(({ outcome: { moments } }) => moments === null).length,
      ]),
    ),
    '',
    valueTable(outcome),
    '',
    ...checkLines(outcome),
    ...knownLines(outcome),
  ];
}

function valueTable({ loaded, target: { truth }, estimates }: AgentsOutcome): string {
  return formatTable(
    ['parameter', 'estimator', 'value', 'from', 'to', ...(truth === null ? [] : ['true'])],
    loaded.parameters.flatMap(({ name }, i) =>
      estimates.map(({ method, values, intervals }) => [
        name,
        METHOD_NAMES[method],
        digits(values[i]!),
        intervals === null ? 'none' : digits(intervals[i]!.low),
        intervals === null ? 'none' : digits(intervals[i]!.high),
        ...(truth === null ? [] : [digits(truth[i]!)]),
      ]),
    ),
  );
}

function checkLines({
  slopes,
  repeats,
  atEnds,
  predictive,
  estimates,
  unmoved,
  failures,
  remarks,
}: AgentsOutcome): string[] {
  const jacobian = slopes?.jacobian ?? null;
  const weak = jacobian?.directions.filter(({ isWeak }) => isWeak) ?? [];
  const eligible = estimates.flatMap(({ eligibility }) =>
    eligibility === null ? [] : [eligibility.eligible.length],
  );
  const line = (name: string, text: string): string => `${name.padEnd(11)}${text}`;
  return [
    ...(repeats === null
      ? []
      : [
          line(
            'repeats',
            `two simulations of the best are ${digits(repeats.median)} apart, 95 % below ${digits(repeats.high)}`,
          ),
        ]),
    line(
      'weak',
      jacobian === null
        ? 'unknown: a neighbour of the best point failed'
        : `${weak.length === 0 ? 'no direction' : weak.map(({ text }) => text).join('; ')} (condition ${digits(jacobian.condition)})`,
    ),
    ...eligible.map((count) => line('eligible', `${count} points that no moment rejects`)),
    ...(predictive === null
      ? []
      : [
          line(
            'predictive',
            `${predictive.flagged.length} of ${predictive.checks.length} moments with p < 0.01${predictive.flagged.length === 0 ? '' : `: ${predictive.flagged.slice(0, 5).join(', ')}${predictive.flagged.length > 5 ? ', …' : ''}`}`,
          ),
        ]),
    ...(atEnds.length === 0
      ? []
      : [line('at its end', `${atEnds.join(', ')}: what fits better may lie beyond the range`)]),
    ...(unmoved.length === 0 ? [] : [line('unmoved', unmoved.join(', '))]),
    ...failures.slice(0, 3).map(({ reason, points }) => line('failed', `${points} points: ${reason}`)),
    ...remarks.map((remark) => line('remark', remark)),
  ];
}

function knownLines({ recovery, sbc, sensitivity: { morris, sobol } }: AgentsOutcome): string[] {
  const tables: string[] = [];
  if (morris !== null)
    tables.push(
      formatTable(
        ['Morris', 'mu*', 'sigma'],
        morris.effects.map(({ name, muStar, sigma }) => [name, digits(muStar), digits(sigma)]),
      ),
    );
  if (sobol !== null)
    tables.push(
      formatTable(
        ['Sobol', 'first order', 'total'],
        sobol.indices.map(({ name, first, total }) => [name, digits(first), digits(total)]),
      ),
    );
  if (recovery.length > 0)
    tables.push(
      formatTable(
        ['recovery', 'estimator', 'cases', 'failed', 'R2', 'intervals that hold the truth'],
        recovery.flatMap(({ method, cases, failed, parameters }) =>
          parameters.map(({ name, r2, coverage }) => [
            name,
            METHOD_NAMES[method],
            cases,
            failed,
            digits(r2),
            coverage === null ? 'none' : `${Math.round(100 * coverage.share)} %`,
          ]),
        ),
      ),
    );
  if (sbc !== null)
    tables.push(
      formatTable(
        ['ranks', 'runs', 'failed', 'p', 'shape'],
        sbc.ranks.map(({ name, p, shape }) => [name, sbc.runs, sbc.failed, digits(p), shape]),
      ),
    );
  return tables.flatMap((table) => ['', table]);
}

/** About four digits that mean something. */
function digits(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : 'none';
}
