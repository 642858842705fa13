/** Examples run: the files of examples/, and every TypeScript block of a page that imports the package. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectFiles, ROOT } from './project-files.ts';

interface Example {
  readonly name: string;
  readonly text: string;
}

const TIMEOUT_MS = 60_000;
/** Inside the package, so that its own name can be imported; not below node_modules, where that would end. */
const FOLDER = join(ROOT, `.examples-${process.pid}`);

const files: readonly Example[] = projectFiles()
  .filter(({ path }) => path.startsWith('examples/') && path.endsWith('.ts'))
  .map(({ path, text }) => ({ name: path, text }));

const blocks: readonly Example[] = projectFiles()
  .filter(({ path }) => path.endsWith('.md'))
  .flatMap(({ path, text }) =>
    [...text.matchAll(/^```ts\n(.*?)^```/gms)].map((match, index) => ({
      name: `${path}, block ${index + 1}`,
      text: match[1]!,
    })),
  )
  .filter(({ text }) => text.includes("from 'market-twin'"));

function runExample({ text }: Example): { code: number | null; output: string; errors: string } {
  const path = join(FOLDER, 'example.ts');
  writeFileSync(path, text);
  const ended = spawnSync(process.execPath, ['--import', 'tsx', path], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  return { code: ended.status, output: ended.stdout, errors: ended.stderr };
}

describe('examples', () => {
  beforeAll(() => {
    // They import the package by name and so need it built from the sources as they are.
    const setup = spawnSync(process.execPath, ['scripts/setup.mjs'], { cwd: ROOT, encoding: 'utf8' });
    expect(setup.status, setup.stdout + setup.stderr).toBe(0);
    mkdirSync(FOLDER);
  });

  afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

  it('are there, in files and in pages', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(blocks.length).toBeGreaterThan(0);
  });

  it.each([...files, ...blocks].map((example) => [example.name, example] as const))(
    '%s runs, prints something, and prints the same again',
    (_, example) => {
      const first = runExample(example);
      expect(first.errors).toBe('');
      expect(first.code).toBe(0);
      expect(first.output.trim()).not.toBe('');
      expect(runExample(example).output).toBe(first.output);
    },
  );

  it('canary: an example that fails is seen', () => {
    expect(
      runExample({ name: '', text: "import { nothing } from 'market-twin';\nnothing();" }).code,
    ).not.toBe(0);
  });
});
