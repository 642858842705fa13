/** Ends of the number ranges, inspection, and snapshots of an order book. */

import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter } from '../../src/base/index.ts';
import {
  BUY,
  GTC,
  LIMIT,
  PRICE_TICKS_MAX,
  PRICE_TICKS_MIN,
  QTY_LOTS_MAX,
  SELL,
  STOP_LIMIT,
  UNDEF_INT32,
} from '../../src/domain/index.ts';
import { hashBookState } from '../../src/market/index.ts';
import {
  type CreateBook,
  giveCommand,
  linesOf,
  runBookScript,
  throughSnapshot,
} from '../support/book-script.ts';
import { EventAudit } from '../support/event-audit.ts';

export function describeLimits(create: CreateBook): void {
  describe('ends of the ranges', () => describeRanges(create));
  describe('inspection', () => describeInspection(create));
  describe('snapshots', () => describeSnapshots(create));
}

function describeRanges(create: CreateBook): void {
  it('level totals pass 2^31 without overflow', () => {
    const max = QTY_LOTS_MAX;
    runBookScript(
      create,
      {},
      `
      ~ sell ${max} @ 100
      ~ sell ${max} @ 100
      > sell ${max} @ 100
      = accepted 3 sell ${max}@100
      = rested 3 sell ${max} of ${max}@100
      = level sell ${3 * max}@100 (3)
      > buy ${max} @ 100
      = accepted 4 buy ${max}@100
      = trade 1: 4 buy ${max}@100 with 1, leaves 0 and 0
      = level sell ${2 * max}@100 (2)
      book: ask 100 ${2 * max} (2)`,
    );
  });

  it('fillable quantity passes 2^31 without overflow', () => {
    const max = QTY_LOTS_MAX;
    runBookScript(
      create,
      { publishLevels: false },
      `
      ~ sell ${max - 1} @ 100
      ~ sell ${max} @ 100 display=1
      > buy ${max} @ 100 fok
      = accepted 3 buy ${max}@100
      = trade 1: 3 buy ${max - 1}@100 with 1, leaves 1 and 0
      = trade 2: 3 buy 1@100 with 2, leaves 0 and ${max - 1}
      = refreshed 2 sell 1 of ${max - 1}@100`,
    );
  });

  it('stops at both ends of the range are released by distance without overflow', () => {
    runBookScript(
      create,
      { publishLevels: false },
      `
      ~ buy 1 stop ${PRICE_TICKS_MIN}
      ~ buy 1 stop ${PRICE_TICKS_MAX}
      ~ sell 1 @ ${PRICE_TICKS_MAX}
      > buy 1 @ ${PRICE_TICKS_MAX}
      = accepted 4 buy 1@${PRICE_TICKS_MAX}
      = trade 1: 4 buy 1@${PRICE_TICKS_MAX} with 3, leaves 0 and 0
      = triggered 2 buy 1 at ${PRICE_TICKS_MAX}
      = canceled 2 buy 1@0 noLiquidity
      = triggered 1 buy 1 at ${PRICE_TICKS_MIN}
      = canceled 1 buy 1@0 noLiquidity`,
    );
  });

  it('negative prices sort like others', () => {
    runBookScript(
      create,
      { publishLevels: false },
      `
      ~ buy 1 @ -5
      ~ buy 1 @ -3
      ~ sell 1 @ 0
      ~ sell 1 @ -1
      book: bid -3 1 (1) | bid -5 1 (1) | ask -1 1 (1) | ask 0 1 (1)
      > sell 2 @ -5
      = accepted 5 sell 2@-5
      = trade 1: 5 sell 1@-3 with 2, leaves 1 and 0
      = trade 2: 5 sell 1@-5 with 1, leaves 0 and 0`,
    );
  });
}

