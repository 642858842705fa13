/** One instrument of a venue of configs/venues, driven by hand at local times: what tests of its rules start from. */

import {
  defineInstrument,
  EventBuffer,
  GTC,
  LIMIT,
  MARKET,
  OrderTicket,
  type OrderType,
  type Side,
  type TimeInForce,
} from '../../src/domain/index.ts';
import {
  type BookRules,
  DEFAULT_BOOK_RULES,
  FastBook,
  Listing,
  type OrderBook,
} from '../../src/market/index.ts';
import { firstTradingDays, readVenue } from '../../src/scenarios/index.ts';
import { ZONE_CLOCK, zonedEpochNs } from '../../src/services/index.ts';
import { eventLines } from './event-text.ts';
import { RecordSink } from './record-sink.ts';
import { venueConfig } from './venues.ts';

export class ListedMarket {
  readonly book: OrderBook;
  readonly listing: Listing;
  readonly #sink = new RecordSink();
  readonly #events = new EventBuffer();
  readonly #epochNs: bigint;
  readonly #day: string;
  readonly #timeZone: string;
  #lastOrderId = 0;
  #nowNs = 0;

  constructor(
    name: string,
    { day = '2026-01-06', tickSize = '0.01', referenceTicks = 10_000 },
    createBook: (rules: BookRules, events: EventBuffer) => OrderBook = (rules, events) =>
      new FastBook(rules, events),
  ) {
    // What is under test are breakers: prices far away reach them.
    const venue = readVenue({ ...venueConfig(name), entry: undefined }, ZONE_CLOCK);
    this.#day = day;
    this.#timeZone = venue.sessions.timeZone;
    // A trading day may start on the evening before.
    this.#epochNs = zonedEpochNs(day, '00:00', this.#timeZone) - 86_400_000_000_000n;
    const days = firstTradingDays(venue, day, 1, ZONE_CLOCK.localClock(this.#timeZone, this.#epochNs));
    const instrument = { symbol: 'ACME', tickSize, lotSize: '1', currency: 'USD', minorUnit: tickSize };
    this.book = createBook({ ...DEFAULT_BOOK_RULES, ...venue.rules }, this.#events);
    this.listing = new Listing(
      this.book,
      venue.createListing(defineInstrument(instrument, 0), days, referenceTicks),
    );
  }

  /** Lets time pass to a local time of the trading day, or of the day before it; random ends are not prolonged. */
  to(clock: string, isEvening = false): this {
    this.#nowNs = this.at(clock) - (isEvening ? 86_400e9 : 0);
    this.listing.onTime(this.#nowNs, () => 0);
    return this;
  }

  /** ns of a local time of the trading day. */
  at(clock: string): number {
    return Number(zonedEpochNs(this.#day, clock, this.#timeZone) - this.#epochNs);
  }

  /** Enters a limit order, or a market order for a price of null; returns its id. */
  enter(side: Side, priceTicks: number | null, qtyLots: number, timeInForce: TimeInForce = GTC): number {
    const ticket = new OrderTicket();
    ticket.orderId = ++this.#lastOrderId;
    ticket.accountId = 1;
    ticket.side = side;
    ticket.type = (priceTicks === null ? MARKET : LIMIT) as OrderType;
    ticket.priceTicks = priceTicks ?? 0;
    ticket.qtyLots = qtyLots;
    ticket.timeInForce = timeInForce;
    this.listing.submit(this.#nowNs, ticket, ticket.orderId);
    return ticket.orderId;
  }

  /** What was said of orders since the last call, as lines of tests/support/event-text.ts. */
  lines(): string[] {
    const lines = eventLines(this.#events);
    this.#events.clear();
    return lines;
  }

  /** What was said of sessions, auctions and bounds since the last call. */
  said(): string[] {
    const from = this.#sink.venue.length;
    this.#sink.write(this.#events.words, this.#events.count);
    this.#events.clear();
    return this.#sink.venue.slice(from).map(({ text }) => text);
  }
}
