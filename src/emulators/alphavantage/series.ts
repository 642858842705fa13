/** Series of prices: shares, currencies and coins, from minutes to months, as JSON or as a table. */

import type { RestAnswer, Stage } from '../contract.ts';
import type { Instrument } from '../market/market.ts';
import { pastRecords } from '../records.ts';
import { plainText, priceText, secondsOf } from '../words.ts';
import { adjustmentsOf, type DayAdjustment, minutesOf, type Row, type Span, spansOf } from './rows.ts';
import { type Clocks, invalidCall, NEW_YORK, numbered, UTC } from './words.ts';

type Family = 'share' | 'fx' | 'coin';

interface Series {
  readonly family: Family;
  readonly span: 'minutes' | Span;
  readonly isAdjusted?: true;
  /** Name of the property that has the rows; the interval stands in for '{}'. */
  readonly rows: string;
  readonly about: string;
}

const DAYS = 'Daily Prices (open, high, low, close) and Volumes';
const EVENTS = 'Time Series with Splits and Dividend Events';

export const SERIES: Readonly<Record<string, Series>> = {
  TIME_SERIES_INTRADAY: {
    family: 'share',
    span: 'minutes',
    rows: 'Time Series ({})',
    about: 'Intraday ({}) open, high, low, close prices and volume',
  },
  TIME_SERIES_DAILY: { family: 'share', span: 'daily', rows: 'Time Series (Daily)', about: DAYS },
  TIME_SERIES_DAILY_ADJUSTED: {
    family: 'share',
    span: 'daily',
    isAdjusted: true,
    rows: 'Time Series (Daily)',
    about: `Daily ${EVENTS}`,
  },
  TIME_SERIES_WEEKLY: {
    family: 'share',
    span: 'weekly',
    rows: 'Weekly Time Series',
    about: DAYS.replace('Daily', 'Weekly'),
  },
  TIME_SERIES_WEEKLY_ADJUSTED: {
    family: 'share',
    span: 'weekly',
    isAdjusted: true,
    rows: 'Weekly Adjusted Time Series',
    about: 'Weekly Adjusted Prices and Volumes',
  },
  TIME_SERIES_MONTHLY: {
    family: 'share',
    span: 'monthly',
    rows: 'Monthly Time Series',
    about: DAYS.replace('Daily', 'Monthly'),
  },
  TIME_SERIES_MONTHLY_ADJUSTED: {
    family: 'share',
    span: 'monthly',
    isAdjusted: true,
    rows: 'Monthly Adjusted Time Series',
    about: 'Monthly Adjusted Prices and Volumes',
  },
  FX_INTRADAY: {
    family: 'fx',
    span: 'minutes',
    rows: 'Time Series FX ({})',
    about: 'FX Intraday ({}) Time Series',
  },
  FX_DAILY: {
    family: 'fx',
    span: 'daily',
    rows: 'Time Series FX (Daily)',
    about: 'Forex Daily Prices (open, high, low, close)',
  },
  FX_WEEKLY: {
    family: 'fx',
    span: 'weekly',
    rows: 'Time Series FX (Weekly)',
    about: 'Forex Weekly Prices (open, high, low, close)',
  },
  FX_MONTHLY: {
    family: 'fx',
    span: 'monthly',
    rows: 'Time Series FX (Monthly)',
    about: 'Forex Monthly Prices (open, high, low, close)',
  },
  CRYPTO_INTRADAY: {
    family: 'coin',
    span: 'minutes',
    rows: 'Time Series Crypto ({})',
    about: 'Crypto Intraday ({}) Time Series',
  },
  DIGITAL_CURRENCY_DAILY: {
    family: 'coin',
    span: 'daily',
    rows: 'Time Series (Digital Currency Daily)',
    about: 'Daily Prices and Volumes for Digital Currency',
  },
  DIGITAL_CURRENCY_WEEKLY: {
    family: 'coin',
    span: 'weekly',
    rows: 'Time Series (Digital Currency Weekly)',
    about: 'Weekly Prices and Volumes for Digital Currency',
  },
  DIGITAL_CURRENCY_MONTHLY: {
    family: 'coin',
    span: 'monthly',
    rows: 'Time Series (Digital Currency Monthly)',
    about: 'Monthly Prices and Volumes for Digital Currency',
  },
};

