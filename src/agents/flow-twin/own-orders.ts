// hot: bench/flow.ts
/**
 * The displayed orders that the flow twin has in a book, level by level in the order in which they came: what it cancels from, and
 * whose sizes a market order counts by. An order's slot is the ref under which the venue answers.
 */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { BUY, type Side } from '../../domain/index.ts';

interface Level {
  readonly priceTicks: number;
  /** Slots, first in first. */
  readonly slots: number[];
}

export class OwnOrders {
  /** By slot; 0 lots: it is free, or the order is not displayed. */
  lots = new Int32Array(256);
  priceTicks = new Int32Array(256);
  side = new Uint8Array(256);
  birthNs = new Float64Array(256);
  readonly #levels: readonly [bids: Level[], asks: Level[]] = [[], []];
  readonly #free: number[] = [];
  #fresh = 0;

  /** Orders that are open. */
  get count(): number {
    return this.#fresh - this.#free.length;
  }

  /** Takes a slot for an order that is not displayed. */
  take(): number {
    const slot = this.#free.pop() ?? this.#fresh++;
    if (slot === this.lots.length) this.#grow();
    this.lots[slot] = 0;
    return slot;
  }

  /** Puts an order behind the others of its level; returns its slot. */
  add(side: Side, priceTicks: number, lots: number, birthNs: number): number {
    const slot = this.take();
    this.lots[slot] = lots;
    this.priceTicks[slot] = priceTicks;
    this.side[slot] = side;
    this.birthNs[slot] = birthNs;
    const levels = this.#levels[side];
    const at = this.#placeOf(side, priceTicks);
    const level = levels[at];
    if (level !== undefined && level.priceTicks === priceTicks) level.slots.push(slot);
    else levels.splice(at, 0, { priceTicks, slots: [slot] });
    return slot;
  }

  /** What is left of an order after a fill. */
  reduce(slot: number, lots: number): void {
    if (this.lots[slot] !== 0) this.lots[slot] = lots;
  }

  /** Frees a slot; its order, if it was displayed, is gone. */
  remove(slot: number): void {
    if (this.lots[slot] !== 0) {
      const side = this.side[slot] as Side;
      const levels = this.#levels[side];
      const at = this.#placeOf(side, this.priceTicks[slot]!);
      const { slots } = levels[at]!;
      slots.splice(slots.indexOf(slot), 1);
      if (slots.length === 0) levels.splice(at, 1);
      this.lots[slot] = 0;
    }
    this.#free.push(slot);
  }

  levelCount(side: Side): number {
    return this.#levels[side].length;
  }

  /** Price of a level, from 0 for the best; NaN beyond the last. */
  levelTicks(side: Side, rank: number): number {
    return this.#levels[side][rank]?.priceTicks ?? Number.NaN;
  }

  /** Slots of a level in their order. */
  slotsAt(side: Side, rank: number): readonly number[] {
    return this.#levels[side][rank]?.slots ?? [];
  }

  /** Rank, from 0, at which a price stands or would stand. */
  rankOf(side: Side, priceTicks: number): number {
    return this.#placeOf(side, priceTicks);
  }

  writeState(writer: BinaryWriter): void {
    writer.int32(this.#fresh);
    writer.array(Int32Array.from(this.#free));
    writer.array(this.lots, this.#fresh);
    writer.array(this.priceTicks, this.#fresh);
    writer.array(this.side, this.#fresh);
    writer.array(this.birthNs, this.#fresh);
    for (const levels of this.#levels) writer.array(Int32Array.from(levels.flatMap(({ slots }) => slots)));
  }

  readState(reader: BinaryReader): void {
    this.#fresh = reader.int32();
    this.#free.length = 0;
    for (const slot of reader.int32Array()) this.#free.push(slot);
    while (this.lots.length < this.#fresh) this.#grow();
    this.lots.set(reader.int32Array());
    this.priceTicks.set(reader.int32Array());
    this.side.set(reader.uint8Array());
    this.birthNs.set(reader.float64Array());
    for (const levels of this.#levels) {
      levels.length = 0;
      for (const slot of reader.int32Array()) {
        const priceTicks = this.priceTicks[slot]!;
        const last = levels.at(-1);
        if (last !== undefined && last.priceTicks === priceTicks) last.slots.push(slot);
        else levels.push({ priceTicks, slots: [slot] });
      }
    }
  }

  #placeOf(side: Side, priceTicks: number): number {
    const levels = this.#levels[side];
    const sign = side === BUY ? -1 : 1;
    let low = 0;
    let high = levels.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sign * levels[middle]!.priceTicks < sign * priceTicks) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const size = 2 * this.lots.length;
    const [lots, priceTicks, side, birthNs] = [this.lots, this.priceTicks, this.side, this.birthNs];
    this.lots = new Int32Array(size);
    this.priceTicks = new Int32Array(size);
    this.side = new Uint8Array(size);
    this.birthNs = new Float64Array(size);
    this.lots.set(lots);
    this.priceTicks.set(priceTicks);
    this.side.set(side);
    this.birthNs.set(birthNs);
  }
}
