/** Quotes, figures, candles and products of Coinbase Exchange, of its sockets and its REST answers. */

import type { FeedWriter, Level, MessageHead } from '../feed-writer.ts';
import { instantOf } from '../instant.ts';
import { type Message, numberOf, priceOf, textOf, wholeOf } from '../messages.ts';

/** `ticker` of the socket: the best prices after a trade, and the last 24 hours. */
export function writeTicker(writer: FeedWriter, head: MessageHead, data: Message): void {
  if (data.best_bid !== undefined || data.best_ask !== undefined) {
    writer.quote(
      head,
      quoteSide(data.best_bid, data.best_bid_size),
      quoteSide(data.best_ask, data.best_ask_size),
    );
  }
  writeDay(writer, head, {
    last: data.price,
    open: data.open_24h,
    high: data.high_24h,
    low: data.low_24h,
    volume: data.volume_24h,
  });
}

/** `/products/<id>/ticker`: its time is that of the last trade. */
export function writeRestTicker(writer: FeedWriter, head: MessageHead, data: Message): void {
  writer.quote(head, quoteSide(data.bid, undefined), quoteSide(data.ask, undefined));
  writeDay(writer, head, { last: data.price, volume: data.volume });
}

/** `/products/<id>/stats`. */
export function writeStats(writer: FeedWriter, head: MessageHead, data: Message): void {
  const { open, high, low, last, volume } = data;
  writeDay(writer, head, { open, high, low, last, volume });
}

/** A side without a price, or with the price 0, is empty. */
function quoteSide(price: unknown, qty: unknown): Level | null {
  const value = numberOf(price);
  return value === null || value === 0 ? null : [price, qty];
}

const DAY_PRICES = ['open', 'high', 'low', 'last'] as const;

function writeDay(
  writer: FeedWriter,
  head: MessageHead,
  day: Partial<Readonly<Record<(typeof DAY_PRICES)[number] | 'volume', unknown>>>,
): void {
  for (const kind of DAY_PRICES) {
    const price = priceOf(day[kind]);
    if (price !== null) writer.record('statistics', head, { kind, price, detail: '24h', isFinal: false });
  }
  const volume = numberOf(day.volume);
  if (volume !== null) {
    writer.record('statistics', head, { kind: 'volume', value: volume, detail: '24h', isFinal: false });
  }
}

/** One row of `/candles`: start in seconds, low, high, open, close, volume. */
export function writeCandle(
  writer: FeedWriter,
  symbol: string,
  intervalS: number,
  [start, low, high, open, close, volume]: readonly unknown[],
): void {
  const seconds = wholeOf(start);
  const tsEvent = seconds === null ? null : instantOf(seconds, 0);
  const prices = [open, high, low, close].map(priceOf);
  const [o, h, l, c] = prices;
  if (tsEvent === null || o == null || h == null || l == null || c == null) {
    writer.reject(
      'missing-value',
      `candle: start=${String(start)} prices=${String([open, high, low, close])}`,
    );
    return;
  }
  const head: MessageHead = { symbol, tsEvent, tsRecv: null, sequence: null, quality: 0 };
  writer.record('bar', head, {
    intervalS,
    basis: 'trade',
    adjusted: 'raw',
    open: o,
    high: h,
    low: l,
    close: c,
    volume: numberOf(volume),
  });
}

/** A product of `/products`, or of the Advanced Trade API, whose fields have other names. */
export function writeProduct(writer: FeedWriter, at: Omit<MessageHead, 'symbol'>, product: Message): void {
  const symbol = textOf(product.id) ?? textOf(product.product_id);
  if (symbol === null) {
    writer.reject('missing-value', 'product: id');
    return;
  }
  const isFuture = product.product_type === 'FUTURE';
  const status = textOf(product.status);
  const isOff = product.trading_disabled === true || product.is_disabled === true;
  writer.record(
    'definition',
    { ...at, symbol },
    {
      assetClass: isFuture ? 'cryptoFuture' : 'crypto',
      name: textOf(product.display_name),
      currency: textOf(product.quote_currency) ?? textOf(product.quote_currency_id),
      baseCurrency: textOf(product.base_currency) ?? textOf(product.base_currency_id),
      tick: writer.tick(product.price_increment ?? product.quote_increment),
      lot: numberOf(product.base_increment),
      minQty: numberOf(product.base_min_size),
      maxQty: numberOf(product.base_max_size),
      minNotional: numberOf(product.min_market_funds) ?? numberOf(product.quote_min_size),
      isActive: !isOff && (status === null || status === 'online'),
    },
  );
}
