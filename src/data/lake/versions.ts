/**
 * Files of any version of a schema as the present one: a projection in SQL, built from the steps of the schema (`schema/migrations.ts`).
 * Files of the present version are read as they are.
 *
 *   v1 files ─► SELECT steps … ─┐
 *   v2 files ─► SELECT steps … ─┼─► UNION ALL BY NAME ─► rows of the present version
 *   v3 files ───────────────────┘
 */

import { join } from 'node:path';
import { assertNever, PRICE_STEPS, TwinError } from '../../base/index.ts';
import { SCHEMAS } from '../registry.ts';
import type { Field, FieldKind, Schema } from '../schema/field.ts';
import { type MigrationStep, stepsFrom } from '../schema/migrations.ts';
import { sqlList, sqlName, sqlText } from './duckdb.ts';
import { parquetType } from './parquet-columns.ts';
import type { Part } from './part-writer.ts';

/** Columns of every file besides those of its schema. */
const PLACE_COLUMNS = ['venue', 'date'] as const;
/** Columns that reading adds: where a row stands. */
export const FILE_COLUMNS = 'filename, file_row_number';

/** Raises DATA_NEWER for parts of a version, or of a schema, that this program does not know. */
export function refuseNewer(parts: readonly Part[]): void {
  const newer = parts.find(
    ({ schema, schemaVersion }) => !(schema in SCHEMAS) || schemaVersion > SCHEMAS[schema].version,
  );
  if (newer === undefined) return;
  const { path, schema, schemaVersion } = newer;
  throw new TwinError('DATA_NEWER', 'files of the lake are of a version that this program knows', {
    path,
    schema,
    version: schemaVersion,
    known: schema in SCHEMAS ? SCHEMAS[schema].version : 'none',
  });
}

/** Rows of parts of one schema, in its present version, with venue, date and `FILE_COLUMNS`: what stands behind FROM. Raises DATA_NEWER. */
export function rowsOf(dataFolder: string, schema: Schema, parts: readonly Part[]): string {
  refuseNewer(parts);
  const versions = [...new Set(parts.map(({ schemaVersion }) => schemaVersion))].sort((a, b) => a - b);
  const reads = versions.map((version) => {
    const paths = parts
      .filter((part) => part.schemaVersion === version)
      .map(({ path }) => join(dataFolder, path));
    const read = `read_parquet(${sqlList(paths)}, union_by_name = true, hive_partitioning = false, filename = true, file_row_number = true)`;
    if (version === schema.version) return `SELECT * FROM ${read}`;
    return `SELECT ${presentColumns(schema, version)}, ${FILE_COLUMNS} FROM ${read}`;
  });
  return `(${reads.join(' UNION ALL BY NAME ')})`;
}

/** Columns of the present version out of those of an older one. */
export function presentColumns(schema: Schema, version: number): string {
  const steps = stepsFrom(schema, version);
  const columns = Object.entries(schema.fields).map(
    ([name, field]) => `${columnSql(schema, steps, steps.length, name, field)} AS ${sqlName(name)}`,
  );
  return [...columns, ...PLACE_COLUMNS].join(', ');
}

/** What a field is after the first `taken` steps; `name` is its name there. */
function columnSql(
  schema: Schema,
  steps: readonly MigrationStep[],
  taken: number,
  name: string,
  field: Field,
): string {
  const step = steps[taken - 1];
  if (step === undefined) return sqlName(name);
  const before = (as: string): string => columnSql(schema, steps, taken - 1, as, field);
  switch (step.step) {
    case 'add':
      return step.field === name ? constantSql(parquetType(schema, name, field), step.value) : before(name);
    case 'rename':
      return before(step.to === name ? step.from : name);
    case 'scale':
      return step.field === name ? scaledSql(before(name), field.kind, step.by) : before(name);
    case 'drop':
    case 'words':
      return before(name);
    default:
      return assertNever(step);
  }
}

function constantSql(type: string, value: string | number | boolean | undefined): string {
  return `${value === undefined ? 'NULL' : sqlText(String(value))}::${type}`;
}

/** As `scaled` of the migrations of single records does it. */
function scaledSql(
  column: string,
  kind: FieldKind,
  [numerator, denominator]: readonly [number, number],
): string {
  if (kind === 'qty' || kind === 'real') return `(${column} * ${numerator}::DOUBLE / ${denominator}::DOUBLE)`;
  const whole = kind === 'price' ? `(${column}::DECIMAL(38,9) * ${PRICE_STEPS})` : column;
  const rounded = `((2 * ${whole}::HUGEINT * ${numerator} + sign(${column})::HUGEINT * ${denominator}) // ${2 * denominator})`;
  if (kind === 'price') return `(${rounded}::DECIMAL(18,0) * 0.000000001)::DECIMAL(18,9)`;
  return `${rounded}::${kind === 'int' ? 'INTEGER' : 'BIGINT'}`;
}
