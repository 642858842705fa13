/**
 * Closes a test run with one plain line, `N passed, N failed, N skipped`, and says before it why tests were skipped.
 * Files that cannot be loaded, hooks that fail and errors outside tests count as failures, and so does a test that
 * was never run to its end.
 *
 * With TWIN_TEST_SUMMARY the counts go into that file instead, for `scripts/test.mjs`, which adds types and lint.
 */

import { writeFileSync } from 'node:fs';
import type { UserConsoleLog } from 'vitest';
import type { Reporter, SerializedError, TestCase, TestModule, TestRunEndReason } from 'vitest/node';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** A line that a test file logs to say what it skips and why: see shared-data.ts. */
const SKIP_LOG = /^skipped: (.*)$/gm;

export default class SummaryReporter implements Reporter {
  readonly #logged = new Set<string>();

  onUserConsoleLog(log: UserConsoleLog): void {
    for (const match of log.content.matchAll(SKIP_LOG)) this.#logged.add(match[1]!);
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    const counts = countTests(modules);
    counts.failed += unhandled.length;
    if (reason === 'interrupted' && counts.failed === 0) counts.failed = 1;
    for (const line of this.#skipLines(modules)) process.stdout.write(`${line}\n`);
    const summary = process.env.TWIN_TEST_SUMMARY;
    if (summary === undefined) process.stdout.write(`${countLine(counts)}\n`);
    else writeFileSync(summary, JSON.stringify(counts));
  }

  /** Skipped tests by reason. */
  #skipLines(modules: readonly TestModule[]): string[] {
    const namesByReason = new Map<string, string[]>();
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const reason = reasonOf(test, this.#logged);
        const names = namesByReason.get(reason) ?? [];
        names.push(`${module.relativeModuleId} > ${test.fullName}`);
        namesByReason.set(reason, names);
      }
    }
    const lines: string[] = [];
    for (const [reason, names] of namesByReason) {
      lines.push(`skipped ${names.length}, ${reason}:`);
      for (const name of names) lines.push(`  ${name}`);
    }
    return lines;
  }
}

export function countLine(counts: Counts): string {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}

function countTests(modules: readonly TestModule[]): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    counts.failed += module.errors().length;
    for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') counts.passed++;
      else if (state === 'skipped') counts.skipped++;
      else counts.failed++;
    }
  }
  return counts;
}

function reasonOf(test: TestCase, logged: ReadonlySet<string>): string {
  const result = test.result();
  if (result.state === 'skipped' && result.note !== undefined) return result.note;
  if (test.options.mode === 'todo') return 'still to be written';
  return logged.size > 0 ? [...logged].join('; ') : 'no reason given';
}
