import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Interval } from '../../fidelity/index.ts';
import { writeFileAtomic } from '../../runs/index.ts';
import {
  type ImpactOutcome,
  type ImpactRequest,
  impactFidelity,
  impactJson,
  impactVerdict,
  renderImpact,
} from '../../services/index.ts';
import { withInterrupt } from '../interrupt.ts';
import { createProgressView } from '../progress.ts';
import { formatTable } from '../table.ts';

interface ImpactOptions {
  readonly data: string[];
  readonly model?: string;
  readonly forks: number;
  readonly grid: ImpactRequest['grid'];
  readonly day: number;
  readonly seed: number;
  readonly html?: string;
  readonly symbol?: string;
  readonly levels: number;
  readonly lake: string;
  readonly runs: string;
  readonly json?: boolean;
}

/** twin fidelity impact */
export async function impact(options: ImpactOptions): Promise<void> {
  const { data, model, forks, grid, day, seed, html, symbol, levels, lake, runs } = options;
  const view = createProgressView('impact', options.json === true);
  const request: ImpactRequest = {
    ...{ names: data, symbol: symbol ?? null, levels, lake, runs },
    ...{ model: model ?? null, forks, grid, dayMinutes: day, seed },
  };
  const outcome = await withInterrupt((signal) =>
    impactFidelity(request, { signal, onProgress: view.show }),
  ).finally(() => view.end());
  if (html !== undefined) writeFileAtomic(html, renderImpact(outcome));
  if (options.json === true) {
    console.log(JSON.stringify({ ...impactJson(outcome), html: html ?? null }));
    return;
  }
  for (const line of describe(outcome)) console.log(line);
  if (html !== undefined) console.log(`\nreport     ${pathToFileURL(resolve(html)).href}`);
}

function describe(outcome: ImpactOutcome): string[] {
  const { law, roundTrips, canceled, day, latentLots } = outcome;
  const line = (name: string, text: string): string => `${name.padEnd(11)}${text}`;
  const verdict = impactVerdict(outcome);
  const says = (holds: boolean): string => (holds ? 'yes' : 'no');
  const { atCancel, later } = canceled;
  return [
    line('forks', `${outcome.forks} of ${outcome.symbol}, ${outcome.paths} paths, seed ${outcome.seed}`),
    line(
      'day',
      `${Math.round(day.volumeLots)} lots, volatility ${digits(day.volatilityTicks, 0)} ticks, children of ${day.orderLots} lots, linear up to ${latentLots === null ? 'any size' : `${digits(latentLots, 0)} lots`}`,
    ),
    '',
    formatTable(
      ['schedule', 'minutes', 'wanted', 'traded', 'impact / volatility', 'error', 'trials'],
      law.cells.map((cell) => [
        ...[cell.schedule, cell.horizonS / 60, percent(cell.participation), percent(cell.traded)],
        ...[digits(cell.impact, 4), digits(cell.error, 4), cell.trials],
      ]),
    ),
    '',
    formatTable(
      ['round trip', 'minutes', 'wanted', 'cost, ticks a lot', '95 %', 'trips'],
      roundTrips.map(({ schedule, horizonS, participation, costTicks, interval, trips }) => [
        ...[schedule, horizonS / 60, percent(participation), digits(costTicks, 1), span(interval, 1), trips],
      ]),
    ),
    '',
    line(
      'law',
      `exponent ${digits(law.exponent)} (${span(law.exponentInterval)}), prefactor ${digits(law.prefactor)} (${span(law.prefactorInterval)}), R² ${digits(law.r2)}`,
    ),
    line(
      'relaxation',
      law.relaxation.map(({ durations, share }) => `${digits(share, 2)} after ${durations}`).join(', '),
    ),
    line('symmetry', `buying less selling ${digits(law.asymmetry)} (${span(law.asymmetryInterval)})`),
    line(
      'cancelled',
      `${digits(atCancel.impact, 4)} ± ${digits(atCancel.error, 4)} before its cancel, ${digits(later.impact, 4)} ± ${digits(later.error, 4)} later, ${canceled.trials} orders`,
    ),
    line(
      'verdict',
      `square root ${says(verdict.isSquareRoot)}, R² above 0.9 ${says(verdict.isExplained)}, symmetric ${says(verdict.isSymmetric)}, no profit by round trips ${says(verdict.isFreeOfProfit)}, nothing lasts of a cancelled order ${says(verdict.isCanceledForgotten)}`,
    ),
    ...(law.unreadable === 0 ? [] : [line('left out', `${law.unreadable} trials without a mid or a trade`)]),
  ];
}

function span({ low, high }: Interval, decimals = 3): string {
  return Number.isFinite(low) ? `${low.toFixed(decimals)} to ${high.toFixed(decimals)}` : '';
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}

function digits(value: number, decimals = 3): string {
  return Number.isFinite(value) ? value.toFixed(decimals) : 'none';
}
