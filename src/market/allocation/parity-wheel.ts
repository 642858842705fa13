// hot: runs for every level that is shared
/**
 * Parity of NYSE (market-rules §1.7). Participants at a price are the Book (all orders of nobody special, first come first
 * served inside), each floor broker and the DMM. The setter is served first; then the wheel gives one round lot at a time,
 * from the pointer on, to the participants in the order of their first entry at the price:
 *
 *   wheel    [Book, FB1, DMM]      pointer 0      700 lots: Book, FB1, DMM, Book, FB1, DMM, Book
 *   pointer   afterwards 1 (FB1): it stays behind the last one served, for the next aggressor at this price
 *
 * A participant with less than a lot gives what it has; the odd rest of the aggressor goes to the next in line (a parameter). One wheel
 * belongs to one price of one side; displayed interest is shared first, non-displayed interest by a second call without setter.
 */

import { type BinaryReader, type BinaryWriter, invariant } from '../../base/index.ts';
import { QTY_LOTS_MAX } from '../../domain/index.ts';
import { isRecord, oneOf, raiseProblems, unknownKeys, wholeNumber } from '../auction/price-rule.ts';
import { WHOLE_BPS } from './algorithm.ts';
import type { LevelOrders } from './level-orders.ts';

/** Number of the participant that all orders of nobody special form together. */
export const PARTICIPANT_BOOK = 0;

/** No order has setter priority: an order id, and an index. */
export const NO_SETTER_ID = 0;
export const NO_SETTER = -1;

export const POINTER_RULES = ['stays', 'restarts'] as const;
export const ODD_REST_RULES = ['nextInLine', 'book'] as const;

/** Parameters of parity; the preset is configs/venues/allocation/nyse-parity.yaml. */
export interface ParityRule {
  readonly roundLotLots: number;
  /** Part of the incoming quantity that the setter gets, one round lot at least. */
  readonly setterBps: number;
  /** Whether the pointer stays for the next aggressor or starts at the first entry again. Uncertain (market-rules §15). */
  readonly pointer: (typeof POINTER_RULES)[number];
  /** Who gets the rest of an aggressor that is no round lot. Uncertain (§15); 'book': the Book while it has interest. */
  readonly oddRest: (typeof ODD_REST_RULES)[number];
}

/** A parity rule as it came from a file. Raises MKT_CONFIG with every problem. */
export function checkParityRule(value: unknown, path: string): ParityRule {
  raiseProblems(parityRuleProblems(value, path), 'a parity rule has sound values');
  return value as ParityRule;
}

/** Problems of a parity rule, with their paths; empty when it is sound. */
export function parityRuleProblems(value: unknown, path: string): string[] {
  const keys = ['roundLotLots', 'setterBps', 'pointer', 'oddRest'];
  if (!isRecord(value)) return [`${path}: is a parity rule with the keys ${keys.join(', ')}`];
  return [
    ...unknownKeys(value, keys, path),
    ...wholeNumber(value.roundLotLots, 1, QTY_LOTS_MAX, `${path}.roundLotLots`),
    ...wholeNumber(value.setterBps, 0, WHOLE_BPS, `${path}.setterBps`),
    ...oneOf(value.pointer, POINTER_RULES, `${path}.pointer`),
    ...oneOf(value.oddRest, ODD_REST_RULES, `${path}.oddRest`),
  ];
}

/** Who stands at one price: participants in the order of their first entry, whose turn it is, and the setter. */
export class ParityWheel {
  participants = new Int32Array(4);
  /** Orders that each participant has at the price. */
  orderCounts = new Int32Array(4);
  count = 0;
  /** Position of the participant that is served next. */
  pointer = 0;
  /** Order with setter priority, NO_SETTER_ID if there is none. */
  setterOrderId = NO_SETTER_ID;
  /** Scratch: lots that each participant has left, and what it gets. */
  leftLots = new Float64Array(4);
  gotLots = new Float64Array(4);

  /** Position of a participant, -1 if it is not at this price. */
  positionOf(participant: number): number {
    for (let i = 0; i < this.count; i++) if (this.participants[i] === participant) return i;
    return -1;
  }

  /** An order of a participant has come to this price; its first one puts the participant at the end of the wheel. */
  enter(participant: number): void {
    const position = this.positionOf(participant);
    if (position >= 0) {
      this.orderCounts[position]!++;
      return;
    }
    if (this.count === this.participants.length) this.#grow();
    this.participants[this.count] = participant;
    this.orderCounts[this.count++] = 1;
  }

  /** An order of a participant has left; with its last one goes the participant. The pointer stays with who would have been next. */
  leave(participant: number): void {
    const position = this.positionOf(participant);
    if (position < 0 || --this.orderCounts[position]! > 0) return;
    this.participants.copyWithin(position, position + 1, this.count);
    this.orderCounts.copyWithin(position, position + 1, this.count);
    this.count--;
    if (position < this.pointer) this.pointer--;
    if (this.pointer >= this.count) this.pointer = 0;
  }

  /**
   * The price has become the best of the exchange: its only displayable order is the setter, if it is of a round lot at
   * least. `orderCount` counts the displayable orders at the price, `orderId` and `lots` are those of the first.
   */
  becameBest(rule: ParityRule, orderCount: number, orderId: number, lots: number): void {
    this.setterOrderId = orderCount === 1 && lots >= rule.roundLotLots ? orderId : NO_SETTER_ID;
  }

