/** Why an order was not filled: its ending, and by what was collected of its life the obstacle that stood in the way. */

import { BUY, SIDE_NAMES } from '../../domain/index.ts';
import type { AuctionEvent, Outcome, TakenPlace } from './explanation.ts';
import type { OrderFollower } from './order-follower.ts';
import type { OrderLife } from './order-life.ts';
import type { Stand } from './reach.ts';
import type { EndingName, Obstacle } from './reasons.ts';

export interface EndOfJournal {
  /** Time of the last record. */
  readonly lastNs: number;
  /** Whether the run came to its own end and all of its journal was read. */
  readonly isWhole: boolean;
}

/** Of an order that has been followed through the last record. */
export function outcomeOf(order: OrderFollower, { lastNs, isWhole }: EndOfJournal): Outcome {
  const { life } = order;
  const { lots, endNs } = life;
  const ending = life.ending ?? (life.answer === null ? 'unanswered' : isWhole ? 'openAtEnd' : 'journalEnds');
  return {
    status: statusOf(ending, lots.filled),
    ending,
    obstacle: obstacleOf(order, ending),
    endNs,
    livedNs: (endNs ?? lastNs) - life.sent!.timeNs,
    lastPlace: lastPlaceOf(order),
  };
}

/** Where it stood at its end, or stands where the journal ends. */
function lastPlaceOf({ life, place }: OrderFollower): TakenPlace | null {
  return life.ending === null ? place : life.lastPlace;
}

function statusOf(ending: EndingName, filledLots: number): Outcome['status'] {
  if (ending === 'filled' || ending === 'rejected') return ending;
  return filledLots > 0 ? 'partlyFilled' : 'unfilled';
}

function obstacleOf(order: OrderFollower, ending: EndingName): Obstacle | null {
  const { life, session } = order;
  // Many orders stood for it, each with obstacles of its own.
  if (life.isRouted) return null;
  switch (ending) {
    case 'filled':
    case 'rejected':
    case 'unanswered':
      return null;
    case 'iocRemainder':
    case 'fokUnfilled':
    case 'minQtyUnfilled':
    case 'noLiquidity':
      return liquidityOf(life);
    case 'selfTrade':
      return { kind: 'selfTrade', metOrderId: life.metOrderId, stpGroup: life.sent!.stpGroup };
    case 'outsideBands': {
      const { lowTicks, highTicks } = session;
      return { kind: 'outsideBands', lowTicks, highTicks };
    }
    default:
      return obstacleOfWaiting(order, ending);
  }
}

function liquidityOf(life: OrderLife): Obstacle | null {
  const entry = life.entries.at(-1);
  if (entry === undefined) return null;
  const { limitTicks, neededLots, fillableLots, displayedLots, hiddenLots, minQtyLots } = entry;
  return {
    kind: 'notEnoughLiquidity',
    limitTicks,
    neededLots,
    fillableLots,
    displayedLots,
    hiddenLots,
    minQtyLots,
  };
}

/** Of an order that rested, waited as a stop or was held when its life ended. */
function obstacleOfWaiting(order: OrderFollower, ending: EndingName): Obstacle | null {
  const { life, session } = order;
  const { wait, stand } = life;
  // It stands for nothing itself: what was in the way of the orders that carried it is told of them.
  if (order.isManaged) return null;
  if (wait !== null) {
    const { stopPriceTicks, nearestTradeTicks, missedByTicks } = wait;
    return { kind: 'neverTriggered', stopPriceTicks, nearestTradeTicks, missedByTicks };
  }
  const auction = session.events.findLast((event): event is AuctionEvent => event.kind === 'auction');
  const isForAuction =
    life.sent!.auctionTerm !== null || ending === 'auctionOver' || ending === 'auctionMissed';
  const isHeld = stand === null && session.state !== null;
  if (isForAuction || isHeld || (auction !== undefined && !life.hasSeenMatching)) {
    return auctionObstacle(life, auction);
  }
  if (!life.hasSeenMatching) {
    // What ends an order may be the change of state itself: the day's end expires it.
    const { state, sinceNs } = session.stateUntil(life.hasLasted ? life.endNs! : Number.POSITIVE_INFINITY);
    if (state !== null) return { kind: 'halted', state, sinceNs };
  }
  // A journal that is torn behind an acceptance does not tell what became of the order.
  return stand === null ? null : obstacleOfStand(order, stand);
}

function auctionObstacle({ limitTicks, sent }: OrderLife, event: AuctionEvent | undefined): Obstacle {
  if (event === undefined) return { kind: 'noAuction' };
  const { auction, priceTicks, noPrice, volumeLots, imbalanceSide, imbalanceLots } = event;
  if (priceTicks === null) return { kind: 'noAuctionPrice', auction, noPrice };
  const isBuy = sent!.side === SIDE_NAMES[BUY];
  if (limitTicks !== null && (isBuy ? limitTicks < priceTicks : limitTicks > priceTicks)) {
    return { kind: 'beyondClearingPrice', auction, clearingTicks: priceTicks, limitTicks };
  }
  return {
    kind: 'auctionImbalance',
    auction,
    clearingTicks: priceTicks,
    volumeLots,
    imbalanceSide,
    imbalanceLots,
  };
}

function obstacleOfStand(order: OrderFollower, stand: Stand): Obstacle {
  const { priceTicks, bestOppositeTicks, missedByTicks, nearestTradeTicks, tradedLots } = stand;
  const { minQtyLots } = stand;
  const isFaced = missedByTicks !== null && missedByTicks <= 0;
  if (minQtyLots > 0 && (stand.passedOver > 0 || isFaced)) {
    return { kind: 'minQtyNotMet', minQtyLots, passedOver: stand.passedOver };
  }
  if (!stand.isReached) {
    return { kind: 'priceNeverReached', priceTicks, bestOppositeTicks, missedByTicks, nearestTradeTicks };
  }
  if (order.rules.isShared && stand.passedOver > 0) return { kind: 'shared', tradedLots };
  const { ordersAhead, displayedLotsAhead, hiddenLotsAhead } = lastPlaceOf(order)!;
  if (ordersAhead > 0) {
    return { kind: 'queueAhead', ordersAhead, displayedLotsAhead, hiddenLotsAhead, tradedLots };
  }
  return { kind: 'frontOfQueue', tradedLots: tradedLots + stand.filledLots };
}
