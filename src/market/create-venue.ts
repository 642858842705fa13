/**
 * The venue for people: names, decimal text, objects, checks. Below it is `Venue`, which works on numbers and buffers.
 */

import { TwinError, Xoshiro128 } from '../base/index.ts';
import {
  AUCTION_TERM_NAMES,
  type AuctionTerm,
  type AuctionTermName,
  DAY,
  defineInstrument,
  EventBuffer,
  FLAG_HIDDEN,
  FLAG_POST_ONLY_REJECT,
  FLAG_POST_ONLY_SLIDE,
  formatLots,
  formatTicks,
  type Instrument,
  type InstrumentSpec,
  ORDER_TYPE_NAMES,
  OrderTicket,
  type OrderType,
  type OrderTypeName,
  parseLots,
  parseTicks,
  REJECT_TEXTS,
  ReplaceTicket,
  SESSION_RULE_NAMES,
  SESSION_STATE_NAMES,
  SIDE_NAMES,
  type Side,
  type SideName,
  STP_MODE_NAMES,
  type StpMode,
  type StpModeName,
  TIME_IN_FORCE_NAMES,
  type TimeInForceName,
  UNDEF_INT32,
} from '../domain/index.ts';
import type { BookRules } from './book/contract.ts';
import type { InterruptPhase } from './breakers/contract.ts';
import type { ListingConfig } from './listing/listing-config.ts';
import { ON_FILL_RULES, type OnFill } from './managed/linked-orders.ts';
import type { ProtectionLimits } from './managed/quote-protection.ts';
import type { ManagedRules } from './managed/terms.ts';
import type { ManagedEntry } from './managed/venue-managed.ts';
import {
  type ManageRequest,
  type QuoteRequest,
  type QuoteResult,
  readManageRequest,
} from './managed-request.ts';
import { INTERRUPT_PHASES } from './session/spec.ts';
import { Venue } from './venue.ts';
import { readVenueEvents, type VenueEvent } from './venue-events.ts';
import { type IndicativePrice, priceText, type SessionStateText } from './venue-session-events.ts';
import { auctionAhead, type ListingRules, readSessions, type SessionsConfig } from './venue-sessions.ts';

export interface VenueConfig extends ListingRules {
  readonly instruments: readonly InstrumentSpec[];
  readonly rules?: Partial<BookRules>;
  readonly rulesOf?: Readonly<Record<string, Partial<BookRules>>>;
  /** How the venue looks after orders that ask for it (docs/matching.md). */
  readonly managed?: Partial<ManagedRules>;
  /** The phases of a day (docs/venues.md, "From code"); without them the venue trades all the time. */
  readonly sessions?: SessionsConfig;
  /** How each instrument trades, in place of `sessions` and what belongs to them: what `venueFromFile` makes of a venue file. */
  readonly listing?: (instrument: Instrument) => ListingConfig;
  /** Seed of the random ends of calls; 1 if absent. */
  readonly seed?: number;
}

/** A new order. Prices and quantities as decimal text or numbers, in the instrument's units. */
export interface OrderRequest {
  readonly symbol: string;
  readonly side: SideName;
  readonly qty: string | number;
  /** 'limit' unless it says otherwise. */
  readonly type?: OrderTypeName;
  readonly price?: string | number;
  readonly stopPrice?: string | number;
  /** 'day' unless it says otherwise. */
  readonly timeInForce?: TimeInForceName;
  /** For 'gtd': when it expires, ns. */
  readonly expireTimeNs?: number;
  /** Peak of an iceberg. */
  readonly displayQty?: string | number;
  readonly minQty?: string | number;
  readonly isHidden?: boolean;
  readonly postOnly?: 'reject' | 'slide';
  /** Account name; orders of one account never trade with each other if `selfTrade` is given. */
  readonly account?: string;
  readonly selfTrade?: StpModeName;
  /** The auction that the order is for, where there are sessions; none if absent. */
  readonly auction?: AuctionTermName;
  /** What the venue does for the order: a peg, a trailing stop and others. */
  readonly manage?: ManageRequest;
}

export interface ReplaceRequest {
  readonly price?: string | number;
  readonly qty?: string | number;
  readonly displayQty?: string | number;
  readonly stopPrice?: string | number;
  readonly account?: string;
}

export interface DepthLevel {
  readonly price: string;
  readonly qty: string;
  readonly orderCount: number;
}

/** The session of an instrument as it is now. */
export interface SessionView {
  readonly state: SessionStateText;
  readonly isHalted: boolean;
  /** When something is due next; Infinity: nothing is. */
  readonly nextTimeNs: number;
}

