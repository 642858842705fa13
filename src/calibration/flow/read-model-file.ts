/** A file of a fitted flow read back and checked throughout: everything that is wrong with it comes out at once. */

import { parseDocument } from 'yaml';
import {
  ACTION_NAMES,
  ACTIONS,
  CancelHazard,
  checkFlowModel,
  FEATURE_NAMES,
  FLOW_TYPES,
  type FlowHistory,
  type FlowModel,
  type FlowStart,
  FOLLOWS_MOVE,
  FOLLOWS_REACTION,
  GAP_MAX,
} from '../../agents/index.ts';
import { TwinError } from '../../base/index.ts';
import { BUY, PRICE_TICKS_MAX, SELL, type Side } from '../../domain/index.ts';
import { type NumberRange, type Plain, PlainReader } from '../plain-reader.ts';
import type { FlowQuality } from './fit-quality.ts';
import {
  FLOW_FILE_VERSION,
  type FlowCalibration,
  type FlowProvenance,
  HISTORY_COLUMNS,
  NO_TYPE,
  TYPE_NAMES,
} from './model-file.ts';

const POSITIVE: NumberRange = { min: 0 };
const COUNT: NumberRange = { min: 0, isWhole: true };
const INT32: NumberRange = { min: -(2 ** 31), max: 2 ** 31 - 1, isWhole: true };
const LOTS: NumberRange = { min: 0, max: 2 ** 31 - 1, isWhole: true };
const FLAG: NumberRange = { min: 0, max: 1, isWhole: true };
const FOLLOWS: NumberRange = { min: 0, max: FOLLOWS_REACTION | FOLLOWS_MOVE, isWhole: true };
const SHARE: NumberRange = { min: 0, max: 1 };
const DECIMAL = /^\d+(\.\d+)?$/;
/** Longest history: a longer one is no day of one instrument. */
const HISTORY_MAX = 10_000_000;

const RANGES: Record<(typeof HISTORY_COLUMNS)[number], NumberRange> = {
  type: { min: 0, max: FLOW_TYPES - 1, isWhole: true },
  typeBefore: { min: 0, max: FLOW_TYPES, isWhole: true },
  delayNs: COUNT,
  before: FOLLOWS,
  spreadTicks: INT32,
  gapTicks: { min: 0, max: GAP_MAX, isWhole: true },
  lastGapTicks: { min: 0, max: GAP_MAX, isWhole: true },
  touchLots: LOTS,
  offsetTicks: INT32,
  joins: FLAG,
  lostTicks: { ...INT32, min: 0 },
  lots: LOTS,
  fills: { min: 0, max: 255, isWhole: true },
  lastLots: LOTS,
  isLastWhole: FLAG,
  hiddenLots: INT32,
  goesOn: FLAG,
  bornAt: { min: -1, max: HISTORY_MAX, isWhole: true },
  rank: COUNT,
  ageNs: POSITIVE,
  spreadAfter: COUNT,
  bidLotsAfter: LOTS,
  askLotsAfter: LOTS,
  bidGapAfter: { min: 0, max: GAP_MAX, isWhole: true },
  askGapAfter: { min: 0, max: GAP_MAX, isWhole: true },
  bidDepthAfter: LOTS,
  askDepthAfter: LOTS,
};

const KEYS = [
  ...['version', 'symbol', 'tickSize', 'lotSize', 'levelsShown', 'reactionNs', 'provenance', 'quality'],
  ...[
    'decaysPerS',
    'baselinesPerS',
    'branching',
    'features',
    'profile',
    'signs',
    'latentLots',
    'hazard',
    'history',
    'start',
  ],
];

/** Raises CALIBRATION_MODEL with the list of all problems. `source` is what the message calls the file. */
export function readFlowFile(text: string, source: string): FlowCalibration {
  const document = parseDocument(text);
  if (document.errors.length > 0)
    throw faultOf(
      source,
      document.errors.map((error) => error.message.split('\n')[0]!),
    );
  const value: unknown = document.toJS();
  const version = (value as Plain | null)?.version;
  if (version !== FLOW_FILE_VERSION)
    throw faultOf(source, [`version: is ${FLOW_FILE_VERSION}, found ${JSON.stringify(version ?? null)}`]);
  return new FileReading(source).file(value);
}

function faultOf(source: string, problems: readonly string[]): TwinError {
  const list = problems.map((problem) => `\n  - ${problem}`).join('');
  return new TwinError(
    'CALIBRATION_MODEL',
    `${source} breaks ${problems.length} rule${problems.length === 1 ? '' : 's'} of a fitted flow:${list}`,
  );
}

class FileReading {
  readonly #source: string;
  readonly #reader = new PlainReader();

