/** Every preset of configs/venues/breakers/ builds its breaker, and is dated. */

import { describe, expect, it } from 'vitest';
import {
  CmeDynamicBreaker,
  CmeLimits,
  CmeVelocityBreaker,
  CoinbaseDerivativesBreaker,
  LseBreaker,
  LuldBreaker,
  MarketWideBreaker,
  RegShoBreaker,
  XetraBreaker,
} from '../../src/market/index.ts';
import { BREAKER_PRESETS as PRESETS } from '../support/breaker-presets.ts';

type Builder = (rules: never) => { readonly rule: string };
const BUILDERS: Readonly<Record<string, Builder>> = {
  luld: (rules) => new LuldBreaker(rules, { tier: 1, leveragePercent: 100, ticksPerCent: 1 }),
  marketWide: (rules) => new MarketWideBreaker(rules),
  xetra: (rules) => new XetraBreaker(rules),
  lse: (rules) => new LseBreaker(rules),
  cmeLimits: (rules) => new CmeLimits(rules),
  cmeDynamic: (rules) => new CmeDynamicBreaker(rules),
  cmeVelocity: (rules) => new CmeVelocityBreaker(rules),
  coinbaseDerivatives: (rules) => new CoinbaseDerivativesBreaker(rules),
  regSho201: (rules) => new RegShoBreaker(rules),
};
const CHECKED_AT_ENTRY = ['clearlyErroneous', 'limitOrderProtection', 'cmePriceBanding', 'cmeNonReviewable'];

const all = Object.entries(PRESETS).flatMap(([kind, named]) =>
  Object.entries(named as Record<string, { from: string; to?: string; rules: never }>).map(
    ([name, preset]) => ({ kind, name, ...preset }),
  ),
);

describe('presets of breakers', () => {
  it.each(all)('$kind $name has its dates in order', ({ from, to }) => {
    expect(from).toMatch(/^\d{4}-\d\d-\d\d$/);
    if (to !== undefined) expect(to > from).toBe(true);
  });

  it.each(all.filter(({ kind }) => kind in BUILDERS))('$kind $name builds its breaker', ({ kind, rules }) => {
    expect(BUILDERS[kind]!(rules).rule).toBe(kind);
  });

  it('every kind is built or checked at entry', () => {
    expect(Object.keys(PRESETS).sort()).toEqual([...Object.keys(BUILDERS), ...CHECKED_AT_ENTRY].sort());
  });

  it('the two LULD presets follow each other without a gap or an overlap', () => {
    expect(PRESETS.luld.pilot.to! < PRESETS.luld['amendment-18'].from).toBe(true);
  });
});
