/** One connection to the market streams of Binance: subscriptions by address and by message, raw and combined. */

import type { Line, Session, Stage } from '../contract.ts';
import type { MarketChange } from '../market/market.ts';
import type { BinanceMarket } from './names.ts';
import type { BinanceRest } from './rest.ts';
import { type BinanceStream, openSharedStream, openStream } from './streams.ts';

/** Streams of one connection, as at Binance. */
export const STREAMS_MAX = 1024;

export class BinanceSession implements Session {
  readonly #stage: Stage;
  readonly #rest: BinanceRest;
  readonly #market: BinanceMarket;
  readonly #line: Line;
  readonly #isCombined: boolean;
  /** By name; null for a stream that has nothing to say, which Binance takes without a word. */
  readonly #streams = new Map<string, BinanceStream | null>();

  constructor(stage: Stage, rest: BinanceRest, market: BinanceMarket, line: Line, isCombined: boolean) {
    this.#stage = stage;
    this.#rest = rest;
    this.#market = market;
    this.#line = line;
    this.#isCombined = isCombined;
  }

  subscribe(names: readonly string[]): void {
    for (const name of names) {
      if (this.#streams.has(name)) continue;
      const at = name.indexOf('@');
      const instrument = at < 0 ? null : this.#rest.find(name.slice(0, at));
      const send = (data: unknown): void => this.#line.send(this.#isCombined ? { stream: name, data } : data);
      const stream =
        instrument === null
          ? openSharedStream(name, send)
          : openStream(name.slice(at + 1), instrument, this.#market, send);
      this.#streams.set(name, stream);
      if (stream !== null) this.#stage.subscribed();
    }
  }

  onMessage(text: string): void {
    let asked: unknown;
    try {
      asked = JSON.parse(text);
    } catch {
      asked = null;
    }
    if (typeof asked !== 'object' || asked === null) {
      this.#refuse(null, 3, 'Invalid JSON: expected value at line 1 column 1');
      return;
    }
    const { method, params, id = null } = asked as { method?: unknown; params?: unknown; id?: unknown };
    const names = Array.isArray(params) ? params.map(String) : null;
    if (method === 'LIST_SUBSCRIPTIONS') this.#line.answer({ result: [...this.#streams.keys()], id });
    else if (method !== 'SUBSCRIBE' && method !== 'UNSUBSCRIBE')
      this.#refuse(id, 2, `Invalid request: unknown variant \`${String(method)}\``);
    else if (names === null) this.#refuse(id, 2, 'Invalid request: missing field `params`');
    else if (method === 'SUBSCRIBE' && this.#streams.size + names.length > STREAMS_MAX)
      this.#refuse(id, 2, `Invalid request: at most ${STREAMS_MAX} streams`);
    else {
      this.#line.answer({ result: null, id });
      if (method === 'SUBSCRIBE') this.subscribe(names);
      else for (const name of names) this.#streams.delete(name);
    }
  }

  onChange(change: MarketChange): void {
    for (const stream of this.#streams.values())
      if (stream !== null && (stream.instrument === null || stream.instrument === change.instrument))
        stream.onChange(change);
  }

  onTime(nowNs: bigint): void {
    for (const stream of this.#streams.values()) stream?.onTime(nowNs);
  }

  #refuse(id: unknown, code: number, msg: string): void {
    this.#line.answer({ error: { code, msg }, id });
  }
}
