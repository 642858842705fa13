import { describe, expect, it } from 'vitest';
import { createVenue, type OrderRequest, type VenueApi, type VenueConfig } from './create-venue.ts';
import type { VenueEvent } from './venue-events.ts';

const ACME = { symbol: 'ACME', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' };
const BOLT = { ...ACME, symbol: 'BOLT' };

const order = (change: Partial<OrderRequest> = {}): OrderRequest => ({
  symbol: 'ACME',
  side: 'buy',
  qty: 10,
  price: '10.00',
  account: 'ada',
  ...change,
});

/** A venue with a market of 10.00 to 10.10, 100 lots each, by 'maker'; last trade 10.05. */
function open(config: Partial<VenueConfig> = {}): VenueApi {
  const venue = createVenue({ instruments: [ACME, BOLT], ...config });
  venue.submit(order({ side: 'sell', qty: 1, price: '10.05', account: 'maker' }));
  venue.submit(order({ qty: 1, price: '10.05', account: 'maker' }));
  venue.submit(order({ qty: 100, account: 'maker' }));
  venue.submit(order({ side: 'sell', qty: 100, price: '10.10', account: 'maker' }));
  return venue;
}

const text = (events: readonly VenueEvent[]): string[] =>
  events
    .filter(({ kind }) => kind !== 'level')
    .map((event) => {
      if (event.kind === 'carried') return `carried ${event.orderId} for ${event.originId}`;
      if (event.kind === 'trade')
        return `trade ${event.takerOrderId} ${event.makerOrderId} ${event.qty}@${event.price}`;
      if (event.kind === 'canceled') return `canceled ${event.orderId} ${event.qty} ${event.reason}`;
      if (event.kind === 'rested') return `rested ${event.orderId} ${event.leaves}@${event.price}`;
      if (event.kind === 'replaced') return `replaced ${event.orderId} ${event.leaves}@${event.price}`;
      return `${event.kind} ${'orderId' in event ? event.orderId : ''}`.trim();
    });

const best = (venue: VenueApi, side: 'buy' | 'sell'): string =>
  venue.depth('ACME', side, 1).map(({ qty, price }) => `${qty}@${price}`)[0] ?? 'none';

describe('managed orders of createVenue', () => {
  it('an exit that waits for its entry is re-priced and lives on', () => {
    const venue = open();
    venue.bracket(order(), [order({ side: 'sell', price: '10.20' })]);
    expect(text(venue.replace(6, { price: '10.15', account: 'ada' }))).toEqual(['replaced 6 0@10.15']);
    // The maker's 100 at 10.00 come first, then 10 of the entry.
    const sold = text(venue.submit(order({ side: 'sell', qty: 110, account: 'bob' })));
    expect(sold).toContain('rested 9 10@10.15');
    expect(sold.filter((line) => line.startsWith('canceled'))).toEqual([]);
  });

  it('a peg is accepted under its own id, carried by another, and follows its quote', () => {
    const venue = open();
    const peg = order({ side: 'sell', manage: { kind: 'peg', to: 'primary' } });
    const { price: _, ...uncapped } = peg;
    expect(text(venue.submit(uncapped))).toEqual([
      'accepted 5',
      'carried 6 for 5',
      'accepted 6',
      'rested 6 10@10.10',
    ]);
    expect(text(venue.submit(order({ side: 'sell', price: '10.08', account: 'bob' })))).toContain(
      'replaced 6 10@10.08',
    );
    expect(text(venue.cancel(5, 'bob'))).toEqual(['cancelRejected 5']);
    expect(text(venue.cancel(5, 'ada'))).toEqual(['canceled 6 10 requested']);
    expect(text(venue.cancel(5, 'ada'))).toEqual(['cancelRejected 5']);
  });

  it('a peg without a quote waits outside, is answered by the venue, and comes back', () => {
    const venue = createVenue({ instruments: [ACME] });
    const peg = order({ price: '11.00', manage: { kind: 'peg', to: 'primary', offset: '-0.02' } });
    expect(text(venue.submit(peg))).toEqual(['accepted 1']);
    expect(text(venue.replace(1, { qty: 7, account: 'ada' }))).toEqual(['replaced 1 7@11.00']);
    expect(text(venue.submit(order({ account: 'bob' })))).toEqual([
      'accepted 2',
      'rested 2 10@10.00',
      'carried 3 for 1',
      'accepted 3',
      'rested 3 7@9.98',
    ]);
    expect(text(venue.cancel(2))).toEqual(['canceled 2 10 requested', 'canceled 3 7 parked']);
    expect(text(venue.massCancel('ada'))).toEqual(['canceled 1 7 massCancel']);
  });

  it('a peg is refused where its rules ask for a quote', () => {
    const venue = createVenue({ instruments: [ACME], managed: { pegWithoutQuote: 'cancel' } });
    const [answer] = venue.submit(order({ manage: { kind: 'peg', to: 'market' } }));
    expect(answer).toMatchObject({ kind: 'rejected', orderId: 1 });
  });

  it('a trailing stop enters when the price comes back to it', () => {
    const venue = open();
    const stop = order({ side: 'sell', manage: { kind: 'trailing', distance: '0.05' } });
    expect(text(venue.submit(stop))).toEqual(['accepted 5']);
    venue.submit(order({ qty: 1, price: '10.10', account: 'bob' }));
    const sold = text(venue.submit(order({ side: 'sell', qty: 1, price: '10.00', account: 'bob' })));
    expect(sold.slice(-3)).toEqual(['carried 8 for 5', 'accepted 8', 'trade 8 3 10@10.00']);
  });

  it('of linked orders one cancels the other, also where the other waits outside', () => {
    const venue = open();
    const takeProfit = order({ side: 'sell', price: '10.20' });
    const stop = order({ side: 'sell', manage: { kind: 'trailing', bps: 100, limitOffset: '-0.02' } });
    expect(text(venue.oco([takeProfit, stop]))).toEqual([
      'accepted 5',
      'accepted 6',
      'carried 7 for 5',
      'accepted 7',
      'rested 7 10@10.20',
    ]);
    const swept = text(venue.submit(order({ qty: 110, price: '10.20', account: 'bob' })));
    expect(swept.slice(-2)).toEqual(['trade 8 7 10@10.20', 'canceled 6 10 linkedOrder']);
  });

  it('a bracket sells what its entry has bought, once', () => {
    const venue = open();
    const exits = [
      order({ side: 'sell', price: '10.30' }),
      order({ side: 'sell', type: 'stop', stopPrice: '9.50' }),
    ];
    const events = text(venue.bracket(order({ price: '10.10' }), exits));
    expect(events).toContain('rested 9 10@10.30');
    expect(events.filter((line) => line.startsWith('carried'))).toEqual([
      'carried 8 for 5',
      'carried 9 for 6',
      'carried 10 for 7',
    ]);
    expect(text(venue.submit(order({ qty: 100, price: '10.30', account: 'bob' }))).slice(-2)).toEqual([
      'trade 11 9 10@10.30',
      'canceled 10 10 linkedOrder',
    ]);
  });

  it('refuses linked orders as a whole', () => {
    const venue = open();
    const bad = order({ qty: 0 });
    expect(text(venue.oco([order(), bad]))).toEqual(['rejected 5', 'rejected 6']);
    expect(() => venue.oco([order(), order({ symbol: 'BOLT' })])).toThrow(/one instrument/);
    expect(() => venue.submit(order({ manage: { kind: 'trailing' } }))).toThrow(/distance/);
    expect(() => venue.submit(order({ manage: { kind: 'magic' } as never }))).toThrow(/manages/);
  });

  it('an order good till a time expires while it waits', () => {
    const venue = createVenue({ instruments: [ACME] });
    const terms = { timeInForce: 'gtd', expireTimeNs: 5, manage: { kind: 'peg', to: 'primary' } } as const;
    venue.submit(order(terms));
    expect(text(venue.advanceTo(10))).toEqual(['expired 1']);
    venue.submit(order({ manage: { kind: 'peg', to: 'primary' } }));
    expect(text(venue.endDay())).toEqual(['expired 2']);
  });

  it('mass quotes answer per instrument and are pulled by their protection', () => {
    const venue = open();
    venue.protectQuotes('mm', {
      windowNs: 1_000,
      fillsMax: null,
      lotsMax: 5,
      scope: 'venue',
      stoppedNs: null,
    });
    const quotes = [
      { symbol: 'ACME', bid: { price: '10.02', qty: 5 }, ask: { price: '10.08', qty: 5 } },
      { symbol: 'BOLT', bid: { price: '1.00', qty: 5 } },
    ];
    const { answers } = venue.massQuote('mm', quotes);
    expect(answers).toEqual([
      { symbol: 'ACME', bid: 'entered', ask: 'entered', rule: '' },
      { symbol: 'BOLT', bid: 'entered', ask: 'none', rule: '' },
    ]);
    expect(best(venue, 'buy')).toBe('5@10.02');
    const hit = text(venue.submit(order({ side: 'sell', qty: 5, price: '10.02', account: 'bob' })));
    expect(hit.filter((line) => line.startsWith('canceled'))).toHaveLength(2);
    expect(venue.depth('BOLT', 'buy')).toEqual([]);
    expect(venue.massQuote('mm', quotes).answers[0]!.rule).not.toBe('');
    venue.resetProtection('mm');
    expect(venue.massQuote('mm', quotes).answers[0]).toMatchObject({ bid: 'entered', ask: 'entered' });
  });

  it('a mass quote moves a side that its owner changed as a single order', () => {
    const venue = open();
    const quotes = [{ symbol: 'ACME', bid: { price: '10.02', qty: 5 } }];
    const accepted = venue.massQuote('mm', quotes).events.find((event) => event.kind === 'accepted')!;
    venue.replace(accepted.orderId, { account: 'mm', price: '10.01', qty: 5 });
    expect(best(venue, 'buy')).toBe('5@10.01');
    expect(venue.massQuote('mm', quotes).answers[0]!.bid).toBe('replaced');
    expect(best(venue, 'buy')).toBe('5@10.02');
    expect(venue.massQuote('mm', quotes).answers[0]!.bid).toBe('unchanged');
  });
});
