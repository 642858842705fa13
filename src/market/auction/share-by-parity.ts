/** Parity at the price of an auction (market-rules §1.7, §3.3): the wheel of continuous trading, started anew and without a setter. */

import { type BookAllocation, isByTime, isParity } from '../allocation/book-allocation.ts';
import { LevelOrders } from '../allocation/level-orders.ts';
import { participantNumbers } from '../allocation/parity-state.ts';
import { allocateParity, NO_SETTER, PARTICIPANT_BOOK, ParityWheel } from '../allocation/parity-wheel.ts';

/**
 * Shares lots among the displayed orders at the price: gets the accounts of the orders in time order, their open lots and the
 * lots to share, which are fewer than the open ones; returns the lots of each.
 */
export type ShareByAccount = (
  accountIds: Int32Array,
  openLots: Float64Array,
  lots: number,
) => Float64Array<ArrayBuffer>;

/** How the orders at the price share where a venue's auctions say so; without participants of their own they go by time. */
export function shareByParity(allocation: BookAllocation): ShareByAccount {
  if (!isParity(allocation) || isByTime(allocation)) return shareByTime;
  const { parity, participants } = allocation;
  const numbers = participantNumbers(participants);
  return (accountIds, openLots, lots) => {
    const wheel = new ParityWheel();
    const orders = new LevelOrders();
    const rows: number[] = [];
    accountIds.forEach((accountId, row) => {
      // Who displays nothing here has no turn of his own.
      if (openLots[row] === 0) return;
      const participant = numbers.get(accountId) ?? PARTICIPANT_BOOK;
      wheel.enter(participant);
      orders.add(openLots[row]!, 0, participant);
      rows.push(row);
    });
    allocateParity(parity, wheel, orders, NO_SETTER, lots);
    const shares = new Float64Array(openLots.length);
    rows.forEach((row, index) => {
      shares[row] = orders.fillLots[index]!;
    });
    return shares;
  };
}

const shareByTime: ShareByAccount = (_accountIds, openLots, lots) => {
  let left = lots;
  return Float64Array.from(openLots, (open) => {
    const given = Math.min(open, left);
    left -= given;
    return given;
  });
};
