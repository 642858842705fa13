/** A month at a venue: assumed tiers, caps, true-up, invoices, snapshots. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter } from '../../src/base/index.ts';
import { SELL } from '../../src/domain/index.ts';
import { addAmounts, FeeAmounts, invoiceOf, MonthlyFees } from '../../src/market/index.ts';
import { COIN, engineOf, fill, SHARE } from './fee-presets.ts';

const CENT_MICRO = 10_000;

describe('monthly fees', () => {
  it('charge the assumed tier and true up to the tier that the volume earned', () => {
    const month = new MonthlyFees(engineOf('nasdaq', SHARE));
    const out = new FeeAmounts();
    month.add(fill({ day: '2025-03-13', qtyLots: 10_000 }), out);
    expect(out.exchangeFeeMicro).toBe(-20_000_000);
    month.add(fill({ day: '2025-03-14', qtyLots: 5000, liquidity: 'remove' }), out);
    expect(out.exchangeFeeMicro).toBe(15_000_000);
    expect(month.closeByVolume('1.2')).toEqual({
      postedMicro: -5_000_000,
      earnedMicro: -15_000_000,
      trueUpMicro: -10_000_000,
    });
    // The next month starts from nothing.
    month.add(fill({ day: '2025-04-01', qtyLots: 1000 }), out);
    expect(month.closeByVolume('0.99').trueUpMicro).toBe(0);
  });

  it('a cap holds over the month and not beyond it', () => {
    const month = new MonthlyFees(engineOf('nasdaq', SHARE));
    const out = new FeeAmounts();
    const cross = {
      session: 'open',
      liquidity: 'open',
      auctionOrder: 'market',
      qtyLots: 10_000_000,
    } as const;
    const paid = (day: string): number => month.add(fill({ ...cross, day }), out).exchangeFeeMicro;
    expect([paid('2025-03-13'), paid('2025-03-14'), paid('2025-03-17'), paid('2025-03-18')]).toEqual([
      15_000_000_000, 15_000_000_000, 5_000_000_000, 0,
    ]);
    expect(month.closeByTier('base')).toEqual({
      postedMicro: 35_000_000_000,
      earnedMicro: 35_000_000_000,
      trueUpMicro: 0,
    });
    expect(paid('2025-04-01')).toBe(15_000_000_000);
  });

  it('refuses a fill of another month before the open one is closed, and changes nothing', () => {
    const month = new MonthlyFees(engineOf('nasdaq', SHARE));
    const out = new FeeAmounts();
    month.add(fill({ day: '2025-03-31' }), out);
    expect(() => month.add(fill({ day: '2025-04-01' }), out)).toThrow(
      /a month is closed before.*open=2025-03/,
    );
    expect(month.closeByTier(null).postedMicro).toBe(-2_000_000);
  });

  it('the end of the month is what every fill would have cost at the earned tier, snapshots included', () => {
    const engine = engineOf('coinbase', COIN);
    const fills = fc.array(
      fc.record({
        isTaker: fc.boolean(),
        priceTicks: fc.integer({ min: 1, max: 10_000_000 }),
        qtyLots: fc.integer({ min: 1, max: 2_000_000_000 }),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(fills, fc.integer({ min: 0, max: 500_000_000 }), fc.nat(), (list, volume, cut) => {
        let month = new MonthlyFees(engine);
        const out = new FeeAmounts();
        let posted = 0;
        let earned = 0;
        const card = engine.cardOn('2023-05-02');
        const tier = card.tierNames[card.tierIndexOf(String(volume))]!;
        list.forEach(({ isTaker, priceTicks, qtyLots }, index) => {
          const one = fill({ day: '2023-05-02', priceTicks, qtyLots, liquidity: isTaker ? 'remove' : 'add' });
          posted += month.add(one, out).exchangeFeeMicro;
          earned += engine.compute({ ...one, tier }, new FeeAmounts()).exchangeFeeMicro;
          if (index === cut % list.length) {
            const writer = new BinaryWriter();
            month.writeState(writer);
            month = new MonthlyFees(engineOf('coinbase', COIN));
            month.readState(new BinaryReader(writer.finish()));
          }
        });
        expect(month.closeByVolume(String(volume))).toEqual({
          postedMicro: posted,
          earnedMicro: earned,
          trueUpMicro: earned - posted,
        });
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('an invoice rounds sums by a named rule per line, not fill by fill', () => {
    const engine = engineOf('bzx', SHARE);
    const sum = new FeeAmounts();
    // Each of these sales owes 0.001395 of Section 31: nothing per fill, 1.395 over a thousand.
    const one = fill({ day: '2025-02-03', side: SELL, liquidity: 'remove', priceTicks: 501_799, qtyLots: 1 });
    for (let i = 0; i < 1000; i++) addAmounts(sum, engine.compute(one, new FeeAmounts()));
    expect(sum.section31Micro).toBe(1_395_000);
    const halfUp = { exchangeFee: 'halfUp', section31: 'halfUp', taf: 'halfUp', clearing: 'halfUp' } as const;
    const lines = invoiceOf(sum, CENT_MICRO, halfUp);
    expect(lines).toEqual({ exchangeFeeMinor: 300, section31Minor: 140, tafMinor: 17, clearingMinor: 0 });
    expect(invoiceOf(sum, CENT_MICRO, { ...halfUp, section31: 'floor', taf: 'floor' })).toMatchObject({
      section31Minor: 139,
      tafMinor: 16,
    });
  });
});
