import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Duck, sqlText } from '../lake/duckdb.ts';
import { parquetType } from '../lake/parquet-columns.ts';
import { presentColumns } from '../lake/versions.ts';
import {
  bool,
  count,
  enumeration,
  type Field,
  flags,
  int,
  price,
  qty,
  required,
  type Schema,
  text,
} from './field.ts';
import { fieldsAt, migrateRecord } from './migrations.ts';

/**
 * A schema that was changed in every way, twice:
 *   v1  delayMs int, last price, size qty, note text, side {buy}
 *   v2  delayS (delayMs / 1000), last in units of a tenth, size renamed lots, note dropped
 *   v3  lots times 100 renamed shares, kind added with a value, side {buy, sell}, extra added, mask with one more bit
 */
const CHANGED: Schema = {
  name: 'changed',
  version: 3,
  meaning: 'For this test.',
  key: ['last'],
  partition: 'day',
  fields: {
    delayS: count('Seconds.'),
    last: price('Tenths.'),
    shares: qty('Shares.'),
    kind: required(enumeration(['old', 'new'], 'Kind.')),
    side: enumeration(['buy', 'sell'], 'Side.'),
    extra: int('Extra.'),
    flag: bool('Flag.'),
    mask: flags(['one', 'two'], 'Bits.'),
  },
  migrations: [
    [
      { step: 'scale', field: 'delayMs', by: [1, 1000] },
      { step: 'rename', from: 'delayMs', to: 'delayS' },
      { step: 'scale', field: 'last', by: [1, 10] },
      { step: 'rename', from: 'size', to: 'lots' },
      { step: 'drop', field: 'note', was: text('Note.') },
    ],
    [
      { step: 'scale', field: 'lots', by: [100, 1] },
      { step: 'rename', from: 'lots', to: 'shares' },
      { step: 'add', field: 'kind', value: 'old' },
      { step: 'words', field: 'side', added: ['sell'] },
      { step: 'add', field: 'extra' },
      { step: 'add', field: 'flag', value: true },
      { step: 'words', field: 'mask', added: ['two'] },
    ],
  ],
};

const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  count: fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 }),
  int: fc.integer({ min: -1_000_000, max: 1_000_000 }),
  price: fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }).map(
    (steps) =>
      `${steps < 0n ? '-' : ''}${(steps < 0n ? -steps : steps)
        .toString()
        .padStart(10, '0')
        .replace(/(\d{9})$/, '.$1')}`,
  ),
  qty: fc.double({ min: 0, max: 1e12, noNaN: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  text: fc.string({ unit: 'grapheme-ascii', maxLength: 5 }),
  enum: fc.constant('buy'),
  flags: fc.constantFrom(0, 1),
};

let folder: string;
let duck: Duck;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'twin-migrations-'));
  duck = await Duck.open();
});

afterAll(() => {
  duck.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes records as a file of a version has them, and reads them through the projection. Values as texts, exactly. */
async function throughFile(
  version: number,
  records: readonly Readonly<Record<string, unknown>>[],
): Promise<unknown[]> {
  const fields = Object.entries(fieldsAt(CHANGED, version)) as [string, Field][];
  const row = (record: Readonly<Record<string, unknown>>): string =>
    fields
      .map(([name, field]) => {
        const value = record[name];
        return `${value === null ? 'NULL' : sqlText(String(value))}::${parquetType(CHANGED, name, field)} AS "${name}"`;
      })
      .join(', ');
  const path = join(folder, `v${version}.parquet`);
  const rows = records.map(
    (record, at) => `SELECT ${at} AS row_place, ${row(record)}, 'X' AS venue, '2024' AS date`,
  );
  await duck.connection.run(
    `COPY (SELECT * EXCLUDE (row_place) FROM (${rows.join(' UNION ALL ')}) ORDER BY row_place) TO ${sqlText(path)} (FORMAT parquet)`,
  );
  const reader = await duck.connection.runAndReadAll(
    `SELECT ${presentColumns(CHANGED, version)} FROM read_parquet(${sqlText(path)})`,
  );
  return reader
    .getRowObjects()
    .map(({ venue: _venue, date: _date, ...values }) =>
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, value === null ? null : String(value)]),
      ),
    );
}

