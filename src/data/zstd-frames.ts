/**
 * Unpacks a zstd stream (RFC 8878): any number of frames and skippable frames, in chunks cut anywhere.
 *
 * The frame layer is walked here and each block is handed to fzstd. That finds what fzstd alone lets pass: a checksum
 * or content size that does not fit, a stream that ends inside a frame, thousands of small frames (fzstd recurses per
 * frame), a window that would take gigabytes, and a damaged table on which fzstd 0.1.1 never returns.
 */

import { Decompress } from 'fzstd';
import { TwinError } from '../base/index.ts';
import { Xxh64 } from './xxh64.ts';

const FRAME_MAGIC = 0xfd2f_b528;
const SKIPPABLE_MAGIC = 0x184d_2a50;
/** First bytes of the skippable frame in which DBZ, the forerunner of DBN, keeps its header: "DBZ". */
const DBZ_MARK = 0x5a_42_44;
/** Largest window accepted, in bytes; the same as the default of the zstd command. */
export const ZSTD_WINDOW_BYTES_MAX = 0x800_0000;
const BLOCK_BYTES_MAX = 0x2_0000;
const BLOCK_RLE = 1;
const BLOCK_COMPRESSED = 2;
const BLOCK_RESERVED = 3;

interface Frame {
  readonly decoder: Decompress;
  readonly hash: Xxh64 | null;
  readonly contentBytes: number | null;
  readonly blockBytesMax: number;
  producedBytes: number;
  /** The header, until the first block is there: fzstd wants at least 18 bytes to start with. */
  unsentHeader: Uint8Array | null;
}

/** Tells whether a file starts like zstd: a frame or a skippable frame. Needs 4 bytes. */
export function isZstd(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false;
  const magic = uint32At(bytes, 0);
  return magic === FRAME_MAGIC || isSkippable(magic);
}

export class ZstdUnpacker {
  readonly #path: string;
  #pending: Uint8Array = new Uint8Array(0);
  #at = 0;
  /** Bytes of the source before `#pending`, for messages. */
  #consumedBytes = 0;
  #skipBytes = 0;
  #frame: Frame | null = null;
  readonly #unpacked: Uint8Array[] = [];

  /** `path` names the source in messages. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Takes the next bytes of the source and yields what they unpack to, block by block (at most 128 KiB each). */
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    this.#append(chunk);
    while (this.#step()) {
      yield* this.#unpacked;
      this.#unpacked.length = 0;
    }
  }

  /** Says that no bytes follow. */
  finish(): void {
    if (this.#frame !== null || this.#skipBytes > 0 || this.#at < this.#pending.length) {
      this.#fail('a zstd file is complete', 'it ends inside a frame');
    }
  }

  #append(chunk: Uint8Array): void {
    const rest = this.#pending.subarray(this.#at);
    this.#consumedBytes += this.#at;
    this.#at = 0;
    if (rest.length === 0) {
      this.#pending = chunk;
      return;
    }
    const joined = new Uint8Array(rest.length + chunk.length);
    joined.set(rest);
    joined.set(chunk, rest.length);
    this.#pending = joined;
  }

  /** Handles one frame header, block, or piece to skip; false when more bytes are needed. */
  #step(): boolean {
    if (this.#skipBytes > 0) {
      const skipped = Math.min(this.#skipBytes, this.#pending.length - this.#at);
      this.#skipBytes -= skipped;
      this.#at += skipped;
      return skipped > 0;
    }
    return this.#frame === null ? this.#openFrame() : this.#unpackBlock(this.#frame);
  }

  #openFrame(): boolean {
    const bytes = this.#pending.subarray(this.#at);
    if (bytes.length < 5) return false;
    const magic = uint32At(bytes, 0);
    if (isSkippable(magic)) return this.#openSkippable(bytes);
    if (magic !== FRAME_MAGIC) this.#fail('a zstd frame begins with its magic number', 'other bytes');
    const descriptor = bytes[4]!;
    const isSingleSegment = (descriptor & 32) !== 0;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
    const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
    const dictionaryAt = isSingleSegment ? 5 : 6;
    const headerBytes = dictionaryAt + dictionaryBytes + sizeBytes;
    if (bytes.length < headerBytes) return false;
    if ((descriptor & 8) !== 0) this.#fail('the reserved bit of a zstd frame header is 0', 'it is 1');
    for (let i = 0; i < dictionaryBytes; i++) {
      if (bytes[dictionaryAt + i] !== 0) this.#fail('a zstd file needs no dictionary', 'a dictionary id');
    }
    const contentBytes =
      sizeBytes === 0 ? null : contentSize(bytes, dictionaryAt + dictionaryBytes, sizeBytes);
    const windowBytes = isSingleSegment ? contentBytes! : windowSize(bytes[5]!);
    if (windowBytes > ZSTD_WINDOW_BYTES_MAX) {
      this.#fail(`a zstd window is at most ${ZSTD_WINDOW_BYTES_MAX} bytes`, `${windowBytes} bytes`);
    }
    // A copy: the slice of a Buffer would be a view, and the chunk is not ours to change.
    const header = Uint8Array.from(bytes.subarray(0, headerBytes));
    const hasChecksum = (descriptor & 4) !== 0;
    // The checksum is verified and taken off here, so fzstd is told that there is none.
    header[4] = descriptor & ~4;
    this.#frame = {
      decoder: new Decompress((unpacked) => {
        if (unpacked.length > 0) this.#unpacked.push(unpacked);
      }),
      hash: hasChecksum ? new Xxh64() : null,
      contentBytes,
      blockBytesMax: Math.min(BLOCK_BYTES_MAX, windowBytes),
      producedBytes: 0,
      unsentHeader: header,
    };
    this.#at += headerBytes;
    return true;
  }

  #openSkippable(bytes: Uint8Array): boolean {
    if (bytes.length < 8) return false;
    const size = uint32At(bytes, 4);
    if (size >= 4) {
      if (bytes.length < 12) return false;
      if ((uint32At(bytes, 8) & 0xff_ffff) === DBZ_MARK) {
        throw new TwinError('DATA_FORMAT', 'DBZ, the forerunner of DBN, is not read', {
          path: this.#path,
          hint: 'convert it with the dbn command of Databento',
        });
      }
    }
    this.#at += 8;
    this.#skipBytes = size;
    return true;
  }

  #unpackBlock(frame: Frame): boolean {
    const bytes = this.#pending;
    const at = this.#at;
    if (bytes.length - at < 3) return false;
    const head = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    const isLast = (head & 1) !== 0;
    const type = (head >> 1) & 3;
    const size = head >> 3;
    if (type === BLOCK_RESERVED) this.#fail('a zstd block has a known type', 'the reserved one');
    const sizeMax = type === BLOCK_COMPRESSED ? BLOCK_BYTES_MAX : frame.blockBytesMax;
    if (size > sizeMax) this.#fail(`a zstd block has at most ${sizeMax} bytes here`, `${size} bytes`);
    const blockBytes = 3 + (type === BLOCK_RLE ? 1 : size);
    const checksumBytes = isLast && frame.hash !== null ? 4 : 0;
    if (bytes.length - at < blockBytes + checksumBytes) return false;
    const block = bytes.subarray(at, at + blockBytes);
    if (type === BLOCK_COMPRESSED && hasEndlessWeights(block)) {
      this.#fail('the literal weights of a zstd block end', 'a table that never does');
    }
    this.#feed(frame, block, isLast);
    for (const unpacked of this.#unpacked) {
      frame.producedBytes += unpacked.length;
      frame.hash?.update(unpacked);
    }
    this.#at += blockBytes;
    if (isLast) this.#closeFrame(frame);
    return true;
  }

  #feed(frame: Frame, block: Uint8Array, isLast: boolean): void {
    let bytes = block;
    if (frame.unsentHeader !== null) {
      bytes = new Uint8Array(frame.unsentHeader.length + block.length);
      bytes.set(frame.unsentHeader);
      bytes.set(block, frame.unsentHeader.length);
      frame.unsentHeader = null;
    }
    try {
      frame.decoder.push(bytes, isLast);
    } catch (cause) {
      this.#fail('a zstd block can be unpacked', cause instanceof Error ? cause.message : 'damage', cause);
    }
  }

  #closeFrame(frame: Frame): void {
    if (frame.contentBytes !== null && frame.contentBytes !== frame.producedBytes) {
      this.#fail(
        `a zstd frame unpacks to the ${frame.contentBytes} bytes it names`,
        `${frame.producedBytes} bytes`,
      );
    }
    if (frame.hash !== null) {
      const expected = uint32At(this.#pending, this.#at);
      if (frame.hash.digest().lo !== expected) this.#fail('the checksum of a zstd frame fits', 'another one');
      this.#at += 4;
    }
    this.#frame = null;
  }

  #fail(rule: string, found: string, cause?: unknown): never {
    const details = { path: this.#path, byte: this.#consumedBytes + this.#at, found };
    throw new TwinError('DATA_FORMAT', rule, details, cause);
  }
}

