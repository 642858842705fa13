/**
 * How the columns of a batch become columns of a Parquet file and back: the type of the staging table, and one SQL expression each
 * way. In memory an absent value is a sentinel, in the file it is NULL.
 */

import type { Field, Schema } from '../schema/field.ts';
import { UNDEF_FLOAT64, UNDEF_INT32_VALUE, UNDEF_UINT8 } from '../schema/record-batch.ts';
import { sqlName, sqlText } from './duckdb.ts';

const INT64_MIN = '(-9223372036854775808)::BIGINT';
const ID_ABSENT = '9223372036854775808::UBIGINT';
/** Stands for an absent price while it is read: below any price that is let in. */
export const PRICE_ABSENT_STEPS = -999_999_999_999_999_999n;
const PRICE_ABSENT = '(-999999999.999999999)::DECIMAL(18,9)';
const FLOAT_ABSENT = `${UNDEF_FLOAT64}::DOUBLE`;

/** Type of the column in the staging table: as the batch has it, sentinels and all. */
export function stagingType(schema: Schema, name: string, field: Field): string {
  switch (field.kind) {
    case 'time':
    case 'price':
    case 'count':
      return 'BIGINT';
    case 'id':
      return 'UBIGINT';
    case 'qty':
    case 'real':
      return 'DOUBLE';
    case 'int':
    case 'flags':
    case 'date':
      return 'INTEGER';
    case 'bool':
    case 'enum':
      return sqlName(enumType(schema, name));
    case 'symbol':
    case 'text':
      return 'VARCHAR';
  }
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

/** What is written to the file. */
export function writeExpression(schema: Schema, name: string, field: Field): string {
  const column = sqlName(name);
  switch (field.kind) {
    case 'time':
      return `make_timestamp_ns(nullif(${column}, ${INT64_MIN}))`;
    case 'price':
      return `(nullif(${column}, ${INT64_MIN})::DECIMAL(18,0) * 0.000000001)::DECIMAL(18,9)`;
    case 'count':
      return `nullif(${column}, ${INT64_MIN})`;
    case 'id':
      return `nullif(${column}, ${ID_ABSENT})`;
    case 'qty':
    case 'real':
      return `nullif(${column}, ${FLOAT_ABSENT})`;
    case 'int':
    case 'flags':
      return `nullif(${column}, ${UNDEF_INT32_VALUE})`;
    case 'date':
      return `(DATE '1970-01-01' + nullif(${column}, ${UNDEF_INT32_VALUE}))`;
    case 'bool':
      return `(CASE WHEN ${column} = 'true' THEN true WHEN ${column} = 'false' THEN false END)`;
    case 'enum':
      return `nullif(${column}, ${sqlText(`?${UNDEF_UINT8}`)}::${sqlName(enumType(schema, name))})::VARCHAR`;
    case 'symbol':
    case 'text':
      return column;
  }
}

/** What is read from the file: the value that the batch's column takes as it is. Symbols need the type `symbols`. */
export function readExpression(schema: Schema, name: string, field: Field): string {
  const column = sqlName(name);
  switch (field.kind) {
    case 'time':
      return `coalesce(epoch_ns(${column}), ${INT64_MIN})`;
    case 'price':
      return `coalesce(${column}, ${PRICE_ABSENT})`;
    case 'count':
      return `coalesce(${column}, ${INT64_MIN})`;
    case 'id':
      return `coalesce(${column}, ${ID_ABSENT})`;
    case 'qty':
    case 'real':
      return `coalesce(${column}, ${FLOAT_ABSENT})`;
    case 'int':
    case 'flags':
      return `coalesce(${column}, ${UNDEF_INT32_VALUE})`;
    case 'date':
      return `coalesce((${column} - DATE '1970-01-01')::INTEGER, ${UNDEF_INT32_VALUE})`;
    case 'bool':
      return `coalesce(${column}::VARCHAR, ${sqlText(`?${UNDEF_UINT8}`)})::${sqlName(enumType(schema, name))}`;
    case 'enum':
      return `coalesce(${column}, ${sqlText(`?${UNDEF_UINT8}`)})::${sqlName(enumType(schema, name))}`;
    case 'symbol':
      return `${column}::symbols`;
    case 'text':
      return column;
  }
}

/** Type of the column in the file, for the reference page and for readers that check. */
export function parquetType(field: Field): string {
  switch (field.kind) {
    case 'time':
      return 'TIMESTAMP_NS';
    case 'price':
      return 'DECIMAL(18,9)';
    case 'count':
      return 'BIGINT';
    case 'id':
      return 'UBIGINT';
    case 'qty':
    case 'real':
      return 'DOUBLE';
    case 'int':
    case 'flags':
      return 'INTEGER';
    case 'date':
      return 'DATE';
    case 'bool':
      return 'BOOLEAN';
    case 'enum':
    case 'symbol':
    case 'text':
      return 'VARCHAR';
  }
}
