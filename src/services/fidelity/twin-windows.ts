/** Windows of a flow twin: for each fork of a record a market of its own, in which the twin goes on (fidelity.md §1.1, design A). */

import {
  type FlowModel,
  type FlowStart,
  FlowTwin,
  ORDERS_PER_AGENT_MAX,
  RandomFlow,
  type RandomFlowParameters,
  type StandingOrder,
} from '../../agents/index.ts';
import { TwinError } from '../../base/index.ts';
import type { BaselineRates } from '../../calibration/index.ts';
import { type AgentGroup, BUY, type InstrumentSpec } from '../../domain/index.ts';
import type { FlowStream, FlowWindow } from '../../fidelity/index.ts';
import { World } from '../../world/index.ts';
import { RecordsFlow } from './flow/records-flow.ts';

/** Levels of book that windows are scored with. */
export const WINDOW_LEVELS = 10;
/** Simulated time after which a market that made too few messages is dead. */
const WINDOW_NS_MAX = 6 * 3_600e9;
const STEP_NS_FIRST = 0.5e9;
const NO_DELAY = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };

export interface TwinWindow {
  readonly model: FlowModel;
  readonly start: FlowStart;
  /** Time of the fork, ns since midnight. */
  readonly atNs: number;
  readonly messages: number;
  readonly seed: number;
}

/** Raises FIDELITY_INPUT when the twin falls silent. */
export function twinWindow({ model, start, atNs, messages, seed }: TwinWindow): FlowWindow {
  const create = (): AgentGroup => new FlowTwin({ name: 'flow', instrument: 0, model, start, active: null });
  return windowOf(create, model, atNs, start.orders.length, messages, seed);
}

/** A market of one group alone, and what it shows. */
export interface Market {
  readonly world: World;
  readonly stream: FlowStream;
}

export function marketOf(
  create: () => AgentGroup,
  { symbol, tickSize }: Pick<FlowModel, 'symbol' | 'tickSize'>,
  atNs: number,
  seed: number,
): Market {
  const instrument: InstrumentSpec = {
    symbol,
    tickSize,
    lotSize: '1',
    currency: 'USD',
    minorUnit: '0.000001',
  };
  const flow = new RecordsFlow({
    ...{ symbol, tickSize },
    unitsPerLot: 1,
    levels: WINDOW_LEVELS,
    instrument: 0,
  });
  const groups = [{ create, links: () => NO_DELAY }];
  const world = new World({ seed, instruments: [instrument], groups, startNs: atNs, dayEndNs: null }, flow);
  return { world, stream: flow.stream };
}

/** The first `messages` messages that a group makes behind those of its opening book. */
export function windowOf(
  create: () => AgentGroup,
  names: Pick<FlowModel, 'symbol' | 'tickSize'>,
  atNs: number,
  opening: number,
  messages: number,
  seed: number,
): FlowWindow {
  const { world, stream } = marketOf(create, names, atNs, seed);
  let untilNs = atNs;
  for (let stepNs = STEP_NS_FIRST; stream.count < opening + messages; stepNs *= 1.5) {
    if (untilNs - atNs > WINDOW_NS_MAX) {
      throw new TwinError('FIDELITY_INPUT', 'a twin goes on for as many messages as are scored', {
        symbol: names.symbol,
        atNs,
        messages: stream.count - opening,
        wanted: messages,
      });
    }
    untilNs += Math.round(stepNs);
    world.run(untilNs);
    world.flush();
  }
  return { stream, from: opening, to: opening + messages };
}

export interface BaselineWindow {
  readonly symbol: string;
  readonly tickSize: string;
  readonly rates: BaselineRates;
  readonly orders: readonly StandingOrder[];
  readonly atNs: number;
  readonly messages: number;
  readonly seed: number;
}

/** The same of the baseline, from the same book. Raises FIDELITY_INPUT when it falls silent. */
export function baselineWindow({
  rates,
  orders,
  atNs,
  messages,
  seed,
  ...names
}: BaselineWindow): FlowWindow {
  const parameters = baselineParameters(rates, orders);
  return windowOf(() => new RandomFlow(parameters), names, atNs, orders.length, messages, seed);
}

/** The baseline as the only group of a market that opens with these orders. */
export function baselineParameters(
  rates: BaselineRates,
  orders: readonly StandingOrder[],
): RandomFlowParameters {
  const bids = orders.filter(({ side }) => side === BUY).map(({ priceTicks }) => priceTicks);
  return {
    ...rates,
    name: 'baseline',
    // Room for the opening orders, and for as many more.
    count: 1 + Math.ceil((4 * orders.length) / ORDERS_PER_AGENT_MAX),
    markets: [{ instrument: 0, referenceTicks: Math.max(...bids) }],
    opening: orders,
  };
}
