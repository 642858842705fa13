/** Pegs and trailing stops of a scenario file: they run, verify, and each of their orders is explained. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CMD_MANAGED, CMD_NEW, EV_CARRIED, EV_TRADE, RECORD_WORDS } from '../../src/domain/index.ts';
import { explainOrder, RunStore } from '../../src/index.ts';
import { JOURNAL_FILE, JournalReader, type StoredRun } from '../../src/runs/index.ts';
import { twin } from '../support/twin.ts';

const folder = mkdtempSync(join(tmpdir(), 'twin-managed-'));
const runs = join(folder, 'runs');

const DAY = `
name: pegs
seed: 3
open: "09:30"
close: "09:31"
instruments:
  - { symbol: ACME, referencePrice: 100.00 }
agents:
  - { kind: randomFlow, name: crowd, count: 4, limitRates: [1.8, 1.5], marketRate: 0.9, cancelRates: [0.7, 0.8], lots: [1, 2, 5] }
shocks:
  - { kind: orders, at: "09:30:10", instrument: ACME, side: both, qtyLots: 20, peg: primary, count: 4 }
  - { kind: orders, at: "09:30:12", instrument: ACME, side: buy, qtyLots: 7, peg: midpoint, price: 101, lifeMs: 20000 }
  - { kind: orders, at: "09:30:15", instrument: ACME, side: both, qtyLots: 3, trailTicks: 2, count: 6, everyMs: 500 }
  - { kind: orders, at: "09:30:16", instrument: ACME, side: sell, qtyLots: 3, trailTicks: 1, trailLimitTicks: 4 }
`;

let run: StoredRun;
/** Managed order ids, carrier to origin, and ids that traded. */
const managed = new Set<number>();
const origins = new Map<number, number>();
const traded = new Set<number>();

beforeAll(() => {
  const path = join(folder, 'pegs.yaml');
  writeFileSync(path, DAY);
  const done = twin('run', path, '--runs', runs);
  expect(done.stderr + done.stdout).not.toContain('error');
  expect(done.status).toBe(0);
  run = new RunStore(runs).load('latest');
  const reader = new JournalReader(run.path(JOURNAL_FILE));
  for (let batch = reader.next(1024); batch !== null; batch = reader.next(1024)) {
    const { words, count } = batch;
    for (let at = 0; at < count * RECORD_WORDS; at += RECORD_WORDS) {
      const kind = words[at]! & 255;
      if (kind === CMD_MANAGED) managed.add(words[at + 4]!);
      if (kind === EV_CARRIED) origins.set(words[at + 4]!, words[at + 9]!);
      if (kind === EV_TRADE) for (const word of [4, 8]) traded.add(words[at + word]!);
      if (kind === CMD_NEW) expect(origins.has(words[at + 4]!)).toBe(false);
    }
  }
  reader.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('pegs and trailing stops of a scenario', () => {
  it('are carried by orders of the book, which trade', () => {
    expect(managed.size).toBe(12);
    expect(origins.size).toBeGreaterThan(8);
    for (const origin of origins.values()) expect(managed.has(origin)).toBe(true);
    expect([...origins.keys()].filter((id) => traded.has(id)).length).toBeGreaterThan(3);
    for (const id of managed) expect(traded.has(id)).toBe(false);
  });

  it('are verified: the same scenario makes the same run', () => {
    expect(twin('verify', 'latest', '--runs', runs).status).toBe(0);
  });

  it('are explained by what stood for them, and that by what it stood for', () => {
    for (const id of managed) {
      const own = [...origins].filter(([, origin]) => origin === id).map(([carrier]) => carrier);
      const { notes, moves } = explainOrder(run, id);
      expect(moves).toEqual([]);
      if (own.length > 0) expect(notes[0]).toContain(`${own[0]}`);
    }
    for (const [carrier, origin] of origins)
      expect(explainOrder(run, carrier).notes[0]).toContain(
        `for order ${origin}, which the venue looks after`,
      );
  });

  it('refuses terms that contradict each other', () => {
    const path = join(folder, 'bad.yaml');
    writeFileSync(
      path,
      DAY.replace('peg: primary', 'peg: primary, trailTicks: 3').replace('trailTicks: 1, ', ''),
    );
    const { status, stderr } = twin('run', path, '--runs', runs);
    expect(status).toBe(2);
    expect(stderr).toContain('peg and trailTicks exclude each other');
    expect(stderr).toContain('trailLimitTicks belongs to trailTicks');
  });
});
