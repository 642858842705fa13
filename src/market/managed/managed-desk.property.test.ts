/**
 * Random flow through a desk over both books: the same records word by word, also when book and desk are restored from
 * bytes at a random command; quantities conserved; pegs where the quote puts them.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventAudit } from '../../../tests/support/event-audit.ts';
import { eventLines, readEvent } from '../../../tests/support/event-text.ts';
import type { BookClass } from '../../../tests/support/test-desk.ts';
import { assertNever, BinaryReader, BinaryWriter } from '../../base/index.ts';
import {
  BUY,
  DAY,
  EV_TRADE,
  EventBuffer,
  FLAG_HIDDEN,
  FLAG_POST_ONLY_REJECT,
  FLAG_POST_ONLY_SLIDE,
  FOK,
  GTC,
  IOC,
  LIMIT,
  MARKET,
  OrderTicket,
  type OrderType,
  PRICE_TICKS_MAX,
  PRICE_TICKS_MIN,
  RECORD_WORDS,
  ReplaceTicket,
  SELL,
  type Side,
  STOP,
  STOP_LIMIT,
  type StpMode,
  UNDEF_INT32,
} from '../../domain/index.ts';
import type { BookRules, OrderBook } from '../book/contract.ts';
import { FastBook } from '../book/fast-book.ts';
import { ReferenceBook } from '../book/reference-book.ts';
import { hashBookState } from '../book/state-hash.ts';
import type { OnFill } from './linked-orders.ts';
import { ManagedDesk } from './managed-desk.ts';
import type { ManagedRequest } from './managed-orders.ts';
import type { QuoteEntry } from './mass-quotes.ts';
import { pegTicks } from './peg-price.ts';
import { WHOLE_VENUE } from './quote-protection.ts';
import type { ManagedRules, ManagedTerms } from './terms.ts';

const INSTRUMENTS = 2;

type Fields = Partial<Omit<OrderTicket, 'reset' | 'orderId'>>;
interface Order {
  readonly ticket: Fields;
  readonly terms: ManagedTerms;
}
type Step = { readonly instrument: number } & (
  | { readonly kind: 'plain'; readonly ticket: Fields }
  | { readonly kind: 'managed'; readonly order: Order }
  | { readonly kind: 'group'; readonly orders: readonly Order[]; readonly onFill: OnFill }
  | {
      readonly kind: 'bracket';
      readonly entry: Order;
      readonly exits: readonly Order[];
      readonly onFill: OnFill;
    }
  | { readonly kind: 'cancel' | 'ownerCancel' | 'expire'; readonly back: number }
  | {
      readonly kind: 'replace' | 'ownerReplace';
      readonly back: number;
      readonly change: Partial<ReplaceTicket>;
    }
  | { readonly kind: 'ownerReduce'; readonly back: number; readonly lots: number }
  | { readonly kind: 'massCancel'; readonly accountId: number }
  | { readonly kind: 'expireDay' | 'suspend' }
  | { readonly kind: 'quoteFrom' | 'priceFrom'; readonly low: number; readonly spread: number }
  | { readonly kind: 'massQuote'; readonly entries: readonly QuoteEntry[] }
);

const price = fc.integer({ min: 94, max: 106 });
const lots = fc.integer({ min: 1, max: 12 });
const side = fc.constantFrom<Side>(BUY, SELL);
const anyOf = <T>(...choices: T[]): fc.Arbitrary<T> => fc.constantFrom(...choices);

const ticket: fc.Arbitrary<Fields> = fc
  .record({
    accountId: fc.integer({ min: 1, max: 3 }),
    side,
    type: anyOf<OrderType>(LIMIT, LIMIT, LIMIT, LIMIT, MARKET, STOP, STOP_LIMIT),
    timeInForce: anyOf<0 | 1 | 3 | 4>(GTC, GTC, GTC, DAY, IOC, FOK),
    flags: anyOf(0, 0, 0, 0, FLAG_HIDDEN, FLAG_POST_ONLY_REJECT, FLAG_POST_ONLY_SLIDE),
    priceTicks: price,
    stopPriceTicks: price,
    qtyLots: lots,
    displayQtyLots: anyOf(0, 0, 0, 2),
    stpGroup: fc.integer({ min: 0, max: 1 }),
    stpMode: fc.integer({ min: 0, max: 5 }) as fc.Arbitrary<StpMode>,
  })
  .map(({ displayQtyLots, ...some }) => ({
    ...some,
    displayQtyLots: (some.flags & FLAG_HIDDEN) === 0 ? Math.min(displayQtyLots, some.qtyLots) : 0,
  }));

const limitTicket: fc.Arbitrary<Fields> = ticket.map((some) => ({
  ...some,
  type: LIMIT,
  timeInForce: GTC,
  flags: 0,
}));

const pegged: fc.Arbitrary<Order> = fc
  .record({
    ticket,
    to: anyOf<'primary' | 'market' | 'midpoint'>('primary', 'market', 'midpoint'),
    offsetTicks: fc.integer({ min: -3, max: 2 }),
    isCapped: fc.boolean(),
  })
  .map(({ ticket: some, to, offsetTicks, isCapped }) => ({
    ticket: {
      ...some,
      type: LIMIT,
      timeInForce: some.timeInForce === FOK ? GTC : some.timeInForce!,
      priceTicks: isCapped ? some.priceTicks! : some.side === BUY ? PRICE_TICKS_MAX : PRICE_TICKS_MIN,
    },
    terms: { kind: 'peg', to, offsetTicks },
  }));

const trailing: fc.Arbitrary<Order> = fc
  .record({
    ticket,
    type: anyOf<typeof STOP | typeof STOP_LIMIT>(STOP, STOP_LIMIT),
    follows: anyOf<'lastTrade' | 'given'>('lastTrade', 'lastTrade', 'given'),
    unit: anyOf<'ticks' | 'bps'>('ticks', 'bps'),
    distance: fc.integer({ min: 1, max: 4 }),
    limitOffsetTicks: fc.integer({ min: -1, max: 3 }),
  })
  .map(({ ticket: some, type, unit, distance, ...rest }) => ({
    ticket: { ...some, type, timeInForce: GTC, flags: 0 },
    terms: { kind: 'trailing', unit, distance: unit === 'bps' ? distance * 100 : distance, ...rest },
  }));

const discretionary: fc.Arbitrary<Order> = fc
  .record({ ticket: limitTicket, by: fc.integer({ min: 1, max: 5 }) })
  .map(({ ticket: some, by }) => ({
    ticket: some,
    terms: {
      kind: 'discretion',
      discretionTicks: some.side === BUY ? some.priceTicks! + by : some.priceTicks! - by,
    },
  }));

const postOnly: fc.Arbitrary<Order> = fc
  .record({
    ticket: limitTicket,
    terms: anyOf<ManagedTerms>(
      { kind: 'comply', standsAt: 'displayed' },
      { kind: 'comply', standsAt: 'ranked' },
      { kind: 'improvement', minTicks: 1 },
      { kind: 'improvement', minTicks: 2 },
    ),
  })
  .map(({ ticket: some, terms }) => ({
    ticket: terms.kind === 'comply' && terms.standsAt === 'ranked' ? { ...some, displayQtyLots: 0 } : some,
    terms,
  }));

const plainOrder: fc.Arbitrary<Order> = ticket.map((some) => ({ ticket: some, terms: { kind: 'plain' } }));
const managed = fc.oneof(pegged, trailing, discretionary, postOnly);
const anyOrder = fc.oneof(plainOrder, managed);
const onFill = anyOf<OnFill>('reduce', 'cancel');
const change: fc.Arbitrary<Partial<ReplaceTicket>> = fc.record({
  priceTicks: fc.oneof(price, fc.constant(UNDEF_INT32)),
  qtyLots: fc.oneof(lots, fc.constant(UNDEF_INT32)),
  stopPriceTicks: fc.oneof(price, fc.constant(UNDEF_INT32)),
});
const entry: fc.Arbitrary<QuoteEntry> = fc.record({
  instrument: fc.integer({ min: 0, max: INSTRUMENTS - 1 }),
  bidTicks: fc.integer({ min: 96, max: 101 }),
  bidLots: fc.integer({ min: 0, max: 8 }),
  askTicks: fc.integer({ min: 100, max: 104 }),
  askLots: fc.integer({ min: 0, max: 8 }),
});

const back = fc.integer({ min: 0, max: 25 });
const instrument = fc.integer({ min: 0, max: INSTRUMENTS - 1 });
const of = <K extends Step['kind']>(
  kind: K,
  rest: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<Step> =>
  fc.record({ kind: fc.constant(kind), instrument, ...rest }) as unknown as fc.Arbitrary<Step>;

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 14, arbitrary: of('plain', { ticket }) },
  { weight: 10, arbitrary: of('managed', { order: managed }) },
  {
    weight: 2,
    arbitrary: of('group', { orders: fc.array(anyOrder, { minLength: 2, maxLength: 3 }), onFill }),
  },
  {
    weight: 2,
    arbitrary: of('bracket', {
      entry: anyOrder,
      exits: fc.array(anyOrder, { minLength: 1, maxLength: 2 }),
      onFill,
    }),
  },
  { weight: 2, arbitrary: of('cancel', { back }) },
  { weight: 2, arbitrary: of('ownerCancel', { back }) },
  { weight: 1, arbitrary: of('expire', { back }) },
  { weight: 2, arbitrary: of('replace', { back, change }) },
  { weight: 3, arbitrary: of('ownerReplace', { back, change }) },
  { weight: 1, arbitrary: of('ownerReduce', { back, lots }) },
  { weight: 1, arbitrary: of('massCancel', { accountId: fc.integer({ min: 0, max: 3 }) }) },
  { weight: 1, arbitrary: of('expireDay', {}) },
  { weight: 1, arbitrary: of('suspend', {}) },
  { weight: 2, arbitrary: of('quoteFrom', { low: price, spread: fc.integer({ min: -1, max: 4 }) }) },
  { weight: 1, arbitrary: of('priceFrom', { low: price, spread: fc.constant(0) }) },
  { weight: 3, arbitrary: of('massQuote', { entries: fc.array(entry, { minLength: 1, maxLength: 3 }) }) },
);

interface Setup {
  readonly rules: BookRules;
  readonly managed: ManagedRules;
}

const setup: fc.Arbitrary<Setup> = fc.record({
  rules: fc.record<BookRules>({
    icebergRefresh: fc.constantFrom('roundRobin', 'displayThenHiddenTime', 'roundRobinAfterHidden'),
    allocation: fc.constant('fifo'),
    replaceLosesPriority: fc.constantFrom('standard', 'always'),
    replaceQty: fc.constantFrom('total', 'open'),
    stopAlreadyTriggered: fc.constantFrom('reject', 'enter'),
    stopLimitBeyondStop: fc.constantFrom('reject', 'allow'),
    protectionTicks: fc.constantFrom(null, null, 3),
    publishLevels: fc.boolean(),
  }),
  managed: fc.record<ManagedRules>({
    quoteFrom: fc.constantFrom('book', 'book', 'given'),
    midpointRounding: fc.constantFrom('passive', 'floor', 'ceil'),
    displayStepTicks: fc.constantFrom(1, 1, 2),
    midpointWhenLocked: fc.constantFrom('trade', 'park'),
    pegWithoutQuote: fc.constantFrom('park', 'park', 'cancel'),
  }),
});

/** The books and the desk of one run, and what the events said of managed orders. */
class Run {
  readonly events = new EventBuffer();
  books: OrderBook[];
  desk: ManagedDesk;
  readonly codes: number[] = [];
  /** Ids whose owners asked for something: their caps may no longer be those of the ticket. */
  readonly askedFor = new Set<number>();
  lastId = 0;
  timeNs = 0;
  readonly #Book: BookClass;
  readonly #setup: Setup;

