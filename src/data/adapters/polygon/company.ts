/** What companies do and say: splits, dividends, changes of ticker, financial statements, news. */

import { dayOfText, NS_PER_DAY } from '../../schema/day.ts';
import { isMessage, type Message, messagesOf, numberOf, priceOf, textOf } from '../../venues/messages.ts';
import { isoNs } from '../vendor-time.ts';
import { eachRow, type PageReader, partOf, tickerIn } from './page.ts';
import { NEW_YORK } from './tickers.ts';

/** A split is not announced in what the vendor tells: it is taken as known on its first day. */
export const readSplits = eachRow((row, page) => {
  const symbol = tickerIn(row, page);
  const exDate = textOf(row.execution_date);
  const [oldShares, newShares] = [row.split_from, row.split_to].map(numberOf);
  if (symbol === null || exDate === null || oldShares == null || newShares == null)
    page.maker.reject('missing-value', 'a split has ticker, execution_date, split_from and split_to');
  else
    page.maker.push('corporate_action', {
      symbol,
      tsEvent: NEW_YORK.instantNs(exDate),
      kind: 'split',
      exDate,
      newShares,
      oldShares,
    });
});

/** CD is paid regularly, SC is special; LT and ST are long and short term gains of funds. */
export const readDividends = eachRow((row, page) => {
  const symbol = tickerIn(row, page);
  const exDate = textOf(row.ex_dividend_date);
  if (symbol === null || exDate === null) {
    page.maker.reject('missing-value', 'a dividend has ticker and ex_dividend_date');
    return;
  }
  const declaredDate = textOf(row.declaration_date);
  page.maker.push('corporate_action', {
    symbol,
    tsEvent: NEW_YORK.instantNs(declaredDate ?? exDate),
    kind: row.dividend_type === 'SC' ? 'specialDividend' : 'cashDividend',
    exDate,
    declaredDate,
    recordDate: textOf(row.record_date),
    payDate: textOf(row.pay_date),
    amount: priceOf(row.cash_amount),
    currency: textOf(row.currency) ?? 'USD',
    frequency: numberOf(row.frequency),
  });
});

/** Tickers of a company, newest first: each took the place of the one after it. */
export const readTickerEvents: PageReader = ({ rows, maker }) => {
  for (const row of rows) {
    const changes = (messagesOf(row.events) ?? []).filter((event) => {
      if (event.type !== 'ticker_change') maker.remark(`event ${event.type}`);
      return event.type === 'ticker_change';
    });
    const sorted = changes.toSorted((a, b) => (String(a.date) < String(b.date) ? -1 : 1));
    sorted.forEach((event, index) => {
      maker.sourceIndex = changes.indexOf(event);
      const [before, after] = [sorted[index - 1], event].map((one) =>
        textOf(partOf(one ?? {}, 'ticker_change')?.ticker),
      );
      const exDate = textOf(event.date);
      if (after == null || exDate === null) maker.reject('missing-value', 'a change has a ticker and a date');
      else if (before == null) maker.remark('first-ticker');
      else
        maker.push('corporate_action', {
          symbol: before,
          tsEvent: NEW_YORK.instantNs(exDate),
          kind: 'symbolChange',
          exDate,
          otherSymbol: after,
        });
    });
  }
};

/** Accession number in the address of a filing. */
const ACCESSION = /(\d{10}-\d{2}-\d{6})/;
/** Statements are public at the latest when the day of filing ends. */
const FORM_BY_PERIOD: Readonly<Record<string, string>> = { FY: '10-K', Q1: '10-Q', Q2: '10-Q', Q3: '10-Q' };

export const readFinancials = eachRow((row, page) => {
  const { maker } = page;
  const tickers = Array.isArray(row.tickers) ? row.tickers : [];
  const asked = page.query.get('ticker');
  const symbol = asked ?? textOf(tickers[0]) ?? (row.cik === undefined ? null : `CIK${row.cik}`);
  const financials = partOf(row, 'financials');
  if (symbol === null || financials === null) {
    maker.reject('missing-value', 'a report has a company and its figures');
    return;
  }
  const period = textOf(row.fiscal_period);
  const head = {
    symbol,
    ...maker.timeOr(isoNs(row.acceptance_datetime) ?? endOfDayNs(row.filing_date)),
    periodEnd: textOf(row.end_date),
    fiscalPeriod: [period, textOf(row.fiscal_year)].filter((part) => part !== null).join(' ') || null,
    form: period === null ? null : (FORM_BY_PERIOD[period] ?? null),
    accession: ACCESSION.exec(String(row.source_filing_url))?.[1] ?? null,
  };
  for (const [statement, figures] of Object.entries(financials)) {
    if (!isMessage(figures)) {
      maker.reject('field-value', `${statement} has figures by name`);
      continue;
    }
    const periodStart = statement === 'balance_sheet' ? null : textOf(row.start_date);
    for (const [name, figure] of Object.entries(figures)) {
      const { value, unit } = isMessage(figure) ? figure : ({} as Message);
      if (numberOf(value) === null) maker.reject('not-a-number', `${statement}.${name}=${value}`);
      else
        maker.push('fundamental', {
          ...head,
          periodStart,
          metric: `${statement}.${name}`,
          value: numberOf(value),
          unit: textOf(unit)?.replaceAll(' ', '') ?? null,
        });
    }
  }
});

function endOfDayNs(day: unknown): bigint | null {
  const number = typeof day === 'string' ? dayOfText(day) : null;
  return number === null ? null : BigInt(number + 1) * NS_PER_DAY - 1n;
}

const SENTIMENTS: Readonly<Record<string, number>> = { positive: 1, neutral: 0, negative: -1 };

/** An item is kept under the ticker that was asked for where it is about it, else under its first one. */
export const readNews = eachRow((row, page) => {
  const { maker } = page;
  const tickers = Array.isArray(row.tickers)
    ? row.tickers.map(String)
    : (textOf(row.ticker)?.split(',') ?? []);
  const asked = page.query.get('ticker');
  const symbol = asked !== null && tickers.includes(asked) ? asked : (tickers[0] ?? asked);
  const newsId = textOf(row.id);
  const headline = textOf(row.title);
  if (symbol === null || newsId === null || headline === null) {
    maker.reject('missing-value', 'an item has id, title and tickers');
    return;
  }
  const insight = (messagesOf(row.insights) ?? []).find(({ ticker }) => ticker === symbol);
  const keywords = Array.isArray(row.keywords) ? row.keywords.join(',') : row.keywords;
  maker.push('news', {
    symbol,
    tsEvent: isoNs(row.published_utc),
    newsId,
    headline,
    summary: textOf(row.description),
    publisher: textOf(partOf(row, 'publisher')?.name) ?? textOf(row.publisher_name),
    url: textOf(row.article_url),
    symbols: tickers.join(',') || null,
    topics: textOf(keywords),
    sentiment: SENTIMENTS[String(insight?.sentiment ?? row.sentiment)] ?? null,
  });
});
