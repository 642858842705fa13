/** Reference data as a user types it, on recordings. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sharedFile } from '../support/shared-data.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { jsonOf, twin } from '../support/twin.ts';

const folder = temporaryFolder('data-reference');
const places = ['--lake', join(folder, 'lake')];
const ES_DAYS = ['20131007', '20131008', '20131009', '20131010', '20131011'];
const ES = ['trade', 'openinterest'].flatMap((kind) =>
  ES_DAYS.map((day) => sharedFile(`data/futures/es_minute/${day}_${kind}.csv.gz`)),
);
const SPXW = sharedFile('data/options/spxw_minute/20210108_trade.csv.gz');
const EURUSD = sharedFile('data/daily/fx_fxcm/eurusd.csv.gz');
const MAPS = ['goog', 'googl'].map((name) => sharedFile(`data/corporate-actions/lean/map_files/${name}.csv`));
const GOLD = ['20131007', '20131008', '20131009'].map((day) =>
  sharedFile(`data/futures/gc_tick/${day}_trade.csv.gz`),
);

function ingest(name: string, files: readonly (string | null)[], ...options: readonly string[]): void {
  const given = options.flatMap((one) => ['--option', one]);
  const runs = ['--runs', join(folder, 'runs')];
  const paths = files as readonly string[];
  const { status, stderr } = twin('ingest', 'file', ...paths, '--name', name, ...given, ...runs, ...places);
  if (status !== 0) expect.fail(stderr);
}

function data(...args: readonly string[]): Record<string, unknown> {
  const result = twin('data', ...args, ...places, '--json');
  if (result.status !== 0) expect.fail(result.stderr);
  return jsonOf(result);
}

/** The only row of a query. */
function rowOf(query: string): string[] {
  const [row] = data('sql', query).rows as string[][];
  return row!;
}

describe('twin data roll', () => {
  it.skipIf(ES.includes(null))(
    'a week of ES between two rolls is the contract in front, by volume and open interest',
    () => {
      ingest('es', ES, 'symbol=ES');
      for (const [rule, letter] of [
        ['volume', 'v'],
        ['openInterest', 'n'],
      ] as const) {
        const made = data('roll', 'es', '--product', 'ES', '--rule', rule, '--name', `es-${letter}`);
        expect(made).toMatchObject({
          dataset: `es-${letter}`,
          symbol: `ES.${letter}.0`,
          rolls: [],
          isOld: false,
        });
      }
      const [bars, same] = rowOf(
        "select count(*), count(b.close = a.close and b.volume = a.volume or null) from (from bar where symbol = 'ESZ13') a left join (from bar where symbol = 'ES.v.0') b using (tsEvent)",
      );
      expect(Number(bars)).toBeGreaterThan(6000);
      expect(same).toBe(bars);
    },
  );

  it.skipIf(GOLD.includes(null))(
    'trades of gold step from October to December, and the step is taken out',
    () => {
      ingest('gold', GOLD, 'symbol=GC');
      // The last day of October's contract is the 29th: 21 days before it is Tuesday the 8th, which begins on Monday evening.
      const order = ['gold', '--product', 'GC', '--rule', 'calendar', '--days', '21'];
      const made = data('roll', ...order, '--adjust', 'difference', '--name', 'gc');
      const { rolls } = made as {
        rolls: { day: string; from: string; to: string; fromPrice: number; toPrice: number }[];
      };
      expect(rolls).toMatchObject([{ day: '2013-10-08', from: 'GCV13', to: 'GCZ13' }]);
      const [{ fromPrice, toPrice }] = rolls as [(typeof rolls)[number]];
      expect(Math.abs(toPrice - fromPrice)).toBeLessThan(3);
      const at = "timestamp '2013-10-07 22:00:00'";
      const [october, december, shifted] = rowOf(
        `select count(*) filter (symbol = 'GCV13' and tsEvent < ${at}), count(*) filter (symbol = 'GCZ13' and tsEvent >= ${at}), count(*) filter (symbol = 'GC.c.0') from trade`,
      );
      expect(Number(october)).toBeGreaterThan(0);
      expect(Number(shifted)).toBe(Number(october) + Number(december));
      const [last] = rowOf(
        `select price from trade where symbol = 'GC.c.0' and tsEvent < ${at} order by tsEvent desc limit 1`,
      );
      expect(Number(last)).toBeCloseTo(toPrice, 9);
      const lineage = data('lineage', 'gc');
      expect(JSON.stringify(lineage)).toMatch(/gold/);
    },
  );
});

