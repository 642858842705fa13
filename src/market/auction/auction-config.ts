/** The auction rules of a venue as one file holds them; the presets are in configs/venues/auctions. */

import { isCalendarDay } from '../exact/calendar-day.ts';
import { type AllocationRule, allocationRuleProblems } from './allocation.ts';
import { type ExtendedInterruptionRule, type ExtensionRule, extensionRuleProblems } from './extensions.ts';
import {
  isRecord,
  oneOf,
  type PriceRule,
  priceRuleProblems,
  raiseProblems,
  unknownKeys,
  wholeNumber,
} from './price-rule.ts';
import { type PriceWidthConfig, widthProblems } from './price-width.ts';

export interface AuctionConfig {
  readonly name: string;
  /** First day the values are known to hold, YYYY-MM-DD. */
  readonly validFrom: string;
  readonly source: string;
  /** Price rules by use; `cross` is always there, Nasdaq has `halt` and `reference` besides. */
  readonly price: Readonly<Record<string, PriceRule>> & { readonly cross: PriceRule };
  readonly allocation: AllocationRule;
  /** Thresholds and widths by use. */
  readonly widths?: Readonly<Record<string, PriceWidthConfig>>;
  readonly noii?: { readonly farIncludesImbalanceOnly: boolean };
  /** Extension rules by auction: opening, closing. */
  readonly extensions?: Readonly<Record<string, ExtensionRule>>;
  readonly interruption?: ExtendedInterruptionRule;
}

const KEYS = [
  'name',
  'validFrom',
  'source',
  'price',
  'allocation',
  'widths',
  'noii',
  'extensions',
  'interruption',
];

/** Auction rules as they came from a file. Raises MKT_CONFIG with every problem and its path. */
export function checkAuctionConfig(value: unknown, path = 'auctions'): AuctionConfig {
  raiseProblems(auctionConfigProblems(value, path), 'auction rules have sound values');
  return value as AuctionConfig;
}

/** Problems of auction rules as they came from a file; empty when they are sound. */
export function auctionConfigProblems(value: unknown, path: string): string[] {
  if (!isRecord(value)) return [`${path}: is an object with the keys ${KEYS.join(', ')}`];
  const problems = [
    ...unknownKeys(value, KEYS, path),
    ...filledText(value.name, `${path}.name`),
    ...filledText(value.source, `${path}.source`),
    ...(typeof value.validFrom === 'string' && isCalendarDay(value.validFrom)
      ? []
      : [`${path}.validFrom: must be a day as YYYY-MM-DD, found ${JSON.stringify(value.validFrom)}`]),
    ...eachOf(value.price, priceRuleProblems, `${path}.price`),
    ...allocationRuleProblems(value.allocation, `${path}.allocation`),
  ];
  if (isRecord(value.price) && value.price.cross === undefined) {
    problems.push(`${path}.price.cross: a venue has a rule for its crosses`);
  }
  const optional: readonly [string, (part: unknown, path: string) => string[]][] = [
    ['widths', (part, where) => eachOf(part, widthProblems, where)],
    ['noii', noiiProblems],
    ['extensions', (part, where) => eachOf(part, extensionRuleProblems, where)],
    ['interruption', interruptionProblems],
  ];
  for (const [key, problemsOf] of optional) {
    if (value[key] !== undefined) problems.push(...problemsOf(value[key], `${path}.${key}`));
  }
  return problems;
}

function filledText(value: unknown, path: string): string[] {
  return typeof value === 'string' && value.length > 0 ? [] : [`${path}: must be a text that is not empty`];
}

function eachOf(
  value: unknown,
  problemsOf: (part: unknown, path: string) => string[],
  path: string,
): string[] {
  if (!isRecord(value) || Object.keys(value).length === 0) return [`${path}: is an object with named rules`];
  return Object.entries(value).flatMap(([name, part]) => problemsOf(part, `${path}.${name}`));
}

function noiiProblems(value: unknown, path: string): string[] {
  if (!isRecord(value)) return [`${path}: is an object with the key farIncludesImbalanceOnly`];
  return [
    ...unknownKeys(value, ['farIncludesImbalanceOnly'], path),
    ...oneOf(value.farIncludesImbalanceOnly, [true, false], `${path}.farIncludesImbalanceOnly`),
  ];
}

function interruptionProblems(value: unknown, path: string): string[] {
  if (!isRecord(value)) return [`${path}: is an object with the keys dynamicBps, factorPercent`];
  return [
    ...unknownKeys(value, ['dynamicBps', 'factorPercent'], path),
    ...wholeNumber(value.dynamicBps, 1, 10_000, `${path}.dynamicBps`),
    ...wholeNumber(value.factorPercent, 100, 10_000, `${path}.factorPercent`),
  ];
}
