/**
 * Speed from a capture of MDP 3.0 to records: packets of incremental books of eight instruments, each change a valid one, through
 * the format `mdp` into batches that are used again; against the decoder that makes objects of the same messages. Prints one
 * JSON line.
 *
 *   npm run bench:mdp-decode -- [--tiny] [--pretty] [--rounds n]
 */

import {
  MDP_FORMAT,
  MDP_SCHEMA,
  RecordBatch,
  type RecordSink,
  SbeDecoder,
  SCHEMAS,
  type SchemaName,
} from '../src/data/index.ts';
import { createDraw } from './support/draw.ts';
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
const PACKETS = OPTIONS.isTiny ? 4_000 : 400_000;
const BASELINE_PACKETS = OPTIONS.isTiny ? 1_000 : 40_000;
const CHUNK_BYTES = 1 << 20;
const SEED = 1204;
const INSTRUMENTS = 8;
const DEPTH = 10;
const ENTRY_BYTES = 32;
const FRAME_BYTES = 14 + 20 + 8;
const PRICE_STEP = 250_000_000;
const TEMPLATE_BOOK = 46;

/** A capture with one message per packet, of one to four entries; returns it and where the messages lie. */
function buildCapture(packets: number): {
  bytes: Uint8Array;
  messages: [at: number, end: number][];
  entries: number;
} {
  const draw = createDraw(SEED);
  const bytes = Buffer.alloc(24 + packets * (16 + FRAME_BYTES + 12 + 10 + 11 + 3 + 4 * ENTRY_BYTES + 8));
  bytes.writeUInt32LE(0xa1b2_3c4d, 0);
  bytes.writeUInt32LE(1, 20);
  const books = Array.from({ length: 2 * INSTRUMENTS }, (): number[] => []);
  const rptSeqs = Array.from({ length: INSTRUMENTS }, () => 0);
  const messages: [number, number][] = [];
  let at = 24;
  let entries = 0;
  for (let sequence = 1; sequence <= packets; sequence++) {
    const recordAt = at;
    const ipAt = at + 16 + 14;
    const payloadAt = at + 16 + FRAME_BYTES;
    const messageAt = payloadAt + 12;
    const count = 1 + draw(4);
    at = messageAt + 10 + 11 + 3;
    for (let i = 0; i < count; i++, at += ENTRY_BYTES) {
      const instrument = draw(INSTRUMENTS);
      const side = draw(2);
      const book = books[2 * instrument + side]!;
      const depth = book.length;
      const kind = draw(100);
      const action = depth === 0 || (kind < 25 && depth < DEPTH) ? 0 : kind < 80 ? 1 : 2;
      const place = 1 + draw(action === 0 ? depth + 1 : depth);
      // Where a price stands among others is the venue's business: any new one will do.
      if (action === 0) book.splice(place - 1, 0, 18_000 + draw(10_000));
      const ticks = book[place - 1]!;
      if (action === 2) book.splice(place - 1, 1);
      bytes.writeBigInt64LE(BigInt(ticks * PRICE_STEP), at);
      bytes.writeInt32LE(1 + draw(500), at + 8);
      bytes.writeInt32LE(1000 + instrument, at + 12);
      rptSeqs[instrument]!++;
      bytes.writeUInt32LE(rptSeqs[instrument]!, at + 16);
      bytes.writeInt32LE(1 + draw(20), at + 20);
      bytes[at + 24] = place;
      bytes[at + 25] = action;
      bytes[at + 26] = 0x30 + side;
    }
    entries += count;
    bytes.writeUInt16LE(ENTRY_BYTES, messageAt + 21);
    bytes[messageAt + 23] = count;
    // No orders behind the levels.
    bytes.writeUInt16LE(24, at);
    at += 8;
    bytes.writeUInt16LE(at - messageAt, messageAt);
    for (const [index, value] of [11, TEMPLATE_BOOK, 1, 9].entries())
      bytes.writeUInt16LE(value, messageAt + 2 + 2 * index);
    bytes.writeBigUInt64LE(1_700_000_000_000_000_000n + BigInt(sequence) * 1000n, messageAt + 10);
    bytes[messageAt + 18] = 0x84;
    bytes.writeUInt32LE(sequence, payloadAt);
    bytes.writeBigUInt64LE(1_700_000_000_000_000_500n + BigInt(sequence) * 1000n, payloadAt + 4);
    bytes.writeUInt16BE(0x0800, ipAt - 2);
    bytes[ipAt] = 0x45;
    bytes.writeUInt16BE(at - ipAt, ipAt + 2);
    bytes[ipAt + 9] = 17;
    bytes.writeUInt32BE(0xe000_1f01, ipAt + 16);
    bytes.writeUInt16BE(14_310, ipAt + 22);
    bytes.writeUInt16BE(at - ipAt - 20, ipAt + 24);
    bytes.writeUInt32LE(1_700_000_000, recordAt);
    bytes.writeUInt32LE(sequence, recordAt + 4);
    bytes.writeUInt32LE(at - recordAt - 16, recordAt + 8);
    bytes.writeUInt32LE(at - recordAt - 16, recordAt + 12);
    messages.push([messageAt + 2, at]);
  }
  return { bytes: bytes.subarray(0, at), messages, entries };
}

