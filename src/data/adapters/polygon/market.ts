/** When markets are open, and indicators that the vendor computes. */

import type { NewRecord } from '../../registry.ts';
import { messagesOf, numberOf, textOf } from '../../venues/messages.ts';
import { epochNs, isoNs } from '../vendor-time.ts';
import { eachRow, type PageReader, partOf } from './page.ts';
import { NEW_YORK, oneTicker } from './tickers.ts';

type Status = NewRecord<'status'>['status'];

/** Markets of the answer and what they do now; the hours before and after the session are told beside them. */
export const readMarketStatus: PageReader = ({ whole, maker }) => {
  const tsEvent = isoNs(whole.serverTime);
  const states = {
    ...partOf(whole, 'exchanges'),
    ...partOf(whole, 'currencies'),
    ...partOf(whole, 'indicesGroups'),
  };
  const extended: Status = whole.earlyHours === true ? 'preOpen' : 'postClose';
  Object.entries(states).forEach(([name, state], index) => {
    maker.sourceIndex = index;
    const status = state === 'open' ? 'trading' : state === 'closed' ? 'closed' : extended;
    maker.push('status', { symbol: name.toUpperCase(), tsEvent, status, reason: textOf(state) });
  });
};

/** Days on which an exchange is closed, and those on which it opens or closes at other times. */
export const readHolidays = eachRow((row, { maker }) => {
  const symbol = textOf(row.exchange);
  if (symbol === null) {
    maker.reject('missing-value', 'a holiday has an exchange');
    return;
  }
  const reason = textOf(row.name);
  const rule = textOf(row.status);
  if (rule === 'closed') {
    maker.push('status', { symbol, tsEvent: NEW_YORK.instantNs(row.date), status: 'closed', rule, reason });
    return;
  }
  maker.push('status', { symbol, tsEvent: isoNs(row.open), status: 'trading', rule, reason });
  maker.push('status', { symbol, tsEvent: isoNs(row.close), status: 'closed', rule, reason });
});

/** Values of an indicator; those of MACD are three. Series are named by indicator, windows and span. */
export const readIndicator: PageReader = ({ rows, path, query, whole, maker }) => {
  const { indicator = '', ticker } = path;
  const windows =
    indicator === 'macd'
      ? [
          query.get('short_window') ?? '12',
          query.get('long_window') ?? '26',
          query.get('signal_window') ?? '9',
        ]
      : [query.get('window') ?? DEFAULT_WINDOW];
  const series = [indicator, ...windows, query.get('timespan') ?? 'day'].join('.');
  const underlying = partOf(partOf(whole, 'results') ?? {}, 'underlying');
  maker.remark('bar-under-indicator', messagesOf(underlying?.aggregates)?.length ?? 0);
  rows.forEach((row, index) => {
    maker.sourceIndex = index;
    for (const name of ['value', 'signal', 'histogram']) {
      const value = numberOf(row[name]);
      if (value === null) {
        if (name === 'value') maker.reject('missing-value', `${series} has a value`);
        continue;
      }
      maker.push('alt', {
        symbol: oneTicker(ticker ?? textOf(row.aggregate_T) ?? ''),
        tsEvent: epochNs(row.timestamp),
        series: name === 'value' ? series : `${series}.${name}`,
        value,
      });
    }
  });
};

/** Of the vendor, where the request tells none. */
const DEFAULT_WINDOW = '50';
