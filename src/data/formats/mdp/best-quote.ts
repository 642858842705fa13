// hot: bench/mdp-decode.ts
/**
 * The best bid and ask that follow from the books of an instrument: outright alone, or with the implied prices beside it. At the same
 * price the quantities add up (market-rules §12.4); the number of orders is that of the outright level, since implied prices have none.
 */

import { UNDEF_FLOAT64, UNDEF_INT32_VALUE } from '../../schema/record-batch.ts';
import { QUALITY_MAYBE_BAD } from './book-rows.ts';
import type { MdpInstrument } from './instrument.ts';
import { type LevelSide, PLACE_LEVEL, PLACE_UNKNOWN } from './level-side.ts';
import type { MdpOutput } from './output.ts';

export type QuoteView = 'consolidated' | 'outright';

/** One side; `qty` 0 where it is empty. */
export interface BestSide {
  high: number;
  low: number;
  qty: number;
  /** -1 for none. */
  orders: number;
}

/** What was told last. */
export interface BestQuote {
  isTold: boolean;
  readonly bid: BestSide;
  readonly ask: BestSide;
}

export function newBestQuote(): BestQuote {
  return { isTold: false, bid: newSide(), ask: newSide() };
}

function newSide(): BestSide {
  return { high: 0, low: 0, qty: 0, orders: -1 };
}

export class QuoteRows {
  readonly #output: MdpOutput;
  readonly #view: QuoteView;
  readonly #bid = newSide();
  readonly #ask = newSide();

  constructor(output: MdpOutput, view: QuoteView) {
    this.#output = output;
    this.#view = view;
  }

  /** Adds a row of `bbo` if the quote changed. While the first place of an outright side is not known there is none. */
  tell(instrument: MdpInstrument): void {
    const { bid, ask, impliedBid, impliedAsk, best } = instrument;
    if (bid.states[0] === PLACE_UNKNOWN || ask.states[0] === PLACE_UNKNOWN) {
      best.isTold = false;
      return;
    }
    const isJoined = this.#view === 'consolidated';
    bestOf(bid, isJoined ? impliedBid : null, 1, this.#bid);
    bestOf(ask, isJoined ? impliedAsk : null, -1, this.#ask);
    if (best.isTold && isSame(best.bid, this.#bid) && isSame(best.ask, this.#ask)) return;
    best.isTold = true;
    copy(this.#bid, best.bid);
    copy(this.#ask, best.ask);
    this.#write(instrument);
  }

  #write(instrument: MdpInstrument): void {
    const batch = this.#output.sink.batch('bbo');
    const row = batch.count++;
    const { columns } = batch;
    this.#output.writeHead(columns, row, instrument.facts.symbol, instrument.isWhole ? 0 : QUALITY_MAYBE_BAD);
    const bid = this.#bid;
    const ask = this.#ask;
    if (bid.qty > 0) columns.bidPrice.setWords(row, bid.high, bid.low);
    else columns.bidPrice.setAbsent(row);
    columns.bidQty[row] = bid.qty > 0 ? bid.qty : UNDEF_FLOAT64;
    columns.bidOrders[row] = bid.orders < 0 ? UNDEF_INT32_VALUE : bid.orders;
    columns.bidExchange[row] = null;
    if (ask.qty > 0) columns.askPrice.setWords(row, ask.high, ask.low);
    else columns.askPrice.setAbsent(row);
    columns.askQty[row] = ask.qty > 0 ? ask.qty : UNDEF_FLOAT64;
    columns.askOrders[row] = ask.orders < 0 ? UNDEF_INT32_VALUE : ask.orders;
    columns.askExchange[row] = null;
    columns.conditions[row] = null;
  }
}

/** `direction`: 1 where the higher price is the better one, -1 where the lower is. */
function bestOf(outright: LevelSide, implied: LevelSide | null, direction: number, out: BestSide): void {
  const hasOutright = outright.states[0] === PLACE_LEVEL;
  const hasImplied = implied !== null && implied.depth > 0 && implied.states[0] === PLACE_LEVEL;
  out.qty = 0;
  out.orders = -1;
  out.high = 0;
  out.low = 0;
  let order = 0;
  if (hasOutright && hasImplied) {
    order = direction * (outright.high[0]! - implied.high[0]! || outright.low[0]! - implied.low[0]!);
  }
  if (hasOutright && order >= 0) {
    out.high = outright.high[0]!;
    out.low = outright.low[0]!;
    out.qty = outright.qty[0]!;
    out.orders = outright.orders[0]!;
  }
  if (hasImplied && (!hasOutright || order <= 0)) {
    out.high = implied.high[0]!;
    out.low = implied.low[0]!;
    out.qty += implied.qty[0]!;
  }
}

function isSame(a: BestSide, b: BestSide): boolean {
  return a.high === b.high && a.low === b.low && a.qty === b.qty && a.orders === b.orders;
}

function copy(from: BestSide, to: BestSide): void {
  to.high = from.high;
  to.low = from.low;
  to.qty = from.qty;
  to.orders = from.orders;
}
