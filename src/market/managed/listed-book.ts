/** The book of a listing for managed orders: their commands pass its session, breakers and entry checks like everybody's. */

import type { EventBuffer, OrderTicket, ReplaceTicket, Side } from '../../domain/index.ts';
import type { BookRules, LevelView, OrderView } from '../book/contract.ts';
import type { Listing } from '../listing/listing.ts';
import { isMatching } from '../session/states.ts';
import type { ManagedBook } from './managed-book.ts';

/** What the venue does around a command to a listing. */
export interface ListingCare {
  /** Where a replace stands on the scale of arrivals. */
  nextArrival(): number;
  /** Follows a command: wakes are noted, and what breakers ask of other instruments is done. */
  afterListing(nowNs: number, instrument: number, listing: Listing): void;
}

export class ListedBook implements ManagedBook {
  readonly rules: BookRules;
  readonly events: EventBuffer;
  readonly #listing: Listing;
  readonly #instrument: number;
  readonly #care: ListingCare;

  constructor(listing: Listing, instrument: number, care: ListingCare) {
    this.rules = listing.book.rules;
    this.events = listing.book.events;
    this.#listing = listing;
    this.#instrument = instrument;
    this.#care = care;
  }

  get lastTradeTicks(): number {
    return this.#listing.book.lastTradeTicks;
  }

  submit(ticket: OrderTicket): void {
    this.#listing.submit(this.events.timeNs, ticket, ticket.orderId);
    this.#done();
  }

  /** A hidden order that may lock the other side: sessions and breakers have no word for it, it goes straight in. */
  place(ticket: OrderTicket): void {
    this.#listing.book.place(ticket);
  }

  /** What the venue takes out on its own, no state of the session keeps in. */
  cancel(orderId: number, accountId: number): void {
    if (this.#isOwnAct(orderId, accountId)) this.#listing.book.cancel(orderId, accountId);
    else this.#listing.cancel(this.events.timeNs, orderId, accountId);
    this.#done();
  }

  reduce(orderId: number, accountId: number, qtyLots: number): void {
    if (this.#isOwnAct(orderId, accountId)) this.#listing.book.reduce(orderId, accountId, qtyLots);
    else this.#listing.reduce(this.events.timeNs, orderId, accountId, qtyLots);
    this.#done();
  }

  replace(ticket: ReplaceTicket): void {
    this.#listing.replace(this.events.timeNs, ticket, this.#care.nextArrival());
    this.#done();
  }

  expire(orderId: number): void {
    this.#listing.expire(this.events.timeNs, orderId);
    this.#done();
  }

  bestTicks(side: Side): number {
    return this.#listing.book.bestTicks(side);
  }

  depth(side: Side, levelsMax: number): LevelView[] {
    return this.#listing.book.depth(side, levelsMax);
  }

  has(orderId: number): boolean {
    return this.#listing.book.has(orderId);
  }

  order(orderId: number): OrderView | null {
    return this.#listing.book.order(orderId);
  }

  #isOwnAct(orderId: number, accountId: number): boolean {
    return accountId === 0 && !isMatching(this.#listing.session.state) && this.#listing.book.has(orderId);
  }

  #done(): void {
    this.#care.afterListing(this.events.timeNs, this.#instrument, this.#listing);
  }
}
