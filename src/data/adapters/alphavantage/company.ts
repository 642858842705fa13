/** Figures of companies: overview, statements, earnings, dividends, splits. */

import { qualityMask } from '../../registry.ts';
import { dayOfText, textOfDay } from '../../schema/day.ts';
import { type Message, messagesOf, priceOf } from '../../venues/messages.ts';
import { type AlphaAnswer, type AnswerReader, isAsked, NEW_YORK, numberIn, wordIn } from './answer.ts';
import { assetClassOf } from './figures.ts';

/**
 * Statements come without the day of publication. They are taken as known when the SEC's longest time for a report is over: 90 days
 * for a year (Form 10-K, General Instruction A), 45 days for a quarter (Form 10-Q, General Instruction A).
 */
const ANNUAL_DAYS = 90;
const QUARTERLY_DAYS = 45;

/** Fields of an overview that the definition has. */
const DEFINED = ['Symbol', 'AssetType', 'Name', 'Currency', 'Sector', 'Industry', 'CIK'];
const MICS: Readonly<Record<string, string>> = {
  NYSE: 'XNYS',
  NASDAQ: 'XNAS',
  'NYSE ARCA': 'ARCX',
  BATS: 'BATS',
};

/** As of when it was asked; the figures are of the latest quarter, or of twelve months to its end. */
export const readOverview: AnswerReader = ({ whole, maker }) => {
  const symbol = wordIn(whole.Symbol);
  if (symbol === null) {
    maker.remark('empty-answer');
    return;
  }
  const industry = [whole.Sector, whole.Industry].map(wordIn).filter((word) => word !== null);
  maker.push('definition', {
    symbol,
    ...maker.asAnswered,
    assetClass: assetClassOf(whole.AssetType),
    name: wordIn(whole.Name),
    mic: MICS[String(whole.Exchange)] ?? null,
    currency: wordIn(whole.Currency),
    sector: industry.join(': ') || null,
    cik: wordIn(whole.CIK),
  });
  for (const [name, written] of Object.entries(whole)) {
    if (DEFINED.includes(name)) continue;
    const value = numberIn(written);
    const textValue = value === null ? wordIn(written) : null;
    if (value === null && textValue === null) maker.remark('figure-without-value');
    else
      maker.push('fundamental', {
        symbol,
        ...maker.asAnswered,
        metric: `overview.${name}`,
        value,
        textValue,
        periodEnd: wordIn(whole.LatestQuarter),
      });
  }
};

const STATEMENTS: Readonly<Record<string, string>> = {
  INCOME_STATEMENT: 'incomeStatement',
  BALANCE_SHEET: 'balanceSheet',
  CASH_FLOW: 'cashFlow',
};
const REPORTS = [
  ['annualReports', 'annual', ANNUAL_DAYS],
  ['quarterlyReports', 'quarterly', QUARTERLY_DAYS],
] as const;

export const readStatements: AnswerReader = (answer) => {
  const { whole, query, maker } = answer;
  const symbol = wordIn(whole.symbol);
  const statement = STATEMENTS[query.get('function') ?? ''];
  let index = 0;
  for (const [list, form, days] of REPORTS) {
    for (const report of messagesOf(whole[list]) ?? []) {
      maker.sourceIndex = index++;
      const { fiscalDateEnding, reportedCurrency, ...figures } = report;
      const day = typeof fiscalDateEnding === 'string' ? dayOfText(fiscalDateEnding) : null;
      if (symbol === null || day === null) {
        maker.reject('missing-value', `a report has a symbol and fiscalDateEnding: ${fiscalDateEnding}`);
        continue;
      }
      if (!isAsked(answer, textOfDay(day))) continue;
      pushReport(
        answer,
        { symbol, statement: statement ?? 'statement', form, day, days },
        reportedCurrency,
        figures,
      );
    }
  }
};

interface Report {
  readonly symbol: string;
  readonly statement: string;
  readonly form: string;
  /** Day on which the period ends, and days from then on until it is taken as known. */
  readonly day: number;
  readonly days: number;
}

