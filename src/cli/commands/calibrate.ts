import { clockText } from '../../scenarios/index.ts';
import { type CalibrationOutcome, calibrateFlow } from '../../services/index.ts';
import { withInterrupt } from '../interrupt.ts';
import { createProgressView } from '../progress.ts';
import { formatTable } from '../table.ts';

interface CalibrateOptions {
  readonly data: string[];
  readonly out: string;
  readonly symbol?: string;
  readonly levels: number;
  readonly from?: number;
  readonly to?: number;
  readonly lake: string;
  readonly runs: string;
  readonly json?: boolean;
}

/** twin calibrate flow */
export async function calibrateFlowCommand(options: CalibrateOptions): Promise<void> {
  const view = createProgressView('calibrate', options.json === true);
  const began = performance.now();
  const { summary, out, bytes } = await withInterrupt((signal) =>
    calibrateFlow(
      {
        names: options.data,
        symbol: options.symbol ?? null,
        levels: options.levels,
        fromMinute: options.from ?? null,
        toMinute: options.to ?? null,
        out: options.out,
        lake: options.lake,
        runs: options.runs,
      },
      { signal, onProgress: view.show },
    ),
  ).finally(() => view.end());
  const seconds = (performance.now() - began) / 1000;
  if (options.json === true) {
    console.log(JSON.stringify({ ...summary, seconds, out, bytes }));
    return;
  }
  for (const line of describe(summary)) console.log(line);
  console.log(`\nwritten    ${out}, ${Math.ceil(bytes / 1024)} kB, in ${seconds.toFixed(1)} s`);
}

function describe(summary: CalibrationOutcome['summary']): string[] {
  const { symbol, fromNs, toNs, messages, events, arrivals, levelsShown, quality } = summary;
  const { heldOut, residuals, spectralRadius, slowestScale, reactionShare } = quality;
  const line = (name: string, text: string): string => `${name.padEnd(11)}${text}`;
  const models = [
    ['Poisson', heldOut.poisson],
    ['queue-reactive', heldOut.queueReactive],
    ['Hawkes', heldOut.hawkes],
    ['product (written)', heldOut.product],
  ] as const;
  return [
    line(
      'flow',
      `${symbol}, ${clockText(fromNs)} to ${clockText(toNs)}, ${messages} messages, ${levelsShown ?? 'all'} levels told`,
    ),
    line('events', `${events}: ${arrivals} arrivals, ${(100 * reactionShare).toFixed(1)} % reactions`),
    line(
      'radius',
      `${digits(spectralRadius)}${slowestScale < 1 ? `, its slow decays scaled by ${digits(slowestScale)}` : ''}`,
    ),
    line(
      'residuals',
      `mean ${digits(residuals.mean)} (1 if true), KS ${digits(residuals.ks)} of the last fifth`,
    ),
    '',
    formatTable(
      [`${heldOut.events} arrivals of the last fifth`, 'log-likelihood each', 'above Poisson'],
      models.map(([name, value]) => [name, digits(value), digits(value - heldOut.poisson)]),
    ),
    '',
    formatTable(
      ['arrivals caused by one', '1/s', ...summary.branching.map(({ effect }) => effect)],
      summary.branching.map(({ effect, baselinePerS }, cause) => [
        effect,
        digits(baselinePerS),
        ...summary.branching.map(({ causes }) => digits(causes[cause]!)),
      ]),
    ),
  ];
}

function digits(value: number): string {
  return value.toFixed(3);
}
