/** What an emulated vendor is: it answers requests and serves sockets from an emulated market, in the vendor's own words. */

import type { RecordSource } from '../data/index.ts';
import type { EmulatedMarket, MarketChange } from './market/market.ts';

export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface RestAnswer {
  readonly status: number;
  /** Sent as JSON; a text with a type of its own is sent as it is. */
  readonly body: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One connection, as a vendor sees it. */
export interface Line {
  /** Sends an answer or anything that no fault may touch, as JSON. */
  answer(message: unknown): void;
  /** Sends market data, as JSON: what faults are made of. */
  send(message: unknown): void;
  close(code: number, reason: string): void;
}

/** What a vendor keeps of one connection. */
export interface Session {
  onMessage(text: string): void;
  onChange(change: MarketChange): void;
  onTime(nowNs: bigint): void;
}

/** What a vendor is given by the server. */
export interface Stage {
  readonly market: EmulatedMarket;
  /** What is played, for answers about the past; ask for nothing later than `nowNs`. */
  readonly source: RecordSource;
  /** Where the server is asked, without a slash at the end: for addresses of next pages. */
  baseUrl(): string;
  /** Emulated time, ns since 1970 UTC. */
  nowNs(): bigint;
  /** Somebody listens to market data: a feed that waited for that begins. */
  subscribed(): void;
}

export interface VendorDesk {
  /** Comes once for each change, before the sessions hear of it. */
  onChange?(change: MarketChange): void;
  /** Null: there is no such address. */
  rest(request: RestRequest): RestAnswer | null | Promise<RestAnswer | null>;
  /** A connection to `path` by a handshake with `headers`; null: there is no such address. */
  connect(path: string, query: URLSearchParams, line: Line, headers: RestRequest['headers']): Session | null;
  /** The answer for a fault of the server, as the vendor words it. */
  fault(status: number): RestAnswer;
}

export interface VendorEmulator {
  /** Word after `twin emulate`. */
  readonly name: string;
  readonly about: string;
  readonly options: Readonly<
    Record<string, { readonly about: string; readonly default: string; readonly allowed: readonly string[] }>
  >;
  /** Addresses below the server, for people: what it is and its path. */
  readonly paths: (options: Readonly<Record<string, string>>) => readonly {
    readonly what: string;
    readonly scheme: 'http' | 'ws';
    readonly path: string;
  }[];
  open(stage: Stage, options: Readonly<Record<string, string>>): VendorDesk;
}
