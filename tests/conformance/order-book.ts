/**
 * The battery that every order book passes: one factory, shared cases. A book that misses one is not an order book.
 * Cases are text scripts (tests/support/book-script.ts); each one also checks structure, conservation and snapshots.
 */

import { describe } from 'vitest';
import type { CreateBook } from '../support/book-script.ts';
import { describeAllocation } from './order-book-allocation.ts';
import { describeChanges } from './order-book-changes.ts';
import { describeChecks } from './order-book-checks.ts';
import { describeLimits } from './order-book-limits.ts';
import { describeMatch } from './order-book-match.ts';
import { describeParity } from './order-book-parity.ts';
import { describeProtection } from './order-book-protection.ts';
import { describeStops } from './order-book-stops.ts';
import { describeVectors } from './order-book-vectors.ts';
import { describeYardstick } from './order-book-yardstick.ts';

/** Declares all cases for one implementation; `create` gives an empty book with an event buffer of its own. */
export function describeOrderBook(name: string, create: CreateBook): void {
  describe(name, () => {
    describeVectors(create);
    describeYardstick(create);
    describeChecks(create);
    describeMatch(create);
    describeAllocation(create);
    describeParity(create);
    describeProtection(create);
    describeStops(create);
    describeChanges(create);
    describeLimits(create);
  });
}
