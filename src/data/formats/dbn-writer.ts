/** Writes DBN streams of the schema mbo, versions 1 to 3: header and records, unpacked (market-rules §12.3). */

import { TwinError } from '../../base/index.ts';
import { BUY, SELL } from '../../domain/index.ts';
import { MBO_ACTION_NAMES, type MboBatch, UNDEF_PRICE, UNDEF_TS } from '../mbo-batch.ts';
import {
  DBN_DATASET_BYTES,
  DBN_PRELUDE_BYTES,
  DBN_UNDEF_U64,
  DBN_VERSION_MAX,
  type DbnMetadata,
} from './dbn-metadata.ts';
import {
  DBN_ACTION_PAIRS,
  DBN_FLAG_PAIRS,
  DBN_LENGTH_UNIT,
  DBN_MBO_BYTES,
  DBN_RTYPE_MBO,
  DBN_TS_OUT_BYTES,
} from './dbn-record.ts';

const UNDEF_PRICE_DBN = 0x7fff_ffff_ffff_ffffn;
const LETTER_BY_ACTION = new Map(DBN_ACTION_PAIRS.map(([letter, action]) => [action, letter.charCodeAt(0)]));

/** What an mbo record holds beyond the columns of a batch. */
export interface DbnMboExtras {
  readonly publisherId: number;
  readonly channelId: number;
  /** Send time of the venue before the capture time, ns. */
  readonly tsInDeltaNs: number;
  /** All flags as DBN has them; without it they follow from the batch. */
  readonly flags: number;
  /** Send time of the gateway, ns since 1970 UTC, written where the header has `hasTsOut`. */
  readonly tsOutNs: bigint;
}

/** Collects a header and rows of batches into the bytes of a DBN file. */
export class DbnMboWriter {
  readonly #metadata: DbnMetadata;
  readonly #epochNs: bigint;
  readonly #records: Uint8Array[] = [];

  /** `epochNs` is time 0 of the batches, ns since 1970 UTC. */
  constructor(metadata: DbnMetadata, epochNs: bigint) {
    this.#metadata = metadata;
    this.#epochNs = epochNs;
  }

