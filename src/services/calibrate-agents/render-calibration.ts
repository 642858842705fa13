/** A calibration as one page: what was found and how surely, how the searches went, what the model cannot do, and the checks. */

import type { MomentJacobian } from '../../calibration/index.ts';
import {
  formatCount,
  formatShort,
  type Html,
  type HtmlPart,
  html,
  LOGO,
  packageVersion,
  page,
  type Tile,
  table,
  tiles,
} from '../../runs/index.ts';
import type { AgentsOutcome, RankedEstimate } from './agents-outcome.ts';
import {
  methodLegend,
  morrisChart,
  parameterChart,
  predictiveChart,
  rankChart,
  recoveryChart,
  searchChart,
  slopeCell,
  sobolChart,
} from './calibration-charts.ts';
import { INTERVAL_KINDS } from './estimators.ts';
import { METHOD_NAMES } from './methods.ts';
import { figure } from './plot.ts';

/** Moments drawn of a predictive check. */
const WORST_DRAWN = 3;

export function renderCalibration(outcome: AgentsOutcome): string {
  const { problem, instrument } = outcome.loaded;
  const hasKnown = outcome.recovery.length > 0 || outcome.sbc !== null;
  const hasSensitivity = outcome.sensitivity.morris !== null || outcome.sensitivity.sobol !== null;
  const sections = [
    ['overview', 'Overview', overview(outcome)],
    ['parameters', 'Parameters', parameters(outcome)],
    ['search', 'Searches', searches(outcome)],
    ['identifiability', 'Identifiability', identifiability(outcome)],
    ['predictive', 'Predictive check', predictive(outcome)],
    ['moments', 'Moments', moments(outcome)],
    ...(hasSensitivity ? [['sensitivity', 'Sensitivity', sensitivity(outcome)] as const] : []),
    ...(hasKnown ? [['known', 'Known parameters', knownParameters(outcome)] as const] : []),
    ['data', 'Data', data(outcome)],
  ] as const;
  return page({
    title: `${problem.name} – calibration`,
    header: html`<header class="top"><p class="brand">${LOGO}Market Twin</p><h1>Calibration of ${problem.name}</h1>
<p class="sub"><span>${instrument.symbol}</span><span>${outcome.target.source}</span><span>${formatCount(outcome.evaluations)} points simulated</span></p></header>`,
    jump: html`<nav class="jump" aria-label="Sections">${sections.map(([id, title]) => html`<a href="#${id}">${title}</a>`)}</nav>`,
    main: html`${sections.map(([id, title, content]) => html`<section id="${id}"><h2>${title}</h2>${content}</section>`)}`,
    footer: html`Market Twin ${packageVersion()}. Estimators and checks as in docs/calibration.md.`,
  });
}

function overview(outcome: AgentsOutcome): Html {
  const { estimates, slopes, repeats, predictive: check, failures, evaluations, remarks, unmoved } = outcome;
  const jacobian = slopes?.jacobian ?? null;
  const [best] = estimates as [RankedEstimate];
  const failed = failures.reduce((sum, { points }) => sum + points, 0);
  const weak = jacobian?.directions.filter(({ isWeak }) => isWeak) ?? [];
  const list: Tile[] = [
    {
      name: 'Distance',
      value: shown(best.heldOutLoss),
      note:
        repeats === null
          ? 'on unseen seeds'
          : `on unseen seeds; two simulations of it: ${shown(repeats.median)}, 95 % below ${shown(repeats.high)}`,
    },
    { name: 'Best estimator', value: METHOD_NAMES[best.method], note: `of ${estimates.length}` },
    { name: 'Points', value: formatCount(evaluations), note: `${formatCount(failed)} failed` },
    {
      name: 'Weak directions',
      value: jacobian === null ? 'unknown' : String(weak.length),
      note:
        weak.at(-1)?.text ??
        (jacobian === null ? 'a neighbour of the best point failed' : 'each is told by the moments'),
    },
    {
      name: 'Moments off',
      value: check === null ? 'unknown' : `${check.flagged.length} of ${check.checks.length}`,
      note: 'predictive p below 0.01',
    },
  ];
  const notes = [
    ...remarks,
    ...(outcome.atEnds.length === 0
      ? []
      : [`at an end of its range, so that what fits better may lie beyond: ${outcome.atEnds.join('; ')}`]),
    ...(unmoved.length === 0 ? [] : [`moments that no parameter moves: ${unmoved.join('; ')}`]),
  ];
  return html`${tiles(list)}${notes.map((note) => html`<p class="note-line">${note}</p>`)}${leaderboard(outcome)}`;
}

