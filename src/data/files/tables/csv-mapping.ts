/**
 * Mapping files: which column of a table is which field of a schema.
 *
 * ```yaml
 * schema: bar
 * delimiter: ","                # , ; | or tab
 * header: true                  # false: columns are numbers from 1
 * skipRows: 0                   # rows before the header
 * comment: "#"                  # rows that begin with it are passed over
 * zone: America/New_York        # of local times, UTC by default
 * absent: ["", NA]              # cells that say nothing
 * columns:
 *   tsEvent: { column: [date, time], format: iso }
 *   close: { column: last, scale: 0.0001 }
 *   volume: vol
 *   side: { column: s, words: { B: buy, S: sell } }
 * constants: { symbol: ACME, intervalS: 60, basis: trade, adjusted: raw }
 * ```
 */

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { SCHEMAS, type SchemaName } from '../../registry.ts';
import type { Field } from '../../schema/field.ts';
import { ZoneClock } from '../../schema/zoned-time.ts';
import { isTimeOfDay, TIME_FORMATS, type TimeFormat, TimeReader } from './time-cell.ts';

const DELIMITERS = [',', ';', '|', '\t'];
const KEYS = [
  'schema',
  'delimiter',
  'header',
  'skipRows',
  'comment',
  'zone',
  'absent',
  'columns',
  'constants',
];
const COLUMN_KEYS = ['column', 'format', 'scale', 'words'];
/** Fields that nobody maps: they are the ingest's. */
const OWN_FIELDS = ['source', 'sourceIndex', 'quality'];
const SKIP_ROWS_MAX = 10_000;

/** One field that comes from cells. */
export interface MappedColumn {
  readonly field: string;
  readonly declaration: Field;
  /** Names in the header, or numbers from 1 as text; several are joined by a space. */
  readonly columns: readonly string[];
  readonly format: TimeFormat;
  /** Number by which a cell is multiplied; a price is shifted by its decimals, so it must be a power of ten there. */
  readonly scale: number;
  readonly words: Readonly<Record<string, string>> | null;
}

export interface CsvMapping {
  readonly schema: SchemaName;
  readonly delimiter: string;
  readonly hasHeader: boolean;
  readonly skipRows: number;
  readonly comment: string | null;
  readonly zone: string;
  readonly absent: readonly string[];
  readonly columns: readonly MappedColumn[];
  /** Values by field, as a record takes them; times as text, local ones in the zone. */
  readonly constants: Readonly<Record<string, unknown>>;
}

/** Reads a mapping file; problems name the path within it. */
export function readMappingFile(path: string): { mapping: CsvMapping | null; problems: string[] } {
  let raw: unknown;
  try {
    raw = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return {
      mapping: null,
      problems: [`mapping is a YAML file: ${(error as Error).message.split('\n')[0]}`],
    };
  }
  return checkMapping(raw);
}

