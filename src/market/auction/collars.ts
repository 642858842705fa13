/**
 * Collars of a reopening after a limit pause, and how they widen (market-rules §4.3). The collar starts at one step beyond
 * the band that was hit on its side and at the other band on the other side. Each extension widens the side on which the
 * price, or the market orders left over, would not be permitted, by another step.
 */

import { type BinaryReader, type BinaryWriter, invariant } from '../../base/index.ts';
import { BUY, type InstrumentSpec, parseTicks, SELL, type Side } from '../../domain/index.ts';
import type { ClearingPrice } from './clearing-price.ts';
import type { AuctionInterest } from './interest.ts';
import { isRecord, raiseProblems, unknownKeys, wholeNumber } from './price-rule.ts';
import { type PriceRange, partOf, priceProblem } from './price-width.ts';

/** As it stands in a file; prices are text in currency units. */
export interface ReopeningCollarConfig {
  /** One step as a part of the reference price (the band that was hit), basis points. */
  readonly stepBps: number;
  /** Up to this reference price, included, a step is `lowPriceStep` instead. */
  readonly lowPriceMax: string;
  readonly lowPriceStep: string;
}

export interface ReopeningCollarRule {
  readonly stepBps: number;
  readonly lowPriceMaxTicks: number;
  readonly lowPriceStepTicks: number;
}

/** A collar rule of a file for an instrument. Raises MKT_CONFIG with every problem. */
export function resolveReopeningCollar(
  value: unknown,
  instrument: InstrumentSpec,
  path: string,
): ReopeningCollarRule {
  raiseProblems(reopeningCollarProblems(value, path), 'a reopening collar has sound values');
  const config = value as ReopeningCollarConfig;
  return {
    stepBps: config.stepBps,
    lowPriceMaxTicks: parseTicks(instrument, config.lowPriceMax),
    lowPriceStepTicks: parseTicks(instrument, config.lowPriceStep),
  };
}

/** Problems of a collar rule as it came from a file. */
export function reopeningCollarProblems(value: unknown, path: string): string[] {
  const keys = ['stepBps', 'lowPriceMax', 'lowPriceStep'];
  if (!isRecord(value)) return [`${path}: is a reopening collar with the keys ${keys.join(', ')}`];
  return [
    ...unknownKeys(value, keys, path),
    ...wholeNumber(value.stepBps, 1, 10_000, `${path}.stepBps`),
    ...priceProblem(value.lowPriceMax, `${path}.lowPriceMax`),
    ...priceProblem(value.lowPriceStep, `${path}.lowPriceStep`),
  ];
}

/** What a call would end with, as far as it decides whether it may end. */
export interface CallResult {
  /** Null when nothing is executable. */
  readonly priceTicks: number | null;
  readonly volumeLots: number;
  /** Market orders that would stay unfilled, lots. */
  readonly leftMarketBuyLots: number;
  readonly leftMarketSellLots: number;
}

/** Sums up an interest and its price for the decisions at the end of a call. */
export function callResultOf(interest: AuctionInterest, price: ClearingPrice): CallResult {
  return {
    priceTicks: price.priceTicks,
    volumeLots: price.volumeLots,
    leftMarketBuyLots: Math.max(0, interest.marketBuyLots - price.volumeLots),
    leftMarketSellLots: Math.max(0, interest.marketSellLots - price.volumeLots),
  };
}

/** Band whose limit state led to the pause. */
export type BandHit = 'upper' | 'lower';

/** Collar of one reopening auction, ticks, both bounds included. */
export class ReopeningCollar {
  readonly #rule: ReopeningCollarRule;
  #isUpperHit: boolean;
  #bands: PriceRange;
  /** Steps by which each side lies beyond its band. */
  #lowSteps = 0;
  #highSteps = 0;
  #extensionCount = 0;

  constructor(rule: ReopeningCollarRule, bandHit: BandHit, bands: PriceRange) {
    invariant(bands.lowTicks <= bands.highTicks, 'the lower band lies below the upper one');
    this.#rule = rule;
    this.#isUpperHit = bandHit === 'upper';
    this.#bands = bands;
    if (this.#isUpperHit) this.#highSteps = 1;
    else this.#lowSteps = 1;
  }

  /** Auction reference price: the band that was hit. */
  get referenceTicks(): number {
    return this.#isUpperHit ? this.#bands.highTicks : this.#bands.lowTicks;
  }

  get range(): PriceRange {
    return {
      lowTicks: this.#bands.lowTicks - this.#stepsTicks(this.#lowSteps),
      highTicks: this.#bands.highTicks + this.#stepsTicks(this.#highSteps),
    };
  }

  /** Number of extensions so far. */
  get extensionCount(): number {
    return this.#extensionCount;
  }

  /**
   * Side of the collar that the end of the call would break; null when the stock may reopen. A price beyond the collar
   * goes before market orders left over.
   */
  brokenSide({ priceTicks, leftMarketBuyLots, leftMarketSellLots }: CallResult): 'low' | 'high' | null {
    const { lowTicks, highTicks } = this.range;
    if (priceTicks !== null && priceTicks > highTicks) return 'high';
    if (priceTicks !== null && priceTicks < lowTicks) return 'low';
    const leftSide: Side | null = leftMarketBuyLots > 0 ? BUY : leftMarketSellLots > 0 ? SELL : null;
    return leftSide === null ? null : leftSide === BUY ? 'high' : 'low';
  }

  /**
   * Decides at the end of a call. 'extend' has widened the collar by one step; from the cutoff on (15:50 New York) there is
   * no reopening but the closing auction.
   */
  endCall(result: CallResult, isPastCutoff: boolean): 'open' | 'extend' | 'closingAuction' {
    if (isPastCutoff) return 'closingAuction';
    const broken = this.brokenSide(result);
    if (broken === null) return 'open';
    if (broken === 'high') this.#highSteps++;
    else this.#lowSteps++;
    this.#extensionCount++;
    return 'extend';
  }

  writeState(writer: BinaryWriter): void {
    writer.section('reopening-collar');
    writer.uint8(this.#isUpperHit ? 1 : 0);
    for (const value of [this.#bands.lowTicks, this.#bands.highTicks]) writer.int32(value);
    for (const value of [this.#lowSteps, this.#highSteps, this.#extensionCount]) writer.int32(value);
  }

  /** Into a collar of the same rule; which band was hit and the bands come from the snapshot. */
  readState(reader: BinaryReader): void {
    reader.section('reopening-collar');
    this.#isUpperHit = reader.uint8() === 1;
    this.#bands = { lowTicks: reader.int32(), highTicks: reader.int32() };
    this.#lowSteps = reader.int32();
    this.#highSteps = reader.int32();
    this.#extensionCount = reader.int32();
  }

  /** Steps in ticks; of the sum, not of each, so that roundings do not add up. Rounding: half up. */
  #stepsTicks(steps: number): number {
    const { stepBps, lowPriceMaxTicks, lowPriceStepTicks } = this.#rule;
    return this.referenceTicks <= lowPriceMaxTicks
      ? steps * lowPriceStepTicks
      : partOf(this.referenceTicks, steps * stepBps);
  }
}
