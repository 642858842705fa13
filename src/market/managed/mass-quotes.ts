/**
 * Quotes of market makers in many instruments of a venue (market-rules §1.18): one command replaces a participant's bids
 * and asks, entry by entry, each with an answer of its own. An account has one bid and one ask per instrument here, which are
 * ordinary orders of the book.
 *
 * Steps of an entry: check it; find the side that has to move first, so that a new price never meets the old one of the
 * other side; bring each side to what is asked. What does not change is not touched and keeps its place, as does a decrease;
 * a side whose new terms the book refuses is pulled. Market maker protection (quote-protection.ts) pulls quotes when it
 * trips, after the command that tripped it.
 */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import {
  BUY,
  CANCEL_QUOTE_PROTECTION,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_EXPIRED,
  EV_REJECTED,
  EV_REPLACE_REJECTED,
  EV_TRADE,
  type EventBuffer,
  HEAD_CODE_SHIFT,
  LIMIT,
  OrderTicket,
  QTY_LOTS_MAX,
  type QuoteEntry,
  type QuoteOrderTerms,
  RECORD_WORDS,
  REJECT_PRICE_RANGE,
  REJECT_QTY_RANGE,
  REJECT_QUOTES_STOPPED,
  REJECT_TERMS_CONFLICT,
  REJECT_UNKNOWN_INSTRUMENT,
  ReplaceTicket,
  readFloat64,
  SELL,
  type Side,
  type Stateful,
  UNDEF_INT32,
  WORD_HEAD,
  WORD_LEAVES,
  WORD_ORDER,
  WORD_OTHER,
  WORD_OTHER_LEAVES,
  WORD_QTY,
} from '../../domain/index.ts';
import { isPrice } from '../book/check-order.ts';
import type { ManagedBook } from './managed-book.ts';
import { type ProtectionLimits, QuoteProtection, WHOLE_VENUE } from './quote-protection.ts';
import { setReason } from './set-reason.ts';

export type { QuoteEntry } from '../../domain/index.ts';

/** What all orders of a mass quote have in common, and whose they are. */
export interface QuoteTerms extends QuoteOrderTerms {
  readonly accountId: number;
}

/** What quotes need of the venue around them. */
export interface QuoteHost {
  /** The next order id, for a quote of an account in the instrument that the events are stamped with. */
  issueOrderId(accountId: number, side: Side): number;
  /** Hears of an entry that is refused as a whole. */
  refused(accountId: number, entry: QuoteEntry, code: number): void;
  /** Number of the venue that lists an instrument: fills at one do not count at another. */
  venueOf(instrument: number): number;
}

/** What became of one side: 'none' had no quote and wants none. */
export type SideAnswer = 'none' | 'unchanged' | 'entered' | 'reduced' | 'replaced' | 'pulled' | 'refused';

export interface QuoteAnswer {
  readonly instrument: number;
  readonly bid: SideAnswer;
  readonly ask: SideAnswer;
  /** Why the entry, or a side of it, was refused; 0 if nothing was. */
  readonly code: number;
}

interface SideQuote {
  readonly accountId: number;
  readonly instrument: number;
  readonly side: Side;
  orderId: number;
  /** Price that was asked for: a post-only quote may have slid from it. UNDEF_INT32: its owner changed it as a single order. */
  askedTicks: number;
  /** Its cancel that is under way is that of protection. */
  isPulledByProtection: boolean;
}

type SidePair = readonly [bid: SideQuote, ask: SideQuote];

export class MassQuotes implements Stateful {
  readonly #books: readonly ManagedBook[];
  readonly #events: EventBuffer;
  readonly #host: QuoteHost;
  /** By account, then by instrument. */
  readonly #quotes = new Map<number, Map<number, SidePair>>();
  /** Live quotes by the id of their order. */
  readonly #byOrderId = new Map<number, SideQuote>();
  /** By venue. */
  readonly #protections: readonly QuoteProtection[];
  /** What protection has still to pull: account and instrument, or WHOLE_VENUE of a venue. */
  readonly #due: { readonly accountId: number; readonly instrument: number; readonly venue: number }[] = [];
  readonly #ticket = new OrderTicket();
  readonly #change = new ReplaceTicket();
  /** Code of the last refusal of the entry at hand. */
  #code = 0;

