/** Data of LEAN, the open engine of QuantConnect, as its repository ships them: one format for prices, one for options. */

import type { FileFormat } from '../../ingest/file-format.ts';
import { DATE_OPTION, OptionReader, SYMBOL_OPTION, VENUE_OPTION } from '../file-options.ts';
import { dateOfName } from '../recordings/itch-file.ts';
import { headRows, TableNormaliser } from '../tables/table-normaliser.ts';
import { isOptionHeader, OptionTable } from './option-table.ts';
import { PriceTable } from './price-table.ts';
import { leanShape } from './shapes.ts';

/** Rows that are looked at to recognise a file. */
const SNIFF_ROWS = 40;
const VENUE = 'LEAN';
const INTERVAL_OPTION = {
  about: 'length of bars in s; by default the step between their times',
  default: '',
};

export const LEAN_FILE: FileFormat = {
  name: 'lean',
  version: 1,
  about: 'LEAN price files: ticks, seconds, minutes, hours, days of stocks, futures, currencies and coins',
  schemas: ['bar', 'trade', 'bbo', 'statistics', 'definition'],
  options: {
    symbol: { ...SYMBOL_OPTION, about: 'symbol of the records; of futures their root (ES)' },
    date: DATE_OPTION,
    zone: {
      about: 'zone of the times; by default America/New_York for prices in 1e-4 (stocks), else UTC',
      default: '',
    },
    venue: VENUE_OPTION(VENUE),
    scale: {
      about:
        'value of one unit of the prices: 1 or 0.0001; by default 0.0001 where the first row has no point',
      default: '',
    },
    interval: INTERVAL_OPTION,
  },
  recognise: (head, isWhole) => leanShape(headRows(head, isWhole).slice(0, SNIFF_ROWS)) !== null,
  open(context, sink) {
    const options = new OptionReader('lean', context);
    const symbol = options.symbol();
    const told = dateOfName(context.fileName);
    const date = options.text('date') === '' && told === null ? '' : options.date(told);
    const zone = options.text('zone');
    if (zone !== '') options.zone();
    const scale = options.oneOf('scale', ['', '1', '0.0001'], '');
    const intervalS = intervalOption(options);
    options.check();
    const table = new PriceTable(sink, {
      fileName: context.fileName,
      symbol,
      date,
      zone,
      scale: scale === '' ? null : scale === '1' ? 1 : 1e-4,
      intervalS,
    });
    return new TableNormaliser(options.text('venue') || VENUE, table);
  },
};

export const LEAN_OPTIONS_FILE: FileFormat = {
  name: 'lean-options',
  version: 1,
  about: 'LEAN options: bars and open interest by contract, and chains with greeks',
  schemas: ['bar', 'statistics', 'definition'],
  options: {
    symbol: {
      ...SYMBOL_OPTION,
      about: 'symbol of the underlying, where the name of the file does not tell it',
    },
    date: DATE_OPTION,
    zone: { about: 'zone of the times', default: 'America/New_York' },
    venue: VENUE_OPTION('OPRA'),
    interval: INTERVAL_OPTION,
  },
  recognise: (head, isWhole) => isOptionHeader(headRows(head, isWhole)[0] ?? ''),
  open(context, sink) {
    const options = new OptionReader('lean-options', context);
    // goog_20151224.csv, aapl_daily_2014_quote.csv
    const named = /^([A-Za-z.]+)_(?:\d{8}|daily|minute|hour)/.exec(context.fileName)?.[1];
    const symbol = options.symbol(named?.toUpperCase());
    const told = dateOfName(context.fileName);
    const date = options.text('date') === '' && told === null ? '' : options.date(told);
    const zone = options.zone();
    const intervalS = intervalOption(options);
    options.check();
    const table = new OptionTable(sink, { fileName: context.fileName, symbol, date, zone, intervalS });
    return new TableNormaliser(options.text('venue') || 'OPRA', table);
  },
};

function intervalOption(options: OptionReader): number | null {
  const text = options.text('interval');
  if (text !== '' && !/^[1-9]\d{0,6}$/.test(text)) options.problem('interval', 'is a number of seconds');
  return text === '' ? null : Number(text);
}
