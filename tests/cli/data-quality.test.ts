/** `twin data` about quality, as a user types it, on a small recording with a bad tick, a hole and an impossible row. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { twin } from '../support/twin.ts';

const folder = temporaryFolder('data-quality');
const places = ['--lake', join(folder, 'lake')];

function json(...args: readonly string[]): Record<string, unknown> {
  const { status, stdout, stderr } = twin('data', ...args, ...places, '--json');
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** 80 quotes, one of them at a wrong price, and one with a negative quantity; as a table of Tardis. */
function writeQuotes(): string {
  const rows = Array.from({ length: 80 }, (_, index) => {
    const us = 1_700_000_000_000_000 + index * 1_000_000 + (index >= 60 ? 5_000_000 : 0);
    const price = 100 + (index % 3) / 10 + (index === 50 ? 20 : 0);
    return `bitmex,XBTUSD,${us},${us + 10},${index === 40 ? -1 : 5},${price + 1},${price},5`;
  });
  const path = join(folder, 'bitmex_quotes_2023-11-14_XBTUSD.csv');
  const head = 'exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount';
  writeFileSync(path, `${[head, ...rows].join('\n')}\n`);
  return path;
}

/** Trades numbered from `from` up to, not including, `to`, as a table; and the mapping that reads it. */
function writeTrades(name: string, from: number, to: number): string {
  const rows = Array.from({ length: to - from }, (_, index) => {
    const n = from + index;
    return `${1_700_000_000_000 + 100 * n},${100 + (n % 7)},${1 + (n % 5)},${n}`;
  });
  const path = join(folder, name);
  writeFileSync(path, `${['ms,px,size,n', ...rows].join('\n')}\n`);
  return path;
}

describe('twin ingest --check', () => {
  const mapping = join(folder, 'trades.yaml');
  writeFileSync(
    mapping,
    'schema: trade\ncolumns: { tsEvent: { column: ms, format: ms }, price: px, qty: size, sequence: n }\nconstants: { kind: regular, symbol: A }\n',
  );
  // The second table repeats ten rows of the first, and five are missing before the third.
  const paths = [
    writeTrades('a.csv', 0, 200),
    writeTrades('b.csv', 190, 300),
    writeTrades('c.csv', 305, 320),
  ];
  const ingest = (...more: readonly string[]): Record<string, unknown> => {
    const { status, stdout } = twin(
      ...['ingest', 'file', ...paths, '--format', 'csv', '--option', `mapping=${mapping}`, ...more],
      ...['--runs', join(folder, 'runs'), ...places, '--json'],
    );
    expect(status).toBe(0);
    return JSON.parse(stdout) as Record<string, unknown>;
  };

  it('finds what the tasks cannot see by themselves, and writes it into the records', () => {
    expect(ingest('--name', 'apart')).toMatchObject({ counts: { trade: 325 }, quality: {}, check: null });
    const { check, hash } = ingest('--name', 'whole', '--check');
    expect(check).toMatchObject({
      records: 325,
      gaps: { sequence: { gaps: 1, missing: 5 } },
      schemas: [{ schema: 'trade', unmarked: { duplicate: 10, gapBefore: 1 } }],
    });
    const marked = json(
      'sql',
      'select sequence n from trade where quality & 2 > 0 order by n',
      '--datasets',
      'whole',
    );
    expect((marked.rows as string[][]).map(([n]) => Number(n))).toEqual(
      Array.from({ length: 10 }, (_, at) => 190 + at),
    );
    // The same again finds nothing new and changes no byte.
    const again = ingest('--name', 'whole', '--check');
    expect(again).toMatchObject({ hash, tasksSkipped: 3, check: { schemas: [{ unmarked: {} }] } });
  });
});

