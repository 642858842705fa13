/** A large tick goes through the same code: the ES day of DBN records, read, calibrated, evaluated, and let run freely. */

import { describe, expect, it } from 'vitest';
import { FlowForks, fitFlow, requireFlow } from '../../src/calibration/index.ts';
import { callRows, type FlowWindow, factsOf, firstContinuous } from '../../src/fidelity/index.ts';
import { twinWindow } from '../../src/services/fidelity/twin-windows.ts';
import { evaluateFidelity } from '../../src/services/index.ts';
import { esDayFiles, readFiles } from '../support/fidelity-flow.ts';

const files = esDayFiles();
const DAY_NS = 86_400e9;
/** 23:00 UTC, where trading begins. */
const OPEN_NS = 82_800e9;
const FREE_MESSAGES = 10_000;

interface Market {
  /** Mean spread, ticks; share of rows at one tick; mean lots at the best. */
  readonly spread: number;
  readonly atOneTick: number;
  readonly touch: number;
  /** Root of the mean square move of the mid over 20 s, ticks. */
  readonly move: number;
  readonly emptyRows: number;
}

function marketOf({ stream, from, to }: FlowWindow): Market {
  const { levels, timeNs, bidTicks, askTicks, bidLots, askLots } = stream;
  let [spread, oneTick, touch, empty] = [0, 0, 0, 0];
  const mids: number[] = [];
  for (let row = from; row < to; row++) {
    const at = row * levels;
    if (bidLots[at] === 0 || askLots[at] === 0) empty++;
    const wide = askTicks[at]! - bidTicks[at]!;
    spread += wide;
    if (wide === 1) oneTick++;
    touch += (bidLots[at]! + askLots[at]!) / 2;
    mids[Math.floor((timeNs[row]! - timeNs[from]!) / 20e9)] = (bidTicks[at]! + askTicks[at]!) / 2;
  }
  const known = mids.filter((mid) => mid !== undefined);
  const moves = known.slice(1).map((mid, i) => (mid - known[i]!) ** 2);
  const rows = to - from;
  return {
    ...{ spread: spread / rows, atOneTick: oneTick / rows, touch: touch / rows, emptyRows: empty },
    move: Math.sqrt(moves.reduce((sum, square) => sum + square, 0) / moves.length),
  };
}

describe.skipIf(files === null)('the ES day', () => {
  it('is read as continuous trading behind its opening call, with its facts', {
    timeout: 120_000,
  }, async () => {
    const { stream } = await readFiles(files!, 10);
    const from = firstContinuous(stream);
    expect([stream.symbol, stream.tickSize]).toEqual(['ESH4', '0.25']);
    expect(stream.timeNs[from]! % DAY_NS).toBeGreaterThanOrEqual(OPEN_NS);
    expect(callRows(stream).reduce((sum, one) => sum + one, 0)).toBe(from);
    const { facts, holding, testable } = factsOf([stream]);
    expect([holding, testable]).toEqual([9, 9]);
    // Not of Cont's eleven: both were out of all bands while reduces to nothing and the call counted.
    const statisticOf = (name: string) => facts.find((fact) => fact.name === name)!.value;
    expect(statisticOf('most orders are cancelled')).toBeGreaterThan(0.7);
    expect(statisticOf('bursts of messages')).toBeLessThan(10);
  });

  it('is evaluated by the command of any other recording', { timeout: 240_000 }, async () => {
    const { score, fit, excluded } = await evaluateFidelity({
      ...{ real: files!, symbol: null, levels: 50, windowMessages: 500, fromMinute: null, toMinute: null },
      ...{
        lake: 'no-lake',
        runs: 'no-runs',
        draws: 0,
        seed: 1,
        windows: 16,
        design: 'A' as const,
        splitMinute: null,
        hasProfiles: false,
      },
    });
    expect([score.windows, excluded]).toEqual([16, { 'crossed book': 1 }]);
    expect(fit.taken).toBeGreaterThan(6_000);
    expect(score.sim.l1.mean).toBeLessThan(0.75 * score.baseline!.l1.mean);
    expect(score.sim.w1.mean).toBeLessThan(0.75 * score.baseline!.w1.mean);
    const { simHealth } = score;
    expect([simHealth.oneSidedRows, simHealth.crossedRows]).toEqual([0, 0]);
    const spread = score.metrics.find(({ name }) => name === 'spread')!;
    expect(spread.distances!.l1).toBeLessThan(0.2);
  });

  it('runs freely with a spread of one tick, queues and moves of its own size', {
    timeout: 240_000,
  }, async () => {
    const { stream } = await readFiles(files!, 50);
    const from = firstContinuous(stream);
    const isTaken = (row: number) => row >= from;
    requireFlow(stream, isTaken);
    const fit = fitFlow(stream, isTaken);
    const start = new FlowForks(stream, fit).at(stream.count);
    const atNs = stream.timeNs[stream.count - 1]! % DAY_NS;
    const free = { model: fit.model, start: { ...start, present: 0, pace: 1 }, atNs };
    const sim = marketOf(twinWindow({ ...free, messages: FREE_MESSAGES, seed: 1 }));
    // The first minutes after the open are no measure of what comes after them.
    const real = marketOf({ stream, from: stream.count - 30_000, to: stream.count });
    expect(sim.emptyRows).toBe(0);
    expect(sim.atOneTick).toBeGreaterThan(0.7);
    expect(sim.spread).toBeLessThan(real.spread + 0.5);
    for (const name of ['touch', 'move'] as const) {
      expect(sim[name] / real[name]).toBeGreaterThan(0.4);
      expect(sim[name] / real[name]).toBeLessThan(2.5);
    }
  });
});
