import { describe, expect, it } from 'vitest';
import { shippedScenarios } from '../../src/services/index.ts';
import { expectGoldenSection } from '../support/golden-file.ts';
import { scenarioTable, shockTable } from './scenario-table.ts';

const PAGE = 'docs/scenarios.md';

describe('docs/scenarios.md', () => {
  it('has the keys, ranges and defaults of the schema', () => {
    const table = scenarioTable();
    expectGoldenSection(PAGE, 'keys', `${table}\n`);
    expect(table.split('\n').length).toBeGreaterThan(25);
  });

  it('has every kind of shock with its keys, ranges and defaults', () => {
    const table = shockTable();
    expectGoldenSection(PAGE, 'shocks', `${table}\n`);
    for (const kind of ['halt', 'marketWide', 'feedGap', 'orders'])
      expect(table).toContain(`| \`${kind}\` | |`);
  });

  it('has every template with the first line of its header', () => {
    const templates = shippedScenarios().filter(({ name }) => name.startsWith('templates/'));
    const rows = templates.map(({ name, about }) => `| [\`${name}\`](../configs/${name}) | ${about} |`);
    expectGoldenSection(
      PAGE,
      'templates',
      `${['| template | shows |', '| --- | --- |', ...rows].join('\n')}\n`,
    );
    expect(templates.length).toBeGreaterThanOrEqual(17);
  });
});
