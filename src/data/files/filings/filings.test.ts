import { describe, expect, it } from 'vitest';
import { readBytes, readFile } from '../../../../tests/support/read-file.ts';
import { sharedFile } from '../../../../tests/support/shared-data.ts';
import { SEC_FACTS_FILE, SEC_FILE } from './sec-file.ts';
import { THIRTEEN_F_FILE } from './thirteen-f-file.ts';

const ns = (text: string) => BigInt(Date.parse(text)) * 1_000_000n;
const FUNDAMENTALS = 'data/fundamentals';

describe('documents of the SEC', () => {
  for (const [name, symbol, figures] of [
    ['SNOW', 'CIK0001640147', 8163],
    ['LPA', 'CIK0001997711', 768],
  ] as const) {
    const path = sharedFile(`${FUNDAMENTALS}/sec_companyfacts_${name}.json.gz`);
    it.skipIf(path === null)(`company facts of ${name}: every figure, known from its filing on`, async () => {
      const sink = await readFile(SEC_FILE, path!, { mode: 'strict' });
      expect(sink.counts()).toEqual({ fundamental: figures });
      const filed = sink.records('fundamental').map(({ tsEvent }) => tsEvent);
      expect(filed.every((tsEvent) => tsEvent > ns('2010-01-01T00:00Z'))).toBe(true);
      expect(sink.records('fundamental')[0]).toMatchObject({
        symbol,
        metric: 'dei:EntityCommonStockSharesOutstanding',
        unit: 'shares',
        accession: expect.stringMatching(/^\d{10}-/),
      });
    });
  }

  const submission = sharedFile(`${FUNDAMENTALS}/sec_company_submission.json.gz`);
  it.skipIf(submission === null)('submissions: the company, and its filings', async () => {
    const sink = await readFile(SEC_FILE, submission!, { mode: 'strict' });
    expect(sink.records('definition')).toMatchObject([
      { symbol: 'TSLA', name: 'Tesla, Inc.', cik: '1318605' },
    ]);
    const filings = sink.records('alt');
    expect(filings.length).toBeGreaterThan(100);
    expect(
      filings.every(
        ({ symbol, series, textValue }) => symbol === 'TSLA' && series === 'sec.filing' && textValue !== null,
      ),
    ).toBe(true);
    expect(filings[0]!.entity).toBe('0001790565-22-000015');
  });

  const nike = sharedFile(`${FUNDAMENTALS}/nike_10Q_facts.csv.gz`);
  it.skipIf(nike === null)(
    'a table of facts needs symbol and day of filing; parts of figures are counted',
    async () => {
      expect(() => readBytes(SEC_FACTS_FILE, Buffer.from(''))).toThrow(
        /symbol needs a value.*date needs a value/s,
      );
      const options = { symbol: 'NKE', date: '2023-04-06', form: '10-Q' };
      const sink = await readFile(SEC_FACTS_FILE, nike!, { options, mode: 'strict' });
      expect(
        sink.records('fundamental').find(({ metric }) => metric === 'dei:DocumentFiscalPeriodFocus'),
      ).toMatchObject({
        textValue: 'Q3',
        form: '10-Q',
        tsEvent: ns('2023-04-06T04:00Z'),
        periodStart: '2022-06-01',
      });
      expect(sink.remarks.get('part-of-a-figure')).toBeGreaterThan(10);
    },
  );

  it('documents that are something else are set aside', () => {
    const sink = readBytes(
      SEC_FILE,
      Buffer.from('{"cik":1,"entityName":"x","facts":{"us-gaap":{"A":{"units":{"USD":[{"val":1}]}}}}}'),
    );
    expect([...sink.quarantine.counts]).toEqual([['missing-value', 1]]);
    expect([...readBytes(SEC_FILE, Buffer.from('[1')).quarantine.counts]).toEqual([['not-json', 1]]);
  });
});

describe('form 13F', () => {
  const text = sharedFile('data/13f/13F.0001894188-23-000007.txt');
  it.skipIf(text === null)(
    'a submission as text: manager, day, totals and holdings that add up to them',
    async () => {
      const sink = await readFile(THIRTEEN_F_FILE, text!, { mode: 'strict' });
      const records = sink.records('alt');
      const values = records.filter(({ series }) => series.startsWith('13f.value'));
      const total = records.find(({ series }) => series === '13f.tableValueTotal');
      expect(total).toMatchObject({
        value: 454_926_000,
        unit: 'USD',
        entity: 'LTS One Management LP',
        tsEvent: ns('2023-11-14T05:00Z'),
      });
      expect(values.reduce((sum, { value }) => sum + value!, 0)).toBe(454_926_000);
      expect(
        records.find(({ symbol, series }) => symbol === '023135106' && series === '13f.shares'),
      ).toMatchObject({ value: 137_500 });
    },
  );

  const table = sharedFile('data/13f/13F-HR.infotable.xml.gz');
  it.skipIf(table === null)('an information table alone needs manager and day', async () => {
    await expect(readFile(THIRTEEN_F_FILE, table!)).rejects.toThrow(
      /filer needs a value.*date needs a value/s,
    );
    const sink = await readFile(THIRTEEN_F_FILE, table!, {
      options: { filer: 'X', date: '2022-02-14' },
      mode: 'strict',
    });
    const rows = 255 - (sink.remarks.get('positions-added-up') ?? 0);
    expect(sink.counts().alt).toBe(2 * rows);
    expect(sink.records('alt')[1]).toMatchObject({
      symbol: '88579Y101',
      value: 409_469,
      unit: 'thousand USD',
    });
  });

  for (const name of ['abacus', 'metlife']) {
    const path = sharedFile(`data/13f/${name}.13F-HR.primarydoc.xml`);
    it.skipIf(path === null)(`the cover page of ${name}`, async () => {
      const sink = await readFile(THIRTEEN_F_FILE, path!, { mode: 'strict' });
      expect(sink.records('alt').map(({ series }) => series)).toEqual([
        '13f.tableEntryTotal',
        '13f.tableValueTotal',
      ]);
    });
  }

  it('positions in one security are added up, options apart', () => {
    const row = (amount: number, more = '') =>
      `<infoTable><cusip>123456789</cusip><value>${amount * 2}</value><shrsOrPrnAmt><sshPrnamt>${amount}</sshPrnamt><sshPrnamtType>SH</sshPrnamtType></shrsOrPrnAmt>${more}</infoTable>`;
    const xml = `<informationTable>${row(5)}${row(7)}${row(3, '<putCall>Put</putCall>')}<infoTable><value>1</value></infoTable></informationTable>`;
    const sink = readBytes(THIRTEEN_F_FILE, Buffer.from(xml), {
      options: { filer: 'X', date: '2024-02-14' },
    });
    expect(sink.records('alt').map(({ series, value }) => [series, value])).toEqual([
      ['13f.shares', 12],
      ['13f.value', 24],
      ['13f.shares.put', 3],
      ['13f.value.put', 6],
    ]);
    expect([...sink.quarantine.counts]).toEqual([['missing-value', 1]]);
  });
});
