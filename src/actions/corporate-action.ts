/** One event that changes what a share is (market-rules §8), whoever tells of it: a record of the lake, or a scenario. */

import type { ActionKind } from '../domain/index.ts';

/** What the arithmetic needs of an action; null where it has none. A reverse split is a split of fewer new shares than old ones. */
export interface CorporateAction {
  readonly symbol: string;
  /** When it became known, ns since 1970 UTC. */
  readonly tsEvent: bigint;
  readonly kind: ActionKind;
  /** First day of trading without it, YYYY-MM-DD. */
  readonly exDate: string;
  /** New shares for `oldShares`: split, stock dividend (new ones on top), rights, spin-off, merger. */
  readonly newShares: number | null;
  readonly oldShares: number | null;
  /** Money per share: dividend, cash of a merger, value of what was spun off. */
  readonly amount: number | null;
  readonly subscriptionPrice: number | null;
  /** Close before the ex-date, where it is told. */
  readonly referencePrice: number | null;
  /** Factors for prices and volumes before the ex-date, where they are told. */
  readonly priceFactor: number | null;
  readonly volumeFactor: number | null;
  /** New symbol, spun-off child, or acquirer. */
  readonly otherSymbol: string | null;
}
