/** Groups, brackets and quotes of a scenario file: they run, verify, export, and each of their orders is explained. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CANCEL_LINKED_ORDER,
  CANCEL_QUOTE_PROTECTION,
  CMD_LINKED,
  CMD_QUOTE,
  EV_CANCELED,
  EV_CARRIED,
  EV_QUOTED,
  HEAD_CODE_SHIFT,
  RECORD_WORDS,
} from '../../src/domain/index.ts';
import { explainOrder, RunStore } from '../../src/index.ts';
import { JOURNAL_FILE, JournalReader, type StoredRun } from '../../src/runs/index.ts';
import { twin } from '../support/twin.ts';

const folder = mkdtempSync(join(tmpdir(), 'twin-linked-'));
const runs = join(folder, 'runs');

const DAY = `
name: linked
seed: 3
open: "09:30"
close: "09:31"
instruments:
  - { symbol: ACME, referencePrice: 100.00 }
  - { symbol: BOLT, referencePrice: 100.00 }
agents:
  - { kind: randomFlow, name: crowd, count: 8, limitRates: [1.8, 1.5], marketRate: 0.9, cancelRates: [0.7, 0.8], lots: [1, 2, 5] }
shocks:
  - kind: orders
    at: "09:30:10"
    instrument: ACME
    side: both
    qtyLots: 4
    ticksThrough: 0
    count: 6
    everyMs: 3000
    exits:
      - { ticksThrough: -2 }
      - { trailTicks: 2 }
  - kind: orders
    at: "09:30:12"
    instrument: ACME
    side: sell
    qtyLots: 3
    ticksThrough: -1
    count: 5
    everyMs: 2000
    lifeMs: 20000
    onFill: cancel
    oco:
      - { side: opposite, ticksThrough: -1 }
      - { side: same, stop: 99.90 }
  - kind: quotes
    at: "09:30:05"
    qtyLots: 5
    behindTicks: 0
    count: 40
    everyMs: 1000
    lifeMs: 1000
    protect: { windowMs: 5000, fillsMax: 4, scope: venue, stoppedMs: 2000 }
`;

interface Linked {
  readonly id: number;
  readonly firstId: number;
  readonly count: number;
}

let run: StoredRun;
const linked: Linked[] = [];
const quoted: number[] = [];
const origins = new Map<number, number>();
/** Ids of canceled records by their reason. */
const canceled = new Map<number, number[]>();
let quoteCount = 0;

