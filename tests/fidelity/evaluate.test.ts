/** Design A in one call: the twin goes on from recorded books, and is nearer to what happened than the baseline. */

import { describe, expect, it } from 'vitest';
import { evaluateFidelity, scoreJson } from '../../src/services/index.ts';
import { aaplHourFiles } from '../support/fidelity-flow.ts';

const files = aaplHourFiles();

const request = (seed: number, windows: number) => ({
  ...{ real: files!, symbol: null, levels: 50, windowMessages: 500, fromMinute: null, toMinute: null },
  ...{
    lake: 'no-lake',
    runs: 'no-runs',
    draws: 0,
    seed,
    windows,
    design: 'A' as const,
    splitMinute: null,
    hasProfiles: false,
  },
});

describe.skipIf(files === null)('an evaluation on the AAPL hour, twelve windows', () => {
  it('scores the twin far below the baseline, and says the same again for a seed', {
    timeout: 120_000,
  }, async () => {
    const outcome = await evaluateFidelity(request(1, 12));
    const { score, fit, alignedBy } = outcome;
    expect([score.windows, alignedBy]).toEqual([12, 'fork']);
    expect(fit.taken).toBeGreaterThan(40_000);
    expect(fit.explained).toBeLessThan(fit.taken / 2);
    expect(score.sim.l1.mean).toBeLessThan(0.6 * score.baseline!.l1.mean);
    expect(score.sim.w1.mean).toBeLessThan(0.6 * score.baseline!.w1.mean);
    expect(score.fidelityIndex).toEqual(expect.any(Number));
    const again = await evaluateFidelity(request(1, 12));
    expect(JSON.stringify(scoreJson(again))).toBe(JSON.stringify(scoreJson(outcome)));
  });

  it.each([4, 92])('refuses %i windows of 91', { timeout: 60_000 }, async (windows) => {
    await expect(evaluateFidelity(request(1, windows))).rejects.toMatchObject({
      code: 'FIDELITY_INPUT',
      details: { windows, found: 91 },
    });
  });
});
