import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ethernet, ipv4, pcapFile, udp } from '../../tests/support/capture-files.ts';
import { type DbnRow, dbnFile } from '../../tests/support/dbn-files.ts';
import {
  add,
  deleted,
  executed,
  executedAt,
  type ItchBody,
  itchBytes,
  itchCapture,
  ofMsft,
  reduced,
  replaced,
} from '../../tests/support/itch-day.ts';
import { faultOf, replayPair, VolumeSink } from '../../tests/support/replay-pairs.ts';
import { sharedFile } from '../../tests/support/shared-data.ts';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import { MBO_ADD, MBO_FILL, MBO_FLAG_LAST, MBO_REDUCE, MBO_TRADE } from '../data/index.ts';
import { BUY, SELL } from '../domain/index.ts';
import type { ReplayMode, ReplayOptions, ReplayResult } from './contract.ts';
import { replayFiles } from './replay-files.ts';

const folder = temporaryFolder('feeds');
const both = ['rebuild', 'match'] as const;
let files = 0;

function saved(name: string, bytes: Uint8Array): string {
  const path = join(folder, `${files++}-${name}`);
  writeFileSync(path, bytes);
  return path;
}

function replayItch(
  bodies: readonly ItchBody[],
  options: Partial<ReplayOptions> = {},
): Promise<ReplayResult> {
  return replayFiles([saved('day.itch', itchBytes(bodies))], {
    mode: 'match',
    strictness: 'strict',
    ...options,
  });
}

const T12_1 = [
  add(1, 'B', 300, 10),
  add(2, 'B', 200, 10),
  executed(1, 100),
  reduced(2, 50),
  replaced(1, 3, 150, 10.01),
];

