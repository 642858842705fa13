/** Rounding happens on the invoice, not per fill (market-rules §5.1): sums of 1e-6 units become minor units by a named rule. */

import { TwinError } from '../../base/index.ts';
import {
  divide,
  multiply,
  parseExact,
  type Rational,
  type RoundingRule,
  roundExact,
  roundQuotient,
  toSafeNumber,
} from '../exact/rational.ts';
import type { FeeAmounts } from './fee-engine.ts';

/** Rule per line: brokers often round regulatory fees up to the cent. Ceil of a rebate is toward zero. */
export interface InvoiceRounding {
  readonly exchangeFee: RoundingRule;
  readonly section31: RoundingRule;
  readonly taf: RoundingRule;
  readonly clearing: RoundingRule;
}

/** Lines of an invoice in minor units, positive = charge. */
export interface InvoiceLines {
  readonly exchangeFeeMinor: number;
  readonly section31Minor: number;
  readonly tafMinor: number;
  readonly clearingMinor: number;
}

/** An amount of 1e-6 currency units as minor units; `microPerMinor` is 10,000 for cents. */
export function roundToMinor(amountMicro: number, microPerMinor: number, rule: RoundingRule): number {
  if (!Number.isSafeInteger(amountMicro) || !Number.isSafeInteger(microPerMinor) || microPerMinor < 1) {
    throw new TwinError('MKT_CONFIG', 'an invoice rounds whole 1e-6 units to whole minor units', {
      amountMicro,
      microPerMinor,
    });
  }
  return Number(roundQuotient(BigInt(amountMicro), BigInt(microPerMinor), rule));
}

/** Turns 1e-6 currency units into minor units of any size: those of a crypto asset may be finer than 1e-6. */
export class MinorUnits {
  readonly #perMicro: Rational;
  readonly #rule: RoundingRule;

  /** `minorUnit` in currency units, an exact decimal above 0. */
  constructor(minorUnit: string, rule: RoundingRule) {
    this.#perMicro = divide(parseExact('0.000001'), parseExact(minorUnit));
    this.#rule = rule;
  }

  /** Raises MKT_CONFIG beyond ±2^53. */
  of(amountMicro: number): number {
    const amount = multiply({ numerator: BigInt(amountMicro), denominator: 1n }, this.#perMicro);
    return toSafeNumber(roundExact(amount, this.#rule), 'fees in minor units');
  }
}

/** Adds the fees of a fill to a running sum. */
export function addAmounts(sum: FeeAmounts, amounts: FeeAmounts): void {
  // What was taken from the received asset is paid already and is on no invoice in currency.
  if (amounts.takenBaseUnits === 0) sum.exchangeFeeMicro += amounts.exchangeFeeMicro;
  sum.section31Micro += amounts.section31Micro;
  sum.tafMicro += amounts.tafMicro;
  sum.clearingMicro += amounts.clearingMicro;
}

/** Lines of an invoice over the sum of many fills. */
export function invoiceOf(sum: FeeAmounts, microPerMinor: number, rounding: InvoiceRounding): InvoiceLines {
  return {
    exchangeFeeMinor: roundToMinor(sum.exchangeFeeMicro, microPerMinor, rounding.exchangeFee),
    section31Minor: roundToMinor(sum.section31Micro, microPerMinor, rounding.section31),
    tafMinor: roundToMinor(sum.tafMicro, microPerMinor, rounding.taf),
    clearingMinor: roundToMinor(sum.clearingMicro, microPerMinor, rounding.clearing),
  };
}
