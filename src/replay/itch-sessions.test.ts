import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  add,
  at,
  clockNs,
  cross,
  deleted,
  executed,
  executedAt,
  hiddenTrade,
  type ItchBody,
  itchBytes,
  itchCapture,
  ofMsft,
  operationalHalt,
  systemEvent,
  tradingAction,
} from '../../tests/support/itch-day.ts';
import { RecordSink } from '../../tests/support/record-sink.ts';
import { faultOf } from '../../tests/support/replay-pairs.ts';
import { sharedFile } from '../../tests/support/shared-data.ts';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import type { ReplayOptions, ReplayResult } from './contract.ts';
import { replayFiles } from './replay-files.ts';
import type { SymbolSession } from './session-results.ts';

const folder = temporaryFolder('itch-sessions');
const both = ['rebuild', 'match'] as const;
let files = 0;

function saved(name: string, bytes: Uint8Array): string {
  const path = join(folder, `${files++}-${name}`);
  writeFileSync(path, bytes);
  return path;
}

async function replayed(
  bodies: readonly ItchBody[],
  options: Partial<ReplayOptions> = {},
): Promise<{ result: ReplayResult; sink: RecordSink; sessions: readonly SymbolSession[] }> {
  const sink = new RecordSink();
  const path = saved('day.itch', itchBytes(bodies));
  const result = await replayFiles([path], { mode: 'match', strictness: 'strict', sink, ...options });
  return { result, sink, sessions: result.sessions.symbols };
}

const transitionsOf = ({ transitions }: SymbolSession): string[] =>
  transitions.map(({ stateBefore, state, cause, rule }) =>
    `${stateBefore} > ${state} ${cause} ${rule}`.trimEnd(),
  );

const imbalance = (body: Partial<Extract<ItchBody, { type: 'I' }>> = {}): ItchBody => ({
  type: 'I',
  pairedShares: 6000n,
  imbalanceShares: 1000n,
  imbalanceDirection: 'B',
  stock: 'AAPL',
  farPriceE4: 500_800,
  nearPriceE4: 500_800,
  referencePriceE4: 500_500,
  crossType: 'C',
  priceVariation: 'L',
  ...body,
});

const collar = (low: number, high: number, extension: number): ItchBody => ({
  type: 'J',
  stock: 'AAPL',
  collarReferencePriceE4: 1_050_000,
  upperCollarPriceE4: Math.round(high * 1e4),
  lowerCollarPriceE4: Math.round(low * 1e4),
  collarExtension: extension,
});

const regSho = (regShoAction: string): ItchBody => ({ type: 'Y', stock: 'AAPL', regShoAction });

/** A pause of LULD from 10:00:15 to 10:05:15, resumed by a cross (T4.4-g, T2.9-h). */
const PAUSED_DAY: readonly ItchBody[] = [
  at('03:00', systemEvent('O')),
  at('03:05', tradingAction('T')),
  at('04:00', systemEvent('S')),
  at('09:29', add(1, 'B', 300, 104.9)),
  at('09:29', add(2, 'S', 200, 105.1)),
  at('09:30', systemEvent('Q')),
  at('09:45', executed(1, 100)),
  at('10:00:15', tradingAction('P', 'LUDP')),
  at('10:00:15', collar(95, 110.25, 0)),
  // The book stands, and takes orders for the reopening, which may cross it.
  at('10:01', add(3, 'B', 500, 106)),
  at('10:02', tradingAction('Q', 'LUDP')),
  at(
    '10:02',
    imbalance({ crossType: 'H', farPriceE4: 0, nearPriceE4: 1_051_000, referencePriceE4: 1_051_000 }),
  ),
  at('10:05:15', executedAt(2, 200, 105.1, 'N')),
  at('10:05:15', executedAt(3, 200, 105.1, 'N')),
  at('10:05:15', cross(200, 105.1, 'H')),
  at('10:05:15', tradingAction('T')),
  at('10:06', executed(3, 50)),
  at('16:00', systemEvent('M')),
  at('20:00', systemEvent('E')),
];

