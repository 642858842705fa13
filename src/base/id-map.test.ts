import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdMap } from './id-map.ts';

type Step = readonly ['set' | 'delete' | 'get', number, number, number];

/** Plays the steps on an IdMap and on a Map, and compares every answer and the whole contents. */
function play(steps: readonly Step[]): void {
  const map = new IdMap(16);
  const model = new Map<string, readonly [number, number, number]>();
  for (const [action, hi, lo, value] of steps) {
    const key = `${hi}/${lo}`;
    const before = model.get(key)?.[2] ?? 0;
    if (action === 'set') {
      expect(map.set(hi, lo, value)).toBe(before);
      model.set(key, [hi, lo, value]);
    } else if (action === 'delete') {
      expect(map.delete(hi, lo)).toBe(before);
      model.delete(key);
    } else {
      expect(map.get(hi, lo)).toBe(before);
    }
    expect(map.size).toBe(model.size);
  }
  for (const [hi, lo, value] of model.values()) expect(map.get(hi, lo)).toBe(value);
}

const action = fc.constantFrom<'set' | 'delete' | 'get'>('set', 'set', 'delete', 'get');
const value = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }).filter((v) => v !== 0);
const stepsOf = (hi: fc.Arbitrary<number>, lo: fc.Arbitrary<number>) =>
  fc.array(fc.tuple(action, hi, lo, value), { maxLength: 300 });

describe('IdMap', () => {
  it('answers as a Map does for keys over the whole range', () => {
    const word = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
    fc.assert(fc.property(stepsOf(word, word), play), { seed: 1, numRuns: 200 });
  });

  it('answers as a Map does for few keys that come and go', () => {
    fc.assert(fc.property(stepsOf(fc.integer({ min: -1, max: 1 }), fc.integer({ min: -8, max: 8 })), play), {
      seed: 2,
      numRuns: 500,
    });
  });

  it('answers as a Map does for keys that all want the same place', () => {
    // Keys of equal last two bits whose hash agrees in the low bits: found by trying, for a table of 32 to 1,024 slots.
    const crowd = crowdedKeys(120);
    const key = fc.integer({ min: 0, max: crowd.length - 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(action, key, value), { maxLength: 400 }), (steps) =>
        play(steps.map(([what, index, v]) => [what, 0, crowd[index]!, v] as const)),
      ),
      { seed: 3, numRuns: 100 },
    );
  });

  it('keeps every id while it grows, and shrinks to nothing without leftovers', () => {
    const map = new IdMap();
    const count = 100_000;
    for (let i = 0; i < count; i++) expect(map.set(i >> 3, Math.imul(i, 0x9e3779b1), i + 1)).toBe(0);
    expect(map.size).toBe(count);
    for (let i = 0; i < count; i += 2) expect(map.delete(i >> 3, Math.imul(i, 0x9e3779b1))).toBe(i + 1);
    for (let i = 0; i < count; i++)
      expect(map.get(i >> 3, Math.imul(i, 0x9e3779b1))).toBe(i % 2 === 0 ? 0 : i + 1);
    map.clear();
    expect(map.size).toBe(0);
    expect(map.get(0, 0)).toBe(0);
  });

  it('does not slow down when ids come and go for long: no tombstones', () => {
    const map = new IdMap(64);
    for (let i = 0; i < 300_000; i++) {
      map.set(0, i, 1);
      if (i >= 50) expect(map.delete(0, i - 50)).toBe(1);
    }
    expect(map.size).toBe(50);
  });
});

/** The hash of id-map.ts, to build keys against it. */
function home(lo: number): number {
  let h = Math.imul(lo >>> 2, 0x9e3779b1);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return ((h ^ (h >>> 13)) << 2) | (lo & 3);
}

function crowdedKeys(count: number): number[] {
  const keys: number[] = [];
  for (let lo = 0; keys.length < count; lo += 4) if ((home(lo) & 1023) === 1020) keys.push(lo);
  return keys;
}
