/** Exact rational numbers for rates, ticks and prices: built once from text, then used as whole-number factors. */

import { TwinError } from '../../base/index.ts';

/** Reduced fraction; the denominator is above zero. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** How a fraction becomes a whole number (market-rules §0.2). halfUp takes ties away from zero. */
export const ROUNDING_RULES = ['floor', 'ceil', 'halfUp', 'halfEven'] as const;
export type RoundingRule = (typeof ROUNDING_RULES)[number];

export const ZERO: Rational = { numerator: 0n, denominator: 1n };

const EXACT_TEXT = /^-?\d{1,30}(?:\.\d{1,30}|\/[1-9]\d{0,29})?$/;

/** Whether a text is an exact number: a decimal ('0.01', '-3') or a fraction ('1/32'). */
export function isExactText(text: string): boolean {
  return EXACT_TEXT.test(text);
}

/** Parses '0.01', '-3.35' or '1/32'. Raises MKT_CONFIG for anything else. */
export function parseExact(text: string): Rational {
  if (!isExactText(text)) {
    throw new TwinError('MKT_CONFIG', 'a number is a decimal or a fraction in text', { found: text });
  }
  const [top = '', bottom] = text.split('/');
  if (bottom !== undefined) return rational(BigInt(top), BigInt(bottom));
  const [whole = '', fraction = ''] = text.split('.');
  return rational(BigInt(whole + fraction), 10n ** BigInt(fraction.length));
}

/** The reduced fraction numerator/denominator. */
export function rational(numerator: bigint, denominator = 1n): Rational {
  if (denominator === 0n) throw new TwinError('MKT_CONFIG', 'a denominator is not zero');
  const sign = denominator < 0n ? -1n : 1n;
  const divisor = greatestCommonDivisor(numerator < 0n ? -numerator : numerator, denominator * sign);
  return { numerator: (sign * numerator) / divisor, denominator: (sign * denominator) / divisor };
}

export function multiply(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.numerator, a.denominator * b.denominator);
}

export function divide(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator);
}

export function add(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function negate(a: Rational): Rational {
  return { numerator: -a.numerator, denominator: a.denominator };
}

/** Negative, zero or positive as a is below, equal to or above b. */
export function compareExact(a: Rational, b: Rational): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function isWhole(value: Rational): boolean {
  return value.denominator === 1n;
}

/** A fraction rounded to a whole number by a named rule. */
export function roundExact(value: Rational, rule: RoundingRule): bigint {
  return roundQuotient(value.numerator, value.denominator, rule);
}

/** numerator/denominator (denominator above zero) rounded to a whole number by a named rule. */
export function roundQuotient(numerator: bigint, denominator: bigint, rule: RoundingRule): bigint {
  const truncated = numerator / denominator;
  const rest = numerator % denominator;
  if (rest === 0n) return truncated;
  const floor = rest < 0n ? truncated - 1n : truncated;
  if (rule === 'floor') return floor;
  if (rule === 'ceil') return floor + 1n;
  const twice = 2n * (numerator - floor * denominator);
  if (twice !== denominator) return twice > denominator ? floor + 1n : floor;
  if (rule === 'halfEven') return floor % 2n === 0n ? floor : floor + 1n;
  return numerator > 0n ? floor + 1n : floor;
}

/** A bigint as a number. Raises MKT_CONFIG when it is not a safe integer; `name` says what it was. */
export function toSafeNumber(value: bigint, name: string): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER)) {
    throw new TwinError('MKT_CONFIG', `${name} is a whole number within ±2^53`, { [name]: value });
  }
  return Number(value);
}

/** Decimal text where the fraction has one, else 'n/d'. */
export function formatExact(value: Rational): string {
  let decimals = 0;
  let scale = 1n;
  while (decimals <= 30 && (value.numerator * scale) % value.denominator !== 0n) {
    decimals++;
    scale *= 10n;
  }
  if (decimals > 30) return `${value.numerator}/${value.denominator}`;
  const digits = (value.numerator * scale) / value.denominator;
  const text = (digits < 0n ? -digits : digits).toString().padStart(decimals + 1, '0');
  const whole = text.slice(0, text.length - decimals);
  return `${digits < 0n ? '-' : ''}${whole}${decimals === 0 ? '' : `.${text.slice(-decimals)}`}`;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let x = a;
  let y = b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
