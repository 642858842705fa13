/**
 * Every version of every schema that was ever released is written down in `schema-versions.json`, and what the steps of the schemas
 * say of it is the same. A changed field without steps fails here. `UPDATE_GOLDEN=1` adds versions, and changes none.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SCHEMA_NAMES, SCHEMAS } from '../../src/data/index.ts';
import { parquetType } from '../../src/data/lake/parquet-columns.ts';
import type { Schema } from '../../src/data/schema/field.ts';
import { fieldsAt } from '../../src/data/schema/migrations.ts';

const PATH = fileURLToPath(new URL('./schema-versions.json', import.meta.url));

/** Columns of a version in the files, by name, with their words or bits. */
type Columns = Readonly<Record<string, string>>;
type Versions = Record<string, Record<string, Columns>>;

function columnsOf(schema: Schema, version: number): Columns {
  const columns = Object.entries(fieldsAt(schema, version)).map(([name, field]) => {
    const words = field.values.length === 0 ? '' : `: ${field.values.join(' ')}`;
    return [name, `${parquetType(schema, name, field)}${words}`] as const;
  });
  return Object.fromEntries(columns.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function known(): Versions {
  return JSON.parse(readFileSync(PATH, 'utf8')) as Versions;
}

describe('the versions of the schemas', () => {
  if (process.env.UPDATE_GOLDEN === '1') {
    const versions = known();
    for (const name of SCHEMA_NAMES) {
      versions[name] ??= {};
      for (let version = 1; version <= SCHEMAS[name].version; version++)
        versions[name][version] ??= columnsOf(SCHEMAS[name], version);
    }
    writeFileSync(PATH, `${JSON.stringify(versions, null, 2)}\n`);
  }

  for (const name of SCHEMA_NAMES) {
    it(`${name}: what the steps say of each version is what was written down for it`, () => {
      const written = known()[name] ?? {};
      const hint = `${name} was changed: add steps to its migrations, then UPDATE_GOLDEN=1 writes the new version down`;
      expect(Object.keys(written).length, hint).toBe(SCHEMAS[name].version);
      for (const [version, columns] of Object.entries(written))
        expect(columnsOf(SCHEMAS[name], Number(version)), hint).toEqual(columns);
    });
  }
});
