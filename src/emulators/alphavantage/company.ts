/** Figures of companies, quotes, rates, searches and news, from the records that tell them. */

import type { CanonicalRecord } from '../../data/index.ts';
import type { Stage } from '../contract.ts';
import { ASK, BID } from '../market/events.ts';
import type { Instrument } from '../market/market.ts';
import { pastRecords } from '../records.ts';
import { plainText, priceText, secondsOf } from '../words.ts';
import { ratioOf, spansOf } from './rows.ts';
import { compactTime, invalidCall, NEW_YORK, numbered, UTC } from './words.ts';

type Fundamental = CanonicalRecord<'fundamental'>;

const STATEMENTS: Readonly<Record<string, string>> = {
  INCOME_STATEMENT: 'incomeStatement.',
  BALANCE_SHEET: 'balanceSheet.',
  CASH_FLOW: 'cashFlow.',
};
export const STATEMENT_NAMES = Object.keys(STATEMENTS);
const TYPES: Readonly<Record<string, string>> = { equity: 'Common Stock', etf: 'ETF', fund: 'Mutual Fund' };
const EXCHANGES: Readonly<Record<string, string>> = {
  XNYS: 'NYSE',
  XNAS: 'NASDAQ',
  ARCX: 'NYSE ARCA',
  BATS: 'BATS',
};

/** Figures of a company and what it is; of each figure the newest that is known. Empty for a share of which nothing is known. */
export async function overview(
  stage: Stage,
  { symbol, definition }: Instrument,
): Promise<Readonly<Record<string, string>>> {
  const figures: Record<string, string> = {};
  let latest: string | null = null;
  for (const { metric, value, textValue, periodEnd } of await fundamentals(stage, symbol, 'overview.')) {
    figures[metric.slice('overview.'.length)] = value === null ? (textValue ?? 'None') : String(value);
    if (periodEnd !== null && (latest === null || periodEnd > latest)) latest = periodEnd;
  }
  if (definition === null && Object.keys(figures).length === 0) return {};
  const [sector, industry] = (definition?.sector ?? '').split(': ');
  return {
    Symbol: symbol,
    AssetType: TYPES[definition?.assetClass ?? 'equity'] ?? 'Common Stock',
    Name: definition?.name ?? symbol,
    CIK: definition?.cik ?? 'None',
    Exchange: EXCHANGES[definition?.mic ?? ''] ?? 'None',
    Currency: definition?.currency ?? 'USD',
    Country: definition?.country ?? 'None',
    Sector: sector === undefined || sector === '' ? 'None' : sector,
    Industry: industry ?? 'None',
    ...(latest === null ? {} : { LatestQuarter: latest }),
    ...figures,
  };
}

/** Yearly and quarterly reports of one statement, newest first. */
export async function statements(stage: Stage, name: string, { symbol }: Instrument): Promise<unknown> {
  const prefix = STATEMENTS[name]!;
  const reports = reportsOf(await fundamentals(stage, symbol, prefix), (figures) => ({
    reportedCurrency: figures.find(({ unit }) => unit !== null && unit !== 'shares')?.unit ?? 'USD',
    ...Object.fromEntries(figures.map(({ metric, value }) => [metric.slice(prefix.length), textOf(value)])),
  }));
  return { symbol, annualReports: reports('annual'), quarterlyReports: reports('quarterly') };
}

/** Earnings of years and quarters; a quarter was reported on the day before it is known. */
export async function earnings(stage: Stage, { symbol }: Instrument): Promise<unknown> {
  const prefix = 'earnings.';
  const reports = reportsOf(await fundamentals(stage, symbol, prefix), (figures) => ({
    ...(figures[0]!.form === 'quarterly'
      ? { reportedDate: NEW_YORK.day(secondsOf(figures[0]!.tsEvent) - 1) }
      : {}),
    ...Object.fromEntries(figures.map(({ metric, value }) => [metric.slice(prefix.length), textOf(value)])),
  }));
  return { symbol, annualEarnings: reports('annual'), quarterlyEarnings: reports('quarterly') };
}

