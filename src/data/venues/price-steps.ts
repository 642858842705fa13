/** Prices as they stand in messages, as steps of 1e-9: a quick way for ordinary ones, the exact way for all others. */

import { PRICE_MAX, PRICE_STEPS, priceStepsOfNumber, priceStepsOfText } from '../../base/index.ts';
import type { Int64Column } from '../schema/int64-column.ts';

const POINT = 46;
const ZERO = 48;
const NINE = 57;
const POWERS = [1e9, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 1e2, 10, 1] as const;
/** Digits that surely stay below 2^53. */
const QUICK_DIGITS = 15;

/**
 * Steps of a price that is text or number: exact below 2^53 steps, the nearest double above, NaN for what is no price that a
 * record could hold.
 */
export function stepsOf(price: unknown): number {
  if (typeof price === 'string') {
    const steps = quickSteps(price);
    return steps >= 0 ? steps : exactSteps(priceStepsOfText(price));
  }
  return typeof price === 'number' ? exactSteps(priceStepsOfNumber(price)) : Number.NaN;
}

/** Sets a price; false when it is none, and the column is as before. */
export function setPrice(column: Int64Column, row: number, price: unknown): boolean {
  const steps = stepsOf(price);
  if (Number.isNaN(steps)) return false;
  if (Number.isSafeInteger(steps)) column.setNumber(row, steps);
  else column.values[row] = bigSteps(price);
  return true;
}

function bigSteps(price: unknown): bigint {
  const steps = typeof price === 'string' ? priceStepsOfText(price) : priceStepsOfNumber(price as number);
  return BigInt(steps!);
}

function exactSteps(steps: bigint | number | null): number {
  if (steps === null) return Number.NaN;
  const near = Number(steps);
  return Math.abs(near) <= PRICE_MAX * PRICE_STEPS ? near : Number.NaN;
}

/** Digits with at most nine decimals, zeros behind them left aside; -1 for everything else. */
function quickSteps(text: string): number {
  let end = text.length;
  let point = -1;
  let value = 0;
  let decimals = 0;
  if (end > QUICK_DIGITS + 8) return -1;
  for (let at = 0; at < end; at++) {
    if (text.charCodeAt(at) !== POINT) continue;
    if (point >= 0) return -1;
    point = at;
  }
  if (point >= 0) while (end > point && text.charCodeAt(end - 1) === ZERO) end--;
  if (end === 0 || (point === 0 && end === 1)) return -1;
  for (let at = 0; at < end; at++) {
    const code = text.charCodeAt(at);
    if (at === point) continue;
    if (code < ZERO || code > NINE) return -1;
    value = value * 10 + (code - ZERO);
    if (point >= 0 && at > point) decimals++;
  }
  if (decimals > 9 || end > QUICK_DIGITS + 1) return -1;
  const steps = value * POWERS[decimals]!;
  return steps < Number.MAX_SAFE_INTEGER ? steps : -1;
}

/** A quantity that is text or number; NaN for what is none. Negative ones are the caller's to judge. */
export function qtyOf(qty: unknown): number {
  if (typeof qty === 'string') {
    const value = qty === '' ? Number.NaN : Number(qty);
    return Number.isFinite(value) ? value : Number.NaN;
  }
  return typeof qty === 'number' && Number.isFinite(qty) ? qty : Number.NaN;
}