function describeInspection(create: CreateBook): void {
  it('an empty book has no best, no depth, no last trade', () => {
    const book = create({});
    expect(book.bestTicks(BUY)).toBe(UNDEF_INT32);
    expect(book.bestTicks(SELL)).toBe(UNDEF_INT32);
    expect(book.depth(BUY, 5)).toEqual([]);
    expect(book.lastTradeTicks).toBe(UNDEF_INT32);
    expect(book.liveOrderCount).toBe(0);
    expect(book.order(1)).toBeNull();
    book.validate();
  });

  it('levels with hidden orders only do not show', () => {
    const book = runBookScript(
      create,
      {},
      `
      ~ buy 5 @ 101 hidden
      ~ buy 5 @ 100
      ~ buy 5 @ 99
      ~ buy 5 @ 98`,
    );
    expect(book.bestTicks(BUY)).toBe(100);
    expect(book.depth(BUY, 2)).toEqual([
      { priceTicks: 100, displayedLots: 5, orderCount: 1 },
      { priceTicks: 99, displayedLots: 5, orderCount: 1 },
    ]);
    expect(book.depth(BUY, 0)).toEqual([]);
  });

  it('orders are seen in canonical order with all their fields', () => {
    const book = runBookScript(
      create,
      {},
      `
      ~ sell 5 stop 90 @ 89 acct=4
      ~ buy 5 stop 120
      ~ sell 9 @ 110 display=2 acct=3 stp=6:decrement day
      ~ sell 5 @ 110
      ~ buy 5 @ 100 hidden min=2
      ~ buy 5 @ 100
      ~ buy 5 @ 101
      ~ sell 3 @ 101`,
    );
    const seen: number[] = [];
    book.forEachOrder((order) => seen.push(order.orderId));
    expect(seen).toEqual([7, 6, 5, 3, 4, 2, 1]);
    expect(book.liveOrderCount).toBe(7);
    expect(book.has(7)).toBe(true);
    expect(book.has(8)).toBe(false);
    expect(book.lastTradeTicks).toBe(101);
    expect(book.order(7)).toMatchObject({ filledLots: 3, shownLots: 2, reserveLots: 0 });
    expect(book.order(5)).toMatchObject({ shownLots: 0, reserveLots: 5, minQtyLots: 2 });
    expect(book.order(3)).toEqual({
      orderId: 3,
      accountId: 3,
      side: SELL,
      type: LIMIT,
      timeInForce: 0,
      flags: 0,
      priceTicks: 110,
      stopPriceTicks: 0,
      shownLots: 2,
      reserveLots: 7,
      displayQtyLots: 2,
      filledLots: 0,
      minQtyLots: 0,
      stpGroup: 6,
      stpMode: 4,
    });
    expect(book.order(1)).toMatchObject({
      accountId: 4,
      type: STOP_LIMIT,
      timeInForce: GTC,
      priceTicks: 89,
      stopPriceTicks: 90,
      shownLots: 0,
      reserveLots: 5,
    });
  });

  it('a triggered stop-limit and a market-to-limit rest are limit orders', () => {
    const book = runBookScript(
      create,
      {},
      `
      ~ buy 5 stop 100 @ 105
      ~ sell 2 @ 100
      ~ buy 5 mtl`,
    );
    expect(book.order(1)).toMatchObject({ type: LIMIT, priceTicks: 105, stopPriceTicks: 0 });
    expect(book.order(3)).toMatchObject({ type: LIMIT, priceTicks: 100, filledLots: 2 });
  });

  it('the state hash tells states apart and does not depend on the way to them', () => {
    const hashOf = (script: string): number => hashBookState(runBookScript(create, {}, script));
    const plain = hashOf('~ buy 5 @ 100');
    expect(hashOf('~ buy 7 @ 100\n~ reduce 1 2')).toBe(plain);
    expect(hashOf('~ buy 5 @ 101')).not.toBe(plain);
    expect(hashOf('~ buy 5 @ 100 hidden')).not.toBe(plain);
    expect(hashOf('~ buy 5 @ 100\n~ buy 5 @ 100')).not.toBe(plain);
    expect(hashOf('~ buy 5 @ 100 min=1 hidden')).not.toBe(hashOf('~ buy 5 @ 100 hidden'));
    expect(Number.isSafeInteger(plain)).toBe(true);
  });
}

function describeSnapshots(create: CreateBook): void {
  const setting = `
    ~ sell 9 @ 100 display=2 acct=1
    ~ sell 5 @ 100 hidden min=3
    ~ sell 9 @ 100 display=3
    ~ buy 3 @ 100
    ~ buy 4 stop 101 @ 102
    ~ sell 4 stop 98
    ~ buy 4 @ 97 slide`;

  it('a restored book has the same state and answers the same', () => {
    const book = runBookScript(create, {}, setting);
    const restored = throughSnapshot(book, create({}));
    restored.validate();
    expect(hashBookState(restored)).toBe(hashBookState(book));
    const source = { nextId: 8 };
    for (const command of ['buy 30 @ 101', 'sell 40 market', 'cancel 7', 'buy 1 @ 1 id=3', 'cancel 500']) {
      const next = { ...source };
      const expected = linesOf(book.events, () => giveCommand(book, command, source));
      expect(linesOf(restored.events, () => giveCommand(restored, command, next))).toEqual(expected);
      expect(expected.length).toBeGreaterThan(0);
    }
    expect(hashBookState(restored)).toBe(hashBookState(book));
  });

  it('reading a snapshot replaces what a book held', () => {
    const book = runBookScript(create, {}, setting);
    const used = runBookScript(create, {}, '~ buy 5 @ 50\n~ sell 5 @ 50\n~ buy 5 @ 49\n~ buy 5 stop 60');
    throughSnapshot(book, used);
    used.validate();
    expect(hashBookState(used)).toBe(hashBookState(book));
    expect(used.liveOrderCount).toBe(book.liveOrderCount);
  });

  it('a snapshot does not share anything with the book it was taken of', () => {
    const book = runBookScript(create, {}, setting);
    const before = hashBookState(book);
    const restored = throughSnapshot(book, create({}));
    giveCommand(restored, 'massCancel 0', { nextId: 8 });
    expect(restored.liveOrderCount).toBe(0);
    expect(hashBookState(book)).toBe(before);
    book.validate();
  });

  it('a truncated snapshot is refused', () => {
    const writer = new BinaryWriter();
    runBookScript(create, {}, setting).writeState(writer);
    const bytes = writer.finish();
    expect(() => create({}).readState(new BinaryReader(bytes.subarray(0, bytes.length - 3)))).toThrow(
      /snapshot/,
    );
  });

  it('a book that was traded empty holds nothing', () => {
    const book = runBookScript(create, {}, '~ sell 5 @ 100\n~ buy 9 @ 100\n~ sell 4 @ 100');
    const audit = new EventAudit();
    book.events.clear();
    audit.compareWithBook(book);
    expect(book.liveOrderCount).toBe(0);
    expect(book.depth(BUY, 9)).toEqual([]);
    expect(book.depth(SELL, 9)).toEqual([]);
  });
}
