/**
 * Things that befall a market at set times: halts and interruptions by hand, outages, gaps in the feed, slow links, traders
 * who disconnect, withdraw or trade less. Each begins and ends at an instant, before any command of that time.
 */

import type { InterruptPhase } from '../market/index.ts';

interface ShockTimes {
  readonly atNs: number;
  /** End, where a shock lasts; Infinity: for good. */
  readonly untilNs: number;
}

/** Instruments by index; null = all of them. */
type Which = readonly number[] | null;
/** Agent groups by index; null = all of them. */
type Who = readonly number[] | null;
/** Venues by index; null = all of them. */
type Places = readonly number[] | null;

export type Shock = ShockTimes &
  (
    | {
        readonly kind: 'halt';
        readonly instruments: Which;
        readonly reason: string;
        /** Closed for the rest of the trading day, whatever `untilNs` says. */
        readonly isForDay: boolean;
      }
    | {
        readonly kind: 'interrupt';
        readonly instruments: Which;
        readonly rule: string;
        readonly phase: InterruptPhase;
        readonly randomNsMax: number;
      }
    /** The next call stays open until the end. */
    | { readonly kind: 'holdCall'; readonly instruments: Which }
    /** A running call or interruption is ended by hand. */
    | { readonly kind: 'endCall'; readonly instruments: Which }
    /** A product status (market-rules §2.7). */
    | { readonly kind: 'status'; readonly instruments: Which; readonly state: number }
    /** Venues refuse every command, and others need not protect their quotes (self-help, market-rules §1.19). */
    | { readonly kind: 'outage'; readonly venues: Places }
    /** No market data of venues reaches anybody; at the end everything comes at once. */
    | { readonly kind: 'feedGap'; readonly venues: Places }
    | { readonly kind: 'latency'; readonly groups: Who; readonly venues: Places; readonly extraNs: number }
    | {
        readonly kind: 'disconnect';
        readonly groups: Who;
        readonly venues: Places;
        readonly cancelsOrders: boolean;
      }
    /** Arrival rates of limit orders, market orders and cancels are multiplied. */
    | {
        readonly kind: 'activity';
        readonly groups: Who;
        readonly limit: number;
        readonly market: number;
        readonly cancel: number;
      }
    /** All orders of the groups are cancelled at once. */
    | { readonly kind: 'withdraw'; readonly groups: Who }
  );

export type ShockKind = Shock['kind'];
