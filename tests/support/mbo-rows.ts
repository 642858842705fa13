/** Batches as plain rows, for tests that compare what two readers saw. */

import { MboBatch, type MboDecoder } from '../../src/data/index.ts';

export const MBO_COLUMNS = [
  'sourceIndex',
  'tsEventNs',
  'tsRecvNs',
  'instrument',
  'action',
  'side',
  'price',
  'qty',
  'orderIdHi',
  'orderIdLo',
  'newOrderIdHi',
  'newOrderIdLo',
  'sequence',
  'flags',
  'code',
] as const;

export type MboRow = Readonly<Record<(typeof MBO_COLUMNS)[number], number>>;

export function rowsOf(batch: MboBatch): MboRow[] {
  return Array.from({ length: batch.count }, (_, r) => {
    return Object.fromEntries(MBO_COLUMNS.map((name) => [name, batch[name][r]!])) as MboRow;
  });
}

/** Rows as lines of text, cheap to compare by the thousand; some columns may be left out. */
export function textOfRows(batch: MboBatch, without: readonly (typeof MBO_COLUMNS)[number][] = []): string[] {
  const columns = MBO_COLUMNS.filter((name) => !without.includes(name));
  return Array.from({ length: batch.count }, (_, r) => columns.map((name) => batch[name][r]).join(' '));
}

export function batchOf(rows: readonly MboRow[]): MboBatch {
  const batch = new MboBatch(Math.max(1, rows.length));
  for (const [r, row] of rows.entries()) for (const name of MBO_COLUMNS) batch[name][r] = row[name];
  batch.count = rows.length;
  return batch;
}

export interface DrainOptions {
  /** Sizes of the chunks in turn, in bytes; by default all at once. */
  readonly chunkBytes?: readonly number[];
  /** Rows per batch. */
  readonly capacity?: number;
}

/**
 * Feeds all bytes and returns all rows. Each chunk is a copy that is overwritten once the decoder has used it up, and
 * the batch starts out full of rubbish, so that nobody gets by with memory that is not theirs.
 */
export function drain(decoder: MboDecoder, bytes: Uint8Array, options: DrainOptions = {}): MboRow[] {
  const sizes = options.chunkBytes ?? [Math.max(1, bytes.length)];
  const batch = new MboBatch(options.capacity ?? 64);
  for (const name of MBO_COLUMNS) batch[name].fill(77);
  const rows: MboRow[] = [];
  const readAll = (): void => {
    for (let reads = 0; ; reads++) {
      const count = decoder.read(batch);
      rows.push(...rowsOf(batch));
      if (count === 0) return;
      if (reads > bytes.length) throw new Error('a decoder gives more reads than it got bytes');
    }
  };
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const chunk = new Uint8Array(bytes.subarray(at, at + sizes[turn % sizes.length]!));
    at += chunk.length;
    decoder.write(chunk);
    readAll();
    chunk.fill(0xee);
  }
  decoder.end();
  readAll();
  return rows;
}