export interface HaltRequest {
  /** A rule of SESSION_RULE_NAMES; 'operator' if absent. */
  readonly reason?: string;
  /** Until `resume` if absent. */
  readonly forNs?: number;
}

export interface VenueApi {
  readonly nowNs: number;
  /** Moves the venue's time on; sessions, auctions and orders that are due happen on the way, each at its time. */
  advanceTo(timeNs: number): VenueEvent[];
  /** Enters an order; the first event answers it (accepted or rejected) and carries its id. */
  submit(order: OrderRequest): VenueEvent[];
  /** Enters orders of one instrument of which one cancels the others: fills reduce them ('reduce') or end them. All or none. */
  oco(orders: readonly OrderRequest[], onFill?: OnFill): VenueEvent[];
  /** Enters an order whose fills bring exits to life, which cancel each other. All or none. */
  bracket(entry: OrderRequest, exits: readonly OrderRequest[], onFill?: OnFill): VenueEvent[];
  /** Replaces an account's quotes in the instruments that are named. */
  massQuote(
    account: string,
    quotes: readonly QuoteRequest[],
  ): { answers: QuoteResult[]; events: VenueEvent[] };
  /** Limits at which an account's quotes are pulled (quantities in lots), null for none. Raises MKT_CONFIG. */
  protectQuotes(account: string, limits: ProtectionLimits | null): void;
  /** Lets an account quote again after its limits were met. */
  resetProtection(account: string): void;
  /** The price that trailing stops follow whose `follows` is 'given'. */
  givePrice(symbol: string, price: string | number): VenueEvent[];
  cancel(orderId: number, account?: string): VenueEvent[];
  replace(orderId: number, change: ReplaceRequest): VenueEvent[];
  massCancel(account: string): VenueEvent[];
  session(symbol: string): SessionView;
  /** What the auction for which orders are collected would come to now; null outside of calls. */
  indicative(symbol: string): IndicativePrice | null;
  /** Halts an instrument, or all of them for null; without sessions nothing happens. */
  halt(symbol: string | null, request?: HaltRequest): VenueEvent[];
  /** Lifts a halt; what follows is the reopening of the sessions. */
  resume(symbol: string | null): VenueEvent[];
  /** Interrupts trading as a breaker would; without a length it lasts until `endCall`. */
  interrupt(symbol: string | null, phase: InterruptPhase, forNs?: number): VenueEvent[];
  /** Ends a running call or interruption by hand: it uncrosses, unless its rules prolong it. */
  endCall(symbol: string | null): VenueEvent[];
  /** DAY orders expire, where there are no sessions. */
  endDay(): VenueEvent[];
  depth(symbol: string, side: SideName, levelsMax?: number): DepthLevel[];
}

/** Makes a venue with empty books. Raises MKT_CONFIG for what cannot be listed or parsed; a refused order is an event. */
export function createVenue(config: VenueConfig): VenueApi {
  return new FriendlyVenue(config);
}

class FriendlyVenue implements VenueApi {
  nowNs = 0;
  readonly #events = new EventBuffer();
  readonly #instruments: readonly Instrument[];
  readonly #venue: Venue;
  readonly #accountIds = new Map<string, number>();
  readonly #ticket = new OrderTicket();
  readonly #change = new ReplaceTicket();
  readonly #random: Xoshiro128;