/**
 * Finds the one table on which fzstd's loop over Huffman weights never advances: an FSE table in which the first symbol
 * has the whole probability, so that every state takes 0 bits. No encoder writes it (RFC 8878 §4.2.1.2).
 */
function hasEndlessWeights(block: Uint8Array): boolean {
  const literals = block[3] ?? 0;
  if ((literals & 3) !== 2) return false;
  const sizeFormat = (literals >> 2) & 3;
  const treeAt = 3 + (sizeFormat < 2 ? 3 : sizeFormat + 2);
  if ((block[treeAt] ?? 0) >= 128) return false;
  const bitAt = (index: number) => ((block[treeAt + 1 + (index >> 3)] ?? 0) >> (index & 7)) & 1;
  let at = 0;
  const take = (count: number) => {
    let value = 0;
    for (let i = 0; i < count; i++) value |= bitAt(at++) << i;
    return value;
  };
  const accuracyLog = take(4) + 5;
  const whole = 1 << accuracyLog;
  // While nothing is spent a value has accuracyLog + 1 bits, or one less below the threshold; value 1 means 0.
  const shortBelow = (2 << accuracyLog) - whole - 2;
  for (let symbol = 0; symbol < 256; symbol++) {
    const low = take(accuracyLog);
    let value = low;
    if (low >= shortBelow) {
      value |= take(1) << accuracyLog;
      if (value >= whole) value -= shortBelow;
    }
    if (value !== 1) return value - 1 === whole;
    let repeat = 3;
    while (repeat === 3 && symbol < 256) {
      repeat = take(2);
      symbol += repeat;
    }
  }
  return false;
}

function isSkippable(magic: number): boolean {
  return (magic & 0xffff_fff0) >>> 0 === SKIPPABLE_MAGIC;
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSize(bytes: Uint8Array, at: number, byteCount: number): number {
  if (byteCount === 1) return bytes[at]!;
  if (byteCount === 2) return (bytes[at]! | (bytes[at + 1]! << 8)) + 256;
  if (byteCount === 4) return uint32At(bytes, at);
  return uint32At(bytes, at) + uint32At(bytes, at + 4) * 0x1_0000_0000;
}

function uint32At(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
