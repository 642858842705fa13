/** Books of `/products/<id>/book`: level 1 is the best bid and ask, level 2 joins orders by price, level 3 has every order. */

import {
  BUY,
  type FeedWriter,
  FLAG_LAST,
  FLAG_SNAPSHOT,
  type MessageHead,
  quality,
  SELL,
} from '../feed-writer.ts';
import { type Instant, instantOfIso } from '../instant.ts';
import { type Message, rowsOf, wholeOf } from '../messages.ts';
import type { CoinbaseMessages } from './messages.ts';

const ESTIMATED_TIME = quality('estimatedTime');
const SNAPSHOT_BITS = quality('snapshot');

/** `level` null: told by the rows. `otherwise` is the time of answers that tell none. */
export function writeRestBook(
  messages: CoinbaseMessages,
  symbol: string,
  level: number | null,
  body: Message,
  tsRecv: Instant | null,
  otherwise: Instant | null = null,
): void {
  const { writer } = messages;
  const bids = rowsOf(body.bids);
  const asks = rowsOf(body.asks);
  const sequence = wholeOf(body.sequence);
  const told = instantOfIso(body.time);
  const tsEvent = told ?? tsRecv ?? otherwise;
  if (bids === null || asks === null || sequence === null || tsEvent === null) {
    writer.reject(
      'missing-value',
      `book of ${symbol}: sequence=${String(body.sequence)} time=${String(body.time)}`,
    );
    return;
  }
  const bits = told === null ? ESTIMATED_TIME : 0;
  const head = { symbol, tsEvent, tsRecv, sequence, quality: bits };
  const sample = bids[0] ?? asks[0];
  const isOrders = level === 3 || (level === null && typeof sample?.[2] === 'string');
  if (isOrders) messages.fullBook(symbol).snapshot(head, bids, asks);
  else if (level === 1) writer.quote(head, bids[0] ?? null, asks[0] ?? null);
  else writeLevels(writer, head, bids, asks);
}

/** Rows of price, size, number of orders. */
function writeLevels(
  writer: FeedWriter,
  head: MessageHead,
  bids: readonly (readonly unknown[])[],
  asks: readonly (readonly unknown[])[],
): void {
  let left = bids.length + asks.length;
  writer.clearLevels(head, left === 0 ? FLAG_SNAPSHOT | FLAG_LAST : FLAG_SNAPSHOT);
  const marked = { ...head, quality: head.quality | SNAPSHOT_BITS };
  for (const [side, rows] of [
    [BUY, bids],
    [SELL, asks],
  ] as const) {
    for (const [price, qty, orders] of rows) {
      left--;
      const flags = left === 0 ? FLAG_SNAPSHOT | FLAG_LAST : FLAG_SNAPSHOT;
      writer.level(marked, side, price, qty, flags, wholeOf(orders) ?? undefined);
    }
  }
}
