/**
 * Open orders on the ex-date (FINRA Rule 5330; market-rules §8.3): buy limits and sell stops are lowered by what the share loses; sell
 * limits and buy stops stay; a reverse split cancels all. Prices and amounts are decimals; the arithmetic is exact in steps of 1e-9.
 */

import { PRICE_STEPS, priceStepsOfNumber, TwinError } from '../base/index.ts';
import type { CorporateAction } from './corporate-action.ts';
import { sharesRatio } from './factors.ts';

export interface OpenOrder {
  readonly side: 'buy' | 'sell';
  readonly type: 'limit' | 'stop' | 'stopLimit';
  /** Limit, or trigger of a stop. */
  readonly price: number;
  readonly qty: number;
  /** Do not reduce for cash dividends. */
  readonly isDnr?: boolean;
  /** Do not increase for stock dividends and splits; the price is adjusted all the same. */
  readonly isDni?: boolean;
}

export interface OpenOrderRules {
  /** Increment of prices. */
  readonly tick: number;
  readonly roundLot: number;
  /** Sizes go down to whole round lots (Rule 5330), or to whole shares, as some retail systems do. */
  readonly sizes: 'roundLots' | 'shares';
}

export const RULE_5330: OpenOrderRules = { tick: 0.01, roundLot: 100, sizes: 'roundLots' };
/** Dividends below this are not adjusted for. */
const CASH_MIN = 0.01;

export type OrderAdjustment =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'adjusted'; readonly price: number; readonly qty: number }
  | { readonly kind: 'cancelled'; readonly why: string };

const UNCHANGED: OrderAdjustment = { kind: 'unchanged' };

/** What becomes of an open order on the ex-date of an action. Raises DATA_RECORD for an action that lacks what its kind needs. */
export function adjustOpenOrder(
  order: OpenOrder,
  action: CorporateAction,
  rules: OpenOrderRules = RULE_5330,
): OrderAdjustment {
  switch (action.kind) {
    case 'symbolChange':
      return UNCHANGED;
    case 'cashMerger':
    case 'stockMerger':
    case 'delisting':
      return { kind: 'cancelled', why: action.kind };
    case 'split':
    case 'stockDividend':
      return adjustShares(order, action, rules);
    case 'cashDividend':
    case 'specialDividend':
    case 'spinOff':
      return adjustCash(order, action, rules);
    case 'rights':
      // Their value is not determinable on the ex-date: the customer confirms the order or it goes.
      return isReduced(order)
        ? { kind: 'cancelled', why: 'rights: to be confirmed by the customer' }
        : UNCHANGED;
  }
}

function isReduced({ side, type }: OpenOrder): boolean {
  return (side === 'buy' && type === 'limit') || (side === 'sell' && type !== 'limit');
}

function adjustCash(
  order: OpenOrder,
  { amount, symbol }: CorporateAction,
  { tick }: OpenOrderRules,
): OrderAdjustment {
  if (amount === null)
    throw new TwinError('DATA_RECORD', 'an action has what its kind needs', { symbol, missing: 'amount' });
  if (!isReduced(order) || amount < CASH_MIN || order.isDnr === true) return UNCHANGED;
  const tickSteps = steps(tick);
  const price = floorTo(steps(order.price) - steps(amount), tickSteps);
  if (price <= 0n) return { kind: 'cancelled', why: 'the payment is worth the price of the order' };
  return { kind: 'adjusted', price: decimal(price), qty: order.qty };
}

function adjustShares(order: OpenOrder, action: CorporateAction, rules: OpenOrderRules): OrderAdjustment {
  const ratio = sharesRatio(action);
  const isDividend = action.kind === 'stockDividend';
  if (!isDividend && ratio < 1) return { kind: 'cancelled', why: 'reverse split' };
  if (!isReduced(order)) return UNCHANGED;
  const old = fraction(action.oldShares!);
  const fresh = isDividend ? fraction(action.newShares!) + old : fraction(action.newShares!);
  const price = steps(order.price);
  const tickSteps = steps(rules.tick);
  // The reduction goes up to the next increment.
  const reduction = ceilTo(price * (fresh - old), fresh * tickSteps) * tickSteps;
  const lot = BigInt(rules.sizes === 'roundLots' ? rules.roundLot : 1);
  const raised = ((BigInt(Math.trunc(order.qty)) * fresh) / old / lot) * lot;
  return {
    kind: 'adjusted',
    price: decimal(price - reduction),
    qty: order.isDni === true || raised === 0n ? order.qty : Number(raised),
  };
}

function steps(value: number): bigint {
  const found = priceStepsOfNumber(value);
  if (found === null)
    throw new TwinError('DATA_RECORD', 'a price has nine decimals at most', { price: value });
  return BigInt(found);
}

/** Shares of a ratio as a whole number of millionths, so that 1.5 for 1 is exact. */
function fraction(shares: number): bigint {
  return BigInt(Math.round(shares * 1e6));
}

function decimal(value: bigint): number {
  return Number(value) / PRICE_STEPS;
}

function floorTo(value: bigint, step: bigint): bigint {
  const rest = ((value % step) + step) % step;
  return value - rest;
}

/** Smallest whole number of `step` that is not below `value`. */
function ceilTo(value: bigint, step: bigint): bigint {
  return value <= 0n ? 0n : (value + step - 1n) / step;
}
