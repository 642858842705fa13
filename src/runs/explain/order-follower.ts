/**
 * One order through the records of its instrument: its own life, the places that it took in the queue, what moved ahead of
 * it, and how near the market came. Memory: live orders of the instrument, and what is told of the order.
 *
 * Per record: look at what it is about to change (places and owners as they are before it), let the book take it, then note
 * what it says of the order.
 */

import {
  BUY,
  CANCEL_ROUTED,
  CANCEL_SELF_TRADE,
  CMD_CANCEL,
  CMD_MANAGED,
  CMD_NEW,
  CMD_NEW_TERMS,
  CMD_QUOTE,
  CMD_REDUCE,
  CMD_REPLACE,
  EV_ACCEPTED,
  EV_ADJUSTED,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_CARRIED,
  EV_EXPIRED,
  EV_FEE,
  EV_QUOTED,
  EV_REDUCED,
  EV_REFRESHED,
  EV_REJECTED,
  EV_REPLACE_REJECTED,
  EV_REPLACED,
  EV_RESTATED,
  EV_RESTED,
  EV_RETURNED,
  EV_ROUTED,
  EV_TRADE,
  EV_TRIGGERED,
  FILL_KIND_NAMES,
  SELL,
  type Side,
} from '../../domain/index.ts';
import { protectedTicks } from '../../market/index.ts';
import type { JournalBatch } from '../journal-reader.ts';
import type { Entry, MarketAtArrival, Owner, TakenPlace } from './explanation.ts';
import { availableTo, firstOwn, type Incoming, type MatchRules } from './fillable.ts';
import { OrderLife } from './order-life.ts';
import { QueueAhead } from './queue-ahead.ts';
import { QueueBook } from './queue-book.ts';
import type { QueueSide } from './queue-order.ts';
import { Stand, StopWait } from './reach.ts';
import { isOfOneOrder, readSaid, type Said } from './said.ts';
import {
  asManaged,
  asQuote,
  type QuotedTerms,
  readAnswered,
  readCommand,
  readQuote,
  withFurtherTerms,
} from './sent-order.ts';
import { SessionHistory } from './session-history.ts';

/** Word `fillKind` of the fee that a venue takes for a fill elsewhere. */
const FEE_OF_ROUTING = FILL_KIND_NAMES.indexOf('routed');

/** Who owns an account: the group of its agent, where the run knows groups. */
export type GroupOfAccount = (accountId: number) => string | null;

export class OrderFollower {
  readonly orderId: number;
  readonly rules: MatchRules;
  readonly life = new OrderLife();
  readonly session = new SessionHistory();
  readonly #groupOf: GroupOfAccount;
  readonly #symbolOf: (instrument: number) => string;
  /** Orders of its book that stand for it since its venue routes it. */
  readonly #standIns = new Set<number>();
  /** The venue looks after it: it does not come into the book itself. */
  isManaged = false;
  /** It is a side of a mass quote. */
  isQuote = false;
  /** The last mass quote in the instrument; of an order that is a quote, its account's last one. */
  #lastQuote: QuotedTerms | null = null;
  readonly #book: QueueBook;
  readonly #ahead: QueueAhead;
  #lastTradeTicks: number | null = null;
  /** The last record that tells of self-trade prevention of another order. */
  #selfTrade: Said | null = null;

