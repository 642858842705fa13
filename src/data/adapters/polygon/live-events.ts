/** Events of Polygon's sockets as records. Stocks, options, indices, currencies and coins have the same forms under other names. */

import { isMessage, type Message, numberOf, priceOf, rowsOf } from '../../venues/messages.ts';
import type { RecordMaker } from '../record-maker.ts';
import { epochNs } from '../vendor-time.ts';
import { pushBar } from './bars.ts';
import { LAST, SNAPSHOT } from './crypto-book.ts';
import { type Figures, pushFigures } from './statistics.ts';
import { NEW_YORK, oneTicker, tickerOfPair } from './tickers.ts';
import { pushQuote, pushTrade, SOCKET_QUOTE } from './ticks.ts';

type EventReader = (event: Message, maker: RecordMaker, tsRecv: bigint) => void;

const LULD: Figures = { h: ['limitUp', true], l: ['limitDown', true] };
const FAIR_VALUE: Figures = { fmv: ['theoretical', true] };
const VALUE: Figures = { val: ['last', true] };

/** What each `ev` is; others are counted by their name. */
const READERS: Readonly<Record<string, EventReader>> = {
  T: readTrade,
  Q: readQuote,
  A: bar(1),
  AM: bar(60),
  LULD: figures(LULD),
  NOI: readImbalance,
  FMV: figures(FAIR_VALUE),
  LV: figures(VALUE),
  V: figures(VALUE),
  C: readQuote,
  CA: bar(60),
  CAS: bar(1),
  XT: readTrade,
  XQ: readQuote,
  XL2: readBook,
  XA: bar(60),
  XAS: bar(1),
};

export function readEvent(event: unknown, maker: RecordMaker, tsRecv: bigint): void {
  if (!isMessage(event) || typeof event.ev !== 'string') {
    maker.reject('unknown-type', `an event has a name: ${JSON.stringify(event).slice(0, 200)}`);
    return;
  }
  const read = READERS[event.ev];
  if (read === undefined) maker.remark(`event ${event.ev}`);
  else read(event, maker, tsRecv);
}

/** `sym` or `T` where it is a ticker, `pair` or `p` where it is a pair of codes. */
function tickerOf({ ev, sym, T, pair, p }: Message): string | null {
  const market = String(ev).startsWith('X') ? 'crypto' : 'fx';
  for (const ticker of [sym, T]) if (typeof ticker === 'string') return oneTicker(ticker);
  for (const codes of [pair, p]) if (typeof codes === 'string') return tickerOfPair(codes, market);
  return null;
}

/** Sockets tell the time of the tape alone. */
function timesOf({ t }: Message, tsRecv: bigint): { tsEvent: bigint | null; tsRecv: bigint } {
  return { tsEvent: epochNs(t), tsRecv };
}

function readTrade(event: Message, maker: RecordMaker, tsRecv: bigint): void {
  // Letter r is the time of receipt at the vendor here, and a reporting facility in answers to requests.
  const { r: _received, ...trade } = event;
  pushTrade(maker, tickerOf(event), trade, timesOf(event, tsRecv));
}

function readQuote(event: Message, maker: RecordMaker, tsRecv: bigint): void {
  pushQuote(maker, tickerOf(event), event, timesOf(event, tsRecv), SOCKET_QUOTE);
}

function bar(intervalS: number): EventReader {
  return (event, maker, tsRecv) =>
    pushBar(maker, tickerOf(event), event, { tsEvent: epochNs(event.s), tsRecv, intervalS, adjusted: 'raw' });
}

function figures(known: Figures): EventReader {
  return (event, maker, tsRecv) => {
    const ticker = tickerOf(event);
    if (ticker === null) maker.reject('missing-value', 'a figure has a ticker');
    else pushFigures(maker, ticker, timesOf(event, tsRecv), event, known, `${event.ev}.`);
  };
}

const AUCTIONS: Readonly<Record<string, 'opening' | 'closing' | 'reopening'>> = {
  O: 'opening',
  M: 'opening',
  H: 'reopening',
  C: 'closing',
  P: 'closing',
  R: 'closing',
};

/** `at` is the hour and minute of the auction in New York. The side of the imbalance is not told. */
function readImbalance(event: Message, maker: RecordMaker, tsRecv: bigint): void {
  const symbol = tickerOf(event);
  if (symbol === null) {
    maker.reject('missing-value', 'an imbalance has a ticker');
    return;
  }
  const times = timesOf(event, tsRecv);
  const at = String(event.at).padStart(4, '0');
  const day = times.tsEvent === null ? '' : new Date(Number(times.tsEvent / 1_000_000n)).toISOString();
  maker.push('imbalance', {
    symbol,
    ...times,
    sequence: numberOf(event.i),
    auction: AUCTIONS[String(event.a)] ?? 'unknown',
    referencePrice: priceOf(event.b),
    pairedQty: numberOf(event.p),
    imbalanceQty: numberOf(event.o),
    tsAuction: NEW_YORK.instantNs(`${day.slice(0, 10)} ${at.slice(0, 2)}:${at.slice(2)}`),
  });
}

/** The best levels of one exchange, all of them each time: its number stands behind the ticker, so that books do not mix. */
function readBook(event: Message, maker: RecordMaker, tsRecv: bigint): void {
  const ticker = tickerOf(event);
  const sides = [
    ['buy', rowsOf(event.b)],
    ['sell', rowsOf(event.a)],
  ] as const;
  if (ticker === null || sides.some(([, levels]) => levels === null)) {
    maker.reject('field-value', 'a book has a pair and levels of price and size');
    return;
  }
  const head = { symbol: `${ticker}@${event.x}`, ...timesOf(event, tsRecv) };
  const levels = sides.flatMap(([side, rows]) =>
    rows!.map(([price, qty], index) => ({
      side,
      price: priceOf(price),
      qty: numberOf(qty),
      level: index + 1,
    })),
  );
  maker.push('mbp', { ...head, action: 'clear', flags: SNAPSHOT | (levels.length === 0 ? LAST : 0) });
  levels.forEach((level, index) => {
    const isLast = index === levels.length - 1;
    maker.push('mbp', { ...head, action: 'set', ...level, flags: SNAPSHOT | (isLast ? LAST : 0) });
  });
}
