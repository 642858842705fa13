/**
 * Symbols of listed options as the Options Clearing Corporation writes them: root (6 characters, filled with blanks), yymmdd, C or P,
 * strike in thousandths (8 digits). Vendors leave the blanks out, and Polygon begins with `O:`. Source: Options Symbology Initiative, 2010.
 */

import { dayOfText } from '../schema/day.ts';

const ROOT_CHARS = 6;
const STRIKE_DIGITS = 8;
const STRIKE_UNITS = 1000;
const SYMBOL = /^(?:O:)?([A-Z][A-Z0-9.]{0,5}) {0,5}(\d{2})(\d{2})(\d{2})([CP])(\d{8})$/;

export interface OccContract {
  /** Root of the symbol: the underlying mostly, with a digit behind it where an action changed what is delivered. */
  readonly root: string;
  /** YYYY-MM-DD. */
  readonly expiry: string;
  readonly right: 'call' | 'put';
  readonly strike: number;
}

/** The symbol in its 21 characters; null where a part does not fit. */
export function occSymbol({ root, expiry, right, strike }: OccContract): string | null {
  const units = Math.round(strike * STRIKE_UNITS);
  const isFit = root.length <= ROOT_CHARS && units > 0 && String(units).length <= STRIKE_DIGITS;
  if (!isFit) return null;
  const day = expiry.replaceAll('-', '').slice(2);
  return `${root.padEnd(ROOT_CHARS)}${day}${right === 'call' ? 'C' : 'P'}${String(units).padStart(STRIKE_DIGITS, '0')}`;
}

/** Reads a symbol in any of its forms; null for what is none. */
export function parseOccSymbol(symbol: string): OccContract | null {
  const parts = SYMBOL.exec(symbol);
  if (parts === null) return null;
  const [, root, year, month, day, letter, units] = parts;
  const expiry = `20${year}-${month}-${day}`;
  const strike = Number(units) / STRIKE_UNITS;
  if (dayOfText(expiry) === null || strike === 0) return null;
  return { root: root!, expiry, right: letter === 'C' ? 'call' : 'put', strike };
}
