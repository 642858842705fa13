/** Shocks that send something: orders alone, in groups or with exits, and quotes. */

import { z } from 'zod';
import { LINKED_ORDERS_MAX, ON_FILL_RULES, ROUTING_NAMES } from '../domain/index.ts';
import { decimal, instruments, timing } from './shock-parts.ts';

/** Terms of an order, beyond side and quantity. */
const orderTerms = {
  price: decimal
    .meta({
      description: 'Limit price, or with ticksThrough the worst one; without both it is a market order.',
      range: 'decimal number',
    })
    .optional(),
  stop: decimal
    .meta({ description: 'Waits as a stop for a trade at this price.', range: 'decimal number' })
    .optional(),
  ticksThrough: z
    .int()
    .min(-1_000_000)
    .max(1_000_000)
    .meta({
      description:
        'Limit so many ticks beyond the opposite best as it is when the order is sent; below zero it rests short of it.',
    })
    .optional(),
  peg: z
    .enum(['primary', 'market', 'midpoint'])
    .meta({
      description:
        'The venue pegs each to the best price of its own side, of the other, or to the middle; `price` is the cap.',
    })
    .optional(),
  pegOffsetTicks: z
    .int()
    .min(-1_000_000)
    .max(1_000_000)
    .meta({ description: 'So many ticks from there towards the other side.' })
    .default(0),
  trailTicks: z
    .int()
    .min(1)
    .max(1_000_000)
    .meta({ description: 'Each is a trailing stop, so many ticks from the last trade.' })
    .optional(),
  trailLimitTicks: z
    .int()
    .min(1)
    .max(1_000_000)
    .meta({
      description: 'Reached, it is a limit order so many ticks beyond its stop; a market order if absent.',
    })
    .optional(),
};

/** An order that comes in one message with that of the shock; `side` as a default and in words. */
function linkedOrder(side: 'same' | 'opposite', inWords: string) {
  return z.strictObject({
    side: z
      .enum(['same', 'opposite'])
      .meta({ description: `Side as that of the order of the shock, or the other; ${inWords} if absent.` })
      .default(side),
    qtyLots: z
      .int()
      .min(1)
      .max(2_147_483_647)
      .meta({ description: 'Lots; as the order of the shock if absent.' })
      .optional(),
    ...orderTerms,
  });
}

export const ordersShock = z.strictObject({
  kind: z
    .literal('orders')
    .meta({ description: 'Orders out of nowhere: a fat finger, a sweep, quote stuffing.' }),
  ...timing,
  instrument: z.string().meta({ description: 'Symbol.' }),
  side: z.enum(['buy', 'sell', 'both']).meta({ description: 'Side; both: in turn.' }),
  qtyLots: z.int().min(1).max(2_147_483_647).meta({ description: 'Lots of each.' }),
  ...orderTerms,
  routing: z
    .enum(ROUTING_NAMES)
    .meta({
      description:
        'What is wanted of better quotes at other venues: as the `venue` has it, a `sweep` that leaves them alone, `slide` or `cancel` before them, or `route` to them.',
    })
    .default('venue'),
  oco: z
    .array(linkedOrder('same', 'the same'))
    .min(1)
    .max(LINKED_ORDERS_MAX - 1)
    .meta({
      description:
        'Orders that come with each as one group: what fills of one cancels the others (see Linked orders).',
      range: 'list of orders',
    })
    .optional(),
  exits: z
    .array(linkedOrder('opposite', 'the opposite'))
    .min(1)
    .max(LINKED_ORDERS_MAX - 1)
    .meta({
      description:
        'Orders that come to life with the fills of each and cancel each other (see Linked orders).',
      range: 'list of orders',
    })
    .optional(),
  onFill: z
    .enum(ON_FILL_RULES)
    .meta({ description: 'A fill takes as much off the others of the group, or cancels them.' })
    .default('reduce'),
  count: z.int().min(1).max(1_000_000).meta({ description: 'How many.' }).default(1),
  everyMs: z
    .number()
    .min(0.001)
    .max(3_600_000)
    .meta({ description: 'Distance of the orders, milliseconds.' })
    .default(1),
  lifeMs: z
    .number()
    .min(0.001)
    .max(3_600_000)
    .meta({ description: 'Cancelled so long after it was sent, milliseconds; stays if absent.' })
    .optional(),
});

export const quotesShock = z.strictObject({
  kind: z.literal('quotes').meta({
    description: 'A market maker by the clock: mass quotes of bid and ask, renewed at equal distances.',
  }),
  ...timing,
  instruments,
  qtyLots: z.int().min(1).max(2_147_483_647).meta({ description: 'Lots of each side.' }),
  bid: decimal
    .meta({ description: 'Price of the bid; that side is not quoted if absent.', range: 'decimal number' })
    .optional(),
  ask: decimal
    .meta({ description: 'Price of the ask; that side is not quoted if absent.', range: 'decimal number' })
    .optional(),
  behindTicks: z
    .int()
    .min(-1_000_000)
    .max(1_000_000)
    .meta({
      description:
        'In place of prices: so many ticks behind the best of its own side as it is when the quote is sent; below zero before it.',
    })
    .optional(),
  postOnly: z
    .boolean()
    .meta({ description: 'Whether quotes that would trade at once are refused.' })
    .default(false),
  protect: z
    .strictObject({
      windowMs: z
        .number()
        .min(0.001)
        .max(86_400_000)
        .meta({ description: 'Fills count for so long, milliseconds.' }),
      fillsMax: z
        .int()
        .min(1)
        .max(65_536)
        .meta({ description: 'So many trades pull the quotes.' })
        .optional(),
      lotsMax: z
        .int()
        .min(1)
        .max(2_147_483_647)
        .meta({ description: 'So many traded lots pull the quotes.' })
        .optional(),
      scope: z
        .enum(['instrument', 'venue'])
        .meta({ description: 'Whether it counts, and pulls, by instrument or over all of the venue.' })
        .default('instrument'),
      stoppedMs: z
        .number()
        .min(0)
        .max(86_400_000)
        .meta({ description: 'How long new quotes are refused then, milliseconds; for good if absent.' })
        .optional(),
    })
    .meta({ description: 'Market maker protection that is asked for before the first quote.' })
    .optional(),
  count: z.int().min(1).max(1_000_000).meta({ description: 'How many times.' }).default(1),
  everyMs: z
    .number()
    .min(0.001)
    .max(3_600_000)
    .meta({ description: 'Distance of the quotes, milliseconds.' })
    .default(1000),
  lifeMs: z
    .number()
    .min(0.001)
    .max(3_600_000)
    .meta({ description: 'Pulled so long after the last one, milliseconds; they stay if absent.' })
    .optional(),
});
