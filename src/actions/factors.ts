/**
 * What a corporate action does to prices and quantities (market-rules §8.1). With P the close before the ex-date:
 *
 *   split a for b         prices × b/a          quantities × a/b
 *   stock dividend s      prices × 1/(1+s)      quantities × (1+s)
 *   cash dividend D       prices × 1 − D/P      quantities as they are
 *   spin-off worth S      prices × 1 − S/P      quantities as they are
 *   rights N for O at K   prices × T/P          quantities × P/T,  T = (O·P + N·K)/(O + N)
 *   change of symbol      nothing
 *
 * Mergers and delistings end a series: they have no factor.
 */

import { TwinError } from '../base/index.ts';
import type { CorporateAction } from './corporate-action.ts';

export interface Factors {
  /** For prices before the ex-date. */
  readonly price: number;
  /** For quantities before the ex-date. */
  readonly quantity: number;
}

const NONE: Factors = { price: 1, quantity: 1 };

/** Kinds whose factor is needed for quantities too: shares become other shares. */
export const SHARE_KINDS: readonly CorporateAction['kind'][] = ['split', 'stockDividend', 'rights'];

/**
 * Factors of an action; null for one that ends a series. `closeBefore` is the last price before the ex-date, in the same money.
 * Raises DATA_RECORD for an action that lacks what its kind needs, or whose payment is worth the share or more.
 */
export function factorsOf(action: CorporateAction, closeBefore: number | null): Factors | null {
  if (action.priceFactor !== null) return { price: action.priceFactor, quantity: action.volumeFactor ?? 1 };
  switch (action.kind) {
    case 'symbolChange':
      return NONE;
    case 'cashMerger':
    case 'stockMerger':
    case 'delisting':
      return null;
    case 'split': {
      const ratio = sharesRatio(action);
      return { price: 1 / ratio, quantity: ratio };
    }
    case 'stockDividend': {
      const ratio = 1 + sharesRatio(action);
      return { price: 1 / ratio, quantity: ratio };
    }
    case 'cashDividend':
    case 'specialDividend':
    case 'spinOff':
      return {
        price: positive(1 - needed(action, 'amount') / closeOf(action, closeBefore), action),
        quantity: 1,
      };
    case 'rights': {
      const close = closeOf(action, closeBefore);
      const price = positive(theoreticalExRights(action, close) / close, action);
      return { price, quantity: 1 / price };
    }
  }
}

/** Theoretical price after the rights of an action went (TERP). */
export function theoreticalExRights(action: CorporateAction, closeBefore: number): number {
  const old = needed(action, 'oldShares');
  const fresh = needed(action, 'newShares');
  return (old * closeBefore + fresh * needed(action, 'subscriptionPrice')) / (old + fresh);
}

/** CRSP's return over a day with an action: r = (P·(1 + FACPR) + D) / P₋₁ − 1; FACPR is shares after per share before, less 1. */
export function returnAcross(
  priceBefore: number,
  priceAfter: number,
  facpr: number,
  dividend: number,
): number {
  return (priceAfter * (1 + facpr) + dividend) / priceBefore - 1;
}

/** Whole shares after a split, and what stands instead of the fraction, in money at the price after it. */
export function splitHolding(
  shares: number,
  action: CorporateAction,
  priceBefore: number,
): { readonly shares: number; readonly cashInLieu: number } {
  const ratio = sharesRatio(action);
  const exact = (shares * needed(action, 'newShares')) / needed(action, 'oldShares');
  const whole = Math.floor(exact + 1e-9);
  return { shares: whole, cashInLieu: Math.max(0, exact - whole) * (priceBefore / ratio) };
}

/** New shares per old one. */
export function sharesRatio(action: CorporateAction): number {
  const ratio = needed(action, 'newShares') / needed(action, 'oldShares');
  if (Number.isFinite(ratio) && ratio > 0) return ratio;
  throw new TwinError('DATA_RECORD', 'shares of an action are above 0', named(action));
}

function closeOf(action: CorporateAction, closeBefore: number | null): number {
  const close = action.referencePrice ?? closeBefore;
  if (close !== null && close > 0) return close;
  throw new TwinError(
    'DATA_RECORD',
    'a payment is adjusted for by the close before its ex-date',
    named(action),
  );
}

function needed(
  action: CorporateAction,
  field: 'amount' | 'newShares' | 'oldShares' | 'subscriptionPrice',
): number {
  const value = action[field];
  if (value !== null) return value;
  throw new TwinError('DATA_RECORD', 'an action has what its kind needs', {
    ...named(action),
    missing: field,
  });
}

function positive(factor: number, action: CorporateAction): number {
  if (factor > 0) return factor;
  throw new TwinError('DATA_RECORD', 'a payment is worth less than the share', { ...named(action), factor });
}

function named({ symbol, kind, exDate }: CorporateAction): Record<string, unknown> {
  return { symbol, kind, exDate };
}
