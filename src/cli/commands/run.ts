import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RunStore } from '../../runs/index.ts';
import type { Scenario } from '../../scenarios/index.ts';
import { loadScenario, simulate } from '../../services/index.ts';
import { EXIT_INTERRUPTED, withInterrupt } from '../interrupt.ts';
import { createProgressView } from '../progress.ts';

interface RunOptions {
  readonly seed?: number;
  readonly runs: string;
  readonly json?: boolean;
}

/** twin run: a scenario file to a run. */
export async function runScenario(path: string, options: RunOptions): Promise<void> {
  const read = loadScenario(path);
  const scenario: Scenario = options.seed === undefined ? read : { ...read, seed: options.seed };
  const isQuiet = options.json === true;
  const view = createProgressView(scenario.name, isQuiet);
  const outcome = await withInterrupt((signal) =>
    simulate(scenario, new RunStore(options.runs), { signal, onProgress: (progress) => view.show(progress) }),
  ).finally(() => view.end());
  const { run, status, digest, counts, seconds, reportPath } = outcome;
  if (status === 'interrupted') process.exitCode = EXIT_INTERRUPTED;
  if (isQuiet) {
    console.log(
      JSON.stringify({
        run: run.id,
        status,
        digest,
        counts,
        seconds,
        folder: run.folder,
        report: reportPath,
      }),
    );
    return;
  }
  console.log(`run      ${run.id} (${status})`);
  console.log(`traded   ${counts.trades} trades from ${counts.commands} orders and changes in ${seconds} s`);
  console.log(`digest   ${digest}`);
  console.log(`folder   ${resolve(run.folder)}`);
  if (reportPath !== null) console.log(`report   ${pathToFileURL(resolve(reportPath)).href}`);
  if (status === 'finished') console.log('check    npx twin verify latest');
}