export function checkMapping(raw: unknown): { mapping: CsvMapping | null; problems: string[] } {
  const problems: string[] = [];
  const say = (path: string, text: string) => problems.push(`${path} ${text}`);
  if (!isObject(raw)) return { mapping: null, problems: ['mapping is a list of keys with values'] };
  for (const key of Object.keys(raw)) if (!KEYS.includes(key)) say(key, `is one of ${KEYS.join(', ')}`);
  const schema = raw.schema as SchemaName;
  const fields: Readonly<Record<string, Field>> | null =
    typeof schema === 'string' && schema in SCHEMAS ? SCHEMAS[schema].fields : null;
  if (fields === null)
    say('schema', `is one of ${Object.keys(SCHEMAS).join(', ')}, not ${String(raw.schema)}`);
  const delimiter = raw.delimiter === 'tab' ? '\t' : (raw.delimiter ?? ',');
  if (!DELIMITERS.includes(delimiter as string)) say('delimiter', 'is one of "," ";" "|" tab');
  if (raw.header !== undefined && typeof raw.header !== 'boolean') say('header', 'is true or false');
  const skipRows = raw.skipRows ?? 0;
  if (!Number.isInteger(skipRows) || (skipRows as number) < 0 || (skipRows as number) > SKIP_ROWS_MAX)
    say('skipRows', `is a whole number from 0 to ${SKIP_ROWS_MAX}`);
  if (raw.comment !== undefined && (typeof raw.comment !== 'string' || raw.comment === ''))
    say('comment', 'is a text that is not empty');
  const zone = raw.zone ?? 'UTC';
  if (!isZone(zone)) say('zone', 'is a name of the IANA data base, or UTC');
  const absent = raw.absent ?? [''];
  if (!Array.isArray(absent) || absent.some((cell) => typeof cell !== 'string'))
    say('absent', 'is a list of texts');
  const hasHeader = raw.header !== false;
  const columns = fields === null ? [] : readColumns(raw.columns, fields, hasHeader, say);
  const constants = fields === null ? {} : readConstants(raw.constants, fields, say);
  if (fields !== null) checkFields(fields, columns, constants, say);
  if (problems.length > 0) return { mapping: null, problems };
  return {
    mapping: {
      schema,
      delimiter: delimiter as string,
      hasHeader,
      skipRows: skipRows as number,
      comment: (raw.comment as string | undefined) ?? null,
      zone: zone as string,
      absent: absent as string[],
      columns,
      constants,
    },
    problems,
  };
}

type Say = (path: string, text: string) => void;

function readColumns(
  raw: unknown,
  fields: Readonly<Record<string, Field>>,
  hasHeader: boolean,
  say: Say,
): MappedColumn[] {
  if (!isObject(raw)) {
    say('columns', 'names at least one field and its column');
    return [];
  }
  const columns: MappedColumn[] = [];
  for (const [name, entry] of Object.entries(raw)) {
    const path = `columns.${name}`;
    const declaration = fields[name];
    if (declaration === undefined || OWN_FIELDS.includes(name)) {
      say(path, `is a field of the schema: ${mappable(fields).join(', ')}`);
      continue;
    }
    const spec = isObject(entry) ? entry : { column: entry };
    for (const key of Object.keys(spec))
      if (!COLUMN_KEYS.includes(key)) say(`${path}.${key}`, `is one of ${COLUMN_KEYS.join(', ')}`);
    const names = (Array.isArray(spec.column) ? spec.column : [spec.column]).map(String);
    if (spec.column === undefined || names.length === 0) say(`${path}.column`, 'names a column');
    if (!hasHeader && names.some((column) => !/^[1-9]\d*$/.test(column)))
      say(`${path}.column`, 'is a number from 1 where the table has no header');
    columns.push({
      field: name,
      declaration,
      columns: names,
      format: readFormat(spec.format, declaration, path, say),
      scale: readScale(spec.scale, declaration, path, say),
      words: readWords(spec.words, declaration, path, say),
    });
  }
  return columns;
}

function readFormat(raw: unknown, declaration: Field, path: string, say: Say): TimeFormat {
  if (raw === undefined) return 'auto';
  if (declaration.kind !== 'time' && declaration.kind !== 'date')
    say(`${path}.format`, 'is for times and dates');
  else if (!TIME_FORMATS.includes(raw as TimeFormat))
    say(`${path}.format`, `is one of ${TIME_FORMATS.join(', ')}`);
  else if (declaration.kind === 'date' && isTimeOfDay(raw as TimeFormat))
    say(`${path}.format`, 'is one of a date');
  return raw as TimeFormat;
}

function readScale(raw: unknown, declaration: Field, path: string, say: Say): number {
  if (raw === undefined) return 1;
  const isNumber = typeof raw === 'number' && Number.isFinite(raw) && raw !== 0;
  if (!isNumber) say(`${path}.scale`, 'is a number that is not 0');
  else if (!['price', 'qty', 'real', 'count', 'int'].includes(declaration.kind))
    say(`${path}.scale`, 'is for numbers');
  else if (declaration.kind === 'price' && decimalShift(raw) === null)
    say(`${path}.scale`, 'is a power of ten for prices, which stay exact');
  return isNumber ? raw : 1;
}

