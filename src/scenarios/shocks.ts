/** Shocks of a scenario: a timed list of what befalls venue, instruments, agents and links, and orders that nobody planned. */

import { z } from 'zod';
import type { OrderBurst } from '../agents/index.ts';
import { BUY, type Instrument, parseTicks, SELL, SESSION_STATE_NAMES } from '../domain/index.ts';
import type { Shock } from '../world/index.ts';

const NS_PER_SECOND = 1_000_000_000;
const NS_PER_MS = 1_000_000;
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?$/;

const timing = {
  at: z
    .string()
    .regex(TIME, 'a time of day as HH:MM, HH:MM:SS or HH:MM:SS.mmm, in quotes')
    .meta({ description: 'When it begins, local time of the venue.', range: 'time of day' }),
  day: z.int().min(1).max(60).meta({ description: 'On which trading day of the run.' }).default(1),
};
const lasting = z.number().min(0.001).max(86_400).meta({ description: 'How long it lasts, seconds.' });
const instruments = z.array(z.string()).min(1).meta({ description: 'Symbols; all if absent.' }).optional();
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
      .enum(['regulatory', 'news', 'operator', 'marketWide', 'luld'])
      .meta({ description: 'Why.' })
      .default('regulatory'),
    for: lasting.meta({ description: 'How long, seconds; to the end of the run if absent.' }).optional(),
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
    kind: z.literal('status').meta({ description: 'A product status: cancel only, limit only, post only.' }),
    ...timing,
    instruments,
    state: z.enum(['CANCEL_ONLY', 'LIMIT_ONLY', 'POST_ONLY']).meta({ description: 'The state.' }),
    for: lasting,
  }),
  z.strictObject({
    kind: z.literal('outage').meta({ description: 'The venue refuses every command.' }),
    ...timing,
    for: lasting,
  }),
  z.strictObject({
    kind: z
      .literal('feedGap')
      .meta({ description: 'No market data reaches anybody; at the end everything comes at once.' }),
    ...timing,
    for: lasting,
  }),
  z.strictObject({
    kind: z.literal('latency').meta({ description: 'Links are slower, both ways.' }),
    ...timing,
    groups,
    extraMs: z.number().min(0.001).max(60_000).meta({ description: 'Extra delay each way, milliseconds.' }),
    for: lasting,
  }),
  z.strictObject({
    kind: z.literal('disconnect').meta({ description: 'Agents lose their connection.' }),
    ...timing,
    groups,
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
  z.strictObject({
    kind: z
      .literal('orders')
      .meta({ description: 'Orders out of nowhere: a fat finger, a sweep, quote stuffing.' }),
    ...timing,
    instrument: z.string().meta({ description: 'Symbol.' }),
    side: z.enum(['buy', 'sell', 'both']).meta({ description: 'Side; both: in turn.' }),
    qtyLots: z.int().min(1).max(2_147_483_647).meta({ description: 'Lots of each.' }),
    price: z
      .union([z.string(), z.number()])
      .meta({
        description: 'Limit price; a market order without it and without ticksThrough.',
        range: 'decimal number',
      })
      .optional(),
    ticksThrough: z
      .int()
      .min(-1_000_000)
      .max(1_000_000)
      .meta({
        description: 'Limit so many ticks better than the opposite best; below zero it rests behind it.',
      })
      .optional(),
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
  }),
]);
export type ShockConfig = z.output<typeof shockSchema>;

/** What names and times of a scenario stand for. */
export interface ShockContext {
  readonly instruments: readonly Instrument[];
  readonly groupNames: readonly string[];
  /** Local time of the nth trading day (1 is the first), ns since midnight, as an instant of the run; null beyond the last day. */
  readonly at: (day: number, nsOfDay: number) => number | null;
}

/** Problems of a shock that its schema cannot see. */
export function shockProblems(
  shock: ShockConfig,
  context: {
    readonly instruments: readonly { readonly symbol: string }[];
    readonly groupNames: readonly string[];
    readonly days: number;
  },
  path: string,
): string[] {
  const problems: string[] = [];
  const symbols = context.instruments.map(({ symbol }) => symbol);
  const named =
    'instruments' in shock ? (shock.instruments ?? []) : 'instrument' in shock ? [shock.instrument] : [];
  for (const symbol of named) {
    if (!symbols.includes(symbol))
      problems.push(`${path}: instrument "${symbol}" is one of ${symbols.join(', ')}`);
  }
  for (const name of 'groups' in shock ? (shock.groups ?? []) : []) {
    if (!context.groupNames.includes(name))
      problems.push(`${path}.groups: "${name}" is one of ${context.groupNames.join(', ')}`);
  }
  if (shock.day > context.days)
    problems.push(`${path}.day: ${shock.day} is at most the ${context.days} days of the run`);
  if (shock.kind === 'orders' && shock.price !== undefined && shock.ticksThrough !== undefined) {
    problems.push(`${path}: price and ticksThrough exclude each other`);
  }
  return problems;
}

