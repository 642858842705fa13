/**
 * Messages of Market Data over WebSocket to records: TRD trades, TOB the top of the book, STAT statistics. Each has a header and a
 * payload of one item or several. Numbers come as texts.
 * Source: CME Market Data over WebSocket API, message examples; Smart Stream message specification.
 */

import type { RecordSink } from '../../ingest/adapter.ts';
import { type NewRecord, qualityMask } from '../../registry.ts';
import {
  countOf,
  dayOf,
  instantNs,
  isObject,
  type JsonObject,
  listOf,
  numberOf,
  objectOf,
  textOf,
} from './json.ts';

type Trade = NewRecord<'trade'>;
type Statistics = NewRecord<'statistics'>;

/** What all records of an item have. */
interface Head {
  readonly symbol: string;
  readonly tsEvent: bigint;
  readonly tsRecv: bigint;
  readonly sequence: number | null;
  readonly sourceIndex: number;
  readonly quality: number;
}

const KINDS: Readonly<Record<string, Trade['kind']>> = {
  NEW: 'regular',
  ADD: 'regular',
  CHANGE: 'correction',
  UPDATE: 'correction',
  DELETE: 'bust',
};

/** Statistics by the names of their fields; what is none of them is kept under its name. */
const FIGURES: readonly (readonly [pattern: RegExp, kind: Statistics['kind'], isPrice: boolean])[] = [
  [/^settlementPrice$/i, 'settlement', true],
  [/^open(?:ing)?Price$/i, 'open', true],
  [/^high(?:Price|TradePrice)$/i, 'high', true],
  [/^low(?:Price|TradePrice)$/i, 'low', true],
  [/^(?:close|closing)Price$/i, 'close', true],
  [/^lastPrice$/i, 'last', true],
  [/^(?:highBid|highestBid)(?:Price)?$/i, 'highestBid', true],
  [/^(?:lowOffer|lowestOffer|lowAsk)(?:Price)?$/i, 'lowestAsk', true],
  [/^fixingPrice$/i, 'fixing', true],
  [/^vwap$/i, 'vwap', true],
  [/^clearedVolume(?:Qty)?$/i, 'clearedVolume', false],
  [/^openInterest(?:Qty)?$/i, 'openInterest', false],
  [/^(?:total|traded|electronic|session)?Volume(?:Qty)?$/i, 'volume', false],
];

export class LiveMessages {
  #index = 0;
  /** The next record follows a gap. */
  isAfterGap = false;

  /** The items of a message; false for a type that is none of the three. */
  read(type: string, header: JsonObject, payload: unknown, tsRecvNs: bigint, sink: RecordSink): boolean {
    if (type !== 'TRD' && type !== 'TOB' && type !== 'STAT') return false;
    const items = Array.isArray(payload) ? listOf(payload) : isObject(payload) ? [payload] : [];
    if (items.length === 0) sink.remark('message-without-items');
    for (const item of items) {
      const head = this.#head(header, item, tsRecvNs, sink);
      if (head === null) continue;
      if (type === 'TRD') pushTrade(head, header, item, sink);
      else if (type === 'TOB') pushQuote(head, item, sink);
      else this.#pushStatistics(head, item, sink);
    }
    return true;
  }

