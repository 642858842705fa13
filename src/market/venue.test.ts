import { describe, expect, it } from 'vitest';
import { eventLines } from '../../tests/support/event-text.ts';
import { BinaryReader, BinaryWriter, Xoshiro128 } from '../base/index.ts';
import {
  BUY,
  DAY,
  defineInstrument,
  EventBuffer,
  GTC,
  GTD,
  LIMIT,
  OrderTicket,
  ReplaceTicket,
  SELL,
  type Side,
  type TimeInForce,
} from '../domain/index.ts';
import { hashBookState } from './book/state-hash.ts';
import { Venue } from './venue.ts';

const SYMBOLS = ['ACME', 'BOLT', 'CRUX'];

function createTestVenue(symbols = SYMBOLS): Venue {
  const instruments = symbols.map((symbol, index) =>
    defineInstrument({ symbol, tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' }, index),
  );
  return new Venue(instruments, new EventBuffer());
}

interface Order {
  readonly account?: number;
  readonly side?: Side;
  readonly qty?: number;
  readonly price?: number;
  readonly tif?: TimeInForce;
  readonly expireNs?: number;
}

function submit(venue: Venue, nowNs: number, instrument: number, order: Order = {}): number {
  const ticket = new OrderTicket();
  ticket.accountId = order.account ?? 1;
  ticket.side = order.side ?? BUY;
  ticket.type = LIMIT;
  ticket.qtyLots = order.qty ?? 10;
  ticket.priceTicks = order.price ?? 100;
  ticket.timeInForce = order.tif ?? GTC;
  return venue.submit(nowNs, instrument, ticket, order.expireNs ?? 0);
}

/** What `act` made the venue say, level records left out. */
function said(venue: Venue, act: () => void): string[] {
  venue.events.clear();
  act();
  return eventLines(venue.events).filter((line) => !line.startsWith('level'));
}

describe('Venue', () => {
  it('numbers orders from 1 over all instruments, refused ones too', () => {
    const venue = createTestVenue();
    expect(venue.nextOrderId).toBe(1);
    const ids = [0, 2, 9, 1].map((instrument) => submit(venue, 0, instrument));
    expect(ids).toEqual([1, 2, 3, 4]);
    expect(venue.lastOrderId).toBe(4);
    expect(ids.map((id) => venue.instrumentOf(id))).toEqual([0, 2, -1, 1]);
    expect(venue.liveOrderCount).toBe(3);
    expect(venue.instrumentOf(0)).toBe(-1);
    expect(venue.instrumentOf(1_000_000)).toBe(-1);
  });

  it('refuses an instrument that is not listed', () => {
    const venue = createTestVenue();
    for (const instrument of [3, -1]) {
      expect(said(venue, () => submit(venue, 0, instrument))[0]).toContain('unknownInstrument');
    }
  });

  it('keeps the books apart: the same price trades in one instrument only', () => {
    const venue = createTestVenue();
    submit(venue, 0, 0, { side: SELL });
    const other = said(venue, () => submit(venue, 1, 1, { account: 2 }));
    expect(other.join()).not.toContain('trade');
    const same = said(venue, () => submit(venue, 1, 0, { account: 2 }));
    expect(same.some((line) => line.startsWith('trade'))).toBe(true);
    expect([venue.events.timeNs, venue.events.instrument]).toEqual([1, 0]);
  });

  it('T1.15-c: expires a good-till-date order at its time and not before', () => {
    const venue = createTestVenue();
    const id = submit(venue, 0, 1, { tif: GTD, expireNs: 100 });
    expect(venue.nextExpiryNs).toBe(100);
    expect(said(venue, () => venue.expireDue(99))).toEqual([]);
    const lines = said(venue, () => venue.expireDue(100));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(`^expired ${id} `));
    expect([venue.events.timeNs, venue.events.instrument]).toEqual([100, 1]);
    expect(venue.nextExpiryNs).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([0, 99, 100, -5, Number.NaN])(
    'refuses a good-till-date order that ends at %d, now being 100',
    (expireNs) => {
      const venue = createTestVenue();
      const lines = said(venue, () => submit(venue, 100, 0, { tif: GTD, expireNs }));
      expect(lines[0]).toContain('expireTimePast');
      expect(venue.liveOrderCount).toBe(0);
      submit(venue, 100, 0, { tif: GTD, expireNs: 200 });
      expect(said(venue, () => venue.expireDue(200))).toHaveLength(1);
    },
  );

  it('expires several orders by time, then id, and skips those that are gone', () => {
    const venue = createTestVenue();
    const late = submit(venue, 0, 0, { tif: GTD, expireNs: 50 });
    const gone = submit(venue, 0, 1, { tif: GTD, expireNs: 10 });
    const first = submit(venue, 0, 2, { tif: GTD, expireNs: 20 });
    const second = submit(venue, 0, 0, { tif: GTD, expireNs: 20, price: 101 });
    const other = submit(venue, 0, 0, { tif: DAY, expireNs: 5 });
    venue.cancel(1, gone, 1);
    const lines = said(venue, () => venue.expireDue(60));
    expect(lines.map((line) => Number(line.split(' ')[1]))).toEqual([first, second, late]);
    expect(venue.instrumentOf(other)).toBe(0);
  });

  it('ends the day for DAY orders in every book, and for no others', () => {
    const venue = createTestVenue();
    const ids = ([DAY, GTC, GTD] as const).map((tif, instrument) =>
      submit(venue, 0, instrument, { tif, expireNs: 1e9 }),
    );
    const more = submit(venue, 0, 2, { tif: DAY });
    const lines = said(venue, () => venue.endDay(10));
    expect(lines.map((line) => line.split(' ').slice(0, 2))).toEqual([
      ['expired', String(ids[0])],
      ['expired', String(more)],
    ]);
  });

  it('tells an order that is gone from one that never was, and both from a stranger’s', () => {
    const venue = createTestVenue();
    const gone = submit(venue, 0, 0, { account: 7 });
    venue.cancel(0, gone, 7);
    const live = submit(venue, 0, 1, { account: 7 });
    expect(said(venue, () => venue.cancel(1, gone, 7))[0]).toContain('tooLate');
    expect(said(venue, () => venue.cancel(1, 99, 7))[0]).toContain('unknownOrder');
    expect(said(venue, () => venue.cancel(1, 0, 7))[0]).toContain('unknownOrder');
    expect(said(venue, () => venue.cancel(1, live, 8))[0]).toContain('notOwner');
    expect(said(venue, () => venue.reduce(1, gone, 7, 1))[0]).toContain('tooLate');
    const change = new ReplaceTicket();
    change.orderId = gone;
    change.qtyLots = 5;
    expect(said(venue, () => venue.replace(1, change))[0]).toContain('tooLate');
    expect(venue.instrumentOf(live)).toBe(1);
  });

  it('mass cancels one account in all instruments, or everybody in one', () => {
    const venue = createTestVenue();
    const mine = [0, 1, 2].map((instrument) => submit(venue, 0, instrument, { account: 5 }));
    const theirs = [0, 1].map((instrument) => submit(venue, 0, instrument, { account: 6 }));
    const lines = said(venue, () => venue.massCancel(1, -1, 5));
    expect(lines.map((line) => Number(line.split(' ')[1]))).toEqual(mine);
    said(venue, () => venue.massCancel(1, 0, 0));
    expect(theirs.map((id) => venue.instrumentOf(id))).toEqual([-1, 1]);
  });

  it('is the same after a snapshot: several books share one pool of orders', () => {
    const random = new Xoshiro128(5);
    const step = (venue: Venue, draws: Xoshiro128, nowNs: number): void => {
      const kind = draws.nextBelow(10);
      const id = 1 + draws.nextBelow(venue.nextOrderId + 2);
      if (kind < 6) {
        const tif = [GTC, DAY, GTD][draws.nextBelow(3)] as TimeInForce;
        submit(venue, nowNs, draws.nextBelow(4), {
          account: 1 + draws.nextBelow(3),
          side: draws.nextBelow(2) as Side,
          price: 95 + draws.nextBelow(10),
          qty: 1 + draws.nextBelow(20),
          tif,
          expireNs: nowNs + draws.nextBelow(50),
        });
      } else if (kind < 9) venue.cancel(nowNs, id, 0);
      else venue.expireDue(nowNs);
    };
    const venue = createTestVenue();
    for (let i = 0; i < 600; i++) {
      step(venue, random, i);
      if (i % 40 !== 0) continue;
      const writer = new BinaryWriter();
      venue.writeState(writer);
      const copy = createTestVenue();
      submit(copy, 0, 0);
      const reader = new BinaryReader(writer.finish());
      copy.readState(reader);
      expect(reader.isAtEnd).toBe(true);
      copy.books.forEach((book, index) => {
        book.validate();
        expect(hashBookState(book)).toBe(hashBookState(venue.books[index]!));
      });
      expect([copy.lastOrderId, copy.liveOrderCount]).toEqual([venue.lastOrderId, venue.liveOrderCount]);
      const probes: [Xoshiro128, Xoshiro128] = [new Xoshiro128(i), new Xoshiro128(i)];
      const straight = createTestVenue();
      straight.readState(new BinaryReader(writer.finish()));
      for (let k = 0; k < 50; k++) {
        const lines = said(straight, () => step(straight, probes[0], i + k));
        expect(said(copy, () => step(copy, probes[1], i + k))).toEqual(lines);
      }
    }
    expect(venue.liveOrderCount).toBeGreaterThan(20);
  });

  it('refuses to list nothing, a symbol twice, rules of nobody and rules that are none', () => {
    const fault = (text: string) =>
      expect.objectContaining({ code: 'MKT_CONFIG', message: expect.stringContaining(text) });
    expect(() => createTestVenue([])).toThrow(fault('at least one instrument'));
    expect(() => createTestVenue(['A', 'B', 'A'])).toThrow(fault('listed once: symbol=A'));
    const { instruments } = createTestVenue(['A']);
    const events = new EventBuffer();
    expect(() => new Venue(instruments, events, {}, { B: {} })).toThrow(fault('listed symbols: symbol=B'));
    expect(() => new Venue(instruments, events, { replaceQty: 'totals' as 'total' })).toThrow(
      fault('replaceQty is one of total, open: replaceQty=totals'),
    );
    expect(() => new Venue(instruments, events, {}, { A: { replaceqty: 'open' } as object })).toThrow(
      fault('a rule is one of'),
    );
    const allocation = { hasFifoException: true, steps: [{ step: 'timeProRata' }] } as const;
    expect(() => new Venue(instruments, events, { allocation })).toThrow(fault('ends with fifo or largest'));
    expect(() => new Venue(instruments, events, { allocation: 'time' as 'fifo' })).toThrow(
      fault('allocation: is an allocation algorithm'),
    );
  });
});
