/**
 * Checksums that feeds send with their books: a CRC32 over the best levels written as text. A book that does not have the same
 * one has lost something, or applied it wrongly (market-rules §12.8).
 */

import { crc32 } from 'node:zlib';
import { PRICE_DECIMALS, textOfPriceSteps } from '../../base/index.ts';
import { ASK, BID, type BookSide, type FeedBook } from './feed-book.ts';

/** Decimals in which a feed writes prices and quantities: checksums are of its text, not of the numbers. */
export interface BookDecimals {
  readonly price: number;
  readonly qty: number;
}

const KRAKEN_LEVELS = 10;
const OKX_LEVELS = 25;

/**
 * Kraken: the best ten asks, then the best ten bids; of each level price and quantity without point and leading zeros, one
 * behind the other. Unsigned 32 bits.
 */
export function krakenChecksum(book: FeedBook, decimals: BookDecimals): number {
  let text = '';
  for (const side of [ASK, BID] as const) {
    const count = Math.min(KRAKEN_LEVELS, book.levels(side));
    for (let rank = 0; rank < count; rank++) {
      text +=
        digits(fixedPrice(book, side, rank, decimals)) + digits(book.qty(side, rank).toFixed(decimals.qty));
    }
  }
  return crc32(text);
}

/**
 * OKX: the best 25 bids and asks in turn, 'price:quantity' joined by colons, a side that has fewer levels left out of the turn.
 * Signed 32 bits. Prices and quantities are written as short as they can be, as OKX writes them.
 */
export function okxChecksum(book: FeedBook): number {
  const parts: string[] = [];
  for (let rank = 0; rank < OKX_LEVELS; rank++) {
    for (const side of [BID, ASK] as const) {
      if (rank >= book.levels(side)) continue;
      parts.push(textOfPriceSteps(BigInt(book.price(side, rank))), plain(book.qty(side, rank)));
    }
  }
  return crc32(parts.join(':')) | 0;
}

function fixedPrice(book: FeedBook, side: BookSide, rank: number, decimals: BookDecimals): string {
  const steps = BigInt(book.price(side, rank));
  const short = textOfPriceSteps(steps);
  const [whole, fraction = ''] = short.split('.');
  return `${whole}.${fraction.padEnd(Math.min(decimals.price, PRICE_DECIMALS), '0')}`;
}

function digits(text: string): string {
  return text.replace('.', '').replace(/^0+/, '');
}

/** A quantity without exponent: 1e-7 is '0.0000001'. */
function plain(qty: number): string {
  const short = String(qty);
  return short.includes('e') ? qty.toFixed(20).replace(/0+$/, '') : short;
}
