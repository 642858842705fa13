/** What the codes of session records are called in a report. */

import type {
  AUCTION_KIND_NAMES,
  FILL_KIND_NAMES,
  LIMIT_STATE_NAMES,
  NO_PRICE_NAMES,
  SESSION_CAUSE_NAMES,
  SESSION_RULE_NAMES,
} from '../../../domain/index.ts';

type Words<Names extends readonly string[]> = Readonly<Record<Names[number], string>>;

export const AUCTION_WORDS: Words<typeof AUCTION_KIND_NAMES> = {
  opening: 'Opening',
  intraday: 'Intraday',
  closing: 'Closing',
  reopening: 'Reopening',
};

export const CAUSE_WORDS: Words<typeof SESSION_CAUSE_NAMES> = {
  schedule: 'schedule',
  halt: 'halt',
  resume: 'halt lifted',
  interrupt: 'interruption',
  interruptionOver: 'interruption over',
  preempted: 'taken over by the schedule',
  frozen: 'call over',
  extended: 'call prolonged',
  lost: 'no longer told by the recording',
};

const RULE_WORDS: Words<typeof SESSION_RULE_NAMES> = {
  '': '',
  luld: 'limit up, limit down',
  marketWide: 'market-wide breaker',
  xetra: 'volatility interruption (Xetra)',
  lse: 'price monitoring (LSE)',
  cmeLimits: 'price limits (CME)',
  cmeVelocity: 'velocity logic (CME)',
  cmeDynamic: 'dynamic breaker (CME)',
  coinbaseDerivatives: 'price limits (Coinbase)',
  regSho201: 'Regulation SHO, rule 201',
  regulatory: 'regulatory',
  news: 'news',
  operator: 'operator',
  outage: 'outage',
  status: 'product status',
  feed: 'feed',
  other: 'other',
};

const NO_PRICE_WORDS: Words<typeof NO_PRICE_NAMES> = {
  '': 'no price',
  noInterest: 'no orders that could trade',
  nothingExecutable: 'buyers and sellers did not meet',
  noReferenceForMarketOrders: 'market orders alone, and no reference price',
  noQuote: 'no quote to bound it',
  noneInsideBounds: 'no price inside the bounds',
  notValid: 'no valid price',
  halted: 'halted',
};

const LIMIT_STATE_WORDS: Words<typeof LIMIT_STATE_NAMES> = {
  limitStateEntered: 'Limit state begins',
  limitStateLeft: 'Limit state ends',
  straddleEntered: 'Straddle state begins',
  straddleLeft: 'Straddle state ends',
  shortSaleRestricted: 'Short sales restricted',
  shortSaleFree: 'Short sales free again',
};

export const FILL_KIND_WORDS: Words<typeof FILL_KIND_NAMES> = {
  taker: 'Taker',
  maker: 'Maker, displayed',
  hiddenMaker: 'Maker, hidden',
  auction: 'Auction',
  routed: 'Routed to another venue',
};

/** A rule by its name in the records; one that nobody knows keeps it. */
export function ruleWords(rule: string): string {
  return wordsOf(RULE_WORDS, rule);
}

export function noPriceWords(noPrice: string): string {
  return wordsOf(NO_PRICE_WORDS, noPrice);
}

export function limitStateWords(what: string): string {
  return wordsOf(LIMIT_STATE_WORDS, what);
}

function wordsOf(words: Readonly<Record<string, string>>, name: string): string {
  return words[name] ?? name;
}
