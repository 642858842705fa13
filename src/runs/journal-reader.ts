// hot: bench/journal.ts
/**
 * Reads a journal, also while it is being written. Each record is checked against the chain of the run digest, so a
 * tail that a crash or a full disk left half written is found, cut off and reported, and all before it is given out.
 */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { invariant, TwinError } from '../base/index.ts';
import { RECORD_BYTES, RECORD_WORDS } from '../domain/index.ts';
import { RunDigest } from '../sim/index.ts';
import { readFault } from './fs-faults.ts';
import {
  checkJournalPrefix,
  decodeJournalHeader,
  JOURNAL_PREFIX_BYTES,
  type JournalHeader,
  journalHeaderBytes,
} from './journal-format.ts';

/** Records of one batch at most (3 MiB). */
export const JOURNAL_BATCH_RECORDS_MAX = 65_536;

/** Checked records; the arrays share their memory and are valid until the next call. */
export interface JournalBatch {
  readonly words: Int32Array;
  /** The same memory as doubles: six per record. */
  readonly doubles: Float64Array;
  readonly count: number;
}

/** Why and where the readable part of a journal ends before the file does. */
export interface JournalTail {
  /** Records before the damage, all of them right. */
  readonly wholeRecords: number;
  /** Bytes of the file after them. */
  readonly tornBytes: number;
  readonly reason: string;
}

/** 'more': the last call gave records; 'atEnd': the file ends behind a right record; 'torn': see `tail`. */
export type JournalState = 'more' | 'atEnd' | 'torn';

export class JournalReader {
  readonly path: string;
  readonly header: JournalHeader;
  state: JournalState = 'more';
  /** Set while the state is 'torn'. */
  tail: JournalTail | null = null;
  readonly #headerBytes: number;
  readonly #digest = new RunDigest();
  #words = new Int32Array(0);
  #bytes = new Uint8Array(0);
  #fd = -1;

