/**
 * MoldUDP64, the numbered packets that carry ITCH: session (10 bytes), sequence number of the first message (8), number
 * of messages (2), then each message behind a 2-byte length. Messages are numbered from 1 within a session.
 *
 * The lines (A and B) of a feed have the same session: they are joined by its numbers. A packet that is ahead waits until
 * those before it came, or the window is over by the clock of the capture, and then there is a gap. What came already is a
 * repeat and dropped, also what fills a gap when its window is over. A packet numbered 0, as in captures with blanked
 * headers, has no place in a sequence; its messages are taken as they are, and where a capture has no clock nothing waits.
 * Source: Nasdaq MoldUDP64 protocol specification 1.00; market-rules §12.1, §12.8.
 */

import { TwinError } from '../../base/index.ts';
import type { Quarantine } from '../quarantine.ts';
import { ARBITER_DELIVER, ARBITER_KEEP, LineArbiter } from './line-arbiter.ts';

export const MOLD_HEADER_BYTES = 20;
/** Message count that says: the session is over. */
export const MOLD_END_OF_SESSION = 0xffff;
/** Sessions of one capture. */
export const MOLD_SESSIONS_MAX = 1024;

const TWO_32 = 0x1_0000_0000;
const SAFE_HI_MAX = 0x1f_ffff;
const NS_PER_MS = 1e6;

/** A packet by its numbers and its place in the capture. */
interface Numbered {
  readonly sequence: number;
  readonly count: number;
  readonly index: number;
}

export interface MoldHeader {
  /** Ten characters. */
  readonly session: string;
  /** Number of the first message, or of the next one where there is none. */
  readonly sequence: bigint;
  /** Messages in the packet: 0 = heartbeat, MOLD_END_OF_SESSION = end of session. */
  readonly count: number;
}

/** Reads a header; raises DATA_RECORD when it is cut. */
export function decodeMoldHeader(bytes: Uint8Array, offset = 0): MoldHeader {
  if (offset < 0 || offset + MOLD_HEADER_BYTES > bytes.length) {
    throw new TwinError('DATA_RECORD', 'a MoldUDP64 header has 20 bytes', { bytes: bytes.length - offset });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    session: String.fromCharCode(...bytes.subarray(offset, offset + 10)),
    sequence: view.getBigUint64(offset + 10),
    count: view.getUint16(offset + 18),
  };
}

/** Writes a header; raises DATA_RECORD when a value does not fit. */
export function encodeMoldHeader(header: MoldHeader): Uint8Array {
  const { session, sequence, count } = header;
  const isFit =
    /^[\0-\xff]{10}$/.test(session) &&
    sequence >= 0n &&
    sequence < 1n << 64n &&
    Number.isInteger(count) &&
    count >= 0 &&
    count <= 0xffff;
  if (!isFit) {
    throw new TwinError('DATA_RECORD', 'a MoldUDP64 header has ten characters, 64 and 16 bits', {
      session,
      sequence,
      count,
    });
  }
  const bytes = new Uint8Array(MOLD_HEADER_BYTES);
  for (let i = 0; i < 10; i++) bytes[i] = session.charCodeAt(i);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(10, sequence);
  view.setUint16(18, count);
  return bytes;
}

/** Follows the sessions of a capture. After `accept`, and `due`, the new messages lie in `bytes` between `messagesAt` and `messagesEnd`. */
export class MoldSequencer {
  bytes: Uint8Array = new Uint8Array(0);
  messagesAt = 0;
  messagesEnd = 0;
  /** New messages of the last packet. */
  messageCount = 0;
  /** When the packet of the new messages was captured; -1 where the capture has no clock. */
  captureSeconds = -1;
  captureNanos = 0;
  /** Whether a message has gone missing in any session so far. */
  hasGap = false;
  /** Messages that no packet brought in its turn. */
  missingCount = 0;
  /** Messages dropped as repeats. */
  repeatCount = 0;
  heartbeatCount = 0;
  endOfSessionCount = 0;
  readonly #quarantine: Quarantine;
  readonly #windowMs: number;
  readonly #sessions = new Map<string, LineArbiter>();
  /** Time of the capture so far, ms since 1970; null where it has no clock. */
  #nowMs: number | null = null;

  /** `windowMs`: how long a hole may stay open for a late packet or the other line. */
  constructor(quarantine: Quarantine, windowMs = 0) {
    this.#quarantine = quarantine;
    this.#windowMs = windowMs;
  }

