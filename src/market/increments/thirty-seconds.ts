/** Bond prices in points and 32nds: '110-16+' is 110 and 16.5/32, '110-162' is 110 and 16.25/32 (market-rules §7.4). */

import { TwinError } from '../../base/index.ts';
import { type Rational, rational } from '../exact/rational.ts';

const TEXT = /^(-?)(\d{1,6})-([0-2]\d|3[01])([+1-8]?)$/;
/** Third digits: the first digit of the eighths of a 32nd (.125, .25, .375, .5, .625, .75, .875). */
const EIGHTH_OF_DIGIT: Readonly<Record<string, number>> = {
  '': 0,
  '1': 1,
  '2': 2,
  '3': 3,
  '+': 4,
  '5': 4,
  '6': 5,
  '7': 6,
  '8': 7,
};
const DIGIT_OF_EIGHTH = ['', '1', '2', '3', '+', '6', '7', '8'];
const EIGHTHS_PER_POINT = 256n;

/** Parses a price in points and 32nds. Raises MKT_CONFIG for any other text. */
export function parseThirtySeconds(text: string): Rational {
  const parts = TEXT.exec(text);
  const eighth = EIGHTH_OF_DIGIT[parts?.[4] ?? ''];
  if (parts === null || eighth === undefined) {
    throw new TwinError(
      'MKT_CONFIG',
      "a price in 32nds is points, a dash, 00 to 31, and '+' or an eighth's digit",
      {
        price: text,
      },
    );
  }
  const size = BigInt(parts[2]!) * EIGHTHS_PER_POINT + BigInt(parts[3]!) * 8n + BigInt(eighth);
  return rational(parts[1] === '-' ? -size : size, EIGHTHS_PER_POINT);
}

/** A price as points and 32nds. Raises MKT_CONFIG when it is finer than an eighth of a 32nd. */
export function formatThirtySeconds(price: Rational): string {
  if (EIGHTHS_PER_POINT % price.denominator !== 0n) {
    throw new TwinError('MKT_CONFIG', 'a price in 32nds is a whole number of eighths of a 32nd', {
      price: `${price.numerator}/${price.denominator}`,
    });
  }
  const signed = (price.numerator * EIGHTHS_PER_POINT) / price.denominator;
  const eighths = signed < 0n ? -signed : signed;
  const thirtySeconds = ((eighths % EIGHTHS_PER_POINT) / 8n).toString().padStart(2, '0');
  return `${signed < 0n ? '-' : ''}${eighths / EIGHTHS_PER_POINT}-${thirtySeconds}${DIGIT_OF_EIGHTH[Number(eighths % 8n)]}`;
}
