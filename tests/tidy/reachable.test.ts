/** No dead files: everything in src/ is reached from the package's entries, a test, a benchmark or an example. */

import { dirname, join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { importsOf } from './code-text.ts';
import {
  isTestFile,
  type ProjectFile,
  projectFiles,
  readProjectFile,
  typeScriptBelow,
} from './project-files.ts';

const ENTRIES = ['src/index.ts', 'src/cli/main.ts'];

function unreached(files: readonly ProjectFile[], isEntry: (path: string) => boolean): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = new Set<string>();
  const visit = (path: string): void => {
    const file = byPath.get(path);
    if (file === undefined || reached.has(path)) return;
    reached.add(path);
    for (const { specifier } of importsOf(file.text)) {
      if (specifier.startsWith('.')) visit(join(dirname(path), specifier));
    }
  };
  for (const { path } of files) if (isEntry(path)) visit(path);
  return files.map(({ path }) => path).filter((path) => path.startsWith('src/') && !reached.has(path));
}

describe('reachable files', () => {
  const files = projectFiles().filter(({ path }) => path.endsWith('.ts'));
  const isEntry = (path: string): boolean =>
    ENTRIES.includes(path) || isTestFile(path) || !path.startsWith('src/');

  it('no file of src is dead', () => {
    expect(unreached(files, isEntry)).toEqual([]);
  });

  it('no import leads nowhere', () => {
    const paths = new Set(files.map(({ path }) => path));
    const broken = files.flatMap(({ path, text }) =>
      importsOf(text)
        .filter(({ specifier }) => specifier.startsWith('.') && specifier.endsWith('.ts'))
        .filter(({ specifier }) => !paths.has(join(dirname(path), specifier)))
        .map(({ line, specifier }) => `${path}:${line}: ${specifier}`),
    );
    // Those who test the readers of this very text write imports that nobody follows.
    expect(broken.filter((line) => !line.startsWith('tests/tidy/'))).toEqual([]);
  });

  it('the entries that package.json names exist as sources', () => {
    const { bin, exports } = JSON.parse(readProjectFile('package.json')) as {
      bin: Record<string, string>;
      exports: Record<string, { types: string; default: string }>;
    };
    const built = [...Object.values(bin), ...Object.values(exports).map((entry) => entry.default)];
    const sources = built.map((path) => path.replace(/^(?:\.\/)?dist\//, 'src/').replace(/\.js$/, '.ts'));
    expect(sources.sort()).toEqual([...ENTRIES].sort());
    for (const source of sources) expect(typeScriptBelow('src/').map(({ path }) => path)).toContain(source);
  });

  it('canary: finds a file that nobody imports, and a ring of two', () => {
    const text = (from: string): string => `import { x } from '${from}';`;
    const planted = [
      { path: 'src/index.ts', text: text('./base/a.ts') },
      { path: 'src/base/a.ts', text: '' },
      { path: 'src/base/dead.ts', text: text('./a.ts') },
      { path: 'src/base/ring-one.ts', text: text('./ring-two.ts') },
      { path: 'src/base/ring-two.ts', text: text('./ring-one.ts') },
    ];
    const found = unreached(planted, (path) => path === 'src/index.ts');
    expect(found).toEqual(['src/base/dead.ts', 'src/base/ring-one.ts', 'src/base/ring-two.ts']);
  });
});
