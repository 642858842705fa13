/** Option contracts of a world as canonical records: definitions by the terms of the time, and a book under a new symbol told whole. */

import { expect, it } from 'vitest';
import { MemorySink } from '../../src/data/index.ts';
import { BUY, type InstrumentSpec, SELL } from '../../src/domain/index.ts';
import { CanonicalRecords } from '../../src/runs/index.ts';
import { World } from '../../src/world/index.ts';
import { corporateAction } from '../support/corporate-action.ts';
import { limit, ScriptedGroup, scripted } from '../support/test-agents.ts';

const CENTS = { tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' };
const AT_ONCE = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };
const EPOCH_NS = 1_767_600_000_000_000_000n;

it('a dividend renames a contract whose orders stay, a split multiplies it, and its last day ends it', () => {
  const instruments: InstrumentSpec[] = [
    { ...CENTS, symbol: 'ACME' },
    {
      ...CENTS,
      symbol: 'ACME260116C00062000',
      option: {
        underlying: 'ACME',
        right: 'call',
        style: 'american',
        strike: 62,
        expiry: '2026-01-16',
        multiplier: 100,
        deliverable: { shares: 100, others: [], cash: 0 },
      },
    },
  ];
  const action = (atNs: number, kind: 'specialDividend' | 'split', more: object) => ({
    atNs,
    action: corporateAction(kind, more),
    instruments: [0],
    other: null,
    roundLot: 100,
    sizes: 'roundLots' as const,
    withdrawn: [],
  });
  const sink = new MemorySink('world', 'strict', 256);
  const records = new CanonicalRecords(instruments, EPOCH_NS, sink);
  const world = new World(
    {
      seed: 1,
      instruments,
      groups: [
        scripted(
          () =>
            new ScriptedGroup('maker', [
              [1, (port, agent) => port.submit(agent, 1, 1, limit(BUY, 200, 4))],
              [2, (port, agent) => port.submit(agent, 1, 2, limit(SELL, 301, 6))],
            ]),
          AT_ONCE,
        ),
      ],
      actions: [
        action(10, 'specialDividend', { amount: 2 }),
        action(20, 'split', { newShares: 2, oldShares: 1 }),
      ],
      expiries: [{ atNs: 30, instruments: [1] }],
      dayEndNs: null,
    },
    records,
  );
  records.define(0);
  world.run(40);
  world.finish();
  records.settle();

  const definitions = sink.batches('definition').flatMap((batch) => [...batch.rows()]);
  const [listed, lowered, split] = ['ACME260116C00062000', 'ACME260116C00060000', 'ACME260116C00030000'];
  expect(
    definitions.map(({ symbol, assetClass, strike, isActive, tsEvent }) => [
      Number(tsEvent - EPOCH_NS),
      symbol,
      assetClass,
      strike,
      isActive,
    ]),
  ).toEqual([
    [0, 'ACME', 'other', null, null],
    [0, listed, 'option', 62, null],
    [10, listed, 'option', 62, false],
    [10, lowered, 'option', 60, null],
    [20, lowered, 'option', 60, false],
    [20, split, 'option', 30, null],
    [30, split, 'option', 30, false],
  ]);
  expect(definitions[1]).toMatchObject({
    underlying: 'ACME',
    right: 'call',
    style: 'american',
    expiry: '2026-01-16',
    multiplier: 100,
  });
  const levels = sink.batches('mbp').flatMap((batch) => [...batch.rows()]);
  const at = (ns: number) =>
    levels
      .filter(({ tsEvent }) => tsEvent === EPOCH_NS + BigInt(ns))
      .map(({ symbol, side, price, qty }) => [symbol, side, price, qty]);
  // The orders stand as they did: the new symbol has its whole book.
  expect(at(10)).toEqual([
    [lowered, 'buy', 2, 4],
    [lowered, 'sell', 3.01, 6],
  ]);
  const quotes = sink.batches('bbo').flatMap((batch) => [...batch.rows()]);
  expect(
    quotes.map(({ symbol, bidPrice, bidQty, askPrice, askQty }) => [
      symbol,
      bidPrice,
      bidQty,
      askPrice,
      askQty,
    ]),
  ).toEqual([
    [listed, 2, 4, null, null],
    [listed, 2, 4, 3.01, 6],
    [lowered, 2, 4, 3.01, 6],
    [split, 1, 8, 1.51, 12],
    [split, null, null, null, null],
  ]);
});