  constructor(config: VenueConfig) {
    this.#instruments = config.instruments.map(defineInstrument);
    this.#random = new Xoshiro128(config.seed ?? 1);
    const listing = listingOf(config);
    this.#venue = new Venue(
      this.#instruments,
      this.#events,
      config.rules,
      config.rulesOf,
      listing === null ? [] : this.#instruments.map(listing),
      () => config.managed ?? {},
    );
    this.#venue.advance(0, () => this.#random.nextDouble());
  }

  advanceTo(timeNs: number): VenueEvent[] {
    if (!(Number.isSafeInteger(timeNs) && timeNs >= this.nowNs)) {
      throw new TwinError('SIM_TIME', 'time is a whole number of ns and does not go back', {
        timeNs,
        nowNs: this.nowNs,
      });
    }
    return this.#run(() => {
      while (this.#venue.nextTimeNs <= timeNs) {
        this.nowNs = Math.max(this.nowNs, this.#venue.nextTimeNs);
        this.#venue.advance(this.nowNs, () => this.#random.nextDouble());
      }
      this.nowNs = timeNs;
    });
  }

  submit(order: OrderRequest): VenueEvent[] {
    const instrument = this.#instrumentOf(order.symbol);
    const ticket = this.#ticket.reset();
    this.#fill(ticket, order, instrument);
    const expireTimeNs = order.expireTimeNs ?? 0;
    if (order.manage === undefined) {
      return this.#run(() => {
        this.#venue.submit(this.nowNs, instrument.index, ticket, expireTimeNs);
      });
    }
    const { terms } = this.#manage(ticket, order, instrument);
    return this.#run(() => {
      this.#venue.submitManaged(this.nowNs, instrument.index, ticket, terms, expireTimeNs);
    });
  }

  oco(orders: readonly OrderRequest[], onFill: OnFill = 'reduce'): VenueEvent[] {
    const { instrument, entries } = this.#linked(orders);
    return this.#run(() => {
      this.#venue.submitGroup(this.nowNs, instrument, entries, onFillOf(onFill));
    });
  }

  bracket(entry: OrderRequest, exits: readonly OrderRequest[], onFill: OnFill = 'reduce'): VenueEvent[] {
    const { instrument, entries } = this.#linked([entry, ...exits]);
    const [first, ...others] = entries;
    return this.#run(() => {
      this.#venue.submitBracket(this.nowNs, instrument, first!, others, onFillOf(onFill));
    });
  }

  massQuote(
    account: string,
    quotes: readonly QuoteRequest[],
  ): { answers: QuoteResult[]; events: VenueEvent[] } {
    const terms = {
      accountId: this.#accountId(account),
      timeInForce: DAY,
      flags: 0,
      stpGroup: 0,
      stpMode: 0,
    } as const;
    const entries = quotes.map(({ symbol, bid, ask }) => {
      const instrument = this.#instrumentOf(symbol);
      const entry = {
        bidTicks: bid === undefined ? 0 : parseTicks(instrument, bid.price),
        bidLots: bid === undefined ? 0 : parseLots(instrument, bid.qty),
        askTicks: ask === undefined ? 0 : parseTicks(instrument, ask.price),
        askLots: ask === undefined ? 0 : parseLots(instrument, ask.qty),
      };
      requireInt32(entry);
      return { instrument: instrument.index, ...entry };
    });
    const answers: QuoteResult[] = [];
    const events = this.#run(() => {
      for (const { instrument, bid, ask, code } of this.#venue.massQuote(this.nowNs, terms, entries)) {
        const { symbol } = this.#instruments[instrument]!;
        answers.push({ symbol, bid, ask, rule: code === 0 ? '' : REJECT_TEXTS[code]! });
      }
    });
    return { answers, events };
  }

  protectQuotes(account: string, limits: ProtectionLimits | null): void {
    this.#venue.protectQuotes(this.#accountId(account), limits);
  }

  resetProtection(account: string): void {
    this.#venue.managed?.resetProtection(this.#accountId(account));
  }

  givePrice(symbol: string, price: string | number): VenueEvent[] {
    const instrument = this.#instrumentOf(symbol);
    const ticks = parseTicks(instrument, price);
    return this.#run(() => this.#venue.managed?.givePrice(this.nowNs, instrument.index, ticks));
  }

  #linked(orders: readonly OrderRequest[]): { instrument: number; entries: ManagedEntry[] } {
    const symbols = new Set(orders.map(({ symbol }) => symbol));
    if (symbols.size !== 1 || orders.length < 2)
      throw new TwinError('MKT_CONFIG', 'linked orders are two or more, of one instrument', {
        symbols: [...symbols].join(','),
        orders: orders.length,
      });
    const instrument = this.#instrumentOf(orders[0]!.symbol);
    const entries = orders.map((order) => {
      const ticket = new OrderTicket();
      this.#fill(ticket, order, instrument);
      return this.#manage(ticket, order, instrument);
    });
    return { instrument: instrument.index, entries };
  }

  #manage(ticket: OrderTicket, order: OrderRequest, instrument: Instrument): ManagedEntry {
    const { manage, price, expireTimeNs = 0 } = order;
    if (manage === undefined) return { ticket, terms: { kind: 'plain' }, expireTimeNs };
    const terms = readManageRequest(manage, instrument, ticket, price !== undefined);
    return { ticket, terms, expireTimeNs };
  }

  #fill(ticket: OrderTicket, order: OrderRequest, instrument: Instrument): void {
    ticket.accountId = this.#accountId(order.account);
    ticket.side = indexOfName('side', SIDE_NAMES, order.side) as Side;
    ticket.type = indexOfName('type', ORDER_TYPE_NAMES, order.type ?? 'limit') as OrderType;
    ticket.timeInForce =
      TIME_IN_FORCE_NAMES[order.timeInForce ?? 'day'] ?? badName('timeInForce', order.timeInForce);
    ticket.flags = (order.isHidden === true ? FLAG_HIDDEN : 0) | postOnlyFlag(order.postOnly);
    ticket.qtyLots = parseLots(instrument, order.qty);
    ticket.priceTicks = order.price === undefined ? 0 : parseTicks(instrument, order.price);
    ticket.stopPriceTicks = order.stopPrice === undefined ? 0 : parseTicks(instrument, order.stopPrice);
    ticket.displayQtyLots = order.displayQty === undefined ? 0 : parseLots(instrument, order.displayQty);
    ticket.minQtyLots = order.minQty === undefined ? 0 : parseLots(instrument, order.minQty);
    ticket.stpMode = indexOfName('selfTrade', STP_MODE_NAMES, order.selfTrade ?? 'none') as StpMode;
    ticket.stpGroup = ticket.stpMode === 0 ? 0 : ticket.accountId;
    ticket.auctionTerm = indexOfName('auction', AUCTION_TERM_NAMES, order.auction ?? 'none') as AuctionTerm;
    requireInt32(ticket);
    if (!Number.isSafeInteger(order.expireTimeNs ?? 0)) {
      throw new TwinError('MKT_CONFIG', 'expireTimeNs is a whole number of ns', {
        expireTimeNs: order.expireTimeNs,
      });
    }
  }

  cancel(orderId: number, account?: string): VenueEvent[] {
    return this.#run(() => this.#venue.cancel(this.nowNs, orderId, this.#accountId(account)));
  }

  replace(orderId: number, change: ReplaceRequest): VenueEvent[] {
    const index = this.#venue.instrumentOf(orderId);
    const instrument = this.#instruments[Math.max(index, 0)]!;
    const ticket = this.#change.reset();
    ticket.orderId = orderId;
    ticket.accountId = this.#accountId(change.account);
    const ticks = (value?: string | number) =>
      value === undefined ? UNDEF_INT32 : parseTicks(instrument, value);
    const lots = (value?: string | number) =>
      value === undefined ? UNDEF_INT32 : parseLots(instrument, value);
    // Without a live order there is no step to read the numbers by; the venue says that it is gone.
    if (index >= 0) {
      ticket.priceTicks = ticks(change.price);
      ticket.stopPriceTicks = ticks(change.stopPrice);
      ticket.qtyLots = lots(change.qty);
      ticket.displayQtyLots = lots(change.displayQty);
      requireInt32(ticket);
    }
    return this.#run(() => this.#venue.replace(this.nowNs, ticket));
  }

  massCancel(account: string): VenueEvent[] {
    return this.#run(() => this.#venue.massCancel(this.nowNs, -1, this.#accountId(account)));
  }

  endDay(): VenueEvent[] {
    return this.#run(() => this.#venue.endDay(this.nowNs));
  }

  session(symbol: string): SessionView {
    const { index } = this.#instrumentOf(symbol);
    const listing = this.#venue.listings[index]!;
    return {
      state: SESSION_STATE_NAMES[this.#venue.stateOf(index)]!,
      isHalted: listing?.session.isHalted ?? false,
      nextTimeNs: listing?.nextTimeNs ?? Number.POSITIVE_INFINITY,
    };
  }

  indicative(symbol: string): IndicativePrice | null {
    const instrument = this.#instrumentOf(symbol);
    const listing = this.#venue.listings[instrument.index]!;
    const auction = listing === null ? null : auctionAhead(listing);
    if (auction === null) return null;
    const { priceTicks, pairedLots, imbalanceLots, side } = listing!.desk.look(auction);
    return {
      auction,
      price: priceText(instrument, priceTicks),
      paired: formatLots(instrument, pairedLots),
      imbalance: formatLots(instrument, imbalanceLots),
      imbalanceSide: imbalanceLots === 0 || side === null ? null : SIDE_NAMES[side]!,
    };
  }

  halt(symbol: string | null, { reason = 'operator', forNs }: HaltRequest = {}): VenueEvent[] {
    indexOfName('reason', SESSION_RULE_NAMES, reason);
    const at = this.#placeOf(symbol);
    return this.#run(() => this.#venue.halt(this.nowNs, at, reason, this.#untilNs(forNs)));
  }

  resume(symbol: string | null): VenueEvent[] {
    const at = this.#placeOf(symbol);
    return this.#run(() => this.#venue.resume(this.nowNs, at));
  }

  interrupt(symbol: string | null, phase: InterruptPhase, forNs?: number): VenueEvent[] {
    indexOfName('phase', INTERRUPT_PHASES, phase);
    const at = this.#placeOf(symbol);
    const untilNs = this.#untilNs(forNs);
    const request = { rule: 'operator', phase, scope: 'instrument', untilNs, randomNsMax: 0 } as const;
    return this.#run(() => this.#venue.interrupt(this.nowNs, at, request));
  }

  endCall(symbol: string | null): VenueEvent[] {
    const at = this.#placeOf(symbol);
    return this.#run(() => this.#venue.endCall(this.nowNs, at));
  }

  /** Index of an instrument; -1 for all. */
  #placeOf(symbol: string | null): number {
    return symbol === null ? -1 : this.#instrumentOf(symbol).index;
  }

  #untilNs(forNs: number | undefined): number {
    if (forNs === undefined) return Number.POSITIVE_INFINITY;
    if (Number.isSafeInteger(forNs) && forNs > 0) return this.nowNs + forNs;
    throw new TwinError('SIM_TIME', 'a length is a whole number of ns above 0', { forNs });
  }

  depth(symbol: string, side: SideName, levelsMax = 10): DepthLevel[] {
    const instrument = this.#instrumentOf(symbol);
    const book = this.#venue.books[instrument.index]!;
    const sideCode = indexOfName('side', SIDE_NAMES, side) as Side;
    return book.depth(sideCode, levelsMax).map((level) => ({
      price: formatTicks(instrument, level.priceTicks),
      qty: formatLots(instrument, level.displayedLots),
      orderCount: level.orderCount,
    }));
  }

  #run(apply: () => void): VenueEvent[] {
    this.#events.clear();
    apply();
    return readVenueEvents(this.#events, this.#instruments);
  }

  #instrumentOf(symbol: string): Instrument {
    const found = this.#instruments.find((instrument) => instrument.symbol === symbol);
    if (found !== undefined) return found;
    throw new TwinError('MKT_CONFIG', 'a symbol is listed at the venue', {
      symbol,
      listed: this.#instruments.map((instrument) => instrument.symbol).join(','),
    });
  }

  /** Number of a named account, 1 and up; 0 without a name acts for the venue. */
  #accountId(name: string | undefined): number {
    if (name === undefined) return 0;
    const known = this.#accountIds.get(name);
    if (known !== undefined) return known;
    this.#accountIds.set(name, this.#accountIds.size + 1);
    return this.#accountIds.size;
  }
}

