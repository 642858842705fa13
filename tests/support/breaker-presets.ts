/** The presets of configs/venues/breakers/ as the rule types of src/market/breakers: what a venue's wiring does with them. */

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type {
  ClearlyErroneousRules,
  CmeDynamicRules,
  CmeLimitPart,
  CmeVelocityRules,
  CoinbaseDerivativesRules,
  LimitOrderProtectionRules,
  LseRules,
  LuldRules,
  MarketWideLevel,
  PriceTier,
  RegShoRules,
  XetraRules,
} from '../../src/market/index.ts';

interface Dated<Rules> {
  readonly from: string;
  readonly to?: string;
  readonly rules: Rules;
}
type Named<Names extends string, Rules> = Readonly<Record<Names, Dated<Rules>>>;

interface TierText {
  readonly upToCents: number | null;
  readonly ppm: number;
}

interface Presets {
  readonly luld: Named<'amendment-18' | 'pilot', LuldRules>;
  readonly marketWide: Named<'us', MarketWideLevel[]>;
  readonly xetra: Named<'dax' | 'illiquid', XetraRules>;
  readonly lse: Named<'ftse100' | 'ftse250' | 'small', LseRules>;
  readonly cmeLimits: Named<'equityIndex', CmeLimitPart[]>;
  readonly cmeDynamic: Named<'equityOvernight' | 'energyMetals', CmeDynamicRules>;
  readonly cmeVelocity: Named<'es', CmeVelocityRules>;
  readonly coinbaseDerivatives: Named<'all', CoinbaseDerivativesRules>;
  readonly regSho201: Named<'us', RegShoRules>;
  readonly clearlyErroneous: Named<'us', { readonly tiers: TierText[]; readonly outsideHoursFactor: number }>;
  readonly limitOrderProtection: Named<
    'nyse' | 'nasdaq',
    {
      readonly tiers: TierText[];
      readonly distanceCentsMin: number;
      readonly refusesAtLimit: boolean;
    }
  >;
  readonly cmePriceBanding: Named<'es', { readonly variationTicks: number }>;
  readonly cmeNonReviewable: Named<'es', { readonly nonReviewableTicks: number }>;
}

export const BREAKER_PRESETS = parse(
  readFileSync(new URL('../../configs/venues/breakers/presets.yaml', import.meta.url), 'utf8'),
) as Presets;

/** For instruments with a tick of one cent. */
export function clearlyErroneousInCents(): ClearlyErroneousRules {
  const { tiers, outsideHoursFactor } = BREAKER_PRESETS.clearlyErroneous.us.rules;
  return { tiers: tiersInCents(tiers), outsideHoursFactor };
}

export function limitOrderProtectionInCents(name: 'nyse' | 'nasdaq'): LimitOrderProtectionRules {
  const { tiers, distanceCentsMin, refusesAtLimit } = BREAKER_PRESETS.limitOrderProtection[name].rules;
  return {
    rule: name === 'nyse' ? 'LOPP' : 'LOP',
    tiers: tiersInCents(tiers),
    distanceTicksMin: distanceCentsMin,
    refusesAtLimit,
  };
}

function tiersInCents(tiers: readonly TierText[]): PriceTier[] {
  return tiers.map(({ upToCents, ppm }) => ({ upToTicks: upToCents ?? 0x7fff_fffe, ppm }));
}
