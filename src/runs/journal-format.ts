/**
 * The journal file `events.bin`: a header block, then sealed event records as the venue made them.
 *
 * ```
 * byte  0-3    'MTWJ'
 *       4-7    version, uint32                      all numbers little endian
 *       8-11   bytes per record, uint32
 *      12-15   bytes of the header text, uint32
 *      16-19   check of the header text (headerCheck)
 *      20-     header as JSON in UTF-8, then zeros up to a multiple of the record size
 *       ...    records of 48 bytes (domain/events.ts); word 11 chains each to all before it (sim/digest.ts)
 * ```
 *
 * Records have one size and the header block is a multiple of it, so record r starts at headerBytes + 48 r.
 */

import { TwinError } from '../base/index.ts';
import { type InstrumentSpec, RECORD_BYTES } from '../domain/index.ts';

/** Name of the journal in a run's folder. */
export const JOURNAL_FILE = 'events.bin';
export const JOURNAL_VERSION = 1;
/** Longest header text in bytes: room for about 200,000 instruments. */
export const JOURNAL_HEADER_BYTES_MAX = 1 << 25;
/** Bytes before the header text. */
export const JOURNAL_PREFIX_BYTES = 20;

const MAGIC = 0x4a57544d;

/** What a reader must know to understand the records. */
export interface JournalHeader {
  readonly runId: string;
  /** Nanoseconds since 1970 UTC at which the run's time starts, in decimal; null for a time of its own. */
  readonly epochNs: string | null;
  /** Instrument i of the records is the i-th here. */
  readonly instruments: readonly InstrumentSpec[];
  /** Version of the code that wrote the journal. */
  readonly createdBy: string;
}

/**
 * The header block in bytes. Its text is padded with blanks to `reservedBytes`, so that a header that grows while the
 * run goes on can be written over itself. Raises RUNS_WRITE when it is too long.
 */
export function encodeJournalHeader(header: JournalHeader, reservedBytes = 0): Uint8Array {
  const { runId, epochNs, createdBy } = header;
  const instruments = header.instruments.map(
    ({ symbol, tickSize, lotSize, currency, minorUnit, product, option }) => ({
      symbol,
      tickSize,
      lotSize,
      currency,
      minorUnit,
      ...(product === undefined ? {} : { product }),
      ...(option === undefined ? {} : { option }),
    }),
  );
  const bare = JSON.stringify({ runId, epochNs, instruments, createdBy });
  const bareBytes = Buffer.byteLength(bare);
  const text = bare + ' '.repeat(Math.max(0, reservedBytes - bareBytes));
  const encoded = new TextEncoder().encode(text);
  if (encoded.length > (reservedBytes > 0 ? reservedBytes : JOURNAL_HEADER_BYTES_MAX)) {
    throw new TwinError('RUNS_WRITE', 'a journal header fits the room reserved for it', {
      bytes: encoded.length,
      roomBytes: reservedBytes > 0 ? reservedBytes : JOURNAL_HEADER_BYTES_MAX,
      instruments: instruments.length,
    });
  }
  const block = new Uint8Array(journalHeaderBytes(encoded.length));
  const view = new DataView(block.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, JOURNAL_VERSION, true);
  view.setUint32(8, RECORD_BYTES, true);
  view.setUint32(12, encoded.length, true);
  view.setInt32(16, headerCheck(text), true);
  block.set(encoded, JOURNAL_PREFIX_BYTES);
  return block;
}

/** Length of the header block in bytes for a header text of `textBytes`. */
export function journalHeaderBytes(textBytes: number): number {
  return Math.ceil((JOURNAL_PREFIX_BYTES + textBytes) / RECORD_BYTES) * RECORD_BYTES;
}

/** Checks the first bytes of a file and gives the length of the header text in bytes. Raises RUNS_DAMAGED. */
export function checkJournalPrefix(path: string, prefix: Uint8Array): number {
  if (prefix.length < JOURNAL_PREFIX_BYTES) {
    throw damaged(path, 'a journal has a whole header', { bytes: prefix.length });
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw damaged(path, 'a journal starts with the letters MTWJ', {});
  const version = view.getUint32(4, true);
  if (version !== JOURNAL_VERSION) {
    throw damaged(path, `a journal is of version ${JOURNAL_VERSION}`, { version });
  }
  const recordBytes = view.getUint32(8, true);
  if (recordBytes !== RECORD_BYTES) {
    throw damaged(path, `a journal has records of ${RECORD_BYTES} bytes`, { recordBytes });
  }
  const textBytes = view.getUint32(12, true);
  if (textBytes > JOURNAL_HEADER_BYTES_MAX) {
    throw damaged(path, 'a journal header is at most JOURNAL_HEADER_BYTES_MAX long', { bytes: textBytes });
  }
  return textBytes;
}

/** The header from a whole header block. Raises RUNS_DAMAGED. */
export function decodeJournalHeader(path: string, block: Uint8Array, textBytes: number): JournalHeader {
  if (block.length < journalHeaderBytes(textBytes)) {
    throw damaged(path, 'a journal has a whole header', { bytes: block.length });
  }
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const text = new TextDecoder().decode(
    block.subarray(JOURNAL_PREFIX_BYTES, JOURNAL_PREFIX_BYTES + textBytes),
  );
  if (view.getInt32(16, true) !== headerCheck(text)) {
    throw damaged(path, 'the header of a journal agrees with its check', {});
  }
  const header = parseJson(text);
  if (!isJournalHeader(header)) {
    throw damaged(path, 'a journal header names run, epoch, instruments and version', {});
  }
  return header;
}

/**
 * FNV-1a with a final mix, over the text's char codes. Part of the format of version 1: it has a function of its own, so that
 * no change elsewhere makes old journals unreadable.
 */
function headerCheck(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

function damaged(path: string, rule: string, details: Record<string, unknown>): TwinError {
  return new TwinError('RUNS_DAMAGED', rule, { path, ...details });
}

/** The value of a JSON text, or null when it is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isJournalHeader(value: unknown): value is JournalHeader {
  if (typeof value !== 'object' || value === null) return false;
  const { runId, epochNs, instruments, createdBy } = value as Record<string, unknown>;
  return (
    typeof runId === 'string' &&
    typeof createdBy === 'string' &&
    (epochNs === null || (typeof epochNs === 'string' && /^-?\d+$/.test(epochNs))) &&
    Array.isArray(instruments) &&
    instruments.every(isInstrumentSpec)
  );
}

function isInstrumentSpec(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const spec = value as Record<string, unknown>;
  return (
    ['symbol', 'tickSize', 'lotSize', 'currency', 'minorUnit'].every(
      (field) => typeof spec[field] === 'string',
    ) &&
    (spec.option === undefined || isOptionTerms(spec.option))
  );
}

function isOptionTerms(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const terms = value as Record<string, unknown>;
  const deliverable = terms.deliverable as Record<string, unknown> | undefined;
  return (
    ['underlying', 'right', 'style', 'expiry'].every((field) => typeof terms[field] === 'string') &&
    ['strike', 'multiplier'].every((field) => typeof terms[field] === 'number') &&
    ['shares', 'cash'].every((field) => typeof deliverable?.[field] === 'number') &&
    Array.isArray(deliverable?.others)
  );
}
