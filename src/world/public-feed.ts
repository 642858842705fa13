/**
 * What the public may see of the orders' lives (L3): venue records without accounts, reserves and hidden orders. It keeps
 * what each order shows, since a venue record of an iceberg counts its reserve too.
 *
 * Differences to the venue's records: quantities of CANCELED, EXPIRED, REDUCED and RESTATED are what went from display;
 * REPLACED in place carries what is displayed then, REPLACED that lost its place 0: RESTED follows if it comes back. A trade
 * against what was not displayed names no maker. A trade of an auction names those of both orders that were displayed.
 */

import type { BinaryReader, BinaryWriter } from '../base/index.ts';
import * as domain from '../domain/index.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const {
  EV_CANCELED,
  EV_EXPIRED,
  EV_REDUCED,
  EV_REFRESHED,
  EV_REPLACED,
  EV_RESTATED,
  EV_RESTED,
  EV_TRADE,
  HEAD_FLAG_AUCTION,
  HEAD_FLAG_KEEPS_PRIORITY,
  HEAD_FLAG_MAKER_HIDDEN,
  RECORD_WORDS,
  WORD_EXTRA,
  WORD_LEAVES,
  WORD_ORDER,
  WORD_OTHER,
  WORD_OTHER_LEAVES,
  WORD_QTY,
} = domain;

export class PublicFeed {
  /** Displayed lots by order id, of orders that the public has seen and that still live. */
  readonly #shown = new Map<number, number>();

  /** Copies a record as the public sees it into `out`; false when nobody may see it. Needs every record, in order. */
  copy(words: Int32Array, at: number, out: Int32Array): boolean {
    const kind = words[at]! & 255;
    if (kind === EV_TRADE) {
      this.#copyTrade(words, at, out);
      return true;
    }
    const orderId = words[at + WORD_ORDER]!;
    const qty = this.#displayChange(words, at, kind, orderId, this.#shown.get(orderId));
    if (qty < 0) return false;
    for (let i = 0; i < RECORD_WORDS; i++) out[i] = words[at + i]!;
    out[WORD_QTY] = qty;
    out[WORD_LEAVES] = 0;
    out[WORD_OTHER] = 0;
    out[WORD_EXTRA] = 0;
    return true;
  }

  writeState(writer: BinaryWriter): void {
    writer.array(Int32Array.from(this.#shown.keys()));
    writer.array(Int32Array.from(this.#shown.values()));
  }

  readState(reader: BinaryReader): void {
    this.#shown.clear();
    const ids = reader.int32Array();
    const lots = reader.int32Array();
    ids.forEach((id, index) => {
      this.#shown.set(id, lots[index]!);
    });
  }

  /** Takes in what a record does to the display of an order, `before` its displayed lots. Returns the quantity to show, -1 = nothing. */
  #displayChange(
    words: Int32Array,
    at: number,
    kind: number,
    orderId: number,
    before: number | undefined,
  ): number {
    const qty = words[at + WORD_QTY]!;
    if (kind === EV_RESTED || kind === EV_REFRESHED) {
      if (qty === 0) return -1;
      this.#shown.set(orderId, qty);
      return qty;
    }
    if (before === undefined) return -1;
    const losesPlace = kind === EV_REPLACED && (words[at]! & HEAD_FLAG_KEEPS_PRIORITY) === 0;
    if (kind === EV_CANCELED || kind === EV_EXPIRED || losesPlace) {
      this.#shown.delete(orderId);
      return losesPlace ? 0 : before;
    }
    if (kind !== EV_REDUCED && kind !== EV_RESTATED && kind !== EV_REPLACED) return -1;
    // Quantity that goes is taken from the reserve first.
    const leaves = kind === EV_REPLACED ? qty : words[at + WORD_LEAVES]!;
    if (leaves >= before) return -1;
    this.#shown.set(orderId, leaves);
    return kind === EV_REPLACED ? leaves : before - leaves;
  }

  #copyTrade(words: Int32Array, at: number, out: Int32Array): void {
    if ((words[at]! & HEAD_FLAG_AUCTION) !== 0) {
      this.#copyAuctionTrade(words, at, out);
      return;
    }
    const makerId = words[at + WORD_OTHER]!;
    const shown = this.#shown.get(makerId);
    const isDisplayed = shown !== undefined && (words[at]! & HEAD_FLAG_MAKER_HIDDEN) === 0;
    for (let i = 0; i < RECORD_WORDS; i++) out[i] = words[at + i]!;
    out[WORD_ORDER] = 0;
    out[WORD_LEAVES] = 0;
    out[WORD_OTHER_LEAVES] = 0;
    if (!isDisplayed) out[WORD_OTHER] = 0;
    if (shown === undefined) return;
    if (words[at + WORD_OTHER_LEAVES] === 0) this.#shown.delete(makerId);
    else if (isDisplayed) this.#shown.set(makerId, shown - words[at + WORD_QTY]!);
  }

  #copyAuctionTrade(words: Int32Array, at: number, out: Int32Array): void {
    for (let i = 0; i < RECORD_WORDS; i++) out[i] = words[at + i]!;
    out[WORD_LEAVES] = 0;
    out[WORD_OTHER_LEAVES] = 0;
    for (const [word, leavesWord] of [
      [WORD_ORDER, WORD_LEAVES],
      [WORD_OTHER, WORD_OTHER_LEAVES],
    ] as const) {
      const orderId = words[at + word]!;
      const shown = this.#shown.get(orderId);
      if (shown === undefined) {
        out[word] = 0;
        continue;
      }
      // What an auction takes comes from display first; a new peak is told by REFRESHED.
      const left = Math.max(0, shown - words[at + WORD_QTY]!);
      if (words[at + leavesWord] === 0) this.#shown.delete(orderId);
      else this.#shown.set(orderId, left);
    }
  }
}
