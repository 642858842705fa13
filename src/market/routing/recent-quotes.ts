/**
 * The least aggressive prices that a venue displayed within a time window: a quote that flickers bars no trade that one of
 * its prices of the last second would have allowed (market-rules §1.19). Per side a queue of prices, each less aggressive
 * than those behind it; a price stays until the window has passed over the instant at which it was replaced.
 *
 *   bid 100 102 101 103        lowest bid of the window: 100 while it is in there, then 101, then 103
 */

import { type BinaryReader, type BinaryWriter, TwinError } from '../../base/index.ts';
import { BUY, SELL, type Side, type Stateful } from '../../domain/index.ts';
import type { VenueQuote } from './protected-quotes.ts';

/** Prices that one side of one venue may keep. */
export const RECENT_PRICES_MAX = 1 << 16;

/** Least aggressive prices of a venue in the window; null where it displayed none. */
export interface RecentQuote {
  readonly venue: string;
  readonly lowestBidTicks: number | null;
  readonly highestAskTicks: number | null;
}

/** The recent quotes of one venue. Calls come in order of time. */
export class RecentQuotes implements Stateful {
  readonly venue: string;
  readonly #windowNs: number;
  readonly #bids = new SidePrices(BUY);
  readonly #asks = new SidePrices(SELL);

  /** Units: the window in ns, half-open: a price that was replaced exactly that long ago is out. */
  constructor(venue: string, windowNs: number) {
    if (!Number.isSafeInteger(windowNs) || windowNs < 0)
      throw new TwinError('MKT_CONFIG', 'the window of recent quotes is a whole number of ns from 0', {
        windowNs,
      });
    this.venue = venue;
    this.#windowNs = windowNs;
  }

  /** The venue displays this from `timeNs` on. */
  onQuote(timeNs: number, { bid, ask }: Pick<VenueQuote, 'bid' | 'ask'>): void {
    this.#bids.show(timeNs, bid?.priceTicks ?? null);
    this.#asks.show(timeNs, ask?.priceTicks ?? null);
  }

  at(timeNs: number): RecentQuote {
    const fromNs = timeNs - this.#windowNs;
    return {
      venue: this.venue,
      lowestBidTicks: this.#bids.leastSince(fromNs),
      highestAskTicks: this.#asks.leastSince(fromNs),
    };
  }

  writeState(writer: BinaryWriter): void {
    writer.section('recentQuotes');
    this.#bids.writeState(writer);
    this.#asks.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    reader.section('recentQuotes');
    this.#bids.readState(reader);
    this.#asks.readState(reader);
  }
}

class SidePrices {
  readonly #side: Side;
  /** Least aggressive first; each was replaced later than the one before it, the last perhaps not yet. */
  #prices: { readonly ticks: number; untilNs: number }[] = [];

  constructor(side: Side) {
    this.#side = side;
  }

  show(timeNs: number, ticks: number | null): void {
    const last = this.#prices.at(-1);
    if (last !== undefined && last.untilNs === Number.POSITIVE_INFINITY) {
      if (last.ticks === ticks) return;
      last.untilNs = timeNs;
    }
    if (ticks === null) return;
    while (this.#prices.length > 0 && !this.#isLess(this.#prices.at(-1)!.ticks, ticks)) this.#prices.pop();
    if (this.#prices.length === RECENT_PRICES_MAX)
      throw new TwinError('BASE_LIMIT', 'a venue has at most RECENT_PRICES_MAX recent prices of a side', {
        RECENT_PRICES_MAX,
      });
    this.#prices.push({ ticks, untilNs: Number.POSITIVE_INFINITY });
  }

  leastSince(fromNs: number): number | null {
    let passed = 0;
    while (passed < this.#prices.length && this.#prices[passed]!.untilNs <= fromNs) passed++;
    this.#prices.splice(0, passed);
    return this.#prices[0]?.ticks ?? null;
  }

  writeState(writer: BinaryWriter): void {
    writer.int32(this.#prices.length);
    for (const { ticks, untilNs } of this.#prices) {
      writer.int32(ticks);
      writer.float64(untilNs);
    }
  }

  readState(reader: BinaryReader): void {
    this.#prices = Array.from({ length: reader.int32() }, () => ({
      ticks: reader.int32(),
      untilNs: reader.float64(),
    }));
  }

  /** Whether one price is less aggressive than another: a lower bid, a higher ask. */
  #isLess(ticks: number, thanTicks: number): boolean {
    return this.#side === BUY ? ticks < thanTicks : ticks > thanTicks;
  }
}
