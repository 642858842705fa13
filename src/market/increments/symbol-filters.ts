/** Order filters of crypto venues (market-rules §7.5, §1.17), compiled to whole ticks and lots of the instrument's grids. */

import { TwinError } from '../../base/index.ts';
import { UNDEF_INT32 } from '../../domain/index.ts';
import type { AveragePriceValue } from '../breakers/average-price.ts';
import {
  divide,
  isExactText,
  isWhole,
  multiply,
  parseExact,
  type Rational,
  toSafeNumber,
} from '../exact/rational.ts';

/** Exact decimals in text; '0' switches a rule off, as the venues do. Counts: 0 = no limit. */
export interface SymbolFilterSpec {
  readonly minPrice: string;
  readonly maxPrice: string;
  readonly tickSize: string;
  /** Where multiples of tick and step are counted from: the venue documents both readings, from zero and from the minimum. */
  readonly stepOrigin: 'zero' | 'minimum';
  readonly minQty: string;
  readonly maxQty: string;
  readonly stepSize: string;
  readonly marketMinQty: string;
  readonly marketMaxQty: string;
  readonly marketStepSize: string;
  readonly minNotional: string;
  readonly maxNotional: string;
  /** Whether market orders are held to the notional at the average price. */
  readonly applyNotionalToMarket: boolean;
  /** Bounds of the limit price as factors of the average price. */
  readonly multiplierUp: string;
  readonly multiplierDown: string;
  /** Minutes over which prices are averaged; 0 = the last price. */
  readonly avgPriceMins: number;
  readonly maxIcebergParts: number;
}

/** Names of the filters as the venues answer them; 'OK' = the order passes. */
export type FilterAnswer =
  | 'OK'
  | 'PRICE_FILTER'
  | 'LOT_SIZE'
  | 'MARKET_LOT_SIZE'
  | 'NOTIONAL'
  | 'MIN_NOTIONAL'
  | 'PERCENT_PRICE'
  | 'ICEBERG_PARTS';

/** An order as the filters see it. */
export interface FilterOrder {
  /** UNDEF_INT32 for orders without a limit. */
  readonly priceTicks: number;
  readonly qtyLots: number;
  /** Displayed part of an iceberg, 0 = none. */
  readonly displayQtyLots: number;
  /** A change may leave them alone: what stood stays. */
  readonly hasNewPrice: boolean;
  readonly hasNewQty: boolean;
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly origin: number;
}

export class SymbolFilters {
  readonly #spec: SymbolFilterSpec;
  readonly #price: Range;
  readonly #lot: Range;
  readonly #marketLot: Range;
  /** Notional bounds in (grid tick x grid lot), exact; null = off. */
  readonly #minNotional: Rational | null;
  readonly #maxNotional: Rational | null;
  /** Factors of the average price; null = off. */
  readonly #up: Rational | null;
  readonly #down: Rational | null;

  /** Grids: currency units per tick and base units per lot of the instrument. Raises MKT_CONFIG with every problem. */
  constructor(spec: SymbolFilterSpec, gridTick: string, gridLot: string) {
    const problems = checkFilterSpec(spec);
    const tick = parseExact(gridTick);
    const lot = parseExact(gridLot);
    const count = (name: keyof SymbolFilterSpec, unit: Rational): number => {
      if (problems.length > 0) return 0;
      const value = divide(parseExact(spec[name] as string), unit);
      if (isWhole(value)) return toSafeNumber(value.numerator, name);
      throw new TwinError('MKT_CONFIG', `${name} is a whole number of the instrument's grid`, {
        [name]: String(spec[name]),
        grid: unit === tick ? gridTick : gridLot,
      });
    };
    // Every price or quantity of the instrument is on a step that divides its grid.
    const stepOf = (name: keyof SymbolFilterSpec, unit: Rational): number => {
      if (problems.length > 0) return 0;
      const value = parseExact(spec[name] as string);
      return value.numerator !== 0n && isWhole(divide(unit, value)) ? 1 : count(name, unit);
    };
    const range = (
      min: keyof SymbolFilterSpec,
      max: keyof SymbolFilterSpec,
      step: keyof SymbolFilterSpec,
      unit: Rational,
    ): Range => ({
      min: count(min, unit),
      max: count(max, unit),
      step: stepOf(step, unit),
      origin: spec.stepOrigin === 'minimum' ? count(min, unit) : 0,
    });
    if (problems.length > 0) throw new TwinError('MKT_CONFIG', `filters are sound: ${problems.join('; ')}`);
    this.#spec = spec;
    this.#price = range('minPrice', 'maxPrice', 'tickSize', tick);
    this.#lot = range('minQty', 'maxQty', 'stepSize', lot);
    this.#marketLot = range('marketMinQty', 'marketMaxQty', 'marketStepSize', lot);
    const perTickLot = multiply(tick, lot);
    const bound = (text: string): Rational | null => {
      const value = parseExact(text);
      return value.numerator === 0n ? null : divide(value, perTickLot);
    };
    this.#minNotional = bound(spec.minNotional);
    this.#maxNotional = bound(spec.maxNotional);
    const factor = (text: string): Rational | null => {
      const value = parseExact(text);
      return value.numerator === 0n ? null : value;
    };
    this.#up = factor(spec.multiplierUp);
    this.#down = factor(spec.multiplierDown);
  }

