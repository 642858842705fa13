/** Snapshots of Polygon: v2 by market, v3 of all kinds, chains of options, summaries. */

import type { Message } from '../../venues/messages.ts';
import { epochNs } from '../vendor-time.ts';
import { eachRow, firstOf, type Page, partOf, tickerIn } from './page.ts';
import { pushContract } from './reference.ts';
import { type Figures, pushFigures } from './statistics.ts';
import { oneTicker } from './tickers.ts';
import { AS_SNAPSHOT, pushQuote, pushTrade, REST_QUOTE, timesOf } from './ticks.ts';

const DAY: Figures = {
  o: ['open', true],
  h: ['high', true],
  l: ['low', true],
  c: ['last', true],
  v: ['volume', false],
  vw: ['vwap', false],
};
const PREVIOUS_DAY: Figures = { c: ['previousClose', true] };
const CHANGES: Figures = {
  todaysChange: ['change', true],
  todaysChangePerc: ['other', false],
  fmv: ['theoretical', true],
};

/** Bars in a snapshot are in the making, or have no date: their figures are kept, not the bars. */
export const readTickerSnapshots = eachRow((row, page) => {
  const { maker } = page;
  const ticker = tickerIn(row, page);
  if (ticker === null) {
    maker.remark('snapshot-without-ticker');
    return;
  }
  const symbol = oneTicker(ticker);
  const time = maker.timeOr(epochNs(row.updated));
  pushFigures(maker, symbol, time, partOf(row, 'day'), DAY, 'day.');
  pushFigures(maker, symbol, time, partOf(row, 'prevDay'), PREVIOUS_DAY, 'prevDay.');
  pushFigures(maker, symbol, time, row, CHANGES);
  if (partOf(row, 'min') !== null) maker.remark('bar-in-the-making');
  pushNewest(page, ticker, partOf(row, 'lastTrade'), partOf(row, 'lastQuote'));
});

function pushNewest({ maker }: Page, ticker: string, trade: Message | null, quote: Message | null): void {
  if (trade !== null) pushTrade(maker, ticker, trade, { ...timesOf(trade), ...AS_SNAPSHOT });
  if (quote !== null) pushQuote(maker, ticker, quote, { ...timesOf(quote), ...AS_SNAPSHOT }, REST_QUOTE);
}

const SESSION: Figures = {
  open: ['open', true],
  high: ['high', true],
  low: ['low', true],
  close: ['last', true],
  previous_close: ['previousClose', true],
  volume: ['volume', false],
  vwap: ['vwap', false],
  change: ['change', true],
  change_percent: ['other', false],
  early_trading_change: ['other', true],
  early_trading_change_percent: ['other', false],
  late_trading_change: ['other', true],
  late_trading_change_percent: ['other', false],
};
const GREEKS: Figures = {
  delta: ['delta', false],
  gamma: ['gamma', false],
  theta: ['theta', false],
  vega: ['vega', false],
};
const WHOLE: Figures = {
  price: ['last', true],
  value: ['last', true],
  fmv: ['theoretical', true],
  open_interest: ['openInterest', false],
  implied_volatility: ['impliedVolatility', false],
  break_even_price: ['other', true],
};
const UNDERLYING: Figures = { price: ['last', true], value: ['last', true] };

/** Instruments of all kinds, chains of options, indices and summaries. */
export const readUniversal = eachRow((row, page) => {
  const { maker } = page;
  const details = partOf(row, 'details') ?? partOf(row, 'options');
  const ticker = tickerIn(row, { ...page, path: {} }) ?? tickerIn(details ?? {}, page, 'ticker');
  if (ticker === null) {
    maker.reject('missing-value', 'a snapshot has a ticker');
    return;
  }
  const trade = partOf(row, 'last_trade');
  const quote = partOf(row, 'last_quote');
  const told = [row, partOf(row, 'session'), partOf(row, 'day'), trade, quote].map((part) =>
    epochNs(firstOf(part ?? {}, 'last_updated', 'sip_timestamp')),
  );
  const newest = told.reduce((last, at) => (at !== null && (last === null || at > last) ? at : last), null);
  const time = maker.timeOr(newest);
  const symbol = oneTicker(ticker);
  pushFigures(maker, symbol, time, row, WHOLE);
  pushFigures(maker, symbol, time, partOf(row, 'session'), SESSION, 'session.');
  pushFigures(maker, symbol, time, partOf(row, 'day'), SESSION, 'day.');
  pushFigures(maker, symbol, time, partOf(row, 'greeks'), GREEKS, 'greeks.');
  pushUnderlying(page, partOf(row, 'underlying_asset'));
  if (details !== null) pushContract(page, ticker, details, time, row.name);
  pushNewest(page, ticker, trade, quote);
});

function pushUnderlying({ maker }: Page, asset: Message | null): void {
  if (asset === null || typeof asset.ticker !== 'string') return;
  const time = maker.timeOr(epochNs(asset.last_updated));
  pushFigures(maker, oneTicker(asset.ticker), time, asset, UNDERLYING, 'underlying_asset.');
}
