// hot: bench/mdp-decode.ts
/**
 * Orders one by one: those that come in a message of their own, and those behind the levels of a book message. After packets were
 * lost orders are doubtful until a snapshot of them; what is said meanwhile is said again behind it, since it cannot hold that yet.
 */

import { QUALITY_MAYBE_BAD, SIDE_BUY, SIDE_SELL } from './book-rows.ts';
import type { MdpFeed } from './feed.ts';
import { hasPrice, NONE_LOW, readCount } from './fields.ts';
import { type MdpInstrument, TYPE_ASK, TYPE_BID, TYPE_BOOK_RESET } from './instrument.ts';
import type { EntryLayout, MdpTemplate, OrderLayout } from './layouts.ts';
import {
  MBO_ADD,
  MBO_DELETE,
  MBO_MAYBE_BAD,
  MBO_MODIFY,
  newOrderChange,
  type OrderChange,
  type OrderRows,
} from './order-rows.ts';

/** Changes that wait for a snapshot of orders, per instrument; with more only the snapshot after next helps. */
export const WAITING_ORDERS_MAX = 4096;

/** By MDUpdateAction and OrderUpdateAction. */
const ACTIONS = [MBO_ADD, MBO_MODIFY, MBO_DELETE];

export class OrderMessages {
  readonly #feed: MdpFeed;
  readonly #rows: OrderRows;
  readonly #change: OrderChange = newOrderChange();

  constructor(feed: MdpFeed, rows: OrderRows) {
    this.#feed = feed;
    this.#rows = rows;
  }

  /** Entries of a message of orders. */
  read(view: DataView, at: number, entryBytes: number, count: number, template: MdpTemplate): void {
    const layout = template.entries!.entry;
    for (let i = 0; i < count; i++) this.#entry(view, at + i * entryBytes, layout);
  }

  #entry(view: DataView, at: number, layout: EntryLayout): void {
    const feed = this.#feed;
    const instrument = feed.instrument(view.getInt32(at + layout.securityId, true));
    feed.touch(instrument);
    const type = view.getUint8(at + layout.type);
    if (type === TYPE_BOOK_RESET) {
      feed.resetBook(instrument);
      return;
    }
    const action = ACTIONS[view.getUint8(at + layout.action)];
    if (action === undefined || !this.#setSide(type)) {
      feed.reject(
        'unknown-type',
        `${instrument.facts.symbol} order, MDEntryType ${String.fromCharCode(type)}`,
      );
      return;
    }
    const change = this.#change;
    change.action = action;
    this.#setId(view, at + layout.orderId, at + layout.priority);
    change.qty = readCount(view, at + layout.displayQty);
    if (!this.#setPrice(instrument, view, at + layout.price, layout.digits)) return;
    this.#tell(instrument);
  }

  /**
   * Orders behind the levels of a book message, whose entries start at `entriesAt`. Each names the entry it belongs to, which has
   * its price, side and instrument.
   */
  readBehindBook(
    view: DataView,
    at: number,
    entryBytes: number,
    count: number,
    template: MdpTemplate,
    entriesAt: number,
    bookEntryBytes: number,
    bookEntries: number,
  ): void {
    const layout = template.orders!.entry;
    const levels = template.entries!.entry;
    for (let i = 0; i < count; i++) {
      const orderAt = at + i * entryBytes;
      const reference = view.getUint8(orderAt + layout.referenceId);
      if (reference === 0 || reference > bookEntries) {
        this.#feed.reject('missing-value', `an order names entry ${reference} of ${bookEntries}`);
        continue;
      }
      this.#orderOfLevel(view, orderAt, layout, entriesAt + (reference - 1) * bookEntryBytes, levels);
    }
  }

  #orderOfLevel(view: DataView, at: number, layout: OrderLayout, levelAt: number, levels: EntryLayout): void {
    const feed = this.#feed;
    const instrument = feed.instrument(view.getInt32(levelAt + levels.securityId, true));
    const action = ACTIONS[view.getUint8(at + layout.action)];
    if (action === undefined || !this.#setSide(view.getUint8(levelAt + levels.type))) {
      feed.reject('unknown-type', `${instrument.facts.symbol} order behind a level`);
      return;
    }
    feed.touch(instrument);
    const change = this.#change;
    change.action = action;
    this.#setId(view, at + layout.orderId, at + layout.priority);
    change.qty = readCount(view, at + layout.qty);
    if (!this.#setPrice(instrument, view, levelAt + levels.price, levels.digits)) return;
    this.#tell(instrument);
  }

  #setSide(type: number): boolean {
    this.#change.side = type === TYPE_BID ? SIDE_BUY : SIDE_SELL;
    return type === TYPE_BID || type === TYPE_ASK;
  }

  #setId(view: DataView, idAt: number, priorityAt: number): void {
    const change = this.#change;
    change.idLow = view.getUint32(idAt, true);
    change.idHigh = view.getUint32(idAt + 4, true);
    if (change.idLow === NONE_LOW && change.idHigh === NONE_LOW) {
      change.idLow = 0;
      change.idHigh = 0;
    }
    change.priorityLow = view.getUint32(priorityAt, true);
    change.priorityHigh = view.getUint32(priorityAt + 4, true);
    change.hasPriority = change.priorityLow !== NONE_LOW || change.priorityHigh !== NONE_LOW;
  }

  #setPrice(instrument: MdpInstrument, view: DataView, at: number, digits: number): boolean {
    const change = this.#change;
    change.hasPrice = hasPrice(view, at);
    if (!change.hasPrice) return true;
    const scale = digits === 7 ? instrument.scale7 : instrument.scale9;
    if (!scale.make(view.getInt32(at + 4, true), view.getUint32(at, true))) {
      this.#feed.reject('price-range', `${instrument.facts.symbol} order`);
      return false;
    }
    change.high = scale.high;
    change.low = scale.low;
    return true;
  }

  #tell(instrument: MdpInstrument): void {
    const feed = this.#feed;
    const { sequence } = feed.output;
    if (instrument.orderGapsSeen !== feed.gaps) {
      instrument.orderGapsSeen = feed.gaps;
      instrument.forgetOrders(sequence);
    }
    if (instrument.neededSequence < 0) instrument.neededSequence = sequence;
    if (!instrument.areOrdersKnown) this.#keep(instrument, sequence);
    const isKnown = instrument.areOrdersKnown;
    this.#rows.add(instrument, this.#change, isKnown ? 0 : MBO_MAYBE_BAD, isKnown ? 0 : QUALITY_MAYBE_BAD);
  }

  #keep(instrument: MdpInstrument, sequence: number): void {
    const waiting = instrument.waitingOrders;
    if (waiting === null || waiting.length < WAITING_ORDERS_MAX) {
      waiting?.push({ ...this.#change, sequence });
      return;
    }
    // Too many: a snapshot has to hold these, and those from now on wait for it.
    instrument.waitingOrders = [];
    instrument.neededSequence = sequence;
    instrument.waitingOrders.push({ ...this.#change, sequence });
    this.#feed.output.sink.remark('waiting-overflow');
  }
}
