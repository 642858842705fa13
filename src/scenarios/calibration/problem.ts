/** A problem file to a checked problem with the scenario that it is about: all problems of both at once, each with its path. */

import { TwinError } from '../../base/index.ts';
import { checkScenario } from '../parse.ts';
import type { Scenario } from '../schema.ts';
import { schemaProblems } from '../schema-problems.ts';
import { brokenRules, yamlValue } from '../yaml-file.ts';
import { findParameter, type PathTarget, setParameter } from './parameter-path.ts';
import { type CalibrationProblem, type ProblemParameter, problemSchema } from './problem-schema.ts';

/** A number of a scenario, or a list of them, that is sought. */
export interface SoughtParameter {
  readonly name: string;
  readonly path: string;
  readonly low: number;
  readonly high: number;
  readonly scale: 'linear' | 'log';
  readonly as: 'value' | 'factor';
  /** What comes out is a multiple of it; null: anything. */
  readonly step: number | null;
  readonly keys: readonly (string | number)[];
  /** What stands in the scenario: one number, or those of the list. */
  readonly present: readonly number[];
}

export interface CheckedProblem {
  readonly problem: CalibrationProblem;
  readonly scenario: Scenario;
  readonly parameters: readonly SoughtParameter[];
}

export interface ProblemContext {
  /** The scenario that the problem names; null where it could not be read. */
  readonly scenario: Scenario | null;
  /** What was found wrong before, as `path: text`. */
  readonly known: readonly string[];
  /** Rules of those who know more than this folder. */
  readonly further: (problem: CalibrationProblem) => readonly string[];
}

/** Values of a problem file, unchecked. Raises CALIBRATION_PROBLEM when it is no YAML. */
export function problemValue(text: string, source: string): unknown {
  return yamlValue(text, { code: 'CALIBRATION_PROBLEM', noun: 'a problem', source });
}

/** Raises CALIBRATION_PROBLEM with everything that is wrong. */
export function checkProblem(
  value: unknown,
  source: string,
  { scenario, known, further }: ProblemContext,
): CheckedProblem {
  const parsed = problemSchema.safeParse(value);
  if (!parsed.success) {
    const found = schemaProblems(parsed.error, { schema: problemSchema, value, noun: 'a problem' });
    throw brokenRules('CALIBRATION_PROBLEM', source, [...found, ...known]);
  }
  const problem = parsed.data;
  const problems = [...known, ...rangeProblems(problem), ...dataProblems(problem), ...further(problem)];
  const parameters = scenario === null ? [] : soughtIn(scenario, problem.parameters, problems);
  if (scenario === null || problems.length > 0) throw brokenRules('CALIBRATION_PROBLEM', source, problems);
  return { problem, scenario, parameters };
}

/** The scenario with these values, one a parameter, in their order. Raises SCENARIO_CONFIG where it is none then. */
export function scenarioAt(
  scenario: Scenario,
  parameters: readonly SoughtParameter[],
  values: ArrayLike<number>,
): Scenario {
  const changed = structuredClone(scenario);
  parameters.forEach((parameter, i) => {
    setParameter(changed, parameter.keys, numbersAt(parameter, values[i]!));
  });
  return checkScenario(changed, 'the scenario at this point');
}

function numbersAt({ as, present, step }: SoughtParameter, value: number): number[] {
  const numbers = as === 'factor' ? present.map((number) => number * value) : [value];
  return step === null ? numbers : numbers.map((number) => multipleOf(step, number));
}

/** The nearest multiple, as short a number as it can be. */
function multipleOf(step: number, value: number): number {
  return Number((Math.round(value / step) * step).toPrecision(12));
}

export function nameOfParameter({ name, path }: ProblemParameter): string {
  return name ?? path;
}

