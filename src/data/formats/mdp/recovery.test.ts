import { describe, expect, it } from 'vitest';
import { bookText, type MdpRead, readMdp } from '../../../../tests/support/mdp-reader.ts';
import { type Given, type MdpPacket, mdpFile, mdpMessage } from '../../../../tests/support/sbe-messages.ts';

const ID = 5;
const MAYBE_BAD = 1 << 17;
const SNAPSHOT = 1 << 18;
const GAP_BEFORE = 1 << 2;
const px = (value: number): bigint => BigInt(Math.round(value * 1e4)) * 100_000n;
const count = ({ sink }: MdpRead): Record<string, number> => Object.fromEntries(sink.quarantine.counts);
const remarks = ({ sink }: MdpRead): Record<string, number> => Object.fromEntries(sink.remarks);

function level(rptSeq: number, action: number, place: number, at: number, qty: number, id = ID): Given {
  return {
    SecurityID: id,
    RptSeq: rptSeq,
    MDUpdateAction: action,
    MDPriceLevel: place,
    MDEntryType: '0',
    MDEntryPx: px(at),
    MDEntrySize: qty,
  };
}

const book = (sequence: number, ...entries: Given[]): MdpPacket => ({
  sequence,
  messages: [
    mdpMessage(46, { TransactTime: BigInt(sequence), MatchEventIndicator: 0x84 }, { NoMDEntries: entries }),
  ],
});

function snapshot(
  sequence: number,
  lastSequence: number,
  rptSeq: number,
  bids: readonly [number, number][],
  extra: Given[] = [],
): MdpPacket {
  const entries = bids.map(
    ([at, qty], index): Given => ({
      MDEntryType: '0',
      MDPriceLevel: index + 1,
      MDEntryPx: px(at),
      MDEntrySize: qty,
      NumberOfOrders: 1,
    }),
  );
  const given = {
    LastMsgSeqNumProcessed: lastSequence,
    SecurityID: ID,
    RptSeq: rptSeq,
    TransactTime: 77n,
    HighLimitPrice: px(120),
  };
  return {
    sequence,
    port: 14_310,
    atMs: lastSequence + 0.5,
    messages: [mdpMessage(52, given, { NoMDEntries: [...entries, ...extra] })],
  };
}

/** Ten changes of one book, a packet each. */
const DAY: readonly MdpPacket[] = [
  book(1, level(1, 0, 1, 100, 5)),
  book(2, level(2, 0, 2, 99, 7)),
  book(3, level(3, 0, 3, 98, 2)),
  book(4, level(4, 1, 1, 100, 6)),
  book(5, level(5, 2, 2, 99, 0)),
  book(6, level(6, 0, 1, 101, 1)),
  book(7, level(7, 1, 1, 101, 4)),
  book(8, level(8, 0, 2, 100.5, 3)),
];
const END = '101×4 100.5×3 100×6 98×2';

