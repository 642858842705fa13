/** What must stand in no file: unfinished work, silenced compilers, paths of one machine; and titles where readers look. */

import { describe, expect, it } from 'vitest';
import { codeOnly, lineAt } from './code-text.ts';
import { type ProjectFile, projectFiles } from './project-files.ts';

interface TextRule {
  readonly name: string;
  /** Files it looks at. */
  readonly isFor: (path: string) => boolean;
  /** Whether it looks at code alone, without comments and strings. */
  readonly inCode: boolean;
  readonly pattern: RegExp;
  readonly canaries: readonly string[];
}

const isCode = (path: string): boolean => /\.(?:ts|mjs)$/.test(path);
/** Split so that this file does not find itself. */
const word = (...parts: string[]): string => parts.join('');

const RULES: readonly TextRule[] = [
  {
    name: 'unfinished work is an issue, not a mark in the text',
    isFor: () => true,
    inCode: false,
    pattern: new RegExp(`\\b(?:${word('TO', 'DO')}|${word('FIX', 'ME')})\\b`, 'g'),
    canaries: [`// ${word('TO', 'DO')}: later`, `# ${word('FIX', 'ME')}`],
  },
  {
    name: 'no machine path',
    isFor: () => true,
    inCode: false,
    pattern: new RegExp(
      `(?:^|[\\s'"\`(=:])(?:/${word('wo', 'rk')}/|/${word('ho', 'me')}/|/${word('ro', 'ot')}/|/${word('Us', 'ers')}/|[A-Z]:\\\\)`,
      'gm',
    ),
    canaries: [`const path = '/${word('ho', 'me')}/ada/data';`, `see /${word('wo', 'rk')}/shared`],
  },
  {
    name: 'any needs a reason in a biome-ignore line above it',
    isFor: isCode,
    inCode: true,
    pattern: /(?<!biome-ignore[^\n]*\n[^\n]*)(?::\s*any\b|\bas any\b|<any\b|\bany\[\])/g,
    canaries: ['const x: any = 1;', 'return y as any;', 'const list: Array<any> = [];'],
  },
  {
    name: 'the compiler is not silenced',
    isFor: isCode,
    inCode: false,
    pattern: new RegExp(
      `@ts-${word('ign', 'ore')}|@ts-${word('noch', 'eck')}|@ts-${word('expect', '-error')}(?!: \\S)`,
      'g',
    ),
    canaries: [`// @ts-${word('ign', 'ore')}`, `// @ts-${word('expect', '-error')}`],
  },
  {
    name: 'no test is switched off or runs alone',
    isFor: (path) => path.endsWith('.ts'),
    inCode: true,
    pattern: /\b(?:it|test|describe)(?:\.each)?\.(?:only|skip|todo)\b(?!If)/g,
    canaries: ["it.only('x', go);", "describe.skip('x', go);", "it.todo('x');"],
  },
  {
    name: 'src writes nothing to the console outside the command line',
    isFor: (path) => path.startsWith('src/') && !path.startsWith('src/cli/') && !path.endsWith('.test.ts'),
    inCode: true,
    pattern: /\bconsole\./g,
    canaries: ["console.log('x');"],
  },
];

function breaksOf(rule: TextRule, { path, text }: ProjectFile): string[] {
  const looked = rule.inCode ? codeWithIgnores(text) : text;
  return [...looked.matchAll(rule.pattern)].map(
    (match) => `${path}:${lineAt(looked, match.index)}: ${match[0].trim()}`,
  );
}

/** Code without comments, save those that give a linter its reason. */
function codeWithIgnores(text: string): string {
  const code = codeOnly(text).split('\n');
  return text
    .split('\n')
    .map((line, index) => (/\/\/ biome-ignore [\w/]+: \S/.test(line) ? line : code[index]))
    .join('\n');
}

describe('text rules', () => {
  const files = projectFiles();

  it.each(RULES.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => {
    const looked = files.filter(({ path }) => rule.isFor(path));
    expect(looked.length).toBeGreaterThan(50);
    expect(looked.flatMap((file) => breaksOf(rule, file))).toEqual([]);
  });

  it.each(RULES.flatMap((rule) => rule.canaries.map((text) => [text, rule] as const)))(
    'canary: finds %s',
    (text, rule) => {
      expect(breaksOf(rule, { path: 'src/canary.ts', text })).toHaveLength(1);
    },
  );

  it('every page of documentation starts with one title', () => {
    const pages = files.filter(({ path }) => path.endsWith('.md'));
    expect(pages.length).toBeGreaterThan(10);
    const bad = pages.filter(({ text }) => {
      const titles = withoutFences(text).match(/^# .+$/gm) ?? [];
      return !/^# \S/.test(text) || titles.length !== 1;
    });
    expect(bad.map(({ path }) => path)).toEqual([]);
  });
});

function withoutFences(text: string): string {
  return text.replaceAll(/^```.*?^```/gms, '');
}
