/**
 * The agent port for people: one object per strategy, named orders, decimal text, plain event objects. `strategyGroup`
 * hosts any number of them as one agent group, so that the world's hot loop sees a single class.
 */

import { type BinaryReader, type BinaryWriter, TwinError, type Xoshiro128 } from '../base/index.ts';
import {
  type AgentGroup,
  type AgentPort,
  BUY,
  CANCEL_REASON_NAMES,
  EV_ACCEPTED,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_EXPIRED,
  EV_QUOTE,
  EV_QUOTE_REFUSED,
  EV_REDUCED,
  EV_REJECTED,
  EV_REPLACE_REJECTED,
  EV_REPLACED,
  EV_TRADE,
  FEED_QUOTES,
  FEED_TRADES,
  FLAG_HIDDEN,
  FLAG_POST_ONLY_REJECT,
  formatLots,
  formatTicks,
  type Instrument,
  LIMIT,
  type LinkedOrder,
  MARKET,
  type ManagedTerms,
  managedValue,
  ON_FILL_RULES,
  type OnFill,
  OrderTicket,
  type ProtectionLimits,
  parseLots,
  parseTicks,
  REJECT_TEXTS,
  ROUTING_NAMES,
  type RoutingInstruction,
  type RoutingName,
  readFloat64,
  SELL,
  SIDE_NAMES,
  type Side,
  type SideName,
  STOP,
  STOP_LIMIT,
  TIME_IN_FORCE_NAMES,
  type TimeInForce,
  type TimeInForceName,
  UNDEF_INT32,
} from '../domain/index.ts';
import { type ManageRequest, readManageRequest } from '../market/index.ts';
import type { GroupSpec, Links } from './spec.ts';
import {
  type QuoteNumbers,
  type QuoteStyle,
  readQuote,
  requireInt32,
  type StrategyQuote,
  StrategyQuotes,
} from './strategy-quotes.ts';
import { planRoute, type RouteRequest, type SentLeg } from './strategy-route.ts';

/** What a strategy may ask and do. Everything it reads is as old as its feed delay. */
export interface StrategyContext {
  readonly nowNs: number;
  readonly random: Xoshiro128;
  /** Best displayed price as decimal text, null on an empty side. */
  best(symbol: string, side: SideName): { price: string; qty: string } | null;
  depth(symbol: string, side: SideName, levelsMax: number): { price: string; qty: string }[];
  position(symbol: string): string;
  /** Cash in minor units of its currency. */
  cashMinor(): number;
  /** Sends an order under a number of its own, which it returns; answers carry it. */
  send(order: StrategyOrder): number;
  /** Divides an order among the venues of its product by what is seen of them now, and sends the legs. */
  route(request: RouteRequest): SentLeg[];
  /**
   * Sends orders of one symbol of which one cancels the others: fills reduce them, or end them with 'cancel'. The venue takes all
   * or none. Gives their numbers.
   */
  oco(orders: readonly StrategyOrder[], onFill?: OnFill): number[];
  /** Sends an order whose fills bring exits to life, which cancel each other. Gives their numbers. */
  bracket(
    entry: StrategyOrder,
    exits: readonly StrategyOrder[],
    onFill?: OnFill,
  ): { entry: number; exits: number[] };
  /**
   * Brings bid and ask of each symbol named to what is asked; a side that is left out is pulled. Gives the numbers under which they
   * answer, which stay those of the symbol.
   */
  quote(quotes: readonly StrategyQuote[], style?: QuoteStyle): QuoteNumbers[];
  /** Limits at which the venue of a symbol pulls this strategy's quotes, null for none. Asked for again, it starts anew. */
  protectQuotes(symbol: string, limits: ProtectionLimits | null): void;
  cancel(order: number): void;
  replace(order: number, change: { symbol: string; price?: string | number; qty?: string | number }): void;
  /** Asks for a call of onWake after so many ns. */
  wakeAfter(delayNs: number): void;
}

