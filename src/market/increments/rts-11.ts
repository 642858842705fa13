/** MiFID II RTS 11 increments by price and liquidity (market-rules §7.3): generator, check and bands of one stock. */

import { TwinError } from '../../base/index.ts';
import { compareExact, formatExact, parseExact, rational } from '../exact/rational.ts';
import type { TickBand } from './tick-table.ts';

/** The table: rows by price from `from`, columns by average daily number of transactions. */
export interface Rts11Table {
  /** Lower bounds of the columns, transactions a day; the first is 0. */
  readonly transactionsFrom: readonly number[];
  readonly rows: readonly { readonly from: string; readonly ticks: readonly string[] }[];
}

const ROWS = 19;
const TRANSACTIONS_FROM = [0, 10, 80, 600, 2000, 9000];
const SERIES = [1n, 2n, 5n];
/** Row 0 of the column of fewest transactions is two steps above the floor of 0.0001. */
const FIRST_STEP = 2;

/** 1, 2, 5, 10, 20, … times 1e-4. */
function seriesText(step: number): string {
  const digits = SERIES[step % 3]! * 10n ** BigInt((step - (step % 3)) / 3);
  return formatExact(rational(digits, 10000n));
}

/** The table by its rule: a row down or a column left is the next of 1-2-5, never below 0.0001. */
export function generateRts11(): Rts11Table {
  const rows = Array.from({ length: ROWS }, (_, row) => ({
    // Row 1 begins at 0.1, three steps above the first increment times ten: bounds follow the same series.
    from: row === 0 ? '0' : seriesText(row + 8),
    ticks: TRANSACTIONS_FROM.map((_, column) => seriesText(Math.max(0, row + FIRST_STEP - column))),
  }));
  return { transactionsFrom: TRANSACTIONS_FROM, rows };
}

/** Where a table differs from the generator, cell by cell. */
export function checkRts11(table: Rts11Table): string[] {
  const expected = generateRts11();
  const problems: string[] = [];
  if (table.transactionsFrom.join() !== expected.transactionsFrom.join())
    problems.push(`transactionsFrom: ${expected.transactionsFrom.join(', ')}`);
  if (table.rows.length !== expected.rows.length) problems.push(`rows: ${expected.rows.length} of them`);
  table.rows.slice(0, expected.rows.length).forEach((row, index) => {
    const rule = expected.rows[index]!;
    if (compareExact(parseExact(row.from), parseExact(rule.from)) !== 0)
      problems.push(`rows[${index}].from: ${rule.from}, found ${row.from}`);
    rule.ticks.forEach((tick, column) => {
      const found = row.ticks[column];
      if (found === undefined || compareExact(parseExact(found), parseExact(tick)) !== 0)
        problems.push(`rows[${index}].ticks[${column}]: ${tick}, found ${found ?? 'nothing'}`);
    });
  });
  return problems;
}

/** Bands of a stock with an average daily number of transactions; ETFs use the last column. */
export function rts11Bands(table: Rts11Table, dailyTransactions: number, isEtf: boolean): TickBand[] {
  if (!(dailyTransactions >= 0)) {
    throw new TwinError('MKT_CONFIG', 'a daily number of transactions is at least 0', { dailyTransactions });
  }
  const bounds = table.transactionsFrom;
  let column = bounds.length - 1;
  if (!isEtf) while (column > 0 && bounds[column]! > dailyTransactions) column--;
  return table.rows.map((row) => ({ from: row.from, tick: row.ticks[column]! }));
}
