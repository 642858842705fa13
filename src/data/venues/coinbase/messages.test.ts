import { describe, expect, it } from 'vitest';
import { MemorySink } from '../../ingest/memory-sink.ts';
import { CoinbaseMessages } from './messages.ts';

const MAKER = 'ac928c66-ca53-498f-9c13-a110027a60e8';
const TAKER = '132fb6ae-456b-4654-b4e0-d681ac05cea1';
const AT = { product_id: 'BTC-USD', time: '2014-11-07T08:19:27.028459Z' };

function read(...frames: readonly Record<string, unknown>[]): MemorySink {
  const sink = new MemorySink();
  const messages = new CoinbaseMessages(sink);
  for (const frame of frames) messages.frame({ ...AT, ...frame }, null);
  messages.end();
  return sink;
}

const id = (uuid: string): bigint => BigInt(`0x${uuid.replaceAll('-', '').slice(0, 16)}`);

describe('messages of Coinbase Exchange', () => {
  it("T12.6-a the side of a match is the maker's: a taker bought", () => {
    const match = { type: 'match', trade_id: 10, sequence: 50, maker_order_id: MAKER, taker_order_id: TAKER };
    const sink = read({ ...match, size: '5.23512', price: '400.23', side: 'sell' });
    expect(sink.records('trade')).toEqual([
      expect.objectContaining({
        symbol: 'BTC-USD',
        tsEvent: 1_415_348_367_028_459_000n,
        price: 400.23,
        qty: 5.23512,
        aggressor: 'buy',
        tradeId: '10',
        buyOrderId: id(TAKER),
        sellOrderId: id(MAKER),
      }),
    ]);
    expect(sink.counts()).toEqual({ trade: 1 });
  });

  it('T12.10-a a buyer of 250 leaves 50 of the third order, and 250 are traded', () => {
    const orders = ['1', '2', '3'].map((n) => `0000000${n}-0000-4000-8000-000000000000`);
    let sequence = 100;
    const open = (n: number, price: string): Record<string, unknown> => ({
      type: 'open',
      sequence: ++sequence,
      order_id: orders[n],
      side: 'sell',
      price,
      remaining_size: '100',
    });
    const match = (n: number, price: string, size: string): Record<string, unknown> => ({
      type: 'match',
      sequence: ++sequence,
      trade_id: n + 1,
      maker_order_id: orders[n],
      taker_order_id: TAKER,
      side: 'sell',
      price,
      size,
    });
    const done = (order_id: string, price: string | undefined): Record<string, unknown> => ({
      type: 'done',
      sequence: ++sequence,
      order_id,
      side: 'sell',
      price,
      reason: 'filled',
      remaining_size: '0',
    });
    const sink = read(
      open(0, '10.01'),
      open(1, '10.01'),
      open(2, '10.02'),
      { type: 'received', sequence: ++sequence, order_id: TAKER, side: 'buy', price: '10.02', size: '250' },
      match(0, '10.01', '100'),
      match(1, '10.01', '100'),
      match(2, '10.02', '50'),
      done(orders[0]!, '10.01'),
      done(orders[1]!, '10.01'),
      done(TAKER, '10.02'),
    );
    const left = new Map<bigint, number>();
    for (const { action, orderId, qty } of sink.records('mbo')) {
      if (action === 'add') left.set(orderId!, qty!);
      if (action === 'execute') left.set(orderId!, left.get(orderId!)! - qty!);
      expect(['add', 'none', 'execute']).toContain(action);
    }
    expect([...left.values()]).toEqual([0, 0, 50]);
    expect(sink.records('trade').reduce((sum, { qty }) => sum + qty, 0)).toBe(250);
    expect(sink.records('mbo').map((record) => record.sequence)).toEqual(
      Array.from({ length: 10 }, (_, i) => 101 + i),
    );
  });

  it('leaves orders alone that never rested: market orders, what was cancelled on entry, stops', () => {
    const sink = read(
      { type: 'received', sequence: 1, order_id: MAKER, side: 'buy', order_type: 'market', funds: '3000' },
      { type: 'done', sequence: 2, order_id: MAKER, side: 'buy', reason: 'canceled' },
      { type: 'received', sequence: 3, order_id: TAKER, side: 'buy', price: '5', size: '1' },
      {
        type: 'change',
        sequence: 4,
        order_id: TAKER,
        side: 'buy',
        price: '5',
        new_size: '0.5',
        old_size: '1',
      },
      {
        type: 'done',
        sequence: 5,
        order_id: TAKER,
        side: 'buy',
        price: '5',
        reason: 'canceled',
        remaining_size: '0.5',
      },
      {
        type: 'activate',
        sequence: 6,
        order_id: TAKER,
        side: 'sell',
        stop_type: 'entry',
        size: '2',
        limit_price: '4',
      },
    );
    expect(sink.records('mbo').map(({ action, price, qty }) => [action, price, qty])).toEqual([
      ['none', null, null],
      ['none', null, null],
      ['none', 5, 1],
      ['none', 5, 0.5],
      ['none', 5, 0.5],
      ['none', 4, 2],
    ]);
  });

  it('takes level2 as quantities that stand, and ends each message', () => {
    const sink = read(
      { type: 'snapshot', bids: [['10101.10', '0.45054140']], asks: [['10102.55', '0.57753524']] },
      {
        type: 'l2update',
        changes: [
          ['buy', '10101.80', '0.162567'],
          ['sell', '10102.55', '0.00'],
        ],
      },
      {
        type: 'l2update',
        changes: [
          ['hold', '1', '1'],
          ['buy', 'x', '1'],
          ['buy', '1', '-1'],
        ],
      },
    );
    expect(
      sink.records('mbp').map(({ action, side, price, qty, flags }) => [action, side, price, qty, flags]),
    ).toEqual([
      ['clear', null, null, null, 2],
      ['set', 'buy', 10101.1, 0.4505414, 2],
      ['set', 'sell', 10102.55, 0.57753524, 3],
      ['set', 'buy', 10101.8, 0.162567, 0],
      ['set', 'sell', 10102.55, 0, 1],
    ]);
    expect(Object.fromEntries(sink.quarantine.counts)).toEqual({ 'unknown-side': 1, 'not-a-number': 2 });
    const indexes = sink.records('mbp').map(({ sourceIndex }) => sourceIndex);
    expect(new Set(indexes).size).toBe(indexes.length);
  });

  it('tells matches that were lost, where the full channel is not there', () => {
    const match = (trade_id: number): Record<string, unknown> => ({
      type: 'match',
      trade_id,
      sequence: trade_id * 7,
      maker_order_id: MAKER,
      taker_order_id: TAKER,
      side: 'buy',
      size: '1',
      price: '2',
    });
    const sink = read({ ...match(10), type: 'last_match' }, match(11), match(11), match(14));
    expect(sink.records('trade').map(({ tradeId, quality }) => [tradeId, quality])).toEqual([
      ['10', 0],
      ['11', 0],
      ['14', 4],
    ]);
    expect(Object.fromEntries(sink.remarks)).toEqual({ 'trade-already-known': 1, 'trade-missing': 2 });
  });

  it('sets aside what is no message of Coinbase, with its reason', () => {
    const sink = read(
      { type: 'hello' },
      { type: 'open', order_id: MAKER },
      { type: 'error', message: 'no', reason: 'why' },
    );
    const messages = new CoinbaseMessages(sink);
    messages.frame([1], null);
    messages.frame({ type: 'l2update', changes: [] }, null);
    expect(Object.fromEntries(sink.quarantine.counts)).toEqual({
      'unknown-type': 1,
      'missing-value': 2,
      'vendor-error': 1,
      'not-json': 1,
    });
  });
});
