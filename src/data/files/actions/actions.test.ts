import { describe, expect, it } from 'vitest';
import { readBytes, readFile } from '../../../../tests/support/read-file.ts';
import { filesBelow, sharedFile } from '../../../../tests/support/shared-data.ts';
import { DATABENTO_ACTIONS_FILE } from './databento-actions.ts';
import { LEAN_ACTIONS_FILE } from './lean-actions.ts';

const FACTORS = 'data/corporate-actions/lean/factor_files';
const MAPS = 'data/corporate-actions/lean/map_files';

describe('LEAN factor files', () => {
  const aapl = sharedFile(`${FACTORS}/aapl.csv`);
  it.skipIf(aapl === null)(
    'AAPL: seven for one on 2014-06-09, and the dividends that the company paid',
    async () => {
      const actions = (await readFile(LEAN_ACTIONS_FILE, aapl!, { mode: 'strict' })).records(
        'corporate_action',
      );
      expect(actions.filter(({ kind }) => kind === 'split')).toMatchObject([
        { exDate: '2000-06-21', newShares: 2, oldShares: 1 },
        { exDate: '2005-02-28', newShares: 2, oldShares: 1 },
        { exDate: '2014-06-09', newShares: 7, oldShares: 1, referencePrice: 645.57 },
        { exDate: '2020-08-31', newShares: 4, oldShares: 1 },
      ]);
      expect(actions.find(({ exDate }) => exDate === '2012-08-09')).toMatchObject({
        kind: 'cashDividend',
        amount: 2.65,
        symbol: 'AAPL',
      });
    },
  );

  const aig = sharedFile(`${FACTORS}/aig.csv`);
  it.skipIf(aig === null)('AIG: one for twenty on 2009-07-01', async () => {
    const actions = (await readFile(LEAN_ACTIONS_FILE, aig!, { mode: 'strict' })).records('corporate_action');
    expect(actions.find(({ kind, exDate }) => kind === 'split' && exDate === '2009-07-01')).toMatchObject({
      newShares: 1,
      oldShares: 20,
    });
  });

  const folder = sharedFile(FACTORS);
  it.skipIf(folder === null)(
    'the product of the factors of all events is the first row of each file',
    async () => {
      for (const path of filesBelow(folder!)) {
        const sink = await readFile(LEAN_ACTIONS_FILE, path, { mode: 'strict' });
        const product = sink
          .records('corporate_action')
          .reduce((all, { priceFactor }) => all * priceFactor!, 1);
        const { readFileSync } = await import('node:fs');
        const rows = readFileSync(path, 'utf8')
          .trim()
          .split('\n')
          .map((row) => row.split(',').map(Number));
        const [first, last] = [rows[0]!, rows.at(-1)!];
        expect(product / ((first[1]! * first[2]!) / (last[1]! * last[2]!)), path).toBeCloseTo(1, 4);
      }
    },
  );
});

describe('LEAN map files', () => {
  it('changes of symbols take effect on the weekday after, the last row is the delisting', () => {
    const text = '19990310,qqq,Q\n20041130,qqq,Q\n20110322,qqqq,Q\n20150110,qqq,Q\n';
    const sink = readBytes(LEAN_ACTIONS_FILE, Buffer.from(text), { fileName: 'qqq.csv', mode: 'strict' });
    expect(sink.records('corporate_action')).toMatchObject([
      { symbol: 'QQQ', kind: 'symbolChange', otherSymbol: 'QQQQ', exDate: '2004-12-01' },
      { symbol: 'QQQQ', kind: 'symbolChange', otherSymbol: 'QQQ', exDate: '2011-03-23' },
      { symbol: 'QQQ', kind: 'delisting', exDate: '2015-01-12' },
    ]);
  });

  const folder = sharedFile(MAPS);
  it.skipIf(folder === null)('every map file goes through', async () => {
    let changes = 0;
    for (const path of filesBelow(folder!)) {
      const sink = await readFile(LEAN_ACTIONS_FILE, path, { mode: 'strict' });
      changes += sink.counts().corporate_action ?? 0;
    }
    expect(changes).toBeGreaterThan(10);
  });
});

describe('Databento reference data', () => {
  const folder = sharedFile('data/corporate-actions/databento');
  it.skipIf(folder === null)('every file makes records of its kind', async () => {
    const all = await Promise.all(
      filesBelow(folder!).map(async (path) => readFile(DATABENTO_ACTIONS_FILE, path, { mode: 'strict' })),
    );
    expect(all.map((sink) => sink.counts())).toEqual([
      { corporate_action: 2 },
      { corporate_action: 2 },
      { corporate_action: 2 },
      { definition: 2 },
    ]);
    expect(all[0]!.records('corporate_action')[0]).toMatchObject({
      symbol: 'MSFT',
      kind: 'cashDividend',
      exDate: '2007-02-13',
      referencePrice: 28.94,
    });
    expect(all[1]!.records('corporate_action')[0]).toMatchObject({
      symbol: 'BOMO',
      kind: 'split',
      newShares: 1,
      oldShares: 1000,
    });
    expect(all[3]!.records('definition')[0]).toMatchObject({
      symbol: 'AAPL',
      mic: 'XNAS',
      isin: 'US0378331005',
      roundLot: 100,
      assetClass: 'equity',
    });
  });

  it('other kinds of events are counted, broken lines are set aside', () => {
    const line = (event: string) =>
      JSON.stringify({
        event_unique_id: 'U',
        event_action: 'I',
        event,
        ex_date: '2024-01-02',
        local_code: 'X',
      });
    const sink = readBytes(
      DATABENTO_ACTIONS_FILE,
      Buffer.from([line('AGM'), '{"a":1}', line('DIV')].join('\n')),
    );
    expect(sink.remarks.get('event-AGM')).toBe(1);
    expect([...sink.quarantine.counts]).toEqual([['not-json', 1]]);
    expect(sink.counts()).toEqual({ corporate_action: 1 });
  });
});
