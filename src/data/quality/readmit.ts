/**
 * Records that were set aside: what they are, and the way back. A record goes back when its fields fit the schema, as they are or
 * with values put in by hand; it is then marked `readmitted`. The journal of the dataset names what went back, in the same line that
 * accepts its parts: doing it twice, or being killed in between, neither loses nor doubles one.
 */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TwinError } from '../../base/index.ts';
import { readLines } from '../../disk/index.ts';
import type { SetAside } from '../ingest/quality-stage.ts';
import type { Dataset } from '../lake/dataset.ts';
import { Duck } from '../lake/duckdb.ts';
import type { Lake } from '../lake/lake.ts';
import { lakeFault, type Part, type PartWriter } from '../lake/part-writer.ts';
import { openTaskWriter } from '../lake/task-writer.ts';
import { QUARANTINE_REASONS } from '../quarantine.ts';
import { qualityMask, SCHEMAS, type SchemaName } from '../registry.ts';
import type { Field, Schema } from '../schema/field.ts';
import { migrateRecord } from '../schema/migrations.ts';
import { RecordBatch } from '../schema/record-batch.ts';
import { checkRanges } from './range-check.ts';

const READMITTED = qualityMask('readmitted');
const HASH_CHARS = 16;

/** A record set aside, with its name in the journal. */
export interface AsideEntry extends SetAside {
  /** `<task>:<place>`. */
  readonly name: string;
  readonly task: string;
  readonly isReadmitted: boolean;
}

/** Records of a dataset that are kept aside, in the order of tasks. Raises DATA_NOT_FOUND, DATA_LAKE. */
export function setAsideOf(lake: Lake, id: string): AsideEntry[] {
  const { readmitted } = lake.dataset(id);
  const path = join(lake.layout.quarantine, `${id}.ndjson`);
  if (!existsSync(path)) return [];
  let lines: { readonly task: string; readonly records: readonly SetAside[] }[];
  try {
    lines = readLines(path) as typeof lines;
  } catch (error) {
    throw lakeFault(path, error);
  }
  // A task that was done again has its records in its last line.
  const byTask = new Map(lines.map((line) => [line.task, line.records]));
  return [...byTask].flatMap(([task, records]) =>
    records.map((aside, place) => {
      const name = `${task}:${place}`;
      return { ...inPresentVersion(aside), name, task, isReadmitted: readmitted.has(name) };
    }),
  );
}

/** A record as the present version of its schema has it; one of a newer version stays as it is. */
function inPresentVersion(aside: SetAside): SetAside {
  if (aside.record === null || !isKnown(aside)) return aside;
  const schema = SCHEMAS[aside.schema as SchemaName];
  const record = migrateRecord(schema, aside.version ?? 1, aside.record);
  return { ...aside, version: schema.version, record };
}

/** Whether this program knows the version of a record. */
function isKnown({ schema, version }: SetAside): boolean {
  const known = SCHEMAS[schema as SchemaName]?.version;
  return known !== undefined && (version ?? 1) <= known;
}

export interface ReadmitRequest {
  readonly dataset: string;
  /** Only records set aside for these reasons; none: all. */
  readonly reasons: readonly string[];
  /** Values in the place of those that the records have, by field, as texts. */
  readonly set: Readonly<Record<string, string>>;
}

export interface ReadmitResult {
  readonly readmitted: number;
  /** Records asked for that are back already. */
  readonly before: number;
  /** Records that stay aside, by why. */
  readonly left: Readonly<Record<string, number>>;
}

/** Puts records back into their dataset. Raises DATA_NOT_FOUND, DATA_REQUEST with every problem, DATA_LAKE. */
export async function readmitRecords(lake: Lake, request: ReadmitRequest): Promise<ReadmitResult> {
  const release = lake.hold(request.dataset);
  try {
    const dataset = lake.dataset(request.dataset);
    const asked = setAsideOf(lake, request.dataset).filter(
      ({ reason }) => request.reasons.length === 0 || request.reasons.includes(reason),
    );
    const open = asked.filter(({ isReadmitted }) => !isReadmitted);
    checkRequest(request, open);
    const left: Record<string, number> = {};
    const leave = (why: string): void => {
      left[why] = (left[why] ?? 0) + 1;
    };
    const back: { readonly entry: AsideEntry; readonly batch: RecordBatch }[] = [];
    for (const entry of open) {
      const made = remake(entry, request.set);
      if (typeof made === 'string') leave(made);
      else back.push({ entry, batch: made });
    }
    if (back.length > 0) await writeBack(lake, dataset, back);
    return { readmitted: back.length, before: asked.length - open.length, left };
  } finally {
    release();
  }
}

