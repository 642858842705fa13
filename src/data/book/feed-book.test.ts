import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { krakenChecksum, okxChecksum } from './book-checksum.ts';
import { ASK, BID, type BookSide, FeedBook } from './feed-book.ts';

const STEPS = 1e9;

function levelsOf(book: FeedBook, side: BookSide): [number, number][] {
  return Array.from({ length: book.levels(side) }, (_, rank) => [
    book.price(side, rank),
    book.qty(side, rank),
  ]);
}

describe('FeedBook', () => {
  it('keeps the best first on both sides, and tells whether a level was there', () => {
    const book = new FeedBook();
    for (const price of [100, 102, 101]) expect(book.set(BID, price, 1)).toBe(false);
    for (const price of [105, 103, 104]) book.set(ASK, price, 2);
    expect(levelsOf(book, BID)).toEqual([
      [102, 1],
      [101, 1],
      [100, 1],
    ]);
    expect(levelsOf(book, ASK)).toEqual([
      [103, 2],
      [104, 2],
      [105, 2],
    ]);
    expect(book.set(BID, 101, 0)).toBe(true);
    expect(book.set(BID, 101, 0)).toBe(false);
    expect(book.qtyAt(BID, 102)).toBe(1);
    expect(book.qtyAt(BID, 101)).toBe(0);
    expect([book.price(BID, 2), book.qty(BID, 2)]).toEqual([Number.NaN, 0]);
  });

  it('is crossed from equal prices on, and never while a side is empty', () => {
    const book = new FeedBook();
    book.set(BID, 100, 1);
    expect(book.isCrossed).toBe(false);
    book.set(ASK, 101, 1);
    expect(book.isCrossed).toBe(false);
    book.set(BID, 101, 1);
    expect(book.isCrossed).toBe(true);
    book.clear(ASK);
    expect(book.isCrossed).toBe(false);
    expect(book.levels(BID)).toBe(2);
    book.clear();
    expect(book.levels(BID)).toBe(0);
  });

  it('keeps the best levels when it is cut to a depth', () => {
    const book = new FeedBook();
    for (let price = 1; price <= 5; price++) {
      book.set(BID, price, price);
      book.set(ASK, 10 + price, price);
    }
    book.truncate(2);
    expect(levelsOf(book, BID)).toEqual([
      [5, 5],
      [4, 4],
    ]);
    expect(levelsOf(book, ASK)).toEqual([
      [11, 1],
      [12, 2],
    ]);
  });

  it('holds what a sorted map holds, for any changes', () => {
    const change = fc.tuple(
      fc.constantFrom<BookSide>(BID, ASK),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 0, max: 3 }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 600 }), (changes) => {
        const book = new FeedBook();
        const maps = [new Map<number, number>(), new Map<number, number>()];
        for (const [side, price, qty] of changes) {
          const map = maps[side]!;
          expect(book.set(side, price, qty)).toBe(map.has(price));
          if (qty === 0) map.delete(price);
          else map.set(price, qty);
        }
        const rows = (side: BookSide): [number, number][] =>
          [...maps[side]!].sort(([a], [b]) => (side === BID ? b - a : a - b));
        expect(levelsOf(book, BID)).toEqual(rows(BID));
        expect(levelsOf(book, ASK)).toEqual(rows(ASK));
      }),
      { seed: 11, numRuns: 200 },
    );
  });
});

describe('checksums of books', () => {
  it('of Kraken is over the ten best asks, then bids, without points and leading zeros', () => {
    const book = new FeedBook();
    for (let i = 0; i < 12; i++) {
      book.set(ASK, 50_050_000 + 50_000 * i, 0.000005);
      book.set(BID, 50_000_000 - 50_000 * i, 0.000005);
    }
    const asks = Array.from({ length: 10 }, (_, i) => `${5005 + 5 * i}500`).join('');
    const bids = Array.from({ length: 10 }, (_, i) => `${5000 - 5 * i}500`).join('');
    expect(krakenChecksum(book, { price: 5, qty: 8 })).toBe(crcOf(asks + bids) >>> 0);
    expect(krakenChecksum(book, { price: 6, qty: 8 })).not.toBe(crcOf(asks + bids) >>> 0);
  });

  it('takes the sides of OKX in turn, and a side that ended is left out', () => {
    const book = new FeedBook();
    book.set(BID, 3366.1 * STEPS, 7);
    book.set(BID, 3366 * STEPS, 6);
    book.set(ASK, 3366.8 * STEPS, 9);
    const withoutLast = okxChecksum(book);
    book.set(ASK, 3368 * STEPS, 8);
    expect(okxChecksum(book)).toBe(crcOf('3366.1:7:3366.8:9:3366:6:3368:8'));
    expect(withoutLast).toBe(crcOf('3366.1:7:3366.8:9:3366:6'));
    book.set(ASK, 3368 * STEPS, 1.5e-7);
    expect(okxChecksum(book)).toBe(crcOf('3366.1:7:3366.8:9:3366:6:3368:0.00000015'));
  });
});

/** CRC32 bit by bit, signed. */
function crcOf(text: string): number {
  let crc = -1;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}
