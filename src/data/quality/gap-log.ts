/** Gaps that were found, with what is missing and when. */

import type { SchemaName } from '../registry.ts';

export interface Gap {
  /** Numbers that are missing, bars that are missing, or a loss that the feed or its adapter told. */
  readonly kind: 'sequence' | 'interval' | 'told';
  readonly schema: SchemaName;
  /** Empty for a feed whose numbers run over all symbols. */
  readonly symbol: string;
  /** First and last number that is missing, or first and last start of a bar in ns; null where nobody knows. */
  readonly from: bigint | null;
  readonly to: bigint | null;
  /** Messages or bars; null where nobody knows. */
  readonly missing: number | null;
  /** `tsEvent` of the records before and after, ns; the first is null where the loss was only told. */
  readonly afterNs: bigint | null;
  readonly beforeNs: bigint;
}

/** Gaps that are kept one by one; the others are counted. */
export const GAPS_KEPT_MAX = 10_000;

export class GapLog {
  readonly kept: Gap[] = [];
  readonly #counts = new Map<Gap['kind'], { gaps: number; missing: number }>();

  add(gap: Gap): void {
    const count = this.#counts.get(gap.kind) ?? { gaps: 0, missing: 0 };
    count.gaps += 1;
    count.missing += gap.missing ?? 0;
    this.#counts.set(gap.kind, count);
    if (this.kept.length < GAPS_KEPT_MAX) this.kept.push(gap);
  }

  /** Number of gaps, and of what is missing in them, by kind. */
  counts(): Partial<Record<Gap['kind'], { readonly gaps: number; readonly missing: number }>> {
    return Object.fromEntries(this.#counts);
  }
}
