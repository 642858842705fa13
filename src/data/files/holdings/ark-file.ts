/**
 * Funds of ARK: holdings as the fund publishes them day by day, the trades that others worked out of them, and prices of the
 * funds. A holding is three values of the series `ark.shares`, `ark.marketValue` and `ark.weight`; the entity is the fund.
 */

import type { RecordSink } from '../../ingest/adapter.ts';
import type { FileFormat } from '../../ingest/file-format.ts';
import type { NewRecord } from '../../registry.ts';
import type { ZoneClock } from '../../schema/zoned-time.ts';
import { OptionReader, VENUE_OPTION, ZONE_OPTION } from '../file-options.ts';
import { numberOfCell, splitRow } from '../tables/csv-row.ts';
import { headRows, type Table, TableNormaliser } from '../tables/table-normaliser.ts';
import { TimeReader } from '../tables/time-cell.ts';

const VENUE = 'ARK';
const DETAIL_CHARS = 160;

interface Value {
  readonly column: string;
  readonly series: string;
  readonly unit: string | null;
}

interface Layout {
  readonly kind: 'holdings' | 'trades' | 'prices';
  readonly header: readonly string[];
  readonly values: readonly Value[];
}

const SHARES: Value = { column: 'shares', series: 'ark.shares', unit: 'shares' };
const holdings = (header: readonly string[], value: string, weight: string): Layout => ({
  kind: 'holdings',
  header,
  values: [
    SHARES,
    { column: value, series: 'ark.marketValue', unit: 'USD' },
    { column: weight, series: 'ark.weight', unit: 'percent' },
  ],
});

/** Headers that the files have: as published, as collected by others, and the trades and prices of one of them. */
const LAYOUTS: readonly Layout[] = [
  holdings(
    ['date', 'fund', 'company', 'ticker', 'cusip', 'shares', 'market value ($)', 'weight (%)'],
    'market value ($)',
    'weight (%)',
  ),
  holdings(
    ['date', 'fund', 'company', 'ticker', 'cusip', 'shares', 'market_value_usd', 'weight_pct'],
    'market_value_usd',
    'weight_pct',
  ),
  holdings(
    ['date', 'fund', 'company', 'ticker', 'shares', 'market value($)', 'weight(%)'],
    'market value($)',
    'weight(%)',
  ),
  {
    kind: 'trades',
    header: [
      'date',
      'fund',
      'company',
      'ticker',
      'shares',
      'value',
      'stockPrice',
      'weight',
      'deltaShares',
      'flowValue',
      'deltaValue',
      'deltaPrice',
      'deltaPricePercent',
      'deltaWeight',
      'action',
    ],
    values: [
      { column: 'deltaShares', series: 'ark.trade.shares', unit: 'shares' },
      { column: 'flowValue', series: 'ark.trade.value', unit: 'million USD' },
    ],
  },
  {
    kind: 'prices',
    header: ['date', 'fund', 'open', 'high', 'low', 'close', 'volume', 'dividends', 'stock_splits'],
    values: [],
  },
];

export const ARK_FILE: FileFormat = {
  name: 'ark',
  version: 1,
  about: 'ARK funds: daily holdings, trades worked out of them, prices of the funds',
  schemas: ['alt', 'bar', 'corporate_action'],
  options: { zone: ZONE_OPTION, venue: VENUE_OPTION(VENUE) },
  recognise: (head, isWhole) => layoutOf(headRows(head, isWhole)[0] ?? '') !== null,
  open(context, sink) {
    const options = new OptionReader('ark', context);
    const zone = options.zone();
    options.check();
    return new TableNormaliser(options.text('venue') || VENUE, new ArkTable(sink, zone));
  },
};

function layoutOf(header: string): Layout | null {
  const names = splitRow(header).map((name) => name.trim());
  return LAYOUTS.find((layout) => layout.header.join() === names.join()) ?? null;
}

class ArkTable implements Table {
  readonly #sink: RecordSink;
  readonly #times: TimeReader;
  readonly #published: TimeReader;
  #layout: Layout | null = null;

  constructor(sink: RecordSink, zone: ZoneClock) {
    this.#sink = sink;
    this.#times = new TimeReader('iso', zone);
    this.#published = new TimeReader('mdy', zone);
  }

  row(row: string, index: number): void {
    if (this.#layout === null) {
      this.#layout = layoutOf(row);
      if (this.#layout === null) this.#reject('column-count', index, row);
      return;
    }
    const cells = splitRow(row);
    const tsEvent = this.#times.read(cells[0]!) ?? this.#published.read(cells[0]!);
    if (cells.slice(1).every((cell) => cell === '') && tsEvent === null) {
      // The last row of a file as published is its disclaimer.
      this.#sink.remark('disclaimer');
      return;
    }
    if (cells.length !== this.#layout.header.length) this.#reject('column-count', index, row);
    else if (tsEvent === null) this.#reject('field-value', index, row);
    else if (this.#layout.kind === 'prices') this.#prices(cells, tsEvent, index, row);
    else this.#holding(this.#layout, cells, tsEvent, index, row);
  }

  #holding(layout: Layout, cells: readonly string[], tsEvent: bigint, index: number, row: string): void {
    const cell = (name: string) => (cells[layout.header.indexOf(name)] ?? '').trim();
    // A position that was given up has no value any more.
    const given = layout.values.filter(({ column }) => cell(column) !== '');
    const values = given.map(({ column }) => numberOfCell(cell(column)));
    if (values.length === 0 || values.includes(null)) {
      this.#reject('not-a-number', index, row);
      return;
    }
    // Cash and what trades nowhere has no ticker.
    const symbol = cell('ticker') || cell('cusip') || cell('company');
    const action = layout.kind === 'trades' ? cell('action') : '';
    for (const [at, { series, unit }] of given.entries()) {
      this.#sink.push('alt', {
        symbol,
        tsEvent,
        sourceIndex: index,
        series,
        entity: cell('fund'),
        value: values[at]!,
        textValue: action || null,
        unit,
      });
    }
  }

  #prices(cells: readonly string[], tsEvent: bigint, index: number, row: string): void {
    const [open, high, low, close, volume, dividend, split] = cells.slice(2).map(numberOfCell) as Parameters<
      typeof isBar
    >[0];
    const head = { symbol: cells[1]!, tsEvent, sourceIndex: index };
    if (!isBar([open, high, low, close, volume, dividend, split])) {
      this.#reject('not-a-number', index, row);
      return;
    }
    this.#sink.push('bar', {
      ...head,
      intervalS: 86_400,
      basis: 'trade',
      open: open!,
      high: high!,
      low: low!,
      close: close!,
      volume,
      adjusted: 'raw',
    });
    const exDate = cells[0]!.slice(0, 10);
    const event = (record: Partial<NewRecord<'corporate_action'>> & { kind: 'split' | 'cashDividend' }) =>
      this.#sink.push('corporate_action', { ...head, exDate, ...record });
    if (dividend! > 0) event({ kind: 'cashDividend', amount: dividend, currency: 'USD' });
    if (split! > 0) event({ kind: 'split', newShares: split, oldShares: 1 });
  }

  #reject(reason: Parameters<RecordSink['reject']>[0], index: number, row: string): void {
    this.#sink.reject(reason, index, row.slice(0, DETAIL_CHARS));
  }
}

function isBar(values: readonly (number | null | undefined)[]): boolean {
  return values.length === 7 && values.every((value) => value !== null && value !== undefined);
}
