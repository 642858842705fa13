/** Where records that were set aside are kept: one line per task in `quarantine/<dataset>.ndjson`, the last one of a task counts. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { appendLine } from '../../disk/index.ts';
import type { Lake } from '../lake/lake.ts';
import { SCHEMAS, type SchemaName } from '../registry.ts';
import type { SetAside } from './quality-stage.ts';

/** Records set aside that are kept for inspection, per task; the others are counted. */
export const SET_ASIDE_KEPT_MAX = 10_000;

export function keepAside(lake: Lake, dataset: string, task: string, aside: readonly SetAside[]): void {
  if (aside.length === 0) return;
  mkdirSync(lake.layout.quarantine, { recursive: true });
  appendLine(join(lake.layout.quarantine, `${dataset}.ndjson`), { task, records: aside.map(plain) });
}

/** Bigints as texts, for JSON, with the version of the schema. */
function plain(aside: SetAside): unknown {
  if (aside.record === null) return aside;
  const fields = Object.entries(aside.record).map(([name, value]) => [
    name,
    typeof value === 'bigint' ? String(value) : value,
  ]);
  const version = SCHEMAS[aside.schema as SchemaName]?.version;
  return { ...aside, version, record: Object.fromEntries(fields) };
}
