/** Runs that went their own way, as a section of the page of a score: what stayed alive, and the stylised facts side by side. */

import { formatCount, formatShort, type Html, type HtmlPart, html, table } from '../../runs/index.ts';
import type { LongRunSide, LongRuns } from './long-run.ts';

export function runsSection({ minutes, real, sim, baseline }: LongRuns): Html {
  const row = (name: string, { health, facts }: LongRunSide): HtmlPart[] => [
    name,
    ...[health.messages, health.trades, health.oneSidedRows, health.crossedRows].map(formatCount),
    `${facts.holding} of ${facts.testable}`,
  ];
  const known = real.facts.facts.map((fact, i): HtmlPart[] => [
    fact.name,
    fact.statistic,
    ...[fact, sim.facts.facts[i]!, baseline.facts.facts[i]!].map(({ value }) =>
      value === null ? '' : formatShort(value),
    ),
    fact.band === null ? '' : bandText(fact.band),
  ]);
  return html`<section id="runs"><h2>Runs</h2><p class="lead">Twin and baseline began with one book of the recording and went their own way for ${minutes.toFixed(0)} minutes.</p>${table(
    'What stayed alive',
    ['Side', 'messages', 'trades', 'rows without two sides', 'crossed rows', 'facts that hold'],
    [row('real', real), row('twin', sim), row('baseline', baseline)],
    [1, 2, 3, 4, 5],
  )}${table(
    'Stylised facts',
    ['Fact', 'Statistic', 'real', 'twin', 'baseline', 'band'],
    known,
    [2, 3, 4],
  )}</section>`;
}

function bandText({ low, high }: { readonly low: number; readonly high: number }): string {
  return high === Infinity ? `from ${formatShort(low)}` : `${formatShort(low)} to ${formatShort(high)}`;
}