describe('a halt of an ITCH day', () => {
  it.each(both)('happens when it happened: state, book and reopening, %s', async (mode) => {
    const { result, sink, sessions } = await replayed(PAUSED_DAY, { mode });
    expect(sessions).toHaveLength(1);
    const [session] = sessions as [SymbolSession];
    expect(transitionsOf(session)).toEqual([
      'UNKNOWN > CONTINUOUS schedule',
      'CONTINUOUS > HALTED halt luld',
      'HALTED > VOLATILITY_AUCTION resume luld',
      'VOLATILITY_AUCTION > CONTINUOUS interruptionOver',
      'CONTINUOUS > CLOSED schedule',
    ]);
    expect(session.transitions.map(({ tsEventNs }) => tsEventNs)).toEqual([
      // The stock has its first order then.
      clockNs('09:29'),
      ...['10:00:15', '10:02', '10:05:15', '20:00'].map(clockNs),
    ]);
    expect(session.transitions[1]!.reason).toBe('LUDP');
    expect(session).toMatchObject({
      symbol: 'AAPL',
      state: 'CLOSED',
      transitionCount: 5,
      crosses: [{ tsEventNs: clockNs('10:05:15'), auction: 'reopening', price: '105.10', qtyLots: 200 }],
      lastImbalance: { auction: 'reopening', farPrice: null, nearPrice: '105.10', pairedLots: 6000 },
      lastCollar: { lowPrice: '95.00', highPrice: '110.25', extension: 0 },
      executionsNotContinuous: 0,
    });
    expect(sink.textsOf(0)).toEqual([
      'session -1 > CONTINUOUS schedule',
      'session CONTINUOUS > HALTED halt luld',
      'bands 950000 to 1102500 luld',
      'session HALTED > VOLATILITY_AUCTION resume luld',
      'indicative reopening B side=0 far=-2147483648 near=1051000 reference=1051000 paired=6000 imbalance=1000',
      'auction reopening 200 @ 1051000',
      'session VOLATILITY_AUCTION > CONTINUOUS interruptionOver',
      'session CONTINUOUS > CLOSED schedule',
    ]);
    expect(sink.venue[1]!.timeNs).toBe(clockNs('10:00:15'));
    expect(result.books).toMatchObject([{ bidLots: 250, bestBid: '106.00', liveOrders: 2, bestAsk: null }]);
    expect(result.sessions.market.map(({ event }) => event)).toEqual([
      'startOfMessages',
      'startOfSystemHours',
      'startOfMarketHours',
      'endOfMarketHours',
      'endOfSystemHours',
    ]);
    if (mode === 'rebuild') return;
    expect(result.executionsMatched).toBe(2);
    expect(result.executionsExcusedByCause).toEqual({ auction: 2 });
    expect(result.executionsMissed).toBe(0);
  });

  it('T2.9-h: the orders of a paused stock stay, and new ones come in without matching', async () => {
    const stop = PAUSED_DAY.findIndex((body) => body.type === 'H' && body.tradingState === 'Q');
    const { result } = await replayed(PAUSED_DAY.slice(0, stop));
    expect(result.sessions.symbols[0]!.state).toBe('HALTED');
    expect(result.books).toMatchObject([
      { bestBid: '106.00', bidLots: 500, bestAsk: '105.10', askLots: 200, liveOrders: 3 },
    ]);
  });

  it('gives the same records from a file and from a capture', async () => {
    const file = await replayed(PAUSED_DAY);
    for (const perPacket of [1, 4, 50]) {
      const sink = new RecordSink();
      const path = saved('day.pcap', itchCapture(PAUSED_DAY, perPacket));
      const capture = await replayFiles([path], { mode: 'match', strictness: 'strict', sink });
      expect(capture.digest).toBe(file.result.digest);
      expect(capture.sessions).toEqual(file.result.sessions);
      expect(sink.venue).toEqual(file.sink.venue);
    }
  });
});

