/** Tables behind the codes of session records. Numbers are stable: they stand in journals. */

/** Kinds of auction. */
export const AUCTION_KIND_NAMES = ['opening', 'intraday', 'closing', 'reopening'] as const;
export type AuctionKindName = (typeof AUCTION_KIND_NAMES)[number];

/** Why the state of a session changed. 'lost': a recording stopped telling it. */
export const SESSION_CAUSE_NAMES = [
  'schedule',
  'halt',
  'resume',
  'interrupt',
  'interruptionOver',
  'preempted',
  'frozen',
  'extended',
  'lost',
] as const;
export type SessionCauseName = (typeof SESSION_CAUSE_NAMES)[number];

/** State of a session that a recording does not tell, in the place of a number of a state. */
export const UNKNOWN_SESSION_STATE = -1;

/** Rules that stop trading or bound prices: circuit breakers, and halts by their reason. */
export const SESSION_RULE_NAMES = [
  '',
  'luld',
  'marketWide',
  'xetra',
  'lse',
  'cmeLimits',
  'cmeVelocity',
  'cmeDynamic',
  'coinbaseDerivatives',
  'regSho201',
  'regulatory',
  'news',
  'operator',
  'outage',
  'status',
  'feed',
  'other',
] as const;

/** Number of a rule; one that the table does not name counts as 'other'. */
export function sessionRuleCode(rule: string): number {
  const code = (SESSION_RULE_NAMES as readonly string[]).indexOf(rule);
  return code >= 0 ? code : SESSION_RULE_NAMES.indexOf('other');
}

/** Direction of an imbalance: buy, sell, none, not enough orders, paused (the letters of ITCH I). */
export const IMBALANCE_DIRECTIONS = ['B', 'S', 'N', 'O', 'P'] as const;

/** Why an auction has no price. */
export const NO_PRICE_NAMES = [
  '',
  'noInterest',
  'nothingExecutable',
  'noReferenceForMarketOrders',
  'noQuote',
  'noneInsideBounds',
  'notValid',
  'halted',
] as const;

/** What a record of a limit state tells. */
export const LIMIT_STATE_NAMES = [
  'limitStateEntered',
  'limitStateLeft',
  'straddleEntered',
  'straddleLeft',
  'shortSaleRestricted',
  'shortSaleFree',
] as const;

/** How a fill takes part in trading, for fees: index = word `fillKind` of a fee record. */
export const FILL_KIND_NAMES = ['taker', 'maker', 'hiddenMaker', 'auction', 'routed'] as const;

/** Kinds of shocks: index = code of a shock record. */
export const SHOCK_KIND_NAMES = [
  'halt',
  'interrupt',
  'holdCall',
  'status',
  'outage',
  'feedGap',
  'latency',
  'disconnect',
  'activity',
  'withdraw',
  'endCall',
] as const;
