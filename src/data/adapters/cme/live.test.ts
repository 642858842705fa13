import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { API, type CmeServer, cmeServer } from '../../../../tests/support/cme-server.ts';
import type { IngestRequest, LiveFeed } from '../../ingest/adapter.ts';
import { MemorySink } from '../../ingest/memory-sink.ts';
import type { FeedSocket } from '../../transport/feed-socket.ts';
import { HttpClient } from '../../transport/http-client.ts';
import { LiveConnection } from '../../transport/live-connection.ts';
import { CME_ADAPTER } from './index.ts';

const GAP_BEFORE = 1 << 2;
/** Time between two frames: longer than anything late is waited for. */
const STEP_NS = 50_000_000n;
const closing: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function requestFor(options: Record<string, string>, rest: Partial<IngestRequest> = {}): IngestRequest {
  const defaults = Object.entries(CME_ADAPTER.options).map(([name, option]) => [name, option.default]);
  return {
    symbols: ['ES', 'CL'],
    schemas: ['trade', 'bbo', 'statistics'],
    from: null,
    to: null,
    options: { ...Object.fromEntries(defaults), ...options },
    ...rest,
  };
}

/** A connection as an adapter sees it, over a real socket: what is no answer is kept in order. */
class TestSocket implements FeedSocket {
  readonly kept: string[] = [];
  readonly #socket: WebSocket;
  readonly #waiting: (() => void)[] = [];

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      this.kept.push(String(data));
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  send(message: string | Readonly<Record<string, unknown>>): void {
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  async answer(what: string, isAnswer: (message: unknown) => boolean, timeoutMs: number): Promise<unknown> {
    const untilMs = Date.now() + timeoutMs;
    for (let at = 0; Date.now() < untilMs; ) {
      if (at < this.kept.length) {
        const message: unknown = JSON.parse(this.kept[at]!);
        if (isAnswer(message)) {
          this.kept.splice(at, 1);
          return message;
        }
        at++;
      } else {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    }
    throw new Error(`no ${what}`);
  }

  /** Waits until that many messages are kept. */
  async until(count: number): Promise<void> {
    while (this.kept.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

interface Opened {
  readonly feed: LiveFeed;
  readonly socket: TestSocket;
  readonly server: CmeServer;
  readonly subscribed: Record<string, unknown>[];
}

/** A server that answers subscriptions and then says `messages`; a live feed that is connected to it, not yet open. */
async function connect(
  messages: readonly unknown[],
  rest: Partial<IngestRequest> = {},
  secrets: Readonly<Record<string, string>> = API,
): Promise<Opened> {
  const subscribed: Record<string, unknown>[] = [];
  const server = await cmeServer({
    instruments: 0,
    pageSize: 1,
    onSocket: (socket) => {
      socket.send(JSON.stringify({ header: { messageType: 'HEARTBEAT', sequenceNumber: '1' } }));
      socket.on('message', (data) => {
        const asked = JSON.parse(String(data)) as {
          header: { requestId: string };
          payload: { subscriptions: { productType: string }[] };
        };
        subscribed.push(asked as unknown as Record<string, unknown>);
        // As the venue does: one product type that is none rejects all.
        const isRight = asked.payload.subscriptions.every(({ productType }) =>
          ['FUT', 'OOF'].includes(productType),
        );
        const header = {
          messageType: 'SUBSCRIPTION_STATUS',
          requestId: asked.header.requestId,
          sequenceNumber: '2',
          version: '1.0',
        };
        socket.send(
          JSON.stringify({
            header,
            payload: { ...asked.payload, status: isRight ? 'SUBSCRIBED' : 'REJECTED' },
          }),
        );
        if (isRight)
          for (const message of messages)
            socket.send(typeof message === 'string' ? message : JSON.stringify(message));
      });
    },
  });
  closing.push(() => server.close());
  const request = requestFor(
    { rest: server.url, token: server.url.replace('/v3', '/token'), socket: server.socketUrl },
    rest,
  );
  const feed = CME_ADAPTER.live(request, secrets)!;
  const http = new HttpClient({ limits: { requests: 100, perMs: 1, concurrent: 1 }, retriesMax: 0 });
  closing.push(() => http.close());
  const headers = await feed.headers!(http, AbortSignal.timeout(5000));
  const connection = new WebSocket(feed.url, { headers: { ...headers }, perMessageDeflate: false });
  closing.push(() => connection.terminate());
  const socket = new TestSocket(connection);
  await new Promise((resolve) => connection.once('open', resolve));
  return { feed, socket, server, subscribed };
}

const INSTRUMENT = {
  definitionSource: 'E',
  exchangeMic: 'XNYM',
  id: '735995',
  marketSegmentId: '80',
  periodCode: '202402',
  productCode: 'CL',
  productGroup: 'CL',
  productType: 'FUT',
  symbol: 'CLG4',
};

const header = (messageType: string, sequence: number): Record<string, string> => ({
  messageType,
  sentTime: '2023-11-28T16:06:36.948000001Z',
  version: '1.0',
  sequenceNumber: String(sequence),
});

const trade = (sequence: number, given: Record<string, unknown> = {}): unknown => ({
  header: header('TRD', sequence),
  payload: [
    {
      instrument: INSTRUMENT,
      lastUpdateTime: '2023-11-28T16:06:36.900000002Z',
      tradeSummary: {
        aggressorSide: 'SELL',
        mdTradeEntryId: '77',
        tradePrice: '75.01',
        tradeQty: '3',
        tradeOrderCount: '2',
        tradeUpdateAction: 'NEW',
        ...given,
      },
    },
  ],
});

const quote = (sequence: number, bid: unknown[], ask: unknown[]): unknown => ({
  header: header('TOB', sequence),
  payload: { instrument: INSTRUMENT, bidLevel: bid, askLevel: ask },
});

const level = (price: string, second: number): unknown => ({
  lastUpdateTime: `2023-11-28T16:06:0${second}.5Z`,
  orderCnt: '2',
  price,
  qty: '5',
});

/** Opens the feed and gives it all that came until then and `count` messages more. */
async function play(
  { feed, socket }: Opened,
  count: number,
): Promise<{ sink: MemorySink; verdicts: string[] }> {
  await feed.open(socket);
  await socket.until(count + 1);
  const sink = new MemorySink('live');
  const verdicts = socket.kept.map((text, at) => feed.frame({ text, tsRecvNs: BigInt(at) * STEP_NS }, sink));
  return { sink, verdicts };
}

describe('Market Data over WebSocket', () => {
  it('logs in by the handshake, asks for every product at once, and makes records of what comes', async () => {
    const opened = await connect([
      trade(3),
      quote(4, [level('75.00', 1)], [level('75.02', 2)]),
      quote(5, [level('75.00', 1)], []),
      {
        header: header('STAT', 6),
        payload: [
          {
            instrument: INSTRUMENT,
            lastUpdateTime: '2023-11-28T16:06:36.9Z',
            tradeStatistics: {
              settlementActual: true,
              settlementFinal: '0',
              settlementRounded: false,
              settlementPrice: '74.86',
              settlementPriceDate: '2023-11-27',
              settlementPriceTimestamp: '2023-11-27T23:17:05.712524071Z',
              openInterestQty: '1234',
              volume: '99',
              brandNewFigure: '7',
            },
          },
        ],
      },
    ]);
    const { sink, verdicts } = await play(opened, 4);
    expect(opened.subscribed).toEqual([
      {
        header: { messageType: 'SUBSCRIBE', version: '1.0', requestId: '1' },
        payload: {
          subscriptionMessageTypes: ['TRD', 'TOB', 'STAT'],
          subscriptions: [
            { productType: 'FUT', productCode: 'ES' },
            { productType: 'FUT', productCode: 'CL' },
          ],
        },
      },
    ]);
    expect(verdicts.every((verdict) => verdict === 'ok')).toBe(true);
    expect(Object.fromEntries(sink.quarantine.counts)).toEqual({});
    expect(sink.records('trade')).toMatchObject([
      {
        symbol: 'CLG4',
        price: 75.01,
        qty: 3,
        aggressor: 'sell',
        kind: 'regular',
        tradeId: '77',
        exchange: 'XNYM',
        sequence: 3,
        tsEvent: 1_701_187_596_900_000_002n,
        tsPublished: 1_701_187_596_948_000_001n,
        tsRecv: STEP_NS,
        quality: 0,
      },
    ]);
    expect(sink.records('bbo')).toMatchObject([
      {
        bidPrice: 75,
        bidQty: 5,
        bidOrders: 2,
        askPrice: 75.02,
        askQty: 5,
        tsEvent: 1_701_187_562_500_000_000n,
      },
      { bidPrice: 75, askPrice: null, askQty: null, askOrders: null },
    ]);
    expect(
      sink.records('statistics').map(({ kind, price, value, detail }) => [kind, price ?? value, detail]),
    ).toEqual([
      ['settlement', 74.86, 'preliminary actual unrounded'],
      ['openInterest', 1234, null],
      ['volume', 99, null],
      ['other', 7, 'brandNewFigure'],
    ]);
    expect(sink.records('statistics')[0]).toMatchObject({
      isFinal: false,
      tsReference: 1_701_043_200_000_000_000n,
    });
    const keys = sink.records('statistics').map(({ sourceIndex }) => sourceIndex);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('numbers that are missing are a gap that is named, numbers that come again are passed over', async () => {
    const opened = await connect([trade(3), trade(6), trade(6), trade(5), trade(7)]);
    const { sink } = await play(opened, 5);
    expect(sink.records('trade').map(({ sequence, quality }) => [sequence, quality])).toEqual([
      [3, 0],
      [6, GAP_BEFORE],
      [7, 0],
    ]);
    expect(sink.quarantine.examples.get('gap')).toEqual([{ sourceIndex: 6, detail: 'messages 4 to 5' }]);
    expect(sink.remarks.get('repeated-message')).toBe(2);
  });

  it('a message that comes after the next one takes its place', async () => {
    const opened = await connect([trade(3), trade(5), trade(4), trade(6)]);
    await opened.feed.open(opened.socket);
    await opened.socket.until(5);
    const sink = new MemorySink('live');
    for (const text of opened.socket.kept) opened.feed.frame({ text, tsRecvNs: 5n }, sink);
    expect(sink.records('trade').map(({ sequence, quality }) => [sequence, quality])).toEqual(
      [3, 4, 5, 6].map((sequence) => [sequence, 0]),
    );
    expect(sink.quarantine.total).toBe(0);
  });

  it('corrections and busts are told; what is damaged is set aside, and the feed goes on', async () => {
    const opened = await connect([
      trade(3, { tradeUpdateAction: 'DELETE' }),
      trade(4, { tradeUpdateAction: 'CHANGE', aggressorSide: 'NO_AGGRESSOR' }),
      trade(5, { tradeUpdateAction: 'ODD' }),
      trade(6, { tradePrice: '' }),
      trade(7, { tradePrice: 'abc' }),
      '{"header":',
      { header: header('TRD', 8), payload: [{ tradeSummary: {} }] },
      { header: header('TRD', 9), payload: [] },
      { header: header('NEWS', 10) },
      trade(11),
    ]);
    const { sink } = await play(opened, 10);
    expect(sink.records('trade').map(({ kind, aggressor }) => [kind, aggressor])).toEqual([
      ['bust', 'sell'],
      ['correction', null],
      ['regular', 'sell'],
    ]);
    expect(Object.fromEntries(sink.quarantine.counts)).toEqual({
      'unknown-word': 1,
      'missing-value': 2,
      'not-a-number': 1,
      'not-json': 1,
    });
    expect(Object.fromEntries(sink.remarks)).toEqual({
      'other-message-HEARTBEAT': 1,
      'message-without-items': 1,
      'other-message-NEWS': 1,
    });
  });

  it('a connection that opens again starts with new numbers', async () => {
    const opened = await connect([trade(300)]);
    const { sink } = await play(opened, 1);
    const again = await connect([trade(3)]);
    await opened.feed.open(again.socket);
    await again.socket.until(2);
    for (const text of again.socket.kept) opened.feed.frame({ text, tsRecvNs: 6n }, sink);
    expect(sink.records('trade').map(({ sequence }) => sequence)).toEqual([300, 3]);
    // The first connection began at 300: its heartbeat has the number 1.
    expect(Object.fromEntries(sink.quarantine.counts)).toEqual({ gap: 1 });
  });

  it('a subscription that is rejected is a fault, and nothing of it is followed', async () => {
    const opened = await connect([]);
    const bad: FeedSocket = {
      answer: (what, isAnswer, timeoutMs) => opened.socket.answer(what, isAnswer, timeoutMs),
      send: (message) => opened.socket.send(JSON.parse(JSON.stringify(message).replace('"FUT"', '"FUT&&&"'))),
    };
    await expect(opened.feed.open(bad)).rejects.toMatchObject({
      code: 'DATA_REQUEST',
      details: { status: 'REJECTED' },
    });
  });

  it('a token that the socket does not take is a fault', async () => {
    const opened = await connect([]);
    opened.server.tokens++;
    const stranger = new WebSocket(opened.feed.url, { headers: { Authorization: 'Bearer old' } });
    closing.push(() => stranger.terminate());
    await expect(opened.feed.open(new TestSocket(stranger))).rejects.toMatchObject({ code: 'DATA_SECRET' });
  });

  it('periods, spreads and options go into the request; definitions are no part of it', async () => {
    const rest = { symbols: ['E1C'], schemas: ['bbo'] as const };
    const feed = CME_ADAPTER.live(
      requestFor({ types: 'OOF', periods: '202409+202409w1', spreads: 'OUTRIGHT' }, rest),
      API,
    )!;
    const sent: unknown[] = [];
    await feed.open({
      send: (message) => sent.push(message),
      answer: async (_what, isAnswer) => {
        const login = { header: { messageType: 'LOGINSTATUS' }, payload: { status: 'authenticated' } };
        const answers = [
          login,
          {
            header: { messageType: 'SUBSCRIPTION_STATUS', requestId: '1' },
            payload: { status: 'SUBSCRIBED' },
          },
        ];
        return answers.find(isAnswer);
      },
    });
    expect(sent).toMatchObject([
      {
        payload: {
          subscriptionMessageTypes: ['TOB'],
          subscriptions: [
            {
              productType: 'OOF',
              productCode: 'E1C',
              periodCodes: ['202409', '202409w1'],
              spreadReportTypes: ['OUTRIGHT'],
            },
          ],
        },
      },
    ]);
    expect(() => CME_ADAPTER.live(requestFor({}, { schemas: ['definition'] }), API)).toThrow(
      /DATA_REQUEST|what the vendor has/,
    );
  });

  it('goes over a connection of the ingest: the token in the handshake, and the answers awaited', async () => {
    const opened = await connect([trade(3), trade(4)]);
    const http = new HttpClient({ limits: { requests: 100, perMs: 1, concurrent: 1 } });
    closing.push(() => http.close());
    const stop = new AbortController();
    const connection = new LiveConnection(opened.feed, {
      headers: (signal) => opened.feed.headers!(http, signal),
      random: () => 0,
    });
    const sink = new MemorySink('live');
    for await (const frame of connection.frames(stop.signal)) {
      opened.feed.frame(frame, sink);
      if (sink.counts().trade === 2) stop.abort();
    }
    expect(sink.records('trade').map(({ sequence }) => sequence)).toEqual([3, 4]);
    expect(opened.server.tokens).toBe(1);
  });
});
