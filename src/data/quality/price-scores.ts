// hot: bench/quality.ts
/** Scores of prices: of trades, of the middle of quotes, of the closes of bars. Sets `outlier` and `jump`. */

import { qualityMask, type SchemaName } from '../registry.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import { BarSeries } from './bar-series.ts';
import type { CheckedRows, QualityCheck } from './check.ts';
import { JumpTest, jumpThreshold } from './jump-test.ts';
import type { QualityOptions } from './options.ts';
import { ReturnScore } from './return-score.ts';

const OUTLIER = qualityMask('outlier');
const JUMP = qualityMask('jump');
const NS_PER_S = 1e9;
const DAY_S = 86_400;
/** Kinds of trades at prices of the market: regular, auction, hidden. */
const KIND_MARKET_MAX = 2;
/** Silence after which no return is formed, s; for bars this many intervals. */
const RETURN_GAP_S = 3600;
const RETURN_GAP_BARS = 5;
/** Series that have scores; the memory of each is bounded, so is their number. */
export const SCORED_SERIES_MAX = 50_000;

class Series {
  readonly cellNs: number;
  readonly gapNs: number;
  readonly returns: ReturnScore | null;
  readonly jumps: JumpTest | null;
  lastNs = 0;

  constructor(cellS: number, gapS: number, options: QualityOptions) {
    this.cellNs = cellS * NS_PER_S;
    this.gapNs = gapS * NS_PER_S;
    this.returns = options.outliers ? new ReturnScore(options) : null;
    const threshold = jumpThreshold(DAY_S / cellS, options.jumpLevel);
    this.jumps = options.jumps ? new JumpTest(threshold, options.jumpWindow) : null;
  }
}

export class PriceScores implements QualityCheck {
  readonly #schema: SchemaName;
  readonly #options: QualityOptions;
  readonly #bySlot: (Series | null)[] = [];
  readonly #byBars: BarSeries<Series | null>;
  #prices = new Float64Array(0);
  #seriesCount = 0;

  constructor(schema: 'trade' | 'bbo' | 'bar', options: QualityOptions) {
    this.#schema = schema;
    this.#options = options;
    this.#byBars = new BarSeries((_slot, intervalS) => this.#open(intervalS, RETURN_GAP_BARS * intervalS));
  }

  check(rows: CheckedRows): void {
    const { batch, quality } = rows;
    if (this.#prices.length < batch.count) this.#prices = new Float64Array(batch.capacity);
    const prices = this.#prices;
    if (this.#schema === 'trade') tradePrices(rows, prices);
    else if (this.#schema === 'bbo') middlePrices(rows, prices);
    else closePrices(rows, prices);
    const times = batch.column('tsEvent') as Int64Column;
    for (let row = 0; row < batch.count; row++) {
      const price = prices[row]!;
      if (price <= 0) continue;
      const series = this.#seriesOf(rows, row);
      if (series === null) continue;
      const ns = times.number(row);
      if (series.returns !== null) {
        if (ns - series.lastNs > series.gapNs) series.returns.forget();
        if (series.returns.isOutlier(price)) quality[row]! |= OUTLIER;
      }
      if (series.jumps?.isJump(Math.floor(ns / series.cellNs), price) === true) quality[row]! |= JUMP;
      series.lastNs = ns;
    }
  }

  #seriesOf(rows: CheckedRows, row: number): Series | null {
    if (this.#schema === 'bar') return this.#byBars.of(rows, row);
    const slot = rows.slots[row]!;
    while (this.#bySlot.length <= slot) this.#bySlot.push(this.#open(this.#options.jumpCellS, RETURN_GAP_S));
    return this.#bySlot[slot]!;
  }

  #open(cellS: number, gapS: number): Series | null {
    if (this.#seriesCount >= SCORED_SERIES_MAX) return null;
    this.#seriesCount++;
    return new Series(cellS, gapS, this.#options);
  }
}

/** Prices in steps; 0 where there is none that counts. */
function tradePrices({ batch }: CheckedRows, prices: Float64Array): void {
  const column = batch.column('price') as Int64Column;
  const kinds = batch.column('kind') as Uint8Array;
  const printable = batch.column('isPrintable') as Uint8Array;
  for (let row = 0; row < batch.count; row++) {
    const isOfMarket = kinds[row]! <= KIND_MARKET_MAX && printable[row] !== 0;
    prices[row] = isOfMarket && !column.isAbsent(row) ? column.number(row) : 0;
  }
}

function middlePrices({ batch }: CheckedRows, prices: Float64Array): void {
  const bids = batch.column('bidPrice') as Int64Column;
  const asks = batch.column('askPrice') as Int64Column;
  for (let row = 0; row < batch.count; row++) {
    const isWhole = !bids.isAbsent(row) && !asks.isAbsent(row) && bids.number(row) > 0;
    prices[row] = isWhole ? (bids.number(row) + asks.number(row)) / 2 : 0;
  }
}

function closePrices({ batch }: CheckedRows, prices: Float64Array): void {
  const closes = batch.column('close') as Int64Column;
  for (let row = 0; row < batch.count; row++) prices[row] = closes.isAbsent(row) ? 0 : closes.number(row);
}
