import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EXECUTION_CAUSES, ROW_CAUSES } from '../../src/replay/causes.ts';

const PAGE = new URL('../../docs/replay.md', import.meta.url);
const TABLE = /(<!-- causes -->\n).*(\n<!-- end of causes -->)/s;

function causesTable(): string {
  const rows = ROW_CAUSES.map(([, name, explanation]) => `| row | \`${name}\` | ${explanation} |`);
  const executions = Object.entries(EXECUTION_CAUSES).map(
    ([name, cause]) =>
      `| execution, ${cause.isExcused ? 'excused' : 'missed'} | \`${name}\` | ${cause.explanation} |`,
  );
  return ['| of a | cause | meaning |', '| --- | --- | --- |', ...rows, ...executions].join('\n');
}

it('the replay page lists every cause that a replay may name', () => {
  const page = readFileSync(PAGE, 'utf8');
  const table = causesTable();
  if (process.env.UPDATE_GOLDEN === '1')
    writeFileSync(
      PAGE,
      page.replace(TABLE, (_, head, tail) => head + table + tail),
    );
  else expect(TABLE.exec(page)?.[0]).toBe(`<!-- causes -->\n${table}\n<!-- end of causes -->`);
});
