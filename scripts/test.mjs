// Types, lint and tests: `npm test`. Arguments go to Vitest (`npm test -- src/sim`). The last line printed is always the
// count; types and lint count as one each.

import './support/check-node.mjs';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare, ROOT, SetupFailure } from './support/prepare.mjs';
import { isStopped, runNode } from './support/run-child.mjs';

const CHECKS = [
  { name: 'types', args: ['node_modules/ts7/bin/tsc', '-p', 'tsconfig.json'] },
  { name: 'lint', args: ['node_modules/@biomejs/biome/bin/biome', 'check', '.'] },
];

process.exitCode = await main();

async function main() {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const problems = [];
  let code = 0;
  try {
    // A source that does not compile is the types check's to report; the tests then have no dist/ to run.
    await prepare();
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    console.error(error.message);
    total.failed++;
    problems.push('setup');
    code = error.exitCode;
  }
  for (const { name, args } of CHECKS) {
    if (isStopped(code) || problems.includes('setup')) break;
    const ended = await runNode(args, { cwd: ROOT });
    console.log(`${name}: ${ended === 0 ? 'passed' : 'failed'}`);
    total[ended === 0 ? 'passed' : 'failed']++;
    if (ended !== 0) problems.push(name);
    code = isStopped(ended) ? ended : Math.max(code, ended === 0 ? 0 : 1);
  }
  if (!isStopped(code) && !problems.includes('setup')) {
    const tests = await runTests(process.argv.slice(2));
    for (const key of Object.keys(total)) total[key] += tests.counts[key];
    if (tests.code !== 0) problems.push('tests');
    code = isStopped(tests.code) ? tests.code : Math.max(code, tests.code);
  }
  if (isStopped(code)) {
    problems.push('stopped before the end');
    if (total.failed === 0) total.failed = 1;
  }
  if (problems.length > 0) console.log(`failed: ${problems.join(', ')}`);
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return code;
}

async function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'market-twin-test-'));
  const summary = join(folder, 'summary.json');
  try {
    // TWIN_BUILT: tests of the command line may take dist/, which is as the sources are.
    const code = await runNode(
      [
        'node_modules/vitest/vitest.mjs',
        'run',
        '--reporter=default',
        '--reporter=./tests/support/summary-reporter.ts',
        ...args,
      ],
      { cwd: ROOT, env: { ...process.env, TWIN_TEST_SUMMARY: summary, TWIN_BUILT: '1' } },
    );
    const counts = readCounts(summary);
    // A runner that failed without a failed test, or that ended without a word, is itself the failure.
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    return { code: code === 0 && counts.failed > 0 ? 1 : code, counts };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readCounts(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
