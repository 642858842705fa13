/**
 * Option contracts on the ex-date of what they deliver, and on their last day (market-rules §8.4, OCC).
 *
 * Ex-date: the terms change; contracts of a whole split become several, with the positions in them and their open orders; orders in a
 * contract that delivers something else now are cancelled, since it goes on under another symbol.
 *
 * Last day: every position that is in the money by a cent a point is exercised, as the OCC does by itself, and the others lapse. Since
 * positions add up to nothing, all longs exercising means that all shorts are assigned, each for what he is short.
 */

import {
  adjustDelivered,
  adjustOption,
  adjustOptionOrder,
  type CorporateAction,
  deliversSame,
  type OptionHolding,
} from '../actions/index.ts';
import { type BinaryReader, type BinaryWriter, TwinError } from '../base/index.ts';
import {
  ACTION_KINDS,
  BUY,
  CANCEL_CONTRACT_EXPIRED,
  CANCEL_CORPORATE_ACTION,
  EV_CONTRACT,
  EV_CONTRACT_END,
  EV_DELIVERS,
  type EventBuffer,
  EXPIRY_OUTCOMES,
  type ExpiryOutcome,
  HEAD_CODE_SHIFT,
  type Instrument,
  LIMIT,
  type OptionTerms,
  QTY_LOTS_MAX,
  RECORD_WORDS,
  ReplaceTicket,
  STOP,
  STOP_LIMIT,
  UNDEF_INT32,
  WORD_ORDER,
  WORD_QTY,
} from '../domain/index.ts';
import type { OpenOrderView, Venue } from '../market/index.ts';
import type { Accounts } from './accounts.ts';
import type { WorldAction } from './action-desk.ts';
import type { ActionRecords, Now } from './action-records.ts';
import type { Contracts } from './contracts.ts';
import type { FeeDesk } from './fee-desk.ts';

/** The last day of option contracts of a world. */
export interface WorldExpiry {
  /** After trading on that day, ns since the run's epoch. */
  readonly atNs: number;
  /** By index. */
  readonly instruments: readonly number[];
}

/** In the money by so much of a point, a contract is exercised without being asked for (OCC Rule 805). */
const EXERCISE_FROM = 0.01;

export interface ContractParts {
  readonly contracts: Contracts;
  readonly records: ActionRecords;
  readonly venue: Venue;
  readonly instruments: readonly Instrument[];
  readonly accounts: Accounts;
  readonly events: EventBuffer;
  readonly fees: readonly FeeDesk[];
}

/** What one lot of a contract delivers. */
interface Delivery {
  /** Whole lots by instrument. */
  readonly lots: readonly { readonly instrument: number; readonly lots: number }[];
  /** Cash, with that for fractions of lots. */
  readonly cashMinor: number;
  /** All of it at the last prices; null where something has none. */
  readonly worthMinor: number | null;
}

export class ContractDesk {
  readonly #parts: ContractParts;
  readonly #change = new ReplaceTicket();

  constructor(parts: ContractParts) {
    this.#parts = parts;
  }

  writeState(writer: BinaryWriter): void {
    this.#parts.contracts.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    const { contracts, fees } = this.#parts;
    contracts.readState(reader);
    for (const instrument of contracts.indexes) {
      const terms = contracts.termsOf(instrument);
      if (terms !== null) for (const desk of fees) desk.restate(instrument, terms.multiplier);
    }
  }

  /** Adjusts every contract that delivers the share of an action, after the share itself. */
  carryOut(now: Now, planned: WorldAction): void {
    const { contracts } = this.#parts;
    const { symbol } = now.action;
    for (const instrument of contracts.indexes) {
      const terms = contracts.termsOf(instrument);
      if (terms === null) continue;
      const { shares, others } = terms.deliverable;
      if (terms.underlying === symbol ? shares > 0 : others.some((other) => other.symbol === symbol))
        this.#adjust(now, planned, instrument, terms);
    }
  }

