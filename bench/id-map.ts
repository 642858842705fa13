/**
 * The map from external 64-bit ids to numbers against JavaScript's Map with numbers and with bigints as keys: insert,
 * look up and delete while a fixed number of ids is live, ids rising as a venue issues them. Prints one JSON line.
 *
 *   npm run bench:id-map -- [--tiny] [--pretty] [--rounds n]
 */

import { IdMap, invariant, Xoshiro128 } from '../src/base/index.ts';
import {
  benchOptions,
  figuresOf,
  interleave,
  printResult,
  ResultHash,
  ratioOf,
  rounded,
  runBenchmark,
  type Timing,
} from './support/harness.ts';

const SEED = 20_261_124;
/** High half of all ids: beyond what a double holds exactly, as with ids that carry a day or a channel. */
const ID_HIGH = 0x0101_0000;
const ID_BASE = BigInt(ID_HIGH) << 32n;

interface Steps {
  readonly count: number;
  readonly live: number;
  /** For each step, which of the live ids (counted from the oldest) is looked up and deleted. */
  readonly victims: Int32Array;
}

function createSteps(count: number, live: number): Steps {
  const random = new Xoshiro128(SEED);
  return { count, live, victims: Int32Array.from({ length: count }, () => random.nextBelow(live)) };
}

/** Inserts, looks up and deletes; the place of a deleted id is taken by the newest. Returns a hash of what was found. */
function runSteps(
  steps: Steps,
  set: (id: number, value: number) => void,
  get: (id: number) => number,
  remove: (id: number) => void,
): string {
  const ids = new Int32Array(steps.live);
  const hash = new ResultHash();
  let next = 1;
  for (let i = 0; i < steps.live; i++) {
    ids[i] = next;
    set(next, next++);
  }
  for (let i = 0; i < steps.count; i++) {
    const place = steps.victims[i]!;
    const id = ids[place]!;
    hash.mix(get(id));
    remove(id);
    ids[place] = next;
    set(next, next++);
  }
  return hash.hex;
}

function runIdMap(steps: Steps): string {
  const map = new IdMap();
  return runSteps(
    steps,
    (id, value) => map.set(ID_HIGH, id, value),
    (id) => map.get(ID_HIGH, id),
    (id) => map.delete(ID_HIGH, id),
  );
}

function runNumberMap(steps: Steps): string {
  const map = new Map<number, number>();
  return runSteps(
    steps,
    (id, value) => map.set(id, value),
    (id) => map.get(id)!,
    (id) => map.delete(id),
  );
}

function runBigintMap(steps: Steps): string {
  const map = new Map<bigint, number>();
  return runSteps(
    steps,
    (id, value) => map.set(ID_BASE + BigInt(id), value),
    (id) => map.get(ID_BASE + BigInt(id))!,
    (id) => map.delete(ID_BASE + BigInt(id)),
  );
}

function main(): void {
  const options = benchOptions(7);
  const count = options.isTiny ? 10_000 : 1_000_000;
  const sizes = options.isTiny ? [1_000] : [10_000, 100_000];
  const timings: Timing[] = [];
  const figures: Record<string, unknown> = {};
  const hashes: string[] = [];
  let ratio = 0;
  for (const live of sizes) {
    const steps = createSteps(count, live);
    const found = new Set<string>();
    const contestants = [
      { name: `IdMap, ${live} live`, units: count, run: () => found.add(runIdMap(steps)) },
      { name: `Map of numbers, ${live} live`, units: count, run: () => found.add(runNumberMap(steps)) },
      { name: `Map of bigints, ${live} live`, units: count, run: () => found.add(runBigintMap(steps)) },
    ];
    const [ours, numbers, bigints] = interleave(contestants, options.rounds) as [Timing, Timing, Timing];
    invariant(found.size === 1, 'all maps find the same values');
    hashes.push([...found][0]!);
    figures[`live${live}`] = {
      idMap: figuresOf(ours),
      mapOfNumbers: figuresOf(numbers),
      mapOfBigints: figuresOf(bigints),
      ratioToMapOfNumbers: rounded(ratioOf(numbers, ours)),
    };
    ratio = ratioOf(bigints, ours);
    timings.push(ours, numbers, bigints);
  }
  printResult(
    options,
    {
      bench: 'id-map',
      workload: `${count} steps of look up, delete and insert, ${sizes.join(' and ')} ids live, seed ${SEED}`,
      hash: hashes.join(''),
      rounds: options.rounds,
      baseline: `Map with bigint keys, ${sizes.at(-1)} live`,
      ratio,
      ...figures,
    },
    timings,
  );
}

await runBenchmark(main);
