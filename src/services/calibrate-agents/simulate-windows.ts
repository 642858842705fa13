/** Windows of a simulated scenario, made in memory as far as they are wanted: the same records and the same cut as of a run that is scored. */

import { TwinError } from '../../base/index.ts';
import { FlowStream, type FlowWindow, windowsFrom } from '../../fidelity/index.ts';
import type { FlowOfModel, Scenario } from '../../scenarios/index.ts';
import { World } from '../../world/index.ts';
import { commonTick } from '../fidelity/common-tick.ts';
import { RecordsFlow } from '../fidelity/flow/records-flow.ts';
import { WINDOW_LEVELS } from '../fidelity/twin-windows.ts';
import { planScenario } from '../plan-scenario.ts';

/** What is cut out of a simulation, the same at every point of a search. */
export interface WindowCut {
  readonly symbol: string;
  readonly messages: number;
  readonly warmUpSeconds: number;
  /** Tick that prices are counted in: that of the instrument, or a finer one of what it is compared with. */
  readonly tickSize: string;
}

const NS_PER_S = 1e9;
const STEP_NS_FIRST = 5e9;
const STEP_GROWTH_MAX = 1.5;
/** Orders and changes for each message that is wanted, beyond which a market does not come to what is looked for. */
const COMMANDS_PER_MESSAGE_MAX = 50;
const COMMANDS_SPARE = 1_000_000;

/**
 * `flows` are models of flows that were read before; what is read joins them. `windows` windows, shared out over the seeds in their order. Raises CALIBRATION_SEARCH when a simulation makes too few messages, and
 * what a scenario that cannot run deserves.
 */
export function simulateWindows(
  scenario: Scenario,
  cut: WindowCut,
  seeds: readonly number[],
  windows: number,
  flows = new Map<string, FlowOfModel>(),
): FlowWindow[] {
  const perSeed = Math.ceil(windows / seeds.length);
  return seeds.flatMap((seed, i) => {
    const wanted = Math.min(perSeed, windows - i * perSeed);
    return wanted <= 0 ? [] : windowsOfSeed({ ...scenario, seed }, cut, wanted, flows);
  });
}

function windowsOfSeed(
  scenario: Scenario,
  cut: WindowCut,
  wanted: number,
  flows: Map<string, FlowOfModel>,
): FlowWindow[] {
  const { spec, instruments, startNs, endNs } = planScenario(scenario, flows);
  const instrument = instruments.findIndex(({ symbol }) => symbol === cut.symbol);
  const { symbol, tickSize, lotSize } = instruments[instrument]!;
  const flow = new RecordsFlow({
    ...{ symbol, tickSize, levels: WINDOW_LEVELS, instrument },
    unitsPerLot: Number(lotSize),
  });
  const world = new World(spec, flow);
  const fromNs = startNs + Math.round(cut.warmUpSeconds * NS_PER_S);
  const commandsMax = COMMANDS_SPARE + COMMANDS_PER_MESSAGE_MAX * wanted * cut.messages;
  let found: FlowWindow[] = [];
  let untilNs = startNs;
  for (let stepNs = STEP_NS_FIRST; found.length < wanted; stepNs *= STEP_GROWTH_MAX) {
    if (untilNs >= endNs || world.commandCount > commandsMax)
      throw tooFew(
        scenario.seed,
        { windows: found.length, wanted, messages: flow.stream.count },
        untilNs < endNs,
      );
    untilNs = Math.min(endNs, Math.max(fromNs, untilNs) + stepNs);
    world.run(untilNs);
    world.flush();
    if (untilNs >= endNs) flow.end();
    found = windowsFrom(flow.stream, fromNs, wanted, cut.messages);
  }
  return inTicksOf(cut.tickSize, found);
}

function tooFew(seed: number, counts: Readonly<Record<string, number>>, isBusy: boolean): TwinError {
  const rule = isBusy
    ? 'a simulation comes to its windows before it has handled 50 orders for each of their messages'
    : 'a simulation makes its windows before the scenario ends';
  return new TwinError('CALIBRATION_SEARCH', rule, { seed, ...counts });
}

function inTicksOf(tickSize: string, windows: readonly FlowWindow[]): FlowWindow[] {
  const { stream } = windows[0]!;
  const [, scaled] = commonTick([new FlowStream({ ...stream, tickSize }, 0), stream]) as [
    FlowStream,
    FlowStream,
  ];
  return windows.map(({ from, to }) => ({ stream: scaled, from, to }));
}
