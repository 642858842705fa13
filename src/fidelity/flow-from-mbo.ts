// hot: bench/fidelity.ts
/**
 * Canonical order-by-order records as flow. Every feed, file, lake and journal comes through here:
 *
 * | record | flow |
 * |---|---|
 * | add | limit |
 * | reduce, delete | reduce, cancel (of what the order has left, where the record does not say); a reduce of all that is left is a cancel |
 * | replace | cancel, limit |
 * | modify | reduce; with another price or a larger size cancel, limit |
 * | execute | trade |
 * | fill, then the reduce, delete or modify that it causes | trade (and what is left of the change by the rules above); before the aggressor's rest, where that is told first |
 * | hidden trade, fill without an effect | hidden trade |
 * | status | halt |
 * | snapshot, clear | another book, no message: the row before the next message holds it |
 * | cross, trade (the aggressor's summary) | none |
 *
 * The book after each message is the vendor's row where one is given with enough levels, else the one rebuilt from the messages,
 * held against the vendor's row where it shows less.
 */

import { IdMap } from '../base/index.ts';
import {
  MBO_ADD,
  MBO_CLEAR,
  MBO_DELETE,
  MBO_EXECUTE,
  MBO_FILL,
  MBO_FLAG_LAST,
  MBO_FLAG_SNAPSHOT,
  MBO_HIDDEN_TRADE,
  MBO_MODIFY,
  MBO_REDUCE,
  MBO_REPLACE,
  MBO_STATUS,
  type MboBatch,
  SIDE_UNKNOWN,
  UNDEF_PRICE,
} from '../data/index.ts';
import { BUY, type Side } from '../domain/index.ts';
import { FlowBook } from './flow-book.ts';
import {
  FLOW_CANCEL,
  FLOW_HALT,
  FLOW_HIDDEN_TRADE,
  FLOW_LIMIT,
  FLOW_OPENING,
  FLOW_REDUCE,
  FLOW_TRADE,
  type FlowLevels,
  type FlowMessage,
  FlowStream,
  type FlowStreamInfo,
  withRoom,
} from './flow-stream.ts';

export interface FlowFromMboOptions extends FlowStreamInfo {
  /** Price units of the records per tick. */
  readonly unitsPerTick: number;
  /** Quantity units of the records per lot. */
  readonly unitsPerLot: number;
  /** Instrument number of the records that are wanted, null for all. */
  readonly instrument: number | null;
  /** Book before the first message, in ticks and lots; null: empty. */
  readonly opening?: FlowLevels | null;
}

/** What was found in the records that a score should know of. */
export interface FlowRemarks {
  /** Records whose time is before that of the one before; they get its time. */
  clockResets: number;
  /** Records that change an order which was never shown. */
  unknownOrders: number;
  /** Records that add, where an order of that id is there already. */
  duplicateOrders: number;
  /** Removals from levels that did not hold as much. */
  missingRemovals: number;
  /** Prices that are no multiple of a tick, of others than hidden trades; they are rounded to the nearest. */
  offTickPrices: number;
  /** Fills whose effect on the book never came. */
  fillsWithoutEffect: number;
  /** Rows of the vendor's book whose best level was another than the one rebuilt; it was taken over. The opening row does not count. */
  touchCorrections: number;
}

const DENSE_FIRST = 1024;

