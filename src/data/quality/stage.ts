/**
 * The validation stage of an ingest: every check in its order (`docs/data/quality.md`). Records that break their schema are set
 * aside; whatever else is found is a bit of `quality`, and the record stays.
 *
 *   batch ─► ranges ─► slots of symbols ─► checks of its schema ─► counts
 *
 * What the checks remember is bounded by the number of symbols. The segments of a live feed are checked by one chain of stages
 * (`next`): what one remembers the following one knows.
 */

import type { QualityStage, SetAside } from '../ingest/quality-stage.ts';
import type { QuarantineReason } from '../quarantine.ts';
import type { SchemaName } from '../registry.ts';
import { QualityCounts } from '../schema/quality-counts.ts';
import type { RecordBatch } from '../schema/record-batch.ts';
import { BarShapeCheck } from './bar-shape.ts';
import { LevelBookCheck, QuoteBookCheck } from './book-check.ts';
import { type QualityCheck, SymbolSlots } from './check.ts';
import { DuplicateCheck } from './duplicates.ts';
import { GapLog } from './gap-log.ts';
import { IntervalGapCheck } from './interval-gaps.ts';
import { QUALITY_DEFAULTS, type QualityOptions } from './options.ts';
import { PriceScores } from './price-scores.ts';
import { checkRanges } from './range-check.ts';
import { SeasonCheck } from './season-check.ts';
import { SequenceCheck } from './sequence-gaps.ts';
import { SessionCheck } from './session-check.ts';
import { StaleQuoteCheck } from './stale-quotes.ts';
import { TimeOrderCheck } from './time-order.ts';

/** Schemas whose records are messages of a feed, in the order in which it sent them. */
const MESSAGES: readonly SchemaName[] = ['mbo', 'mbp', 'bbo', 'trade', 'status', 'imbalance'];

export function createQualityStage(options: QualityOptions = QUALITY_DEFAULTS): CheckStage {
  return new CheckStage(options);
}

/** What the stages of one chain share. */
interface Memory {
  readonly symbols: SymbolSlots;
  readonly checks: Map<string, readonly QualityCheck[]>;
}

export class CheckStage implements QualityStage {
  readonly gaps: GapLog;
  readonly #options: QualityOptions;
  readonly #memory: Memory;
  readonly #counts = new QualityCounts();
  /** Number of this stage in its chain: each counts raw objects anew. */
  readonly #origin: number;
  #origins = new Int32Array(0);
  #marks = new Uint8Array(0);

  constructor(
    options: QualityOptions,
    gaps = new GapLog(),
    memory: Memory = { symbols: new SymbolSlots(), checks: new Map() },
    origin = 0,
  ) {
    this.#options = options;
    this.gaps = gaps;
    this.#memory = memory;
    this.#origin = origin;
  }

  get symbols(): SymbolSlots {
    return this.#memory.symbols;
  }

  /** The stage of the next task or segment: it remembers what this one saw, and counts for itself. Batches go on in their order. */
  next(): CheckStage {
    return new CheckStage(this.#options, this.gaps, this.#memory, this.#origin + 1);
  }

  check(batch: RecordBatch, setAside: (record: SetAside) => void): void {
    if (this.#marks.length < batch.count) this.#marks = new Uint8Array(batch.capacity);
    this.#marks.fill(0, 0, batch.count);
    let isWhole = true;
    checkRanges(batch, this.#marks, (row, reason, detail) => {
      isWhole = false;
      setAside(asideOf(batch, row, reason, detail));
    });
    if (!isWhole) batch.removeRows(this.#marks);
    this.mark(batch);
    this.#counts.add(batch);
  }

  /** Sets the bits of all checks; every record is whole. Batches of a schema come in their order. */
  mark(batch: RecordBatch): void {
    const schema = batch.schema.name as SchemaName;
    let checks = this.#memory.checks.get(schema);
    if (checks === undefined) {
      checks = this.#checksOf(schema);
      this.#memory.checks.set(schema, checks);
    }
    const quality = batch.column('quality') as Int32Array;
    const rows = { batch, quality, slots: this.symbols.resolve(batch), origins: this.#originsOf(batch) };
    for (const check of checks) check.check(rows);
  }

  #originsOf(batch: RecordBatch): Int32Array {
    if (batch.origins !== null) return batch.origins;
    if (this.#origins.length < batch.count) this.#origins = new Int32Array(batch.capacity).fill(this.#origin);
    return this.#origins;
  }

  counts(): Readonly<Record<string, number>> {
    return this.#counts.byName();
  }

  #checksOf(schema: SchemaName): QualityCheck[] {
    const options = this.#options;
    const checks: QualityCheck[] = [];
    const isMessage = MESSAGES.includes(schema);
    if (options.order && isMessage) checks.push(new TimeOrderCheck());
    if (options.duplicates) checks.push(new DuplicateCheck(options.duplicateWindow));
    if (options.sequence !== 'none' && isMessage)
      checks.push(new SequenceCheck(schema, options.sequence, this.symbols.names, this.gaps));
    if (options.calendar !== null) checks.push(...this.#checksByCalendar(schema, options.calendar));
    if (schema === 'mbp' && options.books) checks.push(new LevelBookCheck());
    if (schema === 'bbo') checks.push(...this.#checksOfQuotes());
    if (schema === 'bar' && options.bars) checks.push(new BarShapeCheck());
    if (schema === 'trade' || schema === 'bbo' || schema === 'bar') checks.push(...this.#scoresOf(schema));
    return checks;
  }

  #checksByCalendar(schema: SchemaName, calendar: NonNullable<QualityOptions['calendar']>): QualityCheck[] {
    if (schema === 'bar') return [new IntervalGapCheck(calendar, this.symbols.names, this.gaps)];
    return schema === 'trade' || schema === 'bbo' ? [new SessionCheck(calendar)] : [];
  }

  #checksOfQuotes(): QualityCheck[] {
    const { books, stale, staleDelayS, staleFrozenS, staleFrozenTimes } = this.#options;
    return [
      ...(books ? [new QuoteBookCheck()] : []),
      ...(stale ? [new StaleQuoteCheck(staleDelayS, staleFrozenS, staleFrozenTimes)] : []),
    ];
  }

  #scoresOf(schema: 'trade' | 'bbo' | 'bar'): QualityCheck[] {
    const { outliers, jumps, seasons } = this.#options;
    return [
      ...(outliers || jumps ? [new PriceScores(schema, this.#options)] : []),
      ...(seasons ? [new SeasonCheck(schema, this.#options)] : []),
    ];
  }
}

function asideOf(batch: RecordBatch, row: number, reason: QuarantineReason, detail: string): SetAside {
  const record = batch.row(row) as { source: number; sourceIndex: number } & Record<string, unknown>;
  return {
    schema: batch.schema.name,
    reason,
    detail,
    source: record.source,
    sourceIndex: record.sourceIndex,
    record,
  };
}
