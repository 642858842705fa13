/** A file of a model reads as what was written, and says everything that is wrong with it at once. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { randomCalibration } from '../../../tests/support/flow-calibration.ts';
import { decodeColumn, encodeColumn } from './columns.ts';
import { flowFileText } from './model-file.ts';
import { readFlowFile } from './read-model-file.ts';

type Plain = Record<string, unknown>;
/** Path with slashes, and what becomes of the value there; undefined: it is gone. */
type Edit = readonly [path: string, change: (value: never) => unknown];

const COUNT = randomCalibration(1).model.history.count;
const ORDERS = randomCalibration(1).start.orders.length;
const all = (count: number, value: number): string => encodeColumn(new Array<number>(count).fill(value));

/** The file with something changed. */
function changed(...edits: readonly Edit[]): string {
  const file = parse(flowFileText(randomCalibration(1))) as Plain;
  for (const [path, change] of edits) {
    const keys = path.split('/');
    const last = keys.pop()!;
    const parent = keys.reduce((at, key) => at[key] as Plain, file);
    parent[last] = change(parent[last] as never);
  }
  return stringify(file);
}

function problemsOf(text: string): string[] {
  try {
    readFlowFile(text, 'x.yaml');
  } catch (error) {
    expect(error).toMatchObject({ code: 'CALIBRATION_MODEL' });
    return (error as Error).message.split('\n  - ').slice(1);
  }
  return [];
}

describe('columns', () => {
  it.each([
    ['uint8', [0, 255]],
    ['int8', [-128, 127]],
    ['uint16', [256]],
    ['int16', [-129, 300]],
    ['uint32', [65_536, 4_294_967_295]],
    ['int32', [-40_000, 65_536]],
    ['float64', [4_294_967_296]],
    ['float64', [0.5]],
    ['float64', [-0]],
    ['uint8', []],
  ])('%s is the smallest type of %j', (type, values) => {
    const text = encodeColumn(values);
    expect(text.split(' ')[0]).toBe(type);
    expect([...decodeColumn(text)!]).toEqual(values);
  });

  it('any numbers come back', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer(), fc.double()), { maxLength: 300 }), (values) => {
        expect([...decodeColumn(encodeColumn(values))!]).toEqual(values);
      }),
    );
  });

  it('longer columns than one part come back', () => {
    const values = Array.from({ length: 100_000 }, (_, i) => i * 7919);
    expect([...decodeColumn(encodeColumn(values))!]).toEqual(values);
  });

  it.each(['uint8', 'uint9 AAEC', 'uint8 AAE', 'uint16 AAEC', 'uint8 A*EC', 'toString AAEC', ''])(
    'refuses %j, or reads it as no numbers',
    (text) => expect(decodeColumn(text) ?? new Float64Array(0)).toHaveLength(0),
  );
});

describe('file of a flow', () => {
  it('reads as an equal model, whatever its numbers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const calibration = randomCalibration(seed);
        expect(readFlowFile(flowFileText(calibration), 'x.yaml')).toEqual(calibration);
      }),
      { numRuns: 25 },
    );
  });

  it('has a head that people read', () => {
    const text = flowFileText(randomCalibration(1));
    expect(text).toContain('# Order flow of one instrument');
    expect(text).toMatch(/^ {2}bid\.limitInside: [\d.e-]+$/m);
    expect(text).toMatch(/^ {2}timeStepsNs: (uint32|float64) /m);
    expect(
      Math.max(
        ...text
          .slice(0, text.indexOf('hazard:'))
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThan(400);
  });

  it('says of an object that is missing that it is, and nothing of what would be in it', () => {
    const problems = problemsOf('version: 2\nsymbol: ACME\n');
    expect(problems.filter((problem) => problem.startsWith('branching'))).toHaveLength(1);
    expect(problems.length).toBeLessThan(25);
  });

  it('tells all problems at once', () => {
    const problems = problemsOf(
      changed(
        ['tickSize', () => 0.01],
        ['reactionNs', () => -1],
        ['extra', () => 1],
        ['baselinesPerS/bid.market', () => -3],
        ['branching/ask.hidden', () => undefined],
        ['features/imbalance/market', (values: number[]) => [...values, 1]],
        ['history/type', () => 'uint8 Zm9v'],
        ['start/lastType', () => 'bid.nothing'],
        ['provenance/program', () => null],
      ),
    );
    const paths = problems.map((problem) => problem.split(': ')[0]);
    expect(paths.sort()).toEqual(
      [
        ...['extra', 'tickSize', 'reactionNs', 'baselinesPerS.bid.market', 'branching.ask.hidden'],
        ...['features.imbalance.market', 'history.type', 'history.type[0]', 'start.lastType'],
        'provenance.program',
      ].sort(),
    );
  });

  it.each<[string, Edit, string]>([
    ['another version', ['version', () => 1], 'version: is 2, found 1'],
    [
      'an event of no type',
      ['history/type', () => all(COUNT, 14)],
      'history.type[0]: is a whole number from 0 to 13, found 14',
    ],
    ['a crossed book', ['start/priceTicks', () => all(ORDERS, 100)], 'start: has bids below its asks'],
    ['a side without orders', ['start/side', () => all(ORDERS, 0)], 'start: has two orders a side or more'],
    ['edges that go down', ['signs/edges', (edges: number[]) => edges.reverse()], 'signs.edges: go up'],
    [
      'a time that goes back',
      ['history/timeStepsNs', () => all(COUNT, -1)],
      'history.timeStepsNs[0]: is a number of 0 or more',
    ],
    ['a missing part', ['quality/heldOut', () => undefined], 'quality.heldOut: is an object'],
    [
      'more present than history',
      ['start/present', () => COUNT + 1],
      'start.present: is a whole number from 0 to',
    ],
  ])('refuses %s', (_, edit, problem) => {
    expect(problemsOf(changed(edit)).join('\n')).toContain(problem);
  });

  it.each(['', '[]', 'version: 2', 'version: [', 'a: 1\na: 2'])(
    'refuses %j with the code of models',
    (text) => {
      expect(problemsOf(text).length).toBeGreaterThan(0);
    },
  );
});
