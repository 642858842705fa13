/** The outcome of an order as one or two sentences with the figures that prove it. */

import { assertNever } from '../../base/index.ts';
import { formatTicks, type InstrumentSpec } from '../../domain/index.ts';
import { formatClock, formatCount, formatDuration } from '../report/format.ts';
import type { Fill, LotsAccount, Outcome, SentOrder, TakenPlace } from './explanation.ts';
import type { EndingName, Obstacle } from './reasons.ts';
import { aheadText, bandText, lotsText, ticksText, wordsOf } from './words.ts';

interface Life {
  readonly sent: SentOrder;
  readonly rule: string | null;
  readonly lots: LotsAccount;
  readonly fills: readonly Fill[];
  readonly outcome: Outcome;
  readonly instrument: InstrumentSpec;
}

/** For instance: "Cancelled by its owner after 3.2 s, 5 of 5 lots unfilled, 140 lots in 3 orders still ahead. Its price …" */
export function whySentences({ sent, rule, lots, fills, outcome, instrument }: Life): string {
  const { ending, livedNs, obstacle, lastPlace } = outcome;
  if (ending === 'rejected') return `Rejected: ${rule}.`;
  if (ending === 'unanswered') return 'The journal ends before the venue answered.';
  if (ending === 'filled') {
    const trades = fills.length === 1 ? 'one trade' : `${fills.length} trades, the last`;
    const less = lots.cancelled > 0 ? `; ${lotsText(lots.cancelled)} had been taken off before` : '';
    return `Filled: ${lotsText(lots.filled)} in ${trades} ${waitText(livedNs)} it came${less}.`;
  }
  const lost = lots.cancelled + lots.expired + lots.open;
  const all = lots.sent + lots.changedByReplace;
  const unfilled = `${formatCount(lost)} of ${lotsText(all)} unfilled`;
  const isOpen = ending === 'openAtEnd' || ending === 'journalEnds';
  const wait = isOpen ? `${formatDuration(livedNs)} after` : waitText(livedNs);
  const start = `${ENDING_TEXTS[ending]} ${wait} it came, ${unfilled}${lastPlaceText(lastPlace)}.`;
  return obstacle === null ? start : `${start} ${obstacleText(obstacle, sent, instrument)}.`;
}

type UnfilledEnding = Exclude<EndingName, 'filled' | 'rejected' | 'unanswered'>;

const ENDING_TEXTS: Readonly<Record<UnfilledEnding, string>> = {
  cancelledByOwner: 'Cancelled by its owner',
  cancelled: 'Cancelled (the journal names no owner who asked)',
  massCancel: 'Cancelled by a mass cancel',
  iocRemainder: 'Cancelled as immediate or cancel',
  fokUnfilled: 'Cancelled as fill or kill',
  minQtyUnfilled: 'Cancelled for its minimum quantity',
  noLiquidity: 'Cancelled for want of orders on the other side',
  selfTrade: 'Cancelled by self-trade prevention',
  replacedBelowFilled: 'Ended by its owner, who replaced it to a total that was filled already,',
  auctionOver: 'Cancelled when its auction was over',
  auctionMissed: 'Cancelled when its auction did not take place',
  outsideBands: 'Cancelled outside of the price bands',
  disconnected: 'Cancelled when the connection of its owner broke',
  linkedOrder: 'Cancelled by the end of a linked order',
  parked: 'Taken out of the book by the venue, for a managed order that waits outside,',
  routed: 'Sent on to better quotes at other venues',
  returnRefused: 'Cancelled when the venue did not take back what had returned from other venues',
  corporateAction: 'Cancelled by a corporate action',
  contractExpired: 'Cancelled when its contract expired',
  quoteProtection: 'Pulled by market maker protection',
  expiredAtDayEnd: 'Expired at the end of its day',
  expiredAtItsTime: 'Expired at its time',
  expired: 'Expired',
  openAtEnd: 'Still open at the end of the run',
  journalEnds: 'Open where the journal ends before its run',
};

function lastPlaceText(place: TakenPlace | null): string {
  if (place === null) return '';
  return place.ordersAhead === 0 ? ', nothing ahead of it at its price' : `, ${aheadText(place)} still ahead`;
}

