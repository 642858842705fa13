/**
 * The header of a DBN file, versions 1 to 3 (market-rules §12.3): which dataset, schema, time range and symbols follow.
 *
 * ```
 * "DBN" version:u8 length:u32 | dataset[16] schema:u16 start:u64 end:u64 limit:u64 (v1: recordCount:u64)
 *   stypeIn:u8 stypeOut:u8 tsOut:u8 (v2+: symbolBytes:u16) reserved[v1: 47, v2+: 53] definitionBytes:u32
 *   symbols partial notFound (count:u32, count texts) mappings (count:u32, each: text, count:u32, intervals)
 *   interval = startDate:u32 endDate:u32 (yyyymmdd) text | v3: zeros up to a multiple of 8
 * ```
 * Texts have a fixed width, padded with zeros: 22 bytes in version 1, else as the header says (71).
 */

import { TwinError } from '../../base/index.ts';

export const DBN_SCHEMA_NAMES = [
  'mbo',
  'mbp-1',
  'mbp-10',
  'tbbo',
  'trades',
  'ohlcv-1s',
  'ohlcv-1m',
  'ohlcv-1h',
  'ohlcv-1d',
  'definition',
  'statistics',
  'status',
  'imbalance',
  'ohlcv-eod',
  'cmbp-1',
  'cbbo-1s',
  'cbbo-1m',
  'tcbbo',
  'bbo-1s',
  'bbo-1m',
] as const;

/** Versions that are read. */
export const DBN_VERSION_MAX = 3;
/** Bytes before the part that `length` counts. */
export const DBN_PRELUDE_BYTES = 8;
/** Largest header accepted, in bytes: beyond it the length is taken for damage. */
export const DBN_METADATA_BYTES_MAX = 1 << 28;
export const DBN_NO_SCHEMA = 0xffff;
/** Number of the symbology whose symbols are instrument numbers in decimals. */
export const DBN_STYPE_INSTRUMENT_ID = 0;
export const DBN_NO_STYPE = 0xff;
/** Absent end of the time range, and absent record count. */
export const DBN_UNDEF_U64 = 0xffff_ffff_ffff_ffffn;
/** Width of a symbol in version 1, in bytes. */
export const DBN_SYMBOL_BYTES_V1 = 22;
export const DBN_DATASET_BYTES = 16;
/** Where the number of the schema stands in every version. */
export const DBN_SCHEMA_AT = DBN_PRELUDE_BYTES + DBN_DATASET_BYTES;
const FIXED_BYTES = 100;

export interface DbnInterval {
  /** First day, yyyymmdd. */
  readonly startDate: number;
  /** Day after the last, yyyymmdd. */
  readonly endDate: number;
  readonly symbol: string;
}

export interface DbnMapping {
  readonly rawSymbol: string;
  readonly intervals: readonly DbnInterval[];
}

export interface DbnMetadata {
  readonly version: number;
  readonly dataset: string;
  /** Number of the schema, see DBN_SCHEMA_NAMES, or DBN_NO_SCHEMA for a live stream of several. */
  readonly schemaId: number;
  /** Start of the time range, ns since 1970 UTC. */
  readonly startNs: bigint;
  /** End of the time range (exclusive), ns since 1970 UTC, or DBN_UNDEF_U64. */
  readonly endNs: bigint;
  /** Largest number of records asked for; 0 = no limit. */
  readonly limit: bigint;
  /** Version 1 only: number of records, or DBN_UNDEF_U64. */
  readonly recordCount: bigint | null;
  /** Number of the symbology asked with (DBN_STYPE_INSTRUMENT_ID, 1 = raw symbols, ...), or DBN_NO_STYPE for several. */
  readonly stypeInId: number;
  readonly stypeOutId: number;
  /** Each record is followed by 8 bytes with the time at which the gateway sent it. */
  readonly hasTsOut: boolean;
  /** Width of a symbol, in bytes, the closing zero included. */
  readonly symbolBytes: number;
  readonly symbols: readonly string[];
  /** Symbols that resolved on a part of the days. */
  readonly partial: readonly string[];
  readonly notFound: readonly string[];
  readonly mappings: readonly DbnMapping[];
}

/** Name of a schema, `'mixed'` for a live stream of several, `'schema N'` for one that is not known. */
export function dbnSchemaName(schemaId: number): string {
  return schemaId === DBN_NO_SCHEMA ? 'mixed' : (DBN_SCHEMA_NAMES[schemaId] ?? `schema ${schemaId}`);
}

/** Tells whether bytes begin like a DBN header of any version. */
export function isDbnHeader(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0x44 && bytes[1] === 0x42 && bytes[2] === 0x4e;
}

/** Bytes of the whole header, read from its first 8. Raises DATA_FORMAT for another version or an absurd length. */
export function dbnHeaderBytes(prelude: Uint8Array, source: string): number {
  const version = prelude[3]!;
  if (version < 1 || version > DBN_VERSION_MAX) {
    throw new TwinError('DATA_FORMAT', `DBN versions 1 to ${DBN_VERSION_MAX} are read`, { source, version });
  }
  const length = viewOf(prelude).getUint32(4, true);
  if (length < FIXED_BYTES || length > DBN_METADATA_BYTES_MAX) {
    throw new TwinError('DATA_FORMAT', `a DBN header has ${FIXED_BYTES} to ${DBN_METADATA_BYTES_MAX} bytes`, {
      source,
      length,
    });
  }
  return DBN_PRELUDE_BYTES + length;
}

