/** A dataset whose gaps are filled, made of another: the same records, and those that a policy puts into the gaps, each with its bit. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { TwinError } from '../../base/index.ts';
import { DATASET_VERSION, type DatasetHead, isComplete, type TaskLine } from '../lake/dataset.ts';
import { Duck } from '../lake/duckdb.ts';
import { type Lake, LakeSource } from '../lake/lake.ts';
import { type Part, PartWriter } from '../lake/part-writer.ts';
import { QUALITY_BITS, type SchemaName } from '../registry.ts';
import type { RecordBatch } from '../schema/record-batch.ts';
import type { SessionCalendar } from './calendar.ts';
import { FILL_POLICIES, type FillPolicy, fillBars, fillQuotes } from './fill-records.ts';

const MAKER = { name: 'fill', version: 1 };
const HASH_CHARS = 10;

export interface FillRequest {
  readonly parent: string;
  /** What is done with gaps of bars, and of quotes; records of a schema with `none` stay in the parent alone. */
  readonly bars: FillPolicy;
  readonly quotes: FillPolicy;
  /** Longest time without a quote, s. */
  readonly everyS: number;
  /** Null: gaps within a day (UTC). */
  readonly calendar: SessionCalendar | null;
  /** Name of the new dataset; null makes one of the request. */
  readonly name: string | null;
}

export interface FillResult {
  readonly dataset: string;
  readonly records: number;
  /** Records that were made, by bit of quality. */
  readonly filled: Readonly<Record<string, number>>;
  /** Whether it was there already. */
  readonly isOld: boolean;
}

/** Makes the dataset, or what is left of it to make. Raises DATA_NOT_FOUND, DATA_REQUEST with every problem, DATA_LAKE. */
export async function fillDataset(
  lake: Lake,
  request: FillRequest,
  codeVersion: string,
  signal?: AbortSignal,
): Promise<FillResult> {
  const parent = lake.dataset(request.parent);
  checkRequest(request, new Set(parent.parts.map(({ schema }) => schema)));
  const venues = [...new Set(parent.parts.map(({ venue }) => venue))].sort();
  const head = headOf(request, venues, codeVersion);
  const known = lake.findDataset(head.id);
  if (known === null) lake.begin(head);
  else if (
    JSON.stringify([known.head.request, known.head.parents]) !== JSON.stringify([head.request, head.parents])
  )
    throw new TwinError('DATA_REQUEST', 'a name stands for one dataset', {
      name: head.id,
      madeBy: known.head.maker.name,
      request: known.head.request,
    });
  const isOld = known !== null && isComplete(known);
  if (!isOld) await fillVenues(lake, head, request, venues, parent.parts, signal);
  const { done } = lake.dataset(head.id);
  const lines = [...done.values()];
  const records = lines.flatMap(({ counts }) => Object.values(counts)).reduce((sum, count) => sum + count, 0);
  const filled: Record<string, number> = {};
  for (const { remarks } of lines)
    for (const [name, count] of Object.entries(remarks)) filled[name] = (filled[name] ?? 0) + count;
  return { dataset: head.id, records, filled, isOld };
}

function checkRequest({ bars, quotes, everyS }: FillRequest, has: ReadonlySet<SchemaName>): void {
  const problems: string[] = [];
  for (const [what, policy] of [
    ['policy', bars],
    ['quotes', quotes],
  ] as const) {
    if (!FILL_POLICIES.includes(policy))
      problems.push(`${what}=${policy} (allowed: ${FILL_POLICIES.join(', ')})`);
  }
  if (bars === 'none' && quotes === 'none')
    problems.push('neither bars (policy) nor quotes have a policy other than none');
  if (bars !== 'none' && !has.has('bar')) problems.push('the dataset has no bars: policy=none');
  if (bars === 'fromTrades' && !has.has('trade'))
    problems.push('policy=fromTrades, but the dataset has no trades');
  if (quotes !== 'none' && !has.has('bbo')) problems.push('the dataset has no quotes: quotes=none');
  if (quotes === 'fromTrades') problems.push('quotes=fromTrades (allowed: none, previous, linear)');
  if (!Number.isInteger(everyS) || everyS < 1) problems.push(`every=${everyS} (whole seconds, 1 or more)`);
  if (problems.length > 0)
    throw new TwinError('DATA_REQUEST', 'gaps are filled by a policy that fits to the dataset', { problems });
}

