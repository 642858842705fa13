/** Orders of the reference book from tickets, and as inspection sees them. */

import type { OrderTicket } from '../../domain/index.ts';
import type { OrderView } from './contract.ts';
import { isStop } from './reference-checks.ts';
import type { ReferenceOrder } from './reference-side.ts';

/** A new order: all of its quantity is open, and reserve as long as it is incoming or waits. */
export function orderFrom(ticket: OrderTicket): ReferenceOrder {
  const isIceberg = ticket.displayQtyLots > 0 && ticket.displayQtyLots < ticket.qtyLots;
  return {
    orderId: ticket.orderId,
    accountId: ticket.accountId,
    side: ticket.side,
    type: ticket.type,
    timeInForce: ticket.timeInForce,
    flags: ticket.flags,
    priceTicks: ticket.priceTicks,
    stopPriceTicks: isStop(ticket.type) ? ticket.stopPriceTicks : 0,
    shownLots: 0,
    reserveLots: ticket.qtyLots,
    displayQtyLots: isIceberg ? ticket.displayQtyLots : 0,
    filledLots: 0,
    minQtyLots: ticket.minQtyLots,
    stpGroup: ticket.stpGroup,
    stpMode: ticket.stpMode,
    stopSequence: 0,
    isProtected: false,
    isTriggered: false,
  };
}

export function viewOf(order: ReferenceOrder): OrderView {
  const {
    stopSequence: _stopSequence,
    isProtected: _isProtected,
    isTriggered: _isTriggered,
    ...view
  } = order;
  return view;
}
