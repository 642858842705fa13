import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { TwinError } from '../../base/index.ts';
import { sumOf } from '../lake/dataset.ts';
import { Lake } from '../lake/lake.ts';
import { verifyDataset } from '../lake/upkeep.ts';
import { validateDataset } from '../quality/validate.ts';
import type { FeedSocket } from '../transport/feed-socket.ts';
import { HttpClient } from '../transport/http-client.ts';
import type { LiveFeed, LiveFrame, RecordSink } from './adapter.ts';
import { type LiveProgress, runLive } from './run-live.ts';

const NOON_NS = 1_704_196_800_000_000_000n;
const ANSWER_MS = 500;

/** A feed that numbers its messages: a hole is mended by asking for the number at which to go on. */
class NumberedFeed implements LiveFeed {
  readonly venue = 'TEST';
  readonly silenceMs: number;
  readonly url: string;
  resyncs = 0;
  #next = 0;
  #mended: number | null = null;

  constructor(url: string, silenceMs = 150) {
    this.url = url;
    this.silenceMs = silenceMs;
  }

  async open(socket: FeedSocket): Promise<void> {
    socket.send({ subscribe: this.#next });
    await socket.answer(
      'subscription',
      (message) => {
        if ((message as { refused?: string }).refused !== undefined)
          throw new TwinError('DATA_FEED', 'a subscription is granted', {});
        return (message as { subscribed?: boolean }).subscribed === true;
      },
      ANSWER_MS,
    );
  }

  frame({ text, tsRecvNs }: LiveFrame, sink: RecordSink): 'ok' | 'resync' | 'reconnect' {
    if (this.#mended !== null) {
      sink.remark('numbers lost', this.#mended - this.#next);
      this.#next = this.#mended;
      this.#mended = null;
    }
    if (text === 'nonsense') {
      sink.reject('not-json', this.#next, String(text));
      return 'ok';
    }
    const { n } = JSON.parse(String(text)) as { n: number };
    if (n < this.#next) return 'ok';
    // What lies behind the hole comes again and again until it is mended.
    if (n > this.#next) return this.resyncs === 0 ? 'resync' : 'ok';
    this.#next = n + 1;
    sink.push('trade', {
      symbol: 'A',
      tsEvent: NOON_NS + BigInt(n),
      tsRecv: tsRecvNs,
      sequence: n,
      sourceIndex: n,
      price: 100,
      qty: 1,
      kind: 'regular',
    });
    return 'ok';
  }

  async resync(): Promise<void> {
    this.resyncs++;
    this.#mended = this.#next + 1;
  }
}

let folder: string;
let lake: Lake;
let server: WebSocketServer;
let http: HttpClient;
let stop: AbortController;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'twin-live-'));
  lake = new Lake(folder);
  http = new HttpClient({ limits: { requests: 10, perMs: 1000, concurrent: 1 } });
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  stop = new AbortController();
});

afterEach(async () => {
  stop.abort();
  lake.close();
  await http.close();
  for (const client of server.clients) client.terminate();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Serves numbers from where a client asks, `serve` doing what it likes with them. */
function serveNumbers(serve: (socket: WebSocket, from: number, connection: number) => void): void {
  let connection = 0;
  server.on('connection', (socket) => {
    const number = connection++;
    socket.on('message', (data) => {
      const { subscribe } = JSON.parse(String(data)) as { subscribe: number };
      socket.send(JSON.stringify({ subscribed: true }));
      serve(socket, subscribe, number);
    });
  });
}

const send = (socket: WebSocket, from: number, to: number): void => {
  for (let n = from; n < to; n++) socket.send(JSON.stringify({ n }));
};

async function runUntil(
  feed: LiveFeed,
  isOver: (progress: LiveProgress) => boolean,
  segmentMs = 40,
): Promise<LiveProgress> {
  const { port } = server.address() as AddressInfo;
  expect(feed.url).toContain(String(port));
  lake.begin({
    line: 'head',
    version: 1,
    id: 'live',
    kind: 'live',
    createdAt: new Date().toISOString(),
    maker: { name: 'numbered', version: 1 },
    codeVersion: 'test',
    request: {},
    parents: [],
    tasks: null,
  });
  return runLive(feed, {
    lake,
    dataset: 'live',
    maker: { name: 'numbered', version: 1 },
    http,
    signal: stop.signal,
    segmentMs,
    onProgress: (progress) => {
      if (isOver(progress)) stop.abort();
    },
  });
}

function feed(): NumberedFeed {
  return new NumberedFeed(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

async function numbers(): Promise<number[]> {
  const found: number[] = [];
  for await (const batch of lake.source(['live']).read({ schema: 'trade' }))
    for (const { sequence } of batch.rows()) found.push(sequence!);
  return found;
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

describe('a live feed', () => {
  it('goes into the lake segment by segment, with every frame kept', async () => {
    serveNumbers((socket, from) => {
      let at = from;
      const timer = setInterval(() => {
        send(socket, at, Math.min(at + 100, 2000));
        at += 100;
        if (at >= 2000) clearInterval(timer);
      }, 5);
    });
    const patient = new NumberedFeed(feed().url, 30_000);
    const progress = await runUntil(patient, ({ records }) => records >= 2000);
    expect(progress).toMatchObject({ frames: 2000, records: 2000, connections: 1, resyncs: 0 });
    expect(progress.segments).toBeGreaterThan(1);
    expect(await numbers()).toEqual(range(0, 2000));
    expect(await verifyDataset(lake, 'live')).toEqual([]);
    const raw = [...lake.dataset('live').done.values()].flatMap((task) =>
      task.raw.map(({ sha256 }) => new TextDecoder().decode(lake.raw.read(sha256))),
    );
    const frames = raw.join('').trimEnd().split('\n');
    expect(frames).toHaveLength(2000);
    expect(frames[1999]).toMatch(/^\d{19} \{"n":1999\}$/);
  });

  it('finds duplicates and gaps from one segment to the next, and counts them in the segment of the later record', async () => {
    /** A feed whose numbers nobody looks at: what comes is a record. */
    class PlainFeed extends NumberedFeed {
      #frames = 0;
      override frame({ text, tsRecvNs }: LiveFrame, sink: RecordSink): 'ok' {
        const { n } = JSON.parse(String(text)) as { n: number };
        const trade = { symbol: 'A', price: 100, qty: 1, kind: 'regular' } as const;
        sink.push('trade', {
          ...trade,
          tsEvent: NOON_NS + BigInt(n),
          tsRecv: tsRecvNs,
          sequence: n,
          sourceIndex: this.#frames++,
        });
        return 'ok';
      }
    }
    const plain = new PlainFeed(feed().url, 30_000);
    const afterSegments = (count: number, then: () => void): void => {
      const timer = setInterval(() => {
        if ((lake.findDataset('live')?.done.size ?? 0) < count) return;
        clearInterval(timer);
        then();
      }, 20);
    };
    serveNumbers((socket) => {
      send(socket, 0, 150);
      afterSegments(1, () => send(socket, 140, 160));
      afterSegments(2, () => send(socket, 163, 170));
    });
    const progress = await runUntil(plain, ({ records }) => records >= 177);
    expect(progress.segments).toBeGreaterThanOrEqual(3);
    const segments = [...lake.dataset('live').done.values()];
    expect(segments[0]!.quality).toEqual({});
    const found = { duplicate: 10, gapBefore: 1, timeBackwards: 1 };
    expect(sumOf(segments.map(({ quality }) => quality))).toEqual(found);
    expect((await validateDataset(lake, 'live')).report).toMatchObject({
      schemas: [{ quality: found, unmarked: {} }],
      gaps: { sequence: { gaps: 1, missing: 3 } },
    });
  });

  it('comes back after a cut and after silence, and asks for where it was', async () => {
    serveNumbers((socket, from, connection) => {
      send(socket, from, Math.min(from + 50, 150));
      // First cut, then silent, then whole.
      if (connection === 0) setTimeout(() => socket.terminate(), 20);
    });
    const progress = await runUntil(feed(), ({ records }) => records >= 150);
    expect(progress.connections).toBeGreaterThanOrEqual(3);
    expect(await numbers()).toEqual(range(0, 150));
  });

  it('mends a hole by what the adapter fetches, and counts what was lost', async () => {
    const numbered = feed();
    serveNumbers((socket, from) => {
      send(socket, from, from + 10);
      // Number 10 never comes; the rest comes again and again.
      const timer = setInterval(() => send(socket, from + 11, from + 40), 10);
      socket.on('close', () => clearInterval(timer));
    });
    const progress = await runUntil(numbered, ({ records }) => records >= 39);
    expect(progress.resyncs).toBe(1);
    expect(await numbers()).toEqual([...range(0, 10), ...range(11, 40)]);
    const remarks = [...lake.dataset('live').done.values()].map((task) => task.remarks['numbers lost'] ?? 0);
    expect(remarks.reduce((a, b) => a + b)).toBe(1);
  });

  it('sets a frame aside that it does not understand, and goes on', async () => {
    serveNumbers((socket) => {
      send(socket, 0, 5);
      socket.send('nonsense');
      send(socket, 5, 10);
    });
    await runUntil(feed(), ({ records }) => records >= 10);
    expect(await numbers()).toEqual(range(0, 10));
    const reasons = [...lake.dataset('live').done.values()].flatMap(({ quarantined }) =>
      Object.keys(quarantined),
    );
    // Once per connection: the server says it anew, should one break.
    expect(new Set(reasons.filter((reason) => reason !== 'feed-broken'))).toEqual(new Set(['not-json']));
  });

  it('says that a subscription was refused, or not answered', async () => {
    server.on('connection', (socket) => {
      socket.on('message', () => socket.send(JSON.stringify({ refused: 'no' })));
    });
    await expect(runUntil(feed(), () => false)).rejects.toMatchObject({ code: 'DATA_FEED' });
    server.removeAllListeners('connection');
    lake.remove('live');
    const silent = new NumberedFeed(feed().url, 10_000);
    server.on('connection', () => {});
    await expect(runUntil(silent, () => false)).rejects.toMatchObject({
      code: 'DATA_FEED',
      message: expect.stringMatching(/in time/),
    });
  });

  it('keeps what it received when it is stopped', async () => {
    serveNumbers((socket, from) => {
      send(socket, from, from + 7);
      setTimeout(() => stop.abort(), 300);
    });
    const numbered = new NumberedFeed(feed().url, 30_000);
    const progress = await runUntil(numbered, () => false, 60_000);
    expect(progress).toMatchObject({ frames: 7, segments: 1 });
    expect(await numbers()).toEqual(range(0, 7));
  });
});
