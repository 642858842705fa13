/** Answers of Coinbase Exchange's REST API by the address that was asked: /products, /products/<id>/book, trades, candles, … */

import { type MessageHead, quality } from '../feed-writer.ts';
import { type Instant, instantOfIso, instantOfMs } from '../instant.ts';
import { isMessage, type Message, messagesOf, rowsOf, textOf, wholeOf } from '../messages.ts';
import { writeCandle, writeProduct, writeRestTicker, writeStats } from './figures.ts';
import { writeMatch } from './full-book.ts';
import type { CoinbaseMessages } from './messages.ts';
import { writeRestBook } from './rest-book.ts';

const ESTIMATED_TIME = quality('estimatedTime');
const GRANULARITY_S = 60;

export function writeCoinbaseAnswer(
  messages: CoinbaseMessages,
  url: string,
  body: unknown,
  tsRecv: Instant | null,
): void {
  const { writer } = messages;
  const { pathname, searchParams } = new URL(url);
  const [, products, symbol, endpoint] = pathname.split('/');
  if (products !== 'products') {
    writer.skip(`coinbase-answer ${pathname}`);
  } else if (endpoint === 'candles' && symbol !== undefined && Array.isArray(body)) {
    writeCandles(messages, symbol, Number(searchParams.get('granularity') ?? GRANULARITY_S), body);
  } else if (endpoint === 'trades' && symbol !== undefined && messagesOf(body) !== null) {
    for (const trade of messagesOf(body)!) writeTrade(messages, symbol, trade, tsRecv);
  } else if (endpoint === 'book' && symbol !== undefined && isMessage(body)) {
    const level = searchParams.get('level');
    writeRestBook(messages, symbol, level === null ? null : Number(level), body, tsRecv);
  } else if (tsRecv === null) {
    writer.reject('missing-value', `answer to ${pathname}: a time of receipt`);
  } else {
    writeState(messages, endpoint, symbol, body, tsRecv);
  }
}

/** What is so at the moment: products, figures of a day. */
function writeState(
  { writer }: CoinbaseMessages,
  endpoint: string | undefined,
  symbol: string | undefined,
  body: unknown,
  tsRecv: Instant,
): void {
  const at = { tsEvent: tsRecv, tsRecv, sequence: null, quality: ESTIMATED_TIME };
  if (endpoint === undefined) {
    const products = messagesOf(body) ?? (isMessage(body) ? [body] : null);
    if (products === null) writer.reject('not-json', 'products');
    for (const product of products ?? []) writeProduct(writer, at, product);
  } else if (symbol !== undefined && isMessage(body) && (endpoint === 'ticker' || endpoint === 'stats')) {
    if (endpoint === 'ticker') writeRestTicker(writer, { ...at, symbol }, body);
    else writeStats(writer, { ...at, symbol }, body);
  } else writer.reject('unknown-type', `answer to ${String(symbol)} ${endpoint}`);
}

/** Rows of numbers as the API gives them, or objects as the client coinbase-pro-node keeps them. */
function writeCandles(
  { writer }: CoinbaseMessages,
  symbol: string,
  granularityS: number,
  candles: readonly unknown[],
): void {
  const rows = rowsOf(candles);
  for (const row of rows ?? []) writeCandle(writer, symbol, granularityS, row);
  if (rows !== null) return;
  for (const candle of candles) {
    const start = isMessage(candle) ? instantOfMs(candle.openTimeInMillis) : null;
    if (!isMessage(candle) || start === null)
      writer.reject('not-json', `candle: ${JSON.stringify(candle).slice(0, 100)}`);
    else {
      const { low, high, open, close, volume } = candle;
      const intervalS = (wholeOf(candle.sizeInMillis) ?? granularityS * 1000) / 1000;
      writeCandle(writer, textOf(candle.productId) ?? symbol, intervalS, [
        start.seconds,
        low,
        high,
        open,
        close,
        volume,
      ]);
    }
  }
}

function writeTrade(
  { writer }: CoinbaseMessages,
  symbol: string,
  trade: Message,
  tsRecv: Instant | null,
): void {
  const tsEvent = instantOfIso(trade.time);
  if (tsEvent === null) {
    writer.reject('missing-value', `trade: time=${String(trade.time)}`);
    return;
  }
  const head: MessageHead = { symbol, tsEvent, tsRecv, sequence: wholeOf(trade.trade_id), quality: 0 };
  writeMatch(writer, head, trade);
}
