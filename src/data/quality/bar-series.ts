/** Series of bars: what bars of one symbol, length, kind of price and adjustment have in common. */

import type { CheckedRows } from './check.ts';

export class BarSeries<T> {
  readonly #make: (slot: number, intervalS: number) => T;
  readonly #states = new Map<string, T>();

  constructor(make: (slot: number, intervalS: number) => T) {
    this.#make = make;
  }

  /** The state of the series of a row. */
  of({ batch, slots }: CheckedRows, row: number): T {
    const intervalS = (batch.column('intervalS') as Int32Array)[row]!;
    const basis = (batch.column('basis') as Uint8Array)[row]!;
    const adjusted = (batch.column('adjusted') as Uint8Array)[row]!;
    const name = `${slots[row]!}/${intervalS}/${basis}/${adjusted}`;
    let state = this.#states.get(name);
    if (state === undefined) {
      state = this.#make(slots[row]!, intervalS);
      this.#states.set(name, state);
    }
    return state;
  }
}
