import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { jsonOf, twin, twinIn } from '../support/twin.ts';

const folder = temporaryFolder('shipped');

describe('scenarios that come with the package', () => {
  it.each([['argument'], ['--scenario']])('run from any folder, given as %s, and verify', (way) => {
    const name = 'templates/spread-shock.yaml';
    const result = twinIn(folder, 'run', ...(way === 'argument' ? [name] : [way, name]), '--json');
    expect(result.stderr).toBe('');
    expect(jsonOf(result)).toMatchObject({ status: 'finished', folder: expect.stringMatching(/^runs/) });
    expect(jsonOf(twinIn(folder, 'verify', 'latest', '--json'))).toMatchObject({ isSame: true });
  });

  it('give way to a file of that path', () => {
    const own = readFileSync(new URL('../../configs/templates/spread-shock.yaml', import.meta.url), 'utf8');
    const place = join(folder, 'own');
    mkdirSync(join(place, 'templates'), { recursive: true });
    writeFileSync(
      join(place, 'templates/spread-shock.yaml'),
      own.replace('name: spread-shock', 'name: mine'),
    );
    const result = twinIn(place, 'run', './templates/spread-shock.yaml', '--json');
    expect(jsonOf(result).run).toContain('mine');
  });

  it('are listed, each with the first line of its header', () => {
    const { scenarios } = jsonOf(twin('run', '--list', '--json')) as {
      scenarios: { name: string; about: string }[];
    };
    expect(scenarios.map(({ name }) => name)).toContain('exchange-day.yaml');
    expect(scenarios.length).toBeGreaterThanOrEqual(18);
    const lines = twin('run', '--list').stdout.split('\n');
    for (const { name, about } of scenarios) {
      expect(about).toMatch(/^[A-Z].*\.$/);
      expect(lines.some((line) => line.startsWith(name) && line.endsWith(about))).toBe(true);
    }
  });
});
