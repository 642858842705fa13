/** What each venue says, in small: gaps, checksums, chains, sides, times. Recordings of them are read in `files/crypto`. */

import { describe, expect, it } from 'vitest';
import { krakenChecksum } from '../book/book-checksum.ts';
import { ASK, BID, FeedBook } from '../book/feed-book.ts';
import { MemorySink } from '../ingest/memory-sink.ts';
import { BinanceMessages } from './binance/messages.ts';
import { BitfinexMessages } from './bitfinex.ts';
import { BitstampMessages } from './bitstamp.ts';
import { AdvancedTradeMessages } from './coinbase/advanced.ts';
import { DeribitMessages } from './deribit.ts';
import { GeminiMessages } from './gemini.ts';
import { instantOf } from './instant.ts';
import { KrakenFuturesMessages } from './kraken/futures.ts';
import { KrakenMessages } from './kraken/spot.ts';
import { TardisMessages } from './tardis.ts';
import type { VenueMessages } from './venue-messages.ts';
import { venueOfMessage, venueOfUrl } from './venue-of.ts';

const RECEIVED = instantOf(1_700_000_000, 5);
const GAP_BEFORE = 1 << 2;
const MAYBE_BAD_BOOK = 1 << 17;
const ESTIMATED_TIME = 1 << 19;

function read(open: (sink: MemorySink) => VenueMessages, ...frames: readonly unknown[]): MemorySink {
  const sink = new MemorySink();
  const messages = open(sink);
  for (const frame of frames) messages.frame(frame, RECEIVED);
  messages.end();
  return sink;
}

/** Doubts of the levels, in short. */
function doubts(sink: MemorySink): string[] {
  return sink.records('mbp').map(({ action, price, qty, quality }) => {
    const marks = `${(quality! & GAP_BEFORE) === 0 ? '' : ' gap'}${(quality! & MAYBE_BAD_BOOK) === 0 ? '' : ' doubt'}`;
    return action === 'clear' ? `clear${marks}` : `${price} ${qty}${marks}`;
  });
}

describe('Kraken', () => {
  const open = (sink: MemorySink): VenueMessages => new KrakenMessages(sink);
  const level = (price: string, qty: string): string[] => [price, qty, '1700000000.250000'];
  const snapshot = [
    1,
    { as: [level('10.2', '1.00'), level('10.3', '2.00')], bs: [level('10.0', '3.00'), level('9.9', '4.00')] },
    'book-2',
    'XBT/USD',
  ];

  function checksumOf(...levels: [0 | 1, number, number][]): string {
    const book = new FeedBook();
    for (const [side, price, qty] of levels) book.set(side, price * 1e9, qty);
    return String(krakenChecksum(book, { price: 1, qty: 2 }));
  }

  it('tells what falls below the depth, and doubts a book from a wrong checksum on until the next snapshot', () => {
    const after = checksumOf([ASK, 10.1, 5], [ASK, 10.2, 1], [BID, 10, 3], [BID, 9.9, 4]);
    const sink = read(
      open,
      snapshot,
      [1, { a: [level('10.1', '5.00')], c: after }, 'book-2', 'XBT/USD'],
      [1, { b: [level('10.0', '6.00')], c: '1' }, 'book-2', 'XBT/USD'],
      [1, { b: [level('10.0', '7.00')] }, 'book-2', 'XBT/USD'],
      snapshot,
    );
    expect(doubts(sink)).toEqual([
      ...['clear', '10 3', '9.9 4', '10.2 1', '10.3 2'],
      ...['10.1 5', '10.3 0'],
      '10 6 doubt',
      '10 7 doubt',
      ...['clear', '10 3', '9.9 4', '10.2 1', '10.3 2'],
    ]);
    expect(sink.remarks.get('checksum-mismatch')).toBe(1);
    expect(sink.records('mbp')[1]!.tsEvent).toBe(1_700_000_000_250_000_000n);
  });

  it('closes a candle when the next one begins; the last one is no bar', () => {
    const candle = (endS: number, close: string): unknown => [
      2,
      ['1', `${endS}.0`, '1', '3', '1', close, '2', '10', 4],
      'ohlc-5',
      'XBT/USD',
    ];
    const sink = read(open, candle(600, '1.5'), candle(600, '2'), candle(900, '2.5'), candle(600, '9'));
    expect(sink.records('bar')).toMatchObject([
      { tsEvent: 300_000_000_000n, intervalS: 300, close: 2, trades: 4 },
    ]);
    expect(Object.fromEntries(sink.remarks)).toEqual({ 'candle-not-closed': 2, 'candle-already-known': 1 });
  });

  it('reads spreads, trades, answers, and what is none', () => {
    const sink = read(
      open,
      [3, ['5.1', '5.2', '1700000000.1', '1', '2'], 'spread', 'XBT/USD'],
      [4, [['5.15', '0.3', '1700000000.2', 's', 'm', '']], 'trade', 'XBT/USD'],
      {
        channel: 'trade',
        type: 'update',
        data: [
          {
            symbol: 'BTC/USD',
            side: 'buy',
            price: 1.5,
            qty: 2,
            ord_type: 'limit',
            trade_id: 8,
            timestamp: '2023-10-06T17:35:55.440295Z',
          },
        ],
      },
      { event: 'subscriptionStatus', status: 'error', errorMessage: 'no such pair' },
      { method: 'subscribe', success: false, error: 'no' },
      [5, {}, 'unheard', 'XBT/USD'],
      'text',
    );
    expect(sink.records('bbo')).toMatchObject([{ bidPrice: 5.1, askPrice: 5.2, bidQty: 1, askQty: 2 }]);
    expect(sink.records('trade')).toMatchObject([
      { aggressor: 'sell', conditions: 'market', price: 5.15 },
      { aggressor: 'buy', tradeId: '8', sequence: 8 },
    ]);
    expect(Object.fromEntries(sink.quarantine.counts)).toEqual({
      'vendor-error': 2,
      'unknown-type': 1,
      'not-json': 1,
    });
  });
});

