/**
 * The emulated market as of the last event that was played: books, quotes, trades, candles. Vendors read it for their REST
 * answers and their snapshots, and hear each change of it.
 */

import { type CanonicalRecord, FeedBook, type RecordSource } from '../../data/index.ts';
import { Candles } from './candles.ts';
import {
  ASK,
  BID,
  type LevelChange,
  type MarketEvent,
  type OrderEvent,
  type Side,
  type TradeEvent,
} from './events.ts';
import { type OrderEffect, OrderLevels } from './order-levels.ts';

/** Trades of one instrument that are kept for REST; older ones are forgotten. */
export const TRADES_KEPT_MAX = 200_000;
const TRADES_DROPPED_AT_ONCE = 20_000;

/** One trade, with a number of its own that grows by time. */
export interface Print {
  readonly id: number;
  readonly tsNs: bigint;
  readonly priceSteps: number;
  readonly qty: number;
  /** Side of whoever took liquidity; the buyer where the source does not say. */
  readonly aggressor: Side;
  readonly makerId: bigint | null;
  readonly takerId: bigint | null;
}

/** The best level of a side. */
export interface Best {
  readonly priceSteps: number;
  readonly qty: number;
}

/** What one event changed, for those who pass it on. */
export interface MarketChange {
  readonly instrument: Instrument;
  readonly tsNs: bigint;
  readonly levels: readonly LevelChange[];
  readonly print: Print | null;
  /** Whether the best bid or ask is another one. */
  readonly isQuote: boolean;
  /** Change of one order, with the effect that it had. */
  readonly order: { readonly event: OrderEvent; readonly effect: OrderEffect } | null;
  /** What the venue states. */
  readonly figure: CanonicalRecord<'statistics'> | null;
}

export class Instrument {
  readonly symbol: string;
  readonly definition: CanonicalRecord<'definition'> | null;
  readonly book = new FeedBook();
  readonly orders = new OrderLevels();
  readonly candles = new Candles();
  /** Oldest first. */
  readonly trades: Print[] = [];
  /** Number of the last change of a level, counted from 1: update ids and sequence numbers of vendors. */
  updates = 0;
  /** Number of the last event of any kind, counted from 1: numbers that grow and have holes for who hears of one kind alone. */
  events = 0;
  /** Time of the last event, ns since 1970 UTC. */
  lastNs = 0n;
  best: readonly [bid: Best | null, ask: Best | null] = [null, null];
  #lastTradeId = 0;

  constructor(symbol: string, definition: CanonicalRecord<'definition'> | null) {
    this.symbol = symbol;
    this.definition = definition;
  }

  /** The best levels of a side, best first. */
  levels(side: Side, depth: number): Best[] {
    const count = Math.min(depth, this.book.levels(side));
    return Array.from({ length: count }, (_, rank) => ({
      priceSteps: this.book.price(side, rank),
      qty: this.book.qty(side, rank),
    }));
  }

  setLevels(changes: readonly LevelChange[]): void {
    for (const { side, priceSteps, qty } of changes) this.book.set(side, priceSteps, qty);
    this.updates += changes.length;
  }

  print(
    trade: Pick<
      TradeEvent,
      'tsNs' | 'priceSteps' | 'qty' | 'aggressor' | 'tradeId' | 'buyOrderId' | 'sellOrderId'
    >,
  ): Print {
    const told = trade.tradeId !== null && /^\d{1,15}$/.test(trade.tradeId) ? Number(trade.tradeId) : 0;
    this.#lastTradeId = Math.max(this.#lastTradeId + 1, told);
    const aggressor = trade.aggressor ?? BID;
    const made: Print = {
      id: this.#lastTradeId,
      tsNs: trade.tsNs,
      priceSteps: trade.priceSteps,
      qty: trade.qty,
      aggressor,
      takerId: aggressor === BID ? trade.buyOrderId : trade.sellOrderId,
      makerId: aggressor === BID ? trade.sellOrderId : trade.buyOrderId,
    };
    this.trades.push(made);
    if (this.trades.length > TRADES_KEPT_MAX) this.trades.splice(0, TRADES_DROPPED_AT_ONCE);
    return made;
  }
}

/**
 * Which schemas a source has decides where levels, trades and quotes come from: levels of `mbp` before those of orders, quotes of
 * `bbo` before those of the book, trades of orders before those of `trade`, so that a match and its order tell the same.
 */
interface Origins {
  readonly hasLevels: boolean;
  readonly hasOrders: boolean;
  readonly hasQuotes: boolean;
}

export class EmulatedMarket {
  readonly instruments: ReadonlyMap<string, Instrument>;
  readonly #origins: Origins;
  /** Time of the last event, ns since 1970 UTC; 0 before the first. */
  lastNs = 0n;

  /** Whether orders are told one by one. */
  get hasOrders(): boolean {
    return this.#origins.hasOrders;
  }

