/** A day with auctions on the caller's clock: an opening, a halt, a close. Run: npx tsx examples/auction-day.ts */

import { createVenue, type VenueEvent } from 'market-twin';

const MINUTE_NS = 60e9;
const HOUR_NS = 60 * MINUTE_NS;

const venue = createVenue({
  instruments: [{ symbol: 'ACME', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' }],
  sessions: {
    phases: [
      { state: 'PRE_OPEN', from: '08:30', uncross: 'opening' },
      { state: 'CONTINUOUS', from: '09:00' },
      { state: 'CLOSING_CALL', from: '17:20', uncross: 'closing' },
      { state: 'POST_TRADE', from: '17:30', expiresDay: true },
    ],
    end: '18:00',
  },
  referencePrices: { ACME: '100.00' },
});

function tell(events: readonly VenueEvent[]): void {
  for (const event of events) {
    if (event.kind === 'session') console.log(`${event.stateBefore} -> ${event.state}`);
    if (event.kind === 'auction')
      console.log(`${event.auction} auction: ${event.volume} at ${event.price ?? 'no price'}`);
    if (event.kind === 'trade' && !event.isAuction) console.log(`${event.qty} traded at ${event.price}`);
    if (event.kind === 'canceled') console.log(`order ${event.orderId} cancelled: ${event.reason}`);
  }
}

tell(venue.advanceTo(8.5 * HOUR_NS));
venue.submit({ symbol: 'ACME', side: 'buy', price: '100.20', qty: 300, account: 'ann' });
venue.submit({ symbol: 'ACME', side: 'sell', price: '99.90', qty: 200, account: 'bob' });
console.log('it would open like this:', venue.indicative('ACME'));
tell(venue.advanceTo(9 * HOUR_NS));

// Take profit or stop loss: one cancels the other, in the auction of the close as well.
venue.oco(
  [
    { symbol: 'ACME', side: 'sell', price: '101.00', qty: 200, account: 'ann', timeInForce: 'gtc' },
    {
      symbol: 'ACME',
      side: 'sell',
      type: 'stop',
      stopPrice: '99.00',
      qty: 200,
      account: 'ann',
      timeInForce: 'gtc',
    },
  ],
  'cancel',
);

tell(venue.advanceTo(11 * HOUR_NS));
tell(venue.halt('ACME', { reason: 'news' }));
tell(venue.advanceTo(11.5 * HOUR_NS));
tell(venue.resume('ACME'));
tell(venue.advanceTo(12 * HOUR_NS));

venue.submit({ symbol: 'ACME', side: 'buy', type: 'market', auction: 'onClose', qty: 120, account: 'cid' });
tell(venue.advanceTo(18 * HOUR_NS));
