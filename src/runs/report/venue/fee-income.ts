/** What the accounts of the venues took in, as a simulation's manifest tells it. */

import type { InstrumentSpec } from '../../../domain/index.ts';
import { parseExact, roundQuotient } from '../../../market/index.ts';
import type { RunManifest } from '../../manifest.ts';
import { agentGroupsOf } from './agent-groups.ts';
import type { FeeIncome } from './fees-section.ts';
import { dayOf } from './run-clock.ts';

const MICRO_PER_UNIT = 1_000_000n;

/** Null where the manifest does not say. Every account is billed once per trading day and venue, which rounds it by half a unit at most. */
export function feeIncomeOf(
  manifest: RunManifest,
  instruments: readonly { readonly spec: InstrumentSpec }[],
  lastNs: number,
): FeeIncome | null {
  const minor = manifest.counts.feeIncomeMinor;
  const first = instruments[0];
  if (minor === undefined || first === undefined) return null;
  const unit = parseExact(first.spec.minorUnit);
  const microIn = (minorUnits: bigint): bigint =>
    roundQuotient(minorUnits * unit.numerator * MICRO_PER_UNIT, unit.denominator, 'halfUp');
  const accounts = agentGroupsOf(manifest.config).reduce((sum, { agents }) => sum + agents, 0);
  const bills = BigInt(accounts * venueCount(manifest.config) * dayOf(lastNs));
  return { micro: microIn(BigInt(minor)), toleranceMicro: microIn(bills) / 2n };
}

function venueCount(config: unknown): number {
  const venues = (config as { readonly venues?: unknown } | null)?.venues;
  return Array.isArray(venues) ? venues.length : 1;
}
