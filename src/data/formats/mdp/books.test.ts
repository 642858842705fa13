import { describe, expect, it } from 'vitest';
import { bookText, type MdpRead, readMdp } from '../../../../tests/support/mdp-reader.ts';
import { type Given, type MdpPacket, mdpFile, mdpMessage } from '../../../../tests/support/sbe-messages.ts';

const ID = 5;
const [NEW, CHANGE, DELETE, DELETE_THRU, DELETE_FROM, OVERLAY] = [0, 1, 2, 3, 4, 5];
const price = (value: number): bigint => BigInt(Math.round(value * 1e4)) * 100_000n;

interface Entry {
  readonly action: number;
  readonly level: number;
  readonly type?: string;
  readonly px?: number;
  readonly qty?: number;
}

let rptSeq = 0;

function entry({ action, level, type = '0', px, qty }: Entry): Given {
  return {
    SecurityID: ID,
    RptSeq: ++rptSeq,
    MDUpdateAction: action,
    MDPriceLevel: level,
    MDEntryType: type,
    ...(px === undefined ? {} : { MDEntryPx: price(px) }),
    ...(qty === undefined ? {} : { MDEntrySize: qty, NumberOfOrders: 1 }),
  };
}

/** One packet per list of entries, each the end of its event. Books start from number 1, where they are known to be empty. */
function packets(...lists: readonly Entry[][]): MdpPacket[] {
  rptSeq = 0;
  return lists.map((entries, index) => ({
    sequence: index + 1,
    messages: [
      mdpMessage(
        46,
        { TransactTime: BigInt(index + 1), MatchEventIndicator: 0x84 },
        { NoMDEntries: entries.map(entry) },
      ),
    ],
  }));
}

function play(...lists: readonly Entry[][]): MdpRead {
  return readMdp(mdpFile(packets(...lists)));
}

const bids = (...levels: [px: number, qty: number][]): Entry[] =>
  levels.map(([px, qty], index) => ({ action: NEW, level: index + 1, px, qty }));

/** What a reader who keeps prices makes of the rows. */
function pricesOf({ sink }: MdpRead, side: 'buy' | 'sell', isImplied = false): string {
  const levels = new Map<number, number>();
  for (const row of sink.records('mbp')) {
    if (row.side !== null && row.side !== side) continue;
    if (((row.flags! & 4) !== 0) !== isImplied && row.side !== null) continue;
    if (row.action === 'clear') levels.clear();
    else if (row.qty === 0) levels.delete(row.price!);
    else levels.set(row.price!, row.qty!);
  }
  const better = side === 'buy' ? -1 : 1;
  return [...levels]
    .sort(([a], [b]) => (a < b ? -better : better))
    .map(([px, qty]) => `${px}×${qty}`)
    .join(' ');
}

const THREE = bids([100, 5], [99, 7], [98, 2]);

