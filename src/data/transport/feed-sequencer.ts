/**
 * Puts the messages of a feed into the order of their numbers, says when some are lost, and joins a feed to a snapshot: the gap
 * and recovery machine of every numbered feed (market-rules §12.8). Two lines of one feed (A and B) go into the same machine:
 * whichever copy comes first is delivered, the other one is a duplicate.
 *
 *             begin              snapshot           all queued ones applied
 *   init ──────────► buffering ──────────► syncing ───────────────────────► live ◄─┐ in order, or a hole that
 *                        ▲                                                    │ └───┘ fills within the window
 *                        └──────────── stale ◄────────────────────────────────┘ a hole that does not
 *
 * Time is an argument, ms on any clock that does not go back. Invariant: delivered numbers only grow, and each number up to the
 * last delivered one was delivered once, was covered by a snapshot, or is counted as missing.
 */

import { invariant } from '../../base/index.ts';

export type FeedState = 'init' | 'buffering' | 'syncing' | 'live' | 'stale';

/** Messages kept while they wait for a hole to fill or for a snapshot. */
export const WAITING_MESSAGES_MAX = 100_000;

export interface SequencerOptions<T> {
  /** How long a hole may stay open for a late or a second copy, ms. 0 declares a gap at once. */
  readonly windowMs: number;
  /**
   * After a gap: 'resync' stops (state stale) until a snapshot, 'skip' goes on with what there is. 'skip' also starts with the
   * first message that comes, without a snapshot.
   */
  readonly afterGap: 'resync' | 'skip';
  /** Takes messages in order; `lost`: how many numbers are missing right before this one. */
  readonly deliver: (message: T, lost: number) => void;
  readonly waitingMax?: number;
}

export interface SequencerCounts {
  delivered: number;
  /** Copies of what was delivered already, and what a snapshot already holds. */
  duplicates: number;
  /** Holes that did not fill. */
  gaps: number;
  /** Numbers in those holes. Chains that name their predecessor count one per hole: how many numbers lie between is unknown. */
  missing: number;
  /** Returns from stale to live. */
  resyncs: number;
  /** Snapshots that were older than the oldest message that waits. */
  oldSnapshots: number;
  /** Waiting messages that were thrown out because too many waited; a later snapshot holds them. */
  overflowed: number;
  /** Time spent stale, ms, all and longest. */
  staleMs: number;
  longestStaleMs: number;
}

interface Waiting<T> {
  readonly first: number;
  readonly last: number;
  readonly previous: number | null;
  readonly arrivedMs: number;
  readonly message: T;
}

export class FeedSequencer<T> {
  readonly counts: SequencerCounts = {
    delivered: 0,
    duplicates: 0,
    gaps: 0,
    missing: 0,
    resyncs: 0,
    oldSnapshots: 0,
    overflowed: 0,
    staleMs: 0,
    longestStaleMs: 0,
  };
  readonly #windowMs: number;
  readonly #isSkipping: boolean;
  readonly #deliver: (message: T, lost: number) => void;
  readonly #waitingMax: number;
  /** Ordered by `last`, each `last` once. */
  #waiting: Waiting<T>[] = [];
  #state: FeedState = 'init';
  #last = -1;
  /** The next message may begin before the number that is due: the snapshot fell into the middle of it. */
  #isJoining = true;
  #lost = 0;
  #staleSinceMs: number | null = null;

  constructor(options: SequencerOptions<T>) {
    this.#windowMs = options.windowMs;
    this.#isSkipping = options.afterGap === 'skip';
    this.#deliver = options.deliver;
    this.#waitingMax = options.waitingMax ?? WAITING_MESSAGES_MAX;
  }

  get state(): FeedState {
    return this.#state;
  }

