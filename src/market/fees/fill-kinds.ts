/** The kinds of fill that a schedule tells apart, numbered densely, so that a rule is found by one array access. */

import { BUY, SELL, type Side } from '../../domain/index.ts';
import {
  AUCTION_ORDERS,
  type AuctionOrder,
  FEE_LIQUIDITIES,
  FEE_SESSIONS,
  FEE_TAPES,
  type FeeCondition,
  type FeeLiquidity,
  type FeePeriod,
  type FeeSession,
  type FeeTape,
  type PriceBranch,
} from './schedule.ts';

/** What a rule can look at. */
export interface FillKind {
  readonly session: FeeSession;
  readonly side: Side;
  readonly liquidity: FeeLiquidity;
  readonly isDisplayed: boolean;
  readonly isMidpoint: boolean;
  readonly tape: FeeTape;
  readonly auctionOrder: AuctionOrder;
}

/** Number of fill kinds, price branches included. */
export const FILL_KINDS = FEE_SESSIONS.length * 2 * FEE_LIQUIDITIES.length * 4 * FEE_TAPES.length * 2 * 3;

/** Dense number of a kind and price branch, from 0; -1 when one of its words is unknown. */
export function fillKindIndex(kind: FillKind, branch: PriceBranch): number {
  const session = FEE_SESSIONS.indexOf(kind.session);
  const liquidity = FEE_LIQUIDITIES.indexOf(kind.liquidity);
  const tape = FEE_TAPES.indexOf(kind.tape);
  const auctionOrder = AUCTION_ORDERS.indexOf(kind.auctionOrder);
  if (session < 0 || liquidity < 0 || tape < 0 || auctionOrder < 0) return -1;
  let index = session * 2 + (kind.side === SELL ? 1 : 0);
  index = index * FEE_LIQUIDITIES.length + liquidity;
  index = index * 4 + (kind.isDisplayed ? 2 : 0) + (kind.isMidpoint ? 1 : 0);
  index = index * FEE_TAPES.length + tape;
  index = index * AUCTION_ORDERS.length + auctionOrder;
  return index * 2 + (branch === 'belowOne' ? 0 : 1);
}

/** Visits every kind of fill that can happen under a period. */
export function forEachFillKind(
  period: FeePeriod,
  visit: (kind: FillKind, branch: PriceBranch, index: number) => void,
): void {
  for (const session of period.serves.session) {
    for (const liquidity of period.serves.liquidity) {
      if (isPossible(session, liquidity)) forEachOf(session, liquidity, visit);
    }
  }
}

function forEachOf(
  session: FeeSession,
  liquidity: FeeLiquidity,
  visit: (kind: FillKind, branch: PriceBranch, index: number) => void,
): void {
  const isAuction = liquidity === 'open' || liquidity === 'close';
  const orders: readonly AuctionOrder[] = isAuction ? ['market', 'limit'] : ['none'];
  for (const side of [BUY, SELL] as const) {
    for (const tape of FEE_TAPES) {
      for (const auctionOrder of orders) {
        for (const isDisplayed of [true, false]) {
          for (const isMidpoint of [false, true]) {
            const kind = { session, side, liquidity, isDisplayed, isMidpoint, tape, auctionOrder };
            visit(kind, 'belowOne', fillKindIndex(kind, 'belowOne'));
            visit(kind, 'fromOne', fillKindIndex(kind, 'fromOne'));
          }
        }
      }
    }
  }
}

/** Auction fills belong to their auctions, add and remove to matching in between; routing may happen at any time. */
export function isPossible(session: FeeSession, liquidity: FeeLiquidity): boolean {
  if (liquidity === 'route') return true;
  if (liquidity === 'open') return session === 'open' || session === 'reopen';
  if (liquidity === 'close') return session === 'close';
  return session === 'pre' || session === 'continuous' || session === 'post';
}

/** Whether a rule's condition holds for a kind of fill. */
export function holds(when: FeeCondition, kind: FillKind, branch: PriceBranch): boolean {
  return (
    (when.session?.includes(kind.session) ?? true) &&
    (when.side?.includes(kind.side === SELL ? 'sell' : 'buy') ?? true) &&
    (when.liquidity?.includes(kind.liquidity) ?? true) &&
    (when.displayed ?? kind.isDisplayed) === kind.isDisplayed &&
    (when.midpoint ?? kind.isMidpoint) === kind.isMidpoint &&
    (when.tape?.includes(kind.tape) ?? true) &&
    (when.price ?? branch) === branch &&
    (when.auctionOrder?.includes(kind.auctionOrder) ?? true)
  );
}

/** A kind in words, for messages. */
export function describeKind(kind: FillKind, branch: PriceBranch): string {
  const side = kind.side === SELL ? 'sell' : 'buy';
  return [
    `session=${kind.session} side=${side} liquidity=${kind.liquidity} displayed=${kind.isDisplayed}`,
    `midpoint=${kind.isMidpoint} tape=${kind.tape} auctionOrder=${kind.auctionOrder} price=${branch}`,
  ].join(' ');
}
