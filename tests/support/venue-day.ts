/** Days at a venue of configs/venues, without a world: commands by hand at times of the day, and what came of each. */

import {
  AUCTION_KIND_NAMES,
  BUY,
  DAY,
  defineInstrument,
  EV_AUCTION,
  EV_REJECTED,
  EV_REPLACE_REJECTED,
  EV_SESSION,
  EV_TRADE,
  EventBuffer,
  GTC,
  HEAD_CODE_SHIFT,
  LIMIT,
  MARKET,
  NO_PRICE_NAMES,
  ON_OPEN,
  OrderTicket,
  RECORD_WORDS,
  ReplaceTicket,
  SELL,
  SESSION_RULE_NAMES,
  SESSION_STATE_NAMES,
  type Side,
  UNDEF_INT32,
} from '../../src/domain/index.ts';
import { Venue } from '../../src/market/index.ts';
import { firstTradingDays, readVenue, venueSchema } from '../../src/scenarios/index.ts';
import { resolveVenue, ZONE_CLOCK } from '../../src/services/index.ts';

const HOUR_NS = 3600e9;

export interface VenueDayOptions {
  readonly venue: string;
  /** Keys that take the place of the preset's. */
  readonly change?: Readonly<Record<string, unknown>>;
  readonly tickSize?: string;
  readonly lotSize?: string;
  readonly symbols?: readonly string[];
  readonly referenceTicks?: number;
  readonly date?: string;
  readonly days?: number;
}

/** What a command led to. */
export interface Answer {
  readonly orderId: number;
  /** Code of the reject, 0 = none. */
  readonly code: number;
  readonly trades: number;
}

export class VenueDay {
  readonly events = new EventBuffer();
  readonly venue: Venue;
  /** Rules that changed the state of an instrument's session, as `symbol rule`. */
  readonly stops: string[] = [];
  /** Auctions: kind, price in ticks or why there is none. */
  readonly auctions: { kind: string; price: number | string }[] = [];
  readonly #symbols: readonly string[];
  readonly #ticket = new OrderTicket();
  readonly #change = new ReplaceTicket();
  /** Midnight of the first day. */
  readonly #midnightNs = 24 * HOUR_NS;
  nowNs = 0;

  constructor({
    venue,
    change = {},
    tickSize = '0.01',
    lotSize = '1',
    symbols = ['ACME'],
    referenceTicks = 10_000,
    date = '2026-01-05',
    days: dayCount = 1,
  }: VenueDayOptions) {
    const content = resolveVenue(venue, '.') as Record<string, unknown>;
    const read = readVenue(venueSchema.parse(resolveVenue({ ...content, ...change }, '.')), ZONE_CLOCK);
    const zone = read.sessions.timeZone;
    // Days may begin on the evening before.
    const epochNs = ZONE_CLOCK.midnightNs(date, zone) - BigInt(24 * HOUR_NS);
    const days = firstTradingDays(read, date, dayCount, ZONE_CLOCK.localClock(zone, epochNs));
    const instruments = symbols.map((symbol, index) =>
      defineInstrument({ symbol, tickSize, lotSize, currency: 'USD', minorUnit: '0.00000001' }, index),
    );
    this.#symbols = symbols;
    read.requireSymbols(instruments);
    const index = read.createIndex(instruments);
    this.venue = new Venue(
      instruments,
      this.events,
      read.rules,
      {},
      instruments.map((instrument) => read.createListing(instrument, days, referenceTicks, index)),
    );
  }

  /** Lets time pass until hours and minutes of a day of the run. */
  at(clock: string, day = 0): this {
    const [hours, minutes, seconds = 0] = clock.split(':').map(Number);
    const untilNs = this.#midnightNs + (day * 24 + hours! + minutes! / 60 + seconds / 3600) * HOUR_NS;
    while (this.venue.nextTimeNs <= untilNs) {
      this.nowNs = Math.max(this.nowNs, this.venue.nextTimeNs);
      this.venue.advance(this.nowNs);
      this.#read();
    }
    this.nowNs = untilNs;
    return this;
  }

  limit(side: 'buy' | 'sell', priceTicks: number, qtyLots = 1, instrument = 0): Answer {
    return this.#enter(side, LIMIT, priceTicks, qtyLots, instrument);
  }

  /** States of the sessions, by instrument. */
  states(): string[] {
    return this.#symbols.map((_, index) => SESSION_STATE_NAMES[this.venue.stateOf(index)]!);
  }

  /** Good till cancelled. */
  lasting(side: 'buy' | 'sell', priceTicks: number, qtyLots = 1): Answer {
    return this.#enter(side, LIMIT, priceTicks, qtyLots, 0, 0, GTC);
  }

  market(side: 'buy' | 'sell', qtyLots = 1, instrument = 0): Answer {
    return this.#enter(side, MARKET, 0, qtyLots, instrument);
  }

  /** Limit on open. */
  onOpen(side: 'buy' | 'sell', priceTicks: number, qtyLots = 1): Answer {
    return this.#enter(side, LIMIT, priceTicks, qtyLots, 0, ON_OPEN);
  }

  /** A trade at a price: a sell, and a buy that takes it. */
  trade(priceTicks: number, instrument = 0): Answer {
    const offered = this.limit('sell', priceTicks, 1, instrument);
    return offered.code !== 0 || offered.trades > 0 ? offered : this.limit('buy', priceTicks, 1, instrument);
  }

  replace(orderId: number, change: { priceTicks?: number; qtyLots?: number }): Answer {
    Object.assign(this.#change.reset(), { orderId, ...change });
    this.venue.replace(this.nowNs, this.#change);
    return this.#answer(orderId);
  }

  #enter(
    side: 'buy' | 'sell',
    type: OrderTicket['type'],
    priceTicks: number,
    qtyLots: number,
    instrument: number,
    auctionTerm: OrderTicket['auctionTerm'] = 0,
    timeInForce: OrderTicket['timeInForce'] = DAY,
  ): Answer {
    const ticket = this.#ticket.reset();
    Object.assign(ticket, { type, priceTicks, qtyLots, auctionTerm, timeInForce, accountId: 1 });
    ticket.side = (side === 'buy' ? BUY : SELL) as Side;
    return this.#answer(this.venue.submit(this.nowNs, instrument, ticket));
  }

  #answer(orderId: number): Answer {
    return { orderId, ...this.#read() };
  }

  #read(): { code: number; trades: number } {
    let code = 0;
    let trades = 0;
    const { words } = this.events;
    for (let at = 0; at < this.events.count * RECORD_WORDS; at += RECORD_WORDS) {
      const head = words[at]!;
      const kind = head & 255;
      if (kind === EV_REJECTED || kind === EV_REPLACE_REJECTED) code = head >>> HEAD_CODE_SHIFT;
      if (kind === EV_TRADE) trades++;
      if (kind === EV_AUCTION) {
        const price = words[at + 5]!;
        const why = NO_PRICE_NAMES[head >>> (HEAD_CODE_SHIFT + 8)]!;
        const name = AUCTION_KIND_NAMES[(head >>> HEAD_CODE_SHIFT) & 255]!;
        this.auctions.push({ kind: name, price: price === UNDEF_INT32 ? why : price });
      }
      const rule = SESSION_RULE_NAMES[head >>> (HEAD_CODE_SHIFT + 8)];
      if (kind === EV_SESSION && rule) this.stops.push(`${this.#symbols[words[at + 1]!]} ${rule}`);
    }
    this.events.clear();
    return { code, trades };
  }
}
