// hot: bench/flow.ts
/** What the flow twin does when an event of a type comes: the orders that it sends, with marks like those of the record. */

import type { BinaryReader, BinaryWriter, Xoshiro128 } from '../../base/index.ts';
import {
  type AgentPort,
  BUY,
  FLAG_HIDDEN,
  GTC,
  IOC,
  LIMIT,
  MARKET,
  OrderTicket,
  type OrderType,
  PRICE_TICKS_MAX,
  SELL,
  type Side,
  type TimeInForce,
} from '../../domain/index.ts';
import {
  actionOf,
  CANCEL_AT,
  CANCEL_BEHIND,
  HIDDEN_HIT,
  LIMIT_AT,
  LIMIT_BEHIND,
  LIMIT_INSIDE,
  MARKET_HIT,
  sideOf,
  typeOf,
} from './actions.ts';
import { CancelChoice } from './cancel-choice.ts';
import { likeCancelled } from './cancel-like.ts';
import { isLargeTick } from './features.ts';
import type { HistoryDraws } from './history.ts';
import type { LostBest } from './lost-best.ts';
import type { FlowModel } from './model.ts';
import type { OwnOrders } from './own-orders.ts';
import type { SeenBook } from './seen-book.ts';
import type { Thread } from './thread.ts';

/** Levels of a side that a twin leaves: it never empties a book by itself. */
export const LEVELS_MIN = 2;
/** Offsets of hidden trades are in these parts of the spread. */
export const OFFSET_PARTS = 1000;
const TRIES_LIKE = 10;
const TRIES_TOUCH = 4;
const NO_LOTS = 0;
/** Levels behind the best that are searched for an order like a cancelled one: these, or in proportion to its own. */
const RANKS_LIKE_MIN = 6;
const RANKS_LIKE = 1.5;
/** Ticks tried around a price that is taken, behind it first. */
const FREE_STEPS = [1, -1, 2, -2, 3, -3];

export class FlowActs {
  /** Instant of the twin's last market order: fills then are not somebody else's doing. */
  hitNs = -1;
  readonly #instrument: number;
  readonly #model: FlowModel;
  readonly #draws: HistoryDraws;
  readonly #orders: OwnOrders;
  readonly #thread: Thread;
  readonly #book: SeenBook;
  readonly #choice: CancelChoice;
  readonly #lost: LostBest;
  readonly #ticket = new OrderTicket();
  #port!: AgentPort;
  #agent = 0;
  #random!: Xoshiro128;
  /** Lots of the last cancel: an order that replaces it at the same instant has the same. */
  #canceledLots = NO_LOTS;
  #isReplace = false;
  /** Entry of the record that is done again; -1: one like it is drawn. */
  #followed = -1;
  /** Orders sent and cancels asked for. */
  #sent = 0;

  constructor(
    instrument: number,
    model: FlowModel,
    draws: HistoryDraws,
    orders: OwnOrders,
    thread: Thread,
    book: SeenBook,
    lost: LostBest,
  ) {
    this.#thread = thread;
    this.#lost = lost;
    this.#instrument = instrument;
    this.#model = model;
    this.#draws = draws;
    this.#orders = orders;
    this.#book = book;
    this.#choice = new CancelChoice(model.hazard);
  }

  connect(port: AgentPort, agent: number, random: Xoshiro128): void {
    this.#port = port;
    this.#agent = agent;
    this.#random = random;
  }

  /**
   * The book has been looked at. `isReplace`: the order stands for the one that was cancelled at the same instant. `followed`: entry of
   * the record that is done again, -1 for one like those of the record. Whether anything came of it.
   */
  act(type: number, nowNs: number, isReplace: boolean, followed: number): boolean {
    const side = sideOf(type);
    const sent = this.#sent;
    this.#isReplace = isReplace;
    this.#followed = followed;
    switch (actionOf(type)) {
      case LIMIT_INSIDE:
        this.#improve(type, side, nowNs);
        break;
      case LIMIT_AT:
        this.#join(type, side, nowNs);
        break;
      case LIMIT_BEHIND:
        this.#stepBehind(type, side, nowNs);
        break;
      case CANCEL_AT:
        this.#cancel(side, 0, 1, nowNs);
        break;
      case CANCEL_BEHIND:
        this.#cancel(side, 1, this.#model.levelsShown, nowNs);
        break;
      case MARKET_HIT:
        this.#hit(type, side, nowNs);
        break;
      case HIDDEN_HIT:
        this.#hitHidden(type, side, nowNs);
        break;
    }
    return this.#sent > sent;
  }

  writeState(writer: BinaryWriter): void {
    writer.float64(this.hitNs);
    writer.int32(this.#canceledLots);
  }

  readState(reader: BinaryReader): void {
    this.hitNs = reader.float64();
    this.#canceledLots = reader.int32();
  }

  #bestOf(side: Side): number {
    return (side === BUY ? this.#book.bidTicks : this.#book.askTicks)[0]!;
  }

  /** Size of an order like one of the record; that of the cancelled one where it replaces it. */
  #lotsLike(entry: number): number {
    if (this.#isReplace && this.#canceledLots > 0) return this.#canceledLots;
    return entry < 0 ? 1 : this.#model.history.lots[entry]!;
  }

  #join(type: number, side: Side, nowNs: number): void {
    const entry = this.#followed >= 0 ? this.#followed : this.#draws.any(this.#random, type);
    this.#restLike(entry, side, this.#bestOf(side), nowNs);
  }