  constructor(books: readonly ManagedBook[], events: EventBuffer, host: QuoteHost) {
    this.#books = books;
    this.#events = events;
    this.#host = host;
    const venueCount = 1 + Math.max(...books.map((_, instrument) => host.venueOf(instrument)));
    this.#protections = Array.from({ length: venueCount }, () => new QuoteProtection());
  }

  /** Whether nobody has a quote. */
  get isIdle(): boolean {
    return this.#byOrderId.size === 0 && this.#due.length === 0;
  }

  /** Brings the quotes of an account to what is asked, entry by entry, at the time of the events; other instruments stay. */
  quote(terms: QuoteTerms, entries: readonly QuoteEntry[]): QuoteAnswer[] {
    return entries.map((entry) => this.#quoteOne(terms, entry));
  }

  /** Pulls the quotes of an account in an instrument, or in all (WHOLE_VENUE): in their order, the bid first. */
  cancel(accountId: number, instrument: number): void {
    for (const quote of this.#quotesOf(
      accountId,
      (index) => instrument === WHOLE_VENUE || instrument === index,
    ))
      this.#pull(quote);
  }

  /** Sets the limits of an account's protection at the venue of an instrument, null for none. Raises MKT_CONFIG. */
  setProtection(accountId: number, limits: ProtectionLimits | null, instrument = 0): void {
    this.#protectionOf(instrument).set(accountId, limits);
  }

