/** Answers of Kraken's REST API: {error, result}. */

import { type FeedWriter, type MessageHead, quality } from '../feed-writer.ts';
import { type Instant, instantOf } from '../instant.ts';
import { isMessage, type Message, numberOf, rowsOf, textOf, wholeOf } from '../messages.ts';
import { writeKrakenTicker } from './spot.ts';

const ESTIMATED_TIME = quality('estimatedTime');

/** What the answer is of is told by its form: pairs, tickers, or books, each by pair. */
export function writeKrakenAnswer(
  writer: FeedWriter,
  url: string,
  body: unknown,
  tsRecv: Instant | null,
): void {
  const errors = isMessage(body) && Array.isArray(body.error) ? body.error : null;
  if (!isMessage(body) || errors === null) {
    writer.reject('not-json', `answer of Kraken: ${url}`);
    return;
  }
  if (errors.length > 0 || !isMessage(body.result)) {
    writer.reject('vendor-error', errors.join(', '));
    return;
  }
  for (const [pair, value] of Object.entries(body.result)) {
    if (isMessage(value)) writeEntry(writer, pair, value, tsRecv);
    else writer.skip('kraken-answer-field');
  }
}

function writeEntry(writer: FeedWriter, pair: string, value: Message, tsRecv: Instant | null): void {
  const bids = rowsOf(value.bids);
  const asks = rowsOf(value.asks);
  const isBook = bids !== null && asks !== null;
  const newestS = isBook ? Math.max(0, ...[...bids, ...asks].map((row) => wholeOf(row[2]) ?? 0)) : 0;
  const tsEvent = newestS > 0 ? instantOf(newestS, 0) : tsRecv;
  if (tsEvent === null) {
    writer.reject('missing-value', `answer about ${pair}: a time of receipt`);
    return;
  }
  const head: MessageHead = { symbol: pair, tsEvent, tsRecv, sequence: null, quality: ESTIMATED_TIME };
  if (isBook) writer.snapshot(head, bids, asks);
  else if ('wsname' in value || 'pair_decimals' in value) writePair(writer, { ...head, quality: 0 }, value);
  else if (Array.isArray(value.a) && Array.isArray(value.b)) writeKrakenTicker(writer, head, value);
  else writer.reject('unknown-type', `answer about ${pair}`);
}

function writePair(writer: FeedWriter, head: MessageHead, pair: Message): void {
  const decimals = wholeOf(pair.pair_decimals);
  const lotDecimals = wholeOf(pair.lot_decimals);
  const status = textOf(pair.status);
  writer.record(
    'definition',
    { ...head, symbol: textOf(pair.wsname) ?? head.symbol },
    {
      assetClass: pair.aclass_base === 'currency' || pair.aclass_base === undefined ? 'crypto' : 'other',
      currency: textOf(pair.quote),
      baseCurrency: textOf(pair.base),
      tick: writer.tick(textOf(pair.tick_size) ?? (decimals === null ? null : stepText(decimals))),
      lot: lotDecimals === null ? null : Number(stepText(lotDecimals)),
      minQty: numberOf(pair.ordermin),
      minNotional: numberOf(pair.costmin),
      isActive: status === null ? null : status === 'online',
      vendorId: head.symbol,
    },
  );
}

/** '0.01' for 2 decimals. */
function stepText(decimals: number): string {
  return decimals === 0 ? '1' : `0.${'1'.padStart(decimals, '0')}`;
}
