// hot: bench/normalise.ts
/** Databento's DBN, versions 1 to 3, every schema, also streams of several and streams without a header. */

import { ByteWindow } from '../../formats/byte-window.ts';
import {
  DBN_NO_SCHEMA,
  DBN_PRELUDE_BYTES,
  dbnHeaderBytes,
  decodeDbnMetadata,
  isDbnHeader,
} from '../../formats/dbn-metadata.ts';
import {
  DBN_LENGTH_UNIT,
  DBN_MBO_BYTES,
  DBN_RECORD_HEADER_BYTES,
  DBN_RTYPE_MBO,
  DBN_RTYPE_NAMES,
  DBN_TS_OUT_BYTES,
} from '../../formats/dbn-record.ts';
import type { RecordSink } from '../../ingest/adapter.ts';
import type { FileFormat, FileNormaliser } from '../../ingest/file-format.ts';
import { OptionReader, VENUE_OPTION } from '../file-options.ts';
import { pickingSink, pickOf, RECORDS_OPTION, SYMBOLS_OPTION } from '../picking.ts';
import { VenueRecordWriter } from '../recordings/venue-record-writer.ts';
import { DbnCursor } from './dbn-cursor.ts';
import { readOrder } from './dbn-orders.ts';
import { DbnLevels, readBar, readQuote, readSampledQuote, readTrade } from './dbn-quotes.ts';
import {
  DBN_DEFINITIONS,
  DBN_MAPPINGS,
  readDefinition,
  readGatewayMessage,
  readMapping,
  readStatistics,
  readVenueRecord,
} from './dbn-reference.ts';

/** Lengths of the records of each type, in bytes. */
const LENGTHS: Readonly<Record<number, readonly number[]>> = {
  0: [48],
  1: [80],
  10: [368],
  17: [56],
  18: [40],
  19: Object.keys(DBN_DEFINITIONS).map(Number),
  20: [112],
  21: [80, 320],
  22: Object.keys(DBN_MAPPINGS).map(Number),
  23: [80, 320],
  24: [64, 80],
  32: [56],
  33: [56],
  34: [56],
  35: [56],
  36: [56],
  [DBN_RTYPE_MBO]: [DBN_MBO_BYTES],
  177: [80],
  192: [80],
  193: [80],
  194: [80],
  195: [80],
  196: [80],
};
const INTERVALS: Readonly<Record<number, number>> = { 32: 1, 33: 60, 34: 3600, 35: 86_400, 36: 86_400 };
/** Records of a stream without a header that have to fit before it is taken for one. */
const FRAGMENT_RECORDS = 8;
const DEFAULT_VENUE = 'DBN';

const SCHEMAS = [
  'mbo',
  'mbp',
  'bbo',
  'trade',
  'bar',
  'status',
  'imbalance',
  'statistics',
  'definition',
] as const;

export const DBN_FILE: FileFormat = {
  name: 'dbn',
  version: 2,
  about: 'Databento DBN of every schema, versions 1 to 3, with and without a header',
  schemas: SCHEMAS,
  options: {
    records: RECORDS_OPTION,
    symbols: SYMBOLS_OPTION,
    venue: { ...VENUE_OPTION(''), about: 'venue of the records; else the one that the header names' },
  },
  recognise: (head, isWhole) => isDbnHeader(head) || isFragment(head, isWhole),
  open(context, sink) {
    const options = new OptionReader('dbn', context);
    const pick = pickOf(options, SCHEMAS);
    options.check();
    return new DbnNormaliser(pickingSink(sink, pick), pick.symbols, context.fileName, options.text('venue'));
  },
};

/** Whether bytes are whole records, one behind another. */
function isFragment(head: Uint8Array, isWhole: boolean): boolean {
  let at = 0;
  let records = 0;
  while (at + 2 <= head.length && records < FRAGMENT_RECORDS) {
    const length = head[at]! * DBN_LENGTH_UNIT;
    if (!(LENGTHS[head[at + 1]!] ?? []).includes(length)) return false;
    if (at + length > head.length) return records > 0 && !isWhole;
    at += length;
    records++;
  }
  return records > 0;
}

class DbnNormaliser implements FileNormaliser {
  readonly #source: string;
  readonly #cursor: DbnCursor;
  readonly #levels: DbnLevels;
  readonly #messages: VenueRecordWriter;
  readonly #window = new ByteWindow();
  /** By record type. */
  readonly #readers: Readonly<Record<number, () => void>>;
  #venue: string;
  #hasHeader = false;
  #isLost = false;
  #tsOutBytes = 0;

  constructor(sink: RecordSink, wanted: ReadonlySet<string> | null, source: string, venue: string) {
    this.#source = source;
    this.#venue = venue;
    this.#cursor = new DbnCursor(sink, wanted);
    this.#levels = new DbnLevels(this.#cursor);
    this.#messages = new VenueRecordWriter(sink, { priceSteps: 1, symbolOf: () => this.#cursor.symbol });
    this.#readers = readersOf(this.#cursor, this.#levels, this.#messages);
  }

  get venue(): string {
    return this.#venue || DEFAULT_VENUE;
  }

