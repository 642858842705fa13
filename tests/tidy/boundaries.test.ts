/** Imports run downwards only, and into a folder only through its index.ts. The table is folder-rules.ts. */

import { dirname, join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { importsOf } from './code-text.ts';
import { FOLDER_RULES } from './folder-rules.ts';
import { folderOf, isTestFile, type ProjectFile, typeScriptBelow } from './project-files.ts';

/** Below these the test has not looked at the project. */
const FILES_MIN = 80;
const IMPORTS_MIN = 250;

const sources = typeScriptBelow('src/');

/** What is wrong with the imports of a file; empty when nothing is. */
function brokenImports({ path, text }: ProjectFile): string[] {
  const folder = folderOf(path);
  const rule = folder === null ? null : FOLDER_RULES[folder];
  if (rule === undefined) return [`${path}: folder ${folder} has no row in folder-rules.ts`];
  const broken: string[] = [];
  for (const { line, specifier } of importsOf(text)) {
    const problem = specifier.startsWith('.')
      ? problemOfFile(path, folder, join(dirname(path), specifier))
      : problemOfPackage(path, folder, specifier);
    if (problem !== null) broken.push(`${path}:${line}: '${specifier}': ${problem}`);
  }
  return broken;
}

function problemOfFile(path: string, folder: string | null, target: string): string | null {
  if (target.startsWith('tests/')) return isTestFile(path) ? null : 'production code imports no test code';
  if (!target.startsWith('src/')) return 'src imports nothing outside src';
  const other = folderOf(target);
  if (other === folder) return null;
  if (other === null) return 'src/index.ts is for those outside';
  if (target !== `src/${other}/index.ts`) return `folder ${other} is entered through its index.ts`;
  // src/index.ts is the package's face: it may name every folder.
  if (folder === null) return null;
  // A test may set the scene with folders above its own, as long as they are entered properly.
  if (isTestFile(path)) return null;
  const rule = FOLDER_RULES[folder]!;
  return rule.folders.includes(other) ? null : `${folder} must not import ${other}. ${rule.reason}`;
}

function problemOfPackage(path: string, folder: string | null, specifier: string): string | null {
  if (isTestFile(path) || specifier.startsWith('node:')) return null;
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)![0];
  const allowed = folder === null ? [] : FOLDER_RULES[folder]!.packages;
  return allowed.includes(name) ? null : `${folder ?? 'src'} must not import the package ${name}`;
}

describe('folder boundaries', () => {
  it('every import of src follows the table', () => {
    expect(sources.flatMap(brokenImports)).toEqual([]);
  });

  it('every folder has a row, and every row a folder', () => {
    const folders = new Set(sources.map(({ path }) => folderOf(path)).filter((folder) => folder !== null));
    expect([...folders].sort()).toEqual(Object.keys(FOLDER_RULES).sort());
  });

  it('the table has no circle, and pure folders stand on pure ones only', () => {
    const reach = (folder: string, seen: readonly string[]): void => {
      expect(seen, `${[...seen, folder].join(' -> ')}`).not.toContain(folder);
      for (const below of FOLDER_RULES[folder]!.folders) reach(below, [...seen, folder]);
    };
    for (const folder of Object.keys(FOLDER_RULES)) reach(folder, []);
    expect(FOLDER_RULES.market!.folders).not.toContain('sim');
    expect(FOLDER_RULES.sim!.folders).toEqual(['base']);
  });

  it('looked at the whole project', () => {
    expect(sources.length).toBeGreaterThan(FILES_MIN);
    expect(sources.flatMap(({ text }) => importsOf(text)).length).toBeGreaterThan(IMPORTS_MIN);
  });

  it.each([
    ['a forbidden folder', `import { World } from '../world/index.ts';`, 'market must not import world'],
    ['a forbidden type', `import type { World } from '../world/index.ts';`, 'market must not import world'],
    ['a re-export', `export * from '../sim/index.ts';`, 'market must not import sim'],
    ['a dynamic import', `const late = await import('../sim/index.ts');`, 'market must not import sim'],
    ['a way past the index', `import { X } from '../base/binary.ts';`, 'entered through its index.ts'],
    ['a package', `import { z } from 'zod';`, 'must not import the package zod'],
    [
      'an import over several lines',
      `import {\n  type A,\n} from '../data/index.ts';`,
      'market must not import data',
    ],
    ['test code', `import { x } from '../../tests/support/x.ts';`, 'no test code'],
  ])('canary: finds %s', (_, text, problem) => {
    const broken = brokenImports({ path: 'src/market/canary.ts', text });
    expect(broken).toHaveLength(1);
    expect(broken[0]).toContain(problem);
  });

  it('canary: a folder without a row, and words in comments and strings', () => {
    expect(brokenImports({ path: 'src/unknown/x.ts', text: '' })).toHaveLength(1);
    const text = `// import { World } from '../world/index.ts';\nconst s = "from '../world/index.ts'";`;
    expect(brokenImports({ path: 'src/market/canary.ts', text })).toEqual([]);
  });
});
