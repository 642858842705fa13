/** Trades and quotes of Polygon, under the long names of v3 and the letters of older answers and of sockets. */

import { qualityMask } from '../../registry.ts';
import { type Message, numberOf, priceOf, wholeOf } from '../../venues/messages.ts';
import type { RecordMaker } from '../record-maker.ts';
import { epochNs } from '../vendor-time.ts';
import { codeList, firstOf, idText } from './page.ts';
import { type Market, marketOf, NEW_YORK, oneTicker } from './tickers.ts';

/** Conditions of stock trades that are prints of auctions: closing, cross, opening, reopening. */
const AUCTION_CONDITIONS = ['8', '9', '25', '28', '55'];
/** Conditions that do not count in volume: official close and open of a market centre, corrected consolidated close. */
const UNPRINTED_CONDITIONS = ['15', '16', '38'];
/** Of the codes of correction: what was marked as an error or cancelled, then the records that say so. */
const BUSTS = [7, 8, 10, 11];
const CORRECTION = 12;
/** Until 2 Nov 2025 the tapes told sizes of stock quotes in round lots, since then in shares (market-rules §7.2). */
const ROUND_LOT = 100;
const SHARES_FROM_NS = NEW_YORK.instantNs('2025-11-03')!;

export interface TickTimes {
  readonly tsEvent: bigint | null;
  readonly tsRecv?: bigint | null;
  readonly tsPublished?: bigint | null;
  readonly quality?: number;
}

/** The participant's time where there is one, else that of the tape. */
export function timesOf(row: Message): TickTimes {
  const published = epochNs(firstOf(row, 'sip_timestamp', 'timestamp', 'last_updated', 't'));
  const happened = epochNs(firstOf(row, 'participant_timestamp', 'y'));
  return { tsEvent: happened ?? published, tsPublished: happened === null ? null : published };
}

/** Marks a record that is the newest of its kind and not a part of a sequence of them. */
export const AS_SNAPSHOT = { quality: qualityMask('snapshot') };

export function pushTrade(maker: RecordMaker, ticker: string | null, row: Message, times: TickTimes): void {
  const price = priceOf(firstOf(row, 'price', 'p'));
  const qty = numberOf(firstOf(row, 'size', 's'));
  if (ticker === null || price === null || qty === null) {
    maker.reject('missing-value', `a trade has symbol, price and size: ${JSON.stringify(row).slice(0, 200)}`);
    return;
  }
  const market = marketOf(ticker);
  const conditions = codeList(firstOf(row, 'conditions', 'c'));
  const codes = conditions === null ? [] : conditions.split(',');
  const isOffBook = firstOf(row, 'trf_id', 'trfi') !== null || (market === 'stocks' && row.r !== undefined);
  maker.push('trade', {
    symbol: oneTicker(ticker),
    ...times,
    sequence: wholeOf(firstOf(row, 'sequence_number', 'q')),
    price,
    qty,
    kind: kindOf(market, codes, isOffBook, numberOf(firstOf(row, 'correction', 'e'))),
    isPrintable:
      market === 'stocks' && codes.some((code) => UNPRINTED_CONDITIONS.includes(code)) ? false : null,
    aggressor: market === 'crypto' ? aggressorOf(codes) : null,
    tradeId: idText(firstOf(row, 'id', 'i')),
    exchange: idText(firstOf(row, 'exchange', 'x')),
    conditions,
  });
}

function kindOf(
  market: Market,
  codes: readonly string[],
  isOffBook: boolean,
  correction: number | null,
): 'regular' | 'auction' | 'offBook' | 'correction' | 'bust' {
  if (correction !== null && BUSTS.includes(correction)) return 'bust';
  if (correction === CORRECTION) return 'correction';
  if (isOffBook) return 'offBook';
  return market === 'stocks' && codes.some((code) => AUCTION_CONDITIONS.includes(code))
    ? 'auction'
    : 'regular';
}

/** Coins have two conditions: sold at the bid, bought at the ask. */
function aggressorOf(codes: readonly string[]): 'buy' | 'sell' | null {
  if (codes.includes('1')) return 'sell';
  return codes.includes('2') ? 'buy' : null;
}

/** Names under which a quote tells its sides. */
export interface QuoteNames {
  readonly bid: readonly string[];
  readonly bidSize: readonly string[];
  readonly bidExchange: readonly string[];
  readonly ask: readonly string[];
  readonly askSize: readonly string[];
  readonly askExchange: readonly string[];
}

/** Answers to requests: v3, then v2 (capitals are the ask), then currencies. */
export const REST_QUOTE: QuoteNames = {
  bid: ['bid_price', 'bid', 'p', 'bp', 'b'],
  bidSize: ['bid_size', 's'],
  bidExchange: ['bid_exchange', 'x', 'exchange'],
  ask: ['ask_price', 'ask', 'P', 'ap', 'a'],
  askSize: ['ask_size', 'S'],
  askExchange: ['ask_exchange', 'X', 'x', 'exchange'],
};

/** Events of sockets: stocks, options and coins, then currencies. */
export const SOCKET_QUOTE: QuoteNames = {
  bid: ['bp', 'b'],
  bidSize: ['bs'],
  bidExchange: ['bx', 'x'],
  ask: ['ap', 'a'],
  askSize: ['as'],
  askExchange: ['ax', 'x'],
};

/** A side of price 0 is none. */
export function pushQuote(
  maker: RecordMaker,
  ticker: string | null,
  row: Message,
  { tsEvent, tsRecv, quality }: TickTimes,
  names: QuoteNames,
): void {
  const [bidPrice, askPrice] = [names.bid, names.ask].map((side) => quotedPrice(firstOf(row, ...side)));
  if (ticker === null || bidPrice === undefined || askPrice === undefined) {
    maker.reject('missing-value', `a quote has symbol, bid and ask: ${JSON.stringify(row).slice(0, 200)}`);
    return;
  }
  const isInLots = marketOf(ticker) === 'stocks' && tsEvent !== null && tsEvent < SHARES_FROM_NS;
  const qtyOf = (side: readonly string[]): number | null => {
    const size = numberOf(firstOf(row, ...side));
    return size === null ? null : size * (isInLots ? ROUND_LOT : 1);
  };
  maker.push('bbo', {
    symbol: oneTicker(ticker),
    tsEvent,
    tsRecv: tsRecv ?? null,
    ...(quality === undefined ? {} : { quality }),
    sequence: wholeOf(firstOf(row, 'sequence_number', 'q')),
    bidPrice,
    bidQty: bidPrice === null ? null : qtyOf(names.bidSize),
    bidExchange: bidPrice === null ? null : idText(firstOf(row, ...names.bidExchange)),
    askPrice,
    askQty: askPrice === null ? null : qtyOf(names.askSize),
    askExchange: askPrice === null ? null : idText(firstOf(row, ...names.askExchange)),
    conditions: codeList(firstOf(row, 'conditions', 'c')),
  });
}

/** Null for a side that is empty, undefined for what is no price. */
function quotedPrice(value: unknown): number | string | null | undefined {
  const number = numberOf(value);
  if (number === null) return undefined;
  return number === 0 ? null : (value as number | string);
}
