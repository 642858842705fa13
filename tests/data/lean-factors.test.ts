/** Apple's dividends of 2012 to 2016 and its split of 7 for 1, against the factor file that another project made of them. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Adjustment } from '../../src/data/index.ts';
import { dayOfText } from '../../src/data/schema/day.ts';
import { corporateAction } from '../support/corporate-action.ts';
import { sharedFile } from '../support/shared-data.ts';

const FILE = sharedFile('data/corporate-actions/lean/factor_files/aapl.csv');

/** Ex-date and dollars per share, as Apple paid them. */
const DIVIDENDS: readonly (readonly [string, number])[] = [
  ['2012-08-09', 2.65],
  ['2012-11-07', 2.65],
  ['2013-02-07', 2.65],
  ['2013-05-09', 3.05],
  ['2013-08-08', 3.05],
  ['2013-11-06', 3.05],
  ['2014-02-06', 3.05],
  ['2014-05-08', 3.29],
  ['2014-08-07', 0.47],
  ['2014-11-06', 0.47],
  ['2015-02-05', 0.47],
  ['2015-05-07', 0.52],
  ['2015-08-06', 0.52],
  ['2015-11-05', 0.52],
  ['2016-02-04', 0.52],
  ['2016-05-05', 0.57],
];
const SPLIT_DATE = '2014-06-09';

describe('adjustment against the factor file of LEAN', () => {
  it.skipIf(FILE === null)('agrees on every day between two actions, to the digits of the file', () => {
    const rows = readFileSync(FILE!, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(','))
      .map(([date, price, split, close]) => ({
        day: `${date!.slice(0, 4)}-${date!.slice(4, 6)}-${date!.slice(6)}`,
        factor: Number(price) * Number(split),
        split: Number(split),
        close: Number(close),
      }));
    const actions = [
      ...DIVIDENDS.map(([exDate, amount]) =>
        corporateAction('cashDividend', { symbol: 'AAPL', exDate, amount }),
      ),
      corporateAction('split', { symbol: 'AAPL', exDate: SPLIT_DATE, newShares: 7, oldShares: 1 }),
    ];
    const closeBefore = (_symbol: string, exDate: string): number =>
      rows.filter(({ day }) => day < exDate).at(-1)!.close;
    const adjustment = new Adjustment(actions, { mode: 'total', asOfNs: null, closeBefore });
    const last = rows.findIndex(({ day }) => day > '2016-05-05');
    let compared = 0;
    for (const row of rows.slice(0, last).filter(({ day }) => day >= '2012-08-08')) {
      const expected = row.factor / rows[last]!.factor;
      const found = adjustment.factorsAt('AAPL', dayOfText(row.day)!);
      expect(found.price / expected, row.day).toBeCloseTo(1, 5);
      expect(found.quantity, row.day).toBeCloseTo(rows[last]!.split / row.split, 4);
      compared++;
    }
    expect(compared).toBe(17);
  });
});
