/**
 * Event records of a run as canonical records: what a feed of its venues would have told.
 *
 *   LEVEL ─► mbp, the rows of one command as one message ─► bbo, when the best bid or ask is another one
 *   TRADE ─► trade
 *
 * Numbers (`sequence`, `sourceIndex`) count the records that were made; trades are numbered by instrument, from 1.
 */

import type { NewRecord, RecordSink, SchemaName } from '../data/index.ts';
import {
  BUY,
  DOUBLE_TIME,
  EV_ACCEPTED,
  EV_LEVEL,
  EV_TRADE,
  type EventSink,
  formatLots,
  formatTicks,
  HEAD_FLAG_AUCTION,
  HEAD_SIDE_SHIFT,
  type InstrumentSpec,
  RECORD_WORDS,
  SELL,
  type Side,
  WORD_INSTRUMENT,
  WORD_ORDER,
  WORD_OTHER,
  WORD_PRICE,
  WORD_QTY,
} from '../domain/index.ts';
import { LevelTotals } from './level-totals.ts';

/** Schemas that a run is told in. */
export const RUN_SCHEMAS: readonly SchemaName[] = ['definition', 'mbp', 'bbo', 'trade'];

/** The row ends its message: bit of `flags`. */
const LAST = 1;

interface Told {
  readonly instrument: InstrumentSpec;
  readonly bids: LevelTotals;
  readonly asks: LevelTotals;
  best: string;
  trades: number;
}

interface LevelRow {
  readonly of: Told;
  readonly side: Side;
  readonly priceTicks: number;
  readonly lots: number;
  readonly orders: number;
}

export class CanonicalRecords implements EventSink {
  /** Takes what is made from now on. */
  target: RecordSink;
  readonly #instruments: readonly Told[];
  readonly #epochNs: bigint;
  #made = 0;
  #timeNs = 0;
  /** Levels of the command at hand. */
  #levels: LevelRow[] = [];

  constructor(instruments: readonly InstrumentSpec[], epochNs: bigint, target: RecordSink) {
    this.#instruments = instruments.map((instrument) => ({
      instrument,
      bids: new LevelTotals(BUY),
      asks: new LevelTotals(SELL),
      best: '',
      trades: 0,
    }));
    this.#epochNs = epochNs;
    this.target = target;
  }

  /** What trades, as known at `timeNs`. */
  define(timeNs: number): void {
    this.#timeNs = timeNs;
    for (const { instrument } of this.#instruments) {
      const { symbol, tickSize, lotSize, currency, venue } = instrument;
      const told = { assetClass: 'other', tick: tickSize, lot: Number(lotSize), currency } as const;
      this.#push('definition', symbol, {
        ...told,
        ...(venue === undefined ? {} : { name: `${symbol} at ${venue}` }),
      });
    }
  }

  write(words: Int32Array, recordCount: number): void {
    const doubles = new Float64Array(words.buffer, words.byteOffset, words.length >> 1);
    for (let at = 0; at < recordCount * RECORD_WORDS; at += RECORD_WORDS) {
      const kind = words[at]! & 0xff;
      const timeNs = doubles[(at >> 1) + DOUBLE_TIME]!;
      if (kind < EV_ACCEPTED || timeNs !== this.#timeNs) this.settle();
      this.#timeNs = timeNs;
      if (kind === EV_LEVEL) this.#level(words, at, doubles[(at >> 1) + WORD_QTY / 2]!);
      else if (kind === EV_TRADE) this.#trade(words, at);
    }
  }

  /** Everything of a command has been said: its levels go out as one message. */
  settle(): void {
    const rows = this.#levels;
    if (rows.length === 0) return;
    this.#levels = [];
    rows.forEach(({ of, side, priceTicks, lots, orders }, at) => {
      const isLast = !rows.slice(at + 1).some((later) => later.of === of);
      this.#push('mbp', of.instrument.symbol, {
        action: 'set',
        side: side === BUY ? 'buy' : 'sell',
        price: formatTicks(of.instrument, priceTicks),
        qty: Number(formatLots(of.instrument, lots)),
        orders,
        flags: isLast ? LAST : 0,
      });
    });
    for (const of of new Set(rows.map((row) => row.of))) this.#quote(of);
  }

  #level(words: Int32Array, at: number, lots: number): void {
    const of = this.#instruments[words[at + WORD_INSTRUMENT]!]!;
    const side = ((words[at]! >> HEAD_SIDE_SHIFT) & 1) as Side;
    const priceTicks = words[at + WORD_PRICE]!;
    const orders = words[at + WORD_OTHER]!;
    (side === BUY ? of.bids : of.asks).set(priceTicks, lots, orders);
    this.#levels.push({ of, side, priceTicks, lots, orders });
  }

  #quote(of: Told): void {
    const sides = [of.bids, of.asks].map((totals) => {
      const best = totals.prices[0];
      return best === undefined
        ? { price: null, qty: null, orders: null }
        : {
            price: formatTicks(of.instrument, best),
            qty: Number(formatLots(of.instrument, totals.lotsAt(best))),
            orders: totals.ordersAt(best),
          };
    });
    const best = JSON.stringify(sides);
    if (best === of.best) return;
    of.best = best;
    const [bid, ask] = sides as [(typeof sides)[0], (typeof sides)[0]];
    this.#push('bbo', of.instrument.symbol, {
      bidPrice: bid.price,
      bidQty: bid.qty,
      bidOrders: bid.orders,
      askPrice: ask.price,
      askQty: ask.qty,
      askOrders: ask.orders,
    });
  }

  #trade(words: Int32Array, at: number): void {
    const of = this.#instruments[words[at + WORD_INSTRUMENT]!]!;
    const isAuction = (words[at]! & HEAD_FLAG_AUCTION) !== 0;
    const isBuy = ((words[at]! >> HEAD_SIDE_SHIFT) & 1) === BUY;
    const [taker, maker] = [BigInt(words[at + WORD_ORDER]!), BigInt(words[at + WORD_OTHER]!)];
    this.#push('trade', of.instrument.symbol, {
      price: formatTicks(of.instrument, words[at + WORD_PRICE]!),
      qty: Number(formatLots(of.instrument, words[at + WORD_QTY]!)),
      aggressor: isAuction ? null : isBuy ? 'buy' : 'sell',
      kind: isAuction ? 'auction' : 'regular',
      tradeId: String(++of.trades),
      // In an auction the buy order stands in the place of the taker.
      buyOrderId: isAuction || isBuy ? taker : maker,
      sellOrderId: isAuction || isBuy ? maker : taker,
    });
  }

  #push<N extends SchemaName>(schema: N, symbol: string, fields: object): void {
    const number = this.#made++;
    const tsEvent = this.#epochNs + BigInt(this.#timeNs);
    const head = { symbol, tsEvent, sequence: number, sourceIndex: number, quality: 0 };
    this.target.push(schema, { ...head, ...fields } as unknown as NewRecord<N>);
  }
}
