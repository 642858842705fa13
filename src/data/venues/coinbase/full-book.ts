/**
 * The full channel of Coinbase Exchange, order by order, for one product (market-rules §12.6). Every message has a number, so
 * every message makes one record, `none` where the book does not change: numbers without a gap then prove completeness.
 *
 *   received, activate      none      the order is not on the book
 *   open                    add       what remains of it rests
 *   match                   execute   of the maker, whose side it tells; its trade is made elsewhere
 *   change                  modify    of a resting order
 *   done                    delete    of a resting order that was cancelled; none after a fill, which its matches took off
 *
 * Orders that are not known to rest are left alone once a snapshot told all that do.
 */

import { TwinError } from '../../../base/index.ts';
import type { RecordSink } from '../../ingest/adapter.ts';
import {
  BUY,
  type FeedWriter,
  FLAG_LAST,
  FLAG_SNAPSHOT,
  type MboAction,
  type MessageHead,
  orderIdOfUuid,
  quality,
  SELL,
  type SideCode,
  sideOf,
} from '../feed-writer.ts';
import { type FeedMode, JoinedFeed } from '../joined-feed.ts';
import { clockMs, type Message, textOf, wholeOf } from '../messages.ts';

/** Orders of one product that may rest at a time. */
export const RESTING_ORDERS_MAX = 5_000_000;
const SNAPSHOT_BITS = quality('snapshot');

interface FullChange {
  readonly head: MessageHead;
  readonly data: Message;
  readonly index: number;
}

export class CoinbaseFullBook {
  readonly feed: JoinedFeed<FullChange>;
  readonly #writer: FeedWriter;
  readonly #resting = new Set<string>();
  /** Orders that came in and do not rest yet. */
  readonly #received = new Set<string>();
  /** Whether all resting orders are known. */
  #isComplete = false;

