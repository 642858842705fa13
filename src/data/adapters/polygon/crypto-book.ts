/** The book of a coin as one answer: levels with the quantities of each exchange. */

import { messagesOf, numberOf, priceOf } from '../../venues/messages.ts';
import { epochNs } from '../vendor-time.ts';
import { type Page, type PageReader, partOf, tickerIn } from './page.ts';
import { oneTicker } from './tickers.ts';

/** Levels of all exchanges together, so that bids may stand above asks. */
export const readCryptoBook: PageReader = (page) => {
  const { maker, whole } = page;
  const data = partOf(whole, 'data');
  const ticker = tickerIn(data ?? {}, page);
  if (data === null || ticker === null) {
    readBookTable(page);
    return;
  }
  const levels = [...levelsOf(data.bids, 'buy' as const), ...levelsOf(data.asks, 'sell' as const)];
  pushBook(page, ticker, epochNs(data.updated), levels);
  if (data.spread !== undefined) maker.remark('spread-of-book');
};

interface Level {
  readonly side: 'buy' | 'sell';
  readonly price: unknown;
  readonly qty: number | null;
}

function levelsOf(levels: unknown, side: Level['side']): Level[] {
  return (messagesOf(levels) ?? []).map((level) => ({
    side,
    price: level.p,
    qty: Object.values(partOf(level, 'x') ?? {}).reduce<number>(
      (sum, size) => sum + (numberOf(size) ?? 0),
      0,
    ),
  }));
}

/** The same as a table: one line for each exchange at a price. */
function readBookTable(page: Page): void {
  const bySide = new Map<string, Level>();
  for (const row of page.rows) {
    const side = row.side === 'bid' ? 'buy' : 'sell';
    const key = `${side} ${row.price}`;
    const qty = (bySide.get(key)?.qty ?? 0) + (numberOf(row.size) ?? 0);
    bySide.set(key, { side, price: row.price, qty });
  }
  pushBook(page, page.path.ticker ?? null, null, [...bySide.values()]);
}

function pushBook({ maker }: Page, ticker: string | null, at: bigint | null, levels: readonly Level[]): void {
  if (ticker === null) {
    maker.reject('missing-value', 'a book has a ticker');
    return;
  }
  const head = { symbol: oneTicker(ticker), ...maker.timeOr(at) };
  maker.sourceIndex = 0;
  maker.push('mbp', { ...head, action: 'clear', flags: SNAPSHOT });
  const ranks = { buy: 0, sell: 0 };
  levels.forEach(({ side, price, qty }, index) => {
    maker.sourceIndex = index + 1;
    const isLast = index === levels.length - 1;
    maker.push('mbp', {
      ...head,
      action: 'set',
      side,
      price: priceOf(price),
      qty,
      level: ++ranks[side],
      flags: SNAPSHOT | (isLast ? LAST : 0),
    });
  });
}

/** Bits of the field `flags` of `mbp`. */
export const LAST = 1;
export const SNAPSHOT = 2;
