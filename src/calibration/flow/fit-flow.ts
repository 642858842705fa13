/** Fits the flow of one instrument to a part of a record: the flow twin's model, and how well it explains what happened. */

import {
  actionOf,
  binOf,
  FLOW_TYPES,
  type FlowModel,
  type FlowStart,
  FOLLOWS_REACTION,
  LostBest,
  MARKET_HIT,
  meanSignAfter,
  PACE_HALF_LIFE_S,
  signOf,
  TEMPO_NONE,
  tempoAfter,
} from '../../agents/index.ts';
import { TwinError } from '../../base/index.ts';
import type { FlowStream } from '../../fidelity/index.ts';
import { groupOf, HawkesMemory, halvedBy } from '../../math/index.ts';
import type { HawkesFit } from '../hawkes-em.ts';
import { fitCancelHazard } from './cancel-hazard-fit.ts';
import { eventsOfFlow, type FlowEvents, historyOf } from './flow-events.ts';
import { fitIntensities, INTENSITY_DEFAULTS, type IntensityOptions } from './intensity-fit.ts';
import { fitLatentLots } from './latent-lots-fit.ts';
import { LiveOrders } from './live-orders.ts';
import { levelsTold } from './told-levels.ts';

export interface FlowFit {
  readonly model: FlowModel;
  readonly events: FlowEvents;
  /** The intensities' last round. */
  readonly hawkes: HawkesFit;
  /** Events taken, and of them those that the intensities explain; the others are reactions. */
  readonly taken: number;
  readonly explained: number;
  /** Arrivals expected between each event and the one before. */
  readonly expected: Float64Array;
}

/** Fewest events that a flow is fitted to. */
export const FLOW_EVENTS_MIN = 2_000;
const SIGN_MEMORY = 0.7;
const SIGN_EDGES = [-0.9, -0.75, -0.55, -0.3, 0, 0.3, 0.55, 0.75, 0.9];
/** Market orders that the mean sign at a fork is made of. */
const SIGNS_BACK = 30;
/** Arrivals, as many expected as happened, that the pace at a fork is thought to have seen besides. */
const PACE_PRIOR = 10;

/**
 * Fits to the rows for which `isTakenRow` holds: what happened there is made likely, given all that had happened before. Other rows
 * are part of that past and nothing else. Raises CALIBRATION_DATA, CALIBRATION_MODEL.
 */
export function fitFlow(
  stream: FlowStream,
  isTakenRow: (row: number) => boolean,
  options: Partial<IntensityOptions> = {},
): FlowFit {
  const settings = { ...INTENSITY_DEFAULTS, ...options };
  const events = eventsOfFlow(stream, settings.reactionNs);
  const isTaken = new Uint8Array(events.count);
  let taken = 0;
  for (let event = 0; event < events.count; event++) {
    if (!isTakenRow(events.firstRow[event]!)) continue;
    isTaken[event] = 1;
    taken++;
  }
  if (taken < FLOW_EVENTS_MIN) {
    throw new TwinError('CALIBRATION_DATA', `a flow is fitted to ${FLOW_EVENTS_MIN} events or more`, {
      symbol: stream.symbol,
      events: taken,
    });
  }
  const intensities = fitIntensities(stream, events, isTaken, settings);
  const model: FlowModel = {
    symbol: stream.symbol,
    tickSize: stream.tickSize,
    lotSize: stream.lotSize,
    levelsShown: levelsTold(stream),
    reactionNs: settings.reactionNs,
    decays: intensities.hawkes.decays,
    baselines: intensities.hawkes.baselines,
    weights: intensities.hawkes.weights,
    edges: intensities.edges,
    factors: intensities.factors,
    profile: intensities.profile,
    hazard: fitCancelHazard(stream, isTakenRow),
    signs: fitSigns(events, isTaken),
    latentLots: fitLatentLots(stream, events, isTaken),
    history: historyOf(events, (event) => isTaken[event] === 1),
  };
  return {
    model,
    events,
    hawkes: intensities.last,
    taken,
    explained: intensities.explained,
    expected: intensities.expected,
  };
}

