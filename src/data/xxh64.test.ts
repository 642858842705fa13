import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Xxh64 } from './xxh64.ts';

const MASK = (1n << 64n) - 1n;
const PRIMES = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
] as const;

function rotate(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & MASK;
}

function round(accumulator: bigint, input: bigint): bigint {
  return (rotate((accumulator + input * PRIMES[1]) & MASK, 31n) * PRIMES[0]) & MASK;
}

/** The same hash with bigints, step by step after the specification. */
function referenceXxh64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  let hash: bigint = PRIMES[4];
  if (bytes.length >= 32) {
    let lanes = [(PRIMES[0] + PRIMES[1]) & MASK, PRIMES[1], 0n, -PRIMES[0] & MASK];
    for (; at + 32 <= bytes.length; at += 32) {
      lanes = lanes.map((lane, index) => round(lane, view.getBigUint64(at + index * 8, true)));
    }
    const turns = [1n, 7n, 12n, 18n];
    hash = lanes.reduce((sum, lane, index) => (sum + rotate(lane, turns[index]!)) & MASK, 0n);
    for (const lane of lanes) hash = ((hash ^ round(0n, lane)) * PRIMES[0] + PRIMES[3]) & MASK;
  }
  hash = (hash + BigInt(bytes.length)) & MASK;
  for (; at + 8 <= bytes.length; at += 8) {
    hash = (rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * PRIMES[0] + PRIMES[3]) & MASK;
  }
  if (at + 4 <= bytes.length) {
    const word = (BigInt(view.getUint32(at, true)) * PRIMES[0]) & MASK;
    hash = (rotate(hash ^ word, 23n) * PRIMES[1] + PRIMES[2]) & MASK;
    at += 4;
  }
  for (; at < bytes.length; at++) {
    hash = (rotate(hash ^ ((BigInt(bytes[at]!) * PRIMES[4]) & MASK), 11n) * PRIMES[0]) & MASK;
  }
  hash = ((hash ^ (hash >> 33n)) * PRIMES[1]) & MASK;
  hash = ((hash ^ (hash >> 29n)) * PRIMES[2]) & MASK;
  return hash ^ (hash >> 32n);
}

function digestOf(bytes: Uint8Array, cuts: readonly number[] = []): bigint {
  const hash = new Xxh64();
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    hash.update(bytes.subarray(from, cut));
    from = cut;
  }
  hash.update(bytes.subarray(from));
  const { hi, lo } = hash.digest();
  return (BigInt(hi) << 32n) | BigInt(lo);
}

describe('XXH64', () => {
  it('has the published digests of the empty text and of abc', () => {
    expect(digestOf(new Uint8Array(0))).toBe(0xef46db3751d8e999n);
    expect(digestOf(new TextEncoder().encode('abc'))).toBe(0x44bc2cf5ad770999n);
  });

  it('is the same as with bigints, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.nat(300), { maxLength: 6 }),
        (bytes, cuts) => {
          const inside = cuts.map((cut) => Math.min(cut, bytes.length));
          expect(digestOf(bytes, inside)).toBe(referenceXxh64(bytes));
        },
      ),
      { seed: 64, numRuns: 500 },
    );
  });
});
