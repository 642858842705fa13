/** Last days, rolls and continuous series of futures against the exchange's definitions, published days, and LEAN's factors of ES. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  type ContinuousRequest,
  FILE_FORMATS,
  Lake,
  lineageOf,
  lineageText,
  MDP_FORMAT,
  parseFutureSymbol,
} from '../../src/data/index.ts';
import { ingestRecords } from '../../src/data/quality/lake-of-records.fixture.ts';
import { plusDays } from '../../src/market/index.ts';
import { parseFuturesProducts } from '../../src/scenarios/index.ts';
import { futuresProducts, lastDay, readCalendar, rollFutures } from '../../src/services/index.ts';
import { dailyBar as barAt, barsOfDataset } from '../support/daily-bars.ts';
import { readFeedFile } from '../support/feed-files.ts';
import { sharedFile } from '../support/shared-data.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FACTORS = sharedFile('data/futures/es_continuous_factor_file.csv.gz');
const PRODUCTS = futuresProducts();

function lastDayOf(symbol: string, knownYear: number): string | null {
  const code = parseFutureSymbol(symbol, knownYear)!;
  const product = PRODUCTS.find(({ codes }) => codes.includes(code.root))!;
  return lastDay(product, readCalendar(product.calendar), code);
}

interface FactorRow {
  readonly Date: string;
  readonly BackwardsRatioScale: readonly number[];
  readonly BackwardsPanamaCanalScale: readonly number[];
  readonly DataMappingMode: number;
}

/** Rows of one way of rolling: 0 by the last day of trading, 1 by the first day of the month. A row holds until its date. */
function factorRows(mode: number): FactorRow[] {
  return gunzipSync(readFileSync(FACTORS!))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as FactorRow)
    .filter(({ DataMappingMode }) => DataMappingMode === mode);
}

describe('last days of futures', () => {
  it.each([
    ['CLK20', '2020-04-21'],
    ['CLF24', '2023-12-19'],
    ['CLG24', '2024-01-22'],
    ['NGF24', '2023-12-27'],
    ['GCG24', '2024-02-27'],
    ['ZNZ23', '2023-12-19'],
    ['ZNH24', '2024-03-19'],
    ['ZFH24', '2024-03-28'],
    ['6EH24', '2024-03-18'],
    ['6EM24', '2024-06-17'],
    ['ZCH24', '2024-03-14'],
    ['ZSF24', '2024-01-12'],
    ['BTCF24', '2024-01-26'],
    ['VXF24', '2024-01-17'],
    // The third Friday of April was Good Friday.
    ['VXH22', '2022-03-15'],
  ])('%s ended on %s, as published', (symbol, day) => {
    expect(lastDayOf(symbol, 2024)).toBe(day);
  });

  it.skipIf(FACTORS === null)('ES rolls in LEAN on its last days from 2009 to 2023', () => {
    const days = factorRows(0).map(({ Date: until }) => plusDays(until.slice(0, 10), 1));
    const expected = days.map((day) =>
      lastDayOf(`ES${'HMUZ'[Number(day.slice(5, 7)) / 3 - 1]}${day.slice(0, 4)}`, 0),
    );
    expect(days).toHaveLength(55);
    expect(days).toEqual(expected);
  });

  it('are those that the exchange tells with its definitions', async () => {
    const files = [
      ['dbn', 'data/dbn/databento-python/GLBX.MDP3/test_data.definition.dbn.zst'],
      ['dbn', 'data/dbn/nautilus/options_catalog/futures_definition.dbn.zst'],
      ['dbn', 'data/dbn/nautilus/historical_bars_catalog/futures_definition.dbn.zst'],
      ['dbn', 'data/dbn/nautilus/definition-glbx-es-futspread.dbn.zst'],
      ['mdp', 'data/cme/pcap/Cme/Mdp3.Sbe.v1.5/MdInstrumentDefinitionSpread.pcap'],
    ] as const;
    const found = new Map<string, string>();
    for (const [name, path] of files) {
      const file = sharedFile(path);
      if (file === null) return;
      const format = name === 'mdp' ? MDP_FORMAT : FILE_FORMATS.find((one) => one.name === name)!;
      const { sink } = await readFeedFile(format, file);
      for (const batch of sink.batches('definition')) {
        for (const { symbol, assetClass, expiry, tsEvent } of batch.rows()) {
          if (assetClass !== 'future' || expiry === null) continue;
          found.set(symbol, expiry);
          const year = new Date(Number(tsEvent / 1_000_000n)).getUTCFullYear();
          expect([symbol, lastDayOf(symbol, year)]).toEqual([symbol, expiry]);
        }
      }
    }
    expect([...found.keys()].sort()).toEqual(['ESH1', 'ESM4', 'ESU4', 'ESU6', 'ESZ5', 'NQM4', 'NQU4']);
  });
});