  /** An order is gone or has lost its place. */
  gone(orderId: number): void {
    if (this.setterOrderId === orderId) this.setterOrderId = NO_SETTER_ID;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('parityWheel');
    writer.array(this.participants, this.count);
    writer.array(this.orderCounts, this.count);
    writer.int32(this.pointer);
    writer.int32(this.setterOrderId);
  }

  readState(reader: BinaryReader): void {
    reader.section('parityWheel');
    const participants = reader.int32Array();
    this.count = 0;
    for (let i = 0; i < participants.length; i++) this.enter(participants[i]!);
    this.orderCounts.set(reader.int32Array());
    this.pointer = reader.int32();
    this.setterOrderId = reader.int32();
  }

  #grow(): void {
    const length = this.count * 2;
    const [participants, orderCounts] = [new Int32Array(length), new Int32Array(length)];
    participants.set(this.participants);
    orderCounts.set(this.orderCounts);
    this.participants = participants;
    this.orderCounts = orderCounts;
    this.leftLots = new Float64Array(length);
    this.gotLots = new Float64Array(length);
  }
}

/**
 * Writes to `orders.fillLots` what each order gets of `qtyLots` and moves the wheel's pointer; returns the sum of the fills.
 * `setter` is the index of the setter's order, or NO_SETTER. Complexity: O((orders + participants) * participants).
 */
export function allocateParity(
  rule: ParityRule,
  wheel: ParityWheel,
  orders: LevelOrders,
  setter: number,
  qtyLots: number,
): number {
  const { lots, fillLots, participants, count } = orders;
  let working = 0;
  for (let i = 0; i < count; i++) {
    fillLots[i] = 0;
    working += lots[i]!;
  }
  let pool = Math.min(qtyLots, working);
  const allocated = pool;
  if (setter !== NO_SETTER && pool > 0) {
    const first = Math.max(Math.floor((qtyLots * rule.setterBps) / WHOLE_BPS), rule.roundLotLots);
    fillLots[setter] = Math.min(first, lots[setter]!, pool);
    pool -= fillLots[setter]!;
  }
  if (rule.pointer === 'restarts') wheel.pointer = 0;
  wheel.leftLots.fill(0);
  wheel.gotLots.fill(0);
  for (let i = 0; i < count; i++) {
    const position = wheel.positionOf(participants[i]!);
    invariant(position >= 0, 'every participant with an order stands on the wheel');
    wheel.leftLots[position]! += lots[i]! - fillLots[i]!;
  }
  if (rule.oddRest === 'book') pool -= giveOddRestToBook(wheel, pool % rule.roundLotLots);
  turnWheel(wheel, rule.roundLotLots, pool);
  for (let i = 0; i < count; i++) {
    const position = wheel.positionOf(participants[i]!);
    const given = Math.min(wheel.gotLots[position]!, lots[i]! - fillLots[i]!);
    wheel.gotLots[position]! -= given;
    fillLots[i]! += given;
  }
  return allocated;
}

/** Gives the Book what is no round lot of the pool, if it has as much; returns the lots given. The pointer does not move. */
function giveOddRestToBook(wheel: ParityWheel, oddLots: number): number {
  const position = wheel.positionOf(PARTICIPANT_BOOK);
  if (position < 0) return 0;
  const given = Math.min(oddLots, wheel.leftLots[position]!);
  wheel.leftLots[position]! -= given;
  wheel.gotLots[position]! += given;
  return given;
}

/** Gives `pool` lots, which the participants have, lot by lot; whole rounds at once where nobody runs out in them. */
function turnWheel(wheel: ParityWheel, roundLotLots: number, pool: number): void {
  let left = pool;
  while (left > 0) {
    left -= giveRounds(wheel, roundLotLots, left);
    for (let turns = wheel.count; turns > 0 && left > 0; turns--) {
      const position = wheel.pointer;
      const given = Math.min(roundLotLots, wheel.leftLots[position]!, left);
      if (given > 0) {
        wheel.leftLots[position]! -= given;
        wheel.gotLots[position]! += given;
        left -= given;
      }
      // Those without interest are passed; the pointer comes to rest only behind one that was served.
      wheel.pointer = position + 1 === wheel.count ? 0 : position + 1;
    }
  }
}

/** Gives as many whole rounds as leave something for one more; returns the lots given. The pointer ends where it began. */
function giveRounds(wheel: ParityWheel, roundLotLots: number, pool: number): number {
  let active = 0;
  let rounds = Number.POSITIVE_INFINITY;
  for (let i = 0; i < wheel.count; i++) {
    if (wheel.leftLots[i] === 0) continue;
    active++;
    rounds = Math.min(rounds, Math.floor(wheel.leftLots[i]! / roundLotLots));
  }
  rounds = Math.min(rounds, Math.floor(pool / (active * roundLotLots))) - 1;
  if (rounds <= 0) return 0;
  for (let i = 0; i < wheel.count; i++) {
    if (wheel.leftLots[i] === 0) continue;
    wheel.leftLots[i]! -= rounds * roundLotLots;
    wheel.gotLots[i]! += rounds * roundLotLots;
  }
  return rounds * active * roundLotLots;
}
