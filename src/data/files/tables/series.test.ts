import { describe, expect, it } from 'vitest';
import { readBytes, readFile, sinkText } from '../../../../tests/support/read-file.ts';
import { sharedFile } from '../../../../tests/support/shared-data.ts';
import { SERIES_FILE } from './series-file.ts';

const ns = (text: string) => BigInt(Date.parse(text)) * 1_000_000n;

describe('tables of series', () => {
  const index = sharedFile('data/daily/sp500_index.csv.gz');
  it.skipIf(index === null)('an index has its days, and its worst ones', async () => {
    const sink = await readFile(SERIES_FILE, index!, { options: { series: 'close' }, mode: 'strict' });
    const records = sink.records('alt');
    expect(records).toHaveLength(8313);
    expect([records[0]!.tsEvent, records.at(-1)!.tsEvent]).toEqual([
      ns('1990-01-02T00:00Z'),
      ns('2022-12-28T00:00Z'),
    ]);
    expect(records.at(-1)!.value).toBe(3783.22);
    const at = records.findIndex(({ tsEvent }) => tsEvent === ns('2020-03-16T00:00Z'));
    expect(Math.log(records[at]!.value! / records[at - 1]!.value!)).toBeCloseTo(-0.12765214115647325, 12);
  });

  const stocks = sharedFile('data/daily/sp500_20stocks_adjclose.csv.gz');
  const curve = sharedFile('data/daily/us_treasury_curve.csv.gz');
  it.skipIf(stocks === null || curve === null)(
    'one series per column; blank cells are counted and say nothing',
    async () => {
      const closes = await readFile(SERIES_FILE, stocks!, { mode: 'strict' });
      expect(closes.counts()).toEqual({ alt: 8313 * 20 });
      expect(closes.remarks.size).toBe(0);
      const rates = await readFile(SERIES_FILE, curve!, { mode: 'strict' });
      expect(rates.remarks.get('blank-cell')).toBeGreaterThan(1000);
      expect(rates.records('alt')[0]).toMatchObject({
        symbol: '3month',
        value: 0.0783,
        tsEvent: ns('1990-01-02T00:00Z'),
      });
    },
  );

  it('rows that do not fit are set aside; tables of bars or words are no series', () => {
    const text = 'Date,A,B\n2024-01-01,1,\n2024-01-02,2\n2024-01-03,x,4\nsoon,1,2\n';
    const sink = readBytes(SERIES_FILE, Buffer.from(text));
    expect(sink.counts()).toEqual({ alt: 2 });
    expect(Object.fromEntries(sink.quarantine.counts)).toEqual({
      'column-count': 1,
      'not-a-number': 1,
      'field-value': 1,
    });
    expect(sinkText(readBytes(SERIES_FILE, Buffer.from(text), { chunkBytes: 2 }))).toBe(sinkText(sink));
    const head = (rows: string) => SERIES_FILE.recognise(Buffer.from(rows), true, 'x');
    expect(head('Date,A\n2024-01-01,1\n')).toBe(true);
    expect(head('Date,Open,High,Low,Close\n2024-01-01,1,2,1,2\n')).toBe(false);
    expect(head('Date,A\n2024-01-01,hello\n')).toBe(false);
    expect(head('Name,A\n2024-01-01,1\n')).toBe(false);
  });
});
