/** Reads a LOBSTER pair back and applies its messages to a plain book of queues, row by row. */

import { readFileSync } from 'node:fs';
import {
  BookRow,
  LobsterBookReader,
  LobsterDecoder,
  MBO_ADD,
  MBO_DELETE,
  MBO_EXECUTE,
  MBO_HIDDEN_TRADE,
  MBO_REDUCE,
  MboBatch,
  Quarantine,
} from '../../src/data/index.ts';
import { BUY } from '../../src/domain/index.ts';

export interface LobsterMessage {
  readonly tsNs: number;
  readonly action: number;
  readonly side: number;
  readonly id: number;
  readonly price: number;
  readonly qty: number;
}

/** [price, quantity] best first. */
export interface LadderRow {
  readonly bids: number[][];
  readonly asks: number[][];
}

export function readLobsterMessages(path: string): LobsterMessage[] {
  const decoder = new LobsterDecoder(new Quarantine('strict', path));
  decoder.write(readFileSync(path));
  decoder.end();
  const batch = new MboBatch(512);
  const messages: LobsterMessage[] = [];
  while (decoder.read(batch) > 0) {
    for (let r = 0; r < batch.count; r++) {
      messages.push({
        tsNs: batch.tsEventNs[r]!,
        action: batch.action[r]!,
        side: batch.side[r]!,
        id: batch.orderIdHi[r]! * 2 ** 32 + batch.orderIdLo[r]!,
        price: batch.price[r]!,
        qty: batch.qty[r]!,
      });
    }
  }
  return messages;
}

export function readLobsterRows(path: string): LadderRow[] {
  // Lenient: a book with placed orders may be crossed, which the reader reports and still gives.
  const quarantine = new Quarantine('lenient', path);
  const reader = new LobsterBookReader(quarantine);
  reader.write(readFileSync(path));
  reader.end();
  const row = new BookRow();
  const rows: LadderRow[] = [];
  while (reader.readRow(row)) {
    rows.push({ bids: ladder(row.bidPrice, row.bidQty), asks: ladder(row.askPrice, row.askQty) });
  }
  for (const [reason, count] of quarantine.counts) {
    if (reason !== 'crossed-book') throw new Error(`${count} rows of ${path} are bad: ${reason}`);
  }
  return rows;
}

function ladder(prices: Float64Array, quantities: Float64Array): number[][] {
  return Array.from(prices, (price, i) => [price, quantities[i]!]).filter(([, qty]) => qty! > 0);
}

/** Applies messages strictly: every id is fresh on submission, live otherwise, and executions hit the head of the best level. */
export class LobsterReplayBook {
  readonly #orders = new Map<number, { side: number; price: number; qty: number }>();
  readonly #seen = new Set<number>();

  apply(message: LobsterMessage): void {
    const { action, side, id, price, qty } = message;
    if (action === MBO_HIDDEN_TRADE) {
      if (id !== 0) throw new Error('a hidden trade has order id 0');
      return;
    }
    if (action === MBO_ADD) {
      if (this.#seen.has(id)) throw new Error(`order ${id} is submitted twice`);
      this.#seen.add(id);
      this.#orders.set(id, { side, price, qty });
      return;
    }
    const order = this.#orders.get(id);
    if (order === undefined || order.side !== side || order.price !== price || qty > order.qty) {
      throw new Error(`${JSON.stringify(message)} does not fit ${JSON.stringify(order)}`);
    }
    if (action === MBO_EXECUTE && this.#headOf(side) !== id)
      throw new Error(`order ${id} is not first in the queue`);
    if (action === MBO_DELETE && qty !== order.qty) throw new Error(`order ${id} is deleted in part`);
    if (action === MBO_REDUCE && qty === order.qty) throw new Error(`order ${id} is reduced to nothing`);
    order.qty -= qty;
    if (order.qty === 0) this.#orders.delete(id);
  }

  depth(side: number, levels: number): number[][] {
    const totals = new Map<number, number>();
    for (const order of this.#orders.values()) {
      if (order.side === side) totals.set(order.price, (totals.get(order.price) ?? 0) + order.qty);
    }
    const sign = side === BUY ? -1 : 1;
    return [...totals].sort((a, b) => (a[0] - b[0]) * sign).slice(0, levels);
  }

  #headOf(side: number): number {
    const sign = side === BUY ? -1 : 1;
    let best = 0;
    let bestPrice = Number.POSITIVE_INFINITY;
    // Insertion order of the map is the order of arrival.
    for (const [id, order] of this.#orders) {
      if (order.side === side && order.price * sign < bestPrice) {
        best = id;
        bestPrice = order.price * sign;
      }
    }
    return best;
  }
}