function leaderboard({ estimates }: AgentsOutcome): Html {
  return table(
    'Estimators, the nearest on unseen seeds first',
    ['Estimator', 'distance, unseen seeds', 'distance, its seeds', 'points', 'failed', 'interval'],
    estimates.map(({ method, heldOutLoss, loss, evaluated }): HtmlPart[] => [
      METHOD_NAMES[method],
      shown(heldOutLoss),
      shown(loss),
      formatCount(evaluated.length),
      formatCount(evaluated.filter(({ outcome: { moments: seen } }) => seen === null).length),
      INTERVAL_KINDS[method],
    ]),
    [1, 2, 3, 4],
  );
}

function parameters({ loaded, estimates, target }: AgentsOutcome): Html {
  const { truth } = target;
  const rows = loaded.parameters.flatMap(({ name, low, high, scale }, i) =>
    estimates.map(({ method, values, intervals, posterior }, row): HtmlPart[] => [
      row === 0 ? name : '',
      METHOD_NAMES[method],
      shown(values[i]!),
      intervals === null ? 'none' : `${shown(intervals[i]!.low)} to ${shown(intervals[i]!.high)}`,
      truth === null ? '' : shown(truth[i]!),
      `${shown(low)} to ${shown(high)}${scale === 'log' ? ', log' : ''}`,
      posterior === null ? '' : shown(posterior.parameters[i]!.contraction),
    ]),
  );
  const charts = loaded.parameters.map((parameter, i) =>
    parameterChart(parameter, i, estimates, truth?.[i] ?? null),
  );
  return html`<p class="lead">Bars: draws of the posterior, and points that no moment rejects. Below them the value and the interval of each estimator. Contraction is the share of the range's variance that the data took away.</p>${methodLegend(estimates, truth !== null)}<div class="charts">${charts}</div>${table(
    'Values',
    ['Parameter', 'Estimator', 'value', 'interval', truth === null ? '' : 'true', 'range', 'contraction'],
    rows,
    [2, 3, 4, 5, 6],
  )}`;
}

function searches(outcome: AgentsOutcome): Html {
  const { estimates } = outcome;
  const rejections = estimates.flatMap(({ eligibility }) => eligibility?.rejections ?? []);
  const eligible = estimates.find(({ eligibility }) => eligibility !== null)?.eligibility ?? null;
  const reach = estimates.flatMap(({ posterior }) => posterior?.outOfReach ?? []);
  return html`<p class="lead">Each point is a dot, the best so far a line. Distances of regression ABC are of other seeds at each point, and of as many windows as the data have.</p>${methodLegend(estimates, false)}<div class="charts"><figure class="chart wide">${searchChart(estimates)}</figure></div>${
    eligible === null
      ? null
      : html`<p class="lead">${formatCount(eligible.eligible.length)} points are eligible: no moment is more than ${shown(eligible.critical)} standard errors off. At the nearest the worst is ${eligible.nearest.worstMoment ?? 'none'}, ${shown(eligible.nearest.worstErrors)}.</p>${
          rejections.length === 0
            ? null
            : table(
                'Moments that reject points',
                ['Moment', 'points', 'it alone'],
                rejections
                  .slice(0, 12)
                  .map(({ name, points, alone }): HtmlPart[] => [
                    name,
                    formatCount(points),
                    formatCount(alone),
                  ]),
                [1, 2],
              )
        }`
  }${reach.length === 0 ? null : html`<p class="note-line">No point of the ranges makes these moments: ${reach.join('; ')}.</p>`}`;
}

