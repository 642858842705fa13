/**
 * The eleven stylised facts of Cont ("Empirical properties of asset returns", 2001), each with a statistic, an interval and the band
 * of market-rules §13, and facts of order flow beside them. A fact holds when its interval and its band overlap: in the band within
 * what the recording can tell. Facts about days are not testable with a day.
 */

import { Xoshiro128 } from '../base/index.ts';
import {
  autocorrelation,
  bartlettBound,
  correlation,
  excessKurtosis,
  hillExponent,
  mean,
  percentileInterval,
  powerFit,
  skewness,
  standardDeviation,
} from '../math/index.ts';
import { firstContinuous } from './call-phase.ts';
import {
  blockRows,
  DRAWS,
  decided,
  type Fact,
  factOf,
  OBSERVATIONS_MIN,
  SEED,
  untestableFact,
} from './fact.ts';
import { FLOW_FACTS } from './flow-facts.ts';
import type { FlowStream, FlowWindow } from './flow-stream.ts';
import { FLOW_TRADE } from './flow-stream.ts';
import { eachBucket } from './metrics/buckets.ts';
import { midReturns } from './metrics/volatility.ts';

/** Days that facts about days need. */
export const DAYS_MIN = 20;
export interface FactsReport {
  readonly symbol: string;
  readonly days: number;
  readonly facts: readonly Fact[];
  /** Of Cont's eleven. */
  readonly testable: number;
  readonly holding: number;
}

/** Facts of one instrument; each stream is a day, or a part of one. */
export function factsOf(streams: readonly FlowStream[]): FactsReport {
  return factsOfWindows(
    streams.map((stream): FlowWindow => ({ stream, from: firstContinuous(stream), to: stream.count })),
  );
}

/** The same of days of which only a part counts. */
export function factsOfWindows(windows: readonly FlowWindow[]): FactsReport {
  const facts = [...returnFacts(windows), ...FLOW_FACTS.map((fact) => fact(windows))];
  const numbered = facts.filter(({ number }) => number !== null);
  return {
    symbol: windows[0]!.stream.symbol,
    days: windows.length,
    facts,
    testable: numbered.filter(({ holds }) => holds !== null).length,
    holding: numbered.filter(({ holds }) => holds === true).length,
  };
}

function returnFacts(windows: readonly FlowWindow[]): Fact[] {
  const at = (seconds: number): number[] => windows.flatMap((window) => midReturns(window, seconds));
  const minute = at(60);
  const tenSeconds = at(10);
  return [
    noMemory(minute),
    heavyTails(minute, tenSeconds),
    gainLoss(windows),
    aggregation(at(1), tenSeconds, minute),
    intermittency(at(1)),
    clustering(minute, tenSeconds),
    conditionalTails(tenSeconds),
    slowDecay(tenSeconds),
    leverage(windows),
    volumeVolatility(windows),
    timeScales(tenSeconds),
  ];
}

const pick = (series: readonly number[], rows: readonly number[]): number[] =>
  rows.map((row) => series[row]!);

function noMemory(minute: readonly number[]): Fact {
  const name = { number: 1, name: 'no autocorrelation of returns', statistic: 'C(1) of 1 min mid returns' };
  const band = { low: -0.05, high: 0.05 };
  if (minute.length < OBSERVATIONS_MIN) {
    return untestableFact(name, band, `needs ${OBSERVATIONS_MIN} minutes, has ${minute.length}`);
  }
  const value = autocorrelation(minute, 1);
  if (Number.isNaN(value)) return untestableFact(name, band, 'the price never moves');
  const bound = bartlettBound(minute.length);
  return decided(name, band, value, { low: value - bound, high: value + bound });
}

/** One-minute returns where there are enough for a tail, else those of ten seconds. */
function heavyTails(minute: readonly number[], tenSeconds: readonly number[]): Fact {
  const isLong = minute.length >= 200;
  const series = isLong ? minute : tenSeconds;
  const share = isLong ? 0.05 : 0.025;
  const statistic = `Hill exponent of |r|, ${isLong ? '1 min' : '10 s'}, top ${share * 100} %`;
  return factOf({ number: 2, name: 'heavy tails', statistic }, { low: 2, high: 5 }, series.length, (rows) =>
    hillExponent(pick(series, rows).map(Math.abs), Math.max(8, Math.round(share * rows.length))),
  );
}

