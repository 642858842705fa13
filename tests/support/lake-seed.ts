/** Datasets in a lake out of a few records, for tests. */

import { join } from 'node:path';
import { type Lake, type NewRecord, RecordBatch, SCHEMAS, type SchemaName } from '../../src/data/index.ts';
import { Duck } from '../../src/data/lake/duckdb.ts';
import { PartWriter } from '../../src/data/lake/part-writer.ts';

export async function seedDataset<N extends SchemaName>(
  lake: Lake,
  id: string,
  schema: N,
  records: readonly Omit<NewRecord<N>, 'sourceIndex'>[],
): Promise<void> {
  lake.begin({
    line: 'head',
    version: 1,
    id,
    kind: 'derived',
    createdAt: '2024-01-01T00:00:00.000Z',
    maker: { name: 'seed', version: 1 },
    codeVersion: 'test',
    request: {},
    parents: [],
    tasks: ['seed'],
  });
  const batch = new RecordBatch(SCHEMAS[schema], Math.max(1, records.length)) as unknown as RecordBatch;
  records.forEach((record, sourceIndex) => {
    const problem = batch.push({ ...record, source: 0, sourceIndex } as never);
    if (problem !== null) throw new RangeError(JSON.stringify(problem));
  });
  const duck = await Duck.open();
  try {
    const tmpFolder = join(lake.layout.tmp, id);
    const writer = new PartWriter({
      duck,
      dataFolder: lake.layout.data,
      tmpFolder,
      dataset: id,
      task: 'seed',
      venue: () => 'TEST',
      about: {},
    });
    await writer.append(batch);
    const parts = await writer.finish();
    lake.append(id, {
      line: 'task',
      task: 'seed',
      label: 'seed',
      endedAt: '2024-01-01T00:00:00.000Z',
      seconds: 0,
      parts,
      raw: [],
      counts: { [schema]: records.length },
      quarantined: {},
      quality: {},
      remarks: {},
    });
  } finally {
    duck.close();
  }
}