  constructor(Book: BookClass, { rules, managed: managedRules }: Setup) {
    this.#Book = Book;
    this.#setup = { rules, managed: managedRules };
    this.books = this.#newBooks();
    this.desk = this.#newDesk();
    this.desk.quotes.setProtection(9, {
      windowNs: 3_000,
      fillsMax: 4,
      lotsMax: 20,
      scope: 'venue',
      stoppedNs: 2_000,
    });
  }

  take(one: Step): void {
    this.events.clear();
    this.events.instrument = one.instrument;
    this.timeNs += 500;
    this.events.timeNs = this.timeNs;
    this.codes.push(this.#give(one, this.books[one.instrument]!) ?? 0);
    this.desk.afterCommand(one.kind === 'massQuote' ? WHOLE_VENUE : one.instrument, 0);
  }

  restore(): void {
    const writer = new BinaryWriter();
    for (const book of this.books) book.writeState(writer);
    this.desk.writeState(writer);
    this.books = this.#newBooks();
    this.desk = this.#newDesk();
    const reader = new BinaryReader(writer.finish());
    for (const book of this.books) book.readState(reader);
    this.desk.readState(reader);
    expect(reader.isAtEnd).toBe(true);
  }

  deskState(): string {
    const writer = new BinaryWriter();
    this.desk.writeState(writer);
    return Buffer.from(writer.finish()).toString('base64');
  }

  #give(one: Step, book: OrderBook): number | undefined {
    const orders = this.desk.orders[one.instrument]!;
    switch (one.kind) {
      case 'plain':
        book.submit(this.#ticket(one.ticket));
        return;
      case 'managed':
        return orders.submit(this.#ticket(one.order.ticket), one.order.terms);
      case 'group':
        return orders.submitGroup(
          one.orders.map((order) => this.#request(order)),
          one.onFill,
        );
      case 'bracket':
        return orders.submitBracket(
          this.#request(one.entry),
          one.exits.map((order) => this.#request(order)),
          one.onFill,
        );
      case 'cancel':
        book.cancel(this.#id(one.back), 0);
        return;
      case 'ownerCancel':
        return orders.requests.cancel(this.#managedId(one), 0);
      case 'expire':
        orders.requests.expire(this.#managedId(one));
        return;
      case 'replace':
        book.replace(changeOf(this.#id(one.back), one.change));
        return;
      case 'ownerReplace':
        return orders.requests.replace(changeOf(this.#managedId(one), one.change));
      case 'ownerReduce':
        return orders.requests.reduce(this.#managedId(one), 0, one.lots);
      case 'massCancel': {
        const ended = orders.requests.massCancelWaiting(one.accountId);
        book.massCancel(one.accountId);
        return ended.length;
      }
      case 'expireDay': {
        const ended = orders.requests.expireDayWaiting();
        book.expireDay();
        return ended.length;
      }
      case 'suspend':
        orders.isSuspended = !orders.isSuspended;
        return;
      case 'quoteFrom':
        orders.giveQuote(one.low, one.low + one.spread);
        return;
      case 'priceFrom':
        orders.givePrice(one.low);
        return;
      case 'massQuote':
        return this.desk.quotes
          .quote({ accountId: 9, timeInForce: GTC, flags: 0, stpGroup: 0, stpMode: 0 }, one.entries)
          .reduce((sum, { code }) => sum + code, 0);
      default:
        return assertNever(one);
    }
  }

  #id(ago: number): number {
    return Math.max(1, this.lastId - ago);
  }

  /** A managed order of the instrument that is not over, counted back from the latest; if there is none, any order. */
  #managedId({
    instrument: index,
    back: ago,
  }: {
    readonly instrument: number;
    readonly back: number;
  }): number {
    const live: number[] = [];
    for (let id = this.lastId; id > 0; id--) if (this.desk.orders[index]!.find(id) !== null) live.push(id);
    const id = live[ago % Math.max(1, live.length)] ?? this.#id(ago);
    this.askedFor.add(id);
    return id;
  }

  #ticket(fields: Fields): OrderTicket {
    return Object.assign(new OrderTicket(), fields, { orderId: ++this.lastId });
  }

  #request(order: Order): ManagedRequest {
    return { ticket: this.#ticket(order.ticket), terms: order.terms };
  }

  #newBooks(): OrderBook[] {
    return Array.from({ length: INSTRUMENTS }, () => new this.#Book(this.#setup.rules, this.events));
  }

  #newDesk(): ManagedDesk {
    return new ManagedDesk(
      this.books,
      this.events,
      () => ++this.lastId,
      () => this.#setup.managed,
    );
  }
}

/** Fills of managed orders, added up from the events alone, and how often things happened. */
class Follower {
  readonly #audits = Array.from({ length: INSTRUMENTS }, () => new EventAudit());
  readonly filled = new Map<number, number>();
  managedTrades = 0;

  follow(run: Run): void {
    for (let record = 0; record < run.events.count; record++) {
      const event = readEvent(run.events, record);
      const index = run.events.words[record * RECORD_WORDS + 1]!;
      const orders = run.desk.orders[index]!;
      if (event.kind !== EV_TRADE) continue;
      for (const bookOrderId of [event.order, event.other]) {
        const origin = orders.originOf(bookOrderId);
        if (origin === 0) continue;
        this.managedTrades++;
        this.filled.set(origin, (this.filled.get(origin) ?? 0) + event.qty);
      }
    }
    run.desk.orders.forEach((orders, index) => {
      for (const [id, lotsFilled] of this.filled) {
        const view = orders.find(id);
        if (view !== null) expect(view.filledLots).toBe(lotsFilled);
      }
      this.#audits[index]!.follow(recordsOf(run.events, index));
      this.#audits[index]!.compareWithBook(run.books[index]!);
    });
  }
}

/** The records of one instrument in a buffer of their own. */
function recordsOf(events: EventBuffer, index: number): EventBuffer {
  const found = new EventBuffer(Math.max(1, events.count));
  for (let record = 0; record < events.count; record++) {
    const at = record * RECORD_WORDS;
    if (events.words[at + 1] !== index) continue;
    found.words.set(events.words.subarray(at, at + RECORD_WORDS), found.count++ * RECORD_WORDS);
  }
  return found;
}

function expectSameRecords(one: Run, other: Run): void {
  const words = (run: Run): Int32Array => run.events.words.subarray(0, run.events.count * RECORD_WORDS);
  if (Buffer.compare(Buffer.from(words(one).slice().buffer), Buffer.from(words(other).slice().buffer)) === 0)
    return;
  expect(eventLines(one.events)).toEqual(eventLines(other.events));
  expect([...words(one)]).toEqual([...words(other)]);
}

/** Pegs stand where the formula puts them, with a quote that is found order by order. */
function expectPegsInPlace(run: Run, { managed: rules }: Setup, pegIds: ReadonlyMap<number, Order>): void {
  run.books.forEach((book, index) => {
    const orders = run.desk.orders[index]!;
    if (orders.isSuspended || orders.isBehind || rules.quoteFrom === 'given') return;
    const best = [UNDEF_INT32, UNDEF_INT32] as [number, number];
    book.forEachOrder((view) => {
      if (view.shownLots === 0 || view.stopPriceTicks !== 0 || pegIds.has(orders.originOf(view.orderId)))
        return;
      const known = best[view.side];
      if (known === UNDEF_INT32 || (view.side === BUY ? view.priceTicks > known : view.priceTicks < known))
        best[view.side] = view.priceTicks;
    });
    const quote = { bidTicks: best[BUY], askTicks: best[SELL] };
    for (const [id, { ticket: some, terms }] of pegIds) {
      const view = orders.find(id);
      // Post-only pegs may stand elsewhere by the book's rule; caps change with the wishes of owners.
      if (view === null || view.openLots === 0 || terms.kind !== 'peg' || (some.flags! & ~FLAG_HIDDEN) !== 0)
        continue;
      const priceTicks = some.side === BUY ? PRICE_TICKS_MAX : PRICE_TICKS_MIN;
      const isHidden = some.flags === FLAG_HIDDEN;
      const wanted = pegTicks({ side: some.side!, priceTicks, isHidden }, terms, quote, rules);
      if (wanted === UNDEF_INT32) {
        expect(view.carrierId).toBe(0);
        continue;
      }
      const stands = book.order(view.carrierId)!.priceTicks;
      if (some.priceTicks === priceTicks && !run.askedFor.has(id)) expect(stands).toBe(wanted);
      else expect(some.side === BUY ? stands <= wanted : stands >= wanted).toBe(true);
    }
  });
}

function changeOf(orderId: number, changes: Partial<ReplaceTicket>): ReplaceTicket {
  return Object.assign(new ReplaceTicket(), changes, { orderId });
}

describe('random flow over a desk', () => {
  it('is the same on both books and over a snapshot; quantities are conserved, pegs in place', () => {
    const seen = { trades: 0, pegs: 0, ownerAnswers: 0 };
    fc.assert(
      fc.property(
        setup,
        fc.array(step, { minLength: 30, maxLength: 90, size: 'max' }),
        fc.nat(89),
        (how, steps, snapshotAt) => {
          const fast = new Run(FastBook, how);
          const reference = new Run(ReferenceBook, how);
          const restored = new Run(FastBook, how);
          const follower = new Follower();
          const pegs = new Map<number, Order>();
          steps.forEach((one, at) => {
            if (at === snapshotAt) restored.restore();
            notePegs(pegs, one, fast.lastId);
            for (const run of [fast, reference, restored]) run.take(one);
            expectSameRecords(fast, reference);
            expectSameRecords(fast, restored);
            follower.follow(fast);
            fast.desk.orders.forEach((orders) => {
              orders.validate();
            });
            for (const run of [fast, reference]) for (const book of run.books) book.validate();
            expectPegsInPlace(fast, how, pegs);
          });
          expect(fast.codes).toEqual(reference.codes);
          expect(fast.books.map(hashBookState)).toEqual(reference.books.map(hashBookState));
          expect(fast.deskState()).toBe(reference.deskState());
          expect(fast.deskState()).toBe(restored.deskState());
          seen.trades += follower.managedTrades;
          seen.pegs += pegs.size;
          seen.ownerAnswers += fast.codes.filter((code) => code === -1).length;
        },
      ),
      { seed: 29, numRuns: 300 },
    );
    expect(seen.trades).toBeGreaterThan(1_000);
    expect(seen.pegs).toBeGreaterThan(300);
    expect(seen.ownerAnswers).toBeGreaterThan(100);
  });
});

/** Notes the ids that the pegged orders of a step are about to get. */
function notePegs(pegs: Map<number, Order>, one: Step, lastId: number): void {
  const orders =
    one.kind === 'managed'
      ? [one.order]
      : one.kind === 'group'
        ? one.orders
        : one.kind === 'bracket'
          ? [one.entry, ...one.exits]
          : [];
  orders.forEach((order, at) => {
    if (order.terms.kind === 'peg') pegs.set(lastId + 1 + at, order);
  });
}
