/** Flows in scenarios: what they need, what stands beside them, and where their book begins. */

import { describe, expect, it } from 'vitest';
import { randomCalibration } from '../../tests/support/flow-calibration.ts';
import { BUY } from '../domain/index.ts';
import { resolveVenue, ZONE_CLOCK } from '../services/index.ts';
import { planRun } from './build.ts';
import { type FlowOfModel, startAt } from './flow-agent.ts';
import { checkScenario } from './parse.ts';

const SHA = 'a'.repeat(64);
const FLOW = { kind: 'flow', name: 'flow', model: { path: 'x.yaml', sha256: SHA }, instruments: ['ACME'] };

function scenario(agents: readonly object[], further: object = {}, instrument: object = {}): unknown {
  return {
    name: 'flow',
    instruments: [{ symbol: 'ACME', referencePrice: '50.00', ...instrument }],
    agents,
    ...further,
  };
}

const flows = (of: Partial<FlowOfModel['model']> = {}): Map<string, FlowOfModel> => {
  const { model, start } = randomCalibration(3);
  return new Map([[SHA, { model: { ...model, ...of }, start }]]);
};

describe('a flow in a scenario', () => {
  it('is one agent without delay', () => {
    const checked = checkScenario(scenario([FLOW]), 'x');
    expect(checked.agents).toEqual([{ ...FLOW, count: 1 }]);
    const [group] = planRun(checked, ZONE_CLOCK, flows()).spec.groups;
    expect(group!.create()).toMatchObject({ name: 'flow', count: 1 });
    expect(group!.links(0, 0)).toEqual({ orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 });
  });

  it.each<[string, unknown, string]>([
    [
      'a venue',
      scenario([FLOW], { venue: resolveVenue('nasdaq', '.') }),
      'agents[0].kind: flow is for a scenario without a venue',
    ],
    [
      'two flows of one symbol',
      scenario([FLOW, { ...FLOW, name: 'b' }]),
      'agents[1].instruments[0]: "ACME" has one flow, agents[0]',
    ],
    [
      'another symbol',
      scenario([{ ...FLOW, instruments: ['ZED'] }]),
      'agents[0].instruments[0]: "ZED" is one of ACME',
    ],
    ['no symbol', scenario([{ ...FLOW, instruments: [] }]), 'agents[0].instruments'],
    ['no model', scenario([{ ...FLOW, model: undefined }]), 'agents[0].model'],
    ['a key of other agents', scenario([{ ...FLOW, marketRate: 1 }]), 'agents[0].marketRate: is not a key'],
  ])('refuses %s', (_, value, problem) => {
    expect(() => checkScenario(value, 'x')).toThrow(problem);
  });

  it('fits tick and lot of its instrument, and has been read', () => {
    const checked = checkScenario(scenario([FLOW]), 'x');
    expect(() => planRun(checked, ZONE_CLOCK)).toThrow('the model of a flow is read before');
    expect(() => planRun(checked, ZONE_CLOCK, flows({ tickSize: '0.05' }))).toThrow(/tickSizeOfModel=0.05/);
    expect(() => planRun(checked, ZONE_CLOCK, flows({ lotSize: '100' }))).toThrow(/lotSizeOfModel=100/);
  });
});

describe('the book that a flow starts from', () => {
  const { start } = randomCalibration(3);
  const middle = (of: typeof start): number => {
    const prices = (isBid: boolean) =>
      of.orders.flatMap(({ side, priceTicks }) => ((side === BUY) === isBid ? [priceTicks] : []));
    return (Math.max(...prices(true)) + Math.min(...prices(false))) / 2;
  };

  it('has its middle at the reference price, all else as it was', () => {
    const moved = startAt(start, 5000);
    expect(Math.abs(middle(moved) - 5000)).toBeLessThanOrEqual(0.5);
    expect(moved.orders.map(({ lots, ageNs }) => [lots, ageNs])).toEqual(
      start.orders.map(({ lots, ageNs }) => [lots, ageNs]),
    );
    expect(moved).toMatchObject({ present: 0, pace: 1, meanSign: start.meanSign });
  });

  it('leaves out prices below one tick', () => {
    const moved = startAt(start, 10);
    expect(moved.orders.every(({ priceTicks }) => priceTicks >= 1)).toBe(true);
    expect(moved.orders.length).toBeLessThan(start.orders.length);
  });
});