function gainLoss(windows: readonly FlowWindow[]): Fact {
  const name = { number: 3, name: 'gain and loss asymmetry', statistic: 'skewness of daily returns' };
  const band = { low: -1, high: 0.3 };
  if (windows.length < DAYS_MIN) return untestableFact(name, band, daysText(windows.length));
  const daily = dailyReturns(windows);
  return factOf(name, band, daily.length, (rows) => skewness(pick(daily, rows)));
}

function aggregation(one: readonly number[], ten: readonly number[], sixty: readonly number[]): Fact {
  const name = {
    number: 4,
    name: 'aggregational normality',
    statistic: 'ln excess kurtosis 1 s less that of 60 s',
  };
  const band = { low: 0, high: Infinity };
  if (sixty.length < OBSERVATIONS_MIN) {
    return untestableFact(name, band, `needs ${OBSERVATIONS_MIN} minutes, has ${sixty.length}`);
  }
  const log = (series: readonly number[]): number => Math.log(Math.max(0.01, excessKurtosis(series)));
  const value = log(one) - log(sixty);
  if (Number.isNaN(value)) return untestableFact(name, band, 'the price never moves');
  const random = new Xoshiro128(SEED);
  const draws = Array.from(
    { length: DRAWS / 4 },
    () => log(pick(one, blockRows(one.length, random))) - log(pick(sixty, blockRows(sixty.length, random))),
  );
  const isFalling = excessKurtosis(one) >= excessKurtosis(ten);
  const fact = decided(name, band, value, percentileInterval(draws));
  return { ...fact, holds: fact.holds === true && isFalling };
}

/** Large moves come in bursts: their number per minute varies more than that of independent ones. */
function intermittency(one: readonly number[]): Fact {
  const sizes = one.map(Math.abs);
  const threshold = [...sizes].sort((a, b) => a - b)[Math.floor(0.95 * sizes.length)] ?? 0;
  const counts = Array.from(
    { length: Math.floor(sizes.length / 60) },
    (_, m) => sizes.slice(60 * m, 60 * (m + 1)).filter((size) => size > threshold).length,
  );
  const name = {
    number: 5,
    name: 'intermittency',
    statistic: 'variance over mean of the number of moves above their 95th percentile, per minute',
  };
  return factOf(name, { low: 1.2, high: Infinity }, counts.length, (rows) => {
    const picked = pick(counts, rows);
    return standardDeviation(picked) ** 2 / mean(picked);
  });
}

/** At 1 min where a day is long enough, else at 10 s. */
function clustering(minute: readonly number[], tenSeconds: readonly number[]): Fact {
  const isLong = minute.length >= 200;
  const series = isLong ? minute : tenSeconds;
  const name = {
    number: 6,
    name: 'volatility clustering',
    statistic: `C(1) of |r|, ${isLong ? '1 min' : '10 s'}`,
  };
  const band = { low: 0.15, high: 0.4 };
  if (series.length < OBSERVATIONS_MIN) {
    return untestableFact(name, band, `needs ${OBSERVATIONS_MIN} observations, has ${series.length}`);
  }
  const value = autocorrelation(series.map(Math.abs), 1);
  if (Number.isNaN(value)) return untestableFact(name, band, 'the price never moves');
  const bound = bartlettBound(series.length);
  const fact = decided(name, band, value, { low: value - bound, high: value + bound });
  // Overlap with the band is not enough: the memory itself has to be there.
  return { ...fact, holds: fact.holds === true && value > bound };
}

/** What is left after dividing by the volatility of the last returns still has heavy tails, though lighter ones. */
function conditionalTails(series: readonly number[]): Fact {
  const name = {
    number: 7,
    name: 'conditional heavy tails',
    statistic: 'excess kurtosis of 10 s returns over their moving volatility',
  };
  let variance = standardDeviation(series) ** 2;
  const residuals = series.map((r) => {
    const residual = variance > 0 ? r / Math.sqrt(variance) : 0;
    variance += 0.06 * (r * r - variance);
    return residual;
  });
  return factOf(name, { low: 0.2, high: 50 }, residuals.length, (rows) =>
    excessKurtosis(pick(residuals, rows)),
  );
}

