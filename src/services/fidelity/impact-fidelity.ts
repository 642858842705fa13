/**
 * The impact test of a flow twin (fidelity.md §1.7): forks of a record, in each the market without and with parent orders, and what
 * the differences come to: the law of impact, its relaxation, round trips, and an order that is cancelled before it trades.
 */

import { readFileSync } from 'node:fs';
import type { OrderBurst, ParentLeg } from '../../agents/index.ts';
import { hashText, TwinError } from '../../base/index.ts';
import {
  eventsOfFlow,
  type FlowForked,
  FlowForks,
  fitFlow,
  readFlowFile,
  requireFlow,
} from '../../calibration/index.ts';
import { BUY, SELL, type Side } from '../../domain/index.ts';
import {
  FLOW_OPENING,
  type FlowStream,
  type ImpactLaw,
  type ImpactTrial,
  impactLaw,
  impactsOf,
  midAt,
  RELAXATION_DURATIONS,
  type RoundTrip,
  type RoundTripCell,
  roundTripCosts,
} from '../../fidelity/index.ts';
import { breathe, type Control } from '../control.ts';
import { type ForkedMarket, type ForkedPath, forkedPath } from './impact-paths.ts';
import {
  type DayMeasures,
  dayMeasures,
  IMPACT_GRIDS,
  type ImpactGrid,
  type Schedule,
} from './impact-plan.ts';
import { readSide, teller } from './score-fidelity.ts';

export interface ImpactRequest {
  readonly names: readonly string[];
  readonly symbol: string | null;
  readonly levels: number;
  readonly lake: string;
  readonly runs: string;
  /** File of `twin calibrate flow`; null: the flow is fitted to the record. */
  readonly model: string | null;
  readonly forks: number;
  readonly grid: keyof typeof IMPACT_GRIDS;
  /** Trading time that volume and volatility of a day are scaled to. */
  readonly dayMinutes: number;
  readonly seed: number;
}

export interface CanceledOrder {
  /** Mean impact over the day's volatility right before the cancel and an order's duration later, with standard errors. */
  readonly atCancel: { readonly impact: number; readonly error: number };
  readonly later: { readonly impact: number; readonly error: number };
  readonly trials: number;
  /** Trials left out because the order traded. */
  readonly traded: number;
}

export interface ImpactOutcome {
  readonly symbol: string;
  readonly source: string;
  readonly forks: number;
  readonly seed: number;
  readonly grid: string;
  readonly day: DayMeasures;
  readonly latentLots: number | null;
  readonly law: ImpactLaw;
  readonly roundTrips: readonly RoundTripCell[];
  readonly canceled: CanceledOrder;
  readonly paths: number;
}

export const IMPACT_FORKS = 200;
export const IMPACT_DAY_MINUTES = 390;
/** Parts of the record, by rows, before which and behind which nothing is forked. */
const FIRST_SHARE = 0.05;
const LAST_SHARE = 0.95;
/** Rank of the level at which the order that is cancelled rests, and for how long. */
const CANCELED_RANK = 5;
const CANCELED_NS = 10e9;
const NS_PER_S = 1e9;
const DAY_NS = 86_400e9;

/** Raises FIDELITY_INPUT, CALIBRATION_DATA, CALIBRATION_MODEL and what reading raises. */
export async function impactFidelity(request: ImpactRequest, control: Control = {}): Promise<ImpactOutcome> {
  const tell = teller(control);
  tell(0, 'reading');
  const { names, symbol, levels, lake, runs, seed } = request;
  const { stream, source } = await readSide({ symbol, levels, lake, runs }, names);
  tell(0.02, request.model === null ? 'fitting' : 'reading the model');
  await breathe();
  const forked = forkedOf(stream, request.model);
  const day = dayMeasures(stream, forked.events, request.dayMinutes);
  const rows = forkRows(stream, request.forks);
  const forks = new FlowForks(stream, forked);
  const test = new ImpactTest(IMPACT_GRIDS[request.grid], day);
  for (const [fork, row] of rows.entries()) {
    tell(0.1 + (0.9 * fork) / rows.length, `fork ${fork + 1} of ${rows.length}`);
    await breathe();
    test.take(fork, {
      model: forked.model,
      start: forks.at(row),
      atNs: (stream.timeNs[row - 1]! + stream.dayOffsetNs) % DAY_NS,
      seed: hashText(`impact ${fork}`, seed) >>> 0,
    });
  }
  tell(1, 'done');
  return {
    ...{ symbol: stream.symbol, source, forks: rows.length, seed, grid: request.grid, day },
    latentLots: forked.model.latentLots,
    ...test.outcome(),
  };
}

