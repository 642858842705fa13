/** Event records as objects with names and decimal text, for people and scripts. The hot path never makes one. */

import {
  CANCEL_REASON_NAMES,
  EV_ACCEPTED,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_CARRIED,
  EV_EXPIRED,
  EV_LEVEL,
  EV_REDUCED,
  EV_REFRESHED,
  EV_REJECTED,
  EV_REPLACE_REJECTED,
  EV_REPLACED,
  EV_RESTATED,
  EV_RESTED,
  EV_TRADE,
  EV_TRIGGERED,
  type EventBuffer,
  formatLots,
  formatTicks,
  HEAD_CODE_SHIFT,
  HEAD_FLAG_AUCTION,
  HEAD_FLAG_KEEPS_PRIORITY,
  HEAD_FLAG_MAKER_HIDDEN,
  HEAD_SIDE_SHIFT,
  type Instrument,
  RECORD_WORDS,
  REJECT_TEXTS,
  readFloat64,
  SIDE_NAMES,
  type SideName,
} from '../domain/index.ts';
import { type SessionEvent, toSessionEvent } from './venue-session-events.ts';

interface Common {
  /** Simulated time, ns. */
  readonly timeNs: number;
  readonly symbol: string;
  readonly side: SideName;
}

/** Prices and quantities are exact decimal text in the instrument's units. */
export type VenueEvent = Common &
  (
    | { readonly kind: 'accepted'; readonly orderId: number; readonly price: string; readonly qty: string }
    | { readonly kind: 'rejected'; readonly orderId: number; readonly code: number; readonly rule: string }
    | {
        readonly kind: 'cancelRejected' | 'replaceRejected';
        readonly orderId: number;
        readonly code: number;
        readonly rule: string;
      }
    | { readonly kind: 'canceled'; readonly orderId: number; readonly qty: string; readonly reason: string }
    | { readonly kind: 'expired'; readonly orderId: number; readonly qty: string }
    /** From now on `orderId` stands in the book for the managed order `originId`. */
    | { readonly kind: 'carried'; readonly orderId: number; readonly originId: number }
    | {
        readonly kind: 'reduced' | 'restated';
        readonly orderId: number;
        readonly qty: string;
        readonly leaves: string;
      }
    | {
        readonly kind: 'replaced';
        readonly orderId: number;
        readonly price: string;
        readonly leaves: string;
        readonly keepsPriority: boolean;
      }
    | {
        readonly kind: 'triggered';
        readonly orderId: number;
        readonly stopPrice: string;
        readonly qty: string;
      }
    | {
        readonly kind: 'rested' | 'refreshed';
        readonly orderId: number;
        readonly price: string;
        readonly displayed: string;
        readonly leaves: string;
      }
    | {
        readonly kind: 'trade';
        readonly tradeId: number;
        readonly price: string;
        readonly qty: string;
        readonly takerOrderId: number;
        readonly makerOrderId: number;
        readonly takerLeaves: string;
        readonly makerLeaves: string;
        readonly isMakerHidden: boolean;
        /** Of an auction: both orders were there before, the buy order stands as the taker. */
        readonly isAuction: boolean;
      }
    | {
        readonly kind: 'level';
        readonly price: string;
        readonly displayed: string;
        readonly orderCount: number;
      }
    | SessionEvent
  );

/** All records of a buffer as objects, commands left out. */
export function readVenueEvents(events: EventBuffer, instruments: readonly Instrument[]): VenueEvent[] {
  const found: VenueEvent[] = [];
  for (let record = 0; record < events.count; record++) {
    const event = toVenueEvent(events.words, record * RECORD_WORDS, instruments);
    if (event !== null) found.push(event);
  }
  return found;
}

function toVenueEvent(words: Int32Array, at: number, instruments: readonly Instrument[]): VenueEvent | null {
  const head = words[at]!;
  const instrument = instruments[words[at + 1]!]!;
  const common = {
    timeNs: readFloat64(words, at + 2),
    symbol: instrument.symbol,
    side: SIDE_NAMES[((head >> HEAD_SIDE_SHIFT) & 1) as 0 | 1],
  };
  const kind = head & 255;
  const code = head >>> HEAD_CODE_SHIFT;
  const orderId = words[at + 4]!;
  const price = formatTicks(instrument, words[at + 5]!);
  const lots = (word: number): string => formatLots(instrument, words[at + word]!);
  const refused = { orderId, code, rule: REJECT_TEXTS[code]! };
  switch (kind) {
    case EV_ACCEPTED:
      return { ...common, kind: 'accepted', orderId, price, qty: lots(6) };
    case EV_REJECTED:
      return { ...common, kind: 'rejected', ...refused };
    case EV_CANCEL_REJECTED:
    case EV_REPLACE_REJECTED:
      return {
        ...common,
        kind: kind === EV_CANCEL_REJECTED ? 'cancelRejected' : 'replaceRejected',
        ...refused,
      };
    case EV_CANCELED:
      return { ...common, kind: 'canceled', orderId, qty: lots(6), reason: CANCEL_REASON_NAMES[code]! };
    case EV_CARRIED:
      return { ...common, kind: 'carried', orderId, originId: words[at + 9]! };
    case EV_EXPIRED:
      return { ...common, kind: 'expired', orderId, qty: lots(6) };
    case EV_REDUCED:
    case EV_RESTATED:
      return {
        ...common,
        kind: kind === EV_REDUCED ? 'reduced' : 'restated',
        orderId,
        qty: lots(6),
        leaves: lots(7),
      };
    case EV_REPLACED:
      return {
        ...common,
        kind: 'replaced',
        orderId,
        price,
        leaves: lots(6),
        keepsPriority: (head & HEAD_FLAG_KEEPS_PRIORITY) !== 0,
      };
    case EV_TRIGGERED:
      return { ...common, kind: 'triggered', orderId, stopPrice: price, qty: lots(6) };
    default:
      return toBookEvent(kind, common, words, at, instrument);
  }
}

/** What happens in the book, and not only to one order; null for what is no event. */
function toBookEvent(
  kind: number,
  common: Common,
  words: Int32Array,
  at: number,
  instrument: Instrument,
): VenueEvent | null {
  const orderId = words[at + 4]!;
  const price = formatTicks(instrument, words[at + 5]!);
  const lots = (word: number): string => formatLots(instrument, words[at + word]!);
  switch (kind) {
    case EV_RESTED:
      return { ...common, kind: 'rested', orderId, price, displayed: lots(6), leaves: lots(7) };
    case EV_REFRESHED:
      return { ...common, kind: 'refreshed', orderId, price, displayed: lots(6), leaves: lots(7) };
    case EV_TRADE:
      return {
        ...common,
        kind: 'trade',
        tradeId: words[at + 10]!,
        price,
        qty: lots(6),
        takerOrderId: orderId,
        makerOrderId: words[at + 8]!,
        takerLeaves: lots(7),
        makerLeaves: lots(9),
        isMakerHidden: (words[at]! & HEAD_FLAG_MAKER_HIDDEN) !== 0,
        isAuction: (words[at]! & HEAD_FLAG_AUCTION) !== 0,
      };
    case EV_LEVEL:
      return {
        ...common,
        kind: 'level',
        price,
        displayed: formatLots(instrument, readFloat64(words, at + 6)),
        orderCount: words[at + 8]!,
      };
    default: {
      const said = toSessionEvent(words, at, instrument);
      return said === null ? null : { ...common, ...said };
    }
  }
}
