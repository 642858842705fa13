/**
 * Symbols of listed options as the Options Clearing Corporation and vendors write them: `occSymbol` of src/domain has their parts. Vendors
 * leave the blanks out, and Polygon begins with `O:`.
 */

import type { OccContract } from '../../domain/index.ts';
import { dayOfText } from '../schema/day.ts';

export { type OccContract, occSymbol } from '../../domain/index.ts';

const STRIKE_UNITS = 1000;
const SYMBOL = /^(?:O:)?([A-Z][A-Z0-9.]{0,5}) {0,5}(\d{2})(\d{2})(\d{2})([CP])(\d{8})$/;

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
