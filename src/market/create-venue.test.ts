import { describe, expect, it } from 'vitest';
import { createVenue, type OrderRequest, type VenueApi, type VenueConfig } from './create-venue.ts';
import type { VenueEvent } from './venue-events.ts';

const ACME = { symbol: 'ACME', tickSize: '0.05', lotSize: '0.1', currency: 'USD', minorUnit: '0.001' };
const BOLT = { symbol: 'BOLT', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' };

const open = (config: Partial<VenueConfig> = {}): VenueApi =>
  createVenue({ instruments: [ACME, BOLT], ...config });

const order = (change: Partial<OrderRequest> = {}): OrderRequest => ({
  symbol: 'ACME',
  side: 'buy',
  qty: '1.0',
  price: '10.05',
  account: 'ada',
  ...change,
});

const kinds = (events: readonly VenueEvent[]): string[] => events.map((event) => event.kind);
const only = (events: readonly VenueEvent[], kind: VenueEvent['kind']): VenueEvent => {
  const found = events.filter((event) => event.kind === kind);
  expect(found, kinds(events).join()).toHaveLength(1);
  return found[0]!;
};

describe('createVenue', () => {
  it('says accepted, rested and level in exact decimals', () => {
    expect(open().submit(order())).toEqual([
      { timeNs: 0, symbol: 'ACME', side: 'buy', kind: 'accepted', orderId: 1, price: '10.05', qty: '1.0' },
      {
        timeNs: 0,
        symbol: 'ACME',
        side: 'buy',
        kind: 'rested',
        orderId: 1,
        price: '10.05',
        displayed: '1.0',
        leaves: '1.0',
      },
      {
        timeNs: 0,
        symbol: 'ACME',
        side: 'buy',
        kind: 'level',
        price: '10.05',
        displayed: '1.0',
        orderCount: 1,
      },
    ]);
  });

  it('says trade with both sides’ rest, and who was hidden', () => {
    const venue = open();
    venue.submit(order({ side: 'sell', qty: '0.7', isHidden: true }));
    const trade = only(venue.submit(order({ account: 'bob' })), 'trade');
    expect(trade).toMatchObject({
      side: 'buy',
      price: '10.05',
      qty: '0.7',
      takerOrderId: 2,
      makerOrderId: 1,
      takerLeaves: '0.3',
      makerLeaves: '0.0',
      isMakerHidden: true,
    });
    expect(venue.depth('ACME', 'buy')).toEqual([{ price: '10.05', qty: '0.3', orderCount: 1 }]);
    expect(venue.depth('ACME', 'sell')).toEqual([]);
  });

  it('says canceled with its reason, replaced with its place, reduced levels', () => {
    const venue = open();
    venue.submit(order());
    const inPlace = only(venue.replace(1, { qty: '0.5', account: 'ada' }), 'replaced');
    expect(inPlace).toMatchObject({ leaves: '0.5', keepsPriority: true, price: '10.05' });
    const moved = only(venue.replace(1, { price: '10.00', account: 'ada' }), 'replaced');
    expect(moved).toMatchObject({ leaves: '0.5', keepsPriority: false, price: '10.00' });
    expect(only(venue.cancel(1, 'ada'), 'canceled')).toMatchObject({ qty: '0.5', reason: 'requested' });
    const remainder = venue.submit(order({ timeInForce: 'ioc' }));
    expect(only(remainder, 'canceled')).toMatchObject({ reason: 'iocRemainder', qty: '1.0' });
  });

  it('says rejected, cancelRejected and replaceRejected with the rule', () => {
    const venue = open();
    venue.submit(order());
    expect(only(venue.submit(order({ qty: 0 })), 'rejected')).toMatchObject({
      code: 5,
      rule: expect.stringContaining('whole number of lots'),
    });
    expect(only(venue.cancel(1, 'bob'), 'cancelRejected')).toMatchObject({
      rule: expect.stringContaining('owner'),
    });
    expect(only(venue.cancel(77), 'cancelRejected')).toMatchObject({ rule: 'the order is not known' });
    venue.cancel(1);
    expect(only(venue.replace(1, { qty: 5 }), 'replaceRejected')).toMatchObject({
      rule: expect.stringContaining('already filled'),
    });
  });

  it('says of an order that is gone that it is gone, whatever the step of another instrument', () => {
    const venue = open();
    venue.submit(order({ symbol: 'BOLT', price: '7.01', qty: 3 }));
    venue.cancel(1);
    expect(kinds(venue.replace(1, { price: '7.02', qty: 2 }))).toEqual(['replaceRejected']);
  });

  it('says triggered and expired', () => {
    const venue = open();
    venue.submit(order({ type: 'stopLimit', stopPrice: '10.50', price: '10.60', account: 'stop' }));
    venue.submit(order({ side: 'sell', price: '10.50', account: 'bob' }));
    const events = venue.submit(order({ price: '10.50', account: 'eve' }));
    expect(only(events, 'triggered')).toMatchObject({ orderId: 1, stopPrice: '10.50', qty: '1.0' });
    expect(kinds(venue.endDay())).toContain('expired');
  });

  it('shows an iceberg’s peak only, and says when it is refreshed', () => {
    const venue = open();
    venue.submit(order({ side: 'sell', qty: '5.0', displayQty: '1.0' }));
    expect(venue.depth('ACME', 'sell')).toEqual([{ price: '10.05', qty: '1.0', orderCount: 1 }]);
    const events = venue.submit(order({ account: 'bob', qty: '1.0' }));
    expect(only(events, 'refreshed')).toMatchObject({ orderId: 1, displayed: '1.0', leaves: '4.0' });
  });

  it('prevents self-trades of one account, and says restated for a decrement', () => {
    const venue = open();
    venue.submit(order({ side: 'sell', qty: '3.0' }));
    const events = venue.submit(order({ selfTrade: 'decrement', qty: '1.0' }));
    expect(kinds(events)).toContain('trade');
    const guarded = open();
    guarded.submit(order({ side: 'sell', qty: '3.0', selfTrade: 'decrement' }));
    const decrement = guarded.submit(order({ selfTrade: 'decrement', qty: '1.0' }));
    expect(kinds(decrement)).not.toContain('trade');
    expect(decrement.filter((event) => event.kind === 'restated')[0]).toMatchObject({
      qty: '1.0',
      leaves: '2.0',
    });
  });

  it('expires good-till-date orders as time goes on, each at its own time', () => {
    const venue = open();
    venue.submit(order({ timeInForce: 'gtd', expireTimeNs: 20 }));
    venue.submit(order({ timeInForce: 'gtd', expireTimeNs: 10 }));
    venue.advanceTo(9);
    const events = venue.advanceTo(30).filter((event) => event.kind === 'expired');
    expect(events.map(({ timeNs, orderId }) => [timeNs, orderId])).toEqual([
      [10, 2],
      [20, 1],
    ]);
    expect(venue.nowNs).toBe(30);
    expect(() => venue.advanceTo(29)).toThrow(expect.objectContaining({ code: 'SIM_TIME' }));
    expect(() => venue.advanceTo(30.5)).toThrow(expect.objectContaining({ code: 'SIM_TIME' }));
  });

  it('mass cancels by account name over all symbols', () => {
    const venue = open();
    venue.submit(order());
    venue.submit(order({ symbol: 'BOLT', qty: 1 }));
    venue.submit(order({ account: 'bob' }));
    const gone = venue.massCancel('ada').filter((event) => event.kind === 'canceled');
    expect(gone.map(({ orderId, symbol, reason }) => [orderId, symbol, reason])).toEqual([
      [1, 'ACME', 'massCancel'],
      [2, 'BOLT', 'massCancel'],
    ]);
    expect(venue.massCancel('nobody')).toEqual([]);
  });

  it.each<[string, Partial<OrderRequest>, string]>([
    ['symbol', { symbol: 'ZED' }, 'a symbol is listed at the venue: symbol=ZED listed=ACME,BOLT'],
    ['side', { side: 'Buy' as 'buy' }, 'side is a known name: side=Buy'],
    ['type', { type: 'lmt' as 'limit' }, 'type is a known name'],
    ['time in force', { timeInForce: 'gtx' as 'gtc' }, 'timeInForce is a known name: timeInForce=gtx'],
    ['self-trade mode', { selfTrade: 'all' as 'none' }, 'selfTrade is a known name'],
    ['post-only mode', { postOnly: 'Reject' as 'reject' }, 'postOnly is a known name: postOnly=Reject'],
    ['price off the tick', { price: '10.01' }, 'a price is a multiple of its step'],
    ['quantity off the lot', { qty: '1.05' }, 'a quantity is a multiple of its step'],
    ['quantity beyond 32 bits', { qty: '500000000' }, 'ticks and lots fit 32 bits: qtyLots=5000000000'],
    ['expiry', { timeInForce: 'gtd', expireTimeNs: Number.NaN }, 'expireTimeNs is a whole number of ns'],
  ])('refuses a wrong %s with a fault that names it', (_, change, message) => {
    const venue = open();
    expect(() => venue.submit(order(change))).toThrow(
      expect.objectContaining({ code: 'MKT_CONFIG', message: expect.stringContaining(message) }),
    );
    expect(kinds(venue.submit(order()))[0]).toBe('accepted');
  });

  it('refuses wrong names in depth and too large numbers in replace', () => {
    const venue = open();
    venue.submit(order());
    expect(() => venue.depth('ACME', 'bid' as 'buy')).toThrow('side is a known name');
    expect(() => venue.replace(1, { qty: '500000000' })).toThrow('ticks and lots fit 32 bits');
  });

  it('applies rules by symbol', () => {
    const venue = open({ rulesOf: { BOLT: { replaceLosesPriority: 'always' } } });
    venue.submit(order());
    venue.submit(order({ symbol: 'BOLT', qty: 4 }));
    expect(only(venue.replace(1, { qty: '0.5' }), 'replaced')).toMatchObject({ keepsPriority: true });
    expect(only(venue.replace(2, { qty: 2 }), 'replaced')).toMatchObject({ keepsPriority: false });
  });
});
