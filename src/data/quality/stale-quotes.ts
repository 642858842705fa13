/**
 * Quotes that say nothing about now: received long after they were made, or frozen, which is the same prices and quantities again
 * although they change more often otherwise. The usual time between two changes is an average that forgets.
 */

import { qualityMask } from '../registry.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import type { CheckedRows, QualityCheck } from './check.ts';

const STALE = qualityMask('stale');
const NS_PER_S = 1e9;
/** Weight of the newest time between two changes. */
const FORGETTING = 1 / 32;
/** Changes before a usual time is known. */
const CHANGES_MIN = 16;

class Quote {
  isKnown = false;
  bid = 0;
  ask = 0;
  bidQty = 0;
  askQty = 0;
  /** Time of the last change. */
  high = 0;
  low = 0;
  changes = 0;
  usualNs = 0;
}

export class StaleQuoteCheck implements QualityCheck {
  readonly #delayNs: number;
  readonly #frozenNs: number;
  readonly #frozenTimes: number;
  readonly #quotes: Quote[] = [];

  constructor(delayS: number, frozenS: number, frozenTimes: number) {
    this.#delayNs = delayS * NS_PER_S;
    this.#frozenNs = frozenS * NS_PER_S;
    this.#frozenTimes = frozenTimes;
  }

  check({ batch, quality, slots }: CheckedRows): void {
    const events = batch.column('tsEvent') as Int64Column;
    const received = batch.column('tsRecv') as Int64Column;
    const bids = batch.column('bidPrice') as Int64Column;
    const asks = batch.column('askPrice') as Int64Column;
    const bidQty = batch.column('bidQty') as Float64Array;
    const askQty = batch.column('askQty') as Float64Array;
    for (let row = 0; row < batch.count; row++) {
      const high = events.high(row);
      const low = events.low(row);
      if (!received.isAbsent(row) && received.since(row, high, low) > this.#delayNs) quality[row]! |= STALE;
      const quote = this.#quote(slots[row]!);
      const bid = bids.number(row);
      const ask = asks.number(row);
      const isSame =
        quote.isKnown &&
        quote.bid === bid &&
        quote.ask === ask &&
        quote.bidQty === bidQty[row] &&
        quote.askQty === askQty[row];
      const sinceNs = quote.isKnown ? events.since(row, quote.high, quote.low) : 0;
      if (isSame) {
        if (sinceNs > this.#limitOf(quote)) quality[row]! |= STALE;
        continue;
      }
      if (quote.isKnown) noteChange(quote, sinceNs);
      quote.isKnown = true;
      quote.bid = bid;
      quote.ask = ask;
      quote.bidQty = bidQty[row]!;
      quote.askQty = askQty[row]!;
      quote.high = high;
      quote.low = low;
    }
  }

  #limitOf(quote: Quote): number {
    if (quote.changes < CHANGES_MIN) return Number.POSITIVE_INFINITY;
    return Math.max(this.#frozenNs, this.#frozenTimes * quote.usualNs);
  }

  #quote(slot: number): Quote {
    while (this.#quotes.length <= slot) this.#quotes.push(new Quote());
    return this.#quotes[slot]!;
  }
}

function noteChange(quote: Quote, sinceNs: number): void {
  quote.changes++;
  const weight = Math.max(FORGETTING, 1 / quote.changes);
  quote.usualNs += weight * (sinceNs - quote.usualNs);
}
