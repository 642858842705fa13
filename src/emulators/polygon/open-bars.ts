/** Bars of minutes and seconds in the making, which are the vendor's whoever listens. */

import { type Candle, candleOf, join, MINUTE_S } from '../market/candles.ts';
import type { Instrument, MarketChange } from '../market/market.ts';
import { secondsOf } from '../words.ts';

const LENGTHS_S: Readonly<Record<string, number>> = { AM: MINUTE_S, A: 1 };

export interface OpenBar {
  readonly channel: string;
  readonly instrument: Instrument;
  readonly lengthS: number;
  readonly candle: Candle;
}

export class OpenBars {
  /** The last bar of each channel and instrument: open, or over and followed by none yet. */
  readonly #last = new Map<string, OpenBar>();

  /** Adds a trade; a bar that it does not fall into was told when its time was over. */
  onChange({ instrument, print }: MarketChange): void {
    if (print === null) return;
    for (const [channel, lengthS] of Object.entries(LENGTHS_S)) {
      const key = `${channel}.${instrument.symbol}`;
      const last = this.#last.get(key);
      const candle = candleOf(print, lengthS);
      if (last?.candle.startS === candle.startS) join(last.candle, candle);
      else {
        const whole = last === undefined ? withEarlier(candle, instrument, lengthS) : candle;
        this.#last.set(key, { channel, instrument, lengthS, candle: whole });
      }
    }
  }

  /** Bars whose time is over. */
  over(nowNs: bigint): OpenBar[] {
    const nowS = secondsOf(nowNs);
    return [...this.#last.values()].filter(({ candle, lengthS }) => candle.startS + lengthS <= nowS);
  }
}

/** What happened before anybody was told of it belongs to the first bar too: all trades of its time, the one at hand among them. */
function withEarlier(first: Candle, { trades }: Instrument, lengthS: number): Candle {
  const [whole, ...later] = trades
    .map((one) => candleOf(one, lengthS))
    .filter(({ startS }) => startS === first.startS);
  for (const one of later) join(whole!, one);
  return whole!;
}
