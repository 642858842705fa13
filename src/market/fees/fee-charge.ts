/** One price of a schedule, made ready for one instrument: exact whole numbers of 1e-6 currency units per fill. */

import { TwinError } from '../../base/index.ts';
import {
  divide,
  multiply,
  parseExact,
  type Rational,
  type RoundingRule,
  roundExact,
  toSafeNumber,
} from '../exact/rational.ts';
import { ScaledProduct } from '../exact/scaled-product.ts';
import type { Charge, Rate } from './schedule.ts';

/** Sizes of what is traded, exact decimals in text. */
export interface FeeInstrument {
  /** Currency units per tick. */
  readonly tickSize: string;
  /** Shares, contracts or coins per lot: what is counted for rates per unit. */
  readonly unitsPerLot: string;
  /** Notional per unit and currency unit of price: 1 for shares and coins, 100 for options, 50 for ES. */
  readonly multiplier: string;
  /** Set for narrow and broad index options, which pay no Trading Activity Fee (market-rules §5.2). */
  readonly isTafExempt?: boolean;
}

/** 1e-6 currency units per currency unit. */
export const MICRO_PER_UNIT = 1_000_000;
/** Base assets are counted in 1e-8 coins (market-rules §0.2). */
const BASE_UNITS_PER_COIN = parseExact('100000000');
const MICRO = parseExact(String(MICRO_PER_UNIT));
const BPS = parseExact('1/10000');
const HUNDRED = parseExact('100');
const UNLIMITED = Number.MAX_SAFE_INTEGER;

export class FeeCharge {
  readonly #isNotional: boolean;
  readonly #product: ScaledProduct;
  /** Null when the fee is not charged on notional: only such a fee has an amount in the received asset. */
  readonly #received: ScaledProduct | null;
  readonly #minMicro: number;
  readonly #maxMicro: number;

  constructor(
    charge: Charge,
    tier: string | null,
    discountPct: string | null,
    instrument: FeeInstrument,
    rule: RoundingRule,
  ) {
    this.#isNotional = charge.bps !== undefined;
    const units = parseExact(instrument.unitsPerLot);
    const rate = discounted(rateOf(charge.perUnit ?? charge.bps, tier), discountPct);
    const perUnit = this.#isNotional ? multiply(rate, BPS) : rate;
    const notional = multiply(parseExact(instrument.tickSize), parseExact(instrument.multiplier));
    const perLot = multiply(perUnit, units);
    this.#product = new ScaledProduct(
      multiply(this.#isNotional ? multiply(perLot, notional) : perLot, MICRO),
      rule,
    );
    this.#received = this.#isNotional ? new ScaledProduct(multiply(perLot, BASE_UNITS_PER_COIN), rule) : null;
    this.#minMicro = charge.minPerTrade === undefined ? -UNLIMITED : toMicro(charge.minPerTrade, rule);
    this.#maxMicro = charge.maxPerTrade === undefined ? UNLIMITED : toMicro(charge.maxPerTrade, rule);
  }

  /** Charge of one fill in 1e-6 currency units, rounded, minimum and maximum applied. */
  micro(priceTicks: number, qtyLots: number): number {
    // A spread may trade below zero: its notional is a size, not a direction.
    const price = priceTicks < 0 ? -priceTicks : priceTicks;
    const amount = this.#product.of(this.#isNotional ? price : 1, qtyLots, 'fee in 1e-6 currency units');
    if (amount < this.#minMicro) return this.#minMicro;
    return amount > this.#maxMicro ? this.#maxMicro : amount;
  }

  /** The same charge as a part of the quantity, in 1e-8 units of the base asset. */
  baseUnits(qtyLots: number): number {
    if (this.#received === null)
      throw new TwinError('MKT_CONFIG', 'a fee taken from the received asset is given in bps of notional');
    return this.#received.of(1, qtyLots, 'fee in 1e-8 units of the base asset');
  }
}

/** An amount of currency as a whole number of 1e-6 units. */
export function toMicro(amount: string, rule: RoundingRule): number {
  return toSafeNumber(roundExact(multiply(parseExact(amount), MICRO), rule), 'amount in 1e-6 currency units');
}

function rateOf(rate: Rate | undefined, tier: string | null): Rational {
  const text = typeof rate === 'object' ? rate[tier ?? ''] : rate;
  if (text === undefined)
    throw new TwinError('MKT_CONFIG', 'a rate by tier is asked for with one of its tiers', {
      tier: tier ?? 'none',
    });
  return parseExact(text);
}

/** A discount is off what is charged; a rebate stays as it is. */
function discounted(rate: Rational, percent: string | null): Rational {
  if (percent === null || rate.numerator <= 0n) return rate;
  const off = parseExact(percent);
  const left = { numerator: 100n * off.denominator - off.numerator, denominator: off.denominator };
  return multiply(rate, divide(left, HUNDRED));
}
