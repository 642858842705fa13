/**
 * What a venue says while it collects: indicative price and volume, Nasdaq's net order imbalance indicator (NOII) and the
 * imbalance message of NYSE (market-rules §3.5), and when it says it (§2.2, §2.3).
 */

import { BUY, type Side } from '../../domain/index.ts';
import { type ClearingPrice, findClearingPrice, sideOf } from './clearing-price.ts';
import {
  AUCTION_CROSS_ONLY,
  AUCTION_IMBALANCE_ONLY,
  type AuctionInterest,
  type AuctionOrders,
  type BestLimits,
  bestLimits,
  buildInterest,
  demandAt,
  supplyAt,
} from './interest.ts';
import type { PriceRule } from './price-rule.ts';
import type { PriceContext } from './price-steps.ts';

/** O opening, C closing, H halt or IPO, A extended trading close. */
export type CrossType = 'O' | 'C' | 'H' | 'A';

/** B buyers and S sellers left over, N nobody, O insufficient orders, P paused. */
export type ImbalanceDirection = 'B' | 'S' | 'N' | 'O' | 'P';

/** Fields of an ITCH `I` message. */
export interface Noii {
  readonly crossType: CrossType;
  readonly pairedLots: number;
  readonly imbalanceLots: number;
  readonly direction: ImbalanceDirection;
  /** Price of the interest that is for the cross only; null in the early phase and when there is none. */
  readonly farTicks: number | null;
  /** Price of that and of the continuous book. */
  readonly nearTicks: number | null;
  /** Current reference price: inside the quote, where most is paired. */
  readonly referenceTicks: number | null;
  /** Distance of near and reference price as a letter; see `priceVariation`. */
  readonly variation: string;
}

/** Price rules of the three prices of a NOII. */
export interface NoiiRules {
  readonly cross: PriceRule;
  readonly reference: PriceRule;
  /** Whether imbalance-only orders are part of the far price; T3.5-a has both readings. */
  readonly farIncludesImbalanceOnly: boolean;
}

/** When a NOII is made. */
export interface NoiiMoment {
  readonly crossType: CrossType;
  /** The early phase does not tell far and near price. */
  readonly isEarly: boolean;
  readonly isPaused: boolean;
}

/**
 * Computes Nasdaq's imbalance message. `rules.cross` is used without its bounds on the quote where the caller gives no
 * `context.threshold`. Paired and imbalance are those of cross-only interest at the reference price.
 */
export function computeNoii(
  orders: AuctionOrders,
  rules: NoiiRules,
  context: PriceContext,
  moment: NoiiMoment,
): Noii {
  const crossOnly = buildInterest(orders, { only: AUCTION_CROSS_ONLY | AUCTION_IMBALANCE_ONLY });
  const reference = findClearingPrice(crossOnly, rules.reference, context);
  const near = moment.isEarly
    ? null
    : findClearingPrice(buildInterest(orders), rules.cross, context).priceTicks;
  const far = moment.isEarly ? null : farPrice(orders, crossOnly, rules, context);
  return {
    crossType: moment.crossType,
    pairedLots: reference.volumeLots,
    imbalanceLots: reference.imbalanceLots,
    direction: directionOf(crossOnly, reference, moment),
    farTicks: far,
    nearTicks: near,
    referenceTicks: reference.priceTicks,
    variation: priceVariation(near, reference.priceTicks),
  };
}

/** Nasdaq's price variation indicator: |near - reference| / reference; a space when it cannot be calculated. */
export function priceVariation(nearTicks: number | null, referenceTicks: number | null): string {
  if (nearTicks === null || referenceTicks === null || referenceTicks <= 0) return ' ';
  const percent = Math.floor((100 * Math.abs(nearTicks - referenceTicks)) / referenceTicks);
  if (percent < 1) return 'L';
  if (percent < 10) return String(percent);
  return percent < 20 ? 'A' : percent < 30 ? 'B' : 'C';
}

/** Fields of an NYSE imbalance message; prices are null where nothing is executable. */
export interface NyseImbalance {
  readonly referenceTicks: number | null;
  /** At the reference price. */
  readonly pairedLots: number;
  readonly totalImbalanceLots: number;
  readonly totalImbalanceSide: Side | null;
  /** Of market orders alone. */
  readonly marketImbalanceLots: number;
  readonly marketImbalanceSide: Side | null;
  /** Price at which everything, the continuous book included, would trade. */
  readonly continuousClearingTicks: number | null;
  /** Price at which the auction interest alone would trade. */
  readonly auctionClearingTicks: number | null;
  readonly indicativeMatchTicks: number | null;
  readonly isRegulatory: boolean;
  readonly lowCollarTicks: number | null;
  readonly highCollarTicks: number | null;
}