async function fundamentals(stage: Stage, symbol: string, prefix: string): Promise<Fundamental[]> {
  const records = await pastRecords(stage, 'fundamental', { symbols: [symbol] });
  return records.filter(({ metric }) => metric.startsWith(prefix));
}

function reportsOf(
  figures: readonly Fundamental[],
  write: (figures: readonly Fundamental[]) => object,
): (form: string) => unknown[] {
  return (form) => {
    const periods = new Map<string, Fundamental[]>();
    for (const one of figures) {
      if (one.form !== form || one.periodEnd === null) continue;
      periods.set(one.periodEnd, [...(periods.get(one.periodEnd) ?? []), one]);
    }
    return [...periods]
      .sort(([a], [b]) => (a < b ? 1 : -1))
      .map(([fiscalDateEnding, those]) => ({ fiscalDateEnding, ...write(those) }));
  };
}

function textOf(value: number | null): string {
  return value === null ? 'None' : String(value);
}

/** Splits and dividends of a share, as `SPLITS` and `DIVIDENDS` list them. */
export function actionRows(
  kind: 'SPLITS' | 'DIVIDENDS',
  actions: readonly CanonicalRecord<'corporate_action'>[],
): readonly unknown[] {
  const newest = [...actions].sort((a, b) => (a.exDate < b.exDate ? 1 : -1));
  if (kind === 'SPLITS')
    return newest
      .filter((one) => one.kind === 'split')
      .map((one) => ({
        effective_date: one.exDate,
        split_factor: ratioOf(one).toFixed(4),
      }));
  return newest
    .filter((one) => one.kind === 'cashDividend' || one.kind === 'specialDividend')
    .map((one) => ({
      ex_dividend_date: one.exDate,
      declaration_date: one.declaredDate ?? 'None',
      record_date: one.recordDate ?? 'None',
      payment_date: one.payDate ?? 'None',
      amount: String(one.amount ?? 0),
    }));
}

/** The newest day of a share and the close before it. */
export function globalQuote(stage: Stage, instrument: Instrument): unknown {
  const days = spansOf(instrument, 'daily', secondsOf(stage.nowNs()), NEW_YORK);
  const [day, before] = [days.at(-1), days.at(-2)];
  if (day === undefined) return { 'Global Quote': {} };
  const { openSteps, highSteps, lowSteps, closeSteps, volume } = day.candle;
  const closeBefore = before?.candle.closeSteps ?? openSteps;
  const change = closeSteps - closeBefore;
  return {
    'Global Quote': numbered(
      [
        ['symbol', instrument.symbol],
        ['open', priceText(openSteps, 4)],
        ['high', priceText(highSteps, 4)],
        ['low', priceText(lowSteps, 4)],
        ['price', priceText(closeSteps, 4)],
        ['volume', plainText(volume, 8)],
        ['latest trading day', day.label],
        ['previous close', priceText(closeBefore, 4)],
        ['change', priceText(change, 4)],
        ['change percent', `${((100 * change) / closeBefore).toFixed(4)}%`],
      ],
      2,
    ),
  };
}

/** Middle of the best quote; the last close where there is none. Raises Refusal for a pair without a price. */
export function exchangeRate(stage: Stage, [from, to]: readonly string[], instrument: Instrument): unknown {
  const [bid, ask] = [instrument.best[BID]?.priceSteps, instrument.best[ASK]?.priceSteps];
  const close = spansOf(instrument, 'daily', secondsOf(stage.nowNs()), UTC).at(-1)?.candle.closeSteps;
  const rate = bid !== undefined && ask !== undefined ? (bid + ask) / 2 : (close ?? bid ?? ask);
  if (rate === undefined) throw invalidCall('CURRENCY_EXCHANGE_RATE');
  return {
    'Realtime Currency Exchange Rate': numbered([
      ['From_Currency Code', from],
      ['From_Currency Name', from],
      ['To_Currency Code', to],
      ['To_Currency Name', to],
      ['Exchange Rate', priceText(rate, 8)],
      ['Last Refreshed', UTC.at(secondsOf(instrument.lastNs))],
      ['Time Zone', 'UTC'],
      ['Bid Price', bid === undefined ? '-' : priceText(bid, 8)],
      ['Ask Price', ask === undefined ? '-' : priceText(ask, 8)],
    ]),
  };
}

