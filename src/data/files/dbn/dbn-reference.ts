/**
 * DBN records that are rare: definitions, statistics, status, imbalances, mappings and messages of the gateway. Layouts that
 * differ between versions are told apart by their length. Source: Databento's DBN record definitions; market-rules §12.3.
 */

import { textOfPriceSteps } from '../../../base/index.ts';
import { dbnText } from '../../formats/dbn-metadata.ts';
import { readDbnImbalance, readDbnStatus } from '../../formats/dbn-venue.ts';
import type { NewRecord } from '../../registry.ts';
import type { ImbalanceExtras, VenueRecordWriter } from '../recordings/venue-record-writer.ts';
import type { DbnCursor } from './dbn-cursor.ts';

const UNDEF_INT64 = 2n ** 63n - 1n;
const UNDEF_UINT64 = 2n ** 64n - 1n;
const UNDEF_INT32 = 2 ** 31 - 1;
const UNDEF_UINT32 = 2 ** 32 - 1;
const PRICE_STEPS_MAX = 999_999_999_999_999_999n;

/** Where the fields of a definition stand, by its length: versions 1, 2 and 3. */
interface DefinitionLayout {
  readonly strike: number;
  readonly roundLot: number;
  readonly minTrade: number;
  readonly maxTrade: number;
  readonly multiplier: number;
  readonly unitQty: number;
  readonly currency: number;
  readonly rawSymbol: readonly [at: number, width: number];
  readonly exchange: number;
  readonly asset: readonly [at: number, width: number];
  readonly securityType: number;
  readonly cfi: number;
  readonly underlying: number;
  readonly class: number;
  readonly matching: number;
  readonly updateAction: number;
}

export const DBN_DEFINITIONS: Readonly<Record<number, DefinitionLayout>> = {
  360: {
    strike: 328,
    roundLot: 148,
    minTrade: 152,
    maxTrade: 136,
    multiplier: 160,
    unitQty: 88,
    currency: 186,
    rawSymbol: [200, 22],
    exchange: 243,
    asset: [248, 7],
    securityType: 262,
    cfi: 255,
    underlying: 300,
    class: 325,
    matching: 342,
    updateAction: 349,
  },
  400: {
    strike: 112,
    roundLot: 156,
    minTrade: 160,
    maxTrade: 144,
    multiplier: 164,
    unitQty: 88,
    currency: 186,
    rawSymbol: [200, 71],
    exchange: 292,
    asset: [297, 7],
    securityType: 311,
    cfi: 304,
    underlying: 349,
    class: 374,
    matching: 375,
    updateAction: 382,
  },
  520: {
    strike: 104,
    roundLot: 168,
    minTrade: 172,
    maxTrade: 156,
    multiplier: 176,
    unitQty: 80,
    currency: 224,
    rawSymbol: [238, 71],
    exchange: 330,
    asset: [335, 11],
    securityType: 353,
    cfi: 346,
    underlying: 391,
    class: 487,
    matching: 488,
    updateAction: 493,
  },
};

/** Kinds by the letter of the instrument class. */
const CLASSES: Readonly<Record<string, NewRecord<'definition'>['assetClass']>> = {
  B: 'bond',
  C: 'option',
  P: 'option',
  F: 'future',
  K: 'equity',
  M: 'spread',
  S: 'spread',
  T: 'spread',
  X: 'fx',
  Y: 'other',
};

export function readDefinition(cursor: DbnCursor): void {
  const layout = DBN_DEFINITIONS[cursor.length]!;
  const text = (at: number, width: number) => dbnText(cursor.bytes, cursor.at + at, width);
  const rawSymbol = text(...layout.rawSymbol);
  // The instrument has its name from its own record on.
  cursor.symbols.tell(cursor.view.getInt32(cursor.at + 4, true), rawSymbol);
  if (!cursor.open(16, 0)) return;
  const letter = String.fromCharCode(cursor.byte(layout.class));
  const assetClass = classOf(letter, text(layout.cfi, 7));
  if (assetClass === null) {
    cursor.reject('unknown-word', `instrument class ${cursor.byte(layout.class)}`);
    return;
  }
  const expiryNs = cursor.view.getBigUint64(cursor.at + 40, true);
  const hasExpiry = expiryNs !== UNDEF_UINT64 && expiryNs > 0n && expiryNs < UNDEF_INT64;
  cursor.sink.push('definition', {
    ...headOf(cursor),
    assetClass,
    mic: text(layout.exchange, 5) || null,
    currency: text(layout.currency, 4) || null,
    tick: givenPrice(cursor, 24),
    roundLot: whole(cursor, layout.roundLot),
    minQty: whole(cursor, layout.minTrade),
    maxQty: whole(cursor, layout.maxTrade),
    multiplier: multiplierOf(cursor, layout),
    underlying: text(layout.underlying, 21) || null,
    strike: letter === 'C' || letter === 'P' ? priceText(cursor, layout.strike) : null,
    right: letter === 'C' ? 'call' : letter === 'P' ? 'put' : null,
    style: styleOf(letter, text(layout.cfi, 7)),
    expiry: hasExpiry ? new Date(Number(expiryNs / 1_000_000n)).toISOString().slice(0, 10) : null,
    tsExpiry: hasExpiry ? expiryNs : null,
    isActive: String.fromCharCode(cursor.byte(layout.updateAction)) !== 'D',
    matching: cursor.byte(layout.matching) > 32 ? String.fromCharCode(cursor.byte(layout.matching)) : null,
    productCode: text(...layout.asset) || null,
    vendorId: String(cursor.instrument >>> 0),
  });
}

