/** What a venue says of its sessions, auctions and breakers as objects with names and decimal text. */

import {
  AUCTION_KIND_NAMES,
  type AuctionKindName,
  EV_AUCTION,
  EV_BANDS,
  EV_INDICATIVE,
  EV_LIMIT_STATE,
  EV_SESSION,
  formatLots,
  formatTicks,
  HEAD_CODE_SHIFT,
  HEAD_SIDE_SHIFT,
  type Instrument,
  LIMIT_STATE_NAMES,
  NO_PRICE_NAMES,
  PRICE_TICKS_MAX,
  PRICE_TICKS_MIN,
  readFloat64,
  SESSION_CAUSE_NAMES,
  SESSION_RULE_NAMES,
  SESSION_STATE_NAMES,
  SIDE_NAMES,
  type SideName,
  UNDEF_INT32,
} from '../domain/index.ts';

export type SessionStateText = (typeof SESSION_STATE_NAMES)[number];

/** What an auction would come to now. */
export interface IndicativePrice {
  readonly auction: AuctionKindName;
  /** Null: nothing would trade. */
  readonly price: string | null;
  /** What would trade at it. */
  readonly paired: string;
  /** What would be left, and on which side; null: nothing would. */
  readonly imbalance: string;
  readonly imbalanceSide: SideName | null;
}

export type SessionEvent =
  | {
      readonly kind: 'session';
      readonly state: SessionStateText;
      readonly stateBefore: SessionStateText;
      /** Why: the schedule, a halt, an interruption and others. */
      readonly cause: string;
      /** The rule that stopped trading, '' where none did. */
      readonly rule: string;
    }
  | ({ readonly kind: 'indicative' } & IndicativePrice)
  | {
      readonly kind: 'auction';
      readonly auction: AuctionKindName;
      /** Null: it found none, for the reason `noPrice`. */
      readonly price: string | null;
      readonly noPrice: string;
      readonly volume: string;
      readonly imbalance: string;
      readonly imbalanceSide: SideName | null;
      readonly tradeCount: number;
    }
  /** Prices that may trade from now on; null leaves an end open. */
  | {
      readonly kind: 'bands';
      readonly low: string | null;
      readonly high: string | null;
      readonly rule: string;
    }
  | {
      readonly kind: 'limitState';
      readonly what: string;
      readonly price: string | null;
      readonly rule: string;
    };

/** The record that starts at word `at`; null for one of another kind. */
export function toSessionEvent(words: Int32Array, at: number, instrument: Instrument): SessionEvent | null {
  const head = words[at]!;
  const code = head >>> HEAD_CODE_SHIFT;
  const [low, high] = [code & 255, code >> 8];
  const priceAt = (word: number): string | null => priceText(instrument, words[at + word]!);
  const lotsAt = (word: number): number => readFloat64(words, at + word);
  const lots = (count: number): string => formatLots(instrument, count);
  const sideOf = (imbalanceLots: number): SideName | null =>
    imbalanceLots === 0 ? null : SIDE_NAMES[(head >> HEAD_SIDE_SHIFT) & 1]!;
  switch (head & 255) {
    case EV_SESSION:
      return {
        kind: 'session',
        state: SESSION_STATE_NAMES[words[at + 4]!]!,
        stateBefore: SESSION_STATE_NAMES[words[at + 5]!]!,
        cause: SESSION_CAUSE_NAMES[low]!,
        rule: SESSION_RULE_NAMES[high]!,
      };
    case EV_INDICATIVE:
      return {
        kind: 'indicative',
        auction: AUCTION_KIND_NAMES[low]!,
        price: priceAt(5),
        paired: lots(lotsAt(6)),
        imbalance: lots(lotsAt(8)),
        imbalanceSide: sideOf(lotsAt(8)),
      };
    case EV_AUCTION:
      return {
        kind: 'auction',
        auction: AUCTION_KIND_NAMES[low]!,
        price: priceAt(5),
        noPrice: NO_PRICE_NAMES[high]!,
        volume: lots(lotsAt(6)),
        imbalance: lots(lotsAt(8)),
        imbalanceSide: sideOf(lotsAt(8)),
        tradeCount: words[at + 10]!,
      };
    case EV_BANDS:
      return { kind: 'bands', low: priceAt(5), high: priceAt(6), rule: SESSION_RULE_NAMES[code]! };
    case EV_LIMIT_STATE:
      return {
        kind: 'limitState',
        what: LIMIT_STATE_NAMES[high]!,
        price: priceAt(5),
        rule: SESSION_RULE_NAMES[low]!,
      };
    default:
      return null;
  }
}

/** Decimal text of a price; null for none, and for the end of a band that is open. */
export function priceText(instrument: Instrument, ticks: number): string | null {
  const isNone = ticks === UNDEF_INT32 || ticks >= PRICE_TICKS_MAX || ticks <= PRICE_TICKS_MIN;
  return isNone ? null : formatTicks(instrument, ticks);
}