function slowDecay(series: readonly number[]): Fact {
  const name = {
    number: 8,
    name: 'slow decay of the autocorrelation of |r|',
    statistic: 'exponent of C(l) of |r|, 10 s, l = 1 to 50',
  };
  const band = { low: 0.2, high: 0.4 };
  if (series.length < 4 * OBSERVATIONS_MIN) {
    return untestableFact(name, band, `needs ${4 * OBSERVATIONS_MIN} observations, has ${series.length}`);
  }
  const sizes = series.map(Math.abs);
  const lags = Array.from({ length: 50 }, (_, i) => i + 1);
  const { slope, slopeError, points } = powerFit(
    lags,
    lags.map((lag) => autocorrelation(sizes, lag)),
  );
  if (points < 10) return untestableFact(name, band, 'fewer than 10 lags have a positive autocorrelation');
  return decided(name, band, -slope, { low: -slope - 1.96 * slopeError, high: -slope + 1.96 * slopeError });
}

function leverage(windows: readonly FlowWindow[]): Fact {
  const name = {
    number: 9,
    name: 'leverage effect',
    statistic: 'correlation of a daily return and the square of the next',
  };
  const band = { low: -0.2, high: 0 };
  if (windows.length < DAYS_MIN) return untestableFact(name, band, daysText(windows.length));
  const daily = dailyReturns(windows);
  return factOf(name, band, daily.length - 1, (rows) =>
    correlation(
      rows.map((row) => daily[row]!),
      rows.map((row) => daily[row + 1]! ** 2),
    ),
  );
}

function volumeVolatility(windows: readonly FlowWindow[]): Fact {
  const seconds =
    windows.reduce((sum, { stream, from, to }) => sum + stream.timeNs[to - 1]! - stream.timeNs[from]!, 0) /
    1e9;
  const bucket = seconds >= 4 * 3600 ? 300 : 60;
  const volumes: number[] = [];
  for (const window of windows) {
    eachBucket(window, bucket, ({ from, to }) => {
      let lots = 0;
      for (let row = from; row < to; row++) {
        if (window.stream.kind[row] === FLOW_TRADE) lots += window.stream.sizeLots[row]!;
      }
      volumes.push(lots);
    });
  }
  const sizes = windows.flatMap((window) => midReturns(window, bucket)).map(Math.abs);
  const name = {
    number: 10,
    name: 'volume and volatility',
    statistic: `correlation of traded lots and |r|, ${bucket / 60} min`,
  };
  return factOf(name, { low: 0.4, high: 0.7 }, Math.min(volumes.length, sizes.length), (rows) =>
    correlation(pick(volumes, rows), pick(sizes, rows)),
  );
}

/** Coarse volatility (the net move of a minute) predicts fine volatility (the sum of its moves) better than the other way round. */
function timeScales(tenSeconds: readonly number[]): Fact {
  const fine: number[] = [];
  const coarse: number[] = [];
  for (let at = 0; at + 6 <= tenSeconds.length; at += 6) {
    const six = tenSeconds.slice(at, at + 6);
    fine.push(six.reduce((sum, r) => sum + Math.abs(r), 0));
    coarse.push(Math.abs(six.reduce((sum, r) => sum + r, 0)));
  }
  const name = {
    number: 11,
    name: 'asymmetry of time scales',
    statistic: 'corr(coarse, next fine) less corr(fine, next coarse), 1 min of 10 s',
  };
  return factOf(name, { low: 0, high: 1 }, fine.length - 1, (rows) => {
    const next = rows.map((row) => row + 1);
    return (
      correlation(pick(coarse, rows), pick(fine, next)) - correlation(pick(fine, rows), pick(coarse, next))
    );
  });
}

/** First mid to last mid of each day, basis points. */
function dailyReturns(windows: readonly FlowWindow[]): number[] {
  return windows.map((window) => midReturns(window, 1).reduce((sum, r) => sum + r, 0));
}

function daysText(days: number): string {
  return `not testable with ${days === 1 ? 'one day' : `${days} days`}: needs ${DAYS_MIN}`;
}
