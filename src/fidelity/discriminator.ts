/**
 * Can a classifier tell real windows from simulated ones? Fidelity.md §1.6: ridge logistic regression and boosted trees on 24 features,
 * five folds in which both windows of a pair stay together. 0.5 means it cannot.
 */

import { Xoshiro128 } from '../base/index.ts';
import {
  areaUnderCurve,
  drawCounts,
  type FeatureTable,
  fitBoostedTrees,
  fitLogistic,
  percentileInterval,
  predictBoostedTrees,
  predictLogistic,
  rowsOf,
} from '../math/index.ts';
import type { FlowWindow } from './flow-stream.ts';
import type { Interval } from './score-contract.ts';
import { commonSize, FEATURE_NAMES, windowFeatures } from './window-features.ts';

const FOLDS = 5;
const RIDGE = 1;
const INTERVAL_DRAWS = 500;
const IMPORTANCES_SHOWN = 10;
/** Lengths of the windows that are told apart. */
export const DISCRIMINATOR_MESSAGES = [100, 500];

export interface ModelResult {
  readonly model: 'logistic' | 'trees';
  /** Of scores that each row got from a model which had not seen its pair. */
  readonly auc: number;
  readonly interval: Interval;
  /** The null check: real windows against the real windows before them. */
  readonly nullAuc: number | null;
}

export interface Discrimination {
  /** Messages of the windows told apart. */
  readonly messages: number;
  readonly windowsPerSide: number;
  readonly results: readonly ModelResult[];
  /** What told them apart: share of the gain of the trees, largest first. */
  readonly importances: readonly { readonly feature: string; readonly share: number }[];
}

export interface DiscriminationInput {
  readonly real: readonly FlowWindow[];
  readonly sim: readonly FlowWindow[];
  /** The real windows before, for the null check; null leaves it out. */
  readonly before: readonly FlowWindow[] | null;
  readonly seed?: number;
}

/** One result per length of DISCRIMINATOR_MESSAGES that the windows have. */
export function discriminate({ real, sim, before, seed = 1 }: DiscriminationInput): Discrimination[] {
  const roundLots = commonSize(real);
  const shortest = Math.min(...[...real, ...sim].map(({ from, to }) => to - from));
  return DISCRIMINATOR_MESSAGES.filter((messages) => messages <= shortest).map((messages) => {
    const data = tableOf(real, sim, messages, roundLots);
    const nothing = before === null ? null : tableOf(real, before, messages, roundLots);
    const models = [crossValidate(data, 'logistic', seed), crossValidate(data, 'trees', seed)];
    return {
      messages,
      windowsPerSide: data.labels.length / 2,
      results: models.map(({ model, scores }) => ({
        model,
        auc: areaUnderCurve(scores, data.labels),
        interval: pairInterval(scores, data, real.length, seed),
        nullAuc:
          nothing === null
            ? null
            : areaUnderCurve(crossValidate(nothing, model, seed).scores, nothing.labels),
      })),
      importances: models[1]!.importances.slice(0, IMPORTANCES_SHOWN),
    };
  });
}

interface LabelledTable {
  readonly table: FeatureTable;
  /** 1 for real. */
  readonly labels: Uint8Array;
  /** Pair of each row. */
  readonly pairs: Int32Array;
}

/** Both sides' windows cut into pieces of `messages`. */
function tableOf(
  real: readonly FlowWindow[],
  sim: readonly FlowWindow[],
  messages: number,
  roundLots: number,
): LabelledTable {
  const rows: number[][] = [];
  const labels: number[] = [];
  const pairs: number[] = [];
  for (const [pair, window] of real.entries()) {
    for (const [label, { stream, from, to }] of [
      [1, window],
      [0, sim[pair]!],
    ] as const) {
      for (let at = from; at + messages <= to; at += messages) {
        rows.push(windowFeatures({ stream, from: at, to: at + messages }, roundLots));
        labels.push(label);
        pairs.push(pair);
      }
    }
  }
  const width = FEATURE_NAMES.length;
  const values = new Float64Array(rows.length * width);
  for (const [r, row] of rows.entries()) values.set(row, r * width);
  return {
    table: { width, rows: rows.length, values },
    labels: Uint8Array.from(labels),
    pairs: Int32Array.from(pairs),
  };
}

interface Validated {
  readonly model: ModelResult['model'];
  /** Score of each row by the model that was fitted without its pair. */
  readonly scores: Float64Array;
  readonly importances: readonly { readonly feature: string; readonly share: number }[];
}

function crossValidate(
  { table, labels, pairs }: LabelledTable,
  model: ModelResult['model'],
  seed: number,
): Validated {
  const random = new Xoshiro128(seed);
  const scores = new Float64Array(table.rows);
  const shares = new Float64Array(table.width);
  const all = Array.from({ length: table.rows }, (_, r) => r);
  for (let fold = 0; fold < FOLDS; fold++) {
    const isHeldOut = (r: number): boolean => pairs[r]! % FOLDS === fold;
    const [held, kept] = [all.filter(isHeldOut), all.filter((r) => !isHeldOut(r))];
    if (held.length === 0) continue;
    const [train, test] = [rowsOf(table, kept), rowsOf(table, held)];
    const trainLabels = kept.map((r) => labels[r]!);
    let predicted: Float64Array;
    if (model === 'logistic') {
      predicted = predictLogistic(fitLogistic(train, trainLabels, RIDGE), test);
    } else {
      const trees = fitBoostedTrees(train, trainLabels, random);
      predicted = predictBoostedTrees(trees, test);
      for (const [f, share] of trees.importances.entries()) shares[f]! += share / FOLDS;
    }
    for (const [i, r] of held.entries()) scores[r] = predicted[i]!;
  }
  const importances = FEATURE_NAMES.map((feature, f) => ({ feature, share: shares[f]! })).sort(
    (a, b) => b.share - a.share,
  );
  return { model, scores, importances };
}

/** Draws pairs, all rows of a pair together. */
function pairInterval(
  scores: Float64Array,
  { labels, pairs }: LabelledTable,
  pairCount: number,
  seed: number,
): Interval {
  const random = new Xoshiro128(seed + 1);
  const members: number[][] = Array.from({ length: pairCount }, () => []);
  for (const [r, pair] of pairs.entries()) members[pair]!.push(r);
  const draws = Array.from({ length: INTERVAL_DRAWS }, () => {
    const rows = [...drawCounts(pairCount, random)].flatMap((count, pair) =>
      Array.from({ length: count }, () => members[pair]!).flat(),
    );
    return areaUnderCurve(
      rows.map((r) => scores[r]!),
      rows.map((r) => labels[r]!),
    );
  });
  return percentileInterval(draws);
}
