/** At most so many requests per span of time: a bucket that refills evenly, so that no span of that length ever sees more. */

import { TwinError } from '../../base/index.ts';

/** Requests that may wait; more are a mistake of the caller. */
export const WAITING_MAX = 10_000;

export interface Clock {
  nowMs(): number;
  /** Resolves after the delay; rejects with the signal's reason when it aborts. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
}

export class RateLimiter {
  readonly #requests: number;
  readonly #perMs: number;
  readonly #clock: Clock;
  /** Times of the last requests that were let through, oldest first. */
  readonly #granted: number[] = [];
  #waiting = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(requests: number, perMs: number, clock: Clock) {
    this.#requests = requests;
    this.#perMs = perMs;
    this.#clock = clock;
  }

  /** Waits until a request may go, first come first served. */
  async take(signal: AbortSignal): Promise<void> {
    if (this.#waiting >= WAITING_MAX) {
      throw new TwinError('BASE_LIMIT', 'requests waiting for a rate limit are below their limit', {
        limit: WAITING_MAX,
      });
    }
    this.#waiting++;
    const before = this.#turn;
    let done = (): void => {};
    this.#turn = new Promise((resolve) => {
      done = resolve;
    });
    try {
      await before;
      await this.#wait(signal);
    } finally {
      this.#waiting--;
      done();
    }
  }

  async #wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const oldest = this.#granted.length < this.#requests ? undefined : this.#granted[0];
    const waitMs = oldest === undefined ? 0 : oldest + this.#perMs - this.#clock.nowMs();
    if (waitMs > 0) await this.#clock.sleep(waitMs, signal);
    if (this.#granted.length >= this.#requests) this.#granted.shift();
    this.#granted.push(this.#clock.nowMs());
  }
}
