import { spawn } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sealedRecords } from '../../tests/support/sealed-records.ts';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import { TwinError } from '../base/index.ts';
import { RECORD_BYTES, RECORD_WORDS } from '../domain/index.ts';
import {
  followJournal,
  type JournalHeader,
  JournalReader,
  JournalWriter,
  requireWhole,
  verifyJournal,
} from './index.ts';

const HEADER: JournalHeader = {
  runId: '20261122T103145123Z-test-0a1b2c',
  epochNs: '1340251200000000000',
  instruments: [
    { symbol: 'ÄCME', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' },
    { symbol: 'ES', tickSize: '0.25', lotSize: '50', currency: 'USD', minorUnit: '0.01' },
  ],
  createdBy: '0.1.0',
};

const folder = temporaryFolder('journal');
let files = 0;
const freshPath = (): string => join(folder, `${++files}.bin`);

function writeJournal(words: Int32Array, batch = 1000): string {
  const path = freshPath();
  const writer = new JournalWriter(path, HEADER);
  for (let at = 0; at < words.length; at += batch * RECORD_WORDS) {
    const part = words.subarray(at, at + batch * RECORD_WORDS);
    writer.write(part, part.length / RECORD_WORDS);
  }
  writer.close();
  return path;
}

function readWords(path: string, maxRecords = 1000): { words: number[]; reader: JournalReader } {
  const reader = new JournalReader(path);
  const words: number[] = [];
  for (let batch = reader.next(maxRecords); batch !== null; batch = reader.next(maxRecords)) {
    for (let i = 0; i < batch.count * RECORD_WORDS; i++) words.push(batch.words[i]!);
  }
  reader.close();
  return { words, reader };
}

function faultOf(act: () => unknown): TwinError {
  try {
    act();
  } catch (error) {
    if (error instanceof TwinError) return error;
    throw error;
  }
  throw new Error('a fault was expected');
}

describe('a journal', () => {
  it('gives back header, records and digest as they were written', () => {
    const { words, digest } = sealedRecords(50_000);
    const path = writeJournal(words, 777);
    const { words: found, reader } = readWords(path, 4096);
    expect(found).toEqual(Array.from(words));
    expect(reader.header).toEqual(HEADER);
    expect(reader.digestHex()).toBe(digest);
    expect(reader.state).toBe('atEnd');
    expect(reader.tail).toBeNull();
    expect(statSync(path).size % RECORD_BYTES).toBe(0);
  });

  it('is the same file whatever the batches', () => {
    const { words } = sealedRecords(300);
    const whole = readFileSync(writeJournal(words, 300));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 400 }), (batch, read) => {
        const path = writeJournal(words, batch);
        expect(readFileSync(path).equals(whole)).toBe(true);
        expect(readWords(path, read).words).toEqual(Array.from(words));
      }),
      { numRuns: 40 },
    );
  });

  it('counts records and bytes, those in memory included', () => {
    const { words } = sealedRecords(10);
    const path = freshPath();
    const writer = new JournalWriter(path, HEADER);
    const headerBytes = writer.byteCount;
    expect(statSync(path).size).toBe(headerBytes);
    writer.write(words, 10);
    expect(writer.recordCount).toBe(10);
    expect(writer.byteCount).toBe(headerBytes + 480);
    writer.flush();
    expect(statSync(path).size).toBe(writer.byteCount);
    writer.close();
    writer.close();
    expect(() => writer.write(words, 1)).toThrow('a closed journal takes no records');
  });

  it('without records is at its end at once', () => {
    const { words, reader } = readWords(writeJournal(new Int32Array(0)));
    expect(words).toEqual([]);
    expect(reader.state).toBe('atEnd');
  });

  it('is never written over another', () => {
    const path = writeJournal(sealedRecords(3).words);
    const fault = faultOf(() => new JournalWriter(path, HEADER));
    expect(fault.code).toBe('RUNS_WRITE');
    expect(fault.message).toContain(path);
    expect(readWords(path).words).toHaveLength(3 * RECORD_WORDS);
  });
});

