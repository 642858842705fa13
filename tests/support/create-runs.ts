/** A process of its own that makes runs. Arguments: folder of runs, how many, 'finish' or 'leave' (ends in the middle). */

import { RunStore } from '../../src/runs/index.ts';

const [folder, count, end] = process.argv.slice(2);
if (folder === undefined) throw new Error('the folder of runs is the first argument');
const store = new RunStore(folder);
for (let i = 0; i < Number(count); i++) {
  const run = store.create({
    kind: 'simulation',
    name: 'same',
    config: { i },
    seed: i,
    dataIds: [],
    epochNs: null,
  });
  if (end === 'finish')
    run.finish({ digest: '0123456789abcdef', counts: { events: i }, timings: { total: 0.5 } });
}
if (end === 'leave') process.kill(process.pid, 'SIGKILL');
