/**
 * Nasdaq TotalView-ITCH 5.0, every message type as one row of a table: numbers are big-endian and unsigned, text is
 * padded with spaces on the right. This is the readable codec; the fast way into columns is `itch-frames.ts`, and a
 * test holds the two against each other.
 * Source: Nasdaq TotalView-ITCH 5.0 specification; market-rules §12.1.
 */

import { TwinError } from '../../base/index.ts';

/** Kind of a field: text of so many bytes, or an unsigned number. 64-bit numbers are bigints. */
type FieldKind = 'text' | 'uint16' | 'uint32' | 'uint48' | 'uint64';
type Field = readonly [name: string, kind: FieldKind, bytes: number];

const STOCK = ['stock', 'text', 8] as const;
const ORDER_REF = ['orderRef', 'uint64', 8] as const;
const SIDE = ['side', 'text', 1] as const;
const SHARES = ['shares', 'uint32', 4] as const;
const PRICE = ['priceE4', 'uint32', 4] as const;
const MATCH = ['matchNumber', 'uint64', 8] as const;
const CROSS_TYPE = ['crossType', 'text', 1] as const;

/** What follows the type letter in every message. */
const HEADER = [
  ['stockLocate', 'uint16', 2],
  ['trackingNumber', 'uint16', 2],
  ['tsEventNs', 'uint48', 6],
] as const satisfies readonly Field[];

/** Fields after the header. Prices end in E4 (1e-4 of the currency unit) or E8 (1e-8). */
const LAYOUTS = {
  S: [['eventCode', 'text', 1]],
  R: [
    STOCK,
    ['marketCategory', 'text', 1],
    ['financialStatus', 'text', 1],
    ['roundLotShares', 'uint32', 4],
    ['roundLotsOnly', 'text', 1],
    ['issueClassification', 'text', 1],
    ['issueSubType', 'text', 2],
    ['authenticity', 'text', 1],
    ['shortSaleThreshold', 'text', 1],
    ['ipoFlag', 'text', 1],
    ['luldTier', 'text', 1],
    ['etpFlag', 'text', 1],
    ['etpLeverageFactor', 'uint32', 4],
    ['inverse', 'text', 1],
  ],
  H: [STOCK, ['tradingState', 'text', 1], ['reserved', 'text', 1], ['reason', 'text', 4]],
  Y: [STOCK, ['regShoAction', 'text', 1]],
  L: [
    ['mpid', 'text', 4],
    STOCK,
    ['primaryMarketMaker', 'text', 1],
    ['marketMakerMode', 'text', 1],
    ['participantState', 'text', 1],
  ],
  V: [
    ['level1E8', 'uint64', 8],
    ['level2E8', 'uint64', 8],
    ['level3E8', 'uint64', 8],
  ],
  W: [['breachedLevel', 'text', 1]],
  K: [
    STOCK,
    ['releaseTimeSeconds', 'uint32', 4],
    ['releaseQualifier', 'text', 1],
    ['ipoPriceE4', 'uint32', 4],
  ],
  J: [
    STOCK,
    ['collarReferencePriceE4', 'uint32', 4],
    ['upperCollarPriceE4', 'uint32', 4],
    ['lowerCollarPriceE4', 'uint32', 4],
    ['collarExtension', 'uint32', 4],
  ],
  h: [STOCK, ['marketCode', 'text', 1], ['haltAction', 'text', 1]],
  A: [ORDER_REF, SIDE, SHARES, STOCK, PRICE],
  F: [ORDER_REF, SIDE, SHARES, STOCK, PRICE, ['attribution', 'text', 4]],
  E: [ORDER_REF, SHARES, MATCH],
  C: [ORDER_REF, SHARES, MATCH, ['printable', 'text', 1], PRICE],
  X: [ORDER_REF, SHARES],
  D: [ORDER_REF],
  U: [ORDER_REF, ['newOrderRef', 'uint64', 8], SHARES, PRICE],
  P: [ORDER_REF, SIDE, SHARES, STOCK, PRICE, MATCH],
  Q: [['crossShares', 'uint64', 8], STOCK, PRICE, MATCH, CROSS_TYPE],
  B: [MATCH],
  I: [
    ['pairedShares', 'uint64', 8],
    ['imbalanceShares', 'uint64', 8],
    ['imbalanceDirection', 'text', 1],
    STOCK,
    ['farPriceE4', 'uint32', 4],
    ['nearPriceE4', 'uint32', 4],
    ['referencePriceE4', 'uint32', 4],
    CROSS_TYPE,
    ['priceVariation', 'text', 1],
  ],
  N: [STOCK, ['interestFlag', 'text', 1]],
  O: [
    STOCK,
    ['openEligibility', 'text', 1],
    ['minAllowablePriceE4', 'uint32', 4],
    ['maxAllowablePriceE4', 'uint32', 4],
    ['nearExecutionPriceE4', 'uint32', 4],
    ['nearExecutionTimeNs', 'uint64', 8],
    ['lowerRangePriceE4', 'uint32', 4],
    ['upperRangePriceE4', 'uint32', 4],
  ],
} as const satisfies Record<string, readonly Field[]>;

/** Type letter of an ITCH 5.0 message. */
export type ItchType = keyof typeof LAYOUTS;

