/**
 * Days of a world whose agents send groups, brackets and mass quotes with protection beside single orders, and cancel and replace
 * them, across the calls of the day, halts, interruptions, outages and broken connections, and at two venues that route to each
 * other. What each agent is told adds up to what its account holds, every order ends once, no exit fills more than its entry, no
 * lot is left on its way, and forks on the way end as the straight run.
 * More of it: `FUZZ_SEED=<first> FUZZ_SEEDS=<how many> npx vitest run tests/fuzz/bundles.fuzz.test.ts`
 */

import { describe, expect, it } from 'vitest';
import type { BinaryReader, BinaryWriter, Xoshiro128 } from '../../src/base/index.ts';
import {
  type AgentGroup,
  type AgentPort,
  BUY,
  DAY,
  defineInstrument,
  EV_ACCEPTED,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_EXPIRED,
  EV_QUOTE_REFUSED,
  EV_REJECTED,
  EV_REPLACE_REJECTED,
  EV_TRADE,
  GTC,
  GTD,
  LIMIT,
  type LinkedOrder,
  type ManagedTerms,
  OrderTicket,
  ROUTING_CANCEL,
  ROUTING_ROUTE,
  ROUTING_SLIDE,
  ROUTING_SWEEP,
  ROUTING_VENUE,
  type RoutingInstruction,
  SELL,
  type Side,
  STOP,
  UNDEF_INT32,
} from '../../src/domain/index.ts';
import { dayEndNs, dayStartNs } from '../../src/market/index.ts';
import { firstTradingDays } from '../../src/scenarios/index.ts';
import { ZONE_CLOCK } from '../../src/services/index.ts';
import {
  type DelaySource,
  GatewayServer,
  type Shock,
  SpeedBump,
  World,
  type WorldSpec,
} from '../../src/world/index.ts';
import { venueOf } from '../support/venues.ts';

