import { describe, expect, it } from 'vitest';
import { TickVote } from './price-scale.ts';

const QUARTER = 250_000_000;
const GOOD = Array.from({ length: 40 }, (_, i) => 4_799_000_000_000 + i * QUARTER);

function tickOf(prices: readonly number[]): number {
  const vote = new TickVote();
  for (const price of prices) vote.add(price);
  return vote.unitsPerTick;
}

describe('the tick that prices have in common', () => {
  it('is their greatest common divisor when all fit a book', () => {
    expect(tickOf(GOOD)).toBe(QUARTER);
    expect(tickOf([100, 250, -50])).toBe(50);
    expect(tickOf([0, 0])).toBe(1);
  });

  it.each([0, 1, 20, 40])('is not spoilt by a bad price at place %i', (at) => {
    for (const bad of [-5, 3, 4_799_000_000_001, 9_007_199_254_740_991]) {
      expect(tickOf([...GOOD.slice(0, at), bad, ...GOOD.slice(at)])).toBe(QUARTER);
    }
  });
});
