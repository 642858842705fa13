/** Answers of Binance's REST API by the address that was asked. */

import type { Instant } from '../instant.ts';
import { isMessage, type Message, messagesOf, rowsOf } from '../messages.ts';
import { writeDefinitions } from './definitions.ts';
import { writeCandle, writeFunding, writeOpenInterest, writePremium, writeRestTicker } from './figures.ts';
import type { BinanceMessages } from './messages.ts';

export function writeBinanceAnswer(
  messages: BinanceMessages,
  url: string,
  body: unknown,
  tsRecv: Instant | null,
): void {
  const { writer } = messages;
  const { pathname, searchParams } = new URL(url);
  const endpoint = pathname.replace(/^\/f?api\/v\d\//, '');
  const symbol = searchParams.get('symbol');
  const list = messagesOf(body) ?? (isMessage(body) ? [body] : null);
  const rows = rowsOf(body);
  if (endpoint === 'klines' && rows !== null && symbol !== null) {
    for (const row of rows) writeCandle(writer, symbol, searchParams.get('interval'), row, tsRecv);
  } else if (list === null) {
    writer.reject('not-json', `answer of Binance to ${endpoint}`);
  } else {
    for (const item of list) writeItem(messages, endpoint, symbol, item, tsRecv);
  }
}

function writeItem(
  messages: BinanceMessages,
  endpoint: string,
  symbol: string | null,
  item: Message,
  tsRecv: Instant | null,
): void {
  const { writer } = messages;
  switch (endpoint) {
    case 'exchangeInfo':
      writeDefinitions(writer, item, tsRecv);
      break;
    case 'depth':
      messages.depthSnapshot(symbol, item, tsRecv);
      break;
    case 'aggTrades':
      messages.frame({ e: 'aggTrade', s: symbol, ...item }, tsRecv);
      break;
    case 'ticker/24hr':
      writeRestTicker(writer, item, tsRecv);
      break;
    case 'premiumIndex': {
      const { time, markPrice: mark, indexPrice: index, lastFundingRate: rate, nextFundingTime: next } = item;
      writePremium(writer, { symbol: item.symbol, time, mark, index, rate, next }, tsRecv);
      break;
    }
    case 'fundingRate':
      writeFunding(writer, item);
      break;
    case 'openInterest':
      writeOpenInterest(writer, item);
      break;
    default:
      writer.reject('unknown-type', `answer of Binance to ${endpoint}`);
  }
}