const FIRST_SEED = Number(process.env.FUZZ_SEED ?? 1);
const SEED_COUNT = Number(process.env.FUZZ_SEEDS ?? 2);
const AGENTS = 5;
const WAKES = 400;
const ROUTINGS: readonly RoutingInstruction[] = [
  ROUTING_VENUE,
  ROUTING_ROUTE,
  ROUTING_ROUTE,
  ROUTING_SLIDE,
  ROUTING_SWEEP,
  ROUTING_CANCEL,
];
const CENTRE_TICKS = 10_000;
const SECOND_NS = 1_000_000_000;
const TERMS = { tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' };
const SPECS = ['ACME', 'BOLT'].map((symbol) => ({ symbol, ...TERMS }));
/** One product, listed as often as there are SPECS. */
const VENUES = ['here', 'there'];
const LISTINGS = VENUES.map((venue) => ({ symbol: `ACME@${venue}`, product: 'ACME', venue, ...TERMS }));
/** Refs below are those of quotes, two for each instrument; orders count upwards from here. */
const FIRST_ORDER_REF = 2 * SPECS.length;

/** What an agent knows of one of its orders; of a quote's side, of all orders that ever were it. */
interface Told {
  readonly side: Side;
  /** Where it was sent; single orders may trade elsewhere. */
  readonly instrument: number;
  readonly role: 'single' | 'member' | 'entry' | 'exit' | 'quote';
  /** Of an exit the ref of its entry. */
  readonly entryRef: number;
  filledLots: number;
  isEnded: boolean;
}

class Bundlers implements AgentGroup {
  readonly name = 'bundlers';
  readonly count = AGENTS;
  readonly feeds = 0;
  readonly answers = 'all';
  /** By agent, then by ref. */
  told: Told[][] = [];
  /** Lots of all fills, bought less sold, by agent and instrument. */
  held: number[][] = [];
  seen: Record<string, number> = {};
  #wakesLeft = AGENTS * WAKES;
  #first = 0;
  #port!: AgentPort;
  #random!: Xoshiro128;
  readonly #startNs: number;
  readonly #lengthNs: number;

  constructor(startNs: number, endNs: number) {
    this.#startNs = startNs;
    this.#lengthNs = endNs - startNs;
  }

  start(port: AgentPort, first: number, random: Xoshiro128): void {
    this.#port = port;
    this.#random = random;
    this.#first = first;
    for (let member = 0; member < AGENTS; member++) {
      const quotes = SPECS.flatMap((_, instrument) =>
        [BUY, SELL].map((side) => newTold(side as Side, instrument, 'quote')),
      );
      this.told.push(quotes);
      this.held.push(SPECS.map(() => 0));
      port.wakeAt(first + member, this.#startNs + this.#below(this.#lengthNs / WAKES), 0);
    }
  }

  onWake(agent: number): void {
    const draw = this.#below(100);
    if (draw < 28) this.#single(agent);
    else if (draw < 42) this.#linked(agent, false);
    else if (draw < 56) this.#linked(agent, true);
    else if (draw < 74) this.#quote(agent);
    else if (draw < 76) this.#protect(agent);
    else if (draw < 84) this.#port.cancel(agent, this.#someRef(agent));
    else if (draw < 96) this.#replace(agent);
    else this.#port.massCancel(agent, this.#below(3) - 1);
    if (--this.#wakesLeft > 0) {
      // Half of the time quickly one after another, so that messages meet in the gateway.
      const waitNs =
        this.#below(2) === 0 ? 1 + this.#below(20_000) : this.#below((4 * this.#lengthNs) / WAKES);
      this.#port.wakeAt(agent, this.#port.nowNs + waitNs, 0);
    }
  }

  onPrivate(
    agent: number,
    kind: number,
    _code: number,
    instrument: number,
    ref: number,
    _priceTicks: number,
    qtyLots: number,
    leavesLots: number,
  ): void {
    const told = this.told[agent - this.#first]![ref]!;
    this.seen[`${told.role} ${kind}`] = (this.seen[`${told.role} ${kind}`] ?? 0) + 1;
    if (kind === EV_CANCEL_REJECTED || kind === EV_REPLACE_REJECTED || kind === EV_QUOTE_REFUSED) return;
    if (told.role !== 'single' || kind !== EV_TRADE) expect(told.instrument).toBe(instrument);
    const mayComeBack = told.role === 'exit' || told.role === 'quote';
    expect(told.isEnded && told.role !== 'quote', `${told.role} ${ref} of ${agent} is over`).toBe(false);
    if (kind === EV_TRADE) {
      told.filledLots += qtyLots;
      this.held[agent - this.#first]![instrument]! += told.side === BUY ? qtyLots : -qtyLots;
      if (told.instrument !== instrument) this.seen.elsewhere = (this.seen.elsewhere ?? 0) + 1;
      expect(leavesLots).toBeGreaterThanOrEqual(0);
      if (leavesLots === 0 && !mayComeBack) told.isEnded = true;
    } else if (kind === EV_CANCELED || kind === EV_EXPIRED || kind === EV_REJECTED) told.isEnded = true;
    else if (kind === EV_ACCEPTED) told.isEnded = false;
  }

  onFeed(): void {}

  writeState(writer: BinaryWriter): void {
    writer.section('bundlers');
    writer.string(JSON.stringify([this.told, this.held, this.seen, this.#wakesLeft]));
  }

  readState(reader: BinaryReader): void {
    reader.section('bundlers');
    [this.told, this.held, this.seen, this.#wakesLeft] = JSON.parse(reader.string()) as [
      Told[][],
      number[][],
      Record<string, number>,
      number,
    ];
  }

  #single(agent: number): void {
    const { ticket, terms, expireTimeNs } = this.#order();
    const instrument = this.#below(SPECS.length);
    ticket.routing = this.#pick(ROUTINGS);
    const ref = this.#newRef(agent, newTold(ticket.side, instrument, 'single'));
    if (terms.kind === 'plain') this.#port.submit(agent, instrument, ref, ticket, expireTimeNs);
    else this.#port.submitManaged(agent, instrument, ref, ticket, terms, expireTimeNs);
  }

  #linked(agent: number, isBracket: boolean): void {
    const instrument = this.#below(SPECS.length);
    const onFill = this.#pick(['reduce', 'cancel'] as const);
    const made = Array.from({ length: 2 + this.#below(2) }, () => this.#order());
    let entryRef = -1;
    const orders: LinkedOrder[] = made.map((order, index) => {
      const role = !isBracket ? 'member' : index === 0 ? 'entry' : 'exit';
      if (role === 'exit') order.ticket.side = (made[0]!.ticket.side ^ 1) as Side;
      const ref = this.#newRef(agent, newTold(order.ticket.side, instrument, role, entryRef));
      if (role === 'entry') entryRef = ref;
      return { ...order, ref };
    });
    if (isBracket) this.#port.submitBracket(agent, instrument, orders[0]!, orders.slice(1), onFill);
    else this.#port.submitGroup(agent, instrument, orders, onFill);
  }

  #quote(agent: number): void {
    const instruments = this.#pick([[0], [1], [0, 1]]);
    const quotes = instruments.map((instrument) => {
      const bidTicks = this.#price();
      return {
        instrument,
        bidRef: 2 * instrument,
        bidTicks,
        bidLots: this.#below(20),
        askRef: 2 * instrument + 1,
        // Now and then crossed, which is refused.
        askTicks: bidTicks + this.#below(8) - 1,
        askLots: this.#below(20),
      };
    });
    this.#port.massQuote(agent, { timeInForce: DAY, flags: 0, stpGroup: 0, stpMode: 0 }, quotes);
  }

  #protect(agent: number): void {
    const limits = {
      windowNs: 60 * SECOND_NS,
      fillsMax: 3,
      lotsMax: 40,
      scope: this.#pick(['instrument', 'venue'] as const),
      stoppedNs: this.#pick([null, SECOND_NS]),
    };
    this.#port.protectQuotes(agent, 0, this.#below(3) === 0 ? null : limits);
  }

  #replace(agent: number): void {
    const priceTicks = this.#below(3) > 0 ? this.#price() : UNDEF_INT32;
    const qtyLots = this.#below(2) > 0 ? 1 + this.#below(40) : UNDEF_INT32;
    this.#port.replace(agent, this.#someRef(agent), priceTicks, qtyLots);
  }

  #order(): { ticket: OrderTicket; terms: ManagedTerms; expireTimeNs: number } {
    const ticket = new OrderTicket();
    ticket.side = this.#pick<Side>([BUY, SELL]);
    ticket.qtyLots = 1 + this.#below(30);
    ticket.priceTicks = this.#price();
    ticket.type = LIMIT;
    ticket.timeInForce = this.#pick([DAY, GTC, GTD]);
    const expireTimeNs =
      ticket.timeInForce === GTD ? this.#port.nowNs + 1 + this.#below(this.#lengthNs / 4) : 0;
    const terms = this.#pick<ManagedTerms>([
      { kind: 'plain' },
      { kind: 'plain' },
      { kind: 'plain' },
      { kind: 'peg', to: 'primary', offsetTicks: this.#below(3) - 2 },
      {
        kind: 'trailing',
        follows: 'lastTrade',
        distance: 1 + this.#below(9),
        unit: 'ticks',
        limitOffsetTicks: 0,
      },
    ]);
    if (terms.kind === 'trailing' || (terms.kind === 'plain' && this.#below(5) === 0)) {
      ticket.type = STOP;
      ticket.stopPriceTicks = ticket.priceTicks;
    }
    return { ticket, terms, expireTimeNs };
  }

  #newRef(agent: number, told: Told): number {
    return this.told[agent - this.#first]!.push(told) - 1;
  }

  /** One of the latest orders, or a quote. */
  #someRef(agent: number): number {
    const { length } = this.told[agent - this.#first]!;
    return this.#below(4) === 0 ? this.#below(FIRST_ORDER_REF) : Math.max(0, length - 1 - this.#below(12));
  }

  #price(): number {
    return CENTRE_TICKS + this.#below(25) - 12;
  }

  #below(count: number): number {
    return Math.floor(this.#random.nextDouble() * count);
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)]!;
  }
}

