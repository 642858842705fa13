/** The part of a report on what the venue charged and paid, per kind of fill and per group of agents. */

import { formatCount, formatDecimal } from '../format.ts';
import { type Html, html } from '../html.ts';
import { type Tile, table, tiles } from '../parts.ts';
import { type FeeSummary, type FeeTotal, netMicro } from './fee-summary.ts';
import { formatMicro } from './money.ts';
import { FILL_KIND_WORDS } from './words.ts';

/** What the venue's account of the run took in, and how far rounding may carry it from the sum of the fees. */
export interface FeeIncome {
  readonly micro: bigint;
  readonly toleranceMicro: bigint;
}

/** Null for a run without fees. `income` is null where the run does not tell it. */
export function feesSection(fees: readonly FeeSummary[], income: FeeIncome | null): Html | null {
  if (fees.length === 0) return null;
  return html`<section id="fees"><h2>Fees and rebates</h2>
<p class="lead">What the venue charged for fills, as they happened. Accounts are billed once per trading day, rounded to the smallest unit of their cash.</p>
${fees.map((summary) => feesOf(summary, fees.length === 1 ? income : null))}</section>`;
}

function feesOf(summary: FeeSummary, income: FeeIncome | null): Html {
  const { currency, total, byFillKind, byGroup } = summary;
  const amount = (micro: bigint): Html => html`${money(micro)} <small>${currency}</small>`;
  const figures: Tile[] = [
    { name: 'Charged', value: amount(total.chargedMicro) },
    { name: 'Rebates paid', value: amount(-total.rebatesMicro) },
    { name: "Venue's income", value: amount(netMicro(total)), note: 'charged less rebates' },
    { name: 'Fills with a fee', value: formatCount(total.fills), note: 'two per trade' },
  ];
  const columns = ['Fills', 'Charged', 'Rebates', 'Net'];
  const cells = (one: FeeTotal): string[] => [
    formatCount(one.fills),
    money(one.chargedMicro),
    money(-one.rebatesMicro),
    money(netMicro(one)),
  ];
  return html`${tiles(figures)}
${checkLine(summary, income)}
<div class="tables">
${table(
  `By kind of fill, ${currency}`,
  ['Kind', ...columns],
  byFillKind.map((one) => [FILL_KIND_WORDS[one.kind], ...cells(one)]),
  [1, 2, 3, 4],
)}
${table(
  `By group of agents, ${currency}`,
  ['Group', 'Agents', ...columns],
  byGroup.map((one) => [one.name, one.agents === 0 ? '–' : formatCount(one.agents), ...cells(one)]),
  [1, 2, 3, 4, 5],
)}</div>`;
}

/** What all accounts were charged is what the venue took in: by the fees, and by the venue's account as the world kept it. */
function checkLine({ currency, total, byGroup }: FeeSummary, income: FeeIncome | null): Html {
  const accounts = byGroup.reduce((sum, one) => sum + netMicro(one), 0n);
  const difference = income === null ? 0n : income.micro - accounts;
  const isRight =
    accounts === netMicro(total) &&
    (income === null || (difference < 0n ? -difference : difference) <= income.toleranceMicro);
  const booked =
    income === null
      ? ''
      : `; its account took in ${formatMicro(income.micro)} ${currency}, which differs by ${formatMicro(difference)} through rounding of bills`;
  return html`<p class="check"><span class="badge ${isRight ? 'good' : 'bad'}">${isRight ? 'adds up' : 'does not add up'}</span> All accounts together were charged ${formatMicro(accounts)} ${currency}, the venue's income by its fees is ${formatMicro(netMicro(total))} ${currency}${booked}.</p>`;
}

/** In currency units, with two digits behind the point. The exact amounts are in metrics.json. */
function money(micro: bigint): string {
  return formatDecimal(Number(micro) / 1e6, 2).replace(/^-(0\.00)$/, '$1');
}
