import { describe, expect, it } from 'vitest';
import { Breaker } from './breakers/index.ts';
import { createVenue, type OrderRequest, type VenueApi, type VenueConfig } from './create-venue.ts';
import type { VenueEvent } from './venue-events.ts';
import { PLAIN_AUCTIONS, type SessionsConfig } from './venue-sessions.ts';

const ACME = { symbol: 'ACME', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' };
const HOUR_NS = 3_600_000_000_000;
const MINUTE_NS = 60_000_000_000;

const DAY: SessionsConfig = {
  phases: [
    { state: 'PRE_OPEN', from: '08:30', uncross: 'opening', imbalanceEveryNs: 10 * MINUTE_NS },
    { state: 'CONTINUOUS', from: '09:00' },
    {
      state: 'CLOSING_CALL',
      from: '17:20',
      uncross: 'closing',
      windows: [{ name: 'cutoff', from: '17:29', instructions: ['moc', 'loc'], answer: 'tooLate' }],
    },
    { state: 'POST_TRADE', from: '17:30', expiresDay: true },
  ],
  end: '18:00',
};

const order = (change: Partial<OrderRequest> = {}): OrderRequest => ({
  symbol: 'ACME',
  side: 'buy',
  qty: 10,
  price: '10.00',
  account: 'ada',
  ...change,
});
const sell = (change: Partial<OrderRequest> = {}): OrderRequest =>
  order({ side: 'sell', account: 'bob', ...change });

function open(config: Partial<VenueConfig> = {}): VenueApi {
  return createVenue({ instruments: [ACME], sessions: DAY, referencePrices: { ACME: '10.00' }, ...config });
}

/** What is worth telling: ids, prices and reasons, without levels. */
const text = (events: readonly VenueEvent[]): string[] =>
  events.flatMap((event) => {
    switch (event.kind) {
      case 'level':
        return [];
      case 'trade':
        return `trade ${event.takerOrderId} ${event.makerOrderId} ${event.qty}@${event.price}${event.isAuction ? ' auction' : ''}`;
      case 'session':
        return `${event.stateBefore} to ${event.state} (${event.cause}${event.rule === '' ? '' : ` ${event.rule}`})`;
      case 'auction':
        return `${event.auction} auction ${event.volume}@${event.price ?? event.noPrice}, ${event.imbalance} left to ${event.imbalanceSide}`;
      case 'indicative':
        return `indicative ${event.paired}@${event.price}, ${event.imbalance} left to ${event.imbalanceSide}`;
      case 'canceled':
        return `canceled ${event.orderId} ${event.reason}`;
      case 'rejected':
        return `rejected ${event.orderId}: ${event.rule}`;
      default:
        return 'orderId' in event ? `${event.kind} ${event.orderId}` : event.kind;
    }
  });

describe('sessions of createVenue', () => {
  it('a call collects, tells what it would come to, and uncrosses at its time', () => {
    const venue = open();
    expect(venue.session('ACME')).toMatchObject({ state: 'CLOSED', nextTimeNs: 8.5 * HOUR_NS });
    expect(text(venue.submit(order()))).toEqual(['rejected 1: new orders come while the session is open']);
    expect(text(venue.advanceTo(8.5 * HOUR_NS))[0]).toBe('CLOSED to PRE_OPEN (schedule)');
    expect(venue.indicative('ACME')).toMatchObject({ auction: 'opening', price: null, paired: '0' });
    expect(text(venue.submit(order({ price: '10.05' })))).toEqual(['accepted 2', 'rested 2']);
    venue.submit(sell({ price: '9.98', qty: 4 }));
    venue.submit(sell({ type: 'market', auction: 'onOpen', qty: 2 }));
    expect(venue.indicative('ACME')).toEqual({
      auction: 'opening',
      price: '10.05',
      paired: '6',
      imbalance: '4',
      imbalanceSide: 'buy',
    });
    const opening = text(venue.advanceTo(9 * HOUR_NS));
    expect(opening.filter((line) => line.startsWith('indicative'))).toHaveLength(2);
    expect(opening).toEqual(
      expect.arrayContaining([
        'opening auction 6@10.05, 4 left to buy',
        'trade 2 4 2@10.05 auction',
        'trade 2 3 4@10.05 auction',
        'OPENING_AUCTION to CONTINUOUS (schedule)',
      ]),
    );
    expect(venue.indicative('ACME')).toBeNull();
    expect(venue.depth('ACME', 'buy')).toEqual([{ price: '10.05', qty: '4', orderCount: 1 }]);
  });

  it('orders for the close wait, are refused behind the cutoff, and DAY orders expire behind it', () => {
    const venue = open();
    venue.advanceTo(9 * HOUR_NS);
    venue.submit(order({ type: 'market', auction: 'onClose', qty: 3 }));
    venue.submit(sell({ qty: 5 }));
    venue.advanceTo(17 * HOUR_NS + 29 * MINUTE_NS);
    expect(text(venue.submit(order({ type: 'market', auction: 'onClose' })))[0]).toMatch(/^rejected 3/);
    const close = text(venue.advanceTo(18 * HOUR_NS));
    expect(close).toContain('closing auction 3@10.00, 2 left to sell');
    expect(close).toContain('expired 2');
    expect(venue.session('ACME')).toMatchObject({ state: 'CLOSED', nextTimeNs: Number.POSITIVE_INFINITY });
  });

  it('days repeat, and GTC orders live on', () => {
    const venue = open({ sessions: { ...DAY, days: 2 } });
    venue.advanceTo(9 * HOUR_NS);
    venue.submit(order({ timeInForce: 'gtc' }));
    venue.advanceTo(24 * HOUR_NS);
    expect(venue.session('ACME').nextTimeNs).toBe(32.5 * HOUR_NS);
    venue.advanceTo(33 * HOUR_NS);
    expect(venue.session('ACME').state).toBe('CONTINUOUS');
    expect(text(venue.submit(sell({ qty: 1 })))).toContain('trade 2 1 1@10.00');
  });

  it('a halt collects orders for its reopening, which comes after `resume`', () => {
    const venue = open();
    venue.advanceTo(10 * HOUR_NS);
    expect(text(venue.halt('ACME', { reason: 'news' }))).toEqual(['CONTINUOUS to HALTED (halt news)']);
    expect(venue.session('ACME')).toMatchObject({ state: 'HALTED', isHalted: true });
    venue.submit(order({ price: '10.02' }));
    venue.submit(sell({ price: '10.01' }));
    expect(venue.indicative('ACME')).toMatchObject({ auction: 'reopening', paired: '10' });
    expect(text(venue.resume('ACME'))).toEqual(['HALTED to VOLATILITY_AUCTION (resume)']);
    const over = text(venue.advanceTo(10 * HOUR_NS + MINUTE_NS));
    expect(over.some((line) => line.startsWith('reopening auction 10@'))).toBe(true);
    expect(venue.session('ACME')).toMatchObject({ state: 'CONTINUOUS', isHalted: false });
  });

  it('a halt of all ends by itself after its length', () => {
    const venue = open({
      sessions: { ...DAY, reopening: null, interruptions: { halt: { state: 'PAUSED' } } },
    });
    venue.advanceTo(10 * HOUR_NS);
    venue.halt(null, { forNs: MINUTE_NS });
    expect(venue.session('ACME').state).toBe('PAUSED');
    venue.advanceTo(10 * HOUR_NS + MINUTE_NS);
    expect(venue.session('ACME').state).toBe('CONTINUOUS');
  });

  it('an interruption without a length is uncrossed by hand', () => {
    const venue = open();
    venue.advanceTo(10 * HOUR_NS);
    expect(text(venue.interrupt('ACME', 'auctionCall'))[0]).toContain('to VOLATILITY_AUCTION');
    venue.submit(order());
    venue.submit(sell());
    venue.advanceTo(11 * HOUR_NS);
    expect(venue.session('ACME').state).toBe('VOLATILITY_AUCTION');
    const ended = text(venue.endCall('ACME'));
    expect(ended).toContain('reopening auction 10@10.00, 0 left to null');
    expect(ended.at(-1)).toBe('VOLATILITY_AUCTION to CONTINUOUS (interruptionOver)');
  });

  it('random ends of calls come from the seed', () => {
    const [call, ...rest] = DAY.phases;
    const sessions = { ...DAY, phases: [{ ...call!, randomEndNs: MINUTE_NS }, ...rest] };
    const endOf = (seed: number): number => {
      const venue = open({ sessions, seed });
      const events = venue.advanceTo(9 * HOUR_NS + MINUTE_NS);
      return events.find((event) => event.kind === 'auction')!.timeNs;
    };
    expect(endOf(1)).toBe(endOf(1));
    expect(endOf(1)).not.toBe(endOf(2));
    for (const seed of [1, 2, 3]) {
      expect(endOf(seed)).toBeGreaterThanOrEqual(9 * HOUR_NS);
      expect(endOf(seed)).toBeLessThanOrEqual(9 * HOUR_NS + MINUTE_NS);
    }
  });

  it('tells every problem of sessions with its path', () => {
    const broken = {
      phases: [
        { state: 'PRE_OPEN', from: '08:30' },
        { state: 'OPEN', from: '9:00', randomEndNs: -1 },
      ],
      end: '18:00',
      days: 0,
    } as unknown as SessionsConfig;
    expect(() => open({ sessions: broken, referencePrices: { ZED: 1 } })).toThrow(
      expect.objectContaining({
        code: 'MKT_CONFIG',
        message: expect.stringMatching(
          /phases\[1\]\.from: is a time as HH:MM.*\n.*phases\[1\]\.state: is one of CLOSED, .*\n.*phases\[1\]\.randomEndNs: .*\n.*days: is a whole number.*\n.*referencePrices\.ZED: is one of ACME/s,
        ),
      }),
    );
    const noExit = { phases: [{ state: 'PRE_OPEN', from: '08:30' }], end: '09:00' } as const;
    expect(() => open({ sessions: noExit })).toThrow('sessions.phases[0].uncross: state without exit');
    expect(() =>
      createVenue({ instruments: [ACME], bounds: { limits: 'rest', marketRest: 'call' } }),
    ).toThrow('auctions and breakers are for a venue with sessions: without=bounds');
    expect(() => open().halt('ACME', { reason: 'lunch' })).toThrow('reason is a known name');
    expect(() => open().halt('ACME', { forNs: 0 })).toThrow('whole number of ns above 0');
  });
});

describe('rules of a venue with sessions', () => {
  it('shares at the price of an auction by the parity of its books where its auctions say so', () => {
    const shared: VenueConfig['auctions'] = {
      ...PLAIN_AUCTIONS,
      allocation: { ...PLAIN_AUCTIONS.allocation, displayedBy: 'shared' },
    };
    const parity = { roundLotLots: 100, setterBps: 1500, pointer: 'stays', oddRest: 'nextInLine' } as const;
    const tradesWith = (config: Partial<VenueConfig>): string[] => {
      const venue = open({ auctions: shared, ...config });
      venue.advanceTo(8.5 * HOUR_NS);
      // Account 1, of the Book, before account 2.
      venue.submit(sell({ account: 'book', qty: 300 }));
      venue.submit(sell({ account: 'broker', qty: 300 }));
      venue.submit(order({ account: 'buyer', qty: 200 }));
      return text(venue.advanceTo(9 * HOUR_NS)).filter((line) => line.startsWith('trade'));
    };
    const allocation = { parity, participants: [{ kind: 'floorBroker', accounts: [2] }] } as const;
    const parted = ['trade 3 1 100@10.00 auction', 'trade 3 2 100@10.00 auction'];
    expect(tradesWith({ rules: { allocation } })).toEqual(parted);
    expect(tradesWith({ rulesOf: { ACME: { allocation } } })).toEqual(parted);
    expect(tradesWith({})).toEqual(['trade 3 1 200@10.00 auction']);
  });

  it('collects no order beyond limits outside of which it lets none stand', () => {
    class Limits extends Breaker {
      override readonly boundsOrders = true;
      override lowTicks = 900;
      override highTicks = 1100;
    }
    const openWith = (limits: 'rest' | 'cancel'): VenueApi => {
      const venue = open({
        breakers: () => [{ breaker: new Limits('operator'), startDay() {} }],
        bounds: { limits, marketRest: 'cancel' },
      });
      venue.advanceTo(8.5 * HOUR_NS);
      return venue;
    };
    const beyond = order({ price: '11.01' });
    expect(text(openWith('cancel').submit(beyond))[0]).toMatch(/^rejected 1: /);
    expect(text(openWith('cancel').submit(order({ price: '11.00' })))[0]).toBe('accepted 1');
    expect(text(openWith('rest').submit(beyond))[0]).toBe('accepted 1');
  });
});

describe('groups and quotes across sessions', () => {
  it('a member that rests trades in an auction, and the others follow at once', () => {
    const venue = open();
    venue.advanceTo(9 * HOUR_NS);
    // Carried by 3 and 4, both at rest when the call begins.
    const gtc = { account: 'bob', timeInForce: 'gtc' } as const;
    venue.oco([sell({ ...gtc, price: '10.10' }), order({ ...gtc, price: '9.90' })]);
    venue.advanceTo(17 * HOUR_NS + 20 * MINUTE_NS);
    venue.submit(order({ price: '10.20', qty: 4 }));
    const closing = text(venue.advanceTo(17 * HOUR_NS + 30 * MINUTE_NS));
    expect(closing).toContain('trade 5 3 4@10.10 auction');
    expect(closing).toContain('reduced 4');
    expect(closing.indexOf('reduced 4')).toBeGreaterThan(closing.indexOf('trade 5 3 4@10.10 auction'));
  });

  it('two members on one side may both be filled by an auction, and the fills stand', () => {
    const venue = open();
    venue.advanceTo(9 * HOUR_NS);
    venue.oco([sell({ price: '10.10' }), sell({ price: '10.11' })], 'cancel');
    venue.advanceTo(17 * HOUR_NS + 20 * MINUTE_NS);
    venue.submit(order({ price: '10.20', qty: 15 }));
    const closing = text(venue.advanceTo(17 * HOUR_NS + 30 * MINUTE_NS));
    expect(closing.filter((line) => line.startsWith('trade'))).toEqual([
      'trade 5 3 10@10.11 auction',
      'trade 5 4 5@10.11 auction',
    ]);
  });

  it('a call that is ended by hand is followed as well', () => {
    const venue = open();
    venue.advanceTo(9 * HOUR_NS);
    venue.oco([sell({ price: '10.10' }), order({ account: 'bob', price: '9.90' })], 'cancel');
    venue.interrupt('ACME', 'auctionCall');
    venue.submit(order({ price: '10.20', qty: 4 }));
    expect(text(venue.endCall('ACME'))).toEqual(
      expect.arrayContaining(['trade 5 3 4@10.10 auction', 'canceled 4 linkedOrder']),
    );
  });

  it('a group that comes in a call waits outside, and enters when trading begins', () => {
    const venue = open();
    venue.advanceTo(8.5 * HOUR_NS);
    expect(text(venue.oco([sell({ price: '10.10' }), order({ account: 'bob', price: '9.90' })]))).toEqual([
      'accepted 1',
      'accepted 2',
    ]);
    venue.submit(order({ price: '10.20', qty: 4 }));
    expect(venue.indicative('ACME')).toMatchObject({ paired: '0' });
    const opening = text(venue.advanceTo(9 * HOUR_NS));
    expect(opening).toEqual(expect.arrayContaining(['carried 4', 'trade 4 3 4@10.20']));
  });
});