describe('replaying ITCH', () => {
  it.each(both)('T12.1-a: add, execute, reduce, replace and delete, %s', async (mode) => {
    const before = await replayItch(T12_1, { mode });
    expect(before.books).toMatchObject([{ bestBid: '10.01', bidLots: 150, bidLevels: 2, liveOrders: 2 }]);
    const after = await replayItch([...T12_1, deleted(3)], { mode });
    expect(after.books).toMatchObject([{ bestBid: '10.00', bidLots: 150, bidLevels: 1, liveOrders: 1 }]);
    expect(after.executionsMatched).toBe(mode === 'match' ? 1 : null);
  });

  it.each(both)('T12.1-b: an execution at another price takes the order off, %s', async (mode) => {
    const result = await replayItch([...T12_1, deleted(3), executedAt(2, 50, 9.99, 'N')], { mode });
    expect(result.books).toMatchObject([{ bestBid: '10.00', bidLots: 100 }]);
    // Order 2 is the head of its queue, so the engine hits it at its own price.
    if (mode === 'match') expect(result.executionsMatched).toBe(2);
  });

  it('executed-at-other-price: a cross that passes over the queue is excused', async () => {
    const result = await replayItch([
      add(1, 'B', 300, 10),
      add(2, 'B', 200, 10),
      executedAt(2, 50, 9.99, 'Y'),
    ]);
    expect(result.executionsExcusedByCause).toEqual({ 'executed-at-other-price': 1 });
    expect(result.books).toMatchObject([{ bidLots: 450 }]);
  });

  it('auction: an execution that does not print at its own price is excused', async () => {
    const result = await replayItch([add(1, 'B', 300, 10), add(2, 'B', 200, 10), executedAt(2, 50, 10, 'N')]);
    expect(result.executionsExcusedByCause).toEqual({ auction: 1 });
  });

  it('misses executions out of priority and at a price that is not the best', async () => {
    const result = await replayItch([
      add(1, 'S', 100, 10),
      add(2, 'S', 100, 10),
      add(3, 'S', 100, 10.5),
      executed(2, 10),
      executed(3, 10),
      executed(1, 100),
    ]);
    expect(result.executionsMatched).toBe(1);
    expect(result.executionsMissedByCause).toEqual({ 'not-best-price': 1, 'out-of-priority': 1 });
    expect(result.missedExamples).toMatchObject([
      { orderId: '2', hitOrderId: '1', symbol: 'AAPL' },
      { orderId: '3', hitOrderId: '1' },
    ]);
    expect(result.books).toMatchObject([{ bestAsk: '10.00', askLots: 90, liveOrders: 2 }]);
  });

  const bad: readonly (readonly [string, readonly ItchBody[]])[] = [
    ['unknown-order', [executed(9, 10)]],
    ['unknown-order', [reduced(9, 10)]],
    ['unknown-order', [deleted(9)]],
    ['unknown-order', [replaced(9, 10, 1, 10)]],
    ['unknown-order', [ofMsft(deleted(1))]],
    ['duplicate-order', [add(1, 'B', 5, 10)]],
    ['duplicate-order', [add(2, 'B', 5, 9), replaced(2, 1, 5, 9), deleted(2)]],
    ['over-reduced', [executed(1, 101)]],
    ['over-reduced', [reduced(1, 101)]],
    ['qty-not-positive', [reduced(1, 0)]],
    ['qty-not-positive', [add(2, 'B', 0, 10)]],
    ['field-value', [add(2, 'B', 3_000_000_000, 10)]],
  ];

  it.each(bad)('%s: stops a strict replay and is counted by a lenient one', async (reason, messages) => {
    const bodies = [add(1, 'B', 100, 10), ...messages];
    const fault = await faultOf(replayItch(bodies));
    expect(fault.code).toBe('DATA_RECORD');
    expect(fault.details.reason).toBe(reason);
    const result = await replayItch(bodies, { strictness: 'lenient' });
    expect(result.quarantine.byReason).toEqual({ [reason]: 1 });
    expect(result.books[0]).toMatchObject({ bestBid: '10.00', bidLots: 100, liveOrders: 1 });
    expect(result.unknownOrders).toBe(reason === 'unknown-order' ? 1 : 0);
  });

  it('keeps books of several stocks apart and replays only the symbols asked for', async () => {
    const bodies = [add(1, 'B', 100, 10), ofMsft(add(2, 'B', 70, 20)), executed(1, 40)];
    const all = await replayItch(bodies);
    expect(all.symbols).toEqual(['AAPL', 'MSFT']);
    expect(all.books).toMatchObject([
      { bestBid: '10.00', bidLots: 60 },
      { bestBid: '20.00', bidLots: 70 },
    ]);
    const one = await replayItch(bodies, { symbols: ['MSFT'] });
    expect(one.symbols).toEqual(['MSFT']);
    expect(one.executions).toBe(0);
    expect((await faultOf(replayItch(bodies, { symbols: ['IBM'] }))).message).toContain('IBM');
  });

  it('gives stocks beyond 214,748 dollars a coarser tick', async () => {
    const result = await replayItch([add(1, 'B', 1, 400_000.5), add(2, 'S', 2, 400_001)]);
    expect(result.books).toMatchObject([{ bestBid: '400000.50', bestAsk: '400001.00', tickSize: '0.50' }]);
  });

  it('clears all books at the end of messages', async () => {
    const result = await replayItch([...T12_1, { type: 'S', eventCode: 'C', stockLocate: 0 }]);
    expect(result.books).toMatchObject([{ liveOrders: 0, bestBid: null }]);
  });

  it('a capture without ITCH is refused, with what it has instead', async () => {
    const dns = ethernet(ipv4(udp(new Array<number>(40).fill(0))), 0x0800);
    const arp = ethernet(new Array<number>(28).fill(0), 0x0806);
    const capture = pcapFile([{ time: { seconds: 1, nanos: 0 }, bytes: arp }]);
    const options = { mode: 'match', strictness: 'lenient' } as const;
    await expect(replayFiles([saved('arp.pcap', capture)], options)).rejects.toThrow(
      /an ITCH source has valid messages: .*other-packet=1/,
    );
    const other = pcapFile([{ time: { seconds: 1, nanos: 0 }, bytes: dns }]);
    await expect(replayFiles([saved('dns.pcap', other)], options)).rejects.toThrow('ITCH source');
  });

  it('a time beyond the day is set aside and does not spoil the times behind it', async () => {
    const bodies = [...T12_1, deleted(2), deleted(3)];
    const bytes = itchBytes(bodies);
    // The delete of 3 is the last message: 19 bytes and its length before. The one before it gets the time.
    const time = bytes.length - 2 * 21 + 2 + 5;
    bytes.fill(0xff, time, time + 6);
    const path = saved('late.itch', bytes);
    await expect(replayFiles([path], { mode: 'match', strictness: 'strict' })).rejects.toThrow(
      'a time is within its day',
    );
    const result = await replayFiles([path], { mode: 'match', strictness: 'lenient' });
    expect(result.quarantine.byReason).toEqual({ 'time-range': 1 });
    expect(result.books).toMatchObject([{ liveOrders: 1 }]);
  });

  it('reads captures as it reads files', async () => {
    const capture = itchCapture(T12_1);
    const [fromCapture, fromFile] = await Promise.all([
      replayFiles([saved('day.pcap', capture)], { mode: 'match', strictness: 'strict' }),
      replayItch(T12_1),
    ]);
    expect(fromCapture.books).toEqual(fromFile.books);
    expect(fromCapture.digest).toBe(fromFile.digest);
  });
});