  constructor(source: string) {
    this.#source = source;
  }

  file(value: unknown): FlowCalibration {
    const file = this.#reader.object(value, '', KEYS);
    const provenance = this.#provenance(file.provenance);
    const quality = this.#quality(file.quality);
    const parts = { ...this.#head(file), history: this.#history(file.history) };
    const hazard = this.#hazard(file.hazard);
    const start = this.#start(file.start, parts.decays.length, parts.history.count);
    if (this.#reader.problems.length > 0 || hazard === null)
      throw faultOf(this.#source, this.#reader.problems);
    const model: FlowModel = { ...parts, hazard };
    checkFlowModel(model);
    return { model, start, provenance, quality };
  }

  #head(file: Plain): Omit<FlowModel, 'history' | 'hazard'> {
    const reader = this.#reader;
    const decays = reader.numbers(file.decaysPerS, 'decaysPerS', null, POSITIVE);
    if (Array.isArray(file.decaysPerS) && !decays.every((decay) => decay > 0))
      reader.say('decaysPerS', 'are above 0');
    const baselines = reader.object(file.baselinesPerS, 'baselinesPerS', TYPE_NAMES);
    return {
      symbol: reader.text(file.symbol, 'symbol'),
      tickSize: reader.text(file.tickSize, 'tickSize', DECIMAL, 'a decimal number as text'),
      lotSize: reader.text(file.lotSize, 'lotSize', DECIMAL, 'a decimal number as text'),
      levelsShown: reader.number(file.levelsShown, 'levelsShown', { min: 1, isWhole: true }),
      reactionNs: reader.number(file.reactionNs, 'reactionNs', COUNT),
      decays,
      baselines: Float64Array.from(TYPE_NAMES, (name) =>
        reader.number(baselines[name], `baselinesPerS.${name}`, POSITIVE),
      ),
      weights: this.#weights(file.branching, decays.length),
      ...this.#features(file.features),
      profile: this.#profile(file.profile),
      signs: this.#signs(file.signs),
      latentLots: this.#latentLots(file.latentLots),
    };
  }

  #weights(value: unknown, decays: number): Float64Array {
    const reader = this.#reader;
    const effects = reader.object(value, 'branching', TYPE_NAMES);
    const weights = new Float64Array(FLOW_TYPES * FLOW_TYPES * decays);
    TYPE_NAMES.forEach((effect, i) => {
      const causes = reader.object(effects[effect], `branching.${effect}`, TYPE_NAMES);
      if (effects[effect] === undefined) return;
      TYPE_NAMES.forEach((cause, j) => {
        const path = `branching.${effect}.${cause}`;
        const values = reader.numbers(causes[cause], path, decays, POSITIVE);
        weights.set(values.subarray(0, decays), (i * FLOW_TYPES + j) * decays);
      });
    });
    return weights;
  }

  #features(value: unknown): Pick<FlowModel, 'edges' | 'factors'> {
    const reader = this.#reader;
    const features = reader.object(value, 'features', FEATURE_NAMES);
    const edges: Float64Array[] = [];
    const factors: Float64Array[] = [];
    for (const name of FEATURE_NAMES) {
      const path = `features.${name}`;
      const feature = reader.object(features[name], path, ['edges', ...ACTION_NAMES]);
      const found = this.#edges(feature.edges, `${path}.edges`);
      const bins = found.length + 1;
      const all = new Float64Array(ACTIONS * bins);
      ACTION_NAMES.forEach((action, a) => {
        const values = reader.numbers(feature[action], `${path}.${action}`, bins, POSITIVE);
        all.set(values.subarray(0, bins), a * bins);
      });
      edges.push(found);
      factors.push(all);
    }
    return { edges, factors };
  }

