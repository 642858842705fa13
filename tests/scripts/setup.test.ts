/** The scripts behind npm run setup, npm start and npm test, in clones with programs that only pretend. */

import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { Clone } from './clone.ts';

const folder = temporaryFolder('scripts');
let clones = 0;

function makeClone(): Clone {
  return new Clone(join(folder, `clone-${++clones}`));
}

async function makeReadyClone(): Promise<Clone> {
  const clone = makeClone();
  expect((await clone.run(['scripts/setup.mjs'])).code).toBe(0);
  clone.calls();
  return clone;
}

/** Makes a file look changed a moment from now. */
function touch(clone: Clone, path: string): void {
  const later = Date.now() / 1000 + 10;
  utimesSync(join(clone.folder, path), later, later);
}

const INSTALL = 'npm ci --include=dev --no-audit --no-fund';
const BUILD = 'tsc -p tsconfig.build.json --noEmitOnError --outDir ./dist.new';

describe('setup', () => {
  it('installs and builds in a fresh clone, and says why', async () => {
    const clone = makeClone();
    const ended = await clone.run(['scripts/setup.mjs']);
    expect(ended.code).toBe(0);
    expect(clone.calls()).toEqual([INSTALL, BUILD]);
    expect(ended.output).toContain('the packages are not installed yet; running npm ci');
    expect(ended.output).toContain('dist/ is not built yet; compiling');
    expect(ended.lastLine).toBe('setup: ready');
    expect(clone.has('dist/cli/main.js')).toBe(true);
    expect(clone.has('.setup-lock')).toBe(false);
  });

  it('does nothing when nothing has changed', async () => {
    const clone = await makeReadyClone();
    expect((await clone.run(['scripts/setup.mjs'])).output).toBe('setup: ready\n');
    expect(clone.calls()).toEqual([]);
  });

  it('installs again when the lock file says something else, not when it was only touched', async () => {
    const clone = await makeReadyClone();
    touch(clone, 'package-lock.json');
    expect((await clone.run(['scripts/setup.mjs'])).code).toBe(0);
    expect(clone.calls()).toEqual([]);
    clone.append('package-lock.json', '\n');
    touch(clone, 'package-lock.json');
    const ended = await clone.run(['scripts/setup.mjs']);
    expect(ended.output).toContain('package-lock.json is newer than the installed packages');
    expect(clone.calls()).toEqual([INSTALL, BUILD]);
  });

  it('builds again when a source is changed, added or removed, not when a test is', async () => {
    const clone = await makeReadyClone();
    clone.write('src/cli/main.test.ts', 'nothing');
    await clone.run(['scripts/setup.mjs']);
    expect(clone.calls()).toEqual([]);
    clone.append('src/cli/main.ts', '// more\n');
    expect((await clone.run(['scripts/setup.mjs'])).output).toContain(
      'the sources changed since dist/ was built',
    );
    expect(clone.calls()).toEqual([BUILD]);
    clone.write('src/added.ts', '');
    await clone.run(['scripts/setup.mjs']);
    expect(clone.calls()).toEqual([BUILD]);
    expect(clone.has('dist/added.js')).toBe(true);
    rmSync(join(clone.folder, 'src/added.ts'));
    await clone.run(['scripts/setup.mjs']);
    expect(clone.calls()).toEqual([BUILD]);
    expect(clone.has('dist/added.js')).toBe(false);
  });

  it('keeps the old dist/ and the exit code of the compiler when a source does not compile', async () => {
    const clone = await makeReadyClone();
    clone.append('src/cli/main.ts', '// ERROR\n');
    const ended = await clone.run(['scripts/setup.mjs']);
    expect(ended.code).toBe(2);
    expect(ended.errors).toBe('src/ does not compile; the errors are above\n');
    expect(clone.read('dist/cli/main.js')).not.toContain('ERROR');
    expect(clone.has('dist.new')).toBe(false);
  });

  it('tries an installation three times, then ends with its code and without a stack trace', async () => {
    const clone = makeClone();
    const ended = await clone.run(['scripts/setup.mjs'], { FAKE_NPM_CODE: '7' });
    expect(ended.code).toBe(7);
    expect(clone.calls()).toEqual([INSTALL, INSTALL, INSTALL]);
    expect(ended.errors).toBe('npm ci failed with code 7; its messages are above\n');
    expect(clone.has('.setup-lock')).toBe(false);
  });

  it('runs once when three start together', async () => {
    const clone = makeClone();
    const together = [1, 2, 3].map(() => clone.run(['scripts/setup.mjs'], { FAKE_NPM_MS: '700' }));
    const ended = await Promise.all(together);
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(clone.calls()).toEqual([INSTALL, BUILD]);
  });

  it('takes over the lock of a process that is gone', async () => {
    const clone = makeClone();
    // A process id that no system gives out.
    clone.write('.setup-lock/pid', '4194999');
    expect((await clone.run(['scripts/setup.mjs'])).code).toBe(0);
    expect(clone.calls()).toEqual([INSTALL, BUILD]);
  });

  it('passes a signal on while installing, gives the lock back, and ends with its code', async () => {
    const clone = makeClone();
    const ended = await clone.run(['scripts/setup.mjs'], { FAKE_NPM_MS: '60000' }, (output, kill) => {
      if (output.includes('running npm ci')) setTimeout(() => kill('SIGINT'), 300);
    });
    expect(ended.code).toBe(130);
    expect(clone.has('.setup-lock')).toBe(false);
  });

  it('says what it needs when Node is too old', async () => {
    const old =
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.1' } })";
    const preload = `data:text/javascript,${encodeURIComponent(old)}`;
    for (const script of ['setup', 'start', 'test']) {
      const ended = await makeClone().run(['--import', preload, `scripts/${script}.mjs`]);
      expect(ended.code).toBe(2);
      expect(ended.errors).toContain('needs Node 20.19 or newer: this is Node 18.20.1');
      expect(ended.errors).not.toContain('    at ');
    }
  });
});

