/** Calibration by simulation through its service: what it finds, that it is the same however it is computed, and what it refuses. */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { windowsFrom } from '../../src/fidelity/index.ts';
import { RunStore } from '../../src/runs/index.ts';
import { checkScenario } from '../../src/scenarios/index.ts';
import { simulateWindows } from '../../src/services/calibrate-agents/simulate-windows.ts';
import { readFlow } from '../../src/services/fidelity/flow/read-flow.ts';
import {
  type AgentsRequest,
  type AgentsResult,
  type Control,
  calibrateAgents,
  loadScenario,
  simulate,
} from '../../src/services/index.ts';
import { problemText, SMALL_TRUTH, type SmallProblem, writeProblem } from '../support/calibration-problem.ts';
import { flowScenario } from '../support/flow-scenario.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder('calibrate-agents');
const flowPath = join(folder, 'flow.yaml');
writeFileSync(flowPath, flowScenario());

function calibrate(
  name: string,
  problem: SmallProblem = {},
  changes: Partial<AgentsRequest> = {},
  control: Control = {},
): Promise<AgentsResult> {
  return calibrateAgents(
    {
      ...{ problem: writeProblem(folder, { ...problem, name }), out: join(folder, 'out', `${name}.yaml`) },
      ...{ method: 'cmaes', budget: 48, workers: 1, sensitivity: [], recovery: null, sbc: null },
      ...{ isFresh: false, lake: join(folder, 'lake'), runs: join(folder, 'runs') },
      ...changes,
    },
    control,
  );
}

const textOf = (path: string): string => readFileSync(path, 'utf8');

describe('windows of a simulation', () => {
  it('are those of a run that is kept and read', { timeout: 60_000 }, async () => {
    const scenario = { ...loadScenario(flowPath), seed: 5 };
    const { run } = await simulate(scenario, new RunStore(join(folder, 'runs')));
    const { stream } = await readFlow({
      ...{ names: [`run:${run.id}`], symbol: null, levels: 10 },
      ...{ lake: join(folder, 'lake'), runs: join(folder, 'runs') },
    });
    const cut = { symbol: 'ACME', messages: 500, warmUpSeconds: 60, tickSize: '0.01' };
    const made = simulateWindows(scenario, cut, [5], 8);
    const startNs = (9 * 3600 + 30 * 60 + 60) * 1e9;
    const read = windowsFrom(stream, startNs, 8, 500);
    expect(made.map(({ from, to }) => [from, to])).toEqual(read.map(({ from, to }) => [from, to]));
    expect(made).toHaveLength(8);
    const [from, to] = [made[0]!.from, made[7]!.to];
    for (const column of ['timeNs', 'kind', 'side', 'priceTicks', 'sizeLots'] as const)
      expect(made[0]!.stream[column].slice(from, to), column).toEqual(stream[column].slice(from, to));
    expect(made[0]!.stream.askTicks.slice(10 * from, 10 * to)).toEqual(
      stream.askTicks.slice(10 * from, 10 * to),
    );
  });

  it('count prices in a finer tick where they are to be compared', () => {
    const scenario = loadScenario(flowPath);
    const cut = { symbol: 'ACME', messages: 200, warmUpSeconds: 10 };
    const [coarse] = simulateWindows(scenario, { ...cut, tickSize: '0.01' }, [1], 1);
    const [fine] = simulateWindows(scenario, { ...cut, tickSize: '0.005' }, [1], 1);
    expect(fine!.stream.priceTicks).toEqual(coarse!.stream.priceTicks.map((ticks) => 2 * ticks));
  });

  it('fail where the scenario is over before', () => {
    const scenario = loadScenario(flowPath);
    const cut = { symbol: 'ACME', messages: 500, warmUpSeconds: 0, tickSize: '0.01' };
    expect(() => simulateWindows(scenario, cut, [1], 5000)).toThrow(/before the scenario ends.*wanted=5000/);
  });
});

