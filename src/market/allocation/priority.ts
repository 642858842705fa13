/**
 * How a venue ranks interest inside one price, as data (market-rules §1.1): categories in order, and how each one ranks
 * inside. Presets are the dated file configs/venues/allocation/priority.yaml.
 */

import { isRecord, oneOf, raiseProblems, unknownKeys } from '../auction/price-rule.ts';

/**
 * What a piece of interest is: a market order, displayed quantity (peaks of icebergs included), an order that shows nothing,
 * the reserve of an iceberg, or interest that yields to all others (tracking orders).
 */
export const INTEREST_CLASSES = ['market', 'displayed', 'hidden', 'reserve', 'yielding'] as const;
export type InterestClass = (typeof INTEREST_CLASSES)[number];

/**
 * Order inside a category. 'brokerTime': interest of the aggressor's broker first. 'parity' and 'algorithm' share among all
 * of the category (§1.7, §1.4): their ranking is the time order in which these take the orders.
 */
export const CATEGORY_RANKS = ['time', 'brokerTime', 'sizeTime', 'parity', 'algorithm'] as const;
export type CategoryRank = (typeof CATEGORY_RANKS)[number];

export interface PriorityCategory {
  readonly classes: readonly InterestClass[];
  readonly rank: CategoryRank;
}

export interface PriorityRule {
  /** First served first. A class stands in one category; a class in none does not exist at the venue. */
  readonly categories: readonly PriorityCategory[];
}

/** A piece of interest at a price, as far as its rank depends on it. */
export interface RankedInterest {
  readonly class: InterestClass;
  readonly lots: number;
  /** Arrival, or the last time that it lost its place: unique and rising. For a reserve ranked by peaks, its last refresh. */
  readonly sequence: number;
  /** Whether it is of the aggressor's broker. */
  readonly isOfAggressorsBroker: boolean;
}

/** A priority rule as it came from a file. Raises MKT_CONFIG with every problem. */
export function checkPriorityRule(value: unknown, path: string): PriorityRule {
  raiseProblems(priorityRuleProblems(value, path), 'a priority rule has sound categories');
  return value as PriorityRule;
}

function priorityRuleProblems(value: unknown, path: string): string[] {
  if (!isRecord(value) || !Array.isArray(value.categories) || value.categories.length === 0) {
    return [`${path}: is a priority rule with a list of categories`];
  }
  const problems = unknownKeys(value, ['categories'], path);
  const seen: unknown[] = [];
  const categories: readonly unknown[] = value.categories;
  categories.forEach((category, index) => {
    const at = `${path}.categories[${index}]`;
    if (!isRecord(category) || !Array.isArray(category.classes) || category.classes.length === 0) {
      problems.push(`${at}: is a category with classes and rank`);
      return;
    }
    const classes: readonly unknown[] = category.classes;
    problems.push(
      ...unknownKeys(category, ['classes', 'rank'], at),
      ...oneOf(category.rank, CATEGORY_RANKS, `${at}.rank`),
      ...classes.flatMap((name, i) => oneOf(name, INTEREST_CLASSES, `${at}.classes[${i}]`)),
    );
    seen.push(...classes);
  });
  if (new Set(seen).size !== seen.length) problems.push(`${path}.categories: a class stands in one category`);
  if (!seen.includes('displayed')) problems.push(`${path}.categories: displayed stands in a category`);
  return problems;
}

/** Index of the category that a class belongs to, -1 if the venue does not have it. */
export function categoryOf(rule: PriorityRule, name: InterestClass): number {
  return rule.categories.findIndex(({ classes }) => classes.includes(name));
}

/** Negative if `a` is served before `b`. Both are at one price and of classes that the venue has. */
export function comparePriority(rule: PriorityRule, a: RankedInterest, b: RankedInterest): number {
  const category = categoryOf(rule, a.class);
  const other = categoryOf(rule, b.class);
  if (category !== other) return category - other;
  const { rank } = rule.categories[category]!;
  if (rank === 'brokerTime' && a.isOfAggressorsBroker !== b.isOfAggressorsBroker) {
    return a.isOfAggressorsBroker ? -1 : 1;
  }
  if (rank === 'sizeTime' && a.lots !== b.lots) return b.lots - a.lots;
  return a.sequence - b.sequence;
}
