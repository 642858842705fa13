/**
 * Orders that depend on each other. In a group one cancels the other: fills of one reduce the others by as much or cancel
 * them, and when one ends by itself, however it ends, the others are cancelled. In a bracket the fills of an entry bring its
 * exits to life; the exits are a group, and stay in it with nothing open until the entry fills more or is over.
 *
 * What is due is written at the orders and queued; whoever owns the book carries it out.
 */

import { type BinaryReader, type BinaryWriter, invariant } from '../../base/index.ts';
import { ON_FILL_RULES, type OnFill } from '../../domain/index.ts';
import type { ManagedOrder } from './managed-order.ts';

export { ON_FILL_RULES, type OnFill } from '../../domain/index.ts';

interface OrderGroup {
  readonly onFill: OnFill;
  readonly members: Set<ManagedOrder>;
}

export class LinkedOrders {
  readonly #groups = new Map<ManagedOrder, OrderGroup>();
  readonly #exits = new Map<ManagedOrder, Set<ManagedOrder>>();
  readonly #entries = new Map<ManagedOrder, ManagedOrder>();
  #due: ManagedOrder[] = [];

  /** Makes orders one group. */
  group(orders: readonly ManagedOrder[], onFill: OnFill): void {
    const group = { onFill, members: new Set(orders) };
    for (const order of orders) this.#groups.set(order, group);
  }

  /** Lets exits follow the fills of an entry. */
  bracket(entry: ManagedOrder, exits: readonly ManagedOrder[]): void {
    this.#exits.set(entry, new Set(exits));
    for (const exit of exits) this.#entries.set(exit, entry);
  }

  /** Whether an order with nothing open may still get something to do. */
  mayGrow(order: ManagedOrder): boolean {
    return this.#entries.has(order);
  }

  filled(order: ManagedOrder, qtyLots: number): void {
    for (const exit of this.#exits.get(order) ?? []) exit.grow(qtyLots);
    const group = this.#groups.get(order);
    if (group === undefined) return;
    if (group.onFill === 'cancel') {
      this.#cancelOthers(order);
      return;
    }
    for (const other of group.members) {
      if (other === order) continue;
      other.dueReduceLots += qtyLots;
      this.#due.push(other);
    }
  }

  /** An order no longer matters to its group: what becomes of it is of no consequence to the others. */
  leave(order: ManagedOrder): void {
    this.#groups.get(order)?.members.delete(order);
    this.#groups.delete(order);
  }

  /** A stop of the group was reached: where fills cancel, the others go now. */
  triggered(order: ManagedOrder): void {
    if (this.#groups.get(order)?.onFill === 'cancel') this.#cancelOthers(order);
  }

  /** An order is over, filled or not. */
  end(order: ManagedOrder): void {
    if (order.isOver) return;
    order.isOver = true;
    this.#cancelOthers(order);
    this.leave(order);
    const entry = this.#entries.get(order);
    if (entry !== undefined) this.#exits.get(entry)?.delete(order);
    this.#entries.delete(order);
    for (const exit of this.#exits.get(order) ?? []) {
      this.#entries.delete(exit);
      if (exit.openLots > 0) continue;
      exit.isDueCancel = true;
      this.#due.push(exit);
    }
    this.#exits.delete(order);
  }

  /** The next order to which something is due, in the order in which it fell due; null if nothing is. */
  takeDue(): ManagedOrder | null {
    return this.#due.shift() ?? null;
  }

  writeState(writer: BinaryWriter): void {
    invariant(this.#due.length === 0, 'a snapshot is taken when nothing is due between linked orders');
    const groups = new Set(this.#groups.values());
    writer.int32(groups.size);
    for (const { onFill, members } of groups) {
      writer.uint8(ON_FILL_RULES.indexOf(onFill));
      writeIds(writer, [...members]);
    }
    writer.int32(this.#exits.size);
    for (const [entry, exits] of this.#exits) {
      writer.int32(entry.orderId);
      writeIds(writer, [...exits]);
    }
  }

  /** `find` gives an order that was restored before. */
  readState(reader: BinaryReader, find: (orderId: number) => ManagedOrder | undefined): void {
    this.#groups.clear();
    this.#exits.clear();
    this.#entries.clear();
    this.#due = [];
    const known = (orderId: number): ManagedOrder => {
      const order = find(orderId);
      invariant(order !== undefined, 'linked orders are looked after in the same book');
      return order;
    };
    const readOrders = (): ManagedOrder[] => Array.from(reader.int32Array(), known);
    for (let left = reader.int32(); left > 0; left--) {
      const onFill = ON_FILL_RULES[reader.uint8()]!;
      this.group(readOrders(), onFill);
    }
    for (let left = reader.int32(); left > 0; left--) {
      const entry = known(reader.int32());
      this.bracket(entry, readOrders());
    }
  }

  #cancelOthers(order: ManagedOrder): void {
    for (const other of this.#groups.get(order)?.members ?? []) {
      if (other === order) continue;
      this.leave(other);
      other.isDueCancel = true;
      this.#due.push(other);
    }
  }
}

function writeIds(writer: BinaryWriter, orders: readonly ManagedOrder[]): void {
  writer.array(Int32Array.from(orders, ({ orderId }) => orderId));
}
