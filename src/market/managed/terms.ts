/** How venues differ in what they look after, and the terms of it in snapshots. */

import { assertNever, type BinaryReader, type BinaryWriter, TwinError } from '../../base/index.ts';
import type { ManagedTerms } from '../../domain/index.ts';

export type {
  ComplyTerms,
  DiscretionTerms,
  ImprovementTerms,
  ManagedTerms,
  PegTerms,
  PlainTerms,
  TrailingTerms,
} from '../../domain/index.ts';

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
