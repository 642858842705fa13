/**
 * Price increments by price band (market-rules §7): a table over exact prices, and the same compiled to whole ticks of an
 * instrument's finest grid. Bands go by the size of the price, so that spreads below zero have the increments of their
 * mirror image.
 */

import { TwinError } from '../../base/index.ts';
import {
  compareExact,
  divide,
  formatExact,
  isExactText,
  isWhole,
  parseExact,
  type Rational,
  toSafeNumber,
  ZERO,
} from '../exact/rational.ts';

/** From a price on ('from', inclusive) or above it ('after', exclusive), prices are multiples of `tick`. */
export interface TickBand {
  readonly from?: string | undefined;
  readonly after?: string | undefined;
  /** Exact increment in currency units: a decimal or a fraction ('1/32'). */
  readonly tick: string;
}

/** FIX OrdRejReason 18: invalid price increment. */
export const FIX_INVALID_PRICE_INCREMENT = 18;

/** Answer of a price check: `fixReason` 0 = the price is on its increment. */
export interface IncrementCheck {
  readonly fixReason: 0 | typeof FIX_INVALID_PRICE_INCREMENT;
  /** The increment at that price, exact text. */
  readonly tick: string;
}

/** Compiled table: band i holds from fromTicks[i] (inclusive) in steps of stepTicks[i], both of the finest grid. */
export class TickTable {
  readonly fromTicks: Float64Array;
  readonly stepTicks: Float64Array;

  constructor(fromTicks: readonly number[], stepTicks: readonly number[]) {
    this.fromTicks = Float64Array.from(fromTicks);
    this.stepTicks = Float64Array.from(stepTicks);
  }
}

/** Problems of a table: bands that do not begin at 0, do not rise, or have no positive increment. */
export function checkTickBands(bands: readonly TickBand[], path: string): string[] {
  const problems: string[] = [];
  let below: Rational | null = null;
  bands.forEach((band, index) => {
    const where = `${path}[${index}]`;
    if (!isExactText(band.tick) || compareExact(parseExact(band.tick), ZERO) <= 0)
      problems.push(`${where}.tick: an increment above 0, found "${band.tick}"`);
    const edge = band.from ?? band.after;
    if (edge === undefined || (band.from !== undefined && band.after !== undefined)) {
      problems.push(`${where}: exactly one of from and after`);
      return;
    }
    if (!isExactText(edge)) {
      problems.push(`${where}: a band begins at a decimal number, found "${edge}"`);
      return;
    }
    const start = parseExact(edge);
    if (index === 0 && (band.after !== undefined || compareExact(start, ZERO) !== 0))
      problems.push(`${where}.from: gap, the first band begins at 0, found ${edge}`);
    if (below !== null && compareExact(start, below) <= 0)
      problems.push(`${where}: bands rise, found ${edge} after ${formatExact(below)}`);
    below = start;
  });
  if (bands.length === 0) problems.push(`${path}: at least one band`);
  return problems;
}

/**
 * Compiles a table for an instrument whose prices are counted in `gridTick`. Raises MKT_CONFIG with every problem: an
 * increment or a band edge that is no whole number of grid ticks cannot be told apart on that grid.
 */
export function compileTickTable(bands: readonly TickBand[], gridTick: string): TickTable {
  const problems = checkTickBands(bands, 'bands');
  if (!isExactText(gridTick) || compareExact(parseExact(gridTick), ZERO) <= 0)
    problems.push(`gridTick: a number above 0, found "${gridTick}"`);
  const from: number[] = [];
  const step: number[] = [];
  if (problems.length === 0) {
    const grid = parseExact(gridTick);
    bands.forEach((band, index) => {
      const edge = inGridTicks(band.from ?? band.after!, grid, `bands[${index}]`, problems);
      from.push(band.after === undefined ? edge : edge + 1);
      step.push(inGridTicks(band.tick, grid, `bands[${index}].tick`, problems));
    });
  }
  if (problems.length > 0)
    throw new TwinError('MKT_CONFIG', `a tick table fits its grid: ${problems.join('; ')}`);
  return new TickTable(from, step);
}

