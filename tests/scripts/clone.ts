/**
 * A small clone in a folder of its own: our scripts as they are, with programs in place of npm, compiler, linter and
 * test runner that write down how they were called and do what the test wants.
 */

import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Installs what an installation of the project has: the compiler, the linter, the runner. */
const NPM = `
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
const code = Number(process.env.FAKE_NPM_CODE ?? 0);
process.on('exit', () => {});
await new Promise((resolve) => setTimeout(resolve, Number(process.env.FAKE_NPM_MS ?? 0)));
const { appendFileSync } = await import('node:fs');
appendFileSync('calls.log', 'npm ' + process.argv.slice(2).join(' ') + '\\n');
if (code !== 0) process.exit(code);
rmSync('node_modules', { recursive: true, force: true });
cpSync('tools', 'node_modules', { recursive: true });
writeFileSync('node_modules/.package-lock.json', '{}');
`;

/** With --outDir: "compiles" each source by copying it. A source with the word ERROR does not compile. */
const TSC = `#!/usr/bin/env node
const fs = require('node:fs');
const path = require('node:path');
fs.appendFileSync('calls.log', 'tsc ' + process.argv.slice(2).join(' ').replace(process.cwd(), '.') + '\\n');
const names = fs.readdirSync('src', { recursive: true }).filter((name) => name.endsWith('.ts'));
const texts = names.map((name) => fs.readFileSync(path.join('src', name), 'utf8'));
if (texts.some((text) => text.includes('ERROR'))) { console.log('src/x.ts: does not compile'); process.exit(2); }
const out = process.argv[process.argv.indexOf('--outDir') + 1];
if (process.argv.includes('--outDir')) names.forEach((name, i) => {
  const target = path.join(out, name.replace(/\\.ts$/, '.js'));
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, texts[i]);
});
else process.exit(Number(process.env.FAKE_TYPES_CODE ?? 0));
`;

const BIOME = 'process.exit(Number(process.env.FAKE_LINT_CODE ?? 0));\n';

const VITEST = `
import { appendFileSync, writeFileSync } from 'node:fs';
appendFileSync('calls.log', 'vitest ' + process.argv.slice(2).join(' ') + '\\n');
if (process.env.FAKE_COUNTS) writeFileSync(process.env.TWIN_TEST_SUMMARY, process.env.FAKE_COUNTS);
console.log('the summary of the runner');
process.exit(Number(process.env.FAKE_TESTS_CODE ?? 0));
`;

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
  readonly lastLine: string;
}

export class Clone {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    cpSync(join(ROOT, 'scripts'), join(folder, 'scripts'), { recursive: true });
    this.write('package.json', '{ "type": "module" }');
    this.write('package-lock.json', '{ "lockfileVersion": 3 }');
    this.write('tsconfig.json', '{}');
    this.write('tsconfig.build.json', '{}');
    this.write(
      'src/cli/main.ts',
      'console.log(JSON.stringify(process.argv.slice(2)));\nprocess.exitCode = 3;\n',
    );
    this.write('npm/npm-cli.js', NPM);
    this.write('tools/ts7/bin/package.json', '{ "type": "commonjs" }');
    this.write('tools/ts7/bin/tsc', TSC);
    this.write('tools/@biomejs/biome/bin/biome', BIOME);
    this.write('tools/vitest/vitest.mjs', VITEST);
  }

  write(path: string, text: string): void {
    const target = join(this.folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }

  append(path: string, text: string): void {
    appendFileSync(join(this.folder, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  /** Calls of the programs since the last look. */
  calls(): string[] {
    const path = join(this.folder, 'calls.log');
    const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
    rmSync(path, { force: true });
    return lines;
  }

  /** Runs a script; `onOutput` may send it signals. */
  run(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    onOutput: (output: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
  ): Promise<Ended> {
    const child = spawn(process.execPath, args, {
      cwd: this.folder,
      env: { ...process.env, npm_execpath: join(this.folder, 'npm/npm-cli.js'), ...env },
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (part: Buffer) => {
      output += part.toString();
      onOutput(output, (signal) => child.kill(signal));
    });
    child.stderr.on('data', (part: Buffer) => {
      errors += part.toString();
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) =>
        resolve({ code, output, errors, lastLine: output.trimEnd().split('\n').at(-1) ?? '' }),
      );
    });
  }
}
