// hot: bench/journal.ts, at most 60 ns per record
/** Writes sealed event records to disk as they are: copied into one large buffer, given to the disk when it is full. */

import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { invariant, type TwinError } from '../base/index.ts';
import { type EventSink, RECORD_BYTES, RECORD_WORDS } from '../domain/index.ts';
import { writeFault } from './fs-faults.ts';
import { encodeJournalHeader, type JournalHeader } from './journal-format.ts';

/** Records that wait in memory at most, a little below 1 MiB. */
const STAGED_RECORDS = 21_845;
const STAGED_WORDS = STAGED_RECORDS * RECORD_WORDS;
/** Below this a plain loop is faster than a bulk copy, which needs a view per call. */
const BULK_COPY_WORDS = 32 * RECORD_WORDS;

/** Writes `length` bytes of `bytes` from `offset` on and tells how many it took: `writeSync` of Node. */
export type WriteBytes = (fd: number, bytes: Uint8Array, offset: number, length: number) => number;

/**
 * An event sink that appends to a new file; an existing one is never overwritten. Raises RUNS_WRITE, after which the
 * writer takes no more records and everything the disk took stays readable.
 */
export class JournalWriter implements EventSink {
  readonly path: string;
  /** Records taken so far, those that still wait in memory included. */
  recordCount = 0;
  readonly #headerBytes: number;
  readonly #reservedHeaderBytes: number;
  readonly #words = new Int32Array(STAGED_WORDS);
  readonly #bytes = new Uint8Array(this.#words.buffer);
  readonly #writeBytes: WriteBytes;
  /** Words of the buffer in use. */
  #staged = 0;
  #fd = -1;
  #fault: TwinError | null = null;

  /** `reservedHeaderBytes` keeps room for a header that is completed later with `updateHeader`. */
  constructor(
    path: string,
    header: JournalHeader,
    writeBytes: WriteBytes = writeSync,
    reservedHeaderBytes = 0,
  ) {
    invariant(
      new Uint8Array(new Int32Array([1]).buffer)[0] === 1,
      'journals are written on little endian machines',
    );
    this.path = path;
    this.#writeBytes = writeBytes;
    this.#reservedHeaderBytes = reservedHeaderBytes;
    const block = encodeJournalHeader(header, reservedHeaderBytes);
    this.#headerBytes = block.length;
    try {
      this.#fd = openSync(path, 'wx');
    } catch (error) {
      throw writeFault(path, error);
    }
    try {
      this.#writeAll(block, block.length);
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /** Bytes of the file once everything taken so far is on disk. */
  get byteCount(): number {
    return this.#headerBytes + this.recordCount * RECORD_BYTES;
  }

  write(words: Int32Array, recordCount: number): void {
    if (this.#fault !== null) throw this.#fault;
    invariant(this.#fd >= 0, 'a closed journal takes no records');
    const wordCount = recordCount * RECORD_WORDS;
    let from = 0;
    while (from < wordCount) {
      if (this.#staged === STAGED_WORDS) this.flush();
      const free = STAGED_WORDS - this.#staged;
      const count = wordCount - from < free ? wordCount - from : free;
      this.#copy(words, from, count);
      from += count;
      this.recordCount += count / RECORD_WORDS;
    }
  }

  /** Writes the header over the first one, for a replay that learns its instruments as it goes. Needs reserved room. */
  updateHeader(header: JournalHeader): void {
    invariant(
      this.#reservedHeaderBytes > 0 && this.#fd >= 0,
      'only reserved headers of open journals are updated',
    );
    const block = encodeJournalHeader(header, this.#reservedHeaderBytes);
    try {
      writeSync(this.#fd, block, 0, block.length, 0);
    } catch (error) {
      throw writeFault(this.path, error);
    }
  }

  /** Gives what waits in memory to the operating system, so that readers see it. */
  flush(): void {
    if (this.#fault !== null) throw this.#fault;
    if (this.#staged === 0) return;
    this.#writeAll(this.#bytes, this.#staged * 4);
    this.#staged = 0;
  }

  /** Flushes, makes sure that the disk has it, and closes. A second call does nothing. */
  close(): void {
    if (this.#fd < 0) return;
    try {
      if (this.#fault === null) {
        this.flush();
        fsyncSync(this.#fd);
      }
    } catch (error) {
      throw writeFault(this.path, error);
    } finally {
      this.#release();
    }
  }

  #copy(words: Int32Array, from: number, count: number): void {
    const staged = this.#staged;
    const target = this.#words;
    if (count < BULK_COPY_WORDS) for (let i = 0; i < count; i++) target[staged + i] = words[from + i]!;
    else target.set(words.subarray(from, from + count), staged);
    this.#staged = staged + count;
  }

  /** The disk may take less than asked for; it is asked again until it has all or refuses. */
  #writeAll(bytes: Uint8Array, length: number): void {
    let offset = 0;
    try {
      while (offset < length) {
        const taken = this.#writeBytes(this.#fd, bytes, offset, length - offset);
        invariant(taken > 0, 'a write takes at least one byte or fails');
        offset += taken;
      }
    } catch (error) {
      this.#fault = writeFault(this.path, error);
      throw this.#fault;
    }
  }

  #release(): void {
    const fd = this.#fd;
    this.#fd = -1;
    if (fd >= 0) closeSync(fd);
  }
}
