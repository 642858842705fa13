/**
 * The CME Globex algorithms (market-rules §1.4, FIX tag 1142): which steps each code takes, and how a product's parameters
 * fill them. Products are data: configs/venues/allocation/cme.yaml.
 */

import { isRecord, oneOf, raiseProblems, unknownKeys } from '../auction/price-rule.ts';
import {
  type AllocationAlgorithm,
  type AllocationStep,
  type AllocationStepName,
  allocationAlgorithmProblems,
  type MAKER_ROUNDINGS,
  type MakerShare,
  type SPLIT_ROUNDINGS,
  WHOLE_BPS,
} from './algorithm.ts';

/** Steps of each code in order. 'levelling' is taken only if the product has it switched on. */
export const CME_STEPS = {
  F: ['fifo'],
  A: ['top', 'proRata', 'fifo'],
  C: ['proRata', 'fifo'],
  K: ['top', 'lmm', 'split', 'fifo', 'proRata', 'levelling', 'fifo'],
  O: ['top', 'proRata', 'fifo'],
  Q: ['top', 'lmm', 'proRata', 'fifo'],
  S: ['top', 'lmm', 'fifo'],
  T: ['lmm', 'fifo'],
} as const satisfies Readonly<Record<string, readonly AllocationStepName[]>>;

export type CmeCode = keyof typeof CME_STEPS;

/** Parameters of a product. Those of steps that its code does not take are errors. */
export interface CmeParameters {
  readonly code: CmeCode;
  /** Smallest order that becomes TOP, default 1. */
  readonly topMinLots?: number;
  /** Cap of the TOP fill, default null: none. */
  readonly topMaxLots?: number | null;
  /** Part of the aggressor that TOP may take, default all: the limiter is unused at present. */
  readonly topShareBps?: number;
  /** Default none. */
  readonly makers?: readonly MakerShare[];
  /** How a maker's part is rounded, default 'floor'. Uncertain (market-rules §15). */
  readonly makerRounding?: (typeof MAKER_ROUNDINGS)[number];
  /** FIFO part of code K, which needs it; 0 is pure pro rata. */
  readonly fifoBps?: number;
  /** Which part of the split is rounded down, default 'proRata'. Uncertain (market-rules §15). */
  readonly splitRoundedDown?: (typeof SPLIT_ROUNDINGS)[number];
  /** Shares below it are nothing; every code with a pro-rata step needs it. */
  readonly proRataMinLots?: number;
  /** Whether code K takes its levelling step, default false. */
  readonly hasLevelling?: boolean;
}

/** Which step each parameter belongs to. */
const STEP_OF = {
  topMinLots: 'top',
  topMaxLots: 'top',
  topShareBps: 'top',
  makers: 'lmm',
  makerRounding: 'lmm',
  fifoBps: 'split',
  splitRoundedDown: 'split',
  proRataMinLots: 'proRata',
  hasLevelling: 'levelling',
} as const satisfies Readonly<Record<Exclude<keyof CmeParameters, 'code'>, AllocationStepName>>;

/** The algorithm of a product's parameters. Raises MKT_CONFIG with every problem. */
export function cmeAlgorithm(value: unknown, path: string): AllocationAlgorithm {
  raiseProblems(cmeProblems(value, path), 'a CME algorithm has the parameters of its steps');
  return build(value as CmeParameters);
}

function cmeProblems(value: unknown, path: string): string[] {
  if (!isRecord(value)) return [`${path}: is a CME algorithm with the key code`];
  const codes = Object.keys(CME_STEPS);
  const found = oneOf(value.code, codes, `${path}.code`);
  if (found.length > 0) return found;
  const steps: readonly AllocationStepName[] = CME_STEPS[value.code as CmeCode];
  const known = Object.keys(STEP_OF);
  const problems = unknownKeys(value, ['code', ...known], path);
  for (const [key, step] of Object.entries(STEP_OF)) {
    const isGiven = value[key] !== undefined;
    if (isGiven && !steps.includes(step))
      problems.push(`${path}.${key}: code ${String(value.code)} has no ${step} step`);
    const isNeeded = key === 'fifoBps' || key === 'proRataMinLots';
    if (!isGiven && isNeeded && steps.includes(step))
      problems.push(`${path}.${key}: code ${String(value.code)} needs it`);
  }
  problems.push(
    ...(value.hasLevelling === undefined
      ? []
      : oneOf(value.hasLevelling, [true, false], `${path}.hasLevelling`)),
  );
  if (problems.length > 0) return problems;
  return allocationAlgorithmProblems(build(value as unknown as CmeParameters), path);
}

/** Steps that codes have: CME knows no customers. */
type CmeStepName = Exclude<AllocationStepName, 'customers'>;

function build(parameters: CmeParameters): AllocationAlgorithm {
  const steps: readonly CmeStepName[] = CME_STEPS[parameters.code];
  const taken = steps.filter((step) => step !== 'levelling' || parameters.hasLevelling === true);
  return { hasFifoException: true, steps: taken.map((step) => stepOf(step, parameters)) };
}

function stepOf(step: CmeStepName, parameters: CmeParameters): AllocationStep {
  switch (step) {
    case 'top':
      return {
        step,
        minLots: parameters.topMinLots ?? 1,
        maxLots: parameters.topMaxLots ?? null,
        shareBps: parameters.topShareBps ?? WHOLE_BPS,
      };
    case 'lmm':
      return { step, makers: parameters.makers ?? [], rounding: parameters.makerRounding ?? 'floor' };
    case 'split':
      return {
        step,
        fifoBps: parameters.fifoBps!,
        roundedDown: parameters.splitRoundedDown ?? 'proRata',
      };
    case 'proRata':
      return { step, minLots: parameters.proRataMinLots!, rounding: 'floor' };
    default:
      return { step };
  }
}
