/**
 * How the columns of a batch become columns of a Parquet file and back: the type of the staging table, and one SQL expression each
 * way. In memory an absent value is a sentinel, in the file it is NULL.
 */

import type { Field, FieldKind, Schema } from '../schema/field.ts';
import { UNDEF_FLOAT64, UNDEF_INT32_VALUE, UNDEF_UINT8 } from '../schema/record-batch.ts';
import { sqlName, sqlText } from './duckdb.ts';

const INT64_MIN = '(-9223372036854775808)::BIGINT';
const ID_ABSENT = '9223372036854775808::UBIGINT';
/** Stands for an absent price while it is read: below any price that is let in. */
export const PRICE_ABSENT_STEPS = -999_999_999_999_999_999n;
const PRICE_ABSENT = '(-999999999.999999999)::DECIMAL(18,9)';
const FLOAT_ABSENT = `${UNDEF_FLOAT64}::DOUBLE`;

interface KindSql {
  /** Type of the column in the staging table: as the batch has it, sentinels and all. */
  readonly staging: string;
  /** Type of the column in the file. */
  readonly parquet: string;
  /** What is written, of the staged column. */
  readonly write: (column: string) => string;
  /** What is read, of the column in the file: the value that the batch's column takes as it is. */
  readonly read: (column: string) => string;
}

/** A kind whose absent value is one number of its own type. */
function sentinel(type: string, absent: string): KindSql {
  return {
    staging: type,
    parquet: type,
    write: (column) => `nullif(${column}, ${absent})`,
    read: (column) => `coalesce(${column}, ${absent})`,
  };
}

const SAME: KindSql = {
  staging: 'VARCHAR',
  parquet: 'VARCHAR',
  write: (column) => column,
  read: (column) => column,
};
const DOUBLE = sentinel('DOUBLE', FLOAT_ABSENT);
const INTEGER = sentinel('INTEGER', String(UNDEF_INT32_VALUE));
const DAY_0 = "DATE '1970-01-01'";

/** Kinds whose columns are codes of a list of words are made per field: see `wordsSql`. */
const KINDS: Readonly<Record<Exclude<FieldKind, 'enum' | 'bool'>, KindSql>> = {
  time: {
    staging: 'BIGINT',
    parquet: 'TIMESTAMP_NS',
    write: (column) => `make_timestamp_ns(nullif(${column}, ${INT64_MIN}))`,
    read: (column) => `coalesce(epoch_ns(${column}), ${INT64_MIN})`,
  },
  price: {
    staging: 'BIGINT',
    parquet: 'DECIMAL(18,9)',
    write: (column) => `(nullif(${column}, ${INT64_MIN})::DECIMAL(18,0) * 0.000000001)::DECIMAL(18,9)`,
    read: (column) => `coalesce(${column}, ${PRICE_ABSENT})`,
  },
  count: sentinel('BIGINT', INT64_MIN),
  id: sentinel('UBIGINT', ID_ABSENT),
  qty: DOUBLE,
  real: DOUBLE,
  int: INTEGER,
  flags: INTEGER,
  date: {
    staging: 'INTEGER',
    parquet: 'DATE',
    write: (column) => `(${DAY_0} + nullif(${column}, ${UNDEF_INT32_VALUE}))`,
    read: (column) => `coalesce((${column} - ${DAY_0})::INTEGER, ${UNDEF_INT32_VALUE})`,
  },
  symbol: { ...SAME, read: (column) => `${column}::symbols` },
  text: SAME,
};

function wordsSql(schema: Schema, name: string, kind: 'enum' | 'bool'): KindSql {
  const type = sqlName(enumType(schema, name));
  const absent = sqlText(`?${UNDEF_UINT8}`);
  const read = (column: string): string => `coalesce(${column}::VARCHAR, ${absent})::${type}`;
  if (kind === 'enum') {
    const write = (column: string): string => `nullif(${column}, ${absent}::${type})::VARCHAR`;
    return { staging: type, parquet: 'VARCHAR', write, read };
  }
  const write = (column: string): string =>
    `(CASE WHEN ${column} = 'true' THEN true WHEN ${column} = 'false' THEN false END)`;
  return { staging: type, parquet: 'BOOLEAN', write, read };
}

function sqlOf(schema: Schema, name: string, { kind }: Field): KindSql {
  return kind === 'enum' || kind === 'bool' ? wordsSql(schema, name, kind) : KINDS[kind];
}

export function stagingType(schema: Schema, name: string, field: Field): string {
  return sqlOf(schema, name, field).staging;
}

/** What is written to the file. */
export function writeExpression(schema: Schema, name: string, field: Field): string {
  return sqlOf(schema, name, field).write(sqlName(name));
}

/** What is read from the file. Symbols need the type `symbols`. */
export function readExpression(schema: Schema, name: string, field: Field): string {
  return sqlOf(schema, name, field).read(sqlName(name));
}

/** Type of the column in the file, for the reference page and for readers that check. */
export function parquetType(schema: Schema, name: string, field: Field): string {
  return sqlOf(schema, name, field).parquet;
}

/** Name of the DuckDB type of an enum field. Its last word stands for the absent value. */
export function enumType(schema: Schema, name: string): string {
  return `${schema.name}_${name}`;
}

/** Words of the DuckDB type: those of the field, filled up so that the code for "absent" exists. */
export function enumWords(field: Field): string[] {
  const words: string[] = field.kind === 'bool' ? ['false', 'true'] : [...field.values];
  for (let code = words.length; code <= UNDEF_UINT8; code++) words.push(`?${code}`);
  return words;
}
