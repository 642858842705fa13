/** Little-endian writer and reader for snapshots: named sections of scalars and typed arrays. */

import { TwinError } from './fault.ts';

type NumberArray = Int32Array | Uint32Array | Float64Array | Uint8Array | Uint16Array;

/** Appends scalars and typed arrays to one growing buffer. Arrays are copied in bulk. */
export class BinaryWriter {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Opens a named part; the reader asks for the same name, so that a mix-up is found where it happens. */
  section(name: string): void {
    this.int32(name.length);
    for (let i = 0; i < name.length; i++) this.uint8(name.charCodeAt(i));
  }

  uint8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  int32(value: number): void {
    this.#reserve(4);
    this.#view.setInt32(this.#length, value, true);
    this.#length += 4;
  }

  float64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  string(value: string): void {
    const encoded = new TextEncoder().encode(value);
    this.array(encoded);
  }

  /** Writes the first `count` elements of an array, preceded by their number. */
  array(source: NumberArray, count = source.length): void {
    this.int32(count);
    const byteCount = count * source.BYTES_PER_ELEMENT;
    this.#reserve(byteCount);
    this.#bytes.set(new Uint8Array(source.buffer, source.byteOffset, byteCount), this.#length);
    this.#length += byteCount;
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(byteCount: number): void {
    if (this.#length + byteCount <= this.#bytes.length) return;
    let capacity = this.#bytes.length * 2;
    while (capacity < this.#length + byteCount) capacity *= 2;
    const grown = new Uint8Array(capacity);
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Reads what a {@link BinaryWriter} wrote, in the same order. Raises BASE_SNAPSHOT when the bytes do not fit. */
export class BinaryReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    // A Buffer's slice is a view of the same memory, a Uint8Array's is the copy that arrays are made of.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  section(name: string): void {
    const length = this.int32();
    let found = '';
    if (length >= 0 && length <= 256)
      for (let i = 0; i < length; i++) found += String.fromCharCode(this.uint8());
    if (found !== name) {
      throw new TwinError('BASE_SNAPSHOT', 'a snapshot has its sections in order', { expected: name, found });
    }
  }

  uint8(): number {
    this.#need(1);
    return this.#bytes[this.#at++]!;
  }

  int32(): number {
    this.#need(4);
    const value = this.#view.getInt32(this.#at, true);
    this.#at += 4;
    return value;
  }

  float64(): number {
    this.#need(8);
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  string(): string {
    return new TextDecoder().decode(this.#rawArray(1));
  }

  int32Array(): Int32Array {
    return new Int32Array(this.#rawArray(4).buffer);
  }

  float64Array(): Float64Array {
    return new Float64Array(this.#rawArray(8).buffer);
  }

  uint8Array(): Uint8Array {
    return this.#rawArray(1);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  #rawArray(bytesPerElement: number): Uint8Array {
    const count = this.int32();
    if (count < 0) throw new TwinError('BASE_SNAPSHOT', 'an array length is not negative', { count });
    this.#need(count * bytesPerElement);
    const copy = this.#bytes.slice(this.#at, this.#at + count * bytesPerElement);
    this.#at += count * bytesPerElement;
    return copy;
  }

  #need(byteCount: number): void {
    if (this.#at + byteCount > this.#bytes.length) {
      throw new TwinError('BASE_SNAPSHOT', 'a snapshot is complete', {
        bytes: this.#bytes.length,
        neededBytes: this.#at + byteCount,
      });
    }
  }
}
