/** The section of a replay that says how exactly it reproduced its recording. */

import { formatClock, formatCount, formatPercent, formatShort } from './format.ts';
import { type Html, html } from './html.ts';
import { code, countTable, table, tiles } from './parts.ts';
import { recordedSessions } from './recorded-sessions.ts';
import type { ReplayDifference, ReplaySection } from './report-input.ts';
import type { NamedCount } from './run-summary.ts';

/** Differences shown at most; the counts above them are complete. */
export const DIFFERENCES_MAX = 20;

export function exactnessSection(replay: ReplaySection): Html {
  const quarantined = replay.quarantine.reduce((sum, { count }) => sum + count, 0);
  return html`<section id="exactness"><h2>Exactness</h2>
<p class="lead">The replay rebuilds the book from the recorded messages alone${replay.rowsEqual === null ? '' : ' and compares it, row by row, with the book that was recorded'}.</p>
${rowsVerdict(replay)}
${executionsVerdict(replay)}
${tiles([...rowTiles(replay), ...executionTiles(replay), quarantineTile(quarantined)])}
<p class="lead">Format ${replay.format}, mode ${replay.mode}, ${formatShort(replay.seconds)} s. Digest of the replay ${code(replay.digest)}.</p>
<div class="tables">
${countTable('Why rows differ', 'Known cause', countsOf(replay.rowsExcused), 'No row differs for a known cause.')}
${countTable('Executions excused', 'Cause', countsOf(replay.executionsExcused), 'No execution is excused.')}
${countTable('Executions missed', 'Cause', countsOf(replay.executionsMissed), 'No execution is missed.')}
</div>
${recordedSessions(replay.sessions)}
${differences(replay.firstDifferences)}
${quarantineTable(replay)}
${remarksTable(replay)}
</section>`;
}

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
}

function rowTiles({ rows, rowsEqual, rowsExcused, rowsUnexplained }: ReplaySection): Tile[] {
  if (rowsEqual === null)
    return [{ name: 'Records', value: formatCount(rows), note: 'no recorded book to compare' }];
  return [
    { name: 'Book rows equal', value: formatCount(rowsEqual), note: `of ${formatCount(rows)} compared` },
    { name: 'Rows with a known cause', value: formatCount(sumOf(rowsExcused)) },
    { name: 'Rows without explanation', value: formatCount(rowsUnexplained ?? 0) },
  ];
}

function executionTiles({ executions, executionsMatched, executionsMissed }: ReplaySection): Tile[] {
  const note = executions === 0 ? 'the recording has none' : `of ${formatCount(executions)} recorded`;
  if (executionsMatched === null)
    return [{ name: 'Executions', value: formatCount(executions), note: 'applied as recorded' }];
  return [
    { name: 'Executions matched', value: formatCount(executionsMatched), note },
    { name: 'Executions missed', value: formatCount(sumOf(executionsMissed)) },
  ];
}

function quarantineTile(quarantined: number): Tile {
  return {
    name: 'Records set aside',
    value: formatCount(quarantined),
    note: quarantined === 0 ? 'no bad record' : 'see below',
  };
}

function rowsVerdict({ rows, rowsEqual, rowsExcused, rowsUnexplained }: ReplaySection): Html | null {
  if (rowsEqual === null) return null;
  if (rows === 0) {
    return html`<div class="verdict warn"><p class="big">Nothing to compare</p><p>The recording has no book rows, so this replay proves nothing about exactness.</p></div>`;
  }
  const open = rowsUnexplained ?? 0;
  const excused = sumOf(rowsExcused);
  const text =
    open > 0
      ? 'There are rows that differ without explanation'
      : excused > 0
        ? 'Every row is equal, or differs for a known cause'
        : 'Every recorded book row was reproduced exactly';
  return verdict(text, { equal: rowsEqual, excused, open }, ['equal', 'with a known cause', 'unexplained']);
}

function executionsVerdict({ executions, executionsMatched, ...by }: ReplaySection): Html | null {
  if (executionsMatched === null || executions === 0) return null;
  const excused = sumOf(by.executionsExcused);
  const missed = sumOf(by.executionsMissed);
  const text = `${formatPercent((executionsMatched + excused) / executions)} of executions agree with our queues or cannot be told`;
  const words = ['hit the very order recorded', 'excused', 'missed'] as const;
  return verdict(text, { equal: executionsMatched, excused, open: missed }, words);
}

function verdict(
  text: string,
  { equal, excused, open }: { equal: number; excused: number; open: number },
  [equalWord, excusedWord, openWord]: readonly [string, string, string],
): Html {
  const all = equal + excused + open;
  const kind = open > 0 ? 'bad' : excused > 0 ? 'warn' : 'good';
  const parts: [string, number][] = [
    ['good', equal],
    ['warn', excused],
    ['bad', open],
  ];
  const bars = parts
    .filter(([, count]) => count > 0)
    .map(([name, count]) => html`<i class="${name}" style="width:${((100 * count) / all).toFixed(3)}%"></i>`);
  const words = `${formatPercent(equal / all)} ${equalWord}, ${formatPercent(excused / all)} ${excusedWord}, ${formatPercent(open / all)} ${openWord}`;
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

function remarksTable({ remarks }: ReplaySection): Html | null {
  const rows = Object.entries(remarks).map(([name, count]) => [name, formatCount(count)]);
  return rows.length === 0 ? null : table('Passed over or rounded', ['What', 'Count'], rows, [1]);
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function countsOf(counts: Readonly<Record<string, number>>): NamedCount[] {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => ({ name, count }));
}
