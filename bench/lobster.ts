/**
 * Decoding speed of LOBSTER text: a synthetic day, or a given message file (plain, gzip or zstd), through LobsterDecoder
 * into one reused batch, against splitting lines and fields and Number() on a prefix. Prints one JSON line.
 *
 *   npm run bench:lobster -- [message.csv[.gz]] [--tiny] [--pretty] [--rounds n]
 */

import { basename } from 'node:path';
import { invariant } from '../src/base/index.ts';
import {
  LobsterDecoder,
  LobsterMessageWriter,
  MboBatch,
  Quarantine,
  readAllBytes,
} from '../src/data/index.ts';
import { createBookFlow } from './support/book-flow.ts';
import { decodeAll } from './support/decode.ts';
import {
  benchOptions,
  figuresOf,
  interleave,
  printResult,
  ResultHash,
  ratioOf,
  runBenchmark,
  type Timing,
} from './support/harness.ts';
import { createDay } from './support/synthetic-day.ts';

const SEED = 20_261_124;
const CHUNK_BYTES = 1 << 20;
const NEWLINE = 10;

function createText(messages: number): Uint8Array {
  const day = createDay(createBookFlow({ symbols: 1, messages, resting: messages / 100, seed: SEED }));
  const writer = new LobsterMessageWriter();
  for (let row = 0; row < day.count; row++) writer.append(day, row);
  return writer.take();
}

/** Hash of times, ids, prices and quantities, as far as int32 holds them. */
function mixRow(hash: ResultHash, tsNs: number, idLow: number, price: number, qty: number): void {
  hash.mix((tsNs % 1e9) | 0);
  hash.mix(idLow | 0);
  hash.mix(price | 0);
  hash.mix(qty | 0);
}

function hashOf(bytes: Uint8Array, batch: MboBatch): { rows: number; hex: string } {
  const hash = new ResultHash();
  const decoder = new LobsterDecoder(new Quarantine('lenient', 'bench'));
  const rows = decodeAll(decoder, bytes, CHUNK_BYTES, batch, (filled) => {
    for (let r = 0; r < filled.count; r++) {
      mixRow(hash, filled.tsEventNs[r]!, filled.orderIdLo[r]!, filled.price[r]!, filled.qty[r]!);
    }
  });
  return { rows, hex: hash.hex };
}

/** What one writes in an afternoon; returns the same hash as the decoder on ordinary rows. */
function splitAndParse(bytes: Uint8Array): string {
  const hash = new ResultHash();
  for (const line of Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('latin1')
    .split('\n')) {
    if (line === '') continue;
    const fields = line.split(',');
    const time = fields[0]!.split('.');
    const tsNs = Number(time[0]) * 1e9 + Number((time[1] ?? '').padEnd(9, '0').slice(0, 9));
    mixRow(hash, tsNs, Number(fields[2]), Number(fields[4]), Number(fields[3]));
  }
  return hash.hex;
}

/** The first rows, up to about `byteCount` bytes. */
function prefixOf(bytes: Uint8Array, byteCount: number): Uint8Array {
  if (bytes.length <= byteCount) return bytes;
  return bytes.subarray(0, bytes.lastIndexOf(NEWLINE, byteCount) + 1);
}

async function main(): Promise<void> {
  const options = benchOptions(7);
  const path = options.files[0];
  const bytes =
    path === undefined ? createText(options.isTiny ? 5_000 : 1_000_000) : await readAllBytes(path);
  const batch = new MboBatch();
  const { rows, hex } = hashOf(bytes, batch);
  const prefix = prefixOf(bytes, options.isTiny ? 100_000 : 6_000_000);
  const ofPrefix = hashOf(prefix, batch);
  if (path === undefined) {
    invariant(splitAndParse(prefix) === ofPrefix.hex, 'both ways of reading find the same rows');
  }
  const decode = (): void => {
    decodeAll(new LobsterDecoder(new Quarantine('lenient', 'bench')), bytes, CHUNK_BYTES, batch, () => {});
  };
  const timings = interleave(
    [
      { name: 'LobsterDecoder', units: rows, run: decode },
      { name: 'split and Number, prefix', units: ofPrefix.rows, run: () => splitAndParse(prefix) },
    ],
    options.rounds,
  );
  const [ours, split] = timings as [Timing, Timing];
  printResult(
    options,
    {
      bench: 'lobster',
      workload:
        path === undefined
          ? `${rows} rows of a synthetic day, ${bytes.length} bytes, chunks of ${CHUNK_BYTES}, seed ${SEED}`
          : `${rows} rows of ${basename(path)}, ${bytes.length} bytes, chunks of ${CHUNK_BYTES}`,
      hash: hex,
      rounds: options.rounds,
      baseline: `lines and fields split, Number(), first ${ofPrefix.rows} rows`,
      ratio: ratioOf(split, ours),
      decoder: figuresOf(ours),
      splitAndNumber: figuresOf(split),
    },
    timings,
  );
}

await runBenchmark(main);
