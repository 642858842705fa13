import { describe, expect, it } from 'vitest';
import { limit, RecordLog, ScriptedGroup, scripted } from '../../tests/support/test-agents.ts';
import { BUY, CMD_PROTECT, CMD_QUOTE, SELL } from '../domain/index.ts';
import { World, type WorldSpec } from '../world/index.ts';
import { type QuoteBurst, QuoteScript } from './quote-script.ts';

const INSTRUMENT = { symbol: 'ACME', tickSize: '1', lotSize: '1', currency: 'USD', minorUnit: '1' };
const AT_ONCE = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };
const ONE: QuoteBurst = {
  atNs: 100,
  everyNs: 10,
  count: 3,
  instruments: [0],
  qtyLots: 5,
  bidTicks: null,
  askTicks: null,
  behindTicks: null,
  isPostOnly: false,
  protection: null,
  lifeNs: null,
};

/** A market of 90 to 110 in the first instrument; the bid moves to 92 at 115. Nobody trades the second. */
const specOf = (bursts: readonly QuoteBurst[]): WorldSpec => ({
  seed: 1,
  instruments: [INSTRUMENT, { ...INSTRUMENT, symbol: 'BOLT' }],
  groups: [
    scripted(
      () =>
        new ScriptedGroup('market', [
          [0, (port, agent) => port.submit(agent, 0, 0, limit(BUY, 90, 9))],
          [0, (port, agent) => port.submit(agent, 0, 1, limit(SELL, 110, 9))],
          [115, (port, agent) => port.submit(agent, 0, 2, limit(BUY, 92, 9))],
        ]),
      AT_ONCE,
    ),
    { create: () => new QuoteScript('quotes', bursts), links: () => AT_ONCE },
  ],
  dayEndNs: null,
});

/** Time, instrument, bid and ask, each with its lots, of every mass quote. */
function quotesOf(bursts: readonly QuoteBurst[]): number[][] {
  const log = new RecordLog();
  const world = new World(specOf(bursts), log);
  world.run(1_000);
  world.finish();
  return log.records
    .filter(([head]) => (head! & 255) === CMD_QUOTE)
    .map((words) => [words[1]!, words[5]!, words[6]!, words[7]!, words[9]!]);
}

describe('QuoteScript', () => {
  it('quotes at its prices, side by side, and pulls after its life', () => {
    expect(quotesOf([{ ...ONE, bidTicks: 95, count: 1, lifeNs: 50, instruments: [0, 1] }])).toEqual([
      [0, 95, 5, 0, 0],
      [1, 95, 5, 0, 0],
      [0, 0, 0, 0, 0],
      [1, 0, 0, 0, 0],
    ]);
  });

  it('stands behind the best as it is each time, its own quotes among them; without a market there is no quote', () => {
    expect(quotesOf([{ ...ONE, behindTicks: 1, instruments: [0, 1] }])).toEqual([
      [0, 89, 5, 111, 5],
      [0, 89, 5, 111, 5],
      [0, 91, 5, 111, 5],
    ]);
    expect(quotesOf([{ ...ONE, behindTicks: -1 }])).toEqual([
      [0, 91, 5, 109, 5],
      [0, 92, 5, 108, 5],
      [0, 93, 5, 107, 5],
    ]);
  });

  it('asks for protection once, before its first quote', () => {
    const protection = {
      windowNs: 10,
      fillsMax: 1,
      lotsMax: null,
      scope: 'instrument',
      stoppedNs: null,
    } as const;
    const log = new RecordLog();
    const world = new World(specOf([{ ...ONE, behindTicks: 0, protection }]), log);
    world.run(1_000);
    world.finish();
    const kinds = log.records.map(([head]) => head! & 255);
    expect(kinds.filter((kind) => kind === CMD_PROTECT)).toHaveLength(1);
    expect(kinds.indexOf(CMD_PROTECT)).toBeLessThan(kinds.indexOf(CMD_QUOTE));
  });

  it('goes on from a snapshot', () => {
    const spec = specOf([{ ...ONE, behindTicks: 0, lifeNs: 30 }]);
    const straight = new World(spec);
    straight.run(1_000);
    const cut = new World(spec);
    cut.run(112);
    const resumed = World.resume(spec, cut.snapshot());
    resumed.run(1_000);
    expect(resumed.finish()).toBe(straight.finish());
  });
});
