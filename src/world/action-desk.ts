/**
 * Carries out corporate actions on the ex-date, before the trading day begins (market-rules §8): open orders get new terms or go,
 * accounts get shares and cash, and prices of before are told in terms of the new share. What accounts get comes from the account of
 * the issuer, so that sums stay what they are.
 */

import {
  adjustOpenOrder,
  type CorporateAction,
  entitlementOf,
  factorsOf,
  type OptionMethod,
} from '../actions/index.ts';
import {
  BUY,
  CANCEL_CORPORATE_ACTION,
  type Instrument,
  LIMIT,
  ReplaceTicket,
  STOP,
  STOP_LIMIT,
  UNDEF_INT32,
} from '../domain/index.ts';
import type { OpenOrderView, Venue } from '../market/index.ts';
import type { Accounts } from './accounts.ts';
import type { ActionRecords, Now } from './action-records.ts';
import type { ContractDesk } from './contract-desk.ts';

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
  /** Groups that take their orders in it, and in options on it, out before the ex-date, as algorithms do. */
  readonly withdrawn: readonly number[];
  /** How splits that are no whole number change options on it (market-rules §8.4); 'current' if absent. */
  readonly optionMethod?: OptionMethod;
  /** Open orders in options whose terms change: carried over where their contract lives on under its symbol, or all cancelled. */
  readonly optionOrders?: 'adjust' | 'cancel';
}

export interface ActionParts {
  readonly venue: Venue;
  readonly instruments: readonly Instrument[];
  readonly accounts: Accounts;
  readonly records: ActionRecords;
  /** Agents have the accounts before this one. */
  readonly agentCount: number;
  readonly contracts: ContractDesk | null;
}

export class ActionDesk {
  /** Null where no instrument is an option. */
  readonly contracts: ContractDesk | null;
  readonly #actions: readonly WorldAction[];
  readonly #parts: ActionParts;
  readonly #change = new ReplaceTicket();

  constructor(actions: readonly WorldAction[], parts: ActionParts) {
    this.contracts = parts.contracts;
    this.#actions = actions;
    this.#parts = parts;
  }

  carryOut(nowNs: number, index: number): void {
    const planned = this.#actions[index]!;
    const { venue, records } = this.#parts;
    for (const instrument of planned.instruments) {
      const lastTicks = venue.lastPriceTicks(instrument);
      const action = withClose(planned.action, lastTicks, tickOf(this.#parts.instruments[instrument]!));
      const now = { nowNs, index, action };
      const exTicks = this.#exTicks(action, instrument, lastTicks);
      records.begin(now, instrument, exTicks, lastTicks);
      records.withdrawGroups(nowNs, instrument, planned.withdrawn);
      for (const order of venue.openOrders(instrument)) this.#adjust(now, instrument, order);
      if (exTicks !== UNDEF_INT32) {
        const factors = factorsOf(action, null);
        if (factors !== null) venue.restatePrices(instrument, (ticks) => Math.round(ticks * factors.price));
      }
      this.#entitle(now, instrument, exTicks);
      if (isLast(action)) venue.halt(nowNs, instrument, 'regulatory', Number.POSITIVE_INFINITY);
    }
    this.contracts?.carryOut({ nowNs, index, action: planned.action }, planned);
  }

  /** The last price in terms of the new share; as it is where an action ends the share. */
  #exTicks(action: CorporateAction, instrument: number, lastTicks: number): number {
    if (lastTicks === UNDEF_INT32) return UNDEF_INT32;
    const close = lastTicks * tickOf(this.#parts.instruments[instrument]!);
    return Math.round(lastTicks * (factorsOf(action, close)?.price ?? 1));
  }

  #adjust(now: Now, instrument: number, order: OpenOrderView): void {
    const { nowNs, index, action } = now;
    const { venue, records } = this.#parts;
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
    records.adjusted(now, instrument, order, { ticks, lots, ticksBefore: priceTicks });
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

  #entitle(now: Now, instrument: number, exTicks: number): void {
    const { accounts, instruments, records, agentCount, venue } = this.#parts;
    const { other } = this.#actions[now.index]!;
    const { minorPerTickLot } = instruments[instrument]!;
    const terms = { tick: tickOf(instruments[instrument]!), minorPerTickLot };
    const otherTicks = other === null ? null : priceOrNull(venue.lastPriceTicks(other));
    for (let account = 0; account < agentCount; account++) {
      const held = accounts.positionLots(account, instrument);
      if (held === 0) continue;
      const due = entitlementOf(now.action, held, terms, priceOrNull(exTicks), otherTicks);
      records.entitle(now, instrument, account, due.cashMinor, due.lots);
      if (other !== null) records.entitle(now, other, account, 0, due.otherLots);
    }
    accounts.checkConservation();
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
