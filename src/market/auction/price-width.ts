/** Widths and ranges of prices in ticks: thresholds, tolerances and collars are computed here and rounded by name. */

import type { InstrumentSpec } from '../../domain/index.ts';
import { parseTicks } from '../../domain/index.ts';
import { isExactText, parseExact } from '../exact/rational.ts';
import { isRecord, unknownKeys, wholeNumber } from './price-rule.ts';

const BPS_PER_ONE = 10_000;
const BPS_MAX = 1_000_000;

/** Best bid and offer of the continuous book, ticks. */
export interface Quote {
  readonly bidTicks: number;
  readonly askTicks: number;
}

/** Prices from low to high, both included, ticks. */
export interface PriceRange {
  readonly lowTicks: number;
  readonly highTicks: number;
}

/** The larger of a part of a price, in basis points, and a fixed number of ticks. */
export interface PriceWidth {
  readonly bps: number;
  readonly minTicks: number;
}

/** A width as it stands in a file: the fixed part as a price in text. */
export interface PriceWidthConfig {
  readonly bps: number;
  readonly minPrice: string;
}

/** Twice the middle of a quote, so that a half tick is a whole number. */
export function midpointHalfTicks(quote: Quote): number {
  return quote.bidTicks + quote.askTicks;
}

/** Whole ticks within a width around a price. Units: halfTicks is twice the price. Rounding: floor, i.e. inwards. */
export function widthAroundHalfTicks(width: PriceWidth, halfTicks: number): number {
  return Math.max(width.minTicks, Math.floor((width.bps * Math.abs(halfTicks)) / (2 * BPS_PER_ONE)));
}

/** Nasdaq's benchmark range: inside bid - T to inside ask + T with T of the midpoint (market-rules §3.2, step 5). */
export function thresholdRange(width: PriceWidth, quote: Quote): PriceRange {
  const ticks = widthAroundHalfTicks(width, midpointHalfTicks(quote));
  return { lowTicks: quote.bidTicks - ticks, highTicks: quote.askTicks + ticks };
}

/** A width around one price, both bounds rounded inwards. */
export function rangeAround(width: PriceWidth, priceTicks: number): PriceRange {
  const ticks = widthAroundHalfTicks(width, 2 * priceTicks);
  return { lowTicks: priceTicks - ticks, highTicks: priceTicks + ticks };
}

/** Whether a price lies more than a tolerance away from another one, compared without rounding. */
export function isBeyond(priceTicks: number, fromTicks: number, toleranceBps: number): boolean {
  return Math.abs(priceTicks - fromTicks) * BPS_PER_ONE > toleranceBps * Math.abs(fromTicks);
}

/** Part of a price in basis points, ticks. Rounding: half up (ties away from zero). */
export function partOf(priceTicks: number, bps: number): number {
  const exact = (Math.abs(priceTicks) * bps) / BPS_PER_ONE;
  return Math.floor(exact + 0.5);
}

/** Width of a file for an instrument. Raises MKT_CONFIG when the fixed part is no whole number of ticks. */
export function resolveWidth(config: PriceWidthConfig, instrument: InstrumentSpec): PriceWidth {
  return { bps: config.bps, minTicks: parseTicks(instrument, config.minPrice) };
}

/** Problems of a width as it came from a file. */
export function widthProblems(value: unknown, path: string): string[] {
  if (!isRecord(value)) return [`${path}: is a width with the keys bps and minPrice`];
  return [
    ...unknownKeys(value, ['bps', 'minPrice'], path),
    ...wholeNumber(value.bps, 0, BPS_MAX, `${path}.bps`),
    ...priceProblem(value.minPrice, `${path}.minPrice`),
  ];
}

/** Problem of a value that is no exact price in text, or one below zero. */
export function priceProblem(value: unknown, path: string): string[] {
  return typeof value === 'string' && isExactText(value) && parseExact(value).numerator >= 0n
    ? []
    : [`${path}: must be a decimal in text, at least '0', found ${JSON.stringify(value)}`];
}
