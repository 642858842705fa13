/** Agents of the kind `flow`: the order flow of a recording, which goes on in a market of its own (docs/calibration.md). */

import { z } from 'zod';
import { type FlowModel, type FlowStart, FlowTwin } from '../agents/index.ts';
import { TwinError } from '../base/index.ts';
import { BUY, type Instrument, PRICE_TICKS_MAX, SELL } from '../domain/index.ts';
import type { GroupSpec, Links } from '../world/index.ts';

export const flowAgentSchema = z.strictObject({
  kind: z.literal('flow').meta({
    description:
      'The order flow of a recording (docs/calibration.md). It starts with a whole book, acts without delay, and trades from open to close of a scenario without a venue.',
  }),
  name: z.string().min(1).max(40).meta({ description: 'Name of the group.' }),
  count: z.literal(1).meta({ description: 'All of the flow is one agent.' }).default(1),
  model: z
    .union([z.string().min(1), z.strictObject({ path: z.string(), sha256: z.string().length(64) })])
    .meta({
      description:
        'File of `twin calibrate flow`, relative to the scenario; a run keeps its path and its content hash.',
      range: 'path',
    }),
  instruments: z
    .array(z.string())
    .length(1)
    .meta({ description: 'The symbol that it trades, with the tick and the lot of the model.' }),
});

export type FlowAgent = z.output<typeof flowAgentSchema>;

/** What a file of a model holds of a flow that begins. */
export interface FlowOfModel {
  readonly model: FlowModel;
  readonly start: FlowStart;
}

/** Models by the content hash of their files. */
export type FlowsByHash = ReadonlyMap<string, FlowOfModel>;

/** What must not stand beside a flow. */
export function flowProblems(
  agents: readonly { readonly kind: string; readonly instruments?: readonly string[] | undefined }[],
  hasVenue: boolean,
): string[] {
  return agents.flatMap(({ kind, instruments }, index) => {
    if (kind !== 'flow') return [];
    const problems = hasVenue ? [`agents[${index}].kind: flow is for a scenario without a venue`] : [];
    const first = agents.findIndex((one) => one.kind === 'flow' && one.instruments?.[0] === instruments?.[0]);
    if (first !== index)
      problems.push(`agents[${index}].instruments[0]: "${instruments?.[0]}" has one flow, agents[${first}]`);
    return problems;
  });
}

const NO_DELAY: Links = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };

/** Raises WORLD_CONFIG where the instrument has another tick or lot than the model. */
export function planFlow(
  { name, model: reference }: FlowAgent,
  instrument: Instrument,
  { index, referenceTicks }: { readonly index: number; readonly referenceTicks: number },
  flows: FlowsByHash,
): GroupSpec {
  const found = typeof reference === 'string' ? undefined : flows.get(reference.sha256);
  if (found === undefined)
    throw new TwinError('WORLD_CONFIG', 'the model of a flow is read before its world is made', {
      group: name,
      model: typeof reference === 'string' ? reference : reference.path,
    });
  const { model } = found;
  if (
    Number(model.tickSize) !== Number(instrument.tickSize) ||
    Number(model.lotSize) !== Number(instrument.lotSize)
  ) {
    throw new TwinError('WORLD_CONFIG', 'an instrument has the tick and the lot of the flow that trades it', {
      group: name,
      symbol: instrument.symbol,
      ...{ tickSize: instrument.tickSize, lotSize: instrument.lotSize },
      ...{ tickSizeOfModel: model.tickSize, lotSizeOfModel: model.lotSize },
    });
  }
  const start = startAt(found.start, referenceTicks);
  return {
    create: () => new FlowTwin({ name, instrument: index, model, start, active: null }),
    links: () => NO_DELAY,
  };
}

/** The book of the model with its middle at a price. Prices that cannot be are left out. The day is none of the record. */
export function startAt(start: FlowStart, referenceTicks: number): FlowStart {
  const of = (side: number): number[] =>
    start.orders.flatMap((order) => (order.side === side ? [order.priceTicks] : []));
  const bid = of(BUY).reduce((best, price) => Math.max(best, price));
  const ask = of(SELL).reduce((best, price) => Math.min(best, price));
  const shift = referenceTicks - Math.floor((bid + ask) / 2);
  const orders = start.orders
    .map((order) => ({ ...order, priceTicks: order.priceTicks + shift }))
    .filter(({ priceTicks }) => priceTicks >= 1 && priceTicks <= PRICE_TICKS_MAX);
  return { ...start, orders, present: 0, pace: 1 };
}
