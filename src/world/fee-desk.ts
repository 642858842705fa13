// hot: bench/simulation.ts, where a venue charges fees
/**
 * Fees of a venue's fills (market-rules §5): every trade is charged on both sides as it happens, in 1e-6 currency units; what
 * an account owes is rounded to minor units once per trading day and paid to the venue's account.
 */

import type { BinaryReader, BinaryWriter } from '../base/index.ts';
import * as domain from '../domain/index.ts';
import { decimalText, type EventBuffer, type Instrument, type Side } from '../domain/index.ts';
import {
  FeeAmounts,
  FeeEngine,
  type FeeFill,
  type FeeSchedule,
  MinorUnits,
  type RegulatoryFees,
  regularHours,
  type SessionDay,
} from '../market/index.ts';
import type { Accounts } from './accounts.ts';
import type { OrderTable } from './order-table.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const {
  AUCTION_KIND_NAMES,
  BUY,
  CMD_NEW,
  EV_AUCTION,
  EV_CANCELED,
  EV_EXPIRED,
  EV_FEE,
  EV_REJECTED,
  EV_TRADE,
  FILL_KIND_NAMES,
  HEAD_CODE_SHIFT,
  HEAD_FLAG_AUCTION,
  HEAD_FLAG_MAKER_HIDDEN,
  HEAD_SIDE_SHIFT,
  MARKET,
  RECORD_WORDS,
  TERMS_TYPE_SHIFT,
} = domain;

export interface FeeSpec {
  readonly schedule: FeeSchedule;
  readonly regulatory: RegulatoryFees | null;
  /** Notional per unit and currency unit of price; options have their own. */
  readonly multiplier: string;
  /** Consolidated tape of the instruments, 'none' outside of US equities. */
  readonly tape: FeeFill['tape'];
  /** Trading days of the run, in order. */
  readonly days: readonly SessionDay[];
}

type Facts = { -readonly [Key in keyof FeeFill]: FeeFill[Key] };
const TAKER = FILL_KIND_NAMES.indexOf('taker');
const MAKER = FILL_KIND_NAMES.indexOf('maker');
const HIDDEN_MAKER = FILL_KIND_NAMES.indexOf('hiddenMaker');
const AUCTION = FILL_KIND_NAMES.indexOf('auction');
const ROUTED = FILL_KIND_NAMES.indexOf('routed');

/** What a desk has to know of orders that venues route: who pays for their fills elsewhere. */
export interface RoutedFees {
  /** Home instrument of an order that is a part at another venue, -1 for others. */
  readonly homeOf: (orderId: number) => number;
  /** Id by which the owner knows such an order. */
  readonly originOf: (orderId: number) => number;
  /** Desk of the venue of an instrument; null: it charges nothing. */
  readonly deskOf: (instrument: number) => FeeDesk | null;
}

