/** What a schema found wrong, in the words of the person who wrote the file. */

import type { z } from 'zod';

/** Zod's names of types, as a writer of YAML says them. */
const TYPE_WORDS: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a group of keys',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** The rule that was broken and what was found instead: 'is at least 1, found 0'. */
export function wordsOfIssue(issue: z.core.$ZodIssue, found: unknown): string {
  if (found === undefined)
    return `is missing${issue.code === 'invalid_type' ? `; it is ${typeWord(issue)}` : ''}`;
  return `${ruleOf(issue)}, found ${JSON.stringify(found)}`;
}

function ruleOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `is ${typeWord(issue)}`;
    case 'too_small':
      return `${bound(issue.origin, 'at least', 'more than', issue.inclusive, issue.minimum)}`;
    case 'too_big':
      return `${bound(issue.origin, 'at most', 'less than', issue.inclusive, issue.maximum)}`;
    case 'invalid_value':
      return `is one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    default:
      return issue.message;
  }
}

function typeWord(issue: z.core.$ZodIssueInvalidType): string {
  return TYPE_WORDS[issue.expected] ?? issue.expected;
}

function bound(
  origin: string,
  inclusiveWord: string,
  exclusiveWord: string,
  isInclusive: boolean | undefined,
  limit: number | bigint,
): string {
  const amount = `${isInclusive === false ? exclusiveWord : inclusiveWord} ${limit}`;
  if (origin === 'array' || origin === 'set') return `has ${amount} entries`;
  return origin === 'string' ? `has ${amount} characters` : `is ${amount}`;
}
