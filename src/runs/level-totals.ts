/** Displayed quantity and number of orders by price on one side of a book, with the prices kept in order. */

import { BUY, type Side } from '../domain/index.ts';

interface Level {
  lots: number;
  orders: number;
}

export class LevelTotals {
  /** Prices in ticks with something displayed, best first. */
  readonly prices: number[] = [];
  readonly #levels = new Map<number, Level>();
  /** 1 when lower prices are better. */
  readonly #direction: number;

  constructor(side: Side) {
    this.#direction = side === BUY ? -1 : 1;
  }

  lotsAt(price: number): number {
    return this.#levels.get(price)?.lots ?? 0;
  }

  ordersAt(price: number): number {
    return this.#levels.get(price)?.orders ?? 0;
  }

  /** Adds to a level; one without orders is gone. */
  add(price: number, lots: number, orders: number): void {
    const level = this.#levels.get(price);
    if (level !== undefined) {
      level.lots += lots;
      level.orders += orders;
      if (level.orders === 0) this.#drop(price);
    } else if (orders > 0) {
      this.#levels.set(price, { lots, orders });
      this.prices.splice(this.#placeOf(price), 0, price);
    }
  }

  /** Sets a level to new totals; none of both removes it. */
  set(price: number, lots: number, orders: number): void {
    this.add(price, lots - this.lotsAt(price), orders - this.ordersAt(price));
  }

  #drop(price: number): void {
    this.#levels.delete(price);
    this.prices.splice(this.#placeOf(price), 1);
  }

  /** Where the price stands, or would stand. */
  #placeOf(price: number): number {
    let low = 0;
    let high = this.prices.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.prices[middle]! - price) * this.#direction < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
