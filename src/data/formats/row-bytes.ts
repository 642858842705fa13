// hot: bench/lobster.ts
/**
 * Bytes of a text file, cut into whole rows. Chunks may end anywhere; bytes after the last newline wait for the next
 * chunk. A parser may run over `bytes` from `position` without checking for the end, as long as it stops at a newline
 * and `position < wholeEnd`.
 */

import { TwinError } from '../../base/index.ts';

/** Longest row, bytes: 5,000 levels of four ten-digit columns. */
export const ROW_BYTES_MAX = 1 << 18;

export const NEWLINE = 10;
export const CARRIAGE_RETURN = 13;

const INITIAL_BYTES = 1 << 16;

export class RowBytes {
  bytes: Uint8Array;
  /** Next byte to parse. */
  position = 0;
  /** End of the last whole row: one after its newline. */
  wholeEnd = 0;
  /** True when the last row had no newline and got one, so that it may be cut short. */
  isLastRowOpen = false;
  #filled = 0;
  #isEnded = false;

  constructor() {
    this.bytes = new Uint8Array(INITIAL_BYTES);
  }

  write(chunk: Uint8Array): void {
    if (this.#isEnded) throw new TwinError('DATA_FORMAT', 'no bytes follow the end of a file', {});
    this.#makeRoom(chunk.length + 1);
    this.bytes.set(chunk, this.#filled);
    this.#filled += chunk.length;
    const newline = chunk.lastIndexOf(NEWLINE);
    if (newline >= 0) this.wholeEnd = this.#filled - chunk.length + newline + 1;
    const openBytes = this.#filled - Math.max(this.wholeEnd, this.position);
    if (openBytes > ROW_BYTES_MAX) {
      throw new TwinError('DATA_FORMAT', 'a row ends within ROW_BYTES_MAX bytes', {
        bytes: openBytes,
        ROW_BYTES_MAX,
      });
    }
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Start of the last whole row that is unread; `position` if there is none. */
  get lastRowStart(): number {
    if (this.wholeEnd - 1 <= this.position) return this.position;
    return Math.max(this.position, this.bytes.lastIndexOf(NEWLINE, this.wholeEnd - 2) + 1);
  }

  /** Says that no bytes follow: a last row without a newline becomes whole. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#filled === this.wholeEnd) return;
    this.bytes[this.#filled++] = NEWLINE;
    this.wholeEnd = this.#filled;
    this.isLastRowOpen = true;
  }

  /** True if the row that ends before `rowEnd` (one after its newline) is the last one and had no newline. */
  isOpenRow(rowEnd: number): boolean {
    return this.isLastRowOpen && rowEnd === this.wholeEnd;
  }

  /** One after the newline of the row that starts at or before `at`. */
  endOfRow(at: number): number {
    return this.bytes.indexOf(NEWLINE, at) + 1;
  }

  /** Keeps space for `count` bytes and a newline after what is there; moves what is unread to the front. */
  #makeRoom(count: number): void {
    if (this.#filled + count <= this.bytes.length) return;
    const unread = this.#filled - this.position;
    let capacity = this.bytes.length;
    while (capacity < unread + count) capacity *= 2;
    const to = capacity === this.bytes.length ? this.bytes : new Uint8Array(capacity);
    to.set(this.bytes.subarray(this.position, this.#filled));
    this.bytes = to;
    this.wholeEnd -= this.position;
    this.#filled = unread;
    this.position = 0;
  }
}

/** Text of a row without its line end, for messages. */
export function rowText(bytes: Uint8Array, start: number, rowEnd: number): string {
  let end = rowEnd - 1;
  if (end > start && bytes[end - 1] === CARRIAGE_RETURN) end--;
  return new TextDecoder('latin1').decode(bytes.subarray(start, Math.min(end, start + ROW_BYTES_MAX)));
}

/** Throws a clear fault if a file that should start with digits starts with something people mistake for a row. */
export function checkFirstBytes(bytes: Uint8Array, start: number, rowEnd: number, source: string): void {
  const first = bytes[start]!;
  if (first === 0x1f && bytes[start + 1] === 0x8b) {
    throw new TwinError('DATA_FORMAT', 'a LOBSTER file is unpacked before it is decoded', {
      source,
      found: 'gzip',
    });
  }
  const isLetter = (first >= 65 && first <= 90) || (first >= 97 && first <= 122);
  if (isLetter || first === 0x22 || first === 0x23 || first === 0xef) {
    throw new TwinError('DATA_FORMAT', 'a LOBSTER file has no header line and starts with a number', {
      source,
      found: rowText(bytes, start, rowEnd).slice(0, 80),
    });
  }
}
