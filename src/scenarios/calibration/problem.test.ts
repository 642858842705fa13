import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkScenario } from '../parse.ts';
import { type CheckedProblem, checkProblem, problemValue, scenarioAt } from './problem.ts';

const SHIPPED = readFileSync(
  new URL('../../../configs/calibration/random-flow.yaml', import.meta.url),
  'utf8',
);

type Plain = Record<string, unknown>;

/** The shipped problem, changed, checked as a service does. */
function check(
  change: (problem: Plain & { parameters: Plain[]; data: Plain }) => void = () => {},
): CheckedProblem {
  const value = problemValue(SHIPPED, 'p.yaml') as Plain & { parameters: Plain[]; data: Plain };
  change(value);
  const scenario = checkScenario(value.scenario, 'scenario');
  return checkProblem(value, 'p.yaml', { scenario, known: [], further: () => [] });
}

describe('checkProblem', () => {
  it('takes the shipped problem, with what stands in the scenario', () => {
    const { problem, parameters } = check();
    expect(problem).toMatchObject({ method: 'all', budget: 300, seeds: [1, 2], windows: { perPoint: 20 } });
    expect(parameters.map(({ name, as, present }) => [name, as, present])).toEqual([
      ['limit orders', 'factor', [1.85, 1.51, 1.09, 0.88, 0.77]],
      ['market orders', 'value', [0.94]],
      ['cancels', 'factor', [0.71, 0.81, 0.68, 0.56, 0.47]],
      ['feed delay', 'value', [400]],
    ]);
  });

  it.each<[string, Parameters<typeof check>[0], string]>([
    [
      'an unknown key',
      (p) => void Object.assign(p, { paramters: 1 }),
      'paramters: is not a key of a problem; did you mean "parameters"?',
    ],
    [
      'a path that leads nowhere',
      (p) => void Object.assign(p.parameters[1]!, { path: 'agents.flow.marketRates' }),
      'parameters[1].path: "agents.flow.marketRates" names no number of the scenario; near are agents.flow.marketRate',
    ],
    [
      'low above high',
      (p) => void Object.assign(p.parameters[0]!, { low: 5 }),
      'parameters[0].low: is less than high, found low 5 and high 4',
    ],
    [
      'a log scale from zero',
      (p) => void Object.assign(p.parameters[0]!, { low: 0 }),
      'parameters[0].low: is more than 0 where the scale is log, found 0',
    ],
    [
      'a value that no scenario has',
      (p) => void Object.assign(p.parameters[1]!, { high: 1e7 }),
      'parameters[1].high: 10000000 gives no scenario',
    ],
    [
      'one path in another',
      (p) => void Object.assign(p.parameters[1]!, { path: 'agents.flow.limitRates[0]' }),
      'is in part what "agents.flow.limitRates" is',
    ],
    [
      'a name twice',
      (p) => void Object.assign(p.parameters[1]!, { name: 'cancels' }),
      'parameters[2].name: "cancels" is used once',
    ],
    ['no data', (p) => void Object.assign(p, { data: {} }), 'data: has either names'],
    ['two kinds of data', (p) => void Object.assign(p.data, { names: ['x'] }), 'data: has either names'],
    [
      'a truth without a value',
      (p) => void Object.assign(p.data, { truth: { cancels: 1 } }),
      'data.truth: "limit orders" has its true value',
    ],
    [
      'a truth of no parameter',
      (p) => void Object.assign(p.data.truth as Plain, { tempo: 1 }),
      'data.truth: "tempo" is one of limit orders',
    ],
    [
      'a truth out of range',
      (p) => void Object.assign(p.data.truth as Plain, { cancels: 9 }),
      'data.truth: "cancels" lies from 0.25 to 4, found 9',
    ],
    [
      'a truth with a seed of the search',
      (p) => void Object.assign(p.data, { truthSeed: 2 }),
      'data.truthSeed: 2 is none of seeds',
    ],
    [
      'more seeds than windows',
      (p) => void Object.assign(p, { seeds: Array.from({ length: 21 }, (_, i) => i) }),
      'seeds: are at most the 20 windows of a point',
    ],
    [
      'hours that end before they begin',
      (p) => void Object.assign(p.data, { from: '11:00', to: '10:00' }),
      'data.to: "10:00" lies after from "11:00"',
    ],
    [
      'too few windows',
      (p) => void Object.assign(p.data, { windows: 5 }),
      'data.windows: is at least 20, found 5',
    ],
  ])('refuses %s', (_, change, message) => {
    expect(() => check(change)).toThrow(
      expect.objectContaining({ code: 'CALIBRATION_PROBLEM', message: expect.stringContaining(message) }),
    );
  });

  it('tells everything at once', () => {
    const broken = () =>
      check((p) => {
        p.parameters[0]!.low = 9;
        p.parameters[1]!.path = 'nowhere';
        p.data.truthSeed = 1;
      });
    expect(broken).toThrow(/breaks 4 rules/);
  });

  it('refuses what is no YAML', () => {
    expect(() => problemValue('a: [', 'p.yaml')).toThrow(/a problem is a YAML document/);
  });
});

describe('scenarioAt', () => {
  it('puts values in their places and leaves the rest, and the given scenario, as they are', () => {
    const { scenario, parameters } = check();
    const before = structuredClone(scenario);
    const changed = scenarioAt(scenario, parameters, [2, 0.5, 0.5, 30]);
    expect(scenario).toEqual(before);
    expect(changed.agents[0]).toEqual({
      ...before.agents[0],
      limitRates: [3.7, 3.02, 2.18, 1.76, 1.54],
      marketRate: 0.5,
      cancelRates: [0.355, 0.405, 0.34, 0.28, 0.235],
      links: { orderUs: 250, answerUs: 250, feedUs: 30 },
    });
  });

  it('multiplies and rounds where it is told to; amounts stay decimal texts', () => {
    const { scenario, parameters } = check((p) => {
      p.parameters = [
        { path: 'agents.flow.count', low: 0.5, high: 3, as: 'factor', step: 1 },
        { path: 'instruments.ACME.referencePrice', low: 50, high: 200, step: 0.01 },
      ];
      p.data = { names: ['x'] };
    });
    const changed = scenarioAt(scenario, parameters, [0.77, 123.4567]);
    expect(changed.agents[0]!.count).toBe(15);
    expect(changed.instruments[0]!.referencePrice).toBe('123.46');
  });
});
