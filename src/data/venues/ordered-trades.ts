/** Trades whose ids follow each other per instrument: each goes out once and in order, missing ones are counted. */

import type { RecordSink } from '../ingest/adapter.ts';
import { qualityMask } from '../registry.ts';
import { FeedSequencer } from '../transport/feed-sequencer.ts';
import { type FeedMode, LIVE_WINDOW_MS } from './joined-feed.ts';

const GAP_BEFORE = qualityMask('gapBefore');

export class OrderedTrades<T> {
  readonly #mode: FeedMode;
  readonly #sink: RecordSink;
  readonly #write: (trade: T, quality: number) => void;
  readonly #feeds = new Map<string, FeedSequencer<T>>();

  constructor(mode: FeedMode, sink: RecordSink, write: (trade: T, quality: number) => void) {
    this.#mode = mode;
    this.#sink = sink;
    this.#write = write;
  }

  /** `series`: ids follow each other within it. */
  take(series: string, id: number, trade: T, atMs: number): void {
    let feed = this.#feeds.get(series);
    if (feed === undefined) {
      feed = this.#feedOf();
      this.#feeds.set(series, feed);
    }
    const { duplicates } = feed.counts;
    feed.offer(id, id, null, trade, atMs);
    if (feed.counts.duplicates > duplicates) this.#sink.remark('trade-already-known');
  }

  /** Time has come to `atMs`: trades that waited too long for an earlier one go out. */
  tick(atMs: number): void {
    for (const feed of this.#feeds.values()) feed.tick(atMs);
  }

  /** Nothing more comes: what waits for earlier ones is written. */
  end(): void {
    for (const feed of this.#feeds.values()) feed.tick(Number.POSITIVE_INFINITY);
  }

  #feedOf(): FeedSequencer<T> {
    return new FeedSequencer<T>({
      windowMs: this.#mode === 'live' ? LIVE_WINDOW_MS : 0,
      afterGap: 'skip',
      deliver: (trade, lost) => {
        if (lost > 0) this.#sink.remark('trade-missing', lost);
        this.#write(trade, lost > 0 ? GAP_BEFORE : 0);
      },
    });
  }
}
