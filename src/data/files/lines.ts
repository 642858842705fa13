/** Lines of text out of bytes that are cut anywhere. */

import { TwinError } from '../../base/index.ts';

/** Longest line that is taken: a snapshot of a whole book on one line has some megabytes. */
export const LINE_BYTES_MAX = 64 * 1024 * 1024;
const NEWLINE = 10;
const RETURN = 13;

export class LineReader {
  readonly #onLine: (line: string) => void;
  /** The beginning of a line whose end has not come. */
  #rest: Buffer[] = [];
  #restBytes = 0;

  /** `onLine` gets each line without its end; what stands behind the last end of line is a line too, unless it is empty. */
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  write(bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let start = 0;
    for (let end = buffer.indexOf(NEWLINE); end >= 0; end = buffer.indexOf(NEWLINE, start)) {
      if (this.#restBytes === 0) this.#emit(buffer, start, end);
      else {
        this.#keep(buffer.subarray(start, end));
        this.#emitRest();
      }
      start = end + 1;
    }
    if (start < buffer.length) this.#keep(Buffer.from(buffer.subarray(start)));
  }

  /** The text ends. */
  end(): void {
    if (this.#restBytes > 0) this.#emitRest();
  }

  #keep(piece: Buffer): void {
    this.#rest.push(piece);
    this.#restBytes += piece.length;
    if (this.#restBytes <= LINE_BYTES_MAX) return;
    throw new TwinError('DATA_FORMAT', 'a line of a text file is not longer than its limit', {
      limitBytes: LINE_BYTES_MAX,
    });
  }

  #emitRest(): void {
    const line = this.#rest.length === 1 ? this.#rest[0]! : Buffer.concat(this.#rest);
    this.#rest = [];
    this.#restBytes = 0;
    this.#emit(line, 0, line.length);
  }

  #emit(buffer: Buffer, start: number, end: number): void {
    const stop = end > start && buffer[end - 1] === RETURN ? end - 1 : end;
    this.#onLine(buffer.toString('utf8', start, stop));
  }
}

/** The first whole line of the beginning of a file; the whole of it when the file has just that line. */
export function firstLine(head: Uint8Array, isWhole: boolean): string | null {
  const end = head.indexOf(NEWLINE);
  if (end < 0 && !isWhole && head.length < 65_536) return null;
  return new TextDecoder().decode(end < 0 ? head : head.subarray(0, end)).replace(/\r$/, '');
}
