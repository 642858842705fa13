/**
 * One product of Coinbase: its numbers, and what its full channel says of each change. The numbers are shared by the full
 * channel and the books of REST, so that a book of level 3 and the messages behind it join.
 *
 *   add       received, open          execute        match, and done (filled) when nothing is left
 *   delete    done (canceled)         reduce, modify change
 *   replace   done, received, open    clear          done (canceled) for every order
 */

import { ASK, BID, type Side } from '../market/events.ts';
import type { Instrument, MarketChange, Print } from '../market/market.ts';
import type { RestingOrder } from '../market/order-levels.ts';
import { isoMicros, plainText, priceText } from '../words.ts';

export type Message = Readonly<Record<string, unknown>>;

export const QTY_DECIMALS = 8;
export const PRICE_DECIMALS = 2;
/** Products of Coinbase have a pair with a dash. */
const PAIR = /^([A-Z0-9]+)-([A-Z0-9]+)$/;
const WORD = ['buy', 'sell'] as const;

export class CoinbaseProduct {
  readonly instrument: Instrument;
  readonly id: string;
  /** Number of the last message. */
  sequence = 0;
  /** What the change that is being played says on the full channel. */
  full: readonly Message[] = [];
  /** The match among it, for the other channels. */
  match: Message | null = null;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
    this.id = productId(instrument);
  }

  /** Takes a change; `full` and `match` are its messages until the next one. */
  play(change: MarketChange): void {
    const time = isoMicros(change.tsNs);
    this.match = null;
    const said: Message[] = [];
    if (change.print !== null) {
      this.match = this.#numbered(time, matchOf(change.print));
      said.push(this.match);
    }
    if (change.order !== null)
      for (const message of ordersSaid(change)) said.push(this.#numbered(time, message));
    this.full = said;
  }

  #numbered(time: string, message: Message): Message {
    this.sequence++;
    return { ...message, product_id: this.id, sequence: this.sequence, time };
  }
}

export function productId({ symbol, definition }: Instrument): string {
  if (PAIR.test(symbol)) return symbol;
  if (definition?.baseCurrency != null && definition.currency !== null)
    return `${definition.baseCurrency}-${definition.currency}`;
  const parts = /^([^/ ]+)[/ ]([^/ ]+)$/.exec(symbol);
  return parts === null
    ? `${symbol.toUpperCase()}-${definition?.currency ?? 'USD'}`
    : `${parts[1]}-${parts[2]}`.toUpperCase();
}

/** The first 64 bits of the id are the order's. */
export function uuidOf(orderId: bigint | null): string {
  const hex = (orderId ?? 0n).toString(16).padStart(16, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12)}-0000-000000000000`;
}

export function priceOf(steps: number): string {
  return priceText(steps, PRICE_DECIMALS);
}

export function sizeOf(qty: number): string {
  return plainText(qty, QTY_DECIMALS);
}

/** The side of a match is the maker's. */
export function matchOf(print: Print): Message {
  return {
    type: 'match',
    trade_id: print.id,
    maker_order_id: uuidOf(print.makerId),
    taker_order_id: uuidOf(print.takerId),
    side: WORD[print.aggressor === BID ? ASK : BID],
    size: sizeOf(print.qty),
    price: priceOf(print.priceSteps),
  };
}

function* ordersSaid({ order, instrument }: MarketChange): Generator<Message> {
  if (order === null) return;
  const { event, effect } = order;
  const { before } = effect;
  for (const [id, one] of effect.cleared) yield doneOf(id, one, 'canceled', one.qty);
  const { orderId } = event;
  if (orderId === null) return;
  const now = instrument.orders.orders.get(orderId) ?? null;
  switch (event.action) {
    case 'add':
      if (now !== null) yield* entered(orderId, now);
      break;
    case 'delete':
      if (before !== null) yield doneOf(orderId, before, 'canceled', before.qty);
      break;
    case 'execute':
      if (before !== null && now === null) yield doneOf(orderId, before, 'filled', 0);
      break;
    case 'reduce':
    case 'modify':
      if (before === null) break;
      if (now === null) yield doneOf(orderId, before, 'canceled', before.qty);
      else yield changeOf(orderId, before, now);
      break;
    case 'replace': {
      if (before === null) break;
      yield doneOf(orderId, before, 'canceled', before.qty);
      const id = event.newOrderId ?? orderId;
      const next = instrument.orders.orders.get(id);
      if (next !== undefined) yield* entered(id, next);
      break;
    }
    default:
  }
}

function* entered(id: bigint, { side, priceSteps, qty }: RestingOrder): Generator<Message> {
  const shared = { order_id: uuidOf(id), side: WORD[side], price: priceOf(priceSteps) };
  yield { type: 'received', ...shared, size: sizeOf(qty), order_type: 'limit' };
  yield { type: 'open', ...shared, remaining_size: sizeOf(qty) };
}

function doneOf(
  id: bigint,
  { side, priceSteps }: RestingOrder,
  reason: 'canceled' | 'filled',
  left: number,
): Message {
  const shared = { order_id: uuidOf(id), side: WORD[side], price: priceOf(priceSteps) };
  return { type: 'done', ...shared, reason, remaining_size: sizeOf(left) };
}

function changeOf(id: bigint, before: RestingOrder, now: RestingOrder): Message {
  const shared = { order_id: uuidOf(id), side: WORD[now.side] };
  const sizes = { old_size: sizeOf(before.qty), new_size: sizeOf(now.qty) };
  if (before.priceSteps === now.priceSteps)
    return { type: 'change', reason: 'STP', ...shared, price: priceOf(now.priceSteps), ...sizes };
  const prices = {
    price: priceOf(before.priceSteps),
    old_price: priceOf(before.priceSteps),
    new_price: priceOf(now.priceSteps),
  };
  return { type: 'change', reason: 'modify_order', ...shared, ...prices, ...sizes };
}

/** The word of a side in changes of levels. */
export function wordOf(side: Side): 'buy' | 'sell' {
  return WORD[side];
}
