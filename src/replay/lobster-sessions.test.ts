import { describe, expect, it } from 'vitest';
import { RecordSink } from '../../tests/support/record-sink.ts';
import { replayPair, writeLines } from '../../tests/support/replay-pairs.ts';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import { replayFiles } from './replay-files.ts';

const folder = temporaryFolder('lobster-sessions');
const both = ['rebuild', 'match'] as const;

/** Ten rows, half a second past each second from 09:30 on: a halt in the fourth, its cross in the eighth. */
const messages = [
  '1,1,100,1000000,1',
  '1,2,100,1010000,-1',
  '4,1,10,1000000,1',
  '7,0,0,-1,-1',
  '4,1,10,1000000,1',
  '5,0,5,1005000,-1',
  '7,0,0,0,-1',
  '6,-3,500,1005000,1',
  '7,0,0,1,-1',
  '4,2,10,1010000,-1',
];
const book = (bid: number, ask: number): string =>
  `${ask === 0 ? '9999999999,0' : `1010000,${ask}`},1000000,${bid}`;
const rows = [
  book(100, 0),
  ...[[100, 100], [90, 100], [90, 100], ...Array.from({ length: 5 }, () => [80, 100]), [80, 90]].map(
    ([bid, ask]) => book(bid!, ask!),
  ),
];

const atRow = (row: number): number => (34_200 + row + 0.5) * 1e9;

describe('halts and crosses of LOBSTER', () => {
  it.each(both)('a halt, its quotation period and its cross are told at their times, %s', async (mode) => {
    const sink = new RecordSink();
    const result = await replayPair(folder, { messages, rows }, { mode, sink });
    expect(result.rowsUnexplained).toBe(0);
    expect(sink.venue).toEqual([
      { timeNs: atRow(3), instrument: 0, text: 'session -1 > HALTED halt' },
      { timeNs: atRow(6), instrument: 0, text: 'session HALTED > VOLATILITY_AUCTION resume' },
      { timeNs: atRow(7), instrument: 0, text: 'auction reopening 500 @ 1005000' },
      { timeNs: atRow(8), instrument: 0, text: 'session VOLATILITY_AUCTION > CONTINUOUS interruptionOver' },
    ]);
    expect(result.sessions.symbols).toMatchObject([
      {
        state: 'CONTINUOUS',
        crosses: [{ auction: 'reopening', price: '100.50', qtyLots: 500 }],
        executionsNotContinuous: 1,
        hiddenTradesNotContinuous: 1,
        notContinuousExamples: [
          { row: 4, orderId: '1', price: '100.00', qtyLots: 10, state: 'HALTED' },
          { row: 5, orderId: null, price: '100.50', qtyLots: 5, state: 'HALTED' },
        ],
      },
    ]);
    expect(result.books).toMatchObject([{ bidLots: 80, askLots: 90, liveOrders: 2 }]);
    if (mode === 'rebuild') return;
    expect(result.executionsMatched).toBe(2);
    expect(result.executionsExcusedByCause).toEqual({ 'not-continuous': 1 });
  });

  it('is told alike without the orderbook file', async () => {
    const sink = new RecordSink();
    const path = writeLines(
      folder,
      'alone',
      messages.map((message, row) => `${34_200 + row}.5,${message}`),
    );
    const result = await replayFiles([path], { mode: 'match', strictness: 'strict', sink });
    expect(sink.venue.map(({ text }) => text.split(' ')[0])).toEqual([
      'session',
      'session',
      'auction',
      'session',
    ]);
    expect(result.executionsExcusedByCause['not-continuous']).toBe(1);
  });

  it('a cross that names no kind is of what the session is in', async () => {
    const sink = new RecordSink();
    const change = messages.map((message) => message.replace('6,-3,', '6,0,'));
    await replayPair(folder, { messages: change, rows }, { sink });
    expect(sink.venue[2]!.text).toBe('auction reopening 500 @ 1005000');
  });

  it('a halt row that was set aside leaves a state that is not known', async () => {
    const sink = new RecordSink();
    const change = messages.map((message) => message.replace('7,0,0,0,-1', '7,0,0,9,-1'));
    const result = await replayPair(folder, { messages: change, rows }, { sink, strictness: 'lenient' });
    expect(result.quarantine.total).toBe(1);
    expect(sink.venue.map(({ text }) => text)).toEqual([
      'session -1 > HALTED halt',
      'session HALTED > -1 lost',
      'auction reopening 500 @ 1005000',
      'session -1 > CONTINUOUS schedule',
    ]);
  });
});
