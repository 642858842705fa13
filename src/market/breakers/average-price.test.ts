import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { AveragePrice } from './average-price.ts';

describe('average price', () => {
  it('is the mean of the trades of its window weighted by quantity, or the last price', () => {
    const trade = fc.record({
      gapNs: fc.integer({ min: 0, max: 40 }),
      priceTicks: fc.integer({ min: 1, max: 1_000 }),
      qtyLots: fc.integer({ min: 1, max: 1_000 }),
    });
    fc.assert(
      fc.property(
        fc.array(trade, { minLength: 1, maxLength: 300 }),
        fc.constantFrom(0, 100),
        (trades, windowNs) => {
          let average = new AveragePrice(windowNs);
          const all: { timeNs: number; priceTicks: number; qtyLots: number }[] = [];
          let timeNs = 0;
          expect(average.at(0)).toBeNull();
          for (const { gapNs, priceTicks, qtyLots } of trades) {
            timeNs += gapNs;
            average.onTrade(timeNs, priceTicks, qtyLots);
            all.push({ timeNs, priceTicks, qtyLots });
            if (gapNs === 7) average = throughSnapshot(average);
            const now = timeNs + gapNs;
            const inside = windowNs === 0 ? [] : all.filter((one) => now - one.timeNs < windowNs);
            const counted = inside.length > 0 ? inside : [{ priceTicks, qtyLots: 1 }];
            const qty = counted.reduce((sum, one) => sum + one.qtyLots, 0);
            const notional = counted.reduce((sum, one) => sum + one.qtyLots * one.priceTicks, 0);
            expect(average.at(now)).toEqual({ numerator: BigInt(notional), denominator: BigInt(qty) });
            timeNs = now;
          }
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });
});

function throughSnapshot(average: AveragePrice): AveragePrice {
  const writer = new BinaryWriter();
  average.writeState(writer);
  const copy = new AveragePrice(average.windowNs);
  copy.readState(new BinaryReader(writer.finish()));
  return copy;
}
