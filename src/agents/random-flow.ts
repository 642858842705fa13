// hot: bench/simulation.ts
/**
 * Random-flow traders: orders arrive as Poisson processes by distance from the opposite best price, market orders at a
 * constant rate, and every resting order is cancelled at a rate that depends on its distance. Nobody looks at anything
 * but the opposite best. It is the baseline that every later model must beat.
 *
 * Source: Cont, Stoikov and Talreja, "A stochastic model for order book dynamics" (2010), in the form of fidelity §3.1.
 * Every agent of a market acts at its share of the market's rates, independently of the others. Their Poisson processes are
 * drawn as one per market (superposition): its rate is that of all arrivals plus, for each open order, the highest
 * cancellation rate. A tick is an arrival, of an agent chosen evenly, or a look at one of the open orders, which its owner
 * cancels with the share that the rate at its present distance has of the highest: by thinning, exactly the processes
 * above. Orders that are gone since the clock was set make their ticks void.
 */

import { type BinaryReader, type BinaryWriter, TwinError, type Xoshiro128 } from '../base/index.ts';
import * as domain from '../domain/index.ts';
import { type AgentGroup, type AgentPort, OrderTicket, type Side } from '../domain/index.ts';
import { exponential } from '../math/index.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const {
  BUY,
  CANCEL_ONLY,
  CLOSE_CROSSING,
  CLOSED,
  CLOSING_AUCTION,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_EXPIRED,
  EV_REJECTED,
  EV_TRADE,
  GTC,
  LIMIT,
  MARKET,
  ON_CLOSE,
  ON_OPEN,
  OPENING_AUCTION,
  PAUSED,
  POST_TRADE,
  PRICE_TICKS_MAX,
  SELL,
  UNDEF_INT32,
} = domain;

export interface RandomFlowParameters {
  readonly name: string;
  /** Number of agents, shared out over the instruments in turn. */
  readonly count: number;
  /** Instruments traded, by index in the world, with the price where trading starts. */
  readonly markets: readonly { readonly instrument: number; readonly referenceTicks: number }[];
  /** Limit orders per second and side, at 1, 2, ... ticks from the opposite best, for a whole market. */
  readonly limitRates: readonly number[];
  /** Market orders per second and side, for a whole market. */
  readonly marketRate: number;
  /** Market orders on open and on close per second and side, for a whole market; 0 if absent. */
  readonly onOpenRate?: number;
  readonly onCloseRate?: number;
  /** When they act, ns since the run's epoch, in order; always if absent. */
  readonly active?: readonly { readonly fromNs: number; readonly untilNs: number }[];
  /** Cancellations per second of one resting order, at 1, 2, ... ticks from the opposite best; the last holds beyond. */
  readonly cancelRates: readonly number[];
  /** Order sizes in lots, each equally likely. */
  readonly lots: readonly number[];
  /** Orders of the first market that stand when time begins, in their order; dealt out over its agents. */
  readonly opening?: readonly { readonly side: Side; readonly priceTicks: number; readonly lots: number }[];
}

/** Open orders of one agent; at the cap it places no further ones until some are gone. */
export const ORDERS_PER_AGENT_MAX = 64;

const NS_PER_SECOND = 1e9;
/** States in which a trader who sees them sends no orders: 1 by state. */
const TAKES_NOTHING = new Uint8Array(32);
for (const state of [
  CLOSED,
  POST_TRADE,
  PAUSED,
  CANCEL_ONLY,
  OPENING_AUCTION,
  CLOSING_AUCTION,
  CLOSE_CROSSING,
])
  TAKES_NOTHING[state] = 1;
const STATE_FREE = 0;
const STATE_OPEN = 1;
/** Cancel or market order under way: it has a ref, but is not looked at again. */
const STATE_ENDING = 2;

export class RandomFlow implements AgentGroup {
  readonly name: string;
  readonly count: number;
  readonly feeds = 0;
  readonly answers = 'endings';
  /** Arrivals that found an agent at ORDERS_PER_AGENT_MAX. */
  skippedCount = 0;
  readonly #parameters: RandomFlowParameters;
  readonly #cumulativeRates: Float64Array;
  /** Where market and limit orders end in the draw; orders on open follow, then those on close. */
  #limitRateEnd = 0;
  #onOpenRate = 0;
  #totalRate = 0;
  #marketRate = 0;
  /** Of limit orders, market orders and cancels, as they are multiplied now. */
  #factors: readonly [number, number, number] = [1, 1, 1];
  readonly #cancelShare: Float64Array;
  /** Ticks per ns: of one open order, and of the arrivals in one market. */
  #cancelTicksPerNs = 0;
  #arrivalsPerNs = 0;
  /** Reused; every field that is not set per order stays as the constructor leaves it. */
  readonly #ticket = new OrderTicket();
  /** Per agent and ref, at agent * ORDERS_PER_AGENT_MAX + ref. */
  readonly #state: Uint8Array;
  readonly #price: Int32Array;
  readonly #side: Uint8Array;
  /** Place of an open order in its market's list. */
  readonly #placeOf: Int32Array;
  /** Per market: its open orders in any order. */
  readonly #open: Int32Array[];
  readonly #openCount: Int32Array;
  /** Per market: open orders that the running clock was set for. */
  readonly #clockOrders: Int32Array;
  /** Number of the running clocks: ticks of those that were set for other rates are void. */
  #clockSet = 0;
  #port!: AgentPort;
  #random!: Xoshiro128;
  #first = 0;