function fitSigns(events: FlowEvents, isTaken: Uint8Array): FlowModel['signs'] {
  const bins = SIGN_EDGES.length + 1;
  // One of each in every bin to begin with.
  const bought = new Float64Array(bins).fill(1);
  const all = new Float64Array(bins).fill(2);
  let mean = 0;
  for (let event = 0; event < events.count; event++) {
    if (isTaken[event] === 0 || actionOf(events.type[event]!) !== MARKET_HIT) continue;
    const sign = signOf(events.type[event]!);
    const bin = binOf(SIGN_EDGES, mean);
    bought[bin]! += sign > 0 ? 1 : 0;
    bought[bins - 1 - bin]! += sign > 0 ? 0 : 1;
    all[bin]!++;
    all[bins - 1 - bin]!++;
    mean = meanSignAfter(mean, events.type[event]!, SIGN_MEMORY);
  }
  return {
    memory: SIGN_MEMORY,
    edges: Float64Array.from(SIGN_EDGES),
    buyShare: bought.map((value, bin) => value / all[bin]!),
  };
}

/** What forks go on from. `expected` null: it is not known how busy the market is beside the intensities' own view. */
export interface FlowForked extends Pick<FlowFit, 'model' | 'events'> {
  readonly expected: Float64Array | null;
}

/** Starts of twins within a record, from its beginning on: each fork knows all that was recorded before its row. */
export class FlowForks {
  readonly #stream: FlowStream;
  readonly #fit: FlowForked;
  readonly #orders: LiveOrders;
  readonly #memory: HawkesMemory;
  readonly #lost = new LostBest();
  #row = 0;
  #event = 0;
  #passedNs: number;
  /** Arrivals of the recent past, that happened and that were expected; older ones count less. */
  #tempo = TEMPO_NONE;
  #happened = 0;
  #expected = 0;

  constructor(stream: FlowStream, fit: FlowForked) {
    this.#stream = stream;
    this.#fit = fit;
    this.#orders = new LiveOrders(stream);
    this.#memory = new HawkesMemory(FLOW_TYPES, fit.model.decays);
    this.#passedNs = stream.timeNs[0]!;
  }

  /** The market right before a row; rows only go forward. */
  at(row: number): FlowStart {
    const { events, model, expected } = this.#fit;
    const memory = this.#memory;
    this.#orders.advanceTo(row);
    this.#seeTo(row);
    while (this.#event < events.count && events.firstRow[this.#event]! < row) {
      this.#pass(events.timeNs[this.#event]!);
      if (expected !== null) {
        this.#expected += expected[this.#event]!;
        if (events.delayNs[this.#event]! >= model.reactionNs) this.#happened++;
      }
      memory.add(events.type[this.#event]!);
      this.#tempo = tempoAfter(this.#tempo, events.delayNs[this.#event]!);
      this.#event++;
    }
    this.#pass(this.#stream.timeNs[row - 1]!);
    const last = this.#event - 1;
    const isReaction = last > 0 && events.delayNs[last]! < model.reactionNs;
    return {
      orders: this.#orders.standing(),
      memory: memory.values.slice(),
      present: groupOf(model.history.timeNs, this.#stream.timeNs[row - 1]!),
      lastType: last < 0 ? FLOW_TYPES : events.type[last]!,
      lastBefore: isReaction ? FOLLOWS_REACTION : 0,
      meanSign: this.#meanSign(last),
      tempo: this.#tempo,
      lostTicks: this.#lost.ticks.slice(),
      pace: (this.#happened + PACE_PRIOR) / (this.#expected + PACE_PRIOR),
    };
  }

  /** Books up to `row`, excluded. */
  #seeTo(row: number): void {
    const { levels, bidTicks, askTicks, bidLots, askLots } = this.#stream;
    for (; this.#row < row; this.#row++) {
      const at = this.#row * levels;
      if (bidLots[at]! > 0 && askLots[at]! > 0) this.#lost.see(bidTicks[at]!, askTicks[at]!);
    }
  }

  #pass(timeNs: number): void {
    const seconds = (timeNs - this.#passedNs) / 1e9;
    this.#memory.pass(seconds);
    const kept = halvedBy(seconds, PACE_HALF_LIFE_S);
    this.#happened *= kept;
    this.#expected *= kept;
    this.#passedNs = timeNs;
  }

  #meanSign(last: number): number {
    const { events, model } = this.#fit;
    const types: number[] = [];
    for (let event = last; event >= 0 && types.length < SIGNS_BACK; event--) {
      if (actionOf(events.type[event]!) === MARKET_HIT) types.push(events.type[event]!);
    }
    return types.reduceRight((mean, type) => meanSignAfter(mean, type, model.signs.memory), 0);
  }
}
