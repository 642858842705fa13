/**
 * Trades against quotes: `outsideQuote` for a trade below every bid and ask, or above every one, that was in force within
 * `quoteSlackMs` before or after it. One order that takes several levels trades between the quote before and the quote after, and
 * clocks of trades and quotes differ by some. Corrections, busts, trades off the book and trades that are not to be printed have prices of
 * their own and are not looked at; records whose time is estimated cannot be put in order by it.
 */

import { qualityMask } from '../registry.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import type { CheckedRows } from './check.ts';

const OUTSIDE = qualityMask('outsideQuote');
const ESTIMATED = qualityMask('estimatedTime');
const NS_PER_MS = 1e6;
const NS_PER_S = 1e9;
/** Quotes of a symbol that are remembered; more of them within the slack are forgotten, oldest first. */
const QUOTES_KEPT = 1024;
const KIND_MARKET_MAX = 2;

class Quotes {
  readonly high = new Float64Array(QUOTES_KEPT);
  readonly low = new Float64Array(QUOTES_KEPT);
  /** Prices in steps; an empty side bounds nothing. */
  readonly bid = new Float64Array(QUOTES_KEPT);
  readonly ask = new Float64Array(QUOTES_KEPT);
  count = 0;
}

export class OutsideQuoteCheck {
  readonly #slackNs: number;
  readonly #ageNs: number;
  readonly #bySlot: (Quotes | undefined)[] = [];

  constructor(slackMs: number, ageS: number) {
    this.#slackNs = slackMs * NS_PER_MS;
    this.#ageNs = ageS * NS_PER_S;
  }

  /** Takes quotes of rows `from` up to `to`; they come ahead of the trades by the slack. */
  quotes({ batch, quality, slots }: CheckedRows, from: number, to: number): void {
    const times = batch.column('tsEvent') as Int64Column;
    const bids = batch.column('bidPrice') as Int64Column;
    const asks = batch.column('askPrice') as Int64Column;
    for (let row = from; row < to; row++) {
      if ((quality[row]! & ESTIMATED) !== 0) continue;
      const quotes = this.#quotesOf(slots[row]!);
      const at = quotes.count++ % QUOTES_KEPT;
      quotes.high[at] = times.high(row);
      quotes.low[at] = times.low(row);
      quotes.bid[at] = bids.isAbsent(row) ? Number.NEGATIVE_INFINITY : bids.number(row);
      quotes.ask[at] = asks.isAbsent(row) ? Number.POSITIVE_INFINITY : asks.number(row);
    }
  }

  /** Marks trades of rows `from` up to `to`. */
  trades({ batch, quality, slots }: CheckedRows, from: number, to: number): void {
    const times = batch.column('tsEvent') as Int64Column;
    const prices = batch.column('price') as Int64Column;
    const kinds = batch.column('kind') as Uint8Array;
    const printable = batch.column('isPrintable') as Uint8Array;
    for (let row = from; row < to; row++) {
      const quotes = this.#bySlot[slots[row]!];
      if (quotes === undefined || kinds[row]! > KIND_MARKET_MAX || printable[row] === 0) continue;
      if ((quality[row]! & ESTIMATED) !== 0) continue;
      if (this.#isOutside(quotes, times, row, prices.number(row))) quality[row]! |= OUTSIDE;
    }
  }

  #isOutside(quotes: Quotes, times: Int64Column, row: number, price: number): boolean {
    const oldest = Math.max(0, quotes.count - QUOTES_KEPT);
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    let isInForce = false;
    for (let number = quotes.count - 1; number >= oldest; number--) {
      const at = number % QUOTES_KEPT;
      const sinceNs = times.since(row, quotes.high[at]!, quotes.low[at]!);
      if (!isInForce && sinceNs > this.#ageNs) return false;
      isInForce ||= sinceNs >= 0;
      // A crossed quote bounds by both of its prices.
      low = Math.min(low, quotes.bid[at]!, quotes.ask[at]!);
      high = Math.max(high, quotes.bid[at]!, quotes.ask[at]!);
      if (price >= low && price <= high) return false;
      // A quote older than the slack was still in force when the slack began; those before it were not.
      if (sinceNs > 0 && sinceNs >= this.#slackNs) return true;
    }
    // Where more quotes came than are remembered, nobody knows.
    return isInForce && quotes.count <= QUOTES_KEPT;
  }

  #quotesOf(slot: number): Quotes {
    let quotes = this.#bySlot[slot];
    if (quotes === undefined) {
      quotes = new Quotes();
      this.#bySlot[slot] = quotes;
    }
    return quotes;
  }
}
