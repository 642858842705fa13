/** Names over time against the map files of LEAN: on every day of every row the name is the one that the file has. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type CanonicalRecord,
  FILE_FORMATS,
  Lake,
  MappedSource,
  mapDataset,
  type NameEvent,
  readSymbolHistory,
  SymbolHistory,
} from '../../src/data/index.ts';
import { ingestRecords } from '../../src/data/quality/lake-of-records.fixture.ts';
import { barsOfDataset, dailyBar } from '../support/daily-bars.ts';
import { readFeedFile } from '../support/feed-files.ts';
import { sharedFile } from '../support/shared-data.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MAPS = sharedFile('data/corporate-actions/lean/map_files');
const ns = (text: string): bigint => BigInt(Date.parse(text)) * 1_000_000n;

async function actionsOf(path: string): Promise<CanonicalRecord<'corporate_action'>[]> {
  const format = FILE_FORMATS.find(({ name }) => name === 'lean-actions')!;
  const { sink } = await readFeedFile(format, path);
  return sink.batches('corporate_action').flatMap((batch) => [...batch.rows()] as never[]);
}

/** Rows of a map file: a ticker holds until its day. The first row is the day on which the data begin. */
function rowsOf(path: string): { day: string; symbol: string }[] {
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','))
    .map(([day, symbol]) => ({
      day: `${day!.slice(0, 4)}-${day!.slice(4, 6)}-${day!.slice(6)}`,
      symbol: symbol!.toUpperCase(),
    }));
}

