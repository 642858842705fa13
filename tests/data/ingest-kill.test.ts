/** An ingest that is killed at any moment loses nothing that it accepted and doubles nothing: 50 seeds, each killed until it is through. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Xoshiro128 } from '../../src/base/index.ts';
import { recordsExpected, vendorServer } from '../../src/data/ingest/paged-vendor.fixture.ts';
import { Lake } from '../../src/data/lake/lake.ts';
import { findWaste, prune, verifyDataset } from '../../src/data/lake/upkeep.ts';

const SEEDS = 50;
const KILLS_MAX = 3;
/** Longest time between the start of the work and the kill: about what the whole work takes. */
const KILL_WITHIN_MS = 160;

let server: Server;
let base: string;

beforeAll(async () => {
  const serve = vendorServer([]);
  server = createServer((request, response) => setTimeout(() => serve(request, response), 4)).listen(
    0,
    '127.0.0.1',
  );
  await new Promise((resolve) => server.once('listening', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
});

/** Starts the ingest; resolves when it says that it begins. */
async function start(folder: string): Promise<{ child: ChildProcess; ended: Promise<boolean> }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'tests/data/ingest-child.ts', folder, base], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let errors = '';
  child.stderr!.on('data', (chunk) => {
    errors += String(chunk);
  });
  const ended = new Promise<boolean>((resolve, reject) => {
    child.on('close', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL') resolve(text.includes('done'));
      else reject(new Error(errors));
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on('data', (chunk) => {
      text += String(chunk);
      if (text.includes('ready')) resolve();
    });
    ended.then(() => resolve(), reject);
  });
  return { child, ended };
}

async function killUntilThrough(seed: number): Promise<{ folder: string; kills: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'twin-kill-'));
  const random = new Xoshiro128(seed);
  let kills = 0;
  for (;;) {
    const { child, ended } = await start(folder);
    if (kills < KILLS_MAX) {
      await new Promise((resolve) => setTimeout(resolve, random.nextFloat() * KILL_WITHIN_MS));
      child.kill('SIGKILL');
    }
    if (await ended) return { folder, kills };
    kills++;
  }
}

async function check(seed: number): Promise<number> {
  const { folder, kills } = await killUntilThrough(seed);
  const lake = new Lake(folder);
  try {
    const found: string[] = [];
    for await (const batch of lake.source(['killed']).read({ schema: 'trade' })) {
      for (const { symbol, sequence } of batch.rows()) found.push(`${symbol}${sequence}`);
    }
    expect(found, `seed ${seed}`).toEqual(recordsExpected(['AAA', 'BBB', 'CCC', 'DDD']));
    expect(await verifyDataset(lake, 'killed'), `seed ${seed}`).toEqual([]);
    expect(lake.list(), `seed ${seed}`).toMatchObject([{ isComplete: true, rows: found.length }]);
    prune(lake, { withRaw: true });
    expect(findWaste(lake), `seed ${seed}`).toEqual({ files: [], raw: [] });
    expect(readdirSync(join(folder, 'datasets')), `seed ${seed}`).toEqual(['killed.ndjson']);
  } finally {
    lake.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return kills;
}

describe('an ingest that is killed', () => {
  it(`neither loses nor doubles a record (seeds 1 to ${SEEDS})`, { timeout: 600_000 }, async () => {
    let kills = 0;
    const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1);
    const work = async (): Promise<void> => {
      for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) kills += await check(seed);
    };
    await Promise.all([work(), work()]);
    expect(kills).toBeGreaterThan(SEEDS);
  });
});
