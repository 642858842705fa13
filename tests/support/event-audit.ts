/**
 * Follows a book's events and checks what they say against each other and, on demand, against the book:
 * conservation of each order's quantity, trade ids without gaps, displayed levels equal to what LEVEL records said.
 */

import {
  EV_ACCEPTED,
  EV_CANCELED,
  EV_EXPIRED,
  EV_LEVEL,
  EV_REDUCED,
  EV_REFRESHED,
  EV_REPLACED,
  EV_RESTATED,
  EV_RESTED,
  EV_TRADE,
  EV_TRIGGERED,
  type EventBuffer,
} from '../../src/domain/index.ts';
import type { OrderBook, OrderView } from '../../src/market/index.ts';
import { type EventRecord, eventLine, readEvent } from './event-text.ts';

export class EventAudit {
  /** Open quantity of each live order, by the events alone. */
  readonly #openLots = new Map<number, number>();
  readonly #levels = new Map<string, { displayedLots: number; orderCount: number }>();
  #lastTradeId = 0;

  /** Takes in every record that is in the buffer now. */
  follow(events: EventBuffer): void {
    for (let record = 0; record < events.count; record++) this.#followOne(readEvent(events, record));
  }

  /** Compares what the events said with what the book holds, and with open lots by id of orders that wait outside of it. */
  compareWithBook(book: OrderBook, outside: ReadonlyMap<number, number> = new Map()): void {
    let live = 0;
    book.forEachOrder((order: OrderView) => {
      live++;
      const open = order.shownLots + order.reserveLots;
      expectEqual(this.#openLots.get(order.orderId), open, `open quantity of order ${order.orderId}`);
    });
    for (const [orderId, open] of outside) {
      expectEqual(
        this.#openLots.get(orderId),
        open,
        `open quantity of order ${orderId}, outside of the book`,
      );
    }
    expectEqual(this.#openLots.size, live + outside.size, 'number of live orders');
    expectEqual(book.liveOrderCount, live, 'liveOrderCount');
    if (book.rules.publishLevels) this.#compareLevels(book);
  }

  #compareLevels(book: OrderBook): void {
    let levelCount = 0;
    for (const side of [0, 1] as const) {
      const depth = book.depth(side, Number.MAX_SAFE_INTEGER);
      for (const level of depth) {
        const said = this.#levels.get(`${side} ${level.priceTicks}`);
        expectEqual(said?.displayedLots, level.displayedLots, `displayed lots at ${level.priceTicks}`);
        expectEqual(said?.orderCount, level.orderCount, `displayed orders at ${level.priceTicks}`);
      }
      levelCount += depth.length;
    }
    expectEqual(this.#levels.size, levelCount, 'number of displayed levels');
  }

  #followOne(event: EventRecord): void {
    const { kind, order, qty, leaves, other } = event;
    const line = eventLine(event);
    switch (kind) {
      case EV_ACCEPTED:
        expectEqual(this.#openLots.has(order), false, `new to the book: ${line}`);
        this.#openLots.set(order, qty);
        return;
      case EV_TRADE:
        expectEqual(event.extra, ++this.#lastTradeId, `trade id: ${line}`);
        this.#take(order, qty, leaves, line);
        this.#take(other, qty, event.otherLeaves, line);
        return;
      case EV_REDUCED:
      case EV_RESTATED:
        this.#take(order, qty, leaves, line);
        return;
      case EV_CANCELED:
      case EV_EXPIRED:
        this.#take(order, qty, 0, line);
        return;
      case EV_REPLACED:
        expectEqual(this.#openLots.get(order), leaves, `open before: ${line}`);
        this.#openLots.set(order, qty);
        return;
      case EV_TRIGGERED:
        expectEqual(this.#openLots.get(order), qty, `open: ${line}`);
        return;
      case EV_RESTED:
      case EV_REFRESHED:
        expectEqual(this.#openLots.get(order), leaves, `open: ${line}`);
        return;
      case EV_LEVEL:
        this.#followLevel(event);
    }
  }

  #followLevel({ side, price, displayedLots, other: orderCount }: EventRecord): void {
    if (orderCount === 0) {
      expectEqual(displayedLots, 0, `lots of the empty level ${price}`);
      this.#levels.delete(`${side} ${price}`);
    } else {
      this.#levels.set(`${side} ${price}`, { displayedLots, orderCount });
    }
  }

  #take(orderId: number, qtyLots: number, leavesLots: number, line: string): void {
    const open = this.#openLots.get(orderId);
    expectEqual(open === undefined ? undefined : open - qtyLots, leavesLots, `conservation: ${line}`);
    if (leavesLots === 0) this.#openLots.delete(orderId);
    else this.#openLots.set(orderId, leavesLots);
  }
}

function expectEqual<T>(found: T, expected: T, what: string): void {
  if (found !== expected) throw new Error(`${what}: found ${found}, expected ${expected}`);
}
