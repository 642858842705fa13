/**
 * The scenario file: what a user writes in YAML. Every key has a range and a meaning; unknown keys are errors. The table
 * in docs/scenarios.md is made from this schema.
 */

import { z } from 'zod';
import { decimalText } from '../domain/index.ts';
import { PARITY_KINDS } from '../market/index.ts';
import { corporateActionSchema } from './corporate-actions.ts';
import { delaySchema } from './delay.ts';
import { flowAgentSchema } from './flow-agent.ts';
import { optionSchema } from './option-contracts.ts';
import { rulesSchema } from './rules-schema.ts';
import { shockSchema } from './shocks.ts';
import { venueSchema } from './venues/venue-config.ts';

const DECIMAL = /^\d+(\.\d+)?$/;
const decimal = (meaning: string, standard?: string) => {
  const range = 'decimal number above 0';
  const schema = z
    .union([z.string(), z.number()])
    .transform(decimalText)
    .refine((text) => DECIMAL.test(text) && Number(text) > 0, `a ${range}`);
  return standard === undefined
    ? schema.meta({ description: meaning, range })
    : schema.prefault(standard).meta({ description: meaning, range, default: standard });
};

const clockTime = (meaning: string) =>
  z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, 'a time of day as HH:MM or HH:MM:SS, in quotes')
    .meta({ description: meaning, range: 'time of day, `HH:MM` or `HH:MM:SS`' });

const rate = (meaning: string) => z.number().min(0).max(1e6).meta({ description: meaning });

const randomDelay = (meaning: string) =>
  delaySchema.meta({ description: meaning, range: '0 to 100000000, or a distribution (see Delays)' });

const linksSchema = z.strictObject({
  orderUs: randomDelay('One-way delay from a decision to the venue, microseconds.').default(100),
  answerUs: randomDelay("One-way delay from the venue's answer to the agent, microseconds.").default(100),
  feedUs: z
    .number()
    .min(0)
    .max(1e8)
    .meta({
      description: 'Delay of market data, microseconds: an agent sees the market as it was this long ago.',
    })
    .default(100),
});

const instrumentSchema = z.strictObject({
  symbol: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,24}$/, '1 to 24 letters, digits, dots, dashes or underscores')
    .meta({
      description: 'Name of the instrument; of an option as the OCC writes it, without blanks.',
      range: '1 to 24 letters, digits, `.`, `-`, `_`',
    }),
  referencePrice: decimal('Where trading starts: it stands in for the best prices before the first trade.'),
  tickSize: decimal('Smallest price step.', '0.01'),
  lotSize: decimal('Smallest quantity step.', '1'),
  currency: z
    .string()
    .length(3)
    .meta({ description: 'Currency of the price.', range: '3 letters' })
    .default('USD'),
  minorUnit: decimal(
    'Smallest unit in which cash is kept; tick size times lot size is a multiple of it.',
    '0.01',
  ),
  option: optionSchema.meta({ description: 'Makes it an option contract (see Options).' }).optional(),
  rules: rulesSchema.meta({ description: 'Rules of this instrument where they differ.' }).default({}),
});

const randomFlowSchema = z.strictObject({
  kind: z.literal('randomFlow').meta({ description: 'Random-flow traders (docs/agents.md).' }),
  name: z.string().min(1).max(40).meta({ description: 'Name of the group.' }),
  count: z
    .int()
    .min(1)
    .max(100_000)
    .meta({ description: 'Number of agents, shared out over the instruments.' }),
  instruments: z
    .array(z.string())
    .min(1)
    .meta({ description: 'Symbols they trade; all instruments if absent.' })
    .optional(),
  participant: z
    .enum(['book', ...PARITY_KINDS])
    .meta({
      description:
        'Who they are where a venue shares by parity: each its own floor broker, all together the market maker, or part of the book.',
    })
    .default('book'),
  limitRates: z
    .array(rate('per second'))
    .min(1)
    .max(1000)
    .refine((rates) => rates.some((value) => value > 0), 'at least one rate above 0')
    .meta({
      description:
        'Limit orders per second and side at 1, 2, … ticks from the opposite best, per instrument.',
    }),
  marketRate: rate('Market orders per second and side, per instrument.'),
  onOpenRate: rate(
    'Market orders on open per second and side, per instrument; refused where a venue takes none.',
  ).default(0),
  onCloseRate: rate('Market orders on close per second and side, per instrument.').default(0),
  from: clockTime(
    'When they start each day, local time of the venue; with its first session if absent.',
  ).optional(),
  until: clockTime('When they stop each day.').optional(),
  cancelRates: z
    .array(rate('per second'))
    .min(1)
    .max(1000)
    .meta({ description: 'Cancellations per second of one order at 1, 2, … ticks; the last holds beyond.' }),
  lots: z
    .array(z.int().min(1).max(1e9))
    .min(1)
    .max(1000)
    .meta({ description: 'Order sizes in lots, each equally likely.' })
    .default([1]),
  links: linksSchema.meta({ description: 'Delays between these agents and the venue.' }).prefault({}),
});

