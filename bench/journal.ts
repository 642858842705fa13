/**
 * Speed of the journal: sealed records written in small batches as a venue gives them, read back with every check
 * verified, and summarized for a report. Prints one JSON line. Run: npx tsx bench/journal.ts [--tiny]
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EV_ACCEPTED, EV_LEVEL, EV_RESTED, RECORD_WORDS } from '../src/domain/index.ts';
import { JournalReader, JournalWriter, summarizeJournal } from '../src/runs/index.ts';
import { RunDigest } from '../src/sim/index.ts';

const IS_TINY = process.argv.includes('--tiny');
const RECORDS = IS_TINY ? 30_000 : 3_000_000;
const ROUNDS = IS_TINY ? 2 : 5;
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

function timeNsPerRecord(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / RECORDS;
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

const folder = mkdtempSync(join(tmpdir(), 'twin-bench-'));
try {
  const words = buildRecords();
  const batches: Int32Array[] = [];
  for (let at = 0; at < words.length; at += BATCH_RECORDS * RECORD_WORDS) {
    batches.push(words.subarray(at, at + BATCH_RECORDS * RECORD_WORDS));
  }
  const best = {
    writeNs: Number.POSITIVE_INFINITY,
    readNs: Number.POSITIVE_INFINITY,
    summarizeNs: Number.POSITIVE_INFINITY,
  };
  const digests = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const path = join(folder, `${round}.bin`);
    best.writeNs = Math.min(
      best.writeNs,
      timeNsPerRecord(() => writeJournal(path, batches)),
    );
    const reader = new JournalReader(path);
    const readAll = (): void => {
      while (reader.next(READ_RECORDS) !== null);
    };
    best.readNs = Math.min(best.readNs, timeNsPerRecord(readAll));
    digests.add(reader.digestHex());
    reader.close();
    const second = new JournalReader(path);
    best.summarizeNs = Math.min(
      best.summarizeNs,
      timeNsPerRecord(() => digests.add(summarizeJournal(second).digest)),
    );
    second.close();
    rmSync(path);
  }
  const [digest] = digests;
  if (digests.size !== 1) throw new Error(`every round gives one digest, not ${[...digests].join(' ')}`);
  const rounded = Object.fromEntries(Object.entries(best).map(([name, ns]) => [name, Number(ns.toFixed(1))]));
  console.log(JSON.stringify({ bench: 'journal', records: RECORDS, rounds: ROUNDS, ...rounded, digest }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
