/** Series of prices: shares, currencies and coins, from minutes to months; and indicators computed from them. */

import { dayOfText, textOfDay } from '../../schema/day.ts';
import { isMessage, type Message, priceOf } from '../../venues/messages.ts';
import type { CsvRow } from '../csv-table.ts';
import type { RecordMaker } from '../record-maker.ts';
import type { Zone } from '../vendor-time.ts';
import {
  type AlphaAnswer,
  type AnswerReader,
  isAsked,
  NEW_YORK_ZONE,
  numberIn,
  plainNames,
  wordIn,
  zoneOf,
} from './answer.ts';

const DAY_S = 86_400;
/** Months differ in length and have that of 30 days. */
const SPANS: readonly (readonly [word: string, seconds: number])[] = [
  ['DAILY', DAY_S],
  ['WEEKLY', 7 * DAY_S],
  ['MONTHLY', 30 * DAY_S],
];
const INTRADAY = /^(\d+)min$/;

interface Frame {
  readonly symbol: string;
  readonly intervalS: number;
  readonly zone: Zone;
  readonly basis: 'trade' | 'mid';
  readonly adjusted: 'raw' | 'total';
}

/** Every series of prices: the property that is not 'Meta Data' has the rows by their times. */
export const readSeries: AnswerReader = (answer) => {
  const { whole, maker } = answer;
  const meta = plainNames(whole['Meta Data']);
  const rows = Object.entries(whole).find(([name]) => name !== 'Meta Data')?.[1];
  const frame = frameOf(answer, meta);
  if (frame === null || !isMessage(rows)) {
    maker.reject('missing-value', `a series tells symbol, interval, zone and rows: ${JSON.stringify(meta)}`);
    return;
  }
  Object.entries(rows).forEach(([time, row], index) => {
    maker.sourceIndex = index;
    if (isAsked(answer, time))
      readRow(answer, frame, time, plainNames(row), String(meta['Market Code'] ?? ''));
  });
};

/** The same as a table, of a symbol that only the request tells. */
export function readSeriesTable(answer: AlphaAnswer, rows: readonly CsvRow[]): void {
  const { query, maker } = answer;
  const frame = frameOf(answer, { Symbol: query.get('symbol') });
  rows.forEach((row, index) => {
    maker.sourceIndex = index;
    const time = row.time ?? row.timestamp;
    if (frame === null || time === undefined)
      maker.reject('missing-value', 'a line tells a time, its request the symbol');
    else if (isAsked(answer, time)) readRow(answer, frame, time, row, '');
  });
}

function frameOf({ query }: AlphaAnswer, meta: Message): Frame | null {
  const name = query.get('function') ?? '';
  const [from, to] = [
    meta['From Symbol'] ?? meta['Digital Currency Code'] ?? query.get('from_symbol'),
    meta['To Symbol'] ?? meta['Market Code'] ?? query.get('to_symbol') ?? query.get('market'),
  ].map(wordIn);
  const symbol = from != null && to != null ? `${from}${to}` : (wordIn(meta.Symbol) ?? query.get('symbol'));
  const minutes = INTRADAY.exec(String(meta.Interval ?? query.get('interval')))?.[1];
  const span = SPANS.find(([word]) => name.includes(word))?.[1];
  const intervalS = span ?? (minutes === undefined ? undefined : Number(minutes) * 60);
  const zone = zoneOf(meta['Time Zone']);
  if (symbol === null || intervalS === undefined || zone === null) return null;
  return {
    symbol,
    intervalS,
    zone,
    basis: name.startsWith('FX_') ? 'mid' : 'trade',
    adjusted: intervalS < DAY_S && query.get('adjusted') === 'true' ? 'total' : 'raw',
  };
}

function readRow(answer: AlphaAnswer, frame: Frame, time: string, row: Message, market: string): void {
  const tsEvent = startOf(answer, frame, time);
  if (row.open !== undefined) {
    pushBar(answer.maker, frame, tsEvent, row, (name) => name);
    pushAdjustments(answer.maker, frame, tsEvent, time, row);
    return;
  }
  // Coins came in two currencies side by side: the one of the market, and dollars.
  const base = frame.symbol.slice(0, frame.symbol.length - market.length);
  for (const currency of new Set([market, 'USD'])) {
    const inCurrency = { ...frame, symbol: `${base}${currency}` };
    const named = (name: string): string => (name === 'volume' ? name : `${name} (${currency})`);
    if (row[named('open')] !== undefined) pushBar(answer.maker, inCurrency, tsEvent, row, named);
    else pushPrice(answer.maker, inCurrency, tsEvent, row, named);
    const cap = numberIn(row[`market cap (${currency})`]);
    if (cap !== null) pushFigure(answer.maker, inCurrency.symbol, tsEvent, 'market cap', cap);
  }
}

