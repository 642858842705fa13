// hot: bench/mdp-decode.ts
/**
 * The state of the channels of a capture that all messages share: instruments, the numbers they were followed by, and the event that
 * is going on. An event is what the venue did at once; it may take several messages and packets, and its last one says so.
 */

import { TwinError } from '../../../base/index.ts';
import type { QuarantineReason } from '../../quarantine.ts';
import type { QuoteRows } from './best-quote.ts';
import { type BookRows, MBP_LAST, QUALITY_MAYBE_BAD, SIDE_BOTH } from './book-rows.ts';
import { MdpInstrument } from './instrument.ts';
import type { InstrumentBook } from './instrument-facts.ts';
import { MBO_CLEAR, MBO_LAST, newOrderChange, type OrderRows } from './order-rows.ts';
import type { MdpOutput } from './output.ts';
import { type LevelChange, WAITING_ALL_MAX } from './waiting-entries.ts';

/** Instruments of one capture: ten times those of all markets of CME Group. */
export const INSTRUMENTS_MAX = 1 << 22;

export interface FeedParts {
  readonly output: MdpOutput;
  readonly facts: InstrumentBook;
  readonly rows: BookRows;
  readonly orderRows: OrderRows;
  /** Null where no quotes are wanted. */
  readonly quotes: QuoteRows | null;
}

export class MdpFeed {
  readonly output: MdpOutput;
  readonly instruments = new Map<number, MdpInstrument>();
  readonly facts: InstrumentBook;
  /** Channel of the packet at hand. */
  channel = 0;
  /** Gaps in the numbers of packets so far. */
  gaps = 0;
  readonly #rows: BookRows;
  readonly #orderRows: OrderRows;
  readonly #quotes: QuoteRows | null;
  readonly #touched: MdpInstrument[] = [];
  readonly #clear = { ...newOrderChange(), action: MBO_CLEAR, side: SIDE_BOTH };
  #last: MdpInstrument | null = null;
  #waitingCount = 0;

  constructor({ output, facts, rows, orderRows, quotes }: FeedParts) {
    this.output = output;
    this.facts = facts;
    this.#rows = rows;
    this.#orderRows = orderRows;
    this.#quotes = quotes;
  }

  /** The instrument of a number; its name and scale stay as they are known when it is first met. */
  instrument(id: number): MdpInstrument {
    if (this.#last !== null && this.#last.id === id) return this.#last;
    let found = this.instruments.get(id);
    if (found === undefined) {
      if (this.instruments.size >= INSTRUMENTS_MAX) {
        throw new TwinError('BASE_LIMIT', 'a capture has at most INSTRUMENTS_MAX instruments', {
          limit: INSTRUMENTS_MAX,
        });
      }
      found = new MdpInstrument(id, this.channel, this.facts.of(id));
      found.gapsSeen = this.gaps;
      found.orderGapsSeen = this.gaps;
      this.instruments.set(id, found);
    }
    this.#last = found;
    return found;
  }

  reject(reason: QuarantineReason, detail: string): void {
    this.output.sink.reject(reason, this.output.index, detail);
  }

  /**
   * Follows the number of an entry; false for one that must not be done again. `isBook`: the entry changes the book, which a
   * snapshot may hold already.
   */
  follow(instrument: MdpInstrument, rptSeq: number, isBook: boolean): boolean {
    this.touch(instrument);
    const last = instrument.rptSeq;
    if (rptSeq === last + 1 && last >= 0) {
      instrument.rptSeq = rptSeq;
      instrument.gapsSeen = this.gaps;
      return true;
    }
    if (rptSeq <= last) {
      const isCovered = rptSeq <= instrument.snapshotRptSeq;
      if (isCovered && !isBook) return true;
      this.output.sink.remark(isCovered ? 'covered-by-snapshot' : 'repeated-entry');
      return false;
    }
    if (last >= 0) this.#tellHole(instrument, last, rptSeq);
    this.#dropWaiting(instrument);
    instrument.rptSeq = rptSeq;
    instrument.gapsSeen = this.gaps;
    // The first entry of the week: nothing was there before.
    if (rptSeq === 1) instrument.clear();
    else instrument.forget(rptSeq - 1);
    return true;
  }

  /** Notes that the event changes an instrument. */
  touch(instrument: MdpInstrument): void {
    if (instrument.isTouched) return;
    instrument.isTouched = true;
    this.#touched.push(instrument);
  }

  /** The hole of an instrument is news unless packets are missing too: then it is a part of that gap. */
  #tellHole(instrument: MdpInstrument, last: number, rptSeq: number): void {
    instrument.isAfterGap = true;
    if (instrument.gapsSeen !== this.gaps) this.output.sink.remark('rpt-seq-gap');
    else this.reject('gap', `${instrument.facts.symbol} RptSeq ${last + 1} to ${rptSeq - 1}`);
  }

