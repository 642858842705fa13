/**
 * Nasdaq's check of an opening price and its re-pricing of late on-open and on-close orders (market-rules §2.2). A price
 * that fails cancels the whole opening book of the symbol; doing so is the session's business.
 */

import { BUY, type Side } from '../../domain/index.ts';
import { type PriceRange, type PriceWidth, type Quote, rangeAround } from './price-width.ts';

/** What an opening price is compared with; null where it does not exist, which is then not checked. */
export interface OpeningBenchmarks {
  readonly previousCloseTicks: number | null;
  /** Last trade on Nasdaq after 09:15. */
  readonly lastTradeTicks: number | null;
  readonly quote: Quote | null;
}

export type BenchmarkName = 'previousClose' | 'lastTrade' | 'bestBid' | 'bestOffer';

/** One comparison: the allowed prices and whether the opening price is among them. */
export interface BenchmarkCheck {
  readonly benchmark: BenchmarkName;
  readonly range: PriceRange;
  readonly isInside: boolean;
}

/** All comparisons of an opening price; the price stands if each is passed. */
export interface OpeningValidation {
  readonly isValid: boolean;
  readonly checks: readonly BenchmarkCheck[];
}

/** Compares an opening price with its benchmarks: at most `width` away from each. */
export function validateOpening(
  priceTicks: number,
  width: PriceWidth,
  { previousCloseTicks, lastTradeTicks, quote }: OpeningBenchmarks,
): OpeningValidation {
  const checks: BenchmarkCheck[] = [];
  const compare = (benchmark: BenchmarkName, ticks: number | null): void => {
    if (ticks === null) return;
    const range = rangeAround(width, ticks);
    checks.push({
      benchmark,
      range,
      isInside: priceTicks >= range.lowTicks && priceTicks <= range.highTicks,
    });
  };
  compare('previousClose', previousCloseTicks);
  compare('lastTrade', lastTradeTicks);
  if (quote !== null && previousCloseTicks !== null) {
    if (priceTicks > previousCloseTicks) compare('bestBid', quote.bidTicks);
    if (priceTicks < previousCloseTicks) compare('bestOffer', quote.askTicks);
  }
  return { isValid: checks.every(({ isInside }) => isInside), checks };
}

/**
 * Limit of a late limit-on-open order: if it is more aggressive than both the 09:28 reference price and the previous
 * close, the more aggressive of these two; else as entered. A reference that does not exist does not count.
 */
export function repriceLateOnOpen(
  side: Side,
  limitTicks: number,
  referenceTicks: number | null,
  previousCloseTicks: number | null,
): number {
  const references = [referenceTicks, previousCloseTicks].filter((ticks) => ticks !== null);
  if (references.length === 0) return limitTicks;
  return side === BUY
    ? Math.min(limitTicks, Math.max(...references))
    : Math.max(limitTicks, Math.min(...references));
}

/** How two reference prices bound a late limit-on-close order: by the more or the less aggressive of them. */
export type LateCloseBound = 'moreAggressive' | 'lessAggressive';

/**
 * Limit of a late limit-on-close order: the less aggressive of its limit and of the first or second reference price.
 * Which of the two counts is a parameter (market-rules §15, point 11).
 */
export function repriceLateOnClose(
  side: Side,
  limitTicks: number,
  references: readonly number[],
  bound: LateCloseBound,
): number {
  if (references.length === 0) return limitTicks;
  const takesHighest = (side === BUY) === (bound === 'moreAggressive');
  const reference = takesHighest ? Math.max(...references) : Math.min(...references);
  return side === BUY ? Math.min(limitTicks, reference) : Math.max(limitTicks, reference);
}
