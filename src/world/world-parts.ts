/** Parts of a world that are made from its spec alone: the venue with all its books, and what each venue charges. */

import { TwinError } from '../base/index.ts';
import type { AgentGroup, EventBuffer, Instrument } from '../domain/index.ts';
import { type ManagedRules, Venue } from '../market/index.ts';
import type { Accounts } from './accounts.ts';
import { ActionDesk } from './action-desk.ts';
import { ActionRecords, type RecordParts } from './action-records.ts';
import type { ConsolidatedFeed } from './consolidated-feed.ts';
import { ContractDesk, type ContractParts } from './contract-desk.ts';
import type { Contracts } from './contracts.ts';
import { FeeDesk } from './fee-desk.ts';
import type { Gateway } from './gateway.ts';
import { MarketData } from './market-data.ts';
import { OrderProtection, type ProtectionParts } from './order-protection.ts';
import { OrderRouter, type RouterParts } from './order-router.ts';
import type { OrderTable } from './order-table.ts';
import { QuoteWatch, type WatchParts } from './quote-watch.ts';
import type { Settlement } from './settlement.ts';
import type { VenueSpec, WorldSpec } from './spec.ts';
import type { VenueMap } from './venue-map.ts';

/** One state machine with the books of all venues. Raises MKT_CONFIG. */
export function createVenue(
  spec: WorldSpec,
  venues: readonly VenueSpec[],
  instruments: readonly Instrument[],
  events: EventBuffer,
): Venue {
  const managedRulesOf = (instrument: number): Partial<ManagedRules> =>
    (venues.find(({ name }) => name === instruments[instrument]!.venue) ?? venues[0]!).managed ?? {};
  return new Venue(instruments, events, spec.rules, spec.rulesOf, spec.listings?.() ?? [], managedRulesOf);
}

/** The desks of those venues that charge fees, in the order of the venues. */
export function createFeeDesks(
  venues: readonly VenueSpec[],
  parts: {
    readonly instruments: readonly Instrument[];
    /** Venue of each instrument. */
    readonly venueOf: Int32Array;
    readonly events: EventBuffer;
    readonly orders: OrderTable;
    readonly accounts: Accounts;
    readonly agentCount: number;
  },
): FeeDesk[] {
  const { instruments, venueOf, events, orders, accounts, agentCount } = parts;
  return venues.flatMap(({ fees }, venue) =>
    fees === undefined
      ? []
      : new FeeDesk(fees, instruments, {
          events,
          orders,
          accounts,
          agentCount,
          venueAccount: agentCount + venue,
          isListed: (instrument) => venueOf[instrument] === venue,
        }),
  );
}

/** What corporate actions do, to shares and to option contracts. Raises WORLD_CONFIG. */
export function createActionDesk(
  { actions = [], expiries = [] }: WorldSpec,
  contracts: Contracts,
  parts: RecordParts & Omit<ContractParts, 'contracts' | 'records'> & { readonly agentCount: number },
): ActionDesk {
  for (const instrument of expiries.flatMap(({ instruments }) => instruments)) {
    if (contracts.termsOf(instrument) !== null) continue;
    throw new TwinError('WORLD_CONFIG', 'what expires is an option of the world', { instrument });
  }
  const records = new ActionRecords(parts);
  const desk = contracts.indexes.length === 0 ? null : new ContractDesk({ ...parts, contracts, records });
  return new ActionDesk(actions, { ...parts, records, contracts: desk });
}

/** What one venue publishes. */
export function createMarketData(venue: Venue, venues: VenueMap, place: number): MarketData {
  return new MarketData(
    venue.instruments.map(({ index }) => (venues.venueOf[index] === place ? venue.stateOf(index) : null)),
  );
}

/** What venues do about the quotes of others; null each where none does it. */
export interface Lookout {
  readonly protection: OrderProtection | null;
  readonly router: OrderRouter | null;
  readonly watch: QuoteWatch | null;
}

/** Raises WORLD_CONFIG. */
export function createLookout(
  spec: WorldSpec,
  venues: readonly VenueSpec[],
  feed: ConsolidatedFeed | null,
  parts: Pick<RouterParts, 'kernel' | 'venue' | 'venues' | 'events'> & Pick<ProtectionParts, 'isDown'>,
): Lookout {
  const consolidatedDelayNs = spec.consolidatedDelayNs ?? 0;
  const protection = createProtection(venues, { ...parts, feed });
  return {
    protection,
    router: createRouter(venues, protection, { ...parts, consolidatedDelayNs }),
    watch: createWatch(venues, feed, { ...parts, slid: protection?.slid ?? null }),
  };
}

