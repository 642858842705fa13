/**
 * Looks at a dataset again: all checks of an ingest over the records of the lake, and those that need several schemas in one order of
 * time. The order in which records came is gone in the lake, so `timeBackwards` is what the ingest marked. Each venue of a dataset is
 * looked at by itself.
 *
 *   lake ─► merged runs of rows ─► checks of each schema ─► trades against quotes ─► bars against trades ─► tally, new parts
 */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Dataset, rewriteTask, sumOf } from '../lake/dataset.ts';
import { Duck } from '../lake/duckdb.ts';
import { type Lake, LakeSource } from '../lake/lake.ts';
import type { Part, PartWriter } from '../lake/part-writer.ts';
import type { RecordSource } from '../lake/record-source.ts';
import { openTaskWriter } from '../lake/task-writer.ts';
import { qualityMask, type SchemaName } from '../registry.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import type { RecordBatch } from '../schema/record-batch.ts';
import { BarsAgainstTrades } from './bars-against-trades.ts';
import type { SessionCalendar } from './calendar.ts';
import type { CheckedRows } from './check.ts';
import { type Gap, GapLog } from './gap-log.ts';
import { IntervalGapCheck } from './interval-gaps.ts';
import { mergedRows } from './merged-rows.ts';
import { QUALITY_DEFAULTS, type QualityOptions } from './options.ts';
import { OutsideQuoteCheck } from './outside-quote.ts';
import { type QualityReport, type SchemaQuality, SchemaTally } from './report.ts';
import { CheckStage } from './stage.ts';

const GAP = qualityMask('gapBefore');
const NS_PER_MS = 1e6;
/** Quotes before trades: what is quoted at the instant of a trade counts for it. */
const FIRST: readonly SchemaName[] = ['bbo', 'trade', 'bar'];

export interface ValidateOptions {
  readonly quality?: QualityOptions;
  /** Calendar of a venue of the dataset, in the place of that of `quality`. */
  readonly calendarOf?: (venue: string) => SessionCalendar | null;
  /** Writes what was found into the records: new parts take the place of those that lack a bit. */
  readonly mark?: boolean;
  readonly signal?: AbortSignal;
}

export interface ValidateResult {
  readonly report: QualityReport;
  /** In the order in which they were found, up to `GAPS_KEPT_MAX`. */
  readonly gaps: readonly Gap[];
}

/** Checks a dataset of the lake. Raises DATA_NOT_FOUND, DATA_LAKE, and DATA_REQUEST when it is to be marked while somebody writes it. */
export async function validateDataset(
  lake: Lake,
  id: string,
  options: ValidateOptions = {},
): Promise<ValidateResult> {
  const release = options.mark === true ? lake.hold(id) : () => {};
  try {
    const dataset = lake.dataset(id);
    const gaps = new GapLog();
    const schemas: SchemaQuality[] = [];
    const calendars: Record<string, string> = {};
    for (const venue of [...new Set(dataset.parts.map((part) => part.venue))].sort()) {
      const parts = dataset.parts.filter((part) => part.venue === venue);
      const calendar =
        options.calendarOf === undefined ? (options.quality?.calendar ?? null) : options.calendarOf(venue);
      calendars[venue] = calendar?.name ?? 'day';
      const whole = { lake, dataset, venue, calendar, parts };
      schemas.push(...(await validateVenue(whole, options, gaps)));
    }
    const report: QualityReport = {
      dataset: id,
      records: schemas.reduce((sum, { records }) => sum + records, 0),
      schemas,
      setAside: sumOf([...dataset.done.values()].map(({ quarantined }) => quarantined)),
      readmitted: dataset.readmitted.size,
      calendars,
      gaps: gaps.counts(),
    };
    return { report, gaps: gaps.kept };
  } finally {
    release();
  }
}

interface VenueToCheck {
  readonly lake: Lake;
  readonly dataset: Dataset;
  readonly venue: string;
  readonly calendar: SessionCalendar | null;
  readonly parts: readonly Part[];
}

async function validateVenue(
  { lake, dataset, venue, calendar, parts }: VenueToCheck,
  options: ValidateOptions,
  gaps: GapLog,
): Promise<SchemaQuality[]> {
  const { id } = dataset.head;
  const source = new LakeSource(lake.layout.data, parts, { spillFolder: join(lake.layout.tmp, 'spill') });
  const check = new SourceCheck(source, { ...(options.quality ?? QUALITY_DEFAULTS), calendar }, gaps);
  if (options.mark !== true) return await check.run(venue, options.signal, null);
  const duck = await Duck.open();
  const task = rewriteTask('mark', parts);
  const writers = new Map<SchemaName, PartWriter>();
  const open = (schema: SchemaName): PartWriter => {
    const name = `${task}-${writers.size}`;
    const { maker } = dataset.head;
    const writer = openTaskWriter(lake, duck, { dataset: id, task: name, venue: () => venue, maker });
    writers.set(schema, writer);
    return writer;
  };
  try {
    const found = await check.run(venue, options.signal, async (schema, batch) => {
      await (writers.get(schema) ?? open(schema)).append(batch);
    });
    await replaceParts(lake, id, parts, found, writers);
    return found;
  } catch (error) {
    for (const writer of writers.values()) await writer.abandon();
    throw error;
  } finally {
    duck.close();
  }
}

