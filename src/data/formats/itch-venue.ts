/**
 * ITCH messages about sessions, halts, auctions and limits as venue messages:
 *   S system event | H trading action | h operational halt | V W market-wide circuit breaker | Y Reg SHO | J LULD collar
 *   K IPO quoting period | I imbalance | Q cross
 * Source: Nasdaq TotalView-ITCH 5.0 specification, sections 1.1, 1.2 and 1.6; market-rules §12.1, §3.5, §3.6, §4.
 */

import { UNDEF_PRICE } from '../mbo-batch.ts';
import type {
  AuctionName,
  ImbalanceDirectionName,
  SessionRuleName,
  SystemEventName,
  VenueMessage,
  VenueMessageHead,
  VenueStatus,
} from '../venue-message.ts';

const TWO_32 = 0x1_0000_0000;
const NS_PER_SECOND = 1_000_000_000;
const DAY_SECONDS = 86_400;

export const ITCH_S = 0x53;
export const ITCH_H = 0x48;
export const ITCH_OPERATIONAL_HALT = 0x68;
export const ITCH_V = 0x56;
export const ITCH_W = 0x57;
export const ITCH_Y = 0x59;
export const ITCH_J = 0x4a;
export const ITCH_K = 0x4b;
export const ITCH_I = 0x49;
export const ITCH_Q = 0x51;

const SYSTEM_EVENTS: Readonly<Record<string, SystemEventName>> = {
  O: 'startOfMessages',
  S: 'startOfSystemHours',
  Q: 'startOfMarketHours',
  M: 'endOfMarketHours',
  E: 'endOfSystemHours',
  C: 'endOfMessages',
};

/** P stops trading as H does, but is a pause of LULD. */
const STATUSES: Readonly<Record<string, VenueStatus>> = {
  H: 'halted',
  P: 'halted',
  Q: 'quoting',
  T: 'trading',
};

/** Nasdaq's reason codes that belong to a rule; of the others it is known only that there is one. */
const RULES: Readonly<Record<string, SessionRuleName>> = {
  '': '',
  ...rulesOf('luld', ['LUDP', 'LUDS', 'T5']),
  ...rulesOf('marketWide', ['MWC0', 'MWC1', 'MWC2', 'MWC3', 'MWCQ']),
  ...rulesOf('news', ['T1', 'T2', 'T3', 'C3']),
  ...rulesOf('regulatory', ['H4', 'H9', 'H10', 'H11', 'T6', 'T12']),
  ...rulesOf('operator', ['O1']),
};

/** H is of halted and of new stocks, A of the extended close, I of the intraday and post-close cross. */
const AUCTIONS: Readonly<Record<string, AuctionName>> = {
  O: 'opening',
  C: 'closing',
  A: 'closing',
  H: 'reopening',
  I: 'intraday',
};

/** Where the stock's name stands in a message about one stock, by the code of its type; 0 = about all stocks. */
export const ITCH_VENUE_STOCK_AT = new Uint8Array(256);
for (const type of [ITCH_H, ITCH_OPERATIONAL_HALT, ITCH_Y, ITCH_J, ITCH_K]) ITCH_VENUE_STOCK_AT[type] = 11;
ITCH_VENUE_STOCK_AT[ITCH_Q] = 19;
ITCH_VENUE_STOCK_AT[ITCH_I] = 28;

/** Reads the message at `at`, which is whole; null if one of its values is none that the format has. */
export function readItchVenue(
  type: number,
  view: DataView,
  at: number,
  row: number,
  sourceIndex: number,
): VenueMessage | null {
  const head: VenueMessageHead = {
    row,
    sourceIndex,
    tsEventNs: view.getUint16(at + 5) * TWO_32 + view.getUint32(at + 7),
    instrument: ITCH_VENUE_STOCK_AT[type] === 0 ? null : view.getUint16(at + 1),
  };
  switch (type) {
    case ITCH_S:
      return systemEvent(head, letter(view, at + 11));
    case ITCH_H:
      return tradingAction(head, view, at);
    case ITCH_OPERATIONAL_HALT:
      return operationalHalt(head, view, at);
    case ITCH_V:
      return declineLevels(head, view, at);
    case ITCH_W:
      return marketBreach(head, letter(view, at + 11));
    case ITCH_Y:
      return shortSale(head, letter(view, at + 19));
    case ITCH_J:
      return collar(head, view, at);
    case ITCH_K:
      return ipoRelease(head, view, at);
    case ITCH_I:
      return imbalance(head, view, at);
    default:
      return cross(head, view, at);
  }
}

function systemEvent(head: VenueMessageHead, code: string): VenueMessage | null {
  const event = SYSTEM_EVENTS[code];
  return event === undefined ? null : { ...head, kind: 'systemEvent', event };
}

