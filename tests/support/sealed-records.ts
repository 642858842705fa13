/** Records as a world seals them, for tests of what is done with a journal. */

import { RECORD_WORDS } from '../../src/domain/index.ts';
import { RunDigest } from '../../src/sim/index.ts';

/** Record r of a made-up run: kinds, prices and times differ from record to record. */
export function sealedRecords(count: number): { words: Int32Array; digest: string } {
  const words = new Int32Array(count * RECORD_WORDS);
  const doubles = new Float64Array(words.buffer);
  for (let record = 0; record < count; record++) {
    const at = record * RECORD_WORDS;
    words[at] = 1 + (record % 5);
    doubles[(at >> 1) + 1] = record * 1000;
    words[at + 4] = record + 1;
    words[at + 5] = 10_000 + (Math.imul(record, 2_654_435_761) >>> 28);
    words[at + 6] = 1 + (record % 7);
  }
  const digest = new RunDigest();
  digest.seal(words, 0, count, RECORD_WORDS);
  return { words, digest: digest.hex() };
}
