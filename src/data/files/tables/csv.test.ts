import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBytes, readFile, sinkText } from '../../../../tests/support/read-file.ts';
import { sharedFile } from '../../../../tests/support/shared-data.ts';
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts';
import { ZoneClock } from '../../schema/zoned-time.ts';
import { CSV_FILE } from './csv-file.ts';
import { splitRow } from './csv-row.ts';
import { TimeReader } from './time-cell.ts';

const folder = temporaryFolder('csv-mapping');

function mappingFile(text: string): string {
  const path = join(folder, `${Math.abs(hashOf(text))}.yaml`);
  writeFileSync(path, text);
  return path;
}

function hashOf(text: string): number {
  return [...text].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) | 0, 7);
}

const ns = (text: string) => BigInt(Date.parse(text)) * 1_000_000n;

describe('rows and cells', () => {
  it('quoted cells keep delimiters and doubled quotes', () => {
    expect(splitRow('a,"b,c","d ""e""",,f')).toEqual(['a', 'b,c', 'd "e"', '', 'f']);
    expect(splitRow('"x";y', ';')).toEqual(['x', 'y']);
    expect(splitRow('a,')).toEqual(['a', '']);
  });

  it('times of every format are instants, local ones by the clocks of their zone', () => {
    const newYork = new ZoneClock('America/New_York');
    const read = (format: ConstructorParameters<typeof TimeReader>[0], cell: string) =>
      new TimeReader(format, newYork, ns('2024-07-01T04:00Z')).read(cell);
    expect(read('iso', '2024-01-10 09:30:00.5')).toBe(ns('2024-01-10T14:30:00.5Z'));
    expect(read('iso', '2024-07-10T09:30')).toBe(ns('2024-07-10T13:30Z'));
    expect(read('auto', '2013-01-01 22:00:00.295000+00:00')).toBe(ns('2013-01-01T22:00:00.295Z'));
    expect(read('auto', '2024-01-10T09:30:00.000000001-05:00')).toBe(ns('2024-01-10T14:30Z') + 1n);
    expect(read('yyyymmdd', '20240310 03:30')).toBe(ns('2024-03-10T07:30Z'));
    expect(read('mdy', '01/31/2024')).toBe(ns('2024-01-31T05:00Z'));
    expect(read('dmy', '31.01.2024 10:00')).toBe(ns('2024-01-31T15:00Z'));
    expect(read('auto', '1700000000')).toBe(1_700_000_000_000_000_000n);
    expect(read('auto', '1700000000123')).toBe(1_700_000_000_123_000_000n);
    expect(read('auto', '1700000000.25')).toBe(1_700_000_000_250_000_000n);
    expect(read('msOfDay', '34200000.5')).toBe(ns('2024-07-01T13:30Z') + 500_000n);
    for (const bad of ['2024-02-30', '2024-01-10 25:00', 'noon', '']) expect(read('iso', bad)).toBeNull();
    expect(read('msOfDay', '-1')).toBeNull();
  });
});

