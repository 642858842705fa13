// hot: bench/normalise.ts
/** Orderbook files of LOBSTER as mbp records: each row is told as the changes from the row before. */

import { BookRow, LobsterBookReader } from '../../formats/lobster-book-reader.ts';
import type { RecordSink } from '../../ingest/adapter.ts';
import type { FileNormaliser } from '../../ingest/file-format.ts';
import type { SchemaOf } from '../../registry.ts';
import type { RecordBatch } from '../../schema/record-batch.ts';
import { SinkQuarantine } from '../sink-quarantine.ts';
import { type LastRecord, type LevelHead, MBP_LAST, SideLevels, writeLevelChanges } from './level-changes.ts';

const WORD = 4_294_967_296;
const E4_STEPS = 100_000;
/** Prices above are not exact in steps of 1e-9. */
const PRICE_E4_MAX = 2 ** 53 / E4_STEPS;

export interface LobsterLevelsOptions {
  readonly symbol: string;
  readonly venue: string;
  readonly epochNs: bigint;
  /** Time of each row, ns since midnight; NaN where it is not known. */
  readonly timesNs: Float64Array;
}

export class LobsterLevels implements FileNormaliser, LevelHead {
  readonly venue: string;
  readonly #sink: RecordSink;
  readonly #reader: LobsterBookReader;
  readonly #options: LobsterLevelsOptions;
  readonly #epochS: number;
  readonly #row = new BookRow();
  readonly #last: LastRecord = { batch: null, row: 0 };
  /** Bids and asks of the row before and of this one; they change places. */
  #old: [SideLevels, SideLevels] | null = null;
  #now: [SideLevels, SideLevels] | null = null;

  constructor(sink: RecordSink, source: string, options: LobsterLevelsOptions) {
    this.venue = options.venue;
    this.#sink = sink;
    this.#reader = new LobsterBookReader(new SinkQuarantine(sink, source));
    this.#options = options;
    this.#epochS = Number(options.epochNs / 1_000_000_000n);
  }

  write(bytes: Uint8Array): void {
    this.#reader.write(bytes);
    this.#drain();
  }

  endPage(): void {
    this.#reader.end();
    this.#drain();
    const missing = this.#reader.rowsSeen - this.#options.timesNs.length;
    if (missing !== 0)
      this.#sink.reject('pair-length', this.#reader.rowsSeen, `${missing} rows more than messages`);
  }

  end(): void {}

  fill(records: RecordBatch<SchemaOf<'mbp'>>, row: number): void {
    const { symbol, tsEvent, source, sourceIndex } = records.columns;
    symbol.set(row, this.#options.symbol);
    tsEvent.setSeconds(row, this.#epochS, this.#options.timesNs[this.#row.sourceIndex]!);
    source[row] = 0;
    sourceIndex.setNumber(row, this.#row.sourceIndex);
  }

  #drain(): void {
    while (this.#reader.readRow(this.#row)) this.#take();
  }

  #take(): void {
    const row = this.#row;
    const time = this.#options.timesNs[row.sourceIndex];
    if (time === undefined || Number.isNaN(time)) {
      this.#sink.reject('pair-length', row.sourceIndex, 'a row whose message is not there');
      return;
    }
    this.#old ??= [new SideLevels(row.levels), new SideLevels(row.levels)];
    this.#now ??= [new SideLevels(row.levels), new SideLevels(row.levels)];
    const [bids, asks] = this.#now;
    if (!fillSide(bids, row.bidPrice, row.bidQty) || !fillSide(asks, row.askPrice, row.askQty)) {
      this.#sink.reject('price-range', row.sourceIndex, 'a price beyond 2^53 steps of 1e-9');
      return;
    }
    this.#last.batch = null;
    writeLevelChanges(this.#sink, this, 0, this.#old[0], bids, this.#last);
    writeLevelChanges(this.#sink, this, 1, this.#old[1], asks, this.#last);
    const { batch } = this.#last as LastRecord;
    if (batch === null) this.#sink.remark('book-unchanged');
    else batch.columns.flags[this.#last.row]! |= MBP_LAST;
    const old = this.#old;
    this.#old = this.#now;
    this.#now = old;
  }
}

/** Copies a side; false if a price does not fit. */
function fillSide(side: SideLevels, price: Float64Array, qty: Float64Array): boolean {
  side.count = 0;
  for (let level = 0; level < price.length; level++) {
    if (qty[level] === 0) continue;
    if (price[level]! >= PRICE_E4_MAX) return false;
    const steps = price[level]! * E4_STEPS;
    const high = Math.floor(steps / WORD);
    side.add(high, steps - high * WORD, qty[level]!, -1);
  }
  return true;
}
