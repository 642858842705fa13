/**
 * An agent that sends orders at set times and thinks nothing: fat fingers, sweeps in slices, quote stuffing. Its orders pass
 * through the gateway like everybody's.
 */

import { type BinaryReader, type BinaryWriter, TwinError } from '../base/index.ts';
import {
  type AgentGroup,
  type AgentPort,
  BUY,
  DAY,
  EV_CANCELED,
  EV_EXPIRED,
  EV_REJECTED,
  EV_TRADE,
  GTC,
  LIMIT,
  type LinkedOrder,
  MARKET,
  type ManagedTerms,
  type OnFill,
  OrderTicket,
  PRICE_TICKS_MAX,
  PRICE_TICKS_MIN,
  ROUTING_VENUE,
  type RoutingInstruction,
  type Side,
  STOP,
  STOP_LIMIT,
  UNDEF_INT32,
} from '../domain/index.ts';

/** What an order of a script asks for, its side apart. */
export interface ScriptTerms {
  readonly qtyLots: number;
  /** Limit; null with `ticksThrough` null: a market order, which a call keeps for its auction. */
  readonly priceTicks: number | null;
  /** Waits for a trade at this price; null: does not. */
  readonly stopTicks: number | null;
  /** Limit so many ticks beyond the opposite best, as far as `priceTicks` allows; below zero it rests short of the best. */
  readonly ticksThrough: number | null;
  /** What the venue does for each: a peg's limit is its cap (null: none), a trailing stop has none. Null: nothing. */
  readonly terms: ManagedTerms | null;
}

/** An order that comes in one message with the order of a burst. */
export interface LinkedScriptTerms extends ScriptTerms {
  /** As the order that it comes with. */
  readonly side: 'same' | 'opposite';
}

/** Orders of one burst, sent at equal distances. */
export interface OrderBurst extends ScriptTerms {
  readonly atNs: number;
  readonly everyNs: number;
  readonly count: number;
  readonly instrument: number;
  readonly side: Side | 'both';
  /** What is wanted of better quotes at other venues, of orders that come alone; ROUTING_VENUE if absent. */
  readonly routing?: RoutingInstruction;
  /** Orders that come with each: of its group, of which one cancels the others, or exits of a bracket. Null: none. */
  readonly linked: {
    readonly kind: 'group' | 'bracket';
    readonly orders: readonly LinkedScriptTerms[];
    readonly onFill: OnFill;
  } | null;
  /** Cancelled this long after it was sent; null: it stays. */
  readonly lifeNs: number | null;
}

/** Orders that one script may have open: cancels name their order by one of so many numbers. */
export const SCRIPT_ORDERS_MAX = 1 << 16;

export class OrderScript implements AgentGroup {
  readonly name: string;
  readonly count = 1;
  readonly feeds = 0;
  readonly answers = 'endings';
  readonly #bursts: readonly OrderBurst[];
  /** Orders sent so far, by burst. */
  readonly #sent: Int32Array;
  /** 1 by ref while an order of that number may live. */
  readonly #isOpen = new Uint8Array(SCRIPT_ORDERS_MAX);
  #nextRef = 0;
  #port!: AgentPort;

  constructor(name: string, bursts: readonly OrderBurst[]) {
    this.name = name;
    this.#bursts = bursts;
    this.#sent = new Int32Array(bursts.length);
  }

