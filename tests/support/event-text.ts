/** One event record as one short line that names everything it says; the language of the book scripts' expectations. */

import {
  CANCEL_REASON_NAMES,
  DOUBLE_TIME,
  EV_ACCEPTED,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_EXPIRED,
  EV_LEVEL,
  EV_REDUCED,
  EV_REFRESHED,
  EV_REJECTED,
  EV_REPLACE_REJECTED,
  EV_REPLACED,
  EV_RESTATED,
  EV_RESTED,
  EV_TRADE,
  EV_TRIGGERED,
  type EventBuffer,
  HEAD_CODE_SHIFT,
  HEAD_FLAG_HIDDEN,
  HEAD_FLAG_KEEPS_PRIORITY,
  HEAD_FLAG_MAKER_HIDDEN,
  HEAD_SIDE_SHIFT,
  RECORD_WORDS,
  SIDE_NAMES,
  WORD_EXTRA,
  WORD_LEAVES,
  WORD_ORDER,
  WORD_OTHER,
  WORD_OTHER_LEAVES,
  WORD_PRICE,
  WORD_QTY,
} from '../../src/domain/index.ts';

/** Index = reject code. */
export const REJECT_NAMES = [
  'none',
  'unknownInstrument',
  'unknownOrder',
  'tooLate',
  'notOwner',
  'qtyRange',
  'priceRange',
  'displayQty',
  'minQty',
  'postOnlyWouldTake',
  'stopAlreadyTriggered',
  'stopLimitBeyondStop',
  'expireTimePast',
  'noOppositeBest',
  'termsConflict',
  'duplicateOrder',
  'unknownTerm',
] as const;

/** A record of the buffer with named words. */
export interface EventRecord {
  readonly kind: number;
  readonly side: number;
  readonly code: number;
  readonly isMakerHidden: boolean;
  readonly keepsPriority: boolean;
  readonly isHidden: boolean;
  readonly order: number;
  readonly price: number;
  readonly qty: number;
  readonly leaves: number;
  readonly other: number;
  readonly otherLeaves: number;
  readonly extra: number;
  /** Only of level records. */
  readonly displayedLots: number;
}

export function readEvent(events: EventBuffer, record: number): EventRecord {
  const at = record * RECORD_WORDS;
  const head = events.words[at]!;
  const word = (index: number): number => events.words[at + index]!;
  return {
    kind: head & 0xff,
    side: (head >>> HEAD_SIDE_SHIFT) & 1,
    code: head >>> HEAD_CODE_SHIFT,
    isMakerHidden: (head & HEAD_FLAG_MAKER_HIDDEN) !== 0,
    keepsPriority: (head & HEAD_FLAG_KEEPS_PRIORITY) !== 0,
    isHidden: (head & HEAD_FLAG_HIDDEN) !== 0,
    order: word(WORD_ORDER),
    price: word(WORD_PRICE),
    qty: word(WORD_QTY),
    leaves: word(WORD_LEAVES),
    other: word(WORD_OTHER),
    otherLeaves: word(WORD_OTHER_LEAVES),
    extra: word(WORD_EXTRA),
    displayedLots: events.doubles[record * (RECORD_WORDS / 2) + DOUBLE_TIME + 2]!,
  };
}

/** All records of the buffer as lines. */
export function eventLines(events: EventBuffer): string[] {
  return Array.from({ length: events.count }, (_, record) => eventLine(readEvent(events, record)));
}

/** `acct=` stands at the end of a line when the account is not 0. */
export function eventLine(event: EventRecord): string {
  const { kind, order, price, qty, leaves, other } = event;
  const side = SIDE_NAMES[event.side as 0 | 1];
  const account = other === 0 ? '' : ` acct=${other}`;
  const hidden = event.isHidden ? ' hidden' : '';
  switch (kind) {
    case EV_ACCEPTED:
      return `accepted ${order} ${side} ${qty}@${price}${leaves === qty ? '' : ` leaves ${leaves}`}${hidden}${account}`;
    case EV_REJECTED:
      return `rejected ${order} ${side} ${qty}@${price} ${REJECT_NAMES[event.code]}${account}`;
    case EV_CANCEL_REJECTED:
      return `cancelRejected ${order} ${REJECT_NAMES[event.code]}${account}`;
    case EV_REPLACE_REJECTED:
      return `replaceRejected ${order} ${REJECT_NAMES[event.code]}${account}`;
    case EV_CANCELED:
      return `canceled ${order} ${side} ${qty}@${price} ${CANCEL_REASON_NAMES[event.code]}${account}`;
    case EV_REDUCED:
      return `reduced ${order} ${side} by ${qty} to ${leaves}@${price}${account}`;
    case EV_REPLACED:
      // Its words 6 and 7 are the open quantity after and before, word 9 the price before.
      return `replaced ${order} ${side} ${qty}@${price} was ${leaves}@${event.otherLeaves}${event.keepsPriority ? ' keeps' : ''}${account}`;
    case EV_EXPIRED:
      return `expired ${order} ${side} ${qty}@${price}${account}`;
    case EV_TRIGGERED:
      return `triggered ${order} ${side} ${qty} at ${price}${account}`;
    case EV_RESTATED:
      return `restated ${order} ${side} by ${qty} to ${leaves}@${price}${account}`;
    case EV_RESTED:
      return `rested ${order} ${side} ${qty} of ${leaves}@${price}${hidden}${account}`;
    case EV_REFRESHED:
      return `refreshed ${order} ${side} ${qty} of ${leaves}@${price}${account}`;
    case EV_TRADE:
      return `trade ${event.extra}: ${order} ${side} ${qty}@${price} with ${other}, leaves ${leaves} and ${event.otherLeaves}${event.isMakerHidden ? ' hidden' : ''}`;
    case EV_LEVEL:
      return `level ${side} ${event.displayedLots}@${price} (${other})`;
    default:
      return `unknown kind ${kind}`;
  }
}
