/** Impact in the flow twin of a recorded day, with few forks: coarse, but a linear law, a free lunch or a deaf market would show. */

import { describe, expect, it } from 'vitest';
import { impactFidelity } from '../../src/services/index.ts';
import { googDayFiles } from '../support/fidelity-flow.ts';

const files = googDayFiles(10);
const SEED = 3;

describe.skipIf(files === null)('impact in forks of the GOOG day, twelve forks', () => {
  it('is concave, fades, and costs a round trip', { timeout: 400_000 }, async () => {
    const request = {
      ...{ names: files!, symbol: null, levels: 10, lake: 'no-lake', runs: 'no-runs' },
      ...({ model: null, forks: 12, grid: 'default', dayMinutes: 390, seed: SEED } as const),
    };
    const outcome = await impactFidelity(request);
    const { law, roundTrips, latentLots } = outcome;
    expect(latentLots).toBeGreaterThan(100);
    expect(latentLots).toBeLessThan(1_000);
    const largest = law.points.at(-1)!;
    expect(largest.impact).toBeGreaterThan(2 * largest.error);
    expect(law.exponentInterval.low).toBeLessThan(0.6);
    expect(law.exponent).toBeLessThan(0.85);
    const costly = roundTrips.filter(({ participation }) => participation >= 0.01);
    expect(costly).toHaveLength(4);
    for (const { costTicks, participation, interval } of costly) {
      expect(costTicks).toBeGreaterThan(0);
      if (participation === 0.03) expect(interval.low).toBeGreaterThan(0);
    }
    expect(law.relaxation.at(-1)!.share).toBeLessThan(1.2);
  });
});