describe('twin data, about quality', () => {
  it('validates, lists gaps, fills them, and puts back what was set aside', () => {
    const ingest = twin(
      'ingest',
      'file',
      writeQuotes(),
      '--name',
      'q',
      '--runs',
      join(folder, 'runs'),
      ...places,
    );
    expect(ingest.status).toBe(0);
    const report = json('validate', 'q');
    expect(report).toMatchObject({ records: 79, setAside: { 'out-of-range': 1 }, gaps: {} });
    const [schema] = report.schemas as { quality: Record<string, number> }[];
    expect(schema!.quality).toEqual({ outlier: 1 });
    const switched = json('validate', 'q', '--check', 'outliers=off', '--check', 'outlierScore=50');
    expect(switched).toMatchObject({ records: 79 });
    expect(json('gaps', 'q')).toEqual({
      dataset: 'q',
      calendars: { bitmex: 'crypto-perp' },
      counts: {},
      gaps: [],
    });
    const filled = json('fill', 'q', '--quotes', 'previous', '--every', '2', '--name', 'f');
    expect(filled).toMatchObject({ dataset: 'f', records: 81, filled: { 'previous quotes': 2 } });
    const listed = json('quarantine', 'q', '--reason', 'out-of-range');
    expect(listed).toMatchObject({ reasons: [{ reason: 'out-of-range', setAside: 1, readmitted: 0 }] });
    const back = ['readmit', 'q', '--reason', 'out-of-range', '--set', 'askQty=1'];
    expect(json(...back)).toMatchObject({ readmitted: 1, before: 0 });
    expect(json(...back)).toMatchObject({ readmitted: 0, before: 1 });
    expect(json('validate', 'q')).toMatchObject({ records: 80, readmitted: 1 });
  });

  it('refuses what no check and no policy knows, all problems at once', () => {
    const wrong = twin('data', 'validate', 'q', '--check', 'speed=1', '--check', 'order=maybe', ...places);
    expect(wrong.status).not.toBe(0);
    expect(wrong.stderr).toMatch(/speed=1.*order=maybe/);
    const policy = twin('data', 'fill', 'q', '--policy', 'guess', '--every', '1', ...places);
    expect(policy.stderr).toMatch(/policy=guess \(allowed: none, previous, linear, fromTrades\)/);
  });

  it('expects bars by the calendar of the venue, and fills a day that is missing at its own midnight', () => {
    // Thanksgiving of 2018 was a Thursday: the Wednesday before and the short Friday are missing.
    const rows = ['20181120', '20181126'].map((day) => `${day} 00:00,2700000,2710000,2690000,2705000,1000`);
    const path = join(folder, 'spy.csv');
    writeFileSync(path, `${rows.join('\n')}\n`);
    const options = ['symbol=SPY', 'venue=XNAS', 'interval=86400'].flatMap((one) => ['--option', one]);
    const runs = ['--runs', join(folder, 'runs')];
    const ingest = twin(
      'ingest',
      'file',
      path,
      '--format',
      'lean',
      ...options,
      '--name',
      'd',
      ...runs,
      ...places,
    );
    expect(ingest.status).toBe(0);
    expect(json('validate', 'd')).toMatchObject({
      calendars: { XNAS: 'nasdaq' },
      gaps: { interval: { gaps: 1, missing: 2 } },
    });
    expect(json('gaps', 'd', '--calendar', 'always')).toMatchObject({ counts: { interval: { missing: 5 } } });
    expect(json('gaps', 'd', '--calendar', 'day')).toMatchObject({ calendars: { XNAS: 'day' }, gaps: [] });
    const filled = json('fill', 'd', '--policy', 'previous', '--name', 'fd');
    expect(filled).toMatchObject({ records: 4, filled: { 'previous bars': 2 } });
    const { records } = json('head', 'fd') as { records: { tsEvent: string }[] };
    const days = records.map(({ tsEvent }) => new Date(Number(BigInt(tsEvent) / 1_000_000n)).toISOString());
    expect(days.slice(1, 3)).toEqual(['2018-11-21T05:00:00.000Z', '2018-11-23T05:00:00.000Z']);
    const unknown = twin('data', 'gaps', 'd', '--calendar', 'tokyo', ...places);
    expect(unknown.stderr).toMatch(/DATA_REQUEST.*calendar=tokyo/);
    expect(unknown.status).toBe(2);
  });
});
