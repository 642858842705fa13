/** The terms of an order, from the records that it came with. */

import {
  AUCTION_TERM_NAMES,
  BUY,
  FLAG_HIDDEN,
  FLAG_POST_ONLY_REJECT,
  FLAG_POST_ONLY_SLIDE,
  HEAD_FLAG_HIDDEN,
  HEAD_SIDE_SHIFT,
  LIMIT,
  ORDER_TYPE_NAMES,
  ROUTING_NAMES,
  readFloat64,
  SIDE_NAMES,
  type Side,
  STOP,
  STOP_LIMIT,
  STP_MODE_NAMES,
  TERMS_AUCTION_SHIFT,
  TERMS_FLAGS_SHIFT,
  TERMS_ROUTING_SHIFT,
  TERMS_STP_SHIFT,
  TERMS_TIF_SHIFT,
  TERMS_TYPE_SHIFT,
  TIME_IN_FORCE_NAMES,
  type TimeInForceName,
  WORD_EXTRA,
  WORD_LEAVES,
  WORD_ORDER,
  WORD_OTHER_LEAVES,
  WORD_PRICE,
  WORD_QTY,
} from '../../domain/index.ts';
import { boundOrNull } from '../band-bound.ts';
import type { Moment, Owner, SentOrder } from './explanation.ts';

/** Terms of a CMD_NEW that starts at word `at`. */
export function readCommand(words: Int32Array, at: number, moment: Moment, owner: Owner): SentOrder {
  const terms = words[at + WORD_LEAVES]!;
  const type = (terms >> TERMS_TYPE_SHIFT) & 7;
  const flags = (terms >> TERMS_FLAGS_SHIFT) & 7;
  const auctionTerm = (terms >> TERMS_AUCTION_SHIFT) & 15;
  const routing = (terms >> TERMS_ROUTING_SHIFT) & 7;
  const isStop = type === STOP || type === STOP_LIMIT;
  return {
    ...moment,
    ...owner,
    side: SIDE_NAMES[(words[at]! >> HEAD_SIDE_SHIFT) & 1]!,
    type: ORDER_TYPE_NAMES[type] ?? null,
    priceTicks: type === LIMIT || type === STOP_LIMIT ? words[at + WORD_PRICE]! : null,
    qtyLots: words[at + WORD_QTY]!,
    timeInForce: timeInForceName((terms >> TERMS_TIF_SHIFT) & 7),
    isHidden: (flags & FLAG_HIDDEN) !== 0,
    postOnly: postOnlyName(flags),
    displayQtyLots: words[at + WORD_OTHER_LEAVES]! || null,
    minQtyLots: null,
    stopPriceTicks: isStop ? words[at + WORD_EXTRA]! : null,
    auctionTerm: auctionTerm === 0 ? null : (AUCTION_TERM_NAMES[auctionTerm] ?? null),
    routing: routing === 0 ? null : ROUTING_NAMES[routing]!,
    expireTimeNs: null,
    stpGroup: null,
    stpMode: STP_MODE_NAMES[(terms >> TERMS_STP_SHIFT) & 7] ?? 'none',
  };
}

/** The order with the terms of the CMD_NEW_TERMS that starts at word `at`. */
export function withFurtherTerms(sent: SentOrder, words: Int32Array, at: number): SentOrder {
  // The halves of the time stand in words 9 and 10, the upper one first.
  const halves = Int32Array.of(words[at + WORD_EXTRA]!, words[at + WORD_OTHER_LEAVES]!);
  return {
    ...sent,
    minQtyLots: words[at + WORD_PRICE]! || null,
    stpGroup: words[at + WORD_QTY]! || null,
    expireTimeNs: readFloat64(halves, 0) || null,
  };
}

/** What a mass quote asks for in one instrument. */
export interface QuotedTerms {
  readonly bidTicks: number;
  readonly bidLots: number;
  readonly askTicks: number;
  readonly askLots: number;
  readonly stpGroup: number;
  /** Bits as those of a CMD_NEW. */
  readonly terms: number;
}

/** The CMD_QUOTE that starts at word `at`. */
export function readQuote(words: Int32Array, at: number): QuotedTerms {
  return {
    bidTicks: words[at + WORD_PRICE]!,
    bidLots: words[at + WORD_QTY]!,
    askTicks: words[at + WORD_LEAVES]!,
    askLots: words[at + WORD_OTHER_LEAVES]!,
    stpGroup: words[at + WORD_ORDER]!,
    terms: words[at + WORD_EXTRA]!,
  };
}

/** A side of a mass quote as the order that it became. */
export function asQuote(quote: QuotedTerms, side: Side, moment: Moment, owner: Owner): SentOrder {
  const flags = (quote.terms >> TERMS_FLAGS_SHIFT) & 7;
  const isBid = side === BUY;
  return {
    ...moment,
    ...owner,
    side: SIDE_NAMES[side]!,
    type: ORDER_TYPE_NAMES[LIMIT]!,
    priceTicks: isBid ? quote.bidTicks : quote.askTicks,
    qtyLots: isBid ? quote.bidLots : quote.askLots,
    timeInForce: timeInForceName((quote.terms >> TERMS_TIF_SHIFT) & 7),
    isHidden: false,
    postOnly: postOnlyName(flags),
    displayQtyLots: null,
    minQtyLots: null,
    stopPriceTicks: null,
    auctionTerm: null,
    routing: null,
    expireTimeNs: null,
    stpGroup: quote.stpGroup || null,
    stpMode: STP_MODE_NAMES[(quote.terms >> TERMS_STP_SHIFT) & 7] ?? 'none',
  };
}

function postOnlyName(flags: number): SentOrder['postOnly'] {
  if ((flags & FLAG_POST_ONLY_REJECT) !== 0) return 'reject';
  return (flags & FLAG_POST_ONLY_SLIDE) !== 0 ? 'slide' : null;
}

/** The order as one that the venue looks after: without a cap, or before its stop is known, it has the outermost price. */
export function asManaged(sent: SentOrder): SentOrder {
  const { priceTicks, stopPriceTicks } = sent;
  return {
    ...sent,
    priceTicks: priceTicks === null ? null : boundOrNull(priceTicks),
    stopPriceTicks: stopPriceTicks === null ? null : boundOrNull(stopPriceTicks),
  };
}

/** What an acceptance or a refusal without a command before it tells: an order of a recording. */
export function readAnswered(words: Int32Array, at: number, moment: Moment, owner: Owner): SentOrder {
  return {
    ...moment,
    ...owner,
    side: SIDE_NAMES[(words[at]! >> HEAD_SIDE_SHIFT) & 1]!,
    type: null,
    priceTicks: words[at + WORD_PRICE]!,
    qtyLots: words[at + WORD_QTY]!,
    timeInForce: null,
    isHidden: (words[at]! & HEAD_FLAG_HIDDEN) !== 0,
    postOnly: null,
    displayQtyLots: null,
    minQtyLots: null,
    stopPriceTicks: null,
    auctionTerm: null,
    routing: null,
    expireTimeNs: null,
    stpGroup: null,
    stpMode: 'none',
  };
}

function timeInForceName(code: number): TimeInForceName | null {
  const found = Object.entries(TIME_IN_FORCE_NAMES).find(([, value]) => value === code);
  return (found?.[0] as TimeInForceName | undefined) ?? null;
}
