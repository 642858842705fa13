import { afterEach, describe, expect, it } from 'vitest';
import { FakeVenue, type HttpReply } from '../../../../tests/support/feed-driver.ts';
import { normalise, type RanTask, runTask } from '../../../../tests/support/run-tasks.ts';
import { resolveRequest } from '../../ingest/vendor-ingest.ts';
import { COINBASE } from './index.ts';

const DAY_MS = Date.UTC(2024, 7, 8);
const NOW = '2024-08-09T00:00:10.500Z';
const NEWEST_ID = 50_000;

/** Trades every 30 s back from ten minutes after the day, newest first. */
function tradeOf(id: number): Record<string, unknown> {
  const ms = DAY_MS + 86_400_000 + 600_000 - (NEWEST_ID - id) * 30_000;
  return {
    trade_id: id,
    side: id % 2 === 0 ? 'buy' : 'sell',
    size: '0.5',
    price: '61000.01',
    time: new Date(ms).toISOString(),
  };
}

function answer(path: string): HttpReply {
  const { pathname, searchParams } = new URL(path, 'http://x');
  const [, , , endpoint = pathname] = pathname.split('/');
  switch (endpoint) {
    case '/time':
      return { body: { iso: NOW, epoch: 1_723_161_610.5 } };
    case '/products':
      return {
        body: [
          {
            id: 'BTC-USD',
            base_currency: 'BTC',
            quote_currency: 'USD',
            quote_increment: '0.01',
            base_increment: '0.00000001',
            min_market_funds: '1',
            status: 'online',
            trading_disabled: false,
          },
          {
            id: 'ETH-USD',
            base_currency: 'ETH',
            quote_currency: 'USD',
            quote_increment: '0.01',
            base_increment: '0.00000001',
            status: 'delisted',
          },
        ],
      };
    case 'trades': {
      const after = Number(searchParams.get('after') ?? NEWEST_ID + 1);
      const ids = Array.from({ length: Number(searchParams.get('limit')) }, (_, i) => after - 1 - i);
      return {
        headers: { 'cb-after': String(ids.at(-1)), 'cb-before': String(ids[0]) },
        body: ids.map(tradeOf),
      };
    }
    case 'candles': {
      const [start, end] = ['start', 'end'].map((name) => Date.parse(searchParams.get(name)!) / 1000);
      const rows = [];
      for (let t = start!; t <= end!; t += 60) rows.unshift([t, 9, 12, 10, 11, 5.5]);
      return { body: rows };
    }
    case 'book':
      return searchParams.get('level') === '3'
        ? {
            body: {
              sequence: 9,
              time: NOW,
              bids: [['10', '1', 'f9987469-a0e9-42ce-9b5f-69877afe2fdc']],
              asks: [],
            },
          }
        : { body: { sequence: 8, bids: [['10', '1', 4]], asks: [['11', '2', 5]] } };
    case 'ticker':
      return {
        body: {
          ask: '11.5',
          bid: '10.5',
          volume: '77',
          trade_id: 1,
          price: '11',
          size: '2',
          time: '2024-08-08T10:00:00Z',
        },
      };
    case 'stats':
      return { body: { open: '8', high: '12', low: '7', last: '11', volume: '77', volume_30day: '999' } };
    default:
      return { status: 404, body: { message: 'NotFound' } };
  }
}

let venue: FakeVenue;
async function start(
  reply: (path: string, request: { headers: Record<string, unknown> }) => HttpReply = answer,
): Promise<void> {
  venue = new FakeVenue(reply as never);
  await venue.listen();
}
afterEach(() => venue.close());

async function runOne(schema: string, options: Record<string, string> = {}): Promise<RanTask> {
  const [from, to] = ['2024-08-08', '2024-08-08'];
  const asked = {
    symbols: ['BTC-USD'],
    schemas: [schema],
    from,
    to,
    options: { restUrl: venue.httpUrl, ...options },
  };
  return await runTask(COINBASE, COINBASE.plan(resolveRequest(COINBASE, asked))[0]!);
}

