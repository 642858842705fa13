/** Everything that writes a lake besides an ingest, on one small lake: what `lake-faults.test.ts` breaks off at every step. */

import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { adjustDataset } from '../../src/data/actions/adjust-dataset.ts';
import { Lake } from '../../src/data/lake/lake.ts';
import { migrateDataset } from '../../src/data/lake/migrate.ts';
import { compactDataset, findWaste, prune, verifyDataset } from '../../src/data/lake/upkeep.ts';
import { fillDataset } from '../../src/data/quality/fill-dataset.ts';
import { ingestRecords } from '../../src/data/quality/lake-of-records.fixture.ts';
import { readmitRecords } from '../../src/data/quality/readmit.ts';
import { validateDataset } from '../../src/data/quality/validate.ts';

const OLD_LAKE = fileURLToPath(new URL('./lake-of-version-1', import.meta.url));
const NOON = 1_704_196_800_000_000_000n;
const MINUTE = 60_000_000_000n;

/** Jobs by name. Each can be done again, and then does what is left. */
export const LAKE_WORK: Readonly<Record<string, (lake: Lake) => Promise<unknown> | unknown>> = {
  readmit: (lake) => readmitRecords(lake, { dataset: 'base', reasons: [], set: { qty: '3' } }),
  fill: (lake) =>
    fillDataset(
      lake,
      {
        parent: 'base',
        bars: 'previous',
        quotes: 'none',
        everyS: 60,
        calendarOf: () => null,
        name: 'filled',
      },
      'test',
    ),
  adjust: (lake) =>
    adjustDataset(
      lake,
      { dataset: 'base', actions: 'actions', mode: 'splits', asOf: null, name: 'adjusted' },
      'test',
    ),
  mark: (lake) => validateDataset(lake, 'base', { mark: true }),
  compact: (lake) => compactDataset(lake, 'base'),
  migrate: (lake) => migrateDataset(lake, 'auctions'),
  prune: (lake) => prune(lake, { withRaw: true }),
};

/** Two venues with trades, bars and quotes, of which some are doubtful, missing or set aside; splits; a dataset of version 1. */
export async function makeLake(folder: string): Promise<void> {
  cpSync(OLD_LAKE, folder, { recursive: true });
  const lake = new Lake(folder);
  const trade = (n: number, more = {}) =>
    ({
      symbol: n % 2 === 0 ? 'AAA' : 'BBB',
      tsEvent: NOON + BigInt(n) * MINUTE,
      sequence: n,
      price: 100 + (n % 3),
      qty: 1 + n,
      kind: 'regular',
      ...more,
    }) as const;
  const bar = (n: number, close: number) =>
    ({
      symbol: 'AAA',
      tsEvent: NOON + BigInt(n) * MINUTE,
      intervalS: 60,
      basis: 'trade',
      adjusted: 'raw',
      open: close,
      high: close,
      low: close,
      close,
      volume: 1,
    }) as const;
  await ingestRecords(
    lake,
    'base',
    {
      trade: [
        ...Array.from({ length: 12 }, (_, n) => trade(n)),
        trade(12, { qty: -1 }),
        trade(13, { qty: -2 }),
      ],
      // The third is not that of its trades, two are missing behind it.
      bar: [bar(0, 100), bar(1, 101), bar(2, 50), bar(5, 100)],
      bbo: [0, 1, 2].map((n) => ({
        symbol: 'AAA',
        tsEvent: NOON + BigInt(n) * MINUTE - 1n,
        bidPrice: 10,
        askPrice: 11,
      })),
    },
    ['XNAS', 'XNYS'],
  );
  await ingestRecords(lake, 'actions', {
    corporate_action: [
      { symbol: 'AAA', tsEvent: NOON, kind: 'split', exDate: '2024-01-03', newShares: 2, oldShares: 1 },
    ],
  });
  // Twice the same files under another name: so that there is something to join.
  const { parts } = lake.dataset('base');
  const added = parts.map((part) => ({ ...part, path: part.path.replace('.parquet', 'x.parquet') }));
  for (const [at, { path }] of parts.entries())
    cpSync(join(lake.layout.data, path), join(lake.layout.data, added[at]!.path));
  lake.append('base', { line: 'replace', why: 'doubled', at: '', removed: [], added });
  // What nobody needs.
  mkdirSync(join(lake.layout.data, 'schema=trade', 'venue=GONE'), { recursive: true });
  for (const name of ['gone.a.0.parquet', 'gone.b.0.parquet'])
    writeFileSync(
      join(lake.layout.data, 'schema=trade', 'venue=GONE', name),
      'of a dataset that was removed',
    );
  for (const answer of ['first', 'second']) lake.raw.put(Buffer.from(answer), 'somewhere', 'text/plain');
  lake.close();
}

/** All that a lake holds, as a text, and what is wrong with it: files that are not what the journals say, locks, waste. */
export async function stateOf(
  folder: string,
): Promise<{ readonly text: string; readonly problems: unknown[] }> {
  const lake = new Lake(folder);
  const lines: string[] = [];
  const problems: unknown[] = [];
  try {
    for (const { id, isComplete, problem } of lake.list().toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
      const { readmitted, parts } = lake.dataset(id);
      lines.push(`${id} ${isComplete} ${[...readmitted].sort().join(' ')}`);
      lines.push(
        [...new Set(parts.map(({ schema, schemaVersion }) => `${schema} ${schemaVersion}`))]
          .sort()
          .join(', '),
      );
      problems.push(...(await verifyDataset(lake, id)), ...(problem === null ? [] : [problem]));
      if (lake.isHeld(id)) problems.push(`${id} is held`);
      const source = lake.source([id]);
      for (const schema of await source.schemas()) {
        for await (const batch of source.read({ schema })) {
          for (const row of batch.rows())
            lines.push(
              `${schema} ${JSON.stringify(row, (_name, value) => (typeof value === 'bigint' ? String(value) : value))}`,
            );
        }
      }
    }
    prune(lake, { withRaw: true });
    const { files, raw } = findWaste(lake);
    problems.push(...files, ...raw);
  } finally {
    lake.close();
  }
  return { text: lines.join('\n'), problems };
}
