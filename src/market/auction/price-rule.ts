/**
 * How a venue finds its auction price, as data: the candidate prices and a list of steps, each of which keeps the best of
 * the candidates that the step before left (market-rules §3.2). The steps are explained where they are taken,
 * price-steps.ts. Presets are the dated files of configs/venues/auctions.
 */

import { TwinError } from '../../base/index.ts';

/** Steps that need no value of their own. */
export const PLAIN_STEPS = [
  'maxVolume',
  'minImbalance',
  'marketPressure',
  'unexecutedEnteredPrice',
  'closestNotThrough',
  'clampReference',
  'highest',
  'lowest',
] as const;

/** Steps that look for the price next to another one, and say what happens when two are as close. */
export const CLOSEST_STEPS = ['closestToReference', 'closestToMidpoint'] as const;

/** Steps that keep the price within bounds, and say how a price inside is chosen when the best one lies outside. */
export const BOUND_STEPS = ['insideThresholds', 'insideCollar', 'insideQuote'] as const;

/** Of two candidates as close: the higher, the lower, or the price between them that both are close to. */
export const EQUIDISTANT = ['higher', 'lower', 'target'] as const;

/** 'nearest': the candidate next to the bound that was crossed; 'best': the steps so far, over the prices inside. */
export const OUTSIDE = ['nearest', 'best'] as const;

export type PriceStep =
  | { readonly step: (typeof PLAIN_STEPS)[number] }
  | { readonly step: (typeof CLOSEST_STEPS)[number]; readonly equidistant: (typeof EQUIDISTANT)[number] }
  | { readonly step: (typeof BOUND_STEPS)[number]; readonly outside: (typeof OUTSIDE)[number] };

export type StepName = PriceStep['step'];

/** 'limits': the limit prices of the orders (Xetra); 'tickGrid': these and every step between them (Nasdaq, LSE). */
export const CANDIDATE_SETS = ['limits', 'tickGrid'] as const;

/** Price of a cross of market orders alone; 'none' makes no cross. */
export const MARKET_ONLY = ['reference', 'midpoint', 'none'] as const;

/** Where candidates lie: between the extreme limits, or inside the best bid and offer of the continuous book. */
export const CANDIDATE_RANGES = ['limits', 'quote'] as const;

export interface PriceRule {
  readonly candidates: (typeof CANDIDATE_SETS)[number];
  readonly range: (typeof CANDIDATE_RANGES)[number];
  readonly marketOnly: (typeof MARKET_ONLY)[number];
  /** Whether a price at which nothing would trade is an answer: for reference prices, not for crosses. */
  readonly allowsNoVolume: boolean;
  readonly steps: readonly PriceStep[];
}

const RULE_KEYS = ['candidates', 'range', 'marketOnly', 'allowsNoVolume', 'steps'];

/** Problems of a price rule as it came from a file, with their paths; empty when it is sound. */
export function priceRuleProblems(value: unknown, path: string): string[] {
  if (!isRecord(value)) return [`${path}: is a price rule with the keys ${RULE_KEYS.join(', ')}`];
  const problems = [
    ...unknownKeys(value, RULE_KEYS, path),
    ...oneOf(value.candidates, CANDIDATE_SETS, `${path}.candidates`),
    ...oneOf(value.range, CANDIDATE_RANGES, `${path}.range`),
    ...oneOf(value.marketOnly, MARKET_ONLY, `${path}.marketOnly`),
    ...oneOf(value.allowsNoVolume, [true, false], `${path}.allowsNoVolume`),
  ];
  if (!Array.isArray(value.steps) || value.steps.length === 0) {
    return [...problems, `${path}.steps: is a list of at least one step`];
  }
  const steps: readonly unknown[] = value.steps;
  steps.forEach((step, index) => {
    problems.push(...stepProblems(step, `${path}.steps[${index}]`));
  });
  if (value.range === 'quote' && value.candidates === 'limits') {
    problems.push(`${path}.candidates: must be tickGrid when range is quote, for limits may all lie outside`);
  }
  return problems;
}

/** A price rule as it came from a file. Raises MKT_CONFIG with every problem. */
export function checkPriceRule(value: unknown, path: string): PriceRule {
  raiseProblems(priceRuleProblems(value, path), 'a price rule has sound values');
  return value as PriceRule;
}

/** Raises MKT_CONFIG if there are problems. */
export function raiseProblems(problems: readonly string[], rule: string): void {
  if (problems.length > 0) throw new TwinError('MKT_CONFIG', rule, { problems });
}

/** Problem of a value that is none of the allowed ones. */
export function oneOf(value: unknown, allowed: readonly unknown[], path: string): string[] {
  return allowed.includes(value)
    ? []
    : [`${path}: must be one of ${allowed.map(String).join(', ')}, found ${JSON.stringify(value)}`];
}

/** Problems of keys that have no meaning. */
export function unknownKeys(
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
  path: string,
): string[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => `${path}.${key}: unknown key; known are ${known.join(', ')}`);
}

/** Problem of a value that is no whole number of a range. */
export function wholeNumber(value: unknown, min: number, max: number, path: string): string[] {
  return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
    ? []
    : [`${path}: must be a whole number from ${min} to ${max}, found ${JSON.stringify(value)}`];
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stepProblems(value: unknown, path: string): string[] {
  if (!isRecord(value)) return [`${path}: is a step with the key step`];
  const name = value.step;
  if (isAmong(CLOSEST_STEPS, name)) {
    return [
      ...unknownKeys(value, ['step', 'equidistant'], path),
      ...oneOf(value.equidistant, EQUIDISTANT, `${path}.equidistant`),
    ];
  }
  if (isAmong(BOUND_STEPS, name)) {
    return [
      ...unknownKeys(value, ['step', 'outside'], path),
      ...oneOf(value.outside, OUTSIDE, `${path}.outside`),
    ];
  }
  const names = [...PLAIN_STEPS, ...CLOSEST_STEPS, ...BOUND_STEPS];
  return [...unknownKeys(value, ['step'], path), ...oneOf(name, names, `${path}.step`)];
}

function isAmong(names: readonly string[], name: unknown): boolean {
  return typeof name === 'string' && names.includes(name);
}
