/** The pages of vendors name everything that can be named in a request. */

import { describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../src/data/adapters/alphavantage/functions.ts';
import { ALPHA_VANTAGE } from '../../src/data/adapters/alphavantage/index.ts';
import { ENDPOINTS } from '../../src/data/adapters/polygon/endpoints.ts';
import { POLYGON } from '../../src/data/adapters/polygon/index.ts';
import { readProjectFile } from '../tidy/project-files.ts';

describe('pages of vendors', () => {
  const polygon = readProjectFile('docs/data/polygon.md');
  const alpha = readProjectFile('docs/data/alphavantage.md');

  it.each([
    ['polygon', POLYGON, polygon],
    ['alphavantage', ALPHA_VANTAGE, alpha],
  ] as const)('options and keys of %s are told', (_, adapter, page) => {
    const names = [...Object.keys(adapter.options), ...adapter.secrets.map(({ name }) => name)];
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('every endpoint of Polygon is told, beside a schema that it makes', () => {
    const rows = polygon.split('\n').filter((line) => line.startsWith('| `'));
    for (const { name, makes, ask } of ENDPOINTS) {
      if (ask === null) continue;
      const named = rows.filter((row) => row.includes(`\`${name}\``));
      expect([
        name,
        makes.some((schema) => named.some((row) => row.startsWith(`| \`${schema}\` |`))),
      ]).toEqual([name, true]);
    }
  });

  it('functions of Alpha Vantage are told, but for the lists of indicators and of the economy', () => {
    const told = FUNCTIONS.filter(({ makes, name }) => !makes.includes('alt') || name === 'SECTOR');
    expect(told.length).toBeGreaterThan(25);
    const isTold = (name: string): boolean =>
      alpha.includes(`\`${name}\``) || alpha.includes(`\`${name.slice(name.lastIndexOf('_'))}\``);
    expect(told.map(({ name }) => name).filter((name) => !isTold(name))).toEqual([]);
  });

  it('what is listed by default is asked by default', () => {
    const named = (page: string, column: number): string[] =>
      page
        .split('\n')
        .filter((line) => POLYGON.schemas.some((schema) => line.startsWith(`| \`${schema}\` |`)))
        .flatMap((line) =>
          [...(line.split('|')[column] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name!),
        );
    const byName = new Map(ENDPOINTS.map((one) => [one.name, one]));
    const [byDefault, others] = [named(polygon, 2), named(polygon, 3)].map((names) =>
      names.filter((name) => byName.has(name)),
    );
    expect(byDefault!.length).toBeGreaterThan(10);
    // The universal snapshot is asked for figures alone, by the plan.
    const wrong = byDefault!.filter(
      (name) => name !== 'snapshot' && byName.get(name)!.ask?.isDefault !== true,
    );
    expect(wrong).toEqual([]);
    expect(others!.filter((name) => byName.get(name)!.ask?.isDefault === true)).toEqual([]);
  });
});
