/**
 * Orders that slid before quotes of other venues, at venues that take them back (market-rules §1.11, price sliding that
 * re-prices): when the quote is gone or worse, an order moves towards its limit as far as the next one allows. Each move is a
 * replace, so that the order goes behind all that stand at its new price.
 */

import type { BinaryReader, BinaryWriter } from '../base/index.ts';
import { BUY, ReplaceTicket, type Side } from '../domain/index.ts';
import { CONTINUOUS, type Venue } from '../market/index.ts';

interface SlidOrder {
  readonly instrument: number;
  readonly accountId: number;
  readonly side: Side;
  /** Price that its owner asked. */
  readonly limitTicks: number;
}

export class SlidOrders {
  readonly #venue: Venue;
  /** How near to its limit an order may stand now, ticks. */
  readonly #allowedTicks: (nowNs: number, instrument: number, side: Side, limitTicks: number) => number;
  readonly #byId = new Map<number, SlidOrder>();
  readonly #change = new ReplaceTicket();

  constructor(
    venue: Venue,
    allowedTicks: (nowNs: number, instrument: number, side: Side, limitTicks: number) => number,
  ) {
    this.#venue = venue;
    this.#allowedTicks = allowedTicks;
  }

  get isEmpty(): boolean {
    return this.#byId.size === 0;
  }

  /** An order has slid. */
  add(orderId: number, order: SlidOrder): void {
    this.#byId.set(orderId, order);
  }

  /** Its owner gave it another price. */
  forget(orderId: number): void {
    this.#byId.delete(orderId);
  }

  /** Moves what may move now, in the order in which it slid; orders that are gone are forgotten. */
  comeBack(nowNs: number): void {
    for (const [orderId, { instrument, accountId, side, limitTicks }] of this.#byId) {
      const order = this.#venue.books[instrument]!.order(orderId);
      if (order === null) {
        this.#byId.delete(orderId);
        continue;
      }
      if (this.#venue.stateOf(instrument) !== CONTINUOUS) continue;
      const ticks = this.#allowedTicks(nowNs, instrument, side, limitTicks);
      if (side === BUY ? ticks <= order.priceTicks : ticks >= order.priceTicks) continue;
      if (ticks === limitTicks) this.#byId.delete(orderId);
      const change = this.#change.reset();
      change.orderId = orderId;
      change.accountId = accountId;
      change.priceTicks = ticks;
      this.#venue.replace(nowNs, change);
    }
  }

  writeState(writer: BinaryWriter): void {
    writer.section('slidOrders');
    writer.int32(this.#byId.size);
    for (const [orderId, { instrument, accountId, side, limitTicks }] of this.#byId) {
      for (const value of [orderId, instrument, accountId, side, limitTicks]) writer.int32(value);
    }
  }

  readState(reader: BinaryReader): void {
    reader.section('slidOrders');
    this.#byId.clear();
    for (let left = reader.int32(); left > 0; left--) {
      const orderId = reader.int32();
      const instrument = reader.int32();
      const accountId = reader.int32();
      const side = reader.int32() as Side;
      this.#byId.set(orderId, { instrument, accountId, side, limitTicks: reader.int32() });
    }
  }
}
