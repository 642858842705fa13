/** Discriminator, impact, transfer and stylised facts on flow whose truth is known. */

import { describe, expect, it } from 'vitest';
import { syntheticFlow } from '../../bench/support/synthetic-flow.ts';
import { Xoshiro128 } from '../../src/base/index.ts';
import { SELL } from '../../src/domain/index.ts';
import {
  continuationPairs,
  discriminate,
  FLOW_LIMIT,
  FLOW_TRADE,
  FlowStream,
  factsOf,
  halvesOf,
  type ImpactTrial,
  impactLaw,
  impactsOf,
  type MidPath,
  midAt,
  policyTransfer,
  RELAXATION_DURATIONS,
  type RoundTripCell,
  roundTripCosts,
  transferTest,
} from '../../src/fidelity/index.ts';
import { normal } from '../../src/math/index.ts';
import { googDayFiles, readFiles } from '../support/fidelity-flow.ts';

describe('the discriminator', () => {
  const { before, real } = continuationPairs(syntheticFlow({ messages: 40_000, seed: 21 }));
  const same = continuationPairs(syntheticFlow({ messages: 40_000, seed: 22 })).real;
  const other = continuationPairs(syntheticFlow({ messages: 40_000, seed: 23, burst: 0.4 })).real;

  it('cannot tell two days of one law apart, but two laws, and says by what', () => {
    const [, alike] = discriminate({ real, sim: same.slice(0, real.length), before });
    expect(alike!.messages).toBe(500);
    for (const { interval, nullAuc } of alike!.results) {
      expect(interval.low).toBeLessThan(0.6);
      expect(Math.abs(nullAuc! - 0.5)).toBeLessThan(0.2);
    }
    const [short, long] = discriminate({ real, sim: other.slice(0, real.length), before: null });
    for (const { auc, nullAuc } of [...short!.results, ...long!.results]) {
      expect(auc).toBeGreaterThan(0.9);
      expect(nullAuc).toBeNull();
    }
    expect(['P(dt < 100 us)', 'ln dt mean', 'ln dt sd', 'ln duration']).toContain(
      long!.importances[0]!.feature,
    );
    expect(long!.importances).toHaveLength(10);
  });

  it('leaves out lengths that the windows do not have', () => {
    const short = continuationPairs(syntheticFlow({ messages: 3_000, seed: 24 }), 200);
    const found = discriminate({ real: short.real, sim: short.before, before: null });
    expect(found.map(({ messages, windowsPerSide }) => [messages, windowsPerSide])).toEqual([
      [100, 2 * short.real.length],
    ]);
  });
});

/** Trials of both sides in which an order of `participation` leaves an impact that decays to two thirds of its peak. */
function trialsOf(exponent: number, noise: number, seed: number, prefactor = 2.5): ImpactTrial[] {
  const random = new Xoshiro128(seed);
  const trials: ImpactTrial[] = [];
  for (let fork = 0; fork < 60; fork++) {
    for (const participation of [0.0001, 0.001, 0.01]) {
      for (const sign of [1, -1] as const) {
        const peak = prefactor * participation ** exponent;
        const shape = (durations: number): number => peak * (2 / 3 + Math.exp(-2 * durations) / 3);
        const jitter = noise * peak * normal(random);
        trials.push({
          ...{ fork, sign, schedule: fork % 2 === 0 ? 'twap' : 'pov', participation, horizonS: 100 },
          traded: participation,
          impacts: RELAXATION_DURATIONS.map((durations) => shape(durations) + jitter),
        });
      }
    }
  }
  return trials;
}

