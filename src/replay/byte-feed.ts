/** The bytes of a file, pulled chunk by chunk into whatever decodes them, with the count for progress. */

import { type FileHandle, open } from 'node:fs/promises';
import { openByteSource } from '../data/index.ts';

/** What decoders and readers of the data folder take. */
interface ByteTaker {
  write(chunk: Uint8Array): void;
  end(): void;
}

/** Bytes read over all feeds of one replay. */
export class ByteCount {
  done = 0;
}

export class ByteFeed {
  readonly #source: AsyncGenerator<Uint8Array>;
  readonly #taker: ByteTaker;
  readonly #count: ByteCount;
  hasEnded = false;

  constructor(path: string, taker: ByteTaker, count: ByteCount) {
    this.#source = openByteSource(path);
    this.#taker = taker;
    this.#count = count;
  }

  /** Hands the next chunk on; at the end of the file says so, once. */
  async pull(): Promise<void> {
    const next = await this.#source.next();
    if (next.done === true) {
      if (!this.hasEnded) this.#taker.end();
      this.hasEnded = true;
      return;
    }
    this.#count.done += next.value.length;
    this.#taker.write(next.value);
  }

  async close(): Promise<void> {
    this.hasEnded = true;
    await this.#source.return(undefined);
  }
}

/** Unpacked size of a file as far as the file says it: plain files and gzip of one member; else 0. */
export async function unpackedBytes(path: string): Promise<number> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(path, 'r');
    const size = (await handle.stat()).size;
    if (size < 18) return size;
    const head = Buffer.alloc(4);
    const tail = Buffer.alloc(4);
    await handle.read(head, 0, 4, 0);
    await handle.read(tail, 0, 4, size - 4);
    if (head[0] === 0x1f && head[1] === 0x8b) return tail.readUInt32LE(0);
    return head.readUInt32LE(0) === 0xfd2f_b528 ? 0 : size;
  } catch {
    // Opening the file for its content will say what is wrong.
    return 0;
  } finally {
    await handle?.close();
  }
}