  /** Lets an account quote again after its protection tripped; counting starts anew. */
  resetProtection(accountId: number): void {
    for (const protection of this.#protections) protection.reset(accountId);
  }

  /** The order of the book that is an account's quote, 0 if there is none. */
  orderIdOf(accountId: number, instrument: number, side: Side): number {
    return this.#quotes.get(accountId)?.get(instrument)?.[side].orderId ?? 0;
  }

  /** Whether an order of a book is somebody's quote. */
  isQuote(orderId: number): boolean {
    return this.#byOrderId.has(orderId);
  }

  /** Its owner changed a quote by itself: the next quote at any price is another one than the book holds. */
  replaced(orderId: number): void {
    const quote = this.#byOrderId.get(orderId);
    if (quote !== undefined) quote.askedTicks = UNDEF_INT32;
  }

  // What the venue's desk calls: read for each record, act until it is false.

  read(words: Int32Array, at: number): void {
    const kind = words[at + WORD_HEAD]! & 0xff;
    const orderId = words[at + WORD_ORDER]!;
    if (kind === EV_TRADE) {
      this.#filled(words, at, orderId, words[at + WORD_LEAVES]!);
      this.#filled(words, at, words[at + WORD_OTHER]!, words[at + WORD_OTHER_LEAVES]!);
    } else if (kind === EV_CANCELED || kind === EV_EXPIRED || kind === EV_REJECTED) {
      const isProtected = this.#byOrderId.get(orderId)?.isPulledByProtection === true;
      if (isProtected && kind === EV_CANCELED) setReason(words, at, CANCEL_QUOTE_PROTECTION);
      this.#forget(orderId);
    } else if (kind === EV_CANCEL_REJECTED) {
      const quote = this.#byOrderId.get(orderId);
      if (quote !== undefined) quote.isPulledByProtection = false;
    }
  }

  /** Pulls the quotes of the next participant whose protection tripped; false if there is none. */
  act(): boolean {
    const due = this.#due.shift();
    if (due === undefined) return false;
    const { accountId, instrument, venue } = due;
    const isMeant = (index: number): boolean =>
      instrument === WHOLE_VENUE ? this.#host.venueOf(index) === venue : index === instrument;
    for (const quote of this.#quotesOf(accountId, isMeant)) quote.isPulledByProtection = this.#pull(quote);
    return true;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('massQuotes');
    for (const protection of this.#protections) protection.writeState(writer);
    writer.int32(this.#quotes.size);
    for (const [accountId, pairs] of this.#quotes) {
      writer.int32(accountId);
      writer.int32(pairs.size);
      for (const [instrument, pair] of pairs) {
        writer.int32(instrument);
        for (const { orderId, askedTicks } of pair) {
          writer.int32(orderId);
          writer.int32(askedTicks);
        }
      }
    }
  }

  readState(reader: BinaryReader): void {
    reader.section('massQuotes');
    for (const protection of this.#protections) protection.readState(reader);
    this.#quotes.clear();
    this.#byOrderId.clear();
    for (let accounts = reader.int32(); accounts > 0; accounts--) {
      const accountId = reader.int32();
      for (let left = reader.int32(); left > 0; left--) {
        for (const quote of this.#pairOf(accountId, reader.int32())) {
          quote.orderId = reader.int32();
          quote.askedTicks = reader.int32();
          if (quote.orderId !== 0) this.#byOrderId.set(quote.orderId, quote);
        }
      }
    }
  }

  #quoteOne(terms: QuoteTerms, entry: QuoteEntry): QuoteAnswer {
    const { instrument, bidTicks, bidLots, askTicks, askLots } = entry;
    const code = this.#check(terms.accountId, entry);
    if (code !== 0) {
      this.#events.instrument = instrument;
      this.#host.refused(terms.accountId, entry, code);
      return { instrument, bid: 'refused', ask: 'refused', code };
    }
    this.#code = 0;
    const [bidQuote, askQuote] = this.#pairOf(terms.accountId, instrument);
    const moveBid = (): SideAnswer => this.#moveSide(terms, bidQuote, bidTicks, bidLots);
    const moveAsk = (): SideAnswer => this.#moveSide(terms, askQuote, askTicks, askLots);
    // The old ask is in the way of the new bid, or the old bid perhaps in that of the new ask: never both.
    const oldAsk = this.#books[instrument]!.order(askQuote.orderId);
    const isAskFirst = bidLots > 0 && oldAsk !== null && bidTicks >= oldAsk.priceTicks;
    let ask: SideAnswer = isAskFirst ? moveAsk() : 'none';
    const bid = moveBid();
    if (!isAskFirst) ask = moveAsk();
    return { instrument, bid, ask, code: this.#code };
  }

  #check(accountId: number, { instrument, bidTicks, bidLots, askTicks, askLots }: QuoteEntry): number {
    if (this.#books[instrument] === undefined) return REJECT_UNKNOWN_INSTRUMENT;
    for (const [ticks, lots] of [
      [bidTicks, bidLots],
      [askTicks, askLots],
    ] as const) {
      if (!(Number.isInteger(lots) && lots >= 0 && lots <= QTY_LOTS_MAX)) return REJECT_QTY_RANGE;
      if (lots > 0 && !isPrice(ticks)) return REJECT_PRICE_RANGE;
    }
    if (bidLots > 0 && askLots > 0 && bidTicks >= askTicks) return REJECT_TERMS_CONFLICT;
    const wantsQuote = bidLots > 0 || askLots > 0;
    return wantsQuote && this.#protectionOf(instrument).isStopped(accountId, instrument, this.#events.timeNs)
      ? REJECT_QUOTES_STOPPED
      : 0;
  }

  #moveSide(terms: QuoteTerms, quote: SideQuote, ticks: number, lots: number): SideAnswer {
    const book = this.#books[quote.instrument]!;
    const view = quote.orderId === 0 ? null : book.order(quote.orderId);
    if (lots === 0) return this.#pull(quote) ? 'pulled' : 'none';
    if (view === null) return this.#enter(terms, quote, ticks, lots) ? 'entered' : 'refused';
    const openLots = view.shownLots + view.reserveLots;
    if (ticks === quote.askedTicks) {
      if (lots === openLots) return 'unchanged';
      if (lots < openLots) {
        this.#stamp(quote);
        book.reduce(quote.orderId, quote.accountId, openLots - lots);
        return 'reduced';
      }
    }
    if (view.filledLots + lots > QTY_LOTS_MAX) {
      // One order cannot fill more in its life: another one goes on.
      this.#pull(quote);
      return this.#enter(terms, quote, ticks, lots) ? 'replaced' : 'refused';
    }
    return this.#replace(quote, ticks, lots, view.filledLots) ? 'replaced' : 'refused';
  }

  #enter(terms: QuoteTerms, quote: SideQuote, ticks: number, lots: number): boolean {
    const ticket = this.#ticket.reset();
    this.#stamp(quote);
    ticket.orderId = this.#host.issueOrderId(quote.accountId, quote.side);
    ticket.accountId = quote.accountId;
    ticket.side = quote.side;
    ticket.type = LIMIT;
    ticket.timeInForce = terms.timeInForce;
    ticket.flags = terms.flags;
    ticket.priceTicks = ticks;
    ticket.qtyLots = lots;
    ticket.stpGroup = terms.stpGroup;
    ticket.stpMode = terms.stpMode;
    quote.orderId = ticket.orderId;
    quote.askedTicks = ticks;
    this.#byOrderId.set(ticket.orderId, quote);
    const from = this.#events.count;
    this.#books[quote.instrument]!.submit(ticket);
    return this.#isTaken(from, EV_REJECTED);
  }

  #replace(quote: SideQuote, ticks: number, lots: number, filledLots: number): boolean {
    const book = this.#books[quote.instrument]!;
    const change = this.#change.reset();
    change.orderId = quote.orderId;
    change.accountId = quote.accountId;
    change.priceTicks = ticks;
    change.qtyLots = book.rules.replaceQty === 'total' ? filledLots + lots : lots;
    quote.askedTicks = ticks;
    this.#stamp(quote);
    const from = this.#events.count;
    book.replace(change);
    if (this.#isTaken(from, EV_REPLACE_REJECTED)) return true;
    this.#pull(quote);
    return false;
  }

  /** Whether the book took a command; its answer is the first record since `from`. */
  #isTaken(from: number, refusalKind: number): boolean {
    const head = this.#events.words[from * RECORD_WORDS + WORD_HEAD]!;
    if ((head & 0xff) !== refusalKind) return true;
    this.#code = head >>> HEAD_CODE_SHIFT;
    return false;
  }

  /** Cancels a quote if there is one. */
  #pull(quote: SideQuote): boolean {
    const book = this.#books[quote.instrument]!;
    if (quote.orderId === 0 || !book.has(quote.orderId)) return false;
    this.#stamp(quote);
    book.cancel(quote.orderId, quote.accountId);
    return true;
  }

  #filled(words: Int32Array, at: number, orderId: number, leavesLots: number): void {
    const quote = this.#byOrderId.get(orderId);
    if (quote === undefined) return;
    const { accountId, instrument } = quote;
    const pulls = this.#protectionOf(instrument).fill(
      accountId,
      instrument,
      readFloat64(words, at + 2),
      words[at + WORD_QTY]!,
    );
    if (pulls !== null)
      this.#due.push({ accountId, instrument: pulls, venue: this.#host.venueOf(instrument) });
    if (leavesLots === 0) this.#forget(orderId);
  }

  #forget(orderId: number): void {
    const quote = this.#byOrderId.get(orderId);
    if (quote === undefined) return;
    this.#byOrderId.delete(orderId);
    quote.isPulledByProtection = false;
    if (quote.orderId === orderId) quote.orderId = 0;
  }

  #pairOf(accountId: number, instrument: number): SidePair {
    let pairs = this.#quotes.get(accountId);
    if (pairs === undefined) {
      pairs = new Map();
      this.#quotes.set(accountId, pairs);
    }
    let pair = pairs.get(instrument);
    if (pair === undefined) {
      pair = [newQuote(accountId, instrument, BUY), newQuote(accountId, instrument, SELL)];
      pairs.set(instrument, pair);
    }
    return pair;
  }

  #protectionOf(instrument: number): QuoteProtection {
    return this.#protections[this.#host.venueOf(instrument)] ?? this.#protections[0]!;
  }

  /** Quotes of an account in some instruments, in their order, the bid first. */
  #quotesOf(accountId: number, isMeant: (instrument: number) => boolean): SideQuote[] {
    const pairs = [...(this.#quotes.get(accountId) ?? [])].filter(([instrument]) => isMeant(instrument));
    return pairs.sort(([one], [other]) => one - other).flatMap(([, pair]) => pair);
  }

  #stamp({ instrument }: SideQuote): void {
    this.#events.instrument = instrument;
  }
}

function newQuote(accountId: number, instrument: number, side: Side): SideQuote {
  return { accountId, instrument, side, orderId: 0, askedTicks: 0, isPulledByProtection: false };
}
