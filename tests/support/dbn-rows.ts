/** What the tests of DBN share: decoding into plain rows, and an independent reading of the bytes with bigints. */

import { expect } from 'vitest';
import { TwinError } from '../../src/base/index.ts';
import {
  DbnDecoder,
  MBO_ADD,
  MBO_CLEAR,
  MBO_FILL,
  MBO_FLAG_LAST,
  MBO_FLAG_SNAPSHOT,
  MBO_MODIFY,
  MBO_NONE,
  MBO_REDUCE,
  MBO_TRADE,
  MboBatch,
  Quarantine,
  SIDE_UNKNOWN,
  UNDEF_PRICE,
} from '../../src/data/index.ts';
import { BUY, SELL } from '../../src/domain/index.ts';
import { MBO_COLUMNS, type MboRow } from './mbo-rows.ts';

const UNDEF_PRICE_RAW = 0x7fff_ffff_ffff_ffffn;

/** Fields of one mbo record as the format has them. */
export interface RawMbo {
  action: string;
  side: string;
  orderId: bigint;
  price: bigint;
  size: number;
  flags: number;
  tsEvent: bigint;
  tsRecv: bigint;
  instrument: number;
  sequence: number;
}

export type Row = { -readonly [Name in keyof MboRow]: number };

export interface Decoded {
  readonly rows: Row[];
  readonly decoder: DbnDecoder;
  readonly quarantine: Quarantine;
}

export interface DecodeOptions {
  readonly mode?: 'strict' | 'lenient';
  readonly capacity?: number;
  readonly cuts?: readonly number[];
}

export function decodeRows(bytes: Uint8Array, options: DecodeOptions = {}): Decoded {
  const quarantine = new Quarantine(options.mode ?? 'strict', 'test.dbn');
  const decoder = new DbnDecoder(quarantine);
  const batch = new MboBatch(options.capacity ?? 4096);
  const rows: Row[] = [];
  const drain = () => {
    while (decoder.read(batch) > 0) {
      for (let r = 0; r < batch.count; r++) {
        rows.push(Object.fromEntries(MBO_COLUMNS.map((name) => [name, batch[name][r]!])) as Row);
      }
    }
  };
  let from = 0;
  for (const cut of [...(options.cuts ?? []), bytes.length].sort((a, b) => a - b)) {
    decoder.write(bytes.slice(from, cut));
    drain();
    from = cut;
  }
  decoder.end();
  drain();
  return { rows, decoder, quarantine };
}

export function faultOf(bytes: Uint8Array, mode: 'strict' | 'lenient' = 'strict'): TwinError {
  try {
    decodeRows(bytes, { mode });
  } catch (error) {
    if (error instanceof TwinError) return error;
    throw error;
  }
  throw new Error('it was decoded');
}

/** Splits the fields of the plain bytes with bigints, record by record. */
export function rawRecords(bytes: Uint8Array): RawMbo[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const records: RawMbo[] = [];
  for (let at = 8 + buffer.readUInt32LE(4); at < bytes.length; at += buffer[at]! * 4) {
    if (buffer[at + 1] !== 160) continue;
    records.push({
      action: String.fromCharCode(buffer[at + 38]!),
      side: String.fromCharCode(buffer[at + 39]!),
      orderId: buffer.readBigUInt64LE(at + 16),
      price: buffer.readBigInt64LE(at + 24),
      size: buffer.readUInt32LE(at + 32),
      flags: buffer[at + 36]!,
      tsEvent: buffer.readBigUInt64LE(at + 8),
      tsRecv: buffer.readBigUInt64LE(at + 40),
      instrument: buffer.readUInt32LE(at + 4),
      sequence: buffer.readUInt32LE(at + 52),
    });
  }
  return records;
}

export const ACTIONS: Record<string, number> = {
  A: MBO_ADD,
  C: MBO_REDUCE,
  M: MBO_MODIFY,
  R: MBO_CLEAR,
  T: MBO_TRADE,
  F: MBO_FILL,
  N: MBO_NONE,
};
const SIDES: Record<string, number> = { A: SELL, B: BUY, N: SIDE_UNKNOWN };

export function expectRowIsRecord(row: Row, raw: RawMbo, epochNs: bigint): void {
  const orderId = (BigInt(row.orderIdHi >>> 0) << 32n) | BigInt(row.orderIdLo >>> 0);
  const isSame =
    row.action === ACTIONS[raw.action] &&
    row.side === SIDES[raw.side] &&
    orderId === raw.orderId &&
    (row.price === UNDEF_PRICE ? UNDEF_PRICE_RAW : BigInt(row.price)) === raw.price &&
    row.qty === raw.size &&
    BigInt(row.tsEventNs) + epochNs === raw.tsEvent &&
    BigInt(row.tsRecvNs) + epochNs === raw.tsRecv &&
    row.instrument >>> 0 === raw.instrument &&
    row.sequence === raw.sequence &&
    ((row.flags & MBO_FLAG_LAST) !== 0) === ((raw.flags & 128) !== 0) &&
    ((row.flags & MBO_FLAG_SNAPSHOT) !== 0) === ((raw.flags & 32) !== 0);
  if (!isSame) expect(row).toEqual(raw);
}
