/**
 * A scenario file with the files it names put in their place: what comes out is complete and is kept with the run. A venue is a
 * preset by name (configs/venues/<name>.yaml), a path, or the content itself; inside it, parts and presets of breakers likewise.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { inputFileFault, TwinError } from '../base/index.ts';
import { checkScenario, parseScenarioText, type Scenario } from '../scenarios/index.ts';
import { findScenario } from './shipped-scenarios.ts';

/** Parts of a venue that may be paths. */
const PARTS = ['sessions', 'auctions', 'allocation'] as const;
const FEE_PARTS = ['schedule', 'regulatory'] as const;
const YAML_PATH = /\.ya?ml$/;

type Plain = Record<string, unknown>;

/** Reads and checks a scenario file, one's own or one of the package. Raises BASE_INPUT_FILE, SCENARIO_CONFIG, MKT_CONFIG. */
export function loadScenario(name: string): Scenario {
  const path = findScenario(name);
  const value = parseScenarioText(readText(path), path);
  return checkScenario(isPlain(value) ? withVenues(value, dirname(path)) : value, path);
}

function withVenues(scenario: Plain, folder: string): Plain {
  const resolved = { ...scenario };
  if (scenario.venue !== undefined) resolved.venue = resolveVenue(scenario.venue, folder);
  if (Array.isArray(scenario.venues)) {
    resolved.venues = scenario.venues.map((one) =>
      isPlain(one) && one.venue !== undefined ? { ...one, venue: resolveVenue(one.venue, folder) } : one,
    );
  }
  return resolved;
}

/** Names of the presets that come with the package. */
export function venuePresets(): string[] {
  return readdirSync(venueFolder())
    .filter((name) => YAML_PATH.test(name))
    .map((name) => name.replace(YAML_PATH, ''))
    .sort();
}

/** The content of a venue whose parts are all in their place. Values that are no venue are left for the schema to refuse. */
export function resolveVenue(value: unknown, folder: string): unknown {
  const [venue, home] = typeof value === 'string' ? readVenueFile(value, folder) : [value, folder];
  if (!isPlain(venue)) return venue;
  const resolved: Plain = { ...venue };
  for (const part of PARTS) resolved[part] = readPart(venue[part], home);
  if (isPlain(resolved.sessions) && resolved.calendar === undefined) {
    resolved.calendar = readCalendar(
      resolved.sessions.calendar,
      typeof venue.sessions === 'string' ? dirname(resolve(home, venue.sessions)) : home,
    );
  } else {
    resolved.calendar = readPart(resolved.calendar, home);
  }
  if (isPlain(venue.fees)) {
    const fees: Plain = { ...venue.fees };
    for (const part of FEE_PARTS) fees[part] = readPart(fees[part], home);
    resolved.fees = withoutUndefined(fees);
  }
  if (Array.isArray(venue.breakers)) resolved.breakers = venue.breakers.map(resolveBreaker);
  if (isPlain(venue.marketWide) && typeof venue.marketWide.levels === 'string') {
    const levels = rulesPreset('marketWide', venue.marketWide.levels, 'venue.marketWide.levels are');
    resolved.marketWide = { ...venue.marketWide, levels };
  }
  if (isPlain(venue.entry)) resolved.entry = resolveEntry(venue.entry);
  return withoutUndefined(resolved);
}

function readVenueFile(name: string, folder: string): [unknown, string] {
  if (YAML_PATH.test(name)) {
    const path = isAbsolute(name) ? name : join(folder, name);
    return [readYamlFile(path), dirname(path)];
  }
  const path = join(venueFolder(), `${name}.yaml`);
  if (!existsSync(path)) {
    throw new TwinError(
      'SCENARIO_CONFIG',
      `venue: is a preset (${venuePresets().join(', ')}), a path that ends in .yaml, or its content`,
      {
        found: name,
      },
    );
  }
  return [readYamlFile(path), venueFolder()];
}

/** A part given by its path, relative to the file that names it; anything else is the content already. */
function readPart(value: unknown, home: string): unknown {
  if (typeof value !== 'string' || !YAML_PATH.test(value)) return value;
  return readYamlFile(isAbsolute(value) ? value : join(home, value));
}

/** Sessions name their calendar; it lies in the folder calendars beside them, or in that of the presets. */
function readCalendar(name: unknown, home: string): unknown {
  if (typeof name !== 'string') return undefined;
  const places = [
    join(home, 'calendars', `${name}.yaml`),
    join(venueFolder(), 'sessions', 'calendars', `${name}.yaml`),
  ];
  const path = places.find((place) => existsSync(place));
  return path === undefined ? undefined : readYamlFile(path);
}

/** `rules` may be the name of a preset of the breaker's kind. */
function resolveBreaker(value: unknown): unknown {
  if (!isPlain(value) || typeof value.rules !== 'string') return value;
  const kind = String(value.kind);
  return { ...value, rules: rulesPreset(kind, value.rules, `rules of a breaker ${kind} are`) };
}

/** Parts of `entry` may be names: of presets beside those of the breakers, and of symbols with filters. */
function resolveEntry(entry: Plain): Plain {
  const { limitProtection, priceBand, filters } = entry;
  return withoutUndefined({
    ...entry,
    limitProtection:
      typeof limitProtection === 'string'
        ? rulesPreset('limitOrderProtection', limitProtection, 'venue.entry.limitProtection is')
        : limitProtection,
    priceBand:
      typeof priceBand === 'string'
        ? rulesPreset('cmePriceBanding', priceBand, 'venue.entry.priceBand is')
        : priceBand,
    filters: typeof filters === 'string' ? filtersOf(filters) : filters,
  });
}

/** Rules of a preset of configs/venues/breakers; `what` begins the error. */
function rulesPreset(kind: string, name: string, what: string): unknown {
  const presets = readYamlFile(join(venueFolder(), 'breakers', 'presets.yaml')) as Record<
    string,
    Plain | undefined
  >;
  const ofKind = presets[kind] ?? {};
  const preset = ofKind[name];
  if (isPlain(preset)) return preset.rules;
  throw new TwinError(
    'SCENARIO_CONFIG',
    `${what} one of ${Object.keys(ofKind).join(', ')}, or their content`,
    {
      found: name,
    },
  );
}

function filtersOf(name: string): Plain {
  const file = readYamlFile(join(venueFolder(), 'increments', 'crypto.yaml')) as { symbols: Plain[] };
  const found = file.symbols.find((symbol) => symbol.name === name);
  if (found !== undefined) return withoutUndefined({ ...found, name: undefined });
  throw new TwinError(
    'SCENARIO_CONFIG',
    `venue.entry.filters is one of ${file.symbols.map((symbol) => symbol.name).join(', ')}, or their content`,
    {
      found: name,
    },
  );
}

function readYamlFile(path: string): unknown {
  const text = readText(path);
  try {
    return parse(text);
  } catch (error) {
    throw new TwinError(
      'SCENARIO_CONFIG',
      'a file that a scenario names is a YAML document',
      { path, found: (error as Error).message.split('\n')[0] },
      error,
    );
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw inputFileFault(path, error);
  }
}

/** configs/venues of the package, from the sources and from dist alike. */
function venueFolder(): string {
  return fileURLToPath(new URL('../../configs/venues', import.meta.url));
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutUndefined(value: Plain): Plain {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));
}