const E9 = 1_000_000_000;
const dbn = (rows: readonly Partial<DbnRow>[]): string => saved('day.dbn', dbnFile(rows));
const replayDbn = (rows: readonly Partial<DbnRow>[], options: Partial<ReplayOptions> = {}) =>
  replayFiles([dbn(rows)], { mode: 'match', strictness: 'strict', ...options });

describe('replaying DBN', () => {
  const LAST = MBO_FLAG_LAST;
  const twoBids = [
    { action: MBO_ADD, side: BUY, id: 1, price: 100 * E9, qty: 5, flags: LAST },
    { action: MBO_ADD, side: BUY, id: 2, price: 100 * E9, qty: 3, flags: LAST },
  ];

  it.each(both)('T12.3-b: trade and fill do not count twice, %s', async (mode) => {
    const volume = new VolumeSink();
    const result = await replayDbn(
      [
        ...twoBids,
        { action: MBO_TRADE, side: SELL, id: 0, price: 100 * E9, qty: 4 },
        { action: MBO_FILL, side: BUY, id: 1, price: 100 * E9, qty: 4 },
        { action: MBO_REDUCE, side: BUY, id: 1, price: 100 * E9, qty: 4, flags: LAST },
      ],
      { mode, sink: volume },
    );
    expect(result.books).toMatchObject([{ bestBid: '100.00', bidLots: 4, liveOrders: 2 }]);
    expect(volume.lots).toBe(4);
    expect(result.executions).toBe(1);
    expect(result.executionsMatched).toBe(mode === 'match' ? 1 : null);
  });

  it('not-displayed: a fill without an effect leaves the book as it is', async () => {
    const result = await replayDbn([
      ...twoBids,
      { action: MBO_FILL, side: BUY, id: 1, price: 100 * E9, qty: 4, flags: LAST },
    ]);
    expect(result.executionsExcusedByCause).toEqual({ 'not-displayed': 1 });
    expect(result.books).toMatchObject([{ bidLots: 8 }]);
  });

  it('self-trade-prevention: an order ahead that the event cancels unfilled is no miss', async () => {
    const result = await replayDbn([
      ...twoBids,
      { action: MBO_FILL, side: BUY, id: 2, price: 100 * E9, qty: 3 },
      { action: MBO_REDUCE, side: BUY, id: 2, price: 100 * E9, qty: 3 },
      { action: MBO_REDUCE, side: BUY, id: 1, price: 100 * E9, qty: 5, flags: LAST },
    ]);
    expect(result.executionsExcusedByCause).toEqual({ 'self-trade-prevention': 1 });
    expect(result.books).toMatchObject([{ liveOrders: 0, bestBid: null }]);
  });

  it('out-of-priority: an order ahead that stays is a miss', async () => {
    const result = await replayDbn([
      ...twoBids,
      { action: MBO_FILL, side: BUY, id: 2, price: 100 * E9, qty: 3 },
      { action: MBO_REDUCE, side: BUY, id: 2, price: 100 * E9, qty: 3, flags: LAST },
      { action: MBO_REDUCE, side: BUY, id: 1, price: 100 * E9, qty: 1, flags: LAST },
    ]);
    expect(result.executionsMissedByCause).toEqual({ 'out-of-priority': 1 });
    expect(result.books).toMatchObject([{ bidLots: 4, liveOrders: 1 }]);
  });

  it.each([
    ['unknown-order', { action: MBO_REDUCE, side: BUY, id: 9, price: 100 * E9, qty: 1 }],
    ['duplicate-order', { action: MBO_ADD, side: BUY, id: 1, price: 99 * E9, qty: 1 }],
    ['over-reduced', { action: MBO_REDUCE, side: BUY, id: 1, price: 100 * E9, qty: 6 }],
    ['unknown-side', { action: MBO_ADD, side: 2, id: 9, price: 99 * E9, qty: 1 }],
    ['qty-not-positive', { action: MBO_ADD, side: BUY, id: 9, price: 99 * E9, qty: 0 }],
  ])('%s: stops a strict replay and is counted by a lenient one', async (reason, row) => {
    const rows = [...twoBids, { ...row, flags: LAST }];
    expect((await faultOf(replayDbn(rows))).details.reason).toBe(reason);
    const result = await replayDbn(rows, { strictness: 'lenient' });
    expect(result.quarantine.byReason).toEqual({ [reason]: 1 });
    expect(result.books).toMatchObject([{ bidLots: 8, liveOrders: 2 }]);
  });

  it('finds the tick in all prices, however late the finest one comes', async () => {
    const rows = [
      ...twoBids,
      { action: MBO_ADD, side: SELL, id: 3, price: 100.25 * E9, qty: 1, flags: LAST },
    ];
    expect((await replayDbn(rows)).books).toMatchObject([{ bestAsk: '100.25', tickSize: '0.25' }]);
  });
});