/** Computes NYSE's imbalance message; an imbalance of `regulatoryLots` or more counts as regulatory. */
export function computeNyseImbalance(
  orders: AuctionOrders,
  rule: PriceRule,
  context: PriceContext,
  regulatoryLots: number,
): NyseImbalance {
  const all = buildInterest(orders);
  const auction = buildInterest(orders, { only: AUCTION_CROSS_ONLY | AUCTION_IMBALANCE_ONLY });
  const price = context.referenceTicks;
  const demand = price === null ? all.marketBuyLots : demandAt(all, price);
  const supply = price === null ? all.marketSellLots : supplyAt(all, price);
  const marketSurplus = all.marketBuyLots - all.marketSellLots;
  const free: PriceContext = { ...context, collar: null };
  return {
    referenceTicks: price,
    pairedLots: Math.min(demand, supply),
    totalImbalanceLots: Math.abs(demand - supply),
    totalImbalanceSide: sideOf(demand - supply),
    marketImbalanceLots: Math.abs(marketSurplus),
    marketImbalanceSide: sideOf(marketSurplus),
    continuousClearingTicks: findClearingPrice(all, rule, free).priceTicks,
    auctionClearingTicks: findClearingPrice(auction, rule, free).priceTicks,
    indicativeMatchTicks: findClearingPrice(all, rule, context).priceTicks,
    isRegulatory: Math.abs(demand - supply) >= regulatoryLots,
    lowCollarTicks: context.collar?.lowTicks ?? null,
    highCollarTicks: context.collar?.highTicks ?? null,
  };
}

/** What Xetra and LSE publish during a call: the price with its volume and surplus, or the best limits without one. */
export interface Indication {
  readonly price: ClearingPrice;
  /** Null when there is a price. */
  readonly best: BestLimits | null;
}

/** Computes the indicative price, or the best limits while nothing is executable. */
export function indicationOf(interest: AuctionInterest, rule: PriceRule, context: PriceContext): Indication {
  const price = findClearingPrice(interest, rule, context);
  return { price, best: price.priceTicks === null ? bestLimits(interest) : null };
}

/** A span of time in which imbalances are published at equal distances, ns of the day; half-open. */
export interface ImbalanceWindow {
  readonly fromNs: number;
  readonly untilNs: number;
  readonly everyNs: number;
  readonly isEarly: boolean;
}

/** The first publication after a time, and whether it is of the early kind; null when there is none left. */
export function nextImbalance(
  windows: readonly ImbalanceWindow[],
  afterNs: number,
): { readonly atNs: number; readonly isEarly: boolean } | null {
  let next: { readonly atNs: number; readonly isEarly: boolean } | null = null;
  for (const { fromNs, untilNs, everyNs, isEarly } of windows) {
    const past = afterNs < fromNs ? 0 : Math.floor((afterNs - fromNs) / everyNs) + 1;
    const atNs = fromNs + past * everyNs;
    if (atNs < untilNs && (next === null || atNs < next.atNs)) next = { atNs, isEarly };
  }
  return next;
}

function farPrice(
  orders: AuctionOrders,
  crossOnly: AuctionInterest,
  rules: NoiiRules,
  context: PriceContext,
): number | null {
  const interest = rules.farIncludesImbalanceOnly
    ? crossOnly
    : buildInterest(orders, { only: AUCTION_CROSS_ONLY, without: AUCTION_IMBALANCE_ONLY });
  return findClearingPrice(interest, rules.cross, context).priceTicks;
}

function directionOf(
  crossOnly: AuctionInterest,
  reference: ClearingPrice,
  moment: NoiiMoment,
): ImbalanceDirection {
  if (moment.isPaused) return 'P';
  const isEmpty =
    crossOnly.levelCount === 0 && crossOnly.marketBuyLots === 0 && crossOnly.marketSellLots === 0;
  if (isEmpty || reference.priceTicks === null) return 'O';
  if (reference.imbalanceSide === null) return 'N';
  return reference.imbalanceSide === BUY ? 'B' : 'S';
}