function rangeProblems({ parameters }: CalibrationProblem): string[] {
  const names = parameters.map(nameOfParameter);
  return parameters.flatMap(({ low, high, scale }, i) => {
    const problems: string[] = [];
    if (names.indexOf(names[i]!) !== i) problems.push(`parameters[${i}].name: "${names[i]}" is used once`);
    if (low >= high)
      problems.push(`parameters[${i}].low: is less than high, found low ${low} and high ${high}`);
    if (scale === 'log' && low <= 0)
      problems.push(`parameters[${i}].low: is more than 0 where the scale is log, found ${low}`);
    return problems;
  });
}

function dataProblems({ data, seeds, windows, parameters }: CalibrationProblem): string[] {
  const problems: string[] = [];
  if ((data.names === undefined) === (data.truth === undefined))
    problems.push('data: has either names, of a recording, or truth, of a run of the scenario');
  if (data.from !== undefined && data.to !== undefined && data.to <= data.from)
    problems.push(`data.to: "${data.to}" lies after from "${data.from}"`);
  seeds.forEach((seed, i) => {
    if (seeds.indexOf(seed) !== i) problems.push(`seeds[${i}]: ${seed} is listed once`);
  });
  if (seeds.length > windows.perPoint)
    problems.push(`seeds: are at most the ${windows.perPoint} windows of a point, found ${seeds.length}`);
  if (data.truth === undefined) return problems;
  const { truth, truthSeed } = data;
  if (seeds.includes(truthSeed))
    problems.push(`data.truthSeed: ${truthSeed} is none of seeds, or chance alone would agree`);
  const names = parameters.map(nameOfParameter);
  for (const name of Object.keys(truth)) {
    if (!names.includes(name)) problems.push(`data.truth: "${name}" is one of ${names.join(', ')}`);
  }
  parameters.forEach(({ low, high }, i) => {
    const value = truth[names[i]!];
    if (value === undefined) problems.push(`data.truth: "${names[i]}" has its true value`);
    else if (value < low || value > high)
      problems.push(`data.truth: "${names[i]}" lies from ${low} to ${high}, found ${value}`);
  });
  return problems;
}

/** Parameters with their places; what is wrong with them goes to the list. */
function soughtIn(
  scenario: Scenario,
  parameters: readonly ProblemParameter[],
  problems: string[],
): SoughtParameter[] {
  const found: SoughtParameter[] = [];
  parameters.forEach((parameter, i) => {
    const target = findParameter(scenario, parameter.path);
    if (target.kind === 'none') {
      problems.push(
        `parameters[${i}].path: "${parameter.path}" names no number of the scenario; near are ${target.near.join(', ')}`,
      );
      return;
    }
    const sought = soughtAt(parameter, target);
    const other = found.find(({ keys }) => isWithin(keys, sought.keys) || isWithin(sought.keys, keys));
    if (other !== undefined)
      problems.push(`parameters[${i}].path: "${parameter.path}" is in part what "${other.path}" is`);
    found.push(sought);
    if (parameter.low < parameter.high) problems.push(...endProblems(scenario, sought, i));
  });
  return found;
}

function soughtAt(
  parameter: ProblemParameter,
  target: Exclude<PathTarget, { readonly kind: 'none' }>,
): SoughtParameter {
  const { path, low, high, scale, as, step } = parameter;
  return {
    name: nameOfParameter(parameter),
    ...{ path, low, high, scale, step: step ?? null, keys: target.keys },
    as: target.kind === 'list' ? 'factor' : as,
    present: target.kind === 'list' ? target.values : [target.value],
  };
}

/** Both ends have to give a scenario. */
function endProblems(scenario: Scenario, parameter: SoughtParameter, index: number): string[] {
  return (['low', 'high'] as const).flatMap((end) => {
    try {
      scenarioAt(scenario, [parameter], [parameter[end]]);
      return [];
    } catch (error) {
      if (!(error instanceof TwinError)) throw error;
      return [`parameters[${index}].${end}: ${parameter[end]} gives no scenario: ${error.message}`];
    }
  });
}

function isWithin(inner: readonly (string | number)[], outer: readonly (string | number)[]): boolean {
  return outer.every((key, i) => inner[i] === key);
}
