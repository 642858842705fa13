/**
 * A dataset adjusted for corporate actions, as a dataset of its own that names its parents; what was ingested stays as it is. Prices are
 * rounded to steps of 1e-9, the nearest one; quantities are not rounded.
 */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { TwinError } from '../../base/index.ts';
import { DATASET_VERSION, type DatasetHead } from '../lake/dataset.ts';
import { Duck } from '../lake/duckdb.ts';
import type { Lake } from '../lake/lake.ts';
import { PartWriter } from '../lake/part-writer.ts';
import type { RecordSource } from '../lake/record-source.ts';
import { BAR, SCHEMAS, type SchemaName } from '../registry.ts';
import { dayOfText, NS_PER_DAY } from '../schema/day.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import { type RecordBatch, UNDEF_FLOAT64 } from '../schema/record-batch.ts';
import { Adjustment, type AdjustmentMode } from './adjustment.ts';
import type { CorporateAction } from './factors.ts';

/** Grows when the same datasets give other records. */
const TRANSFORM = { name: 'adjust', version: 1 } as const;
/** Schemas that are adjusted; those that name orders by price are not: an order's price is a fact. */
const ADJUSTED: readonly SchemaName[] = ['bar', 'trade', 'bbo'];
const HASH_CHARS = 10;
const S_PER_DAY = 86_400;

export interface AdjustRequest {
  readonly dataset: string;
  /** Dataset with the actions. */
  readonly actions: string;
  readonly mode: AdjustmentMode;
  /** Last day whose knowledge counts, 'YYYY-MM-DD'; null: all. */
  readonly asOf: string | null;
  readonly name: string | null;
}

export interface AdjustResult {
  readonly dataset: string;
  readonly records: number;
  readonly actionsUsed: number;
}

/** Writes the adjusted dataset; the same request gives the same one. Raises DATA_NOT_FOUND, DATA_REQUEST, DATA_RECORD, DATA_LAKE. */
export async function adjustDataset(
  lake: Lake,
  request: AdjustRequest,
  codeVersion: string,
): Promise<AdjustResult> {
  const source = lake.source([request.dataset]);
  const schemas = (await source.schemas()).filter((name) => ADJUSTED.includes(name));
  if (schemas.length === 0) {
    throw new TwinError('DATA_REQUEST', 'a dataset that is adjusted has bars, trades or quotes', {
      dataset: request.dataset,
    });
  }
  const actions = await actionsOf(lake, request.actions);
  const closes = await dailyCloses(lake, request.dataset);
  const adjustment = new Adjustment(actions, {
    mode: request.mode,
    asOfNs: request.asOf === null ? null : endOfDayNs(request.asOf),
    closeBefore: (symbol, exDate) => closeBefore(closes.get(symbol) ?? [], exDate),
  });
  const id =
    request.name ??
    `adjusted-${createHash('sha256')
      .update(JSON.stringify([TRANSFORM, request]))
      .digest('hex')
      .slice(0, HASH_CHARS)}`;
  const release = lake.hold(id);
  const duck = await Duck.open();
  try {
    if (lake.findDataset(id) === null) lake.begin(headOf(id, request, schemas, codeVersion));
    let records = 0;
    for (const schema of schemas)
      records += await adjustSchema({ lake, duck, id, schema, source, adjustment, request });
    return { dataset: id, records, actionsUsed: adjustment.used.length };
  } finally {
    duck.close();
    release();
  }
}

function headOf(
  id: string,
  request: AdjustRequest,
  schemas: readonly SchemaName[],
  codeVersion: string,
): DatasetHead {
  return {
    line: 'head',
    version: DATASET_VERSION,
    id,
    kind: 'derived',
    createdAt: new Date().toISOString(),
    maker: TRANSFORM,
    codeVersion,
    request: { ...request },
    parents: [request.dataset, request.actions],
    tasks: schemas,
  };
}

interface SchemaWork {
  readonly lake: Lake;
  readonly duck: Duck;
  readonly id: string;
  readonly schema: SchemaName;
  readonly source: RecordSource;
  readonly adjustment: Adjustment;
  readonly request: AdjustRequest;
}

