/** Breakers of a venue from its config: each kind with its rules (configs/venues/breakers), made afresh for each world. */

import { z } from 'zod';
import { TwinError } from '../../base/index.ts';
import type { InstrumentSpec } from '../../domain/index.ts';
import {
  CmeDynamicBreaker,
  CmeLimits,
  CmeVelocityBreaker,
  CoinbaseDerivativesBreaker,
  type DayBreaker,
  LseBreaker,
  LuldBreaker,
  parseExact,
  RegShoBreaker,
  XetraBreaker,
} from '../../market/index.ts';

export const BREAKER_KINDS = [
  'luld',
  'xetra',
  'lse',
  'cmeLimits',
  'cmeDynamic',
  'cmeVelocity',
  'coinbaseDerivatives',
  'regSho201',
] as const;
export type BreakerKind = (typeof BREAKER_KINDS)[number];

/** Rules as the presets have them; the breakers check their values. */
export const breakerSchema = z.strictObject({
  kind: z.enum(BREAKER_KINDS).meta({ description: 'Which breaker.' }),
  rules: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).meta({
    description: 'Its rules, or the name of a preset of configs/venues/breakers.',
    range: 'keys of the rule',
  }),
  tier: z
    .union([z.literal(1), z.literal(2)])
    .meta({ description: 'LULD: tier of the stocks.', range: '1 or 2' })
    .default(1),
  leveragePercent: z
    .int()
    .min(100)
    .max(1000)
    .meta({ description: 'LULD: leverage of the product.' })
    .default(100),
});
export type BreakerConfig = z.output<typeof breakerSchema>;

/** References of limits count in millionths of a tick. */
const MICRO = 1_000_000;

/** A new breaker for an instrument. Raises MKT_CONFIG for rules outside of their ranges. */
export function createBreaker(
  { kind, rules, tier, leveragePercent }: BreakerConfig,
  instrument: InstrumentSpec,
): DayBreaker {
  switch (kind) {
    case 'luld': {
      const breaker = new LuldBreaker(rules as never, {
        tier,
        leveragePercent,
        ticksPerCent: ticksPerCent(instrument),
      });
      return {
        breaker,
        startDay: ({ openNs, closeNs, previousCloseTicks }) =>
          breaker.startDay({ openNs, closeNs, previousCloseTicks }),
      };
    }
    case 'xetra':
    case 'lse': {
      const breaker = kind === 'xetra' ? new XetraBreaker(rules as never) : new LseBreaker(rules as never);
      return {
        breaker,
        startDay: ({ previousCloseTicks }) =>
          breaker.startDay({ lastTicks: previousCloseTicks, auctionTicks: previousCloseTicks }),
      };
    }
    case 'cmeLimits': {
      const breaker = new CmeLimits(rules as never);
      return {
        breaker,
        startDay: ({ openNs, previousCloseTicks: ticks }, actions) =>
          // Parts count from the opening at 17:00, not from the pre-open before it. The close of the day before stands for the
          // settlement, the fixing price and the index.
          breaker.startDay(
            openNs,
            { fixing: ticks * MICRO, index: ticks * MICRO, daily: ticks * MICRO, late: ticks * MICRO },
            actions,
          ),
      };
    }
    case 'cmeDynamic': {
      const breaker = new CmeDynamicBreaker(rules as never);
      return {
        breaker,
        startDay: ({ closeNs, previousCloseTicks }) =>
          breaker.startDay({ settleTicks: previousCloseTicks, closeNs }),
      };
    }
    case 'cmeVelocity': {
      const breaker = new CmeVelocityBreaker(rules as never);
      return { breaker, startDay: () => breaker.startDay() };
    }
    case 'coinbaseDerivatives': {
      const breaker = new CoinbaseDerivativesBreaker(rules as never);
      return {
        breaker,
        startDay: ({ startNs, previousCloseTicks }, actions) =>
          breaker.startDay(startNs, previousCloseTicks, actions),
      };
    }
    case 'regSho201': {
      const breaker = new RegShoBreaker(rules as never);
      return { breaker, startDay: ({ previousCloseTicks }) => breaker.startDay(previousCloseTicks) };
    }
  }
}

/** Ticks in a hundredth of the currency, at least one: LULD counts in cents. */
function ticksPerCent({ tickSize }: InstrumentSpec): number {
  const { numerator, denominator } = parseExact(tickSize);
  return Math.max(1, Number(denominator) / Number(numerator) / 100);
}

type BreakerGroups = Readonly<Record<string, readonly string[]>> | undefined;

/** Group of an instrument as its listing has it; without groups there is none, and one of no group is its own. */
export function groupOf(
  groups: BreakerGroups,
  instrument: InstrumentSpec,
): { readonly breakerGroup?: string } {
  const { venue = '' } = instrument;
  if (groups === undefined) return venue === '' ? {} : { breakerGroup: `all:${venue}` };
  const symbol = productOf(instrument);
  const name = Object.keys(groups).find((one) => groups[one]!.includes(symbol));
  return { breakerGroup: name === undefined ? `alone:${symbol}@${venue}` : `group:${name}@${venue}` };
}

/** Symbol by which the config of a venue names an instrument; with several venues that of the product. */
export function productOf({ symbol, product }: InstrumentSpec): string {
  return product ?? symbol;
}

/** A symbol belongs to one group. */
export function groupProblems(groups: BreakerGroups, path: string): string[] {
  const seen = new Map<string, string>();
  return Object.entries(groups ?? {}).flatMap(([name, symbols]) =>
    symbols.flatMap((symbol, index) => {
      const before = seen.get(symbol);
      seen.set(symbol, name);
      return before === undefined
        ? []
        : [
            `${path}: breakerGroups.${name}[${index}]: is in one group, found "${symbol}" in ${before} as well`,
          ];
    }),
  );
}

/** Raises MKT_CONFIG for a symbol that is not traded. */
export function requireGroupSymbols(groups: BreakerGroups, instruments: readonly InstrumentSpec[]): void {
  const listed = instruments.map(productOf);
  for (const [name, symbols] of Object.entries(groups ?? {})) {
    const index = symbols.findIndex((symbol) => !listed.includes(symbol));
    if (index >= 0)
      throw new TwinError(
        'MKT_CONFIG',
        `venue.breakerGroups.${name}[${index}] is an instrument of the scenario`,
        {
          symbol: symbols[index],
          listed: listed.join(','),
        },
      );
  }
}
