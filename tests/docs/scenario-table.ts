/** The tables of docs/scenarios.md, made from the schema, so that the page cannot say anything else. */

import { z } from 'zod';
import { problemSchema, scenarioSchema } from '../../src/scenarios/index.ts';

interface JsonSchema {
  readonly type?: string | string[];
  readonly description?: string;
  readonly default?: unknown;
  /** Our own words, where a pattern would say it badly. */
  readonly range?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

const schema = z.toJSONSchema(scenarioSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;

/** Keys whose inner keys stand in the table already, or in one of their own. */
const REPEATED = ['venues[].venue', 'shocks'];

/** Rows `| key | meaning | range | default |` of every key, nested ones by path; shocks have a table of their own. */
export function scenarioTable(): string {
  return keyTable(schema);
}

/** The same of the file of a calibration by simulation. */
export function problemTable(): string {
  return keyTable(z.toJSONSchema(problemSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema);
}

function keyTable(of: JsonSchema): string {
  return ['| key | meaning | range | default |', '| --- | --- | --- | --- |', ...rowsOf(of, '')].join('\n');
}

/** Rows `| kind | key | meaning | range | default |`: what each kind is, then its keys. Keys that all have come first. */
export function shockTable(): string {
  const kinds = schema.properties!.shocks!.items!.oneOf!;
  const [first] = kinds as [JsonSchema];
  const isCommon = (key: string): boolean =>
    key !== 'kind' && kinds.every(({ properties }) => properties![key] !== undefined);
  const rows = (kind: JsonSchema, name: string, isShown: (key: string) => boolean): string[] =>
    Object.keys(kind.properties!)
      .filter(isShown)
      .map((key) => `| ${name} ${rowOf(kind, key, key)}`);
  return [
    '| kind | key | meaning | range | default |',
    '| --- | --- | --- | --- | --- |',
    ...rows(first, 'all', isCommon),
    ...kinds.flatMap((kind) => {
      const { description, const: name } = kind.properties!.kind!;
      return [
        `| \`${String(name)}\` | | ${description ?? ''} | | |`,
        ...rows(kind, '', (key) => key !== 'kind' && !isCommon(key)),
      ];
    }),
  ].join('\n');
}

function rowsOf(inside: JsonSchema, path: string): string[] {
  return Object.entries(inside.properties ?? {}).flatMap(([key, inner]) => {
    const here = `${path}${key}`;
    const row = rowOf(inside, key, here);
    if (REPEATED.includes(here)) return [row];
    return [row, ...rowsOf(inner, `${here}.`), ...itemRows(inner, here)];
  });
}

function rowOf(inside: JsonSchema, key: string, path: string): string {
  const inner = inside.properties![key]!;
  const isRequired = inside.required?.includes(key) ?? false;
  return `| \`${path}\` | ${inner.description ?? ''} | ${rangeOf(inner)} | ${defaultOf(inner, isRequired)} |`;
}

function itemRows({ items }: JsonSchema, path: string): string[] {
  const variants = items?.oneOf ?? items?.anyOf ?? (items === undefined ? [] : [items]);
  return variants.flatMap((variant) => rowsOf(variant, `${path}[].`));
}

function rangeOf(inner: JsonSchema): string {
  if (inner.range !== undefined) return inner.range;
  if (inner.const !== undefined) return `\`${String(inner.const)}\``;
  if (inner.enum !== undefined) return inner.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (inner.type === 'boolean') return '`true`, `false`';
  if (inner.type === 'array') {
    const many = `${inner.minItems ?? 0} to ${inner.maxItems ?? 'any'}`;
    return inner.items?.properties === undefined && inner.items?.oneOf === undefined
      ? `list of ${many}: ${rangeOf(inner.items ?? {})}`
      : `list of ${many}`;
  }
  if (inner.type === 'object') return 'see below';
  if (inner.minimum !== undefined || inner.maximum !== undefined) {
    return `${inner.type === 'integer' ? 'whole number ' : ''}${inner.minimum} to ${inner.maximum}`;
  }
  return inner.maxLength === undefined ? 'text' : `text of up to ${inner.maxLength} characters`;
}

function defaultOf(inner: JsonSchema, isRequired: boolean): string {
  if (inner.default !== undefined && inner.type !== 'object') {
    return inner.default === '' ? 'empty' : `\`${JSON.stringify(inner.default).replaceAll('"', '')}\``;
  }
  return isRequired ? 'required' : '–';
}