describe('books chained by numbers', () => {
  it('Kraken Futures: a hole in seq is counted and marked', () => {
    const change = (seq: number): unknown => ({
      feed: 'book',
      product_id: 'PI',
      side: 'buy',
      seq,
      price: seq,
      qty: 1,
      timestamp: 1_700_000_000_000,
    });
    const sink = read(
      (one) => new KrakenFuturesMessages(one),
      {
        feed: 'book_snapshot',
        product_id: 'PI',
        seq: 10,
        timestamp: 1_700_000_000_000,
        bids: [{ price: 5, qty: 1 }],
        asks: [],
      },
      change(10),
      change(11),
      change(13),
      change(14),
    );
    expect(doubts(sink)).toEqual(['clear', '5 1', '11 1', '13 1 gap doubt', '14 1 doubt']);
    expect(Object.fromEntries(sink.remarks)).toEqual({
      'change-already-known': 1,
      'sequence-gap': 1,
      'sequence-missing': 1,
    });
  });

  it('Deribit: each change names the one before it', () => {
    const book = (type: string, change_id: number, prev_change_id?: number): unknown => ({
      jsonrpc: '2.0',
      method: 'subscription',
      params: {
        channel: 'book.BTC-PERPETUAL.raw',
        data: {
          type,
          timestamp: 1_700_000_000_000,
          instrument_name: 'BTC-PERPETUAL',
          change_id,
          prev_change_id,
          bids: [['delete', change_id, 0]],
          asks: [],
        },
      },
    });
    const sink = read(
      (one) => new DeribitMessages(one),
      book('snapshot', 100),
      book('change', 105, 100),
      book('change', 120, 110),
    );
    expect(doubts(sink)).toEqual(['clear', '100 0', '105 0', '120 0 gap doubt']);
  });

  it('Advanced Trade and Bitfinex: a hole in the numbers of the connection puts every book in doubt', () => {
    const event = (sequence_num: number, type: string): unknown => ({
      channel: 'l2_data',
      timestamp: '2026-04-07T14:30:00Z',
      sequence_num,
      events: [
        {
          type,
          product_id: 'BTC-USD',
          updates: [
            {
              side: 'bid',
              event_time: '2020-01-01T00:00:00Z',
              price_level: '5',
              new_quantity: String(sequence_num),
            },
          ],
        },
      ],
    });
    const advanced = read(
      (one) => new AdvancedTradeMessages(one),
      event(0, 'snapshot'),
      event(1, 'update'),
      event(4, 'update'),
      event(5, 'update'),
      event(6, 'snapshot'),
    );
    expect(doubts(advanced)).toEqual(['clear', '5 0', '5 1', '5 4 gap doubt', '5 5 doubt', 'clear', '5 6']);
    expect(advanced.remarks.get('sequence-missing')).toBe(2);
    const levels = advanced.records('mbp');
    // Levels of a snapshot stand now, whenever they last changed.
    expect(levels[1]!.tsEvent).toBe(1_775_572_200_000_000_000n);
    expect(levels[2]!.tsEvent).toBe(1_577_836_800_000_000_000n);

    const bitfinex = read(
      (one) => new BitfinexMessages(one),
      { event: 'conf', status: 'OK', flags: 65_536 },
      { event: 'subscribed', channel: 'book', chanId: 7, symbol: 'tBTCUSD', prec: 'P0' },
      [
        7,
        [
          [10, 2, 1.5],
          [11, 1, -0.5],
        ],
        1,
      ],
      [7, [10, 0, 1], 2],
      [7, 'hb', 3],
      [7, [11, 3, -2], 6],
      [9, [1, 2, 3], 7],
    );
    expect(doubts(bitfinex)).toEqual(['clear', '10 1.5', '11 0.5', '10 0', '11 2 gap doubt']);
    expect(bitfinex.records('mbp').map(({ side }) => side)).toEqual([null, 'buy', 'sell', 'buy', 'sell']);
    expect(bitfinex.records('mbp')[0]!.quality! & ESTIMATED_TIME).toBe(ESTIMATED_TIME);
    expect(bitfinex.quarantine.counts.get('unknown-type')).toBe(1);
  });

  it('Bitstamp: differences older than the book are left out', () => {
    const sink = new MemorySink();
    const messages = new BitstampMessages(sink);
    const difference = (micros: number): unknown => ({
      event: 'data',
      channel: 'diff_order_book_btcusd',
      data: { microtimestamp: String(micros), bids: [['9', String(micros % 1000)]], asks: [] },
    });
    const at = 1_700_000_000_000_000;
    messages.frame(difference(at + 1), RECEIVED);
    messages.frame(difference(at + 3), RECEIVED);
    const book = { microtimestamp: String(at + 2), bids: [['8', '1']], asks: [] };
    messages.answer('https://www.bitstamp.net/api/v2/order_book/btcusd/', book, RECEIVED);
    messages.frame(difference(at + 4), RECEIVED);
    messages.end();
    expect(doubts(sink)).toEqual(['clear', '8 1', '9 3', '9 4']);
    expect(sink.remarks.get('change-already-known')).toBe(1);
  });
});

