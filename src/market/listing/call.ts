/** What a call of an auction would come to, and what is made of it (market-rules §3). */

import { BUY, SELL, type Side, UNDEF_INT32 } from '../../domain/index.ts';
import {
  type AllocationRule,
  allocateCross,
  flagsWithoutPrice,
  leftAfterCross,
  type ShareAtPrice,
} from '../auction/allocation.ts';
import { type ClearingPrice, findClearingPrice } from '../auction/clearing-price.ts';
import { computeNoii } from '../auction/imbalance.ts';
import { type AuctionInterest, buildInterest } from '../auction/interest.ts';
import { validateOpening } from '../auction/opening-validation.ts';
import type { PriceContext } from '../auction/price-steps.ts';
import type { PriceRange } from '../auction/price-width.ts';
import type { OrderBook } from '../book/contract.ts';
import type { AuctionKind, CallOutlook } from '../breakers/contract.ts';
import { takesPartIn } from '../session/instructions.ts';
import { type CollectedOrders, collectOrders, executeCross } from './auction-interest.ts';
import { HELD_FOR_AUCTION, type HeldOrder, type HeldOrders } from './held-orders.ts';
import type { ListingAuctions } from './listing-config.ts';

/** What a call is about: its orders, its price as of now. */
export interface Call {
  readonly kind: AuctionKind;
  readonly collected: CollectedOrders;
  readonly interest: AuctionInterest;
  readonly price: ClearingPrice;
}

export interface CallParts {
  readonly book: OrderBook;
  readonly held: HeldOrders;
  readonly auctions: ListingAuctions;
  readonly arrivalOf: (orderId: number) => number;
  /** Last price, or the close of the day before; UNDEF_INT32 for none. */
  readonly referenceTicks: number;
}

/** Looks at a call as it stands. `collar` bounds the price, null = nothing does. */
export function lookAtCall(parts: CallParts, kind: AuctionKind, collar: PriceRange | null): Call {
  const { book, held, auctions } = parts;
  const waiting = held
    .inTime()
    .filter((order) => order.waitsFor === HELD_FOR_AUCTION && takesPartIn(order.instruction, kind));
  const collected = collectOrders(book, waiting, parts.arrivalOf);
  const interest = buildInterest(collected.orders, { without: flagsWithoutPrice(auctions.rules.allocation) });
  const rule = (kind === 'reopening' ? auctions.rules.price.halt : undefined) ?? auctions.rules.price.cross;
  return { kind, collected, interest, price: findClearingPrice(interest, rule, contextOf(parts, collar)) };
}

export function contextOf(
  { book, auctions, referenceTicks }: CallParts,
  collar: PriceRange | null,
): PriceContext {
  const bidTicks = book.bestTicks(BUY);
  const askTicks = book.bestTicks(SELL);
  const hasQuote = bidTicks !== UNDEF_INT32 && askTicks !== UNDEF_INT32 && bidTicks < askTicks;
  return {
    stepTicks: 1,
    referenceTicks: referenceTicks === UNDEF_INT32 ? null : referenceTicks,
    quote: hasQuote ? { bidTicks, askTicks } : null,
    threshold: auctions.threshold,
    collar,
  };
}

/**
 * An opening as the venue's check of its price leaves it (market-rules §2.2): a price too far from a benchmark is none, and
 * orders for the opening alone go as they do without one. The last trade counts whenever it was.
 */
export function validated(
  { auctions, book }: Pick<CallParts, 'auctions' | 'book'>,
  call: Call,
  previousCloseTicks: number,
): Call {
  const { openingValidation } = auctions;
  const { priceTicks } = call.price;
  if (openingValidation === null || call.kind !== 'opening' || priceTicks === null) return call;
  const [bidTicks, askTicks, lastTicks] = [book.bestTicks(BUY), book.bestTicks(SELL), book.lastTradeTicks];
  const hasQuote = bidTicks !== UNDEF_INT32 && askTicks !== UNDEF_INT32 && bidTicks < askTicks;
  const { isValid } = validateOpening(priceTicks, openingValidation, {
    previousCloseTicks: previousCloseTicks === UNDEF_INT32 ? null : previousCloseTicks,
    lastTradeTicks: lastTicks === UNDEF_INT32 ? null : lastTicks,
    quote: hasQuote ? { bidTicks, askTicks } : null,
  });
  return isValid ? call : { ...call, price: { ...call.price, ...INVALID } };
}

const INVALID = { priceTicks: null, volumeLots: 0, noPrice: 'notValid' } as const;

