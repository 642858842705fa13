/** The whole book of an instrument as a reader sees it: outright and implied levels, or both as one. */

import type { MdpInstrument } from './instrument.ts';
import { type LevelSide, PLACE_LEVEL } from './level-side.ts';

/** A level; `priceSteps` are 1e-9. */
export interface BookLevel {
  readonly priceSteps: bigint;
  readonly qty: number;
  /** Of it implied: trades after what is outright. */
  readonly impliedQty: number;
  readonly orders: number;
}

/** Known levels from the best one on. With both, levels of one price are one and their quantities add up. */
export function levelsOf(
  instrument: MdpInstrument,
  side: 'buy' | 'sell',
  view: 'outright' | 'implied' | 'consolidated',
): BookLevel[] {
  const isBid = side === 'buy';
  const levels = new Map<bigint, BookLevel>();
  if (view !== 'implied') addLevels(isBid ? instrument.bid : instrument.ask, false, levels);
  if (view !== 'outright') addLevels(isBid ? instrument.impliedBid : instrument.impliedAsk, true, levels);
  const better = isBid ? -1 : 1;
  return [...levels.values()].sort((a, b) => (a.priceSteps < b.priceSteps ? -better : better));
}

function addLevels(side: LevelSide, isImplied: boolean, levels: Map<bigint, BookLevel>): void {
  for (let place = 0; place < side.depth; place++) {
    if (side.states[place] !== PLACE_LEVEL) continue;
    const priceSteps = (BigInt(side.high[place]!) << 32n) + BigInt(side.low[place]!);
    const qty = side.qty[place]!;
    const other = levels.get(priceSteps);
    levels.set(priceSteps, {
      priceSteps,
      qty: qty + (other?.qty ?? 0),
      impliedQty: (isImplied ? qty : 0) + (other?.impliedQty ?? 0),
      orders: isImplied ? (other?.orders ?? 0) : Math.max(0, side.orders[place]!),
    });
  }
}
