/** The managed orders of one book in time order: the order in which they came, or last lost their place by their owner's wish. */

import { TwinError } from '../../base/index.ts';
import type { ManagedOrder } from './managed-order.ts';

/** Orders that a venue looks after in one book at a time. */
export const MANAGED_ORDERS_MAX = 1 << 20;

export class OrderList {
  all: ManagedOrder[] = [];
  /** Those of the kinds that records are compared with, in the same order. */
  trailing: ManagedOrder[] = [];
  discretionary: ManagedOrder[] = [];
  readonly #byId = new Map<number, ManagedOrder>();

  find(orderId: number): ManagedOrder | undefined {
    return this.#byId.get(orderId);
  }

  /** Raises BASE_LIMIT when there is no room. */
  add(order: ManagedOrder): void {
    if (this.all.length === MANAGED_ORDERS_MAX)
      throw new TwinError('BASE_LIMIT', 'a venue looks after at most MANAGED_ORDERS_MAX orders in one book', {
        MANAGED_ORDERS_MAX,
      });
    this.all.push(order);
    this.#byId.set(order.orderId, order);
    if (order.terms.kind === 'trailing') this.trailing.push(order);
    if (order.terms.kind === 'discretion') this.discretionary.push(order);
  }

  /** After a command: orders that are over go, and those that lost their time go to the end. */
  tidy(): void {
    if (!this.all.some((order) => order.isOver || order.losesTime || order.mayUseOwnId)) return;
    const kept = this.all.filter((order) => !order.isOver);
    for (const order of this.all) if (order.isOver) this.#byId.delete(order.orderId);
    const late = kept.filter((order) => order.losesTime);
    this.all = [...kept.filter((order) => !order.losesTime), ...late];
    for (const order of this.all) {
      order.losesTime = false;
      order.mayUseOwnId = false;
    }
    this.trailing = this.all.filter(({ terms }) => terms.kind === 'trailing');
    this.discretionary = this.all.filter(({ terms }) => terms.kind === 'discretion');
  }

  clear(): void {
    this.all = [];
    this.trailing = [];
    this.discretionary = [];
    this.#byId.clear();
  }
}
