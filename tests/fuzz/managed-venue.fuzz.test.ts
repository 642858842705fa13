/**
 * Days of a venue that looks after orders: random managed and ordinary orders, groups, brackets, mass quotes with protection,
 * changes, mass cancels, halts and interruptions, with sessions and without. Whatever the books say is audited, every managed order
 * is conserved through all the orders that carry it, and a venue restored from bytes goes on as the one that was not.
 * More of it: `FUZZ_SEED=<first> FUZZ_SEEDS=<how many> npx vitest run tests/fuzz/managed-venue.fuzz.test.ts`
 */

import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter, Xoshiro128 } from '../../src/base/index.ts';
import {
  BUY,
  CANCEL_MASS,
  CANCEL_PARKED,
  DAY,
  defineInstrument,
  EV_ACCEPTED,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_CARRIED,
  EV_EXPIRED,
  EV_REDUCED,
  EV_REJECTED,
  EV_REPLACE_REJECTED,
  EV_REPLACED,
  EV_TRADE,
  EventBuffer,
  GTC,
  GTD,
  HEAD_CODE_SHIFT,
  IOC,
  LIMIT,
  MARKET,
  OrderTicket,
  RECORD_WORDS,
  ReplaceTicket,
  SELL,
  STOP,
  STOP_LIMIT,
} from '../../src/domain/index.ts';
import {
  dayEndNs,
  dayStartNs,
  isMatching,
  type ManagedTerms,
  type SessionDay,
  Venue,
} from '../../src/market/index.ts';
import { firstTradingDays } from '../../src/scenarios/index.ts';
import { ZONE_CLOCK } from '../../src/services/index.ts';
import { EventAudit } from '../support/event-audit.ts';
import { eventLines } from '../support/event-text.ts';
import { venueOf } from '../support/venues.ts';

