/** Corporate actions of a scenario: what a share becomes on its ex-date, before trading begins (market-rules §8). */

import { z } from 'zod';
import { type CorporateAction, OPTION_METHODS } from '../actions/index.ts';
import { ACTION_KINDS, type ActionKind } from '../domain/index.ts';
import type { WorldAction } from '../world/index.ts';
import { type Listed, placesOf } from './listed.ts';
import type { Scenario } from './schema.ts';
import type { Span } from './span.ts';

const shares = (meaning: string) =>
  z.number().positive().max(1e9).meta({ description: meaning, range: 'above 0, at most 1000000000' });
const money = (meaning: string) =>
  z.number().positive().max(1e8).meta({ description: meaning, range: 'above 0, at most 100000000' });

export const corporateActionSchema = z.strictObject({
  kind: z.enum(ACTION_KINDS).meta({ description: 'What happens (see Corporate actions).' }),
  instrument: z.string().meta({ description: 'Symbol of the share; at all its venues.' }),
  day: z
    .int()
    .min(1)
    .max(60)
    .meta({ description: 'Ex-date as the number of a trading day of the run; or `exDate`.' })
    .optional(),
  exDate: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'a date as YYYY-MM-DD, in quotes')
    .meta({
      description:
        'Ex-date: the first trading day on or after it. An action before or after the days of the run is none of it.',
      range: 'date, `YYYY-MM-DD`',
    })
    .optional(),
  newShares: shares(
    'New shares for `oldShares`: split, merger, spin-off, rights; of a stock dividend those on top.',
  ).optional(),
  oldShares: shares('Old shares that they are for.').default(1),
  amount: money('Money per share: dividend, cash of a merger, value of what is spun off.').optional(),
  subscriptionPrice: money('Price of a new share, of rights.').optional(),
  other: z.string().meta({ description: 'Symbol of what is spun off, or of the acquirer.' }).optional(),
  roundLot: z
    .int()
    .min(1)
    .max(1e6)
    .meta({ description: 'Shares of a round lot, for the sizes of adjusted orders.' })
    .default(100),
  sizes: z
    .enum(['roundLots', 'shares'])
    .meta({ description: 'Adjusted sizes go down to whole round lots (Rule 5330), or to whole shares.' })
    .default('roundLots'),
  withdraw: z
    .array(z.string())
    .meta({
      description:
        'Groups that take their orders in it, and in options on it, out before the ex-date, as algorithms do; all groups of random flow if absent.',
    })
    .optional(),
  optionOrders: z
    .enum(['adjust', 'cancel'])
    .meta({
      description:
        'Open orders in options whose terms change: carried over where the contract lives on under its root, or all cancelled.',
    })
    .default('adjust'),
  optionMethod: z
    .enum(OPTION_METHODS)
    .meta({
      description:
        'What a split that is no whole number does to options: more is delivered, or strike and multiplier change, as before 2007.',
    })
    .default('current'),
});

export type CorporateActionConfig = z.output<typeof corporateActionSchema>;

type Key = 'newShares' | 'amount' | 'subscriptionPrice' | 'other';

const NEEDED: Readonly<Record<ActionKind, readonly Key[]>> = {
  split: ['newShares'],
  cashDividend: ['amount'],
  specialDividend: ['amount'],
  stockDividend: ['newShares'],
  spinOff: ['newShares', 'amount', 'other'],
  rights: ['newShares', 'subscriptionPrice'],
  symbolChange: [],
  cashMerger: ['amount'],
  stockMerger: ['newShares', 'other'],
  delisting: [],
};

/** What is wrong with the actions of a scenario, each with its path. */
export function actionProblems(scenario: Scenario, known: readonly string[]): string[] {
  const shares = scenario.instruments
    .filter(({ option }) => option === undefined)
    .map(({ symbol }) => symbol);
  return scenario.corporateActions.flatMap((action, index) => {
    const path = `corporateActions[${index}]`;
    const problems: string[] = [];
    for (const key of ['instrument', 'other'] as const) {
      const symbol = action[key];
      if (symbol !== undefined && !shares.includes(symbol))
        problems.push(`${path}.${key}: "${symbol}" is one of ${shares.join(', ')}`);
    }
    if (action.other !== undefined && action.other === action.instrument)
      problems.push(`${path}.other: "${action.other}" is another instrument`);
    const lotOf = (symbol: string | undefined) =>
      scenario.instruments.find((one) => one.symbol === symbol)?.lotSize;
    if (action.other !== undefined && lotOf(action.other) !== lotOf(action.instrument))
      problems.push(
        `${path}.other: "${action.other}" has lots of the size of those of "${action.instrument}"`,
      );
    for (const key of NEEDED[action.kind]) {
      if (action[key] === undefined) problems.push(`${path}.${key}: is needed for kind "${action.kind}"`);
    }
    if ((action.day === undefined) === (action.exDate === undefined))
      problems.push(`${path}.day: either day or exDate is given`);
    if (action.day !== undefined && action.day > scenario.days)
      problems.push(`${path}.day: ${action.day} is at most days ${scenario.days}`);
    action.withdraw?.forEach((name, at) => {
      if (!known.includes(name))
        problems.push(`${path}.withdraw[${at}]: "${name}" is one of ${known.join(', ')}`);
    });
    return problems;
  });
}

/** Actions that fall on a day of the run, for its world. `listed` are its instruments. */
export function planActions(scenario: Scenario, listed: readonly Listed[], span: Span): WorldAction[] {
  return scenario.corporateActions.flatMap((config) => {
    const atNs = exNs(config, span);
    if (atNs === null) return [];
    const withdrawn = scenario.agents.flatMap(({ name }, group) =>
      config.withdraw === undefined || config.withdraw.includes(name) ? [group] : [],
    );
    const { roundLot, sizes, other, optionMethod, optionOrders } = config;
    return [
      {
        atNs,
        action: actionOf(config),
        instruments: placesOf(listed, config.instrument),
        other: other === undefined ? null : placesOf(listed, other)[0]!,
        roundLot,
        sizes,
        withdrawn,
        optionMethod,
        optionOrders,
      },
    ];
  });
}

function actionOf(config: CorporateActionConfig): CorporateAction {
  const { kind, instrument, exDate, newShares, oldShares, amount, subscriptionPrice, other } = config;
  return {
    symbol: instrument,
    tsEvent: 0n,
    kind,
    exDate: exDate ?? '',
    newShares: newShares ?? null,
    oldShares: newShares === undefined ? null : oldShares,
    amount: amount ?? null,
    subscriptionPrice: subscriptionPrice ?? null,
    referencePrice: null,
    priceFactor: null,
    volumeFactor: null,
    otherSymbol: other ?? null,
  };
}

/** The instant before the trading day of an ex-date begins; null for a day that is none of the run. */
function exNs({ day, exDate }: CorporateActionConfig, { hours, dates }: Span): number | null {
  const number = day ?? dates.findIndex((date) => date >= exDate!) + 1;
  if (number === 0 || (exDate !== undefined && number === 1 && dates[0] !== exDate)) return null;
  return Math.max(0, hours()[number - 1]!.fromNs - 1);
}
