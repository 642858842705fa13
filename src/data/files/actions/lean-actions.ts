/**
 * Factor and map files of LEAN as corporate actions. A row of a factor file has the factors that hold up to its day; the event
 * is the step to those of the next row, and takes effect on the next weekday (holidays are not known here). A row of a map file
 * has the ticker that was used up to its day.
 *
 *   factors: 20140606,0.9304792,0.1428571,645.57     day, price factor (dividends), split factor, close of the day
 *   map:     20210630,goocv,Q                        day, ticker, code of the exchange
 */

import { TwinError } from '../../../base/index.ts';
import type { RecordSink } from '../../ingest/adapter.ts';
import type { FileFormat } from '../../ingest/file-format.ts';
import { type NewRecord, qualityMask } from '../../registry.ts';
import { dayOfText, textOfDay } from '../../schema/day.ts';
import type { ZoneClock } from '../../schema/zoned-time.ts';
import { OptionReader, SYMBOL_OPTION, VENUE_OPTION, ZONE_OPTION } from '../file-options.ts';
import { dashed } from '../lean/contracts.ts';
import { headRows, type Table, TableNormaliser } from '../tables/table-normaliser.ts';

const FACTOR_ROW = /^(\d{8}),(\d+(?:\.\d+)?(?:[eE]-?\d+)?),(\d+(?:\.\d+)?(?:[eE]-?\d+)?),(\d+(?:\.\d+)?)$/;
const MAP_ROW = /^(\d{8}),([A-Za-z][A-Za-z0-9._]*)(?:,([A-Z]+))?$/;
/** Last day of what still trades. */
const OPEN_END = '20501231';
const SUNDAY = 0;
const SATURDAY = 6;
/** Steps of factors below this are rounding of the source. */
const STEP_MIN = 1e-6;
/** Factors have seven or eight decimals: ratios of them are near the true one. */
const RATIO_TOLERANCE = 1e-4;
const OLD_SHARES_MAX = 100;
/** Amounts that follow from factors of seven decimals are rounded to the tenth of a cent. */
const AMOUNT_UNITS = 1000;

export const LEAN_ACTIONS_FILE: FileFormat = {
  name: 'lean-actions',
  version: 1,
  about: 'LEAN factor and map files: splits, dividends, changes of symbols, delistings',
  schemas: ['corporate_action'],
  options: {
    symbol: { ...SYMBOL_OPTION, about: 'symbol, where the name of the file is not it (aapl.csv)' },
    zone: ZONE_OPTION,
    venue: VENUE_OPTION('LEAN'),
  },
  recognise(head, isWhole) {
    const rows = headRows(head, isWhole);
    return (
      isInOrder(rows) && (rows.every((row) => isFactorRow(row)) || rows.every((row) => MAP_ROW.test(row)))
    );
  },
  open(context, sink) {
    const options = new OptionReader('lean-actions', context);
    const named = /^([A-Za-z0-9._]+?)\.csv(?:\.gz)?$/.exec(context.fileName)?.[1];
    const symbol = options.symbol(named?.toUpperCase());
    const zone = options.zone();
    options.check();
    return new TableNormaliser(
      options.text('venue') || 'LEAN',
      new ActionTable(sink, context.fileName, symbol, zone),
    );
  },
};

/** Factors that are not 0 and days that exist: rows of four numbers are of other formats too. */
function isFactorRow(row: string): boolean {
  const found = FACTOR_ROW.exec(row);
  return found !== null && Number(found[2]) > 0 && Number(found[3]) > 0;
}

function isInOrder(rows: readonly string[]): boolean {
  let before = '';
  for (const row of rows) {
    const day = row.slice(0, 8);
    if (day < before || dayOfText(dashed(day)) === null) return false;
    before = day;
  }
  return rows.length > 1;
}

interface Row {
  readonly day: string;
  readonly index: number;
  readonly cells: readonly string[];
}

class ActionTable implements Table {
  readonly #sink: RecordSink;
  readonly #source: string;
  readonly #symbol: string;
  readonly #zone: ZoneClock;
  #before: Row | null = null;
  #isMap = false;

