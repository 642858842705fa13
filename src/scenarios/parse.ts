/** Text of a scenario file to a checked scenario: all problems at once, each with its path and what is allowed. */

import { shockProblems } from './check-shocks.ts';
import { clockText, nsOfDay } from './clock-time.ts';
import { actionProblems } from './corporate-actions.ts';
import { flowProblems } from './flow-agent.ts';
import { listedInstruments, namesOf, placesOf } from './listed.ts';
import { type LocalDay, localDays } from './local-days.ts';
import { optionProblems } from './option-contracts.ts';
import { participantProblems } from './parity-participants.ts';
import { hoursOf, type Scenario, scenarioSchema } from './schema.ts';
import { schemaProblems } from './schema-problems.ts';
import { brokenRules, yamlValue } from './yaml-file.ts';

/** Reads YAML (or JSON, which is YAML). `source` names the file in messages. Raises SCENARIO_CONFIG. */
export function parseScenario(text: string, source: string): Scenario {
  return checkScenario(parseScenarioText(text, source), source);
}

/** The values of a scenario file, unchecked. Raises SCENARIO_CONFIG when it is no YAML. */
export function parseScenarioText(text: string, source: string): unknown {
  return yamlValue(text, { code: 'SCENARIO_CONFIG', noun: 'a scenario', source });
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
    : schemaProblems(parsed.error, { schema: scenarioSchema, value, noun: 'a scenario' });
  const problems = [...known, ...found.filter((one) => !paths.some((path) => one.startsWith(path)))];
  if (parsed.success && problems.length === 0) return parsed.data;
  throw brokenRules('SCENARIO_CONFIG', source, problems);
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
