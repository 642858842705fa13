// hot: bench/mdp-decode.ts
/**
 * Incremental books: each entry changes one level of one side, and behind them may come the orders that changed with them. The level
 * becomes a row of `mbp` that says what stands at its price from now on; a level that falls out of sight is taken away too, so that
 * a reader who keeps prices has the book of the feed.
 * Source: market-rules §12.4.
 */

import { type BookRows, MBP_IMPLIED, QUALITY_MAYBE_BAD, SIDE_BUY, SIDE_SELL } from './book-rows.ts';
import type { MdpFeed } from './feed.ts';
import { hasPrice, readCount, readSize } from './fields.ts';
import {
  type MdpInstrument,
  TYPE_BID,
  TYPE_BOOK_RESET,
  TYPE_IMPLIED_ASK,
  TYPE_IMPLIED_BID,
} from './instrument.ts';
import type { EntryLayout, MdpTemplate } from './layouts.ts';
import { type LevelSide, PLACE_LEVEL, PLACE_UNKNOWN } from './level-side.ts';
import { type LevelChange, newLevelChange } from './waiting-entries.ts';

const ACTION_NEW = 0;
const ACTION_CHANGE = 1;
const ACTION_DELETE = 2;
const ACTION_DELETE_THRU = 3;
const ACTION_DELETE_FROM = 4;
const ACTION_OVERLAY = 5;
/** Market-wide best prices of spot FX: no levels of the book. */
const TYPE_MARKET_ASK = 0x77;
const TYPE_MARKET_BID = 0x78;

export class BookMessages {
  readonly #feed: MdpFeed;
  readonly #rows: BookRows;
  readonly #change = newLevelChange();

  constructor(feed: MdpFeed, rows: BookRows) {
    this.#feed = feed;
    this.#rows = rows;
  }

  /** Reads the entries from `at` on, which the caller has found to be whole. */
  read(view: DataView, at: number, entryBytes: number, count: number, template: MdpTemplate): void {
    const layout = template.entries!.entry;
    for (let i = 0; i < count; i++) this.#entry(view, at + i * entryBytes, layout);
  }

  #entry(view: DataView, at: number, layout: EntryLayout): void {
    const feed = this.#feed;
    const type = view.getUint8(at + layout.type);
    const instrument = feed.instrument(view.getInt32(at + layout.securityId, true));
    if (type === TYPE_MARKET_ASK || type === TYPE_MARKET_BID) {
      feed.output.sink.remark('market-best');
      return;
    }
    const rptSeq = view.getUint32(at + layout.rptSeq, true);
    if (!feed.follow(instrument, rptSeq, true)) return;
    if (type === TYPE_BOOK_RESET) {
      feed.resetBook(instrument);
      return;
    }
    const change = this.#change;
    change.rptSeq = rptSeq;
    change.type = type;
    change.action = view.getUint8(at + layout.action);
    change.place = view.getUint8(at + layout.level) - 1;
    change.orders = readCount(view, at + layout.orders);
    change.qty = readSize(view, at + layout.size, layout.isLong);
    const scale = layout.digits === 7 ? instrument.scale7 : instrument.scale9;
    const isPriced = hasPrice(view, at + layout.price);
    if (
      isPriced &&
      !scale.make(view.getInt32(at + layout.price + 4, true), view.getUint32(at + layout.price, true))
    ) {
      feed.reject('price-range', `${instrument.facts.symbol} level ${change.place + 1}`);
      return;
    }
    change.isPriced = isPriced;
    change.high = isPriced ? scale.high : 0;
    change.low = isPriced ? scale.low : 0;
    if (!this.#isPossible(instrument, change)) return;
    if (instrument.waiting !== null) feed.keepWaiting(instrument, change);
    this.apply(instrument, change, true);
  }

