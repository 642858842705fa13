/**
 * Ticks and candles of Dukascopy as its server sends them: columns of differences. A price is the one before it plus a number of
 * steps (`multiplier`); times are ms behind the tick before, or candles behind the one before.
 */

import type { RecordSink } from '../../ingest/adapter.ts';
import type { FileFormat } from '../../ingest/file-format.ts';
import { BAR } from '../../registry.ts';
import { OptionReader, SYMBOL_OPTION, VENUE_OPTION } from '../file-options.ts';
import { firstKeys, type Json, jsonDocument } from '../filings/json-page.ts';

const VENUE = 'DUKASCOPY';
const NS_PER_MS = 1_000_000n;
const KEYS = ['times', 'timestamp', 'multiplier'];

export const DUKASCOPY_FILE: FileFormat = {
  name: 'dukascopy',
  version: 1,
  about: 'Dukascopy ticks and candles, columns of differences (JSON)',
  schemas: ['bbo', 'bar'],
  options: {
    symbol: {
      ...SYMBOL_OPTION,
      about: 'symbol, where the name of the file does not tell it (ticks-EUR-USD-…)',
    },
    basis: { about: 'prices of candles, bid or ask, where the name does not tell it', default: '' },
    venue: VENUE_OPTION(VENUE),
  },
  recognise(head) {
    const keys = firstKeys(head, 8);
    return keys[0] === 'timestamp' && keys[1] === 'multiplier' && keys.includes('times');
  },
  open(context, sink) {
    const options = new OptionReader('dukascopy', context);
    const named = /^(?:ticks|candles-[a-z0-9]+)-([A-Z]{3})-([A-Z]{3})(?:-(BID|ASK))?-/.exec(context.fileName);
    const symbol = options.symbol(named === null ? null : `${named[1]}/${named[2]}`);
    const told = named?.[3]?.toLowerCase() ?? 'bid';
    const basis = options.oneOf('basis', BAR.fields.basis.values, told as 'bid' | 'ask');
    options.check();
    return jsonDocument(options.text('venue') || VENUE, sink, (document) => {
      if ('bids' in document) writeTicks(sink, document, symbol);
      else writeCandles(sink, document, symbol, basis);
    });
  },
};

function writeTicks(sink: RecordSink, document: Json, symbol: string): void {
  const columns = columnsOf(document, ['times', 'asks', 'bids', 'askVolumes', 'bidVolumes']);
  if (columns === null || !areNumbers(document, ['ask', 'bid'])) {
    sink.reject('not-json', 0, 'ticks have columns of one length');
    return;
  }
  const [times, asks, bids, askVolumes, bidVolumes] = columns as [
    number[],
    number[],
    number[],
    number[],
    number[],
  ];
  const step = document.multiplier as number;
  let ms = document.timestamp as number;
  let ask = Math.round((document.ask as number) / step);
  let bid = Math.round((document.bid as number) / step);
  for (let row = 0; row < times.length; row++) {
    ms += times[row]!;
    ask += asks[row]!;
    bid += bids[row]!;
    sink.push('bbo', {
      symbol,
      tsEvent: BigInt(ms) * NS_PER_MS,
      sourceIndex: row,
      bidPrice: priceOf(bid, step),
      bidQty: bidVolumes[row]!,
      askPrice: priceOf(ask, step),
      askQty: askVolumes[row]!,
    });
  }
}

function writeCandles(
  sink: RecordSink,
  document: Json,
  symbol: string,
  basis: (typeof BAR.fields.basis.values)[number],
): void {
  const columns = columnsOf(document, ['times', 'opens', 'highs', 'lows', 'closes', 'volumes']);
  if (columns === null || !areNumbers(document, ['open', 'high', 'low', 'close', 'shift'])) {
    sink.reject('not-json', 0, 'candles have columns of one length');
    return;
  }
  const [times, opens, highs, lows, closes, volumes] = columns as number[][] as [
    number[],
    number[],
    number[],
    number[],
    number[],
    number[],
  ];
  const step = document.multiplier as number;
  const shiftMs = document.shift as number;
  const at = (name: string) => Math.round((document[name] as number) / step);
  let ms = document.timestamp as number;
  let [open, high, low, close] = [at('open'), at('high'), at('low'), at('close')];
  for (let row = 0; row < times.length; row++) {
    ms += times[row]! * shiftMs;
    open += opens[row]!;
    high += highs[row]!;
    low += lows[row]!;
    close += closes[row]!;
    sink.push('bar', {
      symbol,
      tsEvent: BigInt(ms) * NS_PER_MS,
      sourceIndex: row,
      intervalS: shiftMs / 1000,
      basis,
      open: priceOf(open, step),
      high: priceOf(high, step),
      low: priceOf(low, step),
      close: priceOf(close, step),
      volume: volumes[row]!,
      adjusted: 'raw',
    });
  }
}

/** A number of steps as a price without the noise of the product: steps are powers of ten. */
function priceOf(steps: number, step: number): string {
  return `${steps}e${Math.round(Math.log10(step))}`;
}

/** Columns of numbers of the same length, or null. */
function columnsOf(document: Json, names: readonly string[]): number[][] | null {
  const columns = names.map((name) => document[name]);
  const isSound =
    areNumbers(document, KEYS.slice(1)) &&
    columns.every(
      (column) =>
        Array.isArray(column) &&
        column.length === (columns[0] as unknown[]).length &&
        column.every(Number.isFinite),
    );
  return isSound ? (columns as number[][]) : null;
}

function areNumbers(document: Json, names: readonly string[]): boolean {
  return names.every((name) => Number.isFinite(document[name]));
}