export interface StrategyOrder {
  readonly symbol: string;
  readonly side: SideName;
  readonly qty: string | number;
  /** Absent: a market order. */
  readonly price?: string | number;
  /** A stop that waits for a trade at this price: with `price` a stop-limit, else a market order. */
  readonly stopPrice?: string | number;
  readonly timeInForce?: TimeInForceName;
  readonly expireTimeNs?: number;
  readonly isHidden?: boolean;
  readonly isPostOnly?: boolean;
  /** What is wanted of better quotes at other venues; as the venue has it if absent. */
  readonly routing?: RoutingName;
  /** What the venue does for the order: a peg, a trailing stop and others. */
  readonly manage?: ManageRequest;
}

export interface OrderAnswer {
  readonly kind:
    | 'accepted'
    | 'rejected'
    | 'canceled'
    | 'expired'
    | 'replaced'
    | 'reduced'
    | 'cancelRejected'
    | 'replaceRejected'
    | 'quoteRefused';
  readonly order: number;
  readonly symbol: string;
  /** Rule that was broken, or why it was cancelled; '' where nothing needs saying. */
  readonly reason: string;
  /** What is open of it now; of a refusal '0'. */
  readonly leaves: string;
}

export interface Fill {
  readonly order: number;
  readonly symbol: string;
  readonly price: string;
  readonly qty: string;
  readonly leaves: string;
}

export interface PublicTrade {
  readonly symbol: string;
  readonly timeNs: number;
  readonly price: string;
  readonly qty: string;
  /** Side of the aggressor. */
  readonly side: SideName;
}

export interface PublicQuote {
  readonly symbol: string;
  readonly timeNs: number;
  readonly bid: string | null;
  readonly ask: string | null;
}

/** A strategy: any of the calls may be left out. To be forked or resumed it keeps its state in `save` and `load`. */
export interface Strategy {
  onStart?(context: StrategyContext): void;
  onWake?(context: StrategyContext): void;
  onFill?(context: StrategyContext, fill: Fill): void;
  onAnswer?(context: StrategyContext, answer: OrderAnswer): void;
  onTrade?(context: StrategyContext, trade: PublicTrade): void;
  onQuote?(context: StrategyContext, quote: PublicQuote): void;
  /** State as JSON values; needed for snapshots as soon as there is any. */
  save?(): unknown;
  load?(state: unknown): void;
}

/** Hosts strategies made afresh by `create`, one agent each. */
export function strategyGroup(name: string, create: () => readonly Strategy[], links: Links): GroupSpec {
  return { create: () => new StrategyHost(name, create()), links: () => links };
}

class StrategyHost implements AgentGroup {
  readonly name: string;
  readonly count: number;
  readonly feeds: number;
  readonly answers = 'all';
  readonly #strategies: readonly Strategy[];
  #contexts: HostedContext[] = [];
  #first = 0;
  #instruments: readonly Instrument[] = [];

  constructor(name: string, strategies: readonly Strategy[]) {
    if (strategies.length === 0)
      throw new TwinError('WORLD_CONFIG', 'a group has at least one strategy', { group: name });
    this.name = name;
    this.count = strategies.length;
    this.#strategies = strategies;
    this.feeds =
      (strategies.some((strategy) => strategy.onTrade !== undefined) ? FEED_TRADES : 0) |
      (strategies.some((strategy) => strategy.onQuote !== undefined) ? FEED_QUOTES : 0);
  }

