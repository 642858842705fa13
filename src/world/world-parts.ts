/** Parts of a world that are made from its spec alone: the venue with all its books, and what each venue charges. */

import type { EventBuffer, Instrument } from '../domain/index.ts';
import { type ManagedRules, Venue } from '../market/index.ts';
import type { Accounts } from './accounts.ts';
import { FeeDesk } from './fee-desk.ts';
import type { OrderTable } from './order-table.ts';
import type { VenueSpec, WorldSpec } from './spec.ts';

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
          venueAccount: agentCount + venue,
          isListed: (instrument) => venueOf[instrument] === venue,
        }),
  );
}
