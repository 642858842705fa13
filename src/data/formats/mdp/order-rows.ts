// hot: bench/mdp-decode.ts
/** Rows of `mbo`, the last one of an instrument in an event held back like those of `book-rows.ts`. */

import { MBO } from '../../registry.ts';
import { UNDEF_FLOAT64, UNDEF_INT32_VALUE } from '../../schema/record-batch.ts';
import type { MdpInstrument } from './instrument.ts';
import type { MdpOutput } from './output.ts';

const actions = MBO.fields.action.values;
export const MBO_ADD = actions.indexOf('add');
export const MBO_DELETE = actions.indexOf('delete');
export const MBO_MODIFY = actions.indexOf('modify');
export const MBO_CLEAR = actions.indexOf('clear');
export const MBO_TRADE = actions.indexOf('trade');
export const MBO_FILL = actions.indexOf('fill');

/** Bits of `flags` of mbo. */
export const MBO_LAST = 1;
export const MBO_SNAPSHOT = 2;
export const MBO_MAYBE_BAD = 4;

/** What a row says of an order; filled anew for each. */
export interface OrderChange {
  action: number;
  /** 0 buy, 1 sell, 255 unknown. */
  side: number;
  /** 0 and 0 for an order that is not told. */
  idHigh: number;
  idLow: number;
  hasPriority: boolean;
  priorityHigh: number;
  priorityLow: number;
  hasPrice: boolean;
  high: number;
  low: number;
  /** -1 for none. */
  qty: number;
}

export function newOrderChange(): OrderChange {
  return {
    action: 0,
    side: 0,
    idHigh: 0,
    idLow: 0,
    hasPriority: false,
    priorityHigh: 0,
    priorityLow: 0,
    hasPrice: false,
    high: 0,
    low: 0,
    qty: -1,
  };
}

/** A row that is held back, with what its head will be. */
export interface HeldOrder extends OrderChange {
  isHeld: boolean;
  flags: number;
  quality: number;
  sequence: number;
  eventHigh: number;
  eventLow: number;
  receivedSeconds: number;
  receivedNanos: number;
  index: number;
}

export function newHeldOrder(): HeldOrder {
  return {
    ...newOrderChange(),
    isHeld: false,
    flags: 0,
    quality: 0,
    sequence: 0,
    eventHigh: 0,
    eventLow: 0,
    receivedSeconds: 0,
    receivedNanos: 0,
    index: 0,
  };
}

export class OrderRows {
  readonly #output: MdpOutput;

  constructor(output: MdpOutput) {
    this.#output = output;
  }

  add(instrument: MdpInstrument, change: OrderChange, flags: number, quality: number): void {
    const held = instrument.heldOrder;
    if (held.isHeld) this.flush(instrument, 0);
    const output = this.#output;
    held.isHeld = true;
    held.action = change.action;
    held.side = change.side;
    held.idHigh = change.idHigh;
    held.idLow = change.idLow;
    held.hasPriority = change.hasPriority;
    held.priorityHigh = change.priorityHigh;
    held.priorityLow = change.priorityLow;
    held.hasPrice = change.hasPrice;
    held.high = change.high;
    held.low = change.low;
    held.qty = change.qty;
    held.flags = flags;
    held.quality = quality;
    held.sequence = output.sequence;
    held.eventHigh = output.eventHigh;
    held.eventLow = output.eventLow;
    held.receivedSeconds = output.receivedSeconds;
    held.receivedNanos = output.receivedNanos;
    held.index = output.index++;
  }

  /**
   * Writes the row that is held back. The head is written here and not by a function for all schemas: columns of three
   * kinds at one place cost 200 ns a record (bench:mdp-decode).
   */
  flush(instrument: MdpInstrument, extraFlags: number): void {
    const held = instrument.heldOrder;
    if (!held.isHeld) return;
    held.isHeld = false;
    const batch = this.#output.sink.batch('mbo');
    const row = batch.count++;
    const { columns } = batch;
    columns.symbol.set(row, instrument.facts.symbol);
    columns.tsEvent.setWords(row, held.eventHigh, held.eventLow);
    if (held.receivedSeconds < 0) columns.tsRecv.setAbsent(row);
    else columns.tsRecv.setSeconds(row, held.receivedSeconds, held.receivedNanos);
    columns.sequence.setNumber(row, held.sequence);
    columns.quality[row] = held.quality;
    columns.source[row] = 0;
    columns.sourceIndex.setNumber(row, held.index);
    columns.action[row] = held.action;
    columns.side[row] = held.side;
    if (held.idHigh === 0 && held.idLow === 0) columns.orderId.setAbsent(row);
    else columns.orderId.setWords(row, held.idHigh, held.idLow);
    columns.newOrderId.setAbsent(row);
    if (held.hasPrice) columns.price.setWords(row, held.high, held.low);
    else columns.price.setAbsent(row);
    columns.qty[row] = held.qty < 0 ? UNDEF_FLOAT64 : held.qty;
    if (held.hasPriority) columns.priority.setWords(row, held.priorityHigh, held.priorityLow);
    else columns.priority.setAbsent(row);
    columns.flags[row] = held.flags | extraFlags;
    columns.code[row] = UNDEF_INT32_VALUE;
  }
}
