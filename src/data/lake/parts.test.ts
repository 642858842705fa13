import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CanonicalRecord, SCHEMA_NAMES, SCHEMAS, type SchemaName, TRADE } from '../registry.ts';
import type { Field } from '../schema/field.ts';
import { RecordBatch } from '../schema/record-batch.ts';
import { Duck } from './duckdb.ts';
import { readParts } from './part-reader.ts';
import { type Part, PartWriter } from './part-writer.ts';

const DAY_NS = 86_400_000_000_000n;
const NOON_NS = 1_704_196_800_000_000_000n;

let folder: string;
let duck: Duck;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'twin-lake-'));
  duck = await Duck.open();
});

afterEach(() => {
  duck.close();
  rmSync(folder, { recursive: true, force: true });
});

function writer(task = 'task-1', flushRows?: number): PartWriter {
  return new PartWriter({
    duck,
    dataFolder: join(folder, 'data'),
    tmpFolder: join(folder, 'tmp', task),
    dataset: 'set',
    task,
    venue: () => 'XNAS',
    about: { adapter: 'test 1' },
    ...(flushRows === undefined ? {} : { flushRows }),
  });
}

async function readAll<N extends SchemaName>(
  schema: N,
  parts: readonly Part[],
  range = {},
): Promise<CanonicalRecord<N>[]> {
  const records: CanonicalRecord<N>[] = [];
  for await (const batch of readParts(join(folder, 'data'), parts, { schema, ...range })) {
    records.push(...([...batch.rows()] as CanonicalRecord<N>[]));
  }
  return records;
}

/** Values of a field, absent ones too where they may be. */
function valuesOf(name: string, field: Field): fc.Arbitrary<unknown> {
  const value = presentValueOf(name, field);
  return field.isRequired ? value : fc.option(value, { nil: undefined });
}

function presentValueOf(name: string, field: Field): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case 'time':
      return fc.bigInt(NOON_NS - DAY_NS, NOON_NS + DAY_NS);
    case 'price':
      return fc.integer({ min: -(2 ** 36), max: 2 ** 36 }).map((cents) => cents / 100);
    case 'count':
      return name === 'sourceIndex' ? fc.nat() : fc.maxSafeInteger();
    case 'id':
      return fc.bigInt(0n, 2n ** 63n - 1n);
    case 'qty':
    case 'real':
      return fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }).map((x) => x + 0);
    case 'int':
    case 'flags':
      return fc.integer({ min: 0, max: 2 ** 20 });
    case 'date':
      return fc.integer({ min: 1, max: 28 }).map((day) => `2024-02-${String(day).padStart(2, '0')}`);
    case 'enum':
      return fc.constantFrom(...field.values);
    case 'bool':
      return fc.boolean();
    case 'symbol':
      return fc.constantFrom('AAPL', 'O:AAPL230616C00150000', 'BTC/USD', "l'é");
    case 'text':
      return fc.string();
  }
}

function recordsOf(schema: SchemaName): fc.Arbitrary<Record<string, unknown>[]> {
  const fields = Object.fromEntries(
    Object.entries(SCHEMAS[schema].fields).map(([name, field]) => [name, valuesOf(name, field)]),
  );
  return fc.array(fc.record(fields), { minLength: 1, maxLength: 40 });
}

const byTime = (a: { tsEvent: bigint; source: number; sourceIndex: number }, b: typeof a): number =>
  a.tsEvent < b.tsEvent
    ? -1
    : a.tsEvent > b.tsEvent
      ? 1
      : a.source - b.source || a.sourceIndex - b.sourceIndex;

