// hot: bench/simulation.ts
/**
 * The world joins kernel and venue: agents decide, their commands travel, the venue answers, answers and market data
 * travel back, accounts are settled, and every record goes into the journal.
 *
 * ```
 * agent group ──submit──► lane (order delay) ──► venue ──► event records ──► accounts
 *      ▲                                                        │   │  └────► journal (sealed by the run digest)
 *      │◄── lane (answer delay) ◄── own events ─────────────────┘   │
 *      └◄── view as of now - feed delay ◄── market data log ◄───────┘
 * ```
 * At equal times: expiries first, then commands at the venue, answers, pushed data, and agents' own wake-ups last.
 */

import { BinaryReader, BinaryWriter, TwinError, type Xoshiro128 } from '../base/index.ts';
import {
  type AgentGroup,
  type AgentPort,
  defineInstrument,
  EventBuffer,
  type EventSink,
  type Instrument,
  type Stateful,
} from '../domain/index.ts';
import type { Venue } from '../market/index.ts';
import { type EventHandler, Kernel, RandomStreams, RunDigest, TIME_NS_MAX } from '../sim/index.ts';
import { Accounts } from './accounts.ts';
import type { ActionDesk } from './action-desk.ts';
import { BundleGateway, isBundle } from './bundle-gateway.ts';
import { ConsolidatedFeed } from './consolidated-feed.ts';
import { Contracts } from './contracts.ts';
import { EntryQueue } from './entry-queue.ts';
import type { FeeDesk } from './fee-desk.ts';
import { FeedPusher } from './feed-pusher.ts';
import { Gateway } from './gateway.ts';
import {
  KIND_ACTION,
  KIND_ANSWER,
  KIND_COMMAND,
  KIND_CONTRACT_END,
  KIND_DAY_END,
  KIND_EXPIRY,
  KIND_FEED,
  KIND_QUOTES,
  KIND_RETURN,
  KIND_SERVED,
  KIND_SHOCK,
  KIND_VENUE,
  KIND_WAKE,
  PRIORITY_ANSWER,
  PRIORITY_COMMAND,
  PRIORITY_EXPIRY,
} from './kinds.ts';
import { AgentLinks } from './links.ts';
import type { MarketData } from './market-data.ts';
import type { OrderRouter } from './order-router.ts';
import { OrderTable } from './order-table.ts';
import { Parcels } from './parcels.ts';
import { Settlement } from './settlement.ts';
import { ShockDesk } from './shock-desk.ts';
import { checkDelays, NULL_SINK, type VenueSpec, type WorldSpec } from './spec.ts';
import { gatewayStream, groupKeys, linkStream } from './stream-names.ts';
import { RefInstruments, VenueMap } from './venue-map.ts';
import {
  connectRouter,
  createActionDesk,
  createFeeDesks,
  createLookout,
  createMarketData,
  createVenue,
  firstAgents,
  type Lookout,
  requireShape,
  shapeOf,
} from './world-parts.ts';
import { WorldPort } from './world-port.ts';

/** Records collected before they are sealed and given to the journal. */
const FLUSH_RECORDS = 4096;

const ONE_VENUE: readonly VenueSpec[] = [{ name: '' }];

export class World implements EventHandler {
  readonly spec: WorldSpec;
  readonly instruments: readonly Instrument[];
  readonly venue: Venue;
  readonly accounts: Accounts;
  readonly groups: readonly AgentGroup[];
  /** What agents see and do, each by its number. */
  readonly port: AgentPort;
  readonly agentCount: number;
  /** Orders, cancels and replaces that reached the venue. */
  commandCount = 0;
  readonly #kernel = new Kernel();
  readonly #events = new EventBuffer(FLUSH_RECORDS * 2);
  readonly #digest = new RunDigest();
  readonly #streams: RandomStreams;
  readonly #sink: EventSink;
  readonly #orders: OrderTable;
  /** By venue. */
  readonly #marketData: readonly MarketData[];
  /** What each venue that has fees charges. */
  readonly #fees: readonly FeeDesk[];
  /** Null with one venue. */
  readonly #consolidated: ConsolidatedFeed | null;
  /** What venues do about the quotes of others. */
  readonly #lookout: Lookout;
  readonly #gateway: Gateway;
  readonly #bundles: BundleGateway;
  readonly #parcels = new Parcels();
  readonly #settlement: Settlement;
  readonly #feeds: FeedPusher;
  /** Names of the groups in names of streams, unique. */
  readonly #groupKeys: readonly string[];
  /** Group of each agent, as an index; `groups` has the objects. */
  readonly #groupOf: Uint16Array;
  readonly #venues: VenueMap;
  /** By link: an agent has a feed of its own from each venue. */
  readonly #viewClass: Uint16Array;
  readonly #toVenue: AgentLinks;
  readonly #toAgents: AgentLinks;
  readonly #sessionStreams: readonly Xoshiro128[];
  readonly #drawOf: (instrument: number) => number;
  /** The kernel wakes the venue at this time already. */
  #venueWakeNs = Number.POSITIVE_INFINITY;
  readonly #shocks: ShockDesk | null;
  /** By venue. */
  readonly #entry: readonly (EntryQueue | null)[];
  readonly #actions: ActionDesk;
  /** Null with one venue. */
  readonly #refs: RefInstruments | null;
  #isStarted = false;

