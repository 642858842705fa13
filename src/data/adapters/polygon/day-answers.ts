/** One day of one instrument: its open and close, and what was paid around them. */

import { messagesOf } from '../../venues/messages.ts';
import { exactJson } from '../exact-json.ts';
import { isoNs } from '../vendor-time.ts';
import { pushBar } from './bars.ts';
import { eachRow, tickerIn } from './page.ts';
import { type Figures, pushFigures } from './statistics.ts';
import { marketOf, oneTicker, tickerOfPair, zoneOf } from './tickers.ts';
import { AS_SNAPSHOT, pushTrade, timesOf } from './ticks.ts';

const AROUND: Figures = { preMarket: ['other', true], afterHours: ['other', true] };
const ENDS: Figures = { open: ['open', true], close: ['close', true] };

/** One day of a stock, an option or an index: a bar, and what was paid before and after the session. */
export const readOpenClose = eachRow((row, page) => {
  const { maker } = page;
  const ticker = tickerIn(row, page, 'symbol');
  const day = typeof row.from === 'string' ? row.from.slice(0, 10) : null;
  const tsEvent = ticker === null ? null : zoneOf(marketOf(ticker)).instantNs(day);
  if (ticker === null || tsEvent === null) {
    maker.reject('missing-value', 'a day has a symbol and a date');
    return;
  }
  const bar = { o: row.open, h: row.high, l: row.low, c: row.close, v: row.volume };
  const adjusted = page.query.get('adjusted') === 'false' ? 'raw' : 'splits';
  pushBar(maker, ticker, bar, { tsEvent, intervalS: 86_400, adjusted });
  pushFigures(maker, oneTicker(ticker), { tsEvent }, row, AROUND);
});

/** One day of a coin: its first and last price, and the trades behind them. */
export const readCryptoOpenClose = eachRow((row, page) => {
  const { maker } = page;
  const pair = row.symbol ?? `${page.path.base}-${page.path.quote}`;
  const ticker = tickerOfPair(String(pair), 'crypto');
  pushFigures(maker, ticker, { tsEvent: isoNs(row.day) }, row, ENDS);
  for (const name of ['openTrades', 'closingTrades']) {
    const trades = messagesOf(typeof row[name] === 'string' ? exactJson(row[name]) : row[name]);
    if (trades === null) maker.reject('field-value', `${name} is a list of trades`);
    else for (const trade of trades) pushTrade(maker, ticker, trade, { ...timesOf(trade), ...AS_SNAPSHOT });
  }
});
