// hot: bench/mdp-decode.ts
/**
 * One side of a book by levels, as MDP 3.0 keeps it: a fixed number of places, the best first.
 *
 *   place      1        2        3      …     depth
 *   state    level    level    empty          empty        after a snapshot every place is known
 *            unknown  level    unknown        unknown      in the middle of a session only what was told since
 *
 * New at a place moves it and those below down, and the last one falls out of sight; Delete moves those below up. The venue sends
 * what comes into sight again as New. A side is whole when no place is unknown.
 * Source: market-rules §12.4.
 */

export const PLACE_UNKNOWN = 0;
export const PLACE_EMPTY = 1;
export const PLACE_LEVEL = 2;

/** Places a side can have; the price level of a message has one byte. */
export const DEPTH_MAX = 255;

export class LevelSide {
  readonly depth: number;
  readonly states: Uint8Array;
  readonly qty: Float64Array;
  readonly orders: Int32Array;
  /** Prices in steps of 1e-9, as words. */
  readonly high: Int32Array;
  readonly low: Uint32Array;
  unknown: number;
  /** The price that the last `insert` pushed out of sight, or the last `put` took the place of. */
  goneHigh = 0;
  goneLow = 0;

  constructor(depth: number) {
    this.depth = depth;
    this.states = new Uint8Array(depth);
    this.qty = new Float64Array(depth);
    this.orders = new Int32Array(depth);
    this.high = new Int32Array(depth);
    this.low = new Uint32Array(depth);
    this.unknown = depth;
  }

  get isWhole(): boolean {
    return this.unknown === 0;
  }

  /** Known to have nothing. */
  clear(): void {
    this.states.fill(PLACE_EMPTY);
    this.unknown = 0;
  }

  /** Nothing is known any more. */
  forget(): void {
    this.states.fill(PLACE_UNKNOWN);
    this.unknown = this.depth;
  }

  /** Puts a level at `place` (from 0) and moves those from there on down; true when one with a known price fell out. */
  insert(place: number, high: number, low: number, qty: number, orders: number): boolean {
    const last = this.depth - 1;
    const fellOut = this.states[last] === PLACE_LEVEL;
    if (this.states[last] === PLACE_UNKNOWN) this.unknown--;
    this.goneHigh = this.high[last]!;
    this.goneLow = this.low[last]!;
    for (let at = last; at > place; at--) this.#move(at, at - 1);
    this.states[place] = PLACE_LEVEL;
    this.#set(place, high, low, qty, orders);
    return fellOut;
  }

  /** Takes the level at `place` out and moves those below up; the last place is empty then. */
  remove(place: number): void {
    const last = this.depth - 1;
    if (this.states[place] === PLACE_UNKNOWN) this.unknown--;
    for (let at = place; at < last; at++) this.#move(at, at + 1);
    this.states[last] = PLACE_EMPTY;
  }

  /** Sets what stands at `place`; true when another price stood there. */
  put(place: number, high: number, low: number, qty: number, orders: number): boolean {
    const state = this.states[place];
    if (state === PLACE_UNKNOWN) this.unknown--;
    const isOther = state === PLACE_LEVEL && (this.high[place] !== high || this.low[place] !== low);
    this.goneHigh = this.high[place]!;
    this.goneLow = this.low[place]!;
    this.states[place] = PLACE_LEVEL;
    this.#set(place, high, low, qty, orders);
    return isOther;
  }

  #set(place: number, high: number, low: number, qty: number, orders: number): void {
    this.high[place] = high;
    this.low[place] = low;
    this.qty[place] = qty;
    this.orders[place] = orders;
  }

  #move(to: number, from: number): void {
    this.states[to] = this.states[from]!;
    this.high[to] = this.high[from]!;
    this.low[to] = this.low[from]!;
    this.qty[to] = this.qty[from]!;
    this.orders[to] = this.orders[from]!;
  }
}