export const EXTENDED = 'TIME_SERIES_INTRADAY_EXTENDED';
const INTERVALS_S: Readonly<Record<string, number>> = {
  '1min': 60,
  '5min': 300,
  '15min': 900,
  '30min': 1800,
  '60min': 3600,
};
const COMPACT_ROWS = 100;
/** What a full answer of minutes goes back without a month, and a slice. */
const THIRTY_DAYS_S = 30 * 86_400;
const PRICE_DECIMALS = 4;
const QTY_DECIMALS = 8;

/** Codes that name an instrument in a query, and the instrument. */
export interface Asked {
  readonly codes: readonly string[];
  readonly instrument: Instrument;
}

/** Answers one series. Raises Refusal for what the vendor would not grant. */
export async function seriesAnswer(
  stage: Stage,
  name: string,
  query: URLSearchParams,
  { codes, instrument }: Asked,
): Promise<RestAnswer> {
  const series = name === EXTENDED ? SERIES.TIME_SERIES_INTRADAY! : SERIES[name]!;
  const interval = query.get('interval') ?? '';
  const intervalS = INTERVALS_S[interval];
  if (series.span === 'minutes' && intervalS === undefined) throw invalidCall(name);
  const clocks = series.family === 'share' ? NEW_YORK : UTC;
  const nowS = secondsOf(stage.nowNs());
  const all =
    series.span === 'minutes'
      ? minutesOf(instrument, intervalS!, nowS, clocks)
      : spansOf(instrument, series.span, nowS, clocks);
  const adjustments =
    series.family === 'share' && (series.isAdjusted || series.span === 'minutes')
      ? adjustmentsOf(
          spansOf(instrument, 'daily', nowS, clocks),
          await pastRecords(stage, 'corporate_action', { symbols: [instrument.symbol] }),
        )
      : new Map<string, DayAdjustment>();
  const isCompact = (query.get('outputsize') ?? 'compact') === 'compact';
  const rows = wanted(all, { name, series, query, nowS, isCompact }).reverse();
  const columns = rows.map((row) => columnsOf(row, series, query, all, adjustments));
  if (name === EXTENDED || query.get('datatype') === 'csv')
    return tableOf(name === EXTENDED ? 'time' : 'timestamp', rows, columns);
  if (rows.length === 0) return { status: 200, body: {} };
  const fill = (text: string): string => text.replace('{}', interval);
  const meta = metaOf(series, {
    about: fill(series.about),
    codes,
    last: refreshed(rows[0]!, nowS, series, clocks),
    interval,
    size: isCompact ? 'Compact' : 'Full size',
    clocks,
  });
  const body = Object.fromEntries(rows.map(({ label }, at) => [label, numbered(columns[at]!)]));
  return { status: 200, body: { 'Meta Data': meta, [fill(series.rows)]: body } };
}

interface Limits {
  readonly name: string;
  readonly series: Series;
  readonly query: URLSearchParams;
  readonly nowS: number;
  readonly isCompact: boolean;
}

/** Rows that the query asks for, oldest first. */
function wanted(rows: readonly Row[], { name, series, query, nowS, isCompact }: Limits): Row[] {
  if (name === EXTENDED) {
    const [, year, month] = /^year([12])month([1-9]|1[0-2])$/.exec(query.get('slice') ?? '') ?? [];
    if (year === undefined) throw invalidCall(name);
    const endS = nowS - ((Number(year) - 1) * 12 + Number(month) - 1) * THIRTY_DAYS_S;
    return rows.filter(({ candle: { startS } }) => startS <= endS && startS > endS - THIRTY_DAYS_S);
  }
  const month = query.get('month');
  if (series.span === 'minutes' && series.family === 'share' && month !== null) {
    if (!/^\d{4}-\d{2}$/.test(month)) throw invalidCall(name);
    const within = rows.filter(({ label }) => label.startsWith(month));
    return isCompact ? within.slice(-COMPACT_ROWS) : within;
  }
  if (
    isCompact &&
    (series.span === 'minutes' || series.span === 'daily') &&
    name !== 'DIGITAL_CURRENCY_DAILY'
  )
    return rows.slice(-COMPACT_ROWS);
  if (series.span === 'minutes') return rows.filter(({ candle }) => candle.startS > nowS - THIRTY_DAYS_S);
  return [...rows];
}

