/** Answers that are trades or quotes: those of a day, and the last one. */

import { eachRow, tickerIn } from './page.ts';
import { AS_SNAPSHOT, pushQuote, pushTrade, REST_QUOTE, timesOf } from './ticks.ts';

export const readTrades = eachRow((row, page) =>
  pushTrade(page.maker, tickerIn(row, page), row, timesOf(row)),
);
export const readQuotes = eachRow((row, page) =>
  pushQuote(page.maker, tickerIn(row, page), row, timesOf(row), REST_QUOTE),
);
export const readLastTrade = eachRow((row, page) =>
  pushTrade(page.maker, tickerIn(row, page), row, { ...timesOf(row), ...AS_SNAPSHOT }),
);
export const readLastQuote = eachRow((row, page) =>
  pushQuote(page.maker, tickerIn(row, page), row, { ...timesOf(row), ...AS_SNAPSHOT }, REST_QUOTE),
);
