/** Paths of a forked market, without and with somebody beside the flow twin, on the same random numbers (fidelity.md §1.7). */

import {
  type FlowModel,
  type FlowStart,
  FlowTwin,
  type OrderBurst,
  OrderScript,
  type ParentFill,
  type ParentLeg,
  ParentOrder,
} from '../../agents/index.ts';
import {
  type AgentGroup,
  type AgentPort,
  BUY,
  type InstrumentSpec,
  SELL,
  UNDEF_INT32,
} from '../../domain/index.ts';
import type { MidPath } from '../../fidelity/index.ts';
import { World } from '../../world/index.ts';

export interface ForkedMarket {
  readonly model: FlowModel;
  readonly start: FlowStart;
  /** Time of the fork, ns since midnight. */
  readonly atNs: number;
  readonly seed: number;
}

/** Who acts beside the twin: nobody, a parent order, or a single order that is cancelled again. */
export type Intruder =
  | { readonly kind: 'none' }
  | { readonly kind: 'parent'; readonly legs: readonly ParentLeg[]; readonly childLots: number }
  | { readonly kind: 'order'; readonly burst: OrderBurst };

export interface ForkedPath {
  readonly mids: MidPath;
  /** What a parent order got. */
  readonly fills: readonly ParentFill[];
  /** Whether the intruder has traded and not given all of it back. */
  readonly hasPosition: boolean;
}

/** Time between two readings of the mid, ns. */
const MID_STEP_NS = 1e9;
/** Time between two looks of a parent order at what is due, ns. */
const LOOK_NS = 0.25e9;
const NO_DELAY = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };

/** The market from its fork on, for `lengthNs`. */
export function forkedPath(market: ForkedMarket, lengthNs: number, intruder: Intruder): ForkedPath {
  const { model, start, atNs, seed } = market;
  const { symbol, tickSize } = model;
  const spec: InstrumentSpec = { symbol, tickSize, lotSize: '1', currency: 'USD', minorUnit: '0.000001' };
  const watch = new MidWatch(lengthNs);
  const beside = groupOf(intruder);
  const groups: AgentGroup[] = [
    // Both paths go by intensities, as one with an order in it does: what differs is due to the order.
    new FlowTwin({ name: 'flow', instrument: 0, model, start, active: null, follows: false }),
    watch,
    ...(beside === null ? [] : [beside]),
  ];
  const world = new World({
    ...{ seed, instruments: [spec], startNs: atNs, dayEndNs: null },
    groups: groups.map((group) => ({ create: () => group, links: () => NO_DELAY })),
  });
  world.run(atNs + lengthNs);
  return {
    mids: watch.path,
    fills: beside instanceof ParentOrder ? beside.fills : [],
    hasPosition: beside !== null && world.port.positionLots(world.agentCount - 1, 0) !== 0,
  };
}

function groupOf(intruder: Intruder): AgentGroup | null {
  switch (intruder.kind) {
    case 'none':
      return null;
    case 'parent': {
      const { legs, childLots } = intruder;
      return new ParentOrder({ name: 'parent', instrument: 0, legs, childLots, everyNs: LOOK_NS });
    }
    case 'order':
      return new OrderScript('order', [intruder.burst]);
  }
}

/** Reads the mid at equal distances of time. It sends nothing and draws nothing: the market goes on as if it were not there. */
class MidWatch implements AgentGroup {
  readonly name = 'watch';
  readonly count = 1;
  readonly feeds = 0;
  readonly answers = 'endings';
  readonly #mids: Float64Array;
  #fromNs = 0;
  #read = 0;
  #port!: AgentPort;

  constructor(lengthNs: number) {
    this.#mids = new Float64Array(Math.floor(lengthNs / MID_STEP_NS) + 1).fill(Number.NaN);
  }

  get path(): MidPath {
    return { fromNs: this.#fromNs, stepNs: MID_STEP_NS, midTicks: this.#mids };
  }

  start(port: AgentPort, first: number): void {
    this.#port = port;
    this.#fromNs = port.nowNs;
    port.wakeAt(first, port.nowNs, 0);
  }

  onWake(agent: number): void {
    const bid = this.#port.bestTicks(agent, 0, BUY);
    const ask = this.#port.bestTicks(agent, 0, SELL);
    if (bid !== UNDEF_INT32 && ask !== UNDEF_INT32) this.#mids[this.#read] = (bid + ask) / 2;
    this.#read++;
    if (this.#read < this.#mids.length) this.#port.wakeAt(agent, this.#port.nowNs + MID_STEP_NS, 0);
  }

  onPrivate(): void {}

  onFeed(): void {}

  /** Its worlds are run once, from their start to their end. */
  writeState(): void {}

  readState(): void {}
}
