// hot: bench/journal.ts
/**
 * Sums over time in a bounded number of buckets when the end is not known: buckets start narrow and are merged to the
 * next round width whenever they do not reach far enough. Their borders are whole multiples of the width.
 */

/** Round widths in ns from 1 ms to 64 days; each is a whole multiple of the one before. */
const WIDTHS_NS: readonly number[] = [
  ...[1, 2, 10, 20, 100, 200, 1000, 2000, 10_000, 20_000].map((ms) => ms * 1e6),
  ...[1, 2, 10, 30, 60, 120, 360, 720, 1440, 2880, 5760, 11_520, 23_040, 46_080, 92_160].map(
    (min) => min * 60e9,
  ),
];

/** How the values of merged buckets become one. */
export type BucketRule = 'sum' | 'min' | 'max';

/** Columns of numbers over time, `capacity` buckets at most. Units: ns. */
export class TimeBuckets {
  readonly capacity: number;
  /** Value of bucket b of column c: columns[c][b]. */
  readonly columns: readonly Float64Array[];
  widthNs = WIDTHS_NS[0]!;
  /** Buckets in use. */
  count = 0;
  readonly #rules: readonly BucketRule[];
  /** Number of the first bucket counted from time 0. */
  #first = 0;
  #widthIndex = 0;

  constructor(rules: readonly BucketRule[], capacity: number) {
    this.capacity = capacity;
    this.#rules = rules;
    this.columns = rules.map((rule) => new Float64Array(capacity).fill(emptyValue(rule)));
  }

  /** Start of bucket b, in ns. */
  startNs(bucket: number): number {
    return (this.#first + bucket) * this.widthNs;
  }

  /** The bucket of a time, made if need be. Times may not lie before the first one asked for. */
  reach(timeNs: number): number {
    if (this.count === 0) {
      this.#first = Math.floor(timeNs / this.widthNs);
      this.count = 1;
      return 0;
    }
    let bucket = Math.floor(timeNs / this.widthNs) - this.#first;
    while (bucket >= this.capacity) {
      this.#widen();
      bucket = Math.floor(timeNs / this.widthNs) - this.#first;
    }
    if (bucket >= this.count) this.count = bucket + 1;
    return bucket;
  }

  /** Calls `add(bucket, durationNs)` for each part of an interval that lies in one bucket. */
  spread(fromNs: number, toNs: number, add: (bucket: number, durationNs: number) => void): void {
    this.reach(toNs);
    let at = fromNs;
    while (at < toNs) {
      const bucket = Math.floor(at / this.widthNs) - this.#first;
      const end = Math.min(toNs, this.startNs(bucket + 1));
      add(bucket, end - at);
      at = end;
    }
  }

  #widen(): void {
    const width = WIDTHS_NS[this.#widthIndex + 1];
    if (width === undefined) throw new RangeError('buckets reach over the 104 days of simulated time');
    const factor = width / this.widthNs;
    const first = Math.floor(this.#first / factor);
    for (const [c, column] of this.columns.entries()) {
      const rule = this.#rules[c]!;
      const merged = new Float64Array(this.capacity).fill(emptyValue(rule));
      for (let b = 0; b < this.count; b++) {
        const target = Math.floor((this.#first + b) / factor) - first;
        merged[target] = mergeValues(rule, merged[target]!, column[b]!);
      }
      column.set(merged);
    }
    this.count = Math.floor((this.#first + this.count - 1) / factor) - first + 1;
    this.#first = first;
    this.#widthIndex++;
    this.widthNs = width;
  }
}

/** The narrowest round width of which `spanNs` needs no more than `countMax`. */
export function roundWidthNs(spanNs: number, countMax: number): number {
  return WIDTHS_NS.find((width) => spanNs / width <= countMax) ?? WIDTHS_NS.at(-1)!;
}

function emptyValue(rule: BucketRule): number {
  if (rule === 'sum') return 0;
  return rule === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}

function mergeValues(rule: BucketRule, a: number, b: number): number {
  if (rule === 'sum') return a + b;
  return rule === 'min' ? Math.min(a, b) : Math.max(a, b);
}
