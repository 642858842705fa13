/**
 * Decoding speed of DBN: a synthetic, deterministic stream of adds, reductions, modifications, trades and fills through
 * DbnDecoder into one reused batch, against a reading of the same fields with bigints on a prefix, in interleaved
 * rounds. Prints one JSON line.
 *
 *   npm run bench:dbn-decode -- [--tiny] [--pretty] [--rounds n]
 */

import { DBN_UNDEF_U64, DbnDecoder, DbnMboWriter, MboBatch, Quarantine } from '../src/data/index.ts';
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

const OPTIONS = benchOptions(7);
const RECORDS = OPTIONS.isTiny ? 20_000 : 1_000_000;
const BASELINE_RECORDS = OPTIONS.isTiny ? 2_000 : 100_000;
const CHUNK_BYTES = 1 << 17;
const RECORD_BYTES = 56;
const SEED = 20_231_225;
const EPOCH_NS = 19_716n * 86_400_000_000_000n;
/** Numbers of MBO_*: add, reduce, modify, trade, fill, in the shares of a quiet futures session. */
const ACTIONS = [1, 1, 1, 1, 2, 2, 2, 4, 11, 12];

function buildStream(records: number): Uint8Array {
  const writer = new DbnMboWriter(
    {
      version: 3,
      dataset: 'SYNTHETIC',
      schemaId: 0,
      startNs: EPOCH_NS,
      endNs: DBN_UNDEF_U64,
      limit: 0n,
      recordCount: null,
      stypeInId: 1,
      stypeOutId: 0,
      hasTsOut: false,
      symbolBytes: 71,
      symbols: [],
      partial: [],
      notFound: [],
      mappings: [],
    },
    EPOCH_NS,
  );
  const row = new MboBatch(1);
  let state = SEED;
  for (let i = 0; i < records; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const draw = state >>> 0;
    row.tsEventNs[0] = i * 1000;
    row.tsRecvNs[0] = i * 1000 + 250;
    row.action[0] = ACTIONS[draw % 10]!;
    row.side[0] = draw & 1;
    row.price[0] = (4_800_000 + (draw % 1000) * 250) * 1e6;
    row.qty[0] = 1 + (draw % 50);
    row.orderIdHi[0] = 150;
    row.orderIdLo[0] = draw | 0;
    row.sequence[0] = i;
    row.flags[0] = draw & 1;
    writer.add(row, 0);
  }
  return writer.finish();
}

function decodeStream(bytes: Uint8Array, batch: MboBatch, onBatch: (batch: MboBatch) => void): number {
  return decodeAll(new DbnDecoder(new Quarantine('strict', 'synthetic')), bytes, CHUNK_BYTES, batch, onBatch);
}

function readWithBigints(bytes: Uint8Array, records: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = bytes.length - RECORDS * RECORD_BYTES;
  let sum = 0n;
  for (let i = 0; i < records; i++, at += RECORD_BYTES) {
    sum ^= view.getBigUint64(at + 8, true) - EPOCH_NS + view.getBigUint64(at + 16, true);
    sum ^= view.getBigInt64(at + 24, true) + view.getBigUint64(at + 40, true) - EPOCH_NS;
    sum ^= BigInt(view.getUint32(at + 32, true));
  }
  return sum;
}

const stream = buildStream(RECORDS);
const batch = new MboBatch();
const hash = new ResultHash();
const rows = decodeStream(stream, batch, (filled) => {
  for (let r = 0; r < filled.count; r++) {
    hash.mix(filled.orderIdLo[r]! ^ filled.qty[r]! ^ (filled.price[r]! / 1e6));
    hash.mix((filled.tsEventNs[r]! % 1e9) ^ filled.action[r]!);
  }
});
const timings = interleave(
  [
    { name: 'DbnDecoder', units: RECORDS, run: () => decodeStream(stream, batch, () => {}) },
    { name: 'bigints', units: BASELINE_RECORDS, run: () => readWithBigints(stream, BASELINE_RECORDS) },
  ],
  OPTIONS.rounds,
);
const [ours, bigints] = timings as [Timing, Timing];
printResult(
  OPTIONS,
  {
    bench: 'dbn-decode',
    workload: `${RECORDS} mbo records, A 40 C 30 M 10 T 10 F 10 %, seed ${SEED}, ${stream.length} bytes, chunks of ${CHUNK_BYTES}`,
    hash: hash.hex,
    rounds: OPTIONS.rounds,
    baseline: `five fields with bigints on the first ${BASELINE_RECORDS} records`,
    ratio: ratioOf(bigints, ours),
    rows,
    decoder: figuresOf(ours),
    bigints: figuresOf(bigints),
  },
  timings,
);
