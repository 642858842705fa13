/** What the schema of a shock cannot see: names, days, times and prices of the scenario around it. */

import { MarketWideBreaker } from '../market/index.ts';
import { orderProblems, quoteProblems } from './check-shock-orders.ts';
import { clockText, nsOfDay } from './clock-time.ts';
import { listedInstruments, mainVenueOf, namesOf } from './listed.ts';
import type { LocalDay } from './local-days.ts';
import type { Scenario } from './schema.ts';
import type { ShockConfig } from './shocks.ts';

/** What only sessions can do. */
const OF_SESSIONS: readonly ShockConfig['kind'][] = [
  'halt',
  'marketWide',
  'interrupt',
  'holdCall',
  'endCall',
  'status',
];

/** Problems of all shocks, with their paths. `days` is null where the days are not known. */
export function shockProblems(scenario: Scenario, days: readonly LocalDay[] | null): string[] {
  return [
    ...scenario.shocks.flatMap((shock, index) => {
      const path = `shocks[${index}]`;
      return [
        ...nameProblems(shock, scenario, path),
        ...timeProblems(shock, scenario, days, path),
        ...venueProblems(shock, scenario, path),
        ...(shock.kind === 'orders' ? orderProblems(shock, scenario, path) : []),
        ...(shock.kind === 'quotes' ? quoteProblems(shock, scenario, path) : []),
      ];
    }),
    ...levelProblems(scenario, days ?? []),
  ];
}

function nameProblems(shock: ShockConfig, scenario: Scenario, path: string): string[] {
  const symbols = namesOf(listedInstruments(scenario));
  const groups = scenario.agents.map(({ name }) => name);
  const strangers = (names: readonly string[], known: readonly string[], where: string): string[] =>
    names.flatMap((name, at) =>
      known.includes(name) ? [] : [`${path}.${where}[${at}]: "${name}" is one of ${known.join(', ')}`],
    );
  if (shock.kind === 'orders') {
    const { instrument } = shock;
    return symbols.includes(instrument)
      ? []
      : [`${path}.instrument: "${instrument}" is one of ${symbols.join(', ')}`];
  }
  if ('instruments' in shock) return strangers(shock.instruments ?? [], symbols, 'instruments');
  const venues = scenario.venues?.map(({ name }) => name);
  const places = ('venues' in shock ? shock.venues : undefined) ?? [];
  return [
    ...('groups' in shock ? strangers(shock.groups ?? [], groups, 'groups') : []),
    ...(places.length > 0 && venues === undefined
      ? [`${path}.venues: is for scenarios with several venues`]
      : strangers(places, venues ?? [], 'venues')),
  ];
}

function timeProblems(
  { day, at }: ShockConfig,
  scenario: Scenario,
  days: readonly LocalDay[] | null,
  path: string,
): string[] {
  if (day > scenario.days)
    return [`${path}.day: ${day} is at most ${scenario.days}, the days that the run lasts`];
  const local = days?.[day - 1];
  if (local === undefined) return [];
  const { startNs, endNs } = local;
  const atNs = nsOfDay(at);
  if (atNs >= startNs && atNs < endNs) return [];
  return [
    `${path}.at: "${at}" lies within the trading day, from ${clockText(startNs)} to before ${clockText(endNs)}`,
  ];
}

function venueProblems(shock: ShockConfig, scenario: Scenario, path: string): string[] {
  const venue = mainVenueOf(scenario);
  if (venue === undefined) {
    return OF_SESSIONS.includes(shock.kind)
      ? [`${path}.kind: "${shock.kind}" is for a scenario with a venue, whose sessions do it`]
      : [];
  }
  if (shock.kind !== 'marketWide') return [];
  const levels = venue.marketWide?.levels ?? [];
  if (levels.length === 0)
    return [`${path}.level: is for a venue with marketWide levels, not "${venue.name}"`];
  return shock.level <= levels.length
    ? []
    : [`${path}.level: ${shock.level} is one of ${levels.map((_, index) => index + 1).join(', ')}`];
}

/** Levels that would not stop the market when they are reached: too late in the day, reached before, or during a halt. */
function levelProblems(scenario: Scenario, days: readonly LocalDay[]): string[] {
  const { shocks } = scenario;
  const levels = mainVenueOf(scenario)?.marketWide?.levels;
  if (levels === undefined) return [];
  return days.flatMap(({ closeNs }, index) => {
    const breaker = new MarketWideBreaker(levels);
    breaker.startDay({ closeNs, previousCloseCents: 1_000_000 });
    const falls = shocks.flatMap((shock, at) =>
      shock.kind === 'marketWide' && shock.day === index + 1 && shock.level <= levels.length
        ? [{ level: shock.level, atNs: nsOfDay(shock.at), path: `shocks[${at}]` }]
        : [],
    );
    falls.sort((a, b) => a.atNs - b.atNs);
    return falls.flatMap(({ level, atNs, path }) => {
      const why = whyIdle(breaker, level, atNs, closeNs);
      breaker.onIndexValue(atNs, breaker.levelCents[level - 1]!, []);
      return why === null ? [] : [`${path}.level: ${level} stops the market, but ${why}`];
    });
  });
}

/** Why a fall to a level would change nothing now; null if it stops the market. */
function whyIdle(breaker: MarketWideBreaker, level: number, atNs: number, closeNs: number): string | null {
  if (breaker.triggeredLevel >= level) return 'not twice a day, nor after a deeper one';
  if (atNs < breaker.haltedUntilNs)
    return `not while it stands still until ${untilText(breaker.haltedUntilNs)}`;
  const { idleBeforeCloseNs } = breaker.levels[level - 1]!;
  if (idleBeforeCloseNs === null || atNs < closeNs - idleBeforeCloseNs) return null;
  return `only before ${clockText(closeNs - idleBeforeCloseNs)}`;
}

function untilText(ns: number): string {
  return ns === Number.POSITIVE_INFINITY ? 'the end of the day' : clockText(ns);
}
