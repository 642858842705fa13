import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts';
import { MemorySink } from '../../ingest/memory-sink.ts';
import { Duck, sqlText } from '../../lake/duckdb.ts';
import { PARQUET_FILE } from './parquet-file.ts';

const folder = temporaryFolder('parquet-files');
const ns = (text: string) => BigInt(Date.parse(text)) * 1_000_000n;

/** Writes the rows of a query as a Parquet file. */
async function parquet(name: string, query: string): Promise<string> {
  const path = join(folder, `${name}.parquet`);
  const duck = await Duck.open();
  await duck.connection.run(`COPY (${query}) TO ${sqlText(path)} (FORMAT parquet)`);
  duck.close();
  return path;
}

async function read(path: string | undefined, given: Record<string, string> = {}): Promise<MemorySink> {
  const sink = new MemorySink('test', 'lenient');
  const options = Object.fromEntries(
    Object.entries(PARQUET_FILE.options).map(([name, option]) => [name, given[name] ?? option.default]),
  );
  const context = { fileName: 'x.parquet', options, ...(path === undefined ? {} : { path }) };
  const normaliser = PARQUET_FILE.open(context, sink);
  normaliser.endPage();
  for await (const _step of normaliser.rest!()) expect(sink.counts()).toBeDefined();
  normaliser.end();
  return sink;
}

describe('Parquet files', () => {
  it('bars by the names of their columns, prices exact, absent values absent', async () => {
    const path = await parquet(
      'bars',
      `SELECT TIMESTAMP '2024-01-02 14:30:00' + i * INTERVAL 1 MINUTE AS timestamp, 100.01 + i AS open, 100.5 + i AS high, 99.5 + i AS low,
       CAST(100.25 + i AS DOUBLE) AS close, CASE WHEN i = 1 THEN NULL ELSE 10 * i END AS volume FROM range(3000) t(i)`,
    );
    const sink = await read(path, { symbol: 'ACME' });
    expect(sink.counts()).toEqual({ bar: 3000 });
    const bars = sink.records('bar');
    expect(bars[0]).toMatchObject({
      symbol: 'ACME',
      tsEvent: ns('2024-01-02T14:30Z'),
      intervalS: 60,
      open: 100.01,
      close: 100.25,
      volume: 0,
    });
    expect(bars[1]!.volume).toBeNull();
    expect(bars.map(({ sourceIndex }) => sourceIndex)).toEqual(bars.map((_bar, index) => index));
  });

  it('other columns by a mapping file', async () => {
    const path = await parquet(
      'ticks',
      "SELECT * FROM (VALUES (1700000000123, 1234567, 5, 'B'), (1700000000124, 1234568, 6, 'Z')) t(ms, px, n, s)",
    );
    const mapping = join(folder, 'ticks.yaml');
    writeFileSync(
      mapping,
      'schema: trade\ncolumns:\n  tsEvent: { column: ms, format: ms }\n  price: { column: px, scale: 0.0001 }\n  qty: n\n  aggressor: { column: s, words: { B: buy } }\nconstants: { kind: regular, symbol: X }\n',
    );
    const sink = await read(path, { mapping });
    expect(sink.records('trade')).toMatchObject([
      { tsEvent: 1_700_000_000_123_000_000n, price: 123.4567, qty: 5, aggressor: 'buy' },
    ]);
    expect([...sink.quarantine.counts]).toEqual([['unknown-word', 1]]);
  });

  it('columns that say nothing, a missing symbol, a damaged file and none at all are refused', async () => {
    const odd = await parquet('odd', 'SELECT 1 AS a');
    await expect(read(odd, { symbol: 'X' })).rejects.toThrow(/names a mapping file/);
    const quotes = await parquet(
      'quotes',
      "SELECT TIMESTAMP '2024-01-02 14:30:00' AS time, 1.5 AS bid, 1.6 AS ask",
    );
    await expect(read(quotes)).rejects.toThrow(/symbol needs a value/);
    expect((await read(quotes, { symbol: 'X' })).records('bbo')).toMatchObject([
      { bidPrice: 1.5, askPrice: 1.6 },
    ]);
    const broken = join(folder, 'broken.parquet');
    writeFileSync(broken, 'PAR1 and nothing behind it');
    await expect(read(broken, { symbol: 'X' })).rejects.toThrow(/whole and readable/);
    writeFileSync(broken, 'something else');
    await expect(read(broken, { symbol: 'X' })).rejects.toThrow(/where it lies/);
    await expect(read(undefined, { symbol: 'X' })).rejects.toThrow(/where it lies/);
    await expect(
      read(quotes, { basis: 'last', interval: 'x', mapping: join(folder, 'none') }),
    ).rejects.toThrow(/basis.*interval.*mapping/s);
  });

  it('a file is recognised by its first bytes', () => {
    expect(PARQUET_FILE.recognise(Buffer.from('PAR1....'), false, 'x')).toBe(true);
    expect(PARQUET_FILE.recognise(Buffer.from('PAR'), true, 'x.parquet')).toBe(false);
  });
});