describe('names over time', () => {
  const lake = new Lake(join(temporaryFolder('symbols'), 'lake'));

  it.skipIf(MAPS === null)('are those of all 27 map files, read together', async () => {
    const files = readdirSync(MAPS!).map((name) => join(MAPS!, name));
    const actions = (await Promise.all(files.map(actionsOf))).flat();
    await ingestRecords(lake, 'maps', { corporate_action: actions }, ['LEAN']);
    const history = await readSymbolHistory(lake.source(['maps']));
    let compared = 0;
    for (const file of files) {
      const rows = rowsOf(file);
      const last = rows.at(-1)!;
      for (const [index, { symbol, day }] of rows.entries()) {
        if (index === 0) continue;
        // A day on which the instrument has this name, whatever it was called before.
        const on = day === '2050-12-31' ? '2030-01-02' : day;
        const known = last.day === '2050-12-31' ? '2030-01-02' : last.day;
        expect([file, on, history.nameOn(last.symbol, known, on)]).toEqual([file, on, symbol]);
        expect(history.nameOn(symbol, on, known)).toBe(last.symbol);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(35);
    // One name, two instruments.
    expect(history.bearersOf('GOOG').map((spans) => spans.map(({ symbol }) => symbol))).toEqual([
      ['GOOG', 'GOOGL'],
      ['GOOCV', 'GOOG'],
    ]);
    expect(history.nameOn('GOOG', '2014-04-02', '2020-01-02')).toBe('GOOGL');
    expect(history.nameOn('GOOG', '2014-04-03', '2014-04-01')).toBe('GOOCV');
    // Nobody tells who had the name in between, if anybody.
    expect(history.namesOf('QQQ', '2005-01-03')).toEqual([
      { symbol: 'QQQ', from: '2004-12-01', until: '2011-03-23' },
    ]);
    expect(history.namesOf('QQQ', '2015-01-02')).toEqual([
      { symbol: 'QQQ', from: null, until: '2004-12-01' },
      { symbol: 'QQQQ', from: '2004-12-01', until: '2011-03-23' },
      { symbol: 'QQQ', from: '2011-03-23', until: null },
    ]);
  });

  it('end with a delisting, begin where another one took them, and pass what nobody knows', () => {
    const events: NameEvent[] = [
      { symbol: 'VXX', day: '2019-01-30', to: null },
      { symbol: 'VXXB', day: '2019-05-02', to: 'VXX' },
      { symbol: 'FB', day: '2022-06-09', to: 'META' },
      { symbol: 'FB', day: '2022-06-09', to: 'META' },
    ];
    const history = new SymbolHistory(events);
    expect(history.nameOn('VXX', '2018-01-02', '2019-03-01')).toBeNull();
    expect(
      history.bearersOf('VXX').map((spans) => spans.map(({ symbol, from }) => `${symbol} ${from}`)),
    ).toEqual([['VXX null'], ['VXX 2019-01-30'], ['VXXB null', 'VXX 2019-05-02']]);
    expect(history.nameOn('VXX', '2020-01-02', '2018-06-01')).toBe('VXXB');
    expect(history.nameOn('META', '2024-01-02', '2021-01-04')).toBe('FB');
    expect(history.nameOn('META', '2021-01-04', '2024-01-02')).toBeNull();
    expect(history.nameOn('AAPL', '2024-01-02', '1999-01-04')).toBe('AAPL');
    expect(() => new SymbolHistory([...events, { symbol: 'FB', day: '2022-06-09', to: 'MVRS' }])).toThrow(
      /one other on a day/,
    );
  });

  it('give records one name, and leave out those of others that had it', async () => {
    const bar = (symbol: string, day: string, close: number) =>
      dailyBar(symbol, ns(`${day}T05:00:00Z`), close);
    await ingestRecords(lake, 'swap', {
      bar: [
        bar('GOOG', '2014-04-01', 1134),
        bar('GOOCV', '2014-04-02', 566),
        bar('GOOG', '2014-04-02', 1135),
        bar('GOOG', '2014-04-03', 569),
        bar('GOOGL', '2014-04-03', 571),
        bar('GOOGL', '2014-04-04', 545),
      ],
      trade: [
        // Still the evening of April 2nd in New York; at midnight UTC a record is of its date.
        { symbol: 'GOOG', tsEvent: ns('2014-04-03T00:30:00Z'), price: 1136, qty: 1, kind: 'regular' },
        { symbol: 'GOOG', tsEvent: ns('2014-04-03T00:00:00Z'), price: 568, qty: 1, kind: 'regular' },
      ],
    });
    const events = [
      { symbol: 'GOOCV', kind: 'symbolChange', exDate: '2014-04-03', otherSymbol: 'GOOG' },
      { symbol: 'GOOG', kind: 'symbolChange', exDate: '2014-04-03', otherSymbol: 'GOOGL' },
    ] as const;
    const changes = events.map((event) => ({ ...event, tsEvent: ns('2014-03-20T00:00:00Z') }));
    await ingestRecords(lake, 'changes', { corporate_action: changes });
    const request = { dataset: 'swap', actions: ['changes'], day: '2020-01-02', zone: 'America/New_York' };
    const closes = async (dataset: string) =>
      (await barsOfDataset(lake, dataset)).map(({ symbol, close }) => [symbol, close]);
    const one = await mapDataset(lake, { ...request, symbols: ['GOOGL'], name: 'googl' }, 'test');
    expect(one).toMatchObject({ records: 5, names: { GOOGL: [{ symbol: 'GOOG' }, { symbol: 'GOOGL' }] } });
    expect(await closes('googl')).toEqual([
      ['GOOGL', 1134],
      ['GOOGL', 1135],
      ['GOOGL', 571],
      ['GOOGL', 545],
    ]);
    await mapDataset(lake, { ...request, symbols: ['GOOG'], name: 'goog' }, 'test');
    expect(await closes('goog')).toEqual([
      ['GOOG', 566],
      ['GOOG', 569],
    ]);
    // By the name of an earlier day it is the same instrument.
    await mapDataset(lake, { ...request, symbols: ['GOOG'], day: '2014-03-31', name: 'early' }, 'test');
    expect((await closes('early')).map(([, close]) => close)).toEqual([1134, 1135, 571, 545]);
    const history = await readSymbolHistory(lake.source(['changes']));
    const mapped = new MappedSource(lake.source(['swap']), { history, day: '2020-01-02', zone: 'UTC' });
    expect(await mapped.symbols('bar')).toEqual(['GOOCV', 'GOOG', 'GOOGL']);
    let rows = 0;
    for await (const batch of mapped.read({ schema: 'bar' })) rows += batch.count;
    expect(rows).toBe(6);
    await expect(
      mapDataset(lake, { ...request, symbols: ['GOOGL'], day: '2014-03-31', name: null }, 'test'),
    ).rejects.toThrow(/without=.*GOOGL/);
    await expect(
      mapDataset(lake, { ...request, actions: ['swap'], symbols: ['GOOG'], name: null }, 'test'),
    ).rejects.toThrow(/corporate actions/);
  });
});
