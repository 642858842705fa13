/** What a book's rules may say about how orders at one price share, and the state that a book keeps for it. */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import type { Side } from '../../domain/index.ts';
import { isRecord, raiseProblems } from '../auction/price-rule.ts';
import { type AllocationAlgorithm, allocationAlgorithmProblems } from './algorithm.ts';
import { type ParityAllocation, ParityState, parityAllocationProblems } from './parity-state.ts';
import { type TopOrders, topOrdersOf } from './top-order.ts';

/** By time, by the steps of an algorithm, or by parity. */
export type BookAllocation = 'fifo' | AllocationAlgorithm | ParityAllocation;

/** An allocation as it came from a file. Raises MKT_CONFIG with every problem. */
export function checkBookAllocation(value: unknown, path: string): BookAllocation {
  if (value !== 'fifo') {
    const problems =
      isRecord(value) && 'parity' in value
        ? parityAllocationProblems(value, path)
        : allocationAlgorithmProblems(value, path);
    raiseProblems(problems, 'an allocation has sound values');
  }
  return value as BookAllocation;
}

export function isParity(allocation: BookAllocation): allocation is ParityAllocation {
  return allocation !== 'fifo' && 'parity' in allocation;
}

/** Whether orders at one price are served by time alone: then a book needs nothing of the rest. */
export function isByTime(allocation: BookAllocation): allocation is 'fifo' {
  return allocation === 'fifo' || (isParity(allocation) && allocation.participants.length === 0);
}

/** Who has a place of its own at a price, by the book's rule: the TOP order of each side, or the wheels of parity. */
export class SharingState {
  readonly algorithm: AllocationAlgorithm | null;
  /** Who is TOP; null where no step asks for it. */
  readonly tops: TopOrders | null;
  readonly parity: ParityState | null;

  constructor(allocation: AllocationAlgorithm | ParityAllocation) {
    const parity = isParity(allocation) ? new ParityState(allocation) : null;
    this.parity = parity;
    this.algorithm = isParity(allocation) ? null : allocation;
    this.tops = this.algorithm === null ? null : topOrdersOf(this.algorithm);
  }

  /** What an order displayed is used up; its reserve may stay at the price. */
  lostPlace(side: Side, priceTicks: number, orderId: number): void {
    if (this.tops !== null) this.tops.gone(side, orderId);
    if (this.parity !== null) this.parity.lostPlace(side, priceTicks, orderId);
  }

  /** An order has left its price: filled, cancelled, or about to enter anew. */
  left(side: Side, priceTicks: number, orderId: number, accountId: number): void {
    if (this.tops !== null) this.tops.gone(side, orderId);
    if (this.parity !== null) this.parity.left(side, priceTicks, orderId, accountId);
  }

  writeState(writer: BinaryWriter): void {
    this.tops?.writeState(writer);
    this.parity?.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    this.tops?.readState(reader);
    this.parity?.readState(reader);
  }
}

/** The state for a book's allocation; null where orders are served by time. */
export function sharingOf(allocation: BookAllocation): SharingState | null {
  return isByTime(allocation) ? null : new SharingState(allocation);
}