function checkRequest({ reasons, set }: ReadmitRequest, open: readonly AsideEntry[]): void {
  const problems: string[] = [];
  for (const reason of reasons) {
    if (!(reason in QUARANTINE_REASONS))
      problems.push(`reason=${reason} (allowed: ${Object.keys(QUARANTINE_REASONS).join(', ')})`);
  }
  const schemas = new Set(open.flatMap(({ schema }) => (schema === null ? [] : [schema])));
  for (const name of Object.keys(set)) {
    const lacking = [...schemas].filter((schema) => !(name in SCHEMAS[schema as SchemaName].fields));
    if (lacking.length > 0) problems.push(`set ${name}, which ${lacking.join(', ')} does not have`);
    if (name === 'quality' || name === 'source' || name === 'sourceIndex')
      problems.push(`set ${name}, which is the lake's own`);
  }
  if (problems.length > 0)
    throw new TwinError('DATA_REQUEST', 'records go back by reason, with values of their fields', {
      problems,
    });
}

/** A batch of one record, or why it cannot be made. */
function remake(entry: AsideEntry, set: ReadmitRequest['set']): RecordBatch | string {
  if (entry.record === null || entry.schema === null) return 'no record could be made of it';
  if (!isKnown(entry)) return 'a newer version of the program set it aside';
  const schema: Schema = SCHEMAS[entry.schema as SchemaName];
  const input: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema.fields)) {
    const corrected = set[name];
    const value = corrected === undefined ? entry.record[name] : ofText(field, corrected);
    if (value !== undefined && value !== null) input[name] = ofJson(field, value);
  }
  input.source = entry.source;
  input.quality = Number(input.quality ?? 0) | READMITTED;
  const batch = new RecordBatch(schema, 1);
  const problem = batch.push(input as never);
  if (problem !== null) return `${schema.name}.${problem.field}: ${problem.reason}`;
  let broken: string | null = null;
  checkRanges(batch, new Uint8Array(1), (_row, reason, detail) => {
    broken ??= `${detail.slice(0, detail.indexOf('='))}: ${reason}`;
  });
  return broken ?? batch;
}

/** A value as JSON kept it: 64-bit numbers are texts there. */
function ofJson(field: Field, value: unknown): unknown {
  const isBig = field.kind === 'time' || field.kind === 'id';
  return isBig && typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : value;
}

/** A value as a user writes it. */
function ofText(field: Field, text: string): unknown {
  switch (field.kind) {
    case 'count':
    case 'qty':
    case 'real':
    case 'int':
    case 'flags':
      return text.trim() === '' ? text : Number(text);
    case 'bool':
      return text === 'true' ? true : text === 'false' ? false : text;
    default:
      return text;
  }
}

async function writeBack(
  lake: Lake,
  dataset: Dataset,
  back: readonly { readonly entry: AsideEntry; readonly batch: RecordBatch }[],
): Promise<void> {
  const { id, maker } = dataset.head;
  const names = back.map(({ entry }) => entry.name);
  const hash = createHash('sha256').update(names.join('\n')).digest('hex').slice(0, HASH_CHARS);
  const duck = await Duck.open();
  const writers = new Map<string, PartWriter>();
  try {
    for (const { entry, batch } of back) {
      const venue = venueOf(dataset, entry.task);
      let writer = writers.get(venue);
      if (writer === undefined) {
        const task = `readmit-${hash}-${writers.size}`;
        writer = openTaskWriter(lake, duck, { dataset: id, task, venue: () => venue, maker });
        writers.set(venue, writer);
      }
      await writer.append(batch);
    }
    const added: Part[] = [];
    for (const writer of writers.values()) added.push(...(await writer.finish()));
    const at = new Date().toISOString();
    lake.append(id, { line: 'replace', why: 'readmitted', at, removed: [], added, readmitted: names });
  } catch (error) {
    for (const writer of writers.values()) await writer.abandon();
    throw error;
  } finally {
    duck.close();
  }
}

/** The venue of a task, by its parts; of the dataset, where all of the task was set aside. */
function venueOf({ done, parts }: Dataset, task: string): string {
  return done.get(task)?.parts[0]?.venue ?? parts[0]?.venue ?? 'unknown';
}