  /** Upper edges of bins, ascending. */
  #edges(value: unknown, path: string): Float64Array {
    const edges = this.#reader.numbers(value, path, null);
    if (edges.some((edge, bin) => bin > 0 && edge <= edges[bin - 1]!)) this.#reader.say(path, 'go up');
    return edges;
  }

  #profile(value: unknown): FlowModel['profile'] {
    const reader = this.#reader;
    const profile = reader.object(value, 'profile', ['fromNs', 'stepNs', 'factors']);
    const factors = reader.numbers(profile.factors, 'profile.factors', null, POSITIVE);
    if (Array.isArray(profile.factors) && factors.length === 0)
      reader.say('profile.factors', 'has one number or more');
    return {
      fromNs: reader.number(profile.fromNs, 'profile.fromNs', COUNT),
      stepNs: reader.number(profile.stepNs, 'profile.stepNs', { min: 1, isWhole: true }),
      factors,
    };
  }

  #signs(value: unknown): FlowModel['signs'] {
    const reader = this.#reader;
    const signs = reader.object(value, 'signs', ['memory', 'edges', 'buyShare']);
    const edges = this.#edges(signs.edges, 'signs.edges');
    return {
      memory: reader.number(signs.memory, 'signs.memory', SHARE),
      edges,
      buyShare: reader.numbers(signs.buyShare, 'signs.buyShare', edges.length + 1, SHARE),
    };
  }

  #latentLots(value: unknown): number | null {
    return value === null ? null : this.#reader.number(value, 'latentLots', { min: Number.MIN_VALUE });
  }

  #hazard(value: unknown): CancelHazard | null {
    const reader = this.#reader;
    const hazard = reader.object(value, 'hazard', ['sizeEdges', 'bid', 'ask']);
    const sizeEdges = this.#edges(hazard.sizeEdges, 'hazard.sizeEdges');
    const cells = CancelHazard.cells(sizeEdges);
    const bid = reader.numbers(hazard.bid, 'hazard.bid', cells / 2, POSITIVE);
    const ask = reader.numbers(hazard.ask, 'hazard.ask', cells / 2, POSITIVE);
    return bid.length + ask.length === cells
      ? new CancelHazard(sizeEdges, Float64Array.of(...bid, ...ask))
      : null;
  }

  #history(value: unknown): FlowHistory {
    const reader = this.#reader;
    const history = reader.object(value, 'history', [
      ...['count', 'dayOffsetNs', 'firstNs', 'timeStepsNs'],
      ...HISTORY_COLUMNS,
    ]);
    const count = reader.number(history.count, 'history.count', { min: 1, max: HISTORY_MAX, isWhole: true });
    const columns = Object.fromEntries(
      HISTORY_COLUMNS.map((name) => [
        name,
        reader.column(history[name], `history.${name}`, count, RANGES[name]),
      ]),
    ) as Record<(typeof HISTORY_COLUMNS)[number], Float64Array>;
    const timeNs = reader.column(history.timeStepsNs, 'history.timeStepsNs', count, POSITIVE);
    let nowNs = reader.number(history.firstNs, 'history.firstNs');
    for (let entry = 0; entry < timeNs.length; entry++) {
      nowNs += timeNs[entry]!;
      timeNs[entry] = nowNs;
    }
    const bytes = (name: keyof typeof columns): Uint8Array => Uint8Array.from(columns[name]);
    const ints = (name: keyof typeof columns): Int32Array => Int32Array.from(columns[name]);
    return {
      count,
      dayOffsetNs: reader.number(history.dayOffsetNs, 'history.dayOffsetNs'),
      timeNs,
      type: bytes('type'),
      typeBefore: bytes('typeBefore'),
      delayNs: columns.delayNs,
      before: bytes('before'),
      spreadTicks: ints('spreadTicks'),
      gapTicks: ints('gapTicks'),
      lastGapTicks: ints('lastGapTicks'),
      touchLots: ints('touchLots'),
      offsetTicks: ints('offsetTicks'),
      joins: bytes('joins'),
      lostTicks: ints('lostTicks'),
      lots: ints('lots'),
      fills: bytes('fills'),
      lastLots: ints('lastLots'),
      isLastWhole: bytes('isLastWhole'),
      hiddenLots: ints('hiddenLots'),
      goesOn: bytes('goesOn'),
      bornAt: ints('bornAt'),
      rank: ints('rank'),
      ageNs: columns.ageNs,
      spreadAfter: ints('spreadAfter'),
      bidLotsAfter: ints('bidLotsAfter'),
      askLotsAfter: ints('askLotsAfter'),
      bidGapAfter: ints('bidGapAfter'),
      askGapAfter: ints('askGapAfter'),
      bidDepthAfter: ints('bidDepthAfter'),
      askDepthAfter: ints('askDepthAfter'),
    };
  }

  #start(value: unknown, decays: number, entries: number): FlowStart {
    const reader = this.#reader;
    const columns = ['side', 'priceTicks', 'lots', 'ageNs'];
    const others = [
      'count',
      'memory',
      'present',
      'lastType',
      'lastBefore',
      'meanSign',
      'lostTicks',
      'tempo',
      'pace',
    ];
    const start = reader.object(value, 'start', [...columns, ...others]);
    const count = reader.number(start.count, 'start.count', { min: 1, max: HISTORY_MAX, isWhole: true });
    const side = reader.column(start.side, 'start.side', count, { min: BUY, max: SELL, isWhole: true });
    const price = { min: -PRICE_TICKS_MAX, max: PRICE_TICKS_MAX, isWhole: true };
    const priceTicks = reader.column(start.priceTicks, 'start.priceTicks', count, price);
    const lots = reader.column(start.lots, 'start.lots', count, { ...LOTS, min: 1 });
    const ageNs = reader.column(start.ageNs, 'start.ageNs', count, POSITIVE);
    const lastName = reader.text(start.lastType, 'start.lastType');
    if (lastName !== '' && lastName !== NO_TYPE && !TYPE_NAMES.includes(lastName))
      reader.say('start.lastType', `is ${NO_TYPE} or a type such as ${TYPE_NAMES[0]}`, lastName);
    const { memory } = start;
    const length = FLOW_TYPES * decays;
    const orders = Array.from(side, (one, i) => ({
      side: one as Side,
      priceTicks: priceTicks[i]!,
      lots: lots[i]!,
      ageNs: ageNs[i]!,
    }));
    this.#checkBook(orders);
    return {
      orders,
      memory: memory === null ? null : reader.column(memory, 'start.memory', length, POSITIVE),
      present: reader.number(start.present, 'start.present', { min: 0, max: entries, isWhole: true }),
      lastType: TYPE_NAMES.includes(lastName) ? TYPE_NAMES.indexOf(lastName) : FLOW_TYPES,
      lastBefore: reader.number(start.lastBefore, 'start.lastBefore', FOLLOWS),
      lostTicks: reader.numbers(start.lostTicks, 'start.lostTicks', 2, POSITIVE),
      meanSign: reader.number(start.meanSign, 'start.meanSign', { min: -1, max: 1 }),
      tempo: reader.number(start.tempo, 'start.tempo'),
      pace: reader.number(start.pace, 'start.pace', POSITIVE),
    };
  }

  #checkBook(orders: FlowStart['orders']): void {
    const of = (side: Side): number[] => orders.flatMap((one) => (one.side === side ? [one.priceTicks] : []));
    const [bids, asks] = [of(BUY), of(SELL)];
    const bid = bids.reduce((best, price) => Math.max(best, price), Number.NEGATIVE_INFINITY);
    const ask = asks.reduce((best, price) => Math.min(best, price), Number.POSITIVE_INFINITY);
    if (bids.length < 2 || asks.length < 2)
      this.#reader.say('start', 'has two orders a side or more', { bids: bids.length, asks: asks.length });
    else if (bid >= ask) this.#reader.say('start', 'has bids below its asks', { bid, ask });
  }

  #provenance(value: unknown): FlowProvenance {
    const reader = this.#reader;
    const keys = ['inputs', 'fromNs', 'toNs', 'messages', 'events', 'explained', 'program'];
    const found = reader.object(value, 'provenance', keys);
    const number = (key: string): number => reader.number(found[key], `provenance.${key}`, COUNT);
    return {
      inputs: reader.list(found.inputs, 'provenance.inputs').map((one, i) => {
        const path = `provenance.inputs[${i}]`;
        const input = reader.object(one, path, ['name', 'sha256']);
        return {
          name: reader.text(input.name, `${path}.name`),
          sha256: reader.text(input.sha256, `${path}.sha256`, /^[0-9a-f]{64}$/, '64 hexadecimal digits'),
        };
      }),
      fromNs: number('fromNs'),
      toNs: number('toNs'),
      messages: number('messages'),
      events: number('events'),
      explained: number('explained'),
      program: reader.text(found.program, 'provenance.program'),
    };
  }

  #quality(value: unknown): FlowQuality {
    const reader = this.#reader;
    const keys = ['spectralRadius', 'slowestScale', 'reactionShare', 'heldOut', 'residuals'];
    const found = reader.object(value, 'quality', keys);
    const models = ['poisson', 'queueReactive', 'hawkes', 'product'] as const;
    const heldOut = reader.object(found.heldOut, 'quality.heldOut', ['events', ...models]);
    const [poisson, queueReactive, hawkes, product] = models.map((model) =>
      reader.number(heldOut[model], `quality.heldOut.${model}`),
    ) as [number, number, number, number];
    const residuals = reader.object(found.residuals, 'quality.residuals', ['mean', 'ks']);
    return {
      spectralRadius: reader.number(found.spectralRadius, 'quality.spectralRadius', POSITIVE),
      slowestScale: reader.number(found.slowestScale, 'quality.slowestScale', SHARE),
      reactionShare: reader.number(found.reactionShare, 'quality.reactionShare', SHARE),
      heldOut: {
        events: reader.number(heldOut.events, 'quality.heldOut.events', COUNT),
        ...{ poisson, queueReactive, hawkes, product },
      },
      residuals: {
        mean: reader.number(residuals.mean, 'quality.residuals.mean', POSITIVE),
        ks: reader.number(residuals.ks, 'quality.residuals.ks', SHARE),
      },
    };
  }
}