export const scenarioSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, '1 to 40 small letters, digits and dashes')
    .meta({
      description: 'Name of the scenario; part of the run id.',
      range: '1 to 40 small letters, digits, `-`',
    }),
  description: z.string().max(2000).meta({ description: 'What it is for.' }).default(''),
  seed: z.int().min(0).max(4294967295).meta({ description: 'Seed of every random stream.' }).default(1),
  date: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'a date as YYYY-MM-DD, in quotes')
    .refine(isCalendarDate, 'a day of the calendar')
    .meta({ description: 'Day that the run plays on.', range: 'date, `YYYY-MM-DD`' })
    .default('2026-01-05'),
  timeZone: z
    .string()
    .min(1)
    .max(60)
    .meta({
      description: 'IANA time zone of date, open and close; a venue has its own. America/New_York if absent.',
      range: 'name of a zone',
    })
    .optional(),
  open: clockTime('When trading begins; a venue has sessions instead. 09:30 if absent.').optional(),
  close: clockTime('When trading ends; DAY orders expire then. 16:00 if absent.').optional(),
  rules: rulesSchema.meta({ description: 'Matching rules of the venue.' }).default({}),
  venue: venueSchema
    .meta({
      description:
        'Sessions, auctions, breakers and fees: the name of a preset of configs/venues, the path of a file, or its content. Without it instruments trade from open to close.',
      range: 'preset, path or content (see Venues)',
    })
    .optional(),
  venues: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[A-Za-z0-9-]{1,16}$/, '1 to 16 letters, digits or dashes')
          .meta({
            description: 'Its listings are named SYMBOL@name.',
            range: '1 to 16 letters, digits, `-`',
          }),
        venue: venueSchema.meta({
          description: 'As the key `venue` of a scenario with one.',
          range: 'preset, path or content (see Venues)',
        }),
        symbols: z
          .array(z.string())
          .min(1)
          .meta({ description: 'Instruments that it lists; all if absent.' })
          .optional(),
        extraUs: z
          .number()
          .min(0)
          .max(1e8)
          .meta({
            description: 'Added to the delays of everybody to and from this venue, microseconds, one way.',
          })
          .default(0),
      }),
    )
    .min(2)
    .max(16)
    .meta({
      description:
        'Several venues that list the same instruments (see Venues). Days and times of the scenario are those of the first.',
    })
    .optional(),
  consolidatedUs: z
    .number()
    .min(0)
    .max(1e8)
    .meta({
      description:
        'Delay of the consolidated feed, by which venues see the quotes of others, microseconds; for several venues.',
    })
    .default(0),
  days: z
    .int()
    .min(1)
    .max(60)
    .meta({
      description:
        'Trading days that the run lasts, from the first one on or after `date`; needs a venue if above 1.',
    })
    .default(1),
  instruments: z.array(instrumentSchema).min(1).max(1000).meta({ description: 'What is traded.' }),
  agents: z
    .array(z.discriminatedUnion('kind', [randomFlowSchema, flowAgentSchema]))
    .min(1)
    .max(100)
    .meta({ description: 'Who trades: groups of agents.' }),
  shocks: z
    .array(shockSchema)
    .max(1000)
    .meta({ description: 'What befalls the market, by time (see Shocks).' })
    .default([]),
  corporateActions: z
    .array(corporateActionSchema)
    .max(1000)
    .meta({ description: 'What shares become on their ex-dates (see Corporate actions).' })
    .default([]),
});

/** A scenario with all defaults filled in: what is stored with a run. */
export type Scenario = z.output<typeof scenarioSchema>;

function isCalendarDate(text: string): boolean {
  const [year, month, day] = text.split('-').map(Number) as [number, number, number];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1]!;
}

/** Hours of a scenario without a venue. */
export function hoursOf({ open, close, timeZone }: Scenario): {
  open: string;
  close: string;
  timeZone: string;
} {
  return { open: open ?? '09:30', close: close ?? '16:00', timeZone: timeZone ?? 'America/New_York' };
}
