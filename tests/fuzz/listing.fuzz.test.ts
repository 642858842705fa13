/**
 * Two trading days of each venue on the fast and on the reference book, with random orders for and outside of auctions, halts
 * and interruptions at the worst moments, replace storms: records must be equal word by word, and nothing is made or lost.
 * More of it: `FUZZ_SEED=<first> FUZZ_SEEDS=<how many> npx vitest run tests/fuzz/listing.fuzz.test.ts`
 */

import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter, Xoshiro128 } from '../../src/base/index.ts';
import {
  BUY,
  defineInstrument,
  EV_AUCTION,
  EV_EXPIRED,
  EV_SESSION,
  EV_TRADE,
  EventBuffer,
  RECORD_WORDS,
  SELL,
  UNDEF_INT32,
} from '../../src/domain/index.ts';
import {
  type BookRules,
  DEFAULT_BOOK_RULES,
  dayEndNs,
  FastBook,
  hashBookState,
  isMatching,
  Listing,
  type OrderBook,
  ReferenceBook,
  type SessionDay,
} from '../../src/market/index.ts';
import { firstTradingDays } from '../../src/scenarios/index.ts';
import { ZONE_CLOCK } from '../../src/services/index.ts';
import { EventAudit } from '../support/event-audit.ts';
import { eventLines } from '../support/event-text.ts';
import { VENUES, venueOf } from '../support/venues.ts';
import { DayOfCommands } from './day-of-commands.ts';

const FIRST_SEED = Number(process.env.FUZZ_SEED ?? 1);
const SEED_COUNT = Number(process.env.FUZZ_SEEDS ?? 6);
const STEPS = 1_200;
/** Calls that are prolonged end within this long after the last phase. */
const AFTER_NS = 7_200e9;
const INSTRUMENT = defineInstrument(
  { symbol: 'ACME', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' },
  0,
);

/** One side of the comparison: a listing on a book of its own. */
class Market {
  readonly events = new EventBuffer(4096);
  readonly book: OrderBook;
  listing: Listing;
  readonly #create: () => Listing;

  constructor(
    name: string,
    days: readonly SessionDay[],
    createBook: (rules: BookRules, events: EventBuffer) => OrderBook,
  ) {
    const venue = venueOf(name);
    this.book = createBook({ ...DEFAULT_BOOK_RULES, ...venue.rules }, this.events);
    this.#create = () => new Listing(this.book, venue.createListing(INSTRUMENT, days, 10_000));
    this.listing = this.#create();
  }

  /** Takes the listing through a snapshot of its own; the book stays. */
  restore(): void {
    const writer = new BinaryWriter();
    this.listing.writeState(writer);
    this.listing = this.#create();
    const reader = new BinaryReader(writer.finish());
    this.listing.readState(reader);
    if (!reader.isAtEnd) throw new Error('a restored listing has read all that was written');
  }
}

/** Runs the days on both and compares as it goes; returns what it met, by kind of record. */
function runDays(name: string, seed: number, days: readonly SessionDay[]): Map<number, number> {
  const fast = new Market(name, days, (rules, events) => new FastBook(rules, events));
  const reference = new Market(name, days, (rules, events) => new ReferenceBook(rules, events));
  const markets = [fast, reference];
  const draws = markets.map(() => new Xoshiro128(seed ^ 0x5e55));
  const audit = new EventAudit();
  const seen = new Map<number, number>();
  const commands = new DayOfCommands(seed, days);
  const advance = (nowNs: number): void => {
    markets.forEach(({ listing }, index) => {
      listing.onTime(nowNs, () => draws[index]!.nextDouble());
    });
  };
  const take = (what: string): void => {
    compareRecords(fast.events, reference.events, `${name}, seed ${seed}, ${what}`);
    audit.follow(fast.events);
    for (let record = 0; record < fast.events.count; record++) {
      const kind = fast.events.words[record * RECORD_WORDS]! & 255;
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
    }
    for (const { events } of markets) events.clear();
  };
  for (let step = 0; step < STEPS && !commands.isOver; step++) {
    commands.moveOn(STEPS - step);
    advance(commands.nowNs);
    take(`time at step ${step}`);
    const command = commands.next();
    for (const { listing } of markets) {
      command(listing);
      // What a breaker asks of its whole group is the venue's to do.
      for (const request of listing.wideRequests.splice(0)) listing.interrupt(commands.nowNs, request);
    }
    take(`command at step ${step}`);
    if (step % 40 !== 0) continue;
    checkState(fast, reference, audit);
    for (const market of markets) market.restore();
  }
  advance(dayEndNs(days.at(-1)!) + AFTER_NS);
  take('the end');
  checkState(fast, reference, audit);
  return seen;
}

function compareRecords(left: EventBuffer, right: EventBuffer, what: string): void {
  const words = Math.min(left.count, right.count) * RECORD_WORDS;
  let isSame = left.count === right.count;
  for (let word = 0; word < words && isSame; word++) isSame = left.words[word] === right.words[word];
  if (isSame) return;
  throw new Error([what, 'fast:', ...eventLines(left), 'reference:', ...eventLines(right)].join('\n'));
}

function checkState(fast: Market, reference: Market, audit: EventAudit): void {
  expect(hashBookState(fast.book)).toBe(hashBookState(reference.book));
  const outside = new Map(
    fast.listing.held.inTime().map(({ ticket }) => [ticket.orderId, ticket.qtyLots] as const),
  );
  audit.compareWithBook(fast.book, outside);
  fast.book.validate();
  reference.book.validate();
  const [bid, ask] = [fast.book.bestTicks(BUY), fast.book.bestTicks(SELL)];
  const isCrossed = bid !== UNDEF_INT32 && ask !== UNDEF_INT32 && bid >= ask;
  if (isMatching(fast.listing.session.state)) expect(isCrossed).toBe(false);
}

describe('trading days on both books', () => {
  const seeds = Array.from({ length: SEED_COUNT }, (_, i) => FIRST_SEED + i);

  describe.each(VENUES)('%s', (name) => {
    const venue = venueOf(name);
    const { timeZone } = venue.sessions;
    const toNs = ZONE_CLOCK.localClock(timeZone, ZONE_CLOCK.midnightNs('2026-01-02', timeZone));
    const days = firstTradingDays(venue, '2026-01-05', 2, toNs);
    const seen = new Map<number, number>();

    it.each(seeds)('seed %i', (seed) => {
      for (const [kind, count] of runDays(name, seed, days)) seen.set(kind, (seen.get(kind) ?? 0) + count);
    });

    it('has met trades, sessions, auctions and expiries', () => {
      for (const kind of [EV_TRADE, EV_SESSION, EV_AUCTION, EV_EXPIRED])
        expect(seen.get(kind) ?? 0, `kind ${kind}`).toBeGreaterThan(0);
    });
  });
});