describe('a journal whose header has room to grow', () => {
  it('takes more instruments while records are written, and the records stay as they are', () => {
    const { words, digest } = sealedRecords(40_000);
    const path = freshPath();
    const first = { ...HEADER, instruments: [] };
    const writer = new JournalWriter(path, first, writeSync, 4096);
    writer.write(words, 30_000);
    expect(verifyJournal(path).header).toEqual(first);
    writer.updateHeader(HEADER);
    writer.write(words.subarray(30_000 * RECORD_WORDS), 10_000);
    writer.updateHeader(HEADER);
    writer.close();
    expect(verifyJournal(path)).toEqual({ header: HEADER, records: 40_000, digest, tail: null });
    expect(statSync(path).size).toBe(writer.byteCount);
  });

  it('refuses a header beyond its room, and stays as it was', () => {
    const path = freshPath();
    const writer = new JournalWriter(path, { ...HEADER, instruments: [] }, writeSync, 200);
    expect(faultOf(() => writer.updateHeader(HEADER)).message).toContain('roomBytes=200');
    writer.close();
    expect(verifyJournal(path).header.instruments).toEqual([]);
    const plain = new JournalWriter(freshPath(), HEADER);
    expect(() => plain.updateHeader(HEADER)).toThrow('only reserved headers of open journals are updated');
    plain.close();
  });
});

describe('a torn tail', () => {
  it('is found when the file is cut at any byte of its last three records', () => {
    const { words } = sealedRecords(20);
    const path = writeJournal(words);
    const bytes = readFileSync(path);
    for (let cut = 1; cut <= 3 * RECORD_BYTES; cut++) {
      writeFileSync(path, bytes.subarray(0, bytes.length - cut));
      const { words: found, reader } = readWords(path);
      const whole = 20 - Math.ceil(cut / RECORD_BYTES);
      expect(found).toEqual(Array.from(words.subarray(0, whole * RECORD_WORDS)));
      if (cut % RECORD_BYTES === 0) {
        expect(reader.state).toBe('atEnd');
        continue;
      }
      expect(reader.state).toBe('torn');
      expect(reader.tail).toEqual({
        wholeRecords: whole,
        tornBytes: RECORD_BYTES - (cut % RECORD_BYTES),
        reason: 'the last record is not whole',
      });
      expect(faultOf(() => requireWhole(reader)).code).toBe('RUNS_DAMAGED');
    }
  });

  it('is found when any byte of the last three records is wrong', () => {
    const { words } = sealedRecords(20);
    const path = writeJournal(words);
    const bytes = readFileSync(path);
    for (let back = 1; back <= 3 * RECORD_BYTES; back++) {
      const broken = Buffer.from(bytes);
      broken[bytes.length - back]! ^= 0x40;
      writeFileSync(path, broken);
      const { words: found, reader } = readWords(path);
      const whole = 20 - Math.ceil(back / RECORD_BYTES);
      expect(found).toEqual(Array.from(words.subarray(0, whole * RECORD_WORDS)));
      expect(reader.tail).toEqual({
        wholeRecords: whole,
        tornBytes: (20 - whole) * RECORD_BYTES,
        reason: 'a record disagrees with its check',
      });
    }
  });

  it('is found where a crash left zeros', () => {
    const path = writeJournal(sealedRecords(5).words);
    appendFileSync(path, Buffer.alloc(4096));
    expect(readWords(path).reader.tail).toEqual({
      wholeRecords: 5,
      tornBytes: 4096,
      reason: 'a record is all zeros',
    });
  });

  it('is found when records stand twice or in the wrong order', () => {
    const path = writeJournal(sealedRecords(5).words);
    const bytes = readFileSync(path);
    appendFileSync(path, bytes.subarray(bytes.length - RECORD_BYTES));
    expect(readWords(path).reader.tail?.wholeRecords).toBe(5);
    const swapped = Buffer.concat([
      bytes.subarray(0, bytes.length - 2 * RECORD_BYTES),
      bytes.subarray(bytes.length - RECORD_BYTES),
      bytes.subarray(bytes.length - 2 * RECORD_BYTES, bytes.length - RECORD_BYTES),
    ]);
    writeFileSync(path, swapped);
    expect(readWords(path).reader.tail?.wholeRecords).toBe(3);
  });

  it('is reported when the file shrinks while it is read', () => {
    const path = writeJournal(sealedRecords(50).words);
    const reader = new JournalReader(path);
    expect(reader.next(50)?.count).toBe(50);
    truncateSync(path, statSync(path).size - 10 * RECORD_BYTES);
    expect(reader.next(50)).toBeNull();
    expect(reader.tail?.reason).toBe('the file is shorter than what was read from it');
    reader.close();
  });
});

