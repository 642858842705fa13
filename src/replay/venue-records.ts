/** Event records of what a recorded venue said. The buffer has the time and the instrument already. */

import type { AuctionName, ImbalanceMessage } from '../data/index.ts';
import {
  AUCTION_KIND_NAMES,
  BUY,
  EV_AUCTION,
  EV_BANDS,
  EV_INDICATIVE,
  EV_LIMIT_STATE,
  EV_SESSION,
  type EventBuffer,
  HEAD_CODE_SHIFT,
  HEAD_SIDE_SHIFT,
  IMBALANCE_DIRECTIONS,
  LIMIT_STATE_NAMES,
  NO_PRICE_NAMES,
  RECORD_WORDS,
  SELL,
  SESSION_CAUSE_NAMES,
  sessionRuleCode,
  UNDEF_INT32,
  WORD_OTHER,
  WORD_QTY,
} from '../domain/index.ts';
import type { SessionChange } from './recorded-session.ts';

/** High byte of the code. */
const HIGH_SHIFT = HEAD_CODE_SHIFT + 8;

export function emitSession(events: EventBuffer, { state, stateBefore, cause, rule }: SessionChange): void {
  const code =
    (SESSION_CAUSE_NAMES.indexOf(cause) << HEAD_CODE_SHIFT) | (sessionRuleCode(rule) << HIGH_SHIFT);
  events.emit(EV_SESSION | code, state, stateBefore, 0, 0, 0, 0, 0);
}

/** Prices of an imbalance in ticks, UNDEF_INT32 where it has none. */
export interface IndicativePrices {
  readonly farTicks: number;
  readonly nearTicks: number;
  readonly referenceTicks: number;
}

export function emitIndicative(
  events: EventBuffer,
  auction: AuctionName,
  { direction, pairedQty, imbalanceQty }: ImbalanceMessage,
  { farTicks, nearTicks, referenceTicks }: IndicativePrices,
): void {
  const side = direction === 'S' ? SELL : BUY;
  const code =
    (AUCTION_KIND_NAMES.indexOf(auction) << HEAD_CODE_SHIFT) |
    (IMBALANCE_DIRECTIONS.indexOf(direction) << HIGH_SHIFT) |
    (side << HEAD_SIDE_SHIFT);
  events.emit(EV_INDICATIVE | code, farTicks, nearTicks, 0, 0, 0, 0, referenceTicks);
  setDouble(events, WORD_QTY, pairedQty);
  setDouble(events, WORD_OTHER, imbalanceQty);
}

/** `priceTicks` is UNDEF_INT32 where there is no price. What was left over, and the number of trades, is not told. */
export function emitAuction(
  events: EventBuffer,
  auction: AuctionName,
  priceTicks: number,
  volumeLots: number,
): void {
  const why = priceTicks !== UNDEF_INT32 ? '' : volumeLots === 0 ? 'nothingExecutable' : 'notValid';
  const noPrice = NO_PRICE_NAMES.indexOf(why);
  const code = (AUCTION_KIND_NAMES.indexOf(auction) << HEAD_CODE_SHIFT) | (noPrice << HIGH_SHIFT);
  events.emit(EV_AUCTION | code, 0, priceTicks, 0, 0, 0, 0, 0);
  setDouble(events, WORD_QTY, volumeLots);
}

/** Bounds of a reopening auction after a pause of LULD. */
export function emitCollar(events: EventBuffer, lowTicks: number, highTicks: number): void {
  events.emit(EV_BANDS | (sessionRuleCode('luld') << HEAD_CODE_SHIFT), 0, lowTicks, highTicks, 0, 0, 0, 0);
}

export function emitShortSale(events: EventBuffer, isRestricted: boolean): void {
  const what = LIMIT_STATE_NAMES.indexOf(isRestricted ? 'shortSaleRestricted' : 'shortSaleFree');
  const code = (sessionRuleCode('regSho201') << HEAD_CODE_SHIFT) | (what << HIGH_SHIFT);
  events.emit(EV_LIMIT_STATE | code, 0, UNDEF_INT32, 0, 0, 0, 0, 0);
}

/** Writes a float64 into two words of the record emitted last. */
function setDouble(events: EventBuffer, word: number, value: number): void {
  events.doubles[((events.count - 1) * RECORD_WORDS + word) >> 1] = value;
}
