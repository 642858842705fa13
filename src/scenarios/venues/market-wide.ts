/** The market-wide circuit breaker of a venue from its config: levels, and the index that it watches (market-rules §4.5). */

import { z } from 'zod';
import { TwinError } from '../../base/index.ts';
import type { InstrumentSpec } from '../../domain/index.ts';
import { MarketIndex } from '../../market/index.ts';
import { productOf } from './breakers.ts';

const DAY_NS = 86_400_000_000_000;
const durationNs = z.int().min(0).max(DAY_NS).nullable();

/** The key `marketWide` of a venue. */
export const marketWideSchema = z.strictObject({
  levels: z
    .array(
      z.strictObject({
        fallPpm: z.int().min(1).max(999_999).meta({
          description:
            'Fall of the index from its previous close, millionths; each level is deeper than the one before.',
        }),
        haltNs: durationNs.meta({
          description: 'Length of the halt, ns; null lasts for the rest of the day.',
          range: 'whole number 0 to 86400000000000, or null',
        }),
        idleBeforeCloseNs: durationNs.meta({
          description: 'The level does not halt so long before the close, ns; null halts at any time.',
          range: 'whole number 0 to 86400000000000, or null',
        }),
      }),
    )
    .min(1)
    .max(8)
    .meta({ description: 'Levels, the least deep first. A preset by name: `us`.' }),
  index: z
    .array(
      z.strictObject({
        symbol: z.string().min(1).meta({ description: 'Instrument of the scenario.', range: 'its symbol' }),
        weight: z
          .int()
          .min(1)
          .max(1_000_000)
          .meta({ description: 'Weight of its price in the index.' })
          .default(1),
      }),
    )
    .min(1)
    .max(1000)
    .meta({
      description:
        'What the index that is watched is made of: one instrument or a basket. If absent, levels are reached by shocks alone.',
    })
    .optional(),
});

export type MarketWideConfig = z.output<typeof marketWideSchema>;

/** Problems of the levels, by path; whether the symbols are listed comes out with the instruments. */
export function marketWideProblems(config: MarketWideConfig | undefined, path: string): string[] {
  if (config === undefined) return [];
  const problems: string[] = [];
  config.levels.forEach(({ fallPpm }, index) => {
    const before = config.levels[index - 1]?.fallPpm;
    if (before !== undefined && fallPpm <= before)
      problems.push(
        `${path}: marketWide.levels[${index}].fallPpm: levels deepen, found ${fallPpm} after ${before}`,
      );
  });
  config.index?.forEach(({ symbol }, index) => {
    if (config.index!.findIndex((one) => one.symbol === symbol) < index)
      problems.push(`${path}: marketWide.index[${index}].symbol: is named once, found "${symbol}"`);
  });
  return problems;
}

/** The index of one world, with its breaker; null without one. Raises MKT_CONFIG for symbols that the scenario does not have. */
export function createMarketIndex(
  config: MarketWideConfig | undefined,
  instruments: readonly InstrumentSpec[],
): MarketIndex | null {
  if (config?.index === undefined) return null;
  return new MarketIndex(
    config.levels,
    config.index.map(({ symbol, weight }, index) => {
      const instrument = instruments.find((one) => productOf(one) === symbol);
      if (instrument !== undefined) return { symbol, weight, tickSize: instrument.tickSize };
      throw new TwinError(
        'MKT_CONFIG',
        `venue.marketWide.index[${index}].symbol is an instrument of the scenario`,
        {
          symbol,
          listed: instruments.map(productOf).join(','),
        },
      );
    }),
  );
}
