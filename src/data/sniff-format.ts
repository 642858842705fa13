/** Tells from the first bytes of a file, unpacked, what it holds. Names and extensions play no part. */

import { TwinError } from '../base/index.ts';
import { readHead } from './byte-source.ts';
import { DBN_SCHEMA_AT, isDbnHeader } from './formats/dbn-metadata.ts';
import { DBN_LENGTH_UNIT, DBN_MBO_BYTES, DBN_RTYPE_MBO, DBN_TS_OUT_BYTES } from './formats/dbn-record.ts';
import { DBN_SCHEMA_IMBALANCE, DBN_SCHEMA_STATUS } from './formats/dbn-venue.ts';
import { ITCH_LENGTH_BY_CODE } from './formats/itch-messages.ts';
import { LOBSTER_DUMMY_PRICE } from './formats/lobster-book-reader.ts';

/** 'dbn-venue': status or imbalance records alone. */
export type DataFormat =
  | 'lobster-message'
  | 'lobster-orderbook'
  | 'itch'
  | 'itch-pcap'
  | 'dbn'
  | 'dbn-venue'
  | 'unknown';

/** Bytes that are looked at. */
export const SNIFF_BYTES = 1 << 16;
/** Rows or messages that are looked at; all of them must fit. */
const SNIFF_RECORDS = 20;
const LOBSTER_MESSAGE_COLUMNS = 6;
/** Ask price, ask size, bid price, bid size. */
const LOBSTER_LEVEL_COLUMNS = 4;
const NUMBER = /^-?\d+(\.\d*)?([eE][+-]?\d+)?$/;
/** First 4 bytes of captures, read big-endian: pcap in µs and ns, of both byte orders, and pcapng. */
const CAPTURE_MAGICS = new Set([0xa1b2_c3d4, 0xd4c3_b2a1, 0xa1b2_3c4d, 0x4d3c_b2a1, 0x0a0d_0d0a]);

/** Recognises a file by its content. Raises DATA_FORMAT for a file that is empty or cannot be read or unpacked. */
export async function sniffFormat(path: string): Promise<DataFormat> {
  const { head, isWhole } = await readHead(path, SNIFF_BYTES);
  if (head.length === 0) throw new TwinError('DATA_FORMAT', 'a data file has content', { path, bytes: 0 });
  return sniffBytes(head, isWhole);
}

/** Recognises the first bytes of a source; `isWhole` says that they are all of it. */
export function sniffBytes(head: Uint8Array, isWhole: boolean): DataFormat {
  if (isDbnHeader(head)) return isVenueSchema(head) ? 'dbn-venue' : 'dbn';
  if (isMboFragment(head, isWhole)) return 'dbn';
  if (isCapture(head)) return 'itch-pcap';
  return lobsterKind(head, isWhole) ?? (isItch(head, isWhole) ? 'itch' : 'unknown');
}

function isCapture(head: Uint8Array): boolean {
  if (head.length < 4) return false;
  return CAPTURE_MAGICS.has(new DataView(head.buffer, head.byteOffset).getUint32(0));
}

/** Whether a DBN header says that status or imbalance records follow. */
function isVenueSchema(head: Uint8Array): boolean {
  if (head.length < DBN_SCHEMA_AT + 2) return false;
  const schemaId = head[DBN_SCHEMA_AT]! | (head[DBN_SCHEMA_AT + 1]! << 8);
  return schemaId === DBN_SCHEMA_STATUS || schemaId === DBN_SCHEMA_IMBALANCE;
}

/** DBN records without a header, all of them order by order. */
function isMboFragment(head: Uint8Array, isWhole: boolean): boolean {
  let at = 0;
  for (let record = 0; record < SNIFF_RECORDS && at < head.length; record++) {
    const length = head[at]! * DBN_LENGTH_UNIT;
    if (length !== DBN_MBO_BYTES && length !== DBN_MBO_BYTES + DBN_TS_OUT_BYTES) return false;
    if (at + length > head.length) return record > 0 && !isWhole;
    if (head[at + 1] !== DBN_RTYPE_MBO) return false;
    if (!'ACMRTFN'.includes(String.fromCharCode(head[at + 38]!))) return false;
    if (!'ABN'.includes(String.fromCharCode(head[at + 39]!))) return false;
    at += length;
  }
  return at > 0;
}

/** Whether the first rows are all of a LOBSTER file, and of which of the two. */
function lobsterKind(head: Uint8Array, isWhole: boolean): 'lobster-message' | 'lobster-orderbook' | null {
  const lines = new TextDecoder('latin1').decode(head).split('\n');
  // The last row may be cut, or be the nothing behind the last line end.
  if (!isWhole || lines.at(-1) === '') lines.pop();
  const rows = lines.slice(0, SNIFF_RECORDS).map((line) => line.trimEnd().split(','));
  const columns = rows[0]?.length ?? 0;
  if (columns === 0 || rows.some((row) => row.length !== columns)) return null;
  if (rows.every(isMessageRow)) return 'lobster-message';
  return rows.every(isOrderbookRow) ? 'lobster-orderbook' : null;
}

/** Time, type 1 to 7, order id, size, price, direction; a seventh column is allowed, as in some deliveries. */
function isMessageRow(fields: readonly string[]): boolean {
  if (fields.length !== LOBSTER_MESSAGE_COLUMNS && fields.length !== LOBSTER_MESSAGE_COLUMNS + 1)
    return false;
  if (!fields.slice(0, LOBSTER_MESSAGE_COLUMNS).every((field) => NUMBER.test(field))) return false;
  return /^[1-7]$/.test(fields[1]!) && /^(-1|0|1)$/.test(fields[5]!);
}

function isOrderbookRow(fields: readonly string[]): boolean {
  if (fields.length % LOBSTER_LEVEL_COLUMNS !== 0) return false;
  // Sizes stand at odd places and are not negative; prices may be. A size of 0 has the price of a level that is not there.
  return fields.every((field, column) => {
    if (column % 2 === 0) return /^-?\d+$/.test(field);
    return (
      /^\d+$/.test(field) && (field !== '0' || Math.abs(Number(fields[column - 1])) === LOBSTER_DUMMY_PRICE)
    );
  });
}

/** Messages of known type, each after its length; in some files every length is written as 0. */
function isItch(head: Uint8Array, isWhole: boolean): boolean {
  const hasLengths = head[0] !== 0 || head[1] !== 0;
  let at = 0;
  let messages = 0;
  while (messages < SNIFF_RECORDS && at + 3 <= head.length) {
    const prefix = (head[at]! << 8) | head[at + 1]!;
    const expected = ITCH_LENGTH_BY_CODE[head[at + 2]!]!;
    if (expected === 0 || prefix !== (hasLengths ? expected : 0)) return false;
    if (at + 2 + expected > head.length) break;
    at += 2 + expected;
    messages++;
  }
  return messages > 1 || (messages === 1 && isWhole);
}
