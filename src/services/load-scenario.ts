/**
 * A scenario file with the files it names put in their place: what comes out is complete and is kept with the run. All problems
 * come at once: of the files that it names, of its own keys, and of the venues within.
 */

import { dirname, resolve } from 'node:path';
import { TwinError } from '../base/index.ts';
import type { DataId } from '../runs/index.ts';
import { checkScenario, parseScenarioText, type Scenario, venueProblems } from '../scenarios/index.ts';
import { modelIds, placeModel } from './plan-scenario.ts';
import { readInputText } from './read-input-text.ts';
import { placeVenue } from './resolve-venue.ts';
import { resolveDatasets } from './scenario-datasets.ts';
import { findScenario } from './shipped-scenarios.ts';
import { ZONE_CLOCK } from './zoned-time.ts';

type Plain = Record<string, unknown>;

/** A scenario with the datasets that it names, which are values in it by now. */
export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly dataIds: readonly DataId[];
}

/**
 * Reads and checks a scenario file, one's own or one of the package, that may name datasets of a lake. Raises BASE_INPUT_FILE,
 * SCENARIO_CONFIG, DATA_LAKE.
 */
export async function loadScenarioWithData(name: string, lakeFolder: string): Promise<LoadedScenario> {
  const path = findScenario(name);
  return resolveScenario(parseScenarioText(readInputText(path), path), path, lakeFolder);
}

/** The same of the content of a scenario; the files that it names are relative to `path`. Raises SCENARIO_CONFIG, DATA_LAKE. */
export async function resolveScenario(
  value: unknown,
  path: string,
  lakeFolder: string,
): Promise<LoadedScenario> {
  if (!isPlain(value) || !JSON.stringify(value).includes('"dataset":'))
    return withModels(placed(value, path, []), []);
  const problems: string[] = [];
  const resolved = await resolveDatasets(value, lakeFolder, problems);
  return withModels(placed(resolved.value, path, problems), resolved.dataIds);
}

function withModels(scenario: Scenario, dataIds: readonly DataId[]): LoadedScenario {
  return { scenario, dataIds: [...dataIds, ...modelIds(scenario)] };
}

/** The same for a scenario that names no dataset. Raises BASE_INPUT_FILE, SCENARIO_CONFIG. */
export function loadScenario(name: string): Scenario {
  const path = findScenario(name);
  return placed(parseScenarioText(readInputText(path), path), path, []);
}

/** Puts venues and models in their place and checks what comes out. */
function placed(value: unknown, path: string, problems: string[]): Scenario {
  if (!isPlain(value)) return checkScenario(value, path);
  const place = (venue: unknown, at: string): unknown => {
    const found = placeVenue(venue, dirname(path), at, problems);
    problems.push(...venueProblems(found, ZONE_CLOCK, at));
    return found;
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
  if (Array.isArray(value.agents)) {
    resolved.agents = value.agents.map((one, index) =>
      isPlain(one) && one.kind === 'flow' && typeof one.model === 'string'
        ? { ...one, model: placeFlow(resolve(dirname(path), one.model), `agents[${index}].model`, problems) }
        : one,
    );
  }
  return checkScenario(resolved, path, problems);
}

/** A model by path and content; where it cannot be read, the path alone, with a problem. */
function placeFlow(path: string, at: string, problems: string[]): unknown {
  try {
    return placeModel(path);
  } catch (error) {
    if (!(error instanceof TwinError)) throw error;
    problems.push(`${at}: ${error.message}`);
    return path;
  }
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