/** Decodes a whole header (prelude included). `source` names the file in messages. */
export function decodeDbnMetadata(bytes: Uint8Array, source: string): DbnMetadata {
  if (bytes.length < DBN_PRELUDE_BYTES || !isDbnHeader(bytes)) {
    throw new TwinError('DATA_FORMAT', 'a DBN file begins with "DBN"', { source });
  }
  const end = dbnHeaderBytes(bytes, source);
  const cursor = new HeaderCursor(bytes.subarray(0, end), source, end);
  const version = bytes[3]!;
  const fixed = readFixedPart(cursor, version);
  const definitionBytes = cursor.uint32();
  if (definitionBytes !== 0) cursor.fail('a DBN header has no schema definition', `${definitionBytes} bytes`);
  return {
    ...fixed,
    symbols: cursor.texts(fixed.symbolBytes),
    partial: cursor.texts(fixed.symbolBytes),
    notFound: cursor.texts(fixed.symbolBytes),
    mappings: readMappings(cursor, fixed.symbolBytes),
  };
}

/**
 * Instrument number to symbol, from the mappings of a header, where they tell. Numbers are int32, as in the columns
 * of a batch. The first symbol of an instrument stays.
 */
export function dbnInstrumentSymbols(metadata: DbnMetadata): Map<number, string> {
  const symbols = new Map<number, string>();
  const isIdIn = metadata.stypeInId === DBN_STYPE_INSTRUMENT_ID;
  const isIdOut = metadata.stypeOutId === DBN_STYPE_INSTRUMENT_ID;
  if (isIdIn === isIdOut) return symbols;
  for (const { rawSymbol, intervals } of metadata.mappings) {
    for (const { symbol } of intervals) {
      const id = isIdIn ? rawSymbol : symbol;
      if (!/^\d{1,10}$/.test(id)) continue;
      const instrument = Number(id) | 0;
      const name = isIdIn ? symbol : rawSymbol;
      if (name !== '' && !symbols.has(instrument)) symbols.set(instrument, name);
    }
  }
  return symbols;
}

type FixedPart = Omit<DbnMetadata, 'symbols' | 'partial' | 'notFound' | 'mappings'>;

function readFixedPart(cursor: HeaderCursor, version: number): FixedPart {
  const dataset = cursor.text(DBN_DATASET_BYTES);
  const schemaId = cursor.uint16();
  const startNs = cursor.uint64();
  const endNs = cursor.uint64();
  const limit = cursor.uint64();
  const recordCount = version === 1 ? cursor.uint64() : null;
  const stypeInId = cursor.uint8();
  const stypeOutId = cursor.uint8();
  const hasTsOut = cursor.uint8() !== 0;
  const symbolBytes = version === 1 ? DBN_SYMBOL_BYTES_V1 : cursor.uint16();
  if (symbolBytes === 0) cursor.fail('a symbol has a width above 0', '0 bytes');
  cursor.skip(version === 1 ? 47 : 53);
  return {
    version,
    dataset,
    schemaId,
    startNs,
    endNs,
    limit,
    recordCount,
    stypeInId,
    stypeOutId,
    hasTsOut,
    symbolBytes,
  };
}

function readMappings(cursor: HeaderCursor, symbolBytes: number): DbnMapping[] {
  const mappings: DbnMapping[] = [];
  const count = cursor.count(symbolBytes + 4);
  for (let i = 0; i < count; i++) {
    const rawSymbol = cursor.text(symbolBytes);
    const intervals: DbnInterval[] = [];
    const intervalCount = cursor.count(symbolBytes + 8);
    for (let k = 0; k < intervalCount; k++) {
      const startDate = cursor.uint32();
      const endDate = cursor.uint32();
      intervals.push({ startDate, endDate, symbol: cursor.text(symbolBytes) });
    }
    mappings.push({ rawSymbol, intervals });
  }
  return mappings;
}

/** Reads a header from front to back and raises DATA_FORMAT where it ends too soon. */
class HeaderCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #source: string;
  #at = DBN_PRELUDE_BYTES;

  constructor(bytes: Uint8Array, source: string, endBytes: number) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.#source = source;
    if (bytes.length < endBytes) this.fail(`a DBN header has its ${endBytes} bytes`, `${bytes.length} bytes`);
  }

  fail(rule: string, found: string): never {
    throw new TwinError('DATA_FORMAT', rule, { source: this.#source, byte: this.#at, found });
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  uint64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  skip(byteCount: number): void {
    this.#take(byteCount);
  }

  /** A number of entries of at least `entryBytes` each, so that a damaged count cannot ask for more than is there. */
  count(entryBytes: number): number {
    const count = this.uint32();
    if (count * entryBytes > this.#bytes.length - this.#at) {
      this.fail('the lists of a DBN header lie within it', `${count} entries of ${entryBytes} bytes`);
    }
    return count;
  }

  text(width: number): string {
    const at = this.#take(width);
    return dbnText(this.#bytes, at, width);
  }

  texts(width: number): string[] {
    const count = this.count(width);
    const texts: string[] = [];
    for (let i = 0; i < count; i++) texts.push(this.text(width));
    return texts;
  }

  #take(byteCount: number): number {
    const at = this.#at;
    if (at + byteCount > this.#bytes.length) {
      this.fail('the fields of a DBN header lie within it', 'its end');
    }
    this.#at = at + byteCount;
    return at;
  }
}

/** A text of fixed width, up to its first zero byte. */
export function dbnText(bytes: Uint8Array, at: number, width: number): string {
  const zeroAt = bytes.indexOf(0, at);
  const end = zeroAt < 0 || zeroAt > at + width ? at + width : zeroAt;
  return new TextDecoder().decode(bytes.subarray(at, end));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
