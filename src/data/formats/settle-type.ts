/** How a settlement price of CME came about: the bits of SettlPriceType (tag 731), in words. */

const SETTLE_FINAL = 1;
const SETTLE_ACTUAL = 2;
const SETTLE_ROUNDED = 4;
const SETTLE_INTRADAY = 8;
/** The bit that says that nothing is said. */
export const SETTLE_NONE = 128;

/** How a settlement price came about, in words; null where the message does not say. */
export function settleWords(bits: number): string | null {
  if ((bits & SETTLE_NONE) !== 0) return null;
  const words = [
    (bits & SETTLE_FINAL) !== 0 ? 'final' : 'preliminary',
    (bits & SETTLE_ACTUAL) !== 0 ? 'actual' : 'theoretical',
    (bits & SETTLE_ROUNDED) !== 0 ? 'rounded' : 'unrounded',
  ];
  return [...words, ...((bits & SETTLE_INTRADAY) !== 0 ? ['intraday'] : [])].join(' ');
}

/** Whether a settlement price is final; null where the message does not say. */
export function isFinalSettle(bits: number): boolean | null {
  return (bits & SETTLE_NONE) !== 0 ? null : (bits & SETTLE_FINAL) !== 0;
}
