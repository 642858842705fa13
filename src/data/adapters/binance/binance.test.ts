import { afterEach, describe, expect, it } from 'vitest';
import { FakeVenue, type HttpReply } from '../../../../tests/support/feed-driver.ts';
import { normalise, type RanTask, runTask } from '../../../../tests/support/run-tasks.ts';
import type { IngestTask } from '../../ingest/adapter.ts';
import { resolveRequest } from '../../ingest/vendor-ingest.ts';
import { BINANCE } from './index.ts';

const DAY_MS = Date.UTC(2024, 7, 8);
const TRADES = 2600;
const FIRST_ID = 70_000;

/** Trades every 40 s from the hour 01:00 of the day on, so that the last ones fall into the next day. */
function tradeAt(index: number): Record<string, unknown> {
  return {
    a: FIRST_ID + index,
    p: '61000.10',
    q: '0.002',
    f: 1,
    l: 1,
    T: DAY_MS + 3_600_000 + index * 40_000,
    m: index % 2 === 0,
    M: true,
  };
}

function answer(path: string): HttpReply {
  const { pathname, searchParams } = new URL(path, 'http://x');
  const number = (name: string): number => Number(searchParams.get(name));
  switch (pathname.replace(/^\/f?api\/v[13]\//, '')) {
    case 'aggTrades': {
      const all = Array.from({ length: TRADES }, (_, i) => tradeAt(i));
      const from = searchParams.has('fromId')
        ? all.slice(Math.max(0, number('fromId') - FIRST_ID))
        : all.filter(({ T }) => (T as number) >= number('startTime') && (T as number) <= number('endTime'));
      return { body: from.slice(0, number('limit')) };
    }
    case 'klines': {
      const rows = [];
      for (
        let t = number('startTime');
        t <= number('endTime') && rows.length < number('limit');
        t += 60_000
      ) {
        rows.push([t, '1.10', '1.40', '1.00', '1.20', '5.5', t + 59_999, '6.6', 7, '1', '1', '0']);
      }
      return { body: rows };
    }
    case 'time':
      return { body: { serverTime: DAY_MS } };
    case 'depth':
      return { body: { lastUpdateId: 5, bids: [['10.00', '1']], asks: [['11.00', '2']] } };
    case 'exchangeInfo':
      return { body: EXCHANGE_INFO };
    case 'ticker/24hr':
      return { body: TICKER };
    case 'ticker/bookTicker':
      return {
        body: {
          symbol: 'BTCUSDT',
          bidPrice: '10.4',
          bidQty: '3',
          askPrice: '10.6',
          askQty: '4',
          time: DAY_MS,
        },
      };
    case 'premiumIndex':
      return {
        body: {
          symbol: 'BTCUSDT',
          markPrice: '10.5',
          indexPrice: '10.4',
          lastFundingRate: '0.0001',
          nextFundingTime: DAY_MS + 1000,
          time: DAY_MS,
        },
      };
    case 'openInterest':
      return { body: { symbol: 'BTCUSDT', openInterest: '12.5', time: DAY_MS } };
    case 'fundingRate':
      return {
        body: [{ symbol: 'BTCUSDT', fundingTime: DAY_MS + 8, fundingRate: '-0.00012', markPrice: '10.6' }],
      };
    default:
      return { status: 404, body: { code: -1, msg: path } };
  }
}

const EXCHANGE_INFO = {
  serverTime: DAY_MS,
  symbols: [
    {
      symbol: 'BTCUSDT',
      status: 'TRADING',
      baseAsset: 'BTC',
      quoteAsset: 'USDT',
      filters: [
        { filterType: 'PRICE_FILTER', minPrice: '0.01', maxPrice: '1000000.00', tickSize: '0.01000000' },
        { filterType: 'LOT_SIZE', minQty: '0.00001000', maxQty: '9000.00000000', stepSize: '0.00001000' },
        { filterType: 'NOTIONAL', minNotional: '5.00000000' },
      ],
    },
    {
      symbol: 'ETHUSDT',
      status: 'BREAK',
      baseAsset: 'ETH',
      quoteAsset: 'USDT',
      filters: [{ filterType: 'PRICE_FILTER', tickSize: '0.00' }],
    },
    {
      symbol: 'BTCUSDT_250328',
      pair: 'BTCUSDT',
      contractType: 'CURRENT_QUARTER',
      status: 'TRADING',
      deliveryDate: Date.UTC(2025, 2, 28, 8),
      baseAsset: 'BTC',
      quoteAsset: 'USDT',
      filters: [{ filterType: 'MIN_NOTIONAL', notional: '100' }],
    },
  ],
};

const TICKER = {
  symbol: 'BTCUSDT',
  priceChange: '-1.5',
  weightedAvgPrice: '10.25',
  lastPrice: '10.5',
  bidPrice: '10.4',
  bidQty: '3',
  askPrice: '10.6',
  askQty: '4',
  openPrice: '12',
  highPrice: '13',
  lowPrice: '9',
  volume: '1000',
  openTime: DAY_MS - 86_400_000,
  closeTime: DAY_MS,
};

let venue: FakeVenue;
async function start(reply: (path: string) => HttpReply = answer): Promise<void> {
  venue = new FakeVenue(reply);
  await venue.listen();
}
afterEach(() => venue.close());

function tasksOf(
  schema: string,
  options: Record<string, string> = {},
  symbols = ['BTCUSDT'],
): readonly IngestTask[] {
  const [from, to] = ['2024-08-08', '2024-08-08'];
  const asked = { symbols, schemas: [schema], from, to, options: { restUrl: venue.httpUrl, ...options } };
  return BINANCE.plan(resolveRequest(BINANCE, asked));
}

async function runOne(
  schema: string,
  options: Record<string, string> = {},
  symbols?: string[],
): Promise<RanTask> {
  return await runTask(BINANCE, tasksOf(schema, options, symbols)[0]!);
}

describe('REST of Binance', () => {
  it('fetches each trade of a day once: by time until the first, then by id, and not into the next day', async () => {
    await start();
    const { sink, pages } = await runOne('trade');
    const inside = Array.from({ length: TRADES }, (_, i) => tradeAt(i)).filter(
      ({ T }) => (T as number) < DAY_MS + 86_400_000,
    );
    expect(inside.length).toBeLessThan(TRADES);
    expect(sink.records('trade').map(({ tradeId }) => tradeId)).toEqual(inside.map(({ a }) => String(a)));
    expect(sink.records('trade')[0]).toMatchObject({
      aggressor: 'sell',
      conditions: 'aggregate',
      price: 61_000.1,
    });
    expect([...sink.remarks.keys()]).toEqual(['outside-the-day']);
    expect(pages.length).toBe(venue.requests.length);
    expect(pages.at(-1)!.next).toBeNull();
    expect(pages[0]!.origin).toContain('startTime=');
    expect(pages[1]!.next).toMatch(/^id:/);
  });

  it('goes on after any page as if nothing had happened', async () => {
    await start();
    const whole = await runOne('trade');
    for (let cut = 1; cut < whole.pages.length; cut++) {
      const first = await runTask(BINANCE, whole.task, { pagesMax: cut });
      const rest = await runTask(BINANCE, whole.task, { resumeAt: first.pages.at(-1)!.next });
      const sink = normalise(BINANCE, whole.task, [...first.pages, ...rest.pages]);
      expect(sink.records('trade')).toEqual(whole.sink.records('trade'));
    }
  });

  it('a page that comes twice doubles nothing, one that is missing is counted', async () => {
    await start();
    const { task, pages } = await runOne('trade');
    const full = pages.filter(({ bytes }) => bytes.length > 10_000);
    const twice = normalise(BINANCE, task, [...pages.slice(0, 3), ...pages.slice(1)]);
    expect(twice.counts()).toEqual(normalise(BINANCE, task, pages).counts());
    expect(twice.remarks.get('trade-already-known')).toBeGreaterThan(1000);
    const holed = normalise(
      BINANCE,
      task,
      pages.filter((page) => page !== full[0]),
    );
    expect(holed.remarks.get('trade-missing')).toBe(1000);
  });

  it('asks again after 429, 5xx and the ban of 418, and tells a wrong symbol at once', async () => {
    const faults = [429, 418, 503];
    await start((path) => {
      const status = faults.shift();
      return status === undefined ? answer(path) : { status, headers: { 'retry-after': '1' }, body: {} };
    });
    expect((await runOne('mbp')).sink.counts()).toEqual({ mbp: 3 });
    await venue.close();
    await start(() => ({ status: 400, body: { code: -1121, msg: 'Invalid symbol.' } }));
    await expect(runOne('bar')).rejects.toThrow(/grants.*status=400.*Invalid symbol/);
    expect(venue.requests).toHaveLength(1);
  });

  it('makes bars of candles over pages, without a hole or a double', async () => {
    await start();
    const { sink, pages } = await runOne('bar', { interval: '1m' });
    expect(pages).toHaveLength(2);
    const starts = sink.records('bar').map(({ tsEvent }) => tsEvent);
    expect(starts).toEqual(Array.from({ length: 1440 }, (_, i) => BigInt(DAY_MS + i * 60_000) * 1_000_000n));
    expect(sink.records('bar')[0]).toMatchObject({
      intervalS: 60,
      open: 1.1,
      close: 1.2,
      volume: 5.5,
      turnover: 6.6,
      trades: 7,
    });
  });

  it('gives a spot book the time that the venue told right before it', async () => {
    await start();
    const { sink } = await runOne('mbp');
    expect(venue.requests).toEqual(['/api/v3/time', '/api/v3/depth?symbol=BTCUSDT&limit=1000']);
    const [clear, bid, ask] = sink.records('mbp');
    expect(clear).toMatchObject({ action: 'clear', tsEvent: BigInt(DAY_MS) * 1_000_000n, sequence: 5 });
    expect([bid!.price, ask!.price, ask!.flags]).toEqual([10, 11, 3]);
  });

  it('reads the filters of each instrument, of which zero sets no rule', async () => {
    await start();
    const { sink } = await runOne('definition', {}, ['BTCUSDT', 'BTCUSDT_250328']);
    expect(sink.records('definition')).toMatchObject([
      {
        symbol: 'BTCUSDT',
        assetClass: 'crypto',
        tick: 0.01,
        lot: 0.00001,
        minQty: 0.00001,
        maxQty: 9000,
        minNotional: 5,
        currency: 'USDT',
        isActive: true,
        expiry: null,
      },
      {
        symbol: 'BTCUSDT_250328',
        assetClass: 'cryptoFuture',
        tick: null,
        minNotional: 100,
        underlying: 'BTCUSDT',
        expiry: '2025-03-28',
        tsExpiry: BigInt(Date.UTC(2025, 2, 28, 8)) * 1_000_000n,
      },
    ]);
    expect(sink.remarks.get('instrument-not-asked-for')).toBe(1);
    const eth = await runOne('definition', {}, ['ETHUSDT']);
    expect(eth.sink.records('definition')).toMatchObject([{ tick: null, isActive: false }]);
  });

  it('has the figures of a future: the day, mark price, open interest, funding', async () => {
    await start();
    const tasks = tasksOf('statistics', { market: 'usdm' });
    expect(tasks.map(({ parameters }) => parameters.kind)).toEqual([
      'ticker',
      'premium',
      'openInterest',
      'funding',
    ]);
    const figures: string[] = [];
    for (const task of tasks) {
      const { sink } = await runTask(BINANCE, task);
      expect(sink.quarantine.total).toBe(0);
      expect(Object.keys(sink.counts())).toEqual(['statistics']);
      for (const { kind, price, value, detail } of sink.records('statistics'))
        figures.push(`${kind} ${detail} ${price ?? value}`);
    }
    expect(figures).toEqual([
      'open 24h 12',
      'high 24h 13',
      'low 24h 9',
      'last 24h 10.5',
      'vwap 24h 10.25',
      'volume 24h 1000',
      'change 24h -1.5',
      'other markPrice 10.5',
      'other indexPrice 10.4',
      'other fundingRate 0.0001',
      'openInterest null 12.5',
      'other fundingRate -0.00012',
      'other markPrice 10.6',
    ]);
    for (const market of ['spot', 'usdm']) {
      const { sink } = await runOne('bbo', { market });
      expect(Object.keys(sink.counts())).toEqual(['bbo']);
      expect(sink.records('bbo')).toMatchObject([{ bidPrice: 10.4, bidQty: 3, askPrice: 10.6, askQty: 4 }]);
    }
  });

  it('plans without asking, and refuses with every problem', async () => {
    await start();
    const tasks = BINANCE.plan(
      resolveRequest(BINANCE, {
        symbols: ['BTCUSDT', 'ETHUSDT'],
        schemas: ['trade', 'bar'],
        from: '2024-08-08',
        to: '2024-08-09',
        options: {},
      }),
    );
    expect(tasks.map(({ id }) => id)).toEqual([
      'spot-trades-BTCUSDT-2024-08-08',
      'spot-trades-BTCUSDT-2024-08-09',
      'spot-candles-BTCUSDT-1m',
      'spot-trades-ETHUSDT-2024-08-08',
      'spot-trades-ETHUSDT-2024-08-09',
      'spot-candles-ETHUSDT-1m',
    ]);
    expect(tasks.every(({ expected }) => expected.requests > 0 && expected.bytes > 0)).toBe(true);
    expect(venue.requests).toEqual([]);
    const wrong = resolveRequest(BINANCE, {
      symbols: [],
      schemas: ['trade'],
      from: null,
      to: null,
      options: { depth: 'all' },
    });
    expect(() => BINANCE.plan(wrong)).toThrow(
      /depth=all.*symbols= \(at least one.*from=null to=null \(both are needed/,
    );
  });

  it('sets aside a page that is no JSON', async () => {
    await start();
    const { task } = await runOne('mbp');
    const page = { bytes: Buffer.from('<html>'), origin: '', contentType: '', next: null };
    expect(Object.fromEntries(normalise(BINANCE, task, [page]).quarantine.counts)).toEqual({ 'not-json': 1 });
  });
});