describe('lines and gaps of MDP 3.0', () => {
  it('the day without loss', () => {
    const read = readMdp(mdpFile(DAY));
    expect(bookText(read, ID, 'buy')).toBe(END);
    expect(read.sink.records('mbp')).toHaveLength(8);
  });

  it('two lines give what one gives, whichever lacks what', () => {
    const both = DAY.flatMap((packet) => [
      ...(packet.sequence % 3 === 0 ? [] : [packet]),
      ...(packet.sequence % 3 === 1 ? [] : [{ ...packet, port: 15_310, atMs: packet.sequence + 0.3 }]),
    ]);
    const read = readMdp(mdpFile(both));
    expect(bookText(read, ID, 'buy')).toBe(END);
    expect(count(read)).toEqual({});
    expect(remarks(read)['repeated-packet']).toBe(3);
    const without = (one: MdpRead) => one.sink.records('mbp').map(({ tsRecv: _, ...rest }) => rest);
    expect(without(read)).toEqual(without(readMdp(mdpFile(DAY))));
  });

  it('packets that overtake each other within the window are put into order', () => {
    const order = [0, 2, 1, 3, 5, 4, 7, 6].map((index, at) => ({ ...DAY[index]!, atMs: at }));
    const read = readMdp(mdpFile(order));
    expect(bookText(read, ID, 'buy')).toBe(END);
    expect(count(read)).toEqual({});
  });

  it('channels are apart: the same numbers on other ports are other packets', () => {
    const other = DAY.map((packet) => ({ ...packet, port: 14_311 }));
    const read = readMdp(mdpFile([...DAY, ...other]));
    expect(count(read)).toEqual({});
    expect(remarks(read)['repeated-packet']).toBeUndefined();
  });

  it('a lost packet is a gap that is named, and the instruments it told of are not known any more', () => {
    const read = readMdp(mdpFile(DAY.filter(({ sequence }) => sequence !== 4)));
    expect(count(read)).toEqual({ gap: 1 });
    expect(read.sink.quarantine.examples.get('gap')![0]!.detail).toBe('1 packets from 4 to 4 of channel 310');
    expect(remarks(read)['rpt-seq-gap']).toBe(1);
    const rows = read.sink.records('mbp');
    expect(rows.slice(0, 3).every(({ quality }) => quality === 0)).toBe(true);
    expect(rows[3]!.quality).toBe(MAYBE_BAD | GAP_BEFORE);
    expect(rows.slice(4).every(({ quality }) => quality === MAYBE_BAD)).toBe(true);
    // A quote needs the first place, which is told again by packet 6.
    expect(read.sink.records('bbo').map(({ sequence }) => sequence)).toEqual([1]);
  });

  it('a hole in the numbers of an instrument alone is a gap too', () => {
    const read = readMdp(mdpFile([DAY[0]!, { ...DAY[2]!, sequence: 2 }]));
    expect(count(read)).toEqual({ gap: 1 });
    expect(read.sink.quarantine.examples.get('gap')![0]!.detail).toBe('5 RptSeq 2 to 2');
  });

  it('an entry that comes again is not done again', () => {
    const read = readMdp(mdpFile([DAY[0]!, { ...DAY[0]!, sequence: 2 }]));
    expect(remarks(read)['repeated-entry']).toBe(1);
    expect(bookText(read, ID, 'buy')).toBe('100×5');
  });

  it('numbers that start anew days later are a new session, whose books are not known', () => {
    const later = { ...book(1, level(500, 1, 1, 100, 9)), atMs: 1e8, sentMs: 1e8 };
    const read = readMdp(mdpFile([...DAY, later]));
    expect(remarks(read)['restarted-numbers']).toBe(1);
    expect(count(read)).toEqual({});
    expect(read.sink.records('mbp').at(-1)!.quality).toBe(MAYBE_BAD);
  });

  it.each([1, 7, 100])('the records do not depend on how the bytes come: pieces of %d', (chunkBytes) => {
    const file = mdpFile(DAY.filter(({ sequence }) => sequence !== 4));
    const whole = readMdp(file);
    const cut = readMdp(file, {}, chunkBytes);
    expect(cut.sink.records('mbp')).toEqual(whole.sink.records('mbp'));
    expect(cut.sink.records('bbo')).toEqual(whole.sink.records('bbo'));
    expect(remarks(cut)).toEqual(remarks(whole));
  });
});

