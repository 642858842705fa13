import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainOrder, type OrderExplanation, RunStore, renderExplanation } from '../../src/index.ts';
import { jsonOf, twin } from '../support/twin.ts';

const folder = mkdtempSync(join(tmpdir(), 'twin-explain-'));
const runs = join(folder, 'runs');

const MORNING = `
name: morning
seed: 5
open: "09:30"
close: "09:32"
rules: { icebergRefresh: roundRobin }
instruments:
  - { symbol: ACME, referencePrice: 100.00 }
  - { symbol: BOLT, referencePrice: 20.00, rules: { icebergRefresh: displayThenHiddenTime } }
agents:
  - { kind: randomFlow, name: early, count: 4, limitRates: [1.8, 1.5], marketRate: 0.9, cancelRates: [0.7, 0.8], lots: [1, 2, 5] }
  - { kind: randomFlow, name: late, count: 6, limitRates: [1.8, 1.5], marketRate: 0.9, cancelRates: [0.7, 0.8], lots: [1, 2, 5] }
`;

/** Every hundredth order of the run. */
const explanations: OrderExplanation[] = [];

beforeAll(() => {
  const path = join(folder, 'morning.yaml');
  writeFileSync(path, MORNING);
  expect(twin('run', path, '--runs', runs).status).toBe(0);
  const run = new RunStore(runs).load('latest');
  for (let orderId = 100; orderId <= 2000; orderId += 100) explanations.push(explainOrder(run, orderId));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function explain(...args: readonly string[]) {
  return twin('explain', 'latest', ...args, '--runs', runs);
}

describe('twin explain', () => {
  it('prints what the library says, as text and as one object', () => {
    const text = explain('300');
    expect(text.stderr).toBe('');
    expect(text.status).toBe(0);
    expect(text.stdout).toMatch(/^run \d{8}T\d{9}Z-morning-/);
    expect(text.stdout.split('\n').slice(1).join('\n').trimEnd()).toBe(renderExplanation(explanations[2]!));
    const json = explain('300', '--json');
    expect(json.status).toBe(0);
    expect(jsonOf(json)).toEqual(JSON.parse(JSON.stringify(explanations[2])));
  });

  it('names the group of each account, in the order of the scenario', () => {
    const owners = explanations.flatMap(({ sent, fills }) => [
      sent,
      ...fills.map((fill) => fill.counterparty),
    ]);
    for (const { accountId, group } of owners) expect(group).toBe(accountId! <= 4 ? 'early' : 'late');
    expect(new Set(owners.map(({ group }) => group))).toEqual(new Set(['early', 'late']));
  });

  it('knows the rules of each instrument', () => {
    const rules = new Set(
      explanations.map(({ instrument, icebergRefresh }) => `${instrument.symbol} ${icebergRefresh}`),
    );
    expect([...rules].sort()).toEqual(['ACME roundRobin', 'BOLT displayThenHiddenTime']);
  });

  it('accounts for every lot and gives every unfilled order an obstacle', () => {
    for (const { lots, outcome } of explanations) {
      const { sent, changedByReplace, filled, cancelled, expired, rejected, open } = lots;
      expect(filled + cancelled + expired + rejected + open).toBe(sent + changedByReplace);
      expect(outcome.obstacle === null).toBe(outcome.status === 'filled');
    }
    expect(new Set(explanations.map(({ outcome }) => outcome.status)).size).toBeGreaterThan(1);
  });

  it('answers an id that the run does not have with the ids that it has, and exit code 2', () => {
    const unknown = explain('99999999');
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain(
      'error RUNS_NO_ORDER: an order id is one that the run has: orderId=99999999',
    );
    expect(unknown.stderr).toMatch(/firstOrderId=1 lastOrderId=\d{4}\n {2}mend: /);
    for (const id of ['0', '-3', '1.5', 'first']) expect(explain(id).status, id).toBe(2);
  });

  it('has help with an example', () => {
    expect(twin('explain', '--help').stdout).toContain('Example:\n  twin explain latest 4711');
  });

  it('explains up to the damage of a journal, and says so', () => {
    const journal = new RunStore(runs).load('latest').path('events.bin');
    appendFileSync(journal, Buffer.alloc(20));
    const appended = explain('300');
    expect(appended.status).toBe(0);
    expect(appended.stderr).toContain('the journal ends damaged (the last record is not whole)');
    truncateSync(journal, 60_010);
    const torn = explain('150', '--json');
    expect(torn.stderr).toContain('the journal ends damaged');
    expect(jsonOf(torn)).toMatchObject({ tail: { reason: 'the last record is not whole' } });
    expect(explain('2000').status).toBe(2);
  });
});