/** Instruments whose symbol or name has the words; the closest first. */
export function symbolSearch(stage: Stage, words: string): unknown {
  const sought = words.toUpperCase();
  const matches = [...stage.market.instruments.values()]
    .map((one) => ({ one, name: one.definition?.name ?? one.symbol }))
    .filter(({ one, name }) => one.symbol.includes(sought) || name.toUpperCase().includes(sought))
    .map(({ one, name }) => ({ one, name, score: Math.min(1, sought.length / one.symbol.length) }))
    .sort((a, b) => b.score - a.score);
  return {
    bestMatches: matches.map(({ one, name, score }) =>
      numbered([
        ['symbol', one.symbol],
        ['name', name],
        ['type', one.definition?.assetClass === 'etf' ? 'ETF' : 'Equity'],
        ['region', 'United States'],
        ['marketOpen', '09:30'],
        ['marketClose', '16:00'],
        ['timezone', 'UTC-04'],
        ['currency', one.definition?.currency ?? 'USD'],
        ['matchScore', score.toFixed(4)],
      ]),
    ),
  };
}

const NEWS = 50;
const NEWS_MAX = 1000;

/** Items about any of the tickers, newest first unless sort=EARLIEST. */
export async function news(stage: Stage, query: URLSearchParams): Promise<unknown> {
  const tickers = (query.get('tickers') ?? '').split(',').filter((one) => one !== '');
  const [from, to] = [query.get('time_from'), query.get('time_to')].map((text) => text?.slice(0, 13));
  const limit = Math.min(NEWS_MAX, Number(query.get('limit') ?? NEWS));
  if (!Number.isSafeInteger(limit) || limit < 1) throw invalidCall('NEWS_SENTIMENT');
  const items = (await pastRecords(stage, 'news')).filter((item) => {
    const minute = compactTime(item.tsEvent).slice(0, 13);
    const about = [item.symbol, ...(item.symbols ?? '').split(',')];
    return (
      (tickers.length === 0 || tickers.some((one) => about.includes(one))) &&
      (from === undefined || minute >= from) &&
      (to === undefined || minute <= to)
    );
  });
  if (query.get('sort') !== 'EARLIEST') items.reverse();
  const feed = items.slice(0, limit).map(newsItem);
  return { items: String(feed.length), feed };
}

function newsItem(item: CanonicalRecord<'news'>): unknown {
  const others = (item.symbols ?? '').split(',').filter((one) => one !== '' && one !== item.symbol);
  const scores =
    item.sentiment === null
      ? {}
      : {
          ticker_sentiment_score: item.sentiment.toFixed(6),
          ticker_sentiment_label: sentimentWord(item.sentiment),
        };
  const relevance = item.relevance === null ? {} : { relevance_score: item.relevance.toFixed(6) };
  return {
    title: item.headline,
    url: item.newsId,
    time_published: compactTime(item.tsEvent),
    summary: item.summary ?? '',
    source: item.publisher ?? '',
    topics: (item.topics ?? '')
      .split(',')
      .filter((topic) => topic !== '')
      .map((topic) => ({ topic })),
    ticker_sentiment: [
      { ticker: item.symbol, ...relevance, ...scores },
      ...others.map((ticker) => ({ ticker })),
    ],
  };
}

/** Bounds as the vendor's answers state them. */
function sentimentWord(score: number): string {
  if (score <= -0.35) return 'Bearish';
  if (score <= -0.15) return 'Somewhat-Bearish';
  if (score < 0.15) return 'Neutral';
  return score < 0.35 ? 'Somewhat_Bullish' : 'Bullish';
}
