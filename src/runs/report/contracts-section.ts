/** The part of a report on option contracts: their terms, what corporate actions made of them, and how they ended. */

import type { ExpiryOutcome, InstrumentSpec } from '../../domain/index.ts';
import { formatMultiple } from '../../domain/index.ts';
import { type ContractStory, contractText } from '../contract-terms.ts';
import { ACTION_WORDS } from './actions-section.ts';
import { formatCount } from './format.ts';
import { type Html, html } from './html.ts';
import { table } from './parts.ts';
import type { RunSummary } from './run-summary.ts';
import { clockText, type RunClock } from './venue/run-clock.ts';

/** Rows of the table; the journal has them all. */
const ROWS_MAX = 1000;

const OUTCOME_WORDS: Readonly<Record<ExpiryOutcome, string>> = {
  worthless: 'expired worthless',
  exercised: 'expired, exercised',
  noPrice: 'expired without a price of what it delivers',
};

/** Null for a run without options. */
export function contractsSection({ instruments }: RunSummary, clock: RunClock): Html | null {
  const rows = instruments.flatMap(({ spec, contract }) =>
    contract === null ? [] : rowsOf(spec, contract, clock),
  );
  if (rows.length === 0) return null;
  const left = rows.length - ROWS_MAX;
  const more = left <= 0 ? null : html`<p>${formatCount(left)} more rows are in the journal.</p>`;
  return html`<section id="contracts"><h2>Option contracts</h2>
<p class="lead">Terms as they were listed, and as corporate actions changed them. On its last day a contract in the money is exercised for what it delivers, or lapses.</p>
${table('Option contracts', ['When', 'Symbol', 'What', 'Contract'], rows.slice(0, ROWS_MAX), [])}
${more}</section>`;
}

function rowsOf(spec: InstrumentSpec, { listed, changes, end }: ContractStory, clock: RunClock): string[][] {
  const last = changes.at(-1) ?? listed;
  return [
    ['', listed.symbol, 'listed', contractText(listed.terms)],
    ...changes.map(({ timeNs, action, perContract, symbol, terms }) => [
      clockText(clock, timeNs),
      symbol,
      `${ACTION_WORDS[action]}${perContract === 1 ? '' : `, ${perContract} for one`}`,
      contractText(terms),
    ]),
    ...(end === null
      ? []
      : [
          [
            clockText(clock, end.timeNs),
            last.symbol,
            OUTCOME_WORDS[end.outcome],
            endText(spec, end.worthMinor, end.aggregateMinor, end.lots),
          ],
        ]),
  ];
}

function endText(
  spec: InstrumentSpec,
  worthMinor: number | null,
  aggregateMinor: number,
  lots: number,
): string {
  const money = (minor: number): string => `${formatMultiple(minor, spec.minorUnit)} ${spec.currency}`;
  const worth = worthMinor === null ? 'no price' : money(worthMinor);
  return `delivers ${worth} for ${money(aggregateMinor)} a lot, ${formatCount(lots)} lots held`;
}
