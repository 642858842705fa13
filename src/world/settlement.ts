// hot: bench/simulation.ts
/** What follows from the venue's records for those concerned: trades are booked, owners get their answers. */

import { type BinaryReader, type BinaryWriter, TwinError } from '../base/index.ts';
import * as domain from '../domain/index.ts';
import type { Venue } from '../market/index.ts';
import type { Kernel } from '../sim/index.ts';
import type { Accounts } from './accounts.ts';
import type { AgentLinks } from './links.ts';
import type { OrderTable } from './order-table.ts';
import type { RoutedBook } from './routed-book.ts';
import type { VenueMap } from './venue-map.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const {
  BUY,
  CANCEL_PARKED,
  EV_ACCEPTED,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_EXPIRED,
  EV_QUOTE_REFUSED,
  EV_REJECTED,
  EV_RESTATED,
  EV_REPLACED,
  EV_TRADE,
  EV_TRIGGERED,
  HEAD_CODE_SHIFT,
  HEAD_SIDE_SHIFT,
  RECORD_WORDS,
  REJECT_CLOSED,
  WORD_OTHER,
} = domain;

/** Trades between two checks that cash and lots are conserved. */
const TRADES_PER_CHECK = 1 << 17;

export interface SettlementParts {
  readonly kernel: Kernel;
  readonly accounts: Accounts;
  readonly orders: OrderTable;
  /** By instrument: cash value of one lot at a price of one tick, minor units, as it is now. */
  readonly minorPerTickLot: Float64Array;
  readonly venues: VenueMap;
  /** The agents' links on the way back. */
  readonly answers: AgentLinks;
  readonly venue: Venue;
  /** Null where no venue routes. */
  readonly routed: RoutedBook | null;
}

export class Settlement {
  tradeCount = 0;
  readonly #kernel: Kernel;
  readonly #accounts: Accounts;
  readonly #orders: OrderTable;
  readonly #minorPerTickLot: Float64Array;
  readonly #venues: VenueMap;
  readonly #answers: AgentLinks;
  readonly #venue: Venue;
  readonly #wantsAll: Uint8Array;
  /** Null where no venue routes. */
  readonly #routed: RoutedBook | null;

  constructor(parts: SettlementParts) {
    this.#kernel = parts.kernel;
    this.#accounts = parts.accounts;
    this.#orders = parts.orders;
    this.#minorPerTickLot = parts.minorPerTickLot;
    this.#venues = parts.venues;
    this.#answers = parts.answers;
    this.#venue = parts.venue;
    this.#routed = parts.routed;
    this.#wantsAll = new Uint8Array(parts.accounts.count);
  }

  /** Says whether an agent wants all answers, or only fills and endings. */
  connect(agent: number, wantsAll: boolean): void {
    this.#wantsAll[agent] = wantsAll ? 1 : 0;
  }

  /** Goes through the records `from` to `to` of one command. */
  process(words: Int32Array, from: number, to: number): void {
    const routed = this.#routed;
    routed?.book(from, to);
    for (let record = from; record < to; record++) {
      const at = record * RECORD_WORDS;
      const head = words[at]!;
      const kind = head & 255;
      if (kind < EV_ACCEPTED || kind > EV_TRADE) continue;
      if (kind === EV_TRADE) {
        this.#onTrade(words, at, head);
      } else if (kind === EV_QUOTE_REFUSED) {
        this.#onQuoteRefused(words, at);
      } else if (kind <= EV_RESTATED) {
        const orderId = words[at + 4]!;
        if (orderId === 0) continue;
        if (routed?.hear(words, at) === true) continue;
        if (this.#venue.managed !== null && this.#isOfCarrier(words[at + 1]!, kind, head, orderId)) continue;
        const agent = this.#orders.agentOf(orderId);
        // Who believes an order gone has to hear that a session or an outage kept it.
        const isKept = kind === EV_CANCEL_REJECTED && head >>> HEAD_CODE_SHIFT >= REJECT_CLOSED;
        const isEnding = kind === EV_CANCELED || kind === EV_REJECTED || kind === EV_EXPIRED || isKept;
        if (isEnding || this.#wantsAll[agent] === 1) {
          const qty = words[at + 6]!;
          const leaves = kind === EV_REPLACED || kind === EV_TRIGGERED ? qty : words[at + 7]!;
          this.#answer(agent, head, words[at + 1]!, orderId, words[at + 5]!, qty, leaves);
        }
      }
    }
  }

  writeState(writer: BinaryWriter): void {
    writer.section('settlement');
    writer.float64(this.tradeCount);
  }

  readState(reader: BinaryReader): void {
    reader.section('settlement');
    this.tradeCount = reader.float64();
  }

  /** Whether a record tells of an order of the book that comes or goes for a managed one, which lives on: not its owner's business. */
  #isOfCarrier(instrument: number, kind: number, head: number, orderId: number): boolean {
    if (kind === EV_CANCELED) return head >>> HEAD_CODE_SHIFT === CANCEL_PARKED;
    return kind === EV_ACCEPTED && this.#venue.managed!.originOf(instrument, orderId) !== 0;
  }

