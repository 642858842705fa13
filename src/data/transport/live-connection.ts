/**
 * The frames of a live feed, over as many connections as it takes: silence and broken connections are met with a new one after a
 * growing wait with jitter, and the subscription is opened anew. Frames wait in a queue with a limit; when it fills, reading stops
 * until the consumer has caught up, so that the network holds what memory should not.
 *
 *   connect ─► open (subscribe, wait for answers) ─► frames … ─► silence │ close │ reconnect() ─► wait ─► connect
 */

import { WebSocket } from 'ws';
import { TwinError } from '../../base/index.ts';
import type { LiveFrame } from '../ingest/adapter.ts';
import { receiveTimeNs, SYSTEM_CLOCK } from './clock.ts';
import type { FeedSocket } from './feed-socket.ts';
import type { Clock } from './rate-limiter.ts';

/** Frames that wait for the consumer before reading stops. */
export const QUEUE_FRAMES_MAX = 65_536;
/** Largest message that is taken. */
export const FRAME_BYTES_MAX = 64 * 1024 * 1024;
const CONNECT_MS = 15_000;
const FIRST_WAIT_MS = 250;
const WAIT_MAX_MS = 30_000;
/** Connections in a row that gave no frame before the feed is given up. */
export const BARREN_CONNECTIONS_MAX = 12;
const PING_MS = 15_000;

export interface LiveFeedDoor {
  readonly url: string;
  readonly silenceMs: number;
  open(socket: FeedSocket): Promise<void>;
}

export interface LiveConnectionOptions {
  /** Secret headers of the handshake, asked for before each connection. A fault of it ends the feed. */
  readonly headers?: (signal: AbortSignal) => Promise<Readonly<Record<string, string>>>;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Told of everything that is not a frame, for progress and logs. */
  readonly onState?: (state: {
    readonly kind: 'connected' | 'lost' | 'waiting' | 'paused' | 'resumed';
    readonly why: string;
  }) => void;
}

