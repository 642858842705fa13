import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultOf, type HandMadePair, replayPair, writeLines } from '../../tests/support/replay-pairs.ts';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import { replayFiles } from './replay-files.ts';

const folder = temporaryFolder('faults');
const book = (ask: number, askQty: number, bid = 990_000, bidQty = 5): string =>
  `${ask},${askQty},${bid},${bidQty}`;
const OPTIONS = { mode: 'match', strictness: 'strict' } as const;

/** A good start, one bad message that changes nothing, and a good end. */
function withBadMessage(message: string): HandMadePair {
  return {
    messages: ['1,1,100,1000000,-1', message, '4,1,40,1000000,-1'],
    rows: [book(1_000_000, 100), book(1_000_000, 100), book(1_000_000, 60)],
  };
}

describe('bad LOBSTER records', () => {
  const bad = [
    ['an id that is live', '1,1,5,1000000,-1', 'duplicate-order'],
    ['an unknown id where all orders are known', '3,77,5,1000000,-1', 'unknown-order'],
    ['executing more than is left', '4,1,101,1000000,-1', 'over-reduced'],
    ['reducing by more than is left', '2,1,101,1000000,-1', 'over-reduced'],
    ['deleting with another size', '3,1,99,1000000,-1', 'delete-qty'],
    ['an order without an id', '1,0,5,1000000,-1', 'field-value'],
    ['a negative size', '1,2,-5,1000000,-1', 'qty-not-positive'],
    ['an unknown type', '9,2,5,1000000,-1', 'unknown-type'],
    ['a quantity beyond the book', '1,2,3000000000,1000000,-1', 'field-value'],
  ] as const;

  it.each(bad)('%s stops a strict replay', async (_, message, reason) => {
    const fault = await faultOf(replayPair(folder, withBadMessage(message)));
    expect(fault.code).toBe('DATA_RECORD');
    expect(fault.details).toMatchObject({ record: 1, reason });
  });

  it.each(bad)('%s is set aside by a lenient replay, whose book stays right', async (_, message, reason) => {
    const result = await replayPair(folder, withBadMessage(message), { strictness: 'lenient' });
    expect(result.quarantine.byReason).toEqual({ [reason]: 1 });
    expect(result.quarantine.examples[0]).toMatchObject({ reason, record: 1 });
    expect(result.rowsEqual).toBe(3);
    expect(result.executionsMatched).toBe(1);
    expect(result.books[0]).toMatchObject({ bestAsk: '100.00', askLots: 60, bestBid: '99.00', bidLots: 5 });
  });

  it('message-set-aside: a difference is put down to the message that is missing', async () => {
    const pair = withBadMessage('1,x,5,1000100,-1');
    const result = await replayPair(
      folder,
      { ...pair, rows: [pair.rows[0]!, book(1_000_000, 105), book(1_000_000, 65)] },
      { strictness: 'lenient' },
    );
    expect(result.rowsExcusedByCause).toEqual({ 'message-set-aside': 1 });
    expect(result.rowsEqual).toBe(2);
    expect(result.books[0]).toMatchObject({ askLots: 65 });
  });

  it.each([
    ['crossed-book', book(1_000_000, 100, 1_000_000, 5)],
    ['column-count', '1000000,100,990000'],
    ['not-a-number', book(1_000_000, 100).replace('990000', 'x')],
    ['qty-not-positive', book(1_000_000, -100)],
  ])('a row that is %s is passed over, and the next one is compared again', async (reason, row) => {
    const pair: HandMadePair = {
      messages: ['1,1,100,1000000,-1', '1,2,5,1000000,-1', '1,3,5,1000000,-1', '4,1,40,1000000,-1'],
      rows: [book(1_000_000, 100), row, book(1_000_000, 110), book(1_000_000, 70)],
    };
    expect((await faultOf(replayPair(folder, pair))).details).toMatchObject({ record: 1, reason });
    const result = await replayPair(folder, pair, { strictness: 'lenient' });
    expect(result.quarantine.byReason).toEqual({ [reason]: 1 });
    expect(result.rowsEqual).toBe(3);
    expect(result.rows).toBe(4);
  });

  it('after-bad-row: what changed around a bad row is not called unexplained', async () => {
    const result = await replayPair(
      folder,
      {
        messages: ['1,1,100,1000000,-1', '1,2,5,1000000,-1', '1,3,5,1000000,-1'],
        rows: [book(1_000_000, 100), '1,2', book(1_000_000, 90)],
      },
      { strictness: 'lenient' },
    );
    expect(result.rowsExcusedByCause).toEqual({ 'after-bad-row': 1 });
    expect(result.books[0]).toMatchObject({ askLots: 90 });
  });
});

