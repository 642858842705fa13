/** Every vector of the market rules that concerns what is built is proved by a test that bears its name. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedFile } from '../support/shared-data.ts';
import { typeScriptBelow } from './project-files.ts';
import { LEFT, PROVED } from './rule-vectors.ts';

/** A test's name, or the name column of a table of cases, starts with the id. */
const NAMED = /['"`](T\d+\.\d+-[a-z])(?=[:'"` ])/g;

const named = new Set(
  [...typeScriptBelow('src/'), ...typeScriptBelow('tests/')]
    .filter(({ path }) => !path.startsWith('tests/tidy/'))
    .flatMap(({ text }) => [...text.matchAll(NAMED)].map((match) => match[1]!)),
);

describe('vectors of the market rules', () => {
  it.each(PROVED)('%s is proved by a test of that name', (id) => {
    expect(named).toContain(id);
  });

  it('what is left to later work says why, and is not proved already', () => {
    expect(Object.entries(LEFT).filter(([id, text]) => text.length < 30 || named.has(id))).toEqual([]);
    expect(PROVED.filter((id) => id in LEFT)).toEqual([]);
  });

  it('no test bears the name of a vector that is not in the table', () => {
    const known = new Set([...PROVED, ...Object.keys(LEFT)]);
    expect([...named].filter((id) => /^T(?:[1-8]|12)\./.test(id) && !known.has(id))).toEqual([]);
  });

  const rules = sharedFile('market-rules.md');
  it.skipIf(rules === null)('the table has every vector of sections 1 to 8 and 12', () => {
    const ids = new Set(readFileSync(rules!, 'utf8').match(/\bT(?:[1-8]|12)\.\d+-[a-z]\b/g) ?? []);
    expect(ids.size).toBeGreaterThan(130);
    expect([...PROVED, ...Object.keys(LEFT)].sort()).toEqual([...ids].sort());
  });
});
