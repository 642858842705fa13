/** A window cut into buckets of the clock, whole ones only: what lies at its edges is not seen in full. */

import type { FlowWindow } from '../flow-stream.ts';

const NS_PER_S = 1e9;

/** Rows of one bucket: `from` to `to` (excluded), none where nothing happened; `from - 1` is the last row before it. */
export interface Bucket {
  from: number;
  to: number;
}

/** Calls `take` for each whole bucket in the order of time, with one object that is used again. */
export function eachBucket(window: FlowWindow, seconds: number, take: (bucket: Bucket) => void): void {
  const { stream, from, to } = window;
  if (to - from < 2) return;
  const lengthNs = seconds * NS_PER_S;
  const startNs = stream.timeNs[from]! + stream.dayOffsetNs;
  const endNs = stream.timeNs[to - 1]! + stream.dayOffsetNs;
  const bucket = { from: 0, to: 0 };
  let row = from;
  for (let at = Math.ceil(startNs / lengthNs) * lengthNs; at + lengthNs <= endNs; at += lengthNs) {
    while (stream.timeNs[row]! + stream.dayOffsetNs < at) row++;
    bucket.from = row;
    while (stream.timeNs[row]! + stream.dayOffsetNs < at + lengthNs) row++;
    bucket.to = row;
    // Without a row before it the mid at its start is not known.
    if (bucket.from > from) take(bucket);
  }
}