function headOf(request: FillRequest, venues: readonly string[], codeVersion: string): DatasetHead {
  const { parent, bars, quotes, everyS, calendar, name } = request;
  const asked = { policy: bars, quotes, everyS, calendar: calendar?.name ?? 'day' };
  const hash = createHash('sha256')
    .update(JSON.stringify([MAKER, parent, asked]))
    .digest('hex');
  return {
    line: 'head',
    version: DATASET_VERSION,
    id: name ?? `fill-${hash.slice(0, HASH_CHARS)}`,
    kind: 'derived',
    createdAt: new Date().toISOString(),
    maker: MAKER,
    codeVersion,
    request: asked,
    parents: [parent],
    tasks: venues.map((_, index) => `fill-${index}`),
  };
}

async function fillVenues(
  lake: Lake,
  head: DatasetHead,
  request: FillRequest,
  venues: readonly string[],
  parts: readonly Part[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const release = lake.hold(head.id);
  const duck = await Duck.open({ spillFolder: join(lake.layout.tmp, `spill-${process.pid}`) });
  try {
    const { done } = lake.dataset(head.id);
    for (const [index, venue] of venues.entries()) {
      const task = head.tasks![index]!;
      if (done.has(task)) continue;
      const source = new LakeSource(
        lake.layout.data,
        parts.filter((part) => part.venue === venue),
        { spillFolder: join(lake.layout.tmp, 'spill') },
      );
      const tmpFolder = join(lake.layout.tmp, `${process.pid}-${head.id}`, task);
      const writer = new PartWriter({
        duck,
        dataFolder: lake.layout.data,
        tmpFolder,
        dataset: head.id,
        task,
        venue: () => venue,
        about: { maker: `${MAKER.name} ${MAKER.version}` },
      });
      try {
        lake.append(head.id, await fillVenue(source, writer, request, { task, venue }, signal));
      } catch (error) {
        await writer.abandon();
        throw error;
      }
    }
  } finally {
    duck.close();
    release();
  }
}

async function fillVenue(
  source: LakeSource,
  writer: PartWriter,
  request: FillRequest,
  { task, venue }: { readonly task: string; readonly venue: string },
  signal: AbortSignal | undefined,
): Promise<TaskLine> {
  const startedMs = performance.now();
  const counts: Partial<Record<SchemaName, number>> = {};
  const quality: Record<string, number> = {};
  const remarks: Record<string, number> = {};
  const take = async (batch: RecordBatch): Promise<void> => {
    signal?.throwIfAborted();
    const schema = batch.schema.name as SchemaName;
    counts[schema] = (counts[schema] ?? 0) + batch.count;
    countBits(batch, quality);
    await writer.append(batch);
  };
  const { bars, quotes, everyS, calendar } = request;
  if (bars !== 'none') remarks[`${bars} bars`] = await fillBars(source, bars, calendar, take);
  if (quotes === 'previous' || quotes === 'linear')
    remarks[`${quotes} quotes`] = await fillQuotes(source, quotes, everyS, calendar, take);
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
    quality,
    remarks,
  };
}

function countBits(batch: RecordBatch, counts: Record<string, number>): void {
  const quality = batch.column('quality') as Int32Array;
  for (let row = 0; row < batch.count; row++) {
    for (let bits = quality[row]!; bits !== 0; bits &= bits - 1) {
      const name = QUALITY_BITS[31 - Math.clz32(bits & -bits)]!;
      counts[name] = (counts[name] ?? 0) + 1;
    }
  }
}
