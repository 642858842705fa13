/**
 * Carries out corporate actions on the ex-date, before the trading day begins (market-rules §8): open orders get new terms or go,
 * accounts get shares and cash, and prices of before are told in terms of the new share. What accounts get comes from the account of
 * the issuer, so that sums stay what they are.
 */

import { adjustOpenOrder, type CorporateAction, entitlementOf, factorsOf } from '../actions/index.ts';
import {
  ACTION_KINDS,
  type AgentGroup,
  BUY,
  CANCEL_CORPORATE_ACTION,
  EV_ACTION,
  EV_ADJUSTED,
  EV_ENTITLEMENT,
  type EventBuffer,
  HEAD_CODE_SHIFT,
  HEAD_SIDE_SHIFT,
  type Instrument,
  LIMIT,
  RECORD_WORDS,
  ReplaceTicket,
  STOP,
  STOP_LIMIT,
  UNDEF_INT32,
  WORD_OTHER,
  WORD_QTY,
} from '../domain/index.ts';
import type { OpenOrderView, Venue } from '../market/index.ts';
import type { Accounts } from './accounts.ts';

/** A corporate action of a world. */
export interface WorldAction {
  /** Before the trading day begins, ns since the run's epoch. */
  readonly atNs: number;
  readonly action: CorporateAction;
  /** Listings of the share, by index. */
  readonly instruments: readonly number[];
  /** Listing of what holders get besides (spin-off, stock merger), by index; null where the kind has none. */
  readonly other: number | null;
  /** Units of a round lot, and whether sizes of orders go down to whole round lots or to whole shares (market-rules §8.3). */
  readonly roundLot: number;
  readonly sizes: 'roundLots' | 'shares';
  /** Groups that take their orders in it out before the ex-date, as algorithms do. */
  readonly withdrawn: readonly number[];
}

export interface ActionParts {
  readonly venue: Venue;
  readonly instruments: readonly Instrument[];
  readonly accounts: Accounts;
  readonly events: EventBuffer;
  readonly groups: readonly AgentGroup[];
  /** First agent of each group. */
  readonly firstOf: readonly number[];
  /** Agents have the accounts before this one. */
  readonly agentCount: number;
  /** Account of the issuers. */
  readonly issuer: number;
}

export class ActionDesk {
  readonly #actions: readonly WorldAction[];
  readonly #parts: ActionParts;
  readonly #change = new ReplaceTicket();

  constructor(actions: readonly WorldAction[], parts: ActionParts) {
    this.#actions = actions;
    this.#parts = parts;
  }

  carryOut(nowNs: number, index: number): void {
    const planned = this.#actions[index]!;
    const { venue } = this.#parts;
    for (const instrument of planned.instruments) {
      const lastTicks = venue.lastPriceTicks(instrument);
      const action = withClose(planned.action, lastTicks, tickOf(this.#parts.instruments[instrument]!));
      const exTicks = this.#exTicks(action, instrument, lastTicks);
      this.#stamp(nowNs, instrument);
      const head = EV_ACTION | (ACTION_KINDS.indexOf(action.kind) << HEAD_CODE_SHIFT);
      this.#parts.events.emit(head, index, exTicks, 0, 0, 0, lastTicks, 0);
      this.#withdraw(nowNs, instrument, planned.withdrawn);
      for (const order of venue.openOrders(instrument)) this.#adjust(nowNs, instrument, order, action, index);
      if (exTicks !== UNDEF_INT32) {
        const factors = factorsOf(action, null);
        if (factors !== null) venue.restatePrices(instrument, (ticks) => Math.round(ticks * factors.price));
      }
      this.#entitle(nowNs, instrument, action, index, exTicks);
      if (isLast(action)) venue.halt(nowNs, instrument, 'regulatory', Number.POSITIVE_INFINITY);
    }
  }

  /** The last price in terms of the new share; as it is where an action ends the share. */
  #exTicks(action: CorporateAction, instrument: number, lastTicks: number): number {
    if (lastTicks === UNDEF_INT32) return UNDEF_INT32;
    const close = lastTicks * tickOf(this.#parts.instruments[instrument]!);
    return Math.round(lastTicks * (factorsOf(action, close)?.price ?? 1));
  }

  #withdraw(nowNs: number, instrument: number, groups: readonly number[]): void {
    if (groups.length === 0) return;
    const { venue, firstOf } = this.#parts;
    const isWithdrawn = (account: number): boolean =>
      groups.some((group) => {
        const first = firstOf[group]!;
        return account > first && account <= first + this.#parts.groups[group]!.count;
      });
    for (const { orderId, accountId } of venue.openOrders(instrument))
      if (isWithdrawn(accountId)) venue.withdraw(nowNs, instrument, orderId, CANCEL_CORPORATE_ACTION);
  }

  #adjust(
    nowNs: number,
    instrument: number,
    order: OpenOrderView,
    action: CorporateAction,
    index: number,
  ): void {
    const { venue, events } = this.#parts;
    // Pegs and trailing stops follow prices that are no more; market orders of a call have no price.
    if (order.isManaged) {
      if (action.kind !== 'symbolChange')
        venue.withdraw(nowNs, instrument, order.orderId, CANCEL_CORPORATE_ACTION);
      return;
    }
    const type = TYPES[order.type];
    if (type === undefined) {
      if (isLast(action)) venue.withdraw(nowNs, instrument, order.orderId, CANCEL_CORPORATE_ACTION);
      return;
    }
    const planned = this.#actions[index]!;
    const spec = this.#parts.instruments[instrument]!;
    const tick = tickOf(spec);
    const unitsPerLot = Number(spec.lotSize);
    const adjusted = (priceTicks: number) =>
      adjustOpenOrder(
        {
          side: order.side === BUY ? 'buy' : 'sell',
          type,
          price: priceTicks * tick,
          qty: order.openLots * unitsPerLot,
        },
        action,
        { tick, roundLot: planned.roundLot, sizes: planned.sizes },
      );
    const isStop = type !== 'limit';
    const priceTicks = isStop ? order.stopPriceTicks : order.priceTicks;
    const found = adjusted(priceTicks);
    if (found.kind === 'unchanged') return;
    if (found.kind === 'cancelled') {
      venue.withdraw(nowNs, instrument, order.orderId, CANCEL_CORPORATE_ACTION);
      return;
    }
    const ticks = Math.round(found.price / tick);
    const lots = Math.max(1, Math.floor(found.qty / unitsPerLot + 1e-9));
    if (ticks === priceTicks && lots === order.openLots) return;
    this.#stamp(nowNs, instrument);
    const kind = ACTION_KINDS.indexOf(action.kind) << HEAD_CODE_SHIFT;
    const head = EV_ADJUSTED | (order.side << HEAD_SIDE_SHIFT) | kind;
    events.emit(head, order.orderId, ticks, lots, order.openLots, order.accountId, priceTicks, index);
    const change = this.#change.reset();
    change.orderId = order.orderId;
    const isTotal = venue.books[instrument]!.rules.replaceQty === 'total';
    change.qtyLots = lots + (isTotal ? order.filledLots : 0);
    if (!isStop) change.priceTicks = ticks;
    else {
      change.stopPriceTicks = ticks;
      if (type === 'stopLimit') {
        const limit = adjusted(order.priceTicks);
        if (limit.kind === 'adjusted') change.priceTicks = Math.round(limit.price / tick);
      }
    }
    venue.restate(nowNs, instrument, change);
  }

