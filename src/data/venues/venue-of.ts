/** Which venue a recording is of: by the host that was connected or asked, or by the form of a message. */

import type { RecordSink } from '../ingest/adapter.ts';
import { BinanceMessages } from './binance/messages.ts';
import { BitfinexMessages } from './bitfinex.ts';
import { BitstampMessages } from './bitstamp.ts';
import { AdvancedTradeMessages } from './coinbase/advanced.ts';
import { CoinbaseMessages } from './coinbase/messages.ts';
import { DeribitMessages } from './deribit.ts';
import { GeminiMessages } from './gemini.ts';
import { KrakenFuturesMessages } from './kraken/futures.ts';
import { KrakenMessages } from './kraken/spot.ts';
import { isMessage, type Message } from './messages.ts';
import { TardisMessages } from './tardis.ts';
import type { VenueMessages } from './venue-messages.ts';

interface VenueFacts {
  /** Venue of the records. */
  readonly venue: string;
  /** Ends of the names of its hosts. */
  readonly hosts: readonly string[];
  readonly open: (sink: RecordSink) => VenueMessages;
  /** Whether a message can only be its. */
  readonly isMessage: (message: Message) => boolean;
}

const EXCHANGE_TYPES =
  /^(?:snapshot|l2update|received|open|done|match|last_match|change|activate|ticker|heartbeat)$/;

/** In the order in which they are asked whether a message is theirs. */
const VENUES: readonly VenueFacts[] = [
  {
    venue: 'tardis',
    hosts: [],
    open: (sink) => new TardisMessages(sink),
    isMessage: (m) =>
      typeof m.exchange === 'string' && ('localTimestamp' in m || 'availableSince' in m) && !('event' in m),
  },
  {
    venue: 'coinbase-advanced',
    hosts: ['advanced-trade-ws.coinbase.com', 'api.coinbase.com'],
    open: (sink) => new AdvancedTradeMessages(sink),
    isMessage: (m) =>
      (typeof m.channel === 'string' && Array.isArray(m.events)) ||
      isMessage(m.pricebook) ||
      (Array.isArray(m.products) && isMessage(m.products[0]) && 'product_id' in m.products[0]) ||
      (Array.isArray(m.trades) && 'best_bid' in m) ||
      (typeof m.product_id === 'string' && 'quote_increment' in m),
  },
  {
    venue: 'coinbase',
    hosts: ['coinbase.com', 'gdax.com'],
    open: (sink) => new CoinbaseMessages(sink),
    isMessage: (m) => typeof m.product_id === 'string' && EXCHANGE_TYPES.test(String(m.type)),
  },
  {
    venue: 'kraken-futures',
    hosts: ['futures.kraken.com'],
    open: (sink) => new KrakenFuturesMessages(sink),
    isMessage: (m) => typeof m.feed === 'string',
  },
  {
    venue: 'kraken',
    hosts: ['kraken.com'],
    open: (sink) => new KrakenMessages(sink),
    isMessage: (m) =>
      (typeof m.channel === 'string' && Array.isArray(m.data)) ||
      (typeof m.method === 'string' && 'time_in' in m) ||
      (Array.isArray(m.error) && 'result' in m),
  },
  {
    venue: 'binance-usdm',
    hosts: ['fapi.binance.com', 'fstream.binance.com'],
    open: (sink) => new BinanceMessages(sink),
    isMessage: (m) => 'pu' in dataOf(m) || dataOf(m).e === 'markPriceUpdate',
  },
  {
    venue: 'binance',
    hosts: ['binance.com', 'binance.us'],
    open: (sink) => new BinanceMessages(sink),
    isMessage: (m) => typeof m.stream === 'string' || (typeof m.e === 'string' && typeof m.s === 'string'),
  },
  {
    venue: 'deribit',
    hosts: ['deribit.com'],
    open: (sink) => new DeribitMessages(sink),
    isMessage: (m) => m.jsonrpc === '2.0',
  },
  {
    venue: 'gemini',
    hosts: ['gemini.com'],
    open: (sink) => new GeminiMessages(sink),
    isMessage: (m) => m.type === 'l2_updates',
  },
  {
    venue: 'bitstamp',
    hosts: ['bitstamp.net'],
    open: (sink) => new BitstampMessages(sink),
    isMessage: (m) => typeof m.event === 'string' && typeof m.channel === 'string' && isMessage(m.data),
  },
  {
    venue: 'bitfinex',
    hosts: ['bitfinex.com'],
    open: (sink) => new BitfinexMessages(sink),
    isMessage: (m) => m.event === 'subscribed' && typeof m.chanId === 'number',
  },
];

export type { VenueFacts };

/** Null for an address of no venue that is known. */
export function venueOfUrl(url: string): VenueFacts | null {
  if (!URL.canParse(url)) return null;
  const { hostname } = new URL(url);
  return (
    VENUES.find(({ hosts }) => hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`))) ??
    null
  );
}

/** Null for a message whose form tells no venue. */
export function venueOfMessage(message: unknown): VenueFacts | null {
  return isMessage(message) ? (VENUES.find((venue) => venue.isMessage(message)) ?? null) : null;
}

/** Names of the hosts that are known, for messages to people. */
export const KNOWN_HOSTS: readonly string[] = VENUES.flatMap(({ hosts }) => hosts);

function dataOf(message: Message): Message {
  return isMessage(message.data) ? message.data : message;
}
