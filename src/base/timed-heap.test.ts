import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter } from './binary.ts';
import { TimedHeap } from './timed-heap.ts';

interface Entry {
  readonly time: number;
  readonly rank: number;
  readonly handle: number;
}

const inOrder = (a: Entry, b: Entry): number => a.time - b.time || a.rank - b.rank;

/** Null pops, a number pushes at that time. */
const steps = fc.array(fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 6 })), { maxLength: 400 });

describe('TimedHeap', () => {
  it('gives entries in the order of a sorted array, ties by rank, through snapshots', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 400 }), (list, snapshotAt) => {
        let heap = new TimedHeap();
        const model: Entry[] = [];
        list.forEach((time, step) => {
          if (step === snapshotAt) heap = throughSnapshot(heap);
          if (time !== null) {
            // Ranks that are not in the order of pushing: priorities differ.
            const entry = { time, rank: ((step * 7) % 3) * 2 ** 48 + step, handle: step + 1 };
            heap.push(entry.time, entry.rank, entry.handle);
            model.push(entry);
            model.sort(inOrder);
          } else if (model.length > 0) {
            expect(heap.topRank).toBe(model[0]!.rank);
            expect(heap.pop()).toBe(model.shift()!.handle);
          }
          expect(heap.size).toBe(model.length);
          expect(heap.topTime).toBe(model[0]?.time ?? Number.POSITIVE_INFINITY);
        });
        while (model.length > 0) expect(heap.pop()).toBe(model.shift()!.handle);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('keeps the order beyond its starting capacity', () => {
    const heap = new TimedHeap();
    const count = 10_000;
    for (let i = 0; i < count; i++) heap.push((i * 7919) % 97, i, i);
    const grown = throughSnapshot(heap);
    let last = { time: -1, rank: -1 };
    for (let i = 0; i < count; i++) {
      const [time, rank] = [grown.topTime, grown.topRank];
      const handle = grown.pop();
      expect(handle).toBe(rank);
      expect(time > last.time || (time === last.time && rank > last.rank)).toBe(true);
      last = { time, rank };
    }
    expect(grown.size).toBe(0);
  });

  it('tells neighbouring nanoseconds apart up to 2^53', () => {
    const heap = new TimedHeap();
    heap.push(Number.MAX_SAFE_INTEGER, 0, 1);
    heap.push(Number.MAX_SAFE_INTEGER - 1, 1, 2);
    expect([heap.pop(), heap.pop()]).toEqual([2, 1]);
  });
});

function throughSnapshot(heap: TimedHeap): TimedHeap {
  const writer = new BinaryWriter();
  heap.writeState(writer);
  const copy = new TimedHeap();
  copy.push(1, 1, 1);
  const reader = new BinaryReader(writer.finish());
  copy.readState(reader);
  expect(reader.isAtEnd).toBe(true);
  return copy;
}
