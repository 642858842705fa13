/**
 * A venue on loopback (sockets and answers to requests) and the smallest driver of a live feed: frames one after the other,
 * resynchronisation while they queue, reconnection after a cut.
 */

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer, WebSocket as WsClient } from 'ws';
import type { HttpClient, LiveFeed, MemorySink } from '../../src/data/index.ts';

export interface HttpReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Answers requests by `onRequest`, and sockets by `onMessage`; `send` goes to whoever is connected. */
export class FakeVenue {
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly requests: string[] = [];
  /** Messages that came: subscriptions. */
  subscriptions = 0;

  constructor(
    onRequest: (path: string, request: IncomingMessage) => HttpReply,
    onMessage: (message: unknown, reply: (message: unknown) => void) => void = () => {},
  ) {
    this.#server = createServer((request, response) => {
      const path = request.url ?? '';
      this.requests.push(path);
      const { status = 200, headers = {}, body } = onRequest(path, request);
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    this.#sockets = new WebSocketServer({ server: this.#server, perMessageDeflate: false });
    this.#sockets.on('connection', (socket) => {
      socket.on('message', (data) => {
        this.subscriptions++;
        onMessage(JSON.parse(String(data)), (message) => socket.send(JSON.stringify(message)));
      });
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get httpUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get socketUrl(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  send(message: unknown): void {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    for (const socket of this.#sockets.clients) socket.send(text);
  }

  /** Cuts every connection without a word. */
  cut(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  async close(): Promise<void> {
    this.cut();
    this.#sockets.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const decoder = new TextDecoder();

export class FeedDriver {
  readonly #feed: LiveFeed;
  readonly #http: HttpClient;
  readonly #sink: MemorySink;
  readonly #queue: string[] = [];
  readonly #stop = new AbortController();
  #socket: WebSocket | null = null;
  #answers: ((message: unknown) => boolean)[] = [];
  #wake: () => void = () => {};
  resyncs = 0;
  reconnects = 0;
  /** Connections that are subscribed or were. */
  opened = 0;

  constructor(feed: LiveFeed, http: HttpClient, sink: MemorySink) {
    this.#feed = feed;
    this.#http = http;
    this.#sink = sink;
  }

  /** Runs until `stop`; everything that came by then has been read. */
  async run(): Promise<void> {
    const reading = this.#read();
    while (!this.#stop.signal.aborted) {
      await this.#connection();
      if (!this.#stop.signal.aborted) this.reconnects++;
    }
    await reading;
  }

  stop(): void {
    this.#stop.abort();
    this.#socket?.close();
    this.#wake();
  }

  get waiting(): number {
    return this.#queue.length;
  }

  async #connection(): Promise<void> {
    const socket = new WsClient(this.#feed.url, { perMessageDeflate: false });
    this.#socket = socket;
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => {});
    socket.on('message', (data: Buffer) => this.#take(decoder.decode(data)));
    const opened = new Promise<boolean>((resolve) => {
      socket.on('open', () => resolve(true));
      socket.on('close', () => resolve(false));
    });
    if (!(await opened)) return;
    const send = (message: unknown): void =>
      socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    const answer = (_what: string, isAnswer: (message: unknown) => boolean): Promise<unknown> =>
      new Promise((resolve, reject) => {
        this.#answers.push((message) => {
          try {
            if (!isAnswer(message)) return false;
            resolve(message);
          } catch (error) {
            reject(error);
          }
          return true;
        });
        socket.on('close', () => resolve(null));
      });
    await this.#feed.open({ send, answer });
    this.opened++;
    await closed;
    this.#answers = [];
  }

  #take(text: string): void {
    if (this.#answers.length > 0) {
      const message: unknown = JSON.parse(text);
      if (this.#answers[0]!(message)) {
        this.#answers.shift();
        return;
      }
    }
    this.#queue.push(text);
    this.#wake();
  }

  async #read(): Promise<void> {
    while (!this.#stop.signal.aborted || this.#queue.length > 0) {
      const text = this.#queue.shift();
      if (text === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      const tsRecvNs = BigInt(Math.round(performance.timeOrigin + performance.now())) * 1_000_000n;
      const verdict = this.#feed.frame({ text, tsRecvNs }, this.#sink);
      if (verdict === 'ok' || this.#stop.signal.aborted) continue;
      this.resyncs++;
      await this.#feed.resync(this.#http, this.#stop.signal);
    }
  }
}

/** Numbers from 0 up to 1, the same for the same seed. */
export function numbersFrom(seed: number): () => number {
  let x = (seed * 2_654_435_761 + 1) | 0;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
}

export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until something is so, up to two seconds. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let ms = 0; ms < 2000 && !isSo(); ms++) await pause(1);
  if (!isSo()) throw new Error('what was waited for did not come');
}
