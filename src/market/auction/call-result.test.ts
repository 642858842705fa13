import { expect, it } from 'vitest';
import { auctionOrders, priceContext } from '../../../tests/support/auction-books.ts';
import { auctionPreset } from '../../../tests/support/auction-presets.ts';
import { callResultOf } from './call-result.ts';
import { findClearingPrice } from './clearing-price.ts';
import { buildInterest } from './interest.ts';

const { price } = auctionPreset('nasdaq');

it('sums up what a call would end with', () => {
  const orders = auctionOrders(
    [
      ['MKT', 500],
      [100, 10],
    ],
    [[99, 200]],
  );
  const interest = buildInterest(orders);
  const found = findClearingPrice(interest, price.halt!, priceContext({ referenceTicks: 100 }));
  expect(callResultOf(interest, found)).toEqual({
    priceTicks: 100,
    volumeLots: 200,
    leftMarketBuyLots: 300,
    leftMarketSellLots: 0,
  });
});
