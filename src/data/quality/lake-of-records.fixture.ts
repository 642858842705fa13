/** A dataset of given records, made by an ingest as files make it. */

import { runIngest } from '../ingest/run-ingest.ts';
import { DATASET_VERSION } from '../lake/dataset.ts';
import type { Lake } from '../lake/lake.ts';
import type { NewRecord, SchemaName } from '../registry.ts';
import { createQualityStage } from './stage.ts';

export type GivenRecords = { readonly [N in SchemaName]?: readonly Omit<NewRecord<N>, 'sourceIndex'>[] };

/** Ingests records as the dataset `id` of one task per venue; places count through the records of each schema. */
export async function ingestRecords(
  lake: Lake,
  id: string,
  records: GivenRecords,
  venues: readonly string[] = ['TEST'],
): Promise<void> {
  const maker = { name: 'given', version: 1 };
  lake.begin({
    line: 'head',
    version: DATASET_VERSION,
    id,
    kind: 'ingest',
    createdAt: '2024-01-01T00:00:00.000Z',
    maker,
    codeVersion: 'test',
    request: {},
    parents: [],
    tasks: venues,
  });
  const tasks = venues.map((venue) => ({
    id: venue,
    label: venue,
    venue,
    fetch: null,
    kept: [],
    normaliser: (sink: Parameters<Parameters<typeof runIngest>[0][number]['normaliser']>[0]) => ({
      write: () => {},
      endPage: () => {},
      end: () => {
        for (const [schema, ones] of Object.entries(records))
          for (const [sourceIndex, one] of (ones ?? []).entries())
            sink.push(schema as SchemaName, { ...one, sourceIndex } as never);
      },
    }),
    stage: createQualityStage,
  }));
  const signal = new AbortController().signal;
  await runIngest(tasks, { lake, dataset: id, maker, mode: 'lenient', concurrent: 1, signal });
}