  start(port: AgentPort, first: number): void {
    this.#port = port;
    this.#bursts.forEach(({ atNs }, index) => {
      if (atNs >= port.nowNs) port.wakeAt(first, atNs, index);
    });
  }

  /** A tag is a burst whose next order is due, or behind all bursts a ref to cancel. */
  onWake(agent: number, tag: number): void {
    if (tag >= this.#bursts.length) {
      const ref = tag - this.#bursts.length;
      if (this.#isOpen[ref] === 1) this.#port.cancel(agent, ref);
      return;
    }
    const burst = this.#bursts[tag]!;
    this.#send(agent, burst, this.#sent[tag]!++);
    if (this.#sent[tag]! < burst.count) this.#port.wakeAt(agent, this.#port.nowNs + burst.everyNs, tag);
  }

  onPrivate(
    _agent: number,
    kind: number,
    _code: number,
    _instrument: number,
    ref: number,
    _priceTicks: number,
    _qtyLots: number,
    leavesLots: number,
  ): void {
    const isEnd = kind === EV_CANCELED || kind === EV_REJECTED || kind === EV_EXPIRED;
    if (isEnd || (kind === EV_TRADE && leavesLots === 0)) this.#isOpen[ref] = 0;
  }

  onFeed(): void {}

  writeState(writer: BinaryWriter): void {
    writer.section('orderScript');
    writer.array(this.#sent);
    writer.array(this.#isOpen);
    writer.int32(this.#nextRef);
  }

  readState(reader: BinaryReader): void {
    reader.section('orderScript');
    this.#sent.set(reader.int32Array());
    this.#isOpen.set(reader.uint8Array());
    this.#nextRef = reader.int32();
  }

  /** Sends nothing where one of the orders has nothing to go beyond. */
  #send(agent: number, burst: OrderBurst, index: number): void {
    const { instrument, linked, lifeNs } = burst;
    const side = burst.side === 'both' ? ((index & 1) as Side) : burst.side;
    const first = this.#ticketOf(agent, instrument, side, burst);
    const others = (linked?.orders ?? []).map((order) =>
      this.#ticketOf(agent, instrument, order.side === 'same' ? side : ((side ^ 1) as Side), order),
    );
    if (first === null || others.includes(null)) return;
    const ref = this.#nextFreeRef();
    if (linked === null) {
      first.routing = burst.routing ?? ROUTING_VENUE;
      if (burst.terms === null) this.#port.submit(agent, instrument, ref, first);
      else this.#port.submitManaged(agent, instrument, ref, first, burst.terms);
      this.#endAfter(agent, ref, lifeNs);
      return;
    }
    const orders: LinkedOrder[] = [
      { ref, ticket: first, terms: burst.terms ?? { kind: 'plain' } },
      ...linked.orders.map(({ terms }, other) => ({
        ref: this.#nextFreeRef(),
        ticket: others[other]!,
        terms: terms ?? ({ kind: 'plain' } as const),
      })),
    ];
    if (linked.kind === 'group') this.#port.submitGroup(agent, instrument, orders, linked.onFill);
    else this.#port.submitBracket(agent, instrument, orders[0]!, orders.slice(1), linked.onFill);
    for (const order of orders) this.#endAfter(agent, order.ref, lifeNs);
  }

  #endAfter(agent: number, ref: number, lifeNs: number | null): void {
    if (lifeNs !== null) this.#port.wakeAt(agent, this.#port.nowNs + lifeNs, this.#bursts.length + ref);
  }

  #nextFreeRef(): number {
    const ref = this.#nextRef;
    if (this.#isOpen[ref] === 1) {
      throw new TwinError('BASE_LIMIT', 'at most SCRIPT_ORDERS_MAX orders of a script are open at once', {
        orders: SCRIPT_ORDERS_MAX,
      });
    }
    this.#nextRef = (ref + 1) % SCRIPT_ORDERS_MAX;
    this.#isOpen[ref] = 1;
    return ref;
  }

  /** Null when there is nothing to go beyond. */
  #ticketOf(agent: number, instrument: number, side: Side, order: ScriptTerms): OrderTicket | null {
    const ticket = new OrderTicket();
    ticket.side = side;
    ticket.qtyLots = order.qtyLots;
    const isMarket = order.priceTicks === null && order.ticksThrough === null;
    ticket.timeInForce = isMarket && order.stopTicks === null ? DAY : GTC;
    ticket.type = isMarket ? MARKET : LIMIT;
    if (order.stopTicks !== null) {
      ticket.type = isMarket ? STOP : STOP_LIMIT;
      ticket.stopPriceTicks = order.stopTicks;
    }
    if (order.terms !== null) fillManaged(ticket, order.terms);
    if (isMarket) return ticket;
    const price = this.#priceOf(agent, instrument, side, order);
    if (price === UNDEF_INT32) return null;
    ticket.priceTicks = Math.min(Math.max(price, PRICE_TICKS_MIN), PRICE_TICKS_MAX);
    return ticket;
  }

  /** UNDEF_INT32 when there is nothing to go beyond. */
  #priceOf(agent: number, instrument: number, side: Side, { priceTicks, ticksThrough }: ScriptTerms): number {
    if (ticksThrough === null) return priceTicks!;
    const best = this.#port.bestTicks(agent, instrument, (side ^ 1) as Side);
    if (best === UNDEF_INT32) return UNDEF_INT32;
    if (side === BUY) return Math.min(best + ticksThrough, priceTicks ?? PRICE_TICKS_MAX);
    return Math.max(best - ticksThrough, priceTicks ?? PRICE_TICKS_MIN);
  }
}

/** Type and prices of an order that the venue looks after and that has no limit of its own. */
function fillManaged(ticket: OrderTicket, terms: ManagedTerms): void {
  ticket.timeInForce = GTC;
  ticket.type = LIMIT;
  ticket.priceTicks = ticket.side === BUY ? PRICE_TICKS_MAX : PRICE_TICKS_MIN;
  if (terms.kind !== 'trailing') return;
  // The venue sets both prices; until then any will do.
  ticket.type = terms.limitOffsetTicks === 0 ? STOP : STOP_LIMIT;
  ticket.stopPriceTicks = ticket.priceTicks;
}
