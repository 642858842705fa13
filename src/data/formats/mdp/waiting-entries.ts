/**
 * What a feed said of a book that is not known, kept until a snapshot comes: the snapshot is some messages old, and what was said
 * since has to be done to it again. Numbers in one array, so that thousands of instruments can wait.
 */

const WORDS = 9;
const FIRST_ENTRIES = 16;
const WORD = 4_294_967_296;

/** Entries that may wait for one instrument, and for all of a capture; beyond that only a newer snapshot helps. */
export const WAITING_PER_BOOK_MAX = 4096;
export const WAITING_ALL_MAX = 1 << 20;

/** One change of a level. */
export interface LevelChange {
  rptSeq: number;
  /** MDEntryType as its letter's code, MDUpdateAction, and place from 0. */
  type: number;
  action: number;
  place: number;
  /** Whether it names a price; deletions may not. */
  isPriced: boolean;
  high: number;
  low: number;
  qty: number;
  orders: number;
}

export function newLevelChange(): LevelChange {
  return { rptSeq: 0, type: 0, action: 0, place: 0, isPriced: false, high: 0, low: 0, qty: 0, orders: 0 };
}

export class WaitingEntries {
  #words = new Int32Array(FIRST_ENTRIES * WORDS);
  count = 0;

  add(change: LevelChange): void {
    const at = this.count * WORDS;
    if (at === this.#words.length) {
      const larger = new Int32Array(2 * at);
      larger.set(this.#words);
      this.#words = larger;
    }
    const words = this.#words;
    words[at] = change.rptSeq;
    words[at + 1] = change.type;
    words[at + 2] = change.action;
    words[at + 3] = change.place;
    words[at + 4] = change.high;
    words[at + 5] = change.low;
    words[at + 6] = Math.floor(change.qty / WORD);
    words[at + 7] = change.qty % WORD;
    words[at + 8] = change.orders;
    this.count++;
  }

  /** Fills `out` with the entry at `index`. */
  read(index: number, out: LevelChange): void {
    const words = this.#words;
    const at = index * WORDS;
    out.rptSeq = words[at]! >>> 0;
    out.type = words[at + 1]!;
    out.action = words[at + 2]!;
    out.place = words[at + 3]!;
    out.isPriced = true;
    out.high = words[at + 4]!;
    out.low = words[at + 5]! >>> 0;
    out.qty = (words[at + 6]! >>> 0) * WORD + (words[at + 7]! >>> 0);
    out.orders = words[at + 8]!;
  }
}
