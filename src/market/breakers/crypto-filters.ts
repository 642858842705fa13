/**
 * Binance's symbol filters at entry (market-rules §7.5, §1.17): pure checks with the venue's own texts, followed by the values.
 * Prices and quantities come in the units of the wire (the finest decimals a client can send), so that a price off the
 * tick can be seen; in ticks it could not exist. Zero disables a rule, as in the venue's documentation.
 */

import type { EntryReject } from './entry-reject.ts';
import { PPM } from './rounding.ts';

export interface PriceFilter {
  readonly minPrice: number;
  readonly maxPrice: number;
  readonly tickSize: number;
}

/** LOT_SIZE, or MARKET_LOT_SIZE for market orders. */
export interface LotFilter {
  readonly minQty: number;
  readonly maxQty: number;
  readonly stepSize: number;
}

/** Bounds of price times quantity, in units of price times units of quantity; they may exceed 2^53. */
export interface NotionalFilter {
  /** MIN_NOTIONAL has a minimum only, NOTIONAL both. */
  readonly rule: 'MIN_NOTIONAL' | 'NOTIONAL';
  readonly minNotional: bigint;
  readonly maxNotional: bigint;
  readonly applyMinToMarket: boolean;
  readonly applyMaxToMarket: boolean;
}

export interface PercentPriceFilter {
  readonly multiplierUpPpm: number;
  readonly multiplierDownPpm: number;
}

/** An average price as numerator / denominator, exact. */
export interface AveragePriceValue {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export function checkPriceFilter(filter: PriceFilter, price: number): EntryReject | null {
  const { minPrice, maxPrice, tickSize } = filter;
  if (minPrice !== 0 && price < minPrice) return failure('PRICE_FILTER', { price, minPrice });
  if (maxPrice !== 0 && price > maxPrice) return failure('PRICE_FILTER', { price, maxPrice });
  if (tickSize !== 0 && (price - minPrice) % tickSize !== 0) {
    return failure('PRICE_FILTER', { price, tickSize });
  }
  return null;
}

export function checkLotFilter(
  filter: LotFilter,
  qty: number,
  rule: 'LOT_SIZE' | 'MARKET_LOT_SIZE' = 'LOT_SIZE',
): EntryReject | null {
  const { minQty, maxQty, stepSize } = filter;
  if (minQty !== 0 && qty < minQty) return failure(rule, { qty, minQty });
  if (maxQty !== 0 && qty > maxQty) return failure(rule, { qty, maxQty });
  if (stepSize !== 0 && (qty - minQty) % stepSize !== 0) return failure(rule, { qty, stepSize });
  return null;
}

/** For a market order the price is the average price, and the filter says whether it applies at all. */
export function checkNotional(
  filter: NotionalFilter,
  price: AveragePriceValue,
  qty: number,
  isMarket: boolean,
): EntryReject | null {
  const { rule, minNotional, maxNotional } = filter;
  const notional = price.numerator * BigInt(qty);
  const isMinUsed = minNotional !== 0n && (!isMarket || filter.applyMinToMarket);
  if (isMinUsed && notional < minNotional * price.denominator) {
    return failure(rule, { notional: notional / price.denominator, minNotional });
  }
  const isMaxUsed = rule === 'NOTIONAL' && maxNotional !== 0n && (!isMarket || filter.applyMaxToMarket);
  if (isMaxUsed && notional > maxNotional * price.denominator) {
    return failure(rule, { notional: notional / price.denominator, maxNotional });
  }
  return null;
}

/** average · down ≤ price ≤ average · up, compared exactly; price and average in the same unit. */
export function checkPercentPrice(
  filter: PercentPriceFilter,
  price: number,
  average: AveragePriceValue,
): EntryReject | null {
  const scaled = BigInt(price) * average.denominator * BigInt(PPM);
  const { multiplierUpPpm, multiplierDownPpm } = filter;
  const shown = average.numerator / average.denominator;
  if (multiplierUpPpm !== 0 && scaled > average.numerator * BigInt(multiplierUpPpm)) {
    return failure('PERCENT_PRICE', { price, average: shown, multiplierUpPpm });
  }
  if (multiplierDownPpm !== 0 && scaled < average.numerator * BigInt(multiplierDownPpm)) {
    return failure('PERCENT_PRICE', { price, average: shown, multiplierDownPpm });
  }
  return null;
}

function failure(rule: string, values: Readonly<Record<string, number | bigint>>): EntryReject {
  const shown = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  return { rule, text: `Filter failure: ${rule}: ${shown.join(' ')}` };
}
