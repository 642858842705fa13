// hot: bench/quality.ts
/** Spreads of quotes, sizes of trades and volumes of bars against what is usual at that time of day: `unusualSpread`, `unusualVolume`. */

import { qualityMask, type SchemaName } from '../registry.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import { BarSeries } from './bar-series.ts';
import type { CheckedRows, QualityCheck } from './check.ts';
import type { QualityOptions } from './options.ts';
import { SCORED_SERIES_MAX } from './price-scores.ts';
import { SeasonScore } from './season-score.ts';

const UNUSUAL_SPREAD = qualityMask('unusualSpread');
const UNUSUAL_VOLUME = qualityMask('unusualVolume');
const NS_PER_MIN = 6e10;
const MIN_PER_DAY = 1440;
/** Smallest deviations that are believed, of logarithms: a fifth of a spread, half of a volume. */
const SPREAD_FLOOR = 0.2;
const VOLUME_FLOOR = 0.5;

export class SeasonCheck implements QualityCheck {
  readonly #schema: SchemaName;
  readonly #seasonNs: number;
  readonly #seasons: number;
  readonly #limit: number;
  readonly #share: number;
  readonly #bySlot: (SeasonScore | null)[] = [];
  readonly #byBars: BarSeries<SeasonScore | null>;
  #opened = 0;
  #values = new Float64Array(0);

  constructor(schema: 'trade' | 'bbo' | 'bar', options: QualityOptions) {
    this.#schema = schema;
    this.#seasonNs = options.seasonMinutes * NS_PER_MIN;
    this.#seasons = Math.ceil(MIN_PER_DAY / options.seasonMinutes);
    this.#limit = schema === 'bbo' ? options.spreadScore : options.volumeScore;
    this.#share = options.unusualShare;
    this.#byBars = new BarSeries(() => this.#open());
  }

  check(rows: CheckedRows): void {
    const { batch, quality } = rows;
    if (this.#values.length < batch.count) this.#values = new Float64Array(batch.capacity);
    const values = this.#values;
    const mask = this.#schema === 'bbo' ? UNUSUAL_SPREAD : UNUSUAL_VOLUME;
    if (this.#schema === 'bbo') relativeSpreads(rows, values);
    else quantities(rows, this.#schema === 'trade' ? 'qty' : 'volume', values);
    const times = batch.column('tsEvent') as Int64Column;
    const dayNs = MIN_PER_DAY * NS_PER_MIN;
    for (let row = 0; row < batch.count; row++) {
      if (values[row]! <= 0) continue;
      const ns = times.number(row);
      const season = Math.floor((ns - Math.floor(ns / dayNs) * dayNs) / this.#seasonNs);
      if (this.#scoreOf(rows, row)?.isUnusual(season, Math.log(values[row]!)) === true) quality[row]! |= mask;
    }
  }

  #scoreOf(rows: CheckedRows, row: number): SeasonScore | null {
    if (this.#schema === 'bar') return this.#byBars.of(rows, row);
    const slot = rows.slots[row]!;
    while (this.#bySlot.length <= slot) this.#bySlot.push(this.#open());
    return this.#bySlot[slot]!;
  }

  #open(): SeasonScore | null {
    if (this.#opened >= SCORED_SERIES_MAX) return null;
    this.#opened++;
    const floor = this.#schema === 'bbo' ? SPREAD_FLOOR : VOLUME_FLOOR;
    return new SeasonScore(this.#seasons, floor, this.#limit, this.#share);
  }
}

/** Spread by the middle; 0 for a side that is empty and for books that are crossed or locked. */
function relativeSpreads({ batch }: CheckedRows, values: Float64Array): void {
  const bids = batch.column('bidPrice') as Int64Column;
  const asks = batch.column('askPrice') as Int64Column;
  for (let row = 0; row < batch.count; row++) {
    const isWhole = !bids.isAbsent(row) && !asks.isAbsent(row) && bids.number(row) > 0;
    values[row] = isWhole
      ? (2 * (asks.number(row) - bids.number(row))) / (asks.number(row) + bids.number(row))
      : 0;
  }
}

/** Absent quantities are negative, as `UNDEF_FLOAT64` is. */
function quantities({ batch }: CheckedRows, field: string, values: Float64Array): void {
  values.set((batch.column(field) as Float64Array).subarray(0, batch.count));
}
