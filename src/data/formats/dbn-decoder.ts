// hot: bench/dbn-decode.ts
/**
 * Decoder of Databento's DBN, versions 1 to 3, for the schema mbo, and for status and imbalance, which come among the mbo
 * records or in files of their own (market-rules §12.3).
 *
 * 1. The header, if there is one: a file of another schema is refused by name.
 * 2. Records, each as long as its first byte says: mbo records become rows, status and imbalance venue messages, symbol
 *    mappings `symbols`; all others are counted by type and skipped.
 *
 * Times count from UTC midnight of the first record's day. Prices are in 1e-9 currency units. 64-bit fields are read as
 * two halves, so that no field becomes a bigint.
 */

import { TwinError } from '../../base/index.ts';
import { BUY, SELL } from '../../domain/index.ts';
import {
  type MboBatch,
  type MboDecoder,
  type MboSourceInfo,
  SIDE_UNKNOWN,
  UNDEF_PRICE,
  UNDEF_TS,
} from '../mbo-batch.ts';
import type { Quarantine } from '../quarantine.ts';
import { unknownStatus } from '../venue-message.ts';
import { ByteWindow } from './byte-window.ts';
import {
  DBN_NO_SCHEMA,
  DBN_PRELUDE_BYTES,
  type DbnMetadata,
  dbnHeaderBytes,
  dbnInstrumentSymbols,
  dbnSchemaName,
  dbnText,
  decodeDbnMetadata,
  isDbnHeader,
} from './dbn-metadata.ts';
import {
  DBN_ACTION_PAIRS,
  DBN_FLAG_MBP,
  DBN_FLAG_PAIRS,
  DBN_FLAG_TOB,
  DBN_LENGTH_UNIT,
  DBN_MBO_BYTES,
  DBN_RECORD_HEADER_BYTES,
  DBN_RTYPE_MBO,
  DBN_RTYPE_NAMES,
  DBN_RTYPE_SYMBOL_MAPPING,
  DBN_TS_OUT_BYTES,
} from './dbn-record.ts';
import {
  DBN_RTYPE_IMBALANCE,
  DBN_RTYPE_STATUS,
  DBN_SCHEMA_IMBALANCE,
  DBN_SCHEMA_STATUS,
  DBN_VENUE_BYTES,
  readDbnImbalance,
  readDbnStatus,
} from './dbn-venue.ts';

const TWO_32 = 2 ** 32;
const NS_PER_DAY = 86_400_000_000_000n;
const UNDEF_HALF = 0xffff_ffff;
const PRICE_UNIT = '0.000000001';
const SCHEMA_MBO = 0;
const VENUE_SCHEMAS = [DBN_SCHEMA_STATUS, DBN_SCHEMA_IMBALANCE];
/** Record types that are read; the others are remarked on. */
const READ_RTYPES = [DBN_RTYPE_MBO, DBN_RTYPE_STATUS, DBN_RTYPE_IMBALANCE];
const LEVEL_FLAGS = DBN_FLAG_TOB | DBN_FLAG_MBP;
const NO_ENTRY = 255;

/** Length of a symbol mapping, then where its output symbol lies and how wide it is, in bytes. */
const MAPPING_LAYOUTS: readonly (readonly [length: number, at: number, width: number])[] = [
  [80, 38, 22],
  [176, 89, 71],
];

/** What the records of the stream are, as far as it is known. */
const AT_HEADER = 0;
const AT_RECORDS = 1;
const AT_END = 2;

/** What became of an mbo record. */
const ROW = 0;
const BAD_LENGTH = 1;
const BAD_ACTION = 2;
const BAD_SIDE = 3;
const BAD_PRICE = 4;
const BAD_TIME = 5;
const NOT_ONE_ORDER = 6;
const BAD_REASONS = [
  'truncated',
  'length-mismatch',
  'unknown-type',
  'unknown-side',
  'price-range',
  'time-range',
  'not-one-order',
] as const;

