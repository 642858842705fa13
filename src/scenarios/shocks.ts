/** Shocks of a scenario: a timed list of what befalls venue, instruments, agents and links, and orders that nobody planned. */

import { z } from 'zod';
import { ordersShock, quotesShock } from './shock-orders.ts';
import { instruments, timing } from './shock-parts.ts';

const lasting = z.number().min(0.001).max(86_400).meta({ description: 'How long it lasts, seconds.' });
const venues = z
  .array(z.string())
  .min(1)
  .meta({ description: 'Names of venues, in a scenario with several; all if absent.' })
  .optional();
const groups = z
  .array(z.string())
  .min(1)
  .meta({ description: 'Names of agent groups; all if absent.' })
  .optional();
const factor = z.number().min(0).max(1000).default(1);

export const shockSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z
      .literal('halt')
      .meta({ description: 'Trading is halted; without instruments, of the whole market.' }),
    ...timing,
    instruments,
    reason: z
      .enum(['regulatory', 'news', 'operator', 'luld'])
      .meta({ description: 'Why.' })
      .default('regulatory'),
    for: lasting.meta({ description: 'How long, seconds; to the end of the run if absent.' }).optional(),
  }),
  z.strictObject({
    kind: z
      .literal('marketWide')
      .meta({ description: 'The index falls to a level that stops the whole market (market-rules §4.5).' }),
    ...timing,
    level: z
      .int()
      .min(1)
      .max(8)
      .meta({ description: "Which level of the venue's `marketWide`: it has the length of the halt." }),
  }),
  z.strictObject({
    kind: z.literal('interrupt').meta({ description: 'Trading is interrupted as a breaker would.' }),
    ...timing,
    instruments,
    phase: z
      .enum(['pause', 'auctionCall', 'preOpen', 'reserved'])
      .meta({ description: 'What the venue does meanwhile, by its sessions.' })
      .default('auctionCall'),
    rule: z
      .enum(['operator', 'luld', 'xetra', 'lse', 'cmeVelocity', 'cmeDynamic', 'status'])
      .meta({ description: 'Rule that is named in the records.' })
      .default('operator'),
    for: lasting,
    randomEnd: z
      .number()
      .min(0)
      .max(3600)
      .meta({ description: 'Largest random prolongation, seconds.' })
      .default(0),
  }),
  z.strictObject({
    kind: z
      .literal('holdCall')
      .meta({ description: 'The next call stays open: an opening delayed by an imbalance.' }),
    ...timing,
    instruments,
    for: lasting.meta({ description: 'Until so many seconds after `at`.' }),
  }),
  z.strictObject({
    kind: z
      .literal('endCall')
      .meta({ description: 'A running call or interruption is ended by hand, as its rules allow.' }),
    ...timing,
    instruments,
  }),
  z.strictObject({
    kind: z.literal('status').meta({ description: 'A product status: cancel only, limit only, post only.' }),
    ...timing,
    instruments,
    state: z.enum(['CANCEL_ONLY', 'LIMIT_ONLY', 'POST_ONLY']).meta({ description: 'The state.' }),
    for: lasting,
  }),
  z.strictObject({
    kind: z.literal('outage').meta({ description: 'The venue refuses every command.' }),
    ...timing,
    venues,
    for: lasting,
  }),
  z.strictObject({
    kind: z
      .literal('feedGap')
      .meta({ description: 'No market data reaches anybody; at the end everything comes at once.' }),
    ...timing,
    venues,
    for: lasting,
  }),
  z.strictObject({
    kind: z.literal('latency').meta({ description: 'Links are slower, both ways.' }),
    ...timing,
    groups,
    venues,
    extraMs: z.number().min(0.001).max(60_000).meta({ description: 'Extra delay each way, milliseconds.' }),
    for: lasting,
  }),
  z.strictObject({
    kind: z.literal('disconnect').meta({ description: 'Agents lose their connection.' }),
    ...timing,
    groups,
    venues,
    cancelsOrders: z.boolean().meta({ description: 'Whether the venue cancels their orders.' }).default(true),
    for: lasting,
  }),
  z.strictObject({
    kind: z.literal('activity').meta({ description: 'Agents send more or fewer orders.' }),
    ...timing,
    groups,
    limit: factor.meta({ description: 'Factor of limit orders.' }),
    market: factor.meta({ description: 'Factor of market orders.' }),
    cancel: factor.meta({ description: 'Factor of cancels.' }),
    for: lasting,
  }),
  z.strictObject({
    kind: z.literal('withdraw').meta({ description: 'All orders of the groups are cancelled at once.' }),
    ...timing,
    groups,
  }),
  ordersShock,
  quotesShock,
]);
export type ShockConfig = z.output<typeof shockSchema>;
export type OrdersConfig = Extract<ShockConfig, { kind: 'orders' }>;
export type QuotesConfig = Extract<ShockConfig, { kind: 'quotes' }>;
/** An order of a shock, or one that comes with it. */
export type OrderTerms = Pick<
  OrdersConfig,
  'price' | 'stop' | 'ticksThrough' | 'peg' | 'pegOffsetTicks' | 'trailTicks' | 'trailLimitTicks'
>;