  constructor(spec: WorldSpec, sink: EventSink = NULL_SINK) {
    this.spec = spec;
    this.#sink = sink;
    this.instruments = spec.instruments.map((instrument, index) => defineInstrument(instrument, index));
    this.groups = spec.groups.map((group) => group.create());
    this.#groupKeys = groupKeys(this.groups);
    this.agentCount = this.groups.reduce((sum, group) => sum + group.count, 0);
    const venues = spec.venues ?? ONE_VENUE;
    this.venue = createVenue(spec, venues, this.instruments, this.#events);
    this.#venues = new VenueMap(
      venues.map(({ name }) => name),
      this.instruments,
      this.agentCount,
    );
    // The last accounts are the venues', and that of all issuers.
    this.accounts = new Accounts(this.agentCount + venues.length + 1, this.instruments.length);
    this.#streams = new RandomStreams(spec.seed);
    this.#orders = new OrderTable(this.agentCount);
    this.#fees = createFeeDesks(venues, {
      instruments: this.instruments,
      venueOf: this.#venues.venueOf,
      events: this.#events,
      orders: this.#orders,
      accounts: this.accounts,
      agentCount: this.agentCount,
    });
    this.#marketData = venues.map((_, place) => createMarketData(this.venue, this.#venues, place));
    this.#groupOf = new Uint16Array(this.agentCount);
    this.#viewClass = new Uint16Array(this.#venues.linkCount);
    this.#toVenue = new AgentLinks(this.#kernel, KIND_COMMAND, PRIORITY_COMMAND, this.#venues.linkCount);
    this.#toAgents = new AgentLinks(this.#kernel, KIND_ANSWER, PRIORITY_ANSWER, this.#venues.linkCount);
    this.#consolidated =
      venues.length === 1
        ? null
        : new ConsolidatedFeed(this.#venues, this.#marketData, spec.consolidatedDelayNs ?? 0);
    this.#lookout = createLookout(spec, venues, this.#consolidated, {
      kernel: this.#kernel,
      venue: this.venue,
      venues: this.#venues,
      events: this.#events,
      isDown: (venue) => this.#shocks?.isDown(venue) === true,
    });
    this.#gateway = new Gateway(this.venue, this.#events, this.#orders, this.#lookout);
    this.#bundles = this.#createBundles();
    this.#feeds = new FeedPusher(this.#kernel, this.groups, this.venue, this.#venues);
    const contracts = new Contracts(this.instruments);
    this.#settlement = this.#createSettlement(contracts);
    connectRouter(this.#lookout.router, this.#gateway, this.#settlement, this.#fees);
    this.#kernel.startAt(spec.startNs ?? 0);
    this.#sessionStreams = this.instruments.map(({ symbol }) => this.#streams.stream(`session/${symbol}`));
    this.#drawOf = (instrument) => this.#sessionStreams[instrument]!.nextDouble();
    this.#entry = venues.map(({ name, entry }) =>
      entry === undefined
        ? null
        : new EntryQueue(this.#kernel, this.#bundles, entry(), this.#streams.stream(gatewayStream(name))),
    );
    this.#refs = venues.length === 1 ? null : new RefInstruments(this.agentCount);
    this.port = this.#createPort();
    this.#shocks = this.#createShocks();
    this.#actions = this.#createActions(contracts);
    this.#wire();
  }

  get nowNs(): number {
    return this.#kernel.nowNs;
  }

  get eventCount(): number {
    return this.#kernel.handledCount;
  }

  get tradeCount(): number {
    return this.#settlement.tradeCount;
  }

  /** Records written to the journal, after the last flush. */
  get recordCount(): number {
    return this.#digest.count;
  }

  /** Handles all events up to `untilNs` (inclusive), at most `eventsMax`; returns how many. */
  run(untilNs: number, eventsMax = Number.POSITIVE_INFINITY): number {
    if (!this.#isStarted) this.#start();
    return this.#kernel.run(this, untilNs, eventsMax);
  }

  /** Seals what is pending, checks that nothing was made or lost, and returns the run's digest. */
  finish(): string {
    this.flush();
    for (const fees of this.#fees) fees.invoice();
    this.accounts.checkConservation();
    return this.#digest.hex();
  }

  /** Fees that venues paid each other for orders that they routed, as invoiced, minor units. */
  get feesBetweenVenuesMinor(): number {
    return this.#fees.reduce((sum, desk) => sum + desk.paidByVenuesMinor, 0);
  }

  /** What venues route to each other; null where none does. */
  get router(): OrderRouter | null {
    return this.#lookout.router;
  }

  /** Seals pending records and hands them to the journal. */
  flush(): void {
    const events = this.#events;
    if (events.count === 0) return;
    this.#digest.seal(events.words, 0, events.count, 12);
    this.#sink.write(events.words, events.count);
    events.clear();
  }

  handle(kind: number, target: number, words: Int32Array, at: number): void {
    switch (kind) {
      case KIND_COMMAND:
        this.#onArrival(target, words, at);
        return;
      case KIND_SERVED:
        this.#onCommand(target, words, at);
        return;
      case KIND_ANSWER:
        this.groups[this.#groupOf[target]!]!.onPrivate(
          target,
          words[at]! & 255,
          words[at]! >>> 16,
          words[at + 1]!,
          words[at + 2]!,
          words[at + 3]!,
          words[at + 4]!,
          words[at + 5]!,
        );
        return;
      case KIND_WAKE:
        this.groups[this.#groupOf[target]!]!.onWake(target, words[at]!);
        return;
      case KIND_FEED:
        this.#feeds.deliver(target, words, at);
        return;
      case KIND_RETURN:
        this.#onReturn(words, at);
        return;
      case KIND_QUOTES:
        this.#onQuotes();
        return;
      case KIND_EXPIRY:
      case KIND_DAY_END:
      case KIND_VENUE:
        this.#onVenueTime(kind);
        return;
      case KIND_SHOCK:
        this.#onShock(words[at]!, words[at + 1]!);
        return;
      case KIND_ACTION: {
        const index = words[at]!;
        this.#outOfTurn(() => this.#actions.carryOut(this.nowNs, index));
        return;
      }
      case KIND_CONTRACT_END: {
        const expiry = this.spec.expiries![words[at]!]!;
        this.#outOfTurn(() => this.#actions.contracts?.expire(this.nowNs, expiry));
        return;
      }
      default:
        throw new TwinError('WORLD_CONFIG', 'every event kind has a handler', { kind });
    }
  }

  // Snapshot and fork

  /** The whole world as bytes. Pending records are flushed first. */
  snapshot(): Uint8Array {
    if (!this.#isStarted) this.#start();
    this.flush();
    const writer = new BinaryWriter();
    writer.section('world');
    writer.string(shapeOf(this));
    writer.float64(this.commandCount);
    writer.float64(this.#venueWakeNs);
    for (const part of this.#stateful()) part.writeState(writer);
    return writer.finish();
  }

  /** A world of the same spec, taken up where the snapshot was made. */
  static resume(spec: WorldSpec, snapshot: Uint8Array, sink: EventSink = NULL_SINK): World {
    const world = new World(spec, sink);
    world.#start();
    const reader = new BinaryReader(snapshot);
    reader.section('world');
    requireShape(reader.string(), shapeOf(world));
    world.commandCount = reader.float64();
    world.#venueWakeNs = reader.float64();
    for (const part of world.#stateful()) part.readState(reader);
    if (!reader.isAtEnd) throw new TwinError('BASE_SNAPSHOT', 'a snapshot has nothing behind its last part');
    return world;
  }

  /** A second world with the same past and, left alone, the same future. */
  fork(sink: EventSink = NULL_SINK): World {
    return World.resume(this.spec, this.snapshot(), sink);
  }

  /** Every part with a state of its own, in the order of a snapshot. */
  #stateful(): Stateful[] {
    const parts: (Stateful | null)[] = [
      this.#kernel,
      this.#streams,
      this.venue,
      this.accounts,
      this.#orders,
      ...this.#marketData,
      this.#settlement,
      ...this.#fees,
      this.#actions.contracts,
      this.#shocks,
      ...this.#entry,
      this.#refs,
      this.#lookout.router,
      this.#lookout.watch,
      this.#lookout.protection?.slid ?? null,
      this.#parcels,
      this.#toVenue,
      this.#toAgents,
      this.#feeds,
      this.#digest,
      ...this.groups,
    ];
    return parts.filter((part) => part !== null);
  }

  #createSettlement({ minorPerTickLot }: Contracts): Settlement {
    return new Settlement({
      kernel: this.#kernel,
      accounts: this.accounts,
      orders: this.#orders,
      minorPerTickLot,
      venues: this.#venues,
      answers: this.#toAgents,
      venue: this.venue,
      routed: this.#lookout.router?.book ?? null,
    });
  }

  #createShocks(): ShockDesk | null {
    const { shocks } = this.spec;
    if (shocks === undefined) return null;
    return new ShockDesk(shocks, {
      venue: this.venue,
      events: this.#events,
      groups: this.groups,
      firstOf: firstAgents(this.groups),
      toVenue: this.#toVenue,
      toAgents: this.#toAgents,
      marketData: this.#marketData,
      feeds: this.#feeds,
      agentCount: this.agentCount,
      venues: this.#venues,
      router: this.#lookout.router,
    });
  }

  #createActions(contracts: Contracts): ActionDesk {
    return createActionDesk(this.spec, contracts, {
      venue: this.venue,
      instruments: this.instruments,
      accounts: this.accounts,
      events: this.#events,
      fees: this.#fees,
      groups: this.groups,
      firstOf: firstAgents(this.groups),
      agentCount: this.agentCount,
      issuer: this.accounts.count - 1,
    });
  }

  #createBundles(): BundleGateway {
    return new BundleGateway({
      venue: this.venue,
      events: this.#events,
      orders: this.#orders,
      parcels: this.#parcels,
      gateway: this.#gateway,
      noteExpiry: (timeNs) => this.#noteExpiry(timeNs),
    });
  }

  #createPort(): AgentPort {
    return new WorldPort({
      kernel: this.#kernel,
      instruments: this.instruments,
      venue: this.venue,
      venues: this.#venues,
      accounts: this.accounts,
      marketData: this.#marketData,
      viewClass: this.#viewClass,
      consolidated: this.#consolidated,
      toVenue: this.#toVenue,
      gateway: this.#gateway,
      bundles: this.#bundles,
      refs: this.#refs,
    });
  }

  #wire(): void {
    let agent = 0;
    this.groups.forEach((group, groupIndex) => {
      const first = agent;
      for (let member = 0; member < group.count; member++, agent++) {
        this.#groupOf[agent] = groupIndex;
        this.#settlement.connect(agent, group.answers === 'all');
        this.#connectAgent(agent, groupIndex, member);
      }
      if (first + group.count !== agent)
        throw new TwinError('WORLD_CONFIG', 'a group has a whole number of agents');
    });
    if (this.spec.dayEndNs !== null)
      this.#kernel.schedule(this.spec.dayEndNs, PRIORITY_EXPIRY, KIND_DAY_END, 0);
    // Before the sessions: an action comes before what its instant begins.
    this.spec.actions?.forEach(({ atNs }, index) => {
      const at = this.#kernel.schedule(Math.max(atNs, this.nowNs), PRIORITY_EXPIRY, KIND_ACTION, 0);
      this.#kernel.words[at] = index;
    });
    this.spec.expiries?.forEach(({ atNs }, index) => {
      const at = this.#kernel.schedule(Math.max(atNs, this.nowNs), PRIORITY_EXPIRY, KIND_CONTRACT_END, 0);
      this.#kernel.words[at] = index;
    });
    this.#wakeVenue();
    this.spec.shocks?.forEach(({ atNs, untilNs }, index) => {
      this.#scheduleShock(atNs, index, 0);
      if (untilNs <= TIME_NS_MAX) this.#scheduleShock(untilNs, index, 1);
    });
  }

  #scheduleShock(atNs: number, index: number, isEnd: number): void {
    const at = this.#kernel.schedule(Math.max(atNs, this.nowNs), PRIORITY_EXPIRY, KIND_SHOCK, 0);
    this.#kernel.words[at] = index;
    this.#kernel.words[at + 1] = isEnd;
  }

  /** Connects an agent to every venue. */
  #connectAgent(agent: number, groupIndex: number, member: number): void {
    this.#venues.names.forEach((name, venue) => {
      const links = this.spec.groups[groupIndex]!.links(member, venue);
      checkDelays(links, this.groups[groupIndex]!.name, member);
      const link = venue * this.agentCount + agent;
      this.#viewClass[link] = this.#marketData[venue]!.classFor(links.feedDelayNs);
      this.#feeds.connect(agent, groupIndex, venue, links.feedDelayNs);
      const stream = linkStream(this.#groupKeys[groupIndex]!, member, name);
      const streamOf = (way: string) => () => this.#streams.stream(`${stream}/${way}`);
      this.#toVenue.connect(link, links.orderDelayNs, links.orderModel, streamOf('order'));
      this.#toAgents.connect(link, links.answerDelayNs, links.answerModel, streamOf('answer'));
    });
  }

  #start(): void {
    this.#isStarted = true;
    let first = 0;
    this.groups.forEach((group, index) => {
      group.start(this.port, first, this.#streams.stream(`group/${this.#groupKeys[index]}`));
      first += group.count;
    });
  }

  #onArrival(agent: number, words: Int32Array, at: number): void {
    const entry = this.#entry[this.#venues.venueOf[words[at + 1]!] ?? 0]!;
    if (entry === null) this.#onCommand(agent, words, at);
    else entry.enter(agent, words, at);
  }

  #onCommand(agent: number, words: Int32Array, at: number): void {
    if (this.#events.count >= FLUSH_RECORDS) this.flush();
    const from = this.#events.count;
    this.commandCount++;
    const isCutOff = this.#shocks?.isCutOff(agent, words, at) === true;
    if (isBundle(words[at]!)) {
      this.#bundles.apply(this.nowNs, agent, words, at, isCutOff);
      this.#afterVenue(from);
      return;
    }
    const expireTimeNs = this.#gateway.apply(this.nowNs, agent, words, at, isCutOff);
    this.#afterVenue(from);
    if (expireTimeNs > this.nowNs) this.#noteExpiry(expireTimeNs);
  }

  /** Has GTD orders looked after at a time to come. */
  #noteExpiry(timeNs: number): void {
    if (timeNs <= TIME_NS_MAX) this.#kernel.schedule(timeNs, PRIORITY_EXPIRY, KIND_EXPIRY, 0);
  }

  #onShock(index: number, isEnd: number): void {
    this.#outOfTurn(() => {
      if (isEnd === 1) this.#shocks!.end(this.nowNs, index);
      else this.#shocks!.begin(this.nowNs, index);
    });
  }

  #onReturn(words: Int32Array, at: number): void {
    this.#outOfTurn(() => this.#lookout.router!.onReturn(this.nowNs, words, at));
  }

  #onQuotes(): void {
    this.#lookout.watch!.woken();
    this.#outOfTurn(() => {});
  }

  /** Something that is no agent's command makes the venue act. */
  #outOfTurn(act: () => void): void {
    if (this.#events.count >= FLUSH_RECORDS) this.flush();
    const from = this.#events.count;
    act();
    this.#afterVenue(from);
  }

  #onVenueTime(kind: number): void {
    if (this.#events.count >= FLUSH_RECORDS) this.flush();
    const from = this.#events.count;
    if (kind === KIND_EXPIRY) this.venue.expireDue(this.nowNs);
    else if (kind === KIND_DAY_END) {
      this.venue.endDay(this.nowNs);
      this.#lookout.router?.endDay();
    } else {
      this.#venueWakeNs = Number.POSITIVE_INFINITY;
      this.venue.advance(this.nowNs, this.#drawOf);
    }
    this.#afterVenue(from);
  }

  /** Sees to it that the venue is woken when something of it is due. */
  #wakeVenue(): void {
    const nextNs = this.venue.nextListingNs;
    if (nextNs >= this.#venueWakeNs || nextNs > TIME_NS_MAX) return;
    this.#venueWakeNs = Math.max(nextNs, this.nowNs);
    this.#kernel.schedule(this.#venueWakeNs, PRIORITY_EXPIRY, KIND_VENUE, 0);
  }

  /** Hands the records from `from` on to everybody concerned, then lets venues act by the quotes of others. */
  #afterVenue(from: number): void {
    this.#handOn(from);
    const watch = this.#lookout.watch;
    if (watch === null || !watch.isNeeded) return;
    const { count } = this.#events;
    watch.act(this.nowNs);
    const hasActed = this.#events.count > count;
    if (hasActed) this.#handOn(count);
    watch.wakeNext(this.nowNs, hasActed);
  }

  #handOn(from: number): void {
    const events = this.#events;
    if (this.venue.managed !== null || this.#lookout.router !== null)
      this.#orders.addCarriers(events.words, from, events.count);
    for (const fees of this.#fees) fees.charge(from);
    this.#settlement.process(events.words, from, events.count);
    for (const data of this.#marketData)
      data.publish(events.words, events.doubles, from, events.count, this.nowNs);
    if (this.#feeds.isNeeded) this.#feeds.publish(events.words, from, events.count);
    if (this.venue.nextListingNs < this.#venueWakeNs) this.#wakeVenue();
  }
}
