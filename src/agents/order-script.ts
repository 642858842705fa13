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
  MARKET,
  type ManagedTerms,
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

/** Orders of one burst, sent at equal distances. */
export interface OrderBurst {
  readonly atNs: number;
  readonly everyNs: number;
  readonly count: number;
  readonly instrument: number;
  readonly side: Side | 'both';
  readonly qtyLots: number;
  /** Limit; null with `ticksThrough` null: a market order, which a call keeps for its auction. */
  readonly priceTicks: number | null;
  /** Limit so many ticks beyond the opposite best, as far as `priceTicks` allows; below zero it rests short of the best. */
  readonly ticksThrough: number | null;
  /** What is wanted of better quotes at other venues; ROUTING_VENUE if absent. */
  readonly routing?: RoutingInstruction;
  /** What the venue does for each: a peg's limit is its cap (null: none), a trailing stop has none. Null: nothing. */
  readonly terms: ManagedTerms | null;
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
  readonly #ticket = new OrderTicket();
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

  #send(agent: number, burst: OrderBurst, index: number): void {
    const ticket = this.#ticket.reset();
    const side = burst.side === 'both' ? ((index & 1) as Side) : burst.side;
    ticket.side = side;
    ticket.qtyLots = burst.qtyLots;
    ticket.routing = burst.routing ?? ROUTING_VENUE;
    const isMarket = burst.priceTicks === null && burst.ticksThrough === null;
    ticket.timeInForce = isMarket ? DAY : GTC;
    ticket.type = isMarket ? MARKET : LIMIT;
    if (burst.terms !== null) fillManaged(ticket, burst.terms);
    if (!isMarket) {
      const price = this.#priceOf(agent, burst, side);
      if (price === UNDEF_INT32) return;
      ticket.priceTicks = Math.min(Math.max(price, PRICE_TICKS_MIN), PRICE_TICKS_MAX);
    }
    const ref = this.#nextRef;
    if (this.#isOpen[ref] === 1) {
      throw new TwinError('BASE_LIMIT', 'at most SCRIPT_ORDERS_MAX orders of a script are open at once', {
        orders: SCRIPT_ORDERS_MAX,
      });
    }
    this.#nextRef = (ref + 1) % SCRIPT_ORDERS_MAX;
    this.#isOpen[ref] = 1;
    if (burst.terms === null) this.#port.submit(agent, burst.instrument, ref, ticket);
    else this.#port.submitManaged(agent, burst.instrument, ref, ticket, burst.terms);
    if (burst.lifeNs !== null)
      this.#port.wakeAt(agent, this.#port.nowNs + burst.lifeNs, this.#bursts.length + ref);
  }

  /** UNDEF_INT32 when there is nothing to go beyond. */
  #priceOf(agent: number, { priceTicks, ticksThrough, instrument }: OrderBurst, side: Side): number {
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
