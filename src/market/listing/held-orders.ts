/**
 * Orders that a venue has accepted and keeps outside of the book: market orders in a call, orders for one auction only, and
 * those that may come in after an auction. They stand in the order of their time priority.
 */

import { type BinaryReader, type BinaryWriter, TwinError } from '../../base/index.ts';
import { OrderTicket } from '../../domain/index.ts';

/** Orders kept by one instrument at most. */
export const HELD_ORDERS_MAX = 1 << 20;

/** What an order waits for. */
export const HELD_FOR_AUCTION = 0;
/** For the time after the coming auction, in which it has no part. */
export const HELD_AFTER_AUCTION = 1;

export interface HeldOrder {
  /** Terms as accepted; `qtyLots` is what is open, `priceTicks` may have been bounded. */
  readonly ticket: OrderTicket;
  /** Instruction it was entered as (session/instructions.ts). */
  readonly instruction: number;
  readonly waitsFor: typeof HELD_FOR_AUCTION | typeof HELD_AFTER_AUCTION;
  filledLots: number;
  /** Time priority among all orders of the venue: order ids and times of replaces on one scale. */
  arrival: number;
}

/** Fields of a ticket as a snapshot has them. */
const TICKET_FIELDS = Object.keys(new OrderTicket()) as (keyof OrderTicket)[];

export class HeldOrders {
  readonly #orders = new Map<number, HeldOrder>();

  get count(): number {
    return this.#orders.size;
  }

  /** Takes a copy of the ticket. Raises BASE_LIMIT. */
  add(
    ticket: OrderTicket,
    instruction: number,
    waitsFor: HeldOrder['waitsFor'],
    arrival: number,
    filledLots = 0,
  ): HeldOrder {
    if (this.#orders.size >= HELD_ORDERS_MAX) {
      throw new TwinError(
        'BASE_LIMIT',
        'at most HELD_ORDERS_MAX orders of an instrument wait outside of its book',
        {
          orders: this.#orders.size,
        },
      );
    }
    const held = {
      ticket: Object.assign(new OrderTicket(), ticket),
      instruction,
      waitsFor,
      filledLots,
      arrival,
    };
    this.#orders.set(ticket.orderId, held);
    return held;
  }

  get(orderId: number): HeldOrder | null {
    return this.#orders.get(orderId) ?? null;
  }

  remove(orderId: number): void {
    this.#orders.delete(orderId);
  }

  /** By time priority. */
  inTime(): HeldOrder[] {
    return [...this.#orders.values()].sort((a, b) => a.arrival - b.arrival);
  }

  writeState(writer: BinaryWriter): void {
    writer.section('held');
    writer.int32(this.#orders.size);
    for (const { ticket, instruction, waitsFor, filledLots, arrival } of this.inTime()) {
      for (const field of TICKET_FIELDS) writer.int32(ticket[field] as number);
      for (const value of [instruction, waitsFor, filledLots]) writer.int32(value);
      writer.float64(arrival);
    }
  }

  readState(reader: BinaryReader): void {
    reader.section('held');
    this.#orders.clear();
    for (let left = reader.int32(); left > 0; left--) {
      const ticket = new OrderTicket();
      for (const field of TICKET_FIELDS) Object.assign(ticket, { [field]: reader.int32() });
      const [instruction, waitsFor, filledLots] = [reader.int32(), reader.int32(), reader.int32()];
      this.add(ticket, instruction, waitsFor as HeldOrder['waitsFor'], reader.float64(), filledLots);
    }
  }
}
