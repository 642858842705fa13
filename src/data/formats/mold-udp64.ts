/**
 * MoldUDP64, the numbered packets that carry ITCH: session (10 bytes), sequence number of the first message (8), number
 * of messages (2), then each message behind a 2-byte length. Messages are numbered from 1 within a session.
 *
 * Per session the next number is remembered. Higher ones leave a gap, lower ones are repeats and dropped, also when they
 * fill a gap late: a captured feed is taken as it came, without a window for reordering. A packet numbered 0, as in
 * captures with blanked headers, has no place in a sequence; its messages are taken as they are.
 * Source: Nasdaq MoldUDP64 protocol specification 1.00; market-rules §12.1, §12.8.
 */

import { TwinError } from '../../base/index.ts';
import type { Quarantine } from '../quarantine.ts';

export const MOLD_HEADER_BYTES = 20;
/** Message count that says: the session is over. */
export const MOLD_END_OF_SESSION = 0xffff;
/** Sessions of one capture. */
export const MOLD_SESSIONS_MAX = 1024;

const TWO_32 = 0x1_0000_0000;
const SAFE_HI_MAX = 0x1f_ffff;

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

/** Follows the sessions of a capture. After `accept` the new messages lie between `messagesAt` and `messagesEnd`. */
export class MoldSequencer {
  messagesAt = 0;
  messagesEnd = 0;
  /** New messages of the last packet. */
  messageCount = 0;
  /** Whether a message has gone missing in any session so far. */
  hasGap = false;
  /** Messages that no packet brought in its turn. */
  missingCount = 0;
  /** Messages dropped as repeats. */
  repeatCount = 0;
  heartbeatCount = 0;
  endOfSessionCount = 0;
  readonly #quarantine: Quarantine;
  readonly #nextBySession = new Map<string, number>();

  constructor(quarantine: Quarantine) {
    this.#quarantine = quarantine;
  }

  /** Takes a packet's payload, `bytes` from `at` to `end`; returns whether it brings new messages. */
  accept(bytes: Uint8Array, at: number, end: number, packetIndex: number): boolean {
    this.messageCount = 0;
    this.messagesAt = end;
    this.messagesEnd = end;
    if (end - at < MOLD_HEADER_BYTES) return this.#damaged(packetIndex, 'shorter than a MoldUDP64 header');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const hi = view.getUint32(at + 10);
    if (hi > SAFE_HI_MAX) return this.#damaged(packetIndex, 'sequence number beyond 2^53');
    const sequence = hi * TWO_32 + view.getUint32(at + 14);
    const count = view.getUint16(at + 18);
    const first = at + MOLD_HEADER_BYTES;
    if (count === 0 || count === MOLD_END_OF_SESSION) {
      if (first !== end) return this.#damaged(packetIndex, 'messages in a packet that announces none');
      if (count === 0) this.heartbeatCount++;
      else this.endOfSessionCount++;
      if (sequence !== 0) this.#advance(sessionOf(bytes, at), sequence, 0, packetIndex);
      return false;
    }
    if (skipMessages(view, first, end, count) !== end) {
      return this.#damaged(packetIndex, `not filled by its ${count} messages`);
    }
    const repeats = sequence === 0 ? 0 : this.#advance(sessionOf(bytes, at), sequence, count, packetIndex);
    this.messageCount = count - repeats;
    this.messagesAt = skipMessages(view, first, end, repeats);
    return this.messageCount > 0;
  }

  /** Moves the session behind the packet and returns how many of its messages were there before. */
  #advance(session: string, sequence: number, count: number, packetIndex: number): number {
    const expected = this.#nextBySession.get(session);
    if (expected === undefined && this.#nextBySession.size === MOLD_SESSIONS_MAX) {
      throw new TwinError('BASE_LIMIT', 'a capture has at most MOLD_SESSIONS_MAX sessions', {
        source: this.#quarantine.source,
      });
    }
    const next = sequence + count;
    if (expected === undefined || next > expected) this.#nextBySession.set(session, next);
    if (expected === undefined || sequence === expected) return 0;
    if (sequence > expected) {
      this.hasGap = true;
      this.missingCount += sequence - expected;
      const detail = `session ${JSON.stringify(session)} goes on at ${sequence}, expected ${expected}`;
      this.#quarantine.add('gap', packetIndex, detail);
      return 0;
    }
    const repeats = Math.min(count, expected - sequence);
    this.repeatCount += repeats;
    return repeats;
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
