/** Snapshots of Polygon: v2 by market, v3 of all kinds, chains of options, summaries, open and close of a day, a book of a coin. */

import { type Message, messagesOf, numberOf, priceOf } from '../../venues/messages.ts';
import { exactJson } from '../exact-json.ts';
import { epochNs, isoNs } from '../vendor-time.ts';
import { pushBar } from './bars.ts';
import { eachRow, firstOf, type Page, type PageReader, partOf, tickerIn } from './page.ts';
import { type Figures, pushFigures } from './statistics.ts';
import { marketOf, oneTicker, tickerOfPair, zoneOf } from './tickers.ts';
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

/** A contract on options, from reference data or within a snapshot. */
export function pushContract(
  { maker }: Page,
  ticker: string,
  details: Message,
  time: { readonly tsEvent: bigint | null; readonly quality?: number },
  name: unknown = null,
): void {
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  const right = details.contract_type;
  const style = details.exercise_style;
  if (right !== 'call' && right !== 'put') maker.remark('contract-of-other-type');
  if (details.additional_underlyings !== undefined) maker.remark('additional-underlyings');
  maker.push('definition', {
    symbol: ticker,
    ...time,
    assetClass: 'option',
    name: text(name),
    mic: text(details.primary_exchange),
    currency: 'USD',
    multiplier: numberOf(details.shares_per_contract),
    underlying: text(details.underlying_ticker),
    strike: priceOf(details.strike_price),
    right: right === 'call' || right === 'put' ? right : null,
    style: style === 'american' || style === 'european' || style === 'bermudan' ? style : null,
    expiry: text(details.expiration_date),
  });
}

const OPEN_CLOSE: Figures = {
  open: ['open', true],
  high: ['high', true],
  low: ['low', true],
  close: ['close', true],
  volume: ['volume', false],
  preMarket: ['other', true],
  afterHours: ['other', true],
};

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
  const { preMarket, afterHours } = OPEN_CLOSE;
  const rest = { preMarket: preMarket!, afterHours: afterHours! };
  pushFigures(maker, oneTicker(ticker), { tsEvent }, row, rest);
});

/** One day of a coin: its first and last price, and the trades behind them. */
export const readCryptoOpenClose = eachRow((row, page) => {
  const { maker } = page;
  const pair = row.symbol ?? `${page.path.base}-${page.path.quote}`;
  const ticker = tickerOfPair(String(pair), 'crypto');
  const { open, close } = OPEN_CLOSE;
  pushFigures(maker, ticker, { tsEvent: isoNs(row.day) }, row, { open: open!, close: close! });
  for (const name of ['openTrades', 'closingTrades']) {
    const trades = messagesOf(typeof row[name] === 'string' ? exactJson(row[name]) : row[name]);
    if (trades === null) maker.reject('field-value', `${name} is a list of trades`);
    else for (const trade of trades) pushTrade(maker, ticker, trade, { ...timesOf(trade), ...AS_SNAPSHOT });
  }
});

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