function readWords(
  raw: unknown,
  declaration: Field,
  path: string,
  say: Say,
): Readonly<Record<string, string>> | null {
  if (raw === undefined) return null;
  if (!isObject(raw)) {
    say(`${path}.words`, 'tells for each cell a word');
    return null;
  }
  const words = Object.fromEntries(Object.entries(raw).map(([cell, word]) => [cell, String(word)]));
  const allowed: readonly string[] | null =
    declaration.kind === 'enum' ? declaration.values : declaration.kind === 'bool' ? ['true', 'false'] : null;
  for (const [cell, word] of Object.entries(words))
    if (allowed !== null && !allowed.includes(word))
      say(`${path}.words.${cell}`, `is one of ${allowed.join(', ')}`);
  return words;
}

function readConstants(
  raw: unknown,
  fields: Readonly<Record<string, Field>>,
  say: Say,
): Record<string, unknown> {
  if (raw === undefined) return {};
  if (!isObject(raw)) {
    say('constants', 'is a list of fields with values');
    return {};
  }
  for (const [name, value] of Object.entries(raw)) {
    const field = fields[name];
    if (field === undefined || OWN_FIELDS.includes(name))
      say(`constants.${name}`, `is a field of the schema: ${mappable(fields).join(', ')}`);
    else if (field.kind === 'enum' && !field.values.includes(value as never))
      say(`constants.${name}`, `is one of ${field.values.join(', ')}`);
    else if (field.kind === 'id') say(`constants.${name}`, 'comes from a column');
    else if (field.kind === 'time' && (typeof value !== 'string' || !isIsoTime(value)))
      say(`constants.${name}`, 'is a date or a time, 2024-01-31 or 2024-01-31T09:30:00');
    else if (['qty', 'real', 'count', 'int', 'flags'].includes(field.kind) && typeof value !== 'number')
      say(`constants.${name}`, 'is a number');
    else if (['symbol', 'text', 'date'].includes(field.kind) && typeof value !== 'string')
      say(`constants.${name}`, 'is a text');
    else if (field.kind === 'bool' && typeof value !== 'boolean')
      say(`constants.${name}`, 'is true or false');
  }
  return raw;
}

function checkFields(
  fields: Readonly<Record<string, Field>>,
  columns: readonly MappedColumn[],
  constants: Readonly<Record<string, unknown>>,
  say: Say,
): void {
  const given = new Set([...columns.map(({ field }) => field), ...Object.keys(constants)]);
  for (const [name, field] of Object.entries(fields)) {
    // A symbol may be an option of the ingest instead.
    if (field.isRequired && !OWN_FIELDS.includes(name) && name !== 'symbol' && !given.has(name))
      say(`columns.${name}`, 'is missing: the schema requires it as a column or a constant');
  }
  for (const { field } of columns) if (field in constants) say(`constants.${field}`, 'is a column already');
}

function mappable(fields: Readonly<Record<string, Field>>): string[] {
  return Object.keys(fields).filter((name) => !OWN_FIELDS.includes(name));
}

/** Decimals to shift by for a power of ten, 0.01 is -2; null for other numbers. */
export function decimalShift(scale: number): number | null {
  const shift = Math.round(Math.log10(Math.abs(scale)));
  return scale > 0 && Number(`1e${shift}`) === scale ? shift : null;
}

function isZone(zone: unknown): boolean {
  if (typeof zone !== 'string') return false;
  try {
    return new ZoneClock(zone).zone === zone;
  } catch {
    return false;
  }
}

function isIsoTime(text: string): boolean {
  return new TimeReader('iso', new ZoneClock('UTC')).read(text) !== null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
