/** Decimal numbers as whole numbers of 1e-9: prices of every market, exact to the ninth decimal. */

/** Steps of a price in one unit of money. */
export const PRICE_STEPS = 1e9;
export const PRICE_DECIMALS = 9;
/** Beyond this a price does not fit into DECIMAL(18,9). */
export const PRICE_MAX = 999_999_999;

/** From this many steps on (a price of 0.001) the tenth decimal may be rounded away: floats of vendors carry noise there. */
const ROUNDED_STEPS_MIN = 1e6;
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * Steps of 1e-9 in a decimal text ('127.45', '6.3e-05'), exact up to the ninth decimal and rounded beyond it; null for what
 * is no decimal, does not fit, or is so small that rounding would change it by more than a millionth.
 */
export function priceStepsOfText(written: string): bigint | null {
  const parts = DECIMAL.exec(written.trim());
  if (parts === null) return null;
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  if (whole.length + fraction.length === 0) return null;
  const steps = shiftDigits(`${whole}${fraction}`, PRICE_DECIMALS - fraction.length + Number(exponent));
  if (steps === null || steps > BigInt(PRICE_MAX) * BigInt(PRICE_STEPS)) return null;
  return sign === '-' ? -steps : steps;
}

function shiftDigits(digits: string, shift: number): bigint | null {
  const isZero = /^0*$/.test(digits);
  if (isZero) return 0n;
  if (shift >= 0) return shift > 2 * PRICE_DECIMALS ? null : BigInt(digits) * 10n ** BigInt(shift);
  const kept = BigInt(digits.slice(0, shift) || '0');
  const dropped = digits.slice(shift).padStart(-shift, '0');
  if (/^0*$/.test(dropped)) return kept;
  return kept < ROUNDED_STEPS_MIN ? null : kept + (dropped[0]! >= '5' ? 1n : 0n);
}

/** Below this the errors of a double and of its product with 1e9 add up to less than half a step: rounding finds the right one. */
const PRODUCT_MAX = 2 ** 50;

/** Steps of 1e-9 in a price that came as a JSON number: those of the shortest decimal that names it, by the same rules. */
export function priceStepsOfNumber(value: number): bigint | number | null {
  const steps = value * PRICE_STEPS;
  const whole = Math.round(steps);
  const isExact = whole === steps || Math.abs(whole) >= ROUNDED_STEPS_MIN;
  if (isExact && Math.abs(whole) < PRODUCT_MAX) return whole;
  return Number.isFinite(value) ? priceStepsOfText(String(value)) : null;
}

/** The decimal text of a number of steps, without needless zeros: 127450000000n is '127.45'. */
export function textOfPriceSteps(steps: bigint): string {
  const digits = (steps < 0n ? -steps : steps).toString().padStart(PRICE_DECIMALS + 1, '0');
  const whole = digits.slice(0, -PRICE_DECIMALS);
  const fraction = digits.slice(-PRICE_DECIMALS).replace(/0+$/, '');
  return `${steps < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
