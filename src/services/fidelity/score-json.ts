/** The score as one flat object for scripts. Names are stable; further ones may be added. */

import type { Discrimination, MetricScore, Score } from '../../fidelity/index.ts';
import type { ScoreOutcome } from './score-fidelity.ts';

export function scoreJson({
  score,
  discrimination,
  real,
  sim,
  baseline,
  alignedBy,
  unmatched,
  excluded,
}: ScoreOutcome) {
  return {
    symbol: score.symbol,
    real: real.source,
    sim: sim.source,
    baseline: baseline?.source ?? null,
    ...summaryJson(score),
    discriminatorAuc: discriminatorAuc(discrimination),
    metrics: score.metrics.map(metricJson),
    further: score.further.map(metricJson),
    regimes: score.regimes,
    families: score.families.map(({ family, score: value }) => ({ family, score: value })),
    drift: score.drift,
    discrimination,
    alignedBy,
    unmatchedWindows: unmatched,
    excludedWindows: excluded,
    health: { real: score.realHealth, sim: score.simHealth },
    remarks: { real: real.remarks, sim: sim.remarks, realSetAside: real.setAside, simSetAside: sim.setAside },
    untestable: score.untestable,
  };
}

function summaryJson(score: Score) {
  const { windows, sim, floor, baseline, meanL1Interval, meanW1Interval, meanL1JackknifeError } = score;
  const { fidelityIndex, fidelityIndexInterval, worstFamily, withinFloor, withFloor } = score;
  return {
    windows,
    meanL1: sim.l1.mean,
    meanW1: sim.w1.mean,
    medianL1: sim.l1.median,
    medianW1: sim.w1.median,
    interquartileMeanL1: sim.l1.interquartileMean,
    interquartileMeanW1: sim.w1.interquartileMean,
    floorL1: floor?.l1.mean ?? null,
    floorW1: floor?.w1.mean ?? null,
    baselineL1: baseline?.l1.mean ?? null,
    baselineW1: baseline?.w1.mean ?? null,
    meanL1Interval,
    meanW1Interval,
    meanL1JackknifeError,
    fidelityIndex,
    fidelityIndexInterval,
    worstFamily,
    withinFloor,
    withFloor,
    seeds: score.seeds,
    seedSd: score.seedSd,
  };
}

/** `l1` and `w1` are null for what compares statistics; its distance, and that of its floor and baseline, stand beside them. */
export function metricJson(metric: MetricScore) {
  const { distances, floorDistances, baselineDistances, components } = metric;
  return {
    id: metric.id,
    name: metric.name,
    family: metric.family,
    unit: metric.unit,
    l1: distances?.l1 ?? null,
    w1: distances?.w1 ?? null,
    robustL1: distances?.robustL1 ?? null,
    ks: distances?.ks ?? null,
    floorL1: floorDistances?.l1 ?? null,
    floorW1: floorDistances?.w1 ?? null,
    baselineL1: baselineDistances?.l1 ?? null,
    baselineW1: baselineDistances?.w1 ?? null,
    distance: metric.distance,
    floorDistance: metric.floorDistance,
    baselineDistance: metric.baselineDistance,
    low: metric.interval?.low ?? null,
    high: metric.interval?.high ?? null,
    lowW1: metric.w1Interval?.low ?? null,
    highW1: metric.w1Interval?.high ?? null,
    jackknifeError: metric.jackknifeError,
    fidelity: metric.fidelity,
    worseThanFloorP: metric.worseThanFloorP,
    realCount: metric.realCount,
    simCount: metric.simCount,
    untestable: metric.untestable,
    components,
  };
}

/** The worse of both models on the longest windows; null where the windows are too short. */
export function discriminatorAuc(discrimination: readonly Discrimination[]): number | null {
  const longest = discrimination.at(-1);
  return longest === undefined ? null : Math.max(...longest.results.map(({ auc }) => auc));
}
