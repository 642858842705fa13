/**
 * What is known of one instrument of a channel: its name and scale of prices, its book by levels, and how far its numbered messages
 * were followed.
 *
 *   RptSeq   … 7 8 9 │ hole │ 13 14 …        after a hole nothing of the book is known; changes wait in `waiting`
 *                              ▲
 *            snapshot of 12 or later: levels set, waiting changes after it done again, book known
 */

import { type BestQuote, newBestQuote } from './best-quote.ts';
import { LevelSide } from './level-side.ts';
import { type HeldOrder, newHeldOrder, type OrderChange } from './order-rows.ts';
import { type Fraction, ONE, PriceScale } from './price-scale.ts';
import { type LevelChange, WAITING_PER_BOOK_MAX, WaitingEntries } from './waiting-entries.ts';

/** Levels of outright and implied books, where no definition says otherwise (market-rules §12.4). */
export const OUTRIGHT_DEPTH = 10;
export const IMPLIED_DEPTH = 2;

export const TYPE_BID = 0x30;
export const TYPE_ASK = 0x31;
export const TYPE_IMPLIED_BID = 0x45;
export const TYPE_IMPLIED_ASK = 0x46;
export const TYPE_BOOK_RESET = 0x4a;

/** Names, scales and depths of an instrument, from its definition or an option. */
export interface InstrumentFacts {
  readonly symbol: string;
  readonly group: string;
  readonly asset: string;
  /** From the shown to the conventional price; null where nobody said. */
  readonly factor: Fraction | null;
  readonly outrightDepth: number;
  readonly impliedDepth: number;
}

/** A change of an order, with the packet it came in. */
export interface WaitingOrder extends OrderChange {
  readonly sequence: number;
}

/** The last row of the book that was made in an event that has not ended: whether it is the last is not known before. */
export interface HeldRow {
  isHeld: boolean;
  isClear: boolean;
  /** 0 buy, 1 sell, 255 both. */
  side: number;
  high: number;
  low: number;
  qty: number;
  orders: number;
  /** From 1; 0 for none. */
  level: number;
  flags: number;
  quality: number;
  sequence: number;
  eventHigh: number;
  eventLow: number;
  receivedSeconds: number;
  receivedNanos: number;
  index: number;
}

export class MdpInstrument {
  readonly id: number;
  /** Channel that told of it first. */
  readonly channel: number;
  readonly facts: InstrumentFacts;
  readonly best: BestQuote = newBestQuote();
  readonly scale7: PriceScale;
  readonly scale9: PriceScale;
  readonly bid: LevelSide;
  readonly ask: LevelSide;
  readonly impliedBid: LevelSide;
  readonly impliedAsk: LevelSide;
  /** Number of its last entry; -1 before the first. */
  rptSeq = -1;
  /** Entries up to this number are in the snapshot that made the book. */
  snapshotRptSeq = -1;
  /** A snapshot has to hold at least this number to help. */
  neededRptSeq = -1;
  waiting: WaitingEntries | null = null;
  /** Gaps of the channel that were counted when its last entry came. */
  gapsSeen = 0;
  /** The next record follows a hole. */
  isAfterGap = false;
  /** In the list of those that the event changed. */
  isTouched = false;
  /** Whether implied prices were ever seen: most instruments have none. */
  hasImplied = false;
  /** Orders are followed from a snapshot of them on, or from an empty book. */
  areOrdersKnown = false;
  /** First packet of orders behind the last hole, -1 for none yet: a snapshot of them has to hold all before it. */
  neededSequence = -1;
  /** Gaps of the channel that were counted when its orders were told last. */
  orderGapsSeen = 0;
  /** Changes of orders that wait for a snapshot; null when too many did. */
  waitingOrders: WaitingOrder[] | null = [];
  readonly heldOrder: HeldOrder = newHeldOrder();
  /** SecurityTradingStatus that was told last; -1 for none. */
  status = -1;
  readonly held: HeldRow = {
    isHeld: false,
    isClear: false,
    side: 0,
    high: 0,
    low: 0,
    qty: 0,
    orders: 0,
    level: 0,
    flags: 0,
    quality: 0,
    sequence: 0,
    eventHigh: 0,
    eventLow: 0,
    receivedSeconds: 0,
    receivedNanos: 0,
    index: 0,
  };

  constructor(id: number, channel: number, facts: InstrumentFacts) {
    this.id = id;
    this.channel = channel;
    this.facts = facts;
    const factor = facts.factor ?? ONE;
    this.scale7 = new PriceScale(7, factor);
    this.scale9 = new PriceScale(9, factor);
    this.bid = new LevelSide(facts.outrightDepth);
    this.ask = new LevelSide(facts.outrightDepth);
    this.impliedBid = new LevelSide(facts.impliedDepth);
    this.impliedAsk = new LevelSide(facts.impliedDepth);
  }

  /** The side of the book that an entry type names; null for other types. */
  side(type: number): LevelSide | null {
    switch (type) {
      case TYPE_BID:
        return this.bid;
      case TYPE_ASK:
        return this.ask;
      case TYPE_IMPLIED_BID:
        return this.impliedBid;
      case TYPE_IMPLIED_ASK:
        return this.impliedAsk;
      default:
        return null;
    }
  }

  /** Whether every place of the book is known. */
  get isWhole(): boolean {
    return (
      this.bid.isWhole &&
      this.ask.isWhole &&
      (!this.hasImplied || (this.impliedBid.isWhole && this.impliedAsk.isWhole))
    );
  }

  /** The book is known to be empty. */
  clear(): void {
    this.bid.clear();
    this.ask.clear();
    this.impliedBid.clear();
    this.impliedAsk.clear();
    this.waiting = null;
    this.clearOrders();
  }

  /** Its orders are known: there are none. */
  clearOrders(): void {
    this.areOrdersKnown = true;
    this.waitingOrders = null;
  }

  /** Packets are missing: its orders are known again from a snapshot on that holds everything before `sequence`. */
  forgetOrders(sequence: number): void {
    this.areOrdersKnown = false;
    this.neededSequence = sequence;
    this.waitingOrders = [];
  }

  /** Entries are missing: nothing of the book is known. */
  forget(neededRptSeq: number): void {
    this.bid.forget();
    this.ask.forget();
    this.impliedBid.forget();
    this.impliedAsk.forget();
    this.neededRptSeq = neededRptSeq;
    this.snapshotRptSeq = -1;
    this.waiting = new WaitingEntries();
  }

  /** Keeps a change for the snapshot that will come; false when too many wait, and none is kept any more. */
  wait(change: LevelChange): boolean {
    if (this.waiting === null) return false;
    if (this.waiting.count < WAITING_PER_BOOK_MAX) {
      this.waiting.add(change);
      return true;
    }
    this.neededRptSeq = change.rptSeq;
    this.waiting = null;
    return false;
  }
}
