/**
 * Parity as a rule of a book (market-rules §1.7): who stands for which participant, a wheel for each price of each side, and
 * the setter. Both books tell it what comes to a price and what leaves it, and ask it for the wheel when orders share.
 *
 * The setter is named when a price becomes the best displayed one of its side: its only displayed order, if that is of a
 * round lot. Books look after each change outside of a match, so that one incoming order meets one setter at most. It has its
 * priority while that price is the best, and loses it with its place or when what it displayed is used up.
 */

import { type BinaryReader, type BinaryWriter, invariant } from '../../base/index.ts';
import { BUY, QTY_LOTS_MAX, SELL, type Side, UNDEF_INT32 } from '../../domain/index.ts';
import { isRecord, oneOf, unknownKeys, wholeNumber } from '../auction/price-rule.ts';
import {
  NO_SETTER_ID,
  PARTICIPANT_BOOK,
  type ParityRule,
  ParityWheel,
  parityRuleProblems,
} from './parity-wheel.ts';

/** Participants besides the Book, which is everybody else. */
export const PARITY_KINDS = ['dmm', 'floorBroker'] as const;

/** One participant of the wheel: the designated market maker, or a floor broker. */
export interface ParityParticipant {
  readonly kind: (typeof PARITY_KINDS)[number];
  /** Account ids whose orders are this participant's. */
  readonly accounts: readonly number[];
}

/** `BookRules.allocation` for parity. Without participants all orders are the Book's, and it is time priority. */
export interface ParityAllocation {
  readonly parity: ParityRule;
  readonly participants: readonly ParityParticipant[];
}

/** Problems of an allocation by parity, with their paths; empty when it is sound. */
export function parityAllocationProblems(value: unknown, path: string): string[] {
  const keys = ['parity', 'participants'];
  if (!isRecord(value)) return [`${path}: is an allocation by parity with the keys ${keys.join(', ')}`];
  const problems = [...unknownKeys(value, keys, path), ...parityRuleProblems(value.parity, `${path}.parity`)];
  if (!Array.isArray(value.participants))
    return [...problems, `${path}.participants: is a list of participants with kind and accounts`];
  const participants: readonly unknown[] = value.participants;
  const seen = new Set<unknown>();
  participants.forEach((participant, index) => {
    problems.push(...participantProblems(participant, seen, `${path}.participants[${index}]`));
  });
  const makers = participants.filter((one) => isRecord(one) && one.kind === 'dmm').length;
  if (makers > 1) problems.push(`${path}.participants: has one dmm at most, found ${makers}`);
  return problems;
}

function participantProblems(value: unknown, seen: Set<unknown>, path: string): string[] {
  if (!isRecord(value)) return [`${path}: is a participant with kind and accounts`];
  const problems = [
    ...unknownKeys(value, ['kind', 'accounts'], path),
    ...oneOf(value.kind, PARITY_KINDS, `${path}.kind`),
  ];
  if (!Array.isArray(value.accounts) || value.accounts.length === 0)
    return [...problems, `${path}.accounts: is a list of at least one account id`];
  const accounts: readonly unknown[] = value.accounts;
  accounts.forEach((account, index) => {
    const at = `${path}.accounts[${index}]`;
    problems.push(...wholeNumber(account, 1, QTY_LOTS_MAX, at));
    if (seen.has(account)) problems.push(`${at}: is named once, found ${String(account)} again`);
    seen.add(account);
  });
  return problems;
}

/** Number of the participant that an account's orders belong to. */
export function participantNumbers(participants: readonly ParityParticipant[]): ReadonlyMap<number, number> {
  return new Map(
    participants.flatMap(({ accounts }, index) => accounts.map((account) => [account, index + 1] as const)),
  );
}

export class ParityState {
  readonly rule: ParityRule;
  readonly #numbers: ReadonlyMap<number, number>;
  readonly #wheels = [new Map<number, ParityWheel>(), new Map<number, ParityWheel>()] as const;
  /** Best displayed price of each side when it was last looked at, UNDEF_INT32 if there was none. */
  readonly #bestTicks: [number, number] = [UNDEF_INT32, UNDEF_INT32];

  constructor({ parity, participants }: ParityAllocation) {
    this.rule = parity;
    this.#numbers = participantNumbers(participants);
  }

  participantOf(accountId: number): number {
    return this.#numbers.get(accountId) ?? PARTICIPANT_BOOK;
  }

  /** The wheel of a price that has orders. */
  wheelAt(side: Side, priceTicks: number): ParityWheel {
    const wheel = this.#wheels[side].get(priceTicks);
    invariant(wheel !== undefined, 'a price with orders has a wheel');
    return wheel;
  }

  /** Id of the order that is served first at a price, NO_SETTER_ID if there is none. */
  setterAt(side: Side, priceTicks: number): number {
    return this.#bestTicks[side] === priceTicks ? this.wheelAt(side, priceTicks).setterOrderId : NO_SETTER_ID;
  }

  /** An order, displayed or hidden, has come to rest at a price. */
  rested(side: Side, priceTicks: number, accountId: number): void {
    const wheels = this.#wheels[side];
    let wheel = wheels.get(priceTicks);
    if (wheel === undefined) {
      wheel = new ParityWheel();
      wheels.set(priceTicks, wheel);
    }
    wheel.enter(this.participantOf(accountId));
  }

  /** What an order displayed is used up; its reserve may stay. */
  lostPlace(side: Side, priceTicks: number, orderId: number): void {
    this.wheelAt(side, priceTicks).gone(orderId);
  }

  /** An order has left its price for good. */
  left(side: Side, priceTicks: number, orderId: number, accountId: number): void {
    const wheel = this.wheelAt(side, priceTicks);
    wheel.gone(orderId);
    wheel.leave(this.participantOf(accountId));
    if (wheel.count === 0) this.#wheels[side].delete(priceTicks);
  }

  /** A side displays nothing. */
  sawNothing(side: Side): void {
    this.#bestTicks[side] = UNDEF_INT32;
  }

  /** The best displayed price of a side as it is now, with the number of its displayed orders, the first of them and its displayed lots. */
  sawBest(side: Side, priceTicks: number, orderCount: number, orderId: number, lots: number): void {
    if (this.#bestTicks[side] === priceTicks) return;
    this.#bestTicks[side] = priceTicks;
    this.wheelAt(side, priceTicks).becameBest(this.rule, orderCount, orderId, lots);
  }

  writeState(writer: BinaryWriter): void {
    writer.section('parity');
    for (const side of [BUY, SELL] as const) {
      const wheels = [...this.#wheels[side]].sort(([a], [b]) => a - b);
      writer.int32(this.#bestTicks[side]);
      writer.int32(wheels.length);
      for (const [priceTicks, wheel] of wheels) {
        writer.int32(priceTicks);
        wheel.writeState(writer);
      }
    }
  }

  readState(reader: BinaryReader): void {
    reader.section('parity');
    for (const side of [BUY, SELL] as const) {
      this.#bestTicks[side] = reader.int32();
      this.#wheels[side].clear();
      for (let left = reader.int32(); left > 0; left--) {
        const wheel = new ParityWheel();
        this.#wheels[side].set(reader.int32(), wheel);
        wheel.readState(reader);
      }
    }
  }
}