describe('trades and figures', () => {
  it('Gemini, Bitfinex and Bitstamp tell the taker, each in its way', () => {
    const gemini = read((one) => new GeminiMessages(one), {
      type: 'trade',
      symbol: 'BTCUSD',
      event_id: 3,
      timestamp: 1_700_000_000_000,
      price: '5',
      quantity: '2',
      side: 'sell',
    });
    const bitfinex = read(
      (one) => new BitfinexMessages(one),
      { event: 'subscribed', channel: 'trades', chanId: 1, symbol: 'tBTCUSD' },
      [
        1,
        [
          [11, 1_700_000_000_000, -2, 5],
          [10, 1_700_000_000_000, 1, 5],
        ],
      ],
      [1, 'te', [12, 1_700_000_000_000, 3, 5]],
      [1, 'tu', [12, 1_700_000_000_000, 3, 5]],
    );
    const bitstamp = read((one) => new BitstampMessages(one), {
      event: 'trade',
      channel: 'live_trades_btcusd',
      data: {
        id: 9,
        microtimestamp: '1700000000000000',
        amount_str: '1.5',
        price_str: '5',
        type: 1,
        buy_order_id: 1443875737346049,
        sell_order_id: 7,
      },
    });
    expect(gemini.records('trade')).toMatchObject([{ aggressor: 'sell', qty: 2, tradeId: '3' }]);
    expect(bitfinex.records('trade').map(({ tradeId, aggressor, qty }) => [tradeId, aggressor, qty])).toEqual(
      [
        ['10', 'buy', 1],
        ['11', 'sell', 2],
        ['12', 'buy', 3],
      ],
    );
    expect(bitstamp.records('trade')).toMatchObject([
      { aggressor: 'sell', buyOrderId: 1_443_875_737_346_049n, sellOrderId: 7n },
    ]);
  });

  it('Binance: buyer is maker means that the seller took; prints of nothing are passed over', () => {
    const trade = { e: 'trade', E: 1_700_000_000_000, T: 1_700_000_000_000, s: 'BTCUSDT', p: '5', q: '1' };
    const sink = read(
      (one) => new BinanceMessages(one),
      { ...trade, t: 1, m: true, X: 'MARKET' },
      { ...trade, t: 2, m: false, X: 'INSURANCE_FUND' },
      { ...trade, t: 3, p: '0', q: '0', m: false, X: 'NA' },
      {
        e: 'markPriceUpdate',
        E: 1_700_000_000_000,
        s: 'BTCUSDT',
        p: '5.5',
        i: '5.4',
        P: '5.3',
        r: '0.0001',
        T: 1_700_000_001_000,
      },
      {
        e: 'kline',
        E: 1,
        s: 'BTCUSDT',
        k: { t: 1_700_000_000_000, i: '1m', o: '1', h: '2', l: '1', c: '2', v: '3', q: '4', n: 5, x: true },
      },
      { u: 4, s: 'BTCUSDT', b: '4.9', B: '1', a: '5.1', A: '2' },
      { error: { code: 2, msg: 'Invalid request' } },
      { e: 'outcry' },
    );
    expect(sink.records('trade')).toMatchObject([
      { aggressor: 'sell', conditions: null },
      { aggressor: 'buy', conditions: 'INSURANCE_FUND' },
    ]);
    expect(
      sink
        .records('statistics')
        .map(({ detail, price, value, tsReference }) => [detail, price ?? value, tsReference]),
    ).toEqual([
      ['markPrice', 5.5, null],
      ['indexPrice', 5.4, null],
      ['fundingRate', 0.0001, 1_700_000_001_000_000_000n],
    ]);
    expect(sink.records('bar')).toMatchObject([{ intervalS: 60, open: 1, close: 2, trades: 5 }]);
    expect(sink.records('bbo')).toMatchObject([
      { quality: ESTIMATED_TIME, tsEvent: 1_700_000_000_000_000_005n },
    ]);
    expect(Object.fromEntries(sink.remarks)).toMatchObject({ 'binance-empty-trade': 1, 'binance-outcry': 1 });
    expect(Object.fromEntries(sink.quarantine.counts)).toEqual({ 'vendor-error': 1 });
  });

  it('Tardis: one form for all exchanges', () => {
    const at = {
      symbol: 'XBTUSD',
      exchange: 'bitmex',
      timestamp: '2019-10-25T13:11:40.000Z',
      localTimestamp: '2019-10-25T13:11:40.369Z',
    };
    const sink = read(
      (one) => new TardisMessages(one),
      {
        ...at,
        type: 'trade_bar',
        kind: 'time',
        interval: 10_000,
        open: 1,
        high: 3,
        low: 1,
        close: 2,
        volume: 7,
        openTimestamp: '2019-10-25T13:11:31.574Z',
      },
      { ...at, type: 'trade_bar', kind: 'volume', interval: 1000, open: 1, high: 3, low: 1, close: 2 },
      { ...at, type: 'book_change', isSnapshot: false, bids: [{ price: 5, amount: 0 }], asks: [] },
      { ...at, type: 'whisper' },
    );
    expect(sink.records('bar')).toMatchObject([
      { tsEvent: 1_572_009_090_000_000_000n, intervalS: 10, close: 2, volume: 7 },
    ]);
    expect(doubts(sink)).toEqual(['5 0']);
    expect(Object.fromEntries(sink.quarantine.counts)).toEqual({ 'field-value': 1, 'unknown-type': 1 });
  });
});

