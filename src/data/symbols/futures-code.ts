/** Names of futures: the code of the product, a letter for the month of delivery, and its year in one, two or four digits. */

/** Months of delivery by their letters, January first. */
export const MONTH_LETTERS = 'FGHJKMNQUVXZ';
const CODE = /^([A-Z0-9]{1,6}?)([FGHJKMNQUVXZ])(\d{1,2}|\d{4})$/;

export interface FuturesCode {
  readonly root: string;
  /** Month of delivery, 1 to 12. */
  readonly month: number;
  readonly year: number;
}

/** Symbol of a future by its month of delivery (yyyymm): ES and 201312 are ESZ13; null for what is no month. */
export function futureSymbol(root: string, yyyymm: string): string | null {
  const letter = MONTH_LETTERS[Number(yyyymm.slice(4)) - 1];
  return /^\d{6}$/.test(yyyymm) && letter !== undefined ? `${root}${letter}${yyyymm.slice(2, 4)}` : null;
}

/**
 * Reads the symbol of a future that was known in `knownYear`: of the years that its digits may mean the first one from that year on
 * for a single digit (what has expired is not traded), the nearest one for two. Null for what is no such symbol.
 */
export function parseFutureSymbol(symbol: string, knownYear: number): FuturesCode | null {
  const parts = CODE.exec(symbol);
  if (parts === null) return null;
  const [, root, letter, digits] = parts;
  return { root: root!, month: MONTH_LETTERS.indexOf(letter!) + 1, year: yearOf(digits!, knownYear) };
}

function yearOf(digits: string, knownYear: number): number {
  const told = Number(digits);
  if (digits.length === 4) return told;
  const span = 10 ** digits.length;
  const next = knownYear + ((((told - knownYear) % span) + span) % span);
  return digits.length === 2 && next - knownYear > span / 2 ? next - span : next;
}