describe('trades at times when nothing trades', () => {
  const halted = [
    at('09:30', systemEvent('Q')),
    at('09:31', add(1, 'B', 300, 10)),
    at('09:31', add(2, 'S', 300, 11)),
    at('09:32', tradingAction('H', 'T1')),
  ];

  it.each(both)('not-continuous: an execution during a halt is counted and excused, %s', async (mode) => {
    const { result, sessions } = await replayed(
      [...halted, at('09:33', executed(1, 100)), at('09:34', hiddenTrade(50, 10.5))],
      { mode },
    );
    expect(sessions[0]).toMatchObject({ executionsNotContinuous: 1, hiddenTradesNotContinuous: 1 });
    expect(sessions[0]!.notContinuousExamples).toEqual([
      {
        row: 6,
        tsEventNs: clockNs('09:33'),
        state: 'HALTED',
        orderId: '1',
        price: '10.00',
        qtyLots: 100,
      },
      {
        row: 7,
        tsEventNs: clockNs('09:34'),
        state: 'HALTED',
        orderId: null,
        price: '10.50',
        qtyLots: 50,
      },
    ]);
    // What was recorded is applied all the same.
    expect(result.books).toMatchObject([{ bidLots: 200 }]);
    expect(result.executionsExcusedByCause).toEqual(mode === 'match' ? { 'not-continuous': 1 } : {});
    expect(result.executionsMatched).toBe(mode === 'match' ? 0 : null);
  });

  it('names them before the open and after the close, and not those of a cross', async () => {
    const { sessions, result } = await replayed([
      at('03:00', systemEvent('O')),
      at('03:30', add(1, 'B', 300, 10)),
      at('03:31', executed(1, 10)),
      at('04:00', systemEvent('S')),
      at('04:01', executed(1, 10)),
      at('09:30', systemEvent('Q')),
      at('20:00', systemEvent('E')),
      at('20:01', executedAt(1, 10, 9.9, 'Y')),
      at('20:02', executedAt(1, 10, 9.9, 'N')),
    ]);
    expect(sessions[0]).toMatchObject({ executionsNotContinuous: 2 });
    expect(sessions[0]!.notContinuousExamples.map(({ state }) => state)).toEqual(['CLOSED', 'CLOSED']);
    expect(result.executionsExcusedByCause).toEqual({ 'not-continuous': 2, auction: 1 });
    expect(result.executionsMatched).toBe(1);
  });

  it('a recording that says nothing of sessions has none, and all its executions count', async () => {
    const { sessions, result } = await replayed([add(1, 'B', 300, 10), executed(1, 10)]);
    expect(result.sessions).toEqual({ market: [], marketEventCount: 0, declineLevels: null, symbols: [] });
    expect(sessions).toEqual([]);
    expect(result.executionsMatched).toBe(1);
  });

  it('after a gap it may be the message of the resumption that is missing: after-bad-record', async () => {
    const bodies = [...halted, at('09:33', executed(1, 100))];
    const capture = itchCapture(bodies, 1);
    // Directory of two, then one packet per message: the execution comes with a number that leaves a gap.
    const view = new DataView(capture.buffer);
    view.setUint32(capture.length - (2 + 31) - 2 - 4, 99);
    const path = saved('gap.pcap', capture);
    const result = await replayFiles([path], { mode: 'match', strictness: 'lenient' });
    expect(result.quarantine.byReason).toEqual({ gap: 1 });
    expect(result.executionsExcusedByCause).toEqual({ 'after-bad-record': 1 });
    expect(result.sessions.symbols[0]!.executionsNotContinuous).toBe(0);
  });
});

