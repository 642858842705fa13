/**
 * Snapshots: what makes a book known that was not. One of a book holds its levels and figures up to a number of the instrument
 * (RptSeq, tag 83), one of orders all orders up to a packet (LastMsgSeqNumProcessed, tag 369), in pieces. Both come again and again;
 * an instrument that is known is only compared.
 * Source: market-rules §12.4, §12.8.
 */

import type { SbeValues } from '../sbe/index.ts';
import { isFinalSettle, SETTLE_NONE, settleWords } from '../settle-type.ts';
import type { BookMessages } from './book-messages.ts';
import {
  type BookRows,
  MBP_IMPLIED,
  MBP_SNAPSHOT,
  QUALITY_SNAPSHOT,
  SIDE_BOTH,
  SIDE_BUY,
  SIDE_SELL,
} from './book-rows.ts';
import { bigOf, decimalOf, entriesOf, numberOf, scaledPrice, textOf } from './decoded.ts';
import type { MdpFeed } from './feed.ts';
import type { MdpInstrument } from './instrument.ts';
import { LevelSide, PLACE_EMPTY, PLACE_LEVEL } from './level-side.ts';
import {
  MBO_ADD,
  MBO_CLEAR,
  MBO_SNAPSHOT,
  newOrderChange,
  type OrderChange,
  type OrderRows,
} from './order-rows.ts';
import { dayNs, kindOf, type StatisticsMessages } from './statistics-messages.ts';
import type { StatusMessages } from './status-messages.ts';
import { newLevelChange } from './waiting-entries.ts';

/** Pieces of snapshots of orders that are kept until the last one comes. */
export const SNAPSHOT_PIECES_MAX = 100_000;
const FLAG_NONE = 255;

/** The orders of one instrument, as far as their pieces came. */
interface Pieces {
  readonly sequence: number;
  readonly count: number;
  readonly orders: OrderChange[];
  received: number;
}

export interface SnapshotParts {
  readonly feed: MdpFeed;
  readonly books: BookMessages;
  readonly rows: BookRows;
  readonly orderRows: OrderRows;
  readonly statistics: StatisticsMessages;
  readonly status: StatusMessages;
}

export class SnapshotMessages {
  readonly #parts: SnapshotParts;
  readonly #pieces = new Map<number, Pieces>();

  constructor(parts: SnapshotParts) {
    this.#parts = parts;
  }

  /** A snapshot of levels and figures. `isNumbered`: it has the number of the instrument; those over TCP have not. */
  readBook(values: SbeValues, isNumbered: boolean): void {
    const { feed } = this.#parts;
    const instrument = feed.instrument(numberOf(values, 'SecurityID') ?? 0);
    const rptSeq = isNumbered ? (numberOf(values, 'RptSeq') ?? 0) : instrument.rptSeq;
    if (isNumbered && this.#isKnown(instrument) && rptSeq <= instrument.rptSeq) {
      this.#compare(instrument, values, rptSeq);
      return;
    }
    if (isNumbered && rptSeq < this.#needed(instrument)) {
      feed.output.sink.remark('old-snapshot');
      return;
    }
    feed.touch(instrument);
    this.#setLevels(instrument, values);
    if (isNumbered) this.#redo(instrument, rptSeq);
    feed.joined(instrument);
    this.#tellBook(instrument);
    this.#tellFigures(instrument, values);
    const status = numberOf(values, 'MDSecurityTradingStatus');
    if (status !== null) this.#parts.status.tellIfNew(instrument, status);
    feed.output.sink.remark('snapshot-joined');
    feed.endEvent(true);
  }

