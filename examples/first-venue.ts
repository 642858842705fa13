/** A venue in twenty lines: two orders meet, a third is refused. Run: npx tsx examples/first-venue.ts */

import { createVenue } from 'market-twin';

const venue = createVenue({
  instruments: [{ symbol: 'ACME', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' }],
});

const events = [
  ...venue.submit({ symbol: 'ACME', side: 'sell', price: '100.02', qty: 300, account: 'ann' }),
  ...venue.submit({ symbol: 'ACME', side: 'buy', price: '100.05', qty: 120, account: 'bob' }),
  ...venue.submit({
    symbol: 'ACME',
    side: 'buy',
    price: '100.02',
    qty: 50,
    account: 'bob',
    postOnly: 'reject',
  }),
];

for (const event of events) {
  if (event.kind === 'trade') console.log(`${event.qty} traded at ${event.price}`);
  if (event.kind === 'rejected') console.log(`order ${event.orderId} refused: ${event.rule}`);
}
console.log('asks now:', venue.depth('ACME', 'sell'));
