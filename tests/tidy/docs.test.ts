/** What the pages name exists: files behind links, paths in code spans, npm scripts, exported names. */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { type ProjectFile, projectFiles, ROOT, readProjectFile } from './project-files.ts';

const pages = projectFiles().filter(({ path }) => path.endsWith('.md'));

/** Folders that a run or a build makes: named in the pages, absent in a fresh clone. */
const MADE_LATER = /^(?:dist|runs|node_modules)\//;

/** Anchor of a heading, as the usual renderers make it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

function anchorsOf(text: string): string[] {
  return [...withoutFences(text).matchAll(/^#{1,6} (.+)$/gm)].map((match) => anchorOf(match[1]!));
}

/** Links that lead nowhere. */
function brokenLinks({ path, text }: ProjectFile): string[] {
  const links = [...withoutFences(text).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
  return links
    .filter((link) => !/^https?:/.test(link))
    .filter((link) => {
      const [file, anchor] = link.split('#') as [string, string | undefined];
      const target = file === '' ? path : join(dirname(path), file);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(readProjectFile(target)).includes(anchor);
    })
    .map((link) => `${path}: ${link}`);
}

/** Paths in code spans that are neither in the project nor made by it. */
function missingPaths({ path, text }: ProjectFile): string[] {
  const spans = [...withoutFences(text).matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
  return spans
    .filter((span) => /^(?:src|tests|docs|scripts|configs|bench|examples|\.ci)\/[\w./-]*$/.test(span))
    .filter((span) => !MADE_LATER.test(span) && !existsSync(join(ROOT, span)))
    .map((span) => `${path}: ${span}`);
}

/** Scripts of package.json, and files given to tsx or vitest, that are named and not there. */
function missingCommands({ path, text }: ProjectFile, scripts: readonly string[]): string[] {
  const named = [...text.matchAll(/\bnpm run ([\w:-]+)/g)].map((match) => match[1]!);
  const files = [...text.matchAll(/\bnpx (?:tsx|vitest run|vitest) ([\w./-]+\/[\w./-]+)/g)].map(
    (match) => match[1]!,
  );
  return [
    ...named.filter((name) => !scripts.includes(name)).map((name) => `${path}: npm run ${name}`),
    ...files.filter((file) => !existsSync(join(ROOT, file))).map((file) => `${path}: ${file}`),
  ];
}

function withoutFences(text: string): string {
  return text.replaceAll(/^```.*?^```/gms, '');
}

describe('documentation', () => {
  const scripts = Object.keys((JSON.parse(readProjectFile('package.json')) as { scripts: object }).scripts);

  it('every link leads to a file and a heading that exist', () => {
    expect(pages.flatMap(brokenLinks)).toEqual([]);
  });

  it('every path that a page names exists', () => {
    expect(pages.flatMap(missingPaths)).toEqual([]);
  });

  it('every command that a page names exists', () => {
    expect(pages.flatMap((page) => missingCommands(page, scripts))).toEqual([]);
  });

  it('looked at pages with links and paths', () => {
    expect(pages.length).toBeGreaterThan(15);
    const all = pages.map(({ text }) => text).join('\n');
    expect(all.match(/\]\([^)]+\)/g)!.length).toBeGreaterThan(25);
    expect(all.match(/`(?:src|tests|docs)\/[^`]+`/g)!.length).toBeGreaterThan(40);
  });

  it('canary: finds a dead link, a dead anchor, a dead path and a dead script', () => {
    const page = (text: string): ProjectFile => ({ path: 'docs/canary.md', text: `# Canary\n\n${text}\n` });
    expect(brokenLinks(page('[x](nowhere.md)'))).toHaveLength(1);
    expect(brokenLinks(page('[x](limits.md#no-such-part)'))).toHaveLength(1);
    expect(brokenLinks(page('[x](limits.md#matching) [y](../README.md) [z](https://nodejs.org)'))).toEqual(
      [],
    );
    expect(missingPaths(page('see `src/market/nowhere.ts`'))).toHaveLength(1);
    expect(missingCommands(page('`npm run nothing`'), scripts)).toHaveLength(1);
    expect(missingCommands(page('`npx tsx bench/nothing.ts`'), scripts)).toHaveLength(1);
  });

  it('every decision says its context, what was chosen, and what would change it', () => {
    const decisions = pages.filter(({ path }) => path.startsWith('docs/adr/'));
    expect(decisions.length).toBeGreaterThanOrEqual(7);
    decisions.forEach(({ path, text }, index) => {
      const number = String(index + 1).padStart(4, '0');
      expect(path).toMatch(new RegExp(`^docs/adr/${number}-[a-z0-9-]+\\.md$`));
      expect(text).toMatch(new RegExp(`^# ${index + 1}\\. `));
      for (const part of ['Context', 'Decision', 'What would change our mind'])
        expect(text, path).toContain(`**${part}.**`);
    });
  });

  it('every dependency has its line in the decision about dependencies, with its version', () => {
    const { dependencies, devDependencies } = JSON.parse(readProjectFile('package.json')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >;
    const lines = readProjectFile('docs/adr/0007-dependencies.md').split('\n');
    const missing = Object.entries({ ...dependencies, ...devDependencies }).filter(([name, version]) => {
      const line = lines.find((one) => one.startsWith('|') && one.includes(`\`${name}\``));
      return (
        line === undefined || (!name.startsWith('@types/') && !line.includes(version.replace(/^npm:.*@/, '')))
      );
    });
    expect(missing).toEqual([]);
  });
});
