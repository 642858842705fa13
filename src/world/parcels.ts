/** Messages too long for the payload of one kernel event: the event carries the number of its parcel, from sending to arrival. */

import { type BinaryReader, type BinaryWriter, invariant } from '../base/index.ts';

const FREE = new Int32Array(0);

export class Parcels {
  /** By number; FREE where nothing is on its way. */
  readonly #contents: Int32Array[] = [];
  readonly #free: number[] = [];

  /** Parcels on their way. */
  get count(): number {
    return this.#contents.length - this.#free.length;
  }

  /** Puts a message on its way; the words are the parcel's from now on. */
  add(words: Int32Array): number {
    const number = this.#free.pop() ?? this.#contents.length;
    this.#contents[number] = words;
    return number;
  }

  /** What a parcel on its way holds. */
  look(number: number): Int32Array {
    const words = this.#contents[number];
    invariant(words !== undefined && words !== FREE, 'a parcel is looked at while it is on its way');
    return words;
  }

  /** Takes in a parcel that has arrived. */
  take(number: number): Int32Array {
    const words = this.look(number);
    this.#contents[number] = FREE;
    this.#free.push(number);
    return words;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('parcels');
    writer.array(Int32Array.from(this.#free));
    writer.int32(this.#contents.length);
    for (const words of this.#contents) writer.array(words);
  }

  readState(reader: BinaryReader): void {
    reader.section('parcels');
    this.#free.splice(0, this.#free.length, ...reader.int32Array());
    this.#contents.length = 0;
    for (let left = reader.int32(); left > 0; left--) this.#contents.push(reader.int32Array());
    for (const number of this.#free) this.#contents[number] = FREE;
  }
}
