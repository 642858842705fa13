// hot: bench/simulation.ts
/**
 * What agents see and do in a world: views of market data that are as old as their feeds, and commands put on their way. Commands of
 * one order allocate nothing; messages of several orders make a parcel each.
 */

import { TwinError } from '../base/index.ts';
import {
  type AgentPort,
  type AgentQuote,
  type Instrument,
  LINKED_ORDERS_MAX,
  type LinkedOrder,
  type ManagedTerms,
  type OnFill,
  type OrderTicket,
  type ProtectionLimits,
  QTY_LOTS_MAX,
  QUOTE_ENTRIES_MAX,
  type QuoteOrderTerms,
  type SessionState,
  type Side,
} from '../domain/index.ts';
import { checkProtection, type Venue } from '../market/index.ts';
import type { Kernel } from '../sim/index.ts';
import type { Accounts } from './accounts.ts';
import type { BundleGateway } from './bundle-gateway.ts';
import type { ConsolidatedFeed } from './consolidated-feed.ts';
import type { DepthView } from './depth-view.ts';
import type { Gateway } from './gateway.ts';
import { KIND_WAKE, PRIORITY_WAKE } from './kinds.ts';
import type { AgentLinks } from './links.ts';
import type { MarketData } from './market-data.ts';
import type { RefInstruments, VenueMap } from './venue-map.ts';

export interface PortParts {
  readonly kernel: Kernel;
  readonly instruments: readonly Instrument[];
  readonly venue: Venue;
  readonly venues: VenueMap;
  readonly accounts: Accounts;
  /** By venue. */
  readonly marketData: readonly MarketData[];
  /** By link: an agent has a feed of its own from each venue. */
  readonly viewClass: Uint16Array;
  /** Null with one venue. */
  readonly consolidated: ConsolidatedFeed | null;
  readonly toVenue: AgentLinks;
  readonly gateway: Gateway;
  readonly bundles: BundleGateway;
  /** Null with one venue. */
  readonly refs: RefInstruments | null;
}

export class WorldPort implements AgentPort {
  readonly instruments: readonly Instrument[];
  readonly #kernel: Kernel;
  readonly #venue: Venue;
  readonly #venues: VenueMap;
  readonly #accounts: Accounts;
  readonly #marketData: readonly MarketData[];
  readonly #viewClass: Uint16Array;
  readonly #consolidated: ConsolidatedFeed | null;
  readonly #toVenue: AgentLinks;
  readonly #gateway: Gateway;
  readonly #bundles: BundleGateway;
  readonly #refs: RefInstruments | null;

  constructor(parts: PortParts) {
    this.instruments = parts.instruments;
    this.#kernel = parts.kernel;
    this.#venue = parts.venue;
    this.#venues = parts.venues;
    this.#accounts = parts.accounts;
    this.#marketData = parts.marketData;
    this.#viewClass = parts.viewClass;
    this.#consolidated = parts.consolidated;
    this.#toVenue = parts.toVenue;
    this.#gateway = parts.gateway;
    this.#bundles = parts.bundles;
    this.#refs = parts.refs;
  }

  get nowNs(): number {
    return this.#kernel.nowNs;
  }

  bestTicks(agent: number, instrument: number, side: Side): number {
    return this.#view(agent, instrument).bestTicks(side);
  }

  bestLots(agent: number, instrument: number, side: Side): number {
    return this.#view(agent, instrument).bestLots(side);
  }

  lastTradeTicks(agent: number, instrument: number): number {
    return this.#view(agent, instrument).lastTradeTicks;
  }

  sameProduct(instrument: number): readonly number[] {
    return this.#venues.siblings[instrument]!;
  }

