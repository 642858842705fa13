/**
 * A book whose only price is the middle of another market's quote (market-rules §1.8, §1.10: Xetra MidPoint, dark pools).
 * Orders are not displayed; a limit says whether the midpoint suits an order, not where it stands. A trade's price is in
 * half ticks, so that the middle of an odd spread is exact.
 *
 * Steps: whenever an order comes or the quote changes, orders that the midpoint suits are tried one after another against
 * the other side (a newcomer first, then buys in priority) until nothing trades any more: a fill may lower a minimum, and
 * so let others trade. Priority is volume then time, or time alone. The minimum of the order that is tried is met by one
 * counterparty or by several together; that of its counterparties by it alone.
 */

import { type BinaryReader, type BinaryWriter, TwinError } from '../../base/index.ts';
import { BUY, SELL, type Side, type Stateful, UNDEF_INT32 } from '../../domain/index.ts';

/** Orders that one midpoint book may hold. */
export const MIDPOINT_ORDERS_MAX = 1 << 20;

/** How midpoint venues differ. */
export interface MidpointRules {
  /** 'volume': the larger open quantity first, then time (Xetra MidPoint). */
  readonly priority: 'volume' | 'time';
  /** Whether one counterparty must meet the minimum of the order that is tried, or several together may. */
  readonly minQtyBy: 'single' | 'aggregated';
  /** What happens to an order with less open than its minimum: the minimum follows it down, or the rest is cancelled. */
  readonly belowMinQty: 'lower' | 'cancel';
  /** Whether orders trade at the price of a locked quote. While it is crossed nothing trades. */
  readonly whenLocked: 'trade' | 'block';
}

/** An order for the midpoint. */
export interface MidpointOrder {
  readonly orderId: number;
  readonly side: Side;
  readonly qtyLots: number;
  /** Worst midpoint it accepts, ticks; null accepts any. */
  readonly limitTicks: number | null;
  /** Least quantity of an execution, 0 = any. */
  readonly minQtyLots: number;
}

export interface MidpointTrade {
  readonly buyOrderId: number;
  readonly sellOrderId: number;
  /** Sum of bid and ask: twice the price in ticks. */
  readonly priceHalfTicks: number;
  readonly qtyLots: number;
}

/** What a command led to. */
export interface MidpointResult {
  readonly trades: readonly MidpointTrade[];
  /** Rests that fell below the minimum of their order and were cancelled. */
  readonly canceled: readonly { readonly orderId: number; readonly qtyLots: number }[];
}

interface Changes {
  readonly trades: MidpointTrade[];
  readonly canceled: { readonly orderId: number; readonly qtyLots: number }[];
}

interface Resting {
  readonly orderId: number;
  readonly side: Side;
  readonly limitTicks: number | null;
  readonly sequence: number;
  openLots: number;
  minQtyLots: number;
}

export class MidpointBook implements Stateful {
  readonly rules: MidpointRules;
  #orders: Resting[] = [];
  #sequence = 0;
  #bidTicks: number | null = null;
  #askTicks: number | null = null;

  constructor(rules: MidpointRules) {
    this.rules = rules;
  }

  /** The price of trades now, in half ticks; null while there is none: a side is missing, crossed, or locked and blocked. */
  get priceHalfTicks(): number | null {
    if (this.#bidTicks === null || this.#askTicks === null || this.#bidTicks > this.#askTicks) return null;
    if (this.#bidTicks === this.#askTicks && this.rules.whenLocked === 'block') return null;
    return this.#bidTicks + this.#askTicks;
  }

  /** Best displayed prices of the market that gives the price, null for an empty side. */
  setQuote(bidTicks: number | null, askTicks: number | null): MidpointResult {
    this.#bidTicks = bidTicks;
    this.#askTicks = askTicks;
    return this.#matchAll([]);
  }

  /** Enters an order under an id that was never used. Raises MKT_CONFIG for quantities out of range, BASE_LIMIT when full. */
  submit({ orderId, side, qtyLots, limitTicks, minQtyLots }: MidpointOrder): MidpointResult {
    if (!(qtyLots >= 1 && minQtyLots >= 0 && minQtyLots <= qtyLots))
      throw new TwinError('MKT_CONFIG', 'a midpoint order has 1 lot or more and a minimum up to that', {
        qtyLots,
        minQtyLots,
      });
    if (this.#orders.length === MIDPOINT_ORDERS_MAX)
      throw new TwinError('BASE_LIMIT', 'a midpoint book holds at most MIDPOINT_ORDERS_MAX orders', {
        MIDPOINT_ORDERS_MAX,
      });
    const order = {
      orderId,
      side,
      limitTicks,
      sequence: ++this.#sequence,
      openLots: qtyLots,
      minQtyLots,
    };
    this.#orders.push(order);
    return this.#matchAll([order]);
  }

  /** Lots that were open of a cancelled order, 0 if there is none of that id. */
  cancel(orderId: number): number {
    const order = this.#orders.find((one) => one.orderId === orderId);
    if (order === undefined) return 0;
    this.#remove(order);
    return order.openLots;
  }

  /** Orders of a side with their open quantity, in priority. */
  orders(side: Side): MidpointOrder[] {
    return this.#inPriority(side).map(({ openLots, sequence: _, ...order }) => ({
      ...order,
      qtyLots: openLots,
    }));
  }

