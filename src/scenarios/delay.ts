/** Delays of links in a scenario: a number of microseconds, or a distribution (market-rules §6.3). */

import { z } from 'zod';
import { LatencySampler, type LatencySpec, lognormalMu } from '../math/index.ts';
import { type DelaySource, type LinkModel, SessionLink } from '../world/index.ts';

const NS_PER_US = 1000;
const US_MAX = 1e8;

const us = z.number().min(0).max(US_MAX);
const aboveZeroUs = z.number().gt(0).max(US_MAX);

const bodySchemas = [
  z.strictObject({
    kind: z.literal('lognormal'),
    shiftUs: us,
    medianUs: aboveZeroUs,
    sigma: z.number().gt(0).max(5),
  }),
  z.strictObject({
    kind: z.literal('gamma'),
    shiftUs: us,
    shape: z.number().gt(0).max(1000),
    scaleUs: aboveZeroUs,
  }),
  z.strictObject({
    kind: z.literal('empirical'),
    quantiles: z
      .array(z.strictObject({ p: z.number().min(0).max(1), us }))
      .min(2)
      .max(1000)
      .refine(
        (table) =>
          table[0]?.p === 0 &&
          table.at(-1)?.p === 1 &&
          table.every((row, i) => i === 0 || isAfter(row, table[i - 1]!)),
        'probabilities rise from 0 to 1, and delays do not fall',
      ),
  }),
] as const;

/** A base delay, and now and then a heavy tail on top of it. */
const tailSchema = z.strictObject({
  kind: z.literal('tail'),
  base: z.union([us, z.discriminatedUnion('kind', [...bodySchemas])]),
  probability: z.number().min(0).max(1),
  minUs: aboveZeroUs,
  maxUs: aboveZeroUs,
  alpha: z.number().gt(0).max(20),
});

/** What may stand for a delay on the way of orders and answers. */
export const delaySchema = z.union([us, z.discriminatedUnion('kind', [...bodySchemas, tailSchema])]);

export type Delay = z.output<typeof delaySchema>;

/** Draws delays for a server that many messages share. */
export function createDelaySource(delay: Delay): DelaySource {
  return new LatencySampler(latencyOf(delay));
}

/** A constant delay in ns, or what makes a session's model of random ones. */
export function planDelay(delay: Delay): { delayNs: number; createModel: (() => LinkModel) | null } {
  if (typeof delay === 'number') return { delayNs: toNs(delay), createModel: null };
  const spec = latencyOf(delay);
  return { delayNs: 0, createModel: () => new SessionLink(new LatencySampler(spec), 0) };
}

function latencyOf(delay: Delay): LatencySpec {
  if (typeof delay === 'number') return { kind: 'constant', shiftNs: toNs(delay) };
  switch (delay.kind) {
    case 'lognormal':
      return {
        kind: 'lognormal',
        shiftNs: toNs(delay.shiftUs),
        mu: lognormalMu(delay.medianUs * NS_PER_US),
        sigma: delay.sigma,
      };
    case 'gamma':
      return {
        kind: 'gamma',
        shiftNs: toNs(delay.shiftUs),
        shape: delay.shape,
        scaleNs: delay.scaleUs * NS_PER_US,
      };
    case 'empirical':
      return {
        kind: 'empirical',
        quantiles: delay.quantiles.map(({ p, us: value }) => ({ p, ns: toNs(value) })),
      };
    case 'tail':
      return {
        kind: 'tail',
        base: latencyOf(delay.base),
        epsilon: delay.probability,
        minNs: toNs(delay.minUs),
        maxNs: toNs(delay.maxUs),
        alpha: delay.alpha,
      };
  }
}

function toNs(value: number): number {
  return Math.round(value * NS_PER_US);
}

function isAfter(row: { p: number; us: number }, before: { p: number; us: number }): boolean {
  return row.p > before.p && row.us >= before.us;
}
