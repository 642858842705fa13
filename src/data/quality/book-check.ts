// hot: bench/quality.ts
/** Bid at ask (`locked`) or above it (`crossed`): of a quote as it stands, of levels in the book they make. */

import { ASK, BID, type BookSide, FeedBook } from '../book/feed-book.ts';
import { qualityMask } from '../registry.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import type { CheckedRows, QualityCheck } from './check.ts';

const CROSSED = qualityMask('crossed');
const LOCKED = qualityMask('locked');
/** Bits of `flags` of mbp. */
const LAST = 1;
const IMPLIED = 4;
const ACTION_CLEAR = 1;

/** bbo */
export class QuoteBookCheck implements QualityCheck {
  check({ batch, quality }: CheckedRows): void {
    const bids = batch.column('bidPrice') as Int64Column;
    const asks = batch.column('askPrice') as Int64Column;
    for (let row = 0; row < batch.count; row++) {
      if (bids.isAbsent(row) || asks.isAbsent(row)) continue;
      const order = bids.compare(row, asks, row);
      if (order > 0) quality[row]! |= CROSSED;
      else if (order === 0) quality[row]! |= LOCKED;
    }
  }
}

/** mbp: marks the record after which the book is whole (`last`) and crossed or locked. Implied levels stand apart and do not count. */
export class LevelBookCheck implements QualityCheck {
  readonly #books: FeedBook[] = [];

  check({ batch, quality, slots }: CheckedRows): void {
    const actions = batch.column('action') as Uint8Array;
    const sides = batch.column('side') as Uint8Array;
    const prices = batch.column('price') as Int64Column;
    const quantities = batch.column('qty') as Float64Array;
    const flags = batch.column('flags') as Int32Array;
    for (let row = 0; row < batch.count; row++) {
      const book = this.#book(slots[row]!);
      const side = sides[row] as BookSide;
      if ((flags[row]! & IMPLIED) === 0) {
        const isOneSided = side === BID || side === ASK;
        if (actions[row] === ACTION_CLEAR) book.clear(isOneSided ? side : undefined);
        else if (isOneSided && !prices.isAbsent(row))
          book.set(side, prices.number(row), Math.max(0, quantities[row]!));
      }
      if ((flags[row]! & LAST) === 0) continue;
      const spread = book.price(ASK, 0) - book.price(BID, 0);
      if (spread < 0) quality[row]! |= CROSSED;
      else if (spread === 0) quality[row]! |= LOCKED;
    }
  }

  #book(slot: number): FeedBook {
    while (this.#books.length <= slot) this.#books.push(new FeedBook());
    return this.#books[slot]!;
  }
}
