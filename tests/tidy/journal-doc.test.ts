/** docs/journal.md says what the layout of the records says. */

import { describe, expect, it } from 'vitest';
import * as domain from '../../src/domain/index.ts';
import { expectGoldenSection } from '../support/golden-file.ts';

const { EVENT_LAYOUTS } = domain;

/** Quotes are pushed to feeds only. */
const NOT_JOURNALED = [domain.EV_QUOTE];

function layoutTable(): string {
  const lines = [
    '| kind | name | word 4 | word 5 | word 6 | word 7 | word 8 | word 9 | word 10 |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
  ];
  for (const [kind, { name, fields }] of Object.entries(EVENT_LAYOUTS)) {
    if (NOT_JOURNALED.includes(Number(kind))) continue;
    lines.push(`| ${kind} | \`${name}\` | ${fields.map((field) => field || '·').join(' | ')} |`);
  }
  return `${lines.join('\n')}\n`;
}

describe('docs/journal.md', () => {
  it('has the layout of every kind of record', () => {
    expectGoldenSection('docs/journal.md', 'layouts', layoutTable());
  });

  it('every kind of command and event has a layout, and names of words are written alike', () => {
    const kinds = Object.entries(domain).filter(
      ([name, value]) => /^(?:CMD|EV)_/.test(name) && typeof value === 'number',
    );
    expect(kinds.length).toBeGreaterThan(20);
    for (const [name, kind] of kinds) expect(EVENT_LAYOUTS[kind as number], name).toBeDefined();
    expect(Object.keys(EVENT_LAYOUTS)).toHaveLength(kinds.length);
    for (const { name, fields } of Object.values(EVENT_LAYOUTS)) {
      for (const text of [name, ...fields]) expect(text).toMatch(/^(?:[a-z][A-Za-z]*)?$/);
    }
  });
});
