/**
 * A fitted flow as a file: YAML with a head to be read by people, the events that marks are drawn from as columns of base64, and
 * where it all comes from. Text in, text out; what was written reads as an equal model.
 */

import { Document, isMap, isSeq, visit } from 'yaml';
import {
  ACTION_NAMES,
  actionOf,
  FEATURE_NAMES,
  FLOW_TYPES,
  type FlowHistory,
  type FlowModel,
  type FlowStart,
  sideOf,
} from '../../agents/index.ts';
import { BUY } from '../../domain/index.ts';
import { encodeColumn } from './columns.ts';
import type { FlowQuality } from './fit-quality.ts';

/** Grows when a file of before can no longer be read. */
export const FLOW_FILE_VERSION = 2;

/** What a flow was fitted to, and by what. */
export interface FlowProvenance {
  /** Files, datasets or runs, each by its name and its content. */
  readonly inputs: readonly { readonly name: string; readonly sha256: string }[];
  /** First and last message that was taken, ns since midnight of the recording's clock. */
  readonly fromNs: number;
  readonly toNs: number;
  /** Messages taken, the events they are, and of these the ones that intensities explain. */
  readonly messages: number;
  readonly events: number;
  readonly explained: number;
  /** Version of the program. */
  readonly program: string;
}

export interface FlowCalibration {
  readonly model: FlowModel;
  /** The last book of the record that was taken, for a twin that goes on from it. */
  readonly start: FlowStart;
  readonly provenance: FlowProvenance;
  readonly quality: FlowQuality;
}

/** Columns of a history that are written as they are; times are written as steps. */
export const HISTORY_COLUMNS = [
  'type',
  'typeBefore',
  'delayNs',
  'before',
  'spreadTicks',
  'gapTicks',
  'lastGapTicks',
  'touchLots',
  'offsetTicks',
  'joins',
  'lostTicks',
  'lots',
  'fills',
  'lastLots',
  'isLastWhole',
  'hiddenLots',
  'goesOn',
  'bornAt',
  'rank',
  'ageNs',
  'spreadAfter',
  'bidLotsAfter',
  'askLotsAfter',
  'bidGapAfter',
  'askGapAfter',
  'bidDepthAfter',
  'askDepthAfter',
] as const satisfies readonly (keyof FlowHistory)[];

/** Name of a type in a file, such as `bid.limitAt`. */
function typeName(type: number): string {
  return `${sideOf(type) === BUY ? 'bid' : 'ask'}.${ACTION_NAMES[actionOf(type)]!}`;
}

export const TYPE_NAMES: readonly string[] = Array.from({ length: FLOW_TYPES }, (_, type) => typeName(type));
/** Stands for no event in `start.lastType`. */
export const NO_TYPE = 'none';

const HEAD = ` Order flow of one instrument, fitted by \`twin calibrate flow\`. See docs/calibration.md.
 Rates are per second, times in nanoseconds; branching is by effect, cause and decay.`;

export function flowFileText({ model, start, provenance, quality }: FlowCalibration): string {
  const document = new Document({
    version: FLOW_FILE_VERSION,
    symbol: model.symbol,
    tickSize: model.tickSize,
    lotSize: model.lotSize,
    levelsShown: model.levelsShown,
    reactionNs: model.reactionNs,
    provenance,
    quality,
    ...headOf(model),
    history: historyOf(model.history),
    start: startOf(start),
  });
  document.commentBefore = HEAD;
  visit(document, {
    Seq: (_, node) => {
      node.flow = !node.items.some((item) => isMap(item) || isSeq(item));
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function headOf(model: FlowModel): Record<string, unknown> {
  const { decays, baselines, weights, edges, factors, profile, signs, latentLots, hazard } = model;
  const count = decays.length;
  const byType = (of: (type: number) => unknown): Record<string, unknown> =>
    Object.fromEntries(TYPE_NAMES.map((name, type) => [name, of(type)]));
  const half = hazard.weights.length / 2;
  return {
    decaysPerS: [...decays],
    baselinesPerS: byType((type) => baselines[type]),
    branching: byType((effect) =>
      byType((cause) => {
        const at = (effect * FLOW_TYPES + cause) * count;
        return [...weights.subarray(at, at + count)];
      }),
    ),
    features: Object.fromEntries(
      FEATURE_NAMES.map((name, f) => {
        const bins = edges[f]!.length + 1;
        const byAction = ACTION_NAMES.map((action, a) => [
          action,
          [...factors[f]!.subarray(a * bins, (a + 1) * bins)],
        ]);
        return [name, { edges: [...edges[f]!], ...Object.fromEntries(byAction) }];
      }),
    ),
    profile: { fromNs: profile.fromNs, stepNs: profile.stepNs, factors: [...profile.factors] },
    signs: { memory: signs.memory, edges: [...signs.edges], buyShare: [...signs.buyShare] },
    latentLots,
    hazard: {
      sizeEdges: [...hazard.sizeEdges],
      bid: [...hazard.weights.subarray(0, half)],
      ask: [...hazard.weights.subarray(half)],
    },
  };
}

function historyOf(history: FlowHistory): Record<string, unknown> {
  const { count, dayOffsetNs, timeNs } = history;
  return {
    count,
    dayOffsetNs,
    firstNs: count === 0 ? 0 : timeNs[0]!,
    timeStepsNs: encodeColumn(timeNs.map((time, entry) => (entry === 0 ? 0 : time - timeNs[entry - 1]!))),
    ...Object.fromEntries(HISTORY_COLUMNS.map((name) => [name, encodeColumn(history[name])])),
  };
}

function startOf({
  orders,
  memory,
  present,
  lastType,
  lastBefore,
  meanSign,
  tempo,
  lostTicks,
  pace,
}: FlowStart): Record<string, unknown> {
  return {
    count: orders.length,
    side: encodeColumn(orders.map(({ side }) => side)),
    priceTicks: encodeColumn(orders.map(({ priceTicks }) => priceTicks)),
    lots: encodeColumn(orders.map(({ lots }) => lots)),
    ageNs: encodeColumn(orders.map(({ ageNs }) => ageNs)),
    memory: memory === null ? null : encodeColumn(memory),
    present,
    lastType: TYPE_NAMES[lastType] ?? NO_TYPE,
    lastBefore,
    meanSign,
    tempo,
    lostTicks: Array.from(lostTicks),
    pace,
  };
}