  #head(header: JsonObject, item: JsonObject, tsRecv: bigint, sink: RecordSink): Head | null {
    const sourceIndex = this.#index++;
    const symbol = textOf(objectOf(item.instrument).symbol);
    const tsEvent = timeOf(item) ?? instantNs(header.sentTime);
    if (symbol === null || tsEvent === null) {
      sink.reject('missing-value', sourceIndex, `${String(header.messageType)} without symbol or time`);
      return null;
    }
    const quality = this.isAfterGap ? qualityMask('gapBefore') : 0;
    this.isAfterGap = false;
    return { symbol, tsEvent, tsRecv, sequence: countOf(header.sequenceNumber), sourceIndex, quality };
  }

  #pushStatistics(head: Head, item: JsonObject, sink: RecordSink): void {
    const said = objectOf(item.tradeStatistics);
    const used = new Set(['settlementFinal', 'settlementActual', 'settlementRounded']);
    let isFirst = true;
    for (const [name, value] of Object.entries(said)) {
      const number = numberOf(value);
      if (used.has(name) || typeof value === 'boolean' || number === null) continue;
      const figure = FIGURES.find(([pattern]) => pattern.test(name));
      const [, kind, isPrice] = figure ?? [null, 'other' as const, /price$/i.test(name)];
      sink.push('statistics', {
        ...head,
        // The first takes the place of the item, the others follow it.
        sourceIndex: isFirst ? head.sourceIndex : this.#index++,
        kind,
        price: isPrice ? textOf(value) : null,
        value: isPrice ? null : number,
        tsReference: referenceOf(said, name),
        isFinal: kind === 'settlement' ? flagOf(said.settlementFinal) : null,
        detail: kind === 'settlement' ? settleWords(said) : kind === 'other' ? name : null,
      });
      isFirst = false;
    }
    if (isFirst) sink.remark('statistics-without-figures');
  }
}

function pushTrade(head: Head, header: JsonObject, item: JsonObject, sink: RecordSink): void {
  const trade = objectOf(item.tradeSummary);
  const action = textOf(trade.tradeUpdateAction)?.toUpperCase() ?? 'NEW';
  const kind = KINDS[action];
  const price = textOf(trade.tradePrice);
  const qty = numberOf(trade.tradeQty);
  if (kind === undefined || price === null || qty === null) {
    sink.reject(
      kind === undefined ? 'unknown-word' : 'missing-value',
      head.sourceIndex,
      `${head.symbol} trade ${action} ${price} ${qty}`,
    );
    return;
  }
  sink.push('trade', {
    ...head,
    price,
    qty,
    kind,
    aggressor: sideOf(textOf(trade.aggressorSide)),
    tradeId: textOf(trade.mdTradeEntryId),
    exchange: textOf(objectOf(item.instrument).exchangeMic),
    tsPublished: instantNs(header.sentTime),
  });
}

function pushQuote(head: Head, item: JsonObject, sink: RecordSink): void {
  const bid = listOf(item.bidLevel)[0] ?? {};
  const ask = listOf(item.askLevel)[0] ?? {};
  sink.push('bbo', {
    ...head,
    bidPrice: textOf(bid.price),
    bidQty: numberOf(bid.qty),
    bidOrders: countOf(bid.orderCnt),
    askPrice: textOf(ask.price),
    askQty: numberOf(ask.qty),
    askOrders: countOf(ask.orderCnt),
  });
}

/** When it happened: the item's own time, or the later of those of its levels. */
function timeOf(item: JsonObject): bigint | null {
  const times = [
    item.lastUpdateTime,
    ...[...listOf(item.bidLevel), ...listOf(item.askLevel)].map((level) => level.lastUpdateTime),
  ]
    .map(instantNs)
    .filter((time) => time !== null);
  return times.length === 0 ? null : times.reduce((a, b) => (a > b ? a : b));
}

function sideOf(written: string | null): Trade['aggressor'] {
  const word = written?.toUpperCase();
  if (word === 'BUY' || word === '1') return 'buy';
  return word === 'SELL' || word === '2' ? 'sell' : null;
}

/** Flags come as booleans, or as 0 and 1. */
function flagOf(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  const number = numberOf(value);
  return number === null ? null : number !== 0;
}

function settleWords(said: JsonObject): string | null {
  const words = [
    [flagOf(said.settlementFinal), 'final', 'preliminary'],
    [flagOf(said.settlementActual), 'actual', 'theoretical'],
    [flagOf(said.settlementRounded), 'rounded', 'unrounded'],
  ].flatMap(([flag, yes, no]) => (flag === null ? [] : [flag === true ? yes : no]));
  return words.length === 0 ? null : words.join(' ');
}

/** The day that a figure is about stands beside it: settlementPrice, settlementPriceDate. */
function referenceOf(said: JsonObject, name: string): bigint | null {
  const day = dayOf(said[`${name}Date`]);
  return day === null ? null : BigInt(Date.parse(`${day}T00:00:00Z`)) * 1_000_000n;
}