  start(port: AgentPort, first: number, random: Xoshiro128): void {
    this.#first = first;
    this.#instruments = port.instruments;
    this.#contexts = this.#strategies.map((_, member) => new HostedContext(port, first + member, random));
    this.#strategies.forEach((strategy, member) => {
      strategy.onStart?.(this.#contexts[member]!);
    });
  }

  onWake(agent: number): void {
    this.#strategies[agent - this.#first]!.onWake?.(this.#contexts[agent - this.#first]!);
  }

  onPrivate(
    agent: number,
    kind: number,
    code: number,
    instrument: number,
    ref: number,
    priceTicks: number,
    qtyLots: number,
    leavesLots: number,
  ): void {
    const strategy = this.#strategies[agent - this.#first]!;
    const context = this.#contexts[agent - this.#first]!;
    const listed = this.#instruments[instrument]!;
    if (kind === EV_TRADE) {
      strategy.onFill?.(context, {
        order: ref,
        symbol: listed.symbol,
        price: formatTicks(listed, priceTicks),
        qty: formatLots(listed, qtyLots),
        leaves: formatLots(listed, leavesLots),
      });
      return;
    }
    const answerKind = ANSWER_KINDS[kind];
    if (answerKind === undefined) return;
    const reason = REFUSALS.has(kind)
      ? REJECT_TEXTS[code]
      : kind === EV_CANCELED
        ? CANCEL_REASON_NAMES[code]
        : '';
    strategy.onAnswer?.(context, {
      kind: answerKind,
      order: ref,
      symbol: listed.symbol,
      reason: reason ?? '',
      leaves: formatLots(listed, leavesLots),
    });
  }

  onFeed(agent: number, words: Int32Array, at: number): void {
    const strategy = this.#strategies[agent - this.#first]!;
    const context = this.#contexts[agent - this.#first]!;
    const listed = this.#instruments[words[at + 1]!]!;
    const timeNs = readFloat64(words, at + 2);
    const priceOf = (ticks: number) => (ticks === UNDEF_INT32 ? null : formatTicks(listed, ticks));
    if ((words[at]! & 255) === EV_QUOTE) {
      const [bid, ask] = [priceOf(words[at + 5]!), priceOf(words[at + 8]!)];
      strategy.onQuote?.(context, { symbol: listed.symbol, timeNs, bid, ask });
      return;
    }
    strategy.onTrade?.(context, {
      symbol: listed.symbol,
      timeNs,
      price: formatTicks(listed, words[at + 5]!),
      qty: formatLots(listed, words[at + 6]!),
      side: SIDE_NAMES[((words[at]! >> 8) & 1) as 0 | 1],
    });
  }

  writeState(writer: BinaryWriter): void {
    writer.section('strategies');
    this.#strategies.forEach((strategy, member) => {
      writer.int32(this.#contexts[member]!.nextOrder);
      writer.string(JSON.stringify(this.#contexts[member]!.quotes.save()));
      writer.string(JSON.stringify(strategy.save?.() ?? null));
    });
  }

  readState(reader: BinaryReader): void {
    reader.section('strategies');
    this.#strategies.forEach((strategy, member) => {
      this.#contexts[member]!.nextOrder = reader.int32();
      this.#contexts[member]!.quotes.load(JSON.parse(reader.string()));
      const state: unknown = JSON.parse(reader.string());
      strategy.load?.(state);
    });
  }
}

const ANSWER_KINDS: Readonly<Record<number, OrderAnswer['kind']>> = {
  [EV_ACCEPTED]: 'accepted',
  [EV_REJECTED]: 'rejected',
  [EV_CANCELED]: 'canceled',
  [EV_EXPIRED]: 'expired',
  [EV_REPLACED]: 'replaced',
  [EV_REDUCED]: 'reduced',
  [EV_CANCEL_REJECTED]: 'cancelRejected',
  [EV_REPLACE_REJECTED]: 'replaceRejected',
  [EV_QUOTE_REFUSED]: 'quoteRefused',
};
const REFUSALS: ReadonlySet<number> = new Set([
  EV_REJECTED,
  EV_CANCEL_REJECTED,
  EV_REPLACE_REJECTED,
  EV_QUOTE_REFUSED,
]);

/** The port seen by one strategy. */
class HostedContext implements StrategyContext {
  readonly random: Xoshiro128;
  nextOrder = 0;
  readonly quotes = new StrategyQuotes();
  readonly #port: AgentPort;
  readonly #agent: number;
  readonly #ticket = new OrderTicket();

  constructor(port: AgentPort, agent: number, random: Xoshiro128) {
    this.#port = port;
    this.#agent = agent;
    this.random = random;
  }

  get nowNs(): number {
    return this.#port.nowNs;
  }

  best(symbol: string, side: SideName): { price: string; qty: string } | null {
    return this.depth(symbol, side, 1)[0] ?? null;
  }

