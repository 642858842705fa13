/** What a session tells its venue, in order; times are the nominal instants, ns since the run's epoch. */

import type { AuctionKind } from '../breakers/contract.ts';
import type { SessionState } from './states.ts';

/** Why the state changed. */
export type PhaseCause =
  | 'schedule'
  | 'halt'
  | 'resume'
  | 'interrupt'
  | 'interruptionOver'
  /** A scheduled phase took over a running interruption. */
  | 'preempted'
  | 'frozen'
  | 'extended';

export type SessionAction =
  | { readonly kind: 'dayStarted'; readonly timeNs: number; readonly tradingDay: string }
  | {
      readonly kind: 'phaseChanged';
      readonly timeNs: number;
      /** Name of the scheduled phase, '' outside of the day. */
      readonly phase: string;
      readonly state: SessionState;
      readonly stateBefore: SessionState;
      readonly cause: PhaseCause;
      /** Reason of a halt, rule of an interruption; else ''. */
      readonly reason: string;
    }
  /** The venue uncrosses and calls `completeCall`, or calls `extendCall`, before time goes on. */
  | { readonly kind: 'uncross'; readonly timeNs: number; readonly auction: AuctionKind }
  /** An auction did not take place because of a halt or an overlong call before it: what was for it alone is cancelled. */
  | { readonly kind: 'auctionMissed'; readonly timeNs: number; readonly auction: AuctionKind }
  | {
      readonly kind: 'publishImbalance';
      readonly timeNs: number;
      readonly auction: AuctionKind;
      readonly isEarly: boolean;
    }
  | { readonly kind: 'windowOpened'; readonly timeNs: number; readonly window: string }
  | { readonly kind: 'mark'; readonly timeNs: number; readonly name: string }
  /** DAY orders expire; once per trading day. */
  | { readonly kind: 'dayExpired'; readonly timeNs: number; readonly tradingDay: string };