function identifiability({ slopes: found, weights }: AgentsOutcome): Html {
  if (found === null)
    return html`<p class="lead">A neighbour of the best point could not be simulated: the slopes of the moments there are not known.</p>`;
  const { jacobian, inflation } = found;
  const { names, units, values, condition, directions, sds } = jacobian;
  const rows = directions.map(({ text, sd, shareOfPrior, isWeak }): HtmlPart[] => [
    text,
    shown(sd),
    shown(shareOfPrior),
    isWeak ? html`<span class="badge warn">weak</span>` : html`<span class="badge good">told</span>`,
  ]);
  const largest = Math.max(...values.map(Math.abs), 1e-12);
  const moved = weights.used.map((i) => weights.names[i]!);
  const slopes = slopeRows(jacobian, moved, largest);
  return html`<p class="lead">Slopes of the moments at the best point, in standard errors per unit of ln(parameter), or of the range where it can be 0. Along a weak direction the parameters trade off: the data leave more than half of what the ranges allow. Condition ${shown(condition)}.${inflation < 1.05 ? null : ` Two simulations of the point are ${shown(inflation)} times as far from each other as the weights expect: variances are taken that many times larger.`}</p>${table(
    'Directions, the best known first',
    ['Direction', 'standard deviation', 'of the prior', ''],
    rows,
    [1, 2],
  )}${table(
    'Standard deviation of each parameter, all others unknown',
    ['Parameter', 'standard deviation', 'in units of'],
    names.map((name, i): HtmlPart[] => [name, shown(sds[i]!), units[i] === 'ln' ? 'ln' : 'range']),
    [1],
  )}${table(
    'Slopes, the steepest first',
    ['Moment', ...names],
    slopes,
    names.map((_, i) => i + 1),
  )}`;
}

/** Moments that move most, in the order of that. */
function slopeRows(
  { values, names }: MomentJacobian,
  momentNames: readonly string[],
  largest: number,
): HtmlPart[][] {
  const count = names.length;
  return momentNames
    .map((name, m) => ({ name, slopes: [...values.subarray(m * count, (m + 1) * count)] }))
    .sort((a, b) => Math.max(...b.slopes.map(Math.abs)) - Math.max(...a.slopes.map(Math.abs)))
    .map(({ name, slopes }): HtmlPart[] => [name, ...slopes.map((slope) => slopeCell(slope, largest))]);
}

function predictive({ predictive: check, weights }: AgentsOutcome): Html {
  if (check === null) return html`<p class="lead">Too few simulations came back for a check.</p>`;
  const { of, simulations, checks, flagged, untestable, simulated } = check;
  const places = checks
    .slice(0, WORST_DRAWN)
    .map((one) => ({ one, values: simulated.map((moments) => moments[weights.names.indexOf(one.name)]!) }));
  return html`<p class="lead">${formatCount(simulations)} simulations of the ${of}, each with as many windows as the data: where would the data's moment lie among theirs? Two-sided; below 0.01 the model does not make it. ${flagged.length === 0 ? 'None is flagged.' : `${flagged.length} are flagged.`}</p><div class="charts">${places.map(({ one, values }) => predictiveChart(one, values))}</div>${table(
    'Moments, the worst first',
    ['Moment', 'data', 'simulated', 'standard deviation', 'z', 'p'],
    checks.map(({ name, real, mean, sd, z, p, isFlagged }): HtmlPart[] => [
      name,
      shown(real),
      shown(mean),
      shown(sd),
      shown(z),
      isFlagged ? html`<span class="badge bad">${chance(p)}</span>` : chance(p),
    ]),
    [1, 2, 3, 4, 5],
  )}${untestable.length === 0 ? null : html`<p class="lead">Not testable: ${untestable.join('; ')}.</p>`}`;
}

function moments({ weights, estimates }: AgentsOutcome): Html {
  const [best] = estimates as [RankedEstimate];
  const rows = weights.used
    .map((i) => {
      const simulated = best.heldOutMoments?.[i] ?? Number.NaN;
      return {
        name: weights.names[i]!,
        real: weights.means[i]!,
        simulated,
        errors: (simulated - weights.means[i]!) / weights.errors[i]!,
      };
    })
    .sort((a, b) => Math.abs(b.errors) - Math.abs(a.errors))
    .map(({ name, real, simulated, errors }): HtmlPart[] => [
      name,
      shown(real),
      shown(simulated),
      shown(errors),
    ]);
  return html`<p class="lead">Means over the windows; the simulation is of ${METHOD_NAMES[best.method]}, on unseen seeds. The gap is in standard errors of a difference.</p>${table(
    'Moments, the largest gap first',
    ['Moment', 'data', 'simulated', 'gap'],
    rows,
    [1, 2, 3],
  )}${
    weights.dropped.length === 0
      ? null
      : table(
          'Left out',
          ['Moment', 'Why'],
          weights.dropped.map(({ name, reason }): HtmlPart[] => [name, reason]),
        )
  }`;
}

