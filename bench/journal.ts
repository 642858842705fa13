/**
 * Speed of the journal: sealed records written in small batches as a venue gives them, read back with every check
 * verified, and summarized for a report; against a line of JSON per record on a prefix. Prints one JSON line.
 *
 *   npm run bench:journal -- [--tiny] [--pretty] [--rounds n]
 */

import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { invariant } from '../src/base/index.ts';
import { EV_ACCEPTED, EV_LEVEL, EV_RESTED, RECORD_WORDS, readFloat64 } from '../src/domain/index.ts';
import { JournalReader, JournalWriter, summarizeJournal } from '../src/runs/index.ts';
import { RunDigest } from '../src/sim/index.ts';
import { benchOptions, figuresOf, interleave, printResult, ratioOf, type Timing } from './support/harness.ts';

const OPTIONS = benchOptions(5);
const RECORDS = OPTIONS.isTiny ? 30_000 : 3_000_000;
const JSON_RECORDS = OPTIONS.isTiny ? 3_000 : 300_000;
/** Lines of JSON written at once. */
const LINES_PER_WRITE = 4096;
/** Records of one command: an order that rests. */
const BATCH_RECORDS = 3;
const READ_RECORDS = 4096;

/** Accepted, rested, level: again and again at changing prices. */
function buildRecords(): Int32Array {
  const words = new Int32Array(RECORDS * RECORD_WORDS);
  const doubles = new Float64Array(words.buffer);
  for (let record = 0; record < RECORDS; record++) {
    const at = record * RECORD_WORDS;
    const order = Math.floor(record / BATCH_RECORDS);
    const side = order & 1;
    const step = record % BATCH_RECORDS;
    words[at] = (step === 0 ? EV_ACCEPTED : step === 1 ? EV_RESTED : EV_LEVEL) | (side << 8);
    doubles[at / 2 + 1] = order * 10_000;
    words[at + 5] = 10_000 + (side === 0 ? -1 : 1) * (1 + (Math.imul(order, 0x9e3779b1) >>> 27));
    if (step === 2) {
      doubles[at / 2 + 3] = 1 + (order % 500);
      words[at + 8] = 1;
    } else {
      words[at + 4] = order + 1;
      words[at + 6] = 1 + (order % 100);
    }
  }
  new RunDigest().seal(words, 0, RECORDS, RECORD_WORDS);
  return words;
}

function writeJournal(path: string, batches: readonly Int32Array[]): void {
  const writer = new JournalWriter(path, {
    runId: 'bench',
    epochNs: null,
    instruments: [{ symbol: 'B', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' }],
    createdBy: 'bench',
  });
  for (const batch of batches) writer.write(batch, BATCH_RECORDS);
  writer.flush();
  writer.close();
}

/** The plain way to a log: one JSON text per record, many lines at a write. */
function writeJsonLines(path: string, words: Int32Array): void {
  const file = openSync(path, 'w');
  let text = '';
  for (let record = 0; record < JSON_RECORDS; record++) {
    const at = record * RECORD_WORDS;
    const [head, instrument, , , order, price, qty, leaves] = words.subarray(at, at + RECORD_WORDS);
    const timeNs = readFloat64(words, at + 2);
    text += `${JSON.stringify({ head, instrument, timeNs, order, price, qty, leaves })}\n`;
    if (record % LINES_PER_WRITE === LINES_PER_WRITE - 1) {
      writeSync(file, text);
      text = '';
    }
  }
  writeSync(file, text);
  closeSync(file);
}

function readJournal(path: string): string {
  const reader = new JournalReader(path);
  while (reader.next(READ_RECORDS) !== null);
  const digest = reader.digestHex();
  reader.close();
  return digest;
}

function summarize(path: string): string {
  const reader = new JournalReader(path);
  const { digest } = summarizeJournal(reader);
  reader.close();
  return digest;
}

const folder = mkdtempSync(join(tmpdir(), 'twin-bench-journal-'));
try {
  const words = buildRecords();
  const batches: Int32Array[] = [];
  for (let at = 0; at < words.length; at += BATCH_RECORDS * RECORD_WORDS) {
    batches.push(words.subarray(at, at + BATCH_RECORDS * RECORD_WORDS));
  }
  const path = join(folder, 'journal.bin');
  const digests = new Set<string>();
  const timings = interleave(
    [
      {
        name: 'write',
        units: RECORDS,
        before: () => rmSync(path, { force: true }),
        run: () => writeJournal(path, batches),
      },
      { name: 'read and verify', units: RECORDS, run: () => digests.add(readJournal(path)) },
      { name: 'summarize', units: RECORDS, run: () => digests.add(summarize(path)) },
      {
        name: 'JSON lines, prefix',
        units: JSON_RECORDS,
        run: () => writeJsonLines(join(folder, 'lines.jsonl'), words),
      },
    ],
    OPTIONS.rounds,
  );
  invariant(digests.size === 1, 'every round gives one digest');
  const [write, read, summary, lines] = timings as [Timing, Timing, Timing, Timing];
  printResult(
    OPTIONS,
    {
      bench: 'journal',
      workload: `${RECORDS} records of orders that rest, given in batches of ${BATCH_RECORDS}`,
      hash: [...digests][0]!,
      rounds: OPTIONS.rounds,
      baseline: `one JSON text per record, ${LINES_PER_WRITE} lines per write, first ${JSON_RECORDS} records`,
      ratio: ratioOf(lines, write),
      write: figuresOf(write),
      readAndVerify: figuresOf(read),
      summarize: figuresOf(summary),
      jsonLines: figuresOf(lines),
    },
    timings,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
