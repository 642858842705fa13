/** How the benchmarks of decoders read a source: in chunks, into one reused batch. */

import type { MboBatch, MboDecoder } from '../../src/data/index.ts';

/** Reads all rows of `bytes` and hands each filled batch on; returns the number of rows. */
export function decodeAll(
  decoder: MboDecoder,
  bytes: Uint8Array,
  chunkBytes: number,
  batch: MboBatch,
  onBatch: (batch: MboBatch) => void,
): number {
  let rows = 0;
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    decoder.write(bytes.subarray(at, at + chunkBytes));
    for (let count = decoder.read(batch); count > 0; count = decoder.read(batch)) {
      rows += count;
      onBatch(batch);
    }
  }
  decoder.end();
  for (let count = decoder.read(batch); count > 0; count = decoder.read(batch)) {
    rows += count;
    onBatch(batch);
  }
  return rows;
}
