// hot: bench/itch-decode.ts
/**
 * The bytes a decoder has been given and not yet used up, across chunk borders. A chunk is read where it lies as long
 * as nothing of an earlier one is left; else both are joined in a buffer of the window's own.
 */

const NO_BYTES = new Uint8Array(0);

/** Unread bytes are `bytes[at..end)`; the decoder moves `at` forward. */
export class ByteWindow {
  bytes: Uint8Array = NO_BYTES;
  view: DataView = new DataView(NO_BYTES.buffer);
  at = 0;
  end = 0;
  /** Position of `bytes[0]` in the source, in bytes. */
  base = 0;
  #store = new Uint8Array(0);
  #isOwn = true;

  /** Takes the next bytes of the source; they must not change before {@link settle}. */
  write(chunk: Uint8Array): void {
    const rest = this.end - this.at;
    if (rest === 0) {
      this.base += this.at;
      this.at = 0;
      this.#look(chunk, chunk.length, false);
    } else if (this.#isOwn && this.#store.length - this.end >= chunk.length) {
      this.#store.set(chunk, this.end);
      this.end += chunk.length;
    } else {
      this.#join(rest + chunk.length);
      this.#store.set(chunk, rest);
      this.end = rest + chunk.length;
    }
  }

  /** Copies what is left, so that the giver of the last chunk may use its memory again. */
  settle(): void {
    if (!this.#isOwn) this.#join(this.end - this.at);
  }

  /** Position of `at` in the source, in bytes. */
  get position(): number {
    return this.base + this.at;
  }

  /** Moves the unread bytes to the front of a store of at least `size` bytes. */
  #join(size: number): void {
    const rest = this.bytes.subarray(this.at, this.end);
    const store =
      this.#store.length >= size ? this.#store : new Uint8Array(Math.max(size, 2 * this.#store.length));
    store.set(rest, 0);
    this.#store = store;
    this.base += this.at;
    this.at = 0;
    this.#look(store, rest.length, true);
  }

  #look(bytes: Uint8Array, end: number, isOwn: boolean): void {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.end = end;
    this.#isOwn = isOwn;
  }
}