/** Puts the parts of schemas that have news into the place of the old ones. */
async function replaceParts(
  lake: Lake,
  id: string,
  parts: readonly Part[],
  found: readonly SchemaQuality[],
  writers: ReadonlyMap<SchemaName, PartWriter>,
): Promise<void> {
  const added: Part[] = [];
  const removed: string[] = [];
  for (const { schema, unmarked } of found) {
    const writer = writers.get(schema);
    if (writer === undefined) continue;
    if (Object.keys(unmarked).length === 0) {
      await writer.abandon();
      continue;
    }
    added.push(...(await writer.finish()));
    removed.push(...parts.filter((part) => part.schema === schema).map(({ path }) => path));
  }
  if (removed.length === 0) return;
  lake.append(id, { line: 'replace', why: 'marked', at: new Date().toISOString(), removed, added });
  for (const path of removed) rmSync(join(lake.layout.data, path), { force: true });
}

/** All checks over one source. */
class SourceCheck {
  readonly #source: RecordSource;
  readonly #options: QualityOptions;
  readonly #gaps: GapLog;
  readonly #stage: CheckStage;
  readonly #quotes: OutsideQuoteCheck;
  readonly #bars: BarsAgainstTrades;
  readonly #intervals: IntervalGapCheck;
  readonly #tallies = new Map<SchemaName, SchemaTally>();

  constructor(source: RecordSource, options: QualityOptions, gaps: GapLog) {
    this.#source = source;
    this.#options = options;
    this.#gaps = gaps;
    this.#stage = new CheckStage(options, gaps);
    this.#quotes = new OutsideQuoteCheck(options.quoteSlackMs, options.quoteAgeS);
    this.#bars = new BarsAgainstTrades(options.barVolumeTolerance);
    this.#intervals = new IntervalGapCheck(null, this.#stage.symbols.names, gaps);
  }

  /** Looks at everything; `take` gets each batch after its checks. */
  async run(
    venue: string,
    signal: AbortSignal | undefined,
    take: ((schema: SchemaName, batch: RecordBatch) => Promise<void>) | null,
  ): Promise<SchemaQuality[]> {
    const has = await this.#source.schemas();
    const order = [
      ...FIRST.filter((name) => has.includes(name)),
      ...has.filter((name) => !FIRST.includes(name)),
    ];
    const areTradesInQuotes = this.#options.tradesInQuote && has.includes('bbo') && has.includes('trade');
    const areBarsTraded = this.#options.bars && has.includes('bar') && has.includes('trade');
    const rows = new Map<SchemaName, CheckedRows>();
    const leads = { bbo: this.#options.quoteSlackMs * NS_PER_MS };
    for await (const { schema, batch, from, to } of mergedRows(this.#source, order, leads)) {
      if (from === 0) {
        signal?.throwIfAborted();
        rows.set(schema, this.#check(schema, batch));
        if (schema === 'bar' && areBarsTraded) await this.#bars.check(batch, this.#source);
      }
      const checked = rows.get(schema)!;
      if (areTradesInQuotes && schema === 'bbo') this.#quotes.quotes(checked, from, to);
      else if (areTradesInQuotes && schema === 'trade') this.#quotes.trades(checked, from, to);
      if (to < batch.count) continue;
      this.#tallies.get(schema)!.add(checked);
      if (take !== null) await take(schema, batch);
    }
    return [...this.#tallies].map(([schema, tally]) =>
      tally.result(venue, schema, this.#stage.symbols.names),
    );
  }

  /** The checks of one schema over a whole batch. */
  #check(schema: SchemaName, batch: RecordBatch): CheckedRows {
    let tally = this.#tallies.get(schema);
    if (tally === undefined) {
      tally = new SchemaTally();
      this.#tallies.set(schema, tally);
    }
    tally.start(batch);
    const quality = batch.column('quality') as Int32Array;
    const told = quality.slice(0, batch.count);
    // So that what the checks find themselves is told from what the records say.
    for (let row = 0; row < batch.count; row++) quality[row]! &= ~GAP;
    this.#stage.mark(batch);
    // Slots are kept: those of another schema's batch would take their place.
    const slots = this.#stage.symbols.resolve(batch).slice(0, batch.count);
    const origins = batch.origins ?? new Int32Array(batch.count);
    const rows = { batch, quality, slots, origins };
    if (schema === 'bar' && this.#options.calendar === null) this.#intervals.check(rows);
    this.#noteTold(schema, rows, told);
    return rows;
  }

  /** Gaps that the records name and no number shows. */
  #noteTold(schema: SchemaName, { batch, quality, slots }: CheckedRows, told: Int32Array): void {
    const times = batch.column('tsEvent') as Int64Column;
    for (let row = 0; row < batch.count; row++) {
      if ((told[row]! & GAP) === 0 || (quality[row]! & GAP) !== 0) continue;
      quality[row]! |= GAP;
      this.#gaps.add({
        kind: 'told',
        schema,
        symbol: this.#stage.symbols.names[slots[row]!]!,
        from: null,
        to: null,
        missing: null,
        afterNs: null,
        beforeNs: times.values[row]!,
      });
    }
  }
}