describe('messages to the whole market', () => {
  const levels: ItchBody = {
    type: 'V',
    stockLocate: 0,
    level1E8: 421_487_000_000n,
    level2E8: 394_294_000_000n,
    level3E8: 362_570_000_000n,
  };
  const breach = (breachedLevel: string): ItchBody => ({ type: 'W', stockLocate: 0, breachedLevel });
  const day = [
    at('09:00', systemEvent('S')),
    at('09:01', add(1, 'B', 300, 10)),
    at('09:01', ofMsft(add(2, 'B', 300, 20))),
    at('09:30', systemEvent('Q')),
    at('09:31', levels),
    at('11:00', breach('1')),
    at('11:00', tradingAction('H', 'MWC1')),
    at('11:15', tradingAction('T', 'MWCQ')),
    at('11:16', executed(1, 10)),
    at('11:17', ofMsft(executed(2, 10))),
  ];

  it('T4.5-a: a breach of a level halts every stock until each of them is released', async () => {
    const { result, sink, sessions } = await replayed(day);
    expect(result.sessions.declineLevels).toEqual(['4214.87', '3942.94', '3625.70']);
    expect(result.sessions.market.map(({ event }) => event)).toEqual([
      ...['startOfSystemHours', 'startOfMarketHours', 'declineLevels', 'breachOfLevel1'],
    ]);
    expect(sessions.map(({ symbol, state }) => [symbol, state])).toEqual([
      ['AAPL', 'CONTINUOUS'],
      ['MSFT', 'HALTED'],
    ]);
    for (const session of sessions) {
      expect(transitionsOf(session).slice(0, 2)).toEqual([
        'UNKNOWN > CONTINUOUS schedule',
        'CONTINUOUS > HALTED halt marketWide',
      ]);
      expect(session.transitions[1]!.tsEventNs).toBe(clockNs('11:00'));
    }
    expect(sink.venue.filter(({ timeNs }) => timeNs === clockNs('11:00'))).toEqual([
      { timeNs: clockNs('11:00'), instrument: 0, text: 'session CONTINUOUS > HALTED halt marketWide' },
      { timeNs: clockNs('11:00'), instrument: 1, text: 'session CONTINUOUS > HALTED halt marketWide' },
    ]);
    expect(result.executionsMatched).toBe(1);
    expect(result.executionsExcusedByCause).toEqual({ 'not-continuous': 1 });
    expect(sessions[1]).toMatchObject({ executionsNotContinuous: 1 });
  });

  it('a stock that appears during it begins halted', async () => {
    const { sink } = await replayed([
      at('09:00', systemEvent('S')),
      at('11:00', breach('2')),
      at('11:01', add(1, 'B', 300, 10)),
    ]);
    expect(sink.textsOf(0)).toEqual(['session -1 > HALTED halt marketWide']);
  });

  it('a breach that cannot be read leaves no state that is known, until the next day', async () => {
    const first = itchBytes([
      at('09:00', systemEvent('S')),
      at('09:01', add(1, 'B', 300, 10)),
      at('11:00', breach('9')),
      at('11:01', ofMsft(add(2, 'B', 300, 20))),
    ]);
    const second = itchBytes([
      at('03:00', systemEvent('O')),
      at('04:00', systemEvent('S')),
      at('09:00', { ...add(3, 'B', 300, 30, 'NEW'), stockLocate: 9 } as ItchBody),
    ]);
    const sink = new RecordSink();
    const paths = [saved('first.itch', first), saved('second.itch', second)];
    const result = await replayFiles(paths, { mode: 'match', strictness: 'lenient', sink });
    expect(result.symbols).toEqual(['AAPL', 'MSFT', 'NEW']);
    expect(sink.textsOf(0).slice(0, 2)).toEqual([
      'session -1 > CONTINUOUS schedule',
      'session CONTINUOUS > -1 lost',
    ]);
    expect(sink.textsOf(1)).toEqual(['session -1 > CLOSED schedule', 'session CLOSED > CONTINUOUS schedule']);
    expect(sink.textsOf(2)).toEqual(['session -1 > CONTINUOUS schedule']);
  });

  it('reaches only the symbols asked for', async () => {
    const { result, sink } = await replayed(day, { symbols: ['MSFT'] });
    expect(result.symbols).toEqual(['MSFT']);
    expect(result.sessions.symbols.map(({ symbol }) => symbol)).toEqual(['MSFT']);
    expect(new Set(sink.venue.map(({ instrument }) => instrument))).toEqual(new Set([0]));
  });
});

