import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { jsonOf, twin } from '../support/twin.ts';

const folder = mkdtempSync(join(tmpdir(), 'twin-full-'));
const disk = join(folder, 'disk');
mkdirSync(disk);
/** A disk of 2 MB, where the machine lets us make one. */
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]).status === 0;
if (!isMounted) console.warn('skipped: mounting a small disk needs the right to mount');

afterAll(() => {
  if (isMounted) execFileSync('umount', [disk]);
  rmSync(folder, { recursive: true, force: true });
});

it.skipIf(!isMounted)(
  'a disk that fills up ends the run with its cause, and what was written stays readable',
  () => {
    const scenario = join(folder, 'day.yaml');
    writeFileSync(
      scenario,
      'name: big\ninstruments: [{ symbol: A, referencePrice: 10 }]\nagents: [{ kind: randomFlow, name: x, count: 50, limitRates: [2, 1], marketRate: 1, cancelRates: [0.7] }]\n',
    );
    const runs = join(disk, 'runs');
    const result = twin('run', scenario, '--runs', runs);
    expect(result.stderr).toContain('error RUNS_WRITE: ');
    expect(result.stderr).toContain('mend: Free space');
    expect(result.stderr).not.toMatch(/\n\s+at /);
    expect(result.status).toBe(1);
    const [entry] = jsonOf(twin('runs', 'ls', '--runs', runs, '--json')).runs as {
      id: string;
      status: string;
    }[];
    expect(['failed', 'interrupted']).toContain(entry!.status);
    const exported = twin(
      'export',
      entry!.id,
      '--to',
      'csv',
      '--runs',
      runs,
      '--json',
      '--out',
      join(folder, 'rest.csv'),
    );
    expect(jsonOf(exported).records).toBeGreaterThan(10_000);
  },
);
