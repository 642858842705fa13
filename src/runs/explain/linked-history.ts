/**
 * What an order has to do with others that came in the same message: a group of which one cancels the others, or a bracket. Reads
 * the records of the order's instrument; memory: orders that came in messages with others, and what stands for them.
 */

import {
  CANCEL_LINKED_ORDER,
  CANCEL_PARKED,
  CMD_LINKED,
  EV_CANCELED,
  EV_CARRIED,
  EV_EXPIRED,
  EV_TRADE,
  EV_TRIGGERED,
  HEAD_CODE_SHIFT,
  type LinkedRole,
  linkOf,
  type OnFill,
  readFloat64,
  WORD_HEAD,
  WORD_ORDER,
  WORD_OTHER,
  WORD_OTHER_LEAVES,
  WORD_PRICE,
  WORD_QTY,
} from '../../domain/index.ts';

/** What happened to one order that concerned another. */
export type LinkedCause = 'filled' | 'triggered' | 'cancelled' | 'expired';

/** The message that an order came with, by the ids that owners know. */
export interface LinkedOrders {
  readonly role: LinkedRole;
  /** What a fill does to the others of the group. */
  readonly onFill: OnFill;
  /** All orders of the message; that of a bracket begins with its entry. */
  readonly orderIds: readonly number[];
  /** The other order because of which this one was cancelled, and what befell that; null: it was not, or nobody is told. */
  readonly endedBy: { readonly orderId: number; readonly cause: LinkedCause } | null;
}

interface Message {
  readonly firstId: number;
  readonly count: number;
  /** The last thing that befell one of its orders. */
  last: { orderId: number; cause: LinkedCause; timeNs: number } | null;
}

export class LinkedHistory {
  readonly #orderId: number;
  /** By the first id of a message. */
  readonly #messages = new Map<number, Message>();
  /** Roles of all orders that came with others, by the id that the owner knows. */
  readonly #codes = new Map<number, { readonly message: Message; readonly code: number }>();
  /** Ids that owners know by those of orders that stand for them. */
  readonly #origins = new Map<number, number>();
  #endedBy: LinkedOrders['endedBy'] = null;

  /** The order may be one that stands in the book for another. */
  constructor(orderId: number) {
    this.#orderId = orderId;
  }

  /** Takes the record of the order's instrument that starts at word `at`. */
  take(words: Int32Array, at: number): void {
    const head = words[at + WORD_HEAD]!;
    const orderId = words[at + WORD_ORDER]!;
    const timeNs = readFloat64(words, at + 2);
    switch (head & 0xff) {
      case CMD_LINKED:
        this.#came(orderId, words[at + WORD_PRICE]!, words[at + WORD_QTY]!, head >>> HEAD_CODE_SHIFT);
        return;
      case EV_CARRIED:
        if (this.#codes.has(words[at + WORD_OTHER_LEAVES]!))
          this.#origins.set(orderId, words[at + WORD_OTHER_LEAVES]!);
        return;
      case EV_TRADE:
        this.#befell(orderId, 'filled', timeNs);
        this.#befell(words[at + WORD_OTHER]!, 'filled', timeNs);
        return;
      case EV_TRIGGERED:
        this.#befell(orderId, 'triggered', timeNs);
        return;
      case EV_EXPIRED:
        this.#befell(orderId, 'expired', timeNs);
        return;
      case EV_CANCELED:
        this.#canceled(orderId, head >>> HEAD_CODE_SHIFT, timeNs);
    }
  }

  /** Null for an order that came alone. */
  get linked(): LinkedOrders | null {
    const known = this.#codes.get(this.#originOf(this.#orderId));
    if (known === undefined) return null;
    const { firstId, count } = known.message;
    const orderIds = Array.from({ length: count }, (_, index) => firstId + index);
    return { ...linkOf(known.code), orderIds, endedBy: this.#endedBy };
  }

  notes(): string[] {
    const { linked } = this;
    if (linked === null) return [];
    const { role, onFill, orderIds, endedBy } = linked;
    const own = this.#originOf(this.#orderId);
    const [entryId, ...exitIds] = orderIds;
    const rule =
      onFill === 'reduce' ? 'a fill of one takes as much off the others' : 'a fill of one cancels the others';
    const others = (ids: readonly number[]): string => listOf(ids.filter((id) => id !== own));
    const said =
      role === 'member'
        ? `${this.#subject(own)} one group with ${others(orderIds)}: ${rule}.`
        : role === 'entry'
          ? `${this.#subject(own)} the entry of a bracket; its exits are ${listOf(exitIds)}, which come to life as it fills.`
          : `${this.#subject(own)} an exit of order ${entryId}: what is open of it is what that has filled${exitIds.length > 1 ? `; with ${others(exitIds)} it is one group: ${rule}` : ''}.`;
    if (endedBy === null) return [said];
    return [
      said,
      `Order ${endedBy.orderId} was ${endedBy.cause} at the instant at which it was cancelled, and took it along.`,
    ];
  }

  #subject(own: number): string {
    return own === this.#orderId ? 'It is' : `Order ${own} is`;
  }

  #came(orderId: number, firstId: number, count: number, code: number): void {
    const known = this.#messages.get(firstId);
    const message = known ?? { firstId, count, last: null };
    if (known === undefined) this.#messages.set(firstId, message);
    this.#codes.set(orderId, { message, code });
  }

  #canceled(bookOrderId: number, reason: number, timeNs: number): void {
    if (reason === CANCEL_PARKED) return;
    if (reason !== CANCEL_LINKED_ORDER) {
      this.#befell(bookOrderId, 'cancelled', timeNs);
      return;
    }
    const own = this.#originOf(this.#orderId);
    if (this.#originOf(bookOrderId) !== own) return;
    const last = this.#codes.get(own)?.message.last ?? null;
    if (last !== null && last.orderId !== own && last.timeNs === timeNs)
      this.#endedBy = { orderId: last.orderId, cause: last.cause };
  }

  #befell(bookOrderId: number, cause: LinkedCause, timeNs: number): void {
    const orderId = this.#originOf(bookOrderId);
    const known = this.#codes.get(orderId);
    if (known !== undefined) known.message.last = { orderId, cause, timeNs };
  }

  #originOf(bookOrderId: number): number {
    return this.#origins.get(bookOrderId) ?? bookOrderId;
  }
}

function listOf(ids: readonly number[]): string {
  const noun = ids.length === 1 ? 'order' : 'orders';
  return `${noun} ${ids.slice(0, -1).join(', ')}${ids.length > 1 ? ' and ' : ''}${ids.at(-1)}`;
}