describe('the law of impact', () => {
  it('finds the square root again, with relaxation, symmetry and cells, seed 30', () => {
    const law = impactLaw(trialsOf(0.5, 0.2, 30));
    expect(law.trials).toBe(360);
    expect(law.exponent).toBeCloseTo(0.5, 1);
    expect(law.exponentInterval.high - law.exponentInterval.low).toBeLessThan(0.1);
    expect(law.r2).toBeGreaterThan(0.98);
    expect(Math.abs(law.prefactor / 2.5 - 1)).toBeLessThan(0.15);
    expect(law.relaxation[0]!.share).toBe(1);
    expect(law.relaxation.at(-1)!.share).toBeCloseTo(2 / 3, 1);
    expect(law.cells.map(({ schedule, participation, trials }) => [schedule, participation, trials])).toEqual(
      [
        ...[0.0001, 0.001, 0.01].map((size) => ['pov', size, 60]),
        ...[0.0001, 0.001, 0.01].map((size) => ['twap', size, 60]),
      ],
    );
    // Each of 60 forks has the mean of two draws of 0.2 x peak.
    for (const { impact, error } of law.points)
      expect(Math.abs(error / (impact * 0.2 * Math.sqrt(1 / 120)) - 1)).toBeLessThan(0.35);
  });

  it('has intervals that hold the truth about 19 times of 20, seeds 100 to 159', () => {
    let [exponents, symmetries] = [0, 0];
    for (let seed = 100; seed < 160; seed++) {
      const { exponentInterval, isSymmetric } = impactLaw(trialsOf(0.5, 0.2, seed));
      if (exponentInterval.low < 0.5 && exponentInterval.high > 0.5) exponents++;
      if (isSymmetric) symmetries++;
    }
    expect(exponents).toBeGreaterThanOrEqual(52);
    expect(symmetries).toBeGreaterThanOrEqual(52);
  });

  it('tells a linear law from a square root', () => {
    const { exponent, exponentInterval } = impactLaw(trialsOf(1, 0.1, 32, 500));
    expect(exponent).toBeCloseTo(1, 1);
    expect(exponentInterval.low).toBeGreaterThan(0.85);
  });

  it('weighs what sizes of a fork have in common: a noise that all of them share does not bend the law', () => {
    const random = new Xoshiro128(36);
    const shared = Array.from({ length: 60 }, () => 0.5 * normal(random));
    const trials = trialsOf(0.5, 0.02, 37).map((trial) => ({
      ...trial,
      impacts: trial.impacts.map((impact) => impact * (1 + shared[trial.fork]!)),
    }));
    const { exponent, exponentInterval } = impactLaw(trials);
    expect(exponent).toBeCloseTo(0.5, 2);
    expect(exponentInterval.high - exponentInterval.low).toBeLessThan(0.03);
  });

  it('sees a market that moves for buyers alone', () => {
    const trials = trialsOf(0.5, 0.05, 33).map((trial) =>
      trial.sign === 1 ? trial : { ...trial, impacts: trial.impacts.map(() => 0) },
    );
    const law = impactLaw(trials);
    expect(law.isSymmetric).toBe(false);
    expect(law.asymmetry).toBeCloseTo(2, 0);
  });

  it('an order without impact has no exponent, and trials without a mid or a trade are counted', () => {
    const trials = trialsOf(0.5, 0, 34).map((trial) => ({ ...trial, impacts: trial.impacts.map(() => 0) }));
    expect(impactLaw(trials)).toMatchObject({ exponent: Number.NaN, pointsWithoutImpact: 3 });
    const early = trials.map((trial) => ({ ...trial, impacts: trial.impacts.map(() => Number.NaN) }));
    expect(impactLaw(early)).toMatchObject({ trials: 0, unreadable: 360 });
    expect(impactLaw(trials.map((trial) => ({ ...trial, traded: 0 })))).toMatchObject({ trials: 0 });
  });

  it('reads impact at the end of an order and at multiples of its duration, as far as paths go', () => {
    const path = (of: (second: number) => number): MidPath => ({
      ...{ fromNs: 0, stepNs: 1e9 },
      midTicks: Float64Array.from({ length: 251 }, (_, second) => of(second)),
    });
    const order = { sign: -1, startNs: 0, endNs: 100e9 } as const;
    const found = impactsOf(
      order,
      path((second) => 1_000 - second),
      path(() => 1_000),
      200,
    );
    expect(found.slice(0, 5)).toEqual([0.5, 0.625, 0.75, 1, Number.NaN]);
    expect(
      midAt(
        path((second) => second),
        1.5e9,
      ),
    ).toBe(1);
    expect(
      midAt(
        path((second) => second),
        -1,
      ),
    ).toBeNaN();
  });

  it('costs of round trips have an interval, and a market that pays them is seen', () => {
    const random = new Xoshiro128(38);
    const trips = Array.from({ length: 80 }, (_, fork) => ({
      ...{ fork, schedule: fork % 2 === 0 ? 'twap' : 'pov', participation: 0.01, horizonS: 60 },
      costTicks: (fork % 2 === 0 ? 5 : -5) + normal(random),
    }));
    const [pov, twap] = roundTripCosts(trips) as [RoundTripCell, RoundTripCell];
    expect([pov.schedule, pov.trips, twap.schedule, twap.trips]).toEqual(['pov', 40, 'twap', 40]);
    expect(pov.interval.high).toBeLessThan(0);
    expect(twap.interval.low).toBeGreaterThan(4);
  });
});

