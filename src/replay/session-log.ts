/** What is kept of one instrument's session for the result of a replay. */

import {
  type CollarMessage,
  type CrossMessage,
  type ImbalanceMessage,
  type IpoReleaseMessage,
  UNDEF_PRICE,
} from '../data/index.ts';
import type { PriceScale } from './price-scale.ts';
import { type RecordedSession, type SessionChange, sessionStateName } from './recorded-session.ts';
import type {
  RecordedCollar,
  RecordedCross,
  RecordedImbalance,
  RecordedIpoRelease,
  SessionTransition,
  SymbolSession,
  TradeOutsideTrading,
} from './session-results.ts';

/** Entries of each list that are kept per instrument; all are counted. */
export const SESSION_ENTRIES_MAX = 100;
/** Trades outside of trading that are kept per instrument. */
const EXAMPLES_MAX = 5;

export class SessionLog {
  isShortSaleRestricted: boolean | null = null;
  #executionsNotContinuous = 0;
  #hiddenTradesNotContinuous = 0;
  #lastCollar: RecordedCollar | null = null;
  #lastIpoRelease: RecordedIpoRelease | null = null;
  readonly #transitions: SessionTransition[] = [];
  #transitionCount = 0;
  readonly #crosses: RecordedCross[] = [];
  #crossCount = 0;
  #imbalanceCount = 0;
  #lastImbalance: RecordedImbalance | null = null;
  readonly #examples: TradeOutsideTrading[] = [];

  addTransition(tsEventNs: number, { state, stateBefore, cause, rule, reason }: SessionChange): void {
    if (this.#transitionCount++ >= SESSION_ENTRIES_MAX) return;
    const names = { state: sessionStateName(state), stateBefore: sessionStateName(stateBefore) };
    this.#transitions.push({ tsEventNs, ...names, cause, rule, reason });
  }

  addCross(tsEventNs: number, auction: string, { price, qty }: CrossMessage, scale: PriceScale): void {
    if (this.#crossCount++ >= SESSION_ENTRIES_MAX) return;
    this.#crosses.push({ tsEventNs, auction, price: textOf(scale, price), qtyLots: qty });
  }

  setImbalance(tsEventNs: number, auction: string, message: ImbalanceMessage, scale: PriceScale): void {
    this.#imbalanceCount++;
    this.#lastImbalance = {
      tsEventNs,
      auction,
      direction: message.direction,
      pairedLots: message.pairedQty,
      imbalanceLots: message.imbalanceQty,
      farPrice: textOf(scale, message.farPrice),
      nearPrice: textOf(scale, message.nearPrice),
      referencePrice: textOf(scale, message.referencePrice),
    };
  }

  setCollar(tsEventNs: number, { lowPrice, highPrice, extension }: CollarMessage, scale: PriceScale): void {
    const prices = { lowPrice: textOf(scale, lowPrice)!, highPrice: textOf(scale, highPrice)! };
    this.#lastCollar = { tsEventNs, ...prices, extension };
  }

  setIpoRelease(tsEventNs: number, message: IpoReleaseMessage, scale: PriceScale): void {
    const { releaseNs, isCancelled, price } = message;
    this.#lastIpoRelease = { tsEventNs, releaseNs, isCancelled, price: textOf(scale, price) };
  }

  /** A trade that no auction accounts for while nothing matches. */
  addTradeOutside(trade: TradeOutsideTrading): void {
    if (trade.orderId === null) this.#hiddenTradesNotContinuous++;
    else this.#executionsNotContinuous++;
    if (this.#examples.length < EXAMPLES_MAX) this.#examples.push(trade);
  }

  /** Null if nothing was said. */
  result(symbol: string, session: RecordedSession): SymbolSession | null {
    const hasSaid =
      this.#transitionCount + this.#crossCount + this.#imbalanceCount > 0 ||
      this.#lastCollar !== null ||
      this.#lastIpoRelease !== null ||
      this.isShortSaleRestricted !== null;
    if (!hasSaid) return null;
    return {
      symbol,
      state: sessionStateName(session.state),
      transitions: this.#transitions,
      transitionCount: this.#transitionCount,
      crosses: this.#crosses,
      crossCount: this.#crossCount,
      imbalanceCount: this.#imbalanceCount,
      lastImbalance: this.#lastImbalance,
      lastCollar: this.#lastCollar,
      lastIpoRelease: this.#lastIpoRelease,
      isShortSaleRestricted: this.isShortSaleRestricted,
      executionsNotContinuous: this.#executionsNotContinuous,
      hiddenTradesNotContinuous: this.#hiddenTradesNotContinuous,
      notContinuousExamples: this.#examples,
    };
  }
}

/** Decimal text of a price in units of the feed that fits the scale; null for none. */
function textOf(scale: PriceScale, priceUnits: number): string | null {
  return priceUnits === UNDEF_PRICE ? null : scale.text(scale.ticks(priceUnits));
}