const ACTION_BY_CODE = new Uint8Array(256).fill(NO_ENTRY);
for (const [letter, action] of DBN_ACTION_PAIRS) ACTION_BY_CODE[letter.charCodeAt(0)] = action;
const SIDE_BY_CODE = new Uint8Array(256).fill(NO_ENTRY);
SIDE_BY_CODE['B'.charCodeAt(0)] = BUY;
SIDE_BY_CODE['A'.charCodeAt(0)] = SELL;
SIDE_BY_CODE['N'.charCodeAt(0)] = SIDE_UNKNOWN;
const FLAGS_BY_DBN = new Uint8Array(256);
for (let flags = 0; flags < 256; flags++) {
  for (const [dbnFlag, mboFlag] of DBN_FLAG_PAIRS)
    if ((flags & dbnFlag) !== 0) FLAGS_BY_DBN[flags]! |= mboFlag;
}
/** Actions that change the book order by order, by letter: A, C and M. */
const IS_BOOK_CHANGE = new Uint8Array(256);
for (const letter of 'ACM') IS_BOOK_CHANGE[letter.charCodeAt(0)] = 1;

export interface DbnDecoderOptions {
  /** Which files are read: those with orders, by default, or those of status and imbalance alone. */
  readonly content?: 'orders' | 'venue';
}

/**
 * DBN bytes in, columns out. `instrument` is the instrument id as an int32, as are the keys of `symbols`; `sourceIndex`
 * counts all records, skipped ones included. A chunk must stay as it is until `read` gave fewer rows than the batch holds.
 */
export class DbnDecoder implements MboDecoder {
  readonly #quarantine: Quarantine;
  readonly #content: 'orders' | 'venue';
  readonly #window = new ByteWindow();
  readonly #symbols = new Map<number, string>();
  readonly #counts = new Float64Array(256);
  #metadata: DbnMetadata | null = null;
  #info: MboSourceInfo = { format: 'dbn', priceUnit: PRICE_UNIT, epochNs: null };
  #place = AT_HEADER;
  #hasEnded = false;
  #recordIndex = 0;
  #epochHi = -1;
  #epochLo = 0;
  /** Time of the venue message read last, ns since the epoch. */
  #lastVenueNs = 0;

  constructor(quarantine: Quarantine, options: DbnDecoderOptions = {}) {
    this.#quarantine = quarantine;
    this.#content = options.content ?? 'orders';
  }

  /** `epochNs` is null until the first record was read. */
  get info(): MboSourceInfo {
    return this.#info;
  }

  get symbols(): ReadonlyMap<number, string> {
    return this.#symbols;
  }

  /** The header, or null before it is whole and in a stream that has none. */
  get metadata(): DbnMetadata | null {
    return this.#metadata;
  }

  /** Whole records so far by record type (see DBN_RTYPE_NAMES), those without a row included. */
  get recordCounts(): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    for (const [rtype, count] of this.#counts.entries()) if (count > 0) counts.set(rtype, count);
    return counts;
  }

  /** Records that are passed over, under the names of their schemas. */
  remarks(): Record<string, number> {
    const others = [...this.recordCounts].filter(([rtype]) => !READ_RTYPES.includes(rtype));
    return Object.fromEntries(
      others.map(([rtype, count]) => [
        `record-${(DBN_RTYPE_NAMES[rtype] ?? String(rtype)).replace(' ', '-')}`,
        count,
      ]),
    );
  }

