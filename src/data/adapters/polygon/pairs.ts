/** Answers whose path names two codes: rates of currencies, the last trade of a coin, ticks of a day of either. */

import { numberOf } from '../../venues/messages.ts';
import { epochNs } from '../vendor-time.ts';
import { eachRow, type PageReader, partOf } from './page.ts';
import { tickerOfPair } from './tickers.ts';
import { AS_SNAPSHOT, pushQuote, pushTrade, REST_QUOTE, timesOf } from './ticks.ts';

/** The newest quote of two currencies: its middle is the rate. */
export const readCurrencyQuote = eachRow((row, page) => {
  const { base = '', quote = '' } = page.path;
  const [bid, ask] = [row.bid, row.ask].map(numberOf);
  if (bid == null || ask == null) page.maker.reject('missing-value', 'a rate has bid and ask');
  else
    page.maker.push('fx_rate', {
      symbol: `${base}${quote}`,
      tsEvent: epochNs(row.timestamp),
      base,
      quote,
      rate: (bid + ask) / 2,
      bid,
      ask,
    });
});

/** The rate is what came out over what went in. The quote beside it may be the other way round, and is left out. */
export const readConversion: PageReader = ({ whole, rows, path, maker }) => {
  const { base = '', quote = '' } = path;
  const [amount, converted] = [whole.initialAmount, whole.converted].map(numberOf);
  const last = partOf(whole, 'last') ?? rows[0] ?? {};
  maker.sourceIndex = 0;
  if (amount == null || converted == null) maker.remark('quote-of-conversion');
  else
    maker.push('fx_rate', {
      symbol: `${base}${quote}`,
      tsEvent: epochNs(last.timestamp),
      base,
      quote,
      rate: (converted / amount).toPrecision(12),
    });
};

export const readLastCrypto = eachRow((row, { path, maker }) => {
  const ticker = tickerOfPair(`${path.base}-${path.quote}`, 'crypto');
  pushTrade(maker, ticker, row, { ...timesOf(row), ...AS_SNAPSHOT });
});

/** Ticks of a day of two currencies or of a coin, as the first version had them. */
export const readHistoricTicks = eachRow((row, { path, maker }) => {
  const market = row.bp === undefined ? 'crypto' : 'fx';
  const ticker = tickerOfPair(`${path.base}-${path.quote}`, market);
  if (market === 'fx') pushQuote(maker, ticker, row, timesOf(row), REST_QUOTE);
  else pushTrade(maker, ticker, row, timesOf(row));
});