  constructor(parameters: RandomFlowParameters) {
    this.#parameters = parameters;
    this.#ticket.timeInForce = GTC;
    this.name = parameters.name;
    this.count = parameters.count;
    this.#cumulativeRates = new Float64Array(parameters.limitRates.length);
    const highest = Math.max(...parameters.cancelRates);
    this.#cancelShare = Float64Array.from(parameters.cancelRates, (rate) =>
      highest > 0 ? rate / highest : 0,
    );
    this.#setRates(1, 1, 1);
    const markets = parameters.markets.length;
    if (parameters.count < markets) {
      throw new TwinError('WORLD_CONFIG', 'a group has at least one agent for each instrument it trades', {
        group: parameters.name,
        count: parameters.count,
        instruments: markets,
      });
    }
    const slots = parameters.count * ORDERS_PER_AGENT_MAX;
    this.#state = new Uint8Array(slots);
    this.#price = new Int32Array(slots);
    this.#side = new Uint8Array(slots);
    this.#placeOf = new Int32Array(slots);
    this.#open = parameters.markets.map(() => new Int32Array(256));
    this.#openCount = new Int32Array(markets);
    this.#clockOrders = new Int32Array(markets);
  }

  start(port: AgentPort, first: number, random: Xoshiro128): void {
    this.#port = port;
    this.#first = first;
    this.#random = random;
    this.#parameters.opening?.forEach((order, index) => {
      this.#placeOpening(order, index);
    });
    this.#setClocks();
  }

  #placeOpening(
    { side, priceTicks, lots }: { side: Side; priceTicks: number; lots: number },
    index: number,
  ): void {
    const markets = this.#openCount.length;
    const member = markets * (index % Math.ceil(this.count / markets));
    const ref = this.#freeRef(member);
    if (ref < 0) {
      throw new TwinError('WORLD_CONFIG', 'the agents of a market have room for its opening orders', {
        group: this.name,
        orders: this.#parameters.opening!.length,
        ordersPerAgent: ORDERS_PER_AGENT_MAX,
      });
    }
    const ticket = this.#ticket;
    ticket.side = side;
    ticket.type = LIMIT;
    ticket.auctionTerm = 0;
    ticket.priceTicks = priceTicks;
    ticket.qtyLots = lots;
    const slot = member * ORDERS_PER_AGENT_MAX + ref;
    this.#price[slot] = priceTicks;
    this.#side[slot] = side;
    this.#state[slot] = STATE_OPEN;
    this.#addOpen(0, slot);
    this.#port.submit(this.#first + member, this.#parameters.markets[0]!.instrument, ref, ticket);
  }

  /** New rates hold at once: what was waited for is forgotten, which Poisson processes do not mind. */
  setActivity({ limit, market, cancel }: { limit: number; market: number; cancel: number }): void {
    this.#setRates(limit, market, cancel);
    this.#clockSet++;
    this.#setClocks();
  }

  /** The clock of a market runs on its first agent. */
  onWake(agent: number, clockSet: number): void {
    if (clockSet !== this.#clockSet) return;
    const market = agent - this.#first;
    const clockOrders = this.#clockOrders[market]!;
    const draw = this.#random.nextDouble() * (this.#arrivalsPerNs + clockOrders * this.#cancelTicksPerNs);
    if (draw < this.#arrivalsPerNs) this.#arrive(market);
    else this.#lookAt(market, Math.floor((draw - this.#arrivalsPerNs) / this.#cancelTicksPerNs));
    this.#setClock(market);
  }

  onPrivate(
    agent: number,
    kind: number,
    _code: number,
    _instrument: number,
    ref: number,
    _priceTicks: number,
    _qtyLots: number,
    leavesLots: number,
  ): void {
    if (kind === EV_CANCEL_REJECTED) {
      this.#takeBack(agent - this.#first, ref);
      return;
    }
    const isEnd = kind === EV_CANCELED || kind === EV_REJECTED || kind === EV_EXPIRED;
    if (!isEnd && !(kind === EV_TRADE && leavesLots === 0)) return;
    const member = agent - this.#first;
    const slot = member * ORDERS_PER_AGENT_MAX + ref;
    if (this.#state[slot] === STATE_OPEN) this.#dropOpen(member % this.#openCount.length, slot);
    this.#state[slot] = STATE_FREE;
  }

  onFeed(): void {}

  writeState(writer: BinaryWriter): void {
    writer.section('randomFlow');
    for (const factor of this.#factors) writer.float64(factor);
    writer.int32(this.#clockSet);
    writer.float64(this.skippedCount);
    writer.array(this.#state);
    writer.array(this.#price);
    writer.array(this.#side);
    writer.array(this.#placeOf);
    writer.array(this.#openCount);
    writer.array(this.#clockOrders);
    this.#open.forEach((open, market) => {
      writer.array(open, this.#openCount[market]!);
    });
  }

  readState(reader: BinaryReader): void {
    reader.section('randomFlow');
    const [limit, market, cancel] = [reader.float64(), reader.float64(), reader.float64()];
    this.#setRates(limit, market, cancel);
    this.#clockSet = reader.int32();
    this.skippedCount = reader.float64();
    this.#state.set(reader.uint8Array());
    this.#price.set(reader.int32Array());
    this.#side.set(reader.uint8Array());
    this.#placeOf.set(reader.int32Array());
    this.#openCount.set(reader.int32Array());
    this.#clockOrders.set(reader.int32Array());
    for (let market = 0; market < this.#open.length; market++) {
      const open = reader.int32Array();
      this.#open[market] = new Int32Array(Math.max(256, open.length * 2));
      this.#open[market]!.set(open);
    }
  }

  #setRates(limit: number, market: number, cancel: number): void {
    this.#factors = [limit, market, cancel];
    const { marketRate, limitRates, onOpenRate = 0, onCloseRate = 0, cancelRates } = this.#parameters;
    this.#marketRate = marketRate * market;
    let sum = this.#marketRate;
    limitRates.forEach((rate, index) => {
      sum += rate * limit;
      this.#cumulativeRates[index] = sum;
    });
    this.#limitRateEnd = sum;
    this.#onOpenRate = onOpenRate * market;
    this.#totalRate = sum + this.#onOpenRate + onCloseRate * market;
    this.#arrivalsPerNs = (2 * this.#totalRate) / NS_PER_SECOND;
    this.#cancelTicksPerNs = (Math.max(...cancelRates) * cancel) / NS_PER_SECOND;
  }

  #setClocks(): void {
    for (let market = 0; market < this.#openCount.length; market++) this.#setClock(market);
  }

  /** Sets a market's clock to its next tick, for the orders that are open now. */
  #setClock(market: number): void {
    const orders = this.#openCount[market]!;
    this.#clockOrders[market] = orders;
    const rate = this.#arrivalsPerNs + orders * this.#cancelTicksPerNs;
    const timeNs = this.#activeAfter(this.#port.nowNs, Math.round(exponential(this.#random) / rate));
    // Beyond simulated time: the tick does not come within any run.
    if (timeNs <= Number.MAX_SAFE_INTEGER) this.#port.wakeAt(this.#first + market, timeNs, this.#clockSet);
  }

  /** An instant so much active time after another; Infinity when activity ends before. Waiting has no memory. */
  #activeAfter(fromNs: number, waitNs: number): number {
    const { active } = this.#parameters;
    if (active === undefined) return fromNs + waitNs;
    let leftNs = waitNs;
    for (const span of active) {
      const startNs = Math.max(span.fromNs, fromNs);
      if (startNs >= span.untilNs) continue;
      if (startNs + leftNs < span.untilNs) return startNs + leftNs;
      leftNs -= span.untilNs - startNs;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** One order arrives, of any agent of the market: side by a coin, then market order or distance by their rates. */
  #arrive(marketNumber: number): void {
    const markets = this.#openCount.length;
    const agents = Math.ceil((this.count - marketNumber) / markets);
    const member = marketNumber + markets * (agents === 1 ? 0 : this.#random.nextBelow(agents));
    const ref = this.#freeRef(member);
    if (ref < 0) {
      this.skippedCount++;
      return;
    }
    const random = this.#random;
    const market = this.#parameters.markets[marketNumber]!;
    if (TAKES_NOTHING[this.#port.sessionState(this.#first + member, market.instrument)] === 1) return;
    const side: Side = random.nextUint32() & 1 ? SELL : BUY;
    const draw = random.nextDouble() * this.#totalRate;
    const lots = this.#parameters.lots;
    const ticket = this.#ticket;
    ticket.side = side;
    ticket.qtyLots = lots.length === 1 ? lots[0]! : lots[random.nextBelow(lots.length)]!;
    const slot = member * ORDERS_PER_AGENT_MAX + ref;
    const isForAuction = draw >= this.#limitRateEnd;
    if (draw < this.#marketRate || isForAuction) {
      ticket.type = MARKET;
      ticket.priceTicks = 0;
      ticket.auctionTerm = !isForAuction
        ? 0
        : draw - this.#limitRateEnd < this.#onOpenRate
          ? ON_OPEN
          : ON_CLOSE;
      this.#state[slot] = STATE_ENDING;
      this.#port.submit(this.#first + member, market.instrument, ref, ticket);
      return;
    }
    const distance = this.#distanceOf(draw) + 1;
    const opposite = this.#oppositeTicks(member, market, side);
    const price = side === BUY ? opposite - distance : opposite + distance;
    if (Math.abs(price) > PRICE_TICKS_MAX) return;
    ticket.type = LIMIT;
    ticket.auctionTerm = 0;
    ticket.priceTicks = price;
    this.#price[slot] = price;
    this.#side[slot] = side;
    this.#state[slot] = STATE_OPEN;
    this.#addOpen(marketNumber, slot);
    this.#port.submit(this.#first + member, market.instrument, ref, ticket);
  }

  /** Smallest distance whose cumulative rate exceeds the draw, from 0. */
  #distanceOf(draw: number): number {
    const cumulative = this.#cumulativeRates;
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle]! > draw) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /**
   * The opposite best; where that side is empty, one tick beyond the best of the own side, so that an order joins what stands
   * there; where both are, the last trade, and before the first trade the reference price.
   */
  #oppositeTicks(member: number, market: { instrument: number; referenceTicks: number }, side: Side): number {
    const agent = this.#first + member;
    const { instrument } = market;
    const best = this.#port.bestTicks(agent, instrument, (side ^ 1) as Side);
    if (best !== UNDEF_INT32) return best;
    const own = this.#port.bestTicks(agent, instrument, side);
    if (own !== UNDEF_INT32) return side === BUY ? own + 1 : own - 1;
    const last = this.#port.lastTradeTicks(agent, instrument);
    return last === UNDEF_INT32 ? market.referenceTicks : last;
  }

  /** A tick of the order at `place`: its owner cancels it with the share of the rate at its distance. */
  #lookAt(marketNumber: number, place: number): void {
    if (place >= this.#openCount[marketNumber]!) return;
    const slot = this.#open[marketNumber]![place]!;
    const member = Math.floor(slot / ORDERS_PER_AGENT_MAX);
    const market = this.#parameters.markets[marketNumber]!;
    const opposite = this.#oppositeTicks(member, market, this.#side[slot] as Side);
    const distance = Math.max(1, Math.abs(opposite - this.#price[slot]!));
    const share = this.#cancelShare[Math.min(distance, this.#cancelShare.length) - 1]!;
    if (this.#random.nextFloat() >= share) return;
    this.#dropOpen(marketNumber, slot);
    this.#state[slot] = STATE_ENDING;
    this.#port.cancel(this.#first + member, slot % ORDERS_PER_AGENT_MAX);
  }

  /** A cancel was refused because of the session or an outage: the order is looked at again. */
  #takeBack(member: number, ref: number): void {
    const slot = member * ORDERS_PER_AGENT_MAX + ref;
    if (this.#state[slot] !== STATE_ENDING) return;
    this.#state[slot] = STATE_OPEN;
    this.#addOpen(member % this.#openCount.length, slot);
  }

  #addOpen(market: number, slot: number): void {
    const place = this.#openCount[market]!++;
    let open = this.#open[market]!;
    if (place === open.length) {
      const grown = new Int32Array(open.length * 2);
      grown.set(open);
      this.#open[market] = grown;
      open = grown;
    }
    open[place] = slot;
    this.#placeOf[slot] = place;
  }

  /** Takes an order out of its market's list of open ones; the last of the list takes its place. */
  #dropOpen(market: number, slot: number): void {
    const open = this.#open[market]!;
    const last = --this.#openCount[market]!;
    const place = this.#placeOf[slot]!;
    const moved = open[last]!;
    open[place] = moved;
    this.#placeOf[moved] = place;
  }

  #freeRef(member: number): number {
    const base = member * ORDERS_PER_AGENT_MAX;
    for (let ref = 0; ref < ORDERS_PER_AGENT_MAX; ref++)
      if (this.#state[base + ref] === STATE_FREE) return ref;
    return -1;
  }
}