function columnsOf(
  { label, candle }: Row,
  series: Series,
  query: URLSearchParams,
  rows: readonly Row[],
  adjustments: ReadonlyMap<string, DayAdjustment>,
): readonly (readonly [name: string, value: unknown])[] {
  const { openSteps, highSteps, lowSteps, closeSteps } = candle;
  const day = adjustments.get(label.slice(0, 10));
  const isScaled = series.span === 'minutes' && query.get('adjusted') !== 'false' && day !== undefined;
  const text = (steps: number): string =>
    priceText(isScaled ? steps * day.priceFactor : steps, PRICE_DECIMALS);
  const prices = [
    ['open', text(openSteps)],
    ['high', text(highSteps)],
    ['low', text(lowSteps)],
    ['close', text(closeSteps)],
  ] as const;
  if (series.family === 'fx') return prices;
  const volume = plainText(isScaled ? candle.volume * day.shares : candle.volume, QTY_DECIMALS);
  if (series.isAdjusted !== true || day === undefined) return [...prices, ['volume', volume]];
  const events = eventsOf(label, series.span as Span, rows, adjustments);
  return [
    ...prices,
    ['adjusted close', priceText(closeSteps * day.priceFactor, PRICE_DECIMALS)],
    ['volume', volume],
    ['dividend amount', events.dividend.toFixed(PRICE_DECIMALS)],
    ...(series.span === 'daily'
      ? [['split coefficient', plainText(events.split, QTY_DECIMALS)] as const]
      : []),
  ];
}

/** Dividends and splits of a row: of its day, or of all days since the row before. */
function eventsOf(
  label: string,
  span: Span,
  rows: readonly Row[],
  adjustments: ReadonlyMap<string, DayAdjustment>,
): { readonly dividend: number; readonly split: number } {
  if (span === 'daily') return adjustments.get(label)!;
  const before = rows[rows.findIndex((row) => row.label === label) - 1]?.label ?? '';
  let [dividend, split] = [0, 1];
  for (const [day, one] of adjustments) {
    if (day <= before || day > label) continue;
    dividend += one.dividend;
    split *= one.split;
  }
  return { dividend, split };
}

function refreshed({ label }: Row, nowS: number, { span, family }: Series, clocks: Clocks): string {
  if (span === 'minutes' || family === 'share') return label;
  return clocks.day(nowS) === label ? clocks.at(nowS) : label;
}

interface Told {
  readonly about: string;
  readonly codes: readonly string[];
  readonly last: string;
  readonly interval: string;
  readonly size: string;
  readonly clocks: Clocks;
}

function metaOf({ family, span }: Series, told: Told): Readonly<Record<string, unknown>> {
  const { codes, clocks } = told;
  const about = ['Information', told.about] as const;
  const last = ['Last Refreshed', told.last] as const;
  const interval = span === 'minutes' ? [['Interval', told.interval] as const] : [];
  const size = span === 'minutes' || span === 'daily' ? [['Output Size', told.size] as const] : [];
  const zone = ['Time Zone', clocks.name] as const;
  if (family === 'share') return numbered([about, ['Symbol', codes[0]], last, ...interval, ...size, zone]);
  if (family === 'fx') {
    const pair = [['From Symbol', codes[0]] as const, ['To Symbol', codes[1]] as const];
    const order = span === 'minutes' ? [last, ...interval, ...size] : [...size, last];
    return numbered([about, ...pair, ...order, zone]);
  }
  const coin = [
    ['Digital Currency Code', codes[0]],
    ['Digital Currency Name', codes[0]],
    ['Market Code', codes[1]],
    ['Market Name', codes[1]],
  ] as const;
  return numbered([about, ...coin, last, ...interval, ...(span === 'minutes' ? size : []), zone]);
}

function tableOf(
  time: string,
  rows: readonly Row[],
  columns: readonly (readonly (readonly [name: string, value: unknown])[])[],
): RestAnswer {
  const names = (columns[0] ?? NO_ROWS).map(([name]) => name.replaceAll(' ', '_'));
  const lines = rows.map(({ label }, at) =>
    [label, ...columns[at]!.map(([, value]) => String(value))].join(','),
  );
  const body = `${[[time, ...names].join(','), ...lines].join('\r\n')}\r\n`;
  return { status: 200, body, contentType: 'application/x-download' };
}

const NO_ROWS = ['open', 'high', 'low', 'close', 'volume'].map((name) => [name, ''] as const);