function tradingAction(head: VenueMessageHead, view: DataView, at: number): VenueMessage | null {
  const state = letter(view, at + 19);
  const status = STATUSES[state];
  if (status === undefined) return null;
  const reason = text(view, at + 21, 4);
  const rule = state === 'P' && reason === '' ? 'luld' : (RULES[reason] ?? 'other');
  return { ...head, kind: 'status', status, layer: 'trading', rule, reason, group: '' };
}

/** The feeds of Nasdaq, BX and PSX tell of their own systems each, so the market code only has to be one of theirs. */
function operationalHalt(head: VenueMessageHead, view: DataView, at: number): VenueMessage | null {
  const market = letter(view, at + 19);
  const action = letter(view, at + 20);
  if (!'QBX'.includes(market) || !'HT'.includes(action)) return null;
  const status = action === 'H' ? 'halted' : 'trading';
  return { ...head, kind: 'status', status, layer: 'service', rule: 'outage', reason: market, group: '' };
}

function declineLevels(head: VenueMessageHead, view: DataView, at: number): VenueMessage | null {
  const levelsE8 = [whole64(view, at + 11), whole64(view, at + 19), whole64(view, at + 27)] as const;
  return levelsE8.some(Number.isNaN) ? null : { ...head, kind: 'declineLevels', levelsE8: [...levelsE8] };
}

function marketBreach(head: VenueMessageHead, code: string): VenueMessage | null {
  const level = '123'.indexOf(code) + 1;
  return level === 0 ? null : { ...head, kind: 'marketBreach', level: level as 1 | 2 | 3 };
}

/** 0 no restriction, 1 restricted by a fall of this day, 2 still restricted by one before. */
function shortSale(head: VenueMessageHead, code: string): VenueMessage | null {
  return '012'.includes(code) ? { ...head, kind: 'shortSale', isRestricted: code !== '0' } : null;
}

function collar(head: VenueMessageHead, view: DataView, at: number): VenueMessage | null {
  const highPrice = view.getUint32(at + 23);
  const lowPrice = view.getUint32(at + 27);
  if (lowPrice > highPrice) return null;
  const referencePrice = view.getUint32(at + 19);
  return { ...head, kind: 'collar', referencePrice, lowPrice, highPrice, extension: view.getUint32(at + 31) };
}

/** Qualifier A: the time is anticipated, C: the release is cancelled or put off. */
function ipoRelease(head: VenueMessageHead, view: DataView, at: number): VenueMessage | null {
  const seconds = view.getUint32(at + 19);
  const qualifier = letter(view, at + 23);
  if (!'AC'.includes(qualifier) || seconds >= DAY_SECONDS) return null;
  const price = view.getUint32(at + 24);
  const releaseNs = seconds * NS_PER_SECOND;
  return { ...head, kind: 'ipoRelease', releaseNs, isCancelled: qualifier === 'C', price: priceOf(price) };
}

function imbalance(head: VenueMessageHead, view: DataView, at: number): VenueMessage | null {
  const pairedQty = whole64(view, at + 11);
  const imbalanceQty = whole64(view, at + 19);
  const direction = letter(view, at + 27);
  const auction = AUCTIONS[letter(view, at + 48)];
  if (Number.isNaN(pairedQty + imbalanceQty) || !'BSNOP'.includes(direction) || auction === undefined)
    return null;
  return {
    ...head,
    kind: 'imbalance',
    auction,
    pairedQty,
    imbalanceQty,
    direction: direction as ImbalanceDirectionName,
    farPrice: priceOf(view.getUint32(at + 36)),
    nearPrice: priceOf(view.getUint32(at + 40)),
    referencePrice: priceOf(view.getUint32(at + 44)),
    variation: text(view, at + 49, 1),
  };
}

function cross(head: VenueMessageHead, view: DataView, at: number): VenueMessage | null {
  const qty = whole64(view, at + 11);
  const auction = AUCTIONS[letter(view, at + 39)];
  if (Number.isNaN(qty) || auction === undefined) return null;
  return { ...head, kind: 'cross', auction, qty, price: priceOf(view.getUint32(at + 27)) };
}

/** A price of 0 says that there is none. */
function priceOf(priceE4: number): number {
  return priceE4 === 0 ? UNDEF_PRICE : priceE4;
}

function letter(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at));
}

function text(view: DataView, at: number, length: number): string {
  let found = '';
  for (let i = 0; i < length; i++) found += letter(view, at + i);
  return found.replace(/ +$/, '');
}

/** An unsigned 64-bit number; NaN if a double does not hold it exactly. */
function whole64(view: DataView, at: number): number {
  const value = view.getUint32(at) * TWO_32 + view.getUint32(at + 4);
  return value <= Number.MAX_SAFE_INTEGER ? value : Number.NaN;
}

function rulesOf(rule: SessionRuleName, reasons: readonly string[]): Record<string, SessionRuleName> {
  return Object.fromEntries(reasons.map((reason) => [reason, rule]));
}
