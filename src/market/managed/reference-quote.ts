/**
 * The quote of a book as pegs see it: no pegged order counts in it, so that pegs follow neither themselves nor each other
 * (market-rules §1.8). It knows how many pegs are displayed at each price; a level with more orders than that has others.
 */

import { type Side, UNDEF_INT32 } from '../../domain/index.ts';
import type { ManagedBook } from './managed-book.ts';

export class UnpeggedQuote {
  readonly #book: ManagedBook;
  /** Number of displayed pegs by price, per side. */
  readonly #pegs = [new Map<number, number>(), new Map<number, number>()] as const;

  constructor(book: ManagedBook) {
    this.#book = book;
  }

  /** A peg is now displayed somewhere else; UNDEF_INT32 is nowhere. */
  moved(side: Side, fromTicks: number, toTicks: number): void {
    this.#count(side, fromTicks, -1);
    this.#count(side, toTicks, 1);
  }

  /** Best displayed price of a side without pegs, ticks; UNDEF_INT32 if there is none. */
  bestTicks(side: Side): number {
    const pegs = this.#pegs[side];
    if (pegs.size === 0) return this.#book.bestTicks(side);
    // Each price of pegs hides one level at most, so that one more level is enough.
    for (const level of this.#book.depth(side, pegs.size + 1)) {
      if (level.orderCount > (pegs.get(level.priceTicks) ?? 0)) return level.priceTicks;
    }
    return UNDEF_INT32;
  }

  clear(): void {
    for (const pegs of this.#pegs) pegs.clear();
  }

  #count(side: Side, ticks: number, change: number): void {
    if (ticks === UNDEF_INT32) return;
    const pegs = this.#pegs[side];
    const count = (pegs.get(ticks) ?? 0) + change;
    if (count === 0) pegs.delete(ticks);
    else pegs.set(ticks, count);
  }
}
