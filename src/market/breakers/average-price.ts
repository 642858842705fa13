/** Average price of the last minutes, weighted by quantity (Binance `avgPriceMins`, market-rules §1.17); 0 minutes: the last price. */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { UNDEF_INT32 } from '../../domain/index.ts';
import { type AuctionKind, Breaker, type BreakerAction } from './contract.ts';
import { TradeWindow } from './trade-window.ts';

/** An average price in ticks as numerator / denominator, exact. */
export interface AveragePriceValue {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export class AveragePrice {
  /** A trade counts from its time, inclusive, to this much later, exclusive; 0: only the last trade counts. */
  readonly windowNs: number;
  readonly #window = new TradeWindow();
  #lastTicks = UNDEF_INT32;

  constructor(windowNs: number) {
    this.windowNs = windowNs;
  }

  onTrade(timeNs: number, priceTicks: number, qtyLots: number): void {
    this.#lastTicks = priceTicks;
    if (this.windowNs === 0) return;
    this.#window.dropThrough(timeNs - this.windowNs);
    this.#window.add(timeNs, priceTicks, qtyLots);
  }

  /** In ticks, exact; the last price when nothing traded within the window, null before the first trade. */
  at(timeNs: number): AveragePriceValue | null {
    this.#window.dropThrough(timeNs - this.windowNs);
    if (this.#window.count > 0) {
      return { numerator: this.#window.weightedSum, denominator: BigInt(this.#window.weightSum) };
    }
    return this.#lastTicks === UNDEF_INT32 ? null : { numerator: BigInt(this.#lastTicks), denominator: 1n };
  }

  writeState(writer: BinaryWriter): void {
    writer.int32(this.#lastTicks);
    this.#window.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    this.#lastTicks = reader.int32();
    this.#window.readState(reader);
  }
}

/** Keeps the average price of an instrument for its filters at entry: it hears of trades as breakers do, and bounds nothing. */
export class AveragePriceKeeper extends Breaker {
  readonly average: AveragePrice;

  constructor(windowNs: number) {
    super('averagePrice');
    this.average = new AveragePrice(windowNs);
  }

  override onTrade(timeNs: number, priceTicks: number, qtyLots: number, _actions: BreakerAction[]): void {
    this.average.onTrade(timeNs, priceTicks, qtyLots);
  }

  /** The price of an auction counts as one lot: breakers do not hear of its volume. */
  override onUncross(
    timeNs: number,
    priceTicks: number,
    _kind: AuctionKind,
    _actions: BreakerAction[],
  ): void {
    if (priceTicks !== UNDEF_INT32) this.average.onTrade(timeNs, priceTicks, 1);
  }

  override writeState(writer: BinaryWriter): void {
    super.writeState(writer);
    this.average.writeState(writer);
  }

  override readState(reader: BinaryReader): void {
    super.readState(reader);
    this.average.readState(reader);
  }
}