  writeState(writer: BinaryWriter): void {
    writer.section('midpointBook');
    writer.int32(this.#sequence);
    writer.int32(this.#bidTicks ?? UNDEF_INT32);
    writer.int32(this.#askTicks ?? UNDEF_INT32);
    writer.int32(this.#orders.length);
    for (const order of this.#orders) {
      writer.int32(order.orderId);
      writer.int32(order.side);
      writer.int32(order.limitTicks ?? UNDEF_INT32);
      writer.int32(order.sequence);
      writer.int32(order.openLots);
      writer.int32(order.minQtyLots);
    }
  }

  readState(reader: BinaryReader): void {
    reader.section('midpointBook');
    const priceOrNull = (): number | null => {
      const ticks = reader.int32();
      return ticks === UNDEF_INT32 ? null : ticks;
    };
    this.#sequence = reader.int32();
    this.#bidTicks = priceOrNull();
    this.#askTicks = priceOrNull();
    this.#orders = Array.from({ length: reader.int32() }, () => ({
      orderId: reader.int32(),
      side: reader.int32() as Side,
      limitTicks: priceOrNull(),
      sequence: reader.int32(),
      openLots: reader.int32(),
      minQtyLots: reader.int32(),
    }));
  }

  /** `first` are tried before the others. Ends because each round that is followed by another one traded. */
  #matchAll(first: readonly Resting[]): MidpointResult {
    const result: Changes = { trades: [], canceled: [] };
    const priceHalfTicks = this.priceHalfTicks;
    if (priceHalfTicks === null) return result;
    for (let incoming = first; ; incoming = this.#inPriority(BUY)) {
      const tradesBefore = result.trades.length;
      for (const order of incoming) this.#matchOne(order, priceHalfTicks, result);
      if (incoming !== first && result.trades.length === tradesBefore) return result;
    }
  }

  #matchOne(order: Resting, priceHalfTicks: number, result: Changes): void {
    if (!suits(order, priceHalfTicks)) return;
    // Where several in priority do not reach the minimum together, a single one further down still may.
    const addsUp =
      this.rules.minQtyBy === 'aggregated' && this.#availableLots(order, priceHalfTicks) >= order.minQtyLots;
    for (const partner of this.#inPriority(order.side === BUY ? SELL : BUY)) {
      const lots = Math.min(order.openLots, partner.openLots);
      if (lots === 0) break;
      if (!suits(partner, priceHalfTicks) || lots < partner.minQtyLots) continue;
      if (!addsUp && lots < order.minQtyLots) continue;
      const [buy, sell] = order.side === BUY ? [order, partner] : [partner, order];
      result.trades.push({
        buyOrderId: buy.orderId,
        sellOrderId: sell.orderId,
        priceHalfTicks,
        qtyLots: lots,
      });
      order.openLots -= lots;
      partner.openLots -= lots;
      this.#settle(partner, result);
      if (!addsUp) this.#settle(order, result);
    }
    if (addsUp) this.#settle(order, result);
  }

  /** What the other side would give an order, with the minimums of the other side met one by one. */
  #availableLots(order: Resting, priceHalfTicks: number): number {
    let left = order.openLots;
    for (const partner of this.#inPriority(order.side === BUY ? SELL : BUY)) {
      const lots = Math.min(left, partner.openLots);
      if (suits(partner, priceHalfTicks) && lots >= partner.minQtyLots) left -= lots;
    }
    return order.openLots - left;
  }

  /** After fills: what is filled is gone, and what is open below the minimum follows the rule. */
  #settle(order: Resting, result: Changes): void {
    if (order.openLots > 0 && order.openLots < order.minQtyLots) {
      order.minQtyLots = order.openLots;
      if (this.rules.belowMinQty === 'cancel') {
        result.canceled.push({ orderId: order.orderId, qtyLots: order.openLots });
        order.openLots = 0;
      }
    }
    if (order.openLots === 0) this.#remove(order);
  }

  #remove(order: Resting): void {
    const at = this.#orders.indexOf(order);
    if (at >= 0) this.#orders.splice(at, 1);
  }

  #inPriority(side: Side): Resting[] {
    const ofSide = this.#orders.filter((order) => order.side === side);
    if (this.rules.priority === 'volume')
      ofSide.sort((a, b) => b.openLots - a.openLots || a.sequence - b.sequence);
    return ofSide;
  }
}

function suits({ side, limitTicks }: Resting, priceHalfTicks: number): boolean {
  if (limitTicks === null) return true;
  return side === BUY ? 2 * limitTicks >= priceHalfTicks : 2 * limitTicks <= priceHalfTicks;
}
