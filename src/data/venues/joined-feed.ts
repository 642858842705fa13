/**
 * The book of one instrument as snapshots and numbered changes, joined: changes that a snapshot holds already are left out, the
 * rest follows it without a hole, or the hole is counted and what comes after it is marked (market-rules §12.5, §12.6, §12.8).
 *
 * A recording is taken as it is: its changes are kept for a while, because the snapshot is asked for after the changes began;
 * without one they go out marked `maybeBadBook`. A live feed goes silent until a snapshot has come.
 */

import type { RecordSink } from '../ingest/adapter.ts';
import { qualityMask } from '../registry.ts';
import { FeedSequencer, type SequencerCounts } from '../transport/feed-sequencer.ts';

/** Changes of a recording that wait for its first snapshot: some seconds of the busiest books. */
export const HELD_CHANGES_MAX = 512;
/** How long a live feed waits for a message that is out of order, ms. */
export const LIVE_WINDOW_MS = 20;

export type FeedMode = 'recorded' | 'live';

const GAP_BEFORE = qualityMask('gapBefore');
const MAYBE_BAD_BOOK = qualityMask('maybeBadBook');

const REMARKS: readonly (readonly [count: keyof SequencerCounts, remark: string])[] = [
  ['duplicates', 'change-already-known'],
  ['gaps', 'sequence-gap'],
  ['missing', 'sequence-missing'],
  ['resyncs', 'resync'],
  ['overflowed', 'change-thrown-out-while-waiting'],
];

export class JoinedFeed<T> {
  readonly #mode: FeedMode;
  readonly #sink: RecordSink;
  readonly #sequencer: FeedSequencer<T>;
  readonly #told: SequencerCounts;
  /** Whether all changes since a snapshot are known. */
  #isWhole = false;

  /** `write` takes a change with the bits that its records get. */
  constructor(mode: FeedMode, sink: RecordSink, write: (change: T, quality: number) => void) {
    this.#mode = mode;
    this.#sink = sink;
    this.#sequencer = new FeedSequencer<T>({
      windowMs: mode === 'live' ? LIVE_WINDOW_MS : 0,
      afterGap: mode === 'live' ? 'resync' : 'skip',
      deliver: (change, lost) => {
        if (lost > 0) this.#isWhole = false;
        write(change, (this.#isWhole ? 0 : MAYBE_BAD_BOOK) | (lost > 0 ? GAP_BEFORE : 0));
      },
    });
    this.#told = { ...this.#sequencer.counts };
    this.#sequencer.begin();
  }

  get counts(): Readonly<SequencerCounts> {
    return this.#sequencer.counts;
  }

  /** Whether a live feed can do nothing but keep changes until a snapshot comes. */
  get needsSnapshot(): boolean {
    return this.#sequencer.state !== 'live';
  }

  /** See `FeedSequencer.offer`. */
  change(first: number, last: number, previous: number | null, change: T, atMs: number): void {
    this.#sequencer.offer(first, last, previous, change, atMs);
    if (this.#sequencer.state === 'stale') this.#sequencer.begin();
    if (this.#mode === 'recorded' && this.needsSnapshot && this.#sequencer.waiting > HELD_CHANGES_MAX) {
      this.#sequencer.startWithoutSnapshot(atMs);
    }
    this.#tell();
  }

  /** A snapshot that holds everything up to `sequence`: written by `write` if it is of use. Returns whether it was. */
  snapshot(sequence: number, write: () => void, atMs: number): boolean {
    const isOfUse = this.#sequencer.joins(sequence);
    if (isOfUse) {
      if (this.#sequencer.state === 'live') this.#startOver(sequence, atMs);
      write();
      this.#isWhole = true;
      this.#sequencer.snapshot(sequence, atMs);
    } else {
      this.#sink.remark('snapshot-too-old');
    }
    this.#tell();
    return isOfUse;
  }

  /** Time has come to `atMs`: holes that stayed open too long become gaps. */
  tick(atMs: number): void {
    this.#sequencer.tick(atMs);
    if (this.#sequencer.state === 'stale') this.#sequencer.begin();
    this.#tell();
  }

  /** The connection was lost: nothing is certain until the next snapshot. */
  interrupt(atMs: number): void {
    this.#sequencer.interrupt(atMs);
    if (this.#sequencer.state === 'stale') this.#sequencer.begin();
    this.#tell();
  }

  /** Nothing more comes: what still waits is written. */
  end(): void {
    if (this.#mode === 'recorded' && this.needsSnapshot) this.#sequencer.startWithoutSnapshot(0);
    this.#sequencer.tick(Number.POSITIVE_INFINITY);
    this.#tell();
  }

  #startOver(sequence: number, atMs: number): void {
    if (sequence < this.#sequencer.last) return;
    this.#sequencer.interrupt(atMs);
    this.#sequencer.begin();
  }

  #tell(): void {
    const { counts } = this.#sequencer;
    for (const [name, remark] of REMARKS) {
      if (counts[name] === this.#told[name]) continue;
      this.#sink.remark(remark, counts[name] - this.#told[name]);
      this.#told[name] = counts[name];
    }
  }
}
