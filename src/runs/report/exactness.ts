/** The section of a replay that says how exactly it reproduced its recording. */

import { formatClock, formatCount, formatPercent, formatShort } from './format.ts';
import { type Html, html } from './html.ts';
import { code, countTable, table, tiles } from './parts.ts';
import type { ReplayDifference, ReplaySection } from './report-input.ts';
import type { NamedCount } from './run-summary.ts';

/** Differences shown at most; the counts above them are complete. */
export const DIFFERENCES_MAX = 20;

export function exactnessSection(replay: ReplaySection): Html {
  const excused = sumOf(replay.rowsExcused);
  const open = Math.max(0, replay.rows - replay.rowsEqual - excused);
  const quarantined = replay.quarantine.reduce((sum, { count }) => sum + count, 0);
  return html`<section id="exactness"><h2>Exactness</h2>
<p class="lead">The replay rebuilds the book from the recorded messages alone and compares it, row by row, with the book that was recorded.</p>
${verdict(replay, excused, open)}
${tiles([
  {
    name: 'Book rows equal',
    value: formatCount(replay.rowsEqual),
    note: `of ${formatCount(replay.rows)} compared`,
  },
  { name: 'Rows with a known cause', value: formatCount(excused) },
  { name: 'Rows without explanation', value: formatCount(open) },
  executionTile(replay),
  { name: 'Executions missed', value: formatCount(replay.executionsMissed) },
  {
    name: 'Records set aside',
    value: formatCount(quarantined),
    note: quarantined === 0 ? 'no bad record' : 'see below',
  },
])}
<p class="lead">Format ${replay.format}, mode ${replay.mode}, ${formatShort(replay.seconds)} s. Digest of the replay ${code(replay.digest)}.</p>
<div class="tables">
${countTable('Why rows differ', 'Known cause', countsOf(replay.rowsExcused), 'No row differs for a known cause.')}
${countTable('Why executions differ', 'Known cause', countsOf(replay.executionsExcused), 'No execution differs for a known cause.')}
</div>
${differences(replay.firstDifferences)}
${quarantineTable(replay)}
</section>`;
}

function executionTile({ executions, executionsMatched }: ReplaySection): {
  name: string;
  value: string;
  note: string;
} {
  const note = executions === 0 ? 'the recording has none' : `of ${formatCount(executions)} recorded`;
  return { name: 'Executions matched', value: formatCount(executionsMatched), note };
}

function verdict(replay: ReplaySection, excused: number, open: number): Html {
  const { rows, rowsEqual, executionsMissed } = replay;
  if (rows === 0) {
    return html`<div class="verdict warn"><p class="big">Nothing to compare</p><p>The recording has no book rows, so this replay proves nothing about exactness.</p></div>`;
  }
  const kind = open > 0 || executionsMissed > 0 ? 'bad' : excused > 0 ? 'warn' : 'good';
  const text =
    kind === 'good'
      ? 'Every recorded book row was reproduced exactly'
      : kind === 'warn'
        ? 'Reproduced, apart from differences with a known cause'
        : 'There are differences without explanation';
  const parts: [string, number][] = [
    ['good', rowsEqual],
    ['warn', excused],
    ['bad', open],
  ];
  const bars = parts
    .filter(([, count]) => count > 0)
    .map(
      ([name, count]) => html`<i class="${name}" style="width:${((100 * count) / rows).toFixed(3)}%"></i>`,
    );
  const words = `${formatPercent(rowsEqual / rows)} equal, ${formatPercent(excused / rows)} with a known cause, ${formatPercent(open / rows)} unexplained`;
  return html`<div class="verdict ${kind}"><p class="big">${text}</p><div class="bar" role="img" aria-label="${words}">${bars}</div><p>${words}.</p></div>`;
}

function differences(list: readonly ReplayDifference[]): Html {
  if (list.length === 0) return html`<h3>First differences</h3><p class="lead">None.</p>`;
  const shown = list.slice(0, DIFFERENCES_MAX);
  const note =
    list.length > shown.length
      ? html`<p class="lead">The first ${shown.length} of ${list.length} that were kept.</p>`
      : null;
  return html`<h3>First differences</h3>${note}<div class="card"><ol class="differences">${shown.map(difference)}</ol></div>`;
}

function difference({ row, time, side, level, expected, found, cause, explanation }: ReplayDifference): Html {
  const when = typeof time === 'number' ? formatClock(time) : time;
  const badge =
    cause === null
      ? html`<span class="badge bad">cause unknown</span>`
      : html`<span class="badge warn">${cause}</span>`;
  return html`<li><p class="what">Row ${formatCount(row)}, ${side} level ${level} ${badge} <span class="mono">${when}</span></p>
<p class="values">Recorded <b>${expected}</b>, replayed <b>${found}</b></p><p>${explanation}</p></li>`;
}

function quarantineTable({ quarantine }: ReplaySection): Html {
  if (quarantine.length === 0) {
    return html`<h3>Records set aside</h3><p class="lead">None: every record of the recording keeps the rules of its format.</p>`;
  }
  const rows = quarantine.map(({ reason, count, examples }) => [
    reason,
    formatCount(count),
    examples.map(
      ({ sourceIndex, detail }) => html`<div>record ${formatCount(sourceIndex)}: ${code(detail)}</div>`,
    ),
  ]);
  return table('Records set aside', ['Reason', 'Count', 'Examples'], rows, [1]);
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function countsOf(counts: Readonly<Record<string, number>>): NamedCount[] {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => ({ name, count }));
}