describe('other venue messages of ITCH', () => {
  it('T3.5-a: an imbalance becomes an indicative record and the last one is kept', async () => {
    const { sink, sessions } = await replayed([
      add(1, 'B', 100, 50.02),
      imbalance({ imbalanceDirection: 'N', imbalanceShares: 0n }),
      imbalance(),
    ]);
    expect(sink.textsOf(0)).toEqual([
      'indicative closing N side=0 far=500800 near=500800 reference=500500 paired=6000 imbalance=0',
      'indicative closing B side=0 far=500800 near=500800 reference=500500 paired=6000 imbalance=1000',
    ]);
    expect(sessions[0]).toMatchObject({
      imbalanceCount: 2,
      lastImbalance: { direction: 'B', farPrice: '50.08', nearPrice: '50.08', referencePrice: '50.05' },
      transitions: [],
      state: 'UNKNOWN',
    });
  });

  it('an imbalance to sell has the side of the sellers', async () => {
    const { sink } = await replayed([imbalance({ imbalanceDirection: 'S' })]);
    expect(sink.textsOf(0)[0]).toContain('closing S side=1');
  });

  it('T4.4-h: each extension of a reopening widens its collar', async () => {
    const { sink, sessions } = await replayed([
      add(1, 'B', 100, 105),
      tradingAction('P', 'LUDP'),
      collar(95, 110.25, 0),
      collar(95, 115.5, 1),
      collar(95, 120.75, 2),
    ]);
    expect(sink.textsOf(0).slice(1)).toEqual([
      'bands 950000 to 1102500 luld',
      'bands 950000 to 1155000 luld',
      'bands 950000 to 1207500 luld',
    ]);
    expect(sessions[0]!.lastCollar).toMatchObject({ highPrice: '120.75', extension: 2 });
  });

  it('short sales are restricted once, and free again once', async () => {
    const { sink, sessions } = await replayed([
      regSho('0'),
      add(1, 'B', 100, 10),
      regSho('1'),
      regSho('2'),
      regSho('0'),
    ]);
    expect(sink.textsOf(0)).toEqual([
      'limitState shortSaleRestricted regSho201',
      'limitState shortSaleFree regSho201',
    ]);
    expect(sessions[0]!.isShortSaleRestricted).toBe(false);
  });

  it('a restriction that was told before the first order is told with it', async () => {
    const { sink } = await replayed([regSho('2'), add(1, 'B', 100, 10)]);
    expect(sink.textsOf(0)).toEqual(['limitState shortSaleRestricted regSho201']);
  });

  it('an outage of the exchange halts, and its end lets trading go on', async () => {
    const { sink } = await replayed([
      add(1, 'B', 100, 10),
      tradingAction('T'),
      operationalHalt('H'),
      operationalHalt('T'),
      deleted(1),
    ]);
    expect(sink.textsOf(0)).toEqual([
      'session -1 > CONTINUOUS schedule',
      'session CONTINUOUS > HALTED halt outage',
      'session HALTED > CONTINUOUS resume',
    ]);
  });

  it('a new stock: halted, release told, quoted, released by its cross', async () => {
    const { sink, sessions } = await replayed([
      at('04:00', systemEvent('S')),
      at('04:01', tradingAction('H', 'IPO1')),
      at('09:00', {
        type: 'K',
        stock: 'AAPL',
        releaseTimeSeconds: 37_800,
        releaseQualifier: 'A',
        ipoPriceE4: 200_000,
      }),
      at('10:20', tradingAction('Q', 'IPOQ')),
      at('10:25', add(1, 'B', 100, 21)),
      at('10:30', cross(5000, 21, 'H')),
      at('10:30', tradingAction('T')),
    ]);
    expect(sink.textsOf(0)).toEqual([
      'session -1 > CONTINUOUS schedule',
      'session CONTINUOUS > HALTED halt other',
      'session HALTED > VOLATILITY_AUCTION resume other',
      'auction reopening 5000 @ 210000',
      'session VOLATILITY_AUCTION > CONTINUOUS interruptionOver',
    ]);
    expect(sessions[0]!.lastIpoRelease).toEqual({
      tsEventNs: clockNs('09:00'),
      releaseNs: clockNs('10:30'),
      isCancelled: false,
      price: '20.00',
    });
  });

  it('a cross that did not take place has no price', async () => {
    const { sink, sessions } = await replayed([add(1, 'B', 100, 10), cross(0, 0, 'O')]);
    expect(sink.textsOf(0)).toEqual(['auction opening 0 @ -2147483648 nothingExecutable']);
    expect(sessions[0]!.crosses).toMatchObject([{ auction: 'opening', price: null, qtyLots: 0 }]);
  });

  it('a price of a message that fits no tick makes the replay begin anew with ticks that it fits', async () => {
    const { sink, result } = await replayed([
      add(1, 'B', 1, 400_000.5),
      imbalance({ farPriceE4: 4_000_000_000, nearPriceE4: 4_000_002_500, referencePriceE4: 4_000_005_000 }),
    ]);
    expect(result.books[0]!.tickSize).toBe('0.25');
    expect(sink.textsOf(0)[0]).toContain('far=1600000 near=1600001 reference=1600002');
  });

  it('kept entries are bounded, and all are counted', async () => {
    const flips = Array.from({ length: 300 }, (_, i) => tradingAction(i % 2 === 0 ? 'H' : 'T', 'T1'));
    const { sessions, sink } = await replayed([add(1, 'B', 1, 10), ...flips]);
    expect(sessions[0]!.transitions).toHaveLength(100);
    expect(sessions[0]!.transitionCount).toBe(300);
    expect(sink.venue).toHaveLength(300);
  });
});

