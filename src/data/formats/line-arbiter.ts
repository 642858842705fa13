// hot: bench/mdp-decode.ts
/**
 * Joins the captured lines (A and B) of one channel or session: each number is delivered once, in order, from whichever line had it
 * first. A packet that is ahead is kept until those before it came on either line, or until the window is over: then they are lost.
 * A packet has one number (MDP 3.0) or as many as it has messages (MoldUDP64); packets of two lines may be cut differently.
 *
 *   A  1 2 . 4 5           deliver 1 2; 4 waits; 3 comes from B: deliver 3 4; 5 …
 *   B  1 2 3 4 5           without B the hole is a gap when `windowMs` have passed since 4
 *
 * The time is that of the capture, an argument. A second copy is known by number and sending time; a number that comes again much
 * later is one of a new session, in which numbers start anew.
 *
 * `FeedSequencer` (`../transport`) is the machine of live feeds, and not this one: it joins a feed to a snapshot of the whole feed, is
 * stale until there is one, and knows numbers that name their predecessor; its messages are objects that it holds. A capture has
 * no one to ask: after a gap it goes on, and what follows is doubtful until a snapshot in the capture says otherwise, for each
 * instrument by itself. And its packets are read where they lie: only those that wait are copied.
 * Source: market-rules §12.1, §12.4, §12.8.
 */

import { TwinError } from '../../base/index.ts';

/** Numbers whose sending times are remembered; a power of two. */
const REMEMBERED = 4096;
/** Packets that may wait for one hole. */
export const KEPT_PACKETS_MAX = 4096;
/** An old number that was sent this much later than the newest packet is of a new session. */
const RESTART_NS_HIGH = 3; // 3 · 2^32 ns, about 13 s

/** What the caller does with a packet that it offers: reads it, gives it to `keep`, passes it over. */
export const ARBITER_DELIVER = 0;
export const ARBITER_KEEP = 1;
export const ARBITER_REPEATED = 2;
/** Its number was passed over as lost, or it is older than what is remembered. */
export const ARBITER_LATE = 3;
/** A new session: everything before is over. Then offer it again. */
export const ARBITER_RESTART = 4;

export interface KeptPacket {
  /** Its first number. */
  readonly sequence: number;
  /** Numbers that it has; 0 for one that only tells which is next. */
  readonly count: number;
  /** Place of the packet in its capture. */
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly sentHigh: number;
  readonly sentLow: number;
  readonly receivedSeconds: number;
  readonly receivedNanos: number;
  readonly arrivedMs: number;
}

export class LineArbiter {
  readonly #windowMs: number;
  #next = -1;
  #newestHigh = 0;
  readonly #sequences = new Float64Array(REMEMBERED).fill(-1);
  readonly #sentHigh = new Uint32Array(REMEMBERED);
  readonly #sentLow = new Uint32Array(REMEMBERED);
  readonly #kept = new Map<number, KeptPacket>();
  /** Numbers at the start of the packet that was delivered last which had been delivered before. */
  repeats = 0;
  /** Number that was due when the kept ones were looked through. */
  #sought = -1;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** Number that is due; -1 before the first packet. */
  get next(): number {
    return this.#next;
  }

  get keptCount(): number {
    return this.#kept.size;
  }

  /** Place in the capture of the kept packet that comes first by number; -1 where none is kept. */
  get firstKept(): number {
    let first: KeptPacket | null = null;
    for (const packet of this.#kept.values())
      if (first === null || packet.sequence < first.sequence) first = packet;
    return first === null ? -1 : first.index;
  }

  get isFull(): boolean {
    return this.#kept.size >= KEPT_PACKETS_MAX;
  }

  /** Looks at a packet and says what to do with it. Of one that is delivered, the first `repeats` numbers are not new. */
  offer(sequence: number, count: number, sentHigh: number, sentLow: number): number {
    if (this.#next < 0) this.#next = sequence;
    if (sequence === this.#next || (sequence < this.#next && sequence + count > this.#next)) {
      this.#deliver(sequence, count, sentHigh, sentLow);
      return ARBITER_DELIVER;
    }
    if (sequence < this.#next) return this.#old(sequence, sentHigh, sentLow);
    const known = this.#kept.get(sequence);
    return known !== undefined && known.count >= count ? ARBITER_REPEATED : ARBITER_KEEP;
  }

  /** Keeps a packet that is ahead. */
  keep(packet: KeptPacket): void {
    if (this.isFull) {
      throw new TwinError('BASE_LIMIT', 'packets that wait for a hole are below their limit', {
        limit: KEPT_PACKETS_MAX,
        due: this.#next,
        sequence: packet.sequence,
      });
    }
    this.#kept.set(packet.sequence, packet);
  }

  #deliver(sequence: number, count: number, sentHigh: number, sentLow: number): void {
    const at = sequence & (REMEMBERED - 1);
    this.#sequences[at] = sequence;
    this.#sentHigh[at] = sentHigh;
    this.#sentLow[at] = sentLow;
    this.#newestHigh = sentHigh;
    this.repeats = this.#next - sequence;
    this.#next = sequence + count;
  }

  #old(sequence: number, sentHigh: number, sentLow: number): number {
    const at = sequence & (REMEMBERED - 1);
    const isKnown = this.#sequences[at] === sequence;
    if (isKnown && this.#sentHigh[at] === sentHigh && this.#sentLow[at] === sentLow) return ARBITER_REPEATED;
    return sentHigh > this.#newestHigh + RESTART_NS_HIGH ? ARBITER_RESTART : ARBITER_LATE;
  }

  /** The kept packet that is due now, which counts as delivered; null when none is. */
  due(): KeptPacket | null {
    if (this.#kept.size === 0) return null;
    const packet = this.#kept.get(this.#next) ?? this.#overlapping();
    if (packet === null) return null;
    this.#kept.delete(packet.sequence);
    this.#deliver(packet.sequence, packet.count, packet.sentHigh, packet.sentLow);
    return packet;
  }

  /** The kept packet that the number that is due lies within; those before it are of no use any more. */
  #overlapping(): KeptPacket | null {
    if (this.#sought === this.#next) return null;
    this.#sought = this.#next;
    let found: KeptPacket | null = null;
    for (const packet of this.#kept.values()) {
      if (packet.sequence > this.#next) continue;
      if (packet.sequence + packet.count > this.#next) found = packet;
      else this.#kept.delete(packet.sequence);
    }
    return found;
  }

  /**
   * Passes over what is missing when the window of the oldest kept packet is over at `nowMs`, or at once (`nowMs` null: nothing more
   * comes). Returns how many numbers are lost, 0 for none; what was kept is due then.
   */
  passOver(nowMs: number | null): number {
    if (this.#kept.size === 0 || this.#kept.has(this.#next)) return 0;
    let first = Number.POSITIVE_INFINITY;
    let oldestMs = Number.POSITIVE_INFINITY;
    for (const { sequence, arrivedMs } of this.#kept.values()) {
      first = Math.min(first, sequence);
      oldestMs = Math.min(oldestMs, arrivedMs);
    }
    if (nowMs !== null && nowMs < oldestMs + this.#windowMs) return 0;
    const lost = first - this.#next;
    this.#next = first;
    return lost;
  }

  /** Passes over what is missing before a packet at hand, which is not waited for. Returns how many numbers are lost; it is due then. */
  skipTo(sequence: number): number {
    const lost = sequence - this.#next;
    this.#next = sequence;
    return lost;
  }

  /** A new session begins. */
  restart(): void {
    this.#next = -1;
    this.#sought = -1;
    this.#kept.clear();
    this.#sequences.fill(-1);
  }
}
