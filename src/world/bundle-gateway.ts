/**
 * The way of a message with several orders into the venue: groups, brackets and mass quotes travel as one parcel, which passes
 * links, gateways and speed bumps as one command does; limits of market maker protection fit the payload of the event.
 *
 * Payload words of an event: 0 kind, 1 instrument (of its venue), 2 number of the parcel. CMD_PROTECT: 2 code, 3 fills, 4 lots,
 * 5-6 window (float64), 7-8 stop (float64).
 *
 * ```
 * group, bracket   [kind of message, on fill, then per order: the payload of a command of one order]
 * mass quote       [time in force, flags, self-trade group, self-trade mode, then per entry: instrument and QUOTE_WORDS - 1 more]
 * ```
 */

import {
  type AgentQuote,
  BUY,
  CMD_LINKED,
  CMD_PROTECT,
  CMD_QUOTE,
  type EventBuffer,
  HEAD_CODE_SHIFT,
  type LinkedOrder,
  type LinkedRole,
  linkedCode,
  ON_FILL_RULES,
  type OnFill,
  OrderTicket,
  PROTECTION_SCOPES,
  type ProtectionLimits,
  type QuoteOrderTerms,
  RECORD_WORDS,
  REJECT_VENUE_DOWN,
  readFloat64,
  SELL,
  type StpMode,
  TERMS_FLAGS_SHIFT,
  TERMS_STP_SHIFT,
  TERMS_TIF_SHIFT,
  type TimeInForce,
  UNDEF_INT32,
  WORD_OTHER,
  WORD_QTY,
  writeFloat64,
} from '../domain/index.ts';
import type { ManagedEntry, Venue } from '../market/index.ts';
import { COMMAND_WORDS, type Gateway } from './gateway.ts';
import type { OrderTable } from './order-table.ts';
import type { Parcels } from './parcels.ts';
import { isTaking } from './taking.ts';

const GROUP = 0;
const BRACKET = 1;
const LINKED_HEAD_WORDS = 2;
const QUOTE_HEAD_WORDS = 4;
const QUOTE_WORDS = 7;
/** A limit that is not there. */
const NONE = -1;

const RECORD_DOUBLES = RECORD_WORDS / 2;
/** Window and stop of CMD_PROTECT, in doubles from the start of the record. */
const WINDOW_DOUBLE = WORD_QTY / 2;
const STOP_DOUBLE = WORD_OTHER / 2;

export interface BundleParts {
  readonly venue: Venue;
  readonly events: EventBuffer;
  readonly orders: OrderTable;
  readonly parcels: Parcels;
  readonly gateway: Gateway;
  /** Has GTD orders looked after at their time. */
  readonly noteExpiry: (timeNs: number) => void;
}

/** Whether a command is for a BundleGateway. */
export function isBundle(kind: number): boolean {
  return kind === CMD_LINKED || kind === CMD_QUOTE || kind === CMD_PROTECT;
}

export class BundleGateway {
  readonly #parts: BundleParts;

  constructor(parts: BundleParts) {
    this.#parts = parts;
  }

  /** `words` at `at` is the payload of an event that is on its way. An entry whose exits follow is a bracket. */
  packLinked(
    words: Int32Array,
    at: number,
    instrument: number,
    isBracket: boolean,
    orders: readonly LinkedOrder[],
    onFill: OnFill,
  ): void {
    const { gateway, parcels } = this.#parts;
    const parcel = new Int32Array(LINKED_HEAD_WORDS + orders.length * COMMAND_WORDS);
    parcel[0] = isBracket ? BRACKET : GROUP;
    parcel[1] = ON_FILL_RULES.indexOf(onFill);
    orders.forEach(({ ref, ticket, terms, expireTimeNs = 0 }, index) => {
      const to = LINKED_HEAD_WORDS + index * COMMAND_WORDS;
      gateway.packNew(parcel, to, instrument, ref, ticket, expireTimeNs);
      gateway.packManaged(parcel, to, terms);
    });
    address(words, at, CMD_LINKED, instrument, parcels.add(parcel));
  }

