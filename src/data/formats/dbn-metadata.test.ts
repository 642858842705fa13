import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedFile } from '../../../tests/support/shared-data.ts';
import { TwinError } from '../../base/index.ts';
import { readAllBytes } from '../byte-source.ts';
import {
  DBN_NO_SCHEMA,
  DBN_SCHEMA_NAMES,
  DBN_UNDEF_U64,
  type DbnMetadata,
  dbnHeaderBytes,
  dbnInstrumentSymbols,
  dbnSchemaName,
  decodeDbnMetadata,
} from './dbn-metadata.ts';
import { DBN_RTYPE_NAMES } from './dbn-record.ts';
import { encodeDbnMetadata } from './dbn-writer.ts';

const SAMPLE: DbnMetadata = {
  version: 3,
  dataset: 'GLBX.MDP3',
  schemaId: 0,
  startNs: 1_703_376_000_000_000_000n,
  endNs: DBN_UNDEF_U64,
  limit: 0n,
  recordCount: null,
  stypeInId: 1,
  stypeOutId: 0,
  hasTsOut: false,
  symbolBytes: 71,
  symbols: ['ESH4', 'NQH4'],
  partial: ['NQH4'],
  notFound: ['XXX'],
  mappings: [
    { rawSymbol: 'ESH4', intervals: [{ startDate: 20231224, endDate: 20231226, symbol: '17077' }] },
    { rawSymbol: 'NQH4', intervals: [{ startDate: 20231225, endDate: 20231226, symbol: '3000000000' }] },
  ],
};

function faultOf(bytes: Uint8Array): TwinError | null {
  try {
    decodeDbnMetadata(bytes, 'test.dbn');
    return null;
  } catch (error) {
    if (error instanceof TwinError) return error;
    throw error;
  }
}

