/**
 * What is known of one order's life, as a plain object: for scripts as JSON, for people through `renderExplanation`. Times
 * are ns since the run's epoch, prices ticks of `instrument.tickSize`, quantities lots; `record` is a place in the journal.
 * What the journal does not tell is null.
 */

import type {
  AUCTION_KIND_NAMES,
  AuctionTermName,
  InstrumentSpec,
  LIMIT_STATE_NAMES,
  NO_PRICE_NAMES,
  OrderTypeName,
  RoutingName,
  SESSION_CAUSE_NAMES,
  SESSION_RULE_NAMES,
  SideName,
  StpModeName,
  TimeInForceName,
} from '../../domain/index.ts';
import type { BookRules, SessionStateName } from '../../market/index.ts';
import type { ContractStory } from '../contract-terms.ts';
import type { JournalTail } from '../journal-reader.ts';
import type { LinkedOrders } from './linked-history.ts';
import type { EndingName, Obstacle } from './reasons.ts';

/** Where in the journal something is said. */
export interface Moment {
  readonly timeNs: number;
  readonly record: number;
}

/** Who stands behind an order: the account, and in a simulation the group of its agent. */
export interface Owner {
  readonly accountId: number | null;
  readonly group: string | null;
}

/** The order as it was sent; of a recorded one only side, price, quantity and visibility are known. */
export interface SentOrder extends Moment, Owner {
  readonly side: SideName;
  readonly type: OrderTypeName | null;
  readonly priceTicks: number | null;
  readonly qtyLots: number;
  readonly timeInForce: TimeInForceName | null;
  readonly isHidden: boolean;
  readonly postOnly: 'reject' | 'slide' | null;
  readonly displayQtyLots: number | null;
  readonly minQtyLots: number | null;
  readonly stopPriceTicks: number | null;
  readonly auctionTerm: AuctionTermName | null;
  /** What was wanted of better quotes at other venues; null: as the venue has it. */
  readonly routing: RoutingName | null;
  readonly expireTimeNs: number | null;
  readonly stpGroup: number | null;
  readonly stpMode: StpModeName;
}

export interface Answer extends Moment {
  readonly isAccepted: boolean;
  /** The rule that was broken, and its reject code. */
  readonly rule: string | null;
  readonly code: number;
}

/** What stands before an order at its price. */
export interface Place {
  readonly ordersAhead: number;
  readonly displayedLotsAhead: number;
  /** Of hidden orders and reserves of icebergs that trade before it. */
  readonly hiddenLotsAhead: number;
}

/** A place in the queue that an order takes, and the market around it. */
export interface TakenPlace extends Place {
  readonly priceTicks: number;
  /** Displayed lots on its own side at better prices. */
  readonly betterLots: number;
  readonly bestOppositeTicks: number | null;
}

/** The displayed market when the order came to the venue. */
export interface MarketAtArrival {
  readonly bestOwnTicks: number | null;
  readonly bestOppositeTicks: number | null;
  readonly lastTradeTicks: number | null;
  /** State of the session, null where the journal tells of none. */
  readonly session: SessionStateName | null;
}

/** The other side each time when the order enters the match: new, triggered, or replaced with loss of its place. */
export interface Entry extends Moment {
  readonly cause: 'new' | 'triggered' | 'replaced';
  /** Worst price that it may trade at; null: any. */
  readonly limitTicks: number | null;
  readonly bestOppositeTicks: number | null;
  readonly neededLots: number;
  /** Least execution that it takes; null: none was asked. */
  readonly minQtyLots: number | null;
  /** Lots within its limit that it can take by all rules, at most what it needs. */
  readonly fillableLots: number;
  /** All displayed and all other lots within its limit. */
  readonly displayedLots: number;
  readonly hiddenLots: number;
}

export const STEP_KINDS = [
  'rested',
  'refreshed',
  'triggered',
  'replaced',
  'reduced',
  'restated',
  'cancelRejected',
  'replaceRejected',
  'canceled',
  'expired',
] as const;

/** What happened to the order itself, fills apart. */
export interface Step extends Moment {
  readonly kind: (typeof STEP_KINDS)[number];
  /** Worst price that it may trade at then; null: any. */
  readonly priceTicks: number | null;
  /** Of a stop that waits, or is triggered by this step. */
  readonly stopPriceTicks: number | null;
  /** What it shows (rested, refreshed), loses (reduced, restated, canceled, expired), or has open (triggered, replaced). */
  readonly lots: number;
  readonly leavesLots: number;
  /** Whether it lost the place that it had. */
  readonly losesPlace: boolean;
  /** The place that it takes: rested, refreshed. */
  readonly place: TakenPlace | null;
  /** Why: the reason of a cancellation, the rule of a refusal. */
  readonly reason: string | null;
}

export type MoveKind =
  | 'trade'
  | 'cancel'
  | 'expiry'
  | 'reduce'
  | 'selfTrade'
  | 'replace'
  | 'refresh'
  | 'arrival';

/** Something ahead that changed. `lots` left from ahead; below zero they came ahead, which only hidden orders suffer. */
export interface Move extends Moment, Place {
  readonly kind: MoveKind;
  readonly orderId: number;
  readonly lots: number;
}