  depth(symbol: string, side: SideName, levelsMax: number): { price: string; qty: string }[] {
    const listed = this.#listed(symbol);
    const prices = new Int32Array(levelsMax);
    const lots = new Float64Array(levelsMax);
    const count = this.#port.depth(this.#agent, listed.index, sideOf(side), prices, lots, levelsMax);
    return Array.from({ length: count }, (_, i) => ({
      price: formatTicks(listed, prices[i]!),
      qty: formatLots(listed, lots[i]!),
    }));
  }

  position(symbol: string): string {
    const listed = this.#listed(symbol);
    return formatLots(listed, this.#port.positionLots(this.#agent, listed.index));
  }

  cashMinor(): number {
    return this.#port.cashMinor(this.#agent);
  }

  send(order: StrategyOrder): number {
    const listed = this.#listed(order.symbol);
    const ticket = this.#ticket.reset();
    const terms = this.#fill(ticket, order, listed);
    const ref = this.nextOrder++;
    const expireTimeNs = order.expireTimeNs ?? 0;
    if (terms.kind === 'plain') this.#port.submit(this.#agent, listed.index, ref, ticket, expireTimeNs);
    else this.#port.submitManaged(this.#agent, listed.index, ref, ticket, terms, expireTimeNs);
    return ref;
  }

  route(request: RouteRequest): SentLeg[] {
    return planRoute(this.#port, this.#agent, request).map((leg) => ({
      order: this.send(leg),
      symbol: leg.symbol,
      price: String(leg.price),
      qty: String(leg.qty),
    }));
  }

  oco(orders: readonly StrategyOrder[], onFill: OnFill = 'reduce'): number[] {
    const { instrument, linked } = this.#linked(orders);
    this.#port.submitGroup(this.#agent, instrument, linked, onFillOf(onFill));
    return linked.map(({ ref }) => ref);
  }

  bracket(
    entry: StrategyOrder,
    exits: readonly StrategyOrder[],
    onFill: OnFill = 'reduce',
  ): { entry: number; exits: number[] } {
    const { instrument, linked } = this.#linked([entry, ...exits]);
    const [first, ...others] = linked;
    this.#port.submitBracket(this.#agent, instrument, first!, others, onFillOf(onFill));
    return { entry: first!.ref, exits: others.map(({ ref }) => ref) };
  }

  quote(quotes: readonly StrategyQuote[], style: QuoteStyle = {}): QuoteNumbers[] {
    const sent = quotes.map((quote) => {
      const listed = this.#listed(quote.symbol);
      const numbers = this.quotes.numbersOf(listed.symbol, () => this.nextOrder++);
      return { numbers, entry: readQuote(quote, listed, numbers) };
    });
    const terms = {
      timeInForce: timeInForceOf(style.timeInForce ?? 'day'),
      flags: style.isPostOnly === true ? FLAG_POST_ONLY_REJECT : 0,
      stpGroup: 0,
      stpMode: 0,
    } as const;
    const entries = sent.map(({ entry }) => entry);
    this.#port.massQuote(this.#agent, terms, entries);
    return sent.map(({ numbers }) => numbers);
  }

  protectQuotes(symbol: string, limits: ProtectionLimits | null): void {
    this.#port.protectQuotes(this.#agent, this.#listed(symbol).index, limits);
  }

  /** Orders of one symbol with numbers of their own. */
  #linked(orders: readonly StrategyOrder[]): { instrument: number; linked: LinkedOrder[] } {
    const symbols = new Set(orders.map(({ symbol }) => symbol));
    if (symbols.size !== 1 || orders.length < 2)
      throw new TwinError('WORLD_CONFIG', 'linked orders are two or more, of one symbol', {
        symbols: [...symbols].join(','),
        orders: orders.length,
      });
    const listed = this.#listed(orders[0]!.symbol);
    for (const { routing } of orders) requireUnrouted(routing, 'linked orders');
    const read = orders.map((order) => {
      const ticket = new OrderTicket();
      return { ticket, terms: this.#fill(ticket, order, listed), expireTimeNs: order.expireTimeNs ?? 0 };
    });
    const linked = read.map((order) => ({ ...order, ref: this.nextOrder++ }));
    return { instrument: listed.index, linked };
  }

  #fill(ticket: OrderTicket, order: StrategyOrder, listed: Instrument): ManagedTerms {
    ticket.side = sideOf(order.side);
    ticket.type = order.price === undefined ? MARKET : LIMIT;
    ticket.timeInForce = timeInForceOf(order.timeInForce ?? 'day');
    ticket.flags =
      (order.isHidden === true ? FLAG_HIDDEN : 0) | (order.isPostOnly === true ? FLAG_POST_ONLY_REJECT : 0);
    ticket.routing = routingOf(order.routing ?? 'venue');
    if (order.stopPrice !== undefined) requireUnrouted(order.routing, 'stops');
    if (order.manage !== undefined) requireUnrouted(order.routing, 'orders that the venue looks after');
    ticket.qtyLots = requireInt32('qty', parseLots(listed, order.qty));
    ticket.priceTicks =
      order.price === undefined ? 0 : requireInt32('price', parseTicks(listed, order.price));
    if (order.expireTimeNs !== undefined) requireNs('expireTimeNs', order.expireTimeNs);
    if (order.stopPrice !== undefined) {
      ticket.type = order.price === undefined ? STOP : STOP_LIMIT;
      ticket.stopPriceTicks = requireInt32('stopPrice', parseTicks(listed, order.stopPrice));
    }
    if (order.manage === undefined) return { kind: 'plain' };
    ticket.type = LIMIT;
    const terms = readManageRequest(order.manage, listed, ticket, order.price !== undefined);
    requireInt32('manage', managedValue(terms));
    return terms;
  }

  cancel(order: number): void {
    this.#port.cancel(this.#agent, order);
  }

  replace(order: number, change: { symbol: string; price?: string | number; qty?: string | number }): void {
    const listed = this.#listed(change.symbol);
    const ticks =
      change.price === undefined ? UNDEF_INT32 : requireInt32('price', parseTicks(listed, change.price));
    const lots = change.qty === undefined ? UNDEF_INT32 : requireInt32('qty', parseLots(listed, change.qty));
    this.#port.replace(this.#agent, order, ticks, lots);
  }

  wakeAfter(delayNs: number): void {
    requireNs('delayNs', delayNs);
    this.#port.wakeAt(this.#agent, this.#port.nowNs + delayNs, 0);
  }

  #listed(symbol: string): Instrument {
    const listed = this.#port.instruments.find((instrument) => instrument.symbol === symbol);
    if (listed === undefined)
      throw new TwinError('WORLD_CONFIG', 'a strategy trades listed symbols', { symbol });
    return listed;
  }
}

