/** Average price of the last minutes, weighted by quantity (Binance `avgPriceMins`, market-rules §1.17); 0 minutes: the last price. */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { UNDEF_INT32 } from '../../domain/index.ts';
import type { AveragePriceValue } from './crypto-filters.ts';
import { TradeWindow } from './trade-window.ts';

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
