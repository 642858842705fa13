/** A template of configs/templates, run up to a time: its records, and worlds of it at any time for a closer look. */

import { expect, it } from 'vitest';
import type { LocalToNs } from '../../src/market/index.ts';
import { planRun, type RunPlan, type Scenario } from '../../src/scenarios/index.ts';
import { loadScenario, ZONE_CLOCK } from '../../src/services/index.ts';
import { World, type WorldSpec } from '../../src/world/index.ts';
import { MarketTape } from './market-tape.ts';

/** Local times of the first day, `HH:MM[:SS[.mmm]]`. */
interface Times {
  /** End of the run. */
  readonly until: string;
  /** In the middle of what befalls the market: a snapshot is taken here. */
  readonly middle: string;
  /** Trading day that `until` lies on. */
  readonly untilDay?: number;
}

export const TESTED_TEMPLATES: string[] = [];

export class TemplateRun {
  readonly scenario: Scenario;
  readonly plan: RunPlan;
  readonly tape = new MarketTape();
  readonly digest: string;
  readonly #untilNs: number;
  readonly #toNs: LocalToNs;

  constructor(name: string, { until, untilDay = 1 }: Times) {
    this.scenario = loadScenario(`templates/${name}.yaml`);
    this.plan = planRun(this.scenario, ZONE_CLOCK);
    const { sessions } = this.scenario.venue ?? {};
    const zone = String(sessions?.timeZone ?? this.scenario.timeZone ?? 'America/New_York');
    this.#toNs = ZONE_CLOCK.localClock(zone, this.plan.epochNs);
    this.#untilNs = this.at(until, untilDay);
    const world = new World(this.plan.spec, this.tape);
    world.run(this.#untilNs);
    // Seals the last records, and checks that no cash and no lot was made or lost.
    this.digest = world.finish();
  }

  /** ns of a local time; `day` counts calendar days from the first. */
  at(clock: string, day = 1): number {
    const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
    const ns = Math.round((hours * 3600 + minutes * 60 + seconds) * 1e3) * 1e6;
    return this.#toNs(this.scenario.date, (day - 1) * 86_400e9 + ns);
  }

  /** A world of the template as it is at a time. */
  worldAt(clock: string, spec: WorldSpec = this.plan.spec): World {
    const world = new World(spec);
    world.run(this.at(clock));
    return world;
  }

  /** What happened from one time to just before another. */
  within<T extends { readonly timeNs: number }>(list: readonly T[], from: string, until: string): T[] {
    const [fromNs, untilNs] = [this.at(from), this.at(until)];
    return list.filter(({ timeNs }) => timeNs >= fromNs && timeNs < untilNs);
  }

  /** Mean distance of the best prices, by time, over the time that both are there; ticks. */
  meanSpread(from: string, until: string): number {
    let [ticksNs, ns] = [0, 0];
    const quotes = this.within(this.tape.quotes, from, until);
    quotes.forEach(({ timeNs, bidLots, askLots, bidTicks, askTicks }, index) => {
      if (bidLots === 0 || askLots === 0) return;
      const lasts = (quotes[index + 1]?.timeNs ?? this.at(until)) - timeNs;
      ticksNs += (askTicks - bidTicks) * lasts;
      ns += lasts;
    });
    return ticksNs / ns;
  }

  /** Runs it again with a snapshot on the way, and goes on from that snapshot: the digests of both. */
  again(middle: string): { readonly straight: string; readonly resumed: string } {
    const world = this.worldAt(middle);
    const resumed = World.resume(this.plan.spec, world.snapshot());
    for (const one of [world, resumed]) one.run(this.#untilNs);
    return { straight: world.finish(), resumed: resumed.finish() };
  }
}

/** Runs a template, with the tests that each of them has to pass. */
export function runTemplate(name: string, times: Times): TemplateRun {
  TESTED_TEMPLATES.push(`templates/${name}.yaml`);
  const run = new TemplateRun(name, times);

  it('gives the same digest again, also when it is resumed in the middle of the shock', () => {
    expect(run.again(times.middle)).toEqual({ straight: run.digest, resumed: run.digest });
  });

  it('never shows a crossed book while it trades, and nothing trades while it does not', () => {
    expect(run.tape.crossed).toEqual([]);
    expect(run.tape.tradesOutsideTrading).toEqual([]);
    expect(run.tape.trades.length).toBeGreaterThan(100);
  });

  return run;
}
