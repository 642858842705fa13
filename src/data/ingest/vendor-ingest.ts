/** An ingest from a vendor: the request checked, the plan, the dataset, and the tasks for `runIngest`. */

import { createHash } from 'node:crypto';
import { TwinError } from '../../base/index.ts';
import { DATASET_VERSION, type DatasetHead } from '../lake/dataset.ts';
import { createQualityStage } from '../quality/stage.ts';
import { SCHEMA_NAMES, type SchemaName } from '../registry.ts';
import type { HttpClient } from '../transport/http-client.ts';
import type { DataAdapter, IngestRequest, IngestTask } from './adapter.ts';
import type { WorkTask } from './run-ingest.ts';

const HASH_CHARS = 10;
/** Words that vendors and users have for a kind of records, beside its name. */
const OTHER_NAMES: Readonly<Record<string, SchemaName>> = { quote: 'bbo' };

/** A request as a user writes it. */
export interface VendorRequest {
  readonly symbols: readonly string[];
  readonly schemas: readonly string[];
  readonly from: string | null;
  readonly to: string | null;
  readonly options: Readonly<Record<string, string>>;
}

/** Checks what can be checked without the vendor, fills in defaults, and puts names in order: one request has one form. Raises DATA_REQUEST with every problem. */
export function resolveRequest(adapter: DataAdapter, asked: VendorRequest): IngestRequest {
  const problems: string[] = [];
  const named = asked.schemas.map((name) => OTHER_NAMES[name] ?? name);
  const schemas = named.length === 0 ? adapter.schemas : named;
  for (const name of schemas) {
    if (!adapter.schemas.includes(name as SchemaName)) {
      const known = SCHEMA_NAMES.includes(name as SchemaName)
        ? 'which this vendor does not have'
        : 'which is no schema';
      problems.push(`schema=${name}, ${known} (allowed: ${adapter.schemas.join(', ')})`);
    }
  }
  for (const name of Object.keys(asked.options)) {
    if (!(name in adapter.options))
      problems.push(`option ${name} (allowed: ${Object.keys(adapter.options).join(', ') || 'none'})`);
  }
  for (const [name, value] of [
    ['from', asked.from],
    ['to', asked.to],
  ] as const) {
    if (value !== null && !isDay(value)) problems.push(`${name}=${value} (a day: YYYY-MM-DD)`);
  }
  if (asked.from !== null && asked.to !== null && asked.from > asked.to)
    problems.push(`from=${asked.from} after to=${asked.to}`);
  if (problems.length > 0)
    throw new TwinError('DATA_REQUEST', 'an ingest asks for what the vendor has', {
      vendor: adapter.name,
      problems,
    });
  const defaults = Object.entries(adapter.options).map(([name, option]) => [name, option.default]);
  return {
    symbols: [...new Set(asked.symbols)].sort(),
    schemas: [...new Set(schemas)].sort() as SchemaName[],
    from: asked.from,
    to: asked.to,
    options: { ...Object.fromEntries(defaults), ...asked.options },
  };
}

/** The head of the dataset of a request: the same request has the same name, so that asking twice is asking once. */
export function vendorDataset(
  adapter: DataAdapter,
  request: IngestRequest,
  tasks: readonly IngestTask[],
  name: string | null,
  codeVersion: string,
): DatasetHead {
  const maker = { name: adapter.name, version: adapter.version };
  const what = JSON.stringify([
    maker,
    request.symbols,
    request.schemas,
    request.from,
    request.to,
    sorted(request.options),
  ]);
  const hash = createHash('sha256').update(what).digest('hex').slice(0, HASH_CHARS);
  return {
    line: 'head',
    version: DATASET_VERSION,
    id: name ?? `${adapter.name}-${hash}`,
    kind: 'ingest',
    createdAt: new Date().toISOString(),
    maker,
    codeVersion,
    request: { ...request },
    parents: [],
    tasks: tasks.map(({ id }) => id),
  };
}

/** The head of the dataset of a live feed: each start of the same request adds to the same one. */
export function liveDataset(
  adapter: DataAdapter,
  request: IngestRequest,
  name: string | null,
  codeVersion: string,
): DatasetHead {
  const planned = vendorDataset(adapter, request, [], name, codeVersion);
  const id = name ?? planned.id.replace(`${adapter.name}-`, `${adapter.name}-live-`);
  return { ...planned, id, kind: 'live', tasks: null };
}

export function vendorTasks(
  adapter: DataAdapter,
  tasks: readonly IngestTask[],
  http: HttpClient,
  secrets: Readonly<Record<string, string>>,
): WorkTask[] {
  return tasks.map((task) => ({
    id: task.id,
    label: task.label,
    venue: task.venue,
    fetch: (resumeAt, signal) => adapter.fetch(task, { http, secrets, resumeAt, signal }),
    kept: [],
    normaliser: (sink) => adapter.normaliser(task, sink),
    stage: createQualityStage,
  }));
}

function sorted(options: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
}

function isDay(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(`${value}T00:00:00Z`));
}
