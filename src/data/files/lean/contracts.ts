/** Names of contracts as exchanges write them. */

const ROOT_CHARS = 6;
const STRIKE_DIGITS = 8;
const STRIKE_UNITS = 1000;

/** Symbol of a listed option in the form of the OCC: root, yymmdd, C or P, strike in 1/1000; null where a part does not fit. */
export function occSymbol(
  root: string,
  expiry: string,
  right: 'call' | 'put',
  strike: number,
): string | null {
  const units = Math.round(strike * STRIKE_UNITS);
  const isFit = root.length <= ROOT_CHARS && units > 0 && String(units).length <= STRIKE_DIGITS;
  if (!isFit) return null;
  const day = expiry.replaceAll('-', '').slice(2);
  return `${root.padEnd(ROOT_CHARS)}${day}${right === 'call' ? 'C' : 'P'}${String(units).padStart(STRIKE_DIGITS, '0')}`;
}

/** '20151224' as '2015-12-24'. */
export function dashed(yyyymmdd: string): string {
  return `${yyyymmdd.slice(0, 4)}-${yyyymmdd.slice(4, 6)}-${yyyymmdd.slice(6, 8)}`;
}
