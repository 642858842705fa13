import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter } from '../base/index.ts';
import { RunDigest } from './digest.ts';

const WORDS = 12;

function records(count: number, seed: number): Int32Array {
  return Int32Array.from({ length: count * WORDS }, (_, i) => Math.imul(i + seed * 7919, 0x9e3779b1));
}

describe('RunDigest', () => {
  it('does not depend on where the records were split', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 20 }), (parts) => {
        const total = parts.reduce((sum, part) => sum + part, 0);
        const whole = records(total, 1);
        const once = new RunDigest();
        once.seal(whole, 0, total, WORDS);
        const split = new RunDigest();
        const pieces = records(total, 1);
        let from = 0;
        for (const part of parts) {
          split.seal(pieces, from, from + part, WORDS);
          from += part;
        }
        expect(split.hex()).toBe(once.hex());
        expect(split.count).toBe(total);
        expect(pieces).toEqual(whole);
      }),
      { seed: 1 },
    );
  });

  it('verifies each record that it sealed, and ends at the same digest', () => {
    const words = records(50, 2);
    const sealer = new RunDigest();
    sealer.seal(words, 0, 50, WORDS);
    const before = words.slice();
    const reader = new RunDigest();
    for (let record = 0; record < 50; record++) expect(reader.verify(words, record, WORDS)).toBe(true);
    expect(reader.hex()).toBe(sealer.hex());
    expect(words).toEqual(before);
  });

  it('finds every single flipped bit, and is then where it was', () => {
    const words = records(3, 3);
    new RunDigest().seal(words, 0, 3, WORDS);
    for (let word = 0; word < WORDS; word++) {
      for (let bit = 0; bit < 32; bit++) {
        const damaged = words.slice();
        damaged[WORDS + word]! ^= 1 << bit;
        const reader = new RunDigest();
        expect(reader.verify(damaged, 0, WORDS)).toBe(true);
        const before = reader.hex();
        const found = damaged.slice();
        expect(reader.verify(damaged, 1, WORDS), `word ${word}, bit ${bit}`).toBe(false);
        expect([reader.hex(), reader.count]).toEqual([before, 1]);
        expect(damaged).toEqual(found);
      }
    }
  });

  it('finds records that are missing, doubled or swapped', () => {
    const words = records(4, 4);
    new RunDigest().seal(words, 0, 4, WORDS);
    const record = (index: number) => [...words.subarray(index * WORDS, (index + 1) * WORDS)];
    for (const order of [[1], [0, 2], [0, 0], [0, 2, 1]]) {
      const reader = new RunDigest();
      const list = Int32Array.from(order.flatMap(record));
      const results = order.map((_, index) => reader.verify(list, index, WORDS));
      expect(results).toContain(false);
    }
  });

  it('starts at a fixed value, prints 16 digits, and goes on from a saved state', () => {
    const words = records(20, 5);
    const straight = new RunDigest();
    expect(straight.hex()).toBe('243f6a8885a308d3');
    straight.seal(words, 0, 20, WORDS);
    expect(straight.hex()).toMatch(/^[0-9a-f]{16}$/);
    const half = new RunDigest();
    half.seal(records(20, 5), 0, 10, WORDS);
    const writer = new BinaryWriter();
    half.writeState(writer);
    const resumed = new RunDigest();
    resumed.readState(new BinaryReader(writer.finish()));
    resumed.seal(records(20, 5), 10, 20, WORDS);
    expect([resumed.hex(), resumed.count]).toEqual([straight.hex(), 20]);
  });
});
