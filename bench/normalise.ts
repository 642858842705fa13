/**
 * Speed from bytes to canonical records: synthetic, deterministic files of DBN, ITCH and LOBSTER through their file formats
 * into a sink that uses its batches again, against records that are pushed as objects. Prints one JSON line.
 *
 *   npm run bench:normalise -- [--tiny] [--pretty] [--rounds n]
 */

import { invariant } from '../src/base/index.ts';
import {
  DBN_UNDEF_U64,
  DbnMboWriter,
  encodeBatchAsItch,
  FILE_FORMATS,
  ItchWriter,
  LobsterMessageWriter,
  MboBatch,
  type NewRecord,
  RecordBatch,
  type RecordSink,
  SCHEMAS,
  type SchemaName,
} from '../src/data/index.ts';
import { createBookFlow } from './support/book-flow.ts';
import {
  benchOptions,
  figuresOf,
  interleave,
  printResult,
  ResultHash,
  ratioOf,
  type Timing,
} from './support/harness.ts';
import { createDay } from './support/synthetic-day.ts';

const OPTIONS = benchOptions(5);
const MESSAGES = OPTIONS.isTiny ? 5_000 : 500_000;
const BASELINE_RECORDS = OPTIONS.isTiny ? 1_000 : 50_000;
const CHUNK_BYTES = 1 << 18;
const SEED = 20_261_125;
const EPOCH_NS = 19_716n * 86_400_000_000_000n;
const DATE = '2023-12-26';

/** Counts records and forgets them. */
class CountingSink implements RecordSink {
  readonly hash = new ResultHash();
  records = 0;
  readonly #batches = new Map<SchemaName, RecordBatch>();

  push<N extends SchemaName>(schema: N, record: NewRecord<N>): void {
    (this.batch(schema) as RecordBatch).push({ ...record, source: 0 } as never);
  }

  batch<N extends SchemaName>(schema: N): never {
    let batch = this.#batches.get(schema);
    if (batch === undefined) {
      batch = new RecordBatch(SCHEMAS[schema]) as RecordBatch;
      this.#batches.set(schema, batch);
    }
    if (batch.isFull) this.#empty(batch);
    return batch as never;
  }

  reject(reason: string): void {
    invariant(false, `a synthetic file has no bad record: ${reason}`);
  }

  remark(): void {}

  end(): void {
    for (const batch of this.#batches.values()) this.#empty(batch);
  }

  #empty(batch: RecordBatch): void {
    this.records += batch.count;
    this.hash.mix(batch.count);
    const times = batch.column('tsEvent') as { low(row: number): number };
    for (let row = 0; row < batch.count; row += 97) this.hash.mix(times.low(row) | 0);
    batch.clear();
  }
}

function read(name: string, bytes: Uint8Array): CountingSink {
  const format = FILE_FORMATS.find((one) => one.name === name)!;
  const sink = new CountingSink();
  const options = Object.fromEntries(
    Object.entries(format.options).map(([option, { default: value }]) => [option, value]),
  );
  const normaliser = format.open(
    { fileName: 'bench', options: { ...options, date: DATE, symbol: 'BENCH' } },
    sink,
  );
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
    normaliser.write(bytes.subarray(at, at + CHUNK_BYTES));
  normaliser.endPage();
  normaliser.end();
  sink.end();
  return sink;
}

function dbnOf(day: MboBatch): Uint8Array {
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
      symbols: ['BENCH'],
      partial: [],
      notFound: [],
      mappings: [
        { rawSymbol: 'BENCH', intervals: [{ startDate: 20_231_226, endDate: 20_231_227, symbol: '0' }] },
      ],
    },
    EPOCH_NS,
  );
  const row = new MboBatch(1);
  for (let index = 0; index < day.count; index++) {
    row.tsEventNs[0] = day.tsEventNs[index]!;
    row.tsRecvNs[0] = day.tsEventNs[index]! + 250;
    // Adds, reductions and fills: what the day has, in the words of DBN.
    row.action[0] = day.action[index] === 1 ? 1 : 2;
    row.side[0] = day.side[index]! & 1;
    row.price[0] = day.price[index]! > 0 ? day.price[index]! * 1e5 : 1e9;
    row.qty[0] = Math.max(1, day.qty[index]!);
    row.orderIdLo[0] = day.orderIdLo[index]!;
    row.sequence[0] = index;
    row.flags[0] = 1;
    writer.add(row, 0);
  }
  return writer.finish();
}

function itchOf(day: MboBatch): Uint8Array {
  const writer = new ItchWriter();
  writer.stockDirectory(1, 0, 'BENCH');
  encodeBatchAsItch(day, writer, { isExecutedAtOrderPrice: true });
  return writer.bytes;
}

function lobsterOf(day: MboBatch): Uint8Array {
  const writer = new LobsterMessageWriter();
  for (let row = 0; row < day.count; row++) writer.append(day, row);
  return writer.take();
}

function pushObjects(count: number): number {
  const sink = new CountingSink();
  for (let index = 0; index < count; index++) {
    sink.push('mbo', {
      symbol: 'BENCH',
      tsEvent: EPOCH_NS + BigInt(index),
      sourceIndex: index,
      action: 'add',
      side: 'buy',
      orderId: BigInt(index),
      price: 100,
      qty: 1,
      flags: 1,
    });
  }
  sink.end();
  return sink.records;
}

const day = createDay(
  createBookFlow({ symbols: 1, messages: MESSAGES, resting: MESSAGES / 100, seed: SEED }),
);
const files = { dbn: dbnOf(day), itch: itchOf(day), lobster: lobsterOf(day) };
const hash = new ResultHash();
const records: Record<string, number> = {};
for (const [name, bytes] of Object.entries(files)) {
  const sink = read(name, bytes);
  records[name] = sink.records;
  hash.mix(Number.parseInt(sink.hash.hex.slice(0, 8), 16) | 0);
}
const timings = interleave(
  [
    ...Object.entries(files).map(([name, bytes]) => ({
      name,
      units: records[name]!,
      run: () => void read(name, bytes),
    })),
    { name: 'objects', units: BASELINE_RECORDS, run: () => void pushObjects(BASELINE_RECORDS) },
  ],
  OPTIONS.rounds,
);
const [dbn, itch, lobster, objects] = timings as [Timing, Timing, Timing, Timing];
printResult(
  OPTIONS,
  {
    bench: 'normalise',
    workload: `${MESSAGES} messages of one symbol, seed ${SEED}, as DBN mbo, ITCH and LOBSTER text, chunks of ${CHUNK_BYTES}`,
    hash: hash.hex,
    rounds: OPTIONS.rounds,
    baseline: `${BASELINE_RECORDS} mbo records pushed as objects`,
    ratio: ratioOf(objects, dbn),
    records,
    dbn: figuresOf(dbn),
    itch: figuresOf(itch),
    lobster: figuresOf(lobster),
    objects: figuresOf(objects),
  },
  timings,
);
