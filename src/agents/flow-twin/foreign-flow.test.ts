import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { BUY, SELL } from '../../domain/index.ts';
import { ForeignFlow } from './foreign-flow.ts';

describe('what others take from a flow', () => {
  it('is put back the more the longer it goes on: what is kept adds up to a square root', () => {
    const flow = new ForeignFlow(100);
    let kept = 0;
    for (let child = 0; child < 1_000; child++) {
      flow.take(SELL, 10, 0);
      kept += 10 * (1 - flow.putBackShare(SELL));
    }
    // The integral of (1 + F / 100)^(-1/2) up to 10,000 lots.
    expect(Math.abs(kept / (200 * (Math.sqrt(101) - 1)) - 1)).toBeLessThan(0.01);
  });

  it('is not put back on the side that was not hit, and less once time has passed', () => {
    const flow = new ForeignFlow(100);
    flow.take(BUY, 300, 0);
    expect(flow.putBackShare(BUY)).toBeCloseTo(0.5, 12);
    expect(flow.putBackShare(SELL)).toBe(0);
    flow.take(BUY, 0, 1_000e9);
    expect(flow.putBackShare(BUY)).toBeGreaterThan(0.2);
    expect(flow.putBackShare(BUY)).toBeLessThan(0.4);
    flow.take(SELL, 1_000, 1_000e9);
    expect(flow.putBackShare(BUY)).toBe(0);
  });

  it('is felt until it has faded or was given back', () => {
    const flow = new ForeignFlow(100);
    expect(flow.isFelt(0)).toBe(false);
    flow.take(BUY, 30, 0);
    expect([flow.isFelt(0), flow.isFelt(60e9), flow.isFelt(20_000e9)]).toEqual([true, true, false]);
    flow.take(SELL, 25, 0);
    expect(flow.isFelt(0)).toBe(false);
  });

  it('is never put back, nor felt, where the record says nothing', () => {
    const flow = new ForeignFlow(null);
    flow.take(BUY, 1e6, 0);
    expect([flow.putBackShare(BUY), flow.isFelt(0)]).toEqual([0, false]);
  });

  it('is kept in its state', () => {
    const [flow, copy] = [new ForeignFlow(50), new ForeignFlow(50)];
    flow.take(BUY, 70, 3e9);
    const writer = new BinaryWriter();
    flow.writeState(writer);
    copy.readState(new BinaryReader(writer.finish()));
    for (const one of [flow, copy]) one.take(BUY, 5, 9e9);
    expect(copy.putBackShare(BUY)).toBe(flow.putBackShare(BUY));
  });
});
