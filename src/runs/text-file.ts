/** A text or byte file written in large pieces and in order. It appears under its name only when it is complete. */

import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { TwinError } from '../base/index.ts';
import { writeFault } from './fs-faults.ts';

const STAGED_CHARS = 1 << 20;

export class TextFile {
  readonly #temporary: string;
  #fd: number;
  #parts: string[] = [];
  #chars = 0;

  /** Opens a temporary file beside `path`. Raises RUNS_WRITE. */
  constructor(path: string) {
    this.#temporary = `${path}.${process.pid}.part`;
    const present = statSync(path, { throwIfNoEntry: false });
    if (present !== undefined && !present.isFile()) {
      throw new TwinError(
        'RUNS_WRITE',
        'what is written becomes a file, in the place of a file or of nothing',
        {
          path,
          found: present.isDirectory() ? 'a folder' : 'a device or pipe',
        },
      );
    }
    try {
      this.#fd = openSync(this.#temporary, 'w');
    } catch (error) {
      throw writeFault(path, error);
    }
  }

  /** Appends text; it reaches the disk in pieces of about a megabyte. */
  append(text: string): void {
    this.#parts.push(text);
    this.#chars += text.length;
    if (this.#chars >= STAGED_CHARS) this.#flush();
  }

  /** Appends bytes at once. */
  appendBytes(bytes: Uint8Array): void {
    this.#flush();
    this.#write(bytes);
  }

  /** Ends the file and gives it its name. */
  finish(path: string): void {
    this.#flush();
    try {
      fsyncSync(this.#fd);
      closeSync(this.#fd);
      this.#fd = -1;
      renameSync(this.#temporary, path);
    } catch (error) {
      throw writeFault(path, error);
    }
  }

  /** Gives up: nothing stays behind. Does nothing after `finish`. */
  discard(): void {
    if (this.#fd < 0) return;
    closeSync(this.#fd);
    this.#fd = -1;
    rmSync(this.#temporary, { force: true });
  }

  #flush(): void {
    if (this.#parts.length === 0) return;
    const text = this.#parts.join('');
    this.#parts = [];
    this.#chars = 0;
    this.#write(Buffer.from(text));
  }

  #write(bytes: Uint8Array): void {
    try {
      for (let offset = 0; offset < bytes.length; )
        offset += writeSync(this.#fd, bytes, offset, bytes.length - offset);
    } catch (error) {
      throw writeFault(this.#temporary, error);
    }
  }
}
