/** Arrow types against the columns of Parquet files as DuckDB writes and describes them. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Duck, sqlName, sqlText } from '../lake/duckdb.ts';
import { parquetType } from '../lake/parquet-columns.ts';
import { SCHEMA_NAMES, SCHEMAS } from '../registry.ts';
import { type ArrowType, arrowSchema } from './arrow-schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'arrow-schema-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What Arrow calls the types that a Parquet file has, by the words of DuckDB. */
const ARROW_OF: Readonly<Record<string, ArrowType>> = {
  TIMESTAMP_NS: { name: 'timestamp', unit: 'NANOSECOND' },
  'DECIMAL(18,9)': { name: 'decimal', precision: 18, scale: 9, bitWidth: 128 },
  BIGINT: { name: 'int', bitWidth: 64, isSigned: true },
  UBIGINT: { name: 'int', bitWidth: 64, isSigned: false },
  INTEGER: { name: 'int', bitWidth: 32, isSigned: true },
  DOUBLE: { name: 'floatingpoint', precision: 'DOUBLE' },
  DATE: { name: 'date', unit: 'DAY' },
  VARCHAR: { name: 'utf8' },
  BOOLEAN: { name: 'bool' },
};

describe('Arrow schemas', () => {
  it.each(SCHEMA_NAMES)('%s has the types of its Parquet files', async (name) => {
    const schema = SCHEMAS[name];
    const columns = Object.entries(schema.fields).map(
      ([field, declared]) => `NULL::${parquetType(schema, field, declared)} AS ${sqlName(field)}`,
    );
    const path = sqlText(join(folder, `${name}.parquet`));
    const duck = await Duck.open({});
    try {
      await duck.connection.run(`COPY (SELECT ${columns.join(', ')}) TO ${path} (FORMAT parquet)`);
      const found = await duck.connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${path})`);
      const described = found.getRows().map(([field, type]) => [field, ARROW_OF[String(type)]]);
      expect(arrowSchema(schema).fields.map((field) => [field.name, field.type])).toEqual(described);
    } finally {
      duck.close();
    }
  });

  it('tell what is required, what fields mean and which version it is', () => {
    const { fields, metadata } = arrowSchema(SCHEMAS.trade);
    expect(metadata).toEqual([
      { key: 'schema', value: 'trade' },
      { key: 'version', value: String(SCHEMAS.trade.version) },
    ]);
    for (const { name, nullable, metadata: facts } of fields) {
      const declared = Object.entries(SCHEMAS.trade.fields).find(([field]) => field === name)![1];
      expect(nullable).toBe(!declared.isRequired);
      expect(facts[0]).toEqual({ key: 'meaning', value: declared.meaning });
    }
  });
});