function sensitivity({ sensitivity: { morris, sobol } }: AgentsOutcome): Html {
  const charts = [
    ...(morris === null
      ? []
      : [
          figure(
            'Morris',
            `${formatCount(morris.runs)} points; above the line a parameter bends or depends on others`,
            morrisChart(morris.effects),
          ),
        ]),
    ...(sobol === null
      ? []
      : [
          figure(
            'Sobol',
            `${formatCount(sobol.runs)} points, ${formatCount(sobol.rowsLost)} rows lost; full: alone, pale: with all interactions`,
            sobolChart(sobol.indices),
          ),
        ]),
  ];
  return html`<p class="lead">What moves the logarithm of the distance over the whole of the ranges.</p><div class="charts">${charts}</div>${
    morris === null
      ? null
      : table(
          'Morris',
          ['Parameter', 'mu*', 'mu', 'sigma', 'effects'],
          morris.effects.map(({ name, muStar, mu, sigma, effects }): HtmlPart[] => [
            name,
            shown(muStar),
            shown(mu),
            shown(sigma),
            effects,
          ]),
          [1, 2, 3, 4],
        )
  }${
    sobol === null
      ? null
      : table(
          'Sobol',
          ['Parameter', 'first order', '95 %', 'total', '95 %'],
          sobol.indices.map(
            ({ name, first, firstLow, firstHigh, total, totalLow, totalHigh }): HtmlPart[] => [
              name,
              shown(first),
              `${shown(firstLow)} to ${shown(firstHigh)}`,
              shown(total),
              `${shown(totalLow)} to ${shown(totalHigh)}`,
            ],
          ),
          [1, 2, 3, 4],
        )
  }`;
}

function knownParameters({ recovery, sbc, loaded }: AgentsOutcome): Html {
  const rows = recovery.flatMap(({ method, cases, failed, parameters: found }) =>
    found.map(({ name, r2, bias, error, coverage, isIdentified }, i): HtmlPart[] => [
      name,
      METHOD_NAMES[method],
      i === 0 ? `${cases}${failed > 0 ? `, ${failed} failed` : ''}` : '',
      shown(r2),
      shown(bias),
      shown(error),
      coverage === null
        ? 'none'
        : `${Math.round(100 * coverage.share)} % (${Math.round(100 * coverage.low)} to ${Math.round(100 * coverage.high)})`,
      isIdentified
        ? html`<span class="badge good">found</span>`
        : html`<span class="badge bad">not identified</span>`,
    ]),
  );
  const charts = recovery.flatMap(({ method, pairs, parameters: found }) =>
    loaded.parameters.map((parameter, i) =>
      recoveryChart(
        parameter,
        method,
        pairs.map(({ truth, estimate }) => [truth[i]!, estimate[i]!] as const),
        `R² ${shown(found[i]!.r2)}`,
      ),
    ),
  );
  return html`${
    recovery.length === 0
      ? null
      : html`<h3>Recovery</h3><p class="lead">Sets of parameters drawn from the ranges, simulated and sought again. Bias and error are shares of the range; the intervals should hold the truth in 90 % of the cases.</p>${table('Recovery', ['Parameter', 'Estimator', 'cases', 'R²', 'bias', 'error', 'intervals that hold the truth', ''], rows, [2, 3, 4, 5, 6])}<div class="charts">${charts}</div>`
  }${
    sbc === null
      ? null
      : html`<h3>Ranks of true values</h3><p class="lead">${formatCount(sbc.runs)} runs: the rank of the true value among ${sbc.draws} draws of its posterior. Flat within the band: posteriors are as wide as they should be.</p><div class="charts">${sbc.ranks.map(rankChart)}</div>`
  }`;
}

function data({ loaded, target, problemHash, failures }: AgentsOutcome): Html {
  const { problem, parameters: sought } = loaded;
  const rows: HtmlPart[][] = [
    ['data', target.source],
    ...target.inputs.map(({ name, sha256 }): HtmlPart[] => [name, sha256]),
    ['windows of the data', formatCount(target.windows.length)],
    ...Object.entries(target.excluded).map(([why, count]): HtmlPart[] => [
      `windows left out: ${why}`,
      formatCount(count),
    ]),
    [
      'windows at a point',
      `${problem.windows.perPoint} of ${problem.windows.messages} messages, after ${problem.windows.warmUpSeconds} s`,
    ],
    ['seeds', problem.seeds.join(', ')],
    ...sought.map(({ name, path }): HtmlPart[] => [name, path]),
    ['problem', problemHash],
    ...failures.map(({ reason, points }): HtmlPart[] => [`${formatCount(points)} points failed`, reason]),
  ];
  return table('Where it comes from', ['What', 'Value'], rows);
}

function chance(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

function shown(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'without bound';
  if (!Number.isFinite(value)) return 'none';
  return value < 0 ? `-${formatShort(-value)}` : formatShort(value);
}
