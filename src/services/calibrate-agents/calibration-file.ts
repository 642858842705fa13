/** The files of a calibration: what was found, the scenario with it, the evaluations, and the page. */

import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import { TwinError } from '../../base/index.ts';
import { writeFileAtomic } from '../../runs/index.ts';
import { scenarioAt } from '../../scenarios/index.ts';
import type { AgentsOutcome } from './agents-outcome.ts';
import { calibrationRecord } from './calibration-record.ts';
import { METHOD_NAMES } from './methods.ts';
import { renderCalibration } from './render-calibration.ts';

export interface CalibrationPaths {
  readonly calibration: string;
  readonly scenario: string;
  readonly evaluations: string;
  readonly report: string;
}

/** Names beside one another. Raises CLI_USAGE for an `out` that is no YAML file, RUNS_WRITE where its folder cannot be made. */
export function calibrationFiles(out: string | null, name: string): CalibrationPaths {
  const path = out ?? `calibrations/${name}.yaml`;
  const stem = /^(.*[^/])\.ya?ml$/.exec(path)?.[1];
  if (stem === undefined || stem.endsWith('.scenario'))
    throw new TwinError('CLI_USAGE', 'a calibration is written to a file that ends in .yaml', { out: path });
  const folder = dirname(path);
  try {
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new TwinError(
      'RUNS_WRITE',
      'a calibration is written to a folder that can be made',
      { folder },
      error,
    );
  }
  return {
    calibration: path,
    scenario: `${stem}.scenario.yaml`,
    evaluations: `${stem}.evaluations.jsonl`,
    report: `${stem}.html`,
  };
}

/** Writes all but the evaluations, which are there. Raises RUNS_WRITE. */
export function writeCalibration(outcome: AgentsOutcome, paths: CalibrationPaths): void {
  const { problem, scenario, parameters } = outcome.loaded;
  const [best] = outcome.estimates;
  const values = parameters.map(({ name }, i) => `${name} ${best!.values[i]}`).join(', ');
  writeFileAtomic(
    paths.calibration,
    `# Calibration of ${problem.name} by simulation. The scenario with these values stands beside it.\n${stringify(calibrationRecord(outcome), YAML)}`,
  );
  const found = scenarioAt(scenario, parameters, best!.values);
  writeFileAtomic(
    paths.scenario,
    `# ${scenario.name} with what the calibration ${problem.name} found by ${METHOD_NAMES[best!.method]}: ${values}.\n${stringify(found, YAML)}`,
  );
  writeFileAtomic(paths.report, renderCalibration(outcome));
}

/** Long lines stay lines, equal parts are no anchors of each other, and times of day are quoted as older readers need it. */
const YAML = { lineWidth: 0, aliasDuplicateObjects: false, version: '1.1' } as const;
