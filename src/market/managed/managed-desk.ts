/**
 * What a venue looks after in all its books, joined to their events: after each command the desk reads what the books said,
 * record by record, and lets quotes and managed orders act until nothing is due (market-rules §1.18).
 *
 *   command ─► book: answer, fills, rest, triggered stops
 *                 ─► read ─► next action ─► its records ─► read ─► next action ─► ... ─► nothing is due
 *
 * The next action is, in this order: quotes pulled by market maker protection; then, instrument by instrument as records
 * touched them, what `ManagedOrders` has due.
 */

import { type BinaryReader, type BinaryWriter, invariant } from '../../base/index.ts';
import { type EventBuffer, RECORD_WORDS, type Stateful, WORD_INSTRUMENT } from '../../domain/index.ts';
import type { ManagedBook } from './managed-book.ts';
import { ManagedOrders } from './managed-orders.ts';
import { MassQuotes, type QuoteHost } from './mass-quotes.ts';
import { WHOLE_VENUE } from './quote-protection.ts';
import type { ManagedRules } from './terms.ts';

/** Commands that may follow one command. Every action uses up quantity or a round, so that this is never met. */
export const MANAGED_ACTIONS_MAX = 1 << 24;

export class ManagedDesk implements Stateful {
  /** By instrument. */
  readonly orders: readonly ManagedOrders[];
  readonly quotes: MassQuotes;
  readonly #events: EventBuffer;
  /** Instruments with managed orders that the command at hand concerns, in the order in which it came to them. */
  readonly #touched: number[] = [];

  /**
   * All books write to `events`. `issueOrderId` gives the venue's next order id, for an order that carries the managed one
   * of the given id (0: for a quote); `rulesOf` the rules of an instrument; `quoteHost` is for venues that say more of quotes.
   */
  constructor(
    books: readonly ManagedBook[],
    events: EventBuffer,
    issueOrderId: (originId: number) => number,
    rulesOf: (instrument: number) => Partial<ManagedRules> = () => ({}),
    quoteHost: QuoteHost = { issueOrderId: () => issueOrderId(0), refused() {}, venueOf: () => 0 },
  ) {
    this.#events = events;
    this.orders = books.map((book, index) => new ManagedOrders(book, index, issueOrderId, rulesOf(index)));
    this.quotes = new MassQuotes(books, events, quoteHost);
  }

  /**
   * Follows a command whose records start at `from` in the events, and whose instrument is known (WHOLE_VENUE: all). To be
   * called after every command to a book or to the desk, before the events are cleared. The time is that of the events.
   */
  afterCommand(instrument: number, from: number): void {
    this.#touched.length = 0;
    if (instrument === WHOLE_VENUE)
      for (let index = 0; index < this.orders.length; index++) this.#touch(index);
    else this.#touch(instrument);
    if (this.#touched.length === 0 && this.quotes.isIdle) return;
    let record = this.#read(from);
    for (let left = MANAGED_ACTIONS_MAX; this.#act(); left--) {
      invariant(left > 0, 'what follows a command comes to an end within MANAGED_ACTIONS_MAX actions');
      record = this.#read(record);
    }
    for (const index of this.#touched) this.orders[index]!.end();
  }

  writeState(writer: BinaryWriter): void {
    writer.section('managedDesk');
    this.quotes.writeState(writer);
    for (const orders of this.orders) orders.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    reader.section('managedDesk');
    this.quotes.readState(reader);
    for (const orders of this.orders) orders.readState(reader);
  }

  #touch(instrument: number): void {
    const orders = this.orders[instrument];
    if (orders === undefined || orders.size === 0 || this.#touched.includes(instrument)) return;
    this.#touched.push(instrument);
    orders.begin();
  }

  /** Takes in the records from `record` on; gives the number of those that there are. */
  #read(record: number): number {
    for (let next = record; next < this.#events.count; next++) {
      const words = this.#events.words;
      const at = next * RECORD_WORDS;
      const instrument = words[at + WORD_INSTRUMENT]!;
      this.#touch(instrument);
      if (this.#touched.includes(instrument)) this.orders[instrument]!.read(words, at);
      this.quotes.read(words, at);
    }
    return this.#events.count;
  }

  #act(): boolean {
    if (this.quotes.act()) return true;
    return this.#touched.some((instrument) => this.orders[instrument]!.act());
  }
}
