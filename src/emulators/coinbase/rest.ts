/** The public REST API of Coinbase Exchange: time, currencies, products, book, trades, candles, ticker, stats. */

import type { RestAnswer, RestRequest, Stage } from '../contract.ts';
import { ASK, BID, type Side } from '../market/events.ts';
import type { Best, Print } from '../market/market.ts';
import { isoMicros, msOf, plainText, secondsOf } from '../words.ts';
import {
  type CoinbaseProduct,
  matchOf,
  PRICE_DECIMALS,
  priceOf,
  QTY_DECIMALS,
  sizeOf,
  uuidOf,
} from './product.ts';

const GRANULARITIES_S = [60, 300, 900, 3600, 21_600, 86_400];
const CANDLE_ROWS = 300;
const TRADE_ROWS = 1000;
const LEVELS_MAX = 100_000;
const DAY_S = 86_400;
const MONTH_S = 30 * DAY_S;
const PRICE_STEPS = 1e9;

export class CoinbaseRest {
  readonly #stage: Stage;
  readonly #products: ReadonlyMap<string, CoinbaseProduct>;

  constructor(stage: Stage, products: ReadonlyMap<string, CoinbaseProduct>) {
    this.#stage = stage;
    this.#products = products;
  }

  ask({ method, path, query, headers }: RestRequest): RestAnswer | null {
    if (method !== 'GET') return null;
    if (headers['user-agent'] === undefined) return refusal(400, 'User-Agent header is required.');
    const [, first, id, endpoint, ...more] = path.split('/');
    if (more.length > 0) return null;
    if (first === 'time' && id === undefined) return ok(this.#time());
    if (first === 'currencies' && id === undefined) return ok(this.#currencies());
    if (first !== 'products') return null;
    if (id === undefined) return ok([...this.#products.values()].map(productRow));
    const product = this.#products.get(id);
    if (product === undefined) return refusal(404, 'NotFound');
    switch (endpoint) {
      case undefined:
        return ok(productRow(product));
      case 'book':
        return this.#book(product, query.get('level') ?? '1');
      case 'trades':
        return tradesAnswer(product, query);
      case 'candles':
        return this.#candles(product, query);
      case 'ticker':
        return this.#ticker(product);
      case 'stats':
        return ok(this.#stats(product));
      default:
        return null;
    }
  }

  #time(): unknown {
    const nowMs = msOf(this.#stage.nowNs());
    return { iso: new Date(nowMs).toISOString(), epoch: nowMs / 1000 };
  }

  #currencies(): unknown {
    const coins = new Set([...this.#products.keys()].flatMap((id) => id.split('-')));
    return [...coins].map((id) => ({
      id,
      name: id,
      min_size: plainText(10 ** -QTY_DECIMALS, QTY_DECIMALS),
      status: 'online',
      message: '',
      max_precision: plainText(10 ** -QTY_DECIMALS, QTY_DECIMALS),
      convertible_to: [],
      details: {},
    }));
  }

  #book(product: CoinbaseProduct, level: string): RestAnswer {
    const { instrument } = product;
    const head = {
      sequence: product.sequence,
      auction_mode: false,
      auction: null,
      time: isoMicros(this.#stage.nowNs()),
    };
    if (level === '3') {
      if (!this.#stage.market.hasOrders)
        return refusal(400, 'Level 3 needs orders, and the data that is played has none.');
      const rows: [unknown[], unknown[]] = [[], []];
      for (const [id, { side, priceSteps, qty }] of instrument.orders.orders)
        rows[side].push([priceOf(priceSteps), sizeOf(qty), uuidOf(id)]);
      return ok({ ...head, bids: rows[BID], asks: rows[ASK] });
    }
    if (level === '1') {
      const [bid, ask] = instrument.best;
      const row = (best: Best | null, side: Side): unknown =>
        best === null ? [] : [levelRow(best, countAt(product, side, best.priceSteps))];
      return ok({ ...head, bids: row(bid, BID), asks: row(ask, ASK) });
    }
    if (level !== '2') return refusal(400, 'Invalid level');
    const counts = ordersByLevel(product);
    const rows = (side: Side): unknown =>
      instrument
        .levels(side, LEVELS_MAX)
        .map((best) => levelRow(best, counts[side].get(best.priceSteps) ?? 1));
    return ok({ ...head, bids: rows(BID), asks: rows(ASK) });
  }

  #candles({ instrument }: CoinbaseProduct, query: URLSearchParams): RestAnswer {
    const granularityS = Number(query.get('granularity') ?? 60);
    if (!GRANULARITIES_S.includes(granularityS) || !instrument.candles.has(granularityS))
      return refusal(400, 'Unsupported granularity');
    const nowS = secondsOf(this.#stage.nowNs());
    const endS = instantS(query.get('end')) ?? nowS;
    const startS = instantS(query.get('start')) ?? endS - CANDLE_ROWS * granularityS;
    if (Number.isNaN(startS) || Number.isNaN(endS)) return refusal(400, 'invalid start or end');
    if ((endS - startS) / granularityS > CANDLE_ROWS)
      return refusal(
        400,
        'granularity too small for the requested time range. Count of aggregations requested exceeds 300',
      );
    const candles = instrument.candles.read(granularityS, Math.ceil(startS), endS + 1e-9);
    const rows = candles.map((one) => [
      one.startS,
      ...[one.lowSteps, one.highSteps, one.openSteps, one.closeSteps].map((steps) => steps / PRICE_STEPS),
      one.volume,
    ]);
    return ok(rows.reverse());
  }

  #ticker({ instrument }: CoinbaseProduct): RestAnswer {
    const last = instrument.trades.at(-1);
    if (last === undefined) return refusal(404, 'NotFound');
    const [bid, ask] = instrument.best;
    const day = instrument.candles.rolling(secondsOf(this.#stage.nowNs()), DAY_S);
    return ok({
      ask: priceOf(ask?.priceSteps ?? 0),
      bid: priceOf(bid?.priceSteps ?? 0),
      volume: sizeOf(day?.volume ?? 0),
      trade_id: last.id,
      price: priceOf(last.priceSteps),
      size: sizeOf(last.qty),
      time: isoMicros(last.tsNs),
    });
  }

  #stats({ instrument }: CoinbaseProduct): unknown {
    const nowS = secondsOf(this.#stage.nowNs());
    const day = instrument.candles.rolling(nowS, DAY_S);
    const month = instrument.candles.rolling(nowS, MONTH_S);
    return {
      open: priceOf(day?.openSteps ?? 0),
      high: priceOf(day?.highSteps ?? 0),
      low: priceOf(day?.lowSteps ?? 0),
      last: priceOf(day?.closeSteps ?? 0),
      volume: sizeOf(day?.volume ?? 0),
      volume_30day: sizeOf(month?.volume ?? 0),
    };
  }
}

function productRow({ id, instrument: { definition } }: CoinbaseProduct): unknown {
  const [base, quote] = id.split('-') as [string, string];
  const finest = (decimals: number): number => 10 ** -decimals;
  return {
    id,
    base_currency: base,
    quote_currency: quote,
    quote_increment: plainText(definition?.tick ?? finest(PRICE_DECIMALS), 9),
    base_increment: plainText(definition?.lot ?? finest(QTY_DECIMALS), 9),
    display_name: `${base}/${quote}`,
    min_market_funds: plainText(definition?.minNotional ?? 0, 9),
    margin_enabled: false,
    post_only: false,
    limit_only: false,
    cancel_only: false,
    status: definition?.isActive === false ? 'offline' : 'online',
    status_message: '',
    trading_disabled: definition?.isActive === false,
    fx_stablecoin: false,
    auction_mode: false,
  };
}

function levelRow({ priceSteps, qty }: Best, orders: number): readonly unknown[] {
  return [priceOf(priceSteps), sizeOf(qty), orders];
}

function ordersByLevel({ instrument }: CoinbaseProduct): readonly [Map<number, number>, Map<number, number>] {
  const counts: [Map<number, number>, Map<number, number>] = [new Map(), new Map()];
  for (const { side, priceSteps } of instrument.orders.orders.values())
    counts[side].set(priceSteps, (counts[side].get(priceSteps) ?? 0) + 1);
  return counts;
}

/** Orders at a price; 1 where the data tells levels only. */
function countAt({ instrument }: CoinbaseProduct, side: Side, priceSteps: number): number {
  let count = 0;
  for (const order of instrument.orders.orders.values())
    if (order.side === side && order.priceSteps === priceSteps) count++;
  return Math.max(1, count);
}

/** Newest first; `after` goes to older trades, `before` to newer ones, both without the one that is named. */
function tradesAnswer({ instrument }: CoinbaseProduct, query: URLSearchParams): RestAnswer {
  const limit = Math.min(TRADE_ROWS, Number(query.get('limit') ?? TRADE_ROWS));
  const after = Number(query.get('after') ?? Number.POSITIVE_INFINITY);
  const before = Number(query.get('before') ?? Number.NEGATIVE_INFINITY);
  if (!(limit >= 1) || Number.isNaN(after) || Number.isNaN(before))
    return refusal(400, 'Invalid limit, before or after');
  const within = instrument.trades.filter(({ id }) => id < after && id > before);
  const chosen = query.has('before') ? within.slice(0, limit) : within.slice(-limit);
  const [oldest, newest] = [chosen[0], chosen.at(-1)];
  const headers: Record<string, string> = {};
  if (newest !== undefined) headers['cb-before'] = String(newest.id);
  if (oldest !== undefined && oldest.id !== instrument.trades[0]!.id) headers['cb-after'] = String(oldest.id);
  return { status: 200, body: chosen.reverse().map(tradeRow), headers };
}

function tradeRow(print: Print): unknown {
  const { trade_id, side, size, price } = matchOf(print);
  return { trade_id, side, size, price, time: isoMicros(print.tsNs) };
}

/** Seconds of ISO 8601 or of a number of seconds; null for nothing, NaN for anything else. */
function instantS(text: string | null): number | null {
  if (text === null || text === '') return null;
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Date.parse(text) / 1000;
}

function ok(body: unknown): RestAnswer {
  return { status: 200, body };
}

export function refusal(status: number, message: string): RestAnswer {
  return { status, body: { message } };
}
