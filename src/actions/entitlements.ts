/**
 * What a holder gets on the ex-date, in whole lots and minor units (market-rules §8.1). A short position owes what a long one gets.
 * Fractions of lots are paid in cash at the price after the action; fractions of minor units are dropped, so that the two sides of a
 * position owe and get the same, and what is left stays with the issuer.
 */

import { priceStepsOfNumber, TwinError } from '../base/index.ts';
import type { CorporateAction } from './corporate-action.ts';
import { sharesRatio, theoreticalExRights } from './factors.ts';

export interface HoldingTerms {
  /** Currency units per tick. */
  readonly tick: number;
  /** Cash value of one lot at a price of one tick, minor units. */
  readonly minorPerTickLot: number;
}

export interface Entitlement {
  /** Lots of the instrument itself on top of those that are held. */
  readonly lots: number;
  /** Lots of what was spun off, or of the acquirer. */
  readonly otherLots: number;
  readonly cashMinor: number;
}

/** Millionths, so that 1.5 for 1 is exact. */
const PARTS = 1e6;

/**
 * Of `lots` held, below zero for a short position. `exTicks` is the price after the action, `otherTicks` that of what is got besides;
 * null where there is none. Raises DATA_RECORD for an action that lacks what its kind needs.
 */
export function entitlementOf(
  action: CorporateAction,
  lots: number,
  terms: HoldingTerms,
  exTicks: number | null,
  otherTicks: number | null,
): Entitlement {
  switch (action.kind) {
    case 'split':
    case 'stockDividend': {
      const onTop = action.kind === 'stockDividend' ? lots : 0;
      const { whole, cashMinor } = sharesFor(action, lots, terms, exTicks);
      return { lots: onTop + whole - lots, otherLots: 0, cashMinor };
    }
    case 'cashDividend':
    case 'specialDividend':
      return { lots: 0, otherLots: 0, cashMinor: cashFor(needed(action, 'amount'), lots, terms) };
    case 'rights': {
      // Rights are sold at what they are worth in theory.
      const close = needed(action, 'referencePrice');
      return {
        lots: 0,
        otherLots: 0,
        cashMinor: cashFor(close - theoreticalExRights(action, close), lots, terms),
      };
    }
    case 'spinOff': {
      const { whole, cashMinor } = sharesFor(action, lots, terms, otherTicks);
      return { lots: 0, otherLots: whole, cashMinor };
    }
    case 'cashMerger':
      return { lots: -lots, otherLots: 0, cashMinor: cashFor(needed(action, 'amount'), lots, terms) };
    case 'stockMerger': {
      const { whole, cashMinor } = sharesFor(action, lots, terms, otherTicks);
      return { lots: -lots, otherLots: whole, cashMinor };
    }
    case 'symbolChange':
    case 'delisting':
      return { lots: 0, otherLots: 0, cashMinor: 0 };
  }
}

/** Whole new lots for those held, towards zero, and the cash in lieu of the fraction. */
function sharesFor(
  action: CorporateAction,
  lots: number,
  { minorPerTickLot }: HoldingTerms,
  priceTicks: number | null,
): { whole: number; cashMinor: number } {
  sharesRatio(action);
  const fresh = BigInt(Math.round(action.newShares! * PARTS));
  const old = BigInt(Math.round(action.oldShares! * PARTS));
  const parts = BigInt(lots) * fresh;
  const value = (parts % old) * BigInt(priceTicks ?? 0) * BigInt(minorPerTickLot);
  return { whole: Number(parts / old), cashMinor: Number(value / old) };
}

function cashFor(amount: number, lots: number, { tick, minorPerTickLot }: HoldingTerms): number {
  const steps = BigInt(priceStepsOfNumber(amount) ?? 0);
  const tickSteps = BigInt(priceStepsOfNumber(tick) ?? 1);
  return Number((steps * BigInt(lots) * BigInt(minorPerTickLot)) / tickSteps);
}

function needed(action: CorporateAction, field: 'amount' | 'referencePrice'): number {
  const value = action[field];
  if (value !== null) return value;
  const { symbol, kind } = action;
  throw new TwinError('DATA_RECORD', 'an action has what its kind needs', { symbol, kind, missing: field });
}
