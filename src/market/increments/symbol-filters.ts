/** Order filters of crypto venues (market-rules §7.5), compiled to whole ticks and lots of the instrument's grids. */

import { TwinError } from '../../base/index.ts';
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
  readonly maxOrders: number;
  readonly maxAlgoOrders: number;
  readonly maxIcebergParts: number;
  /** Most that may be held plus ordered, base units in text. */
  readonly maxPosition: string;
  readonly minTrailingDeltaBips: number;
  readonly maxTrailingDeltaBips: number;
}

/** Names of the filters as the venues answer them; 'OK' = the order passes. */
export type FilterAnswer =
  | 'OK'
  | 'PRICE_FILTER'
  | 'LOT_SIZE'
  | 'MARKET_LOT_SIZE'
  | 'NOTIONAL'
  | 'MIN_NOTIONAL'
  | 'MAX_NUM_ORDERS'
  | 'MAX_NUM_ALGO_ORDERS'
  | 'ICEBERG_PARTS'
  | 'MAX_POSITION'
  | 'TRAILING_DELTA';

/** An order as the filters see it. */
export interface FilterOrder {
  readonly isBuy: boolean;
  readonly isMarket: boolean;
  /** Limit price; of a market order the average price of the venue's window, or 0 when there is none. */
  readonly priceTicks: number;
  readonly qtyLots: number;
  /** Displayed part of an iceberg, 0 = none. */
  readonly icebergLots: number;
  /** 0 = not a trailing order. */
  readonly trailingDeltaBips: number;
  readonly isAlgo: boolean;
  /** Of the account, before this order. */
  readonly openOrders: number;
  readonly openAlgoOrders: number;
  /** Held plus open buys, lots. */
  readonly positionLots: number;
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
  readonly #maxPositionLots: number;
  /** Notional bounds in (grid tick x grid lot), exact; null = off. */
  readonly #minNotional: Rational | null;
  readonly #maxNotional: Rational | null;

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
    const range = (
      min: keyof SymbolFilterSpec,
      max: keyof SymbolFilterSpec,
      step: keyof SymbolFilterSpec,
      unit: Rational,
    ): Range => ({
      min: count(min, unit),
      max: count(max, unit),
      step: count(step, unit),
      origin: spec.stepOrigin === 'minimum' ? count(min, unit) : 0,
    });
    if (problems.length > 0) throw new TwinError('MKT_CONFIG', `filters are sound: ${problems.join('; ')}`);
    this.#spec = spec;
    this.#price = range('minPrice', 'maxPrice', 'tickSize', tick);
    this.#lot = range('minQty', 'maxQty', 'stepSize', lot);
    this.#marketLot = range('marketMinQty', 'marketMaxQty', 'marketStepSize', lot);
    this.#maxPositionLots = count('maxPosition', lot);
    const perTickLot = multiply(tick, lot);
    const bound = (text: string): Rational | null => {
      const value = parseExact(text);
      return value.numerator === 0n ? null : divide(value, perTickLot);
    };
    this.#minNotional = bound(spec.minNotional);
    this.#maxNotional = bound(spec.maxNotional);
  }

  /** First filter that an order breaks, in the venue's documented order, or 'OK'. */
  check(order: FilterOrder): FilterAnswer {
    if (!order.isMarket && !isWithin(this.#price, order.priceTicks)) return 'PRICE_FILTER';
    if (!isWithin(this.#lot, order.qtyLots)) return 'LOT_SIZE';
    if (order.isMarket && !isWithin(this.#marketLot, order.qtyLots)) return 'MARKET_LOT_SIZE';
    const notional = this.#checkNotional(order);
    return notional === 'OK' ? this.#checkCounts(order) : notional;
  }

  #checkNotional(order: FilterOrder): FilterAnswer {
    // Without an average price there is nothing to hold a market order to.
    if (order.isMarket && (!this.#spec.applyNotionalToMarket || order.priceTicks === 0)) return 'OK';
    if (isBelow(order, this.#minNotional)) return 'MIN_NOTIONAL';
    return isAbove(order, this.#maxNotional) ? 'NOTIONAL' : 'OK';
  }

  #checkCounts(order: FilterOrder): FilterAnswer {
    const spec = this.#spec;
    if (spec.maxOrders > 0 && order.openOrders >= spec.maxOrders) return 'MAX_NUM_ORDERS';
    if (order.isAlgo && spec.maxAlgoOrders > 0 && order.openAlgoOrders >= spec.maxAlgoOrders)
      return 'MAX_NUM_ALGO_ORDERS';
    const parts = order.icebergLots === 0 ? 0 : Math.ceil(order.qtyLots / order.icebergLots);
    if (spec.maxIcebergParts > 0 && parts > spec.maxIcebergParts) return 'ICEBERG_PARTS';
    const isOver = order.positionLots + order.qtyLots > this.#maxPositionLots;
    if (order.isBuy && this.#maxPositionLots > 0 && isOver) return 'MAX_POSITION';
    const delta = order.trailingDeltaBips;
    const isTooSmall = spec.minTrailingDeltaBips > 0 && delta < spec.minTrailingDeltaBips;
    const isTooLarge = spec.maxTrailingDeltaBips > 0 && delta > spec.maxTrailingDeltaBips;
    return delta !== 0 && (isTooSmall || isTooLarge) ? 'TRAILING_DELTA' : 'OK';
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
  'maxPosition',
] as const;
const COUNTS = [
  'maxOrders',
  'maxAlgoOrders',
  'maxIcebergParts',
  'minTrailingDeltaBips',
  'maxTrailingDeltaBips',
] as const;

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

function isBelow(order: FilterOrder, bound: Rational | null): boolean {
  if (bound === null) return false;
  return BigInt(order.priceTicks) * BigInt(order.qtyLots) * bound.denominator < bound.numerator;
}

function isAbove(order: FilterOrder, bound: Rational | null): boolean {
  if (bound === null) return false;
  return BigInt(order.priceTicks) * BigInt(order.qtyLots) * bound.denominator > bound.numerator;
}