/** Writes the adjusted records of one schema as a task of the new dataset; returns how many. */
async function adjustSchema({
  lake,
  duck,
  id,
  schema,
  source,
  adjustment,
  request,
}: SchemaWork): Promise<number> {
  const startedMs = performance.now();
  const { venue } = lake.dataset(request.dataset).parts.find((part) => part.schema === schema)!;
  const writer = new PartWriter({
    duck,
    dataFolder: lake.layout.data,
    tmpFolder: join(lake.layout.tmp, `${process.pid}-${id}`, schema),
    dataset: id,
    task: schema,
    venue: () => venue,
    about: { maker: `${TRANSFORM.name} ${TRANSFORM.version}` },
  });
  let rows = 0;
  try {
    for await (const batch of source.read({ schema })) {
      adjustBatch(batch as unknown as RecordBatch, adjustment, request.mode);
      rows += batch.count;
      await writer.append(batch as unknown as RecordBatch);
    }
    const parts = await writer.finish();
    lake.append(id, {
      line: 'task',
      task: schema,
      label: `${schema} adjusted for ${request.mode}`,
      endedAt: new Date().toISOString(),
      seconds: Math.round(performance.now() - startedMs) / 1000,
      parts,
      raw: [],
      counts: { [schema]: rows },
      quarantined: {},
      quality: {},
      remarks: { actions: adjustment.used.length },
    });
    return rows;
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

async function actionsOf(lake: Lake, id: string): Promise<CorporateAction[]> {
  const actions: CorporateAction[] = [];
  for await (const batch of lake.source([id]).read({ schema: 'corporate_action' }))
    actions.push(...batch.rows());
  if (actions.length === 0)
    throw new TwinError('DATA_REQUEST', 'a dataset of corporate actions has some', { dataset: id });
  return actions;
}

interface Close {
  readonly day: string;
  readonly close: number;
}

/** Closes of daily bars as they traded, by symbol, in order. */
async function dailyCloses(lake: Lake, id: string): Promise<Map<string, Close[]>> {
  const closes = new Map<string, Close[]>();
  for await (const batch of lake.source([id]).read({ schema: 'bar' })) {
    for (const { symbol, tsEvent, intervalS, close, adjusted, basis } of batch.rows()) {
      if (intervalS !== S_PER_DAY || adjusted !== 'raw' || basis !== 'trade') continue;
      const day = new Date(Number(tsEvent / 1_000_000n)).toISOString().slice(0, 10);
      closes.set(symbol, [...(closes.get(symbol) ?? []), { day, close }]);
    }
  }
  return closes;
}

function closeBefore(closes: readonly Close[], exDate: string): number | null {
  let found: number | null = null;
  for (const { day, close } of closes) if (day < exDate) found = close;
  return found;
}

function endOfDayNs(day: string): bigint {
  const number = dayOfText(day);
  if (number === null) throw new TwinError('DATA_REQUEST', 'a day is written YYYY-MM-DD', { asOf: day });
  return BigInt(number + 1) * NS_PER_DAY - 1n;
}

/** Multiplies prices and quantities of a batch, in place. */
function adjustBatch(batch: RecordBatch, adjustment: Adjustment, mode: AdjustmentMode): void {
  const times = batch.column('tsEvent') as Int64Column;
  const fields = Object.entries(batch.schema.fields);
  const prices = fields
    .filter(([, { kind }]) => kind === 'price')
    .map(([name]) => batch.column(name) as Int64Column);
  const quantities = fields
    .filter(([, { kind }]) => kind === 'qty')
    .map(([name]) => batch.column(name) as Float64Array);
  const symbols = batch.column('symbol') as { name(row: number): string };
  const isBar = batch.schema.name === SCHEMAS.bar.name;
  const vwap = isBar ? (batch.column('vwap') as Float64Array) : null;
  const adjusted = isBar ? (batch.column('adjusted') as Uint8Array) : null;
  const code = BAR.fields.adjusted.values.indexOf(mode);
  for (let row = 0; row < batch.count; row++) {
    if (adjusted !== null) {
      if (adjusted[row] !== 0) {
        throw new TwinError('DATA_REQUEST', 'bars that are adjusted are as they traded', {
          symbol: symbols.name(row),
          adjusted: BAR.fields.adjusted.values[adjusted[row]!],
        });
      }
      adjusted[row] = code;
    }
    const { price, quantity } = adjustment.factorsAtNs(symbols.name(row), times.values[row]!);
    if (price === 1 && quantity === 1) continue;
    for (const column of prices)
      if (!column.isAbsent(row)) column.setNumber(row, Math.round(column.number(row) * price));
    for (const column of quantities) if (column[row] !== UNDEF_FLOAT64) column[row] = column[row]! * quantity;
    if (vwap !== null && vwap[row] !== UNDEF_FLOAT64) vwap[row] = vwap[row]! * price;
  }
}
