/** Reads a whole dataset with little memory: `bounded-memory.test.ts` caps its heap. Arguments: lake, dataset, MB for the engine. */

import { Lake } from '../../src/data/index.ts';

const [folder, dataset, memoryMb] = process.argv.slice(2) as [string, string, string];
const lake = new Lake(folder);
let rows = 0;
let sum = 0;
let lastNs = 0n;
for await (const batch of lake.source([dataset], { memoryMb: Number(memoryMb) }).read({ schema: 'trade' })) {
  rows += batch.count;
  const { qty, tsEvent } = batch.columns;
  for (let row = 0; row < batch.count; row++) sum += qty[row]!;
  if (tsEvent.values[0]! < lastNs) throw new RangeError('records went back in time');
  lastNs = tsEvent.values[batch.count - 1]!;
}
lake.close();
console.log(JSON.stringify({ rows, sum, rssMb: Math.round(process.resourceUsage().maxRSS / 1024) }));
