/**
 * How an aggressor's lots are shared among the resting orders of one price, as data: a list of steps, each of which takes
 * from what the steps before have left (market-rules §1.3-1.6). The steps are explained where they are taken, allocate.ts.
 * The order of the CME steps is in cme-algorithms.ts; parity, which has a state per price, is in parity-wheel.ts.
 */

import { QTY_LOTS_MAX } from '../../domain/index.ts';
import { isRecord, oneOf, raiseProblems, unknownKeys, wholeNumber } from '../auction/price-rule.ts';

/** The whole, in basis points. */
export const WHOLE_BPS = 10_000;

/** A lead market maker and its part of the lots that are left after TOP. */
export interface MakerShare {
  /** Number of the participant, as in `LevelOrders.participants`: in a book its account id. */
  readonly participant: number;
  readonly shareBps: number;
}

export type AllocationStep =
  /** The TOP order, up to `maxLots` (null: no limit) and to that part of the aggressor. Smaller orders never become TOP. */
  | {
      readonly step: 'top';
      readonly minLots: number;
      readonly maxLots: number | null;
      readonly shareBps: number;
    }
  /** Orders of these participants before all others, the earliest first (priority customers of US options venues, from memory). */
  | { readonly step: 'customers'; readonly participants: readonly number[] }
  /** Each maker's part of the pool at the start of the step; how it is rounded is uncertain (market-rules §15). */
  | {
      readonly step: 'lmm';
      readonly makers: readonly MakerShare[];
      readonly rounding: (typeof MAKER_ROUNDINGS)[number];
    }
  /** Limits the next step, which is 'fifo', to its part of the pool. Which part is rounded down is uncertain (§15). */
  | {
      readonly step: 'split';
      readonly fifoBps: number;
      readonly roundedDown: (typeof SPLIT_ROUNDINGS)[number];
    }
  | { readonly step: 'fifo' }
  /** 'floor': shares rounded down, those below `minLots` are nothing. 'up': rounded up, the largest order first. */
  | {
      readonly step: 'proRata';
      readonly minLots: number;
      readonly rounding: (typeof SHARE_ROUNDINGS)[number];
    }
  | { readonly step: 'timeProRata' }
  /** One lot, in time order, to each order whose share was below one lot. */
  | { readonly step: 'levelling' }
  /** The largest order first; of orders of one size the earliest. */
  | { readonly step: 'largest' };

export const SHARE_ROUNDINGS = ['floor', 'up'] as const;
export const MAKER_ROUNDINGS = ['floor', 'ceil'] as const;
export const SPLIT_ROUNDINGS = ['proRata', 'fifo'] as const;

export type AllocationStepName = AllocationStep['step'];

export interface AllocationAlgorithm {
  /** Whether an aggressor that takes everything, hidden quantity of icebergs included, takes each order whole (§1.3, 5). */
  readonly hasFifoException: boolean;
  /** The last one leaves nothing over: 'fifo' or 'largest'. */
  readonly steps: readonly AllocationStep[];
}

const STEP_KEYS: Readonly<Record<AllocationStepName, readonly string[]>> = {
  top: ['minLots', 'maxLots', 'shareBps'],
  customers: ['participants'],
  lmm: ['makers', 'rounding'],
  split: ['fifoBps', 'roundedDown'],
  fifo: [],
  proRata: ['minLots', 'rounding'],
  timeProRata: [],
  levelling: [],
  largest: [],
};

/** An allocation algorithm as it came from a file. Raises MKT_CONFIG with every problem. */
export function checkAllocationAlgorithm(value: unknown, path: string): AllocationAlgorithm {
  raiseProblems(allocationAlgorithmProblems(value, path), 'an allocation algorithm has sound steps');
  return value as AllocationAlgorithm;
}

/** Problems of an allocation algorithm, with their paths; empty when it is sound. */
export function allocationAlgorithmProblems(value: unknown, path: string): string[] {
  const keys = ['hasFifoException', 'steps'];
  if (!isRecord(value)) return [`${path}: is an allocation algorithm with the keys ${keys.join(', ')}`];
  const problems = [
    ...unknownKeys(value, keys, path),
    ...oneOf(value.hasFifoException, [true, false], `${path}.hasFifoException`),
  ];
  if (!Array.isArray(value.steps) || value.steps.length === 0) {
    return [...problems, `${path}.steps: is a list of at least one step`];
  }
  const steps: readonly unknown[] = value.steps;
  steps.forEach((step, index) => {
    problems.push(...stepProblems(step, `${path}.steps[${index}]`));
  });
  problems.push(...orderProblems(steps.map(nameOf), `${path}.steps`));
  return problems;
}

