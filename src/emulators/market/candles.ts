/** Candles of one instrument: of its bars where the source has some that fit, else made from its trades by the minute. */

import { TwinError } from '../../base/index.ts';
import { type BarEvent, BID, type TradeEvent } from './events.ts';

export interface Candle {
  readonly startS: number;
  openSteps: number;
  highSteps: number;
  lowSteps: number;
  closeSteps: number;
  volume: number;
  /** Money traded. */
  turnover: number;
  trades: number;
  /** What buyers took of volume and turnover; 0 where bars do not tell it. */
  buyVolume: number;
  buyTurnover: number;
}

/** Shortest candle that trades make. */
export const MINUTE_S = 60;
/** Candles of one interval that are kept of an instrument: almost four years of minutes. */
export const CANDLES_MAX = 2_000_000;
const NS_PER_S = 1_000_000_000n;
const PRICE_STEPS = 1e9;

export class Candles {
  /** By length of the interval, each in the order of time. */
  readonly #ofBars = new Map<number, Candle[]>();
  readonly #ofTrades: Candle[] = [];

  bar(event: BarEvent): void {
    const series = this.#ofBars.get(event.intervalS) ?? [];
    this.#ofBars.set(event.intervalS, series);
    const { startS, openSteps, highSteps, lowSteps, closeSteps, volume, turnover, trades } = event;
    const bought = { buyVolume: 0, buyTurnover: 0 };
    append(series, {
      startS,
      openSteps,
      highSteps,
      lowSteps,
      closeSteps,
      volume,
      turnover,
      trades,
      ...bought,
    });
  }

  trade(event: Printed): void {
    const single = candleOf(event, MINUTE_S);
    const last = this.#ofTrades.at(-1);
    if (last?.startS === single.startS) join(last, single);
    else append(this.#ofTrades, single);
  }

  /** Whether candles of this length can be told. */
  has(intervalS: number): boolean {
    return this.#seriesFor(intervalS) !== null;
  }

  /** Length of the parts that candles of `intervalS` are made of; null where they cannot be told. */
  partS(intervalS: number): number | null {
    const lengths = [...this.#ofBars.keys()].filter((lengthS) => intervalS % lengthS === 0);
    if (lengths.length > 0) return Math.max(...lengths);
    return intervalS % MINUTE_S === 0 ? MINUTE_S : null;
  }

  /**
   * Candles of a length that begin from `fromS` on and before `toS`, oldest first; the last one may be unfinished. Intervals
   * without trades have none.
   */
  read(intervalS: number, fromS: number, toS: number): Candle[] {
    const made: Candle[] = [];
    const series = this.#seriesFor(intervalS) ?? [];
    for (let i = firstFrom(series, startOf(fromS, intervalS)); i < series.length; i++) {
      const part = series[i]!;
      const startS = startOf(part.startS, intervalS);
      if (startS >= toS) break;
      if (startS < fromS) continue;
      const last = made.at(-1);
      if (last?.startS === startS) join(last, part);
      else made.push({ ...part, startS });
    }
    return made;
  }

  /** Candles whose last trade or bar lies in the `spanS` before `nowS`, joined to one; null without any. */
  rolling(nowS: number, spanS: number): Candle | null {
    const lengths = [...this.#ofBars.keys()].sort((a, b) => a - b);
    const series = this.#ofTrades.length > 0 ? this.#ofTrades : (this.#ofBars.get(lengths[0] ?? 0) ?? []);
    let sum: Candle | null = null;
    for (let i = firstFrom(series, nowS - spanS + 1); i < series.length; i++) {
      if (sum === null) sum = { ...series[i]! };
      else join(sum, series[i]!);
    }
    return sum;
  }

  /** The longest bars that divide the interval; trades where there are none. */
  #seriesFor(intervalS: number): readonly Candle[] | null {
    const partS = this.partS(intervalS);
    return partS === null ? null : (this.#ofBars.get(partS) ?? this.#ofTrades);
  }
}

type Printed = Pick<TradeEvent, 'tsNs' | 'priceSteps' | 'qty' | 'aggressor'>;

/** The candle that one trade makes of its interval. */
export function candleOf({ tsNs, priceSteps, qty, aggressor }: Printed, intervalS: number): Candle {
  const turnover = (qty * priceSteps) / PRICE_STEPS;
  return {
    startS: Number(tsNs / NS_PER_S / BigInt(intervalS)) * intervalS,
    openSteps: priceSteps,
    highSteps: priceSteps,
    lowSteps: priceSteps,
    closeSteps: priceSteps,
    volume: qty,
    turnover,
    trades: 1,
    buyVolume: aggressor === BID ? qty : 0,
    buyTurnover: aggressor === BID ? turnover : 0,
  };
}

/** Weeks begin on Mondays: 1970-01-05 was one. */
const WEEK_S = 604_800;
const MONDAY_S = 345_600;

function startOf(atS: number, intervalS: number): number {
  const offset = intervalS % WEEK_S === 0 ? MONDAY_S : 0;
  return Math.floor((atS - offset) / intervalS) * intervalS + offset;
}

function firstFrom(series: readonly Candle[], fromS: number): number {
  let low = 0;
  let high = series.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (series[middle]!.startS < fromS) low = middle + 1;
    else high = middle;
  }
  return low;
}

function append(series: Candle[], candle: Candle): void {
  if (series.length >= CANDLES_MAX)
    throw new TwinError('BASE_LIMIT', 'candles kept of one instrument are below their limit', {
      limit: CANDLES_MAX,
    });
  series.push(candle);
}

/** Adds what came later to a candle. */
export function join(into: Candle, later: Candle): void {
  into.highSteps = Math.max(into.highSteps, later.highSteps);
  into.lowSteps = Math.min(into.lowSteps, later.lowSteps);
  into.closeSteps = later.closeSteps;
  into.volume += later.volume;
  into.turnover += later.turnover;
  into.trades += later.trades;
  into.buyVolume += later.buyVolume;
  into.buyTurnover += later.buyTurnover;
}
