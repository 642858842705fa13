import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { sharedFile } from '../../tests/support/shared-data.ts';
import { TwinError } from '../base/index.ts';
import { openByteSource, readAllBytes, SOURCE_CHUNK_BYTES } from './byte-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'twin-bytes-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function faultOf(path: string, code = 'DATA_FORMAT'): Promise<TwinError> {
  const error = await readAllBytes(path).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TwinError)) throw new Error(`no fault, but ${String(error)}`);
  expect(error.code).toBe(code);
  expect(error.message).toContain(path);
  expect(error.mend.length).toBeGreaterThan(0);
  return error;
}

/** Bytes of which every run is different, so that a chunk in the wrong place shows. */
function numbered(byteCount: number): Uint8Array {
  const words = Uint32Array.from({ length: Math.ceil(byteCount / 4) }, (_, index) =>
    Math.imul(index, 2654435761),
  );
  return new Uint8Array(words.buffer, 0, byteCount);
}

describe('the byte source', () => {
  it('reads a plain file in chunks of 1 MiB, which the consumer may keep', async () => {
    const bytes = numbered(2 * SOURCE_CHUNK_BYTES + 5);
    const chunks: Uint8Array[] = [];
    for await (const chunk of openByteSource(written('plain', bytes))) chunks.push(chunk);
    expect(chunks.map((chunk) => chunk.length)).toEqual([SOURCE_CHUNK_BYTES, SOURCE_CHUNK_BYTES, 5]);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });

  it('yields nothing for an empty file', async () => {
    expect((await readAllBytes(written('empty', new Uint8Array(0)))).length).toBe(0);
  });

  it('unpacks gzip of several members, whatever the file is called', async () => {
    const bytes = numbered(3_000_000);
    const members = [bytes.subarray(0, 1_700_000), bytes.subarray(1_700_000)].map((part) => gzipSync(part));
    const path = written('not-gzip.csv', Buffer.concat(members));
    expect(Buffer.from(await readAllBytes(path)).equals(bytes)).toBe(true);
  });

  it('does not take a file for gzip because of its name', async () => {
    expect(new TextDecoder().decode(await readAllBytes(written('text.gz', Buffer.from('1,2'))))).toBe('1,2');
  });

  it('names the file when gzip is cut, damaged, or followed by something else', async () => {
    const packed = gzipSync(numbered(200_000));
    expect((await faultOf(written('cut.gz', packed.subarray(0, packed.length - 9)))).message).toContain(
      'gzip',
    );
    const damaged = Buffer.from(packed);
    damaged[packed.length - 6]! ^= 1;
    await faultOf(written('damaged.gz', damaged));
    await faultOf(written('followed.gz', Buffer.concat([packed, Buffer.from('and more')])));
  });

  it('names a missing file, a folder, and a path through a file, each with what to do', async () => {
    expect((await faultOf(join(folder, 'missing'), 'BASE_INPUT_FILE')).message).toContain('no such file');
    expect((await faultOf(folder, 'BASE_INPUT_FILE')).message).toContain('folder');
    expect(
      (await faultOf(join(written('leaf', Buffer.from('x')), 'below'), 'BASE_INPUT_FILE')).message,
    ).toContain('not a folder');
  });

  it('names a file that may not be read', async (context) => {
    if (process.getuid?.() === 0) context.skip('root may read every file');
    const path = written('secret', Buffer.from('x'));
    chmodSync(path, 0);
    expect((await faultOf(path, 'BASE_INPUT_FILE')).message).toContain('not permitted');
  });

  it('can be left early, packed or not', async () => {
    const bytes = numbered(3 * SOURCE_CHUNK_BYTES);
    for (const path of [written('early', bytes), written('early.gz', gzipSync(bytes))]) {
      let chunks = 0;
      for await (const chunk of openByteSource(path)) {
        expect(chunk.length).toBeGreaterThan(0);
        chunks++;
        break;
      }
      expect(chunks).toBe(1);
    }
  });

  const shared = sharedFile('data/lobster');
  it.skipIf(shared === null)('unpacks every gzip file of a real set as zlib does at once', async () => {
    const paths = readdirSync(shared!)
      .filter((name) => name.endsWith('.gz'))
      .map((name) => join(shared!, name));
    expect(paths.length).toBeGreaterThan(5);
    for (const path of paths.filter((each) => statSync(each).size < 3e6)) {
      const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
      expect(hash(await readAllBytes(path))).toBe(hash(gunzipSync(readFileSync(path))));
    }
  });

  const zst = sharedFile('data/dbn/dbn/test_data.mbo.v3.dbn.zst');
  const plain = sharedFile('data/dbn/dbn/test_data.mbo.v3.dbn');
  it.skipIf(zst === null || plain === null)('unpacks a real zstd file to its plain twin', async () => {
    expect(Buffer.from(await readAllBytes(zst!)).equals(readFileSync(plain!))).toBe(true);
    const packed = readFileSync(zst!);
    await faultOf(written('cut.zst', packed.subarray(0, packed.length - 1)));
  });
});