  constructor(sink: RecordSink, source: string, symbol: string, zone: ZoneClock) {
    this.#sink = sink;
    this.#source = source;
    this.#symbol = symbol;
    this.#zone = zone;
  }

  start(rows: readonly string[]): void {
    const first = rows[0];
    if (first === undefined) return;
    this.#isMap = MAP_ROW.test(first);
    if (this.#isMap || isFactorRow(first)) return;
    throw new TwinError('DATA_FORMAT', 'rows of factor and map files begin with a day', {
      file: this.#source,
      row: first.slice(0, 80),
    });
  }

  row(text: string, index: number): void {
    const found = (this.#isMap ? MAP_ROW : FACTOR_ROW).exec(text);
    if (found === null || dayOfText(dashed(found[1]!)) === null) {
      this.#sink.reject('field-value', index, text.slice(0, 160));
      return;
    }
    const row = { day: found[1]!, index, cells: found.slice(2) };
    const before = this.#before;
    this.#before = row;
    if (before === null) return;
    if (this.#isMap) this.#rename(before, row);
    else this.#step(before, row);
  }

  end(): void {
    const last = this.#before;
    if (last === null || !this.#isMap || last.day === OPEN_END) return;
    this.#push(last, last.cells[0]!.toUpperCase(), { kind: 'delisting' });
  }

  /** What the factors of one row and the next differ by: a split, a dividend, or both. */
  #step(before: Row, row: Row): void {
    const [priceFrom, splitFrom, reference] = before.cells.map(Number) as [number, number, number];
    const [priceTo, splitTo] = row.cells.map(Number) as [number, number];
    const split = splitTo / splitFrom;
    const dividend = priceFrom / priceTo;
    const known = reference > 1 ? before.cells[2]! : null;
    if (Math.abs(split - 1) > STEP_MIN) {
      this.#push(before, this.#symbol, {
        kind: 'split',
        ...sharesOf(split),
        priceFactor: 1 / split,
        volumeFactor: split,
        referencePrice: known,
      });
    }
    if (Math.abs(dividend - 1) > STEP_MIN) {
      const amount = Math.round((1 - dividend) * reference * AMOUNT_UNITS) / AMOUNT_UNITS;
      this.#push(before, this.#symbol, {
        kind: 'cashDividend',
        amount: known === null || amount <= 0 ? null : amount,
        currency: 'USD',
        priceFactor: dividend,
        volumeFactor: 1,
        referencePrice: known,
      });
    }
  }

  #rename(before: Row, row: Row): void {
    const [from, to] = [before.cells[0]!.toUpperCase(), row.cells[0]!.toUpperCase()];
    if (from !== to) this.#push(before, from, { kind: 'symbolChange', otherSymbol: to });
  }

  /** The event of the weekday after a row's day; when it became known the source does not say. */
  #push(
    row: Row,
    symbol: string,
    event: Partial<NewRecord<'corporate_action'>> & Pick<NewRecord<'corporate_action'>, 'kind'>,
  ): void {
    const exDate = weekdayAfter(dashed(row.day));
    this.#sink.push('corporate_action', {
      symbol,
      tsEvent: this.#zone.midnightNs(exDate)!,
      quality: qualityMask('estimatedTime'),
      sourceIndex: row.index,
      exDate,
      ...event,
    });
  }
}

/** New shares for old ones as small whole numbers (7 for 1, 1 for 20, 3 for 2); the ratio itself where none are near. */
function sharesOf(ratio: number): { newShares: number; oldShares: number } {
  for (let oldShares = 1; oldShares <= OLD_SHARES_MAX; oldShares++) {
    const newShares = Math.round(ratio * oldShares);
    if (newShares > 0 && Math.abs(newShares / (ratio * oldShares) - 1) < RATIO_TOLERANCE)
      return { newShares, oldShares };
  }
  return { newShares: ratio, oldShares: 1 };
}

function weekdayAfter(date: string): string {
  let day = dayOfText(date)! + 1;
  for (let weekday = weekdayOf(day); weekday === SATURDAY || weekday === SUNDAY; weekday = weekdayOf(day))
    day++;
  return textOfDay(day);
}

function weekdayOf(day: number): number {
  return (day + 4) % 7;
}