  write(chunk: Uint8Array): void {
    if (this.#place !== AT_END) this.#window.write(chunk);
  }

  end(): void {
    this.#hasEnded = true;
    if (this.#place === AT_HEADER) this.#openStream();
    // A reader that has drained the decoder may never call read again, so a cut tail is reported here already.
    if (this.#place === AT_RECORDS && !this.#hasWholeRecord()) this.#finish();
  }

  read(batch: MboBatch): number {
    batch.clear();
    if (this.#place === AT_HEADER) this.#openStream();
    if (this.#place === AT_RECORDS) this.#fill(batch);
    if (batch.count < batch.capacity) {
      if (this.#hasEnded && this.#place === AT_RECORDS) this.#finish();
      this.#window.settle();
    }
    return batch.count;
  }

  #fill(batch: MboBatch): void {
    const window = this.#window;
    const { bytes, view, end } = window;
    const counts = this.#counts;
    const capacity = batch.capacity;
    let at = window.at;
    let row = 0;
    while (row < capacity && at < end) {
      const length = bytes[at]! * DBN_LENGTH_UNIT;
      if (length < DBN_RECORD_HEADER_BYTES) {
        this.#loseTrack(at, 'a DBN record is at least as long as its header', `${length} bytes`);
        break;
      }
      if (at + length > end) break;
      const recordAt = at;
      const rtype = bytes[at + 1]!;
      at += length;
      window.at = at;
      if (rtype === DBN_RTYPE_MBO) {
        const outcome = this.#decode(view, recordAt, length, batch, row);
        if (outcome === ROW) row++;
        else this.#reject(recordAt, outcome);
      } else if (DBN_VENUE_BYTES[rtype] !== undefined) {
        this.#takeVenue(recordAt, rtype, length, batch, row);
      } else if (!this.#takeOther(recordAt, rtype, length)) {
        break;
      }
      counts[rtype]!++;
      this.#recordIndex++;
      batch.count = row;
    }
  }

  /** Reads one mbo record into a row; returns why not, if it cannot. */
  #decode(view: DataView, at: number, length: number, batch: MboBatch, row: number): number {
    if (length !== DBN_MBO_BYTES && length !== DBN_MBO_BYTES + DBN_TS_OUT_BYTES) return BAD_LENGTH;
    const letter = view.getUint8(at + 38);
    const action = ACTION_BY_CODE[letter]!;
    if (action === NO_ENTRY) return BAD_ACTION;
    const side = SIDE_BY_CODE[view.getUint8(at + 39)]!;
    if (side === NO_ENTRY) return BAD_SIDE;
    const flags = view.getUint8(at + 36);
    if ((flags & LEVEL_FLAGS) !== 0 && IS_BOOK_CHANGE[letter] === 1) return NOT_ONE_ORDER;
    const priceLo = view.getUint32(at + 24, true);
    const priceHi = view.getInt32(at + 28, true);
    let price = UNDEF_PRICE;
    if (priceHi !== 0x7fff_ffff || priceLo !== UNDEF_HALF) {
      price = priceHi * TWO_32 + priceLo;
      if (Math.abs(price) >= Number.MAX_SAFE_INTEGER) return BAD_PRICE;
    }
    const eventLo = view.getUint32(at + 8, true);
    const eventHi = view.getUint32(at + 12, true);
    const recvLo = view.getUint32(at + 40, true);
    const recvHi = view.getUint32(at + 44, true);
    if (this.#epochHi < 0) this.#setEpoch(eventHi, eventLo, recvHi, recvLo);
    const tsEventNs = this.#relative(eventHi, eventLo);
    const tsRecvNs = this.#relative(recvHi, recvLo);
    if (Math.abs(tsEventNs) > Number.MAX_SAFE_INTEGER || Math.abs(tsRecvNs) > Number.MAX_SAFE_INTEGER) {
      return BAD_TIME;
    }
    batch.sourceIndex[row] = this.#recordIndex;
    batch.tsEventNs[row] = tsEventNs;
    batch.tsRecvNs[row] = tsRecvNs;
    batch.instrument[row] = view.getInt32(at + 4, true);
    batch.action[row] = action;
    batch.side[row] = side;
    batch.price[row] = price;
    batch.qty[row] = view.getUint32(at + 32, true);
    batch.orderIdLo[row] = view.getInt32(at + 16, true);
    batch.orderIdHi[row] = view.getInt32(at + 20, true);
    batch.newOrderIdLo[row] = 0;
    batch.newOrderIdHi[row] = 0;
    batch.sequence[row] = view.getUint32(at + 52, true);
    batch.flags[row] = FLAGS_BY_DBN[flags]!;
    batch.code[row] = 0;
    return ROW;
  }

  #relative(hi: number, lo: number): number {
    if (hi === UNDEF_HALF && lo === UNDEF_HALF) return UNDEF_TS;
    return (hi - this.#epochHi) * TWO_32 + (lo - this.#epochLo);
  }

  /** Midnight of the first record's day: of its venue time, else its capture time, else the header's start. */
  #setEpoch(eventHi: number, eventLo: number, recvHi: number, recvLo: number): void {
    let firstNs = this.#metadata?.startNs ?? 0n;
    if (recvHi !== UNDEF_HALF || recvLo !== UNDEF_HALF) firstNs = (BigInt(recvHi) << 32n) | BigInt(recvLo);
    if (eventHi !== UNDEF_HALF || eventLo !== UNDEF_HALF)
      firstNs = (BigInt(eventHi) << 32n) | BigInt(eventLo);
    const epochNs = firstNs - (firstNs % NS_PER_DAY);
    this.#epochHi = Number(epochNs >> 32n);
    this.#epochLo = Number(epochNs & 0xffff_ffffn);
    this.#info = { format: 'dbn', priceUnit: PRICE_UNIT, epochNs };
  }

  #reject(at: number, outcome: number): void {
    const { bytes, view } = this.#window;
    const found: Record<number, () => string> = {
      [BAD_LENGTH]: () => `an mbo record of ${bytes[at]! * DBN_LENGTH_UNIT} bytes`,
      [BAD_ACTION]: () => `action code ${bytes[at + 38]}`,
      [BAD_SIDE]: () => `side code ${bytes[at + 39]}`,
      [BAD_PRICE]: () => `price ${view.getBigInt64(at + 24, true)} of 1e-9`,
      [BAD_TIME]: () =>
        `ts_event ${view.getBigUint64(at + 8, true)}, ts_recv ${view.getBigUint64(at + 40, true)}`,
      [NOT_ONE_ORDER]: () => `flags ${bytes[at + 36]}`,
    };
    this.#quarantine.add(BAD_REASONS[outcome]!, this.#recordIndex, found[outcome]!());
  }

  /** Reads a status or imbalance record. After a status that cannot be read nobody knows what it told. */
  #takeVenue(at: number, rtype: number, length: number, batch: MboBatch, row: number): void {
    const { view } = this.#window;
    const instrument = view.getInt32(at + 4, true);
    const tsOutBytes = this.#metadata?.hasTsOut === true ? DBN_TS_OUT_BYTES : 0;
    const isWhole = length === DBN_VENUE_BYTES[rtype]! + tsOutBytes;
    const tsEventNs = isWhole ? this.#venueTime(view, at) : Number.NaN;
    const isTimed = !Number.isNaN(tsEventNs);
    if (isTimed) this.#lastVenueNs = tsEventNs;
    const head = { row, sourceIndex: this.#recordIndex, tsEventNs: this.#lastVenueNs, instrument };
    const said = !isWhole
      ? `a ${DBN_RTYPE_NAMES[rtype]} record of ${length} bytes`
      : !isTimed
        ? `ts_event ${view.getBigUint64(at + 8, true)}`
        : rtype === DBN_RTYPE_STATUS
          ? readDbnStatus(view, at, head)
          : readDbnImbalance(view, at, head);
    if (typeof said !== 'string') {
      if (said !== null) batch.venue.push(said);
      return;
    }
    const reason = !isWhole ? 'length-mismatch' : isTimed ? 'field-value' : 'time-range';
    this.#quarantine.add(reason, this.#recordIndex, said);
    if (rtype === DBN_RTYPE_STATUS) batch.venue.push(unknownStatus(head));
  }

  /** Venue time, or capture time where there is no other; NaN where there is none or none in range. */
  #venueTime(view: DataView, at: number): number {
    const eventLo = view.getUint32(at + 8, true);
    const eventHi = view.getUint32(at + 12, true);
    const recvLo = view.getUint32(at + 16, true);
    const recvHi = view.getUint32(at + 20, true);
    if (this.#epochHi < 0) this.#setEpoch(eventHi, eventLo, recvHi, recvLo);
    const eventNs = this.#relative(eventHi, eventLo);
    const tsNs = eventNs === UNDEF_TS ? this.#relative(recvHi, recvLo) : eventNs;
    return tsNs === UNDEF_TS || Math.abs(tsNs) > Number.MAX_SAFE_INTEGER ? Number.NaN : tsNs;
  }

  /** Takes a record that is neither order nor venue message; false when the stream cannot be followed further. */
  #takeOther(at: number, rtype: number, length: number): boolean {
    const bytes = this.#window.bytes;
    if (rtype === DBN_RTYPE_SYMBOL_MAPPING) {
      this.#takeSymbolMapping(at, length);
    } else if (DBN_RTYPE_NAMES[rtype] === undefined) {
      if (isDbnHeader(bytes.subarray(at, at + 4))) {
        this.#loseTrack(at, 'a DBN file has one header', 'a second one: files were joined');
        return false;
      }
      this.#quarantine.add('unknown-type', this.#recordIndex, `record type ${rtype} of ${length} bytes`);
    }
    return true;
  }

  #takeSymbolMapping(at: number, length: number): void {
    const layout = MAPPING_LAYOUTS.find(([bytes]) => length === bytes || length === bytes + DBN_TS_OUT_BYTES);
    if (layout === undefined) {
      this.#quarantine.add('length-mismatch', this.#recordIndex, `a symbol mapping of ${length} bytes`);
      return;
    }
    const symbol = dbnText(this.#window.bytes, at + layout[1], layout[2]);
    if (symbol !== '') this.#symbols.set(this.#window.view.getInt32(at + 4, true), symbol);
  }

  /** Reads the header as soon as it is whole; a stream that begins with an mbo record has none. */
  #openStream(): void {
    const window = this.#window;
    const bytes = window.bytes.subarray(window.at, window.end);
    if (bytes.length < DBN_PRELUDE_BYTES) {
      if (!this.#hasEnded) return;
      throw this.#formatFault('a DBN file has a header or records', { found: `${bytes.length} bytes` });
    }
    if (!isDbnHeader(bytes)) {
      this.#openFragment(bytes);
      return;
    }
    const headerBytes = dbnHeaderBytes(bytes, this.#quarantine.source);
    if (bytes.length < headerBytes) {
      if (!this.#hasEnded) return;
      throw this.#formatFault(`a DBN header has its ${headerBytes} bytes`, {
        found: `${bytes.length} bytes`,
      });
    }
    const metadata = decodeDbnMetadata(bytes, this.#quarantine.source);
    const isOfOrders = this.#content === 'orders';
    const wanted = isOfOrders ? [SCHEMA_MBO, DBN_NO_SCHEMA] : VENUE_SCHEMAS;
    if (!wanted.includes(metadata.schemaId)) {
      const names = isOfOrders ? 'mbo' : 'status or imbalance';
      throw this.#formatFault(`replay needs a DBN file of the schema ${names}`, {
        schema: dbnSchemaName(metadata.schemaId),
        dataset: metadata.dataset,
      });
    }
    this.#metadata = metadata;
    for (const [instrument, symbol] of dbnInstrumentSymbols(metadata)) this.#symbols.set(instrument, symbol);
    window.at += headerBytes;
    this.#place = AT_RECORDS;
  }

  #openFragment(bytes: Uint8Array): void {
    const length = bytes[0]! * DBN_LENGTH_UNIT;
    const name = DBN_RTYPE_NAMES[bytes[1]!];
    if (length < DBN_RECORD_HEADER_BYTES || name === undefined) {
      throw this.#formatFault('a DBN file begins with "DBN", or with a record', {
        firstBytes: `${bytes[0]} ${bytes[1]}`,
      });
    }
    if (bytes[1] !== DBN_RTYPE_MBO) {
      throw this.#formatFault('replay needs DBN records of the schema mbo', { schema: name });
    }
    this.#place = AT_RECORDS;
  }

  #hasWholeRecord(): boolean {
    const { bytes, at, end } = this.#window;
    if (at >= end) return false;
    const length = bytes[at]! * DBN_LENGTH_UNIT;
    return length < DBN_RECORD_HEADER_BYTES || at + length <= end;
  }

  /** Gives up where the next record cannot be found: nothing in the stream marks where one begins. */
  #loseTrack(at: number, rule: string, found: string): void {
    const window = this.#window;
    const byte = window.base + at;
    window.at = window.end;
    this.#place = AT_END;
    if (this.#quarantine.mode === 'strict') throw this.#formatFault(rule, { byte, found });
    this.#quarantine.add(
      'length-mismatch',
      this.#recordIndex,
      `${found} at byte ${byte}: all that follows is skipped`,
    );
  }

  #finish(): void {
    const window = this.#window;
    const restBytes = window.end - window.at;
    if (restBytes > 0 && this.#hasWholeRecord()) return;
    window.at = window.end;
    this.#place = AT_END;
    if (restBytes > 0) this.#quarantine.add('truncated', this.#recordIndex, `${restBytes} bytes of a record`);
    if (this.#metadata?.schemaId === DBN_NO_SCHEMA && this.#counts[DBN_RTYPE_MBO] === 0) {
      const found = [...this.recordCounts.keys()].map((rtype) => DBN_RTYPE_NAMES[rtype] ?? rtype);
      throw this.#formatFault('replay needs mbo records', { found: found.join(', ') || 'no records' });
    }
  }

  #formatFault(rule: string, details: Record<string, unknown>): TwinError {
    return new TwinError('DATA_FORMAT', rule, { source: this.#quarantine.source, ...details });
  }
}
