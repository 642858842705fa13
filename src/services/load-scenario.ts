/**
 * A scenario file with the files it names put in their place: what comes out is complete and is kept with the run. All problems
 * come at once: of the files that it names, of its own keys, and of the venues within.
 */

import { dirname } from 'node:path';
import { checkScenario, parseScenarioText, type Scenario, venueProblems } from '../scenarios/index.ts';
import { readInputText } from './read-input-text.ts';
import { placeVenue } from './resolve-venue.ts';
import { findScenario } from './shipped-scenarios.ts';
import { ZONE_CLOCK } from './zoned-time.ts';

type Plain = Record<string, unknown>;

/** Reads and checks a scenario file, one's own or one of the package. Raises BASE_INPUT_FILE, SCENARIO_CONFIG. */
export function loadScenario(name: string): Scenario {
  const path = findScenario(name);
  const value = parseScenarioText(readInputText(path), path);
  if (!isPlain(value)) return checkScenario(value, path);
  const problems: string[] = [];
  const place = (venue: unknown, at: string): unknown => {
    const placed = placeVenue(venue, dirname(path), at, problems);
    problems.push(...venueProblems(placed, ZONE_CLOCK, at));
    return placed;
  };
  const resolved = { ...value };
  if (value.venue !== undefined) resolved.venue = place(value.venue, 'venue');
  if (Array.isArray(value.venues)) {
    resolved.venues = value.venues.map((one, index) =>
      isPlain(one) && one.venue !== undefined
        ? { ...one, venue: place(one.venue, `venues[${index}].venue`) }
        : one,
    );
  }
  return checkScenario(resolved, path, problems);
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