  /** Opens a journal and reads its header. Raises RUNS_NOT_FOUND or RUNS_DAMAGED. */
  constructor(path: string) {
    this.path = path;
    try {
      this.#fd = openSync(path, 'r');
    } catch (error) {
      throw readFault(path, error);
    }
    try {
      const prefix = new Uint8Array(JOURNAL_PREFIX_BYTES);
      const textBytes = checkJournalPrefix(path, prefix.subarray(0, this.#readAt(prefix, 0)));
      this.#headerBytes = journalHeaderBytes(textBytes);
      const block = new Uint8Array(this.#headerBytes);
      this.header = decodeJournalHeader(path, block.subarray(0, this.#readAt(block, 0)), textBytes);
    } catch (error) {
      this.close();
      throw readFault(path, error);
    }
  }

  /** Right records given out so far. */
  get recordCount(): number {
    return this.#digest.count;
  }

  /** Digest of the run up to the last record given out, 16 hexadecimal digits. */
  digestHex(): string {
    return this.#digest.hex();
  }

  /**
   * The next records, at most `maxRecords`, or null when there are none now: the file ends here (`state` 'atEnd'), or what
   * follows is damaged ('torn'). A later call looks again, so a record that was being written is found when it is whole.
   */
  next(maxRecords: number): JournalBatch | null {
    invariant(maxRecords >= 1, 'a batch has room for a record');
    invariant(this.#fd >= 0, 'a closed journal is not read');
    const capacity = Math.min(maxRecords, JOURNAL_BATCH_RECORDS_MAX);
    this.#makeRoom(capacity);
    const position = this.#headerBytes + this.#digest.count * RECORD_BYTES;
    const length = this.#readChecked(capacity * RECORD_BYTES, position);
    const available = Math.floor(length / RECORD_BYTES);
    const count = this.#verify(available);
    if (count > 0) {
      this.state = 'more';
      this.tail = null;
      return { words: this.#words, doubles: new Float64Array(this.#words.buffer), count };
    }
    this.#explainEnd(length, position);
    return null;
  }

  close(): void {
    const fd = this.#fd;
    this.#fd = -1;
    if (fd >= 0) closeSync(fd);
  }

  /** Number of right records at the start of the buffer. */
  #verify(available: number): number {
    const words = this.#words;
    const digest = this.#digest;
    let count = 0;
    while (count < available && (words[count * RECORD_WORDS]! & 0xff) !== 0) {
      if (!digest.verify(words, count, RECORD_WORDS)) break;
      count++;
    }
    return count;
  }

  #explainEnd(length: number, position: number): void {
    const fileBytes = fstatSync(this.#fd).size;
    const wholeRecords = this.#digest.count;
    if (length === 0 && fileBytes >= position) {
      this.state = 'atEnd';
      this.tail = null;
      return;
    }
    let reason = 'a record disagrees with its check';
    if (fileBytes < position) reason = 'the file is shorter than what was read from it';
    else if (length < RECORD_BYTES) reason = 'the last record is not whole';
    else if (this.#words.subarray(0, RECORD_WORDS).every((word) => word === 0))
      reason = 'a record is all zeros';
    this.state = 'torn';
    this.tail = { wholeRecords, tornBytes: Math.max(0, fileBytes - position), reason };
  }

  #makeRoom(records: number): void {
    if (this.#words.length >= records * RECORD_WORDS) return;
    this.#words = new Int32Array(records * RECORD_WORDS);
    this.#bytes = new Uint8Array(this.#words.buffer);
  }

  #readChecked(byteCount: number, position: number): number {
    try {
      return this.#readAt(this.#bytes.subarray(0, byteCount), position);
    } catch (error) {
      throw readFault(this.path, error);
    }
  }

  /** Reads until the target is full or the file ends. */
  #readAt(target: Uint8Array, position: number): number {
    let length = 0;
    while (length < target.length) {
      const taken = readSync(this.#fd, target, length, target.length - length, position + length);
      if (taken === 0) break;
      length += taken;
    }
    return length;
  }
}

export interface FollowOptions {
  /** Pause between looks at the file, in milliseconds. */
  readonly pollMs?: number;
  readonly maxRecords?: number;
  /** Ends the following; nothing is raised. */
  readonly signal?: AbortSignal;
  /** Tells that nobody writes any more: the following ends when everything is read. */
  readonly isFinished?: () => boolean;
}

const POLL_MS_DEFAULT = 50;
const FOLLOW_RECORDS_DEFAULT = 4096;
/** Looks at a wrong record before it counts as damage and not as a write under way. */
const WRONG_LOOKS_MAX = 3;

/**
 * Gives the records of a growing journal as they come. Ends on abort, when `isFinished` says so and all is read, or
 * at damage (then `reader.state` is 'torn').
 */
export async function* followJournal(
  reader: JournalReader,
  options: FollowOptions = {},
): AsyncGenerator<JournalBatch, void, void> {
  const { signal, pollMs = POLL_MS_DEFAULT, maxRecords = FOLLOW_RECORDS_DEFAULT } = options;
  let wrongLooks = 0;
  while (!signal?.aborted) {
    // Asked before the look: what was written before the end of the run is then certainly seen.
    const isFinished = options.isFinished?.() ?? false;
    const batch = reader.next(maxRecords);
    if (batch !== null) {
      wrongLooks = 0;
      yield batch;
      continue;
    }
    if (isFinished) return;
    if (reader.tail !== null && reader.tail.tornBytes >= RECORD_BYTES && ++wrongLooks >= WRONG_LOOKS_MAX)
      return;
    await pause(pollMs, signal);
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}

/** Reads a whole journal and gives what it proves. Raises as the constructor does. */
export function verifyJournal(path: string): {
  header: JournalHeader;
  records: number;
  digest: string;
  tail: JournalTail | null;
} {
  const reader = new JournalReader(path);
  try {
    while (reader.next(JOURNAL_BATCH_RECORDS_MAX) !== null);
    return {
      header: reader.header,
      records: reader.recordCount,
      digest: reader.digestHex(),
      tail: reader.tail,
    };
  } finally {
    reader.close();
  }
}

/** Raises RUNS_DAMAGED when the reader stands before a torn tail: for those that need the whole run. */
export function requireWhole(reader: JournalReader): void {
  if (reader.state !== 'torn') return;
  throw new TwinError('RUNS_DAMAGED', 'a journal is whole to its end', { path: reader.path, ...reader.tail });
}
