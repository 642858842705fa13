/** What an agent or a person sends a venue in one message for several orders: groups, brackets, and quotes with their protection. */

import type { ManagedTerms } from './managed-terms.ts';
import type { StpMode, TimeInForce } from './order-terms.ts';
import type { OrderTicket } from './tickets.ts';

/** What a fill of one order does to the others of its group. */
export const ON_FILL_RULES = ['reduce', 'cancel'] as const;
export type OnFill = (typeof ON_FILL_RULES)[number];

/** What an order is in the message that it came with, by its number in records. */
export const LINKED_ROLE_NAMES = ['member', 'entry', 'exit'] as const;
export type LinkedRole = (typeof LINKED_ROLE_NAMES)[number];
/** Orders of one group, or of one bracket with its entry. */
export const LINKED_ORDERS_MAX = 64;

const ON_FILL_SHIFT = 2;

/** Role and rule of a linked order as one number: the code of CMD_LINKED. */
export function linkedCode(role: LinkedRole, onFill: OnFill): number {
  return LINKED_ROLE_NAMES.indexOf(role) | (ON_FILL_RULES.indexOf(onFill) << ON_FILL_SHIFT);
}

/** Role and rule again from the code of a CMD_LINKED. */
export function linkOf(code: number): { readonly role: LinkedRole; readonly onFill: OnFill } {
  return {
    role: LINKED_ROLE_NAMES[code & ((1 << ON_FILL_SHIFT) - 1)]!,
    onFill: ON_FILL_RULES[code >> ON_FILL_SHIFT]!,
  };
}

/** One order of a group or bracket, as an agent sends it: `ref` is the agent's own number for it. */
export interface LinkedOrder {
  readonly ref: number;
  readonly ticket: OrderTicket;
  /** `plain` for an order that the venue does nothing else for. */
  readonly terms: ManagedTerms;
  /** Matters for GTD only. */
  readonly expireTimeNs?: number;
}

/** New quotes of one instrument, in ticks and lots that are to be open; 0 lots pull a side. */
export interface QuoteEntry {
  readonly instrument: number;
  readonly bidTicks: number;
  readonly bidLots: number;
  readonly askTicks: number;
  readonly askLots: number;
}

/** Entries of one mass quote. */
export const QUOTE_ENTRIES_MAX = 1000;

/** Quotes of an agent: its own numbers for bid and ask stand for whatever order of the book is its quote. */
export interface AgentQuote extends QuoteEntry {
  readonly bidRef: number;
  readonly askRef: number;
}

/** What all orders of a mass quote have in common. */
export interface QuoteOrderTerms {
  readonly timeInForce: TimeInForce;
  /** FLAG_POST_ONLY_* or 0. */
  readonly flags: number;
  readonly stpGroup: number;
  readonly stpMode: StpMode;
}

/** Limits of one participant's market maker protection. What is null is not limited. */
export interface ProtectionLimits {
  /** A fill counts while it is younger than this, ns. */
  readonly windowNs: number;
  /** So many trades in the window trip it. */
  readonly fillsMax: number | null;
  /** So many lots traded in the window trip it. */
  readonly lotsMax: number | null;
  /** Whether fills are counted, and quotes pulled, instrument by instrument or over all of the venue. */
  readonly scope: 'instrument' | 'venue';
  /** How long new quotes are refused after it tripped, ns; null: until it is reset. */
  readonly stoppedNs: number | null;
}