// A strategy file is run without its types being checked: a misspelt name must not become the opposite side.

function sideOf(name: SideName): Side {
  if (name === 'buy') return BUY;
  if (name === 'sell') return SELL;
  throw new TwinError('WORLD_CONFIG', 'a side is buy or sell', { side: name });
}

function timeInForceOf(name: TimeInForceName): TimeInForce {
  const code = TIME_IN_FORCE_NAMES[name];
  if (typeof code === 'number') return code;
  throw new TwinError(
    'WORLD_CONFIG',
    `a time in force is one of ${Object.keys(TIME_IN_FORCE_NAMES).join(', ')}`,
    {
      timeInForce: name,
    },
  );
}

function routingOf(name: RoutingName): RoutingInstruction {
  const code = ROUTING_NAMES.indexOf(name);
  if (code >= 0) return code as RoutingInstruction;
  throw new TwinError('WORLD_CONFIG', `a routing is one of ${ROUTING_NAMES.join(', ')}`, { routing: name });
}

/** Orders of some kinds are neither held to the quotes of other venues nor sent there. */
function requireUnrouted(routing: RoutingName | undefined, kind: string): void {
  if (routing === undefined || routing === 'venue') return;
  throw new TwinError('WORLD_CONFIG', `no venue routes ${kind}`, { routing });
}

function onFillOf(name: OnFill): OnFill {
  if (ON_FILL_RULES.includes(name)) return name;
  throw new TwinError('WORLD_CONFIG', `onFill is one of ${ON_FILL_RULES.join(', ')}`, { onFill: name });
}

function requireNs(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new TwinError('SIM_TIME', 'a time is a whole number of ns, 0 or more', { [name]: value });
}
