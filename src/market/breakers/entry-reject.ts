/** A refusal at entry: the rule by its venue's name, and a text with the rule and the values that broke it. */
export interface EntryReject {
  readonly rule: string;
  readonly text: string;
}

/** A share that depends on the price: holds up to and including `upToTicks`; the last tier is open (PRICE_TICKS_MAX). */
export interface PriceTier {
  readonly upToTicks: number;
  readonly ppm: number;
}

/** The tier of a price; tiers run upwards. */
export function tierPpm(tiers: readonly PriceTier[], priceTicks: number): number {
  for (const { upToTicks, ppm } of tiers) if (priceTicks <= upToTicks) return ppm;
  return tiers[tiers.length - 1]!.ppm;
}
