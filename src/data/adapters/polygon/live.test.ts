import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeVenue, FeedDriver, until } from '../../../../tests/support/feed-driver.ts';
import { sharedFile } from '../../../../tests/support/shared-data.ts';
import { outcomeOf, requestOf } from '../../../../tests/support/vendor-answers.ts';
import { MemorySink } from '../../ingest/memory-sink.ts';
import { HttpClient } from '../../transport/http-client.ts';
import { LiveConnection } from '../../transport/live-connection.ts';
import { POLYGON } from './index.ts';

const KEY = 'sesame';
const SECRETS = { POLYGON_API_KEY: KEY };
const EXAMPLES = sharedFile('data/polygon/websocket_examples.json');
const SESSION = sharedFile('data/polygon/websocket_session_frames.json');

type Asked = Parameters<typeof requestOf>[1];

function feedOf(asked: Asked): NonNullable<ReturnType<typeof POLYGON.live>> {
  return POLYGON.live(requestOf(POLYGON, asked), SECRETS)!;
}

const tsRecvNs = 1_700_000_000_123_456_789n;

describe('feed of Polygon', () => {
  it('each cluster has its address and channels', () => {
    expect(feedOf({ symbols: ['AAPL'], options: { socketUrl: 'ws://x/' } }).url).toBe('ws://x/stocks');
    expect(feedOf({ symbols: ['C:EURUSD'] }).url).toMatch(/\/forex$/);
    expect(feedOf({ options: { cluster: 'options' } }).url).toMatch(/\/options$/);
  });

  it('symbols of several clusters, and schemas without a channel, are refused together', () => {
    expect(() => feedOf({ symbols: ['AAPL', 'X:BTCUSD'], schemas: ['news'] })).toThrow(
      /one of stocks, crypto/,
    );
    expect(() => feedOf({ symbols: ['I:SPX'], schemas: ['trade'] })).toThrow(
      /allowed of indices: statistics, bar/,
    );
  });

  it('both clocks are stamped, and times of three units are read', () => {
    const sink = new MemorySink();
    const feed = feedOf({ symbols: ['AAPL'] });
    const text = JSON.stringify([
      { ev: 'T', sym: 'AAPL', p: 1, s: 2, t: 1651684192462, q: 7 },
      { ev: 'LULD', T: 'AAPL', h: 3, l: 2, t: 1601316752683746 },
      { ev: 'FMV', sym: 'AAPL', fmv: 2.5, t: 1401715883806000000 },
    ]).replace('1401715883806000000', '1401715883806000001');
    expect(feed.frame({ text, tsRecvNs }, sink)).toBe('ok');
    expect(sink.records('trade')[0]).toMatchObject({
      tsEvent: 1_651_684_192_462_000_000n,
      tsRecv: tsRecvNs,
      sequence: 7,
      kind: 'regular',
    });
    const [up, down, fair] = sink.records('statistics');
    expect(up).toMatchObject({
      kind: 'limitUp',
      price: 3,
      tsEvent: 1_601_316_752_683_746_000n,
      tsRecv: tsRecvNs,
    });
    expect(down).toMatchObject({ kind: 'limitDown', price: 2, sourceIndex: 1 });
    expect(fair).toMatchObject({ kind: 'theoretical', price: 2.5, tsEvent: 1_401_715_883_806_000_001n });
  });

  it('frames that are no events are set aside, and unknown events counted', () => {
    const sink = new MemorySink();
    const feed = feedOf({ symbols: ['AAPL'] });
    for (const text of ['{', '[7]', '[{"ev":"T","sym":"A","p":1,"t":1651684192462}]', '[{"ev":"ZZ"}]'])
      expect(feed.frame({ text, tsRecvNs }, sink)).toBe('ok');
    expect(outcomeOf(sink)).toEqual({
      'reject not-json': 1,
      'reject unknown-type': 1,
      'reject missing-value': 1,
      'remark event ZZ': 1,
    });
  });

  it.each(['force_disconnect', 'max_connections', 'auth_timeout'])(
    '%s asks for a new connection',
    (status) => {
      const sink = new MemorySink();
      const text = JSON.stringify([{ ev: 'status', status, message: '' }]);
      expect(feedOf({ symbols: ['AAPL'] }).frame({ text, tsRecvNs }, sink)).toBe('reconnect');
      expect(outcomeOf(sink)).toEqual({ [`remark status ${status}`]: 1 });
    },
  );
});