function newTold(side: Side, instrument: number, role: Told['role'], entryRef = -1): Told {
  return { side, instrument, role, entryRef, filledLots: 0, isEnded: false };
}

/** Halts, an interruption, outages and broken connections, spread over the day. */
function shocksOf(startNs: number, endNs: number, hasSessions: boolean): Shock[] {
  const times = (from: number, lengthS: number) => {
    const atNs = startNs + Math.round((endNs - startNs) * from);
    return { atNs, untilNs: atNs + lengthS * SECOND_NS };
  };
  const ofSessions: Shock[] = [
    { ...times(0.3, 600), kind: 'halt', instruments: [0], reason: 'news', isForDay: false },
    { ...times(0.45, 300), kind: 'halt', instruments: null, reason: 'operator', isForDay: false },
    {
      ...times(0.6, 300),
      kind: 'interrupt',
      instruments: [1],
      rule: 'operator',
      phase: 'auctionCall',
      randomNsMax: 0,
    },
  ];
  return [
    ...(hasSessions ? ofSessions : []),
    { ...times(0.2, 60), kind: 'outage', venues: null },
    { ...times(0.5, 900), kind: 'disconnect', groups: null, venues: null, cancelsOrders: true },
    { ...times(0.55, 900), kind: 'latency', groups: null, venues: null, extraNs: 5_000_000 },
    { ...times(0.7, 900), kind: 'disconnect', groups: null, venues: null, cancelsOrders: false },
    { ...times(0.8, 1), kind: 'withdraw', groups: null },
  ];
}