describe('parts of the lake', () => {
  it.each(SCHEMA_NAMES)('give back every %s record in the order of time (property)', async (schema) => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(recordsOf(schema), async (inputs) => {
        const batch = new RecordBatch(SCHEMAS[schema]) as unknown as RecordBatch;
        // Places in the source are their own: the order is total.
        inputs.forEach((input, index) => {
          expect(batch.push({ ...input, sourceIndex: index, source: 0 } as never)).toBeNull();
        });
        const expected = [...batch.rows()].sort(byTime as never);
        const one = writer(`run-${runs++}`, 16);
        await one.append(batch);
        const parts = await one.finish();
        expect(parts.reduce((sum, { rows }) => sum + rows, 0)).toBe(inputs.length);
        expect(await readAll(schema, parts)).toEqual(expected);
      }),
      { numRuns: 4, seed: 7 },
    );
  });

  it('can be read by another reader, with the types that others expect', async () => {
    const batch = new RecordBatch(TRADE);
    const head = { symbol: 'AAPL', source: 0, kind: 'regular' } as const;
    batch.push({
      ...head,
      tsEvent: NOON_NS + 7n,
      sourceIndex: 0,
      price: '187.123456789',
      qty: 100,
      aggressor: 'buy',
      isPrintable: true,
    });
    batch.push({ ...head, tsEvent: NOON_NS + 8n, sourceIndex: 1, price: -37.63, qty: 1 });
    const one = writer();
    await one.append(batch as unknown as RecordBatch);
    const [part] = await one.finish();
    expect(part!.path).toMatch(
      /^schema=trade\/venue=XNAS\/symbol=AAPL\/date=2024-01-02\/set\.task-1\.0-0\.parquet$/,
    );
    const bytes = readFileSync(join(folder, 'data', part!.path));
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    const rows = await parquetReadObjects({ file, compressors });
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      symbol: 'AAPL',
      venue: 'XNAS',
      qty: 100,
      aggressor: 'buy',
      isPrintable: true,
      tradeId: null,
    });
    expect(rows[0]!.price).toBeCloseTo(187.123456789, 9);
    expect(rows[1]!.price).toBeCloseTo(-37.63, 9);
  });

  it('are the same bytes when the same task is done again', async () => {
    const sums: string[] = [];
    for (let round = 0; round < 2; round++) {
      const batch = new RecordBatch(TRADE);
      for (let i = 0; i < 100; i++) {
        batch.push({
          symbol: 'A',
          source: 0,
          kind: 'regular',
          tsEvent: NOON_NS - BigInt(i),
          sourceIndex: i,
          price: i,
          qty: i,
        });
      }
      const one = writer();
      await one.append(batch as unknown as RecordBatch);
      sums.push(...(await one.finish()).map(({ sha256 }) => sha256));
    }
    expect(sums).toHaveLength(2);
    expect(sums[0]).toBe(sums[1]);
  });

  it('are read by range and symbol, over many batches and files', async () => {
    const parts: Part[] = [];
    for (let day = 0; day < 3; day++) {
      const one = writer(`day-${day}`);
      for (let round = 0; round < 3; round++) {
        const batch = new RecordBatch(TRADE);
        for (let i = 0; i < batch.capacity; i++) {
          const at = NOON_NS + BigInt(day) * DAY_NS + BigInt(round * batch.capacity + i);
          batch.push({
            symbol: i % 2 === 0 ? 'A' : 'B',
            source: 0,
            kind: 'regular',
            tsEvent: at,
            sourceIndex: i,
            price: 1,
            qty: i,
          });
        }
        await one.append(batch as unknown as RecordBatch);
      }
      parts.push(...(await one.finish()));
    }
    expect(parts).toHaveLength(6);
    const all = await readAll('trade', parts);
    expect(all).toHaveLength(9 * 8192);
    for (let i = 1; i < all.length; i++) expect(all[i]!.tsEvent >= all[i - 1]!.tsEvent).toBe(true);
    const some = await readAll('trade', parts, {
      symbols: ['B'],
      fromNs: NOON_NS + DAY_NS,
      toNs: NOON_NS + DAY_NS + 10n,
    });
    expect(some.map(({ tsEvent }) => Number(tsEvent - NOON_NS - DAY_NS))).toEqual([1, 3, 5, 7, 9]);
  });

  it('take hundreds of symbols and days at once', async () => {
    const batch = new RecordBatch(TRADE, 600);
    for (let i = 0; i < 600; i++) {
      const at = NOON_NS + BigInt(i % 3) * DAY_NS + BigInt(i);
      batch.push({
        symbol: `S${i % 200}`,
        source: 0,
        kind: 'regular',
        tsEvent: at,
        sourceIndex: i,
        price: i,
        qty: 1,
      });
    }
    const one = writer();
    await one.append(batch as unknown as RecordBatch);
    const parts = await one.finish();
    expect(parts).toHaveLength(600);
    const found = await readAll('trade', parts, { symbols: ['S7', 'S199'] });
    expect(found.map(({ price }) => price).sort((a, b) => a - b)).toEqual([7, 199, 207, 399, 407, 599]);
  });

  it('say which file is damaged', async () => {
    const batch = new RecordBatch(TRADE);
    batch.push({
      symbol: 'A',
      source: 0,
      kind: 'regular',
      tsEvent: NOON_NS,
      sourceIndex: 0,
      price: 1,
      qty: 1,
    });
    const one = writer();
    await one.append(batch as unknown as RecordBatch);
    const parts = await one.finish();
    rmSync(join(folder, 'data', parts[0]!.path));
    await expect(readAll('trade', parts)).rejects.toMatchObject({
      code: 'DATA_LAKE',
      message: expect.stringContaining(parts[0]!.path),
    });
  });
});
