/** What the real zstd program packs, our reader unpacks: levels, checksums, long windows, several frames. */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { realTool } from '../../tests/support/real-tool.ts';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import { Xoshiro128 } from '../base/index.ts';
import { openByteSource } from './byte-source.ts';

const zstd = realTool('zstd');
const folder = temporaryFolder('zstd-tool');

/** Rows as of a message file: compressible, but with enough chance in them for tables of every kind. */
function makeRows(seed: number, count: number): string {
  const random = new Xoshiro128(seed);
  const rows: string[] = [];
  for (let row = 0; row < count; row++) {
    const type = 1 + random.nextBelow(5);
    const price = 5_850_000 + 100 * random.nextBelow(400);
    rows.push(`${34_200 + row / 1000},${type},${random.nextUint32()},${random.nextBelow(500)},${price},1`);
  }
  return `${rows.join('\n')}\n`;
}

function pack(text: string, name: string, options: readonly string[]): string {
  const path = join(folder, `${name}.zst`);
  const ended = spawnSync(zstd!, [...options, '-q', '-c'], { input: text, maxBuffer: 1 << 28 });
  expect(ended.stderr.toString()).toBe('');
  expect(ended.status).toBe(0);
  writeFileSync(path, ended.stdout);
  return path;
}

async function unpackedSha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of openByteSource(path)) hash.update(chunk);
  return hash.digest('hex');
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('files of the real zstd program', () => {
  it.skipIf(zstd === null).each([
    ['level 1', 20_000, ['-1']],
    ['level 3 without checksum', 20_000, ['-3', '--no-check']],
    ['level 19', 8000, ['-19']],
    ['level 22 with a window of 128 MiB', 4000, ['--ultra', '-22', '--long=27']],
    ['a negative level', 20_000, ['--fast=5']],
    ['a single row', 1, ['-3']],
  ])('%s is unpacked to the same bytes', async (name, count, options) => {
    const text = makeRows(count, count);
    const path = pack(text, name.replaceAll(' ', '-'), options);
    expect(readFileSync(path).length).toBeGreaterThan(0);
    expect(await unpackedSha256(path)).toBe(sha256(text));
  });

  it.skipIf(zstd === null)('an empty input and three frames one behind another are unpacked', async () => {
    const parts = [makeRows(1, 500), '', makeRows(2, 700)];
    const path = pack(parts[0]!, 'frames', ['-5']);
    appendFileSync(path, readFileSync(pack(parts[1]!, 'empty', ['-5'])));
    appendFileSync(path, readFileSync(pack(parts[2]!, 'last', ['-5'])));
    expect(await unpackedSha256(path)).toBe(sha256(parts.join('')));
  });

  it.skipIf(zstd === null)('a byte that was changed on the way is found', async () => {
    const path = pack(makeRows(3, 2000), 'damaged', ['-3', '--check']);
    const bytes = readFileSync(path);
    const at = bytes.length >> 1;
    bytes[at] = bytes[at]! ^ 0x10;
    writeFileSync(path, bytes);
    await expect(unpackedSha256(path)).rejects.toMatchObject({ code: 'DATA_FORMAT' });
  });
});
