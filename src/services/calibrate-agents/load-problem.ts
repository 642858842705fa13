/** A problem file with the scenario it names: everything that is wrong with both is told at once. */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TwinError } from '../../base/index.ts';
import { MOMENTS } from '../../calibration/index.ts';
import type { DataId } from '../../runs/index.ts';
import {
  type CalibrationProblem,
  type CheckedProblem,
  checkProblem,
  type Estimator,
  problemValue,
  type Scenario,
} from '../../scenarios/index.ts';
import { type LoadedScenario, loadScenarioWithData, resolveScenario } from '../load-scenario.ts';
import { planScenario } from '../plan-scenario.ts';
import { readInputText } from '../read-input-text.ts';
import { configsFolder } from '../shipped-scenarios.ts';
import { budgetMin, methodsOf } from './methods.ts';

export interface LoadedProblem extends CheckedProblem {
  readonly path: string;
  /** Datasets and models that the scenario was made of. */
  readonly dataIds: readonly DataId[];
  readonly instrument: { readonly symbol: string; readonly tickSize: string };
}

/** What the command line says instead of the file. */
export interface ProblemChanges {
  readonly method: Estimator | 'all' | null;
  readonly budget: number | null;
}

/** Raises BASE_INPUT_FILE, CALIBRATION_PROBLEM, and what a scenario that cannot be planned deserves. */
export async function loadProblem(
  name: string,
  lake: string,
  changes: ProblemChanges,
): Promise<LoadedProblem> {
  const path = findProblem(name);
  const written = problemValue(readInputText(path), path);
  const value = isPlain(written) ? changed(written, changes) : written;
  const known: string[] = [];
  const loaded = isPlain(value) ? await scenarioOf(value.scenario, path, lake, known) : null;
  const scenario = loaded?.scenario ?? null;
  const further = (problem: CalibrationProblem): string[] => [
    ...momentProblems(problem),
    ...budgetProblems(problem),
    ...(scenario === null ? [] : symbolProblems(problem, scenario)),
  ];
  const checked = checkProblem(value, path, { scenario, known, further });
  const { instruments } = planScenario(checked.scenario);
  const { symbol = instruments[0]!.symbol } = checked.problem;
  const { tickSize } = instruments.find((one) => one.symbol === symbol)!;
  return { ...checked, path, dataIds: loaded!.dataIds, instrument: { symbol, tickSize } };
}

/** As it is given, else within configs/calibration of the package. */
function findProblem(name: string): string {
  const shipped = join(configsFolder(), 'calibration', name);
  return existsSync(name) || !existsSync(shipped) ? name : shipped;
}

function changed(
  value: Record<string, unknown>,
  { method, budget }: ProblemChanges,
): Record<string, unknown> {
  return {
    ...value,
    ...(method === null ? {} : { method }),
    ...(budget === null ? {} : { budget }),
  };
}

/** Null where there is none; what is wrong with it goes to the list. */
async function scenarioOf(
  named: unknown,
  path: string,
  lake: string,
  known: string[],
): Promise<LoadedScenario | null> {
  try {
    if (typeof named === 'string') {
      const beside = join(dirname(path), named);
      return await loadScenarioWithData(existsSync(beside) ? beside : named, lake);
    }
    return isPlain(named) ? await resolveScenario(named, path, lake) : null;
  } catch (error) {
    if (!(error instanceof TwinError) || !['SCENARIO_CONFIG', 'BASE_INPUT_FILE'].includes(error.code))
      throw error;
    known.push(`scenario: ${error.message}`);
    return null;
  }
}

function momentProblems({ moments = [] }: CalibrationProblem): string[] {
  const names = MOMENTS.map(({ name }) => name);
  return moments.flatMap((moment, i) => {
    if (!names.includes(moment)) return [`moments[${i}]: "${moment}" is one of ${names.join('; ')}`];
    return moments.indexOf(moment) === i ? [] : [`moments[${i}]: "${moment}" is listed once`];
  });
}

function budgetProblems({ method, budget, parameters }: CalibrationProblem): string[] {
  return methodsOf(method).flatMap((one) => {
    const least = budgetMin(one, parameters.length);
    return budget >= least
      ? []
      : [
          `budget: ${one} with ${parameters.length} parameters takes at least ${least} points, found ${budget}`,
        ];
  });
}

function symbolProblems({ symbol }: CalibrationProblem, scenario: Scenario): string[] {
  const { instruments } = planScenario(scenario);
  const symbols = instruments.map((one) => one.symbol).join(', ');
  if (symbol === undefined) return instruments.length === 1 ? [] : [`symbol: is one of ${symbols}`];
  const isThere = instruments.some((one) => one.symbol === symbol);
  return isThere ? [] : [`symbol: "${symbol}" is one of ${symbols}`];
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
