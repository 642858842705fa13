import { describe, expect, it } from 'vitest';
import { type ManagedTerms, managedCode, managedTermsOf, managedValue } from './managed-terms.ts';

const ALL: ManagedTerms[] = [
  { kind: 'plain' },
  ...(['primary', 'market', 'midpoint'] as const).map(
    (to) => ({ kind: 'peg', to, offsetTicks: -7 }) as const,
  ),
  { kind: 'discretion', discretionTicks: 1234 },
  ...(['lastTrade', 'given'] as const).flatMap((follows) =>
    (['ticks', 'bps'] as const).map(
      (unit) => ({ kind: 'trailing', follows, distance: 9, unit, limitOffsetTicks: -3 }) as const,
    ),
  ),
  { kind: 'comply', standsAt: 'displayed' },
  { kind: 'comply', standsAt: 'ranked' },
  { kind: 'improvement', minTicks: 2 },
];

describe('terms of managed orders as numbers', () => {
  it.each(ALL.map((terms) => [JSON.stringify(terms), terms] as const))('come back: %s', (_, terms) => {
    const offset = terms.kind === 'trailing' ? terms.limitOffsetTicks : 0;
    expect(managedCode(terms)).toBeLessThan(64);
    expect(managedTermsOf(managedCode(terms), managedValue(terms), offset)).toEqual(terms);
  });
});