beforeAll(() => {
  const path = join(folder, 'linked.yaml');
  writeFileSync(path, DAY);
  const done = twin('run', path, '--runs', runs);
  expect(done.stderr + done.stdout).not.toContain('error');
  expect(done.status).toBe(0);
  run = new RunStore(runs).load('latest');
  const reader = new JournalReader(run.path(JOURNAL_FILE));
  for (let batch = reader.next(1024); batch !== null; batch = reader.next(1024)) {
    const { words, count } = batch;
    for (let at = 0; at < count * RECORD_WORDS; at += RECORD_WORDS) {
      const [head, id] = [words[at]!, words[at + 4]!];
      const kind = head & 255;
      if (kind === CMD_LINKED) linked.push({ id, firstId: words[at + 5]!, count: words[at + 6]! });
      if (kind === EV_QUOTED) quoted.push(id);
      if (kind === CMD_QUOTE) quoteCount++;
      if (kind === EV_CARRIED) origins.set(id, words[at + 9]!);
      if (kind === EV_CANCELED) {
        const reason = head >>> HEAD_CODE_SHIFT;
        canceled.set(reason, [...(canceled.get(reason) ?? []), id]);
      }
    }
  }
  reader.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('groups, brackets and quotes of a scenario', () => {
  it('are sent, and meet the market', () => {
    expect(linked.length).toBeGreaterThan(20);
    expect(quoteCount).toBeGreaterThan(70);
    expect(quoted.length).toBeGreaterThan(4);
    expect(canceled.get(CANCEL_LINKED_ORDER)?.length).toBeGreaterThan(3);
    expect(canceled.get(CANCEL_QUOTE_PROTECTION)?.length).toBeGreaterThan(0);
  });

  it('are verified: the same scenario makes the same run', () => {
    expect(twin('verify', 'latest', '--runs', runs).status).toBe(0);
  });

  it('are explained with the others of their message, and by whom they were cancelled', () => {
    const roles = new Map<string, number>();
    for (const { id, firstId, count } of linked) {
      const { linked: link, notes } = explainOrder(run, id);
      expect(link?.orderIds).toEqual(Array.from({ length: count }, (_, index) => firstId + index));
      roles.set(link!.role, (roles.get(link!.role) ?? 0) + 1);
      expect(notes.join(' ')).toMatch(/one group with|the entry of a bracket|an exit of order/);
    }
    // A message of an order and two others each; where a side is empty nothing is sent.
    expect(roles.get('entry')).toBeGreaterThan(2);
    expect(roles.get('exit')).toBe(2 * roles.get('entry')!);
    expect(roles.get('member')).toBeGreaterThan(6);
    expect(roles.get('member')! % 3).toBe(0);
    for (const id of canceled.get(CANCEL_LINKED_ORDER)!) {
      const explained = explainOrder(run, id);
      const { endedBy, orderIds } = explained.linked!;
      const own = origins.get(id) ?? id;
      expect(endedBy, `order ${id}`).not.toBeNull();
      expect(endedBy!.orderId).not.toBe(own);
      expect(orderIds).toContain(endedBy!.orderId);
      expect(explained.notes.join(' ')).toContain(`Order ${endedBy!.orderId} was ${endedBy!.cause}`);
      expect(explained.outcome.ending).toBe('linkedOrder');
    }
  });

  it('a quote is explained as one, with the terms of its mass quote', () => {
    for (const id of quoted) {
      const { notes, sent, outcome } = explainOrder(run, id);
      expect(notes[0]).toMatch(/^It is the (bid|ask) of a mass quote of account \d+/);
      expect(sent).toMatchObject({ type: 'limit', timeInForce: 'gtc', qtyLots: 5 });
      if (canceled.get(CANCEL_QUOTE_PROTECTION)!.includes(id)) expect(outcome.ending).toBe('quoteProtection');
      else if (outcome.ending !== 'filled') expect(outcome.ending).toBe('cancelledByOwner');
    }
    const { stdout } = twin('explain', 'latest', String(quoted[0]), '--runs', runs);
    expect(stdout).toContain('of a mass quote of account');
  });

  it('are exported with the words of their records', () => {
    expect(
      twin('export', 'latest', '--to', 'csv', '--runs', runs, '--out', join(folder, 'x.csv')).status,
    ).toBe(0);
    const text = readFileSync(join(folder, 'x.csv'), 'utf8');
    for (const words of ['entry reduce', 'exit reduce', 'member cancel', 'cmdProtect', 'quoteProtection'])
      expect(text).toContain(words);
  });

  it('refuses what contradicts itself, with paths', () => {
    const bad = join(folder, 'bad.yaml');
    writeFileSync(
      bad,
      DAY.replace(
        'exits:\n      - { ticksThrough: -2 }',
        'oco: [{ price: 1.001, peg: primary, stop: 1 }]\n    exits:\n      - { side: left }',
      )
        .replace('behindTicks: 0', 'behindTicks: 0\n    bid: 100.005\n    ask: 99')
        .replace('fillsMax: 4, ', ''),
    );
    const first = twin('run', bad, '--runs', runs);
    expect(first.status).toBe(2);
    expect(first.stderr).toContain('shocks[0].exits[0].side');
    writeFileSync(bad, readFileSync(bad, 'utf8').replace('side: left', 'stop: 99.99, trailTicks: 2'));
    const { status, stderr } = twin('run', bad, '--runs', runs);
    expect(status).toBe(2);
    for (const problem of [
      'shocks[0]: oco and exits exclude each other',
      'shocks[0].oco[0].price: "1.001" is a multiple of tickSize 0.01',
      'shocks[0].oco[0]: a stop is neither pegged nor trailing',
      'shocks[0].exits[0]: a stop is neither pegged nor trailing',
      'shocks[2]: quotes have prices (bid, ask) or behindTicks, not both',
      'shocks[2].bid: "100.005" is below the ask "99"',
      'shocks[2].bid: "100.005" is a multiple of tickSize 0.01',
      'shocks[2].protect: has fillsMax, lotsMax, or both',
    ])
      expect(stderr).toContain(problem);
  });
});