  keepWaiting(instrument: MdpInstrument, change: LevelChange): void {
    if (instrument.isWhole) {
      // Every place was told since: no snapshot is needed any more.
      this.#dropWaiting(instrument);
      return;
    }
    const count = instrument.waiting?.count ?? 0;
    const isKept = this.#waitingCount < WAITING_ALL_MAX && instrument.wait(change);
    if (isKept) {
      this.#waitingCount++;
    } else {
      this.#waitingCount -= count;
      instrument.waiting = null;
      this.output.sink.remark('waiting-overflow');
    }
  }

  #dropWaiting(instrument: MdpInstrument): void {
    this.#waitingCount -= instrument.waiting?.count ?? 0;
    instrument.waiting = null;
  }

  /** A snapshot made the book of an instrument. */
  joined(instrument: MdpInstrument): void {
    this.#dropWaiting(instrument);
  }

  /** The venue says that a book is empty now. */
  resetBook(instrument: MdpInstrument): void {
    this.touch(instrument);
    this.#dropWaiting(instrument);
    instrument.clear();
    this.#rows.clear(instrument, SIDE_BOTH, 0, 0);
    this.#orderRows.add(instrument, this.#clear, 0, 0);
  }

  /** All books of the channel at hand are empty, and their numbers start anew. */
  resetChannel(): void {
    for (const instrument of this.instruments.values()) {
      if (instrument.channel !== this.channel) continue;
      this.resetBook(instrument);
      instrument.rptSeq = 0;
      instrument.snapshotRptSeq = -1;
    }
  }

  /** Numbers of a channel start anew without a word about its books: they are not known. */
  restartChannel(): void {
    this.endEvent(false);
    for (const instrument of this.instruments.values()) {
      if (instrument.channel !== this.channel) continue;
      this.#dropWaiting(instrument);
      instrument.rptSeq = -1;
      instrument.forget(0);
      instrument.forgetOrders(-1);
    }
    this.#waitingCount = Math.max(0, this.#waitingCount);
  }

  /** Packets are missing; what they said of whom is seen later, by the numbers of each instrument. */
  gap(): void {
    this.endEvent(false);
    this.gaps++;
  }

  /** The event is over: its last rows are written. `isWhole`: nothing of it is missing. */
  endEvent(isWhole: boolean): void {
    const touched = this.#touched;
    for (let i = 0; i < touched.length; i++) {
      const instrument = touched[i]!;
      instrument.isTouched = false;
      this.#rows.flush(instrument, isWhole ? MBP_LAST : 0);
      this.#orderRows.flush(instrument, isWhole ? MBO_LAST : 0);
      if (isWhole && this.#quotes !== null) this.#quotes.tell(instrument);
    }
    touched.length = 0;
  }

  /** Quality of what is said of an instrument's book now. */
  qualityOf(instrument: MdpInstrument): number {
    return instrument.isWhole ? 0 : QUALITY_MAYBE_BAD;
  }
}
