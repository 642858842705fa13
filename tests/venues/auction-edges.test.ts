/** What a venue does at the edges of its auctions: places lost before a call, the closing price, cutoffs and mass cancels. */

import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter } from '../../src/base/index.ts';
import {
  type AuctionTerm,
  BUY,
  CLOSING_PRICE,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_REDUCED,
  EV_REJECTED,
  EV_TRADE,
  GTC,
  HEAD_CODE_SHIFT,
  LIMIT,
  MARKET,
  ON_CLOSE,
  ON_OPEN,
  OrderTicket,
  RECORD_WORDS,
  REJECT_CANCEL_TOO_LATE,
  REJECT_CLOSED,
  REJECT_PRICE_BAND,
  SELL,
  type Side,
} from '../../src/domain/index.ts';
import { VenueDay } from '../support/venue-day.ts';

interface Said {
  readonly kind: number;
  readonly code: number;
  readonly orderId: number;
  readonly priceTicks: number;
  readonly lots: number;
  readonly otherId: number;
}

/** What a command, or the time until then, said. VenueDay clears the events it has read, so they are read before. */
function saidBy(day: VenueDay, act: () => void): Said[] {
  const from = day.events.count;
  act();
  const { words, count } = day.events;
  const said: Said[] = [];
  for (let at = from * RECORD_WORDS; at < count * RECORD_WORDS; at += RECORD_WORDS) {
    const head = words[at]!;
    said.push({
      kind: head & 255,
      code: head >>> HEAD_CODE_SHIFT,
      orderId: words[at + 4]!,
      priceTicks: words[at + 5]!,
      lots: words[at + 6]!,
      otherId: words[at + 8]!,
    });
  }
  return said;
}

/** Enters an order by its terms; a price of null is a market order. */
function enter(
  day: VenueDay,
  side: Side,
  priceTicks: number | null,
  qtyLots: number,
  auctionTerm: AuctionTerm = 0,
  accountId = 1,
): { orderId: number; said: Said[] } {
  const ticket = Object.assign(new OrderTicket(), { side, qtyLots, auctionTerm, accountId });
  ticket.type = priceTicks === null ? MARKET : LIMIT;
  ticket.priceTicks = priceTicks ?? 0;
  ticket.timeInForce = auctionTerm === 0 ? GTC : 0;
  let orderId = 0;
  const said = saidBy(day, () => {
    orderId = day.venue.submit(day.nowNs, 0, ticket);
  });
  return { orderId, said };
}

/** Open lots of an order in the book, 0 if it is gone. */
function openLots(day: VenueDay, orderId: number): number {
  const order = day.venue.books[0]!.order(orderId);
  return order === null ? 0 : order.shownLots + order.reserveLots;
}

describe('time priority in an auction', () => {
  it('an order that lost its place in continuous trading stands behind the others in the closing cross', () => {
    const day = new VenueDay({ venue: 'nasdaq' }).at('15:00');
    const first = day.lasting('buy', 9990, 100);
    const second = day.lasting('buy', 9995, 100);
    expect(day.replace(first.orderId, { priceTicks: 9995 }).code).toBe(0);
    enter(day, SELL, null, 100, ON_CLOSE);
    day.at('16:00');
    expect(day.auctions.at(-1)).toEqual({ kind: 'closing', price: 9995 });
    expect([openLots(day, second.orderId), openLots(day, first.orderId)]).toEqual([0, 100]);
  });

  it('a place lost in the opening call is lost for the closing cross as well', () => {
    const day = new VenueDay({ venue: 'nyse' }).at('08:00');
    const first = day.lasting('buy', 9990, 100);
    const second = day.lasting('buy', 9995, 100);
    expect(day.replace(first.orderId, { priceTicks: 9995 }).code).toBe(0);
    day.at('15:00');
    enter(day, SELL, null, 100, ON_CLOSE);
    day.at('16:00');
    expect(day.auctions.at(-1)).toEqual({ kind: 'closing', price: 9995 });
    expect([openLots(day, second.orderId), openLots(day, first.orderId)]).toEqual([0, 100]);
  });
});

