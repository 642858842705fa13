/**
 * Kinds of price files of LEAN, which have no header. Each is told by the pattern of its rows:
 *
 *   bar          time, open, high, low, close, volume
 *   quoteBar     time, bid open..close, bid size, ask open..close, ask size
 *   tradeTick    ms, price, size, exchange, conditions, suspicious
 *   quoteTick    ms, bid, bid size, ask, ask size, exchange, conditions, suspicious
 *   pairTick     ms, bid, ask
 *   future…      the same behind the month of delivery (yyyymm), and open interest: month, ms, contracts
 *
 * Times are ms since local midnight, or yyyymmdd hh:mm.
 */

export type LeanShape =
  | 'bar'
  | 'quoteBar'
  | 'tradeTick'
  | 'quoteTick'
  | 'pairTick'
  | 'futureBar'
  | 'futureQuoteBar'
  | 'futureTick'
  | 'futureInterest';

const MONTH = '(?:19|20)\\d{2}(?:0[1-9]|1[0-2])';
const TIME = '(?:\\d{1,8}|\\d{8} \\d{2}:\\d{2})';
const MS = '\\d{1,8}';
const NUMBER = '-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?';
const MAYBE = `(?:${NUMBER})?`;
const FIVE = `${NUMBER}(?:,${NUMBER}){4}`;
const TEN_MAYBE = `${MAYBE}(?:,${MAYBE}){9}`;

const PATTERNS: readonly (readonly [LeanShape, RegExp])[] = [
  ['futureInterest', new RegExp(`^${MONTH},${MS},\\d+$`)],
  ['pairTick', new RegExp(`^${MS},\\d+\\.\\d+,\\d+\\.\\d+$`)],
  ['futureTick', new RegExp(`^${MONTH},${MS},${NUMBER},${NUMBER},[A-Za-z]*,[^,]*,[01]$`)],
  ['futureBar', new RegExp(`^${MONTH},${MS},${FIVE}$`)],
  ['futureQuoteBar', new RegExp(`^${MONTH},${MS},${TEN_MAYBE}$`)],
  ['tradeTick', new RegExp(`^${MS},\\d+,\\d+,[A-Z]+,[0-9A-Fa-f]*,[01]$`)],
  ['quoteTick', new RegExp(`^${MS},\\d+,\\d+,\\d+,\\d+,[A-Z]+,[0-9A-Fa-f]*,[01]$`)],
  ['bar', new RegExp(`^${TIME},${FIVE}$`)],
  ['quoteBar', new RegExp(`^${TIME},${TEN_MAYBE}$`)],
];

const BY_SHAPE = new Map(PATTERNS);

/** The shape that all rows have; null for none. */
export function leanShape(rows: readonly string[]): LeanShape | null {
  if (rows.length === 0) return null;
  const found = PATTERNS.find(([, pattern]) => rows.every((row) => pattern.test(row)));
  if (found === undefined) return null;
  return isSound(found[0], rows) ? found[0] : null;
}

/** Whether a row has the columns of a shape. */
export function hasLeanShape(shape: LeanShape, row: string): boolean {
  return BY_SHAPE.get(shape)!.test(row);
}

/** Rows of numbers are of many formats: in bars the high is the highest, and times of ticks go on. */
function isSound(shape: LeanShape, rows: readonly string[]): boolean {
  if (shape === 'bar' || shape === 'futureBar') {
    const first = shape === 'bar' ? 1 : 2;
    return rows.every((row) => {
      const [open, high, low, close] = row
        .split(',')
        .slice(first, first + 4)
        .map(Number) as [number, number, number, number];
      return high >= Math.max(open, close) && low <= Math.min(open, close);
    });
  }
  if (shape === 'pairTick') return rows.every((row) => Number(row.slice(0, row.indexOf(','))) < 86_400_000);
  return true;
}
