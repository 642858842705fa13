/**
 * Parity once more, as plainly as possible: a list of participants, and one turn after another. It is the judge of
 * `allocateParity` and what the reference book shares with.
 */

import { WHOLE_BPS } from './algorithm.ts';
import { PARTICIPANT_BOOK, type ParityRule } from './parity-wheel.ts';

/** One resting order of the price; the list is in time order. */
export interface ParityOrder {
  readonly lots: number;
  readonly participant: number;
  readonly isSetter: boolean;
}

export interface ParityShares {
  /** Lots of each order. */
  readonly fillLots: readonly number[];
  /** Position of the participant that is next. */
  readonly pointer: number;
}

/** Shares `qtyLots` among the orders; `participants` stand on the wheel in the order of their first entry. */
export function referenceParity(
  rule: ParityRule,
  participants: readonly number[],
  pointer: number,
  orders: readonly ParityOrder[],
  qtyLots: number,
): ParityShares {
  const fillLots = orders.map(() => 0);
  let pool = Math.min(
    qtyLots,
    orders.reduce((sum, { lots }) => sum + lots, 0),
  );
  const setter = orders.findIndex(({ isSetter }) => isSetter);
  if (setter >= 0) {
    const priority = Math.max(Math.floor((qtyLots * rule.setterBps) / WHOLE_BPS), rule.roundLotLots);
    fillLots[setter] = Math.min(priority, orders[setter]!.lots, pool);
    pool -= fillLots[setter]!;
  }
  const left = participants.map((participant) =>
    orders.reduce(
      (sum, order, index) => (order.participant === participant ? sum + order.lots - fillLots[index]! : sum),
      0,
    ),
  );
  const got = participants.map(() => 0);
  const give = (position: number, lots: number): void => {
    left[position]! -= lots;
    got[position]! += lots;
    pool -= lots;
  };
  const book = participants.indexOf(PARTICIPANT_BOOK);
  if (rule.oddRest === 'book' && book >= 0) give(book, Math.min(pool % rule.roundLotLots, left[book]!));
  let next = rule.pointer === 'restarts' ? 0 : pointer;
  const lot = rule.roundLotLots;
  while (pool > 0) {
    // Rounds in which each of those with interest gets a whole lot end where they began: they may be given at once.
    const active = left.filter((lots) => lots > 0);
    const rounds = Math.min(
      Math.floor(pool / (lot * active.length)),
      ...active.map((lots) => Math.floor(lots / lot)),
    );
    // The last of them is turned by hand, since the wheel stops behind the last one served.
    if (rounds > 1)
      left.forEach((lots, position) => {
        if (lots > 0) give(position, (rounds - 1) * lot);
      });
    for (let turn = 0; turn < participants.length && pool > 0; turn++) {
      give(next, Math.min(lot, left[next]!, pool));
      next = (next + 1) % participants.length;
    }
  }
  orders.forEach(({ lots, participant }, index) => {
    const position = participants.indexOf(participant);
    const given = Math.min(got[position]!, lots - fillLots[index]!);
    got[position]! -= given;
    fillLots[index]! += given;
  });
  return { fillLots, pointer: next };
}