/** Options on futures have their own kind; the CFI code tells them apart where the venue fills it. */
function classOf(letter: string, cfi: string): NewRecord<'definition'>['assetClass'] | null {
  const known = CLASSES[letter];
  if (known === undefined) return null;
  if (known === 'option' && cfi.startsWith('O') && cfi[3] === 'F') return 'futureOption';
  return known;
}

function styleOf(letter: string, cfi: string): 'american' | 'european' | 'bermudan' | null {
  if ((letter !== 'C' && letter !== 'P') || !cfi.startsWith('O')) return null;
  return cfi[2] === 'A' ? 'american' : cfi[2] === 'E' ? 'european' : cfi[2] === 'B' ? 'bermudan' : null;
}

/** Money per price unit and contract: what one contract is of (50 index points, 125,000 EUR), which the venue states in two places. */
function multiplierOf(cursor: DbnCursor, layout: DefinitionLayout): number | null {
  const stated = whole(cursor, layout.multiplier);
  if (stated !== null) return stated;
  const unitQty = cursor.view.getBigInt64(cursor.at + layout.unitQty, true);
  return unitQty === UNDEF_INT64 || unitQty <= 0n ? null : Number(unitQty) / 1e9;
}

/** A 32-bit number above 0, null where none is given. */
function whole(cursor: DbnCursor, offset: number): number | null {
  const value = cursor.uint32(offset);
  return value === UNDEF_INT32 || value === UNDEF_UINT32 || value === 0 ? null : value;
}

type StatisticsKind = NewRecord<'statistics'>['kind'];

/** Kinds by number, and whether the figure stands in the price or in the quantity. */
const STATISTICS: Readonly<Record<number, readonly [StatisticsKind, 'price' | 'qty' | 'ratio', string]>> = {
  1: ['open', 'price', 'opening price'],
  2: ['indicativeOpen', 'price', 'indicative opening price'],
  3: ['settlement', 'price', 'settlement price'],
  4: ['low', 'price', 'session low'],
  5: ['high', 'price', 'session high'],
  6: ['clearedVolume', 'qty', 'cleared volume'],
  7: ['lowestAsk', 'price', 'lowest offer'],
  8: ['highestBid', 'price', 'highest bid'],
  9: ['openInterest', 'qty', 'open interest'],
  10: ['fixing', 'price', 'fixing price'],
  11: ['close', 'price', 'close price'],
  12: ['change', 'price', 'net change'],
  13: ['vwap', 'price', 'volume-weighted average price'],
  14: ['impliedVolatility', 'ratio', 'volatility'],
  15: ['delta', 'ratio', 'delta'],
  16: ['other', 'price', 'uncrossing price'],
  17: ['limitUp', 'price', 'upper price limit'],
  18: ['limitDown', 'price', 'lower price limit'],
  19: ['other', 'qty', 'block volume'],
  20: ['other', 'price', 'indicative closing price'],
};

/** Settlement prices tell by the first bit whether they are final. */
const STATISTIC_FINAL = 1;
const STATISTIC_SETTLEMENT = 3;

/**
 * statistics 64: tsRecv:u64 tsRef:u64 price:i64 quantity:i32 sequence:u32 tsInDelta:i32 type:u16 channel:u16 action:u8 flags:u8;
 * 80 (version 3): the quantity has 64 bits.
 */
export function readStatistics(cursor: DbnCursor): void {
  const isLong = cursor.length === 80;
  const { view, at } = cursor;
  const type = view.getUint16(at + (isLong ? 56 : 52), true);
  if (!cursor.open(16, 0)) return;
  const quantity = isLong ? view.getBigInt64(at + 40, true) : BigInt(view.getInt32(at + 40, true));
  const isGiven = quantity !== UNDEF_INT64 && quantity !== BigInt(UNDEF_INT32);
  const [kind, where, detail] = STATISTICS[type] ?? [
    'other',
    cursor.hasPrice(32) ? 'price' : 'qty',
    `type ${type}`,
  ];
  const referenceNs = view.getBigUint64(at + 24, true);
  const flags = cursor.byte(isLong ? 61 : 57);
  if (cursor.byte(isLong ? 60 : 56) === 2) cursor.sink.remark('statistic-deleted');
  cursor.sink.push('statistics', {
    ...headOf(cursor),
    sequence: cursor.uint32(isLong ? 48 : 44),
    kind,
    price: where === 'price' ? priceText(cursor, 32) : null,
    value:
      where === 'qty'
        ? isGiven
          ? Number(quantity)
          : null
        : where === 'ratio' && cursor.hasPrice(32)
          ? Number(view.getBigInt64(at + 32, true)) / 1e9
          : null,
    tsReference: referenceNs < UNDEF_INT64 ? referenceNs : null,
    isFinal: type === STATISTIC_SETTLEMENT ? (flags & STATISTIC_FINAL) !== 0 : null,
    detail,
  });
}

