/** Chains of options out of recorded ones, and symbols in the form of the OCC against definitions of the exchange. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  type CanonicalRecord,
  FILE_FORMATS,
  Lake,
  occSymbol,
  optionChain,
  parseOccSymbol,
} from '../../src/data/index.ts';
import { ingestRecords } from '../../src/data/quality/lake-of-records.fixture.ts';
import { readFeedFile } from '../support/feed-files.ts';
import { sharedFile } from '../support/shared-data.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CHAIN = sharedFile('data/options/chain_with_greeks/aapl_20140605.csv.gz');
const OPRA = sharedFile('data/dbn/databento-python/OPRA.PILLAR/test_data.definition.dbn.zst');
const FUTURE_OPTIONS = sharedFile('data/dbn/nautilus/options_catalog/options_definition.dbn.zst');
const INDEX_OPTIONS = sharedFile('data/options/spxw_minute/20210108_trade.csv.gz');

const folder = temporaryFolder('chains');
const formatOf = (name: string) => FILE_FORMATS.find((format) => format.name === name)!;
const ns = (text: string): bigint => BigInt(Date.parse(text)) * 1_000_000n;

async function recordsOf(format: string, path: string, options: Readonly<Record<string, string>> = {}) {
  const { sink } = await readFeedFile(formatOf(format), path, options);
  const rows = <N extends 'definition' | 'statistics' | 'bar'>(schema: N): CanonicalRecord<N>[] =>
    sink.batches(schema).flatMap((batch) => [...batch.rows()] as unknown as CanonicalRecord<N>[]);
  return { definition: rows('definition'), statistics: rows('statistics'), bar: rows('bar') };
}

describe('symbols of options', () => {
  it('are read in the forms of the OCC, of vendors, and with roots that actions changed', () => {
    const parts = { root: 'AAPL', expiry: '2025-02-21', right: 'call', strike: 250 };
    for (const symbol of ['AAPL  250221C00250000', 'AAPL250221C00250000', 'O:AAPL250221C00250000'])
      expect(parseOccSymbol(symbol)).toEqual(parts);
    expect(parseOccSymbol('BRKB  251219P00412500')).toMatchObject({
      root: 'BRKB',
      right: 'put',
      strike: 412.5,
    });
    expect(parseOccSymbol('GME1  240119C00020000')).toMatchObject({ root: 'GME1' });
    for (const symbol of [
      'AAPL',
      'ESM4 C5000',
      'AAPL  250230C00250000',
      'AAPL  250221X00250000',
      'AAPL  250221C00000000',
    ])
      expect(parseOccSymbol(symbol)).toBeNull();
  });

  it.skipIf(OPRA === null)('say what the definition of the exchange says', async () => {
    const { definition } = await recordsOf('dbn', OPRA!);
    expect(definition).toHaveLength(1);
    for (const { symbol, expiry, right, strike, underlying } of definition)
      expect(parseOccSymbol(symbol)).toEqual({ root: underlying, expiry, right, strike });
  });

  it.skipIf(CHAIN === null)(
    'are written as they were read, for every contract of a recorded chain',
    async () => {
      const { definition } = await recordsOf('lean-options', CHAIN!);
      expect(definition).toHaveLength(2352);
      for (const { symbol, expiry, right, strike } of definition) {
        expect(parseOccSymbol(symbol)).toEqual({ root: 'AAPL', expiry, right, strike });
        expect(occSymbol(parseOccSymbol(symbol)!)).toBe(symbol);
      }
    },
  );
});

describe('chains of options', () => {
  const lake = new Lake(join(folder, 'lake'));

  it.skipIf(CHAIN === null)('have the expiries, strikes and figures of a recorded day', async () => {
    // Two expiries of it: a chain of thirteen makes thousands of files.
    const rows = gunzipSync(readFileSync(CHAIN!)).toString().trim().split('\n');
    const near = rows.filter((row, index) => index < 2 || /^201406(?:06|13),/.test(row));
    const path = join(folder, 'aapl_20140605.csv');
    writeFileSync(path, `${near.join('\n')}\n`);
    const { definition, statistics, bar } = await recordsOf('lean-options', path);
    await ingestRecords(lake, 'aapl', { definition, statistics, bar }, ['OPRA']);
    const request = { dataset: 'aapl', underlying: 'AAPL', day: '2014-06-05', expiry: null };
    const { expiries } = await optionChain(lake, request);
    expect(expiries.map(({ expiry, contracts }) => [expiry, contracts.length])).toEqual([
      ['2014-06-06', 172],
      ['2014-06-13', 154],
    ]);
    for (const { contracts } of expiries) {
      for (const [index, { right, strike }] of contracts.entries()) {
        expect(right).toBe(index % 2 === 0 ? 'call' : 'put');
        if (index % 2 === 1) expect(strike).toBe(contracts[index - 1]!.strike);
      }
    }
    // Each figure is that of its row.
    const header = rows[0]!.slice(1).split(',');
    for (const row of near.slice(2)) {
      const cells = Object.fromEntries(row.split(',').map((cell, index) => [header[index]!, cell]));
      const expiry = expiries.find((one) => one.expiry.replaceAll('-', '') === cells.expiry)!;
      const right = cells.right === 'C' ? 'call' : 'put';
      const found = expiry.contracts.find(
        (one) => one.right === right && one.strike === Number(cells.strike),
      )!;
      expect(found.last).toBe(Number(cells.close));
      expect(found.volume).toBe(Number(cells.volume));
      expect(found.figures.openInterest ?? '').toBe(
        cells.open_interest === '' ? '' : Number(cells.open_interest),
      );
      expect(found.figures.delta).toBe(Number(cells.delta));
    }
    // A week later the first expiry has passed, and nothing is known of the day.
    const later = await optionChain(lake, { ...request, day: '2014-06-10' });
    expect(later.expiries.map(({ expiry }) => expiry)).toEqual(['2014-06-13']);
    expect(
      later.expiries[0]!.contracts.every(
        ({ last, figures }) => last === null && Object.keys(figures).length === 0,
      ),
    ).toBe(true);
    await expect(optionChain(lake, { ...request, day: '2014-06-04' })).rejects.toThrow(
      /with options on that day/,
    );
    await expect(optionChain(lake, { ...request, underlying: 'MSFT' })).rejects.toThrow(/underlyings=.*AAPL/);
    await expect(optionChain(lake, { ...request, day: 'today' })).rejects.toThrow(/YYYY-MM-DD/);
  });

  it.skipIf(FUTURE_OPTIONS === null)('of futures come from definitions of the exchange', async () => {
    const { definition } = await recordsOf('dbn', FUTURE_OPTIONS!);
    const options = definition.filter(({ right }) => right !== null);
    expect(options.length).toBeGreaterThan(0);
    await ingestRecords(lake, 'es-options', { definition }, ['GLBX']);
    const { underlying, tsEvent, expiry } = options[0]!;
    const day = new Date(Number(tsEvent / 1_000_000n)).toISOString().slice(0, 10);
    const chain = await optionChain(lake, { dataset: 'es-options', underlying: underlying!, day, expiry });
    const listed = chain.expiries.flatMap(({ contracts }) => contracts.map(({ symbol }) => symbol));
    const expected = options.filter((one) => one.underlying === underlying && one.expiry === expiry);
    expect(listed.sort()).toEqual([...new Set(expected.map(({ symbol }) => symbol))].sort());
  });

  it.skipIf(INDEX_OPTIONS === null)('come from symbols where nobody defines them', async () => {
    const { bar, definition } = await recordsOf('lean-options', INDEX_OPTIONS!, { symbol: 'SPXW' });
    await ingestRecords(lake, 'spxw', { bar }, ['OPRA']);
    const { expiries } = await optionChain(lake, {
      dataset: 'spxw',
      underlying: 'SPXW',
      day: '2021-01-08',
      expiry: null,
    });
    const listed = expiries.flatMap(({ contracts }) => contracts);
    expect(listed.map(({ symbol }) => symbol).sort()).toEqual(definition.map(({ symbol }) => symbol).sort());
    const traded = bar.filter(({ symbol }) => symbol === listed[0]!.symbol);
    expect(listed[0]!.last).toBe(traded.at(-1)!.close);
    expect(listed[0]!.volume).toBe(traded.reduce((sum, { volume }) => sum + volume!, 0));
  });

  it('forget a contract that a later definition says is gone', async () => {
    const option = {
      assetClass: 'option',
      underlying: 'ACME',
      right: 'call',
      strike: 10,
      expiry: '2024-06-21',
    } as const;
    const symbol = 'ACME  240621C00010000';
    await ingestRecords(
      lake,
      'gone',
      {
        definition: [
          { ...option, symbol, tsEvent: ns('2024-06-03T12:00:00Z') },
          { ...option, symbol, tsEvent: ns('2024-06-05T12:00:00Z'), isActive: false },
          { ...option, symbol: 'ACME  240621P00010000', right: 'put', tsEvent: ns('2024-06-03T12:00:00Z') },
        ],
      },
      ['OPRA'],
    );
    const on = async (day: string) => {
      const { expiries } = await optionChain(lake, {
        dataset: 'gone',
        underlying: 'ACME',
        day,
        expiry: null,
      });
      return expiries[0]!.contracts.map(({ right }) => right);
    };
    expect(await on('2024-06-04')).toEqual(['call', 'put']);
    expect(await on('2024-06-05')).toEqual(['put']);
  });
});