describe('twin data chain', () => {
  it.skipIf(SPXW === null)('prints the expiries of an underlying, and the strikes of one', () => {
    ingest('spxw', [SPXW], 'symbol=SPXW');
    const order = ['chain', 'spxw', '--underlying', 'SPXW', '--day', '2021-01-08'];
    const { expiries } = data(...order) as { expiries: { expiry: string; contracts: unknown[] }[] };
    expect(expiries.reduce((sum, { contracts }) => sum + contracts.length, 0)).toBe(16);
    const printed = twin('data', ...order, '--expiry', expiries[0]!.expiry, ...places);
    expect(printed.stdout).toMatch(/strike\s+right\s+symbol/);
    expect(printed.stdout.trim().split('\n')).toHaveLength(1 + expiries[0]!.contracts.length);
    expect(
      twin('data', 'chain', 'spxw', '--underlying', 'SPX', '--day', '2021-01-08', ...places).status,
    ).toBe(2);
  });
});

describe('twin data rate and convert', () => {
  it.skipIf(EURUSD === null)('tell a recorded rate turned around, refuse an old one, and convert', () => {
    ingest('euro', [EURUSD], 'symbol=EURUSD');
    const order = ['rate', 'USD', 'EUR', '--rates', 'euro', '--at'];
    // Bid and ask of the bar of June 3rd, known from the 4th on.
    const told = data(...order, '2013-06-04T12:00:00Z');
    const [close] = rowOf(
      "select avg(close)::double from bar where symbol = 'EURUSD' and tsEvent = timestamp '2013-06-03 00:00:00'",
    );
    expect(told.rate).toBeCloseTo(1 / Number(close), 9);
    expect(told).toMatchObject({ ageS: 43_200, path: ['USD', 'EUR'] });
    expect(twin('data', ...order, '2013-06-04T12:00:00Z', '--max-age', '60', ...places).stderr).toMatch(
      /lastRateAgeS=43200/,
    );
    expect(twin('data', ...order, 'yesterday', ...places).status).toBe(2);
    const made = data('convert', 'euro', '--to', 'EUR', '--rates', 'euro', '--name', 'one');
    expect(made).toMatchObject({ dataset: 'one', ways: { 'USD>EUR': made.records } });
    // A euro is a euro: the middle of bid and ask is 1.
    const middles = 'select avg(close)::double as middle from bar group by tsEvent having count(*) = 2';
    const query = `select count(*), max(abs(middle - 1)) from (${middles})`;
    const [[days, worst]] = data('sql', query, '--datasets', 'one').rows as [[string, string]];
    expect(Number(days)).toBeGreaterThan(3000);
    expect(Number(worst)).toBeLessThan(1e-8);
  });
});

describe('twin data symbols and map', () => {
  it.skipIf(MAPS.includes(null))(
    'follow Google through 2014, and ask a vendor for the name of the day',
    () => {
      ingest('maps', MAPS);
      const table = data('symbols', 'GOOG', 'ESZ4', '--on', '2020-01-02', '--actions', 'maps');
      expect(table.symbols).toMatchObject([
        {
          names: [
            { symbol: 'GOOCV', from: null, until: '2014-04-03' },
            { symbol: 'GOOG', from: '2014-04-03', until: null },
          ],
          others: [[{ symbol: 'GOOG' }, { symbol: 'GOOGL', from: '2014-04-03' }]],
          spellings: { lean: 'goog', cme: null },
        },
        { names: [{ symbol: 'ESZ4', from: null, until: null }], others: [], spellings: { cme: 'ESZ4' } },
      ]);
      const plan = (from: string, to: string) => {
        const days = ['--from', from, '--to', to, '--names', 'maps', '--plan', '--json'];
        return twin('ingest', 'polygon', '--symbols', 'GOOGL', '--schema', 'trade', ...days, ...places);
      };
      const early = plan('2014-03-03', '2014-03-04');
      expect(early.status).toBe(0);
      expect(early.stdout).toMatch(/\bGOOG\b/);
      expect(early.stdout).not.toMatch(/GOOGL/);
      expect(plan('2014-04-03', '2014-04-04').stdout).toMatch(/GOOGL/);
      expect(plan('2014-04-01', '2014-04-04').stderr).toMatch(
        /GOOG 2014-04-01\.\.2014-04-02.*GOOGL 2014-04-03\.\.2014-04-04/,
      );
      // Bars that were written down as GOOG: of GOOGL the earlier one is, of GOOG the later one.
      const path = join(folder, 'bars.csv');
      const bar = (day: string, close: number): string =>
        `${day} 00:00,${Array(4).fill(close).join(',')},100`;
      writeFileSync(path, `${bar('20140402', 11350000)}\n${bar('20140403', 5690000)}\n`);
      ingest('bars', [path], 'symbol=GOOG', 'interval=86400');
      for (const [symbol, close] of [
        ['GOOGL', 1135],
        ['GOOG', 569],
      ] as const) {
        const name = `as-${symbol.toLowerCase()}`;
        const order = ['--on', '2020-01-02', '--actions', 'maps', '--name', name];
        expect(data('map', 'bars', '--symbols', symbol, ...order)).toMatchObject({ records: 1 });
        expect(data('head', name).records).toMatchObject([{ symbol, close }]);
      }
    },
  );
});
