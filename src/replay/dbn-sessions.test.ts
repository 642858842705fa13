import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type DbnRow,
  dbnFile,
  dbnImbalance,
  dbnStatus,
  dbnVenueFile,
} from '../../tests/support/dbn-files.ts';
import { mdpCapture, mdpStatus } from '../../tests/support/mdp-captures.ts';
import { RecordSink } from '../../tests/support/record-sink.ts';
import { faultOf } from '../../tests/support/replay-pairs.ts';
import { sharedFile } from '../../tests/support/shared-data.ts';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import { MBO_ADD, MBO_FILL, MBO_FLAG_LAST, MBO_REDUCE, MBO_TRADE, SIDE_UNKNOWN } from '../data/index.ts';
import { BUY, SELL } from '../domain/index.ts';
import type { ReplayOptions, ReplayResult } from './contract.ts';
import { replayFiles } from './replay-files.ts';
import type { SymbolSession } from './session-results.ts';

const folder = temporaryFolder('dbn-sessions');
const both = ['rebuild', 'match'] as const;
const E9 = 1_000_000_000;
const LAST = MBO_FLAG_LAST;
let files = 0;

function saved(name: string, bytes: Uint8Array): string {
  const path = join(folder, `${files++}-${name}`);
  writeFileSync(path, bytes);
  return path;
}

async function replayed(
  paths: readonly string[],
  options: Partial<ReplayOptions> = {},
): Promise<{ result: ReplayResult; sink: RecordSink; sessions: readonly SymbolSession[] }> {
  const sink = new RecordSink();
  const result = await replayFiles(paths, { mode: 'match', strictness: 'strict', sink, ...options });
  return { result, sink, sessions: result.sessions.symbols };
}

const addRow = (id: number, side: number, price: number, qty: number): Partial<DbnRow> => ({
  action: MBO_ADD,
  side,
  id,
  price: price * E9,
  qty,
  flags: LAST,
});

/** An execution of `qty` of one order in three records, of which the last closes the event. */
const fillRows = (id: number, side: number, price: number, qty: number): Partial<DbnRow>[] => [
  { action: MBO_TRADE, side: side ^ 1, id: 0, price: price * E9, qty },
  { action: MBO_FILL, side, id, price: price * E9, qty },
  { action: MBO_REDUCE, side, id, price: price * E9, qty, flags: LAST },
];

/** Records are a second apart: the orders at 0 s and 1 s, the first execution at 2 s to 4 s, the second at 5 s to 7 s. */
const ORDERS = [
  addRow(1, BUY, 100, 5),
  addRow(2, SELL, 101, 5),
  ...fillRows(1, BUY, 100, 2),
  ...fillRows(2, SELL, 101, 2),
  addRow(3, BUY, 99, 1),
];

const orders = (): string => saved('orders.dbn', dbnFile(ORDERS));
const statusFile = (records: readonly Uint8Array[]): string =>
  saved('status.dbn', dbnVenueFile('status', records));

