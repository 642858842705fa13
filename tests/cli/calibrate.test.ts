/** `twin calibrate flow`, as a user types it, on a small run. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readFlowFile } from '../../src/calibration/index.ts';
import { flowScenario } from '../support/flow-scenario.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { jsonOf, type TwinResult, twin } from '../support/twin.ts';

const folder = temporaryFolder('calibrate-cli');
const places = ['--runs', join(folder, 'runs'), '--lake', join(folder, 'lake')];
const out = join(folder, 'calibrations', 'acme.yaml');

function calibrate(...args: readonly string[]): TwinResult {
  return twin('calibrate', 'flow', '--data', 'run:latest', '--out', out, ...places, ...args);
}

function flowDay(model: string): string {
  return `
name: twin-day
open: "09:30"
close: "09:50"
instruments:
  - { symbol: ACME, referencePrice: 250.00 }
agents:
  - { kind: flow, name: flow, model: ${model}, instruments: [ACME] }
`;
}

beforeAll(() => {
  const path = join(folder, 'flow.yaml');
  writeFileSync(path, flowScenario());
  expect(twin('run', path, '--runs', join(folder, 'runs')).status).toBe(0);
}, 120_000);

describe('twin calibrate flow', () => {
  it('writes a model with its origin and its quality, the same each time', { timeout: 120_000 }, () => {
    const result = calibrate('--json');
    expect([result.status, result.stderr]).toEqual([0, '']);
    const found = jsonOf(result);
    expect(found).toMatchObject({ symbol: 'ACME', out });
    const text = readFileSync(out, 'utf8');
    const { model, start, provenance, quality } = readFlowFile(text, out);
    expect(provenance.inputs).toEqual([
      { name: expect.stringMatching(/^run:.+flow/), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(found).toMatchObject({ quality, events: provenance.events, bytes: Buffer.byteLength(text) });
    expect(model.history.count).toBe(provenance.events);
    expect(start.present).toBe(provenance.events);
    // Orders come at constant rates, cancels by how many stand: no model is worse than Poisson, and waiting times fit.
    const { poisson, queueReactive, hawkes, product } = quality.heldOut;
    for (const better of [queueReactive, hawkes, product]) expect(better).toBeGreaterThan(poisson - 0.05);
    expect(quality.residuals.mean).toBeGreaterThan(0.9);
    expect(quality.residuals.mean).toBeLessThan(1.1);
    expect(quality.residuals.ks).toBeLessThan(0.05);
    expect(quality.spectralRadius).toBeLessThan(1);
    calibrate();
    expect(readFileSync(out, 'utf8')).toBe(text);
  });

  it('trades in a scenario to the end of its day, again to the same digest', { timeout: 120_000 }, () => {
    const path = join(folder, 'twin-day.yaml');
    writeFileSync(path, flowDay('calibrations/acme.yaml'));
    const runs = join(folder, 'twin-runs');
    const ran = jsonOf(twin('run', path, '--runs', runs, '--json'));
    expect(ran).toMatchObject({ status: 'finished' });
    const facts = jsonOf(twin('fidelity', 'floor', '--real', 'run:latest', '--runs', runs, '--json'));
    // No window has a one-sided or crossed book.
    expect(facts).toMatchObject({ symbol: 'ACME', excludedWindows: {} });
    expect(facts.windows).toBeGreaterThan(5);
    expect(twin('verify', 'latest', '--runs', runs).status).toBe(0);
    const explained = twin('explain', 'latest', '1', '--runs', runs);
    expect([explained.status, explained.stderr]).toEqual([0, '']);
    expect(explained.stdout).toContain('flow');
    writeFileSync(out, readFileSync(out, 'utf8').replace('symbol: ACME', 'symbol: ACMF'));
    const other = twin('verify', 'latest', '--runs', runs);
    expect([other.status, other.stderr]).toEqual([1, expect.stringContaining('RUNS_DIFFER')]);
  });

  it('a scenario says what is wrong with a model that it names', { timeout: 60_000 }, () => {
    const path = join(folder, 'broken-day.yaml');
    writeFileSync(join(folder, 'broken.yaml'), 'version: 2\nsymbol: 3\n');
    writeFileSync(path, flowDay('broken.yaml'));
    const { status, stderr } = twin('run', path, '--runs', join(folder, 'runs'));
    expect(status).toBe(2);
    expect(stderr).toContain('agents[0].model: ');
    expect(stderr).toContain('symbol: is a text, found 3');
  });

  it('fits to a part of the day, and tells people what', { timeout: 60_000 }, () => {
    const { status, stdout } = calibrate('--from', '09:35', '--to', '09:48');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^flow {7}ACME, 09:35.* to 09:47/m);
    expect(stdout).toMatch(/^product \(written\) +-?\d/m);
    expect(stdout).toMatch(/^bid\.limitInside /m);
    const { provenance } = readFlowFile(readFileSync(out, 'utf8'), out);
    expect(provenance.fromNs).toBeGreaterThanOrEqual((9 * 60 + 35) * 60e9);
    expect(provenance.toNs).toBeLessThan((9 * 60 + 48) * 60e9);
  });

  it.each([
    [['--to', '09:31'], 'CALIBRATION_DATA'],
    [['--from', '12:00'], 'CALIBRATION_DATA'],
    [['--levels', '1'], 'CALIBRATION_DATA'],
    [['--symbol', 'OTHER'], 'FIDELITY_INPUT'],
    [['--from', 'noon'], 'time of day'],
  ])('refuses %j', { timeout: 60_000 }, (args, word) => {
    const result = calibrate(...args);
    expect([result.status, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toContain(word);
  });
});
