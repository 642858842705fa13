/**
 * The lake: a synthetic, deterministic day of ITCH messages through decoder, normaliser and checks; its records written as Parquet;
 * and read back, as records and as the rows that a replay takes. The same records as lines of JSON are the baseline of reading. One core: DuckDB
 * has one thread. Prints one JSON line.
 *
 *   npm run bench:lake -- [--tiny] [--pretty] [--rounds n]
 */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FILE_FORMATS, MboBatch, MboRecords, numberSymbols, type RecordBatch } from '../src/data/index.ts';
import { LakeSink } from '../src/data/ingest/lake-sink.ts';
import { Duck } from '../src/data/lake/duckdb.ts';
import { LakeSource } from '../src/data/lake/lake.ts';
import { readParts } from '../src/data/lake/part-reader.ts';
import { type Part, PartWriter } from '../src/data/lake/part-writer.ts';
import { createQualityStage } from '../src/data/quality/stage.ts';
import {
  benchOptions,
  figuresOf,
  interleaveAsync,
  printResult,
  ResultHash,
  ratioOf,
  runBenchmark,
  type Timing,
} from './support/harness.ts';
import { buildItchStream } from './support/itch-stream.ts';

const OPTIONS = benchOptions(5);
const MESSAGES = OPTIONS.isTiny ? 20_000 : 1_000_000;
const JSON_RECORDS = OPTIONS.isTiny ? 2_000 : 100_000;
const CHUNK_BYTES = 1 << 18;
const SEED = 20_120_621;
const NOTHING = { append: async (): Promise<void> => {} };

