/** Journals of JSON lines: a line is there whole or not at all, and what was appended outlives the process. */

import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';

const NEWLINE = 10;

/** Appends a value as one line and makes sure the disk has it. A torn line that a crash left at the end is cut off first. */
export function appendLine(path: string, value: unknown): void {
  const fd = openSync(path, 'a+');
  try {
    cutTornLine(fd);
    writeSync(fd, `${JSON.stringify(value)}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Appends many lines: each is with the system at once, so that it outlives the process, and with the disk at `sync`. */
export class LineWriter {
  readonly #fd: number;
  #unsynced = 0;

  /** A torn line that a crash left at the end is cut off first. */
  constructor(path: string) {
    this.#fd = openSync(path, 'a+');
    cutTornLine(this.#fd);
  }

  append(value: unknown): void {
    writeSync(this.#fd, `${JSON.stringify(value)}\n`);
    this.#unsynced++;
  }

  /** Lines since the last `sync`. */
  get unsynced(): number {
    return this.#unsynced;
  }

  sync(): void {
    if (this.#unsynced > 0) fsyncSync(this.#fd);
    this.#unsynced = 0;
  }

  close(): void {
    this.sync();
    closeSync(this.#fd);
  }
}

/** The values of the whole lines of a file, in order; what follows the last line end is not one. Raises SyntaxError. */
export function readLines(path: string): unknown[] {
  const text = readFileSync(path, 'utf8');
  const end = text.lastIndexOf('\n');
  return text
    .slice(0, Math.max(end, 0))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

function cutTornLine(fd: number): void {
  let size = fstatSync(fd).size;
  const block = Buffer.alloc(65_536);
  while (size > 0) {
    const from = Math.max(0, size - block.length);
    const read = readSync(fd, block, 0, size - from, from);
    const at = block.subarray(0, read).lastIndexOf(NEWLINE);
    if (at >= 0) {
      if (from + at + 1 < fstatSync(fd).size) ftruncateSync(fd, from + at + 1);
      return;
    }
    size = from;
  }
  ftruncateSync(fd, 0);
}
