/**
 * The event loop in the hold model, with the heap alone and with a lane for events of fixed delay, against the usual
 * shape: objects in a heap with a comparator and a closure per event. All must handle the same events in the same order.
 *
 *   npm run bench:kernel -- [--tiny] [--pretty] [--rounds n]
 */

import { invariant, Xoshiro128 } from '../src/base/index.ts';
import {
  benchOptions,
  type Contestant,
  figuresOf,
  interleave,
  printResult,
  ratioOf,
  runBenchmark,
  type Timing,
} from './support/harness.ts';
import { HoldModel, holdDelayNs } from './support/hold-model.ts';

const SEED = 20_261_124;

interface Waiting {
  timeNs: number;
  sequence: number;
  handle: () => void;
}

/** What one finds in a hundred packages: a binary heap of objects ordered by a function. */
class ObjectHeap<T> {
  readonly #items: T[] = [];
  readonly #isBefore: (a: T, b: T) => boolean;

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore;
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(item, items[parent]!)) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = item;
  }

  /** Takes the first item out; the heap is not empty. */
  pop(): T {
    const items = this.#items;
    const top = items[0]!;
    const moved = items.pop()!;
    if (items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.#isBefore(items[child + 1]!, items[child]!)) child++;
      if (!this.#isBefore(items[child]!, moved)) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = moved;
    return top;
  }
}

class ObjectHoldModel {
  hash = 0x811c9dc5;
  readonly #heap = new ObjectHeap<Waiting>(
    (a, b) => a.timeNs < b.timeNs || (a.timeNs === b.timeNs && a.sequence < b.sequence),
  );
  readonly #random: Xoshiro128;
  #nowNs = 0;
  #sequence = 0;

  constructor(targets: number, seed: number) {
    this.#random = new Xoshiro128(seed);
    for (let target = 0; target < targets; target++) this.#scheduleNext(target);
  }

  run(events: number): void {
    for (let i = 0; i < events; i++) {
      const next = this.#heap.pop();
      this.#nowNs = next.timeNs;
      next.handle();
    }
  }

  #scheduleNext(target: number): void {
    const timeNs = this.#nowNs + holdDelayNs(this.#random);
    const handle = (): void => {
      this.hash = Math.imul(this.hash ^ target, 0x01000193);
      this.#scheduleNext(target);
    };
    this.#heap.push({ timeNs, sequence: this.#sequence++, handle });
  }
}

interface Model {
  readonly hash: number;
  run(events: number): void;
}

function contestant(name: string, events: number, create: () => Model, hashes: Set<number>): Contestant {
  let model: Model;
  return {
    name,
    units: events,
    before: () => {
      model = create();
    },
    run: () => {
      model.run(events);
      hashes.add(model.hash);
    },
  };
}

function main(): void {
  const options = benchOptions(7);
  const events = options.isTiny ? 5_000 : 1_000_000;
  const sizes = options.isTiny ? [100] : [1_000, 100_000];
  const timings: Timing[] = [];
  const figures: Record<string, unknown> = {};
  const hashes: string[] = [];
  let ratio = 0;
  for (const waiting of sizes) {
    const found = new Set<number>();
    const [heap, lane, objects] = interleave(
      [
        contestant(`heap, ${waiting} waiting`, events, () => new HoldModel(waiting, SEED), found),
        contestant(
          `heap and lane, ${waiting} waiting`,
          events,
          () => new HoldModel(waiting, SEED, true),
          found,
        ),
        contestant(`objects, ${waiting} waiting`, events, () => new ObjectHoldModel(waiting, SEED), found),
      ],
      options.rounds,
    ) as [Timing, Timing, Timing];
    invariant(found.size === 1, 'all loops handle the same events in the same order');
    hashes.push(([...found][0]! >>> 0).toString(16).padStart(8, '0'));
    figures[`waiting${waiting}`] = {
      heap: figuresOf(heap),
      heapAndLane: figuresOf(lane),
      objects: figuresOf(objects),
    };
    if (ratio === 0) ratio = ratioOf(objects, heap);
    timings.push(heap, lane, objects);
  }
  printResult(
    options,
    {
      bench: 'kernel',
      workload: `${events} events, ${sizes.join(' and ')} waiting, delays 85 % exp 50 us, 10 % exp 5 ms, 5 % exact 10 us, seed ${SEED}`,
      hash: hashes.join(''),
      rounds: options.rounds,
      baseline: `objects in a heap with a comparator, ${sizes[0]} waiting`,
      ratio,
      ...figures,
    },
    timings,
  );
}

await runBenchmark(main);
