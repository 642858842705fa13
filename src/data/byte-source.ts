/** Opens a data file as a stream of bytes and unpacks it on the way. What it is packed with is read from its first bytes. */

import { type FileHandle, open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { inputFileFault, TwinError } from '../base/index.ts';
import { isZstd, ZstdUnpacker } from './zstd-frames.ts';

/** Size in which files are read and gzip is unpacked, in bytes. */
export const SOURCE_CHUNK_BYTES = 1 << 20;

/**
 * Yields the bytes of a file, unpacked if it is gzip (also of several members) or zstd (also of several frames).
 * Chunks are the consumer's to keep. A file that is kept under another name is `shownAs` its own. Raises BASE_INPUT_FILE when the file
 * cannot be read, DATA_FORMAT when it cannot be unpacked.
 */
export async function* openByteSource(path: string, shownAs = path): AsyncGenerator<Uint8Array> {
  const handle = await openFile(path);
  try {
    const first = await readChunk(handle, path);
    if (isGzip(first)) yield* unpackGzip(readOn(handle, path, first), shownAs);
    else if (isZstd(first)) yield* unpackZstd(readOn(handle, path, first), shownAs);
    else yield* readOn(handle, path, first);
  } finally {
    await handle.close();
  }
}

/** Reads a whole file, unpacked like {@link openByteSource}. */
export async function readAllBytes(path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of openByteSource(path)) {
    chunks.push(chunk);
    byteCount += chunk.length;
  }
  const bytes = new Uint8Array(byteCount);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** The first bytes of a file, unpacked, and whether they are all of it. */
export async function readHead(
  path: string,
  bytesMax: number,
): Promise<{ head: Uint8Array; isWhole: boolean }> {
  const head = new Uint8Array(bytesMax);
  let filled = 0;
  for await (const chunk of openByteSource(path)) {
    const taken = Math.min(chunk.length, head.length - filled);
    head.set(chunk.subarray(0, taken), filled);
    filled += taken;
    if (taken < chunk.length) return { head, isWhole: false };
  }
  return { head: head.subarray(0, filled), isWhole: true };
}

async function openFile(path: string): Promise<FileHandle> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(path, 'r');
    if ((await handle.stat()).isDirectory()) throw Object.assign(new Error('directory'), { code: 'EISDIR' });
    return handle;
  } catch (cause) {
    await handle?.close();
    throw inputFileFault(path, cause);
  }
}

async function* readOn(handle: FileHandle, path: string, first: Uint8Array): AsyncGenerator<Uint8Array> {
  let chunk = first;
  while (chunk.length > 0) {
    yield chunk;
    chunk = await readChunk(handle, path);
  }
}

/** Fills one chunk as far as the file reaches; pipes hand out less at a time than was asked for. */
async function readChunk(handle: FileHandle, path: string): Promise<Uint8Array> {
  const chunk = new Uint8Array(SOURCE_CHUNK_BYTES);
  let filled = 0;
  try {
    while (filled < chunk.length) {
      const { bytesRead } = await handle.read(chunk, filled, chunk.length - filled, null);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
  } catch (cause) {
    throw inputFileFault(path, cause);
  }
  return chunk.subarray(0, filled);
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

async function* unpackGzip(chunks: AsyncGenerator<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: SOURCE_CHUNK_BYTES });
  // The error reaches the loop below; without a callback it would end the process instead.
  pipeline(Readable.from(chunks, { objectMode: true, highWaterMark: 1 }), gunzip, () => {});
  try {
    for await (const chunk of gunzip) yield new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  } catch (cause) {
    if (cause instanceof TwinError) throw cause;
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new TwinError('DATA_FORMAT', 'a gzip file is complete and undamaged', { path, found }, cause);
  }
}

async function* unpackZstd(chunks: AsyncGenerator<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  const unpacker = new ZstdUnpacker(path);
  for await (const chunk of chunks) yield* unpacker.push(chunk);
  unpacker.finish();
}
