import { describe, expect, it } from 'vitest';
import { ZONE_CLOCK } from '../services/index.ts';
import { RandomStreams } from '../sim/index.ts';
import { World } from '../world/index.ts';
import { planRun } from './build.ts';
import { planDelay } from './delay.ts';
import { parseScenario } from './parse.ts';

const scenarioWith = (links: string): string => `
name: links
open: "09:30"
close: "09:32"
instruments: [{ symbol: A, referencePrice: 10 }]
agents:
  - kind: randomFlow
    name: flow
    count: 10
    limitRates: [2, 1]
    marketRate: 1
    cancelRates: [0.7]
    links: ${links}
`;

const RANDOM_LINKS =
  '{ orderUs: { kind: lognormal, shiftUs: 20, medianUs: 5, sigma: 0.8 }, answerUs: { kind: tail, base: 25, probability: 0.1, minUs: 100, maxUs: 5000, alpha: 2 } }';

function digestOf(links: string): string {
  const plan = planRun(parseScenario(scenarioWith(links), 'test'), ZONE_CLOCK);
  const world = new World(plan.spec);
  world.run(plan.endNs);
  return world.finish();
}

describe('delays of a scenario', () => {
  it('T6.3-a: the lognormal delay has its median where it is written', () => {
    const { createModel } = planDelay({ kind: 'lognormal', shiftUs: 20, medianUs: 5, sigma: 0.8 });
    const random = new RandomStreams(1).stream('delay');
    const delays: number[] = [];
    // Sent far apart, so that no message waits for the one before it.
    for (let i = 0; i < 20_000; i++) {
      const sentNs = i * 1e9;
      delays.push(createModel!().arrivalNs(sentNs, random) - sentNs);
    }
    delays.sort((a, b) => a - b);
    // The median of 20,000 draws has a standard error of about 0.04 us here: four of them.
    expect(Math.abs(delays[10_000]! / 1000 - 25)).toBeLessThan(0.18);
    expect(delays[0]!).toBeGreaterThan(20_000);
  });

  it('random links give the same run again, and another one than constant links', () => {
    expect(digestOf(RANDOM_LINKS)).toBe(digestOf(RANDOM_LINKS));
    expect(digestOf(RANDOM_LINKS)).not.toBe(digestOf('{ orderUs: 25, answerUs: 25 }'));
  });

  it('a world with random links goes on from a snapshot as if nothing had been', () => {
    const plan = planRun(parseScenario(scenarioWith(RANDOM_LINKS), 'test'), ZONE_CLOCK);
    const world = new World(plan.spec);
    world.run(plan.endNs / 3);
    const fork = world.fork();
    fork.run(plan.endNs);
    world.run(plan.endNs);
    expect(fork.finish()).toBe(world.finish());
    expect(world.commandCount).toBeGreaterThan(200);
  });

  it.each([
    ['{ orderUs: { kind: gamma, shiftUs: 1, shape: 2, scaleUs: 3, sclaeUs: 4 } }', 'did you mean "scaleUs"?'],
    ['{ orderUs: fast }', 'is one of number, object, found "fast"'],
    [
      '{ answerUs: { kind: tail, base: { kind: gamma }, probability: 2, minUs: 1, maxUs: 2, alpha: 1 } }',
      'answerUs.base.shape',
    ],
    ['{ orderUs: -1 }', 'agents[0].links.orderUs'],
    ['{ orderUs: { kind: lognormal, shiftUs: 1, medianUs: 0, sigma: 1 } }', 'agents[0].links.orderUs'],
    ['{ orderUs: { kind: normal, meanUs: 3 } }', 'agents[0].links.orderUs'],
    [
      '{ answerUs: { kind: empirical, quantiles: [{ p: 0, us: 5 }, { p: 1, us: 4 }] } }',
      'agents[0].links.answerUs',
    ],
    ['{ feedUs: { kind: gamma, shiftUs: 1, shape: 2, scaleUs: 3 } }', 'agents[0].links.feedUs'],
  ])('refuses %s and names %s', (links, path) => {
    expect(() => parseScenario(scenarioWith(links), 'test')).toThrow(path);
  });
});