  /** Appends one row. Raises DATA_RECORD for an action that DBN does not have. */
  add(batch: MboBatch, row: number, extras: Partial<DbnMboExtras> = {}): void {
    const letter = LETTER_BY_ACTION.get(batch.action[row]!);
    if (letter === undefined) {
      throw new TwinError('DATA_RECORD', 'an action has a letter in DBN', {
        row,
        action: MBO_ACTION_NAMES[batch.action[row]!],
      });
    }
    const length = DBN_MBO_BYTES + (this.#metadata.hasTsOut ? DBN_TS_OUT_BYTES : 0);
    const bytes = new Uint8Array(length);
    const view = new DataView(bytes.buffer);
    const price = batch.price[row]!;
    view.setUint8(0, length / DBN_LENGTH_UNIT);
    view.setUint8(1, DBN_RTYPE_MBO);
    view.setUint16(2, extras.publisherId ?? 0, true);
    view.setInt32(4, batch.instrument[row]!, true);
    view.setBigUint64(8, this.#absolute(batch.tsEventNs[row]!), true);
    view.setInt32(16, batch.orderIdLo[row]!, true);
    view.setInt32(20, batch.orderIdHi[row]!, true);
    view.setBigInt64(24, price === UNDEF_PRICE ? UNDEF_PRICE_DBN : BigInt(price), true);
    view.setUint32(32, batch.qty[row]!, true);
    view.setUint8(36, extras.flags ?? dbnFlags(batch.flags[row]!));
    view.setUint8(37, extras.channelId ?? 0);
    view.setUint8(38, letter);
    view.setUint8(39, sideLetter(batch.side[row]!));
    view.setBigUint64(40, this.#absolute(batch.tsRecvNs[row]!), true);
    view.setInt32(48, extras.tsInDeltaNs ?? 0, true);
    view.setUint32(52, batch.sequence[row]!, true);
    if (this.#metadata.hasTsOut) view.setBigUint64(DBN_MBO_BYTES, extras.tsOutNs ?? DBN_UNDEF_U64, true);
    this.#records.push(bytes);
  }

  /** The whole stream so far. */
  finish(): Uint8Array {
    return joinBytes([encodeDbnMetadata(this.#metadata), ...this.#records]);
  }

  #absolute(timeNs: number): bigint {
    return timeNs === UNDEF_TS ? DBN_UNDEF_U64 : this.#epochNs + BigInt(timeNs);
  }
}

/** Encodes a header of version 1, 2 or 3. Raises DATA_FORMAT when a text is wider than its field. */
export function encodeDbnMetadata(metadata: DbnMetadata): Uint8Array {
  const { version, symbolBytes } = metadata;
  if (version < 1 || version > DBN_VERSION_MAX) {
    throw new TwinError('DATA_FORMAT', `DBN versions 1 to ${DBN_VERSION_MAX} are written`, { version });
  }
  const texts = (symbols: readonly string[]) => [
    uint32(symbols.length),
    ...symbols.map((symbol) => fixedText(symbol, symbolBytes)),
  ];
  const mappings = metadata.mappings.flatMap(({ rawSymbol, intervals }) => [
    fixedText(rawSymbol, symbolBytes),
    uint32(intervals.length),
    ...intervals.flatMap(({ startDate, endDate, symbol }) => [
      uint32(startDate),
      uint32(endDate),
      fixedText(symbol, symbolBytes),
    ]),
  ]);
  const body = joinBytes([
    encodeFixedPart(metadata),
    ...texts(metadata.symbols),
    ...texts(metadata.partial),
    ...texts(metadata.notFound),
    uint32(metadata.mappings.length),
    ...mappings,
  ]);
  // From version 3 on records begin at a multiple of 8 bytes.
  const paddedBytes = version >= 3 ? Math.ceil(body.length / 8) * 8 : body.length;
  const bytes = new Uint8Array(DBN_PRELUDE_BYTES + paddedBytes);
  bytes.set([0x44, 0x42, 0x4e, version]);
  bytes.set(uint32(paddedBytes), 4);
  bytes.set(body, DBN_PRELUDE_BYTES);
  return bytes;
}

/** From the dataset to the length of the schema definition, which is 0: 104 bytes in every version. */
function encodeFixedPart(metadata: DbnMetadata): Uint8Array {
  const bytes = new Uint8Array(104);
  const view = new DataView(bytes.buffer);
  bytes.set(fixedText(metadata.dataset, DBN_DATASET_BYTES));
  view.setUint16(16, metadata.schemaId, true);
  view.setBigUint64(18, metadata.startNs, true);
  view.setBigUint64(26, metadata.endNs, true);
  view.setBigUint64(34, metadata.limit, true);
  const isFirstVersion = metadata.version === 1;
  if (isFirstVersion) view.setBigUint64(42, metadata.recordCount ?? DBN_UNDEF_U64, true);
  const stypeAt = isFirstVersion ? 50 : 42;
  view.setUint8(stypeAt, metadata.stypeInId);
  view.setUint8(stypeAt + 1, metadata.stypeOutId);
  view.setUint8(stypeAt + 2, metadata.hasTsOut ? 1 : 0);
  if (!isFirstVersion) view.setUint16(stypeAt + 3, metadata.symbolBytes, true);
  return bytes;
}

function fixedText(text: string, width: number): Uint8Array {
  const encoded = new TextEncoder().encode(text);
  if (encoded.length >= width) {
    throw new TwinError('DATA_FORMAT', `a text of this field has at most ${width - 1} bytes`, { text });
  }
  const bytes = new Uint8Array(width);
  bytes.set(encoded);
  return bytes;
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function dbnFlags(mboFlags: number): number {
  let flags = 0;
  for (const [dbnFlag, mboFlag] of DBN_FLAG_PAIRS) if ((mboFlags & mboFlag) !== 0) flags |= dbnFlag;
  return flags;
}

function sideLetter(side: number): number {
  return (side === BUY ? 'B' : side === SELL ? 'A' : 'N').charCodeAt(0);
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  let byteCount = 0;
  for (const part of parts) byteCount += part.length;
  const bytes = new Uint8Array(byteCount);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
