/** Section 31 and Trading Activity Fee of one day (market-rules §5.2): charged on sales only. */

import { periodOn } from '../exact/dated-periods.ts';
import { multiply, parseExact, type Rational, type RoundingRule } from '../exact/rational.ts';
import { ScaledProduct } from '../exact/scaled-product.ts';
import { type FeeInstrument, MICRO_PER_UNIT, toMicro } from './fee-charge.ts';
import type { RegulatoryFees } from './schedule.ts';

const MICRO = parseExact(String(MICRO_PER_UNIT));
const PER_MILLION = parseExact('1/1000000');

export class RegulatoryDay {
  readonly #section31: ScaledProduct;
  readonly #taf: ScaledProduct;
  readonly #tafMaxMicro: number;

  /** Raises MKT_CONFIG when a table has no rate for the day. */
  constructor(
    fees: RegulatoryFees,
    kind: 'usEquity' | 'usOption',
    instrument: FeeInstrument,
    day: string,
    rule: RoundingRule,
  ) {
    const units = parseExact(instrument.unitsPerLot);
    const principal = multiply(
      multiply(parseExact(instrument.tickSize), units),
      parseExact(instrument.multiplier),
    );
    const section31 = parseExact(periodOn(fees.section31, day, 'the Section 31 table').perMillion);
    this.#section31 = new ScaledProduct(inMicro(multiply(multiply(section31, PER_MILLION), principal)), rule);
    const taf = periodOn(fees.taf, day, 'the Trading Activity Fee table');
    const rate =
      instrument.isTafExempt === true ? '0' : kind === 'usOption' ? taf.perOptionContract : taf.perShare;
    this.#taf = new ScaledProduct(inMicro(multiply(parseExact(rate), units)), rule);
    // The cap per trade is one of covered equities; options pay per contract without one.
    this.#tafMaxMicro = kind === 'usOption' ? Number.MAX_SAFE_INTEGER : toMicro(taf.capPerTrade, rule);
  }

  section31Micro(priceTicks: number, qtyLots: number): number {
    return this.#section31.of(priceTicks, qtyLots, 'Section 31 fee in 1e-6 currency units');
  }

  tafMicro(qtyLots: number): number {
    return Math.min(this.#taf.of(1, qtyLots, 'TAF in 1e-6 currency units'), this.#tafMaxMicro);
  }
}

function inMicro(value: Rational): Rational {
  return multiply(value, MICRO);
}