const FIRST_SEED = Number(process.env.FUZZ_SEED ?? 1);
const SEED_COUNT = Number(process.env.FUZZ_SEEDS ?? 2);
const STEPS = 900;
const CENTRE_TICKS = 10_000;
const ACCOUNTS = 4;
const INSTRUMENT = defineInstrument(
  { symbol: 'ACME', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' },
  0,
);
/** A day without sessions, for a venue that trades all the time. */
const PLAIN_DAY_NS = 3_600e9;

/** What the venue itself says to owners. */
const OWNER_RECORDS = [
  EV_ACCEPTED,
  EV_REJECTED,
  EV_CANCELED,
  EV_EXPIRED,
  EV_REDUCED,
  EV_REPLACED,
  EV_CANCEL_REJECTED,
  EV_REPLACE_REJECTED,
];

/** What the records say of one managed order. */
interface Told {
  filledLots: number;
  isAnswered: boolean;
}

class Day {
  readonly seen = new Map<string, number>();
  venue: Venue;
  /** Of all words that the venue has said. */
  checksum = 0;
  nowNs: number;
  readonly #create: () => Venue;
  readonly #random: Xoshiro128;
  readonly #boundaries: readonly number[];
  readonly #endNs: number;
  readonly #audit = new EventAudit();
  readonly #told = new Map<number, Told>();
  readonly #originOf = new Map<number, number>();

  constructor(create: () => Venue, seed: number, days: readonly SessionDay[]) {
    this.#create = create;
    this.venue = create();
    this.#random = new Xoshiro128(seed);
    this.#boundaries = days.flatMap(({ phases }) => phases.map(({ fromNs }) => fromNs)).sort((a, b) => a - b);
    this.nowNs = days.length === 0 ? 0 : dayStartNs(days[0]!);
    this.#endNs = days.length === 0 ? PLAIN_DAY_NS : dayEndNs(days.at(-1)!) + 7_200e9;
  }

  /** `restoresEvery` so many steps the venue is taken through its bytes. */
  run(restoresEvery: number): void {
    for (let step = 0; step < STEPS && this.nowNs < this.#endNs; step++) {
      this.#moveOn(STEPS - step);
      this.#act('time', () => this.venue.advance(this.nowNs, () => this.#draw()));
      const command = this.#command();
      this.#act('command', command);
      if (step % restoresEvery === restoresEvery - 1) this.#restore();
    }
    this.nowNs = Math.max(this.nowNs, this.#endNs);
    this.#act('end', () => this.venue.advance(this.nowNs, () => 0));
    this.#act('end of day', () => this.venue.endDay(this.nowNs));
    this.#act('mass cancel', () => this.venue.massCancel(this.nowNs, -1, 0));
  }

  #act(what: string, command: () => void): void {
    const { events } = this.venue;
    events.clear();
    command();
    try {
      this.#follow(events);
      this.#check();
    } catch (error) {
      throw new Error([`${what} at ${this.nowNs}: ${String(error)}`, ...eventLines(events)].join('\n'));
    }
  }

  #follow(events: EventBuffer): void {
    const books = new EventBuffer();
    for (let record = 0; record < events.count; record++) {
      const at = record * RECORD_WORDS;
      const w = (word: number): number => events.words[at + word]!;
      for (let word = 0; word < RECORD_WORDS; word++)
        this.checksum = (Math.imul(this.checksum, 31) + w(word)) | 0;
      const kind = w(0) & 255;
      const code = w(0) >>> HEAD_CODE_SHIFT;
      this.#saw(kind === EV_CANCELED && code === CANCEL_PARKED ? 'parked' : `kind ${kind}`);
      if (kind === EV_CARRIED) this.#originOf.set(w(4), w(9));
      if (kind === EV_TRADE) for (const id of [w(4), w(8)]) this.#fill(id, w(6));
      const told = this.#told.get(w(4));
      if (told !== undefined && kind >= EV_ACCEPTED && kind < EV_TRADE) {
        if (kind === EV_ACCEPTED || kind === EV_REJECTED) {
          expect(told.isAnswered, 'answered once').toBe(false);
          told.isAnswered = true;
        }
        expect(OWNER_RECORDS).toContain(kind);
        continue;
      }
      books.emit(w(0), w(4), w(5), w(6), w(7), w(8), w(9), w(10));
    }
    this.#audit.follow(books);
  }

  #fill(bookOrderId: number, lots: number): void {
    expect(this.#told.has(bookOrderId), 'the id of an owner never trades').toBe(false);
    const origin = this.#originOf.get(bookOrderId);
    if (origin === undefined) return;
    this.#told.get(origin)!.filledLots += lots;
    this.#saw('managed fill');
  }

  #check(): void {
    const { venue } = this;
    const [book, listing] = [venue.books[0]!, venue.listings[0]!];
    book.validate();
    const outside = new Map(
      (listing?.held.inTime() ?? []).map(({ ticket }) => [ticket.orderId, ticket.qtyLots] as const),
    );
    this.#audit.compareWithBook(book, outside);
    const orders = venue.managed?.desk.orders[0];
    if (orders === undefined) return;
    for (const [orderId, told] of this.#told) {
      const view = orders.find(orderId);
      if (view === null) continue;
      expect(view.filledLots, `fills of ${orderId}`).toBe(told.filledLots);
      if (view.carrierId === 0 || outside.has(view.carrierId)) continue;
      const carrier = book.order(view.carrierId);
      expect(carrier, `the carrier of ${orderId} lives`).not.toBeNull();
      if (isMatching(venue.stateOf(0)) && !orders.isBehind)
        expect(carrier!.shownLots + carrier!.reserveLots, `open lots of ${orderId}`).toBe(view.openLots);
    }
  }

  #restore(): void {
    const bytes = stateOf(this.venue);
    const restored = this.#create();
    restored.readState(new BinaryReader(bytes));
    expect(Buffer.from(stateOf(restored)).equals(Buffer.from(bytes)), 'state is read as written').toBe(true);
    this.venue = restored;
  }

  #command(): () => void {
    const { venue, nowNs } = this;
    const draw = this.#below(100);
    if (draw < 36) return () => void venue.submit(nowNs, 0, this.#ticket());
    if (draw < 58) return this.#managed();
    if (draw < 64) return this.#linked();
    if (draw < 70) return this.#quotes();
    const orderId = Math.max(1, venue.lastOrderId - this.#below(60));
    const account = this.#below(3) === 0 ? 1 + this.#below(ACCOUNTS) : 0;
    if (draw < 78) return () => venue.cancel(nowNs, orderId, account);
    if (draw < 82) return () => venue.reduce(nowNs, orderId, account, 1 + this.#below(20));
    if (draw < 92) {
      const change = new ReplaceTicket();
      change.orderId = orderId;
      change.accountId = account;
      if (this.#below(3) > 0) change.priceTicks = this.#price();
      if (this.#below(2) > 0) change.qtyLots = 1 + this.#below(60);
      return () => venue.replace(nowNs, change);
    }
    if (draw < 94) return () => venue.massCancel(nowNs, this.#below(2) - 1, account, CANCEL_MASS);
    if (draw < 96) return () => venue.resume(nowNs, 0);
    const untilNs = nowNs + 1 + this.#below(60_000_000_000);
    if (draw < 98) return () => venue.halt(nowNs, 0, 'news', untilNs);
    const phase = this.#pick(['pause', 'auctionCall', 'preOpen'] as const);
    const request = { rule: 'operator', phase, scope: 'instrument', untilNs, randomNsMax: 0 } as const;
    return () => venue.interrupt(nowNs, 0, request);
  }

  #managed(): () => void {
    const { ticket, terms } = this.#managedOrder();
    const isGtd = this.#below(8) === 0;
    if (isGtd) ticket.timeInForce = GTD;
    const expireNs = isGtd ? this.nowNs + this.#below(20_000_000_000) : 0;
    this.#note(1);
    return () => void this.venue.submitManaged(this.nowNs, 0, ticket, terms, expireNs);
  }

  #linked(): () => void {
    const { venue, nowNs } = this;
    const onFill = this.#pick(['reduce', 'cancel'] as const);
    if (this.#below(2) === 0) {
      const members = [this.#managedOrder(), this.#managedOrder()];
      this.#note(2);
      return () => void venue.submitGroup(nowNs, 0, members, onFill);
    }
    const entry = { ticket: this.#ticket(), terms: { kind: 'plain' } as const };
    const exits = [STOP, LIMIT].map((type) => {
      const ticket = this.#ticket();
      ticket.type = type === STOP ? STOP : LIMIT;
      ticket.side = entry.ticket.side === BUY ? SELL : BUY;
      ticket.timeInForce = GTC;
      ticket.displayQtyLots = 0;
      return { ticket, terms: { kind: 'plain' } as const };
    });
    this.#note(3);
    return () => void venue.submitBracket(nowNs, 0, entry, exits, onFill);
  }

  #quotes(): () => void {
    const { venue, nowNs } = this;
    const accountId = 1 + this.#below(ACCOUNTS);
    if (this.#below(3) === 0) {
      const limits = {
        windowNs: 1_000_000_000,
        fillsMax: null,
        lotsMax: 30,
        stoppedNs: 1_000_000,
        scope: this.#pick(['instrument', 'venue'] as const),
      };
      const isOff = this.#below(2) === 0;
      return () => {
        venue.protectQuotes(accountId, isOff ? null : limits);
        venue.managed!.resetProtection(accountId);
      };
    }
    const bidTicks = this.#price();
    const entry = {
      instrument: 0,
      bidTicks,
      bidLots: this.#below(20),
      askTicks: bidTicks + 1 + this.#below(6),
      askLots: this.#below(20),
    };
    const terms = { accountId, timeInForce: DAY, flags: 0, stpGroup: 0, stpMode: 0 } as const;
    return () => {
      const [answer] = venue.massQuote(nowNs, terms, [entry]);
      this.#saw(`quote ${answer!.bid}`);
    };
  }

  #note(count: number): void {
    for (let i = 0; i < count; i++)
      this.#told.set(this.venue.nextOrderId + i, { filledLots: 0, isAnswered: false });
  }

  #managedOrder(): { ticket: OrderTicket; terms: ManagedTerms } {
    const ticket = this.#ticket();
    ticket.type = LIMIT;
    ticket.timeInForce = this.#pick([DAY, DAY, GTC, GTC, IOC]);
    if (ticket.timeInForce === IOC) ticket.displayQtyLots = 0;
    const beyond = ticket.priceTicks + (ticket.side === BUY ? 5 : -5);
    const terms = this.#pick<ManagedTerms>([
      {
        kind: 'peg',
        to: this.#pick(['primary', 'market', 'midpoint'] as const),
        offsetTicks: this.#below(5) - 3,
      },
      { kind: 'discretion', discretionTicks: beyond },
      {
        kind: 'trailing',
        follows: 'lastTrade',
        distance: 1 + this.#below(20),
        unit: 'ticks',
        limitOffsetTicks: 3,
      },
      { kind: 'comply', standsAt: this.#pick(['displayed', 'ranked'] as const) },
      { kind: 'improvement', minTicks: 1 + this.#below(3) },
      { kind: 'plain' },
    ]);
    if (terms.kind === 'trailing') ticket.type = this.#pick([STOP, STOP_LIMIT]);
    if (terms.kind === 'peg' && this.#below(2) === 0) ticket.priceTicks += ticket.side === BUY ? 200 : -200;
    this.#saw(terms.kind);
    return { ticket, terms };
  }

  #ticket(): OrderTicket {
    const ticket = new OrderTicket();
    ticket.accountId = 1 + this.#below(ACCOUNTS);
    ticket.side = this.#below(2) === 0 ? BUY : SELL;
    ticket.qtyLots = 1 + this.#below(40);
    ticket.priceTicks = this.#price();
    ticket.stopPriceTicks = ticket.priceTicks;
    ticket.type = this.#pick([LIMIT, LIMIT, LIMIT, LIMIT, MARKET, STOP]);
    ticket.timeInForce = this.#pick([DAY, DAY, GTC, IOC]);
    const mayRest = ticket.type === LIMIT && ticket.timeInForce !== IOC;
    if (mayRest && this.#below(6) === 0) ticket.displayQtyLots = Math.ceil(ticket.qtyLots / 3);
    return ticket;
  }

  #moveOn(stepsLeft: number): void {
    const next = this.#boundaries.find((atNs) => atNs > this.nowNs) ?? this.nowNs;
    const draw = this.#below(100);
    if (draw < 75) this.nowNs += this.#below(50_000_000);
    else if (draw < 80) this.nowNs = next;
    else this.nowNs += this.#below(Math.ceil((8 * (this.#endNs - this.nowNs)) / Math.max(1, stepsLeft)) + 1);
  }

  #price(): number {
    return CENTRE_TICKS + this.#below(41) - 20;
  }

  #draw(): number {
    return this.#random.nextDouble();
  }

  #below(count: number): number {
    return Math.floor(this.#random.nextDouble() * count);
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)]!;
  }

  #saw(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }
}

