// hot: runs for every record of a replay
/** External order ids of 64 bits to dense ids that grow by arrival, and back. */

import { IdMap } from '../base/index.ts';

export class OrderIds {
  readonly #map = new IdMap(1 << 12);
  /** External id by dense id as two int32 halves; both 0 for orders without one. */
  hi = new Int32Array(1 << 12);
  lo = new Int32Array(1 << 12);
  /** The dense id issued last. */
  last = 0;

  /** Dense id that the external id has now, 0 if it was never seen. */
  find(hi: number, lo: number): number {
    return this.#map.get(hi, lo);
  }

  /** Issues the next dense id for an external one; what that meant before is forgotten. */
  issue(hi: number, lo: number): number {
    const dense = this.issueUnnamed();
    this.hi[dense] = hi;
    this.lo[dense] = lo;
    this.#map.set(hi, lo, dense);
    return dense;
  }

  /** Issues the next dense id for an order that the recording has no id for: an aggressor, quantity nobody named. */
  issueUnnamed(): number {
    const dense = ++this.last;
    if (dense === this.hi.length) this.#grow();
    return dense;
  }

  isNamed(dense: number): boolean {
    return this.hi[dense] !== 0 || this.lo[dense] !== 0;
  }

  /** Whether the external id of `dense` is above the given one, both unsigned. */
  isAbove(dense: number, hi: number, lo: number): boolean {
    const ownHi = this.hi[dense]!;
    return ownHi === hi ? this.lo[dense]! >>> 0 > lo >>> 0 : ownHi >>> 0 > hi >>> 0;
  }

  /** External id in decimal; 'anonymous' where there is none. */
  text(dense: number): string {
    return this.isNamed(dense) ? externalIdText(this.hi[dense]!, this.lo[dense]!) : 'anonymous';
  }

  #grow(): void {
    const hi = new Int32Array(this.hi.length * 2);
    const lo = new Int32Array(this.lo.length * 2);
    hi.set(this.hi);
    lo.set(this.lo);
    this.hi = hi;
    this.lo = lo;
  }
}

/** A 64-bit id of two halves in decimal. */
export function externalIdText(hi: number, lo: number): string {
  return ((BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)).toString();
}