  /** `symbolOf` names the instrument of an index, for orders that their venue routes to others. */
  constructor(
    orderId: number,
    rules: MatchRules,
    groupOf: GroupOfAccount,
    symbolOf: (instrument: number) => string = String,
  ) {
    this.#symbolOf = symbolOf;
    this.orderId = orderId;
    this.rules = rules;
    this.#groupOf = groupOf;
    this.#ahead = new QueueAhead(
      orderId,
      rules.icebergRefresh === 'roundRobin',
      (order) => this.#book.sideOf(order.side).at(order.priceTicks),
      (kind, otherId, lots) => {
        this.life.moves.push({ ...this.#book.moment, kind, orderId: otherId, lots, ...this.#ahead.place! });
      },
    );
    this.#book = new QueueBook(rules.icebergRefresh !== 'displayThenHiddenTime', this.#ahead);
  }

  /** Where it stands now; null if it does not rest. */
  get place(): TakenPlace | null {
    const place = this.#ahead.place;
    if (place === null) return null;
    const { priceTicks } = this.#book.orders.get(this.orderId)!;
    const betterLots = this.#ownSide().betterLots(priceTicks);
    return { ...place, priceTicks, betterLots, bestOppositeTicks: this.#oppositeSide().bestTicks };
  }

  /** Takes record `r` of the batch: of its instrument, or a refusal that names it. Raises RUNS_DAMAGED. */
  take(batch: JournalBatch, r: number, index: number): void {
    const { life, session } = this;
    const said = readSaid(batch, r, index);
    // What the session does after the order's end says nothing of what stood in its way.
    if (life.endNs === null || said.moment.timeNs === life.endNs) {
      session.take(batch, r, index, life.isLive || life.endNs !== null);
    }
    if (said.kind === EV_TRADE) this.#trade(said);
    else if (said.orderId === this.orderId && isOfOneOrder(said.kind)) this.#own(said, batch.words);
    else {
      if (said.kind === CMD_QUOTE) this.#quoted(said, batch.words);
      if (isSelfTrade(said)) this.#selfTrade = said;
      if (life.isRouted) this.#standIn(said);
      this.#book.take(said);
    }
    if (!life.isLive || !session.isMatching) return;
    life.hasSeenMatching = true;
    life.stand?.faceOpposite(this.#oppositeSide().bestTicks);
  }

  /** Behind the last record of a command: a replace in place may wait for a record that does not come. */
  settle(): void {
    this.#book.settle();
  }

  /** A record of the order itself, which starts at word `said.at`. */
  #own(said: Said, words: Int32Array): void {
    const { life } = this;
    const { at } = said;
    const placeBefore = this.place;
    this.#book.take(said);
    switch (said.kind) {
      case CMD_NEW:
        life.send(readCommand(words, at, said.moment, this.#ownerOf(said.other)));
        life.askedTicks ??= said.price;
        return;
      case CMD_MANAGED:
        this.isManaged = true;
        if (life.sent !== null) life.send(asManaged(life.sent));
        return;
      case EV_QUOTED:
        this.isQuote = true;
        if (this.#lastQuote !== null)
          life.send(asQuote(this.#lastQuote, said.side, said.moment, this.#ownerOf(said.other)));
        return;
      case CMD_NEW_TERMS:
        if (life.sent !== null) life.send(withFurtherTerms(life.sent, words, at));
        return;
      case CMD_CANCEL:
      case CMD_REDUCE:
      case CMD_REPLACE:
      case EV_ADJUSTED:
        life.noteRequest(said);
        return;
      case EV_ACCEPTED:
      case EV_REJECTED:
        if (life.sent === null) life.send(readAnswered(words, at, said.moment, this.#ownerOf(said.other)));
        if (life.takeAnswer(said, this.#market()) && life.isLive) this.#arrived(said);
        return;
      case EV_CANCEL_REJECTED:
      case EV_REPLACE_REJECTED:
        life.refused(said);
        return;
      case EV_RESTED:
        life.limitTicks = said.price;
        life.stand = new Stand(this.#ownSide(), said.price, this.#minQtyLots);
        life.tookPlace(said, this.place!);
        return;
      case EV_REFRESHED:
        life.tookPlace(said, this.place!);
        return;
      case EV_TRIGGERED:
        life.triggered(said);
        if (life.sent!.type === 'stop') this.#protect(said.price);
        this.#enter('triggered', said, said.qty);
        return;
      case EV_REPLACED:
        this.#replaced(said, placeBefore !== null && !said.keepsPlace);
        return;
      case EV_REDUCED:
      case EV_RESTATED:
        life.reduced(said);
        return;
      case EV_ROUTED:
      case EV_RETURNED:
        life.routed(said, this.#symbolOf(said.otherLeaves));
        return;
      case EV_CANCELED:
      case EV_EXPIRED:
        this.#left(said, placeBefore);
        return;
      case EV_FEE:
        life.charged(said.amount, said.otherLeaves === FEE_OF_ROUTING ? 0 : said.extra);
    }
  }

  /** It was cancelled or has expired. */
  #left(said: Said, placeBefore: TakenPlace | null): void {
    const { life } = this;
    // Without a command it is an order that stood for another one: it ends here, and that one goes on.
    if (said.code === CANCEL_ROUTED && life.sent?.type != null) {
      life.passedOn(said);
      return;
    }
    if (isSelfTrade(said)) life.metOrderId = this.#metOrder(said);
    life.ended(said, placeBefore);
  }

  /** A record of an order that may stand for this one. */
  #standIn(said: Said): void {
    const { life } = this;
    const { kind, orderId, code } = said;
    if (kind === EV_CARRIED && said.otherLeaves === this.orderId) this.#standIns.add(orderId);
    if (!this.#standIns.has(orderId)) return;
    if (kind === EV_FEE) life.charged(said.amount, said.extra);
    const isReduced = kind === EV_REDUCED || kind === EV_RESTATED;
    const isEnded = kind === EV_EXPIRED || (kind === EV_CANCELED && code !== CANCEL_ROUTED);
    if (isReduced || isEnded) life.endedFor(said);
    else if (kind === EV_CANCELED) this.#standIns.delete(orderId);
  }

  /** A trade of an order that stands for this one. */
  #tradeFor(said: Said, standIn: number): void {
    const { moment, price, qty, extra, isAuction, isMakerHidden, orderId, other } = said;
    const isTaker = standIn === orderId;
    const counterOrderId = isTaker ? other : orderId;
    this.life.filledFor({
      ...moment,
      tradeId: extra,
      priceTicks: price,
      lots: qty,
      role: isAuction ? 'auction' : isTaker ? 'taker' : isMakerHidden ? 'hiddenMaker' : 'maker',
      standIn: { orderId: standIn, symbol: this.#symbolOf(said.instrument) },
      counterOrderId,
      counterparty: this.#ownerOf(this.#book.orders.get(counterOrderId)?.accountId ?? 0),
    });
  }

  /** Accepted: the venue looks after it, and others stand for it in the book; it waits as a stop, is held for an auction, or enters the match. */
  #arrived(said: Said): void {
    const { life } = this;
    const { type, stopPriceTicks } = life.sent!;
    if (this.isManaged) return;
    if (stopPriceTicks !== null) this.#wait(stopPriceTicks);
    else {
      const best = this.#oppositeSide().pricesFromBest()[0] ?? null;
      if (type === 'marketToLimit') life.limitTicks = best;
      if (type === 'market' && best !== null) this.#protect(best);
      this.#enter('new', said, said.leaves);
    }
  }

  /** A market order has got a limit, where the venue protects them. */
  #protect(fromTicks: number): void {
    const { protectionTicks } = this.rules;
    if (protectionTicks !== null)
      this.life.limitTicks = protectedTicks(this.#side() === BUY ? BUY : SELL, fromTicks, protectionTicks);
  }

  /** A mass quote: of the order's own account it is a request for a change. */
  #quoted(said: Said, words: Int32Array): void {
    this.#lastQuote = readQuote(words, said.at);
    if (this.isQuote && said.other === this.life.sent?.accountId) this.life.noteRequest(said);
  }

  #replaced(said: Said, losesPlace: boolean): void {
    const { wait } = this.life;
    if (wait !== null && said.price !== wait.stopPriceTicks) this.#wait(said.price);
    this.life.replaced(said, losesPlace);
    if (!losesPlace) return;
    this.life.stand = null;
    this.#enter('replaced', said, said.qty);
  }

  #trade(said: Said): void {
    const isTaker = said.orderId === this.orderId;
    if (isTaker || said.other === this.orderId) {
      const counter = this.#book.orders.get(isTaker ? said.other : said.orderId);
      this.life.filled(said, isTaker, this.#ownerOf(counter?.accountId ?? 0), this.place);
    } else if (this.#standIns.has(said.orderId)) this.#tradeFor(said, said.orderId);
    else if (this.#standIns.has(said.other)) this.#tradeFor(said, said.other);
    else this.#seeTrade(said);
    this.#book.take(said);
    this.#lastTradeTicks = said.price;
    this.life.wait?.seeTrade(said.price);
  }

  /** A trade of others, before the book takes it. */
  #seeTrade({ other, price, qty, isAuction }: Said): void {
    const { life } = this;
    const maker = this.#book.orders.get(other);
    if (life.stand === null || !life.isLive || isAuction || !this.session.isMatching) return;
    if (maker === undefined || maker.side !== this.#side()) return;
    life.stand.seeTrade(price, maker.priceTicks, qty, this.#ahead.isAhead(maker));
  }

  /** What the other side has for it now that it enters the match. There may be none for it, then it only rests. */
  #enter(cause: Entry['cause'], { moment }: Said, neededLots: number): void {
    const { limitTicks, sent } = this.life;
    if (!this.session.isMatching || sent!.postOnly !== null || sent!.auctionTerm !== null) return;
    const opposite = this.#oppositeSide();
    this.life.entries.push({
      ...moment,
      cause,
      limitTicks,
      bestOppositeTicks: opposite.bestTicks,
      neededLots,
      minQtyLots: this.#minQtyLots || null,
      ...availableTo(this.#incoming(neededLots), opposite, this.rules),
    });
  }

  #wait(stopPriceTicks: number): void {
    const wait = new StopWait(this.#side() === BUY, stopPriceTicks);
    if (this.#lastTradeTicks !== null) wait.seeTrade(this.#lastTradeTicks);
    this.life.wait = wait;
  }

  /** The order of its own group that ended it: one that came in, or the one that it met. */
  #metOrder({ qty, moment }: Said): number | null {
    if (this.life.stand !== null) return this.#book.enteringId;
    const { stpMode } = this.life.sent!;
    const before = this.#selfTrade?.moment.record === moment.record - 1 ? this.#selfTrade : null;
    if (before !== null && (stpMode !== 'cancelSmallest' || before.qty === qty)) return before.orderId;
    return firstOwn(this.#incoming(qty), this.#oppositeSide())?.orderId ?? null;
  }

  /** Least execution that it takes now, 0 for any. */
  get #minQtyLots(): number {
    return this.#book.orders.get(this.orderId)?.minQtyLots ?? 0;
  }

  #incoming(lots: number): Incoming {
    const { stpGroup, stpMode } = this.life.sent!;
    return { limitTicks: this.life.limitTicks, lots, stpGroup, stpMode };
  }

  #market(): MarketAtArrival {
    return {
      bestOwnTicks: this.#ownSide().bestTicks,
      bestOppositeTicks: this.#oppositeSide().bestTicks,
      lastTradeTicks: this.#lastTradeTicks,
      session: this.session.state,
    };
  }

  #ownerOf(accountId: number): Owner {
    return accountId === 0
      ? { accountId: null, group: null }
      : { accountId, group: this.#groupOf(accountId) };
  }

  #side(): Side {
    return this.life.sent!.side === 'buy' ? BUY : SELL;
  }

  #ownSide(): QueueSide {
    return this.#book.sideOf(this.#side());
  }

  #oppositeSide(): QueueSide {
    return this.#book.sideOf((this.#side() ^ 1) as Side);
  }
}

function isSelfTrade({ kind, code }: Said): boolean {
  return kind === EV_RESTATED || (kind === EV_CANCELED && code === CANCEL_SELF_TRADE);
}
