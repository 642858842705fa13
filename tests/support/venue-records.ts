/** Records of sessions, auctions and fees by name, for journals that a test writes by hand. */

import {
  AUCTION_KIND_NAMES,
  type AuctionKindName,
  BUY,
  EV_AUCTION,
  EV_BANDS,
  EV_FEE,
  EV_INDICATIVE,
  EV_LEVEL,
  EV_LIMIT_STATE,
  EV_SESSION,
  EV_TRADE,
  EventBuffer,
  FILL_KIND_NAMES,
  HEAD_CODE_SHIFT,
  HEAD_SIDE_SHIFT,
  type InstrumentSpec,
  LIMIT_STATE_NAMES,
  NO_PRICE_NAMES,
  PRICE_TICKS_MAX,
  PRICE_TICKS_MIN,
  RECORD_WORDS,
  SELL,
  SESSION_CAUSE_NAMES,
  SESSION_RULE_NAMES,
  SESSION_STATE_NAMES,
  type SessionCauseName,
  type SessionStateName,
  type Side,
  UNDEF_INT32,
  UNKNOWN_SESSION_STATE,
} from '../../src/domain/index.ts';
import { JournalWriter } from '../../src/runs/index.ts';
import { RunDigest } from '../../src/sim/index.ts';

export type SessionRuleName = (typeof SESSION_RULE_NAMES)[number];

/** Says records one after another. Prices in ticks, null for none; imbalances below zero are of sells. */
export class VenueRecords {
  readonly events = new EventBuffer();

  /** What follows happens at this time, and to this instrument. */
  at(seconds: number, instrument = this.events.instrument): this {
    this.events.timeNs = seconds * 1e9;
    this.events.instrument = instrument;
    return this;
  }

  session(
    state: SessionStateName | 'UNKNOWN',
    stateBefore: SessionStateName | 'UNKNOWN',
    cause: SessionCauseName = 'schedule',
    rule: SessionRuleName = '',
  ): this {
    return this.#say({
      kind: EV_SESSION,
      code: SESSION_CAUSE_NAMES.indexOf(cause) | (SESSION_RULE_NAMES.indexOf(rule) << 8),
      order: stateNumber(state),
      price: stateNumber(stateBefore),
    });
  }

  indicative(
    kind: AuctionKindName,
    priceTicks: number | null,
    lots: { readonly paired?: number; readonly imbalance?: number } = {},
    others: { readonly farTicks?: number; readonly referenceTicks?: number } = {},
  ): this {
    const { paired = 0, imbalance = 0 } = lots;
    return this.#say({
      kind: EV_INDICATIVE,
      code: AUCTION_KIND_NAMES.indexOf(kind),
      side: imbalance < 0 ? SELL : BUY,
      order: others.farTicks ?? UNDEF_INT32,
      price: priceTicks ?? UNDEF_INT32,
      extra: others.referenceTicks ?? UNDEF_INT32,
      doubles: [paired, Math.abs(imbalance)],
    });
  }

  /** With a price in ticks, or the name of why there is none. */
  auction(
    kind: AuctionKindName,
    price: number | (typeof NO_PRICE_NAMES)[number],
    came: { readonly volume?: number; readonly imbalance?: number; readonly trades?: number } = {},
  ): this {
    const { volume = 0, imbalance = 0, trades = 0 } = came;
    const why = typeof price === 'number' ? 0 : NO_PRICE_NAMES.indexOf(price);
    return this.#say({
      kind: EV_AUCTION,
      code: AUCTION_KIND_NAMES.indexOf(kind) | (why << 8),
      side: imbalance < 0 ? SELL : BUY,
      price: typeof price === 'number' ? price : UNDEF_INT32,
      extra: trades,
      doubles: [volume, Math.abs(imbalance)],
    });
  }

  bands(rule: SessionRuleName, lowTicks: number | null, highTicks: number | null): this {
    return this.#say({
      kind: EV_BANDS,
      code: SESSION_RULE_NAMES.indexOf(rule),
      price: lowTicks ?? PRICE_TICKS_MIN,
      qty: highTicks ?? PRICE_TICKS_MAX,
    });
  }

  limitState(
    rule: SessionRuleName,
    what: (typeof LIMIT_STATE_NAMES)[number],
    limitTicks: number | null = null,
    side: Side = BUY,
  ): this {
    const code = SESSION_RULE_NAMES.indexOf(rule) | (LIMIT_STATE_NAMES.indexOf(what) << 8);
    return this.#say({ kind: EV_LIMIT_STATE, code, side, price: limitTicks ?? UNDEF_INT32 });
  }

  fee(accountId: number, fillKind: (typeof FILL_KIND_NAMES)[number], micro: number): this {
    const otherLeaves = FILL_KIND_NAMES.indexOf(fillKind);
    return this.#say({ kind: EV_FEE, order: 1, other: accountId, otherLeaves, doubles: [micro] });
  }

  trade(side: Side, priceTicks: number, qtyLots: number, flags = 0): this {
    return this.#say({
      kind: EV_TRADE | flags,
      side,
      order: 1,
      price: priceTicks,
      qty: qtyLots,
      other: 2,
      extra: this.events.count,
    });
  }

  level(side: Side, priceTicks: number, displayedLots: number): this {
    const other = displayedLots > 0 ? 1 : 0;
    return this.#say({ kind: EV_LEVEL, side, price: priceTicks, other, doubles: [displayedLots] });
  }

  /** Seals the records into a journal. */
  write(path: string, instruments: readonly InstrumentSpec[], epochNs: string | null = null): void {
    const { words, count } = this.events;
    new RunDigest().seal(words, 0, count, RECORD_WORDS);
    const writer = new JournalWriter(path, { runId: 'by-hand', epochNs, instruments, createdBy: 'test' });
    writer.write(words, count);
    writer.close();
  }

  #say({
    kind,
    code = 0,
    side = BUY,
    order = 0,
    price = 0,
    qty = 0,
    other = 0,
    otherLeaves = 0,
    extra = 0,
    doubles = [],
  }: Said): this {
    const head = kind | (side << HEAD_SIDE_SHIFT) | (code << HEAD_CODE_SHIFT);
    this.events.emit(head, order, price, qty, 0, other, otherLeaves, extra);
    const at = ((this.events.count - 1) * RECORD_WORDS) / 2;
    for (const [i, value] of doubles.entries()) this.events.doubles[at + 3 + i] = value;
    return this;
  }
}

function stateNumber(state: SessionStateName | 'UNKNOWN'): number {
  return state === 'UNKNOWN' ? UNKNOWN_SESSION_STATE : SESSION_STATE_NAMES.indexOf(state);
}

/** Words of a record; absent ones are 0. */
interface Said {
  readonly kind: number;
  readonly code?: number;
  readonly side?: Side;
  readonly order?: number;
  readonly price?: number;
  readonly qty?: number;
  readonly other?: number;
  readonly otherLeaves?: number;
  readonly extra?: number;
  /** The float64s in words 6-7 and 8-9. */
  readonly doubles?: readonly number[];
}
