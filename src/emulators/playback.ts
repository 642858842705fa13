/**
 * Plays the events of a source at the pace that was asked for: real time, n times that, or as fast as those who listen take
 * it. The emulated clock stands still until `start`, and at the end.
 */

import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { MarketEvent } from './market/events.ts';
import type { EmulatedMarket, MarketChange } from './market/market.ts';

/** Speed that waits for no clock. */
export const AS_FAST_AS_POSSIBLE = Number.POSITIVE_INFINITY;

export interface PlaybackListener {
  onChange(change: MarketChange): void;
  /** The emulated clock says `nowNs`; comes before each event and while none comes. */
  onTime(nowNs: bigint): void;
  /** Resolves when those who listen can take more. */
  ready(): Promise<void>;
}

/** Longest that listeners wait for the clock while nothing happens, ms. */
const TICK_MS = 20;
/** Events between two turns of the event loop when no clock is waited for. */
const EVENTS_PER_TURN = 64;
const NS_PER_MS = 1e6;

export type PlaybackState = 'waiting' | 'playing' | 'ended';

export class Playback {
  readonly market: EmulatedMarket;
  readonly speed: number;
  readonly #events: AsyncGenerator<MarketEvent>;
  readonly #listener: PlaybackListener;
  readonly #stop = new AbortController();
  #state: PlaybackState = 'waiting';
  #held: MarketEvent | null = null;
  #startNs = 0n;
  #startMs = 0;
  #played = 0;
  #running: Promise<void> | null = null;

  constructor(
    market: EmulatedMarket,
    events: AsyncGenerator<MarketEvent>,
    speed: number,
    listener: PlaybackListener,
  ) {
    this.market = market;
    this.speed = speed;
    this.#events = events;
    this.#listener = listener;
  }

  get state(): PlaybackState {
    return this.#state;
  }

  /** Events that were played. */
  get played(): number {
    return this.#played;
  }

  /** The emulated time, ns since 1970 UTC. */
  get nowNs(): bigint {
    if (this.#state !== 'playing' || this.speed === AS_FAST_AS_POSSIBLE) return this.market.lastNs;
    const passedMs = (performance.now() - this.#startMs) * this.speed;
    const now = this.#startNs + BigInt(Math.round(passedMs * NS_PER_MS));
    // A playback that is behind its clock must not date answers after what it has yet to tell.
    const nextNs = this.#held?.tsNs ?? this.market.lastNs;
    if (now > nextNs) return nextNs;
    return now > this.market.lastNs ? now : this.market.lastNs;
  }

  /** Plays what happened at the first instant, so that a book that a recording begins with stands before anybody asks. */
  async prime(): Promise<void> {
    this.#held = await this.#next();
    const firstNs = this.#held?.tsNs;
    while (this.#held !== null && this.#held.tsNs === firstNs) {
      this.#play(this.#held);
      this.#held = await this.#next();
    }
  }

  /** Plays everything at once without telling anybody: the market as it is at the end. */
  async skipToEnd(): Promise<void> {
    for (; this.#held !== null; this.#held = await this.#next()) this.#play(this.#held);
    this.#state = 'ended';
  }

  /** Begins, unless it has begun. What goes wrong while it plays is told to `onFailure`. */
  start(onFailure: (error: unknown) => void): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'playing';
    this.#startNs = this.market.lastNs;
    this.#startMs = performance.now();
    this.#running = this.#run().catch((error: unknown) => {
      if (!this.#stop.signal.aborted) onFailure(error);
    });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#events.return(undefined);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    for (; this.#held !== null && !signal.aborted; this.#held = await this.#next()) {
      if (this.speed === AS_FAST_AS_POSSIBLE) {
        if (this.#played % EVENTS_PER_TURN === 0) {
          await nextTurn();
          await this.#listener.ready();
        }
      } else await this.#wait(this.#held.tsNs);
      if (signal.aborted) return;
      this.#listener.onTime(this.#held.tsNs);
      const change = this.#play(this.#held);
      if (change !== null) this.#listener.onChange(change);
    }
    if (signal.aborted) return;
    this.#state = 'ended';
    this.#listener.onTime(this.market.lastNs + LAST_WINDOWS_NS);
  }

  async #wait(untilNs: bigint): Promise<void> {
    for (;;) {
      const leftMs =
        Number(untilNs - this.#startNs) / NS_PER_MS / this.speed - (performance.now() - this.#startMs);
      if (leftMs <= 0) return;
      await sleep(Math.min(TICK_MS, leftMs), undefined, { signal: this.#stop.signal });
      this.#listener.onTime(this.nowNs < untilNs ? this.nowNs : untilNs);
    }
  }

  #play(event: MarketEvent): MarketChange | null {
    this.#played++;
    return this.market.apply(event);
  }

  async #next(): Promise<MarketEvent | null> {
    const { value, done } = await this.#events.next();
    return done === true ? null : value;
  }
}

/** What is gathered for at most so long goes out at the end. */
const LAST_WINDOWS_NS = 1_000_000_000n;