describe('DBN status beside the orders', () => {
  it.each(both)('a halt stops what trades, at its time: not-continuous, %s', async (mode) => {
    const status = statusFile([
      dbnStatus({ action: 7, atSeconds: 0.5 }),
      dbnStatus({ action: 8, reason: 30, atSeconds: 4.5 }),
      dbnStatus({ action: 7, reason: 31, atSeconds: 7.5 }),
    ]);
    const { result, sink, sessions } = await replayed([orders(), status], { mode });
    expect(sink.textsOf(0)).toEqual([
      'session -1 > CONTINUOUS schedule',
      'session CONTINUOUS > HALTED halt news',
      'session HALTED > CONTINUOUS resume news',
    ]);
    expect(sink.venue.map(({ timeNs }) => timeNs)).toEqual([0.5e9, 4.5e9, 7.5e9]);
    expect(sessions).toMatchObject([{ executionsNotContinuous: 1, state: 'CONTINUOUS' }]);
    expect(sessions[0]!.notContinuousExamples).toEqual([
      { row: 6, tsEventNs: 6e9, state: 'HALTED', orderId: '2', price: '101.00', qtyLots: 2 },
    ]);
    expect(result.books).toMatchObject([{ bidLots: 3, askLots: 3, liveOrders: 3 }]);
    if (mode === 'rebuild') return;
    expect(result.executionsMatched).toBe(1);
    expect(result.executionsExcusedByCause).toEqual({ 'not-continuous': 1 });
  });

  it('gives the same records whether status comes among the orders or in a file beside them', async () => {
    const halts = [
      dbnStatus({ action: 7, atSeconds: 0.5 }),
      dbnStatus({ action: 8, reason: 50, atSeconds: 4.5 }),
      dbnStatus({ action: 3, reason: 50, atSeconds: 7.5 }),
    ];
    const beside = await replayed([orders(), statusFile(halts)]);
    const bytes = Buffer.from(dbnFile(ORDERS));
    const first = bytes.length - 56 * ORDERS.length;
    // A halt of 4.5 s stands behind the records of 0 s to 4 s.
    const upTo = (records: number): number => first + 56 * records;
    const mixed = Buffer.concat([
      bytes.subarray(0, upTo(1)),
      halts[0]!,
      bytes.subarray(upTo(1), upTo(5)),
      halts[1]!,
      bytes.subarray(upTo(5), upTo(8)),
      halts[2]!,
      bytes.subarray(upTo(8)),
    ]);
    const among = await replayed([saved('mixed.dbn', mixed)]);
    expect(among.result.digest).toBe(beside.result.digest);
    expect(among.sink.venue).toEqual(beside.sink.venue);
    expect(among.sessions.map(({ transitions }) => transitions)).toEqual(
      beside.sessions.map(({ transitions }) => transitions),
    );
  });

  it('what is told before the first order is told with it, and what is later than the last is left', async () => {
    const { sink } = await replayed([
      orders(),
      statusFile([
        dbnStatus({ action: 1, atSeconds: -3600 }),
        dbnStatus({ action: 7, atSeconds: -10 }),
        dbnStatus({ action: 12, atSeconds: 60 }),
      ]),
    ]);
    expect(sink.venue).toEqual([{ timeNs: 0, instrument: 0, text: 'session -1 > CONTINUOUS schedule' }]);
  });

  it('a status of an instrument without orders makes no book', async () => {
    const { result } = await replayed([orders(), statusFile([dbnStatus({ instrument: 6, action: 8 })])]);
    expect(result.symbols).toEqual(['#5']);
    expect(result.sessions.symbols).toEqual([]);
  });

  it('an imbalance becomes an indicative record, in ticks of the orders', async () => {
    const imbalances = [
      dbnImbalance({ ref: 100.5, near: 100.25, paired: 10, total: 3, side: 'A', atSeconds: 0.5 }),
      dbnImbalance({ instrument: 6, ref: 7, atSeconds: 0.5 }),
    ];
    const file = saved('imbalance.dbn', dbnVenueFile('imbalance', imbalances));
    const { sink, sessions, result } = await replayed([orders(), file]);
    expect(result.books[0]!.tickSize).toBe('0.25');
    expect(sink.textsOf(0)).toEqual([
      'indicative closing S side=1 far=-2147483648 near=401 reference=402 paired=10 imbalance=3',
    ]);
    expect(sessions[0]!.lastImbalance).toMatchObject({ nearPrice: '100.25', farPrice: null });
    expect(result.remarks).toEqual({ 'message-without-book': 1 });
  });

  it('an auction out of a crossed book is told with its kind, price and quantity, and its fills are excused', async () => {
    const crossed = [
      addRow(1, BUY, 101, 5),
      addRow(2, SELL, 100, 5),
      { action: MBO_TRADE, side: SIDE_UNKNOWN, id: 0, price: 100 * E9, qty: 5 },
      { action: MBO_FILL, side: SIDE_UNKNOWN, id: 1, price: 100 * E9, qty: 5 },
      { action: MBO_FILL, side: SIDE_UNKNOWN, id: 2, price: 100 * E9, qty: 5 },
      { action: MBO_REDUCE, side: BUY, id: 1, price: 101 * E9, qty: 5 },
      { action: MBO_REDUCE, side: SELL, id: 2, price: 100 * E9, qty: 5, flags: LAST },
    ];
    for (const [action, auction] of [
      [1, 'opening'],
      [8, 'reopening'],
      [11, 'closing'],
      [4, 'intraday'],
      [6, 'opening'],
    ] as const) {
      const path = saved('crossed.dbn', dbnFile(crossed));
      const { sink, sessions, result } = await replayed([path, statusFile([dbnStatus({ action })])]);
      expect(sink.textsOf(0).at(-1)).toBe(`auction ${auction} 5 @ 100`);
      expect(sessions[0]).toMatchObject({
        crosses: [{ auction, price: '100.00', qtyLots: 5 }],
        executionsNotContinuous: 0,
      });
      expect(result.executionsExcusedByCause).toEqual({ auction: 2 });
    }
  });

  it('fills while an opening is worked out are of the auction, also those that name their side', async () => {
    const { result, sessions } = await replayed([orders(), statusFile([dbnStatus({ action: 6 })])]);
    expect(result.executionsExcusedByCause).toEqual({ auction: 2 });
    expect(result.executionsMatched).toBe(0);
    expect(sessions[0]!.executionsNotContinuous).toBe(0);
  });

  it('a file of status alone has no orders to replay', async () => {
    const fault = await faultOf(replayed([statusFile([dbnStatus({})])]));
    expect(fault.message).toContain('replay needs a DBN file of the schema mbo: ');
    expect(fault.details.schema).toBe('status');
  });
});