  /** First filter that an order breaks, in the venue's documented order, or 'OK'. `average` null: there is no average price. */
  check(order: FilterOrder, average: AveragePriceValue | null): FilterAnswer {
    const { priceTicks, qtyLots, hasNewPrice, hasNewQty } = order;
    const isMarket = priceTicks === UNDEF_INT32;
    if (hasNewPrice && !isMarket) {
      if (!isWithin(this.#price, priceTicks)) return 'PRICE_FILTER';
      if (average !== null && !this.#isNearAverage(priceTicks, average)) return 'PERCENT_PRICE';
    }
    if (hasNewQty && !isWithin(this.#lot, qtyLots)) return 'LOT_SIZE';
    if (hasNewQty && isMarket && !isWithin(this.#marketLot, qtyLots)) return 'MARKET_LOT_SIZE';
    const { maxIcebergParts } = this.#spec;
    const parts = order.displayQtyLots === 0 ? 0 : Math.ceil(qtyLots / order.displayQtyLots);
    if (maxIcebergParts > 0 && parts > maxIcebergParts) return 'ICEBERG_PARTS';
    return hasNewPrice || hasNewQty
      ? this.#checkNotional(qtyLots, isMarket ? null : priceTicks, average)
      : 'OK';
  }

  /** average · down ≤ price ≤ average · up, compared exactly. */
  #isNearAverage(priceTicks: number, { numerator, denominator }: AveragePriceValue): boolean {
    const price = BigInt(priceTicks) * denominator;
    const [up, down] = [this.#up, this.#down];
    if (up !== null && price * up.denominator > numerator * up.numerator) return false;
    return down === null || price * down.denominator >= numerator * down.numerator;
  }

  /** The price of a market order (null) is the average; without one there is nothing to hold it to. */
  #checkNotional(
    qtyLots: number,
    priceTicks: number | null,
    average: AveragePriceValue | null,
  ): FilterAnswer {
    if (priceTicks === null && (!this.#spec.applyNotionalToMarket || average === null)) return 'OK';
    const [min, max] = [this.#minNotional, this.#maxNotional];
    if (min === null && max === null) return 'OK';
    const numerator = (priceTicks === null ? average!.numerator : BigInt(priceTicks)) * BigInt(qtyLots);
    const denominator = priceTicks === null ? average!.denominator : 1n;
    if (min !== null && numerator * min.denominator < min.numerator * denominator) return 'MIN_NOTIONAL';
    const isOver = max !== null && numerator * max.denominator > max.numerator * denominator;
    return isOver ? 'NOTIONAL' : 'OK';
  }
}

const DECIMALS = [
  'minPrice',
  'maxPrice',
  'tickSize',
  'minQty',
  'maxQty',
  'stepSize',
  'marketMinQty',
  'marketMaxQty',
  'marketStepSize',
  'minNotional',
  'maxNotional',
  'multiplierUp',
  'multiplierDown',
] as const;
const COUNTS = ['avgPriceMins', 'maxIcebergParts'] as const;

/** Every problem of a filter spec. */
export function checkFilterSpec(spec: SymbolFilterSpec): string[] {
  const problems: string[] = [];
  for (const name of DECIMALS) {
    if (!isExactText(spec[name]) || spec[name].startsWith('-'))
      problems.push(`${name}: a decimal number from 0, found "${spec[name]}"`);
  }
  for (const name of COUNTS) {
    if (!Number.isSafeInteger(spec[name]) || spec[name] < 0)
      problems.push(`${name}: a whole number from 0, found ${spec[name]}`);
  }
  return problems;
}

function isWithin({ min, max, step, origin }: Range, value: number): boolean {
  if ((min > 0 && value < min) || (max > 0 && value > max)) return false;
  return step === 0 || (value - origin) % step === 0;
}