/** The flow of the file, or one that is fitted to all of the record. */
function forkedOf(stream: FlowStream, path: string | null): FlowForked {
  const isTaken = (row: number): boolean => stream.kind[row] !== FLOW_OPENING;
  if (path === null) {
    requireFlow(stream, isTaken);
    return fitFlow(stream, isTaken);
  }
  const { model } = readFlowFile(readModel(path), path);
  if (Number(model.tickSize) !== Number(stream.tickSize)) {
    throw new TwinError('FIDELITY_INPUT', 'a model has the tick of the record that it goes on from', {
      ...{ model: path, tickSizeOfModel: model.tickSize, tickSize: stream.tickSize },
    });
  }
  return { model, events: eventsOfFlow(stream, model.reactionNs), expected: null };
}

function readModel(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new TwinError(
      'FIDELITY_INPUT',
      'the model of a flow is a file that can be read',
      { model: path },
      error,
    );
  }
}

/** Rows before which the book has two levels a side, evenly over the record. Raises FIDELITY_INPUT. */
function forkRows(stream: FlowStream, forks: number): number[] {
  const { count, levels, bidTicks, askTicks, bidLots, askLots } = stream;
  const isWhole = (row: number): boolean => {
    const at = (row - 1) * levels;
    return levels > 1 && bidLots[at + 1]! > 0 && askLots[at + 1]! > 0 && bidTicks[at]! < askTicks[at]!;
  };
  const whole: number[] = [];
  for (let row = Math.max(2, Math.floor(FIRST_SHARE * count)); row < LAST_SHARE * count; row++)
    if (isWhole(row)) whole.push(row);
  if (forks < 2 || whole.length < forks) {
    throw new TwinError('FIDELITY_INPUT', 'forks are 2 or more, each at a book of two levels a side', {
      ...{ symbol: stream.symbol, forks, books: whole.length },
    });
  }
  return Array.from({ length: forks }, (_, i) => whole[Math.round((i * (whole.length - 1)) / (forks - 1))]!);
}

/** Runs what is tried in each fork and keeps what is measured. */
class ImpactTest {
  readonly #grid: ImpactGrid;
  readonly #day: DayMeasures;
  readonly #trials: ImpactTrial[] = [];
  readonly #trips: RoundTrip[] = [];
  readonly #canceled: { readonly fork: number; readonly atCancel: number; readonly later: number }[] = [];
  #canceledTraded = 0;
  #paths = 0;

  constructor(grid: ImpactGrid, day: DayMeasures) {
    this.#grid = grid;
    this.#day = day;
  }

  take(fork: number, market: ForkedMarket): void {
    const { horizonsS, schedules, participations, takesTurns } = this.#grid;
    const followed = 1 + RELAXATION_DURATIONS.at(-1)!;
    const base = this.#run(market, Math.max(...horizonsS) * followed, { kind: 'none' });
    const turn = takesTurns ? [schedules[fork % schedules.length]!] : schedules;
    for (const horizonS of horizonsS) {
      for (const schedule of turn) {
        for (const participation of participations) {
          const cell = { fork, schedule, participation, horizonS };
          for (const side of [BUY, SELL]) this.#work(cell, side as Side, market, base);
          this.#goAround(cell, market, base);
        }
      }
    }
    this.#cancel(fork, market, base);
  }

