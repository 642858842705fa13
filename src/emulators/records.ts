/** What has happened by the emulated time, read from the records: for answers about the past. */

import type { CanonicalRecord, SchemaName } from '../data/index.ts';
import type { Stage } from './contract.ts';

interface Span {
  readonly symbols?: readonly string[];
  readonly fromNs?: bigint;
  /** Not included; the emulated time bounds it too. */
  readonly toNs?: bigint;
}

export async function pastRecords<N extends SchemaName>(
  { source, nowNs }: Stage,
  schema: N,
  { toNs, ...rest }: Span = {},
): Promise<CanonicalRecord<N>[]> {
  const end = nowNs() + 1n;
  return collect(source, { schema, ...rest, toNs: toNs === undefined || toNs > end ? end : toNs });
}

/** Everything of a schema, whatever the time: what an instrument is counts as known. */
export function allRecords<N extends SchemaName>(
  { source }: Stage,
  schema: N,
): Promise<CanonicalRecord<N>[]> {
  return collect(source, { schema });
}

async function collect<N extends SchemaName>(
  source: Stage['source'],
  query: Span & { readonly schema: N },
): Promise<CanonicalRecord<N>[]> {
  const records: CanonicalRecord<N>[] = [];
  if (!(await source.schemas()).includes(query.schema)) return records;
  for await (const batch of source.read(query))
    for (const record of batch.rows()) records.push(record as CanonicalRecord<N>);
  return records;
}