/** Batches that are emptied when they are full, as the lake's are. */
class ReusingSink implements RecordSink {
  records = 0;
  faults = 0;
  readonly #batches = new Map<SchemaName, RecordBatch>();
  readonly #onFull: (batch: RecordBatch) => void;

  constructor(onFull: (batch: RecordBatch) => void) {
    this.#onFull = onFull;
  }

  push(): void {
    this.faults++;
  }

  batch<N extends SchemaName>(schema: N) {
    let batch = this.#batches.get(schema);
    if (batch === undefined) {
      batch = new RecordBatch(SCHEMAS[schema]) as unknown as RecordBatch;
      this.#batches.set(schema, batch);
    }
    if (batch.isFull) this.#take(batch);
    return batch as never;
  }

  #take(batch: RecordBatch): void {
    this.records += batch.count;
    this.#onFull(batch);
    batch.clear();
  }

  finish(): void {
    for (const batch of this.#batches.values()) this.#take(batch);
  }

  reject(): void {
    this.faults++;
  }

  remark(): void {}
}

const { bytes, messages, entries } = buildCapture(PACKETS);

function normalise(onFull: (batch: RecordBatch) => void): ReusingSink {
  const sink = new ReusingSink(onFull);
  const options = Object.fromEntries(
    Object.entries(MDP_FORMAT.options).map(([name, option]) => [name, option.default]),
  );
  const normaliser = MDP_FORMAT.open({ fileName: 'bench.pcap', options }, sink);
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
    normaliser.write(bytes.subarray(at, at + CHUNK_BYTES));
  normaliser.endPage();
  normaliser.end();
  sink.finish();
  return sink;
}

function decodeAsObjects(count: number): number {
  const decoder = new SbeDecoder(MDP_SCHEMA);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const [at, end] = messages[i]!;
    sum += (decoder.decode(view, at, end)!.values.NoMDEntries as unknown[]).length;
  }
  return sum;
}

const hash = new ResultHash();
const result = normalise((batch) => {
  const price = batch.schema.name === 'mbp' ? batch.column('price') : batch.column('bidPrice');
  for (let row = 0; row < batch.count; row++)
    hash.mix(Number((price as { low(row: number): number }).low(row)) | 0);
});
if (result.faults > 0) throw new Error(`the capture has ${result.faults} faults`);
const baselineEntries = decodeAsObjects(BASELINE_PACKETS);
const timings = interleave(
  [
    { name: 'mdp', units: result.records, run: () => normalise(() => {}) },
    { name: 'SbeDecoder', units: baselineEntries, run: () => decodeAsObjects(BASELINE_PACKETS) },
  ],
  OPTIONS.rounds,
);
const [ours, objects] = timings as [Timing, Timing];
printResult(
  OPTIONS,
  {
    bench: 'mdp-decode',
    workload: `${PACKETS} packets, ${entries} entries of books, seed ${SEED}, ${bytes.length} bytes, chunks of ${CHUNK_BYTES}`,
    hash: hash.hex,
    rounds: OPTIONS.rounds,
    baseline: `SbeDecoder on the entries of the first ${BASELINE_PACKETS} packets`,
    ratio: ratioOf(objects, ours),
    records: result.records,
    format: figuresOf(ours),
    SbeDecoder: figuresOf(objects),
  },
  timings,
);