describe('statuses of CME beside DBN orders', () => {
  it('an instrument and its group are told, of either line of the feed', async () => {
    const capture = mdpCapture(
      [
        [mdpStatus({ status: 21, securityId: null, group: 'ES', atSeconds: 0.5 })],
        [mdpStatus({ status: 17, securityId: null, group: 'NQ', atSeconds: 0.6 })],
        [mdpStatus({ status: 15, securityId: null, group: 'ES', atSeconds: 1.5 })],
        [mdpStatus({ status: 17, securityId: null, group: 'ES', atSeconds: 1.6 })],
        [mdpStatus({ status: 2, haltReason: 1, securityId: 5, group: '', atSeconds: 4.5 })],
      ],
      2,
    );
    const named = dbnFile(ORDERS, 'ESH4');
    const { sink, result, sessions } = await replayed([
      saved('orders.dbn', named),
      saved('mdp.pcap', capture),
    ]);
    expect(result.symbols).toEqual(['ESH4']);
    expect(sink.textsOf(0)).toEqual([
      'session -1 > PRE_OPEN schedule',
      'session PRE_OPEN > OPENING_AUCTION frozen',
      'session OPENING_AUCTION > CONTINUOUS schedule',
      'session CONTINUOUS > PAUSED halt operator',
    ]);
    expect(sessions[0]!.executionsNotContinuous).toBe(1);
    expect(result.remarks).toEqual({ 'repeated-message': 5 });
  });

  it('a group told before the first order counts if nothing later was told of the instrument', async () => {
    const early = [mdpStatus({ status: 21, securityId: null, group: 'ES', atSeconds: -60 })];
    const own = [mdpStatus({ status: 2, securityId: 5, group: '', atSeconds: -30 })];
    const path = saved('orders.dbn', dbnFile(ORDERS, 'ESH4'));
    const group = await replayed([path, saved('a.pcap', mdpCapture([early]))]);
    expect(group.sink.textsOf(0)).toEqual(['session -1 > PRE_OPEN schedule']);
    const both = await replayed([path, saved('b.pcap', mdpCapture([early, own]))]);
    expect(both.sink.textsOf(0)).toEqual(['session -1 > PAUSED halt']);
  });

  it('a capture of another feed is refused, and one alone is taken for ITCH', async () => {
    const path = saved('other.pcap', mdpCapture([[Uint8Array.from({ length: 40 }, () => 1)]]));
    expect((await faultOf(replayed([orders(), path]))).message).toContain('has packets of CME MDP 3.0');
    expect((await faultOf(replayed([path]))).details.reason).toBe('packet-damaged');
  });

  const REAL = sharedFile('data/cme/pcap/Cme/Mdp3.Sbe.v1.8/MdIncrementalRefreshVolume.pcap');
  it.skipIf(REAL === null)('a real capture opens the contracts of its groups, and no other', async () => {
    // 2016-09-27 21:59:59 UTC; the capture is of 22:00.
    const epochNs = 1_475_013_599_000_000_000n;
    const bytes = (symbol: string): Uint8Array => dbnFile(ORDERS, symbol, epochNs);
    const open = await replayed([saved('6e.dbn', bytes('6EZ6')), REAL!]);
    expect(open.sink.venue).toEqual([
      { timeNs: 79_200_000_951_659, instrument: 0, text: 'session -1 > OPENING_AUCTION frozen' },
    ]);
    // Both executions come after 22:00, when the opening was worked out and no "open" is in the capture.
    expect(open.result.executionsExcusedByCause).toEqual({ auction: 2 });
    expect((await replayed([saved('gc.dbn', bytes('GCZ6')), REAL!])).sessions).toEqual([]);
  });
});

const nautilus = sharedFile('data/dbn/nautilus');
const FACTS = sharedFile('data/facts.json');
const ES_DAY = `${nautilus}/esh4-glbx-mdp3-20231225.mbo.dbn.zst`;