export class FlowFromMbo {
  readonly stream: FlowStream;
  readonly remarks: FlowRemarks = {
    clockResets: 0,
    unknownOrders: 0,
    duplicateOrders: 0,
    missingRemovals: 0,
    offTickPrices: 0,
    fillsWithoutEffect: 0,
    touchCorrections: 0,
  };
  readonly #options: FlowFromMboOptions;
  readonly #book = new FlowBook();
  readonly #ids = new IdMap();
  /** By dense id: side, price, lots left. */
  #orderSide = new Uint8Array(DENSE_FIRST);
  #orderTicks = new Float64Array(DENSE_FIRST);
  #orderLots = new Float64Array(DENSE_FIRST);
  /** By dense id: lots that were filled and not yet taken off. */
  readonly #filled = new Map<number, number>();
  /** By dense id: lots that were filled and taken off before the record that says so. */
  readonly #settled = new Map<number, number>();
  readonly #message: FlowMessage = {
    timeNs: 0,
    kind: FLOW_OPENING,
    side: BUY,
    orderId: 0,
    priceTicks: 0,
    sizeLots: 0,
  };
  #idCount = 0;
  #lastNs = Number.NEGATIVE_INFINITY;
  #needsOpening = false;
  #isInSnapshot = false;
  /** First row of the event that is going on. */
  #eventRow = 0;

  constructor(options: FlowFromMboOptions, capacity?: number) {
    this.#options = options;
    this.stream = new FlowStream(options, capacity);
    if (options.opening != null) {
      this.#book.open(options.opening);
      this.#needsOpening = true;
    }
  }

  /** Takes the records of a batch. */
  take(batch: MboBatch): void {
    for (let r = 0; r < batch.count; r++) this.takeRecord(batch, r, null);
  }

  /** Takes one record, with the book that the vendor shows after it, in ticks and lots; null where there is none. */
  takeRecord(batch: MboBatch, r: number, row: FlowLevels | null): void {
    const { instrument } = this.#options;
    if (instrument !== null && batch.instrument[r] !== instrument) return;
    const isSnapshot = (batch.flags[r]! & MBO_FLAG_SNAPSHOT) !== 0;
    let timeNs = batch.tsEventNs[r]!;
    if (isSnapshot && !this.#isInSnapshot) this.#clear();
    this.#isInSnapshot = isSnapshot;
    if (!isSnapshot) {
      if (timeNs < this.#lastNs) {
        this.remarks.clockResets++;
        timeNs = this.#lastNs;
      }
      this.#lastNs = timeNs;
    }
    const message = this.#message;
    message.timeNs = timeNs;
    const before = this.stream.count;
    this.#apply(batch, r, isSnapshot);
    if (row !== null && !isSnapshot) this.#takeRow(row, before);
    if ((batch.flags[r]! & MBO_FLAG_LAST) !== 0) this.#endEvent();
    this.remarks.missingRemovals = this.#book.missingRemovals;
  }

  #apply(batch: MboBatch, r: number, isSnapshot: boolean): void {
    const action = batch.action[r]!;
    if (action === MBO_CLEAR) {
      this.#clear();
    } else if (isSnapshot) {
      if (action === MBO_ADD) this.#place(batch, r);
    } else if (action === MBO_ADD) {
      if (batch.side[r] !== SIDE_UNKNOWN && batch.price[r] !== UNDEF_PRICE)
        this.#enter(batch, r, this.#dense(batch.orderIdHi[r]!, batch.orderIdLo[r]!), batch.side[r]! as Side);
    } else if (action === MBO_STATUS) {
      this.#say(FLOW_HALT, BUY, 0, 0, 0);
    } else if (action === MBO_HIDDEN_TRADE) {
      this.#say(FLOW_HIDDEN_TRADE, sideOf(batch, r), 0, this.#price(batch, r), this.#lots(batch, r));
    } else {
      this.#change(batch, r, action);
    }
  }

  /** Reduce, delete, execute, fill, replace, modify. */
  #change(batch: MboBatch, r: number, action: number): void {
    const isKnownAction =
      action === MBO_REDUCE ||
      action === MBO_DELETE ||
      action === MBO_EXECUTE ||
      action === MBO_FILL ||
      action === MBO_REPLACE ||
      action === MBO_MODIFY;
    if (!isKnownAction) return;
    const id = this.#dense(batch.orderIdHi[r]!, batch.orderIdLo[r]!);
    if (this.#settled.has(id) && action !== MBO_FILL) {
      this.#goOnSettled(batch, r, id, action);
      return;
    }
    if (this.#orderLots[id] === 0 && !this.#adopt(batch, r, id, action)) return;
    if (action === MBO_FILL) {
      this.#filled.set(id, (this.#filled.get(id) ?? 0) + this.#lots(batch, r));
    } else if (action === MBO_EXECUTE) {
      this.#take(FLOW_TRADE, id, this.#lots(batch, r));
    } else if (action === MBO_REDUCE) {
      this.#takeWished(id, this.#lots(batch, r));
    } else if (action === MBO_DELETE) {
      this.#takeWished(id, Infinity);
    } else if (action === MBO_REPLACE) {
      this.#takeWished(id, Infinity);
      const newId = this.#dense(batch.newOrderIdHi[r]!, batch.newOrderIdLo[r]!);
      this.#enter(batch, r, newId, this.#orderSide[id]! as Side);
    } else {
      this.#modify(batch, r, id);
    }
  }

  /**
   * An order that stood in the book before the records began: it is known by its level alone. False where not even that is told.
   */
  #adopt(batch: MboBatch, r: number, id: number, action: number): boolean {
    this.remarks.unknownOrders++;
    if (action === MBO_REPLACE || action === MBO_MODIFY || batch.price[r] === UNDEF_PRICE) return false;
    if (batch.side[r] === SIDE_UNKNOWN) return false;
    this.#orderSide[id] = batch.side[r]!;
    this.#orderTicks[id] = this.#ticks(batch, r);
    this.#orderLots[id] = this.#lots(batch, r);
    return true;
  }

  #enter(batch: MboBatch, r: number, id: number, side: Side): void {
    const ticks = this.#ticks(batch, r);
    const lots = this.#lots(batch, r);
    this.#open();
    if (this.#filled.size > 0 && this.#book.isCrossedBy(side, ticks)) this.#settle();
    if (this.#orderLots[id]! > 0) this.remarks.duplicateOrders++;
    this.#put(id, side, ticks, lots);
    this.#say(FLOW_LIMIT, side, id, ticks, lots);
  }

  /** The rest of an aggressor is told before what he took: it comes off first, as nobody saw both stand. */
  #settle(): void {
    for (const [id, lots] of this.#filled) {
      const taken = Math.min(lots, this.#orderLots[id]!);
      if (taken > 0) this.#take(FLOW_TRADE, id, taken);
      this.#settled.set(id, (this.#settled.get(id) ?? 0) + taken);
    }
    this.#filled.clear();
  }

  /** The record by which an order leaves that was settled before: what it takes off beyond that. */
  #goOnSettled(batch: MboBatch, r: number, id: number, action: number): void {
    const settled = this.#settled.get(id)!;
    this.#settled.delete(id);
    if (action === MBO_MODIFY) this.#modify(batch, r, id);
    else if (this.#orderLots[id] === 0) return;
    else if (action === MBO_DELETE) this.#takeWished(id, Infinity);
    else if (this.#lots(batch, r) > settled) this.#takeWished(id, this.#lots(batch, r) - settled);
  }

  /** An order of a snapshot: it is there, and nobody saw it come. */
  #place(batch: MboBatch, r: number): void {
    if (batch.side[r] === SIDE_UNKNOWN || batch.price[r] === UNDEF_PRICE) return;
    const id = this.#dense(batch.orderIdHi[r]!, batch.orderIdLo[r]!);
    this.#put(id, batch.side[r]! as Side, this.#ticks(batch, r), this.#lots(batch, r));
    this.#needsOpening = true;
  }

  #put(id: number, side: Side, ticks: number, lots: number): void {
    if (this.#orderLots[id]! > 0) {
      this.#book.remove(this.#orderSide[id]! as Side, this.#orderTicks[id]!, this.#orderLots[id]!);
    }
    this.#orderSide[id] = side;
    this.#orderTicks[id] = ticks;
    this.#orderLots[id] = lots;
    this.#book.add(side, ticks, lots);
  }

  #modify(batch: MboBatch, r: number, id: number): void {
    const ticks = this.#ticks(batch, r);
    const lots = this.#lots(batch, r);
    const filled = Math.min(this.#filled.get(id) ?? 0, this.#orderLots[id]!);
    this.#filled.delete(id);
    if (filled > 0) this.#take(FLOW_TRADE, id, filled);
    const left = this.#orderLots[id]!;
    if (ticks === this.#orderTicks[id] && lots <= left) {
      if (lots < left) this.#take(lots === 0 ? FLOW_CANCEL : FLOW_REDUCE, id, left - lots);
      return;
    }
    if (left > 0) this.#take(FLOW_CANCEL, id, left);
    this.#enter(batch, r, id, this.#orderSide[id]! as Side);
  }

  /** Takes lots off by the owner's wish, what was filled first. */
  #takeWished(id: number, lots: number): void {
    const off = Math.min(lots, this.#orderLots[id]!);
    const filled = Math.min(this.#filled.get(id) ?? 0, off);
    if (filled > 0) {
      this.#filled.delete(id);
      this.#take(FLOW_TRADE, id, filled);
    }
    if (off > filled)
      this.#take(off - filled === this.#orderLots[id] ? FLOW_CANCEL : FLOW_REDUCE, id, off - filled);
  }

  #take(kind: number, id: number, wanted: number): void {
    const lots = Math.min(wanted, this.#orderLots[id]!);
    const side = this.#orderSide[id]! as Side;
    const ticks = this.#orderTicks[id]!;
    this.#open();
    this.#orderLots[id]! -= lots;
    this.#book.remove(side, ticks, lots);
    this.#say(kind, side, id, ticks, lots);
  }

  #say(kind: number, side: Side, id: number, ticks: number, lots: number): void {
    this.#open();
    const message = this.#message;
    message.kind = kind;
    message.side = side;
    message.orderId = id;
    message.priceTicks = ticks;
    message.sizeLots = lots;
    this.stream.appendMessage(message);
    this.#book.copyTo(this.stream);
  }

  /** The book that was there before the first message, or after a snapshot, as a row of its own. */
  #open(): void {
    if (!this.#needsOpening) return;
    this.#needsOpening = false;
    const message = this.#message;
    message.kind = FLOW_OPENING;
    message.side = BUY;
    message.orderId = 0;
    message.priceTicks = 0;
    message.sizeLots = 0;
    this.stream.appendMessage(message);
    this.#book.copyTo(this.stream);
  }

  /** A row with all levels is the book; one with fewer corrects the rebuilt one. */
  #takeRow(row: FlowLevels, before: number): void {
    if (before > 0 && this.#book.touchDiffers(row)) this.remarks.touchCorrections++;
    this.#book.correct(row);
    if (this.stream.count > before) this.#book.copyTo(this.stream);
  }

  #clear(): void {
    this.#book.clear();
    this.#orderLots.fill(0);
    this.#filled.clear();
    this.#settled.clear();
  }

  /** Within an event the book may be crossed; what the market showed is the book at its end. */
  #endEvent(): void {
    if (this.#filled.size > 0) this.#dropFills();
    this.#settled.clear();
    const { stream } = this;
    const { levels, count } = stream;
    const end = (count - 1) * levels;
    for (let row = this.#eventRow; row < count - 1; row++) {
      const at = row * levels;
      if (stream.askLots[at] === 0 || stream.bidTicks[at]! < stream.askTicks[at]!) continue;
      for (const column of [stream.askTicks, stream.askLots, stream.bidTicks, stream.bidLots]) {
        column.copyWithin(at, end, end + levels);
      }
    }
    this.#eventRow = count;
  }

  #dropFills(): void {
    for (const [id, lots] of this.#filled) {
      this.remarks.fillsWithoutEffect++;
      this.#say(FLOW_HIDDEN_TRADE, this.#orderSide[id]! as Side, 0, this.#orderTicks[id]!, lots);
    }
    this.#filled.clear();
  }

  #dense(hi: number, lo: number): number {
    const found = this.#ids.get(hi, lo);
    if (found !== 0) return found;
    const id = ++this.#idCount;
    this.#ids.set(hi, lo, id);
    if (id >= this.#orderLots.length) {
      const room = this.#orderLots.length * 2;
      this.#orderSide = withRoom(this.#orderSide, new Uint8Array(room));
      this.#orderTicks = withRoom(this.#orderTicks, new Float64Array(room));
      this.#orderLots = withRoom(this.#orderLots, new Float64Array(room));
    }
    return id;
  }

  #price(batch: MboBatch, r: number): number {
    return batch.price[r] === UNDEF_PRICE ? 0 : batch.price[r]! / this.#options.unitsPerTick;
  }

  #ticks(batch: MboBatch, r: number): number {
    const ticks = this.#price(batch, r);
    const rounded = Math.round(ticks);
    if (rounded !== ticks) this.remarks.offTickPrices++;
    return rounded;
  }

  #lots(batch: MboBatch, r: number): number {
    return batch.qty[r]! / this.#options.unitsPerLot;
  }
}

function sideOf(batch: MboBatch, r: number): Side {
  return (batch.side[r] === SIDE_UNKNOWN ? BUY : batch.side[r]) as Side;
}
