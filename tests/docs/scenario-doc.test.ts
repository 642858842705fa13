import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { scenarioTable } from './scenario-table.ts';

const PAGE = new URL('../../docs/scenarios.md', import.meta.url);
const TABLE = /(<!-- table -->\n).*(\n<!-- end of table -->)/s;

it('the scenario page has the keys, ranges and defaults of the schema', () => {
  const page = readFileSync(PAGE, 'utf8');
  const table = scenarioTable();
  if (process.env.UPDATE_GOLDEN === '1')
    writeFileSync(
      PAGE,
      page.replace(TABLE, (_, head, tail) => head + table + tail),
    );
  else expect(TABLE.exec(page)?.[0]).toBe(`<!-- table -->\n${table}\n<!-- end of table -->`);
  expect(table.split('\n').length).toBeGreaterThan(25);
});