  /** Ends contracts: positions that are in the money are exercised, the others lapse. */
  expire(nowNs: number, { instruments }: WorldExpiry): void {
    for (const instrument of instruments) {
      const terms = this.#parts.contracts.termsOf(instrument);
      if (terms === null) continue;
      const { venue, accounts } = this.#parts;
      for (const { orderId } of venue.openOrders(instrument))
        venue.withdraw(nowNs, instrument, orderId, CANCEL_CONTRACT_EXPIRED);
      const delivery = this.#deliveryOf(terms, instrument);
      const aggregateMinor = this.#minor(instrument, terms.strike * terms.multiplier);
      const outcome = this.#outcomeOf(terms, instrument, delivery.worthMinor, aggregateMinor);
      this.#emit(nowNs, instrument, EV_CONTRACT_END, EXPIRY_OUTCOMES.indexOf(outcome), [
        [WORD_ORDER, delivery.worthMinor ?? 0],
        [WORD_QTY, aggregateMinor],
      ]);
      for (let account = 0; account < accounts.count; account++)
        this.#settle(nowNs, instrument, account, outcome === 'exercised' ? delivery : null, aggregateMinor);
      this.#parts.contracts.end(instrument);
      venue.halt(nowNs, instrument, 'regulatory', Number.POSITIVE_INFINITY);
      accounts.checkConservation();
    }
  }

  #adjust(now: Now, planned: WorldAction, instrument: number, before: OptionTerms): void {
    const { venue, records, contracts, accounts, fees } = this.#parts;
    const holding: OptionHolding = { ...before, contracts: 1 };
    const action = this.#namingOther(now.action, planned.other);
    const prices = {
      share: this.#priceOf(planned.instruments[0]!),
      other: planned.other === null ? null : this.#priceOf(planned.other),
    };
    const { contracts: perContract, ...changed } =
      before.underlying === action.symbol
        ? adjustOption(holding, action, planned.optionMethod ?? 'current', prices)
        : adjustDelivered(holding, action, prices);
    const after: OptionTerms = { ...before, ...changed };
    const worth = before.multiplier / (after.multiplier * perContract);
    const lastTicks = venue.lastPriceTicks(instrument);
    const restated = (ticks: number): number => (worth === 1 ? ticks : Math.round(ticks * worth));
    records.begin(now, instrument, lastTicks === UNDEF_INT32 ? lastTicks : restated(lastTicks), lastTicks);
    records.withdrawGroups(now.nowNs, instrument, planned.withdrawn);
    const isOther = !deliversSame(before.deliverable, after.deliverable);
    if (!isOther && after.strike === before.strike) return;
    contracts.change(instrument, after, contracts.rootNumberOf(instrument) + (isOther ? 1 : 0));
    for (const desk of fees) desk.restate(instrument, after.multiplier);
    this.#tellTerms(now, instrument, after, perContract);
    this.#carryOrders(now, planned, instrument, isOther ? 0 : perContract, () =>
      venue.restatePrices(instrument, restated),
    );
    for (let account = 0; account < accounts.count - 1; account++) {
      const more = accounts.positionLots(account, instrument) * (perContract - 1);
      if (more !== 0) records.entitle(now, instrument, account, 0, more);
    }
    accounts.checkConservation();
  }

  /** The action with the symbol by which contracts name what holders get besides. Raises WORLD_CONFIG. */
  #namingOther(action: CorporateAction, other: number | null): CorporateAction {
    if (action.kind !== 'spinOff' && action.kind !== 'stockMerger') return action;
    if (other === null)
      throw new TwinError(
        'WORLD_CONFIG',
        'what holders get is an instrument, where options deliver the share',
        {
          kind: action.kind,
          symbol: action.symbol,
          other: action.otherSymbol ?? 'none',
        },
      );
    const { product, symbol } = this.#parts.instruments[other]!;
    return { ...action, otherSymbol: product ?? symbol };
  }

  /** Open orders: `perContract` 0 is a contract under another symbol. `restate` tells prices of before in terms of it. */
  #carryOrders(
    now: Now,
    { optionOrders }: WorldAction,
    instrument: number,
    perContract: number,
    restate: () => void,
  ): void {
    const { venue } = this.#parts;
    const orders = venue.openOrders(instrument);
    if (perContract === 0 || optionOrders === 'cancel') {
      for (const { orderId } of orders) this.#cancel(now, instrument, orderId);
      restate();
      return;
    }
    if (perContract === 1) return;
    // What moves down with the price before it, so that nothing meets or triggers on the way; then what stands above it.
    const isBelow = ({ side, type }: OpenOrderView): boolean => (side === BUY) === (type === LIMIT);
    for (const order of orders.filter(isBelow)) this.#multiply(now, instrument, order, perContract);
    restate();
    for (const order of orders.filter((one) => !isBelow(one)))
      this.#multiply(now, instrument, order, perContract);
  }

  #multiply(now: Now, instrument: number, order: OpenOrderView, perContract: number): void {
    const { venue, records } = this.#parts;
    const { orderId, openLots, filledLots, priceTicks, stopPriceTicks } = order;
    const type = TYPES[order.type];
    const terms =
      type === undefined || order.isManaged
        ? null
        : adjustOptionOrder(
            { side: order.side === BUY ? 'buy' : 'sell', type, priceTicks, stopPriceTicks },
            perContract,
          );
    const lots = openLots * perContract;
    // Pegs and trailing stops follow prices that are no more; orders of a call without a price are its business.
    if (terms === null || lots > QTY_LOTS_MAX) {
      if (type !== undefined || order.isManaged) this.#cancel(now, instrument, orderId);
      return;
    }
    const isStop = type !== 'limit';
    records.adjusted(now, instrument, order, {
      ticks: isStop ? terms.stopPriceTicks : terms.priceTicks,
      ticksBefore: isStop ? stopPriceTicks : priceTicks,
      lots,
    });
    const change = this.#change.reset();
    change.orderId = orderId;
    const isTotal = venue.books[instrument]!.rules.replaceQty === 'total';
    change.qtyLots = lots + (isTotal ? filledLots : 0);
    if (type !== 'stop') change.priceTicks = terms.priceTicks;
    if (isStop) change.stopPriceTicks = terms.stopPriceTicks;
    venue.restate(now.nowNs, instrument, change);
  }

  #cancel({ nowNs }: Now, instrument: number, orderId: number): void {
    this.#parts.venue.withdraw(nowNs, instrument, orderId, CANCEL_CORPORATE_ACTION);
  }

  #tellTerms(
    { nowNs, index, action }: Now,
    instrument: number,
    terms: OptionTerms,
    perContract: number,
  ): void {
    const { contracts } = this.#parts;
    const code = ACTION_KINDS.indexOf(action.kind);
    const { strike, multiplier, underlying, deliverable } = terms;
    const rootNumber = contracts.rootNumberOf(instrument);
    const doubles: Doubles = [
      [WORD_ORDER, strike],
      [WORD_QTY, multiplier],
    ];
    this.#emit(nowNs, instrument, EV_CONTRACT, code, doubles, [rootNumber, perContract, index]);
    const delivers = (listing: number, amount: number): void => {
      if (amount === 0) return;
      this.#emit(nowNs, instrument, EV_DELIVERS, code, [[WORD_QTY, amount]], [0, 0, index], listing);
    };
    for (const { symbol, shares } of [
      { symbol: underlying, shares: deliverable.shares },
      ...deliverable.others,
    ])
      delivers(contracts.listingOf(symbol)!, shares);
    delivers(-1, deliverable.cash);
  }

  #settle(
    nowNs: number,
    option: number,
    account: number,
    delivery: Delivery | null,
    aggregateMinor: number,
  ): void {
    const { accounts, records, contracts } = this.#parts;
    const held = accounts.positionLots(account, option);
    if (held === 0 || account === accounts.count - 1) return;
    if (delivery === null) {
      records.exercise(nowNs, option, option, account, 0, -held);
      return;
    }
    const got = contracts.termsOf(option)!.right === 'call' ? held : -held;
    records.exercise(nowNs, option, option, account, got * (delivery.cashMinor - aggregateMinor), -held);
    for (const { instrument, lots } of delivery.lots)
      records.exercise(nowNs, option, instrument, account, 0, got * lots);
  }

  /** Whole lots of what a lot of a contract delivers; fractions are paid at the last price. */
  #deliveryOf({ underlying, deliverable }: OptionTerms, option: number): Delivery {
    const { contracts, instruments, venue } = this.#parts;
    const perLot = Number(instruments[option]!.lotSize);
    let cashMinor = this.#minor(option, deliverable.cash);
    let sharesMinor = 0;
    let isPriced = true;
    const lots: { instrument: number; lots: number }[] = [];
    for (const { symbol, shares } of [
      { symbol: underlying, shares: deliverable.shares },
      ...deliverable.others,
    ]) {
      if (shares === 0) continue;
      const instrument = contracts.listingOf(symbol)!;
      const { lotSize, minorPerTickLot } = instruments[instrument]!;
      const exact = (shares * perLot) / Number(lotSize);
      const whole = Math.floor(exact + 1e-9);
      const priceTicks = venue.lastPriceTicks(instrument);
      if (priceTicks === UNDEF_INT32) isPriced = false;
      else {
        sharesMinor += whole * priceTicks * minorPerTickLot;
        cashMinor += Math.round(Math.max(0, exact - whole) * priceTicks * minorPerTickLot);
      }
      if (whole > 0) lots.push({ instrument, lots: whole });
    }
    return { lots, cashMinor, worthMinor: isPriced ? sharesMinor + cashMinor : null };
  }

  #outcomeOf(
    { right, multiplier }: OptionTerms,
    option: number,
    worthMinor: number | null,
    aggregateMinor: number,
  ): ExpiryOutcome {
    if (worthMinor === null) return 'noPrice';
    const gainMinor = right === 'call' ? worthMinor - aggregateMinor : aggregateMinor - worthMinor;
    return gainMinor >= this.#minor(option, EXERCISE_FROM * multiplier) && gainMinor > 0
      ? 'exercised'
      : 'worthless';
  }

  /** Currency units of a contract in minor units of a lot. */
  #minor(option: number, amount: number): number {
    const { lotSize, minorUnit } = this.#parts.instruments[option]!;
    return Math.round((amount * Number(lotSize)) / Number(minorUnit));
  }

  /** Last price of a share in currency units. */
  #priceOf(instrument: number): number | null {
    const ticks = this.#parts.venue.lastPriceTicks(instrument);
    return ticks === UNDEF_INT32 ? null : ticks * Number(this.#parts.instruments[instrument]!.tickSize);
  }

  /** A record of a contract; `tail` are its words 8 to 10, `first` its word 4 where no double stands there. */
  #emit(
    nowNs: number,
    instrument: number,
    kind: number,
    code: number,
    doubles: Doubles,
    [other, otherLeaves, extra]: readonly [number, number, number] = [0, 0, 0],
    first = 0,
  ): void {
    const { events } = this.#parts;
    events.timeNs = nowNs;
    events.instrument = instrument;
    events.emit(kind | (code << HEAD_CODE_SHIFT), first, 0, 0, 0, other, otherLeaves, extra);
    const at = (events.count - 1) * RECORD_WORDS;
    for (const [word, value] of doubles) events.doubles[(at + word) >> 1] = value;
  }
}

type Doubles = readonly (readonly [word: number, value: number])[];

const TYPES: Readonly<Record<number, 'limit' | 'stop' | 'stopLimit'>> = {
  [LIMIT]: 'limit',
  [STOP]: 'stop',
  [STOP_LIMIT]: 'stopLimit',
};
