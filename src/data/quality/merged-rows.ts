/** Records of several schemas of one source in one order of time: as runs of rows of the batches they stand in. */

import type { RecordSource } from '../lake/record-source.ts';
import type { SchemaName } from '../registry.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import type { RecordBatch } from '../schema/record-batch.ts';

/** Rows `from` up to, not including, `to` of a batch. The first run of a batch starts at 0, the last one ends at its count. */
export interface RowRun {
  readonly schema: SchemaName;
  readonly batch: RecordBatch;
  readonly from: number;
  readonly to: number;
}

interface Stream {
  readonly schema: SchemaName;
  readonly leadNs: number;
  readonly iterator: AsyncIterator<RecordBatch>;
  batch: RecordBatch | null;
  times: Int64Column | null;
  row: number;
}

/**
 * Runs in the order of `tsEvent`; at equal times the schema that is named first goes first. Records of a schema with a lead come so
 * much earlier than their time.
 */
export async function* mergedRows(
  source: RecordSource,
  schemas: readonly SchemaName[],
  leadsNs: Partial<Record<SchemaName, number>> = {},
): AsyncGenerator<RowRun> {
  const streams = schemas.map(
    (schema): Stream => ({
      schema,
      leadNs: leadsNs[schema] ?? 0,
      iterator: (source.read({ schema, withOrigins: true }) as unknown as AsyncIterable<RecordBatch>)[
        Symbol.asyncIterator
      ](),
      batch: null,
      times: null,
      row: 0,
    }),
  );
  try {
    for (const stream of streams) await advance(stream);
    for (;;) {
      const at = firstOf(streams);
      if (at < 0) return;
      const stream = streams[at]!;
      const from = stream.row;
      stream.row = endOfRun(streams, at);
      yield { schema: stream.schema, batch: stream.batch!, from, to: stream.row };
      if (stream.row === stream.batch!.count) await advance(stream);
    }
  } finally {
    for (const { iterator } of streams) await iterator.return?.();
  }
}

async function advance(stream: Stream): Promise<void> {
  const next = await stream.iterator.next();
  stream.batch = next.done === true ? null : next.value;
  stream.times = (stream.batch?.column('tsEvent') as Int64Column | undefined) ?? null;
  stream.row = 0;
}

/** The stream whose next row is the earliest; -1 when all have ended. */
function firstOf(streams: readonly Stream[]): number {
  let first = -1;
  for (let at = 0; at < streams.length; at++) {
    const stream = streams[at]!;
    if (stream.times === null) continue;
    if (first < 0 || behindNs(stream, stream.row, streams[first]!) < 0) first = at;
  }
  return first;
}

/** The row of a stream behind the last one that no other stream comes before. */
function endOfRun(streams: readonly Stream[], at: number): number {
  const stream = streams[at]!;
  let end = stream.batch!.count;
  for (let other = 0; other < streams.length; other++) {
    const theirs = streams[other]!;
    if (other === at || theirs.times === null) continue;
    // Of those named later it goes first at equal times.
    const limitNs = other > at ? 1 : 0;
    let next = stream.row + 1;
    while (next < end && behindNs(stream, next, theirs) < limitNs) next++;
    end = next;
  }
  return end;
}

/** By how much a row comes after the next row of another stream, leads counted in. */
function behindNs(stream: Stream, row: number, other: Stream): number {
  const times = other.times!;
  const apartNs = stream.times!.since(row, times.high(other.row), times.low(other.row));
  return apartNs - (stream.leadNs - other.leadNs);
}
