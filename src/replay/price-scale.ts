/** Exact ticks from the prices of a feed: a tick is a number of the feed's price units that divides every price. */

import { TwinError } from '../base/index.ts';
import { PRICE_TICKS_MAX, PRICE_TICKS_MIN } from '../domain/index.ts';

/** Thrown when prices do not fit ticks of one price unit: the replay starts anew with the ticks that all prices allow. */
export class CoarserTickNeeded extends Error {}

/** Price units per tick of one instrument. */
export class PriceScale {
  readonly unitsPerTick: number;
  readonly #decimals: number;

  /** `priceUnit` is the value of one unit of the feed, a power of ten as decimal text ('0.0001'). */
  constructor(priceUnit: string, unitsPerTick: number) {
    const found = /^0\.(0*1)$/.exec(priceUnit);
    if (found === null) {
      throw new TwinError('DATA_FORMAT', 'a price unit is a negative power of ten', { priceUnit });
    }
    this.#decimals = found[1]!.length;
    this.unitsPerTick = unitsPerTick;
  }

  /** Ticks of a price in units; NaN if it is no multiple or does not fit the book. */
  ticks(priceUnits: number): number {
    const ticks = this.unitsPerTick === 1 ? priceUnits : priceUnits / this.unitsPerTick;
    return ticks >= PRICE_TICKS_MIN && ticks <= PRICE_TICKS_MAX && Math.floor(ticks) === ticks
      ? ticks
      : Number.NaN;
  }

  /** Decimal text of a price in ticks, with at least two decimals. */
  text(ticks: number): string {
    return this.#decimal(BigInt(ticks) * BigInt(this.unitsPerTick));
  }

  /** Currency units per tick. */
  get tickSize(): string {
    return this.#decimal(BigInt(this.unitsPerTick));
  }

  #decimal(units: bigint): string {
    const digits = (units < 0n ? -units : units).toString().padStart(this.#decimals + 1, '0');
    const whole = digits.slice(0, digits.length - this.#decimals);
    const fraction = digits.slice(-this.#decimals).replace(/0+$/, '').padEnd(2, '0');
    return `${units < 0n ? '-' : ''}${whole}.${fraction}`;
  }
}

/** Greatest common divisor of prices; 0 as long as there is none but 0. */
export function commonTick(tick: number, priceUnits: number): number {
  let a = tick;
  let b = Math.abs(priceUnits);
  if (a !== 0 && b % a === 0) return a;
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/**
 * Finds the common tick of prices among which there may be bad ones. A price that together with those before it would not
 * fit the range of a book stands against them; when more stand against than for it, the search starts anew from there.
 */
export class TickVote {
  #tick = 0;
  #highest = 0;
  #inFavour = 0;
  #against = 0;

  /** Takes a price in units. */
  add(priceUnits: number): void {
    const tick = commonTick(this.#tick, priceUnits);
    const highest = Math.max(this.#highest, Math.abs(priceUnits));
    if (tick === 0 || highest <= tick * PRICE_TICKS_MAX) {
      this.#tick = tick;
      this.#highest = highest;
      this.#inFavour++;
      return;
    }
    if (++this.#against <= this.#inFavour) return;
    this.#tick = Math.abs(priceUnits);
    this.#highest = this.#tick;
    this.#inFavour = 1;
    this.#against = 0;
  }

  /** Units per tick, at least 1. */
  get unitsPerTick(): number {
    return Math.max(1, this.#tick);
  }
}