  outcome(): Pick<ImpactOutcome, 'law' | 'roundTrips' | 'canceled' | 'paths'> {
    const [atCancel, later] = (['atCancel', 'later'] as const).map((when) =>
      meanWithError(this.#canceled.map((one) => one[when])),
    ) as [CanceledOrder['atCancel'], CanceledOrder['later']];
    return {
      law: impactLaw(this.#trials),
      roundTrips: roundTripCosts(this.#trips),
      canceled: { atCancel, later, trials: this.#canceled.length, traded: this.#canceledTraded },
      paths: this.#paths,
    };
  }

  #run(market: ForkedMarket, lengthS: number, intruder: Parameters<typeof forkedPath>[2]): ForkedPath {
    this.#paths++;
    return forkedPath(market, lengthS * NS_PER_S, intruder);
  }

  #legOf(side: Side, { schedule, participation, horizonS }: Cell, fromNs: number): ParentLeg {
    const { volumeLots, daySeconds } = this.#day;
    const qtyLots = Math.max(1, Math.round(participation * volumeLots));
    const expected = (volumeLots * horizonS) / daySeconds;
    return {
      ...{ side, qtyLots, fromNs, untilNs: fromNs + horizonS * NS_PER_S },
      volumeShare: schedule === 'pov' ? qtyLots / (qtyLots + expected) : null,
    };
  }

  #work(cell: Cell, side: Side, market: ForkedMarket, base: ForkedPath): void {
    const { followedFrom } = this.#grid;
    const { participation, horizonS } = cell;
    const leg = this.#legOf(side, cell, market.atNs);
    const durations = participation >= followedFrom ? 1 + RELAXATION_DURATIONS.at(-1)! : 1;
    const path = this.#run(market, durations * horizonS, {
      ...{ kind: 'parent', legs: [leg], childLots: this.#day.orderLots },
    });
    const sign = side === BUY ? 1 : -1;
    const order = { sign, startNs: leg.fromNs, endNs: leg.untilNs } as const;
    this.#trials.push({
      ...{ ...cell, sign },
      traded: path.fills.reduce((sum, { lots }) => sum + lots, 0) / this.#day.volumeLots,
      impacts: impactsOf(order, path.mids, base.mids, this.#day.volatilityTicks),
    });
  }

  /** There and back again; forks begin with either side in turn. What the second leg could not give back counts at the mid. */
  #goAround(cell: Cell, market: ForkedMarket, base: ForkedPath): void {
    const there: Side = cell.fork % 4 < 2 ? BUY : SELL;
    const back: Side = there === BUY ? SELL : BUY;
    const first = this.#legOf(there, cell, market.atNs);
    const second = { ...this.#legOf(back, cell, first.untilNs), qtyLots: null };
    const path = this.#run(market, 2 * cell.horizonS, {
      ...{ kind: 'parent', legs: [first, second], childLots: this.#day.orderLots },
    });
    let cost = 0;
    let held = 0;
    let lots = 0;
    for (const fill of path.fills) {
      const sign = (fill.leg === 0 ? there : back) === BUY ? 1 : -1;
      cost += sign * fill.lots * (fill.priceTicks - midAt(base.mids, fill.timeNs));
      held += sign * fill.lots;
      if (fill.leg === 0) lots += fill.lots;
    }
    cost -= held * (midAt(path.mids, second.untilNs) - midAt(base.mids, second.untilNs));
    if (lots > 0 && Number.isFinite(cost)) this.#trips.push({ ...cell, costTicks: cost / lots });
  }

  /** An order of middle size that rests where nobody trades, and is cancelled. */
  #cancel(fork: number, market: ForkedMarket, base: ForkedPath): void {
    const { participations, horizonsS } = this.#grid;
    const side: Side = fork % 2 === 0 ? BUY : SELL;
    const participation = participations[Math.floor(participations.length / 2)]!;
    const horizonS = Math.min(...horizonsS);
    const burst: OrderBurst = {
      ...{ atNs: market.atNs, everyNs: 1, count: 1, instrument: 0, side, lifeNs: CANCELED_NS },
      qtyLots: Math.max(1, Math.round(participation * this.#day.volumeLots)),
      priceTicks: levelOf(market, side, CANCELED_RANK),
      ...{ stopTicks: null, ticksThrough: null, terms: null, linked: null },
    };
    const path = this.#run(market, horizonS, { kind: 'order', burst });
    if (path.hasPosition) {
      this.#canceledTraded++;
      return;
    }
    const sign = side === BUY ? 1 : -1;
    const impactAt = (timeNs: number): number =>
      (sign * (midAt(path.mids, timeNs) - midAt(base.mids, timeNs))) / this.#day.volatilityTicks;
    const found = {
      fork,
      atCancel: impactAt(market.atNs + CANCELED_NS - NS_PER_S),
      later: impactAt(market.atNs + horizonS * NS_PER_S),
    };
    if (Number.isFinite(found.atCancel) && Number.isFinite(found.later)) this.#canceled.push(found);
  }
}

interface Cell {
  readonly fork: number;
  readonly schedule: Schedule;
  readonly participation: number;
  readonly horizonS: number;
}

/** Price of the level of a rank, from 1, or of the last one. */
function levelOf({ start }: ForkedMarket, side: Side, rank: number): number {
  const prices = [
    ...new Set(start.orders.filter((order) => order.side === side).map((order) => order.priceTicks)),
  ];
  prices.sort((a, b) => (side === BUY ? b - a : a - b));
  return prices[Math.min(rank, prices.length) - 1]!;
}

function meanWithError(values: readonly number[]): { impact: number; error: number } {
  const impact = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - impact) ** 2, 0) / (values.length - 1);
  return { impact, error: Math.sqrt(square / values.length) };
}
