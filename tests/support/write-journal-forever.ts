/** A process of its own that writes a journal without end, to be killed in the middle. Argument: path of the journal. */

import { RECORD_WORDS } from '../../src/domain/index.ts';
import { JournalWriter } from '../../src/runs/index.ts';
import { RunDigest } from '../../src/sim/index.ts';

const path = process.argv[2];
if (path === undefined) throw new Error('the path of the journal is the first argument');
const writer = new JournalWriter(path, {
  runId: 'endless',
  epochNs: null,
  instruments: [],
  createdBy: 'test',
});
const words = new Int32Array(3 * RECORD_WORDS);
const digest = new RunDigest();
for (let round = 0; ; round++) {
  for (let record = 0; record < 3; record++) {
    words[record * RECORD_WORDS] = 1 + record;
    words[record * RECORD_WORDS + 4] = round;
  }
  digest.seal(words, 0, 3, RECORD_WORDS);
  writer.write(words, 3);
  if (round % 1000 === 0) writer.flush();
}