const DAY_NS = 86_400_000_000_000n;
const dayNs = (day: string): bigint => BigInt(Date.parse(`${day}T00:00:00Z`)) * 1_000_000n;
const dailyBar = (symbol: string, day: string, close: number, volume = 1) =>
  barAt(symbol, dayNs(day), close, volume);

const ORDER = {
  facts: null,
  root: 'ES',
  rule: 'calendar',
  days: 0,
  adjust: 'none',
  rank: 0,
  months: null,
  products: null,
  name: null,
} as const;

describe('files of products', () => {
  it('tell every problem at once, with its path', () => {
    const text = `products:
  - codes: [ES, ES]
    about: x
    calendar: moon
    months: HMUA
    expiry: { on: weekday, weekday: fri, nth: 0 }
    day: { zone: Mars/Olympus, from: '17:00-1d' }
    rollDays: -1
    speed: 1
`;
    const known = { calendars: ['us-equities'], isTimeZone: () => false };
    const read = (written: string) => () => parseFuturesProducts(written, 'mine.yaml', known);
    for (const problem of [/months/, /expiry\.nth/, /rollDays/, /speed: is not a key/])
      expect(read(text)).toThrow(problem);
    const later = text
      .replace('HMUA', 'HMUZ')
      .replace('nth: 0', 'nth: 3')
      .replace('-1\n', '1\n')
      .replace('    speed: 1\n', '');
    for (const problem of [/calendar: one of us-equities/, /day\.zone/, /each code once/])
      expect(read(later)).toThrow(problem);
  });
});

