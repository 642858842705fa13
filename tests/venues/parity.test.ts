/** Parity in a scenario at NYSE: groups of agents are participants, the run is a function of it, and resumes as it was. */

import { describe, expect, it } from 'vitest';
import { checkScenario, planRun } from '../../src/scenarios/index.ts';
import { resolveVenue, ZONE_CLOCK } from '../../src/services/index.ts';
import { World } from '../../src/world/index.ts';

const FLOW = {
  kind: 'randomFlow',
  from: '09:31',
  until: '09:36',
  limitRates: [2, 1, 1],
  marketRate: 1,
  cancelRates: [0.05],
  lots: [50, 100, 300],
};

function planOf(classes: readonly [string, string], venue = 'nyse') {
  const [second, third] = classes;
  const scenario = {
    name: 'parity',
    seed: 5,
    venue: resolveVenue(venue, process.cwd()),
    instruments: [{ symbol: 'ACME', referencePrice: '50.00' }],
    agents: [
      { ...FLOW, name: 'crowd', count: 5 },
      { ...FLOW, name: 'brokers', count: 2, participant: second },
      { ...FLOW, name: 'maker', count: 3, participant: third },
    ],
  };
  return planRun(checkScenario(scenario, 'parity'), ZONE_CLOCK);
}

const UNTIL_NS = (9 * 60 + 36) * 60e9;

function digestOf(plan: ReturnType<typeof planOf>, resumeAtNs = 0): string {
  let world = new World(plan.spec);
  if (resumeAtNs > 0) {
    world.run(resumeAtNs);
    world = World.resume(plan.spec, world.snapshot());
  }
  world.run(UNTIL_NS);
  return world.finish();
}

describe('parity at NYSE', () => {
  const plan = planOf(['floorBroker', 'dmm']);
  const digest = digestOf(plan);

  it('makes each agent of a group of brokers a participant, and those of the market maker one', () => {
    expect(plan.spec.rulesOf!.ACME!.allocation).toMatchObject({
      parity: { roundLotLots: 100 },
      participants: [
        { kind: 'dmm', accounts: [8, 9, 10] },
        { kind: 'floorBroker', accounts: [6] },
        { kind: 'floorBroker', accounts: [7] },
      ],
    });
  });

  it('gives the same run again, also when it is resumed on the way', () => {
    expect(digestOf(plan, (9 * 60 + 33) * 60e9)).toBe(digest);
  });

  it('serves others than by time, and serves by time where nobody is on the floor', () => {
    const byTime = digestOf(planOf(['book', 'book']));
    expect(byTime).not.toBe(digest);
    const { rulesOf, ...rest } = planOf(['book', 'book']).spec;
    const fifo = { ...rest, rulesOf: { ACME: { ...rulesOf!.ACME, allocation: 'fifo' as const } } };
    expect(digestOf({ ...plan, spec: fifo })).toBe(byTime);
  });

  it('refuses participants where no venue shares by parity', () => {
    expect(() => planOf(['floorBroker', 'dmm'], 'nasdaq')).toThrow(
      /agents\[1\].participant: floorBroker is for a venue that shares by parity[\s\S]*agents\[2\].participant: dmm/,
    );
  });
});
