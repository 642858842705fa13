/**
 * Who is TOP on each side of a book (market-rules §1.4): at most one order, the first that betters the market of its side
 * in continuous trading and is large enough. A better price takes TOP away, whoever enters it; when the order goes, nobody
 * is TOP until the market is bettered again.
 *
 *   nobody --better price, qualified--> this order      this order --better price, not qualified--> nobody
 *   this order --better price, qualified--> the new one  this order --cancelled, filled, moved--> nobody
 *
 * Hidden orders neither become TOP nor better the market: the caller leaves them out. [convention]
 */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { BUY, type Side, UNDEF_INT32 } from '../../domain/index.ts';
import type { AllocationAlgorithm } from './algorithm.ts';

/** The state that a book keeps for an algorithm; null where no step asks for TOP. */
export function topOrdersOf({ steps }: AllocationAlgorithm): TopOrders | null {
  const step = steps.find((some) => some.step === 'top');
  return step === undefined ? null : new TopOrders(step.minLots);
}

/** An order id that no order has. */
const NOBODY = 0;

export class TopOrders {
  readonly #minLots: number;
  #buy = NOBODY;
  #sell = NOBODY;

  /** `minLots`: smaller orders never become TOP. */
  constructor(minLots: number) {
    this.#minLots = minLots;
  }

  /** Id of the TOP order of a side, 0 if there is none. */
  of(side: Side): number {
    return side === BUY ? this.#buy : this.#sell;
  }

  /**
   * A displayed order has come to rest. `bestBefore` is the best displayed price of its side before it, UNDEF_INT32 if
   * there was none. `mayBeTop`: it entered in continuous trading and is no implied order.
   */
  rested(
    side: Side,
    orderId: number,
    lots: number,
    priceTicks: number,
    bestBefore: number,
    mayBeTop: boolean,
  ): void {
    const isBetter =
      bestBefore === UNDEF_INT32 || (side === BUY ? priceTicks > bestBefore : priceTicks < bestBefore);
    if (isBetter) this.#set(side, mayBeTop && lots >= this.#minLots ? orderId : NOBODY);
    // Whoever comes back without bettering the market has lost its place, and TOP with it.
    else if (this.of(side) === orderId) this.#set(side, NOBODY);
  }

  /** An order is gone, has lost its place, or has its displayed quantity used up. */
  gone(side: Side, orderId: number): void {
    if (this.of(side) === orderId) this.#set(side, NOBODY);
  }

  writeState(writer: BinaryWriter): void {
    writer.section('topOrders');
    writer.int32(this.#buy);
    writer.int32(this.#sell);
  }

  readState(reader: BinaryReader): void {
    reader.section('topOrders');
    this.#buy = reader.int32();
    this.#sell = reader.int32();
  }

  #set(side: Side, orderId: number): void {
    if (side === BUY) this.#buy = orderId;
    else this.#sell = orderId;
  }
}
