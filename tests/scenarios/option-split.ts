/** A template with options through two splits and a special dividend, to their last day (market-rules §8.4). */

import { describe, expect, it } from 'vitest';
import { BUY } from '../../src/domain/index.ts';
import type { World } from '../../src/world/index.ts';
import { runTemplate, type TemplateRun } from '../support/template-run.ts';

const [ACME, BOLT, CALL, PUT, BOLT_CALL] = [0, 1, 2, 3, 4];
/** Agents of random flow; the next account sends the orders by hand. */
const FLOW_ACCOUNTS = 50;

/** The tests of the template with options. */
export function describeOptionSplit(): void {
  describe('option-split', () => {
    const run = runTemplate('option-split', { until: '16:05', untilDay: 3, middle: '40:00' });
    testExDates(run);
    testTrading(run);
    testLastDay(run);
  });
}

/** Price, or trigger of a stop, and lots of the orders that stand far from the market. */
const byHand = (world: World, instrument: number) =>
  world.venue
    .openOrders(instrument)
    .filter(({ accountId }) => accountId > FLOW_ACCOUNTS)
    .map(({ side, priceTicks, stopPriceTicks, openLots }) => [
      side === BUY ? 'buy' : 'sell',
      stopPriceTicks === 0 ? priceTicks : stopPriceTicks,
      openLots,
    ]);

const held = (world: World, instrument: number): number[] =>
  Array.from({ length: world.agentCount }, (_, account) => world.accounts.positionLots(account, instrument));

function testExDates(run: TemplateRun): void {
  const [dayOne, split, dayTwo, dividend] = ['27:59', '28:00', '51:59', '52:00'].map((clock) =>
    run.worldAt(clock),
  ) as [World, World, World, World];

  it('multiplies positions in contracts of a whole split, and no others', () => {
    for (const [instrument, times] of [
      [CALL, 2],
      [PUT, 2],
      [BOLT_CALL, 1],
    ] as const) {
      const before = held(dayOne, instrument);
      expect(before.filter((lots) => lots !== 0).length).toBeGreaterThan(5);
      expect(held(split, instrument)).toEqual(before.map((lots) => lots * times));
      expect(held(dividend, instrument)).toEqual(held(dayTwo, instrument));
    }
  });

  it('divides orders by hand with the contract, and cancels that in a contract that goes on under another symbol', () => {
    expect(byHand(dayOne, CALL)).toEqual([
      ['buy', 201, 10],
      ['sell', 1999, 10],
      ['sell', 301, 10],
    ]);
    const divided = [
      ['buy', 100, 20],
      ['sell', 1000, 20],
      ['sell', 150, 20],
    ];
    expect(byHand(split, CALL)).toEqual(divided);
    expect(byHand(dividend, CALL)).toEqual(divided);
    expect(byHand(dayOne, BOLT_CALL)).toEqual([['buy', 201, 10]]);
    expect(byHand(split, BOLT_CALL)).toEqual([]);
  });
}

function testTrading(run: TemplateRun): void {
  it('trades on by the new terms: half the premium for two contracts, the same for one of 150 shares', () => {
    for (const [instrument, low, high] of [
      [ACME, 3250, 3350],
      [BOLT, 4350, 4450],
      [CALL, 300, 340],
      [PUT, 200, 240],
      [BOLT_CALL, 620, 660],
    ] as const) {
      const prices = run
        .within(run.tape.trades, '33:30', '33:37')
        .flatMap((trade) => (trade.instrument === instrument ? [trade.priceTicks] : []));
      expect(prices.length).toBeGreaterThan(100);
      expect([Math.min(...prices) > low, Math.max(...prices) < high]).toEqual([true, true]);
    }
  });
}

function testLastDay(run: TemplateRun): void {
  const [before, after] = ['63:59', '64:01'].map((clock) => run.worldAt(clock)) as [World, World];

  it('exercises all on the last day: shares of the calls to longs, of the put from them, and the strike the other way', () => {
    const [call, put, bolt] = [CALL, PUT, BOLT_CALL].map((instrument) => held(before, instrument)) as [
      number[],
      number[],
      number[],
    ];
    const got = (instrument: number) => {
      const had = held(before, instrument);
      return held(after, instrument).map((lots, account) => lots - had[account]!);
    };
    expect(got(ACME)).toEqual(call.map((lots, account) => 100 * (lots - put[account]!)));
    expect(got(BOLT)).toEqual(bolt.map((lots) => 150 * lots));
    call.forEach((lots, account) => {
      const paid = before.accounts.cashMinor(account) - after.accounts.cashMinor(account);
      expect(paid).toBe(2800_00 * lots - 3300_00 * put[account]! + 6000_00 * bolt[account]!);
    });
    for (const instrument of [CALL, PUT, BOLT_CALL])
      expect(held(after, instrument).every((lots) => lots === 0)).toBe(true);
  });
}