describe('which venue it is', () => {
  it.each([
    ['wss://fstream.binance.com/stream?streams=x', 'binance-usdm'],
    ['https://api.binance.com/api/v3/depth', 'binance'],
    ['wss://ws-feed.pro.coinbase.com', 'coinbase'],
    ['wss://advanced-trade-ws.coinbase.com', 'coinbase-advanced'],
    ['wss://futures.kraken.com/ws/v1', 'kraken-futures'],
    ['wss://ws.kraken.com', 'kraken'],
    ['https://notbinance.com/', undefined],
    ['no address', undefined],
  ])('%s', (url, venue) => {
    expect(venueOfUrl(url)?.venue).toBe(venue);
  });

  it.each([
    [{ stream: 'x', data: { e: 'depthUpdate', pu: 1, s: 'X' } }, 'binance-usdm'],
    [{ e: 'trade', s: 'X' }, 'binance'],
    [{ type: 'l2update', product_id: 'X' }, 'coinbase'],
    [{ channel: 'l2_data', events: [] }, 'coinbase-advanced'],
    [{ feed: 'book', product_id: 'X' }, 'kraken-futures'],
    [{ error: [], result: {} }, 'kraken'],
    [{ hello: 1 }, undefined],
    [[1, 2], undefined],
  ])('%j', (message, venue) => {
    expect(venueOfMessage(message)?.venue).toBe(venue);
  });
});
