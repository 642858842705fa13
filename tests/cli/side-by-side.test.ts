/** Several processes of `twin` on one lake at once: two ingests that write, and readers that look while they do. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTwin, type TwinResult, twin } from '../support/twin.ts';

const folder = temporaryFolder('side-by-side');
const lake = ['--lake', join(folder, 'lake')];
const [FILES, ROWS] = [6, 15_000];
const LETTERS = ['A', 'B', 'C'] as const;
/** C is there before the others come. */
const filesOf = (letter: (typeof LETTERS)[number]): number => (letter === 'C' ? 1 : FILES);
const LOCKED = /lock|busy|EEXIST|ENOENT/i;

const mapping = join(folder, 'trades.yaml');
writeFileSync(
  mapping,
  'schema: trade\ncolumns: { tsEvent: { column: ms, format: ms }, symbol: name, price: px, qty: size, sequence: n }\nconstants: { kind: regular }\n',
);

/** Files of one symbol, one after another in time. */
function writeTrades(symbol: string, files: number): string[] {
  return Array.from({ length: files }, (_, file) => {
    const rows = Array.from({ length: ROWS }, (_, row) => {
      const n = file * ROWS + row;
      return `${1_700_000_000_000 + 50 * n},${symbol},${100 + (n % 7)},${1 + (n % 5)},${n}`;
    });
    const path = join(folder, `${symbol}-${file}.csv`);
    writeFileSync(path, `${['ms,name,px,size,n', ...rows].join('\n')}\n`);
    return path;
  });
}

/** Starts `twin` and gives what it said when it has ended. */
function ended(...args: readonly string[]): Promise<TwinResult> {
  const child = startTwin(...args);
  let [stdout, stderr] = ['', ''];
  child.stdout!.on('data', (bytes: Buffer) => {
    stdout += bytes.toString();
  });
  child.stderr!.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

const ingest = (symbol: string, files: number): Promise<TwinResult> =>
  ended(
    ...['ingest', 'file', ...writeTrades(symbol, files), '--format', 'csv', '--option', `mapping=${mapping}`],
    ...['--name', `trades-${symbol.toLowerCase()}`, '--runs', join(folder, 'runs'), ...lake, '--json'],
  );

const COUNTS =
  'select symbol, count(*) n, count(distinct sequence) numbers from trade group by all order by symbol';

describe('twin on one lake, side by side', () => {
  it('two ingests and their readers end without a lost dataset, a lost record or an error of a lock', async () => {
    expect((await ingest('C', 1)).status).toBe(0);
    const writers = LETTERS.slice(0, 2).map((letter) => ingest(letter, FILES));
    let isWriting = true;
    const written = Promise.all(writers).finally(() => {
      isWriting = false;
    });
    /** What readers saw while the ingests ran. */
    const seen: TwinResult[] = [];
    const reader = async (...args: readonly string[]): Promise<void> => {
      while (isWriting) seen.push(await ended('data', ...args, ...lake, '--json'));
    };
    await Promise.all([written, reader('ls'), reader('sql', COUNTS)]);

    for (const { status, stderr } of await written) {
      expect(stderr).not.toMatch(LOCKED);
      expect(status).toBe(0);
    }
    expect(seen.length).toBeGreaterThanOrEqual(2);
    for (const { status, stderr } of seen) expect([status, stderr]).toEqual([0, '']);
    // Whatever a reader met, it was whole: no number twice, and C as it was before.
    const tables = seen.flatMap(({ stdout }) => (JSON.parse(stdout) as { rows?: unknown[][] }).rows ?? []);
    expect(tables.every(([, records, numbers]) => String(records) === String(numbers))).toBe(true);
    const ofC = tables.filter(([symbol]) => symbol === 'C').map(([, records]) => Number(records));
    expect([ofC.length > 0, ofC.every((records) => records === ROWS)]).toEqual([true, true]);

    const list = (): { datasets: Record<string, unknown>[] } =>
      JSON.parse(twin('data', 'ls', ...lake, '--json').stdout);
    const listed = list();
    expect(listed.datasets.map(({ id }) => id).sort()).toEqual(['trades-a', 'trades-b', 'trades-c']);
    const asked = twin('data', 'sql', COUNTS, ...lake, '--json');
    expect((JSON.parse(asked.stdout) as { rows: unknown[][] }).rows.map((row) => row.map(String))).toEqual(
      LETTERS.map((letter) => [letter, String(filesOf(letter) * ROWS), String(filesOf(letter) * ROWS)]),
    );
    // The catalogue says what the files say.
    expect(twin('data', 'rebuild', ...lake).status).toBe(0);
    expect(list()).toEqual(listed);
  }, 180_000);
});
