/**
 * Listed options after a corporate action (OCC; market-rules §8.4). What stays the same is the aggregate exercise price, strike times
 * multiplier, for what is delivered:
 *
 *   whole split n:1      n contracts for one, strike / n rounded to the cent; only where plain shares are delivered
 *   other splits         more or fewer shares delivered, strike and multiplier as they are ('legacy': the method before 2007)
 *   special dividend     strike less the payment, from 12.50 a contract on; ordinary ones change nothing
 *   spin-off, mergers    what a holder of the delivered shares gets is delivered
 *
 * Whole shares are delivered; what stands instead of a fraction is cash at its price, in whole cents.
 */

import type { Deliverable, OptionRight, OptionTerms } from '../domain/index.ts';
import type { CorporateAction } from './corporate-action.ts';
import { sharesRatio } from './factors.ts';

export interface OptionHolding extends Pick<OptionTerms, 'strike' | 'multiplier' | 'deliverable'> {
  readonly contracts: number;
}

/** How splits that are no whole number are carried out: since 2007, or before. */
export const OPTION_METHODS = ['current', 'legacy'] as const;
export type OptionMethod = (typeof OPTION_METHODS)[number];

/** Prices after the action, for fractions of shares: of the share, and of what its holders get besides. Null drops the fraction. */
export interface ExPrices {
  readonly share: number | null;
  readonly other: number | null;
}

/** Special dividends of less than this per contract change nothing. */
export const SPECIAL_DIVIDEND_MIN = 12.5;

const NO_PRICES: ExPrices = { share: null, other: null };
/** Strikes before 2007 were whole eighths; since then they are whole cents. */
const EIGHTHS = 8;
const CENTS = 100;

/**
 * Contracts after an action of the underlying. `method` is for splits that are no whole number: since 2007 strike and multiplier stay and
 * more is delivered ('current'); before, strike and multiplier were changed, the strike to the nearest eighth ('legacy').
 */
export function adjustOption(
  holding: OptionHolding,
  action: CorporateAction,
  method: OptionMethod = 'current',
  prices: ExPrices = NO_PRICES,
): OptionHolding {
  const { contracts, strike, multiplier, deliverable } = holding;
  const isPlain = deliverable.others.length === 0 && deliverable.cash === 0;
  const ratio = splitRatio(action);
  if (isPlain && ratio > 1 && Number.isInteger(ratio))
    return { ...holding, contracts: contracts * ratio, strike: rounded(strike / ratio, CENTS) };
  if (action.kind === 'specialDividend') {
    const perContract = (action.amount ?? 0) * deliverable.shares;
    if (perContract < SPECIAL_DIVIDEND_MIN) return holding;
    const lowered = Number((strike - perContract / multiplier).toFixed(9));
    // A strike that the payment exceeds stays, and the payment is delivered.
    if (lowered > 0) return { ...holding, strike: lowered };
  }
  const { shares, others, cash } = deliveredFor(deliverable.shares, action, prices);
  const delivered = {
    shares,
    others: addedUp([...deliverable.others, ...others]),
    cash: rounded(deliverable.cash + cash, CENTS),
  };
  const adjusted = { ...holding, deliverable: delivered };
  if (method === 'current' || ratio <= 1) return adjusted;
  return {
    ...adjusted,
    strike: rounded(strike / ratio, EIGHTHS),
    multiplier: whole(multiplier * ratio),
  };
}

/** Contracts that deliver shares of another company than their underlying, after an action of that company. */
export function adjustDelivered(
  holding: OptionHolding,
  action: CorporateAction,
  prices: ExPrices = NO_PRICES,
): OptionHolding {
  const { deliverable } = holding;
  const held = deliverable.others.find(({ symbol }) => symbol === action.symbol)?.shares ?? 0;
  const { shares, others, cash } = deliveredFor(held, action, prices);
  const rest = deliverable.others.filter(({ symbol }) => symbol !== action.symbol);
  const kept = shares === 0 ? [] : [{ symbol: action.symbol, shares }];
  return {
    ...holding,
    deliverable: {
      shares: deliverable.shares,
      others: addedUp([...rest, ...kept, ...others]),
      cash: rounded(deliverable.cash + cash, CENTS),
    },
  };
}

/** Whether two contracts deliver the same. */
export function deliversSame(a: Deliverable, b: Deliverable): boolean {
  return (
    a.shares === b.shares &&
    a.cash === b.cash &&
    a.others.length === b.others.length &&
    a.others.every(({ symbol, shares }) =>
      b.others.some((other) => other.symbol === symbol && other.shares === shares),
    )
  );
}

/** What an option is worth at exercise, at prices of what is delivered; a put's is the other way round. */
export function intrinsicValue(
  holding: OptionHolding,
  right: OptionRight,
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

/** What a holder of so many shares has after the action, in whole shares. */
function deliveredFor(shares: number, action: CorporateAction, prices: ExPrices): Deliverable {
  switch (action.kind) {
    case 'split':
    case 'stockDividend': {
      const after = wholeShares(shares * splitRatio(action), prices.share);
      return { ...after, others: [] };
    }
    case 'specialDividend': {
      const cash = shares * (action.amount ?? 0);
      return { shares, others: [], cash: cash < SPECIAL_DIVIDEND_MIN ? 0 : cash };
    }
    case 'spinOff':
    case 'stockMerger': {
      const got = wholeShares(shares * sharesRatio(action), prices.other);
      const others = got.shares === 0 ? [] : [{ symbol: action.otherSymbol ?? '', shares: got.shares }];
      return { shares: action.kind === 'spinOff' ? shares : 0, others, cash: got.cash };
    }
    case 'cashMerger':
      return { shares: 0, others: [], cash: shares * (action.amount ?? 0) };
    case 'cashDividend':
    case 'rights':
    case 'symbolChange':
    case 'delisting':
      return { shares, others: [], cash: 0 };
  }
}

/** Shares after the action per share before it; 1 where they stay as many. */
function splitRatio(action: CorporateAction): number {
  if (action.kind === 'split') return sharesRatio(action);
  return action.kind === 'stockDividend' ? 1 + sharesRatio(action) : 1;
}

function wholeShares(exact: number, price: number | null): { shares: number; cash: number } {
  const shares = whole(exact);
  return { shares, cash: rounded(Math.max(0, exact - shares) * (price ?? 0), CENTS) };
}

/** The whole number below, of a product that may miss it by a rounding. */
function whole(exact: number): number {
  return Math.floor(exact + 1e-9);
}

function rounded(value: number, partsOfOne: number): number {
  return Math.round(value * partsOfOne) / partsOfOne;
}

/** Shares by symbol, each once. */
function addedUp(parts: Deliverable['others']): Deliverable['others'] {
  const bySymbol = new Map<string, number>();
  for (const { symbol, shares } of parts) bySymbol.set(symbol, (bySymbol.get(symbol) ?? 0) + shares);
  return [...bySymbol].map(([symbol, shares]) => ({ symbol, shares }));
}
