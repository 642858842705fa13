/** What a venue looks after for the owner of an order, beyond the ticket: one kind per order, and as numbers of a command. */

import { assertNever } from '../base/index.ts';

/** An ordinary order that is a member of a group or an exit of a bracket. */
export interface PlainTerms {
  readonly kind: 'plain';
}

/** Follows a quote (market-rules §1.8). The ticket's limit is the cap; the end of the price range is no cap. */
export interface PegTerms {
  readonly kind: 'peg';
  /** The best price of its own side, of the other side, or the middle of both. */
  readonly to: 'primary' | 'market' | 'midpoint';
  /** Ticks from there towards the other side; below zero away from it. */
  readonly offsetTicks: number;
}

/** Stands at its limit and trades with displayed orders up to a better price for them (market-rules §1.8). */
export interface DiscretionTerms {
  readonly kind: 'discretion';
  /** Beyond the limit: above it for a buy, below it for a sell. */
  readonly discretionTicks: number;
}

/** A stop that follows the price at a distance and never moves back (market-rules §1.14). Type STOP or STOP_LIMIT. */
export interface TrailingTerms {
  readonly kind: 'trailing';
  /** The last trade of the book, or a price that is given from outside (a mark, an index). */
  readonly follows: 'lastTrade' | 'given';
  /** Ticks, or basis points of the price. */
  readonly distance: number;
  readonly unit: 'ticks' | 'bps';
  /** STOP_LIMIT: its limit lies so many ticks from the stop price towards the other side. */
  readonly limitOffsetTicks: number;
}

/** Price-to-comply and re-pricing post-only orders (market-rules §1.11): never locks the displayed other side. */
export interface ComplyTerms {
  readonly kind: 'comply';
  /**
   * One book order cannot be shown at one price and rank at another. 'displayed' stands where the order is to be shown, one
   * tick away from the other side; 'ranked' stands hidden at the locking price where it is to rank.
   */
  readonly standsAt: 'displayed' | 'ranked';
}

/** Post-only that takes prices better than its limit by so much, and slides otherwise (market-rules §1.11, economics). */
export interface ImprovementTerms {
  readonly kind: 'improvement';
  readonly minTicks: number;
}

export type ManagedTerms =
  | PlainTerms
  | PegTerms
  | DiscretionTerms
  | TrailingTerms
  | ComplyTerms
  | ImprovementTerms;

/** Kinds by their number in records. */
export const MANAGED_KIND_NAMES = [
  'plain',
  'peg',
  'discretion',
  'trailing',
  'comply',
  'improvement',
] as const;
const PEG_SIDES = ['primary', 'market', 'midpoint'] as const;
/** Kind: the low bits of a code; the choices of the kind stand above. */
const CODE_CHOICE_SHIFT = 3;
const CODE_KIND_MASK = (1 << CODE_CHOICE_SHIFT) - 1;
const TRAILS_GIVEN = 1;
const TRAILS_BPS = 2;
const STANDS_RANKED = 1;

/** Kind and choices of terms as one number of six bits: the code of CMD_MANAGED. */
export function managedCode(terms: ManagedTerms): number {
  return MANAGED_KIND_NAMES.indexOf(terms.kind) | (choiceOf(terms) << CODE_CHOICE_SHIFT);
}

/** The ticks, or basis points, of terms. */
export function managedValue(terms: ManagedTerms): number {
  switch (terms.kind) {
    case 'peg':
      return terms.offsetTicks;
    case 'discretion':
      return terms.discretionTicks;
    case 'trailing':
      return terms.distance;
    case 'improvement':
      return terms.minTicks;
    default:
      return 0;
  }
}

/** Terms again from their code, their value and, of a trailing stop, its limit offset. */
export function managedTermsOf(code: number, value: number, limitOffsetTicks: number): ManagedTerms {
  const kind = MANAGED_KIND_NAMES[code & CODE_KIND_MASK]!;
  const choice = code >> CODE_CHOICE_SHIFT;
  switch (kind) {
    case 'plain':
      return { kind };
    case 'peg':
      return { kind, to: PEG_SIDES[choice]!, offsetTicks: value };
    case 'discretion':
      return { kind, discretionTicks: value };
    case 'trailing':
      return {
        kind,
        follows: (choice & TRAILS_GIVEN) === 0 ? 'lastTrade' : 'given',
        distance: value,
        unit: (choice & TRAILS_BPS) === 0 ? 'ticks' : 'bps',
        limitOffsetTicks,
      };
    case 'comply':
      return { kind, standsAt: choice === STANDS_RANKED ? 'ranked' : 'displayed' };
    case 'improvement':
      return { kind, minTicks: value };
    default:
      return assertNever(kind);
  }
}

function choiceOf(terms: ManagedTerms): number {
  if (terms.kind === 'peg') return PEG_SIDES.indexOf(terms.to);
  if (terms.kind === 'trailing')
    return (terms.follows === 'given' ? TRAILS_GIVEN : 0) | (terms.unit === 'bps' ? TRAILS_BPS : 0);
  return terms.kind === 'comply' && terms.standsAt === 'ranked' ? STANDS_RANKED : 0;
}