describe('a journal that grows', () => {
  it('gives its new records later, also when a record came in two halves', () => {
    const { words, digest } = sealedRecords(3);
    const path = writeJournal(words);
    const bytes = readFileSync(path);
    const start = bytes.length - 3 * RECORD_BYTES;
    writeFileSync(path, bytes.subarray(0, start));
    const reader = new JournalReader(path);
    expect(reader.next(10)).toBeNull();
    expect(reader.state).toBe('atEnd');
    appendFileSync(path, bytes.subarray(start, start + RECORD_BYTES + 17));
    expect(reader.next(10)?.count).toBe(1);
    expect(reader.next(10)).toBeNull();
    expect(reader.state).toBe('torn');
    appendFileSync(path, bytes.subarray(start + RECORD_BYTES + 17));
    expect(reader.next(10)?.count).toBe(2);
    expect(reader.tail).toBeNull();
    expect(reader.digestHex()).toBe(digest);
    reader.close();
  });

  it('is followed until its writer is done', async () => {
    const { words, digest } = sealedRecords(2000);
    const path = freshPath();
    const writer = new JournalWriter(path, HEADER);
    let isDone = false;
    const writing = (async () => {
      for (let at = 0; at < 2000; at += 100) {
        writer.write(words.subarray(at * RECORD_WORDS), 100);
        writer.flush();
        await sleep(1);
      }
      writer.close();
      isDone = true;
    })();
    const reader = new JournalReader(path);
    let records = 0;
    for await (const batch of followJournal(reader, {
      pollMs: 1,
      maxRecords: 64,
      isFinished: () => isDone,
    })) {
      records += batch.count;
    }
    await writing;
    reader.close();
    expect(records).toBe(2000);
    expect(reader.digestHex()).toBe(digest);
  });

  it('stops being followed on abort and at damage', async () => {
    const path = writeJournal(sealedRecords(5).words);
    const reader = new JournalReader(path);
    const abort = new AbortController();
    let batches = 0;
    for await (const _ of followJournal(reader, { pollMs: 10_000, signal: abort.signal })) {
      batches++;
      setTimeout(() => abort.abort(), 5);
    }
    reader.close();
    expect(batches).toBe(1);
    appendFileSync(path, Buffer.alloc(RECORD_BYTES, 1));
    const second = new JournalReader(path);
    for await (const _ of followJournal(second, { pollMs: 1 })) batches++;
    second.close();
    expect(batches).toBe(2);
    expect(second.tail?.wholeRecords).toBe(5);
  });
});