describe('recovery by snapshots', () => {
  const lossy = DAY.filter(({ sequence }) => sequence !== 4);
  const at = (packet: MdpPacket, afterSequence: number): MdpPacket[] => [
    ...lossy.filter(({ sequence }) => sequence <= afterSequence),
    packet,
    ...lossy.filter(({ sequence }) => sequence > afterSequence),
  ];
  /** What stands after packet 5: 100×6, 98×2. */
  const five = snapshot(1, 5, 5, [
    [100, 6],
    [98, 2],
  ]);

  it('a snapshot that is some messages old makes the book known, with what came since', () => {
    const read = readMdp(mdpFile(at({ ...five, atMs: 90 }, 7)));
    expect(bookText(read, ID, 'buy')).toBe(END);
    expect(remarks(read)['snapshot-joined']).toBe(1);
    const rows = read.sink.records('mbp');
    const from = rows.findIndex(({ action }) => action === 'clear');
    expect(
      rows.slice(from).map(({ action, price, qty, quality, flags }) => [action, price, qty, quality, flags]),
    ).toEqual([
      ['clear', null, null, SNAPSHOT, 2],
      ['set', 101, 4, SNAPSHOT, 2],
      ['set', 100, 6, SNAPSHOT, 2],
      ['set', 98, 2, SNAPSHOT, 3],
      ['set', 100.5, 3, 0, 1],
    ]);
    expect(read.sink.records('bbo').at(-1)).toMatchObject({ bidPrice: 101, bidQty: 4, quality: 0 });
  });

  it('one that does not hold what is missing is too old', () => {
    const old = snapshot(1, 3, 3, [
      [100, 5],
      [99, 7],
      [98, 2],
    ]);
    const read = readMdp(mdpFile(at({ ...old, atMs: 90 }, 7)));
    expect(remarks(read)['old-snapshot']).toBe(1);
    expect(remarks(read)['snapshot-joined']).toBeUndefined();
    expect(read.sink.records('mbp').at(-1)!.quality).toBe(MAYBE_BAD);
  });

  it('one that is ahead of the messages covers them when they come', () => {
    const read = readMdp(
      mdpFile(
        at(
          {
            ...snapshot(1, 7, 7, [
              [101, 4],
              [100, 6],
              [98, 2],
            ]),
            atMs: 5.5,
          },
          5,
        ),
      ),
    );
    expect(bookText(read, ID, 'buy')).toBe(END);
    expect(remarks(read)['covered-by-snapshot']).toBe(3);
  });

  it('a book that is known is compared: equal ones agree, another one is set aside and the snapshot counts', () => {
    const agreeing = readMdp(
      mdpFile([
        ...DAY.slice(0, 3),
        {
          ...snapshot(1, 3, 3, [
            [100, 5],
            [99, 7],
            [98, 2],
          ]),
          atMs: 3.5,
        },
      ]),
    );
    expect(remarks(agreeing)['snapshot-agrees']).toBe(1);
    const other = readMdp(mdpFile([...DAY.slice(0, 3), { ...snapshot(1, 3, 3, [[100, 8]]), atMs: 3.5 }]));
    expect(count(other)).toEqual({ 'level-order': 1 });
    expect(bookText(other, ID, 'buy')).toBe('100×8');
  });

  it('the snapshot at the start of a capture makes the books, and its figures come once', () => {
    const figures = [
      { MDEntryType: '6', MDEntryPx: px(99), TradingReferenceDate: 19_000, SettlPriceType: 3 },
      { MDEntryType: '4', MDEntryPx: px(98), OpenCloseSettlFlag: 5 },
      { MDEntryType: 'e', MDEntrySize: 1234 },
    ].map((one) => ({ SettlPriceType: 128, ...one }));
    const first = snapshot(1, 0, 0, [[100, 5]], figures);
    const again = { ...snapshot(1, 1, 1, [[100, 5]], figures), sentMs: 2, atMs: 2 };
    const read = readMdp(mdpFile([first, { ...book(1, level(1, 1, 1, 100, 9)), atMs: 1 }, again]));
    expect(read.sink.records('statistics')).toMatchObject([
      { kind: 'limitUp', price: 120 },
      {
        kind: 'settlement',
        price: 99,
        isFinal: true,
        detail: 'final actual unrounded',
        tsReference: 1_641_600_000_000_000_000n,
      },
      { kind: 'indicativeOpen', price: 98 },
      { kind: 'volume', value: 1234 },
    ]);
    expect(count(read)).toEqual({ 'level-order': 1 });
  });

  it('the second line of a snapshot is passed over', () => {
    const read = readMdp(mdpFile([five, { ...five, port: 15_310 }]));
    expect(remarks(read)['repeated-packet']).toBe(1);
  });
});