describe('T12.10-a: one aggressive order in three formats', () => {
  const itchOf = [
    add(1, 'S', 100, 10.01),
    add(2, 'S', 100, 10.01),
    add(3, 'S', 100, 10.02),
    executed(1, 100),
    executed(2, 100),
    executed(3, 50),
  ];
  const fills = [
    [1, 100, 10.01],
    [2, 100, 10.01],
    [3, 50, 10.02],
  ] as const;
  const dbnOf: Partial<DbnRow>[] = [
    ...[10.01, 10.01, 10.02].map((price, at) => {
      return { action: MBO_ADD, side: SELL, id: at + 1, price: price * E9, qty: 100, flags: MBO_FLAG_LAST };
    }),
    { action: MBO_TRADE, side: BUY, id: 4, price: 10.02 * E9, qty: 250 },
    ...fills.map(([id, qty, price]) => ({ action: MBO_FILL, side: SELL, id, price: price * E9, qty })),
    ...fills.map(([id, qty, price], at) => {
      return {
        action: MBO_REDUCE,
        side: SELL,
        id,
        price: price * E9,
        qty,
        flags: at === 2 ? MBO_FLAG_LAST : 0,
      };
    }),
  ];
  const level = (cents: number, qty: number): string => `${cents * 100},${qty},-9999999999,0`;
  const none = '9999999999,0,-9999999999,0';
  const lobsterOf = {
    messages: [
      '1,1,100,100100,-1',
      '1,2,100,100100,-1',
      '1,3,100,100200,-1',
      '4,1,100,100100,-1',
      '4,2,100,100100,-1',
      '4,3,50,100200,-1',
    ],
    rows: [
      [level(1001, 100), none],
      [level(1001, 200), none],
      [level(1001, 200), level(1002, 100)],
      [level(1001, 100), level(1002, 100)],
      [level(1002, 100), none],
      [level(1002, 50), none],
    ].map((levels) => levels.join(',')),
  };

  it.each(both)('gives the same book and volume, %s', async (mode: ReplayMode) => {
    const volumes = [new VolumeSink(), new VolumeSink(), new VolumeSink()];
    const results = await Promise.all([
      replayItch(itchOf, { mode, sink: volumes[0]! }),
      replayPair(folder, lobsterOf, { mode, sink: volumes[1]! }),
      replayDbn(dbnOf, { mode, sink: volumes[2]! }),
    ]);
    for (const [at, result] of results.entries()) {
      const book = { bestAsk: '10.02', askLots: 50, askLevels: 1, bestBid: null, liveOrders: 1 };
      expect(result.books).toMatchObject([book]);
      expect(volumes[at]!.lots).toBe(250);
      expect(result.executions).toBe(3);
      expect(result.executionsMatched).toBe(mode === 'match' ? 3 : null);
    }
  });
});