/** The beginning of the interval that a time names: rows of weeks and months have the last day with a price. */
function startOf({ isLabelledByEnd }: AlphaAnswer, { intervalS, zone }: Frame, time: string): bigint | null {
  if (intervalS < DAY_S) {
    const at = zone.instantNs(time);
    return at === null ? null : at - (isLabelledByEnd ? BigInt(intervalS) * 1_000_000_000n : 0n);
  }
  const day = dayOfText(time.slice(0, 10));
  if (day === null) return null;
  if (intervalS === DAY_S) return zone.instantNs(textOfDay(day));
  // 1970-01-01 was a Thursday, three days after a Monday.
  if (intervalS === 7 * DAY_S) return zone.instantNs(textOfDay(day - ((((day + 3) % 7) + 7) % 7)));
  return zone.instantNs(`${time.slice(0, 7)}-01`);
}

function pushBar(
  maker: RecordMaker,
  { zone: _zone, ...frame }: Frame,
  tsEvent: bigint | null,
  row: Message,
  named: (name: string) => string,
): void {
  const [open, high, low, close] = ['open', 'high', 'low', 'close'].map((name) => priceOf(row[named(name)]));
  if (open == null || high == null || low == null || close == null)
    maker.reject('missing-value', `a bar has four prices: ${JSON.stringify(row).slice(0, 200)}`);
  else
    maker.push('bar', { ...frame, tsEvent, open, high, low, close, volume: numberIn(row[named('volume')]) });
}

function pushPrice(
  maker: RecordMaker,
  { symbol }: Frame,
  tsEvent: bigint | null,
  row: Message,
  named: (name: string) => string,
): void {
  const price = priceOf(row[named('price')]);
  if (price === null) maker.reject('missing-value', `a row has prices: ${JSON.stringify(row).slice(0, 200)}`);
  else maker.push('statistics', { symbol, tsEvent, kind: 'last', price, detail: 'price' });
  const volume = numberIn(row.volume);
  if (volume !== null)
    maker.push('statistics', { symbol, tsEvent, kind: 'volume', value: volume, detail: 'volume' });
}

function pushFigure(
  maker: RecordMaker,
  symbol: string,
  tsEvent: bigint | null,
  detail: string,
  value: number,
): void {
  maker.push('statistics', { symbol, tsEvent, kind: 'other', value, detail });
}

/** What adjusted series tell beside the bars: the adjusted close, dividends and splits. */
function pushAdjustments(
  maker: RecordMaker,
  { symbol, intervalS }: Frame,
  tsEvent: bigint | null,
  time: string,
  row: Message,
): void {
  const close = priceOf(row['adjusted close']);
  if (close !== null)
    maker.push('statistics', { symbol, tsEvent, kind: 'other', price: close, detail: 'adjusted close' });
  const dividend = numberIn(row['dividend amount']) ?? 0;
  const ratio = numberIn(row['split coefficient']) ?? 1;
  if (intervalS !== DAY_S) {
    // A week's dividends have no day.
    if (dividend !== 0) maker.remark('dividend-without-day');
    return;
  }
  const head = { symbol, tsEvent, exDate: time.slice(0, 10) };
  if (dividend !== 0)
    maker.push('corporate_action', {
      ...head,
      kind: 'cashDividend',
      amount: priceOf(row['dividend amount']),
    });
  if (ratio !== 1) maker.push('corporate_action', { ...head, kind: 'split', newShares: ratio, oldShares: 1 });
}

const ANALYSIS = /^Technical Analysis: /;

/** Series are named by indicator, windows, interval and the prices that are looked at; values of several names are several series. */
export const readIndicator: AnswerReader = (answer) => {
  const { whole, query, maker } = answer;
  const meta = plainNames(whole['Meta Data']);
  const [name, rows] = Object.entries(whole).find(([key]) => ANALYSIS.test(key)) ?? ['', null];
  const zone = zoneOf(meta['Time Zone'] ?? NEW_YORK_ZONE);
  const symbol = wordIn(meta.Symbol) ?? query.get('symbol');
  if (!isMessage(rows) || zone === null || symbol === null) {
    maker.reject('missing-value', `an indicator tells symbol, zone and rows: ${JSON.stringify(meta)}`);
    return;
  }
  const indicator = name.replace(ANALYSIS, '');
  const terms = ['Time Period', 'Interval', 'Series Type']
    .map((term) => meta[term])
    .filter((term) => term !== undefined && term !== null);
  Object.entries(rows).forEach(([time, values], index) => {
    maker.sourceIndex = index;
    if (!isAsked(answer, time)) return;
    for (const [valueName, written] of Object.entries(isMessage(values) ? values : {})) {
      const value = numberIn(written);
      const series = [valueName === indicator ? indicator : `${indicator}.${valueName}`, ...terms].join('.');
      if (value === null) maker.reject('not-a-number', `${series}=${written}`);
      else maker.push('alt', { symbol, tsEvent: zone.instantNs(time), series, value });
    }
  });
};
