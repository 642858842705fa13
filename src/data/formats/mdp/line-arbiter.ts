// hot: bench/mdp-decode.ts
/**
 * Joins the lines (A and B) of one channel: each packet is delivered once, in the order of the numbers, from whichever line had it
 * first. A packet that is ahead is kept until those before it came on either line, or until the window is over: then they are lost.
 *
 *   A  1 2 . 4 5           deliver 1 2; 4 waits; 3 comes from B: deliver 3 4; 5 …
 *   B  1 2 3 4 5           without B the hole is a gap when `windowMs` have passed since 4
 *
 * The time is that of the capture, an argument. A second copy is known by number and sending time; a number that comes again much
 * later is one of a new session, in which numbers start anew.
 * Source: market-rules §12.4, §12.8.
 */

import { TwinError } from '../../../base/index.ts';

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
  readonly sequence: number;
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

  /** Looks at a packet and says what to do with it. */
  offer(sequence: number, sentHigh: number, sentLow: number): number {
    if (this.#next < 0) this.#next = sequence;
    if (sequence === this.#next) {
      this.#deliver(sequence, sentHigh, sentLow);
      return ARBITER_DELIVER;
    }
    if (sequence < this.#next) return this.#old(sequence, sentHigh, sentLow);
    return this.#kept.has(sequence) ? ARBITER_REPEATED : ARBITER_KEEP;
  }

  /** Keeps a packet that is ahead. */
  keep(packet: KeptPacket): void {
    if (this.#kept.size >= KEPT_PACKETS_MAX) {
      throw new TwinError('BASE_LIMIT', 'packets that wait for a hole are below their limit', {
        limit: KEPT_PACKETS_MAX,
        due: this.#next,
        sequence: packet.sequence,
      });
    }
    this.#kept.set(packet.sequence, packet);
  }

  #deliver(sequence: number, sentHigh: number, sentLow: number): void {
    const at = sequence & (REMEMBERED - 1);
    this.#sequences[at] = sequence;
    this.#sentHigh[at] = sentHigh;
    this.#sentLow[at] = sentLow;
    this.#newestHigh = sentHigh;
    this.#next = sequence + 1;
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
    const packet = this.#kept.get(this.#next);
    if (packet === undefined) return null;
    this.#kept.delete(packet.sequence);
    this.#deliver(packet.sequence, packet.sentHigh, packet.sentLow);
    return packet;
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

  /** A new session begins. */
  restart(): void {
    this.#next = -1;
    this.#kept.clear();
    this.#sequences.fill(-1);
  }
}