type FieldValue<Kind> = Kind extends 'text' ? string : Kind extends 'uint64' ? bigint : number;
type FieldsOf<Layout extends readonly Field[]> = {
  readonly [F in Layout[number] as F[0]]: FieldValue<F[1]>;
};

/** One message type with its named fields; text has no trailing spaces. */
export type ItchMessageOf<Type extends ItchType> = { readonly type: Type } & FieldsOf<typeof HEADER> &
  FieldsOf<(typeof LAYOUTS)[Type]>;

/** Any ITCH 5.0 message, told apart by `type`. Times in ns since local midnight. */
export type ItchMessage = { [Type in ItchType]: ItchMessageOf<Type> }[ItchType];

const ALL_FIELDS = new Map<string, readonly Field[]>(
  Object.entries(LAYOUTS).map(([type, fields]) => [type, [...HEADER, ...fields]]),
);

/** Length of a message in bytes by type letter, without a length prefix. */
export const ITCH_LENGTHS = Object.fromEntries(
  [...ALL_FIELDS].map(([type, fields]) => [type, 1 + fields.reduce((sum, field) => sum + field[2], 0)]),
) as Readonly<Record<ItchType, number>>;

/** Length in bytes by character code of the type letter; 0 where no message has that letter. */
export const ITCH_LENGTH_BY_CODE = new Uint8Array(256);
for (const [type, length] of Object.entries(ITCH_LENGTHS)) ITCH_LENGTH_BY_CODE[type.charCodeAt(0)] = length;

/** Reads one message without its length prefix; raises DATA_RECORD for an unknown type or a wrong length. */
export function decodeItchMessage(bytes: Uint8Array, offset: number, length: number): ItchMessage {
  if (length < 1 || offset < 0 || offset + length > bytes.length) {
    throw new TwinError('DATA_RECORD', 'a message lies within its bytes', {
      offset,
      length,
      bytes: bytes.length,
    });
  }
  const type = String.fromCharCode(bytes[offset]!);
  const fields = ALL_FIELDS.get(type);
  if (fields === undefined)
    throw new TwinError('DATA_RECORD', 'a message type is one of the format', { type });
  const expected = ITCH_LENGTH_BY_CODE[bytes[offset]!]!;
  if (length !== expected) {
    throw new TwinError('DATA_RECORD', 'a record has the length of its type', { type, length, expected });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const message: Record<string, unknown> = { type };
  let at = offset + 1;
  for (const [name, kind, size] of fields) {
    message[name] = kind === 'text' ? readText(bytes, at, size) : readNumber(view, at, kind);
    at += size;
  }
  return message as ItchMessage;
}

/** Writes one message without a length prefix; raises DATA_RECORD when a value does not fit its field. */
export function encodeItchMessage(message: ItchMessage): Uint8Array {
  const fields = ALL_FIELDS.get(message.type);
  if (fields === undefined) {
    throw new TwinError('DATA_RECORD', 'a message type is one of the format', { type: message.type });
  }
  const bytes = new Uint8Array(ITCH_LENGTHS[message.type]);
  const view = new DataView(bytes.buffer);
  bytes[0] = message.type.charCodeAt(0);
  let at = 1;
  for (const [name, kind, size] of fields) {
    const value = (message as unknown as Record<string, unknown>)[name];
    if (kind === 'text') writeText(bytes, at, { name, value, size });
    else writeNumber(view, at, { name, value, size });
    at += size;
  }
  return bytes;
}

/** Only spaces go, so that padding them back gives the same bytes whatever they were. */
function readText(bytes: Uint8Array, at: number, size: number): string {
  let end = at + size;
  while (end > at && bytes[end - 1] === 0x20) end--;
  let text = '';
  for (let i = at; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

function readNumber(view: DataView, at: number, kind: Exclude<FieldKind, 'text'>): number | bigint {
  switch (kind) {
    case 'uint16':
      return view.getUint16(at);
    case 'uint32':
      return view.getUint32(at);
    case 'uint48':
      return view.getUint16(at) * 0x1_0000_0000 + view.getUint32(at + 2);
    case 'uint64':
      return view.getBigUint64(at);
  }
}

interface FieldToWrite {
  readonly name: string;
  readonly value: unknown;
  /** Bytes. */
  readonly size: number;
}

function writeText(bytes: Uint8Array, at: number, field: FieldToWrite): void {
  const { name, value, size } = field;
  if (typeof value !== 'string' || value.length > size || !/^[\0-\xff]*$/.test(value)) {
    throw new TwinError('DATA_RECORD', 'a text field has at most its length in one-byte characters', {
      field: name,
      value: String(value),
      bytes: size,
    });
  }
  for (let i = 0; i < size; i++) bytes[at + i] = i < value.length ? value.charCodeAt(i) : 0x20;
}

function writeNumber(view: DataView, at: number, field: FieldToWrite): void {
  const { name, value, size } = field;
  const isWhole = size === 8 ? typeof value === 'bigint' : Number.isInteger(value);
  const whole = isWhole ? BigInt(value as number | bigint) : -1n;
  if (whole < 0n || whole >= 1n << BigInt(8 * size)) {
    throw new TwinError('DATA_RECORD', 'a number field holds an unsigned whole number of its length', {
      field: name,
      value: String(value),
      bytes: size,
    });
  }
  for (let i = size - 1, rest = whole; i >= 0; i--, rest >>= 8n) view.setUint8(at + i, Number(rest & 0xffn));
}
