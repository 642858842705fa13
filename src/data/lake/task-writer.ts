/** The writer of one task of a dataset, with its files where those of tasks are. */

import { join } from 'node:path';
import type { DatasetHead } from './dataset.ts';
import type { Duck } from './duckdb.ts';
import type { Lake } from './lake.ts';
import { PartWriter } from './part-writer.ts';

export interface TaskParts {
  readonly dataset: string;
  readonly task: string;
  /** Asked when the first rows are written. */
  readonly venue: () => string;
  readonly maker: DatasetHead['maker'];
}

export function openTaskWriter(
  lake: Lake,
  duck: Duck,
  { dataset, task, venue, maker }: TaskParts,
): PartWriter {
  return new PartWriter({
    duck,
    dataFolder: lake.layout.data,
    tmpFolder: join(lake.layout.tmp, `${process.pid}-${dataset}`, task),
    dataset,
    task,
    venue,
    about: { maker: `${maker.name} ${maker.version}` },
  });
}
