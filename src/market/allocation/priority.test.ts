import { describe, expect, it } from 'vitest';
import { categoryOf, checkPriorityRule, comparePriority, type RankedInterest } from './priority.ts';

const interest = (
  name: RankedInterest['class'],
  sequence: number,
  lots = 100,
  isOfAggressorsBroker = false,
): RankedInterest => ({ class: name, lots, sequence, isOfAggressorsBroker });

function ranked(categories: unknown[], list: readonly RankedInterest[]): number[] {
  const rule = checkPriorityRule({ categories }, 'venue');
  return [...list].sort((a, b) => comparePriority(rule, a, b)).map(({ sequence }) => sequence);
}

describe('priority inside a price', () => {
  it('serves categories one after another and time inside', () => {
    const categories = [
      { classes: ['displayed'], rank: 'time' },
      { classes: ['hidden', 'reserve'], rank: 'time' },
    ];
    const list = [
      interest('reserve', 2),
      interest('hidden', 1),
      interest('displayed', 4),
      interest('displayed', 3),
    ];
    expect(ranked(categories, list)).toEqual([3, 4, 1, 2]);
  });

  it("serves the aggressor's broker first in its category only", () => {
    const categories = [
      { classes: ['displayed'], rank: 'brokerTime' },
      { classes: ['hidden'], rank: 'time' },
    ];
    const list = [
      interest('hidden', 1, 100, true),
      interest('displayed', 2),
      interest('displayed', 4, 100, true),
      interest('displayed', 3, 100, true),
    ];
    expect(ranked(categories, list)).toEqual([3, 4, 2, 1]);
  });

  it('serves the larger first by size-time', () => {
    const list = [interest('hidden', 1, 5), interest('displayed', 3, 20), interest('hidden', 2, 20)];
    expect(ranked([{ classes: ['displayed', 'hidden'], rank: 'sizeTime' }], list)).toEqual([2, 3, 1]);
  });

  it('knows what a venue does not have', () => {
    const rule = checkPriorityRule({ categories: [{ classes: ['displayed'], rank: 'time' }] }, 'venue');
    expect(categoryOf(rule, 'market')).toBe(-1);
  });

  it('names every problem of a rule at once', () => {
    const wrong = {
      categories: [
        { classes: ['shown'], rank: 'luck' },
        { classes: ['hidden', 'hidden'], rank: 'time' },
      ],
    };
    expect(() => checkPriorityRule(wrong, 'venue')).toThrow(
      /rank: must be one of[\s\S]*classes\[0\]: must be one of[\s\S]*stands in one category[\s\S]*displayed stands/,
    );
    expect(() => checkPriorityRule({}, 'venue')).toThrow(/list of categories/);
  });
});
