/** Halts of an instrument and of the market: each ends on its own, and trading goes on when none is left. */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { CLOSED, type SessionState } from './states.ts';

/** Who is halted. */
export const HALT_INSTRUMENT = 0;
export const HALT_MARKET = 1;
export type HaltScope = typeof HALT_INSTRUMENT | typeof HALT_MARKET;

/** End of a halt that lasts for the rest of the trading day. */
export const UNTIL_DAY_END = Number.MAX_VALUE;

const NONE = Number.NEGATIVE_INFINITY;

export class Halts {
  /** By scope: -Infinity = none, Infinity = until it is lifted. */
  readonly #endNs = [NONE, NONE];
  readonly #state: SessionState[] = [CLOSED, CLOSED];

  get isHalted(): boolean {
    return this.has(HALT_INSTRUMENT) || this.has(HALT_MARKET);
  }

  /** State that the halt puts on the session; the market's goes first. Only while halted. */
  get state(): SessionState {
    return this.#state[this.has(HALT_MARKET) ? HALT_MARKET : HALT_INSTRUMENT]!;
  }

  has(scope: HaltScope): boolean {
    return this.#endNs[scope] !== NONE;
  }

  set(scope: HaltScope, state: SessionState, untilNs: number): void {
    this.#endNs[scope] = untilNs;
    this.#state[scope] = state;
  }

  clear(scope: HaltScope): void {
    this.#endNs[scope] = NONE;
  }

  /** Ends those that lasted for the day. */
  endDay(): void {
    for (const scope of [HALT_INSTRUMENT, HALT_MARKET] as const)
      if (this.#endNs[scope] === UNTIL_DAY_END) this.clear(scope);
  }

  /** When a halt ends by itself, Infinity = never. */
  liftNs(scope: HaltScope): number {
    const endNs = this.#endNs[scope]!;
    return endNs === NONE || endNs === UNTIL_DAY_END ? Number.POSITIVE_INFINITY : endNs;
  }

  writeState(writer: BinaryWriter): void {
    for (const endNs of this.#endNs) writer.float64(endNs);
    for (const state of this.#state) writer.int32(state);
  }

  readState(reader: BinaryReader): void {
    for (const scope of [HALT_INSTRUMENT, HALT_MARKET]) this.#endNs[scope] = reader.float64();
    for (const scope of [HALT_INSTRUMENT, HALT_MARKET]) this.#state[scope] = reader.int32();
  }
}
