// hot: bench/flow.ts
/** The stretch of the record that the flow twin goes on with, and which of its orders stand for those that came in it. */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';

export class Thread {
  /** Entry of the history that the twin did last; -1: it follows none. */
  entry = -1;
  readonly #slotOf = new Map<number, number>();
  readonly #entryOf = new Map<number, number>();

  /** Goes on behind an entry. Orders of the stretch before are like all others from here on. */
  begin(entry: number): void {
    this.stop();
    this.entry = entry;
  }

  stop(): void {
    this.entry = -1;
    this.#slotOf.clear();
    this.#entryOf.clear();
  }

  /** An order stands for the one that came at an entry. */
  note(entry: number, slot: number): void {
    this.#slotOf.set(entry, slot);
    this.#entryOf.set(slot, entry);
  }

  /** Slot of the order that stands for the one that came at an entry, -1 where none does or it is gone. */
  slotOf(entry: number): number {
    return this.#slotOf.get(entry) ?? -1;
  }

  /** Whether the order of a slot stands for one of the stretch: what becomes of it is known. */
  hasSlot(slot: number): boolean {
    return this.#entryOf.has(slot);
  }

  /** The order of a slot is gone. */
  forget(slot: number): void {
    const entry = this.#entryOf.get(slot);
    if (entry === undefined) return;
    this.#entryOf.delete(slot);
    this.#slotOf.delete(entry);
  }

  writeState(writer: BinaryWriter): void {
    writer.int32(this.entry);
    writer.array(Int32Array.from(this.#slotOf.keys()));
    writer.array(Int32Array.from(this.#slotOf.values()));
  }

  readState(reader: BinaryReader): void {
    this.begin(reader.int32());
    const entries = reader.int32Array();
    const slots = reader.int32Array();
    entries.forEach((entry, i) => {
      this.note(entry, slots[i]!);
    });
  }
}
