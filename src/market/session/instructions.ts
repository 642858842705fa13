/**
 * What a participant may ask of a session, as one small integer: the rows of the matrix of market-rules §2.1 with the
 * terms of §1.15 (MOO, LOO, MOC, LOC, IO, GFA, GFX, CPX, NYSE's closing offset and closing D orders).
 */

import {
  DAY,
  FLAG_POST_ONLY,
  FOK,
  IOC,
  MARKET,
  MARKET_TO_LIMIT,
  type OrderType,
  STOP,
  STOP_LIMIT,
  type TimeInForce,
} from '../../domain/index.ts';
import type { AuctionKind } from '../breakers/contract.ts';

/** Index = instruction. */
export const INSTRUCTION_NAMES = [
  'limitDay',
  /** Good till cancelled or till a date. */
  'limitGtc',
  'postOnly',
  'market',
  'ioc',
  'fok',
  'marketIoc',
  'stop',
  'stopGtc',
  /** Pegged and midpoint orders. */
  'pegged',
  'massQuote',
  'moo',
  'loo',
  'imbalanceOnlyOpen',
  'moc',
  'loc',
  'imbalanceOnlyClose',
  'closingOffset',
  'closingD',
  /** GFA: the next auction only. */
  'nextAuction',
  /** GFX: intraday auctions only. */
  'intradayAuction',
  /** CPX: closing price crossing only. */
  'closingPrice',
  'cancelDay',
  'cancelGtc',
  'cancelOnOpen',
  'cancelOnClose',
  'replaceDay',
  'replaceGtc',
  'replaceOnOpen',
  'replaceOnClose',
] as const;
export type InstructionName = (typeof INSTRUCTION_NAMES)[number];
export type Instruction = number;

export const INSTRUCTION_COUNT = INSTRUCTION_NAMES.length;

const NUMBERS = Object.fromEntries(INSTRUCTION_NAMES.map((name, index) => [name, index])) as Readonly<
  Record<InstructionName, Instruction>
>;

/** Number of an instruction. */
export function instructionOf(name: InstructionName): Instruction {
  return NUMBERS[name];
}

const FIRST_CHANGE = NUMBERS.cancelDay;

/** Whether an instruction changes an order that exists already, rather than entering one. */
export function isChange(instruction: Instruction): boolean {
  return instruction >= FIRST_CHANGE;
}

/** Instruction of a new order whose terms are those of every session; auction terms have instructions of their own. */
export function instructionOfOrder(type: OrderType, timeInForce: TimeInForce, flags: number): Instruction {
  const isDay = timeInForce === DAY;
  if (type === STOP || type === STOP_LIMIT) return isDay ? NUMBERS.stop : NUMBERS.stopGtc;
  if (timeInForce === IOC || timeInForce === FOK) {
    if (type === MARKET || type === MARKET_TO_LIMIT) return NUMBERS.marketIoc;
    return timeInForce === IOC ? NUMBERS.ioc : NUMBERS.fok;
  }
  if (type === MARKET || type === MARKET_TO_LIMIT) return NUMBERS.market;
  if ((flags & FLAG_POST_ONLY) !== 0) return NUMBERS.postOnly;
  return isDay ? NUMBERS.limitDay : NUMBERS.limitGtc;
}

const ON_OPEN: readonly Instruction[] = [NUMBERS.moo, NUMBERS.loo, NUMBERS.imbalanceOnlyOpen];
const ON_CLOSE: readonly Instruction[] = [
  NUMBERS.moc,
  NUMBERS.loc,
  NUMBERS.imbalanceOnlyClose,
  NUMBERS.closingOffset,
  NUMBERS.closingD,
];
const IMMEDIATE: readonly Instruction[] = [NUMBERS.ioc, NUMBERS.fok, NUMBERS.marketIoc];

/** Whether an order is for the opening auction only. */
export function isOnOpen(instruction: Instruction): boolean {
  return ON_OPEN.includes(instruction);
}

/** Whether an order is for the closing auction only. */
export function isOnClose(instruction: Instruction): boolean {
  return ON_CLOSE.includes(instruction);
}

/** Whether an order entered as `instruction` takes part in an auction; limits and market orders take part in each. */
export function takesPartIn(instruction: Instruction, auction: AuctionKind): boolean {
  if (isOnOpen(instruction)) return auction === 'opening';
  if (isOnClose(instruction)) return auction === 'closing';
  if (instruction === NUMBERS.intradayAuction) return auction === 'intraday';
  return !isChange(instruction) && !IMMEDIATE.includes(instruction) && !isInactive(instruction);
}

/**
 * What becomes of the rest of an order after an auction (vector T2.9-g): an order for one auction only ends with it, and
 * a market order goes by the venue's rule. 'keep' leaves an order alone that was not part of it.
 */
export function restAfterAuction(
  instruction: Instruction,
  auction: AuctionKind,
  leftMarketOrders: 'continuous' | 'cancel',
): 'cancel' | 'continue' | 'keep' {
  if (!takesPartIn(instruction, auction)) return 'keep';
  if (instruction === NUMBERS.market) return leftMarketOrders === 'cancel' ? 'cancel' : 'continue';
  return isForOneAuction(instruction) ? 'cancel' : 'continue';
}

/** Whether an order lives for one auction only and never trades continuously. */
export function isForOneAuction(instruction: Instruction): boolean {
  return (
    isOnOpen(instruction) ||
    isOnClose(instruction) ||
    instruction === NUMBERS.nextAuction ||
    instruction === NUMBERS.intradayAuction
  );
}

/** Stops wait for a trade, pegs for a quote, CPX for the closing price: none of them is part of an auction. */
function isInactive(instruction: Instruction): boolean {
  return (
    instruction === NUMBERS.stop ||
    instruction === NUMBERS.stopGtc ||
    instruction === NUMBERS.pegged ||
    instruction === NUMBERS.massQuote ||
    instruction === NUMBERS.closingPrice
  );
}
