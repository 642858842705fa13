import { describe, expect, it } from 'vitest';
import { assertNever, BrokenInvariant, invariant, TwinError } from './fault.ts';
import { FAULTS } from './fault-codes.ts';

describe('TwinError', () => {
  it('says the rule, the values that broke it, and what mends it', () => {
    const cause = new Error('disk');
    const error = new TwinError(
      'MKT_CONFIG',
      'a tick is positive',
      { tick: -1, name: 'A', list: [1, 2] },
      cause,
    );
    expect(error.message).toBe('a tick is positive: tick=-1 name=A list=[1,2]');
    expect(error).toMatchObject({
      name: 'TwinError',
      code: 'MKT_CONFIG',
      mend: FAULTS.MKT_CONFIG.mend,
      cause,
    });
    expect(error.details).toEqual({ tick: -1, name: 'A', list: [1, 2] });
  });

  it('is just the rule without values, and has no cause unless there is one', () => {
    const error = new TwinError('SIM_TIME', 'time goes on');
    expect(error.message).toBe('time goes on');
    expect('cause' in error).toBe(false);
  });

  it('prints big integers, nothing and not-a-number without failing itself', () => {
    const error = new TwinError('BASE_LIMIT', 'r', {
      big: 10n,
      none: undefined,
      nan: Number.NaN,
      null: null,
    });
    expect(error.message).toBe('r: big=10 none=undefined nan=NaN null=null');
  });
});

describe('invariant', () => {
  it('stops with the rule when it is broken, and only then', () => {
    expect(() => invariant(true, 'x')).not.toThrow();
    expect(() => invariant(false, 'cash is conserved')).toThrow(BrokenInvariant);
    expect(() => invariant(false, 'cash is conserved')).toThrow('broken invariant: cash is conserved');
    expect(() => assertNever('oops' as never)).toThrow('"oops"');
  });
});

describe('FAULTS', () => {
  it('give each code a meaning and a mend that are sentences', () => {
    for (const [code, { meaning, mend }] of Object.entries(FAULTS)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)+$/);
      expect(meaning, code).toMatch(/\.$/);
      expect(mend, code).toMatch(/\.$/);
    }
  });
});
