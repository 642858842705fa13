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

/** The book at the end as `bookOf` writes it. */
export function expectedBook({ bids, asks }: MadeMarket): Record<string, number> {
  const rows = [
    ...[...bids].map(([price, qty]) => [`buy ${price}`, qty]),
    ...[...asks].map(([price, qty]) => [`sell ${price}`, qty]),
  ];
  return Object.fromEntries(rows);
}

/** Orders that come, are reduced, executed, replaced and cancelled, one change each 20 ms; no two at one time. */
export function orderMarket(symbol: string, steps: number): MemorySource {
  const sink = new MemorySink('made');
  const resting: { id: bigint; side: 'buy' | 'sell'; price: number; qty: number }[] = [];
  let nextId = 1n;
  for (let step = 0; step < steps; step++) {
    const tsEvent = MARKET_START_NS + BigInt(step * 20) * NS_PER_MS;
    const head = { symbol, tsEvent, sequence: step + 1, quality: 0, sourceIndex: step, flags: 1 };
    const push = (record: object): void => sink.push('mbo', { ...head, ...record } as NewRecord<'mbo'>);
    const one = resting[(step * 13) % Math.max(1, resting.length)];
    if (one === undefined || step % 3 === 0) {
      const side = step % 2 === 0 ? 'buy' : 'sell';
      const price = side === 'buy' ? 100 - ((step * 7) % 20) * 0.25 : 100.25 + ((step * 7) % 20) * 0.25;
      const order = { id: nextId++, side, price, qty: 4 + (step % 5) } as const;
      resting.push({ ...order });
      push({ action: 'add', side, orderId: order.id, price, qty: order.qty });
      continue;
    }
    const shared = { side: one.side, orderId: one.id, price: one.price };
    const remove = (): void => void resting.splice(resting.indexOf(one), 1);
    if (step % 7 === 0) {
      push({ action: 'delete', ...shared, qty: one.qty });
      remove();
    } else if (step % 11 === 0) {
      push({ action: 'replace', ...shared, newOrderId: nextId, price: one.price, qty: one.qty + 1 });
      one.id = nextId++;
      one.qty += 1;
    } else if (step % 5 === 0) {
      push({ action: 'modify', ...shared, qty: one.qty + 2 });
      one.qty += 2;
    } else {
      const qty = Math.min(one.qty, 2.5);
      push({ action: step % 2 === 0 ? 'execute' : 'reduce', ...shared, qty });
      one.qty -= qty;
      if (one.qty <= 0) remove();
    }
  }
  return new MemorySource(sink);
}

/** Trades and quotes of a stock, by turns 100 ms apart; prices in whole cents, every trade of `exchange` 4 under condition 37. */
export function stockMarket(symbol: string, steps: number): MemorySource {
  const sink = new MemorySink('made');
  for (let step = 0; step < steps; step++) {
    const tsEvent = MARKET_START_NS + BigInt(step * 100) * NS_PER_MS;
    const head = { symbol, tsEvent, sequence: step + 1, quality: 0, sourceIndex: step };
    const bidPrice = 180 + (step % 9) / 100;
    const quote = { bidPrice, bidQty: 100 + step, askPrice: bidPrice + 0.02, askQty: 200 + step };
    if (step % 2 === 0) sink.push('bbo', { ...head, ...quote } as NewRecord<'bbo'>);
    else {
      const told = {
        price: bidPrice + 0.01,
        qty: 10 + step,
        kind: 'regular',
        tradeId: String(step),
      } as const;
      sink.push('trade', { ...head, ...told, exchange: '4', conditions: '37' } as NewRecord<'trade'>);
    }
  }
  const split = {
    symbol,
    tsEvent: MARKET_START_NS,
    quality: 0,
    sourceIndex: steps,
    kind: 'split',
    exDate: '2023-11-20',
  };
  sink.push('corporate_action', { ...split, newShares: 4, oldShares: 1 } as NewRecord<'corporate_action'>);
  return new MemorySource(sink);
}

/** Definitions of futures of one product, month after month from January 2024, and one trade of the first. */
export function contractMarket(product: string, months: number): MemorySource {
  const sink = new MemorySink('made');
  const symbols = Array.from(
    { length: months },
    (_, at) => `${product}${'FGHJKMNQUVXZ'[at % 12]}${4 + Math.floor(at / 12)}`,
  );
  symbols.forEach((symbol, at) => {
    const head = { symbol, tsEvent: MARKET_START_NS, quality: 0, sourceIndex: at };
    const expiry = `${2024 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}-15`;
    const told = { assetClass: 'future', name: `Contract ${at}`, mic: 'XCME', currency: 'USD', tick: 0.25 };
    sink.push('definition', {
      ...head,
      ...told,
      expiry,
      productCode: product,
      vendorId: String(7000 + at),
    } as NewRecord<'definition'>);
  });
  const trade = {
    symbol: symbols[0],
    tsEvent: MARKET_START_NS,
    quality: 0,
    sourceIndex: months,
    kind: 'regular',
  };
  sink.push('trade', { ...trade, price: 4500.25, qty: 3, tradeId: '1' } as NewRecord<'trade'>);
  return new MemorySource(sink);
}