/** A migrated record as the file has it. */
function asFile(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(CHANGED.fields).map(([name, { kind }]) => {
      const value = record[name] ?? null;
      if (value === null) return [name, null];
      if (kind !== 'price') return [name, String(value)];
      const [whole, fraction = ''] = String(value).split('.');
      return [name, `${whole}.${fraction.padEnd(9, '0')}`];
    }),
  );
}

describe('steps from one version of a schema to the next', () => {
  it('taken back, give the fields of every version', () => {
    const namesAt = (version: number): string[] => Object.keys(fieldsAt(CHANGED, version)).sort();
    expect(namesAt(3)).toEqual(Object.keys(CHANGED.fields).sort());
    expect(namesAt(2)).toEqual(['delayS', 'last', 'lots', 'mask', 'side'].sort());
    expect(namesAt(1)).toEqual(['delayMs', 'last', 'mask', 'note', 'side', 'size'].sort());
    expect(fieldsAt(CHANGED, 2).side!.values).toEqual(['buy']);
    expect(fieldsAt(CHANGED, 1).note!.kind).toBe('text');
  });

  it('add, rename, scale and drop fields of a record', () => {
    const record = { delayMs: 1500, last: '12.5', size: 3, note: 'x', side: 'buy', mask: 1 };
    expect(migrateRecord(CHANGED, 1, record)).toEqual({
      delayS: 2,
      last: '1.25',
      shares: 300,
      kind: 'old',
      side: 'buy',
      extra: null,
      flag: true,
      mask: 1,
    });
    expect(migrateRecord(CHANGED, 2, { delayS: 2, last: 1, lots: null, mask: 0 })).toMatchObject({
      delayS: 2,
      last: 1,
      shares: null,
    });
    expect(migrateRecord(CHANGED, 3, record)).toEqual(record);
  });

  for (const version of [1, 2, 3]) {
    it(`do the same to files and to records of version ${version} (seed 4)`, async () => {
      const fields = Object.entries(fieldsAt(CHANGED, version));
      const record = fc.record(
        Object.fromEntries(
          fields.map(([name, { kind, isRequired }]) => [
            name,
            kind === 'bool' || isRequired
              ? fc.constant(kind === 'bool' ? true : 'new')
              : fc.option(VALUES[kind === 'int' && name === 'delayMs' ? 'count' : kind]!, { nil: null }),
          ]),
        ),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 20 }), async (records) => {
          const found = await throughFile(version, records);
          expect(found).toEqual(records.map((one) => asFile(migrateRecord(CHANGED, version, one))));
        }),
        { seed: 4, numRuns: 30 },
      );
    });
  }

  it.each([
    [
      'a field that is not there',
      [{ step: 'add', field: 'other' }],
      'a step is about a field of its version: add changed.other',
    ],
    [
      'a required field without a value',
      [{ step: 'add', field: 'kind' }],
      'a new field that is required has a value',
    ],
    [
      'a unit of a word',
      [{ step: 'scale', field: 'side', by: [1, 2] }],
      'a ratio of whole numbers scales a number',
    ],
    [
      'a ratio of 0',
      [{ step: 'scale', field: 'extra', by: [0, 2] }],
      'a ratio of whole numbers scales a number',
    ],
    [
      'a name that is taken',
      [{ step: 'rename', from: 'side', to: 'last' }],
      'a field that was renamed is gone',
    ],
    [
      'a dropped field that is there',
      [{ step: 'drop', field: 'side', was: text('') }],
      'a field that was dropped is gone',
    ],
    [
      'a word that is not of the field',
      [{ step: 'words', field: 'side', added: ['none'] }],
      'words that are added are of the field',
    ],
    ['a bit before others', [{ step: 'words', field: 'mask', added: ['one'] }], 'new bits are the last'],
  ] as const)('are refused for %s', (_name, steps, rule) => {
    const schema: Schema = { ...CHANGED, version: 2, migrations: [steps] };
    expect(() => fieldsAt(schema, 1)).toThrow(rule);
  });
});
