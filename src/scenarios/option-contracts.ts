/** Option contracts among the instruments of a scenario: their terms, what is wrong with them, and their last days (market-rules §8.4). */

import { z } from 'zod';
import { TwinError } from '../base/index.ts';
import {
  contractSymbol,
  OPTION_RIGHTS,
  OPTION_STYLES,
  type OptionTerms,
  rootNumberOf,
} from '../domain/index.ts';
import { dayEndNs, isCalendarDay } from '../market/index.ts';
import type { WorldExpiry } from '../world/index.ts';
import type { Listed } from './listed.ts';
import type { LocalDay } from './local-days.ts';
import type { Scenario } from './schema.ts';
import type { Span } from './span.ts';

// Ranges are checked by optionProblems, with what joins several keys: all that is wrong with a contract is told at once.
export const optionSchema = z.strictObject({
  underlying: z
    .string()
    .meta({ description: 'Symbol of the share that it is on, an instrument of the scenario.' }),
  right: z.enum(OPTION_RIGHTS).meta({ description: 'Whether its holder may buy or sell.' }),
  style: z
    .enum(OPTION_STYLES)
    .meta({
      description: 'When it may be exercised; told in records, since nobody exercises before the last day.',
    })
    .default('american'),
  strike: z.number().meta({
    description: 'Exercise price, in thousandths at the finest.',
    range: 'above 0, below 100000',
  }),
  expiry: z.string().meta({ description: 'Last day.', range: 'date, `YYYY-MM-DD`' }),
  multiplier: z
    .number()
    .meta({
      description: 'Money per point of premium, and per point of strike at exercise.',
      range: 'whole number 1 to 1000000',
    })
    .default(100),
  deliverable: z
    .strictObject({
      shares: z
        .number()
        .meta({
          description: 'Shares of the underlying; as many as `multiplier` if absent.',
          range: '0 or more',
        })
        .optional(),
      others: z
        .array(
          z.strictObject({
            symbol: z.string().meta({ description: 'Another share of the scenario.' }),
            shares: z.number().meta({ description: 'How many.', range: 'above 0' }),
          }),
        )
        .max(16)
        .meta({ description: 'Shares of others, of a contract that an action has changed before.' })
        .default([]),
      cash: z.number().meta({ description: 'Currency units.', range: '0 or more' }).default(0),
    })
    .meta({ description: 'What one contract delivers at exercise.' })
    .prefault({}),
});

export type OptionConfig = z.output<typeof optionSchema>;

const STRIKE_BELOW = 100_000;
const MULTIPLIER_MAX = 1e6;
const SHARES_MAX = 1e9;

/** Terms of a contract with what a short form leaves out. */
export function optionTermsOf({ deliverable, ...config }: OptionConfig): OptionTerms {
  const { shares, others, cash } = deliverable;
  return { ...config, deliverable: { shares: shares ?? config.multiplier, others, cash } };
}

/** What is wrong with the options of a scenario, each with its path. `days` are those of the run, null where they are not known. */
export function optionProblems(scenario: Scenario, days: readonly LocalDay[] | null): string[] {
  const isOption = (index: number): boolean => scenario.instruments[index]!.option !== undefined;
  if (!scenario.instruments.some((_, index) => isOption(index))) return [];
  return [
    ...scenario.instruments.flatMap((instrument, index) => {
      if (instrument.option === undefined) return [];
      const terms = optionTermsOf(instrument.option);
      const path = `instruments[${index}]`;
      return [
        ...termsProblems(terms, `${path}.option`),
        ...shareProblems(scenario, terms, `${path}.option`),
        ...expiryProblems(scenario, terms.expiry, days, `${path}.option.expiry`),
        ...moneyProblems(scenario, instrument, terms, path),
        ...symbolProblems(instrument.symbol, terms, path),
      ];
    }),
    ...feeProblems(scenario),
  ];
}

/** A name that says something else than the terms would mislead; terms without a name have another problem. */
function symbolProblems(symbol: string, terms: OptionTerms, path: string): string[] {
  const named = /^\d{4}-\d{2}-\d{2}$/.test(terms.expiry) ? contractSymbol(terms) : null;
  return named === null || rootNumberOf(symbol, terms) !== null
    ? []
    : [`${path}.symbol: "${symbol}" is "${named}" by its option`];
}

function termsProblems({ strike, multiplier, deliverable }: OptionTerms, path: string): string[] {
  const { shares, others, cash } = deliverable;
  const rules: [string, number, boolean, string][] = [
    [
      'strike',
      strike,
      strike > 0 && strike < STRIKE_BELOW && isMultiple(strike, 1000),
      'above 0 and below 100000, a multiple of 0.001',
    ],
    [
      'multiplier',
      multiplier,
      Number.isInteger(multiplier) && multiplier >= 1 && multiplier <= MULTIPLIER_MAX,
      'a whole number from 1 to 1000000',
    ],
    ['deliverable.shares', shares, isShares(shares), 'a whole number from 0 to 1000000000'],
    ['deliverable.cash', cash, cash >= 0 && isMultiple(cash, 100), '0 or more, in whole hundredths'],
    ...others.map((other, at): [string, number, boolean, string] => [
      `deliverable.others[${at}].shares`,
      other.shares,
      isShares(other.shares) && other.shares > 0,
      'a whole number from 1 to 1000000000',
    ]),
  ];
  const problems = rules.flatMap(([key, value, isRight, range]) =>
    isRight ? [] : [`${path}.${key}: ${value} is ${range}`],
  );
  if (shares === 0 && others.length === 0 && cash === 0)
    problems.push(`${path}.deliverable: something is delivered`);
  return problems;
}