function nameOf(step: unknown): unknown {
  return isRecord(step) ? step.step : undefined;
}

function stepProblems(value: unknown, path: string): string[] {
  if (!isRecord(value)) return [`${path}: is a step with the key step`];
  const found = oneOf(value.step, Object.keys(STEP_KEYS), `${path}.step`);
  if (found.length > 0) return found;
  const name = value.step as AllocationStepName;
  const problems = unknownKeys(value, ['step', ...STEP_KEYS[name]], path);
  const whole = (key: string, min: number, max: number): void => {
    problems.push(...wholeNumber(value[key], min, max, `${path}.${key}`));
  };
  if (name === 'top') {
    whole('minLots', 1, QTY_LOTS_MAX);
    if (value.maxLots !== null) whole('maxLots', 1, QTY_LOTS_MAX);
    whole('shareBps', 1, WHOLE_BPS);
  } else if (name === 'split') {
    whole('fifoBps', 0, WHOLE_BPS);
    problems.push(...oneOf(value.roundedDown, SPLIT_ROUNDINGS, `${path}.roundedDown`));
  } else if (name === 'proRata') {
    whole('minLots', 1, QTY_LOTS_MAX);
    problems.push(...oneOf(value.rounding, SHARE_ROUNDINGS, `${path}.rounding`));
  } else if (name === 'customers') {
    problems.push(...customerProblems(value.participants, `${path}.participants`));
  } else if (name === 'lmm') {
    problems.push(
      ...makerProblems(value.makers, `${path}.makers`),
      ...oneOf(value.rounding, MAKER_ROUNDINGS, `${path}.rounding`),
    );
  }
  return problems;
}

function customerProblems(value: unknown, path: string): string[] {
  if (!Array.isArray(value) || value.length === 0) return [`${path}: is a list of at least one participant`];
  const participants: readonly unknown[] = value;
  return participants.flatMap((participant, index) => [
    ...wholeNumber(participant, 1, QTY_LOTS_MAX, `${path}[${index}]`),
    ...(participants.indexOf(participant) === index ? [] : [`${path}[${index}]: is named once`]),
  ]);
}

function makerProblems(value: unknown, path: string): string[] {
  if (!Array.isArray(value)) return [`${path}: is a list of market makers with participant and shareBps`];
  const makers: readonly unknown[] = value;
  const problems: string[] = [];
  const seen = new Set<unknown>();
  let sumBps = 0;
  makers.forEach((maker, index) => {
    const at = `${path}[${index}]`;
    if (!isRecord(maker)) {
      problems.push(`${at}: is a market maker with participant and shareBps`);
      return;
    }
    problems.push(
      ...unknownKeys(maker, ['participant', 'shareBps'], at),
      ...wholeNumber(maker.participant, 1, QTY_LOTS_MAX, `${at}.participant`),
      ...wholeNumber(maker.shareBps, 0, WHOLE_BPS, `${at}.shareBps`),
    );
    if (seen.has(maker.participant)) problems.push(`${at}.participant: is named once`);
    seen.add(maker.participant);
    sumBps += Number(maker.shareBps);
  });
  if (sumBps > WHOLE_BPS) problems.push(`${path}: shares sum to at most ${WHOLE_BPS}, found ${sumBps}`);
  return problems;
}

/** What a list of steps must not do, whatever their values. */
function orderProblems(names: readonly unknown[], path: string): string[] {
  const problems: string[] = [];
  const last = names.at(-1);
  if (last !== 'fifo' && last !== 'largest') {
    problems.push(`${path}: ends with fifo or largest, which leave nothing over`);
  }
  for (const single of ['top', 'customers', 'lmm', 'split'] as const) {
    if (names.indexOf(single) !== names.lastIndexOf(single)) problems.push(`${path}: has one ${single} step`);
  }
  names.forEach((name, index) => {
    if (name === 'top' && index > 0) problems.push(`${path}[${index}]: top is the first step`);
    if (name === 'split' && names[index + 1] !== 'fifo')
      problems.push(`${path}[${index}]: split stands before fifo`);
    if (name === 'split' && index + 2 >= names.length)
      problems.push(`${path}[${index}]: what split sets aside needs a step after fifo`);
    if (name === 'levelling' && !names.slice(0, index).includes('proRata'))
      problems.push(`${path}[${index}]: levelling needs proRata before it`);
  });
  return problems;
}
