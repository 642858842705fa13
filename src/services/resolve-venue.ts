/**
 * A venue with the files that it names in their place. It is a preset by name (configs/venues/<name>.yaml), a path, or the
 * content itself; so are its parts, whose presets lie in a folder each. What cannot be placed stays as it is, with a problem.
 */

import { existsSync, readdirSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TwinError } from '../base/index.ts';
import { parseScenarioText } from '../scenarios/index.ts';
import { readInputText } from './read-input-text.ts';

/** Parts that may be presets or paths, and the folders of their presets; null: paths only. */
const PARTS = { sessions: 'sessions', auctions: 'auctions', allocation: null } as const;
const FEE_PARTS = ['schedule', 'regulatory'] as const;
const CALENDARS = join('sessions', 'calendars');
const YAML_PATH = /\.ya?ml$/;

type Plain = Record<string, unknown>;

/** Names of the presets that come with the package. */
export function venuePresets(): string[] {
  return presetsIn('.');
}

/** The content of a venue whose parts are all in their place. Raises SCENARIO_CONFIG with every problem. */
export function resolveVenue(value: unknown, folder: string): unknown {
  const problems: string[] = [];
  const venue = placeVenue(value, folder, 'venue', problems);
  if (problems.length === 0) return venue;
  throw new TwinError(
    'SCENARIO_CONFIG',
    `a venue names what is there:${problems.map((problem) => `\n  - ${problem}`).join('')}`,
  );
}

/**
 * The same; problems go to the list as `path: text`, where `at` is the path of the venue. Values that are no venue are left for
 * the schema to refuse.
 */
export function placeVenue(value: unknown, folder: string, at: string, problems: string[]): unknown {
  return new Placer(problems).venue(value, folder, at);
}

class Placer {
  readonly #problems: string[];

  constructor(problems: string[]) {
    this.#problems = problems;
  }

  venue(value: unknown, folder: string, at: string): unknown {
    const venue = this.#part(value, folder, '.', at);
    if (!isPlain(venue)) return venue;
    const home = typeof value === 'string' ? homeOf(value, folder, '.') : folder;
    const resolved: Plain = { ...venue };
    for (const [part, presets] of Object.entries(PARTS))
      resolved[part] = this.#part(venue[part], home, presets, `${at}.${part}`);
    resolved.calendar = this.#calendar(venue, resolved.sessions, home, `${at}.calendar`);
    if (isPlain(venue.fees)) {
      const fees: Plain = { ...venue.fees };
      for (const part of FEE_PARTS) fees[part] = this.#part(fees[part], home, 'fees', `${at}.fees.${part}`);
      resolved.fees = withoutUndefined(fees);
    }
    if (Array.isArray(venue.breakers))
      resolved.breakers = venue.breakers.map((one, index) => this.#breaker(one, `${at}.breakers[${index}]`));
    if (isPlain(venue.marketWide)) {
      const { levels } = venue.marketWide;
      const path = `${at}.marketWide.levels`;
      resolved.marketWide = { ...venue.marketWide, levels: this.#rules('marketWide', levels, path) };
    }
    if (isPlain(venue.entry)) resolved.entry = this.#entry(venue.entry, `${at}.entry`);
    return withoutUndefined(resolved);
  }

  /** A preset by name, a path relative to the file that names it, or the content already. */
  #part(value: unknown, home: string, presets: string | null, at: string): unknown {
    if (typeof value !== 'string') return value;
    const names = presets === null ? [] : presetsIn(presets);
    if (YAML_PATH.test(value)) return this.#file(isAbsolute(value) ? value : join(home, value), at, value);
    if (names.includes(value)) return this.#file(join(venueFolder(), presets!, `${value}.yaml`), at, value);
    if (presets !== null)
      this.#say(at, `is a preset (${names.join(', ')}), a path that ends in .yaml, or its content`, value);
    return value;
  }

  #file(path: string, at: string, value: string): unknown {
    try {
      return parseScenarioText(readInputText(path), path);
    } catch (error) {
      if (!(error instanceof TwinError)) throw error;
      this.#problems.push(`${at}: ${error.message}`);
      return value;
    }
  }

  /** Sessions name their calendar; it lies in the folder calendars beside them, or in that of the presets. */
  #calendar(venue: Plain, sessions: unknown, home: string, at: string): unknown {
    if (venue.calendar !== undefined) return this.#part(venue.calendar, home, CALENDARS, at);
    const name = isPlain(sessions) ? sessions.calendar : undefined;
    if (typeof name !== 'string') return undefined;
    const beside = typeof venue.sessions === 'string' ? homeOf(venue.sessions, home, 'sessions') : home;
    const path = join(beside, 'calendars', `${name}.yaml`);
    return existsSync(path) ? this.#file(path, at, name) : this.#part(name, home, CALENDARS, at);
  }

  /** `rules` may be the name of a preset of the breaker's kind. */
  #breaker(value: unknown, at: string): unknown {
    if (!isPlain(value)) return value;
    return { ...value, rules: this.#rules(String(value.kind), value.rules, `${at}.rules`) };
  }

  /** Parts of `entry` may be names: of presets beside those of the breakers, and of symbols with filters. */
  #entry(entry: Plain, at: string): Plain {
    const { limitProtection, priceBand, filters } = entry;
    return withoutUndefined({
      ...entry,
      limitProtection: this.#rules('limitOrderProtection', limitProtection, `${at}.limitProtection`),
      priceBand: this.#rules('cmePriceBanding', priceBand, `${at}.priceBand`),
      filters: this.#filters(filters, `${at}.filters`),
    });
  }

  /** Rules of a preset of configs/venues/breakers by its name. */
  #rules(kind: string, value: unknown, at: string): unknown {
    if (typeof value !== 'string') return value;
    const file = readPreset(join('breakers', 'presets.yaml')) as Record<string, Plain | undefined>;
    const ofKind = file[kind] ?? {};
    const preset = ofKind[value];
    if (isPlain(preset)) return preset.rules;
    this.#say(at, `is one of ${Object.keys(ofKind).join(', ')}, or the content`, value);
    return value;
  }

  #filters(value: unknown, at: string): unknown {
    if (typeof value !== 'string') return value;
    const { symbols } = readPreset(join('increments', 'crypto.yaml')) as { symbols: Plain[] };
    const found = symbols.find((symbol) => symbol.name === value);
    if (found !== undefined) return withoutUndefined({ ...found, name: undefined });
    this.#say(at, `is one of ${symbols.map((symbol) => symbol.name).join(', ')}, or the content`, value);
    return value;
  }

  #say(at: string, rule: string, found: string): void {
    this.#problems.push(`${at}: ${rule}, found ${JSON.stringify(found)}`);
  }
}

/** Folder of a file that was named by its path or as a preset. */
function homeOf(name: string, folder: string, presets: string): string {
  return YAML_PATH.test(name) ? dirname(resolve(folder, name)) : join(venueFolder(), presets);
}

function presetsIn(folder: string): string[] {
  return readdirSync(join(venueFolder(), folder))
    .filter((name) => YAML_PATH.test(name))
    .map((name) => name.replace(YAML_PATH, ''))
    .sort();
}

function readPreset(name: string): unknown {
  const path = join(venueFolder(), name);
  return parseScenarioText(readInputText(path), path);
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