/** Increment at a price, in grid ticks. */
export function tickAt(table: TickTable, priceTicks: number): number {
  return table.stepTicks[bandOf(table.fromTicks, priceTicks < 0 ? -priceTicks : priceTicks)]!;
}

/** Whether a price is a multiple of the increment at that price. */
export function isOnTick(table: TickTable, priceTicks: number): boolean {
  return priceTicks % tickAt(table, priceTicks) === 0;
}

/** The nearest price on its increment that is not below ('up') or not above ('down') the given one. */
export function roundToTick(table: TickTable, priceTicks: number, direction: 'up' | 'down'): number {
  if (isOnTick(table, priceTicks)) return priceTicks;
  const step = tickAt(table, priceTicks);
  const floor = Math.floor(priceTicks / step) * step;
  const candidate = direction === 'down' ? floor : floor + step;
  // A step may lead over the edge of a band, into a coarser grid or below the first price of a finer one.
  if (isOnTick(table, candidate) && tickAt(table, candidate) === step) return candidate;
  return walkFrom(table, priceTicks, candidate, direction);
}

/** The next valid price above ('up') or below ('down') a price. */
export function nextTick(table: TickTable, priceTicks: number, direction: 'up' | 'down'): number {
  return roundToTick(table, direction === 'up' ? priceTicks + 1 : priceTicks - 1, direction);
}

/** Checks a price in text exactly, also one that is finer than any grid. Raises MKT_CONFIG when it is no number. */
export function checkPriceText(bands: readonly TickBand[], price: string): IncrementCheck {
  const value = parseExact(price);
  const size = value.numerator < 0n ? { ...value, numerator: -value.numerator } : value;
  let tick = bands[0]!.tick;
  for (const band of bands) {
    const order = compareExact(size, parseExact(band.from ?? band.after!));
    if (order > 0 || (order === 0 && band.from !== undefined)) tick = band.tick;
  }
  const isOn = isWhole(divide(value, parseExact(tick)));
  return { fixReason: isOn ? 0 : FIX_INVALID_PRICE_INCREMENT, tick };
}

/** Last band that begins at or below a size of price. */
function bandOf(fromTicks: Float64Array, size: number): number {
  let band = fromTicks.length - 1;
  while (band > 0 && fromTicks[band]! > size) band--;
  return band;
}

/** Looks for the first valid price at the edges of the bands between a price and a step's length beyond. */
function walkFrom(table: TickTable, priceTicks: number, candidate: number, direction: 'up' | 'down'): number {
  let best = direction === 'up' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  for (let band = 0; band < table.fromTicks.length; band++) {
    const step = table.stepTicks[band]!;
    const low = table.fromTicks[band]!;
    const high = (table.fromTicks[band + 1] ?? Number.POSITIVE_INFINITY) - 1;
    for (const sign of [1, -1]) {
      const from = sign === 1 ? low : -high;
      const to = sign === 1 ? high : -low;
      if (direction === 'up') {
        const first = Math.ceil(Math.max(from, priceTicks) / step) * step;
        if (first <= to && first < best) best = first;
      } else {
        const last = Math.floor(Math.min(to, priceTicks) / step) * step;
        if (last >= from && last > best) best = last;
      }
    }
  }
  // -0 is a price of zero.
  return Number.isFinite(best) ? best + 0 : candidate;
}

function inGridTicks(text: string, grid: Rational, path: string, problems: string[]): number {
  const count = divide(parseExact(text), grid);
  if (!isWhole(count)) {
    problems.push(`${path}: ${text} is a whole number of grid ticks of ${formatExact(grid)}`);
    return 1;
  }
  return toSafeNumber(count.numerator, 'number of grid ticks');
}