/** Null for a venue that trades all the time. */
function listingOf(config: VenueConfig): ((instrument: Instrument) => ListingConfig) | null {
  const { sessions, listing, rules, rulesOf } = config;
  if (sessions !== undefined && listing === undefined)
    return readSessions(
      sessions,
      config,
      config.instruments.map(({ symbol }) => symbol),
      (symbol) => rulesOf?.[symbol]?.allocation ?? rules?.allocation ?? 'fifo',
    );
  const stray = (['auctions', 'breakers', 'bounds', 'referencePrices'] as const).filter(
    (key) => config[key] !== undefined,
  );
  if (listing !== undefined && (sessions !== undefined || stray.length > 0))
    throw new TwinError('MKT_CONFIG', 'a listing stands in for sessions, auctions and breakers', {
      besides: [...(sessions === undefined ? [] : ['sessions']), ...stray].join(', '),
    });
  if (stray.length > 0)
    throw new TwinError('MKT_CONFIG', 'auctions and breakers are for a venue with sessions', {
      without: stray.join(', '),
    });
  return listing ?? null;
}

function onFillOf(name: OnFill): OnFill {
  return ON_FILL_RULES.includes(name) ? name : badName('onFill', name);
}

function postOnlyFlag(name: OrderRequest['postOnly']): number {
  if (name === undefined) return 0;
  if (name === 'reject') return FLAG_POST_ONLY_REJECT;
  return name === 'slide' ? FLAG_POST_ONLY_SLIDE : badName('postOnly', name);
}

function indexOfName(field: string, names: readonly string[], name: string): number {
  const index = names.indexOf(name);
  return index >= 0 ? index : badName(field, name);
}

function badName(field: string, name: unknown): never {
  throw new TwinError('MKT_CONFIG', `${field} is a known name`, { [field]: name });
}

/** The books hold int32: larger numbers would be cut off before the venue could refuse them. */
function requireInt32(ticket: object): void {
  for (const [field, value] of Object.entries(ticket)) {
    if ((value as number) !== ((value as number) | 0)) {
      throw new TwinError('MKT_CONFIG', 'ticks and lots fit 32 bits', { [field]: value });
    }
  }
}
