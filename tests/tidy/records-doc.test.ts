/** docs/records.md says what the registry of canonical records says. */

import { describe, expect, it } from 'vitest';
import { QUALITY_BITS, SCHEMA_NAMES, SCHEMAS } from '../../src/data/index.ts';
import { parquetType } from '../../src/data/lake/parquet-columns.ts';
import type { Field, Schema } from '../../src/data/schema/field.ts';
import { expectGoldenFile } from '../support/golden-file.ts';

const HEAD_FIELDS = ['symbol', 'tsEvent', 'tsRecv', 'sequence', 'quality', 'source', 'sourceIndex'];

function fieldRows(schema: Schema, names: readonly string[]): string[] {
  const fields: Readonly<Record<string, Field>> = schema.fields;
  return names.map((name) => {
    const field = fields[name]!;
    const words =
      field.kind === 'enum' || field.kind === 'flags'
        ? ` Words: ${field.values.map((word) => `\`${word}\``).join(', ')}.`
        : '';
    const facts = [
      field.unit,
      field.clock === null ? null : `clock of the ${field.clock}`,
      field.min === null ? null : `from ${field.min}`,
      field.max === null ? null : `to ${field.max}`,
    ].filter((fact) => fact !== null);
    return `| \`${name}\` | ${parquetType(schema, name, field)} | ${field.isRequired ? 'yes' : ''} | ${field.meaning}${words}${facts.length === 0 ? '' : ` (${facts.join(', ')})`} |`;
  });
}

const TABLE_HEAD = ['| field | in Parquet | required | meaning |', '| --- | --- | --- | --- |'];

function page(): string {
  const sections = SCHEMA_NAMES.flatMap((name) => {
    const { fields, meaning, version, key, partition } = SCHEMAS[name];
    const own = Object.keys(fields).filter((field) => !HEAD_FIELDS.includes(field));
    return [
      '',
      `## ${name}`,
      '',
      `${meaning} Version ${version}; one file per symbol and ${partition}; two records with the same ${key.map((field) => `\`${field}\``).join(', ')} are duplicates.`,
      '',
      ...TABLE_HEAD,
      ...fieldRows(SCHEMAS[name], own),
    ];
  });
  return [
    '# Canonical records',
    '',
    'Written by `tests/tidy/records-doc.test.ts` from the registry `src/data/registry.ts` (`UPDATE_GOLDEN=1 npx vitest run tests/tidy/records-doc.test.ts`).',
    '',
    'One language for every feed, file and simulation. Times are nanoseconds since 1970 UTC. Prices are exact in steps of 1e-9 up to 999,999,999. Quantities are doubles: exact to',
    '15 digits whatever their size. What is absent is NULL in files, null in objects, and a sentinel in columns. The venue stands in the path of a file and in its column `venue`.',
    '',
    '## Fields of every record',
    '',
    ...TABLE_HEAD,
    ...fieldRows(SCHEMAS.trade, HEAD_FIELDS),
    ...sections,
    '',
  ].join('\n');
}

describe('docs/records.md', () => {
  it('is what the registry says', () => {
    expectGoldenFile('docs/records.md', page());
  });

  it('has a bit of 31 for every doubt', () => {
    expect(QUALITY_BITS.length).toBeLessThanOrEqual(31);
    expect(new Set(QUALITY_BITS).size).toBe(QUALITY_BITS.length);
  });
});
