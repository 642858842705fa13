/** Quotes, rates, searches, sectors and series of the economy. */

import { isMessage, messagesOf, priceOf } from '../../venues/messages.ts';
import { isoNs, utcDayNs } from '../vendor-time.ts';
import { type AnswerReader, isAsked, NEW_YORK, numberIn, plainNames, wordIn, zoneOf } from './answer.ts';

const QUOTED = {
  open: ['open', true],
  high: ['high', true],
  low: ['low', true],
  price: ['last', true],
  volume: ['volume', false],
  'previous close': ['previousClose', true],
  change: ['change', true],
  'change percent': ['other', false],
} as const;

/** Stated when it was asked, about the trading day that it names. */
export const readQuote: AnswerReader = ({ whole, maker }) => {
  const quote = plainNames(Object.entries(whole).find(([name]) => name.startsWith('Global Quote'))?.[1]);
  const symbol = wordIn(quote.symbol);
  if (symbol === null) {
    maker.remark('empty-answer');
    return;
  }
  const day = NEW_YORK.instantNs(quote['latest trading day']);
  const time = maker.answeredNs === null ? { tsEvent: day } : { tsEvent: maker.answeredNs };
  for (const [name, [kind, isPrice]] of Object.entries(QUOTED)) {
    const value = numberIn(quote[name]);
    if (value === null) continue;
    const figure = isPrice ? { price: priceOf(quote[name]) } : { value };
    maker.push('statistics', { symbol, ...time, tsReference: day, kind, ...figure, detail: name });
  }
};

export const readRate: AnswerReader = ({ whole, maker }) => {
  const told = plainNames(whole['Realtime Currency Exchange Rate']);
  const [base, quote] = ['From_Currency Code', 'To_Currency Code'].map((name) =>
    wordIn(told[name])?.toUpperCase(),
  );
  const rate = priceOf(told['Exchange Rate']);
  if (base === undefined || quote === undefined || rate === null) {
    maker.reject('missing-value', 'a rate has two currencies and a price');
    return;
  }
  const zone = zoneOf(told['Time Zone'] ?? 'UTC');
  maker.push('fx_rate', {
    symbol: `${base}${quote}`,
    tsEvent: zone?.instantNs(told['Last Refreshed']) ?? null,
    base,
    quote,
    rate,
    bid: numberIn(told['Bid Price']) === null ? null : priceOf(told['Bid Price']),
    ask: numberIn(told['Ask Price']) === null ? null : priceOf(told['Ask Price']),
  });
};

const ASSETS: Readonly<Record<string, 'equity' | 'etf' | 'fund'>> = {
  Equity: 'equity',
  'Common Stock': 'equity',
  ETF: 'etf',
  'Mutual Fund': 'fund',
};

export function assetClassOf(type: unknown): 'equity' | 'etf' | 'fund' | 'other' {
  return ASSETS[String(type)] ?? 'other';
}

/** How well a match fits the words is left out. */
export const readSearch: AnswerReader = ({ whole, maker }) => {
  (messagesOf(whole.bestMatches) ?? []).forEach((match, index) => {
    maker.sourceIndex = index;
    const found = plainNames(match);
    const symbol = wordIn(found.symbol);
    if (symbol === null) maker.reject('missing-value', 'a match has a symbol');
    else
      maker.push('definition', {
        symbol,
        ...maker.asAnswered,
        assetClass: assetClassOf(found.type),
        name: wordIn(found.name),
        currency: wordIn(found.currency),
      });
  });
};

const SECTOR_TIME = /^(\d{2}):(\d{2}) (AM|PM) ET (\d{2})\/(\d{2})\/(\d{4})$/;

/** Change of each sector over spans from a day to ten years. */
export const readSectors: AnswerReader = ({ whole, maker }) => {
  const { 'Meta Data': meta, ...ranks } = whole;
  const parts = SECTOR_TIME.exec(String(plainNames(meta)['Last Refreshed']));
  const [, hour, minute, half, month, day, year] = parts ?? [];
  const hours = String((Number(hour) % 12) + (half === 'PM' ? 12 : 0)).padStart(2, '0');
  const tsEvent = parts === null ? null : NEW_YORK.instantNs(`${year}-${month}-${day} ${hours}:${minute}`);
  let index = 0;
  for (const [rank, sectors] of Object.entries(ranks)) {
    const series = `sectorPerformance.${rank.replace(/^Rank [A-Z]: /, '').replace(/ Performance$/, '')}`;
    for (const [sector, written] of Object.entries(isMessage(sectors) ? sectors : {})) {
      maker.sourceIndex = index++;
      const value = numberIn(written);
      if (value === null) maker.reject('not-a-number', `${series} ${sector}=${written}`);
      else maker.push('alt', { symbol: 'US', tsEvent, series, entity: sector, value, unit: '%' });
    }
  }
};

/** The day is the one that a value is about, which is before it was published. */
export const readEconomy: AnswerReader = (answer) => {
  const { whole, query, maker } = answer;
  const terms = [wordIn(whole.name) ?? query.get('function'), wordIn(whole.interval), query.get('maturity')];
  const series = terms.filter((term) => term !== null).join('.');
  (messagesOf(whole.data) ?? []).forEach(({ date, value }, index) => {
    maker.sourceIndex = index;
    if (!isAsked(answer, String(date))) return;
    const number = numberIn(value);
    if (number !== null)
      maker.push('alt', {
        symbol: 'US',
        tsEvent: utcDayNs(date),
        series,
        value: number,
        unit: wordIn(whole.unit),
      });
    else if (value === '.') maker.remark('day-without-value');
    else maker.reject('not-a-number', `${series}=${value}`);
  });
};

const COMPACT_TIME = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})?$/;

/** '20220705T020000', UTC. */
export function compactNs(written: unknown): bigint | null {
  const parts = COMPACT_TIME.exec(String(written));
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second = '00'] = parts;
  return isoNs(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** An item is kept under the ticker that was asked for where it is about it, else under the first one. */
export const readNews: AnswerReader = ({ whole, query, maker }) => {
  const items = messagesOf(whole.feed) ?? [];
  maker.remark('item-not-in-feed', Math.max(0, (numberIn(whole.items) ?? items.length) - items.length));
  items.forEach((item, index) => {
    maker.sourceIndex = index;
    const tickers = messagesOf(item.ticker_sentiment) ?? [];
    const asked = query.get('tickers');
    const about = tickers.find(({ ticker }) => ticker === asked) ?? tickers[0];
    const symbol = wordIn(about?.ticker) ?? asked;
    const [newsId, headline] = [item.url, item.title].map(wordIn);
    if (symbol === null || newsId == null || headline == null) {
      maker.reject('missing-value', `an item has ticker, address and title: ${item.url}`);
      return;
    }
    maker.push('news', {
      symbol,
      tsEvent: compactNs(item.time_published),
      newsId,
      headline,
      summary: wordIn(item.summary),
      publisher: wordIn(item.source),
      url: newsId,
      symbols: tickers.map(({ ticker }) => ticker).join(',') || null,
      topics: (messagesOf(item.topics) ?? []).map(({ topic }) => topic).join(',') || null,
      sentiment: numberIn(about?.ticker_sentiment_score),
      relevance: numberIn(about?.relevance_score),
    });
  });
};
