/** What corporate actions and expiries do to accounts and open orders, said in the journal as it is done. */

import type { CorporateAction } from '../actions/index.ts';
import {
  ACTION_KINDS,
  type AgentGroup,
  CANCEL_CORPORATE_ACTION,
  EV_ACTION,
  EV_ADJUSTED,
  EV_ENTITLEMENT,
  EV_EXERCISE,
  type EventBuffer,
  HEAD_CODE_SHIFT,
  HEAD_SIDE_SHIFT,
  RECORD_WORDS,
  WORD_OTHER,
  WORD_QTY,
} from '../domain/index.ts';
import type { OpenOrderView, Venue } from '../market/index.ts';
import type { Accounts } from './accounts.ts';

export interface RecordParts {
  readonly venue: Venue;
  readonly accounts: Accounts;
  readonly events: EventBuffer;
  readonly groups: readonly AgentGroup[];
  /** First agent of each group. */
  readonly firstOf: readonly number[];
  /** Account of the issuers. */
  readonly issuer: number;
}

/** An action that is being carried out: its place among those of the run. */
export interface Now {
  readonly nowNs: number;
  readonly index: number;
  readonly action: CorporateAction;
}

export class ActionRecords {
  readonly #parts: RecordParts;

  constructor(parts: RecordParts) {
    this.#parts = parts;
  }

  /** The action takes effect in an instrument, with the last price after and before it. */
  begin({ nowNs, index, action }: Now, instrument: number, exTicks: number, lastTicks: number): void {
    this.#stamp(nowNs, instrument);
    this.#parts.events.emit(EV_ACTION | codeOf(action), index, exTicks, 0, 0, 0, lastTicks, 0);
  }

  /** Groups that take their orders out before the ex-date. */
  withdrawGroups(nowNs: number, instrument: number, groups: readonly number[]): void {
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

  /** New terms of an open order; of a stop, `ticks` and `ticksBefore` are its trigger. */
  adjusted(
    { nowNs, index, action }: Now,
    instrument: number,
    order: OpenOrderView,
    terms: { readonly ticks: number; readonly lots: number; readonly ticksBefore: number },
  ): void {
    this.#stamp(nowNs, instrument);
    const head = EV_ADJUSTED | (order.side << HEAD_SIDE_SHIFT) | codeOf(action);
    const { orderId, openLots, accountId } = order;
    const { ticks, lots, ticksBefore } = terms;
    this.#parts.events.emit(head, orderId, ticks, lots, openLots, accountId, ticksBefore, index);
  }

  /** Gives an account cash and lots of an instrument, or takes them where below zero. */
  entitle(now: Now, instrument: number, account: number, cashMinor: number, lots: number): void {
    const head = EV_ENTITLEMENT | codeOf(now.action);
    this.#give(now.nowNs, instrument, account, cashMinor, lots, head, now.index, account + 1, 0);
  }

  /** The same at the expiry of a contract. */
  exercise(
    nowNs: number,
    option: number,
    instrument: number,
    account: number,
    cashMinor: number,
    lots: number,
  ): void {
    this.#give(nowNs, instrument, account, cashMinor, lots, EV_EXERCISE, 0, account + 1, option);
  }

  #give(
    nowNs: number,
    instrument: number,
    account: number,
    cashMinor: number,
    lots: number,
    head: number,
    action: number,
    accountId: number,
    option: number,
  ): void {
    if (cashMinor === 0 && lots === 0) return;
    const { accounts, events, issuer } = this.#parts;
    accounts.transfer(issuer, account, cashMinor);
    accounts.transferLots(issuer, account, instrument, lots);
    this.#stamp(nowNs, instrument);
    events.emit(head, action, accountId, 0, 0, 0, 0, option);
    const at = (events.count - 1) * RECORD_WORDS;
    events.doubles[(at + WORD_QTY) >> 1] = cashMinor;
    events.doubles[(at + WORD_OTHER) >> 1] = lots;
  }

  #stamp(nowNs: number, instrument: number): void {
    this.#parts.events.timeNs = nowNs;
    this.#parts.events.instrument = instrument;
  }
}

function codeOf({ kind }: CorporateAction): number {
  return ACTION_KINDS.indexOf(kind) << HEAD_CODE_SHIFT;
}