describe.skipIf(EXAMPLES === null)('documented events of Polygon', () => {
  interface Example {
    readonly path: string;
    readonly example: Record<string, unknown>;
  }
  const examples: readonly Example[] = EXAMPLES === null ? [] : JSON.parse(readFileSync(EXAMPLES, 'utf8'));
  const EXPECTED: Readonly<Record<string, Record<string, number>>> = {
    T: { trade: 1 },
    XT: { trade: 1 },
    Q: { bbo: 1 },
    XQ: { bbo: 1 },
    C: { bbo: 1 },
    LULD: { statistics: 2 },
    NOI: { imbalance: 1 },
    FMV: { statistics: 1 },
    LV: { statistics: 1 },
    V: { statistics: 1 },
    XL2: { mbp: 5 },
  };
  const sinkOf = (path: string): MemorySink => {
    const sink = new MemorySink();
    const { example } = examples.find((one) => one.path === path)!;
    feedOf({ symbols: ['AAPL'] }).frame({ text: JSON.stringify([example]), tsRecvNs }, sink);
    return sink;
  };

  it('all 33 make the records of their kind, of seconds and minutes too', () => {
    expect(examples).toHaveLength(33);
    for (const { path, example } of examples) {
      expect([path, outcomeOf(sinkOf(path))]).toEqual([path, EXPECTED[String(example.ev)] ?? { bar: 1 }]);
    }
    expect(sinkOf('/stocks/A').records('bar')[0]).toMatchObject({
      intervalS: 1,
      symbol: 'SPCE',
      adjusted: 'raw',
    });
    expect(sinkOf('/stocks/AM').records('bar')[0]).toMatchObject({
      intervalS: 60,
      tsEvent: 1_610_144_640_000_000_000n,
      open: 0.4488,
      volume: 4110,
      vwap: 0.4488,
    });
  });

  it('pairs have one name each, and what is called volume of currencies counts quotes', () => {
    expect(sinkOf('/forex/C').records('bbo')[0]).toMatchObject({
      symbol: 'C:USDCNH',
      bidPrice: 6.83363,
      askPrice: 6.83366,
      bidExchange: '44',
    });
    expect(sinkOf('/forex/CA').records('bar')[0]).toMatchObject({
      symbol: 'C:USDEUR',
      volume: null,
      trades: 20,
      basis: 'mid',
    });
    expect(sinkOf('/crypto/XT').records('trade')[0]).toMatchObject({
      symbol: 'X:BTCUSD',
      aggressor: 'buy',
      kind: 'regular',
      qty: 0.01616617,
      exchange: '3',
    });
  });

  it('books of coins are those of one exchange, whole after their last level', () => {
    const levels = sinkOf('/crypto/XL2').records('mbp');
    expect(new Set(levels.map(({ symbol }) => symbol))).toEqual(new Set(['X:BTCUSD@1']));
    expect(levels.map(({ action, side, price, flags }) => [action, side, price, flags])).toEqual([
      ['clear', null, null, 2],
      ['set', 'buy', 33_712.71, 2],
      ['set', 'buy', 33_712.7, 2],
      ['set', 'sell', 33_718.23, 2],
      ['set', 'sell', 33_718.24, 3],
    ]);
  });

  it('an imbalance tells the instant of its auction in New York', () => {
    expect(sinkOf('/stocks/NOI').records('imbalance')[0]).toMatchObject({
      symbol: 'NTEST.Q',
      auction: 'opening',
      tsAuction: BigInt(Date.parse('2020-09-28T13:30:00Z')) * 1_000_000n,
      pairedQty: 440,
      imbalanceQty: 480,
      referencePrice: 25.03,
    });
  });
});

