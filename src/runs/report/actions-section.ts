/** The part of a report on corporate actions: what became of prices, open orders and accounts. */

import { type ActionKind, formatMultiple, formatTicks, type InstrumentSpec } from '../../domain/index.ts';
import type { ActionSummary } from './action-summary.ts';
import { formatCount } from './format.ts';
import { type Html, html } from './html.ts';
import { table } from './parts.ts';
import type { RunSummary } from './run-summary.ts';
import { clockText, type RunClock } from './venue/run-clock.ts';

export const ACTION_WORDS: Readonly<Record<ActionKind, string>> = {
  split: 'split',
  cashDividend: 'cash dividend',
  specialDividend: 'special dividend',
  stockDividend: 'stock dividend',
  spinOff: 'spin-off',
  rights: 'rights',
  symbolChange: 'change of symbol',
  cashMerger: 'merger for cash',
  stockMerger: 'merger for shares',
  delisting: 'delisting',
};

const COLUMNS = [
  'Ex',
  'Instrument',
  'Action',
  'Price before',
  'Price ex',
  'Orders adjusted',
  'cancelled',
  'Accounts',
  'Cash paid',
  'from the issuer',
  'Lots got',
  'from the issuer',
];

/** Null for a run without corporate actions. */
export function actionsSection({ actions, instruments }: RunSummary, clock: RunClock): Html | null {
  if (actions.list.length === 0) return null;
  const specs = new Map(instruments.map(({ spec }) => [spec.symbol, spec]));
  const rows = actions.list.map((action) => rowOf(action, specs.get(action.symbol)!, clock));
  const more =
    actions.leftOut === 0 ? null : html`<p>${formatCount(actions.leftOut)} more are in the journal.</p>`;
  return html`<section id="actions"><h2>Corporate actions</h2>
<p class="lead">What open orders and accounts became before the trading day of each ex-date. Shorts owe what longs get; the issuer gives what is left over, fractions of shares above all.</p>
${table('Corporate actions', COLUMNS, rows, [3, 4, 5, 6, 7, 8, 9, 10, 11])}
${more}</section>`;
}

function rowOf(action: ActionSummary, spec: InstrumentSpec, clock: RunClock): string[] {
  const price = (ticks: number | null): string => (ticks === null ? '–' : formatTicks(spec, ticks));
  const money = (minor: number): string => `${formatMultiple(minor, spec.minorUnit)} ${action.currency}`;
  return [
    clockText(clock, action.timeNs),
    action.symbol,
    ACTION_WORDS[action.kind],
    price(action.priceTicksBefore),
    price(action.priceTicks),
    formatCount(action.ordersAdjusted),
    formatCount(action.ordersCancelled),
    formatCount(action.holders),
    money(action.paidMinor),
    money(action.fromIssuerMinor),
    formatCount(action.lotsGot),
    formatCount(action.lotsFromIssuer),
  ];
}