const ritch = sharedFile('data/itch/ritch/ex20101224.TEST_ITCH_50.gz');

describe.skipIf(ritch === null)('replaying a real ITCH file', () => {
  it('counts messages of unknown orders and goes on, or stops at the first', async () => {
    const options = { mode: 'match', strictness: 'lenient' } as const;
    const result = await replayFiles([ritch!], options);
    expect(result.quarantine.byReason).toEqual({ 'unknown-order': 117 });
    expect(result.unknownOrders).toBe(117);
    expect(result.executions).toBe(198);
    expect([...result.symbols].sort()).toEqual(['ALC', 'BOB', 'CHAR']);
    expect(result.recordsByAction).toMatchObject({ add: 5000, delete: 1745, replace: 12, hiddenTrade: 5000 });
    const counted = result.executionsMatched! + result.executionsExcused! + result.executionsMissed!;
    expect(counted).toBe(result.executions);
    const one = await replayFiles([ritch!], { ...options, symbols: ['BOB'] });
    expect(one.recordsByAction.add).toBe(2482);
    const fault = await faultOf(replayFiles([ritch!], { ...options, strictness: 'strict' }));
    expect(fault.details.reason).toBe('unknown-order');
  });
});

const nautilus = sharedFile('data/dbn/nautilus');
const day = (name: string): string => `${nautilus}/${name}`;
const esh4 = ['20231224', '20231225'].map((date) => day(`esh4-glbx-mdp3-${date}.mbo.dbn.zst`));
const esm4 = day('order_book_deltas_catalog/orderbooks_mbo_2024-05-08T00-00-00_2024-05-08T00-00-02.dbn.zst');

describe.skipIf(nautilus === null)('replaying real DBN files', () => {
  const end = {
    symbol: 'ESH4',
    bestBid: '4810.00',
    bidLots: 22,
    bestAsk: '4810.25',
    askLots: 28,
    bidLevels: 922,
    askLevels: 565,
    liveOrders: 11_217,
    tickSize: '0.25',
    lotSize: '1',
  };

  it.each(both)('two days of one contract end in the published state, %s', async (mode) => {
    const volume = new VolumeSink();
    const result = await replayFiles(esh4, { mode, strictness: 'strict', sink: volume });
    expect(result.books).toEqual([end]);
    expect(result.unknownOrders).toBe(0);
    expect(result.quarantine.total).toBe(0);
    expect(result.crossed!.events).toBe(891);
    expect(result.crossed!.lastTsNs!).toBeLessThan(result.firstTradeTsNs!);
    expect(volume.lots).toBe(9892);
    if (mode === 'rebuild') return;
    expect(result.executionsMissed).toBe(0);
    expect(result.executionsMatched).toBe(6087);
    expect(result.executionsExcusedByCause).toEqual({
      'self-trade-prevention': 115,
      'aggressor-in-book': 107,
      auction: 35,
      iceberg: 27,
    });
  });

  it('begins the second day with its own snapshot, so it also stands alone', async () => {
    const alone = await replayFiles([esh4[1]!], { mode: 'rebuild', strictness: 'strict' });
    expect(alone.books).toEqual([end]);
    expect(alone.unknownOrders).toBe(0);
    const first = await replayFiles([esh4[0]!], { mode: 'rebuild', strictness: 'strict' });
    expect(first.books).toMatchObject([
      { liveOrders: 8725, bestBid: '4799.00', bidLots: 16, bestAsk: '4799.50' },
    ]);
  });

  it.each(both)('a snapshot and two seconds, %s', async (mode) => {
    const result = await replayFiles([esm4], { mode, strictness: 'strict' });
    expect(result.books).toMatchObject([
      { bestBid: '5214.00', bidLots: 28, bestAsk: '5214.25', askLots: 17, liveOrders: 13_598 },
    ]);
    expect(result.crossed!.events).toBe(0);
    if (mode === 'match') expect(result.executionsMissed).toBe(0);
  });

  it('does not mix formats', async () => {
    if (ritch === null) return;
    expect((await faultOf(replayFiles([ritch, esm4], { mode: 'match', strictness: 'strict' }))).code).toBe(
      'DATA_PAIR',
    );
  });
});