describe('sessions on loopback', () => {
  let venue: FakeVenue | null = null;
  let driver: FeedDriver | null = null;
  const http = new HttpClient({ limits: { requests: 100, perMs: 1000, concurrent: 1 } });
  afterEach(async () => {
    driver?.stop();
    await venue?.close();
  });

  interface Frame {
    readonly dir: 'in' | 'out';
    readonly frame: unknown;
  }

  /** Answers as the recorded session does: a key, then one status for each channel. */
  async function open(heard: unknown[], refusal: unknown = null): Promise<FakeVenue> {
    venue = new FakeVenue(
      () => ({ body: {} }),
      (message, reply) => {
        const { action, params } = message as { action: string; params: string };
        heard.push(message);
        if (refusal !== null) reply(refusal);
        else if (action === 'auth')
          reply([{ ev: 'status', status: params === KEY ? 'auth_success' : 'auth_failed', message: '' }]);
        else
          for (const one of params.split(','))
            reply([{ ev: 'status', status: 'success', message: `subscribed to: ${one}` }]);
      },
    );
    await venue.listen();
    return venue;
  }

  it.skipIf(SESSION === null)('a recorded session gives its trades once, over two connections', async () => {
    const { frames } = JSON.parse(readFileSync(SESSION!, 'utf8')) as { frames: readonly Frame[] };
    const data = frames.filter(({ dir, frame }) => dir === 'in' && !JSON.stringify(frame).includes('status'));
    const heard: unknown[] = [];
    const { socketUrl } = await open(heard);
    const sink = new MemorySink();
    const feed = feedOf({
      symbols: ['AAPL', 'AMZN'],
      schemas: ['trade', 'bbo', 'bar'],
      options: { socketUrl },
    });
    driver = new FeedDriver(feed, http, sink);
    const running = driver.run();
    const count = (): number => sink.counts().trade ?? 0;
    await until(() => driver!.opened === 1);
    for (const { frame } of data) venue!.send(frame);
    await until(() => count() === 3);
    const events = count() + (sink.counts().bbo ?? 0);
    venue!.cut();
    await until(() => driver!.opened === 2);
    // The same numbers again are the same events.
    for (const { frame } of data) venue!.send(frame);
    await until(() => sink.remarks.get('repeated-event') === events);
    driver.stop();
    await running;
    expect(heard.slice(0, 2)).toEqual([
      { action: 'auth', params: KEY },
      { action: 'subscribe', params: 'T.AAPL,T.AMZN,Q.AAPL,Q.AMZN,AM.AAPL,AM.AMZN' },
    ]);
    expect(heard).toHaveLength(4);
    expect(
      sink.records('trade').map(({ symbol, price, qty, sequence }) => [symbol, price, qty, sequence]),
    ).toEqual([
      ['AAPL', 161.87, 300, 4_009_402],
      ['AMZN', 161.87, 1, 4_009_408],
      ['AMZN', 161.87, 100, 4_009_434],
    ]);
    // What is said of further channels is counted where it is not the answer that was awaited.
    expect(sink.remarks.get('status success')).toBe(10);
    expect(sink.quarantine.total).toBe(0);
  });

  it('the connection of the ingest opens it and gives its frames', async () => {
    const { socketUrl } = await open([]);
    const connection = new LiveConnection(
      feedOf({ symbols: ['AAPL'], schemas: ['trade'], options: { socketUrl } }),
    );
    const stop = new AbortController();
    const sent = { ev: 'T', sym: 'AAPL', p: 1, s: 2, t: 1651684192462 };
    const got: unknown[] = [];
    const timer = setInterval(() => venue!.send([sent]), 5);
    for await (const { text } of connection.frames(stop.signal)) {
      got.push(JSON.parse(String(text)));
      if (got.length === 3) stop.abort();
    }
    clearInterval(timer);
    expect(connection.connections).toBe(1);
    expect(got).toContainEqual([sent]);
  });

  it.each([
    ['auth_failed', 'DATA_SECRET'],
    ['auth_timeout', 'DATA_SECRET'],
    ['max_connections', 'DATA_FEED'],
  ])('%s is %s', async (status, code) => {
    const { socketUrl } = await open([], [{ ev: 'status', status, message: 'no' }]);
    driver = new FeedDriver(feedOf({ symbols: ['AAPL'], options: { socketUrl } }), http, new MemorySink());
    await expect(driver.run()).rejects.toMatchObject({ code });
  });

  it('channels of pairs are named as the cluster wants them', async () => {
    const heard: { params: string }[] = [];
    const { socketUrl } = await open(heard);
    const options = { socketUrl, timespan: 'second' };
    driver = new FeedDriver(
      feedOf({ symbols: ['X:BTCUSD'], schemas: ['mbp', 'bar'], options }),
      http,
      new MemorySink(),
    );
    const running = driver.run();
    await until(() => driver!.opened === 1);
    driver.stop();
    await running;
    expect(heard[1]!.params).toBe('XL2.X:BTC-USD,XAS.X:BTC-USD');
  });
});