describe('REST of Coinbase', () => {
  it('pages trades back by cb-after to the beginning of the day: each once, sides turned to the taker', async () => {
    await start();
    const { sink, pages, task } = await runOne('trade');
    const trades = sink.records('trade');
    expect(trades).toHaveLength(2880);
    expect(pages).toHaveLength(3);
    expect(trades.map(({ tradeId }) => Number(tradeId))).toEqual(
      Array.from({ length: 2880 }, (_, i) => NEWEST_ID - 21 - i),
    );
    expect(trades[0]).toMatchObject({ aggressor: 'buy', price: 61_000.01, qty: 0.5 });
    expect([...sink.remarks.keys()]).toEqual(['outside-the-span']);

    const twice = normalise(COINBASE, task, [pages[0]!, pages[1]!, pages[1]!, pages[2]!]);
    expect(twice.counts()).toEqual(sink.counts());
    expect(twice.remarks.get('trade-already-known')).toBe(1000);
    const holed = normalise(COINBASE, task, [pages[0]!, pages[2]!]);
    expect(holed.remarks.get('trade-missing')).toBe(1000);

    const rest = await runTask(COINBASE, task, { resumeAt: pages[0]!.next });
    expect(normalise(COINBASE, task, [pages[0]!, ...rest.pages]).records('trade')).toEqual(trades);
  });

  it('makes bars of candles over pages of 300', async () => {
    await start();
    const { sink, pages } = await runOne('bar');
    expect(pages).toHaveLength(5);
    const starts = sink.records('bar').map(({ tsEvent }) => tsEvent);
    expect(starts.toSorted()).toEqual(
      Array.from({ length: 1440 }, (_, i) => BigInt(DAY_MS + i * 60_000) * 1_000_000n),
    );
    expect(sink.records('bar')[0]).toMatchObject({
      low: 9,
      high: 12,
      open: 10,
      close: 11,
      volume: 5.5,
      intervalS: 60,
    });
    expect(sink.remarks.size).toBe(0);
  });

  it('reads products, books of both levels, quotes and figures, at the time that the venue told before', async () => {
    await start();
    const tsEvent = BigInt(Date.parse(NOW)) * 1_000_000n;
    const products = (await runOne('definition')).sink;
    expect(products.records('definition')).toMatchObject([
      { symbol: 'BTC-USD', tsEvent, tick: 0.01, lot: 1e-8, minNotional: 1, isActive: true },
    ]);
    expect(products.remarks.get('product-not-asked-for')).toBe(1);
    expect((await runOne('mbp')).sink.records('mbp')).toMatchObject([
      { action: 'clear', tsEvent, sequence: 8, flags: 2 },
      { price: 10, qty: 1, orders: 4, flags: 2 },
      { price: 11, qty: 2, orders: 5, flags: 3 },
    ]);
    expect((await runOne('mbo')).sink.records('mbo')).toMatchObject([
      { action: 'clear', tsEvent, sequence: 9 },
      { action: 'add', orderId: 0xf9987469a0e942cen, price: 10, flags: 3 },
    ]);
    expect((await runOne('bbo')).sink.records('bbo')).toMatchObject([
      { bidPrice: 10.5, askPrice: 11.5, bidQty: null, tsEvent },
    ]);
    expect(
      (await runOne('statistics')).sink
        .records('statistics')
        .map(({ kind, price, value }) => [kind, price ?? value]),
    ).toEqual([
      ['open', 8],
      ['high', 12],
      ['low', 7],
      ['last', 11],
      ['volume', 77],
    ]);
  });

  it('signs requests when there is a key, and asks again after 429', async () => {
    const seen: Record<string, unknown>[] = [];
    let faults = 2;
    await start((path, { headers }) => {
      seen.push(headers);
      return faults-- > 0 ? { status: 429, body: { message: 'rate limit' } } : answer(path);
    });
    expect((await runOne('mbo')).sink.counts()).toEqual({ mbo: 2 });
    expect(seen[0]).toMatchObject({ 'user-agent': 'market-twin' });
    expect(seen.every((headers) => !('cb-access-key' in headers))).toBe(true);
    expect(venue.requests).toEqual(['/time', '/time', '/time', '/products/BTC-USD/book?level=3']);
  });

  it('refuses with every problem', async () => {
    await start();
    const asked = {
      symbols: ['BTCUSD'],
      schemas: ['bar'],
      from: null,
      to: '2024-08-08',
      options: { granularity: '59', restUrl: 'x' },
    };
    expect(() => COINBASE.plan(resolveRequest(COINBASE, asked))).toThrow(
      /restUrl=x.*granularity=59 \(allowed: 60, 300.*symbol=BTCUSD \(written as BTC-USD.*both are needed/,
    );
  });
});