/** What venues with protection look at; null where none has it, or there is one venue only. */
function createProtection(
  venues: readonly VenueSpec[],
  parts: Omit<ProtectionParts, 'specs' | 'feed'> & { readonly feed: ConsolidatedFeed | null },
): OrderProtection | null {
  const { feed } = parts;
  if (feed === null || venues.every(({ protection }) => protection === undefined)) return null;
  return new OrderProtection({ ...parts, feed, specs: venues.map(({ protection }) => protection ?? null) });
}

/** The routers of those venues that route; null where none does, or there is one venue only. Raises WORLD_CONFIG. */
function createRouter(
  venues: readonly VenueSpec[],
  protection: OrderProtection | null,
  parts: Omit<RouterParts, 'protection' | 'specs'>,
): OrderRouter | null {
  if (venues.length === 1) return null;
  for (const venue of venues) requireRouter(venue, venues.length);
  if (protection === null || venues.every(({ router }) => router === undefined)) return null;
  return new OrderRouter({ ...parts, protection, specs: venues.map(({ router }) => router ?? null) });
}

function requireRouter({ name, protection, router }: VenueSpec, venueCount: number): void {
  if (router === undefined) return;
  if (protection === undefined)
    throw new TwinError('WORLD_CONFIG', 'a venue that routes has protection, by which it looks at others', {
      venue: name,
    });
  const { delaysNs } = router;
  if (delaysNs.length !== venueCount || !delaysNs.every((ns) => Number.isSafeInteger(ns) && ns >= 0))
    throw new TwinError('WORLD_CONFIG', 'a router has a delay to each venue, whole ns from 0', {
      venue: name,
      delaysNs: delaysNs.join(', '),
    });
}

/** Joins the router, if there is one, to those who pack its orders, tell their owners and charge their fills. */
export function connectRouter(
  router: OrderRouter | null,
  gateway: Gateway,
  settlement: Settlement,
  desks: readonly FeeDesk[],
): void {
  if (router === null) return;
  router.connect({
    pack: (...order) => gateway.packNew(...order),
    tell: (...news) => settlement.tell(...news),
  });
  const { book } = router;
  for (const desk of desks) {
    desk.routed = {
      homeOf: (orderId) => book.homeOf(orderId),
      originOf: (orderId) => book.originOf(orderId),
      deskOf: (instrument) => desks.find((one) => one.lists(instrument)) ?? null,
    };
  }
}

/** What makes venues act by the quotes of others; null where none does, or there is one venue only. */
function createWatch(
  venues: readonly VenueSpec[],
  feed: ConsolidatedFeed | null,
  parts: Omit<WatchParts, 'feed' | 'pegged'>,
): QuoteWatch | null {
  if (feed === null) return null;
  const { venue, slid } = parts;
  const isPegged = (place: number): boolean => venues[place]!.managed?.quoteFrom === 'given';
  const pegged = venue.instruments.flatMap(({ index }) =>
    isPegged(parts.venues.venueOf[index]!) ? [index] : [],
  );
  return pegged.length === 0 && slid === null ? null : new QuoteWatch({ ...parts, feed, pegged });
}

/** First agent of each group: agents are numbered through. */
export function firstAgents(groups: readonly AgentGroup[]): number[] {
  let first = 0;
  return groups.map(({ count }) => {
    first += count;
    return first - count;
  });
}

/** What a snapshot's columns are numbered by: the instruments and the groups with their sizes. */
export function shapeOf(world: {
  readonly instruments: readonly Instrument[];
  readonly groups: readonly AgentGroup[];
}): string {
  const symbols = world.instruments.map(({ symbol }) => symbol);
  const groups = world.groups.map(({ name, count }) => `${name} x ${count}`);
  return `${symbols.join(' ')} | ${groups.join(', ')}`;
}

/** Raises BASE_SNAPSHOT for a snapshot of another world. */
export function requireShape(snapshot: string, spec: string): void {
  if (snapshot === spec) return;
  const rule = 'a snapshot is resumed with the spec of the world it was made of';
  throw new TwinError('BASE_SNAPSHOT', rule, { snapshot, spec });
}