  /** Whether an entry says what its action needs; sets it aside if not. */
  #isPossible(instrument: MdpInstrument, change: LevelChange): boolean {
    const { symbol } = instrument.facts;
    const side = instrument.side(change.type);
    if (side === null) {
      this.#feed.reject('unknown-type', `${symbol} MDEntryType ${String.fromCharCode(change.type)}`);
      return false;
    }
    if (change.action > ACTION_OVERLAY) {
      this.#feed.reject('unknown-type', `${symbol} MDUpdateAction ${change.action}`);
      return false;
    }
    if (change.action === ACTION_DELETE_THRU) return true;
    if (change.place < 0 || change.place >= side.depth) {
      this.#feed.reject('level-order', `${symbol} level ${change.place + 1} of ${side.depth}`);
      return false;
    }
    const needsAll =
      change.action === ACTION_NEW || change.action === ACTION_CHANGE || change.action === ACTION_OVERLAY;
    if (needsAll && (!change.isPriced || change.qty < 0)) {
      this.#feed.reject('missing-value', `${symbol} level ${change.place + 1} without price or quantity`);
      return false;
    }
    return true;
  }

  /** Does a change to the book; `isTold`: with its rows. Without them it is one that a snapshot had not yet. */
  apply(instrument: MdpInstrument, change: LevelChange, isTold: boolean): void {
    const { type, action, place } = change;
    const side = instrument.side(type)!;
    const isImplied = type === TYPE_IMPLIED_BID || type === TYPE_IMPLIED_ASK;
    if (isImplied) instrument.hasImplied = true;
    const sideCode = type === TYPE_BID || type === TYPE_IMPLIED_BID ? SIDE_BUY : SIDE_SELL;
    const flags = isImplied ? MBP_IMPLIED : 0;
    switch (action) {
      case ACTION_NEW: {
        const fellOut = side.insert(place, change.high, change.low, change.qty, change.orders);
        if (isTold && fellOut) this.#gone(instrument, side, sideCode, flags);
        break;
      }
      case ACTION_CHANGE:
      case ACTION_OVERLAY: {
        if (isTold) this.#lookAt(instrument, side, change);
        const isOther = side.put(place, change.high, change.low, change.qty, change.orders);
        if (isTold && isOther) this.#gone(instrument, side, sideCode, flags);
        break;
      }
      case ACTION_DELETE:
        this.#delete(instrument, side, sideCode, flags, change, isTold);
        return;
      case ACTION_DELETE_FROM:
        for (let i = 0; i <= place; i++) this.#delete(instrument, side, sideCode, flags, NOTHING, isTold);
        return;
      default:
        side.clear();
        if (isTold) this.#rows.clear(instrument, sideCode, flags, qualityOf(side));
        return;
    }
    if (!isTold) return;
    const quality = qualityOf(side);
    this.#rows.set(
      instrument,
      sideCode,
      change.high,
      change.low,
      change.qty,
      change.orders,
      place + 1,
      flags,
      quality,
    );
  }

  #delete(
    instrument: MdpInstrument,
    side: LevelSide,
    sideCode: number,
    flags: number,
    change: LevelChange,
    isTold: boolean,
  ): void {
    const place = change.place;
    const isKnown = side.states[place] === PLACE_LEVEL;
    const high = isKnown ? side.high[place]! : change.high;
    const low = isKnown ? side.low[place]! : change.low;
    if (isTold && isKnown && change.isPriced && (change.high !== high || change.low !== low)) {
      this.#feed.reject(
        'level-order',
        `${instrument.facts.symbol} level ${place + 1} has another price than the one deleted`,
      );
    } else if (isTold && side.states[place] !== PLACE_LEVEL && side.states[place] !== PLACE_UNKNOWN) {
      this.#feed.reject('level-order', `${instrument.facts.symbol} level ${place + 1} is empty and deleted`);
    }
    side.remove(place);
    if (!isTold) return;
    if (isKnown || change.isPriced)
      this.#rows.set(instrument, sideCode, high, low, 0, 0, 0, flags, qualityOf(side));
    else this.#feed.output.sink.remark('unknown-level-deleted');
  }

  /** A change of a level that is another one, or none: the venue's word counts, and the difference is counted. */
  #lookAt(instrument: MdpInstrument, side: LevelSide, { action, place, high, low }: LevelChange): void {
    const state = side.states[place];
    if (action !== ACTION_CHANGE || state === PLACE_UNKNOWN) return;
    if (state === PLACE_LEVEL && side.high[place] === high && side.low[place] === low) return;
    const found = state === PLACE_LEVEL ? 'has another price' : 'is empty';
    this.#feed.reject('level-order', `${instrument.facts.symbol} level ${place + 1} is changed and ${found}`);
  }

  #gone(instrument: MdpInstrument, side: LevelSide, sideCode: number, flags: number): void {
    const quality = qualityOf(side);
    this.#rows.set(instrument, sideCode, side.goneHigh, side.goneLow, 0, 0, 0, flags, quality);
  }
}

/** The first level, of which a message says nothing more. */
const NOTHING = { ...newLevelChange(), action: ACTION_DELETE };

function qualityOf(side: LevelSide): number {
  return side.isWhole ? 0 : QUALITY_MAYBE_BAD;
}