/** An order of its own book, or of another venue's, that stands for the order. */
export interface StandIn {
  readonly orderId: number;
  readonly symbol: string;
}

/** A part that its venue sent to another one, and what it heard of it. */
export interface RouteEvent extends Moment {
  readonly kind: 'routed' | 'filled' | 'unfilled';
  /** The listing that it went to. */
  readonly symbol: string;
  /** Its id there; null when it is sent. */
  readonly orderId: number | null;
  readonly priceTicks: number;
  readonly lots: number;
  /** Open of the whole order. */
  readonly openLots: number;
}

export interface Fill extends Moment {
  readonly tradeId: number;
  readonly priceTicks: number;
  readonly lots: number;
  readonly leavesLots: number;
  readonly role: 'taker' | 'maker' | 'hiddenMaker' | 'auction' | 'routed';
  /** The order that traded for it, of an order that its venue routes; null: itself. */
  readonly standIn: StandIn | null;
  /** The order on the other side; null where a recording names none. */
  readonly counterOrderId: number | null;
  readonly counterparty: Owner;
  /** Place before the trade, null for an order that did not rest. */
  readonly place: Place | null;
  /** 1e-6 currency units, below zero a rebate; null when no fee is recorded. */
  readonly feeMicro: number | null;
}

/** Session events of the order's instrument while it lived. */
export type SessionEvent = Moment &
  (
    | {
        readonly kind: 'session';
        readonly state: SessionStateName;
        readonly stateBefore: SessionStateName;
        readonly cause: (typeof SESSION_CAUSE_NAMES)[number];
        readonly rule: (typeof SESSION_RULE_NAMES)[number];
      }
    | AuctionEvent
    | {
        readonly kind: 'bands';
        readonly rule: (typeof SESSION_RULE_NAMES)[number];
        readonly lowTicks: number | null;
        readonly highTicks: number | null;
      }
    | {
        readonly kind: 'limitState';
        readonly rule: (typeof SESSION_RULE_NAMES)[number];
        readonly what: (typeof LIMIT_STATE_NAMES)[number];
        readonly limitTicks: number | null;
      }
  );

export interface AuctionEvent extends Moment {
  readonly kind: 'auction';
  readonly auction: (typeof AUCTION_KIND_NAMES)[number];
  /** Null when it has none; `noPrice` then says why. */
  readonly priceTicks: number | null;
  readonly noPrice: (typeof NO_PRICE_NAMES)[number];
  readonly volumeLots: number;
  readonly imbalanceSide: SideName;
  readonly imbalanceLots: number;
}

/** Where all lots of the order went: sent + changedByReplace = filled + cancelled + expired + rejected + open. */
export interface LotsAccount {
  readonly sent: number;
  readonly changedByReplace: number;
  readonly filled: number;
  /** Cancelled, reduced, and taken off by self-trade prevention. */
  readonly cancelled: number;
  readonly expired: number;
  readonly rejected: number;
  readonly open: number;
}

export interface Outcome {
  readonly status: 'filled' | 'partlyFilled' | 'unfilled' | 'rejected';
  readonly ending: EndingName;
  /** What stood in the way of a full fill; null for an order that was filled, refused or not answered. */
  readonly obstacle: Obstacle | null;
  /** When its life ended, null while it is open. */
  readonly endNs: number | null;
  /** From its arrival to its end, or to the end of the journal. */
  readonly livedNs: number;
  /** What still stood ahead at the end, for an order that rested then. */
  readonly lastPlace: TakenPlace | null;
}

export interface OrderExplanation {
  readonly runId: string;
  readonly orderId: number;
  readonly instrument: InstrumentSpec;
  /** Nanoseconds since 1970 UTC at which the run's time starts, in decimal; null for a time of its own. */
  readonly epochNs: string | null;
  readonly icebergRefresh: BookRules['icebergRefresh'];
  /** Whether the book shares a price by an allocation rule; "ahead" is then still the order of time. */
  readonly isShared: boolean;
  readonly sent: SentOrder;
  /** Other orders of the message that it came with, a group or a bracket; null: it came alone. */
  readonly linked: LinkedOrders | null;
  readonly answer: Answer | null;
  readonly market: MarketAtArrival | null;
  readonly entries: readonly Entry[];
  readonly steps: readonly Step[];
  readonly moves: readonly Move[];
  readonly fills: readonly Fill[];
  /** Where its venue sent it and what came of that, in turn. */
  readonly routes: readonly RouteEvent[];
  /** Sum of all its fees, 1e-6 currency units; null when none is recorded. */
  readonly feeMicro: number | null;
  readonly session: readonly SessionEvent[];
  /** The option contract that it is for, with what became of it in the run; null for other instruments. */
  readonly contract: ContractStory | null;
  readonly lots: LotsAccount;
  readonly outcome: Outcome;
  /** The outcome as a sentence. */
  readonly why: string;
  /** What limits the explanation: a replay's queue, a rule of allocation, a damaged journal. */
  readonly notes: readonly string[];
  /** Set when the journal has a damaged tail: everything above is as of the last whole record. */
  readonly tail: JournalTail | null;
}
