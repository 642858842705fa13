/**
 * How orders at one price of the reference book share an incoming order: docs/matching.md "Allocation". It tells the sharing
 * state what comes to a price and what leaves it, and asks the reference allocations who gets what.
 */

import { BUY, SELL, type Side } from '../../domain/index.ts';
import { type BookAllocation, type SharingState, sharingOf } from '../allocation/book-allocation.ts';
import type { ParityState } from '../allocation/parity-state.ts';
import { referenceAllocate } from '../allocation/reference-allocate.ts';
import { referenceParity } from '../allocation/reference-parity.ts';
import type { ReferenceOrder, ReferenceSide } from './reference-side.ts';

export class ReferenceSharing {
  /** Who has a place of its own; null where orders are served by time. */
  readonly state: SharingState | null;
  readonly #sideOf: (side: Side) => ReferenceSide;

  constructor(allocation: BookAllocation, sideOf: (side: Side) => ReferenceSide) {
    this.state = sharingOf(allocation);
    this.#sideOf = sideOf;
  }

  get isByTime(): boolean {
    return this.state === null;
  }

  /** Whether hidden orders share as well. */
  get sharesHidden(): boolean {
    return this.state !== null && this.state.parity !== null;
  }

  /** An order has come to rest; `bestBefore` was the best displayed price of its side. `isContinuous`: it may become TOP. */
  rested(order: ReferenceOrder, bestBefore: number, isContinuous: boolean): void {
    const { side, orderId, accountId, shownLots, priceTicks } = order;
    this.state?.parity?.rested(side, priceTicks, accountId);
    if (shownLots > 0)
      this.state?.tops?.rested(side, orderId, shownLots, priceTicks, bestBefore, isContinuous);
  }

  /** What the order displayed is used up. */
  lostPlace({ side, priceTicks, orderId }: ReferenceOrder): void {
    this.state?.lostPlace(side, priceTicks, orderId);
  }

  /** The order has left its price for good, or enters anew. */
  left({ side, priceTicks, orderId, accountId }: ReferenceOrder): void {
    this.state?.left(side, priceTicks, orderId, accountId);
  }

  /** Looks at the best displayed prices: one that is new may have a setter. */
  look(): void {
    const parity = this.state?.parity;
    if (!parity) return;
    for (const side of [BUY, SELL] as const) {
      const best = this.#sideOf(side).levels.find(({ displayed }) => displayed.length > 0);
      if (best === undefined) parity.sawNothing(side);
      else {
        const [{ orderId, shownLots }] = best.displayed as [ReferenceOrder];
        parity.sawBest(side, best.priceTicks, best.displayed.length, orderId, shownLots);
      }
    }
  }

  /** Lots that each of some displayed orders of one price gets of `qtyLots`, in their order. */
  shareDisplayed(makers: readonly ReferenceOrder[], qtyLots: number): readonly number[] {
    const { algorithm, parity, tops } = this.state!;
    if (algorithm === null) return shareByParity(parity!, makers, qtyLots, true);
    const topId = tops?.of(makers[0]!.side);
    const resting = makers.map((maker) => ({
      lots: maker.shownLots,
      reserveLots: 0,
      participant: maker.accountId,
      topLots: maker.orderId === topId ? maker.shownLots : 0,
    }));
    return referenceAllocate(algorithm, resting, qtyLots);
  }

  /** The same for hidden orders and reserves; by parity only. */
  shareHidden(makers: readonly ReferenceOrder[], qtyLots: number): readonly number[] {
    return shareByParity(this.state!.parity!, makers, qtyLots, false);
  }
}

function shareByParity(
  parity: ParityState,
  makers: readonly ReferenceOrder[],
  qtyLots: number,
  isDisplayed: boolean,
): readonly number[] {
  const { side, priceTicks } = makers[0]!;
  const wheel = parity.wheelAt(side, priceTicks);
  const setterId = parity.setterAt(side, priceTicks);
  const { fillLots, pointer } = referenceParity(
    parity.rule,
    [...wheel.participants.subarray(0, wheel.count)],
    wheel.pointer,
    makers.map((maker) => ({
      lots: isDisplayed ? maker.shownLots : maker.reserveLots,
      participant: parity.participantOf(maker.accountId),
      isSetter: isDisplayed && maker.orderId === setterId,
    })),
    qtyLots,
  );
  wheel.pointer = pointer;
  return fillLots;
}
