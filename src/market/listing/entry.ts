/** What an order is to a session, and what conditions at entry make of it (market-rules §1.15, §2.1, §2.2). */

import {
  type AuctionTerm,
  BUY,
  CLOSING_D,
  CLOSING_OFFSET,
  CLOSING_PRICE,
  GTC,
  GTD,
  IMBALANCE_ONLY_CLOSE,
  IMBALANCE_ONLY_OPEN,
  INTRADAY_AUCTIONS,
  MARKET,
  NEXT_AUCTION,
  ON_CLOSE,
  ON_OPEN,
  OrderTicket,
  REJECT_CLOSED,
  REJECT_PRICE_BAND,
  UNDEF_INT32,
} from '../../domain/index.ts';
import { repriceLateOnClose, repriceLateOnOpen } from '../auction/opening-validation.ts';
import { type Instruction, instructionOf, instructionOfOrder, isOnOpen } from '../session/instructions.ts';
import type { HeldOrder } from './held-orders.ts';

const INSTRUCTION_OF_TERM: Readonly<Partial<Record<AuctionTerm, Instruction>>> = {
  [IMBALANCE_ONLY_OPEN]: instructionOf('imbalanceOnlyOpen'),
  [IMBALANCE_ONLY_CLOSE]: instructionOf('imbalanceOnlyClose'),
  [CLOSING_OFFSET]: instructionOf('closingOffset'),
  [CLOSING_D]: instructionOf('closingD'),
  [NEXT_AUCTION]: instructionOf('nextAuction'),
  [INTRADAY_AUCTIONS]: instructionOf('intradayAuction'),
  [CLOSING_PRICE]: instructionOf('closingPrice'),
};
const MOO = instructionOf('moo');
const LOO = instructionOf('loo');
const MOC = instructionOf('moc');
const LOC = instructionOf('loc');

/** Instruction of a new order. */
export function instructionOfTicket({ auctionTerm, type, timeInForce, flags }: OrderTicket): Instruction {
  if (auctionTerm === 0) return instructionOfOrder(type, timeInForce, flags);
  if (auctionTerm === ON_OPEN) return type === MARKET ? MOO : LOO;
  if (auctionTerm === ON_CLOSE) return type === MARKET ? MOC : LOC;
  return INSTRUCTION_OF_TERM[auctionTerm]!;
}

const CANCEL_DAY = instructionOf('cancelDay');
const REPLACE_DAY = instructionOf('replaceDay');
/** Changes stand in the same order for cancels and replaces: day, good till cancelled, on open, on close. */
const GTC_STEP = instructionOf('cancelGtc') - CANCEL_DAY;
const ON_OPEN_STEP = instructionOf('cancelOnOpen') - CANCEL_DAY;
const ON_CLOSE_STEP = instructionOf('cancelOnClose') - CANCEL_DAY;

/** Instruction of a cancel or replace of an order with these terms. */
export function changeInstruction(
  change: 'cancel' | 'replace',
  timeInForce: number,
  term: AuctionTerm,
): Instruction {
  const day = change === 'cancel' ? CANCEL_DAY : REPLACE_DAY;
  if (term === ON_OPEN || term === IMBALANCE_ONLY_OPEN) return day + ON_OPEN_STEP;
  if (term >= ON_CLOSE && term <= CLOSING_D) return day + ON_CLOSE_STEP;
  return timeInForce === GTC || timeInForce === GTD ? day + GTC_STEP : day;
}

/** 0, or the code that refuses an order for trading at the closing price, ticks; UNDEF_INT32 where there is none. */
export function checkAtClosingPrice({ side, type, priceTicks }: OrderTicket, closingTicks: number): number {
  if (closingTicks === UNDEF_INT32) return REJECT_CLOSED;
  const isBeyond = side === BUY ? priceTicks < closingTicks : priceTicks > closingTicks;
  return type !== MARKET && isBeyond ? REJECT_PRICE_BAND : 0;
}

/** A late limit-on-open order is taken as an imbalance-only one. */
export function termsForAnswer(
  ticket: OrderTicket,
  instruction: Instruction,
): { ticket: OrderTicket; instruction: Instruction } {
  const isOpen = isOnOpen(instruction);
  const auctionTerm = isOpen ? IMBALANCE_ONLY_OPEN : IMBALANCE_ONLY_CLOSE;
  return {
    ticket: Object.assign(new OrderTicket(), ticket, { auctionTerm }),
    instruction: instructionOf(isOpen ? 'imbalanceOnlyOpen' : 'imbalanceOnlyClose'),
  };
}

/** Limit of a late order, bounded by the reference prices that were noted at the cutoffs, newest last. */
export function boundedLimit(
  { ticket, instruction }: HeldOrder,
  references: readonly number[],
  previousCloseTicks: number,
): number {
  const { side, priceTicks } = ticket;
  if (isOnOpen(instruction)) {
    const close = previousCloseTicks === UNDEF_INT32 ? null : previousCloseTicks;
    return repriceLateOnOpen(side, priceTicks, references.at(-1) ?? null, close);
  }
  // Which of the two reference prices counts is a parameter (market-rules §15, point 11): the less aggressive one here.
  return repriceLateOnClose(side, priceTicks, references.slice(-2), 'lessAggressive');
}
