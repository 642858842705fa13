/** Scores do not get worse unseen: on a recording that anybody can make again, and on real data where it is there. */

import { beforeAll, describe, expect, it } from 'vitest';
import { evaluateFidelity } from '../../../src/services/index.ts';
import { aaplHourFiles, googDayFiles } from '../../support/fidelity-flow.ts';
import {
  differenceOf,
  LEDGER_COMMAND,
  type LedgerRow,
  readLedger,
  SCORE_NAMES,
  scoredNow,
  TOLERANCES,
} from './score-ledger.ts';

describe('the ledger of scores', () => {
  const rows = readLedger();
  const last = rows.at(-1)!;
  let now: Pick<LedgerRow, 'recording' | 'windows' | 'scores'>;

  beforeAll(async () => {
    now = await scoredNow();
  }, 180_000);

  it('ends with the scores that the code gives', () => {
    expect(differenceOf(last, now) ?? 'no difference').toBe('no difference');
    expect(now.windows).toBe(last.windows);
  });

  it('has rows that are whole, and none that repeats the one before', () => {
    for (const [i, row] of rows.entries()) {
      expect(row.commit).toMatch(/^[0-9a-f]{12}$/);
      expect(row.change).not.toBe('');
      expect(Object.keys(row.scores)).toEqual([...SCORE_NAMES]);
      if (i > 0) expect(differenceOf(rows[i - 1]!, row)).not.toBeNull();
    }
  });

  it('scores a twin that is nearer to its recording than the baseline', () => {
    expect(now.scores.meanL1).toBeLessThan(0.7 * now.scores.baselineL1);
    expect(now.scores.meanW1).toBeLessThan(0.7 * now.scores.baselineW1);
    expect(now.scores.fidelityIndex).toBeGreaterThan(50);
  });

  it('says plainly which score moved, from what to what, and what to do', () => {
    const moved = { ...last, scores: { ...last.scores, meanL1: last.scores.meanL1 + 2 * TOLERANCES.meanL1 } };
    const text = differenceOf(last, moved)!;
    expect(text).toContain(`meanL1: the ledger has ${last.scores.meanL1}, now it is ${moved.scores.meanL1}`);
    expect(text).not.toContain('meanW1');
    expect(text).toContain(LEDGER_COMMAND);
    expect(differenceOf(last, { ...last, recording: '0' })).toMatch(
      /recording: the ledger has \w+, the simul/,
    );
    expect(differenceOf(last, last)).toBeNull();
  });
});

/** Bounds by the floor and the baseline of the same windows: no figure of the recordings stands here. */
const BOUNDS = { timesFloorL1: 1.4, timesFloorW1: 1.7, timesBaseline: 0.5, index: 60 };

describe.each([
  ['the AAPL hour', aaplHourFiles(), 50],
  ['the GOOG day', googDayFiles(10), 10],
] as const)('real data, %s', (_, files, levels) => {
  it.skipIf(files === null)('is as near as it was, on 24 windows', { timeout: 240_000 }, async () => {
    const { score } = await evaluateFidelity({
      ...{ real: files!, symbol: null, levels, windowMessages: 500, fromMinute: null, toMinute: null },
      ...{
        lake: 'no-lake',
        runs: 'no-runs',
        draws: 0,
        seed: 1,
        windows: 24,
        design: 'A' as const,
        splitMinute: null,
        hasProfiles: false,
      },
    });
    const { sim, floor, baseline } = score;
    expect(sim.l1.mean).toBeLessThan(BOUNDS.timesFloorL1 * floor!.l1.mean);
    expect(sim.w1.mean).toBeLessThan(BOUNDS.timesFloorW1 * floor!.w1.mean);
    expect(sim.l1.mean).toBeLessThan(BOUNDS.timesBaseline * baseline!.l1.mean);
    expect(sim.w1.mean).toBeLessThan(BOUNDS.timesBaseline * baseline!.w1.mean);
    expect(score.fidelityIndex).toBeGreaterThan(BOUNDS.index);
  });
});
