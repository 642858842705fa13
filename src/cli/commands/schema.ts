import { TwinError } from '../../base/index.ts';
import { arrowSchema, parquetType, SCHEMA_NAMES, SCHEMAS, type SchemaName } from '../../data/index.ts';
import { formatTable } from '../table.ts';

export interface SchemaOptions {
  readonly as: 'table' | 'arrow' | 'duckdb';
  readonly json?: boolean;
}

/** twin data schema: what the records of a kind hold, for people, for Arrow, or for DuckDB. */
export function printSchema(name: string | undefined, { as, json }: SchemaOptions): void {
  if (name === undefined) {
    const schemas = SCHEMA_NAMES.map((one) => ({
      name: one,
      version: SCHEMAS[one].version,
      fields: Object.keys(SCHEMAS[one].fields).length,
    }));
    const rows = schemas.map(({ name: one, version, fields }) => [one, version, fields]);
    console.log(
      json === true ? JSON.stringify({ schemas }) : formatTable(['schema', 'version', 'fields'], rows),
    );
    return;
  }
  if (!SCHEMA_NAMES.includes(name as SchemaName)) {
    throw new TwinError('DATA_REQUEST', 'a schema is one of the registry', {
      schema: name,
      allowed: SCHEMA_NAMES,
    });
  }
  const schema = SCHEMAS[name as SchemaName];
  const fields = Object.entries(schema.fields).map(([field, declared]) => ({
    field,
    type: parquetType(schema, field, declared),
    isRequired: declared.isRequired,
    meaning: declared.meaning,
  }));
  if (json === true) console.log(JSON.stringify({ schema: name, version: schema.version, fields }));
  else if (as === 'arrow') console.log(JSON.stringify(arrowSchema(schema), null, 2));
  else if (as === 'duckdb') {
    const columns = fields.map(
      ({ field, type, isRequired }) => `  "${field}" ${type}${isRequired ? ' NOT NULL' : ''}`,
    );
    console.log(`CREATE TABLE "${name}" (\n${columns.join(',\n')}\n);`);
  } else {
    const rows = fields.map(({ field, type, isRequired, meaning }) => [
      field,
      type,
      isRequired ? 'yes' : '',
      meaning,
    ]);
    console.log(formatTable(['field', 'Parquet', 'required', 'meaning'], rows));
  }
}
