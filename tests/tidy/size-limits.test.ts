/** Length of files and functions: SIZE1 of STYLE.md. Exceptions stand in the tables with their reasons, and only there. */

import { describe, expect, it } from 'vitest';
import { functionsOf } from './code-text.ts';
import { isTestFile, projectFiles } from './project-files.ts';

const FILE_LINES_MAX = 600;
const FUNCTION_LINES_MAX = 70;

/** Files that may be longer, with the lines they may have and why. */
const LONG_FILES: Readonly<Record<string, { readonly lines: number; readonly reason: string }>> = {};

/** Functions that may be longer, as `path#name`. */
const LONG_FUNCTIONS: Readonly<Record<string, { readonly lines: number; readonly reason: string }>> = {};

const code = projectFiles().filter(({ path }) => /\.(?:ts|mjs)$/.test(path));
/** A describe block holds many functions and is none: batteries and test files are measured by the file. */
const measured = code.filter(({ path }) => !isTestFile(path) && !path.startsWith('tests/conformance/'));

const linesOf = (text: string): number => text.trimEnd().split('\n').length;

describe('size limits', () => {
  it(`no file is longer than ${FILE_LINES_MAX} lines`, () => {
    const long = code.flatMap(({ path, text }) => {
      const allowed = LONG_FILES[path]?.lines ?? FILE_LINES_MAX;
      return linesOf(text) > allowed ? [`${path}: ${linesOf(text)} lines`] : [];
    });
    expect(long).toEqual([]);
  });

  it(`no function is longer than ${FUNCTION_LINES_MAX} lines`, () => {
    const long = measured.flatMap(({ path, text }) =>
      functionsOf(text).flatMap(({ name, line, lines }) => {
        const allowed = LONG_FUNCTIONS[`${path}#${name}`]?.lines ?? FUNCTION_LINES_MAX;
        return lines > allowed ? [`${path}:${line}: ${name} has ${lines} lines`] : [];
      }),
    );
    expect(long).toEqual([]);
  });

  it('every exception is needed', () => {
    const idle = [
      ...Object.entries(LONG_FILES).filter(([path]) => {
        const file = code.find((one) => one.path === path);
        return file === undefined || linesOf(file.text) <= FILE_LINES_MAX;
      }),
      ...Object.entries(LONG_FUNCTIONS).filter(([key]) => {
        const [path, name] = key.split('#');
        const file = measured.find((one) => one.path === path);
        const spans = file === undefined ? [] : functionsOf(file.text);
        return !spans.some((span) => span.name === name && span.lines > FUNCTION_LINES_MAX);
      }),
    ].map(([key]) => key);
    expect(idle).toEqual([]);
  });

  it('looked at files and functions of every kind', () => {
    expect(code.length).toBeGreaterThan(120);
    const spans = measured.flatMap(({ text }) => functionsOf(text));
    expect(spans.length).toBeGreaterThan(600);
    const names = new Set(spans.map(({ name }) => name));
    // A method with a private name, a constructor, a static one, a function and one of a script.
    for (const name of ['#onCommand', 'constructor', 'resume', 'hashText', 'runChild']) {
      expect(names).toContain(name);
    }
  });
});

describe('the measure itself', () => {
  const body = (lines: number): string => `{\n${'  step();\n'.repeat(lines - 2)}}`;

  it.each([
    ['function go(): void ', 'go'],
    ['export async function go<T>(x: Map<T, { a: number }>): Promise<void> ', 'go'],
    ['const go = (x: number): number => ', 'go'],
    ['list.map((x) => ', '(arrow function)'],
    ['class A { #go(x: number): void ', '#go'],
    ['class A { static override go(x = { a: 1 }) ', 'go'],
    ['class A { get size(): number ', 'size'],
  ])('canary: finds a long body behind %s', (header, name) => {
    const spans = functionsOf(`${header}${body(80)}`);
    expect(spans).toContainEqual({ name, line: 1, lines: 80 });
  });

  it.each([
    'if (x) ',
    'for (const x of list) ',
    'switch (kind) ',
    'const x = ',
    'export interface A ',
    'try ',
  ])('does not take %s for a function', (header) => {
    expect(functionsOf(`${header}${body(80)}`)).toEqual([]);
  });
});