/** Status and imbalance records, in the words of venue messages. `epochNs` of the writer is 0: times are since 1970. */
export function readVenueRecord(cursor: DbnCursor, writer: VenueRecordWriter, isStatus: boolean): void {
  if (!cursor.open(16, 0)) return;
  const { view, at } = cursor;
  writer.setEpoch(cursor.tsEventNs);
  const head = { row: 0, sourceIndex: cursor.index, tsEventNs: 0, instrument: cursor.instrument };
  const said = isStatus ? readDbnStatus(view, at, head) : readDbnImbalance(view, at, head);
  const tsRecv = cursor.tsRecvNs;
  const extras = tsRecv === null ? {} : { tsRecv };
  if (said === null) cursor.sink.remark('status-without-change');
  else if (typeof said === 'string') cursor.reject('field-value', said);
  else if (isStatus) writer.write(said, extras);
  else {
    const auction = auctionOf(cursor);
    if (typeof auction === 'string') cursor.reject('field-value', auction);
    else writer.write(said, { ...extras, imbalance: auction });
  }
}

/**
 * What an imbalance record tells beside the message, as NYSE does; where a venue does not tell, 0 is written. Returns what is none
 * of the format.
 */
function auctionOf(cursor: DbnCursor): ImbalanceExtras | string {
  const auctionNs = cursor.view.getBigUint64(cursor.at + 32, true);
  const side = String.fromCharCode(cursor.byte(109));
  if (!'BAN ~\0'.includes(side)) return `unpaired side code ${cursor.byte(109)}`;
  return {
    matchPrice: givenPrice(cursor, 64),
    shortSalePrice: givenPrice(cursor, 56),
    collarHigh: givenPrice(cursor, 72),
    collarLow: givenPrice(cursor, 80),
    tsAuction: auctionNs === 0n || auctionNs > UNDEF_INT64 ? null : auctionNs,
    marketImbalanceQty: whole(cursor, 96),
    unpairedQty: whole(cursor, 100),
    unpairedSide: side === 'B' ? 'buy' : side === 'A' ? 'sell' : null,
    auctionStatus: cursor.byte(106) || null,
    isFrozen: cursor.byte(107) === 1 ? true : null,
    extensions: cursor.byte(108) || null,
  };
}

/** Symbol mapping by length: where the output symbol stands, and its width. */
export const DBN_MAPPINGS: Readonly<Record<number, readonly [at: number, width: number]>> = {
  80: [38, 22],
  176: [89, 71],
};

/** A mapping of a live stream. Where it names no other symbol (output is the number), the input symbol is the name. */
export function readMapping(cursor: DbnCursor): void {
  const [outAt, width] = DBN_MAPPINGS[cursor.length]!;
  const out = dbnText(cursor.bytes, cursor.at + outAt, width);
  const inAt = cursor.length === 80 ? 16 : 17;
  const symbol = /^\d+$/.test(out) ? dbnText(cursor.bytes, cursor.at + inAt, width) : out;
  cursor.symbols.tell(cursor.view.getInt32(cursor.at + 4, true), symbol);
  cursor.sink.remark('symbol-mapping');
}

/** Errors and system messages of the gateway. */
export function readGatewayMessage(cursor: DbnCursor, isError: boolean): void {
  const width = cursor.length === 80 ? 64 : cursor.length - 18;
  const text = dbnText(cursor.bytes, cursor.at + 16, width);
  if (isError) cursor.reject('vendor-error', text);
  else cursor.sink.remark(/heartbeat/i.test(text) ? 'heartbeat' : 'system-message');
}

function headOf(cursor: DbnCursor) {
  return {
    symbol: cursor.symbol,
    tsEvent: cursor.tsEventNs,
    tsRecv: cursor.tsRecvNs,
    sourceIndex: cursor.index,
  };
}

/** A price as text; null where none is given or it is none that fits. */
function priceText(cursor: DbnCursor, offset: number): string | null {
  const steps = cursor.view.getBigInt64(cursor.at + offset, true);
  if (steps === UNDEF_INT64) return null;
  return steps > PRICE_STEPS_MAX || steps < -PRICE_STEPS_MAX ? null : textOfPriceSteps(steps);
}

/** A price of which 0 is none. */
function givenPrice(cursor: DbnCursor, offset: number): string | null {
  const text = priceText(cursor, offset);
  return text === '0' ? null : text;
}
