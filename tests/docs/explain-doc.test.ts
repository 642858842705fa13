/** docs/explain.md has the endings and obstacles of the code, and an explanation as the code gives it. */

import { describe, it } from 'vitest';
import { ENDINGS, OBSTACLES, renderExplanation } from '../../src/runs/index.ts';
import { explainScript } from '../support/explain-script.ts';
import { expectGoldenSection } from '../support/golden-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PAGE = 'docs/explain.md';
const folder = temporaryFolder('explain-doc');

const SCRIPT = `
  sell 300 @ 10003 acct=11
  buy 100 @ 10000 acct=12
  buy 200 @ 10000 acct=3
  buy 400 @ 10000 acct=4
  sell 150 @ 10000 ioc acct=21
  cancel 3 acct=3
  sell 100 @ 10000 ioc acct=22
  + fee 4 trade=3 micro=-200000 acct=4
  buy 50 @ 10000 acct=12
  replace 4 qty=400 px=10001 acct=4
  sell 100 @ 10002 acct=11
  cancel 4 acct=4`;

function table(head: string, rows: Readonly<Record<string, string>>): string {
  const lines = Object.entries(rows).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
  return `${[`| ${head} | meaning |`, '| --- | --- |', ...lines].join('\n')}\n`;
}

describe('docs/explain.md', () => {
  it('lists every ending and every obstacle', () => {
    expectGoldenSection(PAGE, 'endings', table('ending', ENDINGS));
    expectGoldenSection(PAGE, 'obstacles', table('obstacle', OBSTACLES));
  });

  it('shows an explanation as it is', () => {
    const groupOf = (accountId: number): string =>
      accountId < 10 ? 'patient' : accountId < 20 ? 'makers' : 'takers';
    const explanation = explainScript(folder, SCRIPT, 4, {}, { groupOf });
    expectGoldenSection(PAGE, 'example', `\`\`\`text\n${renderExplanation(explanation)}\n\`\`\`\n`);
  });
});
