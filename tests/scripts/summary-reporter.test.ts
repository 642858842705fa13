/** The reporter of npm test, with the real runner on small files of tests. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = temporaryFolder('reporter');
let projects = 0;

function runTests(files: Readonly<Record<string, string>>): { code: number | null; lines: string[] } {
  const root = join(folder, `project-${++projects}`);
  mkdirSync(root);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  const { TWIN_TEST_SUMMARY: _, ...env } = process.env;
  const ended = spawnSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/vitest/vitest.mjs'),
      ...['run', '--root', root, '--globals', '--config', 'none.config.mjs'],
      `--reporter=${join(ROOT, 'tests/support/summary-reporter.ts')}`,
    ],
    { cwd: root, encoding: 'utf8', env: { ...env, CI: 'false' } },
  );
  return { code: ended.status, lines: ended.stdout.trimEnd().split('\n') };
}

const CONFIG = { 'none.config.mjs': 'export default {};' };

describe('the closing line', () => {
  it('counts what passed, failed and was skipped, and says why', () => {
    const { code, lines } = runTests({
      ...CONFIG,
      'a.test.js': `
        console.warn('skipped: shared/data/x is not beside the project');
        it('passes', () => {});
        it('fails', () => { expect(1).toBe(2); });
        it.skipIf(true)('needs the data', () => {});
        it('changes its mind', (context) => { context.skip('no browser here'); });
      `,
    });
    expect(code).toBe(1);
    expect(lines.at(-1)).toBe('1 passed, 1 failed, 2 skipped');
    const text = lines.join('\n');
    expect(text).toContain(
      'skipped 1, shared/data/x is not beside the project:\n  a.test.js > needs the data',
    );
    expect(text).toContain('skipped 1, no browser here:\n  a.test.js > changes its mind');
  });

  it('ends with code 0 when nothing failed', () => {
    const { code, lines } = runTests({ ...CONFIG, 'a.test.js': "it('passes', () => {});" });
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 0 skipped');
    expect(code).toBe(0);
  });

  it('counts a file that cannot be loaded, a hook that fails, and an error outside tests', () => {
    const broken = runTests({
      ...CONFIG,
      'a.test.js': "import './nowhere.js';\nit('never runs', () => {});",
    });
    expect(broken.lines.at(-1)).toBe('0 passed, 1 failed, 0 skipped');
    const hook = runTests({
      ...CONFIG,
      'a.test.js':
        "describe('x', () => { beforeAll(() => { throw new Error('no'); }); it('y', () => {}); });",
    });
    expect(hook.lines.at(-1)).toMatch(/^0 passed, 1 failed, [01] skipped$/);
    expect(hook.code).toBe(1);
    const stray = runTests({
      ...CONFIG,
      'a.test.js':
        "it('passes', async () => { setTimeout(() => { throw new Error('late'); }, 1); await new Promise((r) => setTimeout(r, 50)); });",
    });
    expect(stray.lines.at(-1)).toBe('1 passed, 1 failed, 0 skipped');
    expect(stray.code).toBe(1);
  });
});
