/** Text of a scenario file to a checked scenario: all problems at once, each with its path and what is allowed. */

import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { TwinError } from '../base/index.ts';
import { shockProblems } from './check-shocks.ts';
import { clockText, nsOfDay } from './clock-time.ts';
import { actionProblems } from './corporate-actions.ts';
import { flowProblems } from './flow-agent.ts';
import { listedInstruments, namesOf, placesOf } from './listed.ts';
import { type LocalDay, localDays } from './local-days.ts';
import { optionProblems } from './option-contracts.ts';
import { participantProblems } from './parity-participants.ts';
import { hoursOf, type Scenario, scenarioSchema } from './schema.ts';
import { wordsOfIssue } from './zod-words.ts';

/** Reads YAML (or JSON, which is YAML). `source` names the file in messages. Raises SCENARIO_CONFIG. */
export function parseScenario(text: string, source: string): Scenario {
  return checkScenario(parseScenarioText(text, source), source);
}

/** The values of a scenario file, unchecked. Raises SCENARIO_CONFIG when it is no YAML. */
export function parseScenarioText(text: string, source: string): unknown {
  const document = parseDocument(text);
  const broken = document.errors[0];
  if (broken !== undefined) {
    throw new TwinError('SCENARIO_CONFIG', 'a scenario is a YAML document', {
      source,
      found: broken.message.split('\n')[0],
    });
  }
  return toObject(document, source);
}

/** The document's values. An alias without its anchor, within it, or one that multiplies without end, shows only here. */
function toObject(document: { toJS(): unknown }, source: string): unknown {
  try {
    const value = document.toJS();
    // Whatever is kept of a run is JSON: an alias within its own anchor shows here.
    JSON.stringify(value);
    return value;
  } catch (error) {
    throw new TwinError(
      'SCENARIO_CONFIG',
      'a scenario is a YAML document',
      { source, found: error instanceof Error ? error.message.split('\n')[0] : String(error) },
      error,
    );
  }
}

/**
 * Checks an object as it comes from a file or a manifest. `known` are problems that were found before, as `path: text`: they
 * are told with the others, and in their place where the path is the same. Raises SCENARIO_CONFIG with every problem.
 */
export function checkScenario(value: unknown, source: string, known: readonly string[] = []): Scenario {
  const parsed = scenarioSchema.safeParse(value);
  const paths = known.map((problem) => problem.slice(0, problem.indexOf(':') + 1));
  const found = parsed.success
    ? crossChecks(parsed.data)
    : parsed.error.issues.flatMap((issue) => describe(issue, value));
  const problems = [...known, ...found.filter((one) => !paths.some((path) => one.startsWith(path)))];
  if (parsed.success && problems.length === 0) return parsed.data;
  const list = problems.map((problem) => `\n  - ${problem}`).join('');
  throw new TwinError(
    'SCENARIO_CONFIG',
    `${source} breaks ${problems.length} rule${problems.length === 1 ? '' : 's'}:${list}`,
  );
}

/** Rules that join several keys. */
function crossChecks(scenario: Scenario): string[] {
  const problems: string[] = [];
  const symbols = scenario.instruments.map((instrument) => instrument.symbol);
  symbols.forEach((symbol, index) => {
    if (symbols.indexOf(symbol) !== index)
      problems.push(`instruments[${index}].symbol: "${symbol}" is listed once`);
  });
  const [first] = scenario.instruments;
  scenario.instruments.forEach((instrument, index) => {
    for (const key of ['currency', 'minorUnit'] as const) {
      if (instrument[key] !== first?.[key]) {
        problems.push(
          `instruments[${index}].${key}: "${instrument[key]}" is "${first?.[key]}" as of the first: cash is one sum`,
        );
      }
    }
  });
  const { open, close } = hoursOf(scenario);
  if (nsOfDay(close) <= nsOfDay(open)) {
    problems.push(`close: "${close}" lies after open "${open}" on the same day`);
  }
  problems.push(...venueProblems(scenario), ...participantProblems(scenario));
  if (scenario.venue !== undefined || scenario.venues !== undefined) {
    for (const key of ['open', 'close', 'timeZone'] as const) {
      if (scenario[key] !== undefined)
        problems.push(`${key}: is not given with a venue, whose sessions say it`);
    }
  } else if (scenario.days > 1) {
    problems.push(`days: ${scenario.days} days need a venue with a calendar`);
  }
  const days = localDays(scenario);
  const names = scenario.agents.map((group) => group.name);
  const listed = listedInstruments(scenario);
  const known = namesOf(listed);
  scenario.agents.forEach((group, index) => {
    if (names.indexOf(group.name) !== index)
      problems.push(`agents[${index}].name: "${group.name}" is used once`);
    group.instruments?.forEach((symbol, at) => {
      if (!known.includes(symbol)) {
        problems.push(`agents[${index}].instruments[${at}]: "${symbol}" is one of ${known.join(', ')}`);
      }
    });
    const traded =
      group.instruments === undefined
        ? listed.length
        : new Set(group.instruments.flatMap((symbol) => placesOf(listed, symbol))).size;
    if (group.count < traded)
      problems.push(`agents[${index}].count: ${group.count} is at least the ${traded} instruments traded`);
    if (group.kind === 'randomFlow') problems.push(...hoursProblems(group, days ?? [], `agents[${index}]`));
  });
  problems.push(
    ...flowProblems(scenario.agents, scenario.venue !== undefined || scenario.venues !== undefined),
  );
  problems.push(
    ...optionProblems(scenario, days),
    ...shockProblems(scenario, days),
    ...actionProblems(scenario, names),
  );
  return problems;
}

