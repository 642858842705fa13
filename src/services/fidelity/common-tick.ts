/** Streams of one instrument whose ticks differ are brought to the finest of them. */

import { TwinError } from '../../base/index.ts';
import { FLOW_NO_PRICE, FlowStream } from '../../fidelity/index.ts';

const RATIO_ERROR_MAX = 1e-9;

/** The streams in ticks of one size, in their order. Raises FIDELITY_INPUT where no tick is a multiple of the finest. */
export function commonTick(streams: readonly FlowStream[]): FlowStream[] {
  const finest = streams.reduce((a, b) => (Number(b.tickSize) < Number(a.tickSize) ? b : a));
  return streams.map((stream) => {
    const ratio = Number(stream.tickSize) / Number(finest.tickSize);
    const whole = Math.round(ratio);
    if (Math.abs(ratio - whole) > RATIO_ERROR_MAX * ratio) {
      throw new TwinError('FIDELITY_INPUT', 'the ticks of what is compared are multiples of the finest', {
        tickSize: stream.tickSize,
        finest: finest.tickSize,
      });
    }
    return scaled(stream, whole, finest.tickSize);
  });
}

/** The columns are shared except for prices. */
function scaled(stream: FlowStream, ratio: number, tickSize: string): FlowStream {
  if (stream.tickSize === tickSize) return stream;
  const out = new FlowStream({ ...stream, tickSize }, 0);
  const { count, timeNs, kind, side, orderId, sizeLots, askLots, bidLots } = stream;
  Object.assign(out, { count, timeNs, kind, side, orderId, sizeLots, askLots, bidLots });
  out.priceTicks = stream.priceTicks.map((ticks) => ticks * ratio);
  const scaleLevel = (ticks: number): number => (ticks === FLOW_NO_PRICE ? ticks : ticks * ratio);
  out.askTicks = stream.askTicks.map(scaleLevel);
  out.bidTicks = stream.bidTicks.map(scaleLevel);
  return out;
}
