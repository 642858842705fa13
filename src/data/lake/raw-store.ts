/**
 * What vendors and files gave, byte for byte: kept once, under the hash of its bytes. Answers are packed with gzip; files stay as
 * they are, packed or not. Beside each object a small file says where it came from first.
 */

import { createHash, randomBytes } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip, gunzipSync, gzipSync } from 'node:zlib';
import { inputFileFault, TwinError } from '../../base/index.ts';
import { replaceFile, syncFile, syncFolder } from '../../disk/index.ts';
import { lakeFault } from './part-writer.ts';

export interface RawObject {
  /** Of the bytes as they came. */
  readonly sha256: string;
  readonly bytes: number;
  /** Address without keys, or name of the file. */
  readonly origin: string;
  readonly contentType: string;
  /** When it came, ISO 8601. */
  readonly receivedAt: string;
  /** How the lake keeps it: 'gzip', or 'asIs'. */
  readonly packing: 'gzip' | 'asIs';
}

export class RawStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Keeps an answer. One with the same bytes is kept already, and its first origin stays. Raises DATA_LAKE. */
  put(bytes: Uint8Array, origin: string, contentType: string): RawObject {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const known = this.find(sha256);
    if (known !== null) return known;
    const about: RawObject = {
      sha256,
      bytes: bytes.length,
      origin,
      contentType,
      receivedAt: new Date().toISOString(),
      packing: 'gzip',
    };
    try {
      mkdirSync(join(this.folder, sha256.slice(0, 2)), { recursive: true });
      replaceFile(this.path(sha256), gzipSync(bytes));
      // Last: an object without it does not count as kept.
      replaceFile(this.#aboutPath(sha256), `${JSON.stringify(about)}\n`);
    } catch (error) {
      throw lakeFault(this.folder, error);
    }
    return about;
  }

  /** Keeps a copy of a file, reading it once. Raises BASE_INPUT_FILE, DATA_LAKE. */
  async putFile(path: string, contentType: string): Promise<RawObject> {
    const tmp = join(this.folder, `.${process.pid}.${randomBytes(4).toString('hex')}.tmp`);
    const hash = createHash('sha256');
    let bytes = 0;
    const count = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        bytes += chunk.length;
        done(null, chunk);
      },
    });
    try {
      mkdirSync(this.folder, { recursive: true });
      await pipeline(createReadStream(path), count, createWriteStream(tmp));
    } catch (error) {
      rmSync(tmp, { force: true });
      const isInput =
        (error as NodeJS.ErrnoException).path === path || (error as NodeJS.ErrnoException).code === 'EISDIR';
      throw isInput ? inputFileFault(path, error) : lakeFault(this.folder, error);
    }
    const sha256 = hash.digest('hex');
    return this.adopt(tmp, {
      sha256,
      bytes,
      origin: basename(path),
      contentType,
      receivedAt: new Date().toISOString(),
      packing: 'asIs',
    });
  }

  /** Takes a file that is written already into the store. Raises DATA_LAKE. */
  adopt(tmp: string, about: RawObject): RawObject {
    const { sha256 } = about;
    const known = this.find(sha256);
    if (known !== null) {
      rmSync(tmp, { force: true });
      return known;
    }
    try {
      const folder = join(this.folder, sha256.slice(0, 2));
      mkdirSync(folder, { recursive: true });
      syncFile(tmp);
      renameSync(tmp, this.path(sha256));
      syncFolder(folder);
      // Last: an object without it does not count as kept.
      replaceFile(this.#aboutPath(sha256), `${JSON.stringify(about)}\n`);
    } catch (error) {
      rmSync(tmp, { force: true });
      throw lakeFault(this.folder, error);
    }
    return about;
  }

  /** Starts an object that is written piece by piece: frames of a live feed. */
  open(origin: string, contentType: string): RawStream {
    return new RawStream(this, origin, contentType);
  }

  find(sha256: string): RawObject | null {
    const path = this.#aboutPath(sha256);
    if (!existsSync(path) || !existsSync(this.path(sha256))) return null;
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as RawObject;
    } catch (error) {
      throw lakeFault(path, error);
    }
  }

  /** The bytes as they came. Raises DATA_NOT_FOUND, and DATA_LAKE when they are no longer those of their hash. */
  read(sha256: string): Uint8Array {
    const about = this.#must(sha256);
    try {
      const kept = readFileSync(this.path(sha256));
      const bytes = about.packing === 'gzip' ? gunzipSync(kept) : kept;
      if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
        throw new TwinError('DATA_LAKE', 'a raw object has the bytes of its hash', { sha256 });
      }
      return bytes;
    } catch (error) {
      throw lakeFault(this.path(sha256), error);
    }
  }

  /** The bytes as they came, piece by piece, for objects larger than memory. */
  async *stream(sha256: string): AsyncGenerator<Uint8Array> {
    const about = this.#must(sha256);
    const file = createReadStream(this.path(sha256));
    yield* about.packing === 'gzip' ? file.pipe(createGunzip()) : file;
  }

  /** Every object that is kept. */
  list(): RawObject[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json'))
      .map((name) => this.find(basename(name, '.json')))
      .filter((about) => about !== null);
  }

  remove(sha256: string): void {
    rmSync(this.#aboutPath(sha256), { force: true });
    rmSync(this.path(sha256), { force: true });
  }

  /** Where the kept bytes are: packed as `RawObject.packing` says. */
  path(sha256: string): string {
    return join(this.folder, sha256.slice(0, 2), `${sha256}.raw`);
  }

  #aboutPath(sha256: string): string {
    return join(this.folder, sha256.slice(0, 2), `${sha256}.json`);
  }

  #must(sha256: string): RawObject {
    const about = this.find(sha256);
    if (about === null)
      throw new TwinError('DATA_NOT_FOUND', 'a raw object of that hash is kept', { sha256 });
    return about;
  }
}

/** An object of the raw store while it is written: packed on the way, in the threads of zlib. */
export class RawStream {
  readonly #store: RawStore;
  readonly #origin: string;
  readonly #contentType: string;
  readonly #tmp: string;
  readonly #hash = createHash('sha256');
  readonly #gzip = createGzip();
  readonly #written: Promise<void>;
  #bytes = 0;

  constructor(store: RawStore, origin: string, contentType: string) {
    this.#store = store;
    this.#origin = origin;
    this.#contentType = contentType;
    mkdirSync(store.folder, { recursive: true });
    this.#tmp = join(store.folder, `.${process.pid}.${randomBytes(4).toString('hex')}.tmp`);
    this.#written = pipeline(this.#gzip, createWriteStream(this.#tmp));
    // Told by `finish`; until then nobody waits for it.
    this.#written.catch(() => undefined);
  }

  get bytes(): number {
    return this.#bytes;
  }

  write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    this.#gzip.write(bytes);
  }

  /** Ends the object. Raises DATA_LAKE. */
  async finish(): Promise<RawObject> {
    this.#gzip.end();
    try {
      await this.#written;
    } catch (error) {
      throw lakeFault(this.#tmp, error);
    }
    return this.#store.adopt(this.#tmp, {
      sha256: this.#hash.digest('hex'),
      bytes: this.#bytes,
      origin: this.#origin,
      contentType: this.#contentType,
      receivedAt: new Date().toISOString(),
      packing: 'gzip',
    });
  }

  async abandon(): Promise<void> {
    this.#gzip.destroy();
    await this.#written.catch(() => undefined);
    rmSync(this.#tmp, { force: true });
  }
}
