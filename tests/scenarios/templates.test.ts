/** Every template of configs/templates is run, and held to what its header promises: which event, when, by which rule. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  BUY,
  CANCEL_DISCONNECTED,
  CANCEL_MASS,
  CANCEL_NO_LIQUIDITY,
  CANCEL_OUTSIDE_BANDS,
  REJECT_VENUE_DOWN,
  SELL,
} from '../../src/domain/index.ts';
import type { LuldBreaker } from '../../src/market/index.ts';
import { shippedScenarios } from '../../src/services/index.ts';
import { spyOnSends } from '../support/spy-on-sends.ts';
import { runTemplate, TESTED_TEMPLATES } from '../support/template-run.ts';
import { describeCorporateActions } from './corporate-actions.ts';
import { describeOptionSplit } from './option-split.ts';

const MS = 1e6;
const SECOND = 1e9;
const MINUTE = 60 * SECOND;
const [ACME, BOLT] = [0, 1];
const of = <T extends { readonly instrument: number }>(list: readonly T[], instrument: number): T[] =>
  list.filter((one) => one.instrument === instrument);

describe('halt-regulatory', () => {
  const run = runTemplate('halt-regulatory', { until: '10:20:30', middle: '10:05' });
  const { tape } = run;

  it('halts the stock at once, lifts the halt after ten minutes, and reopens after a call of five', () => {
    const sessions = run.within(of(tape.sessions, ACME), '10:00', '10:20');
    expect(sessions.map(({ timeNs, to, cause, rule }) => [timeNs, to, cause, rule])).toEqual([
      [run.at('10:00'), 'HALTED', 'halt', 'news'],
      [run.at('10:10'), 'VOLATILITY_AUCTION', 'resume', ''],
      [run.at('10:15'), 'CONTINUOUS', 'interruptionOver', ''],
    ]);
    const [auction] = run.within(tape.auctions, '10:00', '10:20');
    expect(auction).toMatchObject({ timeNs: run.at('10:15'), instrument: ACME, auction: 'reopening' });
    expect(auction!.lots).toBeGreaterThan(0);
  });

  it('trades nothing meanwhile and collects orders; the other stock trades on', () => {
    expect(run.within(of(tape.trades, ACME), '10:00', '10:15')).toEqual([]);
    expect(run.within(of(tape.trades, ACME), '10:15', '10:20').length).toBeGreaterThan(20);
    expect(run.within(of(tape.commands, ACME), '10:00', '10:15').length).toBeGreaterThan(500);
    expect(run.within(of(tape.trades, BOLT), '10:00', '10:15').length).toBeGreaterThan(50);
    expect(run.within(of(tape.sessions, BOLT), '10:00', '10:20')).toEqual([]);
  });

  it('keeps the orders of before, and publishes the imbalance each second of the call', () => {
    const book = (clock: string) => run.worldAt(clock).venue.books[ACME]!.liveOrderCount;
    expect(book('10:00:00')).toBe(book('09:59:59.999'));
    expect(run.within(of(tape.indicatives, ACME), '10:10', '10:15').length).toBe(299);
  });
});

describe('halt-luld', () => {
  const run = runTemplate('halt-luld', { until: '10:25:30', middle: '10:17' });
  const { tape } = run;
  const sessionsOf = (instrument: number) =>
    run
      .within(of(tape.sessions, instrument), '10:00', '10:25')
      .map(({ timeNs, from, to, cause, rule }) => [timeNs, `${from} > ${to} ${cause} ${rule}`.trimEnd()]);

  it('pauses after 15 s in the limit state, and reopens five minutes later at the band', () => {
    expect(of(tape.limitStates, ACME).map(({ timeNs, what }) => [timeNs, what])).toEqual([
      [run.at('10:00:00'), 'limitStateEntered'],
      [run.at('10:00:15'), 'limitStateLeft'],
    ]);
    expect(sessionsOf(ACME)).toEqual([
      [run.at('10:00:15'), 'CONTINUOUS > HALTED interrupt luld'],
      [run.at('10:05:15'), 'HALTED > VOLATILITY_AUCTION frozen'],
      [run.at('10:05:15'), 'VOLATILITY_AUCTION > CONTINUOUS interruptionOver'],
    ]);
    const [reopening] = run.within(of(tape.auctions, ACME), '10:00', '10:25');
    expect(reopening).toMatchObject({
      timeNs: run.at('10:05:15'),
      auction: 'reopening',
      priceTicks: 10_500,
    });
    expect(of(tape.bands, ACME).map(({ lowTicks, highTicks }) => [lowTicks, highTicks])).toEqual([
      [9_500, 10_500],
      [9_975, 11_025],
    ]);
  });

  it('prolongs the other pause, whose price would lie outside of its collar, and widens the collar', () => {
    expect(sessionsOf(BOLT)).toEqual([
      [run.at('10:10:15'), 'CONTINUOUS > HALTED interrupt luld'],
      [run.at('10:15:15'), 'HALTED > VOLATILITY_AUCTION frozen'],
      [run.at('10:15:15'), 'VOLATILITY_AUCTION > HALTED extended'],
      [run.at('10:20:15'), 'HALTED > VOLATILITY_AUCTION frozen'],
      [run.at('10:20:15'), 'VOLATILITY_AUCTION > CONTINUOUS interruptionOver'],
    ]);
    const [reopening] = run.within(of(tape.auctions, BOLT), '10:10', '10:25');
    expect(reopening).toMatchObject({ timeNs: run.at('10:20:15'), priceTicks: 4_400 });
    const collars = (clock: string) =>
      (run.worldAt(clock).venue.listings[BOLT]!.breakers.breakers[0] as LuldBreaker).collars;
    expect(collars('10:11')).toEqual({ lowTicks: 4_512, highTicks: 5_250 });
    expect(collars('10:16')).toEqual({ lowTicks: 4_275, highTicks: 5_250 });
  });

  it('trades inside of the bands only, not at all while paused, and goes on behind the auction', () => {
    for (const instrument of [ACME, BOLT]) {
      for (const { timeNs, priceTicks, isAuction } of of(tape.trades, instrument)) {
        const bands = of(tape.bands, instrument).findLast((band) => band.timeNs <= timeNs)!;
        if (isAuction) continue;
        expect(priceTicks).toBeGreaterThanOrEqual(bands.lowTicks);
        expect(priceTicks).toBeLessThanOrEqual(bands.highTicks);
      }
    }
    expect(run.within(of(tape.trades, ACME), '10:00:15', '10:05:15')).toEqual([]);
    expect(run.within(of(tape.trades, BOLT), '10:10:15', '10:20:15')).toEqual([]);
    expect(run.within(of(tape.trades, ACME), '10:05:16', '10:10').length).toBeGreaterThan(10);
    expect(run.within(of(tape.trades, BOLT), '10:20:16', '10:25').length).toBeGreaterThan(10);
  });
});

describe.each([
  { level: 1, halts: [['10:00', '10:15', '10:20']], until: '10:23:30' },
  {
    level: 2,
    halts: [
      ['10:00', '10:15', '10:20'],
      ['10:25', '10:40', '10:45'],
    ],
    until: '10:48:30',
  },
])('market-wide-$level', ({ level, halts, until }) => {
  const run = runTemplate(`market-wide-${level}`, { until, middle: '10:05' });
  const { tape } = run;

  it('halts all stocks for 15 minutes at each level, and reopens them after calls of five', () => {
    for (const instrument of [ACME, BOLT]) {
      expect(
        run.within(of(tape.sessions, instrument), '10:00', until).map(({ timeNs, to }) => [timeNs, to]),
      ).toEqual(
        halts.flatMap(([from, lift, open]) => [
          [run.at(from!), 'HALTED'],
          [run.at(lift!), 'VOLATILITY_AUCTION'],
          [run.at(open!), 'CONTINUOUS'],
        ]),
      );
      for (const [from, , open] of halts) {
        expect(run.within(of(tape.trades, instrument), from!, open!)).toEqual([]);
        const opened = tape.auctions.find(
          (one) => one.instrument === instrument && one.timeNs === run.at(open!),
        );
        expect(opened).toMatchObject({ auction: 'reopening' });
        expect(opened!.lots).toBeGreaterThan(0);
      }
      expect(run.within(of(tape.trades, instrument), halts.at(-1)![2]!, until).length).toBeGreaterThan(10);
    }
    expect(tape.sessions.filter(({ rule }) => rule === 'marketWide')).toHaveLength(2 * halts.length);
  });
});

describe('market-wide-3', () => {
  const run = runTemplate('market-wide-3', { until: '10:10:30', untilDay: 2, middle: '12:00' });
  const { tape } = run;
  const openNs = run.at('04:00', 2);

  it('closes the market for the rest of the day, without a closing auction', () => {
    for (const instrument of [ACME, BOLT]) {
      const closed = of(tape.sessions, instrument).find(({ rule }) => rule === 'marketWide')!;
      expect(closed).toMatchObject({ timeNs: run.at('10:00'), to: 'CLOSED', cause: 'halt' });
      const next = of(tape.sessions, instrument).find(
        ({ timeNs, to }) => timeNs > closed.timeNs && to !== 'CLOSED',
      )!;
      expect(next).toMatchObject({ timeNs: openNs, to: 'CONTINUOUS', cause: 'schedule' });
    }
    const between = ({ timeNs }: { timeNs: number }) => timeNs >= run.at('10:00') && timeNs < openNs;
    expect(tape.trades.filter(between)).toEqual([]);
    expect(tape.auctions.filter(between)).toEqual([]);
  });

  it('takes no order of those who send one all the same, and trades again on the next day', () => {
    const world = run.worldAt('10:30');
    expect(world.venue.stateOf(ACME)).toBe(0);
    expect(tape.trades.filter(({ timeNs }) => timeNs >= run.at('09:55', 2)).length).toBeGreaterThan(100);
  });
});

describe('xetra-volatility', () => {
  const run = runTemplate('xetra-volatility', { until: '10:25:30', middle: '10:15' });
  const { tape } = run;
  const callOf = (instrument: number, from: string) => {
    const later = of(tape.sessions, instrument).filter(({ timeNs }) => timeNs >= run.at(from));
    return { begin: later[0]!, rest: later.slice(1) };
  };
  const sweeperOf = (instrument: number, clock: string): number =>
    tape.commands.find(
      (one) => one.instrument === instrument && one.timeNs === run.at(clock) && one.qtyLots === 40_000,
    )!.orderId;

  it('executes in range, then calls for two minutes and a random end, and uncrosses inside the wider range', () => {
    const { begin, rest } = callOf(ACME, '10:00');
    expect(begin).toMatchObject({ timeNs: run.at('10:00'), to: 'VOLATILITY_AUCTION', rule: 'xetra' });
    expect(rest).toHaveLength(1);
    const [{ timeNs, to }] = rest as [(typeof rest)[0]];
    expect(to).toBe('CONTINUOUS');
    expect(timeNs - begin.timeNs).toBeGreaterThanOrEqual(2 * MINUTE);
    expect(timeNs - begin.timeNs).toBeLessThanOrEqual(2.5 * MINUTE);
    const auction = of(tape.auctions, ACME).at(-1)!;
    expect(auction).toMatchObject({ timeNs, auction: 'reopening', priceTicks: 5_140 });
    const between = of(tape.trades, ACME).filter((one) => one.timeNs > begin.timeNs && one.timeNs < timeNs);
    expect(between).toEqual([]);
  });

  it('keeps the rest of the market order for the call', () => {
    const id = sweeperOf(ACME, '10:00');
    const fills = tape.trades.filter((one) => one.takerOrderId === id || one.makerOrderId === id);
    const sum = (isAuction: boolean) =>
      fills.filter((one) => one.isAuction === isAuction).reduce((lots, one) => lots + one.qtyLots, 0);
    expect(sum(false)).toBeGreaterThan(10_000);
    expect(sum(false) + sum(true)).toBe(40_000);
    for (const { priceTicks, isAuction } of fills)
      expect(priceTicks).toBeLessThanOrEqual(isAuction ? 5_140 : 5_060);
  });

  it('extends the other interruption, whose price lies outside the wider range, until it is ended by hand', () => {
    const { begin, rest } = callOf(BOLT, '10:10');
    expect(begin).toMatchObject({ timeNs: run.at('10:10'), to: 'VOLATILITY_AUCTION', rule: 'xetra' });
    const [extended, over] = rest as [(typeof rest)[0], (typeof rest)[0]];
    expect(extended.cause).toBe('extended');
    expect(extended.timeNs - begin.timeNs).toBeGreaterThanOrEqual(2 * MINUTE);
    expect(extended.timeNs - begin.timeNs).toBeLessThanOrEqual(2.5 * MINUTE);
    expect(over).toMatchObject({ timeNs: run.at('10:20'), to: 'CONTINUOUS' });
    expect(of(tape.auctions, BOLT).at(-1)).toMatchObject({ timeNs: run.at('10:20'), priceTicks: 5_225 });
    expect(run.within(of(tape.trades, BOLT), '10:10:00.001', '10:20')).toEqual([]);
    expect(run.within(of(tape.trades, BOLT), '10:20:01', '10:25').length).toBeGreaterThan(10);
    expect(rest).toHaveLength(2);
  });
});

describe('cme-velocity', () => {
  const run = runTemplate('cme-velocity', { until: '08:50:30', middle: '08:45:02' });
  const { tape } = run;

  it('pauses for five seconds instead of trading 24 ticks away, and opens anew', () => {
    const sessions = run.within(tape.sessions, '08:40', '08:50');
    expect(sessions.map(({ timeNs, to, rule }) => [timeNs, to, rule])).toEqual([
      [run.at('08:45:00'), 'PRE_OPEN', 'cmeVelocity'],
      [run.at('08:45:05'), 'VOLATILITY_AUCTION', ''],
      [run.at('08:45:05'), 'CONTINUOUS', ''],
    ]);
    const swept = run.within(tape.trades, '08:45:00', '08:45:00.001').map(({ priceTicks }) => priceTicks);
    expect(Math.max(...swept) - Math.min(...swept)).toBeLessThan(24);
    expect(swept.length).toBeGreaterThan(5);
    expect(run.within(tape.trades, '08:45:00.001', '08:45:05')).toEqual([]);
  });

  it('lets the rest of the order meet the far offers in the opening', () => {
    const [auction] = run.within(tape.auctions, '08:45', '08:50');
    expect(auction).toMatchObject({ timeNs: run.at('08:45:05'), auction: 'reopening' });
    expect(auction!.lots).toBeGreaterThan(300);
    expect(run.within(tape.trades, '08:45:06', '08:50').length).toBeGreaterThan(50);
  });
});

describe('cme-limit-lock', () => {
  const run = runTemplate('cme-limit-lock', { until: '09:08:30', middle: '09:03' });
  const { tape } = run;
  const LOW = 16_890;

  it('T4.8-a: the limit is 4222.50, and no trade lies below it', () => {
    expect(tape.bands.findLast(({ timeNs }) => timeNs <= run.at('09:00'))).toMatchObject({ lowTicks: LOW });
    expect(Math.min(...tape.trades.map(({ priceTicks }) => priceTicks))).toBe(LOW);
  });

  it('the limit state stops nothing: trades go on at the limit until a buyer takes all that is offered there', () => {
    const [entered, left] = tape.limitStates as [(typeof tape.limitStates)[0], (typeof tape.limitStates)[0]];
    expect(entered).toMatchObject({ what: 'limitStateEntered', rule: 'cmeLimits' });
    expect(entered.timeNs).toBeGreaterThan(run.at('09:01'));
    expect(entered.timeNs).toBeLessThan(run.at('09:03'));
    expect(left).toMatchObject({ what: 'limitStateLeft', timeNs: run.at('09:06') });
    expect(run.within(tape.sessions, '09:00', '09:08')).toEqual([]);
    const locked = run.within(tape.trades, '09:03', '09:06');
    expect(locked.length).toBeGreaterThan(20);
    expect(new Set(locked.map(({ priceTicks }) => priceTicks))).toEqual(new Set([LOW]));
    expect(run.within(tape.trades, '09:06', '09:08').some(({ priceTicks }) => priceTicks > LOW)).toBe(true);
  });

  it('takes no order to sell below the limit, and hits no bid there', () => {
    const world = run.worldAt('09:04');
    expect(world.venue.books[0]!.bestTicks(SELL)).toBe(LOW);
    expect(world.venue.books[0]!.bestTicks(BUY)).toBeLessThan(LOW);
    const outside = run
      .within(tape.cancels, '09:03', '09:06')
      .filter(({ code }) => code === CANCEL_OUTSIDE_BANDS);
    expect(outside.length).toBeGreaterThan(20);
  });
});

describe('liquidity-drought', () => {
  const run = runTemplate('liquidity-drought', { until: '09:45', middle: '09:37' });
  const { tape } = run;

  it('empties the book at once', () => {
    const withdrawn = run.within(tape.cancels, '09:35:00', '09:35:00.001');
    expect(withdrawn.length).toBeGreaterThan(50);
    expect(new Set(withdrawn.map(({ code }) => code))).toEqual(new Set([CANCEL_MASS]));
    expect(run.worldAt('09:35').venue.liveOrderCount).toBe(0);
  });

  it('is thin and wide for five minutes, and then as before, wherever the price is by then', () => {
    const depth = (clock: string) => run.worldAt(clock).venue.liveOrderCount;
    expect(depth('09:37:30') * 5).toBeLessThan(depth('09:34'));
    expect(depth('09:41') * 2).toBeGreaterThan(depth('09:34'));
    const [before, during, after] = [
      run.meanSpread('09:33', '09:35'),
      run.meanSpread('09:36', '09:40'),
      run.meanSpread('09:41', '09:43'),
    ];
    expect(during).toBeGreaterThan(3 * before);
    expect(after).toBeLessThan(1.5 * before);
    const price = (clock: string) =>
      tape.trades.findLast(({ timeNs }) => timeNs <= run.at(clock))!.priceTicks;
    expect(Math.abs(price('09:45') - price('09:40'))).toBeLessThan(Math.abs(price('09:40') - price('09:35')));
  });
});

describe('flash-crash', () => {
  const run = runTemplate('flash-crash', { until: '10:05', middle: '10:00:30' });
  const { tape } = run;
  const price = (clock: string) => tape.trades.findLast(({ timeNs }) => timeNs <= run.at(clock))!.priceTicks;

  it('falls by more than five per cent in a minute, in small steps, and makes up for more than half of it', () => {
    const [before, bottom, after] = [price('10:00'), price('10:01'), price('10:02:30')];
    expect(bottom).toBeLessThan(0.95 * before);
    expect(after - bottom).toBeGreaterThan((before - bottom) / 2);
    expect(after).toBeLessThanOrEqual(9_920);
    const steps = run
      .within(tape.trades, '10:00', '10:01')
      .map(({ priceTicks }, index, all) => Math.abs(priceTicks - (all[index - 1]?.priceTicks ?? before)));
    expect(Math.max(...steps)).toBeLessThan(0.01 * before);
  });

  it('stays where it came to once nobody sells any more: nothing pulls it back', () => {
    expect(Math.abs(price('10:01:30') - price('10:01'))).toBeLessThan(50);
  });
});

describe('fat-finger', () => {
  const run = runTemplate('fat-finger', { until: '09:45', middle: '09:40:00' });
  const { tape } = run;

  it('takes every bid down to the old one, and what is left is cancelled', () => {
    const order = tape.commands.find(
      ({ timeNs, qtyLots }) => timeNs === run.at('09:40') && qtyLots === 500_000,
    )!;
    const fills = tape.trades.filter(({ takerOrderId }) => takerOrderId === order.orderId);
    const prices = fills.map(({ priceTicks }) => priceTicks);
    expect(prices).toEqual([...prices].sort((a, b) => b - a));
    expect(fills.at(-1)).toMatchObject({ priceTicks: 8_000, qtyLots: 1_000 });
    expect(fills.length).toBeGreaterThan(20);
    expect(tape.cancels.find(({ orderId }) => orderId === order.orderId)).toMatchObject({
      code: CANCEL_NO_LIQUIDITY,
    });
    expect(run.worldAt('09:40').venue.books[0]!.depth(BUY, 1)).toEqual([]);
  });

  it('recovers within ten seconds', () => {
    const [before, after] = [tape.quoteAt(run.at('09:39:59')), tape.quoteAt(run.at('09:40:10'))];
    expect(Math.abs(after!.bidTicks - before!.bidTicks)).toBeLessThan(30);
    expect(run.meanSpread('09:40:10', '09:41')).toBeLessThan(3);
  });
});

describe('spread-shock', () => {
  const run = runTemplate('spread-shock', { until: '09:44', middle: '09:41' });
  const { tape } = run;
  const MAKERS = 20;

  it('pulls the quotes of the makers and takes nothing of them until they are back', () => {
    const pulled = run.within(tape.cancels, '09:40:00', '09:40:00.001');
    expect(pulled.length).toBeGreaterThan(10);
    for (const { code, account } of pulled) {
      expect(code).toBe(CANCEL_DISCONNECTED);
      expect(account).toBeLessThanOrEqual(MAKERS);
    }
    const refused = run.within(tape.refusals, '09:40', '09:42').filter(({ account }) => account <= MAKERS);
    const sent = run
      .within(tape.commands, '09:40', '09:42')
      .filter(({ account, kind }) => account <= MAKERS && kind === 'new');
    const times = new Set(refused.map(({ timeNs, account }) => `${timeNs} ${account}`));
    for (const { timeNs, account } of sent) expect(times).toContain(`${timeNs} ${account}`);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set([REJECT_VENUE_DOWN]));
    expect(sent.length).toBeGreaterThan(1_000);
  });

  it('leaves the spread of the others, eight ticks and more', () => {
    for (const { bidLots, askLots, bidTicks, askTicks } of run.within(tape.quotes, '09:40:00.001', '09:42')) {
      if (bidLots > 0 && askLots > 0) expect(askTicks - bidTicks).toBeGreaterThanOrEqual(8);
    }
    expect(run.meanSpread('09:38', '09:40')).toBeLessThan(2);
    expect(run.meanSpread('09:42:05', '09:44')).toBeLessThan(2);
  });
});

describe('quote-stuffing', () => {
  const run = runTemplate('quote-stuffing', { until: '09:42', middle: '09:40:05' });
  const { tape } = run;
  const SCRIPT = 61;

  it('is nearly all of the messages of ten seconds, each order cancelled 2 ms after it came', () => {
    const commands = run.within(tape.commands, '09:40', '09:40:10.010');
    const own = commands.filter(({ account }) => account === SCRIPT);
    const news = own.filter(({ kind }) => kind === 'new');
    expect(news).toHaveLength(10_000);
    expect(own.length).toBeGreaterThan(0.98 * commands.length);
    const sentNs = new Map(news.map(({ orderId, timeNs }) => [orderId, timeNs]));
    const cancels = own.filter(({ kind }) => kind === 'cancel');
    for (const { orderId, timeNs } of cancels) expect(timeNs - sentNs.get(orderId)!).toBe(2 * MS);
    expect(cancels.length).toBeGreaterThan(9_900);
  });

  it('moves the best prices little, and leaves nothing behind', () => {
    const [before, after] = [tape.quoteAt(run.at('09:40')), tape.quoteAt(run.at('09:40:10.010'))];
    expect(Math.abs(before!.bidTicks - after!.bidTicks)).toBeLessThan(20);
    const left: number[] = [];
    run.worldAt('09:40:11').venue.books[0]!.forEachOrder(({ accountId }) => left.push(accountId));
    expect(left).not.toContain(SCRIPT);
    expect(left.length).toBeGreaterThan(10);
  });
});

describe('venue-outage', () => {
  const run = runTemplate('venue-outage', { until: '09:43', middle: '09:40:30' });
  const { tape } = run;

  it('answers every command with VENUE_DOWN and leaves the book as it was', () => {
    const refused = run.within(tape.refusals, '09:40', '09:41');
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set([REJECT_VENUE_DOWN]));
    const sent = run.within(tape.commands, '09:40', '09:41');
    expect(sent.length).toBeGreaterThan(500);
    const times = new Set(refused.map(({ timeNs, account }) => `${timeNs} ${account}`));
    for (const { timeNs, account } of sent) expect(times).toContain(`${timeNs} ${account}`);
    // Changes stand in the journal by their answers alone.
    expect(refused.length).toBeGreaterThan(sent.length + 100);
    expect(run.within(tape.trades, '09:40', '09:41')).toEqual([]);
    expect(run.within(tape.quotes, '09:40', '09:41')).toEqual([]);
    const depth = (clock: string) =>
      [BUY, SELL].map((side) => run.worldAt(clock).venue.books[0]!.depth(side as 0, 100));
    expect(depth('09:40:59.999')).toEqual(depth('09:39:59.999'));
  });

  it('goes on from there', () => {
    expect(
      run.within(tape.refusals, '09:41', '09:43').filter(({ code }) => code === REJECT_VENUE_DOWN),
    ).toEqual([]);
    expect(run.within(tape.trades, '09:41', '09:43').length).toBeGreaterThan(100);
  });
});

describe('feed-gap', () => {
  const run = runTemplate('feed-gap', { until: '09:42', middle: '09:40:10' });
  const { tape } = run;
  const FARTHEST = 7;
  const limits = (from: string, until: string) =>
    run
      .within(tape.commands, from, until)
      .filter(({ kind, account, isMarket }) => kind === 'new' && account <= 60 && !isMarket);

  it('freezes what agents see: their orders keep their distance to the prices of before', () => {
    const frozen = tape.quoteAt(run.at('09:40'))!;
    // From the first order that was decided on and sent in the gap.
    const blind = limits('09:40:00.001', '09:40:20');
    expect(blind.length).toBeGreaterThan(100);
    for (const { side, priceTicks } of blind) {
      const distance = side === BUY ? frozen.askTicks - priceTicks : priceTicks - frozen.bidTicks;
      expect(distance).toBeGreaterThanOrEqual(1);
      expect(distance).toBeLessThanOrEqual(FARTHEST);
    }
    expect(tape.quoteAt(run.at('09:40:06'))!.bidTicks).toBe(10_060);
  });

  it('shows everything at once when it ends', () => {
    const seeing = limits('09:40:20.001', '09:40:25');
    expect(seeing.length).toBeGreaterThan(20);
    for (const { priceTicks } of seeing) expect(Math.abs(priceTicks - 10_060)).toBeLessThan(30);
  });
});

describe('latency-spike', () => {
  const run = runTemplate('latency-spike', { until: '09:42', middle: '09:40:15' });
  const { tape } = run;
  const { spec, sent } = spyOnSends(run.plan.spec);
  const world = run.worldAt('09:42', spec);

  it('keeps the order of arrival within each session, and delays one group only', () => {
    expect(world.finish()).toBe(run.digest);
    const [slowFromNs, slowUntilNs] = [run.at('09:40'), run.at('09:40:30')];
    const delays = { near: [] as number[], slow: [] as number[], heldBack: [] as number[] };
    for (const [agent, messages] of sent) {
      const arrived = tape.commands.filter(({ account }) => account === agent + 1);
      const inOrder = messages.slice(0, arrived.length).map(({ kind, priceTicks }) => [kind, priceTicks]);
      expect(arrived.map(({ kind, priceTicks }) => [kind, priceTicks])).toEqual(inOrder);
      expect(arrived.length).toBeGreaterThan(100);
      arrived.forEach(({ timeNs }, index) => {
        const sentNs = messages[index]!.timeNs;
        if (agent < 5) delays.near.push(timeNs - sentNs);
        else if (sentNs >= slowFromNs && sentNs < slowUntilNs) delays.slow.push(timeNs - sentNs);
        else if (sentNs >= slowUntilNs && timeNs - sentNs > 100 * MS) delays.heldBack.push(timeNs - sentNs);
      });
    }
    expect(new Set(delays.near)).toEqual(new Set([50_000]));
    expect(Math.min(...delays.slow)).toBeGreaterThan(500 * MS);
    expect(delays.slow.length).toBeGreaterThan(500);
    expect(delays.heldBack.length).toBeGreaterThan(5);
  });
});

describe('opening-delayed', () => {
  const run = runTemplate('opening-delayed', { until: '09:45:30', middle: '09:35' });
  const { tape } = run;

  it('opens at the time to which it is held, with one auction, and not before; the other stock on time', () => {
    expect(of(tape.trades, ACME)[0]!.timeNs).toBe(run.at('09:40'));
    expect(of(tape.trades, BOLT)[0]!.timeNs).toBe(run.at('09:30'));
    expect(of(tape.auctions, ACME)).toMatchObject([
      { timeNs: run.at('09:40'), auction: 'opening', priceTicks: 10_300 },
    ]);
    expect(run.within(of(tape.sessions, ACME), '09:30', '09:45').map(({ to, cause }) => [to, cause])).toEqual(
      [
        ['OPENING_AUCTION', 'frozen'],
        ['PRE_OPEN', 'extended'],
        ['OPENING_AUCTION', 'frozen'],
        ['CONTINUOUS', 'schedule'],
      ],
    );
    expect(run.within(of(tape.trades, ACME), '09:40:01', '09:45').length).toBeGreaterThan(20);
  });

  it('publishes the imbalance each second, also after 09:30, and takes orders and cancels all the time', () => {
    const published = run.within(of(tape.indicatives, ACME), '09:30:01', '09:40');
    expect(published).toHaveLength(599);
    const imbalanceAt = (clock: string) =>
      of(tape.indicatives, ACME).findLast(({ timeNs }) => timeNs <= run.at(clock))!.imbalanceLots;
    expect(imbalanceAt('09:35')).toBeGreaterThan(60_000);
    expect(imbalanceAt('09:37')).toBeLessThan(imbalanceAt('09:35'));
    expect(run.within(tape.refusals, '09:30', '09:40')).toEqual([]);
  });
});

describeCorporateActions();
describeOptionSplit();

describe('templates', () => {
  const shipped = shippedScenarios().filter(({ name }) => name.startsWith('templates/'));

  it('are all tested here', () => {
    expect(shipped.map(({ name }) => name)).toEqual([...TESTED_TEMPLATES].sort());
  });

  it.each(shipped)(
    '$name is named after its file, and its header says what to expect and what to change',
    ({ name }) => {
      const text = readFileSync(new URL(`../../configs/${name}`, import.meta.url), 'utf8');
      expect(text).toContain(`\nname: ${name.replace(/^templates\/|\.yaml$/g, '')}\n`);
      const header = text.split('\n').filter((line) => line.startsWith('#'));
      expect(header[0]).toMatch(/^# [A-Z].*\.$/);
      expect(header.some((line) => /^# Expect\b.*:$/.test(line))).toBe(true);
      expect(header.some((line) => line.startsWith('# Change: '))).toBe(true);
    },
  );
});
