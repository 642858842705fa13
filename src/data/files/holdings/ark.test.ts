import { describe, expect, it } from 'vitest';
import { readBytes, readFile, sinkText } from '../../../../tests/support/read-file.ts';
import { sharedFile } from '../../../../tests/support/shared-data.ts';
import { ARK_FILE } from './ark-file.ts';

const ns = (text: string) => BigInt(Date.parse(text)) * 1_000_000n;

describe('ARK files', () => {
  const history = sharedFile('data/ark/daily_holdings/ARKK.csv.gz');
  it.skipIf(history === null)('holdings of a fund, day by day', async () => {
    const sink = await readFile(ARK_FILE, history!, { mode: 'strict' });
    const days = new Set<bigint>();
    let rows = 0;
    const weights = new Map<bigint, number>();
    for (const record of sink.records('alt')) {
      days.add(record.tsEvent);
      if (record.series === 'ark.shares') rows++;
      if (record.series === 'ark.weight')
        weights.set(record.tsEvent, (weights.get(record.tsEvent) ?? 0) + record.value!);
    }
    expect([days.size, rows]).toEqual([872, 33_952]);
    const sorted = [...days].sort((a, b) => (a < b ? -1 : 1));
    expect([sorted[0], sorted.at(-1)]).toEqual([ns('2020-11-20T05:00Z'), ns('2024-06-04T04:00Z')]);
    for (const weight of weights.values()) expect(Math.abs(weight - 100)).toBeLessThan(3);
    expect(sink.records('alt')[0]).toMatchObject({
      symbol: 'TSLA',
      entity: 'ARKK',
      series: 'ark.shares',
      value: 2_362_207,
    });
  });

  const published = sharedFile('data/ark/as_published/ARKK_2022-01-04.csv');
  it.skipIf(published === null)(
    'a file as published, with its numbers for people and its disclaimer',
    async () => {
      const sink = await readFile(ARK_FILE, published!, { mode: 'strict' });
      expect(sink.records('alt').slice(0, 3)).toMatchObject([
        { symbol: 'TSLA', tsEvent: ns('2022-01-04T05:00Z'), value: 1_202_406, unit: 'shares' },
        { series: 'ark.marketValue', value: 1_442_622_670.68 },
        { series: 'ark.weight', value: 8.73 },
      ]);
      expect(sink.remarks.get('disclaimer')).toBe(1);
      expect(sink.records('alt').at(-1)).toMatchObject({ symbol: 'X9USDDGCM' });
    },
  );

  for (const [name, schema] of [
    ['etf_prices_master', 'bar'],
    ['holdings_master', 'alt'],
    ['transactions_master', 'alt'],
  ] as const) {
    const path = sharedFile(`data/ark/ark_invest_history/${name}.csv.gz`);
    it.skipIf(path === null)(`${name}: every row makes records`, async () => {
      const sink = await readFile(ARK_FILE, path!);
      const rows = new Set(sink.records(schema).map(({ sourceIndex }) => sourceIndex)).size;
      expect(rows).toBeGreaterThan(1000);
      expect(sink.quarantine.total / rows).toBeLessThan(0.001);
    });
  }

  it('dividends and splits of a fund are corporate actions besides the bar', () => {
    const text =
      'date,fund,open,high,low,close,volume,dividends,stock_splits\n2021-01-26,ARKK,1,2,1,2,10,0.5,4\n2021-01-27,ARKK,1,x,1,2,10,0,0\n';
    const sink = readBytes(ARK_FILE, Buffer.from(text));
    expect(sink.records('corporate_action')).toMatchObject([
      { kind: 'cashDividend', amount: 0.5, exDate: '2021-01-26' },
      { kind: 'split', newShares: 4, oldShares: 1 },
    ]);
    expect([...sink.quarantine.counts]).toEqual([['not-a-number', 1]]);
    expect(sinkText(readBytes(ARK_FILE, Buffer.from(text), { chunkBytes: 4 }))).toBe(sinkText(sink));
  });
});