describe('orders of MDP 3.0', () => {
  const order = (id: number, action: number, at: number, qty: number): Given => ({
    OrderID: BigInt(id),
    MDOrderPriority: BigInt(1000 + id),
    MDEntryPx: px(at),
    MDDisplayQty: qty,
    SecurityID: ID,
    MDUpdateAction: action,
    MDEntryType: '0',
  });
  const orders = (sequence: number, ...entries: Given[]): MdpPacket => ({
    sequence,
    messages: [
      mdpMessage(47, { TransactTime: BigInt(sequence), MatchEventIndicator: 0x80 }, { NoMDEntries: entries }),
    ],
  });
  const piece = (chunk: number, chunks: number, last: number, ids: number[], atMs: number): MdpPacket => ({
    sequence: chunk,
    atMs,
    sentMs: atMs,
    messages: [
      mdpMessage(
        53,
        {
          LastMsgSeqNumProcessed: last,
          SecurityID: ID,
          NoChunks: chunks,
          CurrentChunk: chunk,
          TransactTime: 77n,
        },
        {
          NoMDEntries: ids.map((id) => ({
            OrderID: BigInt(id),
            MDOrderPriority: BigInt(id),
            MDEntryPx: px(100),
            MDDisplayQty: 1,
            MDEntryType: '0',
          })),
        },
      ),
    ],
  });

  it('each entry is a change of one order, with its rank', () => {
    const read = readMdp(
      mdpFile([
        orders(1, order(7, 0, 100, 5), order(8, 0, 99.5, 3)),
        orders(2, order(7, 1, 100, 4)),
        orders(3, order(8, 2, 99.5, 3)),
      ]),
    );
    expect(read.sink.records('mbo')).toMatchObject([
      { action: 'add', side: 'buy', orderId: 7n, priority: 1007n, price: 100, qty: 5, flags: 4 },
      { action: 'add', orderId: 8n, price: 99.5, flags: 5 },
      { action: 'modify', orderId: 7n, qty: 4, flags: 5 },
      { action: 'delete', orderId: 8n, flags: 5 },
    ]);
  });

  it('orders behind levels have the price, the side and the instrument of their entry', () => {
    const message = mdpMessage(
      46,
      { TransactTime: 1n, MatchEventIndicator: 0x80 },
      {
        NoMDEntries: [level(1, 0, 1, 100, 5), { ...level(1, 0, 1, 200, 6, 6), MDEntryType: '1' }],
        NoOrderIDEntries: [
          { OrderID: 71n, MDOrderPriority: 1n, MDDisplayQty: 5, ReferenceID: 1, OrderUpdateAction: 0 },
          { OrderID: 72n, MDDisplayQty: 6, ReferenceID: 2, OrderUpdateAction: 1 },
          { OrderID: 73n, MDDisplayQty: 6, ReferenceID: 3, OrderUpdateAction: 1 },
        ],
      },
    );
    const read = readMdp(mdpFile([{ sequence: 1, messages: [message] }]));
    expect(read.sink.records('mbo')).toMatchObject([
      { symbol: '5', action: 'add', side: 'buy', orderId: 71n, price: 100, qty: 5, priority: 1n, flags: 1 },
      {
        symbol: '6',
        action: 'modify',
        side: 'sell',
        orderId: 72n,
        price: 200,
        qty: 6,
        priority: null,
        flags: 1,
      },
    ]);
    expect(count(read)).toEqual({ 'missing-value': 1 });
  });

  it('a snapshot in pieces makes the orders known, and what came since is said again behind it', () => {
    const read = readMdp(
      mdpFile([
        orders(5, order(9, 0, 100, 1)),
        orders(6, order(10, 0, 100, 1)),
        piece(1, 2, 5, [1, 2], 7),
        piece(2, 2, 5, [9], 8),
        { ...orders(7, order(10, 2, 100, 1)), atMs: 9 },
      ]),
    );
    const rows = read.sink.records('mbo').map(({ action, orderId, flags }) => [action, orderId, flags]);
    expect(rows.slice(2)).toEqual([
      ['clear', null, 2],
      ['add', 1n, 2],
      ['add', 2n, 2],
      ['add', 9n, 2],
      ['add', 10n, 3],
      ['delete', 10n, 1],
    ]);
  });

  it('a piece that is missing spoils the snapshot, and a gap makes the orders doubtful again', () => {
    const read = readMdp(
      mdpFile([
        orders(1, order(1, 0, 100, 1)),
        piece(2, 2, 1, [9], 2),
        piece(1, 1, 1, [1], 3),
        { ...orders(2, order(3, 0, 100, 1)), atMs: 4 },
        { ...orders(9, order(4, 0, 100, 1)), atMs: 5 },
        { ...orders(10, order(5, 0, 100, 1)), atMs: 500 },
        piece(1, 1, 7, [1], 501),
        piece(1, 1, 8, [1, 3], 502),
        { ...orders(11, order(6, 0, 100, 1)), atMs: 503 },
      ]),
    );
    expect(count(read)).toEqual({ gap: 1 });
    expect(remarks(read)).toMatchObject({ 'order-snapshot-joined': 2, 'old-snapshot': 1 });
    const doubtful = read.sink.records('mbo').map(({ orderId, flags }) => [orderId, (flags! & 4) !== 0]);
    expect(doubtful.filter(([, isDoubtful]) => isDoubtful)).toEqual([
      [1n, true],
      [4n, true],
      [5n, true],
    ]);
    expect(read.sink.records('mbo').at(-1)).toMatchObject({ orderId: 6n, flags: 1 });
  });
});
