/** Fitted flows of any numbers: for tests of their files, not for trading. */

import {
  ACTIONS,
  CancelHazard,
  FEATURES,
  FLOW_TYPES,
  type FlowHistory,
  GAP_MAX,
} from '../../src/agents/index.ts';
import { Xoshiro128 } from '../../src/base/index.ts';
import type { FlowCalibration } from '../../src/calibration/index.ts';
import { BUY, SELL } from '../../src/domain/index.ts';

export function randomCalibration(seed: number): FlowCalibration {
  const random = new Xoshiro128(seed);
  const upTo = (max: number): number => Math.floor(random.nextDouble() * (max + 1));
  const numbers = (length: number): Float64Array =>
    Float64Array.from({ length }, () => random.nextDouble() * 10 ** (upTo(12) - 8));
  const ascending = (length: number): Float64Array =>
    numbers(length).map((step, i) => i + Math.min(step, 0.9));
  const count = 1 + upTo(200);
  const decays = numbers(1 + upTo(8)).map((decay) => decay + 1e-6);
  const edges = Array.from({ length: FEATURES }, () => ascending(upTo(6)));
  const sizeEdges = ascending(upTo(4));
  const signEdges = ascending(3);
  return {
    model: {
      ...{ symbol: 'ACME', tickSize: '0.01', lotSize: '1', levelsShown: 1 + upTo(49), reactionNs: upTo(1e6) },
      decays,
      baselines: numbers(FLOW_TYPES),
      weights: numbers(FLOW_TYPES * FLOW_TYPES * decays.length),
      edges,
      factors: edges.map((one) => numbers(ACTIONS * (one.length + 1))),
      profile: { fromNs: 34_200e9, stepNs: 1_800e9, factors: numbers(1 + upTo(13)) },
      hazard: new CancelHazard(sizeEdges, numbers(CancelHazard.cells(sizeEdges))),
      signs: { memory: 0.7, edges: signEdges, buyShare: numbers(4).map((share) => share % 1) },
      latentLots: upTo(3) === 0 ? null : 1 + upTo(1e4),
      history: historyOf(count, upTo),
    },
    start: {
      orders: Array.from({ length: 4 + upTo(20) }, (_, i) => ({
        side: i % 2 === 0 ? BUY : SELL,
        priceTicks: (i % 2 === 0 ? 10_000 : 10_005) + (i % 2 === 0 ? -upTo(50) : upTo(50)),
        lots: 1 + upTo(500),
        ageNs: upTo(10) === 0 ? 1e15 : upTo(1e12),
      })),
      memory: upTo(3) === 0 ? null : numbers(FLOW_TYPES * decays.length),
      present: upTo(count),
      lastType: upTo(FLOW_TYPES),
      lastBefore: upTo(3),
      lostTicks: Float64Array.of(upTo(20), upTo(20)),
      meanSign: 2 * random.nextDouble() - 1,
      tempo: -upTo(10),
      pace: 2 * random.nextDouble(),
    },
    ...originOf(count, random, upTo),
  };
}

function originOf(
  events: number,
  random: Xoshiro128,
  upTo: (max: number) => number,
): Pick<FlowCalibration, 'provenance' | 'quality'> {
  return {
    provenance: {
      inputs: [{ name: 'a file: with, signs #1', sha256: '0123456789abcdef'.repeat(4) }],
      ...{ fromNs: 34_200e9, toNs: 57_600e9, messages: upTo(1e6), events, explained: upTo(events) },
      program: '0.9.0',
    },
    quality: {
      ...{ spectralRadius: 0.91, slowestScale: 1, reactionShare: random.nextDouble() },
      heldOut: {
        events: upTo(1e5),
        poisson: -1.5,
        queueReactive: 0,
        hawkes: random.nextDouble(),
        product: 2.25,
      },
      residuals: { mean: 1 + random.nextDouble(), ks: random.nextDouble() },
    },
  };
}

/** What entries of a history say of the orders cancelled, and of the book behind them. */
function aroundOf(
  count: number,
  upTo: (max: number) => number,
): Pick<
  FlowHistory,
  'goesOn' | 'bornAt' | 'rank' | 'ageNs' | 'spreadAfter' | `${'bid' | 'ask'}${'Lots' | 'Gap' | 'Depth'}After`
> {
  const ints = (max: number): Int32Array => Int32Array.from({ length: count }, () => upTo(max));
  return {
    goesOn: Uint8Array.from(ints(1)),
    bornAt: ints(count).map((entry) => entry - 1),
    rank: ints(30),
    ageNs: Float64Array.from({ length: count }, () => upTo(1e12)),
    spreadAfter: ints(300),
    bidLotsAfter: ints(1e6),
    askLotsAfter: ints(1e6),
    bidGapAfter: ints(GAP_MAX),
    askGapAfter: ints(GAP_MAX),
    bidDepthAfter: ints(1e7),
    askDepthAfter: ints(1e7),
  };
}

function historyOf(count: number, upTo: (max: number) => number): FlowHistory {
  const bytes = (max: number): Uint8Array => Uint8Array.from({ length: count }, () => upTo(max));
  const ints = (max: number): Int32Array => Int32Array.from({ length: count }, () => upTo(max));
  const delayNs = Float64Array.from({ length: count }, () => upTo(1e10));
  let nowNs = 34_200e9;
  return {
    count,
    dayOffsetNs: upTo(86_400) * 1e9,
    timeNs: delayNs.map((step) => {
      nowNs += step;
      return nowNs;
    }),
    type: bytes(FLOW_TYPES - 1),
    typeBefore: bytes(FLOW_TYPES),
    delayNs,
    before: bytes(3),
    spreadTicks: ints(300),
    gapTicks: ints(GAP_MAX),
    lastGapTicks: ints(GAP_MAX),
    touchLots: ints(1e6),
    offsetTicks: ints(1e5),
    joins: bytes(1),
    lostTicks: ints(50),
    lots: ints(5000),
    fills: bytes(255),
    lastLots: ints(70_000),
    isLastWhole: bytes(1),
    hiddenLots: ints(400).map((lots) => 200 - lots),
    ...aroundOf(count, upTo),
  };
}
