/**
 * DBN records of the schemas status and imbalance as venue messages. Both are the same in versions 1 to 3:
 *
 * ```
 * status 40:     header[16] tsRecv:u64 action:u16 reason:u16 event:u16 isTrading:c isQuoting:c isShortSellRestricted:c -[7]
 * imbalance 112: header[16] tsRecv:u64 ref:i64 auctionTime:u64 contBookClr:i64 auctInterestClr:i64 ssrFilling:i64
 *                indMatch:i64 upperCollar:i64 lowerCollar:i64 paired:u32 total:u32 market:u32 unpaired:u32
 *                auctionType:c side:c auctionStatus:u8 freezeStatus:u8 extensions:u8 unpairedSide:c significant:c -[1]
 * ```
 * Source: Databento's DBN record definitions (StatusMsg, ImbalanceMsg and their enumerations); market-rules §12.3.
 */

import { UNDEF_PRICE } from '../mbo-batch.ts';
import type {
  AuctionName,
  SessionRuleName,
  VenueMessage,
  VenueMessageHead,
  VenueStatus,
} from '../venue-message.ts';

export const DBN_RTYPE_STATUS = 18;
export const DBN_RTYPE_IMBALANCE = 20;
export const DBN_SCHEMA_STATUS = 11;
export const DBN_SCHEMA_IMBALANCE = 12;
/** Bytes of a record by its type, without a send time of the gateway behind it. */
export const DBN_VENUE_BYTES: Readonly<Record<number, number>> = {
  [DBN_RTYPE_STATUS]: 40,
  [DBN_RTYPE_IMBALANCE]: 112,
};

const TWO_32 = 2 ** 32;
const UINT32_UNDEF = 0xffff_ffff;
const EVENT_NO_CANCEL = 1;
const YES = 0x59;
const NO = 0x4e;
const TILDE = 0x7e;

/** Index = status action. The last but one is about short sales; null leaves the session as it is. */
const STATUSES: readonly (VenueStatus | null)[] = [
  null,
  'preOpen',
  'auction',
  'quoting',
  'auction',
  'opening',
  'opening',
  'trading',
  'halted',
  'paused',
  'halted',
  'preClose',
  'closed',
  'postClose',
  null,
  'closed',
];
const ACTION_PRE_CROSS = 2;
const ACTION_CROSS = 4;
const ACTION_SHORT_SALE = 14;

/** Reasons by number; of those that are not here it is known only that there is one. */
const RULES: Readonly<Record<number, SessionRuleName>> = {
  0: '',
  1: '',
  2: 'operator',
  6: 'outage',
  10: 'regulatory',
  11: 'operator',
  12: 'regulatory',
  13: 'regulatory',
  14: 'regulatory',
  30: 'news',
  31: 'news',
  32: 'news',
  33: 'news',
  50: 'luld',
  60: 'outage',
  70: 'regulatory',
  120: 'marketWide',
  121: 'marketWide',
  122: 'marketWide',
  123: 'marketWide',
  124: 'marketWide',
};

/** Letters of Nasdaq (O C H A) and of NYSE (M core opening; P, R imbalances of the close). */
const AUCTIONS: Readonly<Record<string, AuctionName>> = {
  O: 'opening',
  M: 'opening',
  C: 'closing',
  A: 'closing',
  P: 'closing',
  R: 'closing',
  H: 'reopening',
};

/** Reads the status record at `at`; null if it changes nothing, a text if one of its values is none of the format. */
export function readDbnStatus(
  view: DataView,
  at: number,
  head: VenueMessageHead,
): VenueMessage | null | string {
  const action = view.getUint16(at + 24, true);
  const reason = view.getUint16(at + 26, true);
  const event = view.getUint16(at + 28, true);
  if (action >= STATUSES.length) return `status action ${action}`;
  if (action === ACTION_SHORT_SALE) {
    const flag = view.getUint8(at + 32);
    if (flag !== YES && flag !== NO) return `short sale restriction code ${flag}`;
    return { ...head, kind: 'shortSale', isRestricted: flag === YES };
  }
  // Some venues hold crosses beside continuous trading, which goes on.
  const isBesideTrading =
    (action === ACTION_PRE_CROSS || action === ACTION_CROSS) && view.getUint8(at + 30) === YES;
  const status = STATUSES[action]!;
  if (status === null || isBesideTrading) return null;
  return {
    ...head,
    kind: 'status',
    status: status === 'preOpen' && event === EVENT_NO_CANCEL ? 'noCancel' : status,
    layer: 'trading',
    rule: RULES[reason] ?? 'other',
    reason: reason <= 1 ? '' : String(reason),
    group: '',
  };
}

/** Reads the imbalance record at `at`; a text if one of its values is none of the format. */
export function readDbnImbalance(view: DataView, at: number, head: VenueMessageHead): VenueMessage | string {
  const side = String.fromCharCode(view.getUint8(at + 105));
  if (!'BAN'.includes(side)) return `side code ${view.getUint8(at + 105)}`;
  const pairedQty = view.getUint32(at + 88, true);
  const imbalanceQty = view.getUint32(at + 92, true);
  if (pairedQty === UINT32_UNDEF || imbalanceQty === UINT32_UNDEF) return 'quantities that are not given';
  const farPrice = priceOf(view, at + 48);
  const nearPrice = priceOf(view, at + 40);
  const referencePrice = priceOf(view, at + 24);
  if (Number.isNaN(farPrice + nearPrice + referencePrice)) return 'a price beyond 2^53 of 1e-9';
  return {
    ...head,
    kind: 'imbalance',
    auction: AUCTIONS[String.fromCharCode(view.getUint8(at + 104))] ?? null,
    pairedQty,
    imbalanceQty,
    direction: side === 'B' ? 'B' : side === 'A' ? 'S' : 'N',
    farPrice,
    nearPrice,
    referencePrice,
    variation: letterOf(view, at + 110),
  };
}

/** A letter; '' for none, which is written as a tilde, a blank, or 0. */
function letterOf(view: DataView, at: number): string {
  const code = view.getUint8(at);
  return code <= 32 || code === TILDE ? '' : String.fromCharCode(code);
}

/** A price in 1e-9; UNDEF_PRICE for none, which is also written as 0, NaN if a double does not hold it exactly. */
function priceOf(view: DataView, at: number): number {
  const hi = view.getInt32(at + 4, true);
  const lo = view.getUint32(at, true);
  if ((hi === 0 && lo === 0) || (hi === 0x7fff_ffff && lo === UINT32_UNDEF)) return UNDEF_PRICE;
  const price = hi * TWO_32 + lo;
  return Math.abs(price) < Number.MAX_SAFE_INTEGER ? price : Number.NaN;
}
