/** Text of a venue's data file to a plain object, and the one error that lists everything that is wrong with it. */

import { parseDocument } from 'yaml';
import { z } from 'zod';
import { TwinError } from '../../base/index.ts';
import { decimalText } from '../../domain/index.ts';
import { isCalendarDay } from '../../market/index.ts';
import { wordsOfIssue } from '../zod-words.ts';

/** A number as exact text: YAML numbers are taken by their shortest decimal form. */
export const exactNumber = z.union([z.string(), z.number()]).transform((value) => decimalText(value));

export const calendarDay = z.string().refine(isCalendarDay, 'a day of the calendar as YYYY-MM-DD');

export const sourceKeys = z.array(z.string().min(1)).min(1);

/** Reads YAML. Raises MKT_CONFIG with every syntax error. */
export function readYaml(text: string, source: string): unknown {
  const document = parseDocument(text);
  failOn(
    document.errors.map((error) => error.message.split('\n')[0]!),
    source,
  );
  return document.toJS();
}

/** Raises MKT_CONFIG with the list of problems, if there are any. */
export function failOn(problems: readonly string[], source: string): void {
  if (problems.length === 0) return;
  const list = problems.map((problem) => `\n  - ${problem}`).join('');
  throw new TwinError(
    'MKT_CONFIG',
    `${source} breaks ${problems.length} rule${problems.length === 1 ? '' : 's'}:${list}`,
  );
}

/** Parses a part of a file; problems go to the list with their paths, and the answer is then null. */
export function parsePart<T>(
  schema: z.ZodType<T>,
  value: unknown,
  path: string,
  problems: string[],
): T | null {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  problems.push(...parsed.error.issues.flatMap((issue) => describeIssue(issue, value, path)));
  return null;
}

function describeIssue(issue: z.core.$ZodIssue, value: unknown, path: string): string[] {
  const within = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  const where = `${path}${within}`.replace(/^\./, '');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${where === '' ? '' : `${where}.`}${key}: is not a key here`);
  const found = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key],
    value,
  );
  return [`${where === '' ? '(top level)' : where}: ${wordsOfIssue(issue, found)}`];
}
