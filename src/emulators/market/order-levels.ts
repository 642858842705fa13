/** Orders that rest, one by one, and what each change does to the levels and to the tape. */

import { TwinError } from '../../base/index.ts';
import { BID, type LevelChange, type OrderEvent, type Side } from './events.ts';

/** Orders of one instrument that may rest at a time. */
export const RESTING_ORDERS_MAX = 2_000_000;

export interface RestingOrder {
  readonly side: Side;
  readonly priceSteps: number;
  qty: number;
}

/** What a change of an order did. */
export interface OrderEffect {
  /** The order it was about, as it rested before; null where none did. */
  readonly before: RestingOrder | null;
  readonly levels: readonly LevelChange[];
  /** Orders that are gone because the whole book was emptied. */
  readonly cleared: readonly (readonly [id: bigint, order: RestingOrder])[];
  /** Quantity that traded, against a resting order or a hidden one. */
  readonly traded: {
    readonly priceSteps: number;
    readonly qty: number;
    readonly aggressor: Side | null;
  } | null;
}

const NOTHING: OrderEffect = { before: null, levels: [], cleared: [], traded: null };

export class OrderLevels {
  readonly orders = new Map<bigint, RestingOrder>();
  readonly #qtyAt: [Map<number, number>, Map<number, number>] = [new Map(), new Map()];

  apply(event: OrderEvent): OrderEffect {
    const { action, orderId, side, priceSteps, qty } = event;
    if (action === 'clear') return this.#clear();
    if (action === 'hiddenTrade' || action === 'cross') {
      if (priceSteps === null || qty === null) return NOTHING;
      return { ...NOTHING, traded: { priceSteps, qty, aggressor: opposite(side) } };
    }
    if (action === 'trade') {
      return priceSteps === null || qty === null
        ? NOTHING
        : { ...NOTHING, traded: { priceSteps, qty, aggressor: side } };
    }
    if (orderId === null) return NOTHING;
    if (action === 'add') return this.#add(orderId, side, priceSteps, qty);
    const order = this.orders.get(orderId);
    if (order === undefined) return NOTHING;
    const before = { ...order };
    switch (action) {
      case 'reduce':
        return { ...NOTHING, before, levels: [this.#take(orderId, order, qty ?? 0)] };
      case 'execute': {
        const filled = qty ?? 0;
        const traded = {
          priceSteps: priceSteps ?? order.priceSteps,
          qty: filled,
          aggressor: opposite(order.side),
        };
        return { ...NOTHING, before, levels: [this.#take(orderId, order, filled)], traded };
      }
      case 'delete':
        return { ...NOTHING, before, levels: [this.#take(orderId, order, order.qty)] };
      case 'modify':
      case 'replace': {
        const gone = this.#take(orderId, order, order.qty);
        const id = action === 'replace' ? (event.newOrderId ?? orderId) : orderId;
        const { levels } = this.#add(id, order.side, priceSteps ?? order.priceSteps, qty ?? before.qty);
        return { ...NOTHING, before, levels: [gone, ...levels] };
      }
      default:
        return NOTHING;
    }
  }

  #add(id: bigint, side: Side | null, priceSteps: number | null, qty: number | null): OrderEffect {
    if (side === null || priceSteps === null || qty === null || qty <= 0) return NOTHING;
    if (this.orders.size >= RESTING_ORDERS_MAX)
      throw new TwinError('BASE_LIMIT', 'orders that rest in one instrument are below their limit', {
        limit: RESTING_ORDERS_MAX,
      });
    this.orders.set(id, { side, priceSteps, qty });
    return { ...NOTHING, levels: [this.#change(side, priceSteps, qty)] };
  }

  #take(id: bigint, order: RestingOrder, qty: number): LevelChange {
    const taken = Math.min(qty, order.qty);
    order.qty -= taken;
    if (order.qty <= 0) this.orders.delete(id);
    return this.#change(order.side, order.priceSteps, -taken);
  }

  #change(side: Side, priceSteps: number, by: number): LevelChange {
    const levels = this.#qtyAt[side];
    const sum = rounded((levels.get(priceSteps) ?? 0) + by);
    if (sum <= 0) levels.delete(priceSteps);
    else levels.set(priceSteps, sum);
    return { side, priceSteps, qty: Math.max(0, sum) };
  }

  #clear(): OrderEffect {
    const levels = this.#qtyAt.flatMap((prices, side) =>
      [...prices.keys()].map((priceSteps) => ({ side: side as Side, priceSteps, qty: 0 })),
    );
    const cleared = [...this.orders];
    this.orders.clear();
    for (const prices of this.#qtyAt) prices.clear();
    return { ...NOTHING, levels, cleared };
  }
}

const QTY_STEPS = 1e9;

/** Sums of decimal quantities carry noise in their last bits; steps of 1e-9 take it off. */
function rounded(qty: number): number {
  return Math.round(qty * QTY_STEPS) / QTY_STEPS;
}

function opposite(side: Side | null): Side | null {
  return side === null ? null : side === BID ? 1 : 0;
}
