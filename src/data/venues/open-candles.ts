/**
 * Candles that feeds send again and again while they last, and never call closed: one goes out when the next one of its series
 * begins. What was still open at the end is no bar.
 */

import type { FeedWriter } from './feed-writer.ts';

interface OpenCandle {
  readonly startSeconds: number;
  readonly index: number;
  readonly write: () => void;
}

export class OpenCandles {
  readonly #writer: FeedWriter;
  readonly #open = new Map<string, OpenCandle>();

  constructor(writer: FeedWriter) {
    this.#writer = writer;
  }

  /** `series`: symbol and interval. `write` makes the record if this turns out to be the last state of the candle. */
  take(series: string, startSeconds: number, write: () => void): void {
    const { sink } = this.#writer;
    const index = this.#writer.reserve(1);
    const open = this.#open.get(series);
    if (open !== undefined && startSeconds < open.startSeconds) {
      sink.remark('candle-already-known');
      return;
    }
    if (open !== undefined && startSeconds === open.startSeconds) sink.remark('candle-not-closed');
    if (open !== undefined && startSeconds > open.startSeconds) this.#writer.writeAt(open.index, open.write);
    this.#open.set(series, { startSeconds, index, write });
  }

  end(): void {
    if (this.#open.size > 0) this.#writer.sink.remark('candle-not-closed', this.#open.size);
    this.#open.clear();
  }
}