function venueProblems({ venue, venues, consolidatedUs, instruments }: Scenario): string[] {
  if (venues === undefined)
    return consolidatedUs === 0 ? [] : ['consolidatedUs: is for scenarios with several venues'];
  const problems = venue === undefined ? [] : ['venue: is not given with venues'];
  const symbols = instruments.map(({ symbol }) => symbol);
  venues.forEach((one, index) => {
    if (venues.findIndex(({ name }) => name === one.name) !== index)
      problems.push(`venues[${index}].name: "${one.name}" is used once`);
    const others = venues.flatMap(({ name }) => (name === one.name ? [] : [name]));
    for (const name of Object.keys(one.venue.routing?.delaysUs ?? {})) {
      if (!others.includes(name))
        problems.push(
          `venues[${index}].venue.routing.delaysUs: "${name}" is one of the other venues, ${others.join(', ')}`,
        );
    }
    one.symbols?.forEach((symbol, at) => {
      if (!symbols.includes(symbol))
        problems.push(`venues[${index}].symbols[${at}]: "${symbol}" is one of ${symbols.join(', ')}`);
    });
  });
  symbols.forEach((symbol, index) => {
    if (!venues.some((one) => one.symbols === undefined || one.symbols.includes(symbol)))
      problems.push(`instruments[${index}].symbol: "${symbol}" is listed at one of the venues at least`);
  });
  return problems;
}

/** Hours in which a group could act on no day. */
function hoursProblems(
  { from, until }: { readonly from?: string | undefined; readonly until?: string | undefined },
  days: readonly LocalDay[],
  path: string,
): string[] {
  const [fromNs, untilNs] = [from, until].map((time) => (time === undefined ? null : nsOfDay(time)));
  if (fromNs != null && untilNs != null && untilNs <= fromNs)
    return [`${path}.until: "${until}" lies after from "${from}"`];
  const [first] = days;
  if (first === undefined) return [];
  const span = `the trading day, from ${clockText(first.startNs)} to ${clockText(first.endNs)}`;
  const problems: string[] = [];
  if (fromNs != null && days.every(({ endNs }) => fromNs >= endNs))
    problems.push(`${path}.from: "${from}" lies within ${span}`);
  if (untilNs != null && days.every(({ startNs }) => untilNs <= startNs))
    problems.push(`${path}.until: "${until}" lies within ${span}`);
  return problems;
}

function describe(issue: z.core.$ZodIssue, value: unknown): string[] {
  const path = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
  const where = path === '' ? '(top level)' : path;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `${path === '' ? '' : `${path}.`}${key}: is not a key of a scenario${suggestion(issue, key)}`,
    );
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return describeUnion(issue, value, where);
  return [`${where}: ${wordsOfIssue(issue, valueAt(value, issue.path))}`];
}

/** Of several forms that a value may have, only the one that was meant is told about. */
function describeUnion(issue: z.core.$ZodIssueInvalidUnion, value: unknown, where: string): string[] {
  const isOfOtherType = (inner: z.core.$ZodIssue): boolean =>
    inner.code === 'invalid_type' && inner.path.length === 0;
  const meant = issue.errors.find((inner) => !inner.some(isOfOtherType));
  if (meant === undefined) {
    const forms = issue.errors.flat().map((inner) => ('expected' in inner ? inner.expected : inner.message));
    return [
      `${where}: is one of ${[...new Set(forms)].join(', ')}, found ${JSON.stringify(valueAt(value, issue.path))}`,
    ];
  }
  return meant.flatMap((inner) => describe({ ...inner, path: [...issue.path, ...inner.path] }, value));
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined | null)?.[key],
    value,
  );
}

function suggestion(issue: z.core.$ZodIssue, key: string): string {
  const known = keysAt(issue.path);
  const near = known.find((candidate) => distance(candidate.toLowerCase(), key.toLowerCase()) <= 2);
  return near === undefined ? `; known here: ${known.join(', ')}` : `; did you mean "${near}"?`;
}

/** Keys that the schema knows at a path. */
function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: unknown = scenarioSchema;
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
function distance(a: string, b: string): number {
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
