/**
 * Decoding speed of ITCH: a synthetic, deterministic stream of adds, executions, reductions, deletions and replacements
 * through ItchDecoder into one reused batch, against the readable codec on a prefix of the same bytes, in interleaved
 * rounds. Prints one JSON line.
 *
 *   npm run bench:itch-decode -- [--tiny] [--pretty] [--rounds n]
 */

import { decodeItchMessage, ItchDecoder, MboBatch, Quarantine, UNDEF_PRICE } from '../src/data/index.ts';
import { decodeAll } from './support/decode.ts';
import {
  benchOptions,
  figuresOf,
  interleave,
  printResult,
  ResultHash,
  ratioOf,
  type Timing,
} from './support/harness.ts';
import { buildItchStream } from './support/itch-stream.ts';

const OPTIONS = benchOptions(7);
const MESSAGES = OPTIONS.isTiny ? 20_000 : 4_000_000;
const BASELINE_MESSAGES = OPTIONS.isTiny ? 2_000 : 100_000;
const CHUNK_BYTES = 1 << 20;
const SEED = 20_120_621;

function decodeStream(bytes: Uint8Array, batch: MboBatch, onBatch: (batch: MboBatch) => void): number {
  return decodeAll(
    new ItchDecoder(new Quarantine('strict', 'synthetic')),
    bytes,
    CHUNK_BYTES,
    batch,
    onBatch,
  );
}

/** Hashes the columns, each value as int32. */
function mixRows(hash: ResultHash, batch: MboBatch): void {
  for (let r = 0; r < batch.count; r++) {
    hash.mix((batch.tsEventNs[r]! % 1e9) | 0);
    hash.mix(batch.instrument[r]!);
    hash.mix(batch.action[r]! * 4 + batch.side[r]!);
    hash.mix(batch.price[r] === UNDEF_PRICE ? -1 : batch.price[r]! | 0);
    hash.mix(batch.qty[r]! | 0);
    hash.mix(batch.orderIdLo[r]!);
    hash.mix(batch.newOrderIdLo[r]!);
    hash.mix(batch.sequence[r]! | 0);
  }
}

function decodeAsObjects(bytes: Uint8Array, messages: number): number {
  let at = 0;
  let sum = 0;
  for (let i = 0; i < messages; i++) {
    const length = (bytes[at]! << 8) | bytes[at + 1]!;
    sum += decodeItchMessage(bytes, at + 2, length).tsEventNs % 7;
    at += 2 + length;
  }
  return sum;
}

const stream = buildItchStream(MESSAGES, SEED);
const batch = new MboBatch();
const hash = new ResultHash();
const rows = decodeStream(stream, batch, (filled) => mixRows(hash, filled));
const timings = interleave(
  [
    { name: 'ItchDecoder', units: MESSAGES, run: () => decodeStream(stream, batch, () => {}) },
    {
      name: 'decodeItchMessage',
      units: BASELINE_MESSAGES,
      run: () => decodeAsObjects(stream, BASELINE_MESSAGES),
    },
  ],
  OPTIONS.rounds,
);
const [ours, objects] = timings as [Timing, Timing];
printResult(
  OPTIONS,
  {
    bench: 'itch-decode',
    workload: `${MESSAGES} messages, A 45 D 38 E 7 X 5 U 5 %, seed ${SEED}, ${stream.length} bytes, chunks of ${CHUNK_BYTES}`,
    hash: hash.hex,
    rounds: OPTIONS.rounds,
    baseline: `decodeItchMessage on the first ${BASELINE_MESSAGES} messages`,
    ratio: ratioOf(objects, ours),
    rows,
    decoder: figuresOf(ours),
    decodeItchMessage: figuresOf(objects),
  },
  timings,
);