/** Bytes through the format `itch` and the checks of an ingest, to whoever takes the batches. */
async function normalise(
  stream: Uint8Array,
  taker: { append(batch: RecordBatch): Promise<void> },
): Promise<void> {
  const format = FILE_FORMATS.find(({ name }) => name === 'itch')!;
  const options = Object.fromEntries(
    Object.entries(format.options).map(([name, option]) => [name, option.default]),
  );
  const sink = new LakeSink('bench', 'lenient', createQualityStage(), () => {});
  const normaliser = format.open(
    { fileName: 'bench', options: { ...options, date: '2024-01-02', records: 'mbo' } },
    sink,
  );
  sink.startSource(0);
  for (let at = 0; at < stream.length; at += CHUNK_BYTES) {
    normaliser.write(stream.subarray(at, at + CHUNK_BYTES));
    await sink.drain(taker, false);
  }
  normaliser.endPage();
  normaliser.end();
  await sink.drain(taker, true);
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'twin-bench-lake-'));
  const duck = await Duck.open();
  try {
    const stream = buildItchStream(MESSAGES, SEED);
    const batches: RecordBatch[] = [];
    await normalise(stream, { append: async (batch) => void batches.push(copyOf(batch)) });
    const records = batches.reduce((sum, { count }) => sum + count, 0);
    let parts: Part[] = [];
    let round = 0;
    const write = async (): Promise<void> => {
      const dataFolder = join(folder, String(round++));
      mkdirSync(dataFolder, { recursive: true });
      const writer = new PartWriter({
        duck,
        dataFolder,
        tmpFolder: join(dataFolder, 'tmp'),
        dataset: 'bench',
        task: 'day',
        venue: () => 'XNAS',
        about: {},
      });
      for (const batch of batches) await writer.append(batch);
      parts = await writer.finish();
    };
    const hash = new ResultHash();
    const read = async (onBatch: (batch: RecordBatch) => void): Promise<void> => {
      const one = parts.filter(({ symbol }) => symbol === 'STOCK1');
      for await (const batch of readParts(join(folder, String(round - 1)), one, { schema: 'mbo' }))
        onBatch(batch as unknown as RecordBatch);
    };
    await write();
    const readRows = parts.find(({ symbol }) => symbol === 'STOCK1')!.rows;
    await read((batch) => mixRows(hash, batch));
    const lines = jsonLines(batches);
    const timings = await interleaveAsync(
      [
        { name: 'normalise ITCH', units: records, run: () => normalise(stream, NOTHING) },
        { name: 'write Parquet', units: records, run: write },
        { name: 'read one symbol', units: readRows, run: () => read(() => {}) },
        {
          name: 'rows of one symbol',
          units: readRows,
          run: () => readRowsOf(join(folder, String(round - 1)), parts, readRows),
        },
        { name: 'read all, merged', units: records, run: () => readAll(folder, round - 1, parts) },
        {
          name: 'JSON.parse of lines',
          units: JSON_RECORDS,
          run: async () => void lines.map((line) => JSON.parse(line) as unknown),
        },
      ],
      OPTIONS.rounds,
    );
    tell(timings, batches, parts, hash);
  } finally {
    duck.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function tell(
  timings: readonly Timing[],
  batches: readonly RecordBatch[],
  parts: readonly Part[],
  hash: ResultHash,
): void {
  const [itch, parquet, single, rows, merged, json] = timings as [
    Timing,
    Timing,
    Timing,
    Timing,
    Timing,
    Timing,
  ];
  const records = batches.reduce((sum, { count }) => sum + count, 0);
  printResult(
    OPTIONS,
    {
      bench: 'lake',
      workload: `${MESSAGES} ITCH messages of 8 stocks, seed ${SEED}; mbo records of ${Object.keys(batches[0]!.schema.fields).length} fields; zstd`,
      hash: hash.hex,
      rounds: OPTIONS.rounds,
      baseline: `JSON.parse of the first ${JSON_RECORDS} records as lines`,
      ratio: ratioOf(json, single),
      bytesPerRecord: Number((parts.reduce((sum, { bytes }) => sum + bytes, 0) / records).toFixed(2)),
      normalise: figuresOf(itch),
      write: figuresOf(parquet),
      read: figuresOf(single),
      readRows: figuresOf(rows),
      readMerged: figuresOf(merged),
      json: figuresOf(json),
    },
    timings,
  );
}

/** As a replay of records reads: batches of the lake made into rows, venue messages looked for between them. */
async function readRowsOf(dataFolder: string, parts: readonly Part[], expected: number): Promise<void> {
  const records = new MboRecords({
    source: new LakeSource(dataFolder, parts, {}),
    symbols: ['STOCK1'],
    hasOrders: true,
    numbers: numberSymbols(parts.map(({ symbol }) => symbol)),
    lotsPerUnit: () => 1,
    epochOf: (firstNs) => firstNs - (firstNs % 86_400_000_000_000n),
    wording: { hasGroups: false, isOutageOfService: true, isZeroNoPrice: true, priceSteps: 100_000 },
  });
  const batch = new MboBatch();
  let rows = 0;
  while (!records.hasEnded) {
    rows += records.read(batch);
    if (batch.count === 0) await records.pull();
  }
  await records.close();
  if (rows !== expected) throw new RangeError(`${rows} rows of ${expected}`);
}

async function readAll(folder: string, round: number, parts: readonly Part[]): Promise<void> {
  let rows = 0;
  for await (const batch of readParts(join(folder, String(round)), parts, { schema: 'mbo' }))
    rows += batch.count;
  if (rows !== parts.reduce((sum, part) => sum + part.rows, 0)) throw new RangeError(`read ${rows} rows`);
}

function copyOf(batch: RecordBatch): RecordBatch {
  const copy = new (
    batch.constructor as new (
      schema: RecordBatch['schema'],
      capacity: number,
    ) => RecordBatch
  )(batch.schema, batch.count);
  for (let row = 0; row < batch.count; row++) copy.copyRow(batch, row);
  return copy;
}

function jsonLines(batches: readonly RecordBatch[]): string[] {
  const lines: string[] = [];
  for (const batch of batches) {
    for (let row = 0; row < batch.count && lines.length < JSON_RECORDS; row++) {
      lines.push(
        JSON.stringify(batch.row(row), (_name, value: unknown) =>
          typeof value === 'bigint' ? Number(value) : value,
        ),
      );
    }
  }
  return lines;
}

function mixRows(hash: ResultHash, batch: RecordBatch): void {
  for (let row = 0; row < batch.count; row++) {
    const { tsEvent, price, qty, orderId } = batch.row(row) as unknown as {
      tsEvent: bigint;
      price: number | null;
      qty: number;
      orderId: bigint;
    };
    hash.mix(Number(tsEvent % 1_000_000_007n));
    hash.mix(Math.round((price ?? 0) * 10_000));
    hash.mix(qty);
    hash.mix(Number(orderId % 1_000_000_007n));
  }
}

await runBenchmark(main);
