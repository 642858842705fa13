/** The generator against the published algorithm, written here once more with BigInt. */

import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter } from './binary.ts';
import { hashText, Xoshiro128 } from './random.ts';

const MASK = 0xffff_ffffn;
const rotl = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & MASK;

/** xoshiro128** 1.1 line by line from the reference C code. */
function* referenceXoshiro(state: bigint[]): Generator<number> {
  const s = [...state];
  for (;;) {
    yield Number((rotl((s[1]! * 5n) & MASK, 7n) * 9n) & MASK);
    const t = (s[1]! << 9n) & MASK;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = rotl(s[3]!, 11n);
  }
}

/** splitmix32: golden-ratio steps through a 32-bit finaliser. */
function referenceSeeds(seed: number): bigint[] {
  let state = BigInt(seed) & MASK;
  const next = (): bigint => {
    state = (state + 0x9e3779b9n) & MASK;
    let z = state;
    z = ((z ^ (z >> 16n)) * 0x21f0aaadn) & MASK;
    z = ((z ^ (z >> 15n)) * 0x735a2d97n) & MASK;
    return z ^ (z >> 15n);
  };
  const [a, b, c, d] = [next(), next(), next(), next()];
  return [a, b, c, d | 1n];
}

function withState(words: readonly number[]): Xoshiro128 {
  const writer = new BinaryWriter();
  for (const word of words) writer.int32(word);
  const random = new Xoshiro128(0);
  random.readState(new BinaryReader(writer.finish()));
  return random;
}

describe('Xoshiro128', () => {
  it('gives what the published C code gives, compiled, for the state 1, 2, 3, 4', () => {
    const random = withState([1, 2, 3, 4]);
    const outputs = Array.from({ length: 10 }, () => random.nextUint32());
    expect(outputs).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it.each([0, 1, 42, 0x7fff_ffff, 0xffff_ffff, -1])('follows the reference from seed %i', (seed) => {
    const random = new Xoshiro128(seed);
    const reference = referenceXoshiro(referenceSeeds(seed));
    for (let i = 0; i < 5000; i++) expect(random.nextUint32()).toBe(reference.next().value);
  });

  it('keeps its first outputs for good: runs of old seeds depend on them', () => {
    const random = new Xoshiro128(1);
    expect(Array.from({ length: 4 }, () => random.nextUint32())).toMatchInlineSnapshot(`
      [
        393288148,
        2174103013,
        3814759091,
        2092745082,
      ]
    `);
    expect([random.nextFloat(), random.nextDouble(), random.nextBelow(1000)]).toMatchInlineSnapshot(`
      [
        0.43427017657086253,
        0.5073778237907571,
        69,
      ]
    `);
  });

  it('stays in [0, 1) at the extremes of its state', () => {
    // s1 with rotl(s1 * 5, 7) * 9 = 2^32 - 1, by inverses modulo 2^32.
    const inverse = (odd: bigint): bigint => {
      let x = odd;
      for (let i = 0; i < 5; i++) x = (x * (2n - odd * x)) & MASK;
      return x;
    };
    const s1 = (rotl((MASK * inverse(9n)) & MASK, 25n) * inverse(5n)) & MASK;
    const state = [0, Number(BigInt.asIntN(32, s1)), 0, 1];
    expect(withState(state).nextUint32()).toBe(0xffff_ffff);
    expect(withState(state).nextFloat()).toBe(1 - 2 ** -32);
    expect(withState(state).nextDouble()).toBeLessThan(1);
  });

  it('takes a bound with every number equally likely', () => {
    // Null: uniform. Statistic: chi-square with 6 - 1 degrees; 20.5 is exceeded once in 1,000 seeds.
    const random = new Xoshiro128(7);
    const counts = new Float64Array(6);
    const draws = 60_000;
    for (let i = 0; i < draws; i++) counts[random.nextBelow(6)]!++;
    const chiSquare = counts.reduce((sum, count) => sum + (count - draws / 6) ** 2 / (draws / 6), 0);
    expect(chiSquare).toBeLessThan(20.5);
  });

  it('is not biased where a plain remainder would be', () => {
    // Below 3 * 2^30, a plain remainder gives the lowest third twice the weight: 1/2 in place of 1/3. Null: p = 1/3,
    // z of a binomial of 30,000 draws, |z| < 4 (false alarm 6e-5); the bias would give z = 61.
    const random = new Xoshiro128(8);
    const bound = 3 * 2 ** 30;
    const draws = 30_000;
    let low = 0;
    for (let i = 0; i < draws; i++) if (random.nextBelow(bound) < 2 ** 30) low++;
    const z = (low - draws / 3) / Math.sqrt(draws * (1 / 3) * (2 / 3));
    expect(Math.abs(z)).toBeLessThan(4);
  });

  it('takes bounds of 1 and 2^32, and refuses those that no draw can serve', () => {
    const random = new Xoshiro128(9);
    expect(random.nextBelow(1)).toBe(0);
    expect(random.nextBelow(2 ** 32)).toBeLessThan(2 ** 32);
    for (const bound of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => random.nextBelow(bound)).toThrow('a bound is from 1 to 2^32');
    }
  });

  it('goes on from a saved state as if nothing had been', () => {
    const random = new Xoshiro128(3);
    for (let i = 0; i < 17; i++) random.nextDouble();
    const writer = new BinaryWriter();
    random.writeState(writer);
    const copy = new Xoshiro128(99);
    copy.readState(new BinaryReader(writer.finish()));
    for (let i = 0; i < 100; i++) expect(copy.nextUint32()).toBe(random.nextUint32());
  });
});

describe('hashText', () => {
  it('gives other seeds for other names, other seeds and other order of letters', () => {
    const hashes = new Set<number>();
    for (let seed = 0; seed < 200; seed++)
      for (const name of ['', 'ga', 'gb', 'gab', 'gba', 'group/0/x', 'group/1/x'])
        hashes.add(hashText(name, seed));
    expect(hashes.size).toBe(1400);
    expect(hashText('group/0/x', 5)).toBe(hashText('group/0/x', 5));
  });
});