describe('start', () => {
  it('sets up, runs the default config with further arguments, and keeps the exit code', async () => {
    const clone = makeClone();
    const ended = await clone.run(['scripts/start.mjs', '--seed', '7']);
    expect(JSON.parse(ended.lastLine)).toEqual([
      'run',
      join(clone.folder, 'configs/exchange-day.yaml'),
      '--seed',
      '7',
    ]);
    expect(ended.code).toBe(3);
  });

  it('leaves Ctrl-C to the command', async () => {
    const clone = await makeReadyClone();
    clone.write(
      'src/cli/main.ts',
      "process.on('SIGINT', () => { console.log('stopping'); process.exit(130); });\nsetInterval(() => {}, 1000);\nconsole.log('running');\n",
    );
    const ended = await clone.run(['scripts/start.mjs'], {}, (output, kill) => {
      if (output.includes('running')) kill('SIGINT');
    });
    expect(ended.lastLine).toBe('stopping');
    expect(ended.code).toBe(130);
  });
});

describe('test', () => {
  const FINE = { passed: 10, failed: 0, skipped: 2 };
  const env = (counts: object, more: Record<string, string> = {}): Record<string, string> => ({
    FAKE_COUNTS: JSON.stringify(counts),
    ...more,
  });

  it('counts types and lint as one test each, passes arguments on, and ends with the counting line', async () => {
    const clone = makeClone();
    const ended = await clone.run(['scripts/test.mjs', 'src/sim', '-t', 'lane'], env(FINE));
    expect(ended.lastLine).toBe('12 passed, 0 failed, 2 skipped');
    expect(ended.code).toBe(0);
    expect(clone.calls().at(-1)).toBe(
      'vitest run --reporter=default --reporter=./tests/support/summary-reporter.ts src/sim -t lane',
    );
  });

  it.each([
    ['types', { FAKE_TYPES_CODE: '1' }, FINE, '11 passed, 1 failed, 2 skipped'],
    ['lint', { FAKE_LINT_CODE: '1' }, FINE, '11 passed, 1 failed, 2 skipped'],
    [
      'tests',
      { FAKE_TESTS_CODE: '1' },
      { passed: 8, failed: 3, skipped: 0 },
      '10 passed, 3 failed, 0 skipped',
    ],
    ['the runner alone', { FAKE_TESTS_CODE: '1' }, FINE, '12 passed, 1 failed, 2 skipped'],
    [
      'a count that the runner forgot',
      {},
      { passed: 8, failed: 3, skipped: 0 },
      '10 passed, 3 failed, 0 skipped',
    ],
  ])('a failure of %s is counted on the last line and in the exit code', async (_, more, counts, line) => {
    const ended = await makeClone().run(['scripts/test.mjs'], env(counts, more));
    expect(ended.lastLine).toBe(line);
    expect(ended.code).toBe(1);
  });

  it('a runner that dies without a word is a failure', async () => {
    const ended = await makeClone().run(['scripts/test.mjs'], { FAKE_TESTS_CODE: '9' });
    expect(ended.lastLine).toBe('2 passed, 1 failed, 0 skipped');
    expect(ended.code).toBe(9);
  });

  it('a source that does not compile is a failure, and nothing else is run', async () => {
    const clone = makeClone();
    clone.append('src/cli/main.ts', '// ERROR\n');
    const ended = await clone.run(['scripts/test.mjs'], env(FINE));
    expect(ended.lastLine).toBe('0 passed, 1 failed, 0 skipped');
    expect(ended.code).toBe(2);
    expect(clone.calls().some((call) => call.startsWith('vitest'))).toBe(false);
  });
});
