/**
 * Event records of a run as canonical records: what a feed of its venues would have told.
 *
 *   LEVEL ─► mbp, the rows of one command as one message ─► bbo, when the best bid or ask is another one
 *   TRADE ─► trade
 *   CONTRACT, CONTRACT_END ─► definition: an option has other terms, mostly under another symbol, or trades no more
 *
 * Numbers (`sequence`, `sourceIndex`) count the records that were made; trades are numbered by instrument, from 1.
 */

import type { NewRecord, RecordSink, SchemaName } from '../data/index.ts';
import {
  BUY,
  DOUBLE_TIME,
  decimalText,
  EV_ACCEPTED,
  EV_CONTRACT,
  EV_CONTRACT_END,
  EV_DELIVERS,
  EV_LEVEL,
  EV_TRADE,
  type EventSink,
  formatLots,
  formatTicks,
  HEAD_FLAG_AUCTION,
  HEAD_SIDE_SHIFT,
  type InstrumentSpec,
  type OptionTerms,
  RECORD_WORDS,
  SELL,
  type Side,
  WORD_INSTRUMENT,
  WORD_ORDER,
  WORD_OTHER,
  WORD_PRICE,
  WORD_QTY,
} from '../domain/index.ts';
import { ContractTerms } from './contract-terms.ts';
import { LevelTotals } from './level-totals.ts';

/** Schemas that a run is told in. */
export const RUN_SCHEMAS: readonly SchemaName[] = ['definition', 'mbp', 'bbo', 'trade'];

/** The row ends its message: bit of `flags`. */
const LAST = 1;

interface Told {
  /** Under the symbol by which it trades now. */
  instrument: InstrumentSpec;
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
  readonly #contracts: ContractTerms;
  /** Instrument of a change of terms of which more records may come; -1: none. */
  #changed = -1;
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
    this.#contracts = new ContractTerms(instruments);
    this.#epochNs = epochNs;
    this.target = target;
  }

  /** What trades, as known at `timeNs`. */
  define(timeNs: number): void {
    this.#timeNs = timeNs;
    for (const { instrument } of this.#instruments) this.#define(instrument, {});
  }

  write(words: Int32Array, recordCount: number): void {
    const doubles = new Float64Array(words.buffer, words.byteOffset, words.length >> 1);
    for (let at = 0; at < recordCount * RECORD_WORDS; at += RECORD_WORDS) {
      const kind = words[at]! & 0xff;
      if (this.#changed >= 0 && kind !== EV_DELIVERS) this.#rename();
      const timeNs = doubles[(at >> 1) + DOUBLE_TIME]!;
      if (kind < EV_ACCEPTED || timeNs !== this.#timeNs) this.settle();
      this.#timeNs = timeNs;
      if (kind === EV_LEVEL) this.#level(words, at, doubles[(at >> 1) + WORD_QTY / 2]!);
      else if (kind === EV_TRADE) this.#trade(words, at);
      else if (kind >= EV_CONTRACT) this.#contract(kind, words, doubles, at);
    }
  }

  /** Everything of a command has been said: its levels go out as one message. */
  settle(): void {
    if (this.#changed >= 0) this.#rename();
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

  /** What an instrument is; of an option with its terms. */
  #define(instrument: InstrumentSpec, more: { readonly isActive?: boolean }): void {
    const { symbol, tickSize, lotSize, currency, venue, option } = instrument;
    this.#push('definition', symbol, {
      assetClass: option === undefined ? 'other' : 'option',
      tick: tickSize,
      lot: Number(lotSize),
      currency,
      ...(venue === undefined ? {} : { name: `${symbol} at ${venue}` }),
      ...(option === undefined ? {} : contractFields(option)),
      ...more,
    });
  }

  #contract(kind: number, words: Int32Array, doubles: Float64Array, at: number): void {
    this.#contracts.take(words, doubles, at);
    const instrument = words[at + WORD_INSTRUMENT]!;
    if (kind === EV_CONTRACT) this.#changed = instrument;
    else if (kind === EV_CONTRACT_END)
      this.#define(this.#instruments[instrument]!.instrument, { isActive: false });
  }

  /** Terms are told as a whole: the contract of before is no more where its symbol is another one. */
  #rename(): void {
    const index = this.#changed;
    this.#changed = -1;
    const of = this.#instruments[index]!;
    const change = this.#contracts.storyOf(index)?.changes.at(-1);
    if (change === undefined) return;
    const { symbol, terms } = change;
    if (symbol !== of.instrument.symbol) this.#define(of.instrument, { isActive: false });
    const isRenamed = symbol !== of.instrument.symbol;
    of.instrument = { ...of.instrument, symbol, option: terms };
    this.#define(of.instrument, {});
    if (isRenamed) this.#retell(of);
  }

  /** The whole book under a symbol of which nobody has heard yet. */
  #retell(of: Told): void {
    const rows = [of.bids, of.asks].flatMap((totals, side) =>
      totals.prices.map((priceTicks) => ({
        of,
        side: side as Side,
        priceTicks,
        lots: totals.lotsAt(priceTicks),
        orders: totals.ordersAt(priceTicks),
      })),
    );
    if (rows.length === 0) return;
    of.best = '';
    this.#levels.push(...rows);
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

/** Terms of an option in the fields of a definition, which has no place for what is delivered besides the underlying. */
function contractFields({ underlying, right, style, strike, expiry, multiplier }: OptionTerms): object {
  return { underlying, right, style, strike: decimalText(strike), expiry, multiplier };
}
