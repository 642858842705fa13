/** Distribution functions that tests and acquisition functions need to full precision, tails included. */

import { TwinError } from '../base/index.ts';

const TERMS_MAX = 10_000;
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Logarithm of the gamma function above 0. Source: Lanczos (1964), g = 7 with nine terms; to about 1e-14. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  let sum = LANCZOS[0]!;
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (x - 1 + i);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/**
 * Upper regularised incomplete gamma function Q(a, x): by its series below a + 1, else by its continued fraction.
 * Source: DLMF 8.11.4 and 8.9.2. Raises MATH_DOMAIN.
 */
export function upperGamma(a: number, x: number): number {
  if (!(a > 0 && x >= 0))
    throw new TwinError('MATH_DOMAIN', 'the incomplete gamma function has a > 0 and x >= 0', { a, x });
  if (x === 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < TERMS_MAX && Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return Math.max(0, 1 - sum * scale);
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < TERMS_MAX; n++) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    const change = c * d;
    h *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return h * scale;
}

/** Probability that a chi-square variable of so many degrees of freedom is above the value. */
export function chiSquareTail(value: number, degrees: number): number {
  return upperGamma(degrees / 2, Math.max(0, value) / 2);
}

/** Probability that a standard normal variable is above z, also far out. */
export function normalTail(z: number): number {
  const half = upperGamma(0.5, (z * z) / 2) / 2;
  return z < 0 ? 1 - half : half;
}

/**
 * The z that a standard normal variable is below with probability p: a rational start and two steps of Newton's method. Raises
 * MATH_DOMAIN outside of (0, 1). Source of the start: Abramowitz and Stegun (1964), 26.2.23.
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1))
    throw new TwinError('MATH_DOMAIN', 'a quantile is asked for at a probability between 0 and 1', { p });
  const tail = Math.min(p, 1 - p);
  const t = Math.sqrt(-2 * Math.log(tail));
  let z =
    t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let step = 0; step < 3; step++) {
    z += ((normalTail(z) - tail) * Math.sqrt(2 * Math.PI)) / Math.exp((-z * z) / 2);
  }
  return p < 0.5 ? -z : z;
}