describe('tables with a mapping file', () => {
  const mapping = `
schema: trade
delimiter: ";"
skipRows: 1
comment: "#"
zone: America/New_York
absent: ["", NA]
columns:
  tsEvent: { column: [day, clock], format: mdy }
  price: { column: px, scale: 0.0001 }
  qty: lots
  aggressor: { column: side, words: { B: buy, S: sell } }
  tradeId: id
constants: { kind: regular, symbol: ACME }
`;
  const table = [
    'export of the day',
    'id;day;clock;px;lots;side',
    '# pause',
    '1;07/01/2024;09:30:00.25;1234567;10;B',
    '2;07/01/2024;09:30:01;1234568;5;NA',
    '3;07/01/2024;09:30:02;x;5;S',
    '4;07/01/2024;09:30:02;1234568;5;Z',
    '',
    '5;07/01/2024;09:30:03;1234570;7;S',
  ].join('\n');

  it('cells become fields, comments are passed over, bad cells set their row aside', () => {
    const options = { mapping: mappingFile(mapping) };
    const sink = readBytes(CSV_FILE, Buffer.from(table), { options });
    expect(sink.records('trade')).toMatchObject([
      {
        symbol: 'ACME',
        tsEvent: ns('2024-07-01T13:30:00.25Z'),
        price: 123.4567,
        qty: 10,
        aggressor: 'buy',
        tradeId: '1',
        sourceIndex: 3,
      },
      { price: 123.4568, qty: 5, aggressor: null },
      { price: 123.457, qty: 7, aggressor: 'sell', sourceIndex: 8 },
    ]);
    expect(Object.fromEntries(sink.quarantine.counts)).toEqual({ 'not-a-number': 1, 'unknown-word': 1 });
    expect(sink.remarks.get('comment-row')).toBe(1);
    expect(sinkText(readBytes(CSV_FILE, Buffer.from(table), { options, chunkBytes: 5 }))).toBe(
      sinkText(sink),
    );
  });

  it('every problem of a mapping is told with its path', () => {
    const bad = `
schema: trade
colour: red
delimiter: x
zone: Mars
columns:
  tsEvent: { column: t, format: epoch }
  prize: p
  qty: { column: q, scale: 0 }
  price: { column: p, scale: 3 }
  aggressor: { column: s, words: { B: long } }
constants: { kind: swap, qty: 1 }
`;
    const read = () => readBytes(CSV_FILE, Buffer.from(''), { options: { mapping: mappingFile(bad) } });
    for (const path of [
      'colour',
      'delimiter',
      'zone',
      'columns.tsEvent.format',
      'columns.prize',
      'columns.qty.scale',
      'columns.price.scale',
      'columns.aggressor.words.B',
      'constants.kind',
      'constants.qty',
    ])
      expect(read).toThrow(new RegExp(path.replaceAll('.', '\\.')));
    const missing = 'schema: bar\ncolumns: { tsEvent: t }\n';
    expect(() =>
      readBytes(CSV_FILE, Buffer.from(''), { options: { mapping: mappingFile(missing) } }),
    ).toThrow(/columns\.open is missing/);
    expect(() =>
      readBytes(CSV_FILE, Buffer.from(''), { options: { mapping: join(folder, 'none.yaml') } }),
    ).toThrow(/mapping is a file/);
  });

  it('a column that the table does not have is named with those it has', () => {
    const options = { mapping: mappingFile(mapping) };
    expect(() => readBytes(CSV_FILE, Buffer.from('head\na;b\n1;2\n'), { options })).toThrow(
      /columns\.price names px.*"a","b"/s,
    );
  });

  it('times of day and tables without a header are read by the day and by numbers', () => {
    const text = `
schema: bbo
header: false
zone: America/New_York
columns: { tsEvent: { column: 1, format: msOfDay }, bidPrice: 2, askPrice: 3 }
`;
    const options = { mapping: mappingFile(text), symbol: 'X', date: '2024-01-10' };
    const sink = readBytes(CSV_FILE, Buffer.from('34200000,1.5,1.6\n'), { options, mode: 'strict' });
    expect(sink.records('bbo')).toMatchObject([
      { tsEvent: ns('2024-01-10T14:30Z'), bidPrice: 1.5, askPrice: 1.6 },
    ]);
    expect(() => readBytes(CSV_FILE, Buffer.from(''), { options: { ...options, date: '' } })).toThrow(
      /date needs a value/,
    );
  });
});

