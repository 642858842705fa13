import { describe, expect, it } from 'vitest';
import { replayPair } from '../../tests/support/replay-pairs.ts';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';

const folder = temporaryFolder('causes');
const NO_BID = '-9999999999,0';

/** Two levels of asks, no bids, unless said otherwise. */
const asks = (...levels: readonly (readonly [price: number, qty: number])[]): string =>
  [0, 1]
    .map((at) => {
      const level = levels[at];
      return `${level === undefined ? '9999999999,0' : level.join(',')},${NO_BID}`;
    })
    .join(',');

describe('rows of a LOBSTER pair', () => {
  it('are equal as long as all levels are in view', async () => {
    const result = await replayPair(folder, {
      messages: [
        '1,1,100,1000000,-1',
        '1,2,50,1000000,-1',
        '4,1,40,1000000,-1',
        '2,1,10,1000000,-1',
        '3,2,50,1000000,-1',
      ],
      rows: [
        asks([1_000_000, 100]),
        asks([1_000_000, 150]),
        asks([1_000_000, 110]),
        asks([1_000_000, 100]),
        asks([1_000_000, 50]),
      ],
    });
    expect(result.rowsEqual).toBe(5);
    expect(result.executionsMatched).toBe(1);
    expect(result.books[0]).toMatchObject({ bestAsk: '100.00', askLots: 50, bestBid: null, liveOrders: 1 });
  });

  it('first-seen: a level nobody told of comes into view', async () => {
    const result = await replayPair(folder, {
      messages: ['1,1,100,1000000,-1', '3,1,100,1000000,-1'],
      rows: [asks([1_000_000, 100], [1_000_300, 7]), asks([1_000_300, 7], [1_000_400, 9])],
    });
    expect(result.rowsExcusedByCause).toEqual({ 'first-seen': 1 });
    expect(result.firstDifferences[0]).toMatchObject({
      row: 1,
      side: 'sell',
      level: 2,
      expected: '9 @ 100.04',
      found: 'nothing',
      cause: 'first-seen',
    });
  });

  // A third level is pushed out of view by a better one, and comes back when that is deleted.
  const pushedOut = (qtyOnReturn: number): string[] => [
    asks([1_000_000, 10], [1_000_300, 7]),
    asks([999_900, 5], [1_000_000, 10]),
    qtyOnReturn === 0
      ? asks([1_000_000, 10], [1_000_500, 3])
      : asks([1_000_000, 10], [1_000_300, qtyOnReturn]),
  ];
  const pushAndDelete = ['1,1,10,1000000,-1', '1,2,5,999900,-1', '3,2,5,999900,-1'];

  it('are equal if a level comes back as it left', async () => {
    const result = await replayPair(folder, { messages: pushAndDelete, rows: pushedOut(7) });
    expect(result.rowsEqual).toBe(3);
  });

  it.each([3, 9])('changed-on-return: a level comes back with %i of 7', async (qty) => {
    const result = await replayPair(folder, { messages: pushAndDelete, rows: pushedOut(qty) });
    expect(result.rowsExcusedByCause).toEqual({ 'changed-on-return': 1 });
    expect(result.books[0]).toMatchObject({ askLevels: 2, askLots: 10 });
  });

  it('gone-on-return: a level is gone when its price comes back into view', async () => {
    const result = await replayPair(folder, { messages: pushAndDelete, rows: pushedOut(0) });
    expect(result.rowsExcusedByCause).toEqual({ 'first-seen+gone-on-return': 1 });
    expect(result.firstDifferences.map(({ cause }) => cause).sort()).toEqual([
      'first-seen',
      'gone-on-return',
    ]);
  });

  it('unexplained: a level changes in view without a message', async () => {
    const result = await replayPair(folder, {
      messages: ['1,1,100,1000000,-1', '1,2,5,1000300,-1'],
      rows: [asks([1_000_000, 100]), asks([1_000_000, 90], [1_000_300, 5])],
    });
    expect(result.rowsUnexplained).toBe(1);
    expect(result.firstDifferences[0]).toMatchObject({ cause: 'unexplained', expected: '90 @ 100.00' });
  });
});