function pushReport({ maker }: AlphaAnswer, report: Report, currency: unknown, figures: Message): void {
  const { symbol, statement, form, day, days } = report;
  for (const [name, written] of Object.entries(figures)) {
    const value = numberIn(written);
    if (value === null) {
      if (wordIn(written) === null) maker.remark('figure-without-value');
      else maker.reject('not-a-number', `${statement}.${name}=${written}`);
      continue;
    }
    maker.push('fundamental', {
      symbol,
      tsEvent: NEW_YORK.instantNs(textOfDay(day + days)),
      quality: qualityMask('estimatedTime'),
      metric: `${statement}.${name}`,
      value,
      unit: name.endsWith('SharesOutstanding') ? 'shares' : wordIn(currency),
      periodEnd: textOfDay(day),
      form,
    });
  }
}

/** Earnings of quarters are known when the day on which they were reported is over. */
export const readEarnings: AnswerReader = (answer) => {
  const { whole, maker } = answer;
  const symbol = wordIn(whole.symbol);
  let index = 0;
  for (const [list, form] of [
    ['annualEarnings', 'annual'],
    ['quarterlyEarnings', 'quarterly'],
  ] as const) {
    for (const { fiscalDateEnding, reportedDate, reportTime, ...figures } of messagesOf(whole[list]) ?? []) {
      maker.sourceIndex = index++;
      const [end, reported] = [fiscalDateEnding, reportedDate].map((day) => dayOfText(String(day)));
      if (symbol === null || end == null) {
        maker.reject('missing-value', `earnings have a symbol and fiscalDateEnding: ${fiscalDateEnding}`);
        continue;
      }
      if (!isAsked(answer, textOfDay(end))) continue;
      const known = reported == null ? end + ANNUAL_DAYS : reported + 1;
      for (const [name, written] of Object.entries(figures)) {
        const value = numberIn(written);
        if (value === null) maker.remark('figure-without-value');
        else
          maker.push('fundamental', {
            symbol,
            tsEvent: NEW_YORK.instantNs(textOfDay(known)),
            ...(reported == null ? { quality: qualityMask('estimatedTime') } : {}),
            metric: `earnings.${name}`,
            value,
            unit: name === 'surprisePercentage' ? '%' : 'USD/shares',
            periodEnd: textOfDay(end),
            form,
          });
      }
      if (wordIn(reportTime) !== null) maker.remark('time-of-report');
    }
  }
};

/** Known when declared, or else on the ex-date. */
export const readDividends: AnswerReader = (answer) => {
  eachOf(answer, 'ex_dividend_date', (symbol, exDate, row) => {
    const declaredDate = wordIn(row.declaration_date);
    answer.maker.push('corporate_action', {
      symbol,
      tsEvent: NEW_YORK.instantNs(declaredDate ?? exDate),
      kind: 'cashDividend',
      exDate,
      declaredDate,
      recordDate: wordIn(row.record_date),
      payDate: wordIn(row.payment_date),
      amount: priceOf(row.amount),
    });
  });
};

export const readSplits: AnswerReader = (answer) => {
  eachOf(answer, 'effective_date', (symbol, exDate, row) => {
    const newShares = numberIn(row.split_factor);
    if (newShares === null) answer.maker.reject('not-a-number', `split_factor=${row.split_factor}`);
    else
      answer.maker.push('corporate_action', {
        symbol,
        tsEvent: NEW_YORK.instantNs(exDate),
        kind: 'split',
        exDate,
        newShares,
        oldShares: 1,
      });
  });
};

function eachOf(
  answer: AlphaAnswer,
  dateName: string,
  read: (symbol: string, date: string, row: Message) => void,
): void {
  const { whole, maker } = answer;
  const symbol = wordIn(whole.symbol);
  (messagesOf(whole.data) ?? []).forEach((row, index) => {
    maker.sourceIndex = index;
    const date = wordIn(row[dateName]);
    if (symbol === null || date === null)
      maker.reject('missing-value', `an action has a symbol and ${dateName}`);
    else if (isAsked(answer, date)) read(symbol, date, row);
  });
}
