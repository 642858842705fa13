import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedFile } from '../../../tests/support/shared-data.ts';
import { TwinError } from '../../base/index.ts';
import { readAllBytes } from '../byte-source.ts';
import { MBO_ADD, MBO_DELETE, MboBatch, UNDEF_PRICE, UNDEF_TS } from '../mbo-batch.ts';
import { Quarantine } from '../quarantine.ts';
import { DbnDecoder } from './dbn-decoder.ts';
import { DBN_UNDEF_U64, type DbnMetadata, dbnHeaderBytes } from './dbn-metadata.ts';
import { DbnMboWriter, encodeDbnMetadata } from './dbn-writer.ts';

const METADATA: DbnMetadata = {
  version: 2,
  dataset: 'XNAS.ITCH',
  schemaId: 0,
  startNs: 0n,
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
};

/** Decodes and writes again. What a batch leaves out is taken from the bytes: publisher, channel, delta, raw flags. */
function roundTrip(bytes: Uint8Array): Uint8Array {
  const decoder = new DbnDecoder(new Quarantine('strict', 'round trip'));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerBytes = dbnHeaderBytes(bytes, 'round trip');
  const recordBytes = bytes[headerBytes]! * 4;
  const batch = new MboBatch(1000);
  decoder.write(bytes);
  decoder.end();
  let writer: DbnMboWriter | null = null;
  while (decoder.read(batch) > 0) {
    writer ??= new DbnMboWriter(decoder.metadata!, decoder.info.epochNs!);
    for (let row = 0; row < batch.count; row++) {
      const at = headerBytes + batch.sourceIndex[row]! * recordBytes;
      writer.add(batch, row, {
        publisherId: view.getUint16(at + 2, true),
        flags: view.getUint8(at + 36),
        channelId: view.getUint8(at + 37),
        tsInDeltaNs: view.getInt32(at + 48, true),
        ...(recordBytes === 64 ? { tsOutNs: view.getBigUint64(at + 56, true) } : {}),
      });
    }
  }
  return writer === null ? encodeDbnMetadata(decoder.metadata!) : writer.finish();
}

const root = sharedFile('data/dbn');
const files =
  root === null
    ? []
    : readdirSync(root, { recursive: true })
        .map(String)
        .filter((name) => /mbo[^/]*\.dbn(\.zst)?$/.test(name));

describe('writing DBN', () => {
  it.skipIf(root === null)('finds real files to write again', () => {
    expect(files.length).toBeGreaterThan(8);
  });

  it.each(files)('writes %s byte for byte as it was read', async (name) => {
    const bytes = await readAllBytes(join(root!, name));
    expect(Buffer.from(roundTrip(bytes)).equals(bytes)).toBe(true);
  });

  it('writes any rows so that they are read again, with and without send times', () => {
    const row = fc.record({
      instrument: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      action: fc.constantFrom(0, 1, 2, 4, 9, 11, 12),
      side: fc.constantFrom(0, 1, 2),
      price: fc.oneof(fc.integer({ min: -1e15, max: 1e15 }), fc.constant(UNDEF_PRICE)),
      qty: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      orderIdHi: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      orderIdLo: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      sequence: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      // NOT_PRINTABLE (8) has no bit in DBN.
      flags: fc.nat(31).map((flags) => flags & ~8),
      tsEventNs: fc.nat(86_400_000),
      tsRecvNs: fc.oneof(fc.nat(), fc.constant(UNDEF_TS)),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), fc.boolean(), (rows, hasTsOut) => {
        const batch = new MboBatch(rows.length);
        for (const [index, fields] of rows.entries()) {
          for (const [name, value] of Object.entries(fields))
            batch[name as keyof typeof fields][index] = value;
        }
        const writer = new DbnMboWriter({ ...METADATA, hasTsOut }, 0n);
        for (let index = 0; index < rows.length; index++) writer.add(batch, index);
        const decoder = new DbnDecoder(new Quarantine('strict', 'test'));
        const read = new MboBatch(rows.length + 1);
        decoder.write(writer.finish());
        decoder.end();
        expect(decoder.read(read)).toBe(rows.length);
        for (const [index, fields] of rows.entries()) {
          for (const [name, value] of Object.entries(fields)) {
            expect(read[name as keyof typeof fields][index], name).toBe(value);
          }
        }
      }),
      { seed: 56, numRuns: 200 },
    );
  });

  it('refuses an action without a letter, a text too wide, and another version', () => {
    const batch = new MboBatch(1);
    batch.action[0] = MBO_DELETE;
    const writer = new DbnMboWriter(METADATA, 0n);
    expect(() => writer.add(batch, 0)).toThrow('an action has a letter in DBN: row=0 action=delete');
    expect(() => encodeDbnMetadata({ ...METADATA, symbols: ['X'.repeat(71)] })).toThrow(TwinError);
    expect(() => encodeDbnMetadata({ ...METADATA, version: 4 })).toThrow('versions 1 to 3');
    batch.action[0] = MBO_ADD;
    writer.add(batch, 0);
    expect(writer.finish().length).toBe(encodeDbnMetadata(METADATA).length + 56);
  });
});
