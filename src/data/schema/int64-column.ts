// hot: bench/lake.ts
/**
 * A column of 64-bit whole numbers that is filled and read without bigints: the same memory seen as 64-bit numbers (for
 * DuckDB, and for whoever wants them exact) and as pairs of 32-bit words, low one first (little endian, as everywhere here).
 */

const WORD = 4_294_967_296;
const NS_PER_S = 1e9;
const HALF_BITS = 65_536;

/** The number that stands for an absent value. */
export const UNDEF_INT64 = -(2n ** 63n);
const UNDEF_HIGH = -(2 ** 31);

export class Int64Column {
  readonly values: BigInt64Array;
  readonly #words: Int32Array;

  constructor(capacity: number) {
    this.values = new BigInt64Array(capacity);
    this.#words = new Int32Array(this.values.buffer);
  }

  /** Sets a whole number of at most 2^53 in size. */
  setNumber(row: number, value: number): void {
    const high = Math.floor(value / WORD);
    this.#words[2 * row + 1] = high;
    this.#words[2 * row] = value - high * WORD;
  }

  setWords(row: number, high: number, low: number): void {
    this.#words[2 * row + 1] = high;
    this.#words[2 * row] = low;
  }

  /** Sets ns since 1970 from whole seconds (up to 2^31) and ns (up to 2^52, so that the ns of a day fit beside its midnight). */
  setSeconds(row: number, seconds: number, ns: number): void {
    const secondsHigh = Math.floor(seconds / HALF_BITS);
    const scaled = secondsHigh * NS_PER_S;
    const high = Math.floor(scaled / HALF_BITS);
    const low = (scaled - high * HALF_BITS) * HALF_BITS + (seconds - secondsHigh * HALF_BITS) * NS_PER_S + ns;
    const carry = Math.floor(low / WORD);
    this.#words[2 * row + 1] = high + carry;
    this.#words[2 * row] = low - carry * WORD;
  }

  setAbsent(row: number): void {
    this.#words[2 * row + 1] = UNDEF_HIGH;
    this.#words[2 * row] = 0;
  }

  isAbsent(row: number): boolean {
    return this.#words[2 * row + 1] === UNDEF_HIGH && this.#words[2 * row] === 0;
  }

  /** The double nearest to the number: exact up to 2^53. */
  number(row: number): number {
    return this.#words[2 * row + 1]! * WORD + (this.#words[2 * row]! >>> 0);
  }

  /** The difference to an earlier number of the same column kind, exact while it is below 2^53. */
  since(row: number, high: number, low: number): number {
    return (this.#words[2 * row + 1]! - high) * WORD + ((this.#words[2 * row]! >>> 0) - low);
  }

  /** High word, signed. */
  high(row: number): number {
    return this.#words[2 * row + 1]!;
  }

  /** Low word, unsigned. */
  low(row: number): number {
    return this.#words[2 * row]! >>> 0;
  }

  /** -1, 0 or 1 as the number in a row is below, at or above the one in another row. */
  compare(row: number, other: Int64Column, otherRow: number): number {
    const high = this.#words[2 * row + 1]! - other.#words[2 * otherRow + 1]!;
    if (high !== 0) return high < 0 ? -1 : 1;
    const low = (this.#words[2 * row]! >>> 0) - (other.#words[2 * otherRow]! >>> 0);
    return low === 0 ? 0 : low < 0 ? -1 : 1;
  }

  copy(toRow: number, from: Int64Column, fromRow: number): void {
    this.#words[2 * toRow] = from.#words[2 * fromRow]!;
    this.#words[2 * toRow + 1] = from.#words[2 * fromRow + 1]!;
  }
}