describe('what is no journal', () => {
  it('is told by its rule', () => {
    const path = writeJournal(sealedRecords(1).words);
    const bytes = readFileSync(path);
    const cases: [string, (copy: Buffer) => Buffer][] = [
      ['a journal has a whole header', () => Buffer.alloc(0)],
      ['a journal has a whole header', (copy) => copy.subarray(0, 19)],
      ['a journal has a whole header', (copy) => copy.subarray(0, 47)],
      ['a journal starts with the letters MTWJ', (copy) => copy.fill(65, 0, 1)],
      ['a journal is of version 1', (copy) => copy.fill(9, 4, 5)],
      ['a journal has records of 48 bytes', (copy) => copy.fill(9, 8, 9)],
      ['JOURNAL_HEADER_BYTES_MAX', (copy) => copy.fill(255, 12, 16)],
      ['the header of a journal agrees with its check', (copy) => copy.fill(66, 60, 61)],
    ];
    for (const [rule, spoil] of cases) {
      writeFileSync(path, spoil(Buffer.from(bytes)));
      const fault = faultOf(() => new JournalReader(path));
      expect(fault.code).toBe('RUNS_DAMAGED');
      expect(fault.message).toContain(rule);
      expect(fault.message).toContain(path);
    }
  });

  it('is told when it is absent or a folder', () => {
    expect(faultOf(() => new JournalReader(join(folder, 'absent.bin'))).code).toBe('RUNS_NOT_FOUND');
    expect(faultOf(() => new JournalReader(folder)).code).toBe('RUNS_DAMAGED');
  });
});

describe('a writer whose disk or process fails', () => {
  it('writes on when the disk takes only a part at a time', () => {
    const { words, digest } = sealedRecords(30_000);
    const path = freshPath();
    const writer = new JournalWriter(path, HEADER, (fd, bytes, offset, length) =>
      writeSync(fd, bytes, offset, Math.min(length, 100_003)),
    );
    writer.write(words, 30_000);
    writer.close();
    expect(verifyJournal(path)).toMatchObject({ records: 30_000, digest, tail: null });
  });

  it('says which file, why and what mends it when the disk is full; what was written stays readable', () => {
    const { words } = sealedRecords(30_000);
    const path = freshPath();
    let room = 500_000;
    const writer = new JournalWriter(path, HEADER, (fd, bytes, offset, length) => {
      if (room === 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      const taken = writeSync(fd, bytes, offset, Math.min(room, length));
      room -= taken;
      return taken;
    });
    const fault = faultOf(() => writer.write(words, 30_000));
    expect(fault.code).toBe('RUNS_WRITE');
    expect(fault.message).toContain(path);
    expect(fault.message).toContain('no space is left on the disk');
    expect(fault.mend).toContain('--runs');
    expect(faultOf(() => writer.write(words, 1))).toBe(fault);
    writer.close();
    const { words: found, reader } = readWords(path);
    const whole = Math.floor(
      (500_000 - (writer.byteCount - writer.recordCount * RECORD_BYTES)) / RECORD_BYTES,
    );
    expect(found.length / RECORD_WORDS).toBe(whole);
    expect(reader.state).toBe('torn');
  });

  it.skipIf(!existsSync('/dev/full'))('turns a really full device into a fault', () => {
    const path = freshPath();
    const full = openSync('/dev/full', 'w');
    const fault = faultOf(
      () =>
        new JournalWriter(path, HEADER, (_, bytes, offset, length) => writeSync(full, bytes, offset, length)),
    );
    closeSync(full);
    expect(fault.message).toContain('ENOSPC');
  });

  it('tells a folder that is not there', () => {
    const fault = faultOf(() => new JournalWriter(join(folder, 'no', 'events.bin'), HEADER));
    expect(fault.code).toBe('RUNS_WRITE');
    expect(fault.message).toContain('the folder does not exist');
  });

  it('leaves a readable journal when it is killed in the middle', async () => {
    const path = freshPath();
    const script = fileURLToPath(new URL('../../tests/support/write-journal-forever.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, path], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    for (let waits = 0; waits < 1000 && !(existsSync(path) && statSync(path).size > 3_000_000); waits++) {
      await sleep(10);
    }
    child.kill('SIGKILL');
    await ended;
    const { records, tail } = verifyJournal(path);
    expect(records).toBeGreaterThan(60_000);
    // A kill lets the write call under way end, so nothing but a whole number of writes is there, or a cut last one.
    expect(tail === null || tail.reason === 'the last record is not whole').toBe(true);
  });
});
