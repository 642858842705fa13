import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EV_ACCEPTED, EventBuffer, RECORD_WORDS } from '../domain/index.ts';
import { RunDigest } from '../sim/index.ts';
import { encodeJournalHeader, type JournalHeader } from './journal-format.ts';
import { verifyJournal } from './journal-reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'twin-format-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HEADER: JournalHeader = {
  runId: 'golden',
  epochNs: '0',
  instruments: [{ symbol: 'A', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' }],
  createdBy: '0.1.0',
};

/** What version 1 of the format writes, byte for byte. When this changes, old journals need a reader of their own. */
const GOLDEN_PREFIX = '4d54574a010000003000000097000000451a878e';
const GOLDEN_RECORD =
  '1000000000000000000000c00b5ad64101000000102700002c0100002c0100000700000000000000000000007c1072fe';
const GOLDEN_DIGEST = 'af681640511a063c';

function sealedRecord(): { bytes: Uint8Array; digest: string } {
  const events = new EventBuffer(1);
  events.timeNs = 1_500_000_000;
  events.emit(EV_ACCEPTED, 1, 10_000, 300, 300, 7, 0, 0);
  const digest = new RunDigest();
  digest.seal(events.words, 0, 1, RECORD_WORDS);
  return { bytes: new Uint8Array(events.words.buffer, 0, RECORD_WORDS * 4), digest: digest.hex() };
}

describe('version 1 of the journal', () => {
  it('keeps its bytes: header, record, digest', () => {
    expect(Buffer.from(encodeJournalHeader(HEADER).subarray(0, 20)).toString('hex')).toBe(GOLDEN_PREFIX);
    const { bytes, digest } = sealedRecord();
    expect(Buffer.from(bytes).toString('hex')).toBe(GOLDEN_RECORD);
    expect(digest).toBe(GOLDEN_DIGEST);
  });

  it('is read from its frozen bytes', () => {
    const path = join(folder, 'golden.bin');
    const header = Buffer.from(encodeJournalHeader(HEADER));
    Buffer.from(GOLDEN_PREFIX, 'hex').copy(header);
    writeFileSync(path, Buffer.concat([header, Buffer.from(GOLDEN_RECORD, 'hex')]));
    expect(verifyJournal(path)).toMatchObject({
      header: HEADER,
      records: 1,
      digest: GOLDEN_DIGEST,
      tail: null,
    });
  });
});
