/** Sessions and fees of a run for scripts: compact, prices and amounts as exact decimals in text. Described in docs/venues.md. */

import { formatTicks, type InstrumentSpec } from '../../../domain/index.ts';
import type { ContractStory } from '../../contract-terms.ts';
import type { ActionSummary } from '../action-summary.ts';
import type { RunSummary } from '../run-summary.ts';
import { type FeeSummary, type FeeTotal, netMicro } from './fee-summary.ts';
import { formatMicro } from './money.ts';
import type { AuctionResult, Halt, SessionSummary } from './session-summary.ts';

export interface VenueMetrics {
  /** By symbol, of those whose sessions the journal tells of. */
  readonly sessions?: Readonly<Record<string, SessionMetrics>>;
  /** In order of time; prices in ticks, cash in minor units. */
  readonly corporateActions?: readonly ActionSummary[];
  /** By the symbol by which they were listed: terms, changes and end of option contracts. */
  readonly optionContracts?: Readonly<Record<string, ContractStory>>;
  /** By currency. */
  readonly fees?: Readonly<Record<string, FeeMetrics>>;
}

export interface SessionMetrics {
  readonly secondsByState: Readonly<Record<string, number>>;
  /** In order of time. */
  readonly auctions: readonly AuctionMetrics[];
  /** Auctions beyond those listed. */
  readonly auctionsLeftOut: number;
  readonly halts: readonly Halt[];
  readonly haltsLeftOut: number;
}

export interface AuctionMetrics extends Omit<AuctionResult, 'priceTicks' | 'noPrice'> {
  /** Decimal; null when there was none, `noPrice` then says why. */
  readonly price: string | null;
  readonly noPrice: string | null;
}

export interface FeeMetrics extends FeeAmounts {
  readonly byFillKind: Readonly<Record<string, FeeAmounts>>;
  readonly byGroup: readonly (FeeAmounts & { readonly name: string; readonly agents: number })[];
}

/** Decimal text in currency units; `net` is charged less rebates. */
export interface FeeAmounts {
  readonly fills: number;
  readonly charged: string;
  readonly rebates: string;
  readonly net: string;
}

/** Nothing at all for a run without sessions, fees, corporate actions and options. */
export function venueMetrics({ instruments, fees, actions }: RunSummary): VenueMetrics {
  const sessions = instruments.flatMap(({ spec, sessions: summary }) =>
    summary === null ? [] : [[spec.symbol, sessionMetrics(spec, summary)] as const],
  );
  const contracts = instruments.flatMap(({ spec, contract }) =>
    contract === null ? [] : [[spec.symbol, contract] as const],
  );
  return {
    ...(sessions.length === 0 ? {} : { sessions: Object.fromEntries(sessions) }),
    ...(fees.length === 0
      ? {}
      : { fees: Object.fromEntries(fees.map((summary) => [summary.currency, feeMetrics(summary)])) }),
    ...(actions.list.length === 0 ? {} : { corporateActions: actions.list }),
    ...(contracts.length === 0 ? {} : { optionContracts: Object.fromEntries(contracts) }),
  };
}

function sessionMetrics(
  spec: InstrumentSpec,
  { stateNs, auctions, reopenings, halts }: SessionSummary,
): SessionMetrics {
  const all = [...auctions.list, ...reopenings.list].sort((a, b) => a.timeNs - b.timeNs);
  return {
    secondsByState: Object.fromEntries(stateNs.map(({ state, ns }) => [state, ns / 1e9])),
    auctions: all.map(({ timeNs, kind, priceTicks, noPrice, ...rest }) => ({
      timeNs,
      kind,
      price: priceTicks === null ? null : formatTicks(spec, priceTicks),
      noPrice: priceTicks === null ? noPrice : null,
      ...rest,
    })),
    auctionsLeftOut: auctions.leftOut + reopenings.leftOut,
    halts: halts.list,
    haltsLeftOut: halts.leftOut,
  };
}

function feeMetrics({ total, byFillKind, byGroup }: FeeSummary): FeeMetrics {
  return {
    ...amountsOf(total),
    byFillKind: Object.fromEntries(byFillKind.map((entry) => [entry.kind, amountsOf(entry)])),
    byGroup: byGroup.map((entry) => ({ name: entry.name, agents: entry.agents, ...amountsOf(entry) })),
  };
}

/** Rebates are given as what they are: an amount that the venue paid. */
function amountsOf(total: FeeTotal): FeeAmounts {
  return {
    fills: total.fills,
    charged: formatMicro(total.chargedMicro),
    rebates: formatMicro(-total.rebatesMicro),
    net: formatMicro(netMicro(total)),
  };
}