interface Market {
  readonly spec: WorldSpec;
  readonly made: Bundlers[];
  readonly startNs: number;
  readonly endNs: number;
}

function marketOf(name: string, seed: number): Market {
  const made: Bundlers[] = [];
  const service = { sampleNs: () => 7_000, writeState() {}, readState() {} };
  const worldOf = (startNs: number, endNs: number, more: Partial<WorldSpec>): Market => ({
    made,
    startNs,
    endNs,
    spec: {
      seed,
      instruments: SPECS,
      startNs,
      venues: [{ name: '', entry: () => ({ server: new GatewayServer(service), bump: null }) }],
      groups: [
        {
          create: () => {
            const group = new Bundlers(startNs, endNs);
            made.push(group);
            return group;
          },
          links: () => ({ orderDelayNs: 10_000, answerDelayNs: 20_000, feedDelayNs: 0 }),
        },
      ],
      shocks: shocksOf(startNs, endNs, more.listings !== undefined),
      dayEndNs: null,
      ...more,
    },
  });
  if (name === 'two venues') return worldOf(0, 8 * 3600 * SECOND_NS, twoVenues(service));
  if (name === 'no sessions') return worldOf(0, 8 * 3600 * SECOND_NS, { dayEndNs: 9 * 3600 * SECOND_NS });
  const venue = venueOf(name);
  const { timeZone } = venue.sessions;
  const toNs = ZONE_CLOCK.localClock(timeZone, ZONE_CLOCK.midnightNs('2026-01-02', timeZone));
  const days = firstTradingDays(venue, '2026-01-05', 1, toNs);
  const listings = () =>
    SPECS.map((spec, index) => venue.createListing(defineInstrument(spec, index), days, CENTRE_TICKS));
  const rulesOf = Object.fromEntries(SPECS.map(({ symbol }) => [symbol, venue.rules]));
  return worldOf(dayStartNs(days[0]!), dayEndNs(days[0]!), { listings, rulesOf });
}

