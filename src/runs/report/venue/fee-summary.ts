/** What a run's venue charged, as plain data. Amounts are whole 1e-6 currency units; rebates are below zero. */

import type { FILL_KIND_NAMES } from '../../../domain/index.ts';

export type FillKindName = (typeof FILL_KIND_NAMES)[number];

/** Fees in one currency. */
export interface FeeSummary {
  readonly currency: string;
  /** Of all fills. */
  readonly total: FeeTotal;
  /** Kinds that occurred. */
  readonly byFillKind: readonly (FeeTotal & { readonly kind: FillKindName })[];
  /** Every group of the config; accounts of none stand in a last entry without agents. */
  readonly byGroup: readonly (FeeTotal & { readonly name: string; readonly agents: number })[];
}

export interface FeeTotal {
  readonly fills: number;
  readonly chargedMicro: bigint;
  readonly rebatesMicro: bigint;
}

/** A group of agents, whose accounts have consecutive numbers. */
export interface AgentGroupSize {
  readonly name: string;
  readonly agents: number;
}

/** Charges less rebates: what the venue keeps. */
export function netMicro({ chargedMicro, rebatesMicro }: FeeTotal): bigint {
  return chargedMicro + rebatesMicro;
}
