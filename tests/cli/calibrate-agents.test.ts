/** `twin calibrate agents`, as a user types it: what it prints, that a kill loses nothing, how it is stopped, what it refuses. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Xoshiro128 } from '../../src/base/index.ts';
import { problemText, writeProblem } from '../support/calibration-problem.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { jsonOf, startTwin, type TwinResult, twin } from '../support/twin.ts';

const folder = temporaryFolder('calibrate-agents-cli');
const problem = writeProblem(folder, { further: 'checks: { predictiveDraws: 20 }' });
const places = ['--runs', join(folder, 'runs'), '--lake', join(folder, 'lake')];
const outOf = (name: string): string => join(folder, 'out', `${name}.yaml`);
const textOf = (path: string): string => readFileSync(path, 'utf8');
const arguments_ = (name: string, ...more: readonly string[]): string[] => [
  ...['calibrate', 'agents', problem, '--out', outOf(name), '--method', 'cmaes', '--budget', '30'],
  ...['--workers', '2', ...places, ...more],
];

function calibrate(name: string, ...more: readonly string[]): TwinResult {
  return twin(...arguments_(name, ...more));
}

/** Starts the command and ends it with a signal when so many points are in its file of evaluations. */
async function endAt(
  name: string,
  points: number,
  how: NodeJS.Signals,
): Promise<{ code: number | null; stderr: string }> {
  const log = outOf(name).replace('.yaml', '.evaluations.jsonl');
  const child = startTwin(...arguments_(name));
  let stderr = '';
  child.stderr!.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const timer = setInterval(() => {
    if (!existsSync(log) || textOf(log).split('\n').length <= points + 1) return;
    clearInterval(timer);
    child.kill(how);
  }, 5);
  const code = await ended;
  clearInterval(timer);
  return { code, stderr };
}

describe('twin calibrate agents', { timeout: 180_000 }, () => {
  it('prints a table for people and an object for scripts, and writes what both say', () => {
    const { status, stdout } = calibrate('shown');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^small: 2 parameters, 7 moments of 30 windows/);
    expect(stdout).toMatch(/^CMA-ES +\d/m);
    expect(stdout).toMatch(/^market +CMA-ES +0\.\d+ .* 0\.9$/m);
    for (const name of ['weak', 'predictive', 'points', 'written', 'scenario', 'report'])
      expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
    const found = jsonOf(calibrate('shown', '--json'));
    expect(found).toMatchObject({
      kind: 'agents-calibration',
      simulated: 0,
      files: { calibration: outOf('shown') },
    });
    expect(textOf(outOf('shown'))).toContain('kind: agents-calibration');
    expect(textOf(outOf('shown').replace('.yaml', '.html'))).toContain('<h1>Calibration of small</h1>');
    const ran = twin('run', outOf('shown').replace('.yaml', '.scenario.yaml'), ...places, '--json');
    expect([ran.status, jsonOf(ran).status]).toEqual([0, 'finished']);
  });

  it('goes on after kill -9 at any moment, to the same file, seed 7', async () => {
    calibrate('whole');
    const random = new Xoshiro128(7);
    let points = 0;
    for (let kill = 0; kill < 3; kill++) {
      points += 1 + random.nextBelow(25);
      const { code } = await endAt('killed', points, 'SIGKILL');
      expect(code).toBeNull();
    }
    const rest = calibrate('killed', '--json');
    expect(rest.status).toBe(0);
    expect(jsonOf(rest).known).toBeGreaterThan(points - 1);
    expect(textOf(outOf('killed'))).toBe(textOf(outOf('whole')));
  });

  it('stops at Ctrl-C with the exit code for it, and says how to go on', async () => {
    const { code, stderr } = await endAt('stopped', 12, 'SIGINT');
    expect(code).toBe(130);
    expect(stderr).toContain('the same command goes on');
    expect(stderr).not.toContain('UNEXPECTED');
    expect(existsSync(`${outOf('stopped').replace('.yaml', '.evaluations.jsonl')}.lock`)).toBe(false);
    const rest = calibrate('stopped', '--json');
    expect([rest.status, (jsonOf(rest).known as number) >= 12]).toEqual([0, true]);
  });

  it('tells everything that is wrong with a problem at once, with what was meant', () => {
    const path = join(folder, 'broken.yaml');
    writeFileSync(
      path,
      problemText()
        .replace('agents.flow.marketRate', 'agents.flow.marketrate')
        .replace('low: 0.25', 'low: 0')
        .replace('messages: 100', 'messages: 2'),
    );
    const schema = twin('calibrate', 'agents', path, ...places);
    expect([schema.status, schema.stdout]).toEqual([2, '']);
    expect(schema.stderr).toContain('CALIBRATION_PROBLEM');
    expect(schema.stderr).toContain('windows.messages: is at least 50, found 2');
    writeFileSync(path, textOf(path).replace('messages: 2,', 'messages: 100,'));
    const { status, stderr } = twin('calibrate', 'agents', path, ...places);
    expect(status).toBe(2);
    expect(stderr).toContain('near are agents.flow.marketRate');
    expect(stderr).toContain('parameters[1].low: is more than 0 where the scale is log');
  });

  it.each([
    [['nowhere.yaml'], 'BASE_INPUT_FILE'],
    [[problem, '--method', 'guess'], 'cmaes, bayesian, abc, all'],
    [[problem, '--sensitivity', 'sobl'], 'morris, sobol'],
    [[problem, '--workers', '1000'], 'At most 256'],
    [[problem, '--budget', '2'], 'takes at least'],
    [[problem, '--out', 'x.json'], 'ends in .yaml'],
  ])('refuses %j', (args, word) => {
    const result = twin('calibrate', 'agents', ...args, ...places);
    expect([result.status, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toContain(word);
  });
});
