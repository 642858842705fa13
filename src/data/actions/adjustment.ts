/**
 * Series adjusted backwards, as they were known on a day: every price before an ex-date is multiplied by the factors of all later
 * actions; quantities by those that make other shares of shares (market-rules §8.1). What was not known yet on `asOf` is not used.
 */

import { type CorporateAction, type Factors, factorsOf, SHARE_KINDS } from '../../actions/index.ts';
import { dayOfNs, dayOfText } from '../schema/day.ts';

/** For splits and stock dividends alone, or for payments too (total return). */
export type AdjustmentMode = 'splits' | 'total';

export interface AdjustmentOptions {
  readonly mode: AdjustmentMode;
  /** Last instant whose knowledge counts, ns since 1970 UTC; null: everything that is known. */
  readonly asOfNs: bigint | null;
  /** Last price before a day, as it traded; null where there is none. */
  readonly closeBefore: (symbol: string, exDate: string) => number | null;
}

const SPLIT_KINDS: readonly CorporateAction['kind'][] = ['split', 'stockDividend'];

interface Step {
  readonly exDay: number;
  /** Products of this and all later factors. */
  readonly price: number;
  readonly quantity: number;
}

export class Adjustment {
  readonly #steps = new Map<string, Step[]>();
  /** Actions that were used, by symbol. */
  readonly used: readonly CorporateAction[];

  /** Raises DATA_RECORD for an action that cannot be applied. */
  constructor(actions: readonly CorporateAction[], options: AdjustmentOptions) {
    const { mode, asOfNs, closeBefore } = options;
    const used = actions
      .filter(({ tsEvent }) => asOfNs === null || tsEvent <= asOfNs)
      .filter(({ kind }) => mode === 'total' || SPLIT_KINDS.includes(kind))
      // The latest first; of one day in the order of the records.
      .toSorted((a, b) => (a.exDate < b.exDate ? 1 : a.exDate > b.exDate ? -1 : 0));
    for (const action of used) {
      const factors = factorsOf(action, closeBefore(action.symbol, action.exDate));
      if (factors !== null) this.#add(action, factors);
    }
    this.used = used;
  }

  /** What prices and quantities of a day are multiplied by. */
  factorsAt(symbol: string, day: number): Factors {
    const steps = this.#steps.get(symbol);
    if (steps === undefined) return { price: 1, quantity: 1 };
    // Steps run from the latest to the earliest: the last one that is still ahead of the day holds all later factors.
    let low = 0;
    let high = steps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (steps[middle]!.exDay > day) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? { price: 1, quantity: 1 } : steps[low - 1]!;
  }

  /** The same for an instant, by its day (UTC). */
  factorsAtNs(symbol: string, tsNs: bigint): Factors {
    return this.factorsAt(symbol, dayOfNs(tsNs));
  }

  #add(action: CorporateAction, factors: Factors): void {
    const steps = this.#steps.get(action.symbol) ?? [];
    this.#steps.set(action.symbol, steps);
    const later = steps.at(-1) ?? { price: 1, quantity: 1 };
    steps.push({
      exDay: dayOfText(action.exDate)!,
      price: later.price * factors.price,
      quantity: later.quantity * (SHARE_KINDS.includes(action.kind) ? factors.quantity : 1),
    });
  }
}