describe('files that do not make a pair', () => {
  const messages = ['1,1,100,1000000,-1', '1,2,5,1000000,-1'];
  const rows = [book(1_000_000, 100), book(1_000_000, 105)];

  it.each([
    ['shorter', rows.slice(0, 1), 1],
    ['longer', [...rows, book(1_000_000, 105)], 2],
  ])(
    'an orderbook file that is %s stops a strict replay with both lengths',
    async (_, someRows, rowsInBoth) => {
      const fault = await faultOf(replayPair(folder, { messages, rows: someRows }));
      expect(fault.code).toBe('DATA_PAIR');
      expect(fault.details).toMatchObject({ messages: 2, orderbookRows: someRows.length });
      const result = await replayPair(folder, { messages, rows: someRows }, { strictness: 'lenient' });
      expect(result.quarantine.byReason).toEqual({ 'pair-length': 1 });
      expect(result.rows).toBe(rowsInBoth);
      expect(result.rowsEqual).toBe(rowsInBoth);
    },
  );

  it('all rows that a short file loses are counted', async () => {
    const many = [...messages, '1,3,5,1000000,-1', '1,4,5,1000000,-1'];
    const result = await replayPair(
      folder,
      { messages: many, rows: rows.slice(0, 1) },
      { strictness: 'lenient' },
    );
    expect(result.quarantine.byReason).toEqual({ 'pair-length': 3 });
  });

  it('names what is missing', async () => {
    const orderbook = writeLines(folder, 'rows', rows);
    expect((await faultOf(replayFiles([orderbook], OPTIONS))).code).toBe('DATA_PAIR');
    expect((await faultOf(replayFiles([], OPTIONS))).code).toBe('DATA_FORMAT');
    expect((await faultOf(replayFiles([join(folder, 'absent.csv')], OPTIONS))).message).toContain(
      'no such file',
    );
    const text = writeLines(folder, 'text', ['hello', 'world']);
    expect((await faultOf(replayFiles([text], OPTIONS))).code).toBe('DATA_FORMAT');
    const message = writeLines(folder, 'messages', ['34200.1,1,1,100,1000000,-1']);
    expect((await faultOf(replayFiles([message, message], OPTIONS))).code).toBe('DATA_PAIR');
    expect((await faultOf(replayFiles([message, orderbook, orderbook], OPTIONS))).code).toBe('DATA_PAIR');
    const other = { ...OPTIONS, symbols: ['MSFT'] };
    expect((await faultOf(replayFiles([message], other))).message).toContain('MSFT');
  });
});

describe('a LOBSTER replay', () => {
  it('takes a coarser tick where prices do not fit one of a hundredth cent', async () => {
    const price = 4_000_000_000;
    const result = await replayPair(folder, {
      messages: [`1,1,10,${price},-1`, `4,1,4,${price},-1`],
      rows: [book(price, 10, 3_999_000_000, 3), book(price, 6, 3_999_000_000, 3)],
    });
    expect(result.rowsEqual).toBe(2);
    expect(result.books[0]).toMatchObject({ tickSize: '100.00', bestAsk: '400000.00', bestBid: '399900.00' });
  });

  it('tells progress and ends early when it is cancelled', async () => {
    const records: number[] = [];
    const messages = Array.from({ length: 9000 }, (_, row) => `1,${row + 1},1,1000000,-1`);
    const rows = messages.map((_, row) => book(1_000_000, row + 1));
    const result = await replayPair(
      folder,
      { messages, rows },
      {
        onProgress: ({ records: done, bytes, bytesTotal }) => {
          records.push(done);
          expect(bytes).toBeLessThanOrEqual(bytesTotal);
        },
        isCancelled: () => records.length === 2,
      },
    );
    expect(result.isCancelled).toBe(true);
    expect(records).toHaveLength(2);
    expect(result.rows).toBe(records[1]);
    expect(result.rowsEqual).toBe(result.rows);
  });
});
