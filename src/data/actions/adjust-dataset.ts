/**
 * A dataset adjusted for corporate actions, as a dataset of its own that names its parents; what was ingested stays as it is. Prices are
 * rounded to steps of 1e-9, the nearest one; quantities are not rounded.
 */

import type { CorporateAction } from '../../actions/index.ts';
import { TwinError } from '../../base/index.ts';
import { derive } from '../lake/derive.ts';
import type { Lake } from '../lake/lake.ts';
import { BAR, SCHEMAS, type SchemaName } from '../registry.ts';
import { dayOfText, NS_PER_DAY } from '../schema/day.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import { PriceColumns } from '../schema/price-columns.ts';
import { type RecordBatch, UNDEF_FLOAT64 } from '../schema/record-batch.ts';
import { Adjustment, type AdjustmentMode } from './adjustment.ts';

/** Grows when the same datasets give other records. */
const TRANSFORM = { name: 'adjust', version: 1 } as const;
/** Schemas that are adjusted; those that name orders by price are not: an order's price is a fact. */
const ADJUSTED: readonly SchemaName[] = ['bar', 'trade', 'bbo'];
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
  const { dataset: parent, actions: from, mode, asOf, name } = request;
  const derivation = {
    maker: TRANSFORM,
    parents: [parent, from],
    request: { mode, asOf },
    name,
    codeVersion,
  };
  const { dataset, records } = await derive(lake, derivation, async (ofVenue, take) => {
    for (const schema of await ofVenue.schemas()) {
      if (!ADJUSTED.includes(schema)) continue;
      for await (const batch of ofVenue.read({ schema })) {
        adjustBatch(batch as unknown as RecordBatch, adjustment, mode);
        await take(batch as unknown as RecordBatch);
      }
    }
    return { actions: adjustment.used.length };
  });
  return { dataset, records, actionsUsed: adjustment.used.length };
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
  const prices = new PriceColumns(batch);
  const quantities = fields
    .filter(([, { kind }]) => kind === 'qty')
    .map(([name]) => batch.column(name) as Float64Array);
  const symbols = batch.column('symbol') as { name(row: number): string };
  const isBar = batch.schema.name === SCHEMAS.bar.name;
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
    prices.change(row, price, 0);
    for (const column of quantities) if (column[row] !== UNDEF_FLOAT64) column[row] = column[row]! * quantity;
  }
}
