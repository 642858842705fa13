/** A corporate action of ACME with what a test says of it, everything else absent. */

import type { CorporateAction } from '../../src/actions/index.ts';

export function corporateAction(
  kind: CorporateAction['kind'],
  more: Partial<CorporateAction> = {},
): CorporateAction {
  return {
    symbol: 'ACME',
    tsEvent: 0n,
    kind,
    exDate: '2024-01-03',
    newShares: null,
    oldShares: null,
    amount: null,
    subscriptionPrice: null,
    referencePrice: null,
    priceFactor: null,
    volumeFactor: null,
    otherSymbol: null,
    ...more,
  };
}
