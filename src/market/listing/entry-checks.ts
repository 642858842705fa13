/**
 * What a venue checks of an order before it takes it (market-rules §1.17, §7): steps and lots, protection of prices, value.
 * Checks are made for one instrument, in its ticks and lots. They hear of new orders and of changes, and keep nothing.
 */

import {
  BUY,
  REJECT_NOTIONAL,
  REJECT_PRICE_BAND,
  REJECT_PRICE_INCREMENT,
  REJECT_PRICE_RANGE,
  REJECT_QTY_INCREMENT,
  type Side,
  UNDEF_INT32,
} from '../../domain/index.ts';
import type { AveragePriceValue } from '../breakers/average-price.ts';
import { checkPriceBand } from '../breakers/cme-price-banding.ts';
import {
  checkLimitOrderProtection,
  type LimitOrderProtectionRules,
} from '../breakers/limit-order-protection.ts';
import type { FilterAnswer, SymbolFilters } from '../increments/symbol-filters.ts';
import { isOnTick, type TickTable, tickAt } from '../increments/tick-table.ts';
import type { TickTimeline } from '../increments/tick-timeline.ts';

/** An order, or an order as a change would leave it. One object is used again and again: a check keeps nothing of it. */
export interface EntryOrder {
  nowNs: number;
  side: Side;
  /** UNDEF_INT32 for orders without a limit. */
  priceTicks: number;
  /** 0: no stop. */
  stopPriceTicks: number;
  qtyLots: number;
  /** Displayed part of an iceberg, 0 = none. */
  displayQtyLots: number;
  /** A change may leave the price or the quantity alone: what stood stays. */
  hasNewPrice: boolean;
  hasNewQty: boolean;
}

/** What checks ask of the market. */
export interface EntryMarket {
  bestTicks(side: Side): number;
  /** UNDEF_INT32 before the first trade. */
  readonly lastTradeTicks: number;
  readonly previousCloseTicks: number;
  /** Orders match as they come in. */
  readonly isTrading: boolean;
  /** Highest price at which a buy order may stand by the breakers, lowest for a sell order, ticks. */
  restBound(side: Side): number;
}

/** 0, or the code of the reject. */
export type EntryCheck = (order: EntryOrder, market: EntryMarket) => number;

/** Limits and stops are steps of the table in force; orders that rest when it changes stay where they are (§7). */
export function tickCheck(timeline: TickTimeline): EntryCheck {
  return ({ nowNs, priceTicks, stopPriceTicks, hasNewPrice }) => {
    if (!hasNewPrice) return 0;
    const table = timeline.at(nowNs);
    if (priceTicks !== UNDEF_INT32 && !isOnTick(table, priceTicks)) return REJECT_PRICE_INCREMENT;
    return isOnTick(table, stopPriceTicks) ? 0 : REJECT_PRICE_INCREMENT;
  };
}

/** Quantities are multiples of the lot that the close of the day before gives; `lots` has lots where a tick table has steps. */
export function lotCheck(lots: TickTable): EntryCheck {
  return ({ qtyLots, hasNewQty }, { previousCloseTicks }) => {
    if (!hasNewQty || previousCloseTicks === UNDEF_INT32) return 0;
    return qtyLots % tickAt(lots, previousCloseTicks) === 0 ? 0 : REJECT_QTY_INCREMENT;
  };
}

/** Limit orders too far beyond the opposite best are refused while orders match; stops wait and are not (§1.17). */
export function limitProtectionCheck(rules: LimitOrderProtectionRules): EntryCheck {
  return ({ side, priceTicks, stopPriceTicks, hasNewPrice }, market) => {
    if (!hasNewPrice || priceTicks === UNDEF_INT32 || stopPriceTicks !== 0 || !market.isTrading) return 0;
    const best = market.bestTicks(side === BUY ? 1 : 0);
    // Nearly every order is nearer than the smallest distance.
    if ((side === BUY ? priceTicks - best : best - priceTicks) < rules.distanceTicksMin) return 0;
    return checkLimitOrderProtection(rules, side, priceTicks, best) === null ? 0 : REJECT_PRICE_BAND;
  };
}

/**
 * Where no order may stand beyond the limits of the day, none is collected there either, so that no auction has its price beyond
 * them (§4.8). In continuous trading an order beyond them trades inside first, and the book cancels the rest.
 */
export const collectedInsideCheck: EntryCheck = (order, market) => {
  const { side, priceTicks, hasNewPrice } = order;
  if (!hasNewPrice || priceTicks === UNDEF_INT32 || market.isTrading) return 0;
  const bound = market.restBound(side);
  return (side === BUY ? priceTicks > bound : priceTicks < bound) ? REJECT_PRICE_BAND : 0;
};

/** Price banding around the last trade, before the first one the settlement (§1.17); also while orders are collected. */
export function priceBandCheck(variationTicks: number): EntryCheck {
  return ({ side, priceTicks, stopPriceTicks, hasNewPrice }, { lastTradeTicks, previousCloseTicks }) => {
    if (!hasNewPrice || priceTicks === UNDEF_INT32 || stopPriceTicks !== 0) return 0;
    const reference = lastTradeTicks === UNDEF_INT32 ? previousCloseTicks : lastTradeTicks;
    return checkPriceBand(side, priceTicks, reference, variationTicks) === null ? 0 : REJECT_PRICE_BAND;
  };
}

const FILTER_CODES: Readonly<Record<FilterAnswer, number>> = {
  OK: 0,
  PRICE_FILTER: REJECT_PRICE_RANGE,
  PERCENT_PRICE: REJECT_PRICE_BAND,
  LOT_SIZE: REJECT_QTY_INCREMENT,
  MARKET_LOT_SIZE: REJECT_QTY_INCREMENT,
  MIN_NOTIONAL: REJECT_NOTIONAL,
  NOTIONAL: REJECT_NOTIONAL,
  ICEBERG_PARTS: REJECT_QTY_INCREMENT,
};

/** Filters of a symbol (§7.5); `averageAt` gives the average price at a time, null where there is none. */
export function filterCheck(
  filters: SymbolFilters,
  averageAt: ((nowNs: number) => AveragePriceValue | null) | null,
): EntryCheck {
  return (order) => {
    const average = averageAt === null ? null : averageAt(order.nowNs);
    return FILTER_CODES[filters.check(order, average)];
  };
}
