/**
 * Which line of which feed a packet came on. A channel has an incremental feed, and repeats its snapshots and definitions on feeds of
 * their own, all on lines A and B. What a packet holds tells the feed; the last three digits of the port are the channel, and the
 * lines differ in the first two (14340 and 15340).
 */

import { LineArbiter } from '../line-arbiter.ts';

export type FeedName = 'incremental' | 'snapshot' | 'orderSnapshot' | 'definition' | 'tcp';

/** Lines of one capture. */
export const LINES_MAX = 4096;
const CHANNEL_DIGITS = 1000;

export interface Line {
  readonly channel: number;
  /** Feed of its last packet that told one; null before that. */
  feed: FeedName | null;
  /** Joins the lines of the channel's incremental feed; null until one of its packets came on this line. */
  arbiter: LineArbiter | null;
}

export class PacketLines {
  readonly #windowMs: number;
  readonly #lines = new Map<number, Line>();
  /** What joins the lines of the incremental feeds, by channel. */
  readonly incremental = new Map<number, LineArbiter>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** The line of a destination; null when there are too many to be lines of feeds. */
  line(host: number, port: number): Line | null {
    const key = host * 65_536 + port;
    let line = this.#lines.get(key);
    if (line === undefined) {
      if (this.#lines.size >= LINES_MAX) return null;
      line = { channel: port % CHANNEL_DIGITS, feed: null, arbiter: null };
      this.#lines.set(key, line);
    }
    return line;
  }

  /** What joins the line with the others of its channel. */
  arbiterOf(line: Line): LineArbiter {
    if (line.arbiter !== null) return line.arbiter;
    let arbiter = this.incremental.get(line.channel);
    if (arbiter === undefined) {
      arbiter = new LineArbiter(this.#windowMs);
      this.incremental.set(line.channel, arbiter);
    }
    line.arbiter = arbiter;
    return arbiter;
  }
}

/** Packets of feeds that are repeated in rounds, each known by number and sending time: the second copy is passed over. */
export class RepeatFilter {
  readonly #seen = new Set<string>();
  readonly #kept: number;

  constructor(kept: number) {
    this.#kept = kept;
  }

  isNew(feed: string, channel: number, sequence: number, sentHigh: number, sentLow: number): boolean {
    const key = `${feed}:${channel}:${sequence}:${sentHigh}:${sentLow}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    // Sets keep their order: the oldest one goes.
    if (this.#seen.size > this.#kept) this.#seen.delete(this.#seen.values().next().value!);
    return true;
  }
}