  /**
   * Takes a packet's payload, `bytes` from `at` to `end`; returns whether it brings new messages that are due. What was kept is to be
   * asked for with `due` before the next packet.
   */
  accept(bytes: Uint8Array, at: number, end: number, packetIndex: number, seconds = -1, nanos = 0): boolean {
    this.messageCount = 0;
    this.messagesAt = end;
    this.messagesEnd = end;
    this.bytes = bytes;
    this.captureSeconds = seconds;
    this.captureNanos = nanos;
    this.#nowMs = seconds < 0 ? null : seconds * 1000 + nanos / NS_PER_MS;
    if (end - at < MOLD_HEADER_BYTES) return this.#damaged(packetIndex, 'shorter than a MoldUDP64 header');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const hi = view.getUint32(at + 10);
    if (hi > SAFE_HI_MAX) return this.#damaged(packetIndex, 'sequence number beyond 2^53');
    const sequence = hi * TWO_32 + view.getUint32(at + 14);
    const stated = view.getUint16(at + 18);
    const count = stated === MOLD_END_OF_SESSION ? 0 : stated;
    const first = at + MOLD_HEADER_BYTES;
    if (count === 0) {
      if (first !== end) return this.#damaged(packetIndex, 'messages in a packet that announces none');
      if (stated === 0) this.heartbeatCount++;
      else this.endOfSessionCount++;
    } else if (skipMessages(view, first, end, count) !== end) {
      return this.#damaged(packetIndex, `not filled by its ${count} messages`);
    }
    if (sequence === 0) {
      this.#show(view, first, end, count, 0);
      return count > 0;
    }
    return this.#offer(sessionOf(bytes, at), view, first, end, { sequence, count, index: packetIndex });
  }

  /**
   * Whether a packet that was kept is due now; its messages are then those to read. With `isEnd` nothing more comes: holes are not
   * waited for.
   */
  due(isEnd: boolean): boolean {
    for (const [session, arbiter] of this.#sessions) {
      while (arbiter.keptCount > 0) {
        const packet = arbiter.due();
        if (packet === null) {
          const isWaiting = !isEnd && this.#nowMs !== null && !arbiter.isFull;
          const from = arbiter.next;
          const lost = arbiter.passOver(isWaiting ? this.#nowMs : null);
          if (lost === 0) break;
          this.#noteLost(session, from, lost, arbiter.firstKept);
          continue;
        }
        const { bytes, count, receivedSeconds, receivedNanos } = packet;
        this.bytes = bytes;
        this.captureSeconds = receivedSeconds;
        this.captureNanos = receivedNanos;
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        this.#show(view, 0, bytes.length, count, arbiter.repeats);
        if (this.messageCount > 0) return true;
      }
    }
    return false;
  }

  /** Delivers, keeps or drops a packet whose messages lie in `view` from `first` to `end`. */
  #offer(session: string, view: DataView, first: number, end: number, packet: Numbered): boolean {
    const { sequence, count, index } = packet;
    const arbiter = this.#arbiterOf(session);
    const verdict = arbiter.offer(sequence, count, 0, 0);
    if (verdict === ARBITER_DELIVER) {
      this.#show(view, first, end, count, arbiter.repeats);
      return this.messageCount > 0;
    }
    if (verdict !== ARBITER_KEEP) {
      this.repeatCount += count;
      return false;
    }
    if (this.#nowMs === null || this.#windowMs === 0) {
      this.#noteLost(session, arbiter.next, arbiter.skipTo(sequence), index);
      return this.#offer(session, view, first, end, packet);
    }
    arbiter.keep({
      ...packet,
      bytes: new Uint8Array(view.buffer, view.byteOffset + first, end - first).slice(),
      sentHigh: 0,
      sentLow: 0,
      receivedSeconds: this.captureSeconds,
      receivedNanos: this.captureNanos,
      arrivedMs: this.#nowMs,
    });
    return false;
  }

  #show(view: DataView, first: number, end: number, count: number, repeats: number): void {
    this.repeatCount += Math.min(count, repeats);
    this.messageCount = Math.max(0, count - repeats);
    this.messagesAt = skipMessages(view, first, end, count - this.messageCount);
    this.messagesEnd = end;
  }

  #noteLost(session: string, from: number, lost: number, packetIndex: number): void {
    this.hasGap = true;
    this.missingCount += lost;
    const detail = `session ${JSON.stringify(session)} goes on at ${from + lost}, expected ${from}`;
    this.#quarantine.add('gap', packetIndex, detail);
  }

  #arbiterOf(session: string): LineArbiter {
    let arbiter = this.#sessions.get(session);
    if (arbiter !== undefined) return arbiter;
    if (this.#sessions.size === MOLD_SESSIONS_MAX) {
      throw new TwinError('BASE_LIMIT', 'a capture has at most MOLD_SESSIONS_MAX sessions', {
        source: this.#quarantine.source,
      });
    }
    arbiter = new LineArbiter(this.#windowMs);
    this.#sessions.set(session, arbiter);
    return arbiter;
  }

  #damaged(packetIndex: number, detail: string): false {
    this.#quarantine.add('packet-damaged', packetIndex, detail);
    return false;
  }
}

function sessionOf(bytes: Uint8Array, at: number): string {
  let session = '';
  for (let i = at; i < at + 10; i++) session += String.fromCharCode(bytes[i]!);
  return session;
}

/** Position behind the next `count` messages, or -1 when they are not all there; an empty message is none. */
function skipMessages(view: DataView, start: number, end: number, count: number): number {
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 2 > end) return -1;
    const length = view.getUint16(at);
    at += 2 + length;
    if (length === 0 || at > end) return -1;
  }
  return at;
}