  write(bytes: Uint8Array): void {
    if (this.#isLost) return;
    this.#window.write(bytes);
    this.#read(false);
    this.#window.settle();
  }

  endPage(): void {
    this.#read(true);
    const rest = this.#window.end - this.#window.at;
    if (rest > 0 && !this.#isLost) this.#cursor.reject('truncated', `${rest} bytes of a record`);
    this.#window.at = this.#window.end;
  }

  end(): void {
    const { sink, symbols } = this.#cursor;
    if (symbols.unknownCount > 0) sink.remark('symbol-unknown', symbols.unknownCount);
  }

  #read(hasEnded: boolean): void {
    if (!this.#hasHeader && !this.#open(hasEnded)) return;
    const window = this.#window;
    const cursor = this.#cursor;
    const { bytes, view, end } = window;
    cursor.bytes = bytes;
    cursor.view = view;
    let at = window.at;
    while (at < end && !this.#isLost) {
      const length = bytes[at]! * DBN_LENGTH_UNIT;
      if (length < DBN_RECORD_HEADER_BYTES) {
        this.#lose(at);
        return;
      }
      if (at + length > end) break;
      cursor.at = at;
      at += length;
      window.at = at;
      this.#take(bytes[cursor.at + 1]!, length);
      cursor.index++;
    }
  }

  #take(rtype: number, length: number): void {
    const cursor = this.#cursor;
    cursor.length = length - this.#tsOutBytes;
    const lengths = LENGTHS[rtype];
    if (lengths === undefined) {
      cursor.reject('unknown-type', `record type ${rtype} of ${length} bytes`);
    } else if (!lengths.includes(cursor.length)) {
      // Messages of the gateway carry no send time in some streams.
      if (lengths.includes(length)) {
        cursor.length = length;
        this.#readers[rtype]!();
      } else {
        cursor.reject('length-mismatch', `a ${DBN_RTYPE_NAMES[rtype] ?? rtype} record of ${length} bytes`);
      }
    } else {
      this.#readers[rtype]!();
    }
  }

  /** Reads the header once it is whole; true when records follow. */
  #open(hasEnded: boolean): boolean {
    const window = this.#window;
    const bytes = window.bytes.subarray(window.at, window.end);
    if (bytes.length < DBN_PRELUDE_BYTES && !hasEnded) return false;
    if (!isDbnHeader(bytes)) {
      this.#hasHeader = true;
      if (bytes.length > 0) this.#cursor.sink.remark('no-header');
      return true;
    }
    const isShort = bytes.length < DBN_PRELUDE_BYTES || bytes.length < dbnHeaderBytes(bytes, this.#source);
    if (isShort && !hasEnded) return false;
    const metadata = decodeDbnMetadata(bytes, this.#source);
    window.at += dbnHeaderBytes(bytes, this.#source);
    this.#cursor.symbols.open(metadata);
    // 'XNAS.ITCH', 'GLBX.MDP3': the venue, then the feed.
    this.#venue ||= metadata.dataset.split('.')[0]!;
    this.#tsOutBytes = metadata.hasTsOut ? DBN_TS_OUT_BYTES : 0;
    if (metadata.schemaId === DBN_NO_SCHEMA) this.#cursor.sink.remark('live-stream');
    this.#hasHeader = true;
    return true;
  }

  /** Nothing in a stream marks where the next record begins. */
  #lose(at: number): void {
    const found = isDbnHeader(this.#window.bytes.subarray(at, at + 4))
      ? 'a second header'
      : 'a record of no length';
    this.#isLost = true;
    this.#window.at = this.#window.end;
    this.#cursor.reject(
      'length-mismatch',
      `${found} at byte ${this.#window.base + at}: all that follows is skipped`,
    );
  }
}

function readersOf(
  cursor: DbnCursor,
  levels: DbnLevels,
  messages: VenueRecordWriter,
): Record<number, () => void> {
  const quote = () => readQuote(cursor, false);
  const consolidated = () => readQuote(cursor, true);
  const sampled = () => readSampledQuote(cursor, false);
  const sampledConsolidated = () => readSampledQuote(cursor, true);
  const bars = Object.entries(INTERVALS).map(([rtype, intervalS]) => [
    rtype,
    () => readBar(cursor, intervalS),
  ]);
  return {
    ...Object.fromEntries(bars),
    0: () => readTrade(cursor),
    1: quote,
    10: () => levels.read(),
    17: () => cursor.reject('field-value', 'a bar that does not tell its interval'),
    18: () => readVenueRecord(cursor, messages, true),
    19: () => readDefinition(cursor),
    20: () => readVenueRecord(cursor, messages, false),
    21: () => readGatewayMessage(cursor, true),
    22: () => readMapping(cursor),
    23: () => readGatewayMessage(cursor, false),
    24: () => readStatistics(cursor),
    [DBN_RTYPE_MBO]: () => readOrder(cursor),
    177: consolidated,
    192: sampledConsolidated,
    193: sampledConsolidated,
    194: consolidated,
    195: sampled,
    196: sampled,
  };
}
