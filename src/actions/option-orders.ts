/**
 * Open orders in an option contract that becomes several by a whole split of its share: prices are divided as strikes are, sizes
 * multiplied as positions are. Rule 5330 is about orders in shares; exchanges adjust orders in options alike, or cancel them
 * (market-rules §8.3): buys and sells both, since a premium for one old contract is paid for several.
 */

export interface OpenOptionOrder {
  readonly side: 'buy' | 'sell';
  readonly type: 'limit' | 'stop' | 'stopLimit';
  /** Of a stop its trigger, and of a stop-limit its limit too; whole ticks. */
  readonly priceTicks: number;
  readonly stopPriceTicks: number;
}

/**
 * New prices in ticks of an order in a contract of which `perContract` stand for one of before. Limits go the way that does not pay more
 * or take less, triggers away from the market. Null where a buy would pay nothing: it has no price any more.
 */
export function adjustOptionOrder(
  { side, type, priceTicks, stopPriceTicks }: OpenOptionOrder,
  perContract: number,
): { readonly priceTicks: number; readonly stopPriceTicks: number } | null {
  const isBuy = side === 'buy';
  const limit = type === 'stop' ? priceTicks : (isBuy ? Math.floor : Math.ceil)(priceTicks / perContract);
  const trigger =
    type === 'limit' ? stopPriceTicks : (isBuy ? Math.ceil : Math.floor)(stopPriceTicks / perContract);
  if ((type !== 'stop' && limit < 1) || (type !== 'limit' && trigger < 1)) return null;
  return { priceTicks: limit, stopPriceTicks: trigger };
}