describe('tables of what there is, by mapping files', () => {
  const members = sharedFile('data/reference/sp500_constituents.csv');
  it.skipIf(members === null)('members of an index, as known on a day', async () => {
    const mapping = mappingFile(`
schema: definition
zone: America/New_York
columns: { symbol: Symbol, name: Name, sector: Sector }
constants: { tsEvent: "2022-06-30", assetClass: equity }
`);
    const sink = await readFile(CSV_FILE, members!, { options: { mapping }, mode: 'strict' });
    expect(sink.counts().definition).toBeGreaterThan(490);
    expect(sink.records('definition')[0]).toMatchObject({
      symbol: 'MMM',
      name: '3M',
      tsEvent: ns('2022-06-30T04:00Z'),
    });
  });

  const contracts = sharedFile('data/reference/symbol-properties-database.csv.gz');
  it.skipIf(contracts === null)(
    'sizes of contracts; a tick that is finer than prices sets its row aside',
    async () => {
      const mapping = mappingFile(`
schema: definition
comment: "#"
columns:
  symbol: symbol
  name: description
  currency: quote_currency
  multiplier: contract_multiplier
  tick: minimum_price_variation
  assetClass: { column: type, words: { future: future, forex: fx, crypto: crypto, cryptofuture: cryptoFuture, cfd: other, index: index, equity: equity, option: option, indexoption: option, futureoption: futureOption } }
constants: { tsEvent: "2024-01-01" }
`);
      const sink = await readFile(CSV_FILE, contracts!, { options: { mapping } });
      expect(sink.records('definition').find(({ symbol }) => symbol === 'FDAX')).toMatchObject({
        multiplier: 25,
        tick: 1,
        currency: 'EUR',
      });
      expect(sink.counts().definition).toBeGreaterThan(1000);
      // Ticks of 1e-10 are below the steps of prices.
      expect([...sink.quarantine.counts]).toEqual([['not-a-number', 31]]);
    },
  );
});

describe('tables whose header says it all', () => {
  const bars = sharedFile('data/futures/6EH4.XCME_1min_bars_20240101_20240131.csv.gz');
  const ticks = sharedFile('data/fx/truefx/usdjpy-ticks.csv');
  const minutes = sharedFile('data/fx/fxcm_m1/gbpusd-m1-bid-2012.csv.gz');
  const vix = sharedFile('data/daily/vix-daily.csv.gz');

  it.skipIf(bars === null)('minute bars of futures', async () => {
    const sink = await readFile(CSV_FILE, bars!, { options: { symbol: '6EH4' }, mode: 'strict' });
    expect(sink.counts()).toEqual({ bar: 29_996 });
    expect(sink.records('bar')[0]).toMatchObject({
      tsEvent: ns('2024-01-01T23:01Z'),
      intervalS: 60,
      open: 1.1076,
      high: 1.10785,
      volume: 205,
      basis: 'trade',
    });
  });

  it.skipIf(ticks === null)('quotes of a currency pair', async () => {
    const sink = await readFile(CSV_FILE, ticks!, { options: { symbol: 'USD/JPY' }, mode: 'strict' });
    expect(sink.counts()).toEqual({ bbo: 1000 });
    expect(sink.records('bbo')[0]).toMatchObject({
      tsEvent: ns('2013-01-01T22:00:00.295Z'),
      bidPrice: 86.655,
      askPrice: 86.728,
    });
  });

  it.skipIf(minutes === null)('bars of bids, which an option says', async () => {
    const options = { symbol: 'GBP/USD', basis: 'bid' };
    const sink = await readFile(CSV_FILE, minutes!, { options, mode: 'strict' });
    expect(sink.counts()).toEqual({ bar: 30_117 });
    expect(sink.records('bar')[0]).toMatchObject({ intervalS: 60, basis: 'bid', volume: null });
  });

  it.skipIf(vix === null)('daily bars, however long the weekend', async () => {
    const sink = await readFile(CSV_FILE, vix!, {
      options: { symbol: 'VIX', basis: 'index' },
      mode: 'strict',
    });
    expect(sink.counts()).toEqual({ bar: 9235 });
    const top = sink.records('bar').reduce((best, bar) => (bar.close > best.close ? bar : best));
    expect(top).toMatchObject({ tsEvent: ns('2020-03-16T00:00Z'), close: 82.69, intervalS: 86_400 });
    expect(sink.records('bar').at(-1)).toMatchObject({ tsEvent: ns('2026-07-23T00:00Z') });
  });

  it('a header with anything unknown is nobody’s, and a table without a symbol is refused', () => {
    const head = (text: string) => CSV_FILE.recognise(Buffer.from(text), true, 'x.csv');
    expect(head('date,open,high,low,close\n')).toBe(true);
    expect(head('Date,Open,High,Low,Close,Fund\n')).toBe(false);
    expect(head('date,bid\n')).toBe(false);
    expect(() => readBytes(CSV_FILE, Buffer.from('date,bid,ask\n2024-01-01,1,2\n'))).toThrow(
      /symbol needs a value/,
    );
  });
});
