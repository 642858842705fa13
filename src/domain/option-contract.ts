/** A listed option as an instrument: what it is on, at which price, until when, and what is delivered for one contract. */

export const OPTION_RIGHTS = ['call', 'put'] as const;
export type OptionRight = (typeof OPTION_RIGHTS)[number];
export const OPTION_STYLES = ['american', 'european'] as const;
export type OptionStyle = (typeof OPTION_STYLES)[number];

/** What one contract delivers at exercise, against strike times multiplier. */
export interface Deliverable {
  /** Of the underlying. */
  readonly shares: number;
  /** Of others, by symbol; each once. */
  readonly others: readonly { readonly symbol: string; readonly shares: number }[];
  /** Currency units. */
  readonly cash: number;
}

export interface OptionTerms {
  /** Symbol of the share; where several venues list it, that of the product. */
  readonly underlying: string;
  readonly right: OptionRight;
  readonly style: OptionStyle;
  /** Currency units, exact to nine decimals. */
  readonly strike: number;
  /** Last day, YYYY-MM-DD. */
  readonly expiry: string;
  /** Money per point of premium, and per point of strike at exercise; a whole number. */
  readonly multiplier: number;
  readonly deliverable: Deliverable;
}

const ROOT_CHARS = 6;
const STRIKE_DIGITS = 8;
const STRIKE_UNITS = 1000;

export interface OccContract {
  /** Root of the symbol: the underlying mostly, with a digit behind it where an action changed what is delivered. */
  readonly root: string;
  /** YYYY-MM-DD. */
  readonly expiry: string;
  readonly right: OptionRight;
  readonly strike: number;
}

/**
 * The symbol in the 21 characters of the Options Clearing Corporation: root, filled up to six characters with blanks, yymmdd, C or P, strike
 * in thousandths. Null where a part does not fit. Source: Options Symbology Initiative, 2010.
 */
export function occSymbol({ root, expiry, right, strike }: OccContract): string | null {
  const units = Math.round(strike * STRIKE_UNITS);
  const isFit = root.length <= ROOT_CHARS && units > 0 && String(units).length <= STRIKE_DIGITS;
  if (!isFit) return null;
  const day = expiry.replaceAll('-', '').slice(2);
  return `${root.padEnd(ROOT_CHARS)}${day}${right === 'call' ? 'C' : 'P'}${String(units).padStart(STRIKE_DIGITS, '0')}`;
}

/**
 * Symbol of a contract without blanks. `rootNumber` counts how often an action changed what is delivered: it stands behind the root, 0 for
 * a contract as it was listed (market-rules §8.4). Null where the strike does not fit.
 */
export function contractSymbol(terms: OptionTerms, rootNumber = 0): string | null {
  const { underlying, expiry, right, strike } = terms;
  const suffix = rootNumber === 0 ? '' : String(rootNumber);
  const letters = underlying.toUpperCase().replace(/[^A-Z0-9]/g, '');
  const root = letters.slice(0, ROOT_CHARS - suffix.length) + suffix;
  return occSymbol({ root, expiry, right, strike })?.replaceAll(' ', '') ?? null;
}

/** Roots have one digit as a contract is listed; more follow only from actions of a run. */
const LISTED_ROOTS = 10;

/** Number behind the root of a contract's symbol, 0 where there is none; null for a symbol that does not say its terms. */
export function rootNumberOf(symbol: string, terms: OptionTerms): number | null {
  for (let number = 0; number < LISTED_ROOTS; number++)
    if (contractSymbol(terms, number) === symbol) return number;
  return null;
}
