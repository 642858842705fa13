/**
 * Weights by which the cancelled order is found among those that stand on its side, at the best or behind it: the ones under which
 * the cancels of the record are most likely, by a fixed point that never lowers the likelihood (minorisation and
 * maximisation for conditional choices; Hunter, "MM algorithms for generalized Bradley-Terry models", 2004).
 */

import { CancelHazard, UNSEEN_AGE_NS } from '../../agents/index.ts';
import { BUY, type Side } from '../../domain/index.ts';
import { FLOW_CANCEL, type FlowStream } from '../../fidelity/index.ts';
import { LiveOrders } from './live-orders.ts';
import { levelsTold } from './told-levels.ts';

/** Cancels that are looked at, evenly over the record. */
const CASES_MAX = 20_000;
const STEPS = 100;
/** Cancels that each bin is thought to have had at weight 1. */
const PRIOR = 0.5;
const SIZE_QUANTILES = [0.2, 0.45, 0.7, 0.9];

interface Choice {
  /** Bins of the orders that could have been cancelled, and how many are in each. */
  readonly cells: Uint16Array;
  readonly counts: Uint16Array;
  readonly chosen: number;
}

export function fitCancelHazard(stream: FlowStream, isTaken: (row: number) => boolean): CancelHazard {
  const sizeEdges = sizesOf(stream, isTaken);
  const blank = new CancelHazard(sizeEdges, new Float64Array(CancelHazard.cells(sizeEdges)).fill(1));
  const choices = choicesOf(stream, isTaken, blank);
  let weights = blank.weights;
  for (let step = 0; step < STEPS; step++) {
    const chosen = new Float64Array(weights.length);
    const expected = new Float64Array(weights.length);
    for (const { cells, counts, chosen: cell } of choices) {
      let total = 0;
      for (let i = 0; i < cells.length; i++) total += counts[i]! * weights[cells[i]!]!;
      chosen[cell]!++;
      for (let i = 0; i < cells.length; i++) expected[cells[i]!]! += counts[i]! / total;
    }
    weights = weights.map((_, cell) => (chosen[cell]! + PRIOR) / (expected[cell]! + PRIOR));
  }
  return new CancelHazard(sizeEdges, weights);
}

function sizesOf(stream: FlowStream, isTaken: (row: number) => boolean): Float64Array {
  const sizes: number[] = [];
  for (let row = 1; row < stream.count; row++) {
    if (stream.kind[row] === FLOW_CANCEL && isTaken(row)) sizes.push(stream.sizeLots[row]!);
  }
  const sorted = Float64Array.from(sizes).sort();
  if (sorted.length === 0) return new Float64Array(0);
  return Float64Array.from(
    new Set(SIZE_QUANTILES.map((share) => sorted[Math.floor(share * (sorted.length - 1))]!)),
  );
}

function choicesOf(stream: FlowStream, isTaken: (row: number) => boolean, hazard: CancelHazard): Choice[] {
  const { kind } = stream;
  const rows: number[] = [];
  for (let row = 1; row < stream.count; row++) if (kind[row] === FLOW_CANCEL && isTaken(row)) rows.push(row);
  const every = Math.max(1, Math.ceil(rows.length / CASES_MAX));
  const orders = new LiveOrders(stream);
  const choices: Choice[] = [];
  const looking = new Looking(stream, hazard, orders);
  for (let i = 0; i < rows.length; i += every) {
    orders.advanceTo(rows[i]!);
    const choice = looking.at(rows[i]!);
    if (choice !== null) choices.push(choice);
  }
  return choices;
}

/** Looks at the orders among which one was chosen. */
class Looking {
  readonly #stream: FlowStream;
  readonly #hazard: CancelHazard;
  readonly #orders: LiveOrders;
  readonly #levelsTold: number;
  readonly #rankOf = new Map<number, number>();

  constructor(stream: FlowStream, hazard: CancelHazard, orders: LiveOrders) {
    this.#stream = stream;
    this.#hazard = hazard;
    this.#orders = orders;
    this.#levelsTold = levelsTold(stream);
  }

  /** The cancel of a row, up to which the orders have come; null where it was not among them. */
  at(row: number): Choice | null {
    const {
      levels,
      side: sides,
      priceTicks,
      orderId,
      timeNs,
      bidTicks,
      askTicks,
      bidLots,
      askLots,
    } = this.#stream;
    const hazard = this.#hazard;
    const side = sides[row] as Side;
    const ticks = side === BUY ? bidTicks : askTicks;
    const lots = side === BUY ? bidLots : askLots;
    const at = (row - 1) * levels;
    const rankOf = this.#rankOf;
    rankOf.clear();
    for (let level = 0; level < levels && lots[at + level]! > 0; level++)
      rankOf.set(ticks[at + level]!, level + 1);
    const behind = levels + 1;
    const canceledRank = rankOf.get(priceTicks[row]!) ?? behind;
    if (canceledRank > this.#levelsTold) return null;
    const isAtBest = canceledRank === 1;
    const counts = new Map<number, number>();
    const known = new Float64Array(levels + 2);
    for (const order of this.#orders.all()) {
      if (order.side !== side || (order.priceTicks === ticks[at]) !== isAtBest) continue;
      const rank = rankOf.get(order.priceTicks) ?? behind;
      if (rank > this.#levelsTold) continue;
      known[rank]! += order.lots;
      add(counts, hazard.cellOf(side, timeNs[row]! - order.birthNs, rank, order.lots), 1);
    }
    const { unseenLots } = this.#orders;
    for (let rank = isAtBest ? 1 : 2; rank <= (isAtBest ? 1 : rankOf.size); rank++) {
      const unseen = Math.ceil((lots[at + rank - 1]! - known[rank]!) / unseenLots);
      if (unseen > 0) add(counts, hazard.cellOf(side, UNSEEN_AGE_NS, rank, unseenLots), unseen);
    }
    const canceled = this.#orders.order(orderId[row]!);
    const chosen =
      canceled === undefined
        ? hazard.cellOf(side, UNSEEN_AGE_NS, canceledRank, unseenLots)
        : hazard.cellOf(side, timeNs[row]! - canceled.birthNs, canceledRank, canceled.lots);
    if (!counts.has(chosen)) return null;
    return { cells: Uint16Array.from(counts.keys()), counts: Uint16Array.from(counts.values()), chosen };
  }
}

function add(counts: Map<number, number>, cell: number, orders: number): void {
  counts.set(cell, (counts.get(cell) ?? 0) + orders);
}
