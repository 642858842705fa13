/** Orders at the bounds of breakers, at the venues of configs/venues, on both books. */

import { describe, expect, it } from 'vitest';
import { BUY, DAY, IOC, ReplaceTicket, SELL } from '../../src/domain/index.ts';
import { CONTINUOUS, FastBook, ReferenceBook, VOLATILITY_AUCTION } from '../../src/market/index.ts';
import { ListedMarket } from '../support/listed-market.ts';

const BOOKS = {
  fast: (...[rules, events]: ConstructorParameters<typeof FastBook>) => new FastBook(rules, events),
  reference: (...[rules, events]: ConstructorParameters<typeof ReferenceBook>) =>
    new ReferenceBook(rules, events),
};

describe.each(Object.entries(BOOKS))('a listing on the %s book', (_, createBook) => {
  // Reference 4540.25 in ticks of 0.25: the lower limit of the day is 4222.50 (vector T4.8-a).
  const LOW = 16_890;
  const cme = (): ListedMarket =>
    new ListedMarket('cme', { tickSize: '0.25', referenceTicks: 18_161 }, createBook);

  it('at a daily limit of CME trades go on there, and no order stands beyond: the book does not cross', () => {
    const market = cme().to('09:00:00');
    market.enter(BUY, LOW, 5);
    market.enter(BUY, LOW - 3, 5);
    market.enter(SELL, LOW, 8);
    market.enter(SELL, LOW - 4, 5);
    expect(market.said()).toContain('limitState limitStateEntered cmeLimits');
    expect(market.book.lastTradeTicks).toBe(LOW);
    expect(market.book.depth(BUY, 9)).toMatchObject([{ priceTicks: LOW - 3, displayedLots: 5 }]);
    expect(market.book.depth(SELL, 9)).toMatchObject([{ priceTicks: LOW, displayedLots: 3 }]);
    market.enter(BUY, LOW, 3);
    expect(market.said()).toContain('limitState limitStateLeft cmeLimits');
  });

  it('the limits of the night hold until 08:30, those of the late hour from 15:00', () => {
    const market = cme();
    const bandsAt = (clock: string) =>
      market
        .to(clock)
        .said()
        .filter((text) => text.startsWith('bands'));
    expect(bandsAt('08:29:59')).toEqual([`bands ${LOW} to 19432 cmeLimits`]);
    expect(bandsAt('08:30:00')).toEqual([`bands ${LOW} to 2147483646 cmeLimits`]);
    expect(bandsAt('14:24:59')).toEqual([]);
    expect(bandsAt('14:25:00')).toEqual(['bands 14529 to 2147483646 cmeLimits']);
    expect(bandsAt('15:00:00')).toEqual([`bands ${LOW} to 19432 cmeLimits`]);
  });

  it('limits that move in take orders beyond them away', () => {
    // Below the day's upper limit nothing bounds before 15:00; then 7 % above the reference does: 19 432.
    const market = cme().to('14:30:00');
    market.enter(BUY, 19_500, 4);
    market.enter(BUY, 19_432, 2);
    market.enter(SELL, 19_600, 4);
    market.to('15:00:00');
    expect(market.book.depth(BUY, 9)).toMatchObject([{ priceTicks: 19_432, displayedLots: 2 }]);
    market.enter(SELL, 19_450, 1);
    expect(market.book.depth(SELL, 9).map(({ priceTicks }) => priceTicks)).toEqual([19_450, 19_600]);
  });

  it('no order beyond the daily limits is collected for an opening, so that none has its price there', () => {
    const market = cme().to('16:50:00', true);
    const standing = (side: 0 | 1) => {
      const prices: number[] = [];
      market.book.forEachOrder((order) => {
        if (order.side === side) prices.push(order.priceTicks);
      });
      return prices;
    };
    market.enter(BUY, 19_433, 4);
    market.enter(BUY, 19_432, 4);
    market.enter(SELL, LOW - 1, 4);
    const resting = market.enter(SELL, 19_000, 4);
    expect([standing(BUY), standing(SELL)]).toEqual([[19_432], [19_000]]);
    market.lines();
    const change = Object.assign(new ReplaceTicket(), {
      orderId: resting,
      accountId: 1,
      priceTicks: LOW - 1,
    });
    market.listing.replace(market.at('16:50:01') - 86_400e9, change, 5);
    expect(market.lines().at(-1)).toMatch(/^replaceRejected 4 /);
    market.to('17:00:00', true);
    expect(market.book.lastTradeTicks).toBeGreaterThanOrEqual(19_000);
    expect(market.book.lastTradeTicks).toBeLessThanOrEqual(19_432);
  });

  it('a range that pauses lets orders rest beyond it: only trades are its business', () => {
    const market = cme().to('09:00:00');
    market.enter(BUY, 18_100, 1);
    market.enter(SELL, 18_100, 1);
    // Velocity logic allows trades within 23 ticks of the last second's; a bid far below and an ask far above stay.
    market.enter(BUY, 18_000, 1);
    market.enter(BUY, 18_124, 1);
    market.enter(SELL, 18_200, 1);
    expect(market.book.depth(BUY, 9).map(({ priceTicks }) => priceTicks)).toEqual([18_124, 18_000]);
    market.said();
    market.enter(BUY, 18_210, 3);
    expect(market.listing.wideRequests).toMatchObject([{ rule: 'cmeVelocity', phase: 'preOpen' }]);
    // What triggered the pause stands in the book for the opening that ends it.
    expect(market.book.depth(BUY, 1)).toMatchObject([{ priceTicks: 18_210, displayedLots: 3 }]);
  });

  it('velocity logic eliminates what would not wait, and pauses for what would', () => {
    const market = cme().to('09:00:00');
    market.enter(BUY, 18_100, 1);
    market.enter(SELL, 18_100, 1);
    market.enter(SELL, 18_120, 1);
    market.enter(SELL, 18_130, 9);
    market.lines();
    // Trades go up to 18_123 within the second: one lot at 18_120, and no more.
    market.enter(BUY, 18_130, 3, IOC);
    expect(market.lines()).toContain('canceled 5 buy 2@18130 outsideBands acct=1');
    // A market order counts its limit from the best offer, which it must not reach.
    market.enter(BUY, null, 3, DAY);
    expect(market.lines()).toContain('canceled 6 buy 3@18142 outsideBands acct=1');
    expect(market.listing.wideRequests).toEqual([]);
    expect(market.listing.session.state).toBe(CONTINUOUS);
    expect(market.book.lastTradeTicks).toBe(18_120);
    market.enter(BUY, 18_130, 3, DAY);
    expect(market.lines()).toContain('rested 7 buy 3 of 3@18130 acct=1');
    expect(market.listing.wideRequests).toMatchObject([{ rule: 'cmeVelocity', phase: 'preOpen' }]);
  });

  it('a LULD pause that somebody ends early goes on for its time', () => {
    const market = new ListedMarket('nasdaq', {}, createBook).to('10:00:00');
    market.enter(BUY, 10_600, 5);
    market.to('10:00:15').said();
    market.to('10:02:00');
    expect(market.listing.endCall(market.at('10:02:00'))).toBe(true);
    expect(market.said().filter((text) => text.startsWith('session'))).toEqual([
      'session HALTED > VOLATILITY_AUCTION frozen',
      'session VOLATILITY_AUCTION > HALTED extended',
    ]);
    market.to('10:05:14');
    expect(market.said().filter((text) => text.startsWith('session'))).toEqual([]);
    market.to('10:05:15');
    expect(market.said()).toContain('session VOLATILITY_AUCTION > CONTINUOUS interruptionOver');
  });

  it('an extended interruption of Xetra is over once nothing would trade any more, or by hand', () => {
    const extended = (): { market: ListedMarket; aggressor: number } => {
      const market = new ListedMarket('xetra', { referenceTicks: 5_000 }, createBook).to('10:00:00');
      market.enter(SELL, 5_300, 5);
      const aggressor = market.enter(BUY, 5_300, 3);
      expect(market.listing.session.state).toBe(VOLATILITY_AUCTION);
      market.to('10:02:00');
      expect(market.said()).toContain('session VOLATILITY_AUCTION > VOLATILITY_AUCTION extended');
      market.to('11:00:00').said();
      return { market, aggressor };
    };
    const { market, aggressor } = extended();
    market.listing.cancel(market.at('11:00:00'), aggressor, 1);
    market.to('11:00:02');
    expect(market.said()).toContain('session VOLATILITY_AUCTION > CONTINUOUS interruptionOver');
    const other = extended().market;
    other.listing.endCall(other.at('11:00:00'));
    expect(other.said()).toContain('auction reopening 3 @ 5300');
  });
});
