/** One connection to Polygon's sockets: auth, subscribe, unsubscribe; trades (T), quotes (Q), bars of minutes (AM) and seconds (A) of stocks. */

import type { Line, Session, Stage } from '../contract.ts';
import type { Candle } from '../market/candles.ts';
import type { Instrument, MarketChange } from '../market/market.ts';
import { msOf } from '../words.ts';
import type { OpenBars } from './open-bars.ts';

const CHANNELS = ['T', 'Q', 'AM', 'A'];
const PRICE_STEPS = 1e9;

export class PolygonSession implements Session {
  readonly #stage: Stage;
  readonly #line: Line;
  /** As asked for: T.AAPL, Q.*, … */
  readonly #subscribed = new Set<string>();
  readonly #bars: OpenBars;
  /** Begin of the last bar that was told or was over before, by channel and ticker. */
  readonly #told = new Map<string, number>();
  #isKnown = false;

  constructor(stage: Stage, line: Line, bars: OpenBars) {
    this.#stage = stage;
    this.#line = line;
    this.#bars = bars;
    for (const { channel, instrument, candle } of bars.over(stage.nowNs()))
      this.#told.set(`${channel}.${instrument.symbol}`, candle.startS);
    this.#status('connected', 'Connected Successfully');
  }

  onMessage(text: string): void {
    let asked: { action?: unknown; params?: unknown } | null;
    try {
      asked = JSON.parse(text) as { action?: unknown; params?: unknown } | null;
    } catch {
      asked = null;
    }
    const params = typeof asked?.params === 'string' ? asked.params : '';
    if (asked?.action === 'auth') {
      this.#isKnown = params !== '';
      if (this.#isKnown) this.#status('auth_success', 'authenticated');
      else this.#status('auth_failed', 'authentication failed');
    } else if (asked?.action !== 'subscribe' && asked?.action !== 'unsubscribe')
      this.#status('error', 'an action is auth, subscribe or unsubscribe');
    else if (!this.#isKnown) this.#status('auth_required', 'authentication is required first');
    else for (const name of params.split(',')) this.#change(name.trim(), asked.action === 'subscribe');
  }

  onChange({ instrument, print, isQuote, tsNs }: MarketChange): void {
    const sym = instrument.symbol;
    if (print !== null && this.#wants('T', sym)) {
      const { id, priceSteps, qty } = print;
      this.#line.send([
        {
          ev: 'T',
          sym,
          i: String(id),
          p: priceSteps / PRICE_STEPS,
          s: qty,
          t: msOf(tsNs),
          q: instrument.events,
        },
      ]);
    }
    if (isQuote && this.#wants('Q', sym)) {
      const [bid, ask] = instrument.best;
      const bids = { bp: (bid?.priceSteps ?? 0) / PRICE_STEPS, bs: bid?.qty ?? 0 };
      const asks = { ap: (ask?.priceSteps ?? 0) / PRICE_STEPS, as: ask?.qty ?? 0 };
      this.#line.send([{ ev: 'Q', sym, ...bids, ...asks, t: msOf(tsNs), q: instrument.events }]);
    }
  }

  onTime(nowNs: bigint): void {
    for (const { channel, instrument, candle, lengthS } of this.#bars.over(nowNs)) {
      const key = `${channel}.${instrument.symbol}`;
      if (this.#told.get(key) === candle.startS) continue;
      this.#told.set(key, candle.startS);
      this.#bar(channel, instrument, candle, lengthS);
    }
  }

  #bar(channel: string, { symbol }: Instrument, candle: Candle, lengthS: number): void {
    if (!this.#wants(channel, symbol)) return;
    const [o, c, h, l] = [candle.openSteps, candle.closeSteps, candle.highSteps, candle.lowSteps].map(
      (steps) => steps / PRICE_STEPS,
    );
    const vw = candle.volume === 0 ? c : candle.turnover / candle.volume;
    const times = { s: candle.startS * 1000, e: (candle.startS + lengthS) * 1000 };
    this.#line.send([{ ev: channel, sym: symbol, v: candle.volume, vw, o, c, h, l, ...times }]);
  }

  #change(name: string, isWanted: boolean): void {
    const [channel = '', ticker = ''] = name.split('.');
    const isThere = ticker === '*' || this.#stage.market.instruments.has(name.slice(channel.length + 1));
    if (!CHANNELS.includes(channel) || !isThere) {
      this.#status('error', `${name} is not a subscription of this feed`);
      return;
    }
    if (!isWanted) {
      this.#subscribed.delete(name);
      this.#status('success', `unsubscribed to: ${name}`);
      return;
    }
    this.#subscribed.add(name);
    this.#status('success', `subscribed to: ${name}`);
    this.#stage.subscribed();
  }

  #wants(channel: string, symbol: string): boolean {
    return this.#subscribed.has(`${channel}.${symbol}`) || this.#subscribed.has(`${channel}.*`);
  }

  #status(status: string, message: string): void {
    this.#line.answer([{ ev: 'status', status, message }]);
  }
}