function filesBelow(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('the DBN header', () => {
  it('comes back as it was written, in every version', () => {
    for (const version of [1, 2, 3]) {
      const metadata = {
        ...SAMPLE,
        version,
        symbolBytes: version === 1 ? 22 : 71,
        recordCount: version === 1 ? 5n : null,
      };
      const bytes = encodeDbnMetadata(metadata);
      expect(decodeDbnMetadata(bytes, 'test.dbn')).toEqual(metadata);
      expect(dbnHeaderBytes(bytes, 'test.dbn')).toBe(bytes.length);
      if (version === 3) expect(bytes.length % 8).toBe(0);
    }
  });

  it('comes back with any symbols, days and numbers', () => {
    const symbol = fc.string({ unit: 'grapheme-ascii', minLength: 0, maxLength: 21 });
    const nanos = fc.bigInt({ min: 0n, max: DBN_UNDEF_U64 });
    const interval = fc.record({ startDate: fc.nat(), endDate: fc.nat(), symbol });
    const metadata = fc
      .record({
        version: fc.constantFrom(1, 2, 3),
        dataset: fc.string({ unit: 'grapheme-ascii', maxLength: 15 }),
        schemaId: fc.nat(0xffff),
        startNs: nanos,
        endNs: nanos,
        limit: nanos,
        recordCount: nanos,
        stypeInId: fc.nat(255),
        stypeOutId: fc.nat(255),
        hasTsOut: fc.boolean(),
        symbols: fc.array(symbol),
        partial: fc.array(symbol),
        notFound: fc.array(symbol),
        mappings: fc.array(fc.record({ rawSymbol: symbol, intervals: fc.array(interval) })),
      })
      .map((fields) => ({
        ...fields,
        symbolBytes: fields.version === 1 ? 22 : 30,
        recordCount: fields.version === 1 ? fields.recordCount : null,
      }));
    fc.assert(
      fc.property(metadata, (given) => {
        expect(decodeDbnMetadata(encodeDbnMetadata(given), 'test.dbn')).toEqual(given);
      }),
      { seed: 12, numRuns: 200 },
    );
  });

  it('names instruments by the mappings, whichever side has the numbers, as int32', () => {
    expect([...dbnInstrumentSymbols(SAMPLE)]).toEqual([
      [17077, 'ESH4'],
      [3_000_000_000 | 0, 'NQH4'],
    ]);
    const inverse = {
      ...SAMPLE,
      stypeInId: 0,
      stypeOutId: 1,
      mappings: [{ rawSymbol: '17077', intervals: [{ startDate: 1, endDate: 2, symbol: 'ESH4' }] }],
    };
    expect([...dbnInstrumentSymbols(inverse)]).toEqual([[17077, 'ESH4']]);
    expect(dbnInstrumentSymbols({ ...SAMPLE, stypeOutId: 1 }).size).toBe(0);
  });

  it('refuses other versions, other files, and lengths and counts beyond the header', () => {
    const bytes = encodeDbnMetadata(SAMPLE);
    const changed = (at: number, value: number) => {
      const copy = bytes.slice();
      copy[at] = value;
      return faultOf(copy)!;
    };
    expect(changed(3, 4).message).toContain('versions 1 to 3');
    expect(changed(3, 0).message).toContain('versions 1 to 3');
    expect(changed(0, 0x45).message).toContain('begins with "DBN"');
    expect(changed(7, 0xff).message).toContain('has 100 to');
    expect(changed(115, 0xff).message).toContain('lie within it');
    expect(changed(108, 1).message).toContain('schema definition');
    for (const fault of [changed(3, 4), changed(115, 0xff)]) expect(fault.code).toBe('DATA_FORMAT');
  });

  it('raises only faults, wherever it is cut and whatever bytes are changed', () => {
    const bytes = encodeDbnMetadata(SAMPLE);
    for (let length = 0; length < bytes.length; length++) {
      expect(faultOf(bytes.subarray(0, length))?.code).toBe('DATA_FORMAT');
    }
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1 }), (changes) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) damaged[at] = value;
        faultOf(damaged);
      }),
      { seed: 99, numRuns: 500 },
    );
  });

  const root = sharedFile('data/dbn');
  it.skipIf(root === null)('of every real file of every schema and version is read', async () => {
    const seen = new Map<string, number>();
    for (const path of filesBelow(root!)) {
      if (!/\.dbn(\.zst)?$/.test(path)) continue;
      const bytes = await readAllBytes(path);
      const metadata = decodeDbnMetadata(bytes, path);
      const schema = dbnSchemaName(metadata.schemaId);
      const named =
        /(?:test_data\.|_)((?:mbo|mbp|bbo|cbbo|cmbp|tbbo|ohlcv|trades|definition|status|stat|imb)[a-z0-9-]*)/.exec(
          path.slice(path.lastIndexOf('/')),
        )?.[1];
      if (named !== undefined && schema !== 'mixed') expect(schema, path).toBe(named);
      expect(metadata.dataset, path).toMatch(/^[A-Z]{4}\.[A-Z0-9]+$/);
      expect(metadata.version).toBe(bytes[3]);
      expect(metadata.symbolBytes).toBe(metadata.version === 1 ? 22 : 71);
      if (schema === 'mbo') {
        expect(metadata.symbols.length, path).toBeGreaterThan(0);
        expect(dbnInstrumentSymbols(metadata).size, path).toBeGreaterThan(0);
      }
      // The first record proves that the header ended where it says.
      const firstAt = dbnHeaderBytes(bytes, path);
      if (firstAt < bytes.length && schema !== 'mixed') {
        const rtypeName = DBN_RTYPE_NAMES[bytes[firstAt + 1]!];
        expect(rtypeName === 'mbp-1' && schema === 'tbbo' ? schema : rtypeName, path).toBe(schema);
      }
      if (!path.endsWith('.zst') || /\.v[123]\.dbn\.zst$/.test(path) || metadata.schemaId === 0) {
        const again = encodeDbnMetadata(metadata);
        expect(Buffer.from(again).equals(bytes.subarray(0, firstAt)), path).toBe(true);
      }
      const key = `v${metadata.version} ${schema}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    for (const version of [1, 2, 3]) expect(seen.get(`v${version} mbo`), `v${version}`).toBeGreaterThan(0);
    expect(new Set([...seen.keys()].map((key) => key.slice(3))).size).toBeGreaterThan(15);
  });

  it('names schemas by number', () => {
    expect(DBN_SCHEMA_NAMES.map((_, id) => dbnSchemaName(id))).toEqual([...DBN_SCHEMA_NAMES]);
    expect(dbnSchemaName(DBN_NO_SCHEMA)).toBe('mixed');
    expect(dbnSchemaName(77)).toBe('schema 77');
  });
});
