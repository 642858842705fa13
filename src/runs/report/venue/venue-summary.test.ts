/** What the summary of a journal says of sessions and fees: records made by hand, and what must come of them. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEST_INSTRUMENT } from '../../../../tests/support/journal-of-commands.ts';
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts';
import { VenueRecords } from '../../../../tests/support/venue-records.ts';
import { BUY, HEAD_FLAG_AUCTION, type InstrumentSpec, SELL } from '../../../domain/index.ts';
import {
  agentGroupsOf,
  JournalReader,
  type RunSummary,
  type SummaryOptions,
  summarizeJournal,
  venueMetrics,
} from '../../index.ts';
import { CALL_POINTS_MAX, CALLS_MAX, REOPENING_CALLS_MAX } from './call-courses.ts';
import { netMicro } from './fee-summary.ts';
import { HALTS_MAX } from './halt-history.ts';
import { formatMicro } from './money.ts';
import { AUCTIONS_MAX, BANDS_MAX, CHANGES_MAX, LIMIT_STATES_MAX } from './session-tally.ts';

const root = temporaryFolder('venue-summary');
let files = 0;

function summaryOf(
  records: VenueRecords,
  options: SummaryOptions = {},
  instruments: readonly InstrumentSpec[] = [TEST_INSTRUMENT],
): RunSummary {
  const path = join(root, `${++files}.bin`);
  records.write(path, instruments);
  const reader = new JournalReader(path);
  try {
    return summarizeJournal(reader, options);
  } finally {
    reader.close();
  }
}

const sessionsOf = (records: VenueRecords) => summaryOf(records).instruments[0]!.sessions!;

describe('the sessions of a journal', () => {
  it('are told with every change, and time in each state to the end of the records', () => {
    const { stateNs, changes, endNs } = sessionsOf(
      new VenueRecords()
        .at(100)
        .session('PRE_OPEN', 'CLOSED')
        .at(160)
        .session('OPENING_AUCTION', 'PRE_OPEN', 'frozen')
        .session('CONTINUOUS', 'OPENING_AUCTION')
        .at(200)
        .session('CLOSED', 'CONTINUOUS')
        .at(300)
        .session('PRE_OPEN', 'CLOSED')
        .at(310.5)
        .trade(BUY, 100, 1),
    );
    expect(stateNs).toEqual([
      { state: 'CLOSED', ns: 100e9 },
      { state: 'PRE_OPEN', ns: 70.5e9 },
      { state: 'CONTINUOUS', ns: 40e9 },
    ]);
    expect(changes.leftOut).toBe(0);
    expect(changes.list.map(({ state }) => state)).toEqual([
      'PRE_OPEN',
      'OPENING_AUCTION',
      'CONTINUOUS',
      'CLOSED',
      'PRE_OPEN',
    ]);
    expect(changes.list[1]).toEqual({
      timeNs: 160e9,
      state: 'OPENING_AUCTION',
      stateBefore: 'PRE_OPEN',
      cause: 'frozen',
      rule: '',
    });
    expect(endNs).toBe(310.5e9);
  });

  it('are absent where the journal tells of none', () => {
    const summary = summaryOf(new VenueRecords().at(1).trade(BUY, 100, 1));
    expect(summary.instruments[0]!.sessions).toBeNull();
    expect(summary.fees).toEqual([]);
    expect(venueMetrics(summary)).toEqual({});
  });

  it('have halts that last until the schedule goes on, reopening auction and all', () => {
    const { halts } = sessionsOf(
      new VenueRecords()
        .at(0)
        .session('CONTINUOUS', 'CLOSED')
        // A pause, which ends in an auction.
        .at(10)
        .session('PAUSED', 'CONTINUOUS', 'interrupt', 'luld')
        .at(310)
        .session('VOLATILITY_AUCTION', 'PAUSED', 'frozen')
        .auction('reopening', 100, { volume: 5 })
        .session('CONTINUOUS', 'VOLATILITY_AUCTION', 'interruptionOver')
        // A halt with a change of the schedule below it, lifted into a reopening call.
        .at(400)
        .session('HALTED', 'CONTINUOUS', 'halt', 'news')
        .at(450)
        .session('HALTED', 'HALTED', 'schedule')
        .at(500)
        .session('VOLATILITY_AUCTION', 'HALTED', 'resume')
        .at(560)
        .session('VOLATILITY_AUCTION', 'VOLATILITY_AUCTION', 'extended')
        .at(600)
        .session('CONTINUOUS', 'VOLATILITY_AUCTION', 'interruptionOver')
        // A halt within a pause takes its place; the first end is its beginning.
        .at(700)
        .session('PAUSED', 'CONTINUOUS', 'interrupt', 'luld')
        .at(710)
        .session('HALTED', 'PAUSED', 'halt', 'marketWide')
        .at(720)
        .session('CONTINUOUS', 'HALTED', 'resume')
        // A scheduled auction takes over.
        .at(800)
        .session('VOLATILITY_AUCTION', 'CONTINUOUS', 'interrupt', 'xetra')
        .at(810)
        .session('CLOSING_CALL', 'VOLATILITY_AUCTION', 'preempted')
        // Nobody lifts the last one.
        .at(900)
        .session('HALTED', 'CLOSING_CALL', 'halt', 'operator'),
    );
    expect(halts.leftOut).toBe(0);
    expect(
      halts.list.map(({ startNs, endNs, cause, rule }) => [
        startNs / 1e9,
        endNs === null ? null : endNs / 1e9,
        cause,
        rule,
      ]),
    ).toEqual([
      [10, 310, 'interrupt', 'luld'],
      [400, 600, 'halt', 'news'],
      [700, 710, 'interrupt', 'luld'],
      [710, 720, 'halt', 'marketWide'],
      [800, 810, 'interrupt', 'xetra'],
      [900, null, 'halt', 'operator'],
    ]);
  });

  it('of a recording may not be told for a while: that is no state, and nothing is known to be halted then', () => {
    const { stateNs, changes, halts } = sessionsOf(
      new VenueRecords()
        .at(10)
        .session('HALTED', 'UNKNOWN', 'halt', 'news')
        .at(20)
        .session('UNKNOWN', 'HALTED', 'lost')
        .at(50)
        .session('CONTINUOUS', 'UNKNOWN')
        .at(60)
        .trade(BUY, 100, 1),
    );
    expect(stateNs).toEqual([
      { state: 'CONTINUOUS', ns: 10e9 },
      { state: 'HALTED', ns: 10e9 },
    ]);
    expect(changes.list.map(({ stateBefore, state }) => [stateBefore, state])).toEqual([
      ['UNKNOWN', 'HALTED'],
      ['HALTED', 'UNKNOWN'],
      ['UNKNOWN', 'CONTINUOUS'],
    ]);
    expect(halts.list).toMatchObject([{ startNs: 10e9, endNs: 20e9, rule: 'news' }]);
  });

  it('have auctions with what came of them, bands without the bounds that are none, and limit states', () => {
    const { auctions, reopenings, bands, limitStates } = sessionsOf(
      new VenueRecords()
        .at(0)
        .session('CONTINUOUS', 'CLOSED')
        .auction('opening', 10_050, { volume: 3e9, imbalance: -700, trades: 12 })
        .bands('luld', 9500, 10_500)
        .at(5)
        .auction('intraday', 'noInterest')
        .auction('reopening', 99)
        .bands('cmeLimits', 9300, null)
        .limitState('luld', 'limitStateEntered', 9500, SELL)
        .at(6)
        .limitState('luld', 'limitStateLeft')
        .limitState('regSho201', 'shortSaleRestricted'),
    );
    expect(auctions.list).toEqual([
      {
        timeNs: 0,
        kind: 'opening',
        priceTicks: 10_050,
        noPrice: '',
        volumeLots: 3e9,
        imbalanceLots: 700,
        imbalanceSide: 'sell',
        trades: 12,
      },
      {
        timeNs: 5e9,
        kind: 'intraday',
        priceTicks: null,
        noPrice: 'noInterest',
        volumeLots: 0,
        imbalanceLots: 0,
        imbalanceSide: null,
        trades: 0,
      },
    ]);
    expect(reopenings.list).toMatchObject([{ kind: 'reopening', priceTicks: 99 }]);
    expect(bands.list).toEqual([
      { timeNs: 0, rule: 'luld', lowTicks: 9500, highTicks: 10_500 },
      { timeNs: 5e9, rule: 'cmeLimits', lowTicks: 9300, highTicks: null },
    ]);
    expect(limitStates.list).toEqual([
      { timeNs: 5e9, rule: 'luld', what: 'limitStateEntered', limitTicks: 9500, side: 'sell' },
      { timeNs: 6e9, rule: 'luld', what: 'limitStateLeft', limitTicks: null, side: null },
      { timeNs: 6e9, rule: 'regSho201', what: 'shortSaleRestricted', limitTicks: null, side: null },
    ]);
  });

  it('have the course of each call from the first thing it says, evenly thinned, with its last word', () => {
    const records = new VenueRecords().at(0).session('PRE_OPEN', 'CLOSED');
    for (let second = 0; second < 10; second++) records.at(second).indicative('opening', null);
    for (let second = 10; second < 1010; second++) {
      const imbalance = second % 2 === 0 ? 5 : -5;
      records.at(second).indicative('opening', 10_000 + second, { paired: second, imbalance });
    }
    records.at(1010).auction('opening', 11_009);
    const { list } = sessionsOf(records).calls;
    expect(list).toHaveLength(1);
    const [course] = list;
    expect(course).toMatchObject({ kind: 'opening', publications: 1010, auction: { priceTicks: 11_009 } });
    const seconds = course!.points.map(({ timeNs }) => timeNs / 1e9);
    expect(seconds.length).toBeGreaterThan(CALL_POINTS_MAX / 2);
    expect(seconds.length).toBeLessThanOrEqual(CALL_POINTS_MAX + 1);
    expect(seconds[0]).toBe(10);
    expect(seconds.at(-1)).toBe(1009);
    const steps = seconds.slice(1, -1).map((second, i) => second - seconds[i]!);
    expect(new Set(steps)).toEqual(new Set([16]));
    expect(course!.points.at(-1)).toEqual({
      timeNs: 1009e9,
      priceTicks: 11_009,
      farTicks: null,
      referenceTicks: null,
      pairedLots: 1009,
      imbalanceLots: -5,
    });
  });

  it('keep calls apart that publish by turns, and end those that came to nothing', () => {
    const { calls } = sessionsOf(
      new VenueRecords()
        .at(0)
        .session('CONTINUOUS', 'CLOSED')
        .at(1)
        .indicative('closing', 100, { paired: 5 }, { farTicks: 99, referenceTicks: 101 })
        .at(2)
        .indicative('reopening', 90)
        .at(3)
        .auction('reopening', 91)
        .at(4)
        .indicative('closing', 102)
        .at(5)
        .session('CLOSED', 'CONTINUOUS')
        .at(6)
        .indicative('opening', null)
        .at(7)
        .indicative('opening', 103),
    );
    expect(calls.list.map(({ kind, points, auction }) => [kind, points.length, auction?.priceTicks])).toEqual(
      [
        ['closing', 2, undefined],
        ['reopening', 1, 91],
        ['opening', 1, undefined],
      ],
    );
    expect(calls.list[0]!.points[0]).toMatchObject({ farTicks: 99, referenceTicks: 101 });
  });

  it('keep the first of every list and count the rest, however long the run', () => {
    const records = new VenueRecords();
    const days = CHANGES_MAX / 2;
    for (let day = 0; day < days; day++) {
      records
        .at(day * 100)
        .session('CONTINUOUS', 'CLOSED')
        .bands('luld', day, day + 10)
        .at(day * 100 + 10)
        .session('HALTED', 'CONTINUOUS', 'halt', 'news')
        .indicative('reopening', 5)
        .auction('reopening', 5)
        .at(day * 100 + 20)
        .session('CONTINUOUS', 'HALTED', 'resume')
        .limitState('luld', 'straddleEntered')
        .indicative('closing', 5)
        .at(day * 100 + 30)
        .auction('closing', 5)
        .session('CLOSED', 'CONTINUOUS');
    }
    const { stateNs, changes, halts, auctions, reopenings, bands, calls, limitStates } = sessionsOf(records);
    for (const [kept, max, count] of [
      [changes, CHANGES_MAX, days * 4],
      [halts, HALTS_MAX, days],
      [auctions, AUCTIONS_MAX, days],
      [reopenings, AUCTIONS_MAX, days],
      [bands, BANDS_MAX, days],
      [limitStates, LIMIT_STATES_MAX, days],
      [calls, CALLS_MAX + REOPENING_CALLS_MAX, days * 2],
    ] as const) {
      expect(kept.list).toHaveLength(max);
      expect(kept.list.length + kept.leftOut).toBe(count);
    }
    // What is added up is added up over the whole run.
    expect(stateNs).toEqual([
      { state: 'CLOSED', ns: (days - 1) * 70e9 },
      { state: 'CONTINUOUS', ns: days * 20e9 },
      { state: 'HALTED', ns: days * 10e9 },
    ]);
  });

  it('count trades of auctions for themselves: they have no aggressor', () => {
    const { trading, series } = summaryOf(
      new VenueRecords()
        .at(0)
        .trade(BUY, 100, 30, HEAD_FLAG_AUCTION)
        .trade(BUY, 100, 5)
        .trade(SELL, 99, 2)
        .trade(BUY, 101, 7, HEAD_FLAG_AUCTION),
    ).instruments[0]!;
    expect(trading).toMatchObject({ trades: 4, lots: 44, auctionLots: 37, tickLots: '4405' });
    expect(series.rows[0]).toMatchObject({ buyLots: 5, sellLots: 2, auctionLots: 37, buyVwapTicks: 100 });
  });
});

describe('the quotes of a venue', () => {
  it('count while orders match: not in calls, not while it is closed', () => {
    const { quotes, depth, series } = summaryOf(
      new VenueRecords()
        .at(0)
        .session('PRE_OPEN', 'CLOSED')
        .level(BUY, 105, 10)
        .level(SELL, 100, 10)
        .at(10)
        .level(BUY, 105, 0)
        .level(BUY, 98, 7)
        .session('CONTINUOUS', 'PRE_OPEN')
        .at(14)
        .level(SELL, 100, 0)
        .level(SELL, 99, 10)
        .at(15)
        .session('HALTED', 'CONTINUOUS', 'halt', 'news')
        .at(20)
        .session('CONTINUOUS', 'HALTED', 'resume')
        .at(21)
        .session('CLOSED', 'CONTINUOUS')
        .at(1000)
        .level(SELL, 99, 0),
      { depthIntervalNs: 1e9, depthTicks: 1 },
    ).instruments[0]!;
    // Two ticks wide for 4 s, then one for 1 s and, after the halt, for 1 s.
    expect(quotes).toMatchObject({ twoSidedNs: 6e9, crossedNs: 0, spreadMeanTicks: (2 * 4 + 1 + 1) / 6 });
    expect(depth).toMatchObject({ samples: 6, bidLots: [7], askLots: [10] });
    // Rows are ten seconds wide here.
    expect(series.rows.filter((row) => row.midTicks !== null).map((row) => row.startNs / 1e9)).toEqual([
      10, 20,
    ]);
  });
});

describe('the fees of a journal', () => {
  const groups = [
    { name: 'makers', agents: 2 },
    { name: 'nobody', agents: 1 },
    { name: 'takers', agents: 3 },
  ];

  it('add up by kind of fill and by group: groups take consecutive accounts', () => {
    const { fees } = summaryOf(
      new VenueRecords()
        .at(0)
        .fee(1, 'maker', -200)
        .fee(2, 'hiddenMaker', -50)
        .fee(4, 'taker', 300)
        .fee(6, 'taker', 310)
        .fee(2, 'auction', 40)
        .fee(7, 'taker', 1),
      { groups },
    );
    expect(fees).toHaveLength(1);
    const { currency, total, byFillKind, byGroup } = fees[0]!;
    expect(currency).toBe('USD');
    expect(total).toEqual({ fills: 6, chargedMicro: 651n, rebatesMicro: -250n });
    expect(byFillKind.map((entry) => [entry.kind, entry.fills, netMicro(entry)])).toEqual([
      ['taker', 3, 611n],
      ['maker', 1, -200n],
      ['hiddenMaker', 1, -50n],
      ['auction', 1, 40n],
    ]);
    expect(
      byGroup.map(({ name, agents, fills, ...rest }) => [name, agents, fills, netMicro({ fills, ...rest })]),
    ).toEqual([
      ['makers', 2, 3, -210n],
      ['nobody', 1, 0, 0n],
      ['takers', 3, 2, 610n],
      ['other accounts', 0, 1, 1n],
    ]);
    expect(byGroup.reduce((sum, entry) => sum + netMicro(entry), 0n)).toBe(netMicro(total));
  });

  it('stay exact beyond the whole numbers of a float', () => {
    const records = new VenueRecords().at(0);
    for (let i = 0; i < 5; i++) records.fee(1, 'taker', 2 ** 52 - 1);
    records.fee(1, 'taker', 3);
    const { total } = summaryOf(records).fees[0]!;
    expect(total.chargedMicro).toBe(5n * (2n ** 52n - 1n) + 3n);
  });

  it('are told by currency', () => {
    const euro = { ...TEST_INSTRUMENT, symbol: 'EURO', currency: 'EUR' };
    const { fees } = summaryOf(
      new VenueRecords().at(0, 1).fee(1, 'taker', 5).at(1, 0).fee(1, 'taker', 7),
      {},
      [TEST_INSTRUMENT, euro],
    );
    expect(fees.map(({ currency, total }) => [currency, total.chargedMicro])).toEqual([
      ['USD', 7n],
      ['EUR', 5n],
    ]);
  });

  it('know their groups from the config of the run, if it has any', () => {
    expect(
      agentGroupsOf({
        agents: [
          { name: 'a', count: 3 },
          { name: 'b', count: 1 },
        ],
      }),
    ).toEqual([
      { name: 'a', agents: 3 },
      { name: 'b', agents: 1 },
    ]);
    for (const config of [null, 'x', {}, { agents: 3 }, { agents: [{ name: 'a' }] }, { agents: [null] }])
      expect(agentGroupsOf(config)).toEqual([]);
  });

  it('are written out in full', () => {
    expect([0n, 5n, -1_234_567n, 12_000_000n].map(formatMicro)).toEqual([
      '0.000000',
      '0.000005',
      '-1.234567',
      '12.000000',
    ]);
  });
});

describe('the metrics of a venue', () => {
  it('give sessions by symbol and fees by currency, with exact decimals', () => {
    const summary = summaryOf(
      new VenueRecords()
        .at(0)
        .session('PRE_OPEN', 'CLOSED')
        .at(60)
        .auction('opening', 10_001, { volume: 500, imbalance: 100, trades: 3 })
        .session('CONTINUOUS', 'PRE_OPEN')
        .at(70)
        .session('PAUSED', 'CONTINUOUS', 'interrupt', 'luld')
        .at(80)
        .auction('reopening', 'nothingExecutable')
        .session('CONTINUOUS', 'PAUSED', 'interruptionOver')
        .fee(1, 'taker', 1_500_000)
        .fee(2, 'maker', -250_000),
      { groups: [{ name: 'flow', agents: 2 }] },
    );
    const amounts = { fills: 2, charged: '1.500000', rebates: '0.250000', net: '1.250000' };
    expect(venueMetrics(summary)).toEqual({
      sessions: {
        ACME: {
          secondsByState: { PRE_OPEN: 60, CONTINUOUS: 10, PAUSED: 10 },
          auctions: [
            {
              timeNs: 60e9,
              kind: 'opening',
              price: '100.01',
              noPrice: null,
              volumeLots: 500,
              imbalanceLots: 100,
              imbalanceSide: 'buy',
              trades: 3,
            },
            {
              timeNs: 80e9,
              kind: 'reopening',
              price: null,
              noPrice: 'nothingExecutable',
              volumeLots: 0,
              imbalanceLots: 0,
              imbalanceSide: null,
              trades: 0,
            },
          ],
          auctionsLeftOut: 0,
          halts: [{ startNs: 70e9, endNs: 80e9, state: 'PAUSED', cause: 'interrupt', rule: 'luld' }],
          haltsLeftOut: 0,
        },
      },
      fees: {
        USD: {
          ...amounts,
          byFillKind: {
            taker: { fills: 1, charged: '1.500000', rebates: '0.000000', net: '1.500000' },
            maker: { fills: 1, charged: '0.000000', rebates: '0.250000', net: '-0.250000' },
          },
          byGroup: [{ name: 'flow', agents: 2, ...amounts }],
        },
      },
    });
  });
});