  consolidatedTicks(instrument: number, side: Side): number {
    // One venue's consolidated feed is its own, without delay.
    if (this.#consolidated === null) return this.#venue.books[instrument]!.bestTicks(side);
    return this.#consolidated.bestTicks(this.nowNs, instrument, side);
  }

  depth(
    agent: number,
    instrument: number,
    side: Side,
    prices: Int32Array,
    lots: Float64Array,
    levelsMax: number,
  ): number {
    const view = this.#view(agent, instrument);
    return view.copyDepth(side, prices, lots, levelsMax);
  }

  submit(agent: number, instrument: number, ref: number, ticket: OrderTicket, expireTimeNs = 0): void {
    const at = this.#sendNew(agent, instrument, ref);
    this.#gateway.packNew(this.#kernel.words, at, instrument, ref, ticket, expireTimeNs);
  }

  submitManaged(
    agent: number,
    instrument: number,
    ref: number,
    ticket: OrderTicket,
    terms: ManagedTerms,
    expireTimeNs = 0,
  ): void {
    const at = this.#sendNew(agent, instrument, ref);
    this.#gateway.packNew(this.#kernel.words, at, instrument, ref, ticket, expireTimeNs);
    this.#gateway.packManaged(this.#kernel.words, at, terms);
  }

  submitGroup(agent: number, instrument: number, orders: readonly LinkedOrder[], onFill: OnFill): void {
    this.#sendLinked(agent, instrument, false, orders, onFill);
  }

  submitBracket(
    agent: number,
    instrument: number,
    entry: LinkedOrder,
    exits: readonly LinkedOrder[],
    onFill: OnFill,
  ): void {
    this.#sendLinked(agent, instrument, true, [entry, ...exits], onFill);
  }

  massQuote(agent: number, terms: QuoteOrderTerms, quotes: readonly AgentQuote[]): void {
    requireQuotes(quotes);
    for (const { bidRef, askRef, instrument } of quotes) {
      this.#refs?.note(agent, bidRef, instrument);
      this.#refs?.note(agent, askRef, instrument);
    }
    // Nobody quotes at several venues with one message.
    for (const link of new Set(quotes.map(({ instrument }) => this.#venues.linkOf(agent, instrument)))) {
      const there = quotes.filter(({ instrument }) => this.#venues.linkOf(agent, instrument) === link);
      const at = this.#toVenue.send(link, agent);
      this.#bundles.packQuotes(this.#kernel.words, at, terms, there);
    }
  }

  protectQuotes(agent: number, instrument: number, limits: ProtectionLimits | null): void {
    if (limits !== null) requireProtection(limits);
    const at = this.#toVenue.send(this.#venues.linkOf(agent, instrument), agent);
    this.#bundles.packProtection(this.#kernel.words, at, instrument, limits);
  }

  cancel(agent: number, ref: number): void {
    const instrument = this.#refs?.of(agent, ref) ?? 0;
    const at = this.#toVenue.send(this.#venues.linkOf(agent, instrument), agent);
    this.#gateway.packCancel(this.#kernel.words, at, instrument, ref);
  }

  replace(agent: number, ref: number, priceTicks: number, qtyLots: number): void {
    const instrument = this.#refs?.of(agent, ref) ?? 0;
    const at = this.#toVenue.send(this.#venues.linkOf(agent, instrument), agent);
    this.#gateway.packReplace(this.#kernel.words, at, instrument, ref, priceTicks, qtyLots);
  }

  massCancel(agent: number, instrument: number): void {
    if (instrument < 0 && this.#refs !== null) {
      // Nobody cancels at several venues with one message.
      this.instruments.forEach(({ index }) => {
        this.massCancel(agent, index);
      });
      return;
    }
    const at = this.#toVenue.send(this.#venues.linkOf(agent, instrument), agent);
    this.#gateway.packMassCancel(this.#kernel.words, at, instrument);
  }

  wakeAt(agent: number, timeNs: number, tag: number): void {
    const at = this.#kernel.schedule(timeNs, PRIORITY_WAKE, KIND_WAKE, agent);
    this.#kernel.words[at] = tag;
  }

  sessionState(agent: number, instrument: number): SessionState {
    return this.#view(agent, instrument).sessionState;
  }

  cashMinor(agent: number): number {
    return this.#accounts.cashMinor(agent);
  }

  positionLots(agent: number, instrument: number): number {
    return this.#accounts.positionLots(agent, instrument);
  }

  #sendNew(agent: number, instrument: number, ref: number): number {
    this.#refs?.note(agent, ref, instrument);
    return this.#toVenue.send(this.#venues.linkOf(agent, instrument), agent);
  }

  #sendLinked(
    agent: number,
    instrument: number,
    isBracket: boolean,
    orders: readonly LinkedOrder[],
    onFill: OnFill,
  ): void {
    const isCount = orders.length >= 2 && orders.length <= LINKED_ORDERS_MAX;
    const refs = orders.map(({ ref }) => ref);
    if (!isCount || new Set(refs).size < refs.length)
      throw new TwinError(
        'WORLD_CONFIG',
        'linked orders are 2 to LINKED_ORDERS_MAX, each with a ref of its own',
        {
          orders: orders.length,
          refs: refs.join(','),
          LINKED_ORDERS_MAX,
        },
      );
    for (const ref of refs) this.#refs?.note(agent, ref, instrument);
    const at = this.#toVenue.send(this.#venues.linkOf(agent, instrument), agent);
    this.#bundles.packLinked(this.#kernel.words, at, instrument, isBracket, orders, onFill);
  }

  /** What an agent sees of an instrument now. */
  #view(agent: number, instrument: number): DepthView {
    const viewClass = this.#viewClass[this.#venues.linkOf(agent, instrument)]!;
    return this.#marketData[this.#venues.venueOf[instrument]!]!.view(viewClass, instrument, this.nowNs);
  }
}

function requireQuotes(quotes: readonly AgentQuote[]): void {
  const refs = quotes.flatMap(({ bidRef, askRef }) => [bidRef, askRef]);
  const isCount = quotes.length >= 1 && quotes.length <= QUOTE_ENTRIES_MAX;
  const isOnce = new Set(quotes.map(({ instrument }) => instrument)).size === quotes.length;
  if (isCount && isOnce && new Set(refs).size === refs.length) return;
  throw new TwinError(
    'WORLD_CONFIG',
    'a mass quote has 1 to QUOTE_ENTRIES_MAX instruments, each once, with a ref for each side',
    { quotes: quotes.length, QUOTE_ENTRIES_MAX, refs: refs.join(',') },
  );
}

/** Raises MKT_CONFIG for limits that no venue takes, WORLD_CONFIG for lots that no record holds. */
function requireProtection(limits: ProtectionLimits): void {
  checkProtection(limits);
  if (limits.lotsMax === null || limits.lotsMax <= QTY_LOTS_MAX) return;
  throw new TwinError('WORLD_CONFIG', 'lotsMax of a protection fits 32 bits', { lotsMax: limits.lotsMax });
}
