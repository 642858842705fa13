/**
 * Datasets made of others: one task per venue of the parent, each done wholly or not at all. The same request has the same name, and
 * what a killed process left undone is done by the next one.
 */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { TwinError } from '../../base/index.ts';
import type { SchemaName } from '../registry.ts';
import { QualityCounts } from '../schema/quality-counts.ts';
import type { RecordBatch } from '../schema/record-batch.ts';
import { DATASET_VERSION, type DatasetHead, isComplete, type TaskLine } from './dataset.ts';
import { Duck } from './duckdb.ts';
import { type Lake, LakeSource } from './lake.ts';
import type { RecordSource } from './record-source.ts';
import { openTaskWriter } from './task-writer.ts';

const HASH_CHARS = 10;

export interface Derivation {
  /** Grows when the same parents give other records. */
  readonly maker: DatasetHead['maker'];
  /** The first one is read venue by venue. */
  readonly parents: readonly string[];
  /** What was asked for: JSON, with every default filled in. */
  readonly request: DatasetHead['request'];
  /** Null makes a name of the maker, the parents and the request. */
  readonly name: string | null;
  readonly codeVersion: string;
  readonly signal?: AbortSignal;
}

/** Gives the records of one venue to `take`, in batches that may be filled anew; returns remarks for the task's line. */
export type DeriveVenue = (
  source: RecordSource,
  take: (batch: RecordBatch) => Promise<void>,
  venue: string,
) => Promise<Readonly<Record<string, number>>>;

export interface Derived {
  readonly dataset: string;
  readonly tasks: readonly TaskLine[];
  /** Records of all of them. */
  readonly records: number;
  /** Whether it was there already. */
  readonly isOld: boolean;
}

/** Makes a dataset, or what is left of it to make. Raises DATA_NOT_FOUND, DATA_REQUEST for a name that stands for another one, DATA_LAKE. */
export async function derive(lake: Lake, derivation: Derivation, work: DeriveVenue): Promise<Derived> {
  const { parts } = lake.dataset(derivation.parents[0]!);
  const venues = [...new Set(parts.map(({ venue }) => venue))].sort();
  const head = headOf(derivation, venues);
  const isNew = lake.findDataset(head.id) === null;
  const isOld = isComplete(lake.beginOnce(head));
  if (!isOld) {
    const release = lake.hold(head.id);
    const duck = await Duck.open({ spillFolder: join(lake.layout.tmp, `spill-${process.pid}`) });
    try {
      const { done } = lake.dataset(head.id);
      for (const [index, venue] of venues.entries()) {
        const task = head.tasks![index]!;
        if (done.has(task)) continue;
        const ofVenue = parts.filter((part) => part.venue === venue);
        const source = new LakeSource(lake.layout.data, ofVenue, {
          spillFolder: join(lake.layout.tmp, 'spill'),
        });
        lake.append(
          head.id,
          await deriveVenue({ lake, duck, head, task, venue, source, work, signal: derivation.signal }),
        );
      }
    } catch (error) {
      // A request that the records do not allow leaves no dataset behind that could never be finished.
      const isRefused = error instanceof TwinError && error.code === 'DATA_REQUEST';
      if (isNew && isRefused && lake.dataset(head.id).done.size === 0) lake.remove(head.id);
      throw error;
    } finally {
      duck.close();
      release();
    }
  }
  const tasks = [...lake.dataset(head.id).done.values()];
  const records = tasks.flatMap(({ counts }) => Object.values(counts)).reduce((sum, count) => sum + count, 0);
  return { dataset: head.id, tasks, records, isOld };
}

interface VenueWork {
  readonly lake: Lake;
  readonly duck: Duck;
  readonly head: DatasetHead;
  readonly task: string;
  readonly venue: string;
  readonly source: RecordSource;
  readonly work: DeriveVenue;
  readonly signal: AbortSignal | undefined;
}

async function deriveVenue({
  lake,
  duck,
  head,
  task,
  venue,
  source,
  work,
  signal,
}: VenueWork): Promise<TaskLine> {
  const startedMs = performance.now();
  const writer = openTaskWriter(lake, duck, {
    dataset: head.id,
    task,
    venue: () => venue,
    maker: head.maker,
  });
  const counts: Partial<Record<SchemaName, number>> = {};
  const quality = new QualityCounts();
  try {
    const take = async (batch: RecordBatch): Promise<void> => {
      signal?.throwIfAborted();
      const schema = batch.schema.name as SchemaName;
      counts[schema] = (counts[schema] ?? 0) + batch.count;
      quality.add(batch);
      await writer.append(batch);
    };
    const remarks = await work(source, take, venue);
    const parts = await writer.finish();
    return {
      line: 'task',
      task,
      label: venue,
      endedAt: new Date().toISOString(),
      seconds: Math.round(performance.now() - startedMs) / 1000,
      parts,
      raw: [],
      counts,
      quarantined: {},
      quality: quality.byName(),
      remarks,
    };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

function headOf(
  { maker, parents, request, name, codeVersion }: Derivation,
  venues: readonly string[],
): DatasetHead {
  const hash = createHash('sha256')
    .update(JSON.stringify([maker, parents, request]))
    .digest('hex');
  return {
    line: 'head',
    version: DATASET_VERSION,
    id: name ?? `${maker.name}-${hash.slice(0, HASH_CHARS)}`,
    kind: 'derived',
    createdAt: new Date().toISOString(),
    maker,
    codeVersion,
    request,
    parents,
    tasks: venues.map((_, index) => `${maker.name}-${index}`),
  };
}
