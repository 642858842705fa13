/** Files that tests hold against what the code says; `UPDATE_GOLDEN=1` writes them anew, for a reviewer to read. */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const ROOT = new URL('../../', import.meta.url);

/** Expects a whole file of the project to be `text`. */
export function expectGoldenFile(path: string, text: string): void {
  const target = fileURLToPath(new URL(path, ROOT));
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(target, text);
  expect(readFileSync(target, 'utf8'), `${path} (UPDATE_GOLDEN=1 writes it anew)`).toBe(text);
}

/** Expects the lines between `<!-- generated: name -->` and `<!-- end: name -->` of a page to be `text`. */
export function expectGoldenSection(path: string, name: string, text: string): void {
  const target = fileURLToPath(new URL(path, ROOT));
  const page = readFileSync(target, 'utf8');
  const [start, end] = [`<!-- generated: ${name} -->\n`, `<!-- end: ${name} -->`];
  const from = page.indexOf(start) + start.length;
  const to = page.indexOf(end);
  expect(page, `${path} has a section ${name}`).toContain(start);
  expect(to, `${path} ends its section ${name}`).toBeGreaterThanOrEqual(from);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(target, page.slice(0, from) + text + page.slice(to));
  const found = readFileSync(target, 'utf8').slice(from);
  expect(found.slice(0, found.indexOf(end)), `${name} in ${path} (UPDATE_GOLDEN=1 writes it anew)`).toBe(
    text,
  );
}