function waitText(ns: number): string {
  return ns === 0 ? 'as soon as' : `${formatDuration(ns)} after`;
}

function obstacleText(obstacle: Obstacle, sent: SentOrder, instrument: InstrumentSpec): string {
  const isBuy = sent.side === 'buy';
  const price = (ticks: number): string => formatTicks(instrument, ticks);
  const opposite = isBuy ? 'ask' : 'bid';
  switch (obstacle.kind) {
    case 'queueAhead':
      return `Its price was reached, but the queue ahead was not used up: ${lotsText(obstacle.tradedLots)} traded at its price meanwhile`;
    case 'frontOfQueue':
      return `Its price was reached and nothing stood ahead, but no more came: ${lotsText(obstacle.tradedLots)} traded at its price while it stood there`;
    case 'shared':
      return `Its price traded ${lotsText(obstacle.tradedLots)} while it stood there, and the rule of allocation gave them to others`;
    case 'priceNeverReached': {
      const { bestOppositeTicks, missedByTicks, nearestTradeTicks } = obstacle;
      const faced =
        bestOppositeTicks === null
          ? `it faced no ${opposite}`
          : `the best ${opposite} it faced was ${price(bestOppositeTicks)}, ${ticksText(missedByTicks!)} away`;
      const traded =
        nearestTradeTicks === null
          ? ''
          : `; the nearest trade on its side was at ${price(nearestTradeTicks)}`;
      const isReplaced = sent.priceTicks !== null && sent.priceTicks !== obstacle.priceTicks;
      return `Its ${isReplaced ? 'last ' : ''}price ${price(obstacle.priceTicks)} was never reached: ${faced}${traded}`;
    }
    case 'minQtyNotMet':
      return `Incoming orders had less than its minimum quantity of ${lotsText(obstacle.minQtyLots)}: ${formatCount(obstacle.passedOver)} trades passed it over`;
    case 'notEnoughLiquidity': {
      const { displayedLots, hiddenLots, fillableLots, neededLots, limitTicks, minQtyLots } = obstacle;
      const within = limitTicks === null ? 'On the other side' : `At ${price(limitTicks)} or better`;
      const minimum = minQtyLots === null ? '' : `, at least ${formatCount(minQtyLots)} at once`;
      const hidden = hiddenLots > 0 ? ` and ${formatCount(hiddenLots)} not displayed` : '';
      return `${within} stood ${lotsText(displayedLots)} displayed${hidden} when it came; it could take ${formatCount(fillableLots)} and needed ${formatCount(neededLots)}${minimum}`;
    }
    case 'selfTrade':
      return obstacle.metOrderId === null
        ? 'It met an order of its own group'
        : `It met order ${obstacle.metOrderId} of its own group`;
    case 'neverTriggered': {
      const { stopPriceTicks, nearestTradeTicks, missedByTicks } = obstacle;
      const nearest =
        nearestTradeTicks === null
          ? 'nothing traded'
          : `the nearest trade was at ${price(nearestTradeTicks)}, ${ticksText(missedByTicks!)} away`;
      return `Its stop price ${price(stopPriceTicks)} was never reached: ${nearest}`;
    }
    case 'halted':
      return `Nothing matched while it lived: the session was ${obstacle.state} since ${formatClock(obstacle.sinceNs)}`;
    case 'outsideBands':
      return `The price bands were ${bandText(obstacle.lowTicks, obstacle.highTicks, price)}`;
    case 'noAuction':
      return 'It was held for an auction that did not come while it lived';
    case 'noAuctionPrice':
      return `The ${obstacle.auction} auction found no price (${wordsOf(obstacle.noPrice)})`;
    case 'beyondClearingPrice':
      return `The ${obstacle.auction} auction traded at ${price(obstacle.clearingTicks)}, beyond its limit ${price(obstacle.limitTicks)}`;
    case 'auctionImbalance':
      return `The ${obstacle.auction} auction traded ${lotsText(obstacle.volumeLots)} at ${price(obstacle.clearingTicks)} and left ${lotsText(obstacle.imbalanceLots)} to ${obstacle.imbalanceSide}`;
    default:
      return assertNever(obstacle);
  }
}
