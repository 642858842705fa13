// hot: bench/mdp-decode.ts
/** Numbers of MDP 3.0 as they lie in a message, little endian, and the values that stand for none. */

export const NONE_HIGH = 0x7fff_ffff;
export const NONE_LOW = 0xffff_ffff;
const NONE_INT32 = 0x7fff_ffff;
const WORD = 4_294_967_296;

/** Whether the 64-bit price at `at` is there; its words are then read by the caller. */
export function hasPrice(view: DataView, at: number): boolean {
  return view.getInt32(at + 4, true) !== NONE_HIGH || view.getUint32(at, true) !== NONE_LOW;
}

/** An int32 that may be absent: -1 then. Quantities and counts are not negative. */
export function readCount(view: DataView, at: number): number {
  const value = view.getInt32(at, true);
  return value === NONE_INT32 ? -1 : value;
}

/** A quantity of 32 or 64 bits; -1 when absent. */
export function readSize(view: DataView, at: number, isLong: boolean): number {
  if (!isLong) return readCount(view, at);
  const high = view.getUint32(at + 4, true);
  const low = view.getUint32(at, true);
  return high === NONE_LOW && low === NONE_LOW ? -1 : high * WORD + low;
}
