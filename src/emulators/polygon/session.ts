/** One connection to Polygon's sockets: auth, subscribe, unsubscribe; trades (T), quotes (Q) and minutes (AM) of stocks. */

import type { Line, Session, Stage } from '../contract.ts';
import { MINUTE_S } from '../market/candles.ts';
import type { Instrument, MarketChange } from '../market/market.ts';
import { msOf, secondsOf } from '../words.ts';

const CHANNELS = ['T', 'Q', 'AM'];
const PRICE_STEPS = 1e9;

export class PolygonSession implements Session {
  readonly #stage: Stage;
  readonly #line: Line;
  /** As asked for: T.AAPL, Q.*, … */
  readonly #subscribed = new Set<string>();
  /** Begin of the minute that is open, by instrument. */
  readonly #minutes = new Map<Instrument, number>();
  #isKnown = false;

  constructor(stage: Stage, line: Line) {
    this.#stage = stage;
    this.#line = line;
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
        { ev: 'T', sym, i: String(id), p: priceSteps / PRICE_STEPS, s: qty, t: msOf(tsNs), q: id },
      ]);
    }
    if (print !== null) {
      const startS = Math.floor(secondsOf(tsNs) / MINUTE_S) * MINUTE_S;
      this.#minutes.set(instrument, startS);
    }
    if (isQuote && this.#wants('Q', sym)) {
      const [bid, ask] = instrument.best;
      const bids = { bp: (bid?.priceSteps ?? 0) / PRICE_STEPS, bs: bid?.qty ?? 0 };
      const asks = { ap: (ask?.priceSteps ?? 0) / PRICE_STEPS, as: ask?.qty ?? 0 };
      this.#line.send([{ ev: 'Q', sym, ...bids, ...asks, t: msOf(tsNs), q: instrument.quotes }]);
    }
  }

  onTime(nowNs: bigint): void {
    for (const [instrument, startS] of this.#minutes) {
      if (secondsOf(nowNs) < startS + MINUTE_S) continue;
      this.#minutes.delete(instrument);
      if (this.#wants('AM', instrument.symbol)) this.#minute(instrument, startS);
    }
  }

  #minute(instrument: Instrument, startS: number): void {
    const candle = instrument.candles.read(MINUTE_S, startS, startS + 1)[0];
    if (candle === undefined) return;
    const [o, c, h, l] = [candle.openSteps, candle.closeSteps, candle.highSteps, candle.lowSteps].map(
      (steps) => steps / PRICE_STEPS,
    );
    const vw = candle.volume === 0 ? c : candle.turnover / candle.volume;
    const times = { s: startS * 1000, e: (startS + MINUTE_S) * 1000 };
    this.#line.send([{ ev: 'AM', sym: instrument.symbol, v: candle.volume, vw, o, c, h, l, ...times }]);
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