  constructor(writer: FeedWriter, sink: RecordSink, mode: FeedMode) {
    this.#writer = writer;
    this.feed = new JoinedFeed<FullChange>(mode, sink, (change, bits) => this.#write(change, bits));
  }

  /** A message of the channel; `head.sequence` is its number. */
  change(head: MessageHead & { readonly sequence: number }, data: Message): void {
    const index = this.#writer.reserve(1);
    const { sequence } = head;
    this.feed.change(sequence, sequence, null, { head, data, index }, clockMs(head.tsRecv, head.tsEvent));
  }

  /** A book of level 3: rows of price, size, order id. */
  snapshot(
    head: MessageHead & { readonly sequence: number },
    bids: readonly (readonly unknown[])[],
    asks: readonly (readonly unknown[])[],
  ): void {
    const index = this.#writer.reserve(1 + bids.length + asks.length);
    const write = (): void => this.#writer.writeAt(index, () => this.#writeSnapshot(head, bids, asks));
    this.feed.snapshot(head.sequence, write, clockMs(head.tsRecv, head.tsEvent));
  }

  #writeSnapshot(
    head: MessageHead,
    bids: readonly (readonly unknown[])[],
    asks: readonly (readonly unknown[])[],
  ): void {
    this.#resting.clear();
    this.#received.clear();
    this.#isComplete = true;
    const marked = { ...head, quality: head.quality | SNAPSHOT_BITS };
    const count = bids.length + asks.length;
    const nothing = { side: null, orderId: null, price: null, qty: null };
    this.#writer.order(head, {
      ...nothing,
      action: 'clear',
      flags: count === 0 ? FLAG_SNAPSHOT | FLAG_LAST : FLAG_SNAPSHOT,
    });
    let left = count;
    for (const [side, rows] of [
      [BUY, bids],
      [SELL, asks],
    ] as const) {
      for (const [price, qty, id] of rows) {
        left--;
        const orderId = orderIdOfUuid(id);
        if (orderId === null) {
          this.#writer.reject('missing-value', `order of a snapshot: id=${String(id)}`);
          continue;
        }
        this.#rest(id as string);
        const flags = left === 0 ? FLAG_SNAPSHOT | FLAG_LAST : FLAG_SNAPSHOT;
        this.#writer.order(marked, { action: 'add', side, orderId, price, qty, flags });
      }
    }
  }

  #write({ head, data, index }: FullChange, bits: number): void {
    const marked = bits === 0 ? head : { ...head, quality: head.quality | bits };
    this.#writer.writeAt(index, () => {
      if (data.type === 'match') this.#match(marked, data);
      else this.#single(marked, data);
    });
  }

  #match(head: MessageHead, data: Message): void {
    const makerSide = sideOf(data.side);
    const maker = textOf(data.maker_order_id);
    const orderId = orderIdOfUuid(maker);
    const isOnBook = maker !== null && this.#mayRest(maker);
    const { price, size: qty } = data;
    const action = isOnBook ? 'execute' : 'none';
    this.#writer.order(head, { action, side: makerSide, orderId, price, qty, flags: FLAG_LAST });
  }

  #single(head: MessageHead, data: Message): void {
    const id = textOf(data.order_id);
    const side = sideOf(data.side);
    const { action, price, qty } = this.#effect(data, id);
    this.#writer.order(head, { action, side, orderId: orderIdOfUuid(id), price, qty, flags: FLAG_LAST });
  }

  /** What a message about one order does to the book. */
  #effect(data: Message, id: string | null): { action: MboAction; price: unknown; qty: unknown } {
    const { price } = data;
    switch (data.type) {
      case 'open':
        if (id !== null) this.#rest(id);
        return { action: 'add', price, qty: data.remaining_size };
      case 'change': {
        const qty = data.new_size;
        const isOnBook = id !== null && this.#mayRest(id) && qty !== undefined && price != null;
        return { action: isOnBook ? 'modify' : 'none', price: data.new_price ?? price, qty };
      }
      case 'done': {
        const mayRest = id !== null && this.#mayRest(id);
        if (id !== null) {
          this.#resting.delete(id);
          this.#received.delete(id);
        }
        const isTaken = data.reason === 'canceled' && mayRest && price != null;
        return { action: isTaken ? 'delete' : 'none', price, qty: data.remaining_size };
      }
      case 'received':
        if (id !== null) this.#received.add(id);
        return { action: 'none', price, qty: data.size };
      default:
        return { action: 'none', price: price ?? data.limit_price, qty: data.size };
    }
  }

  #rest(id: string): void {
    this.#received.delete(id);
    this.#resting.add(id);
    if (this.#resting.size <= RESTING_ORDERS_MAX) return;
    throw new TwinError('BASE_LIMIT', 'orders that rest in one product are below their limit', {
      limit: RESTING_ORDERS_MAX,
    });
  }

  /** Whether an order rests, or may have rested before anything was known. */
  #mayRest(id: string): boolean {
    return this.#resting.has(id) || (!this.#isComplete && !this.#received.has(id));
  }
}

/** The trade of a match: the taker stands on the other side of the maker, whose side the message tells. */
export function writeMatch(writer: FeedWriter, head: MessageHead, data: Message): void {
  const makerSide = sideOf(data.side);
  const maker = orderIdOfUuid(data.maker_order_id);
  const taker = orderIdOfUuid(data.taker_order_id);
  const tradeId = wholeOf(data.trade_id);
  writer.trade(head, {
    price: data.price,
    qty: data.size,
    aggressor: takerSide(makerSide),
    tradeId: tradeId === null ? textOf(data.trade_id) : String(tradeId),
    buyOrderId: makerSide === BUY ? maker : makerSide === SELL ? taker : null,
    sellOrderId: makerSide === SELL ? maker : makerSide === BUY ? taker : null,
  });
}

export function takerSide(makerSide: SideCode | null): SideCode | null {
  return makerSide === null ? null : makerSide === BUY ? SELL : BUY;
}
