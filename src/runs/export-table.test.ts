import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeCommands } from '../../tests/fuzz/book-commands.ts';
import { journalCommands, TEST_INSTRUMENT } from '../../tests/support/journal-of-commands.ts';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import {
  CANCEL_REASON_NAMES,
  EVENT_LAYOUTS,
  parseTicks,
  RECORD_WORDS,
  REJECT_TEXTS,
  UNDEF_INT32,
} from '../domain/index.ts';
import { RunDigest } from '../sim/index.ts';
import { exportCsv, exportJsonl, JournalReader, JournalWriter } from './index.ts';
import { columnOfField, RECORD_COLUMNS } from './record-fields.ts';

const root = temporaryFolder('table');
let files = 0;
const KIND_OF_NAME = new Map(Object.entries(EVENT_LAYOUTS).map(([kind, { name }]) => [name, Number(kind)]));

function journalOfSeed(seed: number): { path: string; digest: string; records: number } {
  const path = join(root, `${++files}.bin`);
  const header = { instruments: [{ ...TEST_INSTRUMENT, symbol: 'A,"C"\nE' }] };
  return { path, ...journalCommands(path, seed, makeCommands(seed, 600), { header }) };
}

function exported(path: string, how: typeof exportCsv, name: string): string {
  const reader = new JournalReader(path);
  const result = how(reader, join(root, name));
  reader.close();
  expect(result.records).toBe(reader.recordCount);
  return readFileSync(result.path, 'utf8');
}

/** The record that a line was made of, from the line alone. */
function recordOfLine(line: Record<string, unknown>, words: Int32Array, doubles: Float64Array): void {
  words.fill(0);
  const kind = KIND_OF_NAME.get(String(line.kind))!;
  words[0] =
    kind |
    (line.side === 'sell' ? 1 << 8 : 0) |
    (line.makerHidden ? 1 << 9 : 0) |
    (line.keepsPriority ? 1 << 10 : 0) |
    (line.hidden ? 1 << 11 : 0) |
    (line.auctionTrade ? 1 << 12 : 0) |
    (Number(line.code ?? 0) << 16);
  doubles[1] = Number(line.timeNs);
  for (const [i, field] of EVENT_LAYOUTS[kind]!.fields.entries()) {
    if (field === '') continue;
    const value = line[columnOfField(field)];
    if (kind === 35 && field === 'displayedLots') doubles[3] = Number(value);
    else if (value === null) words[4 + i] = UNDEF_INT32;
    else words[4 + i] = field.includes('Ticks') ? parseTicks(TEST_INSTRUMENT, String(value)) : Number(value);
  }
}

describe('a table export', () => {
  it('as JSON lines loses nothing: the records made of the lines have the digest of the run', () => {
    for (const seed of [3, 8, 21]) {
      const { path, digest, records } = journalOfSeed(seed);
      const lines = exported(path, exportJsonl, 'run.jsonl').trimEnd().split('\n');
      expect(lines).toHaveLength(records);
      const words = new Int32Array(RECORD_WORDS);
      const doubles = new Float64Array(words.buffer);
      const chain = new RunDigest();
      for (const [i, text] of lines.entries()) {
        const line = JSON.parse(text) as Record<string, unknown>;
        expect(line.record).toBe(i);
        expect(line.other, text).toBeUndefined();
        recordOfLine(line, words, doubles);
        chain.seal(words, 0, 1, RECORD_WORDS);
      }
      expect(chain.hex()).toBe(digest);
    }
  });

  it('as CSV says the same as the JSON lines', () => {
    const { path } = journalOfSeed(5);
    const lines = exported(path, exportJsonl, '5.jsonl').trimEnd().split('\n');
    const rows = parseCsv(exported(path, exportCsv, '5.csv'));
    expect(rows[0]).toEqual(RECORD_COLUMNS);
    expect(rows).toHaveLength(lines.length + 1);
    for (const [i, text] of lines.entries()) {
      const line = JSON.parse(text) as Record<string, unknown>;
      const row = rows[i + 1]!;
      for (const [c, column] of RECORD_COLUMNS.entries()) expect(row[c]).toBe(String(line[column] ?? ''));
    }
  });

  it('names reasons and writes prices as decimals', () => {
    const { path } = journalOfSeed(8);
    const lines = exported(path, exportJsonl, '8.jsonl')
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text));
    const canceled = lines.filter(({ kind }) => kind === 'canceled');
    const rejected = lines.filter(({ kind }) => /ejected$/.test(kind));
    expect(canceled.length).toBeGreaterThan(0);
    expect(rejected.length).toBeGreaterThan(0);
    for (const line of canceled) expect(line.reason).toBe(CANCEL_REASON_NAMES[line.code]);
    for (const line of rejected) expect(line.reason).toBe(REJECT_TEXTS[line.code]);
    const rested = lines.find(({ kind }) => kind === 'rested');
    expect(rested.price).toMatch(/^-?\d+\.\d\d$/);
  });

  it('shows what is outside the layouts instead of dropping it', () => {
    const path = join(root, 'odd.bin');
    const words = new Int32Array(2 * RECORD_WORDS);
    words.set([99 | (1 << 14), 0, 0, 0, 7, 0, 0, 0, -2]);
    words.set([2, 0, 0, 0, 5, 6], RECORD_WORDS);
    new RunDigest().seal(words, 0, 2, RECORD_WORDS);
    const writer = new JournalWriter(path, {
      runId: 'x',
      epochNs: null,
      instruments: [TEST_INSTRUMENT],
      createdBy: 'test',
    });
    writer.write(words, 2);
    writer.close();
    const lines = exported(path, exportJsonl, 'odd.jsonl')
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(lines).toMatchObject([
      { kind: 'kind99', other: 'flags=16384;word4=7;word8=-2' },
      { kind: 'cmdCancel', orderId: 5, other: 'word5=6' },
    ]);
  });

  it('fails on a record of an unknown instrument and leaves no file behind', () => {
    const path = join(root, 'none.bin');
    const words = new Int32Array(RECORD_WORDS);
    words.set([1, 3]);
    new RunDigest().seal(words, 0, 1, RECORD_WORDS);
    const writer = new JournalWriter(path, { runId: 'x', epochNs: null, instruments: [], createdBy: 'test' });
    writer.write(words, 1);
    writer.close();
    const reader = new JournalReader(path);
    expect(() => exportCsv(reader, join(root, 'none.csv'))).toThrow(
      'a record is of an instrument of the journal',
    );
    reader.close();
    expect(readdirSync(root).filter((name) => name.startsWith('none.csv'))).toEqual([]);
  });
});

/** RFC 4180, enough for one's own output. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (isQuoted && char === '"' && text[i + 1] === '"') {
      cell += '"';
      i++;
    } else if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (char === ',' || char === '\n')) {
      rows.at(-1)!.push(cell);
      cell = '';
      if (char === '\n') rows.push([]);
    } else cell += char;
  }
  rows.pop();
  return rows;
}