  #isKnown(instrument: MdpInstrument): boolean {
    return instrument.rptSeq >= 0 && instrument.waiting === null && instrument.isWhole;
  }

  /** The number that a snapshot must hold: with changes that wait, what is before them; without, all that came. */
  #needed(instrument: MdpInstrument): number {
    if (instrument.rptSeq < 0) return 0;
    return instrument.waiting === null ? instrument.rptSeq : instrument.neededRptSeq;
  }

  /** A known book and a snapshot of the same number are equal; if not, the snapshot is right. */
  #compare(instrument: MdpInstrument, values: SbeValues, rptSeq: number): void {
    const { feed } = this.#parts;
    if (rptSeq < instrument.rptSeq) {
      feed.output.sink.remark('snapshot-not-needed');
      return;
    }
    const told = new Map<LevelSide, LevelSide>();
    for (const side of [instrument.bid, instrument.ask, instrument.impliedBid, instrument.impliedAsk]) {
      const empty = new LevelSide(side.depth);
      empty.clear();
      told.set(side, empty);
    }
    for (const { side, place, high, low, qty, orders } of this.#levels(instrument, values)) {
      told.get(side)!.put(place, high, low, qty, orders);
    }
    if ([...told].every(([mine, theirs]) => isSame(mine, theirs))) {
      feed.output.sink.remark('snapshot-agrees');
      return;
    }
    feed.reject(
      'level-order',
      `${instrument.facts.symbol} the snapshot of RptSeq ${rptSeq} has another book`,
    );
    feed.touch(instrument);
    this.#setLevels(instrument, values);
    this.#tellBook(instrument);
    feed.endEvent(true);
  }

  #setLevels(instrument: MdpInstrument, values: SbeValues): void {
    for (const side of [instrument.bid, instrument.ask, instrument.impliedBid, instrument.impliedAsk])
      side.clear();
    for (const { side, place, high, low, qty, orders } of this.#levels(instrument, values)) {
      side.put(place, high, low, qty, orders);
    }
  }

  *#levels(instrument: MdpInstrument, values: SbeValues) {
    const { feed } = this.#parts;
    for (const entry of entriesOf(values, 'NoMDEntries')) {
      const type = textOf(entry, 'MDEntryType') ?? '';
      const side = instrument.side(type.charCodeAt(0));
      if (side === null) continue;
      if (side === instrument.impliedBid || side === instrument.impliedAsk) instrument.hasImplied = true;
      const place = (numberOf(entry, 'MDPriceLevel') ?? 0) - 1;
      const price = scaledPrice(instrument, decimalOf(entry, 'MDEntryPx'));
      const qty = numberOf(entry, 'MDEntrySize');
      if (place < 0 || place >= side.depth || price === null || qty === null) {
        feed.reject('level-order', `${instrument.facts.symbol} level ${place + 1} of a snapshot`);
        continue;
      }
      const orders = numberOf(entry, 'NumberOfOrders') ?? -1;
      yield { side, place, high: price.high, low: price.low, qty, orders };
    }
  }

  /** Does again what came behind the snapshot. */
  #redo(instrument: MdpInstrument, rptSeq: number): void {
    const { waiting } = instrument;
    instrument.snapshotRptSeq = rptSeq;
    instrument.rptSeq = Math.max(instrument.rptSeq, rptSeq);
    if (waiting === null) return;
    const change = newLevelChange();
    for (let i = 0; i < waiting.count; i++) {
      waiting.read(i, change);
      if (change.rptSeq > rptSeq) this.#parts.books.apply(instrument, change, false);
    }
  }

  /** The whole book as rows: everything is empty, then each level. */
  #tellBook(instrument: MdpInstrument): void {
    const { rows } = this.#parts;
    rows.clear(instrument, SIDE_BOTH, MBP_SNAPSHOT, QUALITY_SNAPSHOT);
    this.#tellSide(instrument, instrument.bid, SIDE_BUY, MBP_SNAPSHOT);
    this.#tellSide(instrument, instrument.ask, SIDE_SELL, MBP_SNAPSHOT);
    this.#tellSide(instrument, instrument.impliedBid, SIDE_BUY, MBP_SNAPSHOT | MBP_IMPLIED);
    this.#tellSide(instrument, instrument.impliedAsk, SIDE_SELL, MBP_SNAPSHOT | MBP_IMPLIED);
  }

  #tellSide(instrument: MdpInstrument, side: LevelSide, sideCode: number, flags: number): void {
    for (let at = 0; at < side.depth; at++) {
      if (side.states[at] !== PLACE_LEVEL) continue;
      const { high, low, qty, orders } = side;
      this.#parts.rows.set(
        instrument,
        sideCode,
        high[at]!,
        low[at]!,
        qty[at]!,
        orders[at]!,
        at + 1,
        flags,
        QUALITY_SNAPSHOT,
      );
    }
  }

  #tellFigures(instrument: MdpInstrument, values: SbeValues): void {
    const { statistics } = this.#parts;
    const priced = (name: string): string | null =>
      scaledPrice(instrument, decimalOf(values, name))?.text ?? null;
    statistics.tellLimits(
      instrument,
      priced('HighLimitPrice'),
      priced('LowLimitPrice'),
      priced('MaxPriceVariation'),
    );
    for (const entry of entriesOf(values, 'NoMDEntries')) {
      const type = textOf(entry, 'MDEntryType') ?? '';
      const kind = kindOf(type, numberOf(entry, 'OpenCloseSettlFlag') ?? FLAG_NONE);
      if (kind === null) continue;
      const settle = kind === 'settlement' ? (numberOf(entry, 'SettlPriceType') ?? SETTLE_NONE) : SETTLE_NONE;
      statistics.tell(instrument, {
        kind,
        price: scaledPrice(instrument, decimalOf(entry, 'MDEntryPx'))?.text ?? null,
        value: numberOf(entry, 'MDEntrySize'),
        tsReference: dayNs(numberOf(entry, 'TradingReferenceDate')),
        isFinal: isFinalSettle(settle),
        detail: settleWords(settle),
        quality: QUALITY_SNAPSHOT,
      });
    }
  }

  /** A piece of a snapshot of orders. */
  readOrders(values: SbeValues): void {
    const { feed } = this.#parts;
    const instrument = feed.instrument(numberOf(values, 'SecurityID') ?? 0);
    const sequence = numberOf(values, 'LastMsgSeqNumProcessed') ?? 0;
    const count = numberOf(values, 'NoChunks') ?? 1;
    const piece = numberOf(values, 'CurrentChunk') ?? 1;
    if (instrument.areOrdersKnown && instrument.orderGapsSeen === feed.gaps) {
      feed.output.sink.remark('snapshot-not-needed');
      return;
    }
    if (sequence < instrument.neededSequence - 1) {
      feed.output.sink.remark('old-snapshot');
      return;
    }
    let pieces = this.#pieces.get(instrument.id);
    if (piece === 1 || pieces === undefined || pieces.sequence !== sequence) {
      if (piece !== 1) return;
      if (this.#pieces.size >= SNAPSHOT_PIECES_MAX) this.#pieces.clear();
      pieces = { sequence, count, orders: [], received: 0 };
      this.#pieces.set(instrument.id, pieces);
    }
    // A piece that was lost spoils the whole; the next round brings it again.
    if (piece !== pieces.received + 1) return;
    pieces.received = piece;
    this.#addOrders(instrument, values, pieces.orders);
    if (piece !== pieces.count) return;
    this.#pieces.delete(instrument.id);
    this.#tellOrders(instrument, pieces);
  }

  #addOrders(instrument: MdpInstrument, values: SbeValues, orders: OrderChange[]): void {
    for (const entry of entriesOf(values, 'NoMDEntries')) {
      const id = bigOf(entry, 'OrderID') ?? 0n;
      const priority = bigOf(entry, 'MDOrderPriority');
      const price = scaledPrice(instrument, decimalOf(entry, 'MDEntryPx'));
      const type = textOf(entry, 'MDEntryType');
      if (price === null || (type !== '0' && type !== '1')) {
        this.#parts.feed.reject('field-value', `${instrument.facts.symbol} order ${id} of a snapshot`);
        continue;
      }
      orders.push({
        action: MBO_ADD,
        side: type === '0' ? SIDE_BUY : SIDE_SELL,
        idHigh: Number(id >> 32n),
        idLow: Number(id & 0xffff_ffffn),
        hasPriority: priority !== null,
        priorityHigh: Number((priority ?? 0n) >> 32n),
        priorityLow: Number((priority ?? 0n) & 0xffff_ffffn),
        hasPrice: true,
        high: price.high,
        low: price.low,
        qty: numberOf(entry, 'MDDisplayQty') ?? -1,
      });
    }
  }

  #tellOrders(instrument: MdpInstrument, { sequence, orders }: Pieces): void {
    const { feed, orderRows } = this.#parts;
    feed.touch(instrument);
    orderRows.add(
      instrument,
      { ...newOrderChange(), action: MBO_CLEAR, side: SIDE_BOTH },
      MBO_SNAPSHOT,
      QUALITY_SNAPSHOT,
    );
    for (const order of orders) orderRows.add(instrument, order, MBO_SNAPSHOT, QUALITY_SNAPSHOT);
    for (const change of instrument.waitingOrders ?? []) {
      if (change.sequence > sequence) orderRows.add(instrument, change, MBO_SNAPSHOT, QUALITY_SNAPSHOT);
    }
    instrument.clearOrders();
    instrument.orderGapsSeen = feed.gaps;
    feed.output.sink.remark('order-snapshot-joined');
    feed.endEvent(true);
  }
}

function isSame(mine: LevelSide, theirs: LevelSide): boolean {
  for (let at = 0; at < mine.depth; at++) {
    const isLevel = mine.states[at] === PLACE_LEVEL;
    if (isLevel !== (theirs.states[at] === PLACE_LEVEL)) return false;
    if (!isLevel && mine.states[at] !== PLACE_EMPTY) continue;
    if (!isLevel) continue;
    if (
      mine.high[at] !== theirs.high[at] ||
      mine.low[at] !== theirs.low[at] ||
      mine.qty[at] !== theirs.qty[at]
    )
      return false;
  }
  return true;
}
