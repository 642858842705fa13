/** The table of docs/scenarios.md, made from the schema, so that the page cannot say anything else. */

import { z } from 'zod';
import { scenarioSchema } from '../../src/scenarios/index.ts';

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

/** Keys whose inner keys stand in the table already. */
const REPEATED = ['venues[].venue'];

/** Rows `| key | meaning | range | default |` of every key, nested ones by path. */
export function scenarioTable(): string {
  const schema = z.toJSONSchema(scenarioSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return ['| key | meaning | range | default |', '| --- | --- | --- | --- |', ...rowsOf(schema, '')].join(
    '\n',
  );
}

function rowsOf(schema: JsonSchema, path: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const here = `${path}${key}`;
    const isRequired = schema.required?.includes(key) ?? false;
    const row = `| \`${here}\` | ${inner.description ?? ''} | ${rangeOf(inner)} | ${defaultOf(inner, isRequired)} |`;
    if (REPEATED.includes(here)) return [row];
    return [row, ...rowsOf(inner, `${here}.`), ...itemRows(inner, here)];
  });
}

function itemRows(schema: JsonSchema, path: string): string[] {
  const variants =
    schema.items?.oneOf ?? schema.items?.anyOf ?? (schema.items === undefined ? [] : [schema.items]);
  return variants.flatMap((variant) => rowsOf(variant, `${path}[].`));
}

function rangeOf(schema: JsonSchema): string {
  if (schema.range !== undefined) return schema.range;
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.type === 'array') {
    const many = `${schema.minItems ?? 0} to ${schema.maxItems ?? 'any'}`;
    return schema.items?.properties === undefined && schema.items?.oneOf === undefined
      ? `list of ${many}: ${rangeOf(schema.items ?? {})}`
      : `list of ${many}`;
  }
  if (schema.type === 'object') return 'see below';
  if (schema.minimum !== undefined || schema.maximum !== undefined) {
    return `${schema.type === 'integer' ? 'whole number ' : ''}${schema.minimum} to ${schema.maximum}`;
  }
  return schema.maxLength === undefined ? 'text' : `text of up to ${schema.maxLength} characters`;
}

function defaultOf(schema: JsonSchema, isRequired: boolean): string {
  if (schema.default !== undefined && schema.type !== 'object') {
    return schema.default === '' ? 'empty' : `\`${JSON.stringify(schema.default).replaceAll('"', '')}\``;
  }
  return isRequired ? 'required' : '–';
}
