/**
 * What can happen to one side of a book, as the flow twin tells it apart (fidelity.md §3.2 to §3.5). A type is an action on a side:
 * `side * ACTIONS + action`, where the side is that of the book which changes, so that a market order of a buyer is of side SELL.
 */

import { BUY, SELL, type Side } from '../../domain/index.ts';

/** A limit order better than the best of its side. */
export const LIMIT_INSIDE = 0;
/** A limit order at the best of its side. */
export const LIMIT_AT = 1;
/** A limit order behind the best of its side. */
export const LIMIT_BEHIND = 2;
/** A cancel of an order at the best of its side. */
export const CANCEL_AT = 3;
/** A cancel of an order behind the best of its side. */
export const CANCEL_BEHIND = 4;
/** A market order that trades with this side. */
export const MARKET_HIT = 5;
/** A market order that trades with orders of this side which nobody saw. */
export const HIDDEN_HIT = 6;
export const ACTIONS = 7;
export const FLOW_TYPES = 2 * ACTIONS;

export const ACTION_NAMES = [
  'limitInside',
  'limitAt',
  'limitBehind',
  'cancelAt',
  'cancelBehind',
  'market',
  'hidden',
] as const;

export function typeOf(side: Side, action: number): number {
  return side * ACTIONS + action;
}

export function actionOf(type: number): number {
  return type < ACTIONS ? type : type - ACTIONS;
}

export function sideOf(type: number): Side {
  return type < ACTIONS ? BUY : SELL;
}

/** The same action on the other side. */
export function mirrored(type: number): number {
  return type < ACTIONS ? type + ACTIONS : type - ACTIONS;
}

/** Sign of a market order: 1 where it buys. */
export function signOf(type: number): number {
  return sideOf(type) === SELL ? 1 : -1;
}

/** Mean sign of market orders after one more, of which `memory` is kept. */
export function meanSignAfter(meanSign: number, type: number, memory: number): number {
  return memory * meanSign + (1 - memory) * signOf(type);
}