describe.skipIf(nautilus === null || FACTS === null)('the real ES day with its sessions beside', () => {
  const facts =
    FACTS === null
      ? null
      : JSON.parse(readFileSync(FACTS, 'utf8')).dbn['nautilus/esh4-glbx-mdp3-20231225.mbo.dbn.zst'];
  /** The file begins with orders of the day before, from which its times count. */
  const midnight = BigInt(Date.UTC(2023, 11, 24)) * 1_000_000n;
  const clockNs = (hours: number, minutes: number, seconds = 0): number =>
    ((24 + hours) * 3600 + minutes * 60 + seconds) * 1e9;
  const of = (action: number, atNs: number, more: { event?: number; reason?: number } = {}): Uint8Array => {
    const tsEvent = midnight + BigInt(atNs);
    return dbnStatus({ instrument: 17_077, action, tsEvent, tsRecv: tsEvent, ...more });
  };
  /** Made by hand after the schedule of the venue (market-rules §2.6): the data has no status of that day. */
  const schedule = [
    of(1, clockNs(22, 0)),
    of(1, clockNs(22, 59, 30), { event: 1 }),
    of(6, clockNs(23, 0)),
    of(7, clockNs(23, 0) + 100_000),
  ];

  it.each(both)('the book crosses before the open only, and the opening is a cross, %s', async (mode) => {
    const { result, sink, sessions } = await replayed([ES_DAY, statusFile(schedule)], { mode });
    const [session] = sessions as [SymbolSession];
    expect(session.transitions.map(({ state, tsEventNs }) => [state, tsEventNs])).toEqual([
      ['PRE_OPEN', clockNs(22, 0)],
      ['NO_CANCEL', clockNs(22, 59, 30)],
      ['OPENING_AUCTION', clockNs(23, 0)],
      ['CONTINUOUS', clockNs(23, 0) + 100_000],
    ]);
    expect(result.crossed!.events).toBe(facts.crossed_events_all_before_the_open);
    expect(result.crossed!.firstTsNs!).toBeGreaterThan(session.transitions[0]!.tsEventNs);
    expect(result.crossed!.lastTsNs!).toBeLessThan(session.transitions[3]!.tsEventNs);
    expect(session.executionsNotContinuous).toBe(0);
    // The one trade without a side is the opening cross, before all that has a side.
    expect(session.crosses).toHaveLength(facts.actions.TN);
    expect(session.crosses[0]).toMatchObject({ auction: 'opening' });
    expect(session.crosses[0]!.tsEventNs).toBeLessThanOrEqual(result.firstTradeTsNs!);
    expect(sink.venue.filter(({ text }) => text.startsWith('auction'))).toHaveLength(facts.actions.TN);
    expect(result.books).toMatchObject([{ liveOrders: facts.final.live_orders, bestBid: '4810.00' }]);
    if (mode === 'match') {
      expect(result.executionsExcusedByCause.auction).toBe(facts.actions.FN);
      expect(result.executionsMissed).toBe(0);
    }
  });

  it('statuses change no order: the trades and the end of the day are the same without them', async () => {
    const plain = await replayed([ES_DAY]);
    const told = await replayed([ES_DAY, statusFile(schedule)]);
    expect(told.result.books).toEqual(plain.result.books);
    expect(told.result.executionsMatched).toBe(plain.result.executionsMatched);
    expect(told.result.eventRecords).toBe(plain.result.eventRecords + schedule.length);
    const kinds = [...plain.sink.kinds].filter(([kind]) => kind < 40);
    expect([...told.sink.kinds].filter(([kind]) => kind < 40)).toEqual(kinds);
  });

  it.each(both)('a halt put on ten minutes of it finds every execution of those, %s', async (mode) => {
    const halt = [...schedule, of(8, clockNs(23, 10), { reason: 2 }), of(7, clockNs(23, 20), { reason: 2 })];
    const { result, sessions } = await replayed([ES_DAY, statusFile(halt)], { mode });
    const count = sessions[0]!.executionsNotContinuous;
    expect(count).toBeGreaterThan(100);
    expect(sessions[0]!.notContinuousExamples[0]!.tsEventNs).toBeGreaterThanOrEqual(clockNs(23, 10));
    // The book stands and is as recorded at the end.
    expect(result.books).toMatchObject([
      { liveOrders: facts.final.live_orders, bestBid: '4810.00', bidLots: facts.final.bid_size },
    ]);
    if (mode === 'match') {
      expect(result.executionsExcusedByCause['not-continuous']).toBe(count);
      expect(result.executionsMissed).toBe(0);
    }
  });
});
