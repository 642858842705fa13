/** The reference book's snapshot: every live order once, then each queue as a list of order ids. */

import { type BinaryReader, type BinaryWriter, invariant } from '../../base/index.ts';
import { SELL } from '../../domain/index.ts';
import type { ReferenceMatcher } from './reference-match.ts';
import type { ReferenceOrder, ReferenceSide } from './reference-side.ts';
import type { ReferenceStops } from './reference-stops.ts';

/** The parts of a reference book that a snapshot holds. */
export interface ReferenceParts {
  readonly live: Map<number, ReferenceOrder>;
  readonly bids: ReferenceSide;
  readonly asks: ReferenceSide;
  readonly stops: ReferenceStops;
  readonly matcher: ReferenceMatcher;
}

const ORDER_FIELDS = [
  'orderId',
  'accountId',
  'side',
  'type',
  'timeInForce',
  'flags',
  'priceTicks',
  'stopPriceTicks',
  'shownLots',
  'reserveLots',
  'displayQtyLots',
  'filledLots',
  'minQtyLots',
  'stpGroup',
  'stpMode',
  'stopSequence',
] as const satisfies readonly (keyof ReferenceOrder)[];

export function writeReferenceState(writer: BinaryWriter, parts: ReferenceParts): void {
  const { live, bids, asks, stops, matcher } = parts;
  writer.section('referenceBook');
  writer.int32(matcher.lastTradeTicks);
  writer.float64(matcher.tradeCount);
  writer.float64(stops.lastSequence);
  writer.int32(live.size);
  const orders = [...live.values()].sort((a, b) => a.orderId - b.orderId);
  for (const order of orders) for (const field of ORDER_FIELDS) writer.float64(order[field]);
  for (const side of [bids, asks]) {
    writer.int32(side.levels.length);
    for (const level of side.levels) {
      writer.int32(level.priceTicks);
      writer.array(idsOf(level.displayed));
      writer.array(idsOf(level.hidden));
    }
  }
  writer.array(idsOf(stops.buys));
  writer.array(idsOf(stops.sells));
}

/** Replaces all that the parts hold. */
export function readReferenceState(reader: BinaryReader, parts: ReferenceParts): void {
  const { live, bids, asks, stops, matcher } = parts;
  live.clear();
  bids.clear();
  asks.clear();
  stops.clear();
  reader.section('referenceBook');
  matcher.lastTradeTicks = reader.int32();
  matcher.tradeCount = reader.float64();
  stops.lastSequence = reader.float64();
  for (let left = reader.int32(); left > 0; left--) {
    const order = readOrder(reader);
    live.set(order.orderId, order);
  }
  for (const side of [bids, asks]) {
    for (let left = reader.int32(); left > 0; left--) {
      const level = side.openLevel(reader.int32());
      level.displayed.push(...ordersOf(reader.int32Array(), live));
      level.hidden.push(...ordersOf(reader.int32Array(), live));
    }
  }
  stops.buys.push(...ordersOf(reader.int32Array(), live));
  stops.sells.push(...ordersOf(reader.int32Array(), live));
}

function readOrder(reader: BinaryReader): ReferenceOrder {
  const order: ReferenceOrder = {
    orderId: 0,
    accountId: 0,
    side: SELL,
    type: 0,
    timeInForce: 0,
    flags: 0,
    priceTicks: 0,
    stopPriceTicks: 0,
    shownLots: 0,
    reserveLots: 0,
    displayQtyLots: 0,
    filledLots: 0,
    minQtyLots: 0,
    stpGroup: 0,
    stpMode: 0,
    stopSequence: 0,
    isProtected: false,
    isTriggered: false,
  };
  for (const field of ORDER_FIELDS) Object.assign(order, { [field]: reader.float64() });
  return order;
}

function idsOf(queue: readonly ReferenceOrder[]): Int32Array {
  return Int32Array.from(queue, (order) => order.orderId);
}

function ordersOf(ids: Int32Array, live: ReadonlyMap<number, ReferenceOrder>): ReferenceOrder[] {
  return Array.from(ids, (id) => {
    const order = live.get(id);
    invariant(order !== undefined, 'a snapshot holds every order that its queues name');
    return order;
  });
}
