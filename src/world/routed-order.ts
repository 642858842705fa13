/** An order that its venue routes (order-router.ts): what its owner asked, and where its lots are. */

import type { BinaryReader, BinaryWriter } from '../base/index.ts';
import type { Side, StpMode, TimeInForce } from '../domain/index.ts';

/** Parts that one order sends away in its life; what then still locks a quote slides or is cancelled. */
export const ROUTED_LEGS_MAX = 64;

/** What its owner asked, in ticks and lots. */
export interface RoutedTerms {
  readonly orderId: number;
  readonly agent: number;
  readonly instrument: number;
  readonly side: Side;
  readonly isMarket: boolean;
  readonly timeInForce: TimeInForce;
  readonly expireTimeNs: number;
  readonly flags: number;
  readonly displayQtyLots: number;
  readonly stpGroup: number;
  readonly stpMode: StpMode;
}

export class RoutedOrder {
  readonly terms: RoutedTerms;
  /** Worst price; of a market order the end of the range. */
  priceTicks: number;
  /** Neither filled nor ended, as its venue knows: at home, or away. */
  openLots: number;
  /** What is open by what its owner has been told; the same between commands. */
  toldLots: number;
  filledLots = 0;
  /** Of the open lots those that are at other venues, or on the way. */
  awayLots = 0;
  legsLeft: number = ROUTED_LEGS_MAX;
  /** Head of the record that ends what comes back; 0: it goes on. */
  endHead = 0;
  /** Live orders of its own venue's book that stand for it, in their order. */
  readonly homeIds: number[] = [];
  /** By instrument: until when a quote there counts as taken by this order, ns. */
  readonly sweptUntilNs = new Map<number, number>();

  constructor(terms: RoutedTerms, priceTicks: number, openLots: number) {
    this.terms = terms;
    this.priceTicks = priceTicks;
    this.openLots = openLots;
    this.toldLots = openLots;
  }

  dropHome(orderId: number): void {
    const at = this.homeIds.indexOf(orderId);
    if (at >= 0) this.homeIds.splice(at, 1);
  }
}

export function writeRoutedOrder(writer: BinaryWriter, order: RoutedOrder): void {
  const { terms } = order;
  for (const value of [terms.orderId, terms.agent, terms.instrument, terms.displayQtyLots, terms.stpGroup])
    writer.int32(value);
  for (const value of [terms.side, Number(terms.isMarket), terms.timeInForce, terms.flags, terms.stpMode])
    writer.uint8(value);
  writer.float64(terms.expireTimeNs);
  for (const value of [
    order.priceTicks,
    order.openLots,
    order.toldLots,
    order.filledLots,
    order.awayLots,
    order.legsLeft,
    order.endHead,
  ])
    writer.int32(value);
  writer.array(Int32Array.from(order.homeIds));
  writer.array(Int32Array.from(order.sweptUntilNs.keys()));
  writer.array(Float64Array.from(order.sweptUntilNs.values()));
}

export function readRoutedOrder(reader: BinaryReader): RoutedOrder {
  const [orderId, agent, instrument, displayQtyLots, stpGroup] = numbers(5, () => reader.int32());
  const [side, isMarket, timeInForce, flags, stpMode] = numbers(5, () => reader.uint8());
  const terms: RoutedTerms = {
    orderId: orderId!,
    agent: agent!,
    instrument: instrument!,
    side: side as Side,
    isMarket: isMarket === 1,
    timeInForce: timeInForce as TimeInForce,
    flags: flags!,
    displayQtyLots: displayQtyLots!,
    stpGroup: stpGroup!,
    stpMode: stpMode as StpMode,
    expireTimeNs: reader.float64(),
  };
  const order = new RoutedOrder(terms, reader.int32(), reader.int32());
  order.toldLots = reader.int32();
  order.filledLots = reader.int32();
  order.awayLots = reader.int32();
  order.legsLeft = reader.int32();
  order.endHead = reader.int32();
  order.homeIds.push(...reader.int32Array());
  const swept = reader.int32Array();
  const untilNs = reader.float64Array();
  swept.forEach((away, index) => {
    order.sweptUntilNs.set(away, untilNs[index]!);
  });
  return order;
}

function numbers(count: number, read: () => number): number[] {
  return Array.from({ length: count }, read);
}