const CAPTURES = sharedFile('data/itch/pcap/Nasdaq/Nasdaq.Equities.TotalView.Itch.v5.0.20230822');
const RITCH = sharedFile('data/itch/ritch/ex20101224.TEST_ITCH_50.gz');
const FACTS = sharedFile('data/facts.json');

describe.skipIf(CAPTURES === null || RITCH === null || FACTS === null)('sessions of real ITCH', () => {
  const facts = FACTS === null ? null : JSON.parse(readFileSync(FACTS, 'utf8')).itch;
  const options = { mode: 'match', strictness: 'lenient' } as const;

  it.each([
    ['CrossTrade', 'crossCount', 'Q'],
    ['NetOrderImbalanceIndicator', 'imbalanceCount', 'I'],
    ['StockTradingAction', 'transitionCount', 'H'],
  ] as const)('captures of %s: every message is told', async (name, count, type) => {
    const result = await replayFiles([`${CAPTURES}/${name}.pcap`], options);
    const told = result.sessions.symbols.reduce((sum, session) => sum + session[count], 0);
    const expected = facts['pcap TotalView 20230822, messages per type'][type];
    // A status that says what was known already is no change.
    if (count === 'transitionCount') expect(told).toBeLessThanOrEqual(expected);
    else expect(told).toBe(expected);
    expect(result.quarantine.total).toBe(0);
  });

  it('the synthetic day trades between its first and its last system event', async () => {
    const result = await replayFiles([RITCH!], options);
    expect(result.sessions.market).toHaveLength(facts['ritch/ex20101224.TEST_ITCH_50.gz'].types.S);
    expect(result.sessions.symbols).toHaveLength(3);
    for (const session of result.sessions.symbols) {
      expect(transitionsOf(session)).toEqual([
        'UNKNOWN > CONTINUOUS schedule',
        'CONTINUOUS > CLOSED schedule',
      ]);
      expect(session.executionsNotContinuous + session.hiddenTradesNotContinuous).toBe(0);
    }
    expect((await faultOf(replayFiles([RITCH!], { ...options, strictness: 'strict' }))).code).toBe(
      'DATA_RECORD',
    );
  });
});
