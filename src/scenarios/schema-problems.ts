/** What a schema found wrong with a file, each with its path, what is allowed, and the key that was probably meant. */

import type { z } from 'zod';
import { wordsOfIssue } from './zod-words.ts';

export interface CheckedFile {
  readonly schema: z.ZodType;
  /** Content of the file, as it was checked. */
  readonly value: unknown;
  /** What the file is, with its article: 'a scenario'. */
  readonly noun: string;
}

/** Every problem as `path: text`. */
export function schemaProblems(error: z.ZodError, file: CheckedFile): string[] {
  return error.issues.flatMap((issue) => describe(issue, file));
}

function describe(issue: z.core.$ZodIssue, file: CheckedFile): string[] {
  const path = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
  const where = path === '' ? '(top level)' : path;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) =>
        `${path === '' ? '' : `${path}.`}${key}: is not a key of ${file.noun}${suggestion(issue, key, file)}`,
    );
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return describeUnion(issue, file, where);
  return [`${where}: ${wordsOfIssue(issue, valueAt(file.value, issue.path))}`];
}

/** Of several forms that a value may have, only the one that was meant is told about. */
function describeUnion(issue: z.core.$ZodIssueInvalidUnion, file: CheckedFile, where: string): string[] {
  const isOfOtherType = (inner: z.core.$ZodIssue): boolean =>
    inner.code === 'invalid_type' && inner.path.length === 0;
  const meant = issue.errors.find((inner) => !inner.some(isOfOtherType));
  if (meant === undefined) {
    const forms = issue.errors.flat().map((inner) => ('expected' in inner ? inner.expected : inner.message));
    return [
      `${where}: is one of ${[...new Set(forms)].join(', ')}, found ${JSON.stringify(valueAt(file.value, issue.path))}`,
    ];
  }
  return meant.flatMap((inner) => describe({ ...inner, path: [...issue.path, ...inner.path] }, file));
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined | null)?.[key],
    value,
  );
}

function suggestion(issue: z.core.$ZodIssue, key: string, { schema }: CheckedFile): string {
  const known = keysAt(schema, issue.path);
  const near = known.find((candidate) => editDistance(candidate.toLowerCase(), key.toLowerCase()) <= 2);
  return near === undefined ? `; known here: ${known.join(', ')}` : `; did you mean "${near}"?`;
}

/** Keys that the schema knows at a path. */
function keysAt(root: unknown, path: readonly PropertyKey[]): string[] {
  let schema = root;
  for (const part of path) {
    schema = unwrap(schema);
    if (typeof part === 'number') schema = (schema as { element?: unknown } | undefined)?.element;
    else schema = shapesOf(schema).find((shape) => String(part) in shape)?.[String(part)];
  }
  return [...new Set(shapesOf(schema).flatMap((shape) => Object.keys(shape)))];
}

/** Keys and schemas of an object, or of each kind of object that may stand there (unions may hold unions). */
function shapesOf(schema: unknown): Record<string, unknown>[] {
  const found = unwrap(schema) as
    | { shape?: Record<string, unknown>; options?: readonly unknown[] }
    | undefined;
  if (found?.options !== undefined) return found.options.flatMap(shapesOf);
  return found?.shape === undefined ? [] : [found.shape];
}

function unwrap(schema: unknown): unknown {
  let inner = schema as { def?: { innerType?: unknown } } | undefined;
  while (inner?.def?.innerType !== undefined) inner = inner.def.innerType as typeof inner;
  return inner;
}

/** Levenshtein distance. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(
        previous[j]! + 1,
        row[j - 1]! + 1,
        previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    }
    previous = row;
  }
  return previous[b.length]!;
}