  #entitle(nowNs: number, instrument: number, action: CorporateAction, index: number, exTicks: number): void {
    const { accounts, instruments, issuer, agentCount, venue } = this.#parts;
    const { other } = this.#actions[index]!;
    const { minorPerTickLot } = instruments[instrument]!;
    const terms = { tick: tickOf(instruments[instrument]!), minorPerTickLot };
    const otherTicks = other === null ? null : priceOrNull(venue.lastPriceTicks(other));
    for (let account = 0; account < agentCount; account++) {
      const held = accounts.positionLots(account, instrument);
      if (held === 0) continue;
      const due = entitlementOf(action, held, terms, priceOrNull(exTicks), otherTicks);
      accounts.transfer(issuer, account, due.cashMinor);
      accounts.transferLots(issuer, account, instrument, due.lots);
      this.#say(nowNs, instrument, index, account, due.cashMinor, due.lots);
      if (other === null || due.otherLots === 0) continue;
      accounts.transferLots(issuer, account, other, due.otherLots);
      this.#say(nowNs, other, index, account, 0, due.otherLots);
    }
    accounts.checkConservation();
  }

  #say(nowNs: number, instrument: number, index: number, account: number, cash: number, lots: number): void {
    if (cash === 0 && lots === 0) return;
    const { events } = this.#parts;
    this.#stamp(nowNs, instrument);
    const code = ACTION_KINDS.indexOf(this.#actions[index]!.action.kind) << HEAD_CODE_SHIFT;
    events.emit(EV_ENTITLEMENT | code, index, account + 1, 0, 0, 0, 0, 0);
    const at = (events.count - 1) * RECORD_WORDS;
    events.doubles[(at + WORD_QTY) >> 1] = cash;
    events.doubles[(at + WORD_OTHER) >> 1] = lots;
  }

  #stamp(nowNs: number, instrument: number): void {
    this.#parts.events.timeNs = nowNs;
    this.#parts.events.instrument = instrument;
  }
}

const TYPES: Readonly<Record<number, 'limit' | 'stop' | 'stopLimit'>> = {
  [LIMIT]: 'limit',
  [STOP]: 'stop',
  [STOP_LIMIT]: 'stopLimit',
};

/** Whether nothing trades in the share any more. */
function isLast({ kind }: CorporateAction): boolean {
  return kind === 'cashMerger' || kind === 'stockMerger' || kind === 'delisting';
}

function tickOf({ tickSize }: Instrument): number {
  return Number(tickSize);
}

function priceOrNull(ticks: number): number | null {
  return ticks === UNDEF_INT32 ? null : ticks;
}

/** The action with the close of the day before, where it does not say it itself. */
function withClose(action: CorporateAction, lastTicks: number, tick: number): CorporateAction {
  if (action.referencePrice !== null || lastTicks === UNDEF_INT32) return action;
  return { ...action, referencePrice: Number((lastTicks * tick).toFixed(9)) };
}