  packQuotes(
    words: Int32Array,
    at: number,
    { timeInForce, flags, stpGroup, stpMode }: QuoteOrderTerms,
    quotes: readonly AgentQuote[],
  ): void {
    const parcel = Int32Array.of(
      timeInForce,
      flags,
      stpGroup,
      stpMode,
      ...quotes.flatMap((quote) => [
        quote.instrument,
        quote.bidRef,
        quote.bidTicks,
        quote.bidLots,
        quote.askRef,
        quote.askTicks,
        quote.askLots,
      ]),
    );
    address(words, at, CMD_QUOTE, quotes[0]!.instrument, this.#parts.parcels.add(parcel));
  }

  packProtection(words: Int32Array, at: number, instrument: number, limits: ProtectionLimits | null): void {
    address(
      words,
      at,
      CMD_PROTECT,
      instrument,
      limits === null ? 0 : PROTECTION_SCOPES.indexOf(limits.scope),
    );
    words[at + 3] = limits?.fillsMax ?? NONE;
    words[at + 4] = limits?.lotsMax ?? NONE;
    writeFloat64(words, at + 5, limits?.windowNs ?? 0);
    writeFloat64(words, at + 7, limits?.stoppedNs ?? NONE);
  }

  /** Whether a command on its way holds an order that would take liquidity now; exits of a bracket wait for their entry. */
  isTaking(words: Int32Array, at: number): boolean {
    const kind = words[at]!;
    const { parcels, venue } = this.#parts;
    if (kind !== CMD_LINKED && kind !== CMD_QUOTE) return isTaking(venue, words, at);
    const parcel = parcels.look(words[at + 2]!);
    if (kind === CMD_QUOTE) {
      return quotesIn(parcel).some(({ instrument, bidTicks, bidLots, askTicks, askLots }) => {
        const book = venue.books[instrument];
        if (book === undefined) return false;
        const [bid, ask] = [book.bestTicks(BUY), book.bestTicks(SELL)];
        const isBidTaking = bidLots > 0 && ask !== UNDEF_INT32 && bidTicks >= ask;
        return isBidTaking || (askLots > 0 && bid !== UNDEF_INT32 && askTicks <= bid);
      });
    }
    const count = parcel[0] === BRACKET ? 1 : ordersIn(parcel);
    for (let index = 0; index < count; index++)
      if (isTaking(venue, parcel, LINKED_HEAD_WORDS + index * COMMAND_WORDS)) return true;
    return false;
  }

  /** Applies an arrived message, or refuses all of it while its sender is cut off; limits of protection then go unheard. */
  apply(nowNs: number, agent: number, words: Int32Array, at: number, isCutOff: boolean): void {
    const { events, parcels } = this.#parts;
    events.timeNs = nowNs;
    const kind = words[at]!;
    if (kind === CMD_PROTECT) {
      if (!isCutOff) this.#applyProtection(agent, words, at);
      return;
    }
    const parcel = parcels.take(words[at + 2]!);
    if (kind === CMD_QUOTE) this.#applyQuotes(nowNs, agent, parcel, isCutOff);
    else this.#applyLinked(nowNs, agent, words[at + 1]!, parcel, isCutOff);
  }

  #applyLinked(
    nowNs: number,
    agent: number,
    instrument: number,
    parcel: Int32Array,
    isCutOff: boolean,
  ): void {
    const { events, gateway, noteExpiry, orders, venue } = this.#parts;
    const isBracket = parcel[0] === BRACKET;
    const onFill = ON_FILL_RULES[parcel[1]!]!;
    if (!isCutOff) gateway.prepare(nowNs, instrument);
    const firstId = venue.nextOrderId;
    const orderCount = ordersIn(parcel);
    const entries: ManagedEntry[] = [];
    for (let index = 0; index < orderCount; index++) {
      const from = LINKED_HEAD_WORDS + index * COMMAND_WORDS;
      const ticket = new OrderTicket();
      const expireTimeNs = gateway.takeIn(agent, parcel, from, firstId + index, ticket);
      orders.add(firstId + index, agent, parcel[from + 2]!);
      const terms = gateway.takeInTerms(parcel, from, firstId + index, ticket);
      const role: LinkedRole = !isBracket ? 'member' : index === 0 ? 'entry' : 'exit';
      const head = CMD_LINKED | (linkedCode(role, onFill) << HEAD_CODE_SHIFT);
      events.emit(head, firstId + index, firstId, orderCount, 0, agent + 1, 0, 0);
      entries.push({ ticket, terms, expireTimeNs });
    }
    if (isCutOff) {
      for (const { ticket } of entries) venue.refuse(nowNs, instrument, ticket, REJECT_VENUE_DOWN);
      return;
    }
    if (isBracket) venue.submitBracket(nowNs, instrument, entries[0]!, entries.slice(1), onFill);
    else venue.submitGroup(nowNs, instrument, entries, onFill);
    for (const { expireTimeNs = 0 } of entries) if (expireTimeNs > nowNs) noteExpiry(expireTimeNs);
  }