/** What a world makes of shocks: those that it carries out itself, and the orders of a scripted agent. */
export function planShocks(
  shocks: readonly ShockConfig[],
  context: ShockContext,
): { shocks: Shock[]; bursts: OrderBurst[] } {
  const planned: Shock[] = [];
  const bursts: OrderBurst[] = [];
  for (const shock of shocks) {
    const atNs = context.at(shock.day, nsOfDay(shock.at));
    if (atNs === null) continue;
    if (shock.kind === 'orders') bursts.push(planOrders(shock, atNs, context));
    else planned.push(planShock(shock, atNs, context));
  }
  return { shocks: planned, bursts };
}

function planShock(
  shock: Exclude<ShockConfig, { kind: 'orders' }>,
  atNs: number,
  context: ShockContext,
): Shock {
  const lastsS = 'for' in shock ? shock.for : undefined;
  const untilNs = lastsS === undefined ? Number.POSITIVE_INFINITY : atNs + Math.round(lastsS * NS_PER_SECOND);
  const times = { atNs, untilNs };
  const which = (symbols?: readonly string[]): number[] | null =>
    symbols?.flatMap((symbol) => instrumentsNamed(context, symbol).map(({ index }) => index)) ?? null;
  const who = (names?: readonly string[]): number[] | null =>
    names?.map((name) => context.groupNames.indexOf(name)) ?? null;
  switch (shock.kind) {
    case 'halt':
      return { ...times, kind: 'halt', instruments: which(shock.instruments), reason: shock.reason };
    case 'interrupt':
      return {
        ...times,
        kind: 'interrupt',
        instruments: which(shock.instruments),
        rule: shock.rule,
        phase: shock.phase,
        randomNsMax: Math.round(shock.randomEnd * NS_PER_SECOND),
      };
    case 'holdCall':
      return { ...times, kind: 'holdCall', instruments: which(shock.instruments) };
    case 'status':
      return {
        ...times,
        kind: 'status',
        instruments: which(shock.instruments),
        state: SESSION_STATE_NAMES.indexOf(shock.state),
      };
    case 'latency':
      return {
        ...times,
        kind: 'latency',
        groups: who(shock.groups),
        extraNs: Math.round(shock.extraMs * NS_PER_MS),
      };
    case 'disconnect':
      return { ...times, kind: 'disconnect', groups: who(shock.groups), cancelsOrders: shock.cancelsOrders };
    case 'activity': {
      const { limit, market, cancel } = shock;
      return { ...times, kind: 'activity', groups: who(shock.groups), limit, market, cancel };
    }
    case 'withdraw':
      return { ...times, kind: 'withdraw', groups: who(shock.groups) };
    default:
      return { ...times, kind: shock.kind };
  }
}

/** One listing, or a product at all its venues. */
function instrumentsNamed(
  { instruments }: ShockContext,
  name: string,
): ShockContext['instruments'][number][] {
  return instruments.filter(({ symbol, product }) => symbol === name || product === name);
}

function planOrders(
  shock: Extract<ShockConfig, { kind: 'orders' }>,
  atNs: number,
  context: ShockContext,
): OrderBurst {
  // Of a product at several venues: where it is listed first.
  const instrument = instrumentsNamed(context, shock.instrument)[0]!;
  return {
    atNs,
    everyNs: Math.max(1, Math.round(shock.everyMs * NS_PER_MS)),
    count: shock.count,
    instrument: instrument.index,
    side: shock.side === 'both' ? 'both' : shock.side === 'buy' ? BUY : SELL,
    qtyLots: shock.qtyLots,
    price:
      shock.price !== undefined
        ? { ticks: parseTicks(instrument, shock.price) }
        : shock.ticksThrough !== undefined
          ? { ticksThrough: shock.ticksThrough }
          : 'market',
    lifeNs: shock.lifeMs === undefined ? null : Math.round(shock.lifeMs * NS_PER_MS),
  };
}

function nsOfDay(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return Math.round((hours * 3600 + minutes * 60 + seconds) * 1000) * NS_PER_MS;
}