describe('continuous series', () => {
  const lake = new Lake(join(temporaryFolder('futures'), 'lake'));

  /**
   * Every roll of the file moves the sum of all later steps (P) and the product of all later ratios (R): both contracts' closes before it
   * follow, d = P - P' = new - old and r = R / R' = new / old. They have to be prices of ES: whole quarters.
   */
  function closesAtRolls(
    mode: number,
  ): { until: string; from: number; to: number; factor: number; shift: number }[] {
    const rows = factorRows(mode);
    return rows.slice(0, -1).map((row, index) => {
      const next = rows[index + 1]!;
      const difference = row.BackwardsPanamaCanalScale[0]! - next.BackwardsPanamaCanalScale[0]!;
      const ratio = row.BackwardsRatioScale[0]! / next.BackwardsRatioScale[0]!;
      // Where both closed alike nothing tells at what price.
      const from = difference === 0 && ratio === 1 ? 1000 : difference / (ratio - 1);
      expect(Math.abs(from * 4 - Math.round(from * 4))).toBeLessThan(1e-6);
      const close = Math.round(from * 4) / 4;
      return {
        until: row.Date.slice(0, 10),
        from: close,
        to: close + difference,
        factor: row.BackwardsRatioScale[0]!,
        shift: row.BackwardsPanamaCanalScale[0]!,
      };
    });
  }

  it.skipIf(FACTORS === null)('adjusts 54 rolls of ES by the factors that LEAN has for them', async () => {
    const rolls = closesAtRolls(0);
    expect(rolls).toHaveLength(54);
    const symbolAt = (index: number): string => {
      const count = 3 + index;
      return `ES${'HMUZ'[count % 4]}${String(9 + Math.floor(count / 4)).padStart(2, '0')}`;
    };
    const bars = rolls.flatMap(({ until, from, to }, index) => [
      dailyBar(symbolAt(index), until, from),
      dailyBar(symbolAt(index + 1), until, to),
      dailyBar(symbolAt(index + 1), plusDays(until, 1), to),
    ]);
    await ingestRecords(lake, 'es', { bar: bars }, ['XCME']);
    for (const adjust of ['none', 'ratio', 'difference'] as const) {
      const result = await rollFutures(lake, { ...ORDER, dataset: 'es', adjust });
      expect(result.rolls.map(({ day }) => day)).toEqual(rolls.map(({ until }) => plusDays(until, 1)));
      const series = new Map((await barsOfDataset(lake, result.dataset)).map((bar) => [bar.tsEvent, bar]));
      expect(series.size).toBe(2 * rolls.length);
      // The file goes on to a last row: its factors are what our last contract is worth.
      const last = factorRows(0).at(-1)!;
      for (const { until, from, factor, shift } of rolls) {
        const bar = series.get(dayNs(until))!;
        expect(bar.symbol).toBe('ES.c.0');
        if (adjust === 'none') expect(bar.close).toBe(from);
        if (adjust === 'difference')
          expect(bar.close).toBe(from + shift - last.BackwardsPanamaCanalScale[0]!);
        if (adjust === 'ratio')
          expect(bar.close).toBeCloseTo((from * factor) / last.BackwardsRatioScale[0]!, 6);
      }
    }
  });

  it.skipIf(FACTORS === null)('goes by the first day of the month as LEAN does', async () => {
    const rolls = closesAtRolls(1).slice(0, 8);
    const symbols = ['ESZ09', 'ESH10', 'ESM10', 'ESU10', 'ESZ10', 'ESH11', 'ESM11', 'ESU11', 'ESZ11'];
    const bars = rolls.flatMap(({ until, from, to }, index) => [
      dailyBar(symbols[index]!, until, from),
      dailyBar(symbols[index + 1]!, until, to),
      dailyBar(symbols[index + 1]!, plusDays(until, 3), to),
    ]);
    await ingestRecords(lake, 'es-month', { bar: bars }, ['XCME']);
    const result = await rollFutures(lake, { ...ORDER, dataset: 'es-month', rule: 'month' });
    expect(result.rolls.map(({ day }) => day)).toEqual(rolls.map(({ until }) => plusDays(until, 1)));
    expect(result.symbol).toBe('ES.m.0');
  });

  it('by volume and open interest goes on the day after the next contract has more, never back, and on the last day at the latest', async () => {
    const days = Array.from({ length: 10 }, (_, index) => plusDays('2024-03-07', index));
    // The next contract has more on the fifth day only; contracts that follow have too little to be gone to.
    const bars = days.flatMap((day, index) => [
      dailyBar('ESH4', day, 100 + index, 50),
      dailyBar('ESM4', day, 110 + index, index === 4 ? 60 : 10),
      dailyBar('ESU4', day, 120 + index, 5),
    ]);
    const interest = days.map((day) => ({
      symbol: 'ESM4',
      tsEvent: dayNs(day) + DAY_NS / 2n,
      kind: 'openInterest' as const,
      value: 7,
    }));
    const more = interest.map((one) => ({ ...one, symbol: 'ESH4', value: 8 }));
    await ingestRecords(lake, 'by-figures', { bar: bars, statistics: [...interest, ...more] }, ['XCME']);
    const byVolume = await rollFutures(lake, {
      ...ORDER,
      dataset: 'by-figures',
      rule: 'volume',
      adjust: 'difference',
    });
    expect(byVolume.rolls).toEqual([
      { day: '2024-03-12', from: 'ESH4', to: 'ESM4', fromPrice: 104, toPrice: 114 },
    ]);
    expect((await barsOfDataset(lake, byVolume.dataset)).map(({ close }) => close)).toEqual([
      110, 111, 112, 113, 114, 115, 116, 117, 118, 119,
    ]);
    const byInterest = await rollFutures(lake, { ...ORDER, dataset: 'by-figures', rule: 'openInterest' });
    expect(byInterest.rolls.map(({ day }) => day)).toEqual(['2024-03-15']);
    const second = await rollFutures(lake, { ...ORDER, dataset: 'by-figures', rule: 'volume', rank: 1 });
    expect(second.rolls).toMatchObject([{ day: '2024-03-12', from: 'ESM4', to: 'ESU4' }]);
    expect(second.symbol).toBe('ES.v.1');
    // Where it came from, and which contract each part of it is.
    expect(lineageText(lineageOf(lake, byVolume.dataset), byVolume.dataset)).toMatch(/by-figures/);
    const turns: string[] = [];
    for await (const batch of lake.source([byVolume.dataset]).read({ schema: 'alt' }))
      for (const { textValue, value, unit } of batch.rows()) turns.push(`${textValue} ${value} ${unit}`);
    expect(turns).toEqual(['ESH4 10 price', 'ESM4 0 price']);
    expect(await rollFutures(lake, { ...ORDER, dataset: 'by-figures', rule: 'openInterest' })).toMatchObject({
      dataset: byInterest.dataset,
      isOld: true,
    });
  });

  it('refuses a hole in the contracts, a product that nobody knows, and a roll without prices', async () => {
    await ingestRecords(
      lake,
      'hole',
      { bar: [dailyBar('ESH4', '2024-03-01', 100), dailyBar('ESU4', '2024-03-20', 101)] },
      ['XCME'],
    );
    const roll = (order: Partial<ContinuousRequest>) =>
      rollFutures(lake, { ...ORDER, dataset: 'hole', ...order } as never);
    await expect(roll({})).rejects.toThrow(/has data of the contract it goes to.*from=ESH4.*to=M2024/);
    await expect(roll({ root: 'NOPE' })).rejects.toThrow(/product=NOPE/);
    await expect(roll({ root: 'NQ' })).rejects.toThrow(/root=NQ.*has=.*ES/);
    await expect(roll({ rule: 'openInterest' })).rejects.toThrow(/openInterest has records of it/);
    await ingestRecords(
      lake,
      'apart',
      { bar: [dailyBar('ESH4', '2024-03-01', 100), dailyBar('ESM4', '2024-03-20', 101)] },
      ['XCME'],
    );
    await expect(roll({ dataset: 'apart' })).rejects.toThrow(/both contracts have a price/);
  });
});