describe('a calibration by simulation', { timeout: 300_000 }, () => {
  it('finds rates again by all three estimators, and says how surely', async () => {
    const { outcome, paths } = await calibrate('all', {}, { method: 'all', budget: 120 });
    expect(outcome.estimates.map(({ method }) => method).sort()).toEqual(['abc', 'bayesian', 'cmaes']);
    for (const { method, values, intervals } of outcome.estimates) {
      [SMALL_TRUTH.market, SMALL_TRUTH.cancels].forEach((truth, i) => {
        expect(Math.abs(Math.log(values[i]! / truth)), `${method} ${i}`).toBeLessThan(0.4);
        if (method === 'abc') expect(intervals![i]!.low < truth && truth < intervals![i]!.high).toBe(true);
      });
    }
    expect(outcome.atEnds).toEqual([]);
    const [best, , last] = outcome.estimates;
    expect(best!.heldOutLoss).toBeLessThanOrEqual(last!.heldOutLoss);
    expect(outcome.slopes!.jacobian.directions).toHaveLength(2);
    expect(outcome.predictive).toMatchObject({ of: 'posterior', simulations: 100 });
    const record = parse(textOf(paths.calibration));
    expect(record).toMatchObject({
      ...{ kind: 'agents-calibration', version: 1, name: 'all', symbol: 'ACME' },
      truth: SMALL_TRUTH,
      best: { method: best!.method, values: { market: best!.values[0], cancels: best!.values[1] } },
      provenance: {
        problemSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        seeds: [1, 2],
        evaluations: outcome.evaluations,
      },
    });
    expect(record.moments).toHaveLength(7);
    const scenario = loadScenario(paths.scenario);
    expect(scenario.agents[0]).toMatchObject({ marketRate: best!.values[0] });
    const { status } = await simulate({ ...scenario, close: '09:40' }, new RunStore(join(folder, 'runs')));
    expect(status).toBe('finished');
  });

  it('gives the same file with one thread and with three, and after it was stopped anywhere', async () => {
    const one = await calibrate('same', {}, { workers: 1 });
    const [file, page] = [textOf(one.paths.calibration), textOf(one.paths.report)];
    const three = await calibrate('same', {}, { workers: 3, isFresh: true });
    expect([three.known, textOf(three.paths.calibration), textOf(three.paths.report)]).toEqual([
      0,
      file,
      page,
    ]);
    rmSync(one.paths.evaluations);
    const stop = new AbortController();
    let shown = 0;
    const onProgress = (): void => {
      if (++shown === 40) stop.abort();
    };
    await expect(calibrate('same', {}, {}, { signal: stop.signal, onProgress })).rejects.toMatchObject({
      name: 'AbortError',
    });
    const lines = textOf(one.paths.evaluations).trimEnd().split('\n').length;
    const rest = await calibrate('same', {}, { workers: 2 });
    expect(rest.known).toBe(lines - 1);
    expect(rest.simulated).toBeLessThan(one.simulated);
    expect([textOf(rest.paths.calibration), textOf(rest.paths.report)]).toEqual([file, page]);
    const again = await calibrate('same');
    expect([again.simulated, textOf(again.paths.calibration)]).toEqual([0, file]);
  });

  it('goes on with a greater budget, and not with another problem', async () => {
    const first = await calibrate('grown', {}, { budget: 24 });
    const second = await calibrate('grown', {}, { budget: 48 });
    expect(second.known).toBeGreaterThan(first.outcome.estimates[0]!.evaluated.length);
    const other = { truth: '{ market: 1.1, cancels: 1.4 }' };
    await expect(calibrate('grown', other)).rejects.toMatchObject({
      code: 'CALIBRATION_SEARCH',
      message: expect.stringContaining('--fresh'),
    });
    expect((await calibrate('grown', other, { isFresh: true, budget: 24 })).known).toBe(0);
  });

  it('points that cannot be simulated fail with their reason, and the search goes round them', async () => {
    const rates = `
  - { name: limits, path: agents.flow.limitRates, low: 0.0001, high: 2, scale: log }`;
    const { outcome } = await calibrate('partly', { parameters: rates, truth: '{ limits: 1 }' });
    expect(outcome.failures[0]!.reason).toMatch(/before the scenario ends/);
    expect(Math.abs(Math.log(outcome.estimates[0]!.values[0]!))).toBeLessThan(0.3);
  });

  it('names a parameter whose best value lies at an end of its range', async () => {
    const day = checkScenario(parse(problemText()).scenario, 'small-day');
    const { run } = await simulate(day, new RunStore(join(folder, 'runs')));
    const path = join(folder, 'beyond.yaml');
    // The run has a rate of 0.94.
    const parameters = '\n  - { name: market, path: agents.flow.marketRate, low: 1.3, high: 3 }';
    const text = problemText({ name: 'beyond', parameters });
    writeFileSync(path, text.replace(/^data:.*$/m, `data: { names: ["run:${run.id}"] }`));
    const { outcome, paths } = await calibrate('at-end', {}, { problem: path });
    expect(outcome.atEnds).toEqual(['market']);
    expect(textOf(paths.report)).toContain('what fits better may lie beyond: market');
  });

  it('says what sensitivity, recovery and ranks say', async () => {
    const further = 'checks: { morrisTrajectories: 4, sobolBase: 16, predictiveDraws: 20 }';
    const { outcome, paths } = await calibrate(
      'known',
      { further },
      {
        ...{
          method: 'abc',
          budget: 150,
          sensitivity: ['morris', 'sobol'],
          recovery: 12,
          sbc: 30,
          workers: 2,
        },
      },
    );
    const { sensitivity, recovery, sbc, remarks } = outcome;
    expect(remarks).toEqual([]);
    expect(sensitivity.morris).toMatchObject({
      runs: 12,
      effects: [{ name: 'market' }, { name: 'cancels' }],
    });
    expect(sensitivity.sobol).toMatchObject({ runs: 64, indices: [{ name: 'market' }, { name: 'cancels' }] });
    expect(recovery).toMatchObject([{ method: 'abc', cases: 12, failed: 0 }]);
    for (const { r2, coverage } of recovery[0]!.parameters) {
      expect(r2).toBeGreaterThan(0.7);
      expect(coverage!.share).toBeGreaterThan(0.6);
    }
    expect(sbc).toMatchObject({ runs: 30, failed: 0, draws: 99 });
    for (const { histogram } of sbc!.ranks) expect(histogram.reduce((sum, count) => sum + count, 0)).toBe(30);
    const page = textOf(paths.report);
    for (const id of ['sensitivity', 'known', 'predictive', 'identifiability'])
      expect(page).toContain(`id="${id}"`);
  });

  it.each<[string, SmallProblem, Partial<AgentsRequest>, string, string]>([
    [
      'no moment moves',
      {
        parameters:
          '\n  - { name: lot, path: instruments.ACME.minorUnit, low: 0.0001, high: 0.01, step: 0.0001 }',
        truth: '{ lot: 0.01 }',
      },
      {},
      'CALIBRATION_SEARCH',
      'at least one moment moves with at least one parameter',
    ],
    [
      'the budget is less than a population',
      {},
      { budget: 5 },
      'CALIBRATION_PROBLEM',
      'budget: cmaes with 2 parameters takes at least 6 points, found 5',
    ],
    [
      'a moment is none',
      { further: '  - spred mean' },
      {},
      'CALIBRATION_PROBLEM',
      'moments[7]: "spred mean" is one of spread mean',
    ],
    [
      'a symbol is none',
      { further: 'symbol: OTHER' },
      {},
      'CALIBRATION_PROBLEM',
      'symbol: "OTHER" is one of ACME',
    ],
    ['known cases are too few', {}, { recovery: 3 }, 'CLI_USAGE', 'recovery=3'],
    ['runs of ranks are too few', {}, { sbc: 10 }, 'CLI_USAGE', 'sbc=10'],
    ['the file is no YAML file', {}, { out: join(folder, 'x.json') }, 'CLI_USAGE', 'ends in .yaml'],
  ])('refuses where %s', async (what, problem, changes, code, message) => {
    const name = what.toLowerCase().replaceAll(' ', '-').slice(0, 40);
    await expect(calibrate(name, problem, changes)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  it('refuses where no point can be simulated, with the reason, after the first ones', async () => {
    const { run } = await simulate(loadScenario(flowPath), new RunStore(join(folder, 'runs')));
    const path = join(folder, 'no-point.yaml');
    const text = problemText({ name: 'no-point', close: '09:31' }).replace(
      'warmUpSeconds: 20',
      'warmUpSeconds: 59',
    );
    writeFileSync(path, text.replace(/^data:.*$/m, `data: { names: ["run:${run.id}"] }`));
    await expect(calibrate('no-points', {}, { problem: path, budget: 100 })).rejects.toMatchObject({
      code: 'CALIBRATION_SEARCH',
      details: { commonest: expect.stringContaining('before the scenario ends') },
    });
  });

  it('refuses a recording of too few windows, by name', async () => {
    const scenario = { ...loadScenario(flowPath), close: '09:31' };
    const { run } = await simulate(scenario, new RunStore(join(folder, 'runs')));
    const path = join(folder, 'short-of-data.yaml');
    writeFileSync(
      path,
      problemText({ name: 'short' }).replace(/^data:.*$/m, `data: { names: ["run:${run.id}"] }`),
    );
    await expect(calibrate('short', {}, { problem: path })).rejects.toMatchObject({
      code: 'CALIBRATION_DATA',
      details: { windows: expect.any(Number) },
    });
  });
});
