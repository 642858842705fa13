/** The impact test as one page: the law with its points, relaxation, cells, round trips, and what it was measured with. */

import type { ImpactLaw, Interval } from '../../fidelity/index.ts';
import {
  formatCount,
  formatShort,
  type Html,
  type HtmlPart,
  html,
  LOGO,
  packageVersion,
  page,
  table,
  tiles,
} from '../../runs/index.ts';
import type { ImpactOutcome } from './impact-fidelity.ts';
import { impactVerdict } from './impact-json.ts';

const WIDTH = 520;
const HEIGHT = 280;
const EDGE = 44;

export function renderImpact(outcome: ImpactOutcome): string {
  const { symbol, forks, paths, source, law } = outcome;
  return page({
    title: `${symbol} – impact`,
    header: html`<header class="top"><p class="brand">${LOGO}Market Twin</p><h1>Impact in the flow twin of ${symbol}</h1>
<p class="sub"><span>${formatCount(forks)} forks, ${formatCount(paths)} paths</span><span>${source.slice(source.lastIndexOf('/') + 1)}</span></p></header>`,
    jump: html`<nav class="jump" aria-label="Sections"><a href="#law">Law</a><a href="#relaxation">Relaxation</a><a href="#cells">Cells</a><a href="#trips">Round trips</a><a href="#measures">Measures</a></nav>`,
    main: html`${lawSection(outcome)}${relaxation(law)}${cells(law)}${trips(outcome)}${measures(outcome)}`,
    footer: html`Market Twin ${packageVersion()}. Method as in docs/fidelity.md.`,
  });
}

function lawSection(outcome: ImpactOutcome): Html {
  const { law } = outcome;
  const verdict = impactVerdict(outcome);
  const says = (holds: boolean, yes: string, no: string): string => (holds ? yes : no);
  return html`<section id="law"><h2>Law</h2><p class="lead">Peak impact over the volatility of a day = prefactor x (traded over the volume of a day)^exponent.</p>${tiles(
    [
      {
        name: 'Exponent',
        value: digits(law.exponent),
        note: `95 % ${span(law.exponentInterval)}; ${says(verdict.isSquareRoot, 'a square root', 'no square root')}`,
      },
      { name: 'Prefactor', value: digits(law.prefactor), note: `95 % ${span(law.prefactorInterval)}` },
      { name: 'R²', value: digits(law.r2), note: says(verdict.isExplained, 'above 0.9', 'not above 0.9') },
      {
        name: 'Buying less selling',
        value: digits(law.asymmetry),
        note: `95 % ${span(law.asymmetryInterval)}; ${says(verdict.isSymmetric, 'alike', 'not alike')}`,
      },
      {
        name: 'Round trips',
        value: says(verdict.isFreeOfProfit, 'cost', 'pay'),
        note: says(verdict.isFreeOfProfit, 'no interval lies below 0', 'an interval lies below 0'),
      },
      {
        name: 'Cancelled before it trades',
        value: digits(outcome.canceled.later.impact),
        note: `± ${digits(outcome.canceled.later.error)}; ${says(verdict.isCanceledForgotten, 'nothing lasts', 'it lasts')}`,
      },
    ],
  )}<figure class="chart">${lawChart(law)}</figure></section>`;
}

