/** What a world is made of. A spec can build the same world again and again: forks and resumed runs do. */

import { TwinError } from '../base/index.ts';
import type { AgentGroup, EventSink, InstrumentSpec } from '../domain/index.ts';
import type { BookRules, ListingConfig, ManagedRules } from '../market/index.ts';
import type { WorldAction } from './action-desk.ts';
import type { WorldExpiry } from './contract-desk.ts';
import type { EntrySpec } from './entry-queue.ts';
import type { FeeSpec } from './fee-desk.ts';
import type { LinkModel } from './link-model.ts';
import type { Shock } from './shocks.ts';

/** One-way delays of an agent's links to a venue, ns. A model, where there is one, takes the place of the constant. */
export interface Links {
  /** From the agent's decision to the venue's gateway. */
  readonly orderDelayNs: number;
  /** From the venue's answer to the agent. */
  readonly answerDelayNs: number;
  /** From publication to the agent: it sees the market as of now minus this. */
  readonly feedDelayNs: number;
  /** Makes the model of the way to the venue, or back: random delays, in order within the session (link-model.ts). */
  readonly orderModel?: () => LinkModel;
  readonly answerModel?: () => LinkModel;
}

export interface GroupSpec {
  /** Makes a fresh group in its starting state. */
  readonly create: () => AgentGroup;
  /** Links of one agent of the group (0 is its first) to a venue, by its place in the spec's list. */
  readonly links: (agentInGroup: number, venue: number) => Links;
}

/** How a venue treats better quotes of other venues for the same product (market-rules §1.19). */
export interface ProtectionSpec {
  /** Displayed lots that make a quote protected; smaller ones are added up. */
  readonly roundLots: number;
  /** What would lock or cross a quote elsewhere is shown one tick away, or is cancelled. */
  readonly rest: 'slide' | 'cancel';
  /** Orders that slid come back towards their limits when the other quote is gone; they stay if absent. */
  readonly comesBack?: boolean;
}

/** How a venue sends orders on to better quotes of other venues (order-router.ts). */
export interface RouterSpec {
  /** Those that ask for it, or also those that say nothing of other venues. */
  readonly orders: 'asked' | 'all';
  /** One way to each venue, by its place in the spec's list, and as long back, ns. */
  readonly delaysNs: readonly number[];
}

/** What stands around the books of one venue. */
export interface VenueSpec {
  /** Instruments name it; with one venue they need not. */
  readonly name: string;
  /** Makes what commands pass between arrival and engine; nothing if absent. */
  readonly entry?: () => EntrySpec;
  /** What the venue charges for fills; nothing if absent. */
  readonly fees?: FeeSpec;
  /**
   * How it looks after pegs and other managed orders where it differs from DEFAULT_MANAGED_RULES. In a world of several venues
   * the quote that is 'given' is the best of all of them.
   */
  readonly managed?: Partial<ManagedRules>;
  /** Absent: the venue does not look at others. */
  readonly protection?: ProtectionSpec;
  /** Absent: it routes nothing. For venues with protection only. */
  readonly router?: RouterSpec;
}

export interface WorldSpec {
  readonly seed: number;
  readonly instruments: readonly InstrumentSpec[];
  readonly rules?: Partial<BookRules>;
  /** Rules by symbol where they differ. */
  readonly rulesOf?: Readonly<Record<string, Partial<BookRules>>>;
  readonly groups: readonly GroupSpec[];
  /** When time begins, ns since the run's epoch; 0 if absent. */
  readonly startNs?: number;
  /**
   * Makes the sessions, auctions and breakers of each instrument, afresh: null trades continuously. Without it all do.
   */
  readonly listings?: () => readonly (ListingConfig | null)[];
  /** One venue without gateway and fees if absent. */
  readonly venues?: readonly VenueSpec[];
  /** From a venue's publication to everybody who sees the consolidated feed of all venues, ns; 0 if absent. */
  readonly consolidatedDelayNs?: number;
  /** What befalls the market, in any order. */
  readonly shocks?: readonly Shock[];
  /** Corporate actions, in any order; those of one instant in theirs. */
  readonly actions?: readonly WorldAction[];
  /** Last days of option contracts, in any order; a contract without one does not expire while the world runs. */
  readonly expiries?: readonly WorldExpiry[];
  /** When DAY orders expire where there are no sessions, ns since the run's epoch; null = never. */
  readonly dayEndNs: number | null;
}

/** Takes the records and forgets them: runs whose digest is all that matters. */
export const NULL_SINK: EventSink = { write: () => {} };

/** Raises WORLD_CONFIG. */
export function checkDelays(links: Links, group: string, member: number): void {
  for (const name of ['orderDelayNs', 'answerDelayNs', 'feedDelayNs'] as const) {
    const delayNs = links[name];
    if (Number.isInteger(delayNs) && delayNs >= 0) continue;
    throw new TwinError('WORLD_CONFIG', 'a delay is a whole number of ns, 0 or more', {
      group,
      agent: member,
      [name]: delayNs,
    });
  }
}
