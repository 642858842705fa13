/** Every benchmark on a tiny input, twice: benchmarks that nobody runs rot, and a result that changes is no result. */

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const names = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3));
const folder = temporaryFolder('bench-smoke');

/** Messages of a workload: type, side, immediate or cancel, quantity, order id, price. */
const MESSAGES = [
  [0, 0, 0, 10, 1, 100],
  [0, 1, 0, 10, 2, 105],
  [2, 0, 0, 12, 1, 105],
  [0, 1, 1, 5, 3, 105],
  [1, 0, 0, 0, 1, 0],
  [1, 0, 0, 0, 9, 0],
] as const;
/** Reports of MESSAGES by hand: the replace trades 10, its rest of 2 trades with the third order, whose rest of 3 goes. */
const REPORTS = [
  '0,0,0,1,100,10',
  '0,1,1,2,105,10',
  '1,2,105,10,2,1',
  '3,2,0,1,105,12',
  '0,3,1,3,105,5',
  '1,3,105,2,1,3',
  '2,3,1,3,105',
  '4,4,1',
  '4,5,9',
];

function writeWorkload(): string {
  const bytes = new DataView(new ArrayBuffer(16 + MESSAGES.length * 40));
  bytes.setUint32(8, 1, true);
  bytes.setUint32(12, MESSAGES.length, true);
  MESSAGES.forEach(([type, side, ioc, qty, id, price], row) => {
    const at = 16 + row * 40;
    bytes.setUint8(at, type);
    bytes.setUint8(at + 1, side);
    bytes.setUint8(at + 2, ioc);
    bytes.setUint32(at + 4, qty, true);
    bytes.setUint32(at + 8, row, true);
    bytes.setUint32(at + 16, id, true);
    bytes.setUint32(at + 24, price, true);
  });
  const path = join(folder, 'workload.bin');
  writeFileSync(path, new Uint8Array(bytes.buffer));
  return path;
}

async function runTiny(name: string): Promise<Record<string, unknown>> {
  const files = name === 'yardstick' ? [writeWorkload()] : [];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', join('bench', `${name}.ts`), ...files, '--tiny'],
    { cwd: root },
  );
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0]!) as Record<string, unknown>;
}

describe('benchmarks', () => {
  it('each has a script of its name', () => {
    const scripts = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts;
    const missing = names.filter((name) => scripts[`bench:${name}`] !== `tsx bench/${name}.ts`);
    expect(names.length).toBeGreaterThanOrEqual(9);
    expect(missing).toEqual([]);
  });

  it.each(names)(
    '%s prints one line with workload, hash and ratio, and the same hash twice',
    async (name) => {
      const [first, second] = [await runTiny(name), await runTiny(name)];
      expect(first.bench).toBe(name);
      expect(first.workload).toMatch(/\d/);
      expect(first.baseline).toMatch(/\w/);
      expect(first.hash).toMatch(/^[0-9a-f]{8,}$/);
      expect(second.hash).toBe(first.hash);
      expect(first.ratio).toBeGreaterThan(0);
    },
  );

  it('the yardstick hashes the reports of a workload as its description says', async () => {
    const { createHash } = await import('node:crypto');
    const sorted = REPORTS.toSorted((a, b) => {
      const [typeA, sequenceA] = a.split(',').map(Number);
      const [typeB, sequenceB] = b.split(',').map(Number);
      return sequenceA! - sequenceB! || typeA! - typeB!;
    });
    const expected = createHash('sha256').update(sorted.join('\n')).digest('hex');
    const result = await runTiny('yardstick');
    expect(result.hash).toBe(expected);
    expect(result).toMatchObject({ trades: 2, reports: REPORTS.length });
  });
});