/** Both look at each other and route; pegs of the first follow the best of both. */
function twoVenues(service: DelaySource): Partial<WorldSpec> {
  const delaysNs = (from: number): number[] => VENUES.map((_, to) => (to === from ? 0 : 30_000));
  return {
    instruments: LISTINGS,
    consolidatedDelayNs: 15_000,
    venues: VENUES.map((name, place) => ({
      name,
      entry: () => ({
        server: new GatewayServer(service),
        bump: new SpeedBump({ takingNs: 5_000, otherNs: 0, outboundNs: 0 }),
      }),
      // Pegs that all follow each other never come to rest (docs/limits.md).
      managed: { quoteFrom: place === 0 ? 'given' : 'book' },
      protection: { roundLots: 1, rest: 'slide', comesBack: true },
      router: { orders: place === 0 ? 'all' : 'asked', delaysNs: delaysNs(place) },
    })),
    dayEndNs: 9 * 3600 * SECOND_NS,
  };
}

/** What was told adds up to what is held, and to nothing that a rule forbids. */
function checkTold({ told, held }: Bundlers, world: World): void {
  told.forEach((orders, agent) => {
    for (const instrument of SPECS.keys())
      expect(held[agent]![instrument], `fills of agent ${agent} in ${instrument}`).toBe(
        world.port.positionLots(agent, instrument),
      );
    orders.forEach(({ role, entryRef, filledLots }, ref) => {
      if (role === 'exit')
        expect(filledLots, `exit ${ref} of agent ${agent}`).toBeLessThanOrEqual(orders[entryRef]!.filledLots);
    });
  });
  for (const instrument of SPECS.keys()) {
    const sum = told.reduce((lots, _, agent) => lots + world.port.positionLots(agent, instrument), 0);
    expect(sum, 'every lot that was bought was sold').toBe(0);
  }
}

describe('days of groups, brackets and quotes in a world', () => {
  const seeds = Array.from({ length: SEED_COUNT }, (_, i) => FIRST_SEED + i);

  describe.each(['no sessions', 'nasdaq', 'xetra', 'cme', 'two venues'])('%s', (name) => {
    const seen: Record<string, number> = {};

    it.each(seeds)('seed %i', (seed) => {
      const { spec, made, startNs, endNs } = marketOf(name, seed);
      const untilNs = endNs + 3600 * SECOND_NS;
      const straight = new World(spec);
      straight.run(untilNs);
      const group = made[0]!;
      checkTold(group, straight);
      straight.venue.books.forEach((book) => void book.validate());
      straight.venue.managed!.desk.orders.forEach((orders) => void orders.validate());
      straight.router?.validate();
      expect(straight.router?.awayLots ?? 0).toBe(0);
      const digest = straight.finish();
      const cut = new World(spec);
      for (const part of [0.15, 0.5003, 0.62, 0.9]) {
        cut.run(startNs + Math.round((endNs - startNs) * part));
        const fork = cut.fork();
        fork.run(untilNs);
        expect(fork.finish(), `a fork at ${part} of the day`).toBe(digest);
        checkTold(made.at(-1)!, fork);
      }
      for (const [what, count] of Object.entries(group.seen)) seen[what] = (seen[what] ?? 0) + count;
    });

    it('has met fills, ends and refusals of every kind', () => {
      for (const role of ['single', 'member', 'entry', 'exit', 'quote'])
        for (const kind of [EV_ACCEPTED, EV_TRADE, EV_CANCELED])
          expect(seen[`${role} ${kind}`] ?? 0, `${role} ${kind}`).toBeGreaterThan(0);
      expect(seen[`quote ${EV_QUOTE_REFUSED}`]).toBeGreaterThan(0);
      expect(seen[`member ${EV_REJECTED}`]).toBeGreaterThan(0);
      if (name === 'two venues') expect(seen.elsewhere).toBeGreaterThan(0);
    });
  });
});