describe('executions of a LOBSTER pair', () => {
  const opening = asks([1_000_000, 30]);

  it('before-file: quantity that stands there at the beginning is older', async () => {
    const result = await replayPair(folder, {
      messages: ['1,1,10,1000300,-1', '4,77,20,1000000,-1'],
      rows: [asks([1_000_000, 30], [1_000_300, 10]), asks([1_000_000, 10], [1_000_300, 10])],
    });
    expect(result.executionsExcusedByCause).toEqual({ 'before-file': 1 });
    expect(result.unknownOrders).toBe(1);
    expect(result.rowsEqual).toBe(2);
  });

  it('entered-out-of-view: quantity that came with its level is older', async () => {
    const result = await replayPair(folder, {
      messages: [
        '1,1,10,1000000,-1',
        '1,2,5,999900,-1',
        '3,2,5,999900,-1',
        '3,1,10,1000000,-1',
        '4,50,2,1000300,-1',
      ],
      rows: [
        asks([1_000_000, 10], [1_000_200, 1]),
        asks([999_900, 5], [1_000_000, 10]),
        asks([1_000_000, 10], [1_000_300, 9]),
        asks([1_000_300, 9]),
        asks([1_000_300, 7]),
      ],
    });
    expect(result.executionsExcusedByCause).toEqual({ 'entered-out-of-view': 1 });
  });

  it('changed-out-of-view: an order that was out of view may be gone', async () => {
    const result = await replayPair(folder, {
      messages: [
        '1,1,10,1000000,-1',
        '1,2,4,1000300,-1',
        '1,3,6,1000300,-1',
        '1,4,5,999900,-1',
        '3,4,5,999900,-1',
        '3,1,10,1000000,-1',
        '4,3,6,1000300,-1',
      ],
      rows: [
        asks([1_000_000, 10]),
        asks([1_000_000, 10], [1_000_300, 4]),
        asks([1_000_000, 10], [1_000_300, 10]),
        asks([999_900, 5], [1_000_000, 10]),
        asks([1_000_000, 10], [1_000_300, 10]),
        asks([1_000_300, 10]),
        asks([1_000_300, 4]),
      ],
    });
    expect(result.rowsEqual).toBe(7);
    expect(result.executionsExcusedByCause).toEqual({ 'changed-out-of-view': 1 });
  });

  const passedOver = (after: string, rowAfter: string) => ({
    messages: ['1,1,10,1000000,-1', '1,2,20,1000000,-1', '4,2,20,1000000,-1', after],
    rows: [asks([1_000_000, 10]), asks([1_000_000, 30]), asks([1_000_000, 10]), rowAfter],
  });

  it('out-of-priority: an older order is passed over and named later', async () => {
    const result = await replayPair(folder, passedOver('3,1,10,1000000,-1', asks()));
    expect(result.executionsMissedByCause).toEqual({ 'out-of-priority': 1 });
    expect(result.missedExamples).toMatchObject([
      { row: 2, orderId: '2', hitOrderId: '1', price: '100.00', qtyLots: 20 },
    ]);
    expect(result.rowsEqual).toBe(4);
  });

  it('out-of-priority-unconfirmed: an older order is passed over and never named again', async () => {
    const after = asks([1_000_000, 10], [1_000_100, 1]);
    const result = await replayPair(folder, passedOver('1,9,1,1000100,-1', after));
    expect(result.executionsMissedByCause).toEqual({ 'out-of-priority-unconfirmed': 1 });
  });

  it('not-best-price: orders at a better price are passed over', async () => {
    const result = await replayPair(folder, {
      messages: ['1,1,10,1000000,-1', '1,2,20,1000100,-1', '4,2,20,1000100,-1'],
      rows: [asks([1_000_000, 10]), asks([1_000_000, 10], [1_000_100, 20]), asks([1_000_000, 10])],
    });
    expect(result.executionsMissedByCause).toEqual({ 'not-best-price': 1 });
    expect(result.missedExamples[0]).toMatchObject({ hitOrderId: '1' });
  });

  it('puts an order that is older than the file ahead of younger ones', async () => {
    const result = await replayPair(folder, {
      messages: [
        '1,100,10,1000000,-1',
        '1,101,20,1000000,-1',
        '1,3,5,1000000,-1',
        '4,3,5,1000000,-1',
        '4,100,10,1000000,-1',
      ],
      rows: [10, 30, 35, 30, 20].map((qty) => asks([1_000_000, qty])),
    });
    expect(result.executionsMatched).toBe(2);
  });

  it('counts hidden executions and halts without touching the book', async () => {
    const result = await replayPair(folder, {
      messages: ['1,1,10,1000300,-1', '5,0,20,1000100,-1', '7,0,0,-1,-1'],
      rows: [1, 2, 3].map(() => `${opening.split(',').slice(0, 4).join(',')},1000300,10,${NO_BID}`),
    });
    expect(result.rowsEqual).toBe(3);
    expect(result.recordsByAction).toEqual({ add: 1, hiddenTrade: 1, status: 1 });
    expect(result.executions).toBe(0);
  });
});