describe('incremental books of MDP 3.0', () => {
  it('T12.4-a New shifts the levels below down, Delete shifts them up', () => {
    const after = play(THREE, [{ action: NEW, level: 2, px: 99.5, qty: 4 }]);
    expect(bookText(after, ID, 'buy')).toBe('100×5 99.5×4 99×7 98×2');
    const deleted = play(
      THREE,
      [{ action: NEW, level: 2, px: 99.5, qty: 4 }],
      [{ action: DELETE, level: 1, px: 100 }],
    );
    expect(bookText(deleted, ID, 'buy')).toBe('99.5×4 99×7 98×2');
    expect(pricesOf(deleted, 'buy')).toBe('99.5×4 99×7 98×2');
    expect(deleted.sink.quarantine.total).toBe(0);
  });

  it.each<[name: string, entries: Entry[], book: string]>([
    [
      'Change sets the quantity of its level',
      [{ action: CHANGE, level: 2, px: 99, qty: 9 }],
      '100×5 99×9 98×2',
    ],
    ['DeleteThru empties the side', [{ action: DELETE_THRU, level: 1 }], ''],
    ['DeleteFrom takes the first levels', [{ action: DELETE_FROM, level: 2 }], '98×2'],
    [
      'Overlay puts another level in the place',
      [{ action: OVERLAY, level: 1, px: 100.5, qty: 1 }],
      '100.5×1 99×7 98×2',
    ],
    ['Delete without a price is of the level', [{ action: DELETE, level: 3 }], '100×5 99×7'],
  ])('%s', (_, entries, book) => {
    const read = play(THREE, entries);
    expect(bookText(read, ID, 'buy')).toBe(book);
    expect(pricesOf(read, 'buy')).toBe(book);
    expect(read.sink.quarantine.total).toBe(0);
  });

  it('the eleventh level falls out of sight, and its price is taken away', () => {
    const ten = Array.from({ length: 10 }, (_, index): [number, number] => [100 - index, index + 1]);
    const read = play(bids(...ten), [{ action: NEW, level: 1, px: 101, qty: 50 }]);
    expect(bookText(read, ID, 'buy')).toBe(
      `101×50 ${ten
        .slice(0, 9)
        .map(([px, qty]) => `${px}×${qty}`)
        .join(' ')}`,
    );
    expect(pricesOf(read, 'buy')).toBe(bookText(read, ID, 'buy'));
  });

  it('asks are apart from bids, implied levels apart from both, and the consolidated book adds them up', () => {
    const read = play([
      { action: NEW, level: 1, px: 100, qty: 5 },
      { action: NEW, level: 1, px: 101, qty: 3, type: '1' },
      { action: NEW, level: 1, px: 100, qty: 20, type: 'E' },
      { action: NEW, level: 2, px: 99.5, qty: 1, type: 'E' },
      { action: NEW, level: 1, px: 100.5, qty: 2, type: 'F' },
    ]);
    expect(bookText(read, ID, 'buy')).toBe('100×5');
    expect(bookText(read, ID, 'buy', 'implied')).toBe('100×20 99.5×1');
    expect(bookText(read, ID, 'buy', 'consolidated')).toBe('100×25 99.5×1');
    expect(bookText(read, ID, 'sell', 'consolidated')).toBe('100.5×2 101×3');
    expect(pricesOf(read, 'buy', true)).toBe('100×20 99.5×1');
    expect(read.sink.records('bbo')).toMatchObject([
      { bidPrice: 100, bidQty: 25, bidOrders: 1, askPrice: 100.5, askQty: 2, askOrders: null },
    ]);
    const outright = readMdp(mdpFile(packets([{ action: NEW, level: 1, px: 100, qty: 5 }])), {
      bbo: 'outright',
    });
    expect(outright.sink.records('bbo')).toMatchObject([
      { bidPrice: 100, bidQty: 5, askPrice: null, askQty: null },
    ]);
    expect(readMdp(mdpFile(packets(THREE)), { bbo: 'none' }).sink.records('bbo')).toEqual([]);
  });

  it('a quote is told when it changes, not with every change below it', () => {
    const read = play(
      THREE,
      [{ action: CHANGE, level: 3, px: 98, qty: 4 }],
      [{ action: CHANGE, level: 1, px: 100, qty: 6 }],
    );
    expect(read.sink.records('bbo').map(({ bidQty }) => bidQty)).toEqual([5, 6]);
  });

  it('the last row of each event carries the flag, also when the event ends in a later packet', () => {
    rptSeq = 0;
    const message = (bits: number, entries: Entry[]): Uint8Array =>
      mdpMessage(46, { TransactTime: 1n, MatchEventIndicator: bits }, { NoMDEntries: entries.map(entry) });
    const read = readMdp(
      mdpFile([
        { sequence: 1, messages: [message(0x04, THREE)] },
        {
          sequence: 2,
          messages: [message(0, [{ action: NEW, level: 1, px: 101, qty: 1, type: '1' }]), message(0x80, [])],
        },
      ]),
    );
    expect(read.sink.records('mbp').map(({ flags }) => flags)).toEqual([0, 0, 0, 1]);
    expect(read.sink.records('mbp').map(({ sequence }) => sequence)).toEqual([1, 1, 1, 2]);
  });

  it('what cannot be of a book is set aside with its reason, and the rest goes on', () => {
    const read = play(
      THREE,
      [{ action: CHANGE, level: 1, qty: 5 }],
      [{ action: NEW, level: 11, px: 90, qty: 1 }],
      [{ action: NEW, level: 0, px: 90, qty: 1 }],
      [{ action: 6, level: 1, px: 90, qty: 1 }],
      [{ action: NEW, level: 1, px: 90, qty: 1, type: 'Q' }],
      [{ action: DELETE, level: 9, px: 90 }],
      [{ action: DELETE, level: 2, px: 90 }],
      [{ action: CHANGE, level: 1, px: 90, qty: 8 }],
    );
    expect(Object.fromEntries(read.sink.quarantine.counts)).toEqual({
      'missing-value': 1,
      'level-order': 5,
      'unknown-type': 2,
    });
    expect(bookText(read, ID, 'buy')).toBe('98×2 90×8');
  });

  it('in the middle of a session only what was told is known, and it is said', () => {
    rptSeq = 40;
    const entries = [
      { action: DELETE, level: 5, px: 90 },
      { action: NEW, level: 1, px: 100, qty: 5 },
    ].map(entry);
    const read = readMdp(
      mdpFile([
        { sequence: 9, messages: [mdpMessage(46, { MatchEventIndicator: 0x80 }, { NoMDEntries: entries })] },
      ]),
    );
    const maybeBad = 1 << 17;
    expect(read.sink.records('mbp')).toMatchObject([
      { price: 90, qty: 0, quality: maybeBad },
      { price: 100, qty: 5, level: 1, quality: maybeBad },
    ]);
    // The asks were never told, so there is no quote.
    expect(read.sink.records('bbo')).toEqual([]);
  });

  it('a book reset empties the book', () => {
    const read = play(THREE, [{ action: NEW, level: 1, type: 'J' }]);
    expect(bookText(read, ID, 'buy')).toBe('');
    expect(read.sink.records('mbp').at(-1)).toMatchObject({ action: 'clear', side: null, flags: 1 });
    expect(read.sink.records('mbo')).toMatchObject([{ action: 'clear' }]);
  });

  it('a channel reset empties all books of its channel and their numbers start anew', () => {
    const before = packets(THREE);
    rptSeq = 0;
    const after = mdpMessage(
      46,
      { MatchEventIndicator: 0x80 },
      { NoMDEntries: [entry(THREE[1]!)].map((one) => ({ ...one, MDPriceLevel: 1 })) },
    );
    const reset = mdpMessage(4, { MatchEventIndicator: 0x80 }, { NoMDEntries: [{ ApplID: 310 }] });
    const read = readMdp(
      mdpFile([...before, { sequence: 2, messages: [reset] }, { sequence: 3, messages: [after] }]),
    );
    expect(bookText(read, ID, 'buy')).toBe('99×7');
    expect(read.sink.quarantine.total).toBe(0);
    expect(read.sink.records('mbp').at(-1)?.quality).toBe(0);
  });

  it('prices go by the display factor, from a definition or an option, or stay as they are sent', () => {
    const file = mdpFile(packets(bids([445_025, 5])));
    expect(readMdp(file).sink.records('mbp')[0]).toMatchObject({ symbol: '5', price: 445_025 });
    const options = { names: '5=ESH4', factors: 'ESH4=0.01' };
    expect(readMdp(file, options).sink.records('mbp')[0]).toMatchObject({ symbol: 'ESH4', price: 4450.25 });
    expect(readMdp(file, { ...options, prices: 'shown' }).sink.records('mbp')[0]).toMatchObject({
      price: 445_025,
    });
  });

  it('options that are wrong are all named', () => {
    const wrong = {
      window: '-1',
      bbo: 'best',
      prices: 'x',
      names: 'ES=5+9',
      factors: 'ES=0',
      depth: '0',
      venue: 'cme group',
    };
    expect(() => readMdp(new Uint8Array(0), wrong)).toThrow(
      expect.objectContaining({
        code: 'DATA_REQUEST',
        details: expect.objectContaining({ problems: expect.any(Array) }),
      }),
    );
    try {
      readMdp(new Uint8Array(0), wrong);
    } catch (error) {
      expect((error as { details: { problems: string[] } }).details.problems).toHaveLength(8);
    }
  });
});
