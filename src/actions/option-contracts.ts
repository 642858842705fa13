/**
 * Listed options after a corporate action (OCC; market-rules §8.4). What stays the same is the aggregate exercise price: strike times
 * multiplier for what is delivered.
 */

import type { CorporateAction } from './corporate-action.ts';
import { sharesRatio } from './factors.ts';

export interface OptionHolding {
  readonly contracts: number;
  readonly strike: number;
  /** Money per point of premium, and per point of strike at exercise. */
  readonly multiplier: number;
  /** What is delivered at exercise. */
  readonly deliverable: {
    readonly shares: number;
    readonly others: readonly { readonly symbol: string; readonly shares: number }[];
    readonly cash: number;
  };
}

/** Special dividends of less than this per contract change nothing. */
export const SPECIAL_DIVIDEND_MIN = 12.5;

/**
 * Contracts after an action. `method` is for splits that are no whole number: since 2007 strike and multiplier stay and more is delivered
 * ('current'); before, strike and multiplier were changed, the strike to the nearest eighth ('legacy').
 */
export function adjustOption(
  holding: OptionHolding,
  action: CorporateAction,
  method: 'current' | 'legacy' = 'current',
): OptionHolding {
  const { contracts, strike, multiplier, deliverable } = holding;
  switch (action.kind) {
    case 'split':
    case 'stockDividend': {
      const ratio = action.kind === 'split' ? sharesRatio(action) : 1 + sharesRatio(action);
      if (ratio >= 1 && Number.isInteger(ratio))
        return { ...holding, contracts: contracts * ratio, strike: strike / ratio };
      const delivered = { ...deliverable, shares: Math.floor(deliverable.shares * ratio + 1e-9) };
      if (method === 'current' || ratio < 1) return { ...holding, deliverable: delivered };
      return {
        ...holding,
        strike: Math.round((strike / ratio) * 8) / 8,
        multiplier: multiplier * ratio,
        deliverable: delivered,
      };
    }
    case 'specialDividend': {
      const amount = action.amount ?? 0;
      return amount * multiplier < SPECIAL_DIVIDEND_MIN
        ? holding
        : { ...holding, strike: Number((strike - amount).toFixed(9)) };
    }
    case 'spinOff': {
      const child = { symbol: action.otherSymbol ?? '', shares: deliverable.shares * sharesRatio(action) };
      return { ...holding, deliverable: { ...deliverable, others: [...deliverable.others, child] } };
    }
    case 'cashMerger':
      return {
        ...holding,
        deliverable: {
          shares: 0,
          others: deliverable.others,
          cash: deliverable.cash + deliverable.shares * (action.amount ?? 0),
        },
      };
    case 'stockMerger': {
      const heir = { symbol: action.otherSymbol ?? '', shares: deliverable.shares * sharesRatio(action) };
      return {
        ...holding,
        deliverable: { ...deliverable, shares: 0, others: [...deliverable.others, heir] },
      };
    }
    case 'cashDividend':
    case 'rights':
    case 'symbolChange':
    case 'delisting':
      return holding;
  }
}

/** What an option is worth at exercise, at prices of what is delivered; a put's is the other way round. */
export function intrinsicValue(
  holding: OptionHolding,
  right: 'call' | 'put',
  price: (symbol: string | null) => number,
): number {
  const { deliverable, strike, multiplier } = holding;
  const worth =
    deliverable.shares * price(null) +
    deliverable.cash +
    deliverable.others.reduce((sum, other) => sum + other.shares * price(other.symbol), 0);
  const gain = worth - strike * multiplier;
  return holding.contracts * Math.max(0, right === 'call' ? gain : -gain);
}
