/** What a venue looks after for the owner of an order, beyond the ticket: one kind per order, and how venues differ. */

import { assertNever, type BinaryReader, type BinaryWriter, TwinError } from '../../base/index.ts';

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

/** How venues differ in what they look after. */
export interface ManagedRules {
  /**
   * The quote that pegs follow: that of the own book, in which no pegged order counts, or one that is given from outside
   * (the best of several venues).
   */
  readonly quoteFrom: 'book' | 'given';
  /** Middle of an odd spread, in whole ticks: towards the own side ('passive'), or always down or up. */
  readonly midpointRounding: 'passive' | 'floor' | 'ceil';
  /** Displayed pegs stand at multiples of this, hidden ones at every tick: 2 in a book of half ticks. */
  readonly displayStepTicks: number;
  /** Whether midpoint pegs take part while bid and ask are equal. While they are crossed they never do. */
  readonly midpointWhenLocked: 'trade' | 'park';
  /** A peg whose quote is missing waits outside of the book, or is refused and cancelled. */
  readonly pegWithoutQuote: 'park' | 'cancel';
}

export const DEFAULT_MANAGED_RULES: ManagedRules = {
  quoteFrom: 'book',
  midpointRounding: 'passive',
  displayStepTicks: 1,
  midpointWhenLocked: 'trade',
  pegWithoutQuote: 'park',
};

/** Rules with the defaults for what is not given. Raises MKT_CONFIG. */
export function resolveManagedRules(given: Partial<ManagedRules>): ManagedRules {
  const rules = { ...DEFAULT_MANAGED_RULES, ...given };
  const { displayStepTicks } = rules;
  if (!(Number.isSafeInteger(displayStepTicks) && displayStepTicks >= 1))
    throw new TwinError('MKT_CONFIG', 'the display step of pegs is a whole number of ticks from 1', {
      displayStepTicks,
    });
  return rules;
}

const KINDS = ['plain', 'peg', 'discretion', 'trailing', 'comply', 'improvement'] as const;
const PEG_SIDES = ['primary', 'market', 'midpoint'] as const;
const FOLLOWED = ['lastTrade', 'given'] as const;
const UNITS = ['ticks', 'bps'] as const;
const STANDINGS = ['displayed', 'ranked'] as const;

export function writeTerms(writer: BinaryWriter, terms: ManagedTerms): void {
  writer.uint8(KINDS.indexOf(terms.kind));
  switch (terms.kind) {
    case 'plain':
      return;
    case 'peg':
      writer.uint8(PEG_SIDES.indexOf(terms.to));
      writer.int32(terms.offsetTicks);
      return;
    case 'discretion':
      writer.int32(terms.discretionTicks);
      return;
    case 'trailing':
      writer.uint8(FOLLOWED.indexOf(terms.follows));
      writer.int32(terms.distance);
      writer.uint8(UNITS.indexOf(terms.unit));
      writer.int32(terms.limitOffsetTicks);
      return;
    case 'comply':
      writer.uint8(STANDINGS.indexOf(terms.standsAt));
      return;
    case 'improvement':
      writer.int32(terms.minTicks);
      return;
    default:
      assertNever(terms);
  }
}

export function readTerms(reader: BinaryReader): ManagedTerms {
  const kind = KINDS[reader.uint8()]!;
  switch (kind) {
    case 'plain':
      return { kind };
    case 'peg':
      return { kind, to: PEG_SIDES[reader.uint8()]!, offsetTicks: reader.int32() };
    case 'discretion':
      return { kind, discretionTicks: reader.int32() };
    case 'trailing':
      return {
        kind,
        follows: FOLLOWED[reader.uint8()]!,
        distance: reader.int32(),
        unit: UNITS[reader.uint8()]!,
        limitOffsetTicks: reader.int32(),
      };
    case 'comply':
      return { kind, standsAt: STANDINGS[reader.uint8()]! };
    case 'improvement':
      return { kind, minTicks: reader.int32() };
    default:
      return assertNever(kind);
  }
}