function stateOf(venue: Venue): Uint8Array {
  const writer = new BinaryWriter();
  venue.writeState(writer);
  return writer.finish();
}

function market(name: string): { create: () => Venue; days: readonly SessionDay[] } {
  if (name === 'no sessions') return { create: () => new Venue([INSTRUMENT], new EventBuffer()), days: [] };
  const venue = venueOf(name);
  const { timeZone } = venue.sessions;
  const toNs = ZONE_CLOCK.localClock(timeZone, ZONE_CLOCK.midnightNs('2026-01-02', timeZone));
  const days = firstTradingDays(venue, '2026-01-05', 2, toNs);
  const create = (): Venue =>
    new Venue([INSTRUMENT], new EventBuffer(), venue.rules, {}, [
      venue.createListing(INSTRUMENT, days, CENTRE_TICKS),
    ]);
  return { create, days };
}

describe('days of a venue with managed orders', () => {
  const seeds = Array.from({ length: SEED_COUNT }, (_, i) => FIRST_SEED + i);

  describe.each(['no sessions', 'nasdaq', 'xetra', 'cme', 'crypto-spot'])('%s', (name) => {
    const seen = new Map<string, number>();

    it.each(seeds)('seed %i', (seed) => {
      const { create, days } = market(name);
      const day = new Day(create, seed, days);
      day.run(25);
      const straight = new Day(create, seed, days);
      straight.run(Number.POSITIVE_INFINITY);
      expect(straight.checksum, 'records of the venue that was never restored').toBe(day.checksum);
      // A venue that is closed takes no cancels.
      if (days.length === 0) {
        expect(day.venue.managed!.desk.orders[0]!.size, 'nothing is left').toBe(0);
        expect(day.venue.liveOrderCount).toBe(0);
      }
      for (const [what, count] of day.seen) seen.set(what, (seen.get(what) ?? 0) + count);
    });

    it('has met carriers, fills of managed orders, and orders that left the book and came back', () => {
      for (const what of ['managed fill', `kind ${EV_CARRIED}`, 'parked', 'quote entered'])
        expect(seen.get(what) ?? 0, what).toBeGreaterThan(0);
    });
  });
});
