import { describe, expect, it } from 'vitest';
import { ACTIONS, MARKET_HIT } from '../../agents/index.ts';
import { Xoshiro128 } from '../../base/index.ts';
import { BUY, SELL } from '../../domain/index.ts';
import { FLOW_TRADE, FlowStream } from '../../fidelity/index.ts';
import { normal } from '../../math/index.ts';
import { eventsOfFlow } from './flow-events.ts';
import { fitLatentLots } from './latent-lots-fit.ts';

/** Market orders of 50 to 150 lots, 100 on average, each of which moves the mid by 100 `slope` ticks and by noise of `noiseTicks`. */
function recordOf(orders: number, slope: number, noiseTicks: number, seed: number): FlowStream {
  const random = new Xoshiro128(seed);
  const stream = new FlowStream({ symbol: 'X', tickSize: '0.01', lotSize: '1', levels: 1, dayOffsetNs: 0 });
  let mid = 100_000;
  for (let order = 0; order <= orders; order++) {
    const sign = random.nextBelow(2) === 0 ? 1 : -1;
    const lots = 50 + random.nextBelow(101);
    if (order > 0) mid += Math.round(100 * sign * slope + noiseTicks * normal(random));
    stream.append(
      {
        ...{ timeNs: order * 1e9, kind: FLOW_TRADE, side: sign > 0 ? SELL : BUY, orderId: order },
        ...{ priceTicks: mid, sizeLots: lots },
      },
      { askTicks: [mid + 5], askLots: [900], bidTicks: [mid - 5], bidLots: [900] },
    );
  }
  return stream;
}

function fitTo(stream: FlowStream, isTaken: (event: number) => boolean = () => true): number | null {
  const events = eventsOfFlow(stream, 1e6);
  expect(events.type[0]! % ACTIONS).toBe(MARKET_HIT);
  return fitLatentLots(
    stream,
    events,
    Uint8Array.from({ length: events.count }, (_, e) => Number(isTaken(e))),
  );
}

describe('lots up to which impact is linear', () => {
  it('are variance over volume over four times the square of the slope', () => {
    // Variance of an order: (100 slope)^2 + noise^2.
    const [slope, noise] = [0.2, 30];
    const expected = ((100 * slope) ** 2 + noise ** 2) / 100 / (4 * slope ** 2);
    expect(Math.abs(fitTo(recordOf(20_000, slope, noise, 1))! / expected - 1)).toBeLessThan(0.1);
  });

  it('do not depend on what is not taken', () => {
    const stream = recordOf(4_000, 0.2, 30, 2);
    const whole = fitTo(stream)!;
    for (let row = 2_500; row < stream.count; row++) stream.askTicks[row]! += 70 * (row % 7);
    const part = fitTo(stream, (event) => event < 2_400)!;
    expect(Math.abs(part / whole - 1)).toBeLessThan(0.15);
    expect(fitTo(stream)! / whole).toBeGreaterThan(1.2);
  });

  it('are none where moves do not go with volume, or there are too few orders', () => {
    expect(fitTo(recordOf(3_000, 0, 30, 3))).toBeNull();
    expect(fitTo(recordOf(3_000, -0.2, 30, 4))).toBeNull();
    expect(fitTo(recordOf(150, 0.2, 1, 5))).toBeNull();
  });
});
