/**
 * Why an order was not filled, as one of a fixed set: how its life ended, and what stood in the way of a full fill until
 * then. The tables of docs/explain.md are made from the meanings here.
 */

import { CANCEL_REASON_NAMES } from '../../domain/index.ts';
import type { AuctionEvent, Place } from './explanation.ts';

/** How a life ends. */
export const ENDINGS = {
  filled: 'All that was open traded.',
  rejected: 'The venue refused the order, by the rule that is named.',
  unanswered: 'The journal ends between the order and its answer.',
  cancelledByOwner: 'Its owner cancelled it, or reduced it by all that was open.',
  cancelled: 'It was cancelled, and the journal names no owner who asked: the venue, or a recording, did it.',
  massCancel: 'A mass cancel took it.',
  iocRemainder: 'Immediate or cancel: what it did not fill at once was cancelled.',
  fokUnfilled: 'Fill or kill: it could not be filled as a whole at once.',
  minQtyUnfilled: 'It may not rest and found less than its minimum quantity.',
  noLiquidity: 'A market order or a triggered stop met no more orders.',
  selfTrade: 'Self-trade prevention took what was open.',
  replacedBelowFilled: 'Its owner replaced it to a total that was filled already.',
  auctionOver: 'It was for one auction only, and that is over.',
  auctionMissed: 'The auction that it was for did not take place.',
  outsideBands: 'What was open lay outside of the price bands.',
  disconnected: 'The connection of its owner broke.',
  linkedOrder: 'Another order of its group was filled or ended.',
  parked:
    'The venue took it out of the book; the order for which it stood waits outside, and comes back under another id.',
  routed:
    'It was sent on to better quotes at other venues; what came back goes on in the book under other ids.',
  returnRefused: 'The venue did not take back what had returned from other venues.',
  corporateAction:
    'A corporate action ended it before the ex-date: a reverse split, a merger, rights, an option contract that goes on under another symbol, or its owner takes orders out then.',
  contractExpired: 'The option contract that it was for expired.',
  quoteProtection: 'Market maker protection pulled it: the quotes of its account had traded too much.',
  expiredAtDayEnd: 'It was good for the day, and the day ended.',
  expiredAtItsTime: 'The time until which it was good came.',
  expired: 'It expired; the journal does not tell its time in force.',
  openAtEnd: 'The run ended, and it was still open.',
  journalEnds:
    'The journal ends before its run did, which was stopped, is still running, or whose journal was cut or damaged. The order was open there.',
} as const;
export type EndingName = keyof typeof ENDINGS;

/** Ending of a cancel reason; `requested` is told apart by who asked. */
export function endingOfCancel(code: number, isByOwner: boolean): EndingName {
  const name = CANCEL_REASON_NAMES[code] ?? '';
  if (name === '' || name === 'requested') return isByOwner ? 'cancelledByOwner' : 'cancelled';
  return name;
}

/** What stands in the way of a fill, with the figures that prove it. */
export type Obstacle =
  | ({
      readonly kind: 'queueAhead';
      /** Lots that traded at its price and side while it stood there, without it. */
      readonly tradedLots: number;
    } & Place)
  | { readonly kind: 'frontOfQueue'; readonly tradedLots: number }
  | { readonly kind: 'shared'; readonly tradedLots: number }
  | {
      readonly kind: 'priceNeverReached';
      readonly priceTicks: number;
      /** Best displayed opposite price while it stood; null: there was none. */
      readonly bestOppositeTicks: number | null;
      readonly missedByTicks: number | null;
      /** Nearest price at which its side of the book traded meanwhile. */
      readonly nearestTradeTicks: number | null;
    }
  | {
      readonly kind: 'minQtyNotMet';
      readonly minQtyLots: number;
      /** Trades that passed it over. */
      readonly passedOver: number;
    }
  | {
      readonly kind: 'notEnoughLiquidity';
      readonly limitTicks: number | null;
      readonly neededLots: number;
      readonly fillableLots: number;
      readonly displayedLots: number;
      readonly hiddenLots: number;
      /** Least execution that it takes; null: none was asked. */
      readonly minQtyLots: number | null;
    }
  | { readonly kind: 'selfTrade'; readonly metOrderId: number | null; readonly stpGroup: number | null }
  | {
      readonly kind: 'neverTriggered';
      readonly stopPriceTicks: number;
      /** Trade price nearest to its stop while it waited; null: nothing traded. */
      readonly nearestTradeTicks: number | null;
      readonly missedByTicks: number | null;
    }
  | { readonly kind: 'halted'; readonly state: string; readonly sinceNs: number }
  | { readonly kind: 'outsideBands'; readonly lowTicks: number | null; readonly highTicks: number | null }
  | { readonly kind: 'noAuction' }
  | { readonly kind: 'noAuctionPrice'; readonly auction: string; readonly noPrice: string }
  | {
      readonly kind: 'beyondClearingPrice';
      readonly auction: string;
      readonly clearingTicks: number;
      readonly limitTicks: number;
    }
  | ({ readonly kind: 'auctionImbalance'; readonly clearingTicks: number } & Pick<
      AuctionEvent,
      'auction' | 'volumeLots' | 'imbalanceSide' | 'imbalanceLots'
    >);
export type ObstacleKind = Obstacle['kind'];

/** What each obstacle means and which figures come with it. */
export const OBSTACLES: Readonly<Record<ObstacleKind, string>> = {
  queueAhead:
    'Its price was reached, but orders ahead of it were not used up: orders and lots still ahead, lots that traded at its price meanwhile.',
  frontOfQueue:
    'Its price was reached and nothing stood ahead any more; what came to it ended: lots that traded at its price.',
  shared: 'Its price traded while it stood there, and the rule of allocation gave the lots to others.',
  priceNeverReached:
    'Nobody came to its price while it stood: the best opposite price that it faced, how many ticks away that was, the nearest trade.',
  minQtyNotMet: 'Incoming orders were smaller than its minimum quantity and passed it over.',
  notEnoughLiquidity:
    'Too little stood within its limit when it came: lots that it needed, that it could take, and that stood there.',
  selfTrade: 'It met an order of its own group.',
  neverTriggered:
    'It waited as a stop and no trade reached its stop price: the nearest trade and how many ticks were missing.',
  halted: 'Nothing matched for all of its life: the state of the session, and since when.',
  outsideBands: 'The price bands in force left no room for it.',
  noAuction: 'It was held for an auction that did not come while it lived.',
  noAuctionPrice: 'Its auction found no price, for the reason that is named.',
  beyondClearingPrice: 'Its limit was worse than the price of its auction.',
  auctionImbalance: 'Its auction had too little on the other side at its price: volume and imbalance.',
};