describe('trading at the closing price', () => {
  /** Xetra after a close at 100.00 that leaves 50 lots bid at it. */
  function afterClose(): VenueDay {
    const day = new VenueDay({ venue: 'xetra' }).at('17:31');
    day.limit('buy', 10_000, 150);
    day.limit('sell', 10_000, 100);
    day.at('17:36');
    expect(day.auctions.at(-1)).toEqual({ kind: 'closing', price: 10_000 });
    return day;
  }

  it('takes an order whose limit allows the price', () => {
    const { said } = enter(afterClose(), SELL, 9990, 20, CLOSING_PRICE);
    expect(said.filter(({ kind }) => kind === EV_TRADE)).toMatchObject([{ priceTicks: 10_000, lots: 20 }]);
  });

  it('refuses one whose limit is worse than the price: it would trade beyond its limit', () => {
    const { said } = enter(afterClose(), SELL, 10_010, 20, CLOSING_PRICE);
    expect(said).toMatchObject([{ kind: EV_REJECTED, code: REJECT_PRICE_BAND }]);
  });

  it('does not take the opening price for that of a close without one', () => {
    const day = new VenueDay({ venue: 'xetra' }).at('08:55');
    day.limit('buy', 10_000, 10);
    day.limit('sell', 10_000, 10);
    day.at('17:36');
    expect(day.auctions).toMatchObject([{ kind: 'opening', price: 10_000 }, { kind: 'closing' }]);
    const { said } = enter(day, SELL, null, 20, CLOSING_PRICE);
    expect(said).toMatchObject([{ kind: EV_REJECTED, code: REJECT_CLOSED }]);
  });
});

describe('a mass cancel', () => {
  it('leaves orders for the open alone after their cutoff, and says so', () => {
    const day = new VenueDay({ venue: 'nasdaq' }).at('09:20');
    const onOpen = enter(day, BUY, 10_000, 10, ON_OPEN).orderId;
    const resting = enter(day, BUY, 9990, 10).orderId;
    day.at('09:29');
    const said = saidBy(day, () => day.venue.massCancel(day.nowNs, 0, 1));
    expect(said.filter(({ kind }) => kind === EV_CANCELED).map(({ orderId }) => orderId)).toEqual([resting]);
    expect(said.filter(({ kind }) => kind === EV_CANCEL_REJECTED)).toMatchObject([
      { orderId: onOpen, code: REJECT_CANCEL_TOO_LATE },
    ]);
    expect(day.venue.listings[0]!.held.count).toBe(1);
  });

  it('takes what is good till cancelled after the close, when only such orders are looked after', () => {
    const day = new VenueDay({ venue: 'xetra' }).at('10:00');
    const { orderId } = enter(day, BUY, 9990, 10);
    day.at('18:00');
    const said = saidBy(day, () => day.venue.massCancel(day.nowNs, 0, 1));
    expect(said.filter(({ kind }) => kind === EV_CANCELED)).toMatchObject([{ orderId }]);
    expect(openLots(day, orderId)).toBe(0);
  });
});

describe('extensions of a call', () => {
  /** LSE by its auction rules alone: openings are extended from 5 % off, closings from 3 %, both twice at most. */
  function london(): VenueDay {
    return new VenueDay({ venue: 'lse', change: { breakers: [] } });
  }

  function cross(day: VenueDay, priceTicks: number): void {
    day.limit('buy', priceTicks, 3000);
    day.limit('sell', priceTicks, 3000);
  }

  it('those of an auction that a halt made impossible do not count for the next one', () => {
    const day = london().at('07:55');
    cross(day, 10_600);
    day.at('08:02');
    expect(day.auctions).toEqual([]);
    day.venue.halt(day.nowNs, 0, 'news', Number.POSITIVE_INFINITY);
    day.venue.massCancel(day.nowNs, 0, 0);
    day.at('16:31').venue.resume(day.nowNs, 0);
    cross(day, 10_400);
    day.at('16:36');
    expect(day.auctions.filter(({ kind }) => kind === 'closing')).toEqual([]);
    day.at('16:47');
    expect(day.auctions.at(-1)).toEqual({ kind: 'closing', price: 10_400 });
  });
});