/** A call as breakers ask for it. */
export function outlookOf({ kind, price, interest }: Call): CallOutlook {
  const buys = Math.max(0, interest.marketBuyLots - price.volumeLots);
  const sells = Math.max(0, interest.marketSellLots - price.volumeLots);
  const unmatchedMarketSide: Side | null = buys > 0 ? BUY : sells > 0 ? SELL : null;
  return { kind, potentialTicks: price.priceTicks ?? UNDEF_INT32, unmatchedMarketSide };
}

/** What becomes of the orders that waited outside of the book. */
export interface CrossOutcome {
  readonly tradeCount: number;
  readonly volumeLots: number;
  readonly filled: readonly HeldOrder[];
  readonly cancelled: readonly HeldOrder[];
  readonly continuing: readonly HeldOrder[];
}

/** Carries a call out: trades at its price, if it has one, and sorts the orders outside of the book by what is next for them. */
export function carryOut(parts: CallParts, call: Call): CrossOutcome {
  const { auctions, book } = parts;
  const { orders, accountIds, held } = call.collected;
  const rule: AllocationRule = auctions.rules.allocation;
  const { priceTicks } = call.price;
  let fillLots = new Float64Array(orders.count);
  let tradeCount = 0;
  let volumeLots = 0;
  if (priceTicks !== null) {
    const allocation = allocateCross(orders, call.interest, priceTicks, rule, sharesOf(auctions, accountIds));
    fillLots = allocation.fillLots as Float64Array<ArrayBuffer>;
    volumeLots = allocation.volumeLots;
    tradeCount = executeCross(book, call.collected, allocation);
  }
  const left = leftAfterCross(orders, fillLots, rule);
  const filled: HeldOrder[] = [];
  const cancelled: HeldOrder[] = [];
  const continuing: HeldOrder[] = [];
  held.forEach((order, row) => {
    if (order !== null) [filled, continuing, cancelled][left[row]!]!.push(order);
  });
  return { tradeCount, volumeLots, filled, cancelled, continuing };
}

/** The venue's share by accounts, for rows of the auction. */
function sharesOf({ share }: ListingAuctions, accountIds: readonly number[]): ShareAtPrice | null {
  if (share === null) return null;
  return (rows, openLots, lots) =>
    share(
      rows.map((row) => accountIds[row]!),
      openLots,
      lots,
    );
}

/** Numbers of an indicative publication; prices UNDEF_INT32 where there is none. */
export interface Indicative {
  readonly priceTicks: number;
  readonly farTicks: number;
  readonly referenceTicks: number;
  readonly pairedLots: number;
  readonly imbalanceLots: number;
  readonly side: Side | null;
  /** Index of IMBALANCE_DIRECTIONS. */
  readonly direction: number;
}

const NOII_DIRECTIONS = ['B', 'S', 'N', 'O', 'P'];
const CROSS_LETTERS = { opening: 'O', closing: 'C', intraday: 'A', reopening: 'H' } as const;

/** What the venue publishes during a call: Nasdaq's three prices where its rules have them, else the indicative price. */
export function indicativeOf(
  parts: CallParts,
  kind: AuctionKind,
  isEarly: boolean,
  isPaused: boolean,
): Indicative {
  const { rules } = parts.auctions;
  const call = lookAtCall(parts, kind, null);
  if (rules.price.reference !== undefined && rules.noii !== undefined) {
    const noii = computeNoii(
      call.collected.orders,
      {
        cross: (kind === 'reopening' ? rules.price.halt : undefined) ?? rules.price.cross,
        reference: rules.price.reference,
        farIncludesImbalanceOnly: rules.noii.farIncludesImbalanceOnly,
      },
      { ...contextOf(parts, null), threshold: null },
      { crossType: CROSS_LETTERS[kind], isEarly, isPaused },
    );
    return {
      priceTicks: noii.nearTicks ?? UNDEF_INT32,
      farTicks: noii.farTicks ?? UNDEF_INT32,
      referenceTicks: noii.referenceTicks ?? UNDEF_INT32,
      pairedLots: noii.pairedLots,
      imbalanceLots: noii.imbalanceLots,
      side: noii.direction === 'B' ? BUY : noii.direction === 'S' ? SELL : null,
      direction: NOII_DIRECTIONS.indexOf(noii.direction),
    };
  }
  const { price } = call;
  const side = price.imbalanceSide;
  const hasOrders = call.collected.orders.count > 0;
  return {
    priceTicks: price.priceTicks ?? UNDEF_INT32,
    farTicks: UNDEF_INT32,
    referenceTicks: parts.referenceTicks,
    pairedLots: price.volumeLots,
    imbalanceLots: price.imbalanceLots,
    side,
    direction: side === BUY ? 0 : side === SELL ? 1 : hasOrders ? 2 : 3,
  };
}
