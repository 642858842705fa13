/** A small made-up market with levels, trades and quotes, as a source of records. */

import { MemorySink, MemorySource, type NewRecord } from '../../src/data/index.ts';

export const MARKET_START_NS = 1_700_000_000_000_000_000n;
const NS_PER_MS = 1_000_000n;
const STEP_MS = 50;

export interface MadeTrade {
  readonly id: number;
  readonly price: number;
  readonly qty: number;
  readonly side: 'buy' | 'sell';
  readonly ms: number;
}

export interface MadeMarket {
  readonly source: MemorySource;
  readonly trades: readonly MadeTrade[];
  /** The book at the end: price to quantity. */
  readonly bids: ReadonlyMap<number, number>;
  readonly asks: ReadonlyMap<number, number>;
}

/** `steps` changes of one level each, 50 ms apart, after a snapshot of ten levels a side; every third step also a trade. */
export function levelMarket(symbol: string, steps: number): MadeMarket {
  const sink = new MemorySink('made');
  const trades: MadeTrade[] = [];
  const books = { buy: new Map<number, number>(), sell: new Map<number, number>() };
  let index = 0;
  const at = (step: number) => MARKET_START_NS + BigInt(step * STEP_MS) * NS_PER_MS;
  const level = (step: number, side: 'buy' | 'sell', price: number, qty: number, flags: number): void => {
    if (qty === 0) books[side].delete(price);
    else books[side].set(price, qty);
    const head = { symbol, tsEvent: at(step), sequence: step + 1, quality: 0, sourceIndex: index++ };
    sink.push('mbp', { ...head, action: 'set', side, price, qty, flags } as NewRecord<'mbp'>);
  };
  const clear = {
    symbol,
    tsEvent: at(0),
    sequence: 1,
    quality: 0,
    sourceIndex: index++,
    action: 'clear',
    flags: 2,
  };
  sink.push('mbp', clear as NewRecord<'mbp'>);
  for (let rank = 0; rank < 10; rank++) level(0, 'buy', 100 - rank * 0.5, 1 + rank, 2);
  for (let rank = 0; rank < 10; rank++) level(0, 'sell', 100.5 + rank * 0.5, 2 + rank, rank === 9 ? 3 : 2);
  for (let step = 1; step <= steps; step++) {
    const side = step % 2 === 0 ? 'buy' : 'sell';
    const rank = (step * 7) % 10;
    const price = side === 'buy' ? 100 - rank * 0.5 : 100.5 + rank * 0.5;
    level(step, side, price, step % 5 === 0 ? 0 : step / 4, 1);
    if (step % 3 !== 0) continue;
    const trade = {
      id: 500 + trades.length,
      price: 100.25 + (step % 4) * 0.25,
      qty: step / 8,
      side,
    } as const;
    trades.push({ ...trade, ms: Number(at(step) / NS_PER_MS) });
    const head = { symbol, tsEvent: at(step), quality: 0, sourceIndex: index++, kind: 'regular' };
    const told = { price: trade.price, qty: trade.qty, aggressor: side, tradeId: String(trade.id) };
    sink.push('trade', { ...head, ...told } as NewRecord<'trade'>);
  }
  return { source: new MemorySource(sink), trades, bids: books.buy, asks: books.sell };
}