  #onTrade(words: Int32Array, at: number, head: number): void {
    const takerId = words[at + 4]!;
    const makerId = words[at + 8]!;
    const taker = this.#orders.agentOf(takerId);
    const maker = this.#orders.agentOf(makerId);
    const instrument = words[at + 1]!;
    const price = words[at + 5]!;
    const qty = words[at + 6]!;
    const notional = price * qty * this.#minorPerTickLot[instrument]!;
    if (Math.abs(notional) > Number.MAX_SAFE_INTEGER) {
      throw new TwinError('WORLD_CONFIG', 'the value of a trade stays below 2^53 minor units', {
        price,
        qty,
        notional,
      });
    }
    const isTakerBuy = ((head >> HEAD_SIDE_SHIFT) & 1) === BUY;
    this.#accounts.postTrade(
      isTakerBuy ? taker : maker,
      isTakerBuy ? maker : taker,
      instrument,
      qty,
      notional,
    );
    if (++this.tradeCount % TRADES_PER_CHECK === 0) this.#accounts.checkConservation();
    const routed = this.#routed;
    if (routed === null || !routed.hearFill(words, at, takerId))
      this.#answer(taker, EV_TRADE, instrument, takerId, price, qty, words[at + 7]!);
    if (routed === null || !routed.hearFill(words, at, makerId))
      this.#answer(maker, EV_TRADE, instrument, makerId, price, qty, words[at + 9]!);
  }

  /** Tells the owner of a routed order what came of it over his link from its venue; `instrument` is where that was. */
  tell(
    orderId: number,
    home: number,
    head: number,
    instrument: number,
    price: number,
    qty: number,
    leaves: number,
  ): void {
    const kind = head & 255;
    const agent = this.#orders.agentOf(orderId);
    const isEnding = kind === EV_CANCELED || kind === EV_REJECTED || kind === EV_EXPIRED;
    if (kind !== EV_TRADE && !isEnding && this.#wantsAll[agent] !== 1) return;
    const link = this.#venues.linkOf(agent, home);
    this.#send(link, agent, head, instrument, this.#orders.refOf(orderId), price, qty, leaves);
  }

  #onQuoteRefused(words: Int32Array, at: number): void {
    const agent = words[at + WORD_OTHER]! - 1;
    const instrument = words[at + 1]!;
    const ref = this.#orders.quotes.refOf(agent, instrument, BUY);
    this.#send(this.#venues.linkOf(agent, instrument), agent, words[at]!, instrument, ref, 0, 0, 0);
  }

  #answer(
    agent: number,
    head: number,
    instrument: number,
    orderId: number,
    price: number,
    qty: number,
    leaves: number,
  ): void {
    const managed = this.#venue.managed;
    const ownLeaves = managed === null ? leaves : managed.leavesOf(instrument, orderId, leaves);
    const link = this.#venues.linkOf(agent, instrument);
    this.#send(link, agent, head, instrument, this.#orders.refOf(orderId), price, qty, ownLeaves);
  }

  #send(
    link: number,
    agent: number,
    head: number,
    instrument: number,
    ref: number,
    price: number,
    qty: number,
    leaves: number,
  ): void {
    const at = this.#answers.send(link, agent);
    const words = this.#kernel.words;
    words[at] = head;
    words[at + 1] = instrument;
    words[at + 2] = ref;
    words[at + 3] = price;
    words[at + 4] = qty;
    words[at + 5] = leaves;
  }
}
