/** What the corporate actions of a run did to orders and accounts, one entry per action and listing. */

import {
  ACTION_KINDS,
  type ActionKind,
  CANCEL_CORPORATE_ACTION,
  DOUBLE_TIME,
  EV_ACTION,
  EV_ADJUSTED,
  EV_CANCELED,
  EV_ENTITLEMENT,
  HEAD_CODE_SHIFT,
  type InstrumentSpec,
  RECORD_WORDS,
  UNDEF_INT32,
  WORD_INSTRUMENT,
  WORD_OTHER,
  WORD_OTHER_LEAVES,
  WORD_PRICE,
  WORD_QTY,
} from '../../domain/index.ts';
import type { JournalBatch } from '../journal-reader.ts';

/** Actions that are told of; the count goes on. */
export const ACTIONS_MAX = 1000;

export interface ActionSummary {
  readonly timeNs: number;
  readonly kind: ActionKind;
  readonly symbol: string;
  readonly currency: string;
  /** Decimal; null where there was no price before. */
  readonly priceTicks: number | null;
  readonly priceTicksBefore: number | null;
  readonly ordersAdjusted: number;
  readonly ordersCancelled: number;
  /** Accounts that got or gave something. */
  readonly holders: number;
  /** What accounts were paid, and what all together got: the issuer paid it. Minor units. */
  readonly paidMinor: number;
  readonly fromIssuerMinor: number;
  /** Lots that long positions got, of the share or of another, and those of all together. */
  readonly lotsGot: number;
  readonly lotsFromIssuer: number;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

export class ActionTally {
  readonly actions: Writable<ActionSummary>[] = [];
  leftOut = 0;
  readonly #instruments: readonly InstrumentSpec[];
  /** The action that is being carried out; null beyond ACTIONS_MAX. */
  #current: Writable<ActionSummary> | null = null;
  #account = 0;

  constructor(instruments: readonly InstrumentSpec[]) {
    this.#instruments = instruments;
  }

  /** Takes record `r`, of any kind. */
  take({ words, doubles }: JournalBatch, r: number): void {
    const at = r * RECORD_WORDS;
    const head = words[at]!;
    const kind = head & 0xff;
    const current = this.#current;
    if (kind === EV_ACTION) this.#begin(words, doubles, at);
    else if (current === null) return;
    else if (kind === EV_ADJUSTED) current.ordersAdjusted++;
    else if (kind === EV_CANCELED && head >>> HEAD_CODE_SHIFT === CANCEL_CORPORATE_ACTION)
      current.ordersCancelled++;
    else if (kind === EV_ENTITLEMENT) {
      const account = words[at + WORD_PRICE]!;
      const cash = doubles[(at + WORD_QTY) >> 1]!;
      const lots = doubles[(at + WORD_OTHER) >> 1]!;
      if (account !== this.#account) current.holders++;
      this.#account = account;
      current.paidMinor += Math.max(0, cash);
      current.fromIssuerMinor += cash;
      current.lotsGot += Math.max(0, lots);
      current.lotsFromIssuer += lots;
    }
  }

  #begin(words: Int32Array, doubles: Float64Array, at: number): void {
    this.#current = null;
    this.#account = 0;
    if (this.actions.length >= ACTIONS_MAX) {
      this.leftOut++;
      return;
    }
    const { symbol, currency } = this.#instruments[words[at + WORD_INSTRUMENT]!]!;
    const priceOf = (ticks: number): number | null => (ticks === UNDEF_INT32 ? null : ticks);
    this.#current = {
      timeNs: doubles[(at >> 1) + DOUBLE_TIME]!,
      kind: ACTION_KINDS[words[at]! >>> HEAD_CODE_SHIFT]!,
      symbol,
      currency,
      priceTicks: priceOf(words[at + WORD_PRICE]!),
      priceTicksBefore: priceOf(words[at + WORD_OTHER_LEAVES]!),
      ordersAdjusted: 0,
      ordersCancelled: 0,
      holders: 0,
      paidMinor: 0,
      fromIssuerMinor: 0,
      lotsGot: 0,
      lotsFromIssuer: 0,
    };
    this.actions.push(this.#current);
  }
}
