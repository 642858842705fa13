/** An auction over what stands in a book, at the price of most volume. */

import {
  type AllocationRule,
  allocateCross,
  buildInterest,
  collectOrders,
  executeCross,
  findClearingPrice,
  type OrderBook,
  type PriceRule,
} from '../../src/market/index.ts';

const PRICE_RULE: PriceRule = {
  candidates: 'limits',
  range: 'limits',
  marketOnly: 'none',
  allowsNoVolume: false,
  steps: [{ step: 'maxVolume' }, { step: 'minImbalance' }, { step: 'highest' }],
};
const ALLOCATION: AllocationRule = {
  atPrice: ['displayed', 'hidden'],
  displayedBy: 'time',
  hasOffsets: false,
  leftMarketOrders: 'cancel',
};
const CONTEXT = { stepTicks: 1, referenceTicks: null, quote: null, threshold: null, collar: null };

export function uncross(book: OrderBook): void {
  const collected = collectOrders(book, [], (orderId) => orderId);
  const interest = buildInterest(collected.orders);
  const { priceTicks } = findClearingPrice(interest, PRICE_RULE, CONTEXT);
  if (priceTicks === null) return;
  executeCross(book, collected, allocateCross(collected.orders, interest, priceTicks, ALLOCATION));
}