describe('the close of a day', () => {
  it('is the price of the closing auction, whatever trades after it', () => {
    const day = new VenueDay({ venue: 'nasdaq', days: 2 }).at('15:00');
    enter(day, BUY, 10_000, 10, ON_CLOSE);
    enter(day, SELL, 10_000, 10, ON_CLOSE);
    expect(day.at('16:01').auctions.at(-1)).toEqual({ kind: 'closing', price: 10_000 });
    expect(day.at('17:00').trade(10_400).trades).toBe(1);
    day.at('05:00', 1);
    expect(day.venue.listings[0]!.previousCloseTicks).toBe(10_000);
  });

  it('is the last trade until then where the auction finds none, and that of the day without an auction', () => {
    const nasdaq = new VenueDay({ venue: 'nasdaq', days: 2 }).at('15:00');
    expect(nasdaq.trade(10_100).trades).toBe(1);
    expect(nasdaq.at('17:00').trade(10_400).trades).toBe(1);
    expect(nasdaq.at('05:00', 1).venue.listings[0]!.previousCloseTicks).toBe(10_100);
    const fx = new VenueDay({ venue: 'fx', days: 2, change: { auctions: 'cme' } }).at('10:00');
    expect(fx.trade(10_400).trades).toBe(1);
    expect(fx.at('18:00').venue.listings[0]!.previousCloseTicks).toBe(10_400);
  });

  it('is kept by a snapshot between the auction and the end of the day', () => {
    const day = new VenueDay({ venue: 'nasdaq', days: 2 }).at('15:00');
    expect(day.trade(10_100).trades).toBe(1);
    const { desk } = day.at('16:30').venue.listings[0]!;
    const writer = new BinaryWriter();
    desk.writeState(writer);
    desk.startDay();
    expect(day.trade(10_400).trades).toBe(1);
    desk.readState(new BinaryReader(writer.finish()));
    expect(day.at('05:00', 1).venue.listings[0]!.previousCloseTicks).toBe(10_100);
  });
});

describe('changes of orders that wait outside of the book', () => {
  it('less quantity costs the place where the venue has it so, and keeps it elsewhere', () => {
    for (const [venue, first] of [
      ['nasdaq', 1],
      ['nyse', 0],
    ] as const) {
      const day = new VenueDay({ venue }).at('09:00');
      const ids = [
        enter(day, BUY, 10_000, 100, ON_OPEN).orderId,
        enter(day, BUY, 10_000, 100, ON_OPEN).orderId,
      ];
      expect(day.replace(ids[0]!, { qtyLots: 50 }).code).toBe(0);
      enter(day, SELL, 10_000, 50, ON_OPEN);
      const said = saidBy(day, () => {
        for (; day.venue.nextTimeNs <= 24 * 3600e9 + 9.5 * 3600e9; ) day.venue.advance(day.venue.nextTimeNs);
      });
      expect(said.filter(({ kind }) => kind === EV_TRADE)).toMatchObject([{ orderId: ids[first], lots: 50 }]);
    }
  });

  it('a reduction takes lots off, and all of them end the order', () => {
    const day = new VenueDay({ venue: 'nasdaq' }).at('09:00');
    const { orderId } = enter(day, BUY, 10_000, 100, ON_OPEN);
    const some = saidBy(day, () => day.venue.reduce(day.nowNs, orderId, 1, 40));
    expect(some).toMatchObject([{ kind: EV_REDUCED, orderId, lots: 40 }]);
    expect(day.venue.listings[0]!.held.get(orderId)!.ticket.qtyLots).toBe(60);
    const none = saidBy(day, () => day.venue.reduce(day.nowNs, orderId, 1, 0));
    expect(none).toMatchObject([{ kind: EV_CANCEL_REJECTED, orderId }]);
    const other = saidBy(day, () => day.venue.reduce(day.nowNs, orderId, 2, 60));
    expect(other).toMatchObject([{ kind: EV_CANCEL_REJECTED, orderId }]);
    const all = saidBy(day, () => day.venue.reduce(day.nowNs, orderId, 1, 60));
    expect(all).toMatchObject([{ kind: EV_CANCELED, orderId, lots: 60 }]);
    expect(day.venue.listings[0]!.held.count).toBe(0);
  });
});
