/** Designs B and D in one call, on a recording that the simulator made and on real hours, and what they refuse. */

import { describe, expect, it } from 'vitest';
import { dayTimeNs, type FlowStream } from '../../src/fidelity/index.ts';
import { evaluateFlow } from '../../src/services/fidelity/evaluate.ts';
import { partsOf } from '../../src/services/fidelity/evaluated-parts.ts';
import {
  type EvaluatedDesign,
  type EvaluateOutcome,
  evaluateFidelity,
  renderScore,
} from '../../src/services/index.ts';
import { aaplHourFiles, esDayFiles } from '../support/fidelity-flow.ts';
import { syntheticRecording } from './ledger/synthetic-recording.ts';

const { flow } = syntheticRecording();
const { stream } = flow;

const request = (design: EvaluatedDesign, more: { windows?: number; splitMinute?: number } = {}) => ({
  ...{ real: ['synthetic'], symbol: null, levels: 10, windowMessages: 500, fromMinute: null, toMinute: null },
  ...{ lake: 'no-lake', runs: 'no-runs', draws: 0, seed: 1, hasProfiles: false },
  ...{ design, windows: more.windows ?? null, splitMinute: more.splitMinute ?? null },
});

function expectAlive({ longRuns, score }: EvaluateOutcome): void {
  const { real, sim } = longRuns!;
  expect([sim.health.oneSidedRows, sim.health.crossedRows]).toEqual([0, 0]);
  expect(sim.health.messages / real.health.messages).toBeGreaterThan(1 / 3);
  expect(sim.health.messages / real.health.messages).toBeLessThan(3);
  expect(score.sim.l1.mean).toBeLessThan(score.baseline!.l1.mean);
}

const rowAt = (of: FlowStream, seconds: number): number => {
  let row = 0;
  while (of.timeNs[row]! < of.timeNs[0]! + seconds * 1e9) row++;
  return row;
};

describe('parts of a recording', () => {
  const none = { fromMinute: null, toMinute: null, splitMinute: null };

  it('design B fits to what lies before the split alone, in the middle of the time or at a minute of the day', () => {
    const middle = partsOf(stream, { design: 'B', ...none });
    expect(Math.abs(middle.fromRow - rowAt(stream, 210))).toBeLessThan(10);
    expect(middle.toRow).toBe(stream.count);
    expect([middle.isFitted(middle.fromRow - 1), middle.isFitted(middle.fromRow)]).toEqual([true, false]);
    const at = partsOf(stream, { design: 'B', ...none, splitMinute: 572 });
    expect(dayTimeNs(stream, at.fromRow)).toBeGreaterThanOrEqual(572 * 60e9);
    expect(dayTimeNs(stream, at.fromRow - 1)).toBeLessThan(572 * 60e9);
  });

  it('design D begins with the first book and ends with the recording where that is shorter than an hour', () => {
    const { fromRow, toRow, isFitted } = partsOf(stream, { design: 'D', ...none });
    expect(fromRow).toBeLessThan(20);
    expect(toRow).toBe(stream.count);
    expect(isFitted(stream.count - 1)).toBe(true);
  });

  it.each([
    [{ splitMinute: 1200 }, /a split has messages before and behind it/],
    [{ splitMinute: 100 }, /a split has messages before and behind it/],
    [{ fromMinute: 1200 }, /a part of a recording has messages/],
  ])('refuses %j', (wrong, text) => {
    expect(() => partsOf(stream, { design: 'B', ...none, ...wrong })).toThrow(text);
  });
});

describe('designs of an evaluation', () => {
  it('B: runs through the second part with what the first one taught, the same again for a seed', {
    timeout: 120_000,
  }, async () => {
    const outcome = await evaluateFlow(flow, request('B'));
    expect([outcome.design, outcome.alignedBy]).toEqual(['B', 'clock']);
    expect(outcome.longRuns!.minutes).toBeCloseTo(3.5, 1);
    expect(outcome.fit.taken).toBeLessThan(0.6 * stream.count);
    expectAlive(outcome);
    const again = await evaluateFlow(flow, request('B'));
    expect(again.longRuns).toEqual(outcome.longRuns);
    expect(again.score.sim).toEqual(outcome.score.sim);
  });

  it('D: runs freely from the first book, and its page has the facts of both', {
    timeout: 120_000,
  }, async () => {
    const outcome = await evaluateFlow(flow, request('D'));
    expect(outcome.longRuns!.minutes).toBeCloseTo(7, 1);
    expectAlive(outcome);
    const page = renderScore(outcome, outcome.longRuns);
    expect(page).toContain('<section id="runs">');
    expect(page).toContain('volatility clustering');
    expect(renderScore(outcome)).not.toContain('<section id="runs">');
  });

  it('refuses options of another design, all at once', async () => {
    await expect(evaluateFlow(flow, request('D', { windows: 8, splitMinute: 572 }))).rejects.toMatchObject({
      code: 'FIDELITY_INPUT',
      message: expect.stringMatching(/windows is of design A; split is of design B/),
    });
  });
});

describe.each([
  ['the AAPL hour', aaplHourFiles()],
  ['the ES day', esDayFiles()],
] as const)('real data, %s', (_, files) => {
  it.skipIf(files === null)(
    'design B stays alive, and nearer than the baseline',
    { timeout: 240_000 },
    async () => {
      expectAlive(await evaluateFidelity({ ...request('B'), real: files!, levels: 50 }));
    },
  );
});
