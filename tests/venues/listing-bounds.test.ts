/** Orders at the bounds of breakers, at the venues of configs/venues, on both books. */

import { describe, expect, it } from 'vitest';
import { BUY, SELL } from '../../src/domain/index.ts';
import { FastBook, ReferenceBook, VOLATILITY_AUCTION } from '../../src/market/index.ts';
import { ListedMarket } from '../support/listed-market.ts';

const BOOKS = {
  fast: (...[rules, events]: ConstructorParameters<typeof FastBook>) => new FastBook(rules, events),
  reference: (...[rules, events]: ConstructorParameters<typeof ReferenceBook>) =>
    new ReferenceBook(rules, events),
};

describe.each(Object.entries(BOOKS))('a listing on the %s book', (_, createBook) => {
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
