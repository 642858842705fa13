/**
 * The pure folders have no clock, no chance of their own, no promise, no file and no locale: the same code runs in Node,
 * in a worker and in a browser tab, and says the same each time. Readers are held to the same, save that they may read files
 * and wait for them. `// det-ok: reason` at the end of a line is the only escape.
 */

import { describe, expect, it } from 'vitest';
import { codeOnly, importsOf } from './code-text.ts';
import { FOLDER_RULES, foldersOf } from './folder-rules.ts';
import { folderOf, isTestFile, type ProjectFile, typeScriptBelow } from './project-files.ts';

interface Ban {
  readonly pattern: RegExp;
  readonly reason: string;
  /** Readers may: they wait for one file after another, which leaves the order as it is. */
  readonly isForReaders?: false;
}

const BANS: readonly Ban[] = [
  { pattern: /\bDate\b/, reason: 'no wall clock: time comes in as an argument' },
  { pattern: /\bperformance\b|\bhrtime\b/, reason: 'no wall clock: time comes in as an argument' },
  { pattern: /\bTemporal\b/, reason: 'no wall clock: time comes in as an argument' },
  { pattern: /\bMath\.random\b/, reason: 'random numbers come from a named stream' },
  {
    pattern: /\bcrypto\b|\brandomUUID\b|\bgetRandomValues\b/,
    reason: 'random numbers come from a named stream',
  },
  {
    pattern: /\b(?:set|clear)(?:Timeout|Interval|Immediate)\b|\bqueueMicrotask\b|\brequestAnimationFrame\b/,
    reason: 'no timers: the kernel decides what comes next',
  },
  {
    pattern: /\bPromise\b|\basync\b|\bawait\b|\.then\(/,
    reason: 'no promises: their order depends on the path',
    isForReaders: false,
  },
  { pattern: /\bprocess\s*[.[]|=\s*process\b|\bglobalThis\b/, reason: 'no ambient state' },
  { pattern: /\bfetch\b|\bWorker\b|\brequire\b|\bimport\s*\(/, reason: 'no input, output or late loading' },
  {
    pattern: /\bIntl\b|\.toLocale\w*\b|\blocaleCompare\b/,
    reason: 'no locale: texts differ between machines',
  },
  { pattern: /\bconsole\b/, reason: 'no logging: what happens is in the events' },
  {
    pattern: /\bWeakRef\b|\bFinalizationRegistry\b/,
    reason: 'nothing that depends on when memory is collected',
  },
];

/** Folders of floats: nothing of theirs enters a world before it was rounded. */
const FLOAT_FOLDERS = ['math', 'fidelity', 'calibration'];

/** Their last bits differ between engines: kept in math, which gives rounded integers to the core. */
const TRANSCENDENTAL: Ban = {
  pattern:
    /\bMath\.(?:exp|expm1|log|log2|log10|log1p|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|cbrt|hypot)\b|\*\*/,
  reason: 'transcendental functions live in math',
};
/** Powers of two and of bigints are exact: `2 ** 48` and `10n ** n` are not what the ban is about. */
const EXACT_POWER = /\b(?:2|\d+n)\s*\*\*/g;

/** What readers may take from Node. */
const READER_PARTS = ['node:fs', 'node:fs/promises', 'node:path'];

const ESCAPE = /\/\/ det-ok: (.*)$/;
/** A reason is a few words, not a word. */
const ESCAPE_REASON_CHARS_MIN = 15;
const FILES_MIN = 50;

const isInScope = ({ path }: ProjectFile): boolean => {
  const folder = folderOf(path);
  return folder !== null && FOLDER_RULES[folder]?.purity !== 'edge' && !isTestFile(path);
};
const sources = typeScriptBelow('src/').filter(isInScope);

function impureLines({ path, text }: ProjectFile): string[] {
  const found: string[] = [];
  const lines = text.split('\n');
  const folder = folderOf(path)!;
  const isReader = foldersOf('reader').includes(folder);
  const bans = [...BANS, ...(FLOAT_FOLDERS.includes(folder) ? [] : [TRANSCENDENTAL])].filter(
    (ban) => !isReader || ban.isForReaders !== false,
  );
  codeOnly(text)
    .split('\n')
    .forEach((code, index) => {
      const excuse = ESCAPE.exec(lines[index]!);
      for (const ban of bans) {
        const looked = ban === TRANSCENDENTAL ? code.replaceAll(EXACT_POWER, '') : code;
        if (!ban.pattern.test(looked)) continue;
        if (excuse !== null && excuse[1]!.trim().length >= ESCAPE_REASON_CHARS_MIN) continue;
        found.push(`${path}:${index + 1}: ${ban.reason}: ${lines[index]!.trim()}`);
      }
    });
  for (const { line, specifier } of importsOf(text)) {
    if (isReader && READER_PARTS.includes(specifier)) continue;
    const isBuiltIn =
      specifier.startsWith('node:') || /^(?:fs|path|os|crypto|worker_threads)(?:\/|$)/.test(specifier);
    if (isBuiltIn) found.push(`${path}:${line}: no part of Node in a pure folder: ${specifier}`);
  }
  return found;
}

describe('pure folders', () => {
  it('hold nothing that depends on when, where or how often they run', () => {
    expect(sources.flatMap(impureLines)).toEqual([]);
  });

  it('were looked at, all of those that the design names', () => {
    expect(sources.length).toBeGreaterThan(FILES_MIN);
    const folders = new Set(sources.map(({ path }) => folderOf(path)));
    for (const folder of ['base', 'domain', 'math', 'sim', 'market', 'world', 'agents', 'scenarios']) {
      expect(folders).toContain(folder);
      expect(foldersOf('pure')).toContain(folder);
    }
    expect(foldersOf('reader')).toEqual(['replay']);
  });

  it('use the escape only where it is needed', () => {
    const idle = sources.flatMap(({ path, text }) => {
      const stripped = text.replaceAll(/\/\/ det-ok: .*$/gm, '');
      const banned = new Set(
        impureLines({ path, text: stripped }).map((line) => Number(/:(\d+):/.exec(line)![1])),
      );
      return text
        .split('\n')
        .flatMap((line, index) =>
          ESCAPE.test(line) && !banned.has(index + 1) ? [`${path}:${index + 1}`] : [],
        );
    });
    expect(idle).toEqual([]);
  });

  it.each([
    'const now = Date.now();',
    'const at = performance.now();',
    'const x = Math.random();',
    'setTimeout(go, 1);',
    'queueMicrotask(go);',
    'async function go() {}',
    'const x = await go();',
    'go().then(stop);',
    'const x: Promise<void> = go();',
    "import { readFileSync } from 'node:fs';",
    "import { join } from 'path';",
    'const seed = process.pid;',
    'const text = price.toLocaleString();',
    'const order = a.localeCompare(b);',
    'console.log(price);',
    'const x = Math.exp(y);',
    'const x = y ** 0.5;',
    `const text = \`\${Date.now()}\`;`,
    'const x = Math.log(2); // det-ok: short',
  ])('canary: finds %s', (text) => {
    expect(impureLines({ path: 'src/market/canary.ts', text })).toHaveLength(1);
  });

  it.each([
    '// Date.now() would differ each time',
    "const text = 'console.log(Math.random())';",
    'const RANK = 2 ** 48;',
    'const scale = 10n ** BigInt(decimals);',
    'const limit = 2n ** 51n;',
    'const update = 1; // the date of an update',
    'const x = Math.log(2); // det-ok: a constant, rounded before it is used',
  ])('canary: lets pass %s', (text) => {
    expect(impureLines({ path: 'src/market/canary.ts', text })).toEqual([]);
  });

  it('canary: readers may wait for files, but have no clock and no chance', () => {
    const found = (text: string) => impureLines({ path: 'src/replay/canary.ts', text });
    expect(found("import { open } from 'node:fs/promises';\nconst file = await open(path);")).toEqual([]);
    expect(found('const now = Date.now();')).toHaveLength(1);
    expect(found("import { cpus } from 'node:os';")).toHaveLength(1);
  });

  it('canary: math may use transcendental functions, but no clock', () => {
    expect(impureLines({ path: 'src/math/canary.ts', text: 'const x = Math.exp(y);' })).toEqual([]);
    expect(impureLines({ path: 'src/math/canary.ts', text: 'const x = Date.now();' })).toHaveLength(1);
  });
});
