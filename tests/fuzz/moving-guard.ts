/** Bounds that move with every level that trades: a circuit breaker reduced to what a book notices of it. */

import { BUY, PRICE_TICKS_MAX, PRICE_TICKS_MIN, type Side, UNDEF_INT32 } from '../../src/domain/index.ts';
import type { PriceGuard } from '../../src/market/index.ts';

export interface GuardTerms {
  readonly lowTicks: number;
  readonly highTicks: number;
  /** Ticks by which each bound moves outwards per level. */
  readonly drift: number;
  /** What becomes of a limit beyond the bounds. */
  readonly rest: 'same' | 'clip' | 'cancel';
  /** Whether momentary orders are eliminated at a bound. */
  readonly eliminates: boolean;
}

export class MovingGuard implements PriceGuard {
  lowTicks: number;
  highTicks: number;
  readonly #terms: GuardTerms;

  constructor(terms: GuardTerms) {
    this.#terms = terms;
    this.lowTicks = terms.lowTicks;
    this.highTicks = terms.highTicks;
  }

  onTrades(): void {
    this.#move(this.#terms.drift);
  }

  onBreach(_priceTicks: number, _side: Side, isMomentary: boolean): boolean {
    if (isMomentary && this.#terms.eliminates) return true;
    this.#move(1);
    return false;
  }

  restTicks(side: Side, priceTicks: number): number {
    const isBeyond = side === BUY ? priceTicks > this.highTicks : priceTicks < this.lowTicks;
    if (!isBeyond || this.#terms.rest === 'same') return priceTicks;
    if (this.#terms.rest === 'cancel') return UNDEF_INT32;
    return side === BUY ? this.highTicks : this.lowTicks;
  }

  keepsRest(): boolean {
    return false;
  }

  #move(ticks: number): void {
    this.lowTicks = Math.max(this.lowTicks - ticks, this.#terms.lowTicks - 5);
    this.highTicks = Math.min(this.highTicks + ticks, this.#terms.highTicks + 5);
    this.lowTicks = Math.min(Math.max(this.lowTicks, PRICE_TICKS_MIN), PRICE_TICKS_MAX);
    this.highTicks = Math.min(Math.max(this.highTicks, this.lowTicks), PRICE_TICKS_MAX);
  }
}
