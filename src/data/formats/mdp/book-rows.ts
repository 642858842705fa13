// hot: bench/mdp-decode.ts
/**
 * Rows of `mbp`. The last row of an instrument in an event carries the flag `last`, and which one that is shows only when
 * the event ends, some messages or packets later: so one row per instrument is held back until the next one, or the end.
 */

import { qualityMask } from '../../registry.ts';
import { UNDEF_FLOAT64, UNDEF_INT32_VALUE, UNDEF_UINT8 } from '../../schema/record-batch.ts';
import type { MdpInstrument } from './instrument.ts';
import type { MdpOutput } from './output.ts';

export const SIDE_BUY = 0;
export const SIDE_SELL = 1;
export const SIDE_BOTH = UNDEF_UINT8;

/** Bits of `flags` of mbp. */
export const MBP_LAST = 1;
export const MBP_SNAPSHOT = 2;
export const MBP_IMPLIED = 4;

export const QUALITY_SNAPSHOT = qualityMask('snapshot');
export const QUALITY_MAYBE_BAD = qualityMask('maybeBadBook');
export const QUALITY_GAP = qualityMask('gapBefore');

export class BookRows {
  readonly #output: MdpOutput;

  constructor(output: MdpOutput) {
    this.#output = output;
  }

  /** A level has this quantity from now on; 0 takes it away. `level` from 1, 0 where it has no place; `orders` -1 for unknown. */
  set(
    instrument: MdpInstrument,
    side: number,
    high: number,
    low: number,
    qty: number,
    orders: number,
    level: number,
    flags: number,
    quality: number,
  ): void {
    this.#hold(instrument, flags, quality);
    const { held } = instrument;
    held.isClear = false;
    held.side = side;
    held.high = high;
    held.low = low;
    held.qty = qty;
    held.orders = orders;
    held.level = level;
  }

  /** A side, or both, have nothing. */
  clear(instrument: MdpInstrument, side: number, flags: number, quality: number): void {
    this.#hold(instrument, flags, quality);
    instrument.held.isClear = true;
    instrument.held.side = side;
  }

  #hold(instrument: MdpInstrument, flags: number, quality: number): void {
    if (instrument.held.isHeld) this.flush(instrument, 0);
    const { held } = instrument;
    const output = this.#output;
    held.isHeld = true;
    held.flags = flags;
    held.quality = instrument.isAfterGap ? quality | QUALITY_GAP : quality;
    instrument.isAfterGap = false;
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
    const { held } = instrument;
    if (!held.isHeld) return;
    held.isHeld = false;
    const batch = this.#output.sink.batch('mbp');
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
    columns.action[row] = held.isClear ? 1 : 0;
    columns.side[row] = held.side;
    columns.flags[row] = held.flags | extraFlags;
    if (held.isClear) {
      columns.price.setAbsent(row);
      columns.qty[row] = UNDEF_FLOAT64;
      columns.orders[row] = UNDEF_INT32_VALUE;
      columns.level[row] = UNDEF_INT32_VALUE;
    } else {
      columns.price.setWords(row, held.high, held.low);
      columns.qty[row] = held.qty;
      columns.orders[row] = held.orders < 0 ? UNDEF_INT32_VALUE : held.orders;
      columns.level[row] = held.level === 0 ? UNDEF_INT32_VALUE : held.level;
    }
  }
}