describe('transfer', () => {
  it('two days of one law teach the same, and policies are compared by rank', () => {
    const whole = (seed: number) => {
      const stream = syntheticFlow({ messages: 30_000, seed });
      return halvesOf({ stream, from: 1, to: stream.count });
    };
    for (const result of transferTest({ real: whole(41), sim: whole(42) })) {
      expect(result.realReal.auc).toBeGreaterThan(0.55);
      expect(result.transfer).toBeGreaterThan(0.8);
      expect(result.isTooPredictable).toBe(false);
    }
    expect(policyTransfer([1, 5, 2, 9], [10, 50, 20, 1000])).toBeCloseTo(1, 12);
  });

  it('too few rows give no figure', () => {
    const stream = syntheticFlow({ messages: 500, seed: 43 });
    const [first] = transferTest({ real: halvesOf({ stream, from: 1, to: stream.count }), sim: null });
    expect(first!.realReal.auc).toBeNaN();
    expect(first!.simReal).toBeNull();
  });
});

/** A mid that walks without memory, a message each second, with trades whose size has nothing to do with it. */
function randomWalk(seed: number, seconds: number): FlowStream {
  const random = new Xoshiro128(seed);
  const stream = new FlowStream({
    symbol: 'WALK',
    tickSize: '0.01',
    lotSize: '1',
    levels: 1,
    dayOffsetNs: 0,
  });
  let mid = 1_000_000;
  for (let second = 0; second < seconds; second++) {
    mid += Math.round(40 * normal(random));
    const kind = second % 3 === 0 ? FLOW_TRADE : FLOW_LIMIT;
    stream.append(
      {
        timeNs: second * 1e9 + 1,
        kind,
        side: SELL,
        orderId: second + 1,
        priceTicks: mid + 1,
        sizeLots: 1 + random.nextBelow(5),
      },
      { askTicks: [mid + 1], askLots: [5], bidTicks: [mid - 1], bidLots: [5] },
    );
  }
  return stream;
}

describe('stylised facts', () => {
  it('a Gaussian walk has no heavy tails, no clustering, no bursts, no volume and volatility, seed 51', () => {
    const { facts, testable, holding } = factsOf([randomWalk(51, 23_400)]);
    const holds = (number: number) => facts.find((fact) => fact.number === number)!.holds;
    expect(holds(1)).toBe(true);
    for (const number of [2, 5, 6, 10]) expect(holds(number), String(number)).toBe(false);
    expect(testable).toBeGreaterThanOrEqual(7);
    expect(holding).toBeLessThan(testable - 3);
  });

  it('facts of days are not testable with one day, and are with twenty', () => {
    const one = factsOf([randomWalk(52, 4_000)]).facts.filter(({ number }) => number === 3 || number === 9);
    for (const { untestable, holds } of one) {
      expect(untestable).toContain('not testable with one day');
      expect(holds).toBeNull();
    }
    const days = Array.from({ length: 45 }, (_, day) => randomWalk(100 + day, 1_000));
    const many = factsOf(days).facts.filter(({ number }) => number === 3 || number === 9);
    for (const { untestable, value } of many) expect([untestable, typeof value]).toEqual([null, 'number']);
  });

  it('a short or frozen market is said to be one', () => {
    const frozen = randomWalk(53, 8_000);
    frozen.askTicks.fill(101);
    frozen.bidTicks.fill(99);
    const { facts } = factsOf([frozen]);
    for (const number of [1, 4, 6]) {
      expect(facts.find((fact) => fact.number === number)!.untestable).toBe('the price never moves');
    }
    const short = factsOf([randomWalk(54, 100)]).facts;
    expect(short.find(({ number }) => number === 1)!.untestable).toMatch(/needs 40 minutes, has 0/);
  });

  const files = googDayFiles(10);

  it.skipIf(files === null)(
    'at least nine of the testable facts hold on a recorded day',
    { timeout: 60_000 },
    async () => {
      const { stream } = await readFiles(files!);
      const report = factsOf([stream]);
      expect(report.testable).toBe(9);
      expect(report.holding).toBe(9);
    },
  );
});
