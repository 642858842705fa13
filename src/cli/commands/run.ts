import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TwinError } from '../../base/index.ts';
import { RunStore } from '../../runs/index.ts';
import type { Scenario } from '../../scenarios/index.ts';
import { loadScenarioWithData, shippedScenarios, simulate } from '../../services/index.ts';
import { EXIT_INTERRUPTED, withInterrupt } from '../interrupt.ts';
import { createProgressView } from '../progress.ts';
import { formatTable } from '../table.ts';

interface RunOptions {
  readonly scenario?: string;
  readonly list?: boolean;
  readonly seed?: number;
  readonly lake: string;
  readonly runs: string;
  readonly json?: boolean;
}

/** twin run: a scenario file, given in one of two ways, to a run; or the list of those that there are. */
export async function run(argument: string | undefined, options: RunOptions): Promise<void> {
  const paths = [argument, options.scenario].filter((path) => path !== undefined);
  if (paths.length + (options.list === true ? 1 : 0) !== 1) {
    throw new TwinError('CLI_USAGE', 'run takes one scenario, as its argument or as --scenario, or --list', {
      scenarios: paths,
      list: options.list === true,
    });
  }
  const [path] = paths;
  if (path === undefined) listScenarios(options.json === true);
  else await runScenario(path, options);
}

function listScenarios(asJson: boolean): void {
  const scenarios = shippedScenarios();
  if (asJson) console.log(JSON.stringify({ scenarios }));
  else
    console.log(
      formatTable(
        ['scenario', 'shows'],
        scenarios.map(({ name, about }) => [name, about]),
      ),
    );
}

async function runScenario(path: string, options: RunOptions): Promise<void> {
  const { scenario: read, dataIds } = await loadScenarioWithData(path, options.lake);
  const scenario: Scenario = options.seed === undefined ? read : { ...read, seed: options.seed };
  const isQuiet = options.json === true;
  const view = createProgressView(scenario.name, isQuiet);
  const outcome = await withInterrupt((signal) =>
    simulate(
      scenario,
      new RunStore(options.runs),
      { signal, onProgress: (progress) => view.show(progress) },
      dataIds,
    ),
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