  /** Last number that was delivered, or is in the snapshot; -1 before the first. */
  get last(): number {
    return this.#last;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** When the oldest hole becomes a gap, ms; null while there is none. Call `tick` then. */
  get deadlineMs(): number | null {
    if (this.#state !== 'live' || this.#waiting.length === 0) return null;
    let oldestMs = Number.POSITIVE_INFINITY;
    for (const { arrivedMs } of this.#waiting) oldestMs = Math.min(oldestMs, arrivedMs);
    return oldestMs + this.#windowMs;
  }

  /** The subscription stands and a snapshot is asked for: messages are kept from now on. */
  begin(): void {
    invariant(this.#state !== 'live', 'a feed that is live needs no snapshot');
    this.#state = 'buffering';
  }

  /**
   * Takes a message with the numbers `first` to `last` of its feed (the same for most). `previous` is the last number of the
   * message before it where the feed tells that (Binance futures), null where numbers follow each other.
   */
  offer(first: number, last: number, previous: number | null, message: T, atMs: number): void {
    if (this.#state === 'init' && this.#isSkipping) this.#goLive(first - 1, atMs);
    if (this.#state !== 'live') {
      this.#keep({ first, last, previous, arrivedMs: atMs, message }, atMs);
      return;
    }
    this.tick(atMs);
    if (this.#state === 'live' && this.#waiting.length === 0 && this.#follows(first, last, previous)) {
      this.#hand(message, last);
      return;
    }
    this.#keep({ first, last, previous, arrivedMs: atMs, message }, atMs);
    if (this.#state === 'live') this.#drain(atMs);
  }

  /** Whether a snapshot that holds everything up to `sequence` is not behind what was delivered, and joins what waits. */
  joins(sequence: number): boolean {
    if (sequence < this.#last) return false;
    const next = this.#waiting.find(({ last }) => last > sequence);
    return next === undefined || next.first <= sequence + 1 || next.previous === sequence;
  }

  /**
   * A snapshot holds everything up to `sequence`: what waits and is newer is delivered. False, and nothing changes, when the
   * snapshot is too old to join: a newer one is needed.
   */
  snapshot(sequence: number, atMs: number): boolean {
    invariant(this.#state !== 'live', 'a snapshot comes while messages are kept');
    if (!this.joins(sequence)) {
      this.counts.oldSnapshots++;
      return false;
    }
    const fresh = this.#waiting.filter(({ last }) => last > sequence);
    this.counts.duplicates += this.#waiting.length - fresh.length;
    this.#waiting = fresh;
    this.#state = 'syncing';
    this.#goLive(sequence, atMs);
    this.#drain(atMs);
    return true;
  }

  /** No snapshot will come: goes live from the oldest message that waits, or from the next one. */
  startWithoutSnapshot(atMs: number): void {
    invariant(this.#state !== 'live', 'a feed that is live has started');
    const oldest = this.#waiting[0];
    if (oldest === undefined) return;
    this.#goLive(oldest.first - 1, atMs);
    this.#drain(atMs);
  }

  /** Time has come to `atMs`: declares the gaps whose window is over. */
  tick(atMs: number): void {
    for (let dueMs = this.deadlineMs; dueMs !== null && dueMs <= atMs; dueMs = this.deadlineMs) {
      this.#declareGap(dueMs);
    }
  }

  /** Another session of the feed begins: numbers start anew, nothing that waits is of use. */
  reset(): void {
    this.#waiting = [];
    this.#state = 'init';
    this.#last = -1;
    this.#lost = 0;
    this.#isJoining = true;
  }

  /** The connection was lost while the feed was live: what it knows is stale from now on. */
  interrupt(atMs: number): void {
    if (this.#state !== 'live') return;
    this.#waiting = [];
    this.#state = 'stale';
    this.#staleSinceMs = atMs;
  }

  #goLive(last: number, atMs: number): void {
    this.#last = last;
    this.#isJoining = true;
    this.#state = 'live';
    if (this.#staleSinceMs === null) return;
    const staleMs = Math.max(0, atMs - this.#staleSinceMs);
    this.counts.staleMs += staleMs;
    this.counts.longestStaleMs = Math.max(this.counts.longestStaleMs, staleMs);
    this.counts.resyncs++;
    this.#staleSinceMs = null;
  }

  #follows(first: number, last: number, previous: number | null): boolean {
    if (last <= this.#last) return false;
    if (previous !== null && previous === this.#last) return true;
    if (this.#isJoining) return first <= this.#last + 1;
    return previous === null && first === this.#last + 1;
  }

  #hand(message: T, last: number): void {
    const lost = this.#lost;
    this.#lost = 0;
    this.#last = last;
    this.#isJoining = false;
    this.counts.delivered++;
    this.#deliver(message, lost);
  }

  #keep(entry: Waiting<T>, atMs: number): void {
    if (entry.last <= this.#last) {
      this.counts.duplicates++;
      return;
    }
    let at = this.#waiting.length;
    while (at > 0 && this.#waiting[at - 1]!.last > entry.last) at--;
    if (at > 0 && this.#waiting[at - 1]!.last === entry.last) {
      this.counts.duplicates++;
      return;
    }
    this.#waiting.splice(at, 0, entry);
    if (this.#waiting.length <= this.#waitingMax) return;
    if (this.#state === 'live') {
      this.#declareGap(atMs);
    } else {
      this.#waiting.shift();
      this.counts.overflowed++;
    }
  }

  /** Delivers what waits as far as it follows. Messages that something newer covered are dropped. */
  #drain(atMs: number): void {
    let taken = 0;
    while (taken < this.#waiting.length) {
      const { first, last, previous, message } = this.#waiting[taken]!;
      if (this.#follows(first, last, previous)) this.#hand(message, last);
      else if (last <= this.#last) this.counts.duplicates++;
      else break;
      taken++;
    }
    if (taken > 0) this.#waiting.splice(0, taken);
    if (this.#windowMs === 0) this.tick(atMs);
  }

  #declareGap(atMs: number): void {
    const next = this.#waiting[0]!;
    const lost = next.previous === null ? next.first - this.#last - 1 : 1;
    this.counts.gaps++;
    this.counts.missing += lost;
    if (!this.#isSkipping) {
      this.#state = 'stale';
      this.#staleSinceMs = atMs;
      return;
    }
    this.#lost = lost;
    this.#last = next.first - 1;
    this.#isJoining = true;
    this.#drain(atMs);
  }
}