  #applyQuotes(nowNs: number, agent: number, parcel: Int32Array, isCutOff: boolean): void {
    const { events, orders, venue } = this.#parts;
    const accountId = agent + 1;
    const [timeInForce, flags, stpGroup, stpMode] = [
      parcel[0]! as TimeInForce,
      parcel[1]!,
      parcel[2]!,
      parcel[3]! as StpMode,
    ];
    const bits =
      (timeInForce << TERMS_TIF_SHIFT) | (flags << TERMS_FLAGS_SHIFT) | (stpMode << TERMS_STP_SHIFT);
    const quotes = quotesIn(parcel);
    for (const { instrument, bidRef, bidTicks, bidLots, askRef, askTicks, askLots } of quotes) {
      events.instrument = instrument;
      events.emit(CMD_QUOTE, stpGroup, bidTicks, bidLots, askTicks, accountId, askLots, bits);
      orders.quotes.note(agent, instrument, bidRef, askRef);
    }
    if (isCutOff) for (const quote of quotes) venue.refuseQuote(nowNs, accountId, quote, REJECT_VENUE_DOWN);
    else venue.massQuote(nowNs, { accountId, timeInForce, flags, stpGroup, stpMode }, quotes);
  }

  #applyProtection(agent: number, words: Int32Array, at: number): void {
    const { events, venue } = this.#parts;
    const instrument = words[at + 1]!;
    const code = words[at + 2]!;
    const [fillsMax, lotsMax] = [words[at + 3]!, words[at + 4]!];
    const [windowNs, stoppedNs] = [readFloat64(words, at + 5), readFloat64(words, at + 7)];
    events.instrument = instrument;
    events.emit(CMD_PROTECT | (code << HEAD_CODE_SHIFT), fillsMax, lotsMax, 0, 0, 0, 0, agent + 1);
    const record = (events.count - 1) * RECORD_DOUBLES;
    events.doubles[record + WINDOW_DOUBLE] = windowNs;
    events.doubles[record + STOP_DOUBLE] = stoppedNs;
    const scope = PROTECTION_SCOPES[code]!;
    const limits: ProtectionLimits | null =
      scope === ''
        ? null
        : {
            windowNs,
            fillsMax: fillsMax === NONE ? null : fillsMax,
            lotsMax: lotsMax === NONE ? null : lotsMax,
            scope,
            stoppedNs: stoppedNs === NONE ? null : stoppedNs,
          };
    venue.protectQuotes(agent + 1, limits, instrument);
  }
}

function address(words: Int32Array, at: number, kind: number, instrument: number, what: number): void {
  words[at] = kind;
  words[at + 1] = instrument;
  words[at + 2] = what;
}

function ordersIn(parcel: Int32Array): number {
  return (parcel.length - LINKED_HEAD_WORDS) / COMMAND_WORDS;
}

function quotesIn(parcel: Int32Array): AgentQuote[] {
  const quotes: AgentQuote[] = [];
  for (let at = QUOTE_HEAD_WORDS; at < parcel.length; at += QUOTE_WORDS) {
    quotes.push({
      instrument: parcel[at]!,
      bidRef: parcel[at + 1]!,
      bidTicks: parcel[at + 2]!,
      bidLots: parcel[at + 3]!,
      askRef: parcel[at + 4]!,
      askTicks: parcel[at + 5]!,
      askLots: parcel[at + 6]!,
    });
  }
  return quotes;
}
