// hot: bench/fidelity.ts
/**
 * The price levels that the scorer rebuilds by itself, so that it needs neither a matching engine nor the vendor's levels: sums of
 * lots by price, no orders. `copyTo` writes the best levels into a row of a stream.
 */

import { ASK, BID, type BookSide, FeedBook } from '../data/index.ts';
import { BUY, type Side } from '../domain/index.ts';
import { FLOW_NO_PRICE, type FlowLevels, type FlowStream } from './flow-stream.ts';

export class FlowBook {
  readonly #book = new FeedBook();
  /** Lots that were taken from levels which did not hold them: what the recording removed without having shown it. */
  missingLots = 0;
  missingRemovals = 0;

  clear(): void {
    this.#book.clear();
  }

  lotsAt(side: Side, priceTicks: number): number {
    return this.#book.qtyAt(side === BUY ? BID : ASK, priceTicks);
  }

  /** Whether an order at a price would meet orders of the other side. */
  isCrossedBy(side: Side, priceTicks: number): boolean {
    const other = side === BUY ? ASK : BID;
    return this.#book.levels(other) > 0 && !isBefore(other, priceTicks, this.#book.price(other, 0));
  }

  add(side: Side, priceTicks: number, lots: number): void {
    const at = side === BUY ? BID : ASK;
    this.#book.set(at, priceTicks, this.#book.qtyAt(at, priceTicks) + lots);
  }

  remove(side: Side, priceTicks: number, lots: number): void {
    const at = side === BUY ? BID : ASK;
    const there = this.#book.qtyAt(at, priceTicks);
    if (there < lots) {
      this.missingLots += lots - there;
      this.missingRemovals++;
    }
    if (there > 0) this.#book.set(at, priceTicks, Math.max(0, there - lots));
  }

  /** Replaces everything by these levels. */
  open(levels: FlowLevels): void {
    this.#book.clear();
    for (const [side, ticks, lots] of sidesOf(levels)) {
      for (let level = 0; level < lots.length; level++) {
        if (lots[level]! > 0) this.#book.set(side, ticks[level]!, lots[level]!);
      }
    }
  }

  /**
   * Takes over what a recorded row shows: its levels, and that nothing else stands at or before the last of them. A row that has
   * room for more levels than it shows tells the whole side.
   */
  correct(levels: FlowLevels): void {
    for (const [side, ticks, lots] of sidesOf(levels)) {
      let rank = 0;
      for (let level = 0; level < lots.length; level++) {
        if (!(lots[level]! > 0)) {
          while (this.#book.levels(side) > rank) this.#book.set(side, this.#book.price(side, rank), 0);
          break;
        }
        while (isBefore(side, this.#book.price(side, rank), ticks[level]!)) {
          this.#book.set(side, this.#book.price(side, rank), 0);
        }
        if (this.#book.qtyAt(side, ticks[level]!) !== lots[level]!)
          this.#book.set(side, ticks[level]!, lots[level]!);
        rank++;
      }
    }
  }

  /** Whether the best level of a side is another than the row shows. */
  touchDiffers(levels: FlowLevels): boolean {
    return sidesOf(levels).some(([side, ticks, lots]) => {
      const shown = lots[0] ?? 0;
      if (this.#book.qty(side, 0) !== shown) return true;
      return shown > 0 && this.#book.price(side, 0) !== ticks[0];
    });
  }

  /** Writes the best levels into the last row of the stream. */
  copyTo(stream: FlowStream): void {
    const at = (stream.count - 1) * stream.levels;
    copySide(this.#book, ASK, stream.askTicks, stream.askLots, at, stream.levels);
    copySide(this.#book, BID, stream.bidTicks, stream.bidLots, at, stream.levels);
  }
}

function copySide(
  book: FeedBook,
  side: BookSide,
  ticks: Int32Array,
  lots: Float64Array,
  at: number,
  levels: number,
): void {
  const there = book.levels(side);
  for (let level = 0; level < levels; level++) {
    ticks[at + level] = level < there ? book.price(side, level) : FLOW_NO_PRICE;
    lots[at + level] = level < there ? book.qty(side, level) : 0;
  }
}

/** Whether a price comes before another in the queue of its side; false where there is no price. */
function isBefore(side: BookSide, priceTicks: number, otherTicks: number): boolean {
  return side === BID ? priceTicks > otherTicks : priceTicks < otherTicks;
}

function sidesOf(levels: FlowLevels): [BookSide, ArrayLike<number>, ArrayLike<number>][] {
  return [
    [BID, levels.bidTicks, levels.bidLots],
    [ASK, levels.askTicks, levels.askLots],
  ];
}