/** Both axes logarithmic: a power is a straight line. Bars are two standard errors. */
function lawChart({ points, exponent, prefactor }: ImpactLaw): Html {
  const shown = points.filter(({ impact }) => impact > 0);
  if (shown.length === 0) return html`<p class="note">No size has an impact above 0.</p>`;
  const lowest = shown.map(({ impact, error }) => Math.max(impact - 2 * error, impact / 10));
  const xs = shown.map(({ traded }) => Math.log(traded));
  const ys = [...lowest, ...shown.map(({ impact, error }) => impact + 2 * error)].map(Math.log);
  const scale = (values: readonly number[], length: number): ((value: number) => number) => {
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return (value) => ((value - least) / (most - least || 1)) * (length - 2 * EDGE);
  };
  const [across, up] = [scale(xs, WIDTH), scale(ys, HEIGHT)];
  const x = (traded: number): string => (EDGE + across(Math.log(traded))).toFixed(1);
  const y = (impact: number): string => (HEIGHT - EDGE - up(Math.log(impact))).toFixed(1);
  const lawAt = (traded: number): string => `${x(traded)},${y(prefactor * traded ** exponent)}`;
  const line = Number.isFinite(exponent)
    ? html`<polyline points="${lawAt(shown[0]!.traded)} ${lawAt(shown.at(-1)!.traded)}" fill="none" stroke="var(--accent)" stroke-width="1.8"/>`
    : null;
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Impact against size, both logarithmic">
${line}${shown.map(
  (
    { traded, impact, error },
    i,
  ) => html`<line x1="${x(traded)}" x2="${x(traded)}" y1="${y(lowest[i]!)}" y2="${y(impact + 2 * error)}" stroke="var(--s2)" stroke-width="1.5"/>
<circle cx="${x(traded)}" cy="${y(impact)}" r="4" fill="var(--accent)"><title>${percent(traded)}: ${digits(impact)}</title></circle>
<text x="${x(traded)}" y="${HEIGHT - EDGE / 2}" text-anchor="middle" font-size="11" fill="var(--muted)">${percent(traded)}</text>`,
)}
<text x="${WIDTH / 2}" y="${HEIGHT - 4}" text-anchor="middle" font-size="11" fill="var(--muted)">traded, of a day's volume</text></svg>`;
}

function relaxation(law: ImpactLaw): Html {
  return html`<section id="relaxation"><h2>Relaxation</h2><p class="lead">Impact left after the end of the order, as a share of the peak.</p>${table(
    'Relaxation',
    ['durations of the order after its end', 'share', '95 %'],
    law.relaxation.map(({ durations, share, interval }): HtmlPart[] => [
      String(durations),
      digits(share),
      span(interval),
    ]),
    [0, 1, 2],
  )}</section>`;
}

function cells(law: ImpactLaw): Html {
  return html`<section id="cells"><h2>Cells</h2><p class="lead">Impact over the volatility of a day.</p>${table(
    'Impact by cell',
    ['Schedule', 'minutes', 'wanted', 'traded', 'impact', 'standard error', 'trials'],
    law.cells.map(({ schedule, horizonS, participation, traded, impact, error, trials }): HtmlPart[] => [
      schedule,
      String(horizonS / 60),
      ...[percent(participation), percent(traded), digits(impact), digits(error), formatCount(trials)],
    ]),
    [1, 2, 3, 4, 5, 6],
  )}</section>`;
}

function trips({ roundTrips }: ImpactOutcome): Html {
  return html`<section id="trips"><h2>Round trips</h2><p class="lead">Bought and sold again, or the other way round, each over the whole time; cost per lot.</p>${table(
    'Cost of round trips',
    ['Schedule', 'minutes', 'wanted', 'cost, ticks', '95 %', 'trips'],
    roundTrips.map(({ schedule, horizonS, participation, costTicks, interval, trips: count }): HtmlPart[] => [
      schedule,
      String(horizonS / 60),
      ...[percent(participation), formatShort(costTicks), span(interval, 1), formatCount(count)],
    ]),
    [1, 2, 3, 4, 5],
  )}</section>`;
}

function measures({ day, latentLots, law, canceled, grid, seed }: ImpactOutcome): Html {
  const rows: HtmlPart[][] = [
    ["a day's volume, lots", formatCount(Math.round(day.volumeLots))],
    ["a day's volatility, ticks", formatShort(day.volatilityTicks)],
    ['lots of a child', formatCount(day.orderLots)],
    ['lots up to which impact is linear', latentLots === null ? 'all' : formatShort(latentLots)],
    ['grid', grid],
    ['seed', String(seed)],
    ['trials', formatCount(law.trials)],
    ['trials without a mid or a trade', formatCount(law.unreadable)],
    ['orders that were cancelled', formatCount(canceled.trials)],
    ['of these, left out because they traded', formatCount(canceled.traded)],
  ];
  return html`<section id="measures"><h2>Measures</h2>${table('Measures', ['What', 'Value'], rows, [1])}</section>`;
}

function span({ low, high }: Interval, decimals = 3): string {
  return Number.isFinite(low) ? `${low.toFixed(decimals)} to ${high.toFixed(decimals)}` : '';
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}

function digits(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : 'none';
}