/** What a contract is on, and delivers besides. */
function shareProblems(
  { instruments }: Scenario,
  { underlying, deliverable }: OptionTerms,
  path: string,
): string[] {
  const shares = instruments.filter(({ option }) => option === undefined).map(({ symbol }) => symbol);
  const known = shares.length === 0 ? 'the scenario has no share' : `is one of ${shares.join(', ')}`;
  const problems = shares.includes(underlying) ? [] : [`${path}.underlying: "${underlying}" ${known}`];
  deliverable.others.forEach(({ symbol }, at) => {
    const key = `${path}.deliverable.others[${at}].symbol`;
    if (!shares.includes(symbol)) problems.push(`${key}: "${symbol}" ${known}`);
    else if (symbol === underlying) problems.push(`${key}: "${symbol}" is another share than the underlying`);
    else if (deliverable.others.findIndex((other) => other.symbol === symbol) !== at)
      problems.push(`${key}: "${symbol}" is named once`);
  });
  return problems;
}

function expiryProblems(
  { date }: Scenario,
  expiry: string,
  days: readonly LocalDay[] | null,
  path: string,
): string[] {
  if (!expiry.startsWith('20') || !isCalendarDay(expiry))
    return [`${path}: "${expiry}" is a day of the calendar from 2000 to 2099, as "2026-01-16" in quotes`];
  const first = days?.[0]?.tradingDay ?? date;
  return expiry < first ? [`${path}: "${expiry}" is the first day of the run, ${first}, or later`] : [];
}

/** Amounts that have to be whole minor units. */
function moneyProblems(
  scenario: Scenario,
  { lotSize, minorUnit, tickSize }: Scenario['instruments'][number],
  { strike, multiplier, underlying }: OptionTerms,
  path: string,
): string[] {
  const problems: string[] = [];
  const perUnit = 1 / Number(minorUnit);
  if (!Number.isInteger(Number(lotSize)))
    problems.push(`${path}.lotSize: "${lotSize}" is a whole number of contracts`);
  if (!isMultiple(strike * multiplier, perUnit))
    problems.push(
      `${path}.option.strike: ${strike} times multiplier ${multiplier} is a whole number of minorUnit`,
    );
  const isLegacy = scenario.corporateActions.some(
    (action) => action.instrument === underlying && action.optionMethod === 'legacy',
  );
  if (isLegacy && !isMultiple(Number(tickSize), perUnit))
    problems.push(`${path}.tickSize: "${tickSize}" is a multiple of minorUnit where optionMethod is legacy`);
  return problems;
}

/** Schedules charge options by the contract, shares by the share: what lists both would charge one of them wrongly. */
function feeProblems({ venue, venues, instruments }: Scenario): string[] {
  const places =
    venue === undefined
      ? (venues ?? []).map((one, at) => ({ ...one, path: `venues[${at}]` }))
      : [{ venue, symbols: undefined, path: 'venue' }];
  return places.flatMap(({ venue: one, symbols, path }) => {
    const regulatory = (one.fees?.schedule as { regulatory?: string } | undefined)?.regulatory;
    if (regulatory !== 'usEquity' && regulatory !== 'usOption') return [];
    const isForOptions = regulatory === 'usOption';
    const wrong = instruments.find(
      ({ symbol, option }) =>
        (symbols === undefined || symbols.includes(symbol)) && (option !== undefined) !== isForOptions,
    );
    if (wrong === undefined) return [];
    const [what, charged] = isForOptions ? ['a share', 'options'] : ['an option', 'shares'];
    return [
      `${path}: lists "${wrong.symbol}", ${what}, and charges the fees of ${charged}: shares and options trade at venues of their own (venues, symbols)`,
    ];
  });
}

function isShares(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= SHARES_MAX;
}

/** Whether a value is a whole number of parts, of which one has `partsOfOne`; what binary fractions miss it by is let off. */
function isMultiple(value: number, partsOfOne: number): boolean {
  const parts = value * partsOfOne;
  return Math.abs(parts - Math.round(parts)) < Math.min(0.01, 1e-9 * Math.max(1, Math.abs(parts)));
}

/**
 * Last days within the run: after trading on the day of expiry, or on the trading day before it where it is none. A contract that expires
 * after the run does not. Raises MKT_CONFIG where its venue does not trade until then.
 */
export function planExpiries(
  listed: readonly Listed[],
  span: Span,
): { readonly expiries?: readonly WorldExpiry[] } {
  const byTime = new Map<number, number[]>();
  listed.forEach(({ spec, venue }, index) => {
    if (spec.option === undefined) return;
    const atNs = expiryNs(spec.option.expiry, span, venue, spec.symbol);
    if (atNs !== null) byTime.set(atNs, [...(byTime.get(atNs) ?? []), index]);
  });
  if (byTime.size === 0) return {};
  return { expiries: [...byTime].map(([atNs, instruments]) => ({ atNs, instruments })) };
}

function expiryNs(
  expiry: string,
  { venues, dates, endNs }: Span,
  venue: number,
  symbol: string,
): number | null {
  const days = venues[venue]?.days ?? null;
  const tradingDays = days === null ? dates : days.map(({ tradingDay }) => tradingDay);
  const place = tradingDays.findLastIndex((day) => day <= expiry);
  if (place < 0)
    throw new TwinError(
      'MKT_CONFIG',
      'an option expires on the first day on which its venue trades, or later',
      {
        symbol,
        expiry,
        firstDay: tradingDays[0] ?? 'none',
      },
    );
  if (tradingDays[place] !== expiry && place === tradingDays.length - 1) return null;
  // Behind the auctions of that instant.
  return days === null ? endNs : dayEndNs(days[place]!) + 1;
}