  #improve(type: number, side: Side, nowNs: number): void {
    const spread = this.#book.spreadTicks;
    if (spread < 2) return;
    const { history } = this.#model;
    const isFollowed = this.#followed >= 0;
    const lost = this.#lost.ticks[side]!;
    const entry = isFollowed
      ? this.#followed
      : this.#draws.improving(this.#random, type, spread, lost, TRIES_LIKE);
    if (entry < 0) return;
    let offset = history.offsetTicks[entry]!;
    // Back to the price that its side has lost.
    if (!isFollowed && lost > 0 && offset === history.lostTicks[entry]!) offset = lost;
    if (isFollowed || offset >= spread) {
      const scaled = Math.round((offset * spread) / Math.max(history.spreadTicks[entry]!, offset + 1));
      offset = Math.max(1, Math.min(spread - 1, scaled));
    }
    const sign = side === BUY ? 1 : -1;
    this.#restLike(entry, side, this.#bestOf(side) + sign * offset, nowNs);
  }

  /** As far behind the best as an order of the record, at a level where that one joined a level. */
  #stepBehind(type: number, side: Side, nowNs: number): void {
    const { history } = this.#model;
    const orders = this.#orders;
    const best = this.#bestOf(side);
    const away = side === BUY ? -1 : 1;
    const spread = this.#book.spreadTicks;
    const entry =
      this.#followed >= 0
        ? this.#followed
        : this.#draws.like(this.#random, type, spread, this.#book.gapOf(side), TRIES_LIKE);
    if (entry < 0) return;
    let price = best + away * history.offsetTicks[entry]!;
    const rank = orders.rankOf(side, price);
    if (history.joins[entry] === 1) price = this.#nearestLevel(side, price, rank, best);
    else if (orders.levelTicks(side, rank) === price) price = this.#freePrice(side, price, away);
    if (price < -PRICE_TICKS_MAX || price > PRICE_TICKS_MAX || away * (price - best) <= 0) return;
    this.#restLike(entry, side, price, nowNs);
  }

  /** Own level nearest to a price, behind the best. */
  #nearestLevel(side: Side, price: number, rank: number, best: number): number {
    const behind = this.#orders.levelTicks(side, rank);
    if (behind === price) return price;
    const ahead = rank > 0 ? this.#orders.levelTicks(side, rank - 1) : Number.NaN;
    const isAhead =
      ahead !== best && Math.abs(ahead - price) <= (Math.abs(behind - price) || Number.POSITIVE_INFINITY);
    if (isAhead) return ahead;
    return Number.isNaN(behind) ? price : behind;
  }

  /** The nearest price without a level of its own, behind first; the price itself where there is none at hand. */
  #freePrice(side: Side, price: number, away: number): number {
    const orders = this.#orders;
    for (const step of FREE_STEPS) {
      const candidate = price + away * step;
      if (away * (candidate - this.#bestOf(side)) <= 0) continue;
      if (orders.levelTicks(side, orders.rankOf(side, candidate)) !== candidate) return candidate;
    }
    return price;
  }

  /** Rests an order that was born at a time; returns its slot. */
  rest(side: Side, priceTicks: number, lots: number, birthNs: number): number {
    const ref = this.#orders.add(side, priceTicks, lots, birthNs);
    this.#send(ref, side, LIMIT, GTC, priceTicks, lots, 0);
    return ref;
  }

  /** Rests an order with the size of that of an entry, for which it stands where the entry is followed. */
  #restLike(entry: number, side: Side, priceTicks: number, nowNs: number): void {
    const slot = this.rest(side, priceTicks, this.#lotsLike(entry), nowNs);
    if (this.#followed >= 0) this.#thread.note(entry, slot);
  }

  /** Rests as many orders as a side keeps on one without any: from where its best was, or right behind the other best. */
  refill(side: Side, lastTicks: number, nowNs: number): void {
    const { history } = this.#model;
    const away = side === BUY ? -1 : 1;
    const other = side === BUY ? SELL : BUY;
    let price = lastTicks;
    if (this.#book.touchOf(other) > 0 && away * (price - this.#bestOf(other)) <= 0)
      price = this.#bestOf(other) + away;
    for (let level = 0; level < LEVELS_MIN; level++) {
      const entry = this.#draws.any(this.#random, typeOf(side, LIMIT_BEHIND));
      this.rest(side, price, entry < 0 ? 1 : history.lots[entry]!, nowNs);
      price += away * (entry < 0 ? 1 : history.offsetTicks[entry]!);
    }
  }

  #cancel(side: Side, fromRank: number, toRank: number, nowNs: number): void {
    if (this.#orders.levelCount(side) <= LEVELS_MIN) return;
    const slot =
      this.#followed >= 0
        ? this.#canceledIn(this.#followed, side, fromRank, nowNs)
        : this.#choice.draw(this.#random, this.#orders, side, fromRank, toRank, nowNs);
    if (slot < 0) return;
    this.#canceledLots = this.#orders.lots[slot]!;
    this.#thread.forget(slot);
    this.#sent++;
    this.#port.cancel(this.#agent, slot);
  }

  /** The order that stands for the one cancelled at an entry, or is most like it; -1: there is none. */
  #canceledIn(entry: number, side: Side, fromRank: number, nowNs: number): number {
    const { history } = this.#model;
    const own = this.#thread.slotOf(history.bornAt[entry]!);
    if (own >= 0) return own;
    const toRank =
      fromRank === 0 ? 1 : Math.max(RANKS_LIKE_MIN, Math.round(RANKS_LIKE * history.rank[entry]!) + 3);
    const place = { history, entry, side, fromRank, toRank, nowNs };
    return likeCancelled(place, this.#orders, this.#thread);
  }

  /** A market order that takes as much as one of the record did, and leaves the twin's book two levels. */
  #hit(type: number, side: Side, nowNs: number): void {
    const { history } = this.#model;
    const touch = this.#book.touchOf(side);
    const entry =
      this.#followed >= 0 ? this.#followed : this.#draws.likeTouch(this.#random, type, touch, TRIES_TOUCH);
    if (entry < 0) return;
    const lots = this.#lotsTaken(side, entry, touch);
    const hidden = history.hiddenLots[entry]!;
    if (hidden > 0) this.#hitHidden(type, side, nowNs, hidden);
    if (lots > 0) {
      this.hitNs = nowNs;
      this.#send(this.#orders.take(), side === BUY ? SELL : BUY, MARKET, IOC, 0, lots, 0);
    }
    if (hidden < 0) this.#hitHidden(type, side, nowNs, -hidden);
  }

  /**
   * Lots of a market order like one of the record: it takes as many orders. Where queues are long its size does not depend on theirs,
   * and it ends with the best level unless that of the record went beyond.
   */
  #lotsTaken(side: Side, entry: number, touch: number): number {
    const { history, edges } = this.#model;
    const levels = this.#orders.levelCount(side) - LEVELS_MIN;
    const beyond = history.lots[entry]! - history.touchLots[entry]!;
    if (!isLargeTick(edges) || beyond > 0) return this.#lotsOfOrders(side, entry, levels);
    if (beyond === 0 && levels > 0) return touch;
    return Math.min(history.lots[entry]!, touch - 1);
  }

  #lotsOfOrders(side: Side, entry: number, levels: number): number {
    const { history } = this.#model;
    const orders = this.#orders;
    let left = Math.max(1, history.fills[entry]!);
    let lots = 0;
    for (let rank = 0; rank < levels && left > 0; rank++) {
      for (const slot of orders.slotsAt(side, rank)) {
        const whole = orders.lots[slot]!;
        const isPart = left === 1 && history.isLastWhole[entry] === 0 && whole > 1;
        lots += isPart ? Math.min(whole - 1, Math.max(1, history.lastLots[entry]!)) : whole;
        if (--left === 0) break;
      }
    }
    return lots;
  }

  /** A trade with an order that nobody sees: it comes just before, strictly inside the spread. */
  #hitHidden(type: number, side: Side, nowNs: number, lots = 0): void {
    const spread = this.#book.spreadTicks;
    if (spread < 2) return;
    const { history } = this.#model;
    const isPart = actionOf(type) === MARKET_HIT;
    const drawn = (): number => (this.#followed >= 0 ? this.#followed : this.#draws.any(this.#random, type));
    const entry = isPart ? -1 : drawn();
    if (!isPart && entry < 0) return;
    const share = isPart ? 0.5 : history.offsetTicks[entry]! / OFFSET_PARTS;
    const price = this.#book.bidTicks[0]! + Math.max(1, Math.min(spread - 1, Math.round(share * spread)));
    const size = Math.max(1, isPart ? lots : history.lots[entry]!);
    this.hitNs = nowNs;
    this.#send(this.#orders.take(), side, LIMIT, GTC, price, size, FLAG_HIDDEN);
    this.#send(this.#orders.take(), side === BUY ? SELL : BUY, LIMIT, IOC, price, size, 0);
  }

  #send(
    ref: number,
    side: Side,
    type: OrderType,
    timeInForce: TimeInForce,
    priceTicks: number,
    lots: number,
    flags: number,
  ): void {
    const ticket = this.#ticket;
    ticket.side = side;
    ticket.type = type;
    ticket.timeInForce = timeInForce;
    ticket.priceTicks = priceTicks;
    ticket.qtyLots = lots;
    ticket.flags = flags;
    this.#sent++;
    this.#port.submit(this.#agent, this.#instrument, ref, ticket);
  }
}
