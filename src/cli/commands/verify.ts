import { TwinError } from '../../base/index.ts';
import { RunStore } from '../../runs/index.ts';
import { verifyRun } from '../../services/index.ts';
import { withInterrupt } from '../interrupt.ts';
import { createProgressView } from '../progress.ts';

/** twin verify: exit code 0 if the run reproduces, 1 if not. */
export async function verify(id: string, options: { runs: string; json?: boolean }): Promise<void> {
  const run = new RunStore(options.runs).load(id);
  const view = createProgressView('verify', options.json === true);
  const found = await withInterrupt((signal) =>
    verifyRun(run, { signal, onProgress: (progress) => view.show(progress) }),
  ).finally(() => view.end());
  if (options.json === true) console.log(JSON.stringify(found));
  if (!found.isSame) {
    throw new TwinError('RUNS_DIFFER', 'a run gives its digest again', {
      run: found.run,
      expected: found.expected,
      found: found.found,
      journal: found.journal,
      ...(found.hints.length > 0 ? { hints: found.hints.join('; ') } : {}),
    });
  }
  if (options.json !== true)
    console.log(`run ${found.run} reproduces: digest ${found.found}, and its journal says the same`);
}