interface Waiting {
  readonly isAnswer: (message: unknown) => boolean;
  readonly resolve: (message: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export class LiveConnection {
  readonly #feed: LiveFeedDoor;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #onState: NonNullable<LiveConnectionOptions['onState']>;
  readonly #headers: NonNullable<LiveConnectionOptions['headers']>;
  readonly #queue: LiveFrame[] = [];
  #at = 0;
  #socket: WebSocket | null = null;
  #isPaused = false;
  /** The subscription is not answered yet: frames are kept, since one of them may be an answer that came early. */
  #isOpening = false;
  #waiting: Waiting | null = null;
  #wake: () => void = () => {};
  #lastFrameMs = 0;
  /** Why the connection at hand is over; null while it is not. */
  #lost: string | null = null;
  #fault: unknown = null;
  #connections = 0;
  #barren = 0;

  constructor(feed: LiveFeedDoor, options: LiveConnectionOptions = {}) {
    this.#feed = feed;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#random = options.random ?? Math.random;
    this.#onState = options.onState ?? (() => {});
    this.#headers = options.headers ?? (async () => ({}));
  }

  /** Connections that were opened so far. */
  get connections(): number {
    return this.#connections;
  }

  /** Frames until the signal aborts. Raises DATA_FEED when a subscription is refused, or the feed gives nothing any more. */
  async *frames(signal: AbortSignal): AsyncGenerator<LiveFrame> {
    const onAbort = (): void => this.#wake();
    signal.addEventListener('abort', onAbort);
    try {
      while (!signal.aborted) {
        const opening = this.#connect(signal);
        for (;;) {
          while (!this.#isOpening && this.#at < this.#queue.length) yield this.#take();
          if (this.#fault !== null) throw this.#fault;
          if (signal.aborted || this.#lost !== null) break;
          await this.#sleep(signal);
        }
        await opening;
        // Those of this connection come before anything of the next one.
        while (this.#at < this.#queue.length) yield this.#take();
        this.#close();
        if (!signal.aborted) await this.#rest(signal);
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#close();
    }
  }

  /** Gives the connection up and takes a new one: what the feed says can no longer be trusted. */
  reconnect(why: string): void {
    this.#lose(why);
  }

  #take(): LiveFrame {
    const frame = this.#queue[this.#at++]!;
    if (this.#at === this.#queue.length) {
      this.#queue.length = 0;
      this.#at = 0;
    }
    if (this.#isPaused && this.#queue.length - this.#at < QUEUE_FRAMES_MAX / 2) {
      this.#isPaused = false;
      this.#socket?.resume();
      this.#onState({ kind: 'resumed', why: 'the consumer caught up' });
    }
    return frame;
  }

  async #connect(signal: AbortSignal): Promise<void> {
    this.#lost = null;
    this.#isOpening = true;
    this.#connections++;
    this.#barren++;
    this.#lastFrameMs = this.#clock.nowMs();
    let headers: Readonly<Record<string, string>>;
    try {
      headers = await this.#headers(signal);
    } catch (error) {
      if (!signal.aborted) this.#fault = error;
      this.#wake();
      return;
    }
    const socket = new WebSocket(this.#feed.url, {
      headers: { ...headers },
      perMessageDeflate: false,
      maxPayload: FRAME_BYTES_MAX,
      handshakeTimeout: CONNECT_MS,
    });
    this.#socket = socket;
    socket.on('message', (data, isBinary) =>
      this.#receive(isBinary ? new Uint8Array(data as Buffer) : String(data)),
    );
    socket.on('ping', () => this.#noteLife());
    socket.on('pong', () => this.#noteLife());
    socket.on('error', (error) => this.#lose(error.message));
    socket.on('close', (code) => this.#lose(`closed by the feed (${code})`));
    this.#lastFrameMs = this.#clock.nowMs();
    try {
      await opened(socket, signal);
      if (this.#lost !== null || signal.aborted) return;
      this.#onState({ kind: 'connected', why: this.#feed.url });
      await this.#feed.open(this.#door(socket));
    } catch (error) {
      // A connection that breaks while it is opened is no refusal.
      if (this.#lost === null) this.#fault = error;
    } finally {
      this.#isOpening = false;
      this.#wake();
    }
  }

  #door(socket: WebSocket): FeedSocket {
    return {
      send: (message) => {
        if (socket.readyState === WebSocket.OPEN)
          socket.send(typeof message === 'string' ? message : JSON.stringify(message));
      },
      answer: (what, isAnswer, timeoutMs) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(() => {
            this.#waiting = null;
            reject(new TwinError('DATA_FEED', 'a feed answers a subscription in time', { what, timeoutMs }));
          }, timeoutMs);
          const settle =
            <T>(then: (value: T) => void) =>
            (value: T): void => {
              clearTimeout(timer);
              this.#waiting = null;
              then(value);
            };
          this.#waiting = { isAnswer, resolve: settle(resolve), reject: settle(reject) };
          this.#lookBack();
        }),
    };
  }

  #receive(text: string | Uint8Array): void {
    const frame = { text, tsRecvNs: receiveTimeNs() };
    this.#noteLife();
    if (this.#waiting !== null && this.#answers(frame.text)) return;
    this.#barren = 0;
    this.#queue.push(frame);
    if (!this.#isPaused && this.#queue.length - this.#at >= QUEUE_FRAMES_MAX) {
      this.#isPaused = true;
      this.#socket?.pause();
      this.#onState({ kind: 'paused', why: `${QUEUE_FRAMES_MAX} frames wait` });
    }
    this.#wake();
  }

  /** An answer may be there before it is asked for: feeds greet as soon as a connection stands. */
  #lookBack(): void {
    for (let at = this.#at; at < this.#queue.length && this.#waiting !== null; at++) {
      if (this.#answers(this.#queue[at]!.text)) this.#queue.splice(at, 1);
    }
  }

  #answers(text: string | Uint8Array): boolean {
    const waiting = this.#waiting!;
    try {
      const message = JSON.parse(typeof text === 'string' ? text : new TextDecoder().decode(text)) as unknown;
      if (!waiting.isAnswer(message)) return false;
      waiting.resolve(message);
      return true;
    } catch (error) {
      if (error instanceof SyntaxError) return false;
      waiting.reject(error);
      return true;
    }
  }

  #noteLife(): void {
    this.#lastFrameMs = this.#clock.nowMs();
  }

  /** Waits for a frame, an end, or for the time at which silence is too long. */
  async #sleep(signal: AbortSignal): Promise<void> {
    const silentMs = this.#clock.nowMs() - this.#lastFrameMs;
    if (silentMs >= this.#feed.silenceMs) {
      this.#lose(`silent for ${Math.round(silentMs)} ms`);
      return;
    }
    const stop = new AbortController();
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const hasFrames = !this.#isOpening && this.#at < this.#queue.length;
    if (hasFrames || this.#lost !== null || this.#fault !== null || signal.aborted) return;
    const waitMs = Math.min(PING_MS, this.#feed.silenceMs - silentMs);
    const timer = this.#clock.sleep(waitMs, stop.signal).catch(() => undefined);
    await Promise.race([woken, timer]);
    stop.abort();
    if (this.#socket?.readyState === WebSocket.OPEN && this.#clock.nowMs() - this.#lastFrameMs >= PING_MS)
      this.#socket.ping();
  }

  #lose(why: string): void {
    if (this.#lost !== null) return;
    this.#lost = why;
    this.#waiting?.reject(
      new TwinError('DATA_FEED', 'a connection lives until its subscription is answered', { why }),
    );
    this.#onState({ kind: 'lost', why });
    this.#wake();
  }

  #close(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#isPaused = false;
    this.#waiting?.reject(
      new TwinError('DATA_FEED', 'a connection lives until its subscription is answered', { why: 'closed' }),
    );
    socket?.removeAllListeners();
    socket?.on('error', () => {});
    socket?.terminate();
  }

  /** Waits before the next connection: longer after each that gave nothing. */
  async #rest(signal: AbortSignal): Promise<void> {
    if (this.#barren >= BARREN_CONNECTIONS_MAX) {
      throw new TwinError('DATA_FEED', 'a feed gives frames after a number of connections', {
        url: this.#feed.url,
        connections: this.#barren,
        why: this.#lost ?? '',
      });
    }
    const longest = Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** this.#barren);
    const waitMs = Math.round(longest / 2 + (this.#random() * longest) / 2);
    this.#onState({ kind: 'waiting', why: `${waitMs} ms before connection ${this.#connections + 1}` });
    await this.#clock.sleep(waitMs, signal).catch(() => undefined);
  }
}

/** Waits until a socket is open, closed, or not wanted any more. */
function opened(socket: WebSocket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    socket.once('open', done);
    socket.once('close', done);
    signal.addEventListener('abort', done);
  });
}
