/** DBN files of a few order-by-order records, for tests. */

import {
  DBN_UNDEF_U64,
  DbnMboWriter,
  type DbnMetadata,
  encodeDbnMetadata,
  MBO_ADD,
  MboBatch,
  UNDEF_TS,
} from '../../src/data/index.ts';

export interface DbnRow {
  readonly action: number;
  readonly side: number;
  readonly id: number;
  /** In 1e-9 currency units. */
  readonly price: number;
  readonly qty: number;
  /** MBO_FLAG_*. */
  readonly flags: number;
  readonly instrument: number;
}

/** A header of the schema mbo without symbols. */
export const DBN_METADATA: DbnMetadata = {
  version: 2,
  dataset: 'GLBX.MDP3',
  schemaId: 0,
  startNs: 0n,
  endNs: DBN_UNDEF_U64,
  limit: 0n,
  recordCount: null,
  stypeInId: 1,
  stypeOutId: 0,
  hasTsOut: false,
  symbolBytes: 71,
  symbols: [],
  partial: [],
  notFound: [],
  mappings: [],
};
const EPOCH_NS = 1_700_006_400_000_000_000n;

/** Records a second apart, of instrument 5 unless they say otherwise; `symbol` names that instrument. */
export function dbnFile(
  rows: readonly Partial<DbnRow>[],
  symbol: string | null = null,
  epochNs = EPOCH_NS,
): Uint8Array {
  const intervals = [{ startDate: 20000101, endDate: 21000101, symbol: '5' }];
  const mappings = symbol === null ? [] : [{ rawSymbol: symbol, intervals }];
  const writer = new DbnMboWriter({ ...DBN_METADATA, mappings }, epochNs);
  const batch = new MboBatch(rows.length);
  for (const [r, row] of rows.entries()) {
    batch.tsEventNs[r] = r * 1e9;
    batch.tsRecvNs[r] = UNDEF_TS;
    batch.instrument[r] = row.instrument ?? 5;
    batch.action[r] = row.action ?? MBO_ADD;
    batch.side[r] = row.side ?? 0;
    batch.price[r] = Math.round(row.price ?? 0);
    batch.qty[r] = row.qty ?? 0;
    batch.orderIdLo[r] = row.id ?? 0;
    batch.flags[r] = row.flags ?? 0;
    writer.add(batch, r);
  }
  return writer.finish();
}

export interface DbnStatusFields {
  /** 7 trading, 8 halt, ...: see DBN's StatusAction. */
  readonly action: number;
  readonly reason: number;
  readonly event: number;
  readonly isTrading: string;
  readonly isShortSaleRestricted: string;
  readonly instrument: number;
  /** After the time of the first order record. */
  readonly atSeconds: number;
  /** Instead of `atSeconds`. */
  readonly tsEvent: bigint;
  readonly tsRecv: bigint;
}

/** A status record, written field by field. */
export function dbnStatus(fields: Partial<DbnStatusFields>): Uint8Array {
  const bytes = header(40, 18, fields);
  bytes.writeUInt16LE(fields.action ?? 7, 24);
  bytes.writeUInt16LE(fields.reason ?? 1, 26);
  bytes.writeUInt16LE(fields.event ?? 0, 28);
  bytes.write(fields.isTrading ?? 'N', 30);
  bytes.write('Y', 31);
  bytes.write(fields.isShortSaleRestricted ?? '~', 32);
  return bytes;
}

export interface DbnImbalanceFields {
  /** Prices in currency units; null for none. */
  readonly ref: number | null;
  readonly far: number | null;
  readonly near: number | null;
  readonly paired: number;
  readonly total: number;
  readonly side: string;
  readonly auction: string;
  readonly instrument: number;
  readonly atSeconds: number;
}

/** An imbalance record, written field by field. */
export function dbnImbalance(fields: Partial<DbnImbalanceFields>): Uint8Array {
  const bytes = header(112, 20, fields);
  const price = (value: number | null | undefined): bigint =>
    value === null ? 2n ** 63n - 1n : BigInt(Math.round((value ?? 0) * 1e9));
  bytes.writeBigInt64LE(price(fields.ref), 24);
  bytes.writeBigInt64LE(price(fields.near), 40);
  bytes.writeBigInt64LE(price(fields.far), 48);
  bytes.writeUInt32LE(fields.paired ?? 0, 88);
  bytes.writeUInt32LE(fields.total ?? 0, 92);
  bytes.write(fields.auction ?? 'C', 104);
  bytes.write(fields.side ?? 'N', 105);
  return bytes;
}

/** A file of status or imbalance records alone. */
export function dbnVenueFile(schema: 'status' | 'imbalance', records: readonly Uint8Array[]): Uint8Array {
  const schemaId = schema === 'status' ? 11 : 12;
  return Buffer.concat([encodeDbnMetadata({ ...DBN_METADATA, schemaId }), ...records]);
}

/** The first 24 bytes of a record: its length, type, instrument and times. */
function header(
  byteCount: number,
  rtype: number,
  fields: Partial<Pick<DbnStatusFields, 'instrument' | 'atSeconds' | 'tsEvent' | 'tsRecv'>>,
): Buffer {
  const bytes = Buffer.alloc(byteCount);
  const tsEvent = fields.tsEvent ?? EPOCH_NS + BigInt(Math.round((fields.atSeconds ?? 0) * 1e9));
  bytes[0] = byteCount / 4;
  bytes[1] = rtype;
  bytes.writeUInt16LE(1, 2);
  bytes.writeUInt32LE(fields.instrument ?? 5, 4);
  bytes.writeBigUInt64LE(tsEvent, 8);
  bytes.writeBigUInt64LE(fields.tsRecv ?? tsEvent + 1_000_000_000n, 16);
  return bytes;
}