export class FeeDesk {
  /** Null where no venue routes. */
  routed: RoutedFees | null = null;
  /** Of what was invoiced, that of other venues for fills of orders that they routed here, minor units. */
  paidByVenuesMinor = 0;
  readonly #agentCount: number;
  readonly #spec: FeeSpec;
  readonly #events: EventBuffer;
  readonly #orders: OrderTable;
  readonly #accounts: Accounts;
  readonly #venueAccount: number;
  /** By instrument; null where it is listed elsewhere. */
  readonly #engines: (FeeEngine | null)[];
  readonly #instruments: readonly Instrument[];
  readonly #minorUnits: MinorUnits;
  /** Owed by account and not yet invoiced, 1e-6 currency units; below zero the venue owes. */
  readonly #owedMicro: Float64Array;
  /** Market orders that wait for an auction: their fills have rates of their own. */
  readonly #marketOrders = new Set<number>();
  /** The market order whose command is being looked at; 0 once it is gone, as nearly all are at once. */
  #newMarketOrder = 0;
  readonly #amounts = new FeeAmounts();
  readonly #fill: Facts = {
    day: '',
    session: 'continuous',
    side: BUY,
    liquidity: 'remove',
    isDisplayed: true,
    isMidpoint: false,
    tape: 'none',
    auctionOrder: 'none',
    priceTicks: 0,
    qtyLots: 0,
    tier: null,
    discount: null,
  };
  #day = 0;
  /** Regular hours of the day at hand. */
  #hours: ReturnType<typeof regularHours>;

  constructor(
    spec: FeeSpec,
    instruments: readonly Instrument[],
    parts: {
      readonly events: EventBuffer;
      readonly orders: OrderTable;
      readonly accounts: Accounts;
      /** Accounts of agents come first. */
      readonly agentCount: number;
      /** Account of the venue, behind those of the agents. */
      readonly venueAccount: number;
      readonly isListed: (instrument: number) => boolean;
    },
  ) {
    this.#spec = spec;
    this.#hours = regularHours(spec.days[0]!);
    this.#events = parts.events;
    this.#orders = parts.orders;
    this.#accounts = parts.accounts;
    this.#agentCount = parts.agentCount;
    this.#venueAccount = parts.venueAccount;
    this.#owedMicro = new Float64Array(parts.accounts.count);
    this.#fill.tape = spec.tape;
    this.#instruments = instruments;
    this.#engines = instruments.map((instrument) =>
      parts.isListed(instrument.index)
        ? this.#engineOf(instrument, instrument.option?.multiplier ?? null)
        : null,
    );
    this.#minorUnits = new MinorUnits(instruments[0]!.minorUnit, 'halfUp');
  }

  /** Whether an instrument is listed at the venue of this desk. */
  lists(instrument: number): boolean {
    return this.#engines[instrument] !== null;
  }

  /** A corporate action gave an option contract another multiplier. */
  restate(instrument: number, multiplier: number): void {
    if (this.#engines[instrument] === null) return;
    this.#engines[instrument] = this.#engineOf(this.#instruments[instrument]!, multiplier);
  }

  #engineOf({ tickSize, lotSize }: Instrument, multiplier: number | null): FeeEngine {
    const { schedule, regulatory, multiplier: ofVenue } = this.#spec;
    return new FeeEngine(schedule, regulatory, {
      tickSize,
      unitsPerLot: lotSize,
      multiplier: multiplier === null ? ofVenue : decimalText(multiplier),
    });
  }

  /** Charges the trades among the records `from` to the present end; the fees are said behind them. */
  charge(from: number): void {
    const { words, count } = this.#events;
    for (let record = from; record < count; record++) {
      const at = record * RECORD_WORDS;
      const kind = words[at]! & 255;
      if (kind === EV_TRADE) {
        if (this.#engines[words[at + 1]!] !== null) this.#chargeTrade(words, at, record, count);
        else if (this.routed !== null) this.#chargeRouted(this.routed, words, at);
      } else if (kind === CMD_NEW) {
        const isMarket = ((words[at + 7]! >> TERMS_TYPE_SHIFT) & 7) === MARKET;
        if (isMarket && this.#engines[words[at + 1]!] !== null) this.#noteMarketOrder(words[at + 4]!);
      } else if (kind === EV_CANCELED || kind === EV_EXPIRED || kind === EV_REJECTED) {
        this.#forgetMarketOrder(words[at + 4]!);
      }
    }
    if (this.#newMarketOrder !== 0) this.#noteMarketOrder(0);
  }

  /** A new market order, 0 for none: the one before it, if it is still there, waits. */
  #noteMarketOrder(orderId: number): void {
    if (this.#newMarketOrder !== 0) this.#marketOrders.add(this.#newMarketOrder);
    this.#newMarketOrder = orderId;
  }

  #forgetMarketOrder(orderId: number): void {
    if (orderId === this.#newMarketOrder) this.#newMarketOrder = 0;
    else if (this.#marketOrders.size !== 0) this.#marketOrders.delete(orderId);
  }

  /** Rounds what every account owes to minor units, halves up, and books it to the venue. */
  invoice(): void {
    for (let account = 0; account < this.#owedMicro.length; account++) {
      const micro = this.#owedMicro[account]!;
      if (micro === 0) continue;
      const minor = this.#minorUnits.of(micro);
      this.#accounts.transfer(account, this.#venueAccount, minor);
      if (account >= this.#agentCount) this.paidByVenuesMinor += minor;
      this.#owedMicro[account] = 0;
    }
  }

  /** Owed by an account since the last invoice, 1e-6 currency units. */
  owedMicro(account: number): number {
    return this.#owedMicro[account]!;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('fees');
    writer.array(this.#owedMicro);
    writer.float64(this.paidByVenuesMinor);
    writer.array(Int32Array.from(this.#marketOrders));
    writer.int32(this.#day);
  }

  readState(reader: BinaryReader): void {
    reader.section('fees');
    this.#owedMicro.set(reader.float64Array());
    this.paidByVenuesMinor = reader.float64();
    this.#marketOrders.clear();
    for (const id of reader.int32Array()) this.#marketOrders.add(id);
    this.#day = reader.int32();
    this.#hours = regularHours(this.#spec.days[this.#day]!);
  }

  #chargeTrade(words: Int32Array, at: number, record: number, count: number): void {
    const head = words[at]!;
    const timeNs = this.#events.doubles[(at >> 1) + 1]!;
    this.#turnTo(timeNs);
    const takerId = words[at + 4]!;
    const makerId = words[at + 8]!;
    const isAuction = (head & HEAD_FLAG_AUCTION) !== 0;
    const takerSide = ((head >> HEAD_SIDE_SHIFT) & 1) as Side;
    const fill = this.#fill;
    fill.priceTicks = words[at + 5]!;
    fill.qtyLots = words[at + 6]!;
    const isHidden = (head & HEAD_FLAG_MAKER_HIDDEN) !== 0;
    if (isAuction) this.#setAuction(words, record, count, words[at + 1]!);
    else fill.session = this.#sessionAt(timeNs, words[at + 1]!);
    const makerKind = isAuction ? AUCTION : isHidden ? HIDDEN_MAKER : MAKER;
    const takerLeaves = words[at + 7]!;
    const makerLeaves = words[at + 9]!;
    const tradeId = words[at + 10]!;
    const instrument = words[at + 1]!;
    fill.side = takerSide;
    this.#chargeSide(instrument, takerId, tradeId, isAuction ? AUCTION : TAKER);
    fill.side = (takerSide ^ 1) as Side;
    this.#chargeSide(instrument, makerId, tradeId, makerKind);
    if (takerLeaves === 0) this.#forgetMarketOrder(takerId);
    if (makerLeaves === 0) this.#forgetMarketOrder(makerId);
  }

  #chargeSide(instrument: number, orderId: number, tradeId: number, fillKind: number): void {
    const fill = this.#fill;
    fill.isDisplayed = fillKind !== HIDDEN_MAKER;
    if (fillKind !== AUCTION) {
      fill.liquidity = fillKind === TAKER ? 'remove' : 'add';
      fill.auctionOrder = 'none';
    } else if (fill.liquidity === 'open' || fill.liquidity === 'close') {
      const isMarket = orderId === this.#newMarketOrder || this.#marketOrders.has(orderId);
      fill.auctionOrder = isMarket ? 'market' : 'limit';
    }
    this.#bill(this.#payerOf(orderId), instrument, orderId, tradeId, fillKind);
  }

  /**
   * A fill elsewhere of an order that this venue routed: its owner pays what this venue takes for routing, and it pays the other
   * one. The fee is said of the order as the owner knows it, at home.
   */
  #chargeRouted({ homeOf, originOf }: RoutedFees, words: Int32Array, at: number): void {
    const awayId = words[at + 4]!;
    const home = homeOf(awayId);
    if (home < 0 || this.#engines[home] === null) return;
    const timeNs = this.#events.doubles[(at >> 1) + 1]!;
    if (!this.#chargesRouting(timeNs, home)) return;
    const fill = this.#fill;
    fill.priceTicks = words[at + 5]!;
    fill.qtyLots = words[at + 6]!;
    fill.session = this.#sessionAt(timeNs, home);
    fill.side = ((words[at]! >> HEAD_SIDE_SHIFT) & 1) as Side;
    fill.isDisplayed = true;
    fill.liquidity = 'route';
    fill.auctionOrder = 'none';
    this.#bill(this.#orders.agentOf(awayId), home, originOf(awayId), words[at + 10]!, ROUTED);
  }

  /** Whether the schedule has a price for routing on the day of a time; where it has none the other venue's fee is passed on. */
  #chargesRouting(timeNs: number, instrument: number): boolean {
    this.#turnTo(timeNs);
    return this.#engines[instrument]!.cardOn(this.#fill.day).period.serves.liquidity.includes('route');
  }

  /** Who pays for a fill here: the owner, or the venue that routed his order and has a price for it. */
  #payerOf(orderId: number): number {
    const home = this.routed?.homeOf(orderId) ?? -1;
    const desk = home < 0 ? null : this.routed!.deskOf(home);
    if (desk === null || !desk.#chargesRouting(this.#events.timeNs, home))
      return this.#orders.agentOf(orderId);
    return desk.#venueAccount;
  }

  #bill(account: number, instrument: number, orderId: number, tradeId: number, fillKind: number): void {
    const micro = this.#chargeMicro(instrument);
    this.#owedMicro[account]! += micro;
    const events = this.#events;
    events.instrument = instrument;
    const head = EV_FEE | (this.#fill.side << HEAD_SIDE_SHIFT);
    events.emit(head, orderId, 0, 0, 0, account + 1, fillKind, tradeId);
    events.doubles[((events.count - 1) * RECORD_WORDS) / 2 + 3] = micro;
  }

  /** A fee that is taken from the asset received is charged at its value. */
  #chargeMicro(instrument: number): number {
    const { exchangeFeeMicro, section31Micro, tafMicro, clearingMicro } = this.#engines[instrument]!.compute(
      this.#fill,
      this.#amounts,
    );
    return exchangeFeeMicro + section31Micro + tafMicro + clearingMicro;
  }

  /** Which auction a trade is of stands in the record behind its trades. A schedule without auctions charges as for adding. */
  #setAuction(words: Int32Array, record: number, count: number, instrument: number): void {
    const fill = this.#fill;
    const { liquidity } = this.#engines[instrument]!.cardOn(fill.day).period.serves;
    let kind = AUCTION_KIND_NAMES.indexOf('reopening');
    for (let next = record + 1; next < count; next++) {
      const at = next * RECORD_WORDS;
      if ((words[at]! & 255) !== EV_AUCTION || words[at + 1] !== instrument) continue;
      kind = (words[at]! >>> HEAD_CODE_SHIFT) & 255;
      break;
    }
    const name = AUCTION_KIND_NAMES[kind]!;
    fill.liquidity = name === 'closing' ? 'close' : 'open';
    fill.session = name === 'closing' ? 'close' : name === 'opening' ? 'open' : 'reopen';
    if (liquidity.includes(fill.liquidity)) return;
    fill.liquidity = 'add';
    fill.session = 'continuous';
    fill.auctionOrder = 'none';
  }

  #sessionAt(timeNs: number, instrument: number): FeeFill['session'] {
    const { openNs, closeNs } = this.#hours;
    const session = timeNs < openNs ? 'pre' : timeNs < closeNs ? 'continuous' : 'post';
    const { serves } = this.#engines[instrument]!.cardOn(this.#fill.day).period;
    return serves.session.includes(session) ? session : 'continuous';
  }

  /** Finds the trading day of a time; a new one closes the invoice of the day before. */
  #turnTo(timeNs: number): void {
    const { days } = this.#spec;
    while (this.#day + 1 < days.length && timeNs >= days[this.#day + 1]!.phases[0]!.fromNs) {
      this.#day++;
      this.#hours = regularHours(days[this.#day]!);
      this.invoice();
    }
    this.#fill.day = days[this.#day]!.tradingDay;
  }
}