  private constructor(instruments: ReadonlyMap<string, Instrument>, origins: Origins) {
    this.instruments = instruments;
    this.#origins = origins;
  }

  /** The market of a source before its first event: it knows what trades there, and nothing of it. */
  static async open(source: RecordSource, symbols: readonly string[] | null): Promise<EmulatedMarket> {
    const schemas = new Set(await source.schemas());
    const names = new Set<string>();
    for (const schema of ['mbo', 'mbp', 'trade', 'bbo', 'bar'] as const) {
      if (schemas.has(schema)) for (const symbol of await source.symbols(schema)) names.add(symbol);
    }
    const definitions = new Map<string, CanonicalRecord<'definition'>>();
    if (schemas.has('definition')) {
      for await (const batch of source.read({ schema: 'definition' })) {
        for (const record of batch.rows()) definitions.set(record.symbol, record);
      }
    }
    const wanted = [...names].filter((name) => symbols === null || symbols.includes(name)).sort();
    const instruments = new Map(
      wanted.map((name) => [name, new Instrument(name, definitions.get(name) ?? null)]),
    );
    return new EmulatedMarket(instruments, {
      hasLevels: schemas.has('mbp'),
      hasOrders: schemas.has('mbo'),
      hasQuotes: schemas.has('bbo'),
    });
  }

  /** Takes an event; null when it is about nothing that is emulated. */
  apply(event: MarketEvent): MarketChange | null {
    const instrument = this.instruments.get(event.symbol);
    if (instrument === undefined) return null;
    this.lastNs = event.tsNs;
    instrument.events++;
    instrument.lastNs = event.tsNs;
    const blank = {
      instrument,
      tsNs: event.tsNs,
      levels: [],
      print: null,
      isQuote: false,
      order: null,
      figure: null,
    };
    switch (event.kind) {
      case 'levels': {
        const levels = withoutClears(instrument, event.clears, event.changes);
        instrument.setLevels(levels);
        return { ...blank, levels, isQuote: this.#quoteOfBook(instrument) };
      }
      case 'order':
        return this.#order(instrument, event, blank);
      case 'trade':
        if (this.#origins.hasOrders) return null;
        instrument.candles.trade(event);
        return { ...blank, print: instrument.print(event) };
      case 'quote':
        return { ...blank, isQuote: setBest(instrument, event.bid, event.ask) };
      case 'figure':
        return { ...blank, figure: event.record };
      case 'bar':
        instrument.candles.bar(event);
        return blank;
    }
  }

  #order(instrument: Instrument, event: OrderEvent, blank: MarketChange): MarketChange {
    const effect = instrument.orders.apply(event);
    const order = { event, effect };
    const levels = this.#origins.hasLevels ? [] : effect.levels;
    instrument.setLevels(levels);
    let print: Print | null = null;
    if (effect.traded !== null) {
      const { priceSteps, qty, aggressor } = effect.traded;
      const maker = event.orderId;
      const trade = {
        tsNs: event.tsNs,
        priceSteps,
        qty,
        aggressor,
        tradeId: null,
        buyOrderId: aggressor === BID ? null : maker,
        sellOrderId: aggressor === BID ? maker : null,
      };
      instrument.candles.trade(trade);
      print = instrument.print(trade);
    }
    return { ...blank, levels, print, isQuote: this.#quoteOfBook(instrument), order };
  }

  #quoteOfBook(instrument: Instrument): boolean {
    if (this.#origins.hasQuotes) return false;
    return setBest(instrument, instrument.levels(BID, 1)[0] ?? null, instrument.levels(ASK, 1)[0] ?? null);
  }
}

function setBest(instrument: Instrument, bid: Best | null, ask: Best | null): boolean {
  const [oldBid, oldAsk] = instrument.best;
  if (isSame(oldBid, bid) && isSame(oldAsk, ask)) return false;
  instrument.best = [bid, ask];
  return true;
}

function isSame(a: Best | null, b: Best | null): boolean {
  return a === b || (a !== null && b !== null && a.priceSteps === b.priceSteps && a.qty === b.qty);
}

/** The same change of a book without clearing it: levels that go are told one by one. */
function withoutClears(
  { book }: Instrument,
  clears: readonly Side[],
  changes: readonly LevelChange[],
): readonly LevelChange[] {
  if (clears.length === 0) return changes;
  const gone: LevelChange[] = [];
  for (const side of new Set(clears)) {
    const kept = new Set(
      changes.filter((change) => change.side === side).map(({ priceSteps }) => priceSteps),
    );
    for (let rank = 0; rank < book.levels(side); rank++) {
      const priceSteps = book.price(side, rank);
      if (!kept.has(priceSteps)) gone.push({ side, priceSteps, qty: 0 });
    }
  }
  return [...gone, ...changes];
}
